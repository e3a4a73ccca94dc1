"""Sweep a weighed graph downwards for many sources at once: the kernels that fill a table of times and lengths.

Plain arrays from `contraction`; nodes are named by their rank. Sums in a row are those of `lanes`: a weight and `BASE`.

References
----------
Delling, Goldberg and Werneck (2011), "Faster Batched Shortest Paths in Road Networks", ATMOS 2011, 52-63: the
restricted sweep over many sources at once.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, call-arg"
# ruff: noqa: ANN001, ANN202
# ruff: noqa: FURB136, PLR1730 (compiled, the builtins cost seconds)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gisdata.compiled import once, outer
from gisdata.network.contraction import NO_WAY
from gisdata.network.lanes import BASE, LANES, NO_SUM, relax

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNREACHABLE = np.int64(-1)
_NO_NODE = np.int32(-1)
_CACHE_LINE_BYTES = 64
_TILE = 8  # 64-bit numbers in a cache line


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """What one thread works in; it can be used again and again.

    Parameters
    ----------
    rows : ndarray of int64, shape (positions, LANES)
        A sum for each position of the sweep and each source.
    filled : ndarray of bool, shape (positions,)
        Which rows hold something; none between calls.
    reach : ndarray of int64, shape (nodes,)
        Weights of one climb; `NO_WAY` between calls.
    cursors : ndarray of int32, shape (entries,)
        Where one climb is, for each entry of its source.
    """

    rows: NDArray[np.int64]
    filled: NDArray[np.bool_]
    reach: NDArray[np.int64]
    cursors: NDArray[np.int32]

    @classmethod
    def make(cls, positions: int, nodes: int, entries: int) -> Room:
        """Return room for a sweep; its rows begin at cache lines.

        Parameters
        ----------
        positions : int
            Nodes of the sweep.
        nodes : int
            Nodes of the graph.
        entries : int
            Of one source, at most.

        Returns
        -------
        Room
            Empty.
        """
        raw = np.empty(positions * LANES + _CACHE_LINE_BYTES // 8, np.int64)
        first = -raw.ctypes.data % _CACHE_LINE_BYTES // 8
        rows = raw[first : first + positions * LANES].reshape(positions, LANES)
        return cls(rows, np.zeros(positions, np.bool_), np.full(nodes, NO_WAY), np.empty(entries, np.int32))


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
    place = np.full(len(parent), _NO_NODE, np.int32)
    at, tail = np.zeros(len(parent) + 1, np.int64), np.empty(len(upper), np.int32)
    tail_weight = np.empty(len(upper), np.int64)
    count = _restrict(start, upper, weight, parent, goals, place, at, tail, tail_weight)
    size = at[count]
    return place, at[: count + 1], tail[:size], tail_weight[:size]


@outer
def _restrict(start, upper, weight, parent, goals, place, at, tail, tail_weight):
    """Fill arrays that have room for the whole graph; return how many nodes lead to the goals."""
    for goal in goals:
        v = goal
        while v >= 0 and place[v] < 0:
            place[v] = 0
            v = parent[v]
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
    return i


@outer
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
    goal_row: NDArray[np.int32],
    goal_weight: NDArray[np.int64],
    rows: NDArray[np.int64],
    filled: NDArray[np.bool_],
    reach: NDArray[np.int64],
    cursors: NDArray[np.int32],
    first: int,
    last: int,
    bits: int,
    unit_mm: int,
    time_ms: NDArray[np.int64],
    length_mm: NDArray[np.int64],
) -> int:
    """Fill the rows `first` to `last` of the tables of time and length from every source to every goal.

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
    goal_at, goal_row, goal_weight : ndarray
        Where a way to goal ``g`` may end: a position of the sweep.
    rows, filled, reach, cursors : ndarray
        Of a `Room`.
    first, last : int
        Rows to fill.
    bits, unit_mm : int
        Of the `Packing`.
    time_ms, length_mm : ndarray of int64, shape (last - first, goals)
        Filled; `UNREACHABLE` where there is no way.

    Returns
    -------
    int
        How many cells have no way.
    """
    missing = 0
    for row in range(first, last, LANES):
        lanes = LANES if last - row > LANES else last - row
        for lane in range(lanes):
            _climb(
                start, upper, weight, parent, place, source_node, source_weight,
                source_at[row + lane], source_at[row + lane + 1], reach, rows, filled, lane, cursors,
            )
        for i in range(at.size - 1):
            relax(rows, i, not filled[i], tail, tail_weight, at[i], at[i + 1])
            filled[i] = False
        missing += _write(rows, lanes, goal_at, goal_row, goal_weight, bits, unit_mm, time_ms, length_mm, row - first)
    return missing


@once
def _write(rows, lanes, goal_at, goal_row, goal_weight, bits, unit_mm, time_ms, length_mm, row):
    """Write the sums at the goals from a row on, a cache line at a time; return how many have no way."""
    low_bits = (np.int64(1) << bits) - 1
    goals = goal_at.size - 1
    missing = 0
    for begin in range(0, goals, _TILE):
        for lane in range(lanes):
            for goal in range(begin, begin + _TILE if begin + _TILE < goals else goals):
                way = np.int64(NO_SUM)
                for k in range(goal_at[goal], goal_at[goal + 1]):
                    other = rows[goal_row[k], lane] + goal_weight[k]
                    way = other if other < way else way
                if way < NO_SUM:
                    way -= BASE
                    time_ms[row + lane, goal] = way >> bits
                    length_mm[row + lane, goal] = (way & low_bits) * unit_mm
                else:
                    time_ms[row + lane, goal] = UNREACHABLE
                    length_mm[row + lane, goal] = UNREACHABLE
                    missing += 1
    return missing


@once
def _climb(start, upper, weight, parent, place, node, offset, begin, end, reach, rows, filled, lane, cursors):
    """Search upwards from the entries `begin` to `end`; leave what was reached in `rows`, and `reach` as it was.

    The ways up from all entries are walked together, each node once and after all below it.
    """
    live = 0
    for k in range(begin, end):
        if offset[k] < reach[node[k]]:
            reach[node[k]] = offset[k]
        cursors[live] = node[k]
        live += 1
    while live > 0:
        v = cursors[0]
        for c in range(1, live):
            v = cursors[c] if cursors[c] < v else v
        if reach[v] < NO_WAY:
            for a in range(start[v], start[v + 1]):
                if reach[v] + weight[a] < reach[upper[a]]:
                    reach[upper[a]] = reach[v] + weight[a]
            if place[v] >= 0:
                _put(rows, filled, place[v], lane, reach[v])
            reach[v] = NO_WAY
        above = parent[v]
        left = 0
        met = above < 0
        for c in range(live):
            u = cursors[c]
            if u == v:
                if met:
                    continue
                u = above
            met = met or u == above
            cursors[left] = u
            left += 1
        live = left


@once
def _put(rows, filled, i, lane, way):
    """Put the weight of a way in its lane of a row."""
    if not filled[i]:
        filled[i] = True
        for other in range(LANES):
            rows[i, other] = NO_SUM
    rows[i, lane] = way + BASE if way < NO_SUM - BASE else NO_SUM
