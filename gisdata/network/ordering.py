"""Order the junctions of a road graph for contraction: nested dissection by inertial flow.

Plain arrays. The order depends on which nodes are neighbours and where they lie, never on weights, so it is found once
per network and serves every vehicle and hour. Functions with an underscore are compiled and private to this page
and to `turn_order`, which cuts roads where this page cuts junctions.

References
----------
Schild and Sommer (2015), "On Balanced Separators in Road Networks", SEA 2015, 286-297: inertial flow.
Dinic (1970), "Algorithm for solution of a problem of maximum flow in networks", Soviet Mathematics Doklady 11,
1277-1280.
König (1931), "Gráfok és mátrixok", Matematikai és Fizikai Lapok 38, 116-119: a minimum vertex cover from a maximum
matching.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN202

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gisdata.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED_SHARE = 0.25
"""Share of a cell's nodes, from either end along a direction, that a cut must part."""

SMALLEST_CELL = 6
"""Cells of up to this many nodes are not cut further."""

DIRECTIONS = ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -1.0))
_LEFT, _RIGHT, _SEPARATOR = 0, 1, 2


def contraction_order(
    count: int,
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
) -> NDArray[np.int32]:
    """Return the nodes of a graph in the order in which to contract them.

    Parameters
    ----------
    count : int
        Number of nodes.
    tail, head : ndarray of int32
        Arcs; their direction does not matter.
    x, y : ndarray of float64, shape (count,)
        Where the nodes lie, in any flat measure.

    Returns
    -------
    ndarray of int32, shape (count,)
        Least important first: dead ends, then cell by cell, each separator after the two sides that it parts.
    """
    at, neighbour = _neighbours(count, tail, head)
    hanging = np.empty(count, np.int32)
    gone = np.zeros(count, np.bool_)
    placed = _peel(at, neighbour, np.diff(at), gone, hanging)
    rest = np.flatnonzero(~gone)
    along = np.array([rest[np.argsort(a * x[rest] + b * y[rest], kind="stable")] for a, b in DIRECTIONS], np.int32)
    _dissect(at, neighbour, along)
    return np.concatenate([hanging[:placed], along[0]])


def _neighbours(
    count: int, tail: NDArray[np.int32], head: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the neighbours of every node without loops and repeats; those of ``v`` begin at ``at[v]``."""
    low, high = np.minimum(tail, head).astype(np.int64), np.maximum(tail, head)
    once = np.unique((low * count + high)[low < high])
    low, high = np.divmod(once, max(count, 1))
    by = np.concatenate([low, high])
    at = np.concatenate([[0], np.cumsum(np.bincount(by, minlength=count))])
    neighbour = np.concatenate([high, low])[np.argsort(by, kind="stable")]
    return at, neighbour.astype(np.int32)


@kernel
def _peel(at, neighbour, degree, gone, order):
    """Put nodes that hang on at most one other first, again and again; return how many there are."""
    placed = 0
    for v in range(at.size - 1):
        u = np.int64(v)
        while u >= 0 and not gone[u] and degree[u] <= 1:
            gone[u] = True
            order[placed] = u
            placed += 1
            held_by = np.int64(-1)
            for i in range(at[u], at[u + 1]):
                if not gone[neighbour[i]]:
                    held_by = np.int64(neighbour[i])
                    degree[held_by] -= 1
            u = held_by
    return placed


@kernel
def _dissect(at, neighbour, along):
    """Reorder nodes, sorted `along` each direction: in every cell the left side, the right side, then the separator.

    A cell is the same range of positions in every direction, and stays sorted until it is not cut further.
    """
    count = along.shape[1]
    inside = np.full(at.size - 1, -1, np.int32)
    part = np.empty(at.size - 1, np.int8)
    spare = np.empty(count, np.int32)
    first_of = np.empty(count + 1, np.int64)
    last_of = np.empty(count + 1, np.int64)
    first_of[0], last_of[0] = 0, count
    cells = 1
    while cells > 0:
        cells -= 1
        first, last = first_of[cells], last_of[cells]
        if last - first > SMALLEST_CELL:
            _split(at, neighbour, along, first, last, inside, part)
            left, right = _arrange(along, first, last, part, spare)
            if max(left, right) < last - first:
                first_of[cells], last_of[cells] = first, first + left
                first_of[cells + 1], last_of[cells + 1] = first + left, first + left + right
                cells += 2


@kernel
def _split(at, neighbour, along, first, last, inside, part):
    """Write down the part of every node of a cell, by the smallest cut in any direction."""
    begin, to, side = _bisected(at, neighbour, along, first, last, inside)
    parts = _parts(begin, to, side)
    for i in range(last - first):
        v = along[0, first + i]
        part[v] = parts[i]
        inside[v] = -1


@kernel
def _bisected(at, neighbour, along, first, last, inside):
    """Return the arcs within a cell, and which nodes lie on the first side of the smallest cut; fill `inside`."""
    size = last - first
    begin, to = _inner_arcs(at, neighbour, along[0, first:last], inside)
    back = _back_arcs(begin, to)
    seeds = max(1, int(size * SEED_SHARE))
    sources = np.empty(seeds, np.int32)
    sinks = np.empty(seeds, np.int32)
    smallest = to.size + 1
    best = np.zeros(size, np.bool_)
    for d in range(along.shape[0]):
        for i in range(seeds):
            sources[i] = inside[along[d, first + i]]
            sinks[i] = inside[along[d, last - seeds + i]]
        side, cut = _minimum_cut(begin, to, back, sources, sinks, smallest)
        if cut < smallest:
            smallest = cut
            best = side
    return begin, to, best


@kernel
def _arrange(along, first, last, part, spare):
    """Reorder a cell by part in every direction, keeping the order within each; return how many lie left and right."""
    left = 0
    right = 0
    for d in range(along.shape[0]):
        left = 0
        right = 0
        rest = 0
        for i in range(first, last):
            v = along[d, i]
            if part[v] == _LEFT:
                along[d, first + left] = v
                left += 1
            elif part[v] == _RIGHT:
                spare[right] = v
                right += 1
            else:
                rest += 1
                spare[spare.size - rest] = v
        for i in range(right):
            along[d, first + left + i] = spare[i]
        for i in range(rest):
            along[d, first + left + right + i] = spare[spare.size - 1 - i]
    return left, right


@kernel
def _inner_arcs(at, neighbour, cell, inside):
    """Return the arcs between the nodes of a cell, which are named by their position in it, as `inside` says."""
    for i in range(cell.size):
        inside[cell[i]] = i
    total = 0
    for v in cell:
        total += at[v + 1] - at[v]
    begin = np.zeros(cell.size + 1, np.int32)
    to = np.empty(total, np.int32)
    k = 0
    for i in range(cell.size):
        for a in range(at[cell[i]], at[cell[i] + 1]):
            if inside[neighbour[a]] >= 0:
                to[k] = inside[neighbour[a]]
                k += 1
        begin[i + 1] = k
    return begin, to[:k]


@kernel
def _back_arcs(begin, to):
    """Return, for every arc, the arc back."""
    size = begin.size - 1
    fill = begin[:-1].copy()
    incoming = np.empty(to.size, np.int32)
    tail = np.empty(to.size, np.int32)
    for v in range(size):
        for a in range(begin[v], begin[v + 1]):
            tail[a] = v
            incoming[fill[to[a]]] = a
            fill[to[a]] += 1
    back = np.empty(to.size, np.int32)
    where = np.empty(size, np.int32)
    for v in range(size):
        for a in range(begin[v], begin[v + 1]):
            where[to[a]] = a
        for i in range(begin[v], begin[v + 1]):
            back[incoming[i]] = where[tail[incoming[i]]]
    return back


@kernel
def _minimum_cut(begin, to, back, sources, sinks, give_up):
    """Return the nodes on the first side of a minimum cut between sources and sinks, and its size.

    Every arc carries one unit. A cut that is no smaller than `give_up` is not finished.
    """
    size = begin.size - 1
    sink = np.zeros(size, np.bool_)
    for v in sinks:
        sink[v] = True
    flow = np.zeros(to.size, np.int8)
    level = np.empty(size, np.int32)
    queue = np.empty(size, np.int32)
    path = np.empty(size + 1, np.int32)
    cut = 0
    while True:
        seen, found = _levels(begin, to, flow, sources, sink, level, queue)
        if not found:
            return _better_balanced(begin, to, flow, queue[:seen], sinks), cut
        following = begin[:-1].copy()
        for root in sources:
            length = _free_path(begin, to, back, flow, level, sink, following, root, path)
            while length > 0:
                for i in range(length):
                    flow[path[i]] += 1
                    flow[back[path[i]]] -= 1
                cut += 1
                if cut >= give_up:
                    return sink, cut
                length = _free_path(begin, to, back, flow, level, sink, following, root, path)


@kernel
def _levels(begin, to, flow, roots, sink, level, queue):
    """Write down how far nodes are from the roots over arcs with room, as far as the nearest sinks.

    Returns how many nodes that are, and whether there is a sink among them.
    """
    level[:] = -1
    seen = 0
    for v in roots:
        level[v] = 0
        queue[seen] = v
        seen += 1
    nearest = begin.size
    i = 0
    while i < seen and level[queue[i]] < nearest:
        v = queue[i]
        i += 1
        for a in range(begin[v], begin[v + 1]):
            u = to[a]
            if level[u] < 0 and flow[a] < 1:
                level[u] = level[v] + 1
                queue[seen] = u
                seen += 1
                if sink[u]:
                    nearest = level[u]
    return seen, nearest < begin.size


@kernel
def _free_path(begin, to, back, flow, level, sink, following, root, path):
    """Find a path with room from the root to a sink, level by level; return its length, 0 if there is none."""
    v = root
    length = 0
    while not sink[v]:
        while following[v] < begin[v + 1]:
            a = following[v]
            if flow[a] < 1 and level[to[a]] == level[v] + 1:
                break
            following[v] += 1
        if following[v] < begin[v + 1]:
            path[length] = following[v]
            length += 1
            v = to[following[v]]
        elif length > 0:
            length -= 1
            v = to[back[path[length]]]
            following[v] += 1
        else:
            return 0
    return length


@kernel
def _better_balanced(begin, to, flow, near_source, sinks):
    """Return the first side of the more even of two minimum cuts: nearest to the source, nearest to the sink."""
    size = begin.size - 1
    first = np.zeros(size, np.bool_)
    for v in near_source:
        first[v] = True
    rest = np.ones(size, np.bool_)
    queue = np.empty(size, np.int32)
    seen = 0
    for v in sinks:
        rest[v] = False
        queue[seen] = v
        seen += 1
    i = 0
    while i < seen:
        v = queue[i]
        i += 1
        for a in range(begin[v], begin[v + 1]):
            if rest[to[a]] and flow[a] > -1:  # the arc back has room
                rest[to[a]] = False
                queue[seen] = to[a]
                seen += 1
    if abs(2 * near_source.size - size) <= abs(2 * seen - size):
        return first
    return rest


@kernel
def _parts(begin, to, first):
    """Return left, right or separator for every node: the separator is a minimum vertex cover of the cut arcs."""
    size = first.size
    mate = _matching(begin, to, first)
    reached = np.zeros(size, np.bool_)  # over arcs out of the first side that are not matched, and back over mates
    queue = np.empty(size, np.int32)
    seen = 0
    for v in range(size):
        if first[v] and mate[v] < 0:
            reached[v] = True
            queue[seen] = v
            seen += 1
    i = 0
    while i < seen:
        v = queue[i]
        i += 1
        for a in range(begin[v], begin[v + 1]):
            u = to[a]
            if not first[u] and not reached[u]:
                reached[u] = True
                if mate[u] >= 0 and not reached[mate[u]]:
                    reached[mate[u]] = True
                    queue[seen] = mate[u]
                    seen += 1
    part = np.empty(size, np.int8)
    for v in range(size):
        if first[v]:
            part[v] = _SEPARATOR if mate[v] >= 0 and not reached[v] else _LEFT
        else:
            part[v] = _SEPARATOR if reached[v] else _RIGHT
    return part


@kernel
def _matching(begin, to, first):
    """Return a maximum matching of the cut arcs: the mate of every node, or -1."""
    size = first.size
    mate = np.full(size, -1, np.int32)
    seen_by = np.full(size, -1, np.int32)
    parent = np.empty(size, np.int32)
    queue = np.empty(size, np.int32)
    for root in range(size):
        if not first[root]:
            continue
        queue[0] = root
        seen = 1
        i = 0
        free = -1
        while i < seen and free < 0:
            v = queue[i]
            i += 1
            for a in range(begin[v], begin[v + 1]):
                u = to[a]
                if not first[u] and seen_by[u] != root:
                    seen_by[u] = root
                    parent[u] = v
                    if mate[u] < 0:
                        free = u
                        break
                    queue[seen] = mate[u]
                    seen += 1
        while free >= 0:
            v = parent[free]
            before = mate[v]
            mate[free] = v
            mate[v] = free
            free = before
    return mate
