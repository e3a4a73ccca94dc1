"""Contract a directed graph in a given order, weigh it, and sweep it: the kernels behind `shortest`.

Plain arrays; nodes are named by their rank in the order. A weight is one whole number that sorts by time, then by
length (see `packing`), so that one search finds both. Every function here is compiled and lets other threads run.

References
----------
Dibbelt, Strasser and Wagner (2016), "Customizable Contraction Hierarchies", ACM JEA 21(1), 1.5: contraction,
customisation, elimination tree, perfect customisation.
Delling, Goldberg and Werneck (2011), "Faster Batched Shortest Paths in Road Networks", ATMOS 2011, 52-63: the
restricted sweep over many sources at once.
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN202

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_WAY = np.int64(1) << 61
LANES = 16
_NO_NODE = np.int32(-1)


@njit(cache=True, nogil=True)
def contract(
    count: int, low: NDArray[np.int32], high: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Return the arcs of the contracted graph, upwards, and the parent of each node in the elimination tree.

    Parameters
    ----------
    count : int
        Number of nodes.
    low, high : ndarray of int32
        Ends of every arc, the lower rank first; loops are passed over.

    Returns
    -------
    start : ndarray of int64, shape (count + 1,)
        The arcs up from node ``v`` are those from ``start[v]`` to ``start[v + 1]``.
    upper : ndarray of int32
        Upper end of each, ascending within a node.
    parent : ndarray of int32, shape (count,)
        Lowest upper neighbour, -1 at a root.
    """
    given_at, given = _by_low(count, low, high)
    child = np.full(count, _NO_NODE, np.int32)
    sibling = np.full(count, _NO_NODE, np.int32)
    parent = np.full(count, _NO_NODE, np.int32)
    seen = np.full(count, _NO_NODE, np.int32)
    start = np.zeros(count + 1, np.int64)
    upper = np.empty(given.size * 2 + 16, np.int32)
    size = 0
    for v in range(count):
        begin = size
        room = given_at[v + 1] - given_at[v]
        below = child[v]
        while below >= 0:
            room += start[below + 1] - start[below]
            below = sibling[below]
        if size + room > upper.size:
            longer = np.empty(upper.size * 2 + room, np.int32)
            longer[:size] = upper[:size]
            upper = longer
        for a in range(given_at[v], given_at[v + 1]):
            u = given[a]
            if seen[u] != v:
                seen[u] = v
                upper[size] = u
                size += 1
        below = child[v]
        while below >= 0:
            for a in range(start[below], start[below + 1]):
                u = upper[a]
                if u != v and seen[u] != v:
                    seen[u] = v
                    upper[size] = u
                    size += 1
            below = sibling[below]
        upper[begin:size].sort()
        start[v + 1] = size
        if size > begin:
            above = upper[begin]
            parent[v] = above
            sibling[v] = child[above]
            child[above] = v
    return start, upper[:size].copy(), parent


@njit(cache=True, nogil=True)
def _by_low(
    count: int, low: NDArray[np.int32], high: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the upper ends of arcs grouped by their lower end."""
    at = np.zeros(count + 1, np.int64)
    for i in range(low.size):
        if low[i] != high[i]:
            at[low[i] + 1] += 1
    at = np.cumsum(at)
    fill = at[:-1].copy()
    grouped = np.empty(at[count], np.int32)
    for i in range(low.size):
        if low[i] != high[i]:
            grouped[fill[low[i]]] = high[i]
            fill[low[i]] += 1
    return at, grouped


@njit(cache=True, nogil=True)
def customise(
    start: NDArray[np.int64],
    upper: NDArray[np.int32],
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    weight: NDArray[np.int64],
    up: NDArray[np.int64],
    down: NDArray[np.int64],
    via_up: NDArray[np.int32],
    via_down: NDArray[np.int32],
) -> None:
    """Weigh every arc of the contracted graph: the best way over its own arc, or over a node below both its ends.

    Parameters
    ----------
    start, upper : ndarray
        From `contract`.
    tail, head : ndarray of int32
        The given arcs.
    weight : ndarray of int64
        Their weights, below `NO_WAY`.
    up, down : ndarray of int64
        Filled: weight of each arc upwards and downwards, `NO_WAY` where there is none.
    via_up, via_down : ndarray of int32
        Filled: the lower node that the arc goes over, -1 where it is an arc of the graph itself.
    """
    up[:] = NO_WAY
    down[:] = NO_WAY
    via_up[:] = _NO_NODE
    via_down[:] = _NO_NODE
    for i in range(tail.size):
        a = tail[i]
        b = head[i]
        if a < b:
            arc = start[a] + np.searchsorted(upper[start[a] : start[a + 1]], b)
            up[arc] = min(up[arc], weight[i])
        elif b < a:
            arc = start[b] + np.searchsorted(upper[start[b] : start[b + 1]], a)
            down[arc] = min(down[arc], weight[i])
    for v in range(start.size - 1):
        for a in range(start[v], start[v + 1]):
            if up[a] >= NO_WAY and down[a] >= NO_WAY:
                continue
            q = start[upper[a]]
            for b in range(a + 1, start[v + 1]):
                while upper[q] < upper[b]:
                    q += 1
                way = down[a] + up[b]
                if way < up[q]:
                    up[q] = way
                    via_up[q] = v
                way = down[b] + up[a]
                if way < down[q]:
                    down[q] = way
                    via_down[q] = v


@njit(cache=True, nogil=True)
def needed(
    start: NDArray[np.int64], upper: NDArray[np.int32], up: NDArray[np.int64], down: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which arcs, upwards and downwards, are a fastest way between their ends (perfect customisation).

    Parameters
    ----------
    start, upper, up, down : ndarray
        From `contract` and `customise`.

    Returns
    -------
    tuple of ndarray of bool
        Arcs that are False can be left out of every sweep.
    """
    up = up.copy()
    down = down.copy()
    keep_up = up < NO_WAY
    keep_down = down < NO_WAY
    for v in range(start.size - 2, -1, -1):
        for a in range(start[v], start[v + 1]):
            q = start[upper[a]]
            for b in range(a + 1, start[v + 1]):
                while upper[q] < upper[b]:
                    q += 1
                if up[b] + down[q] < up[a]:
                    up[a] = up[b] + down[q]
                    keep_up[a] = False
                if up[a] + up[q] < up[b]:
                    up[b] = up[a] + up[q]
                    keep_up[b] = False
                if up[q] + down[b] < down[a]:
                    down[a] = up[q] + down[b]
                    keep_down[a] = False
                if down[q] + down[a] < down[b]:
                    down[b] = down[q] + down[a]
                    keep_down[b] = False
    return keep_up, keep_down


@njit(cache=True, nogil=True)
def thinned(
    start: NDArray[np.int64], upper: NDArray[np.int32], weight: NDArray[np.int64], keep: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Return the kept arcs alone, as start, upper, weight."""
    size = keep.sum()
    at = np.zeros(start.size, np.int64)
    kept = np.empty(size, np.int32)
    kept_weight = np.empty(size, np.int64)
    k = 0
    for v in range(start.size - 1):
        for a in range(start[v], start[v + 1]):
            if keep[a]:
                kept[k] = upper[a]
                kept_weight[k] = weight[a]
                k += 1
        at[v + 1] = k
    return at, kept, kept_weight


@njit(cache=True, nogil=True)
def restrict(
    start: NDArray[np.int64],
    upper: NDArray[np.int32],
    weight: NDArray[np.int64],
    parent: NDArray[np.int32],
    goals: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Return the part of the downward arcs that leads to the goals, from the top down.

    Parameters
    ----------
    start, upper, weight : ndarray
        Arcs downwards, each held at its lower end.
    parent : ndarray of int32
        Elimination tree.
    goals : ndarray of int32
        Nodes to be reached.

    Returns
    -------
    place : ndarray of int32
        Position of each node in the sweep, -1 where it is not in it.
    at, tail, tail_weight : ndarray
        The arcs into position ``i``: the positions they come from, and their weights.
    """
    place = np.full(parent.size, _NO_NODE, np.int32)
    count = 0
    total = 0
    for goal in goals:
        v = goal
        while v >= 0 and place[v] < 0:
            place[v] = 0
            count += 1
            total += start[v + 1] - start[v]
            v = parent[v]
    at = np.zeros(count + 1, np.int64)
    tail = np.empty(total, np.int32)
    tail_weight = np.empty(total, np.int64)
    i = 0
    k = 0
    for v in range(parent.size - 1, -1, -1):
        if place[v] >= 0:
            place[v] = i
            i += 1
            for a in range(start[v], start[v + 1]):
                tail[k] = place[upper[a]]
                tail_weight[k] = weight[a]
                k += 1
            at[i] = k
    return place, at, tail, tail_weight


@njit(cache=True, nogil=True)
def sweep(
    start: NDArray[np.int64],
    upper: NDArray[np.int32],
    weight: NDArray[np.int64],
    parent: NDArray[np.int32],
    place: NDArray[np.int32],
    at: NDArray[np.int64],
    tail: NDArray[np.int32],
    tail_weight: NDArray[np.int64],
    source_at: NDArray[np.int64],
    source_node: NDArray[np.int32],
    source_weight: NDArray[np.int64],
    goal_at: NDArray[np.int64],
    goal_node: NDArray[np.int32],
    goal_weight: NDArray[np.int64],
    first: int,
    last: int,
    found: NDArray[np.int64],
) -> None:
    """Fill the rows `first` to `last` of the table of weights from every source to every goal.

    Parameters
    ----------
    start, upper, weight : ndarray
        Arcs upwards.
    parent : ndarray of int32
        Elimination tree.
    place, at, tail, tail_weight : ndarray
        From `restrict`.
    source_at, source_node, source_weight : ndarray
        Where a way of source ``s`` may begin: the entries from ``source_at[s]`` to ``source_at[s + 1]``.
    goal_at, goal_node, goal_weight : ndarray
        Where a way to goal ``g`` may end.
    first, last : int
        Rows to fill.
    found : ndarray of int64, shape (last - first, goals)
        Filled with weights, `NO_WAY` where there is no way.
    """
    best = np.empty((at.size - 1, LANES), np.int64)
    reach = np.full(parent.size, NO_WAY, np.int64)
    for row in range(first, last, LANES):
        lanes = min(LANES, last - row)
        best[:] = NO_WAY
        for lane in range(lanes):
            _climb(
                start, upper, weight, parent, place, source_node, source_weight,
                source_at[row + lane], source_at[row + lane + 1], reach, best[:, lane],
            )
        for i in range(at.size - 1):
            mine = best[i]
            for a in range(at[i], at[i + 1]):
                theirs = best[tail[a]]
                more = tail_weight[a]
                for lane in range(LANES):
                    way = theirs[lane] + more
                    mine[lane] = min(mine[lane], way)
        for goal in range(goal_at.size - 1):
            for lane in range(lanes):
                way = NO_WAY
                for k in range(goal_at[goal], goal_at[goal + 1]):
                    way = min(way, best[place[goal_node[k]], lane] + goal_weight[k])
                found[row - first + lane, goal] = way


@njit(cache=True, nogil=True)
def _climb(start, upper, weight, parent, place, node, offset, begin, end, reach, best):
    """Search upwards from the entries `begin` to `end`; leave what was reached in `best`, and `reach` as it was."""
    for k in range(begin, end):
        reach[node[k]] = min(reach[node[k]], offset[k])
    for k in range(begin, end):
        v = node[k]
        while v >= 0:
            if reach[v] < NO_WAY:
                for a in range(start[v], start[v + 1]):
                    way = reach[v] + weight[a]
                    reach[upper[a]] = min(reach[upper[a]], way)
            v = parent[v]
    for k in range(begin, end):
        v = node[k]
        while v >= 0:
            if reach[v] < NO_WAY:
                if place[v] >= 0:
                    best[place[v]] = reach[v]
                reach[v] = NO_WAY
            v = parent[v]
