"""Cut a graph in two by the smallest cut, and each part again: the kernels behind `ordering`.

Four tables, with a row for each node, arc, list, and direction: what belongs to a node lies together in memory, and few
arrays are quickly compiled.

References
----------
Schild and Sommer (2015), "On Balanced Separators in Road Networks", SEA 2015, 286-297: inertial flow.
Dinic (1970), "Algorithm for solution of a problem of maximum flow in networks", Soviet Mathematics Doklady 11,
1277-1280.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN202

from __future__ import annotations

from typing import TYPE_CHECKING

from gisdata.compiled import inner, once, outer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SEEDS = 4
"""One node in so many of a cell, from either end along a direction, must lie on its side of the cut."""

SMALLEST_CELL = 6
"""Cells of up to this many nodes are not cut further."""

TO, BACK, FLOW = range(3)
"""Columns of a graph's arcs: the node it leads to, the arc back, and what flows over it: 1, 0 or -1."""

SIDE, PART, GOAL, LEVEL, NEXT, NODE_COLUMNS = range(6)
"""Columns of a graph's nodes: whether it is on the first side of its cell's smallest cut; its part of the cell; whether
it is a goal of the flow, or can reach one; its level, -1 where no flow came; the next arc to try."""

OUTSIDE = 1 << 30
"""Side, goal and level of nodes outside the cell at hand: they look as if every search had been there."""

QUEUE, PATH, SPARE, FIRST, LAST, LISTS = range(6)
"""Lists that kernels work with: nodes to search from, arcs of a path, nodes put aside, where cells begin and end."""

LEFT, RIGHT, SEPARATOR = range(3)


@outer
def peel(
    at: NDArray[np.int64], arc: NDArray[np.int32], degree: NDArray[np.int64], order: NDArray[np.int32]
) -> int:
    """Put nodes that hang on at most one other in order, again and again, from the tips inwards.

    Parameters
    ----------
    at, arc : ndarray
        Of a `Graph`.
    degree : ndarray of int64, shape (nodes,)
        How many neighbours each node has; afterwards, of those that are left, and -1 for the others.
    order : ndarray of int32, shape (nodes,)
        Filled.

    Returns
    -------
    int
        How many nodes were put there.
    """
    placed = 0
    for v in range(at.size - 1):
        u = v
        while u >= 0 and 0 <= degree[u] <= 1:
            degree[u] = -1
            order[placed] = u
            placed += 1
            held_by = -1
            for i in range(at[u], at[u + 1]):
                if degree[arc[i, TO]] >= 0:
                    held_by = int(arc[i, TO])
                    degree[held_by] -= 1
            u = held_by
    return placed


@outer
def dissect(
    at: NDArray[np.int64],
    arc: NDArray[np.int32],
    node: NDArray[np.int32],
    lists: NDArray[np.int32],
    along: NDArray[np.int32],
    place: NDArray[np.int64],
) -> None:
    """Reorder nodes: in every cell the left side, the right side, then the separator.

    A cell is the same range of positions in every direction, and stays sorted until it is not cut further.

    Parameters
    ----------
    at, arc, node : ndarray
        Of a `Graph`.
    lists : ndarray of int32, shape (LISTS, some)
        Room for one more than the nodes to be reordered.
    along : ndarray of int32, shape (directions, nodes)
        Nodes, sorted along each direction.
    place : ndarray of int64, shape (arcs,) or (0,)
        If it has room there are no separators: every cut arc gets a place, from the last down.
    """
    least = 1 if place.size > 0 else SMALLEST_CELL
    left_over = place.size
    lists[FIRST, 0] = 0
    lists[LAST, 0] = along.shape[1]
    cells = 1
    while cells > 0:
        cells -= 1
        first = lists[FIRST, cells]
        last = lists[LAST, cells]
        if last - first > least:
            _bisect(at, arc, node, lists, along, first, last)
            if place.size > 0:
                left_over = _mark(at, arc, node, along, first, last, place, left_over)
            else:
                _separate(at, arc, node, along, first, last)
            left, right = _arrange(node, lists, along, first, last)
            if left < last - first and right < last - first:
                lists[FIRST, cells] = first
                lists[LAST, cells] = lists[FIRST, cells + 1] = first + left
                lists[LAST, cells + 1] = first + left + right
                cells += 2


@once
def _bisect(at, arc, node, lists, along, first, last):
    """Write down which nodes of a cell lie on the first side of the smallest cut in any direction."""
    seeds = (last - first) // SEEDS if last - first >= SEEDS else 1
    smallest = arc.shape[0] + 1
    for d in range(along.shape[0]):
        for i in range(first, last):
            v = along[d, i]
            node[v, LEVEL] = -1
            node[v, GOAL] = 1 if i >= last - seeds else 0
            for a in range(at[v], at[v + 1]):
                arc[a, FLOW] = 0
        cut = _flow(at, arc, node, lists, along, first, first + seeds, d, smallest)
        if cut < smallest:
            smallest = cut
            _choose_side(at, arc, node, lists, along, first, last)


@inner
def _flow(at, arc, node, lists, along, first, end, d, enough):
    """Let flow what can from the nodes `first` to `end` along a direction to goals; return how much, at most `enough`.

    Every arc carries one unit. If it is less than enough, a level is left where more could flow to.
    """
    cut = 0
    seen = 0
    reached = True
    while reached and cut < enough:
        for i in range(seen):
            node[lists[QUEUE, i], LEVEL] = -1
        seen, reached = _levels(at, arc, node, lists, along, first, end, d)
        i = first
        while reached and i < end and cut < enough:
            length = _free_path(at, arc, node, lists, along[d, i])
            for k in range(length):
                a = lists[PATH, k]
                arc[a, FLOW] += 1
                arc[arc[a, BACK], FLOW] -= 1
            if length > 0:
                cut += 1
            else:
                i += 1
    return cut


@once
def _levels(at, arc, node, lists, along, first, end, d):
    """Write down how far nodes are from the first ones over arcs with room, as far as the nearest goals.

    Returns how many nodes that are, and whether there is a goal among them.
    """
    seen = 0
    for i in range(first, end):
        v = along[d, i]
        node[v, LEVEL] = 0
        node[v, NEXT] = at[v]
        lists[QUEUE, seen] = v
        seen += 1
    nearest = node.shape[0]
    i = 0
    while i < seen and node[lists[QUEUE, i], LEVEL] < nearest:
        v = lists[QUEUE, i]
        i += 1
        for a in range(at[v], at[v + 1]):
            u = arc[a, TO]
            if node[u, LEVEL] < 0 and arc[a, FLOW] < 1:
                node[u, LEVEL] = node[v, LEVEL] + 1
                node[u, NEXT] = at[u]
                lists[QUEUE, seen] = u
                seen += 1
                if node[u, GOAL] > 0:
                    nearest = node[u, LEVEL]
    return seen, nearest < node.shape[0]


@once
def _free_path(at, arc, node, lists, root):
    """Find a path with room from the root to a goal, level by level; return its length, 0 if there is none."""
    v = root
    length = 0
    while v >= 0 and node[v, GOAL] == 0:
        a = node[v, NEXT]
        while a < at[v + 1]:
            u = arc[a, TO]
            if arc[a, FLOW] < 1 and node[u, LEVEL] == node[v, LEVEL] + 1:
                break
            a += 1
        node[v, NEXT] = a
        if a < at[v + 1]:
            lists[PATH, length] = a
            length += 1
            v = arc[a, TO]
        elif length > 0:
            length -= 1
            v = arc[arc[lists[PATH, length], BACK], TO]
            node[v, NEXT] += 1
        else:
            v = -1
    return length


@inner
def _choose_side(at, arc, node, lists, along, first, last):
    """Write down the first side of the more even of two minimum cuts: nearest to the source, nearest to the goals."""
    near = 0
    seen = 0
    for i in range(first, last):
        v = along[0, i]
        if node[v, LEVEL] >= 0:
            near += 1
        if node[v, GOAL] > 0:
            lists[QUEUE, seen] = v
            seen += 1
    i = 0
    while i < seen:
        v = lists[QUEUE, i]
        i += 1
        for a in range(at[v], at[v + 1]):
            u = arc[a, TO]
            if node[u, GOAL] == 0 and arc[a, FLOW] > -1:  # the arc back has room
                node[u, GOAL] = 1
                lists[QUEUE, seen] = u
                seen += 1
    nearest = abs(2 * near - (last - first)) <= abs(2 * seen - (last - first))
    for i in range(first, last):
        v = along[0, i]
        node[v, SIDE] = (node[v, LEVEL] >= 0) if nearest else (node[v, GOAL] == 0)


@inner
def _separate(at, arc, node, along, first, last):
    """Write down left, right or separator for a cell: the separator is the side's end of the cut with fewer nodes."""
    more = 0
    for i in range(first, last):
        v = along[0, i]
        side = node[v, SIDE]
        node[v, PART] = RIGHT - side
        for a in range(at[v], at[v + 1]):
            if node[arc[a, TO], SIDE] == 1 - side:
                node[v, PART] = SEPARATOR
        if node[v, PART] == SEPARATOR:
            more += 2 * side - 1
    for i in range(first, last):
        v = along[0, i]
        if (node[v, SIDE] == 1) == (more > 0):
            node[v, PART] = RIGHT - node[v, SIDE]


@inner
def _mark(at, arc, node, along, first, last, place, left_over):
    """Give places, from `left_over` down, to arcs from the first side of a cell to the other; return what is left."""
    for i in range(first, last):
        v = along[0, i]
        node[v, PART] = RIGHT - node[v, SIDE]
        if node[v, SIDE] == 1:
            for a in range(at[v], at[v + 1]):
                u = arc[a, TO]
                if node[u, SIDE] == 0:
                    place[a] = left_over
                    left_over -= 1
    return left_over


@inner
def _arrange(node, lists, along, first, last):
    """Reorder a cell by part in every direction, keeping the order within each; return how many lie left and right.

    The cell is left: its nodes are outside now.
    """
    left = 0
    right = 0
    for d in range(along.shape[0]):
        left = 0
        right = 0
        end = lists.shape[1]
        for i in range(first, last):
            v = along[d, i]
            if node[v, PART] == LEFT:
                along[d, first + left] = v
                left += 1
            elif node[v, PART] == RIGHT:
                lists[SPARE, right] = v
                right += 1
            else:
                end -= 1
                lists[SPARE, end] = v
        for i in range(right):
            along[d, first + left + i] = lists[SPARE, i]
        for i in range(end, lists.shape[1]):
            along[d, last - 1 - (i - end)] = lists[SPARE, i]
    for i in range(first, last):
        v = along[0, i]
        node[v, SIDE] = node[v, GOAL] = node[v, LEVEL] = OUTSIDE
    return left, right
