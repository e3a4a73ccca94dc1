"""Contract a directed graph in a given order and weigh it: the kernels behind `hierarchy`.

Plain arrays; nodes are named by their rank in the order. A weight is one whole number that sorts by time, then by
length (see `packing`), so that one search finds both. What is swept is in `sweeping`.

References
----------
Dibbelt, Strasser and Wagner (2016), "Customizable Contraction Hierarchies", ACM JEA 21(1), 1.5: contraction,
customisation, elimination tree, perfect customisation.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201, ANN202
# ruff: noqa: FURB136, PLR1730 (compiled, the builtins cost seconds)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gisdata.compiled import once, outer

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_WAY = np.int64(1) << 61
_NO_NODE = np.int32(-1)
_CHILD, _SIBLING, _SEEN = range(3)


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
    apart = low != high
    given_low, given = np.divmod(np.sort(low[apart].astype(np.int64) * count + high[apart]), max(count, 1))
    given_at, given = starts(given_low, count), given.astype(np.int32)
    start, parent = np.zeros(count + 1, np.int64), np.full(count, _NO_NODE, np.int32)
    links = np.full((3, count), _NO_NODE, np.int32)
    upper = np.empty(2 * len(given) + 16, np.int32)
    done = 0
    while (done := _contract(given_at, given, done, start, upper, parent, links)) < count:
        upper = np.concatenate([upper[: start[done]], np.empty(len(upper), np.int32)])
    lower = np.repeat(np.arange(count) * count, np.diff(start))
    key = lower + upper[: len(lower)]
    key.sort()
    return start, (key - lower).astype(np.int32), parent


def starts(by: NDArray[np.integer[Any]], count: int) -> NDArray[np.int64]:
    """Return where the entries of each node begin when they are grouped by node.

    Parameters
    ----------
    by : ndarray of int
        The node of each entry.
    count : int
        Number of nodes.

    Returns
    -------
    ndarray of int64, shape (count + 1,)
        Those of node ``v`` are from ``starts[v]`` to ``starts[v + 1]``.
    """
    return np.concatenate([[0], np.cumsum(np.bincount(by, minlength=count))])


@outer
def _contract(given_at, given, first, start, upper, parent, links):
    """Contract nodes from `first` on while `upper` has room; return the first for which it has none, or their number.

    A node's upper ends are those of its own arcs and of its children in the elimination tree.
    """
    for v in range(first, parent.size):
        size = start[v]
        room = given_at[v + 1] - given_at[v]
        below = links[_CHILD, v]
        while below >= 0:
            room += start[below + 1] - start[below]
            below = links[_SIBLING, below]
        if size + room > upper.size:
            return v
        above = parent.size
        below = v  # the node itself first, then its children
        while below >= 0:
            own = below == v
            begin = given_at[v] if own else start[below]
            end = given_at[v + 1] if own else start[below + 1]
            for a in range(begin, end):
                u = given[a] if own else upper[a]
                if u != v and links[_SEEN, u] != v:
                    links[_SEEN, u] = v
                    upper[size] = u
                    size += 1
                    above = u if u < above else above
            below = links[_CHILD, v] if own else links[_SIBLING, below]
        start[v + 1] = size
        if above < parent.size:
            parent[v] = above
            links[_SIBLING, v] = links[_CHILD, above]
            links[_CHILD, above] = v
    return parent.size


@once
def arc_of(start, upper, low, high):
    """Return the number of the arc of the contracted graph between two neighbours."""
    first = start[low]
    last = start[low + 1] - 1
    while first < last:
        middle = (first + last) >> 1
        if upper[middle] < high:
            first = middle + 1
        else:
            last = middle
    return first


@outer
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
        Weight of each arc upwards and downwards; `NO_WAY` before, and after where there is none.
    via_up, via_down : ndarray of int32
        The lower node that the arc goes over; -1 before, and after where it is an arc of the graph itself.
    """
    for i in range(tail.size):
        a = tail[i]
        b = head[i]
        if a != b:
            arc = arc_of(start, upper, a if a < b else b, b if a < b else a)
            mine = up if a < b else down
            if weight[i] < mine[arc]:
                mine[arc] = weight[i]
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


def thinned(
    start: NDArray[np.int64], upper: NDArray[np.int32], up: NDArray[np.int64], down: NDArray[np.int64]
) -> tuple[tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]], ...]:
    """Return, upwards and downwards, only the arcs that are a fastest way between their ends (perfect customisation).

    Parameters
    ----------
    start, upper, up, down : ndarray
        From `contract` and `customise`.

    Returns
    -------
    tuple of tuple of ndarray
        Start, upper, weight of either direction; no sweep needs the other arcs.
    """
    least = up.copy(), down.copy()
    _lower(start, upper, *least)
    parts = []
    for weight, lowered in zip((up, down), least, strict=True):
        keep = (lowered == weight) & (weight < NO_WAY)
        at = np.concatenate([[0], np.cumsum(keep)])[start]
        parts.append((at, upper[keep], weight[keep]))
    return tuple(parts)


@outer
def _lower(start, upper, up, down):
    """Lower the weight of every arc to that of the fastest way between its ends."""
    for v in range(start.size - 2, -1, -1):
        for a in range(start[v], start[v + 1]):
            q = start[upper[a]]
            for b in range(a + 1, start[v + 1]):
                while upper[q] < upper[b]:
                    q += 1
                if up[b] + down[q] < up[a]:
                    up[a] = up[b] + down[q]
                if up[a] + up[q] < up[b]:
                    up[b] = up[a] + up[q]
                if up[q] + down[b] < down[a]:
                    down[a] = up[q] + down[b]
                if down[q] + down[a] < down[b]:
                    down[b] = down[q] + down[a]
