"""Contract a directed graph in a given order and weigh it: the kernels behind `hierarchy`.

Plain arrays; nodes are named by their rank in the order. A weight is one whole number that sorts by time, then by
length (see `packing`), so that one search finds both. What is swept is in `sweeping`.

References
----------
Dibbelt, Strasser and Wagner (2016), "Customizable Contraction Hierarchies", ACM JEA 21(1), 1.5: contraction,
customisation, elimination tree, perfect customisation.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, no-any-return"
# ruff: noqa: ANN001, ANN202

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gisdata.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_WAY = np.int64(1) << 61
_NO_NODE = np.int32(-1)


@kernel
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
    given_at, given = _grouped(count, low, high)
    child = np.full(count, _NO_NODE, np.int32)
    sibling = np.full(count, _NO_NODE, np.int32)
    parent = np.full(count, _NO_NODE, np.int32)
    seen = np.full(count, _NO_NODE, np.int32)
    start = np.zeros(count + 1, np.int64)
    upper = np.empty(given.size * 2 + 16, np.int32)
    lower = np.empty(given.size * 2 + 16, np.int32)
    size = 0
    for v in range(count):
        begin = size
        room = given_at[v + 1] - given_at[v]
        below = child[v]
        while below >= 0:
            room += start[below + 1] - start[below]
            below = sibling[below]
        if size + room > upper.size:
            upper = longer(upper, upper.size * 2 + room)
            lower = longer(lower, lower.size * 2 + room)
        above = count
        below = v  # the node itself first, then its children
        while below >= 0:
            first, last = start[below], start[below + 1]
            if below == v:
                first, last = given_at[v], given_at[v + 1]
            for a in range(first, last):
                u = given[a] if below == v else upper[a]
                if u != v and seen[u] != v:
                    seen[u] = v
                    upper[size] = u
                    lower[size] = v
                    size += 1
                    above = min(above, u)
            below = child[v] if below == v else sibling[below]
        start[v + 1] = size
        if size > begin:
            parent[v] = above
            sibling[v] = child[above]
            child[above] = v
    at, by_upper = _grouped(count, upper[:size], lower[:size])
    fill = start.copy()
    for u in range(count):  # in this order each node meets its upper ends ascending
        for a in range(at[u], at[u + 1]):
            v = by_upper[a]
            upper[fill[v]] = u
            fill[v] += 1
    return start, upper[:size].copy(), parent


@kernel
def _grouped(count, by, value):
    """Return values grouped by a node, and where those of each node begin; pairs of equals are passed over."""
    at = np.zeros(count + 1, np.int64)
    for i in range(by.size):
        if by[i] != value[i]:
            at[by[i] + 1] += 1
    for v in range(count):
        at[v + 1] += at[v]
    fill = at.copy()
    grouped = np.empty(at[count], np.int32)
    for i in range(by.size):
        if by[i] != value[i]:
            grouped[fill[by[i]]] = value[i]
            fill[by[i]] += 1
    return at, grouped


@kernel
def longer(array: NDArray[np.int32], size: int) -> NDArray[np.int32]:
    """Return an array with more room.

    Parameters
    ----------
    array : ndarray of int32
        What it begins with.
    size : int
        How much it holds.

    Returns
    -------
    ndarray of int32, shape (size,)
        A copy.
    """
    copy = np.empty(size, np.int32)
    for i in range(array.size):
        copy[i] = array[i]
    return copy


@kernel
def arc_of(start: NDArray[np.int64], upper: NDArray[np.int32], a: np.int32, b: np.int32) -> np.int64:
    """Return the arc of the contracted graph between two neighbours.

    Parameters
    ----------
    start, upper : ndarray
        From `contract`.
    a, b : int32
        Its ends.

    Returns
    -------
    int64
        Its number.
    """
    low, high = min(a, b), max(a, b)
    first, last = start[low], start[low + 1] - 1
    while first < last:
        middle = (first + last) // 2
        if upper[middle] < high:
            first = middle + 1
        else:
            last = middle
    return first


@kernel
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
            arc = arc_of(start, upper, a, b)
            up[arc] = min(up[arc], weight[i])
        elif b < a:
            arc = arc_of(start, upper, a, b)
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


@kernel
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


@kernel
def thinned(
    start: NDArray[np.int64], upper: NDArray[np.int32], weight: NDArray[np.int64], keep: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Return the kept arcs alone, as start, upper, weight."""
    size = 0
    for a in range(keep.size):
        size += keep[a]
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
