"""Shortest-way kernels on plain arrays: nothing here knows roads, vehicles or maps.

Fastest first; among equally fast ways, the shortest. Times and lengths are whole numbers, so every kernel that keeps
this rule gives the same answer to the last digit. `tables` and `ways` here are SciPy's Dijkstra: plain, slow, and the
judge of `hierarchy`, which does the work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gisdata.network.packing import Packing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

UNREACHABLE = -1
_BLOCK_BYTES = 64_000_000
_EXACT_BITS = 53  # whole numbers that a float64 holds exactly


@dataclass(frozen=True, slots=True)
class Arcs:
    """A directed graph: at most one arc from one node to another.

    Parameters
    ----------
    count : int
        Nodes are 0 to count - 1.
    tail, head : ndarray of int64
        Ends of the arcs.
    time_ms, length_mm : ndarray of int64
        Not negative. An arc with a length takes time.
    """

    count: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    time_ms: NDArray[np.int64]
    length_mm: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Legs:
    """How places hang on a graph: from a place to a node where ways begin, from a node to a place where they end.

    Parameters
    ----------
    count : int
        Places are 0 to count - 1; a place without a leg is unreachable.
    place, node : ndarray of int64
        What a leg joins.
    time_ms, length_mm : ndarray of int64
        What it takes.
    """

    count: int
    place: NDArray[np.int64]
    node: NDArray[np.int64]
    time_ms: NDArray[np.int64]
    length_mm: NDArray[np.int64]


def tables(arcs: Arcs, starts: Legs, ends: Legs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return time and length of the fastest way from every start to every end.

    Parameters
    ----------
    arcs : Arcs
        The graph.
    starts, ends : Legs
        Places where ways begin and end.

    Returns
    -------
    tuple of ndarray of int64, shape (starts, ends)
        Milliseconds and millimetres of the same way; -1 where there is none.

    Raises
    ------
    TooLargeError
        If a way takes so long that its time and length cannot be told apart exactly.
    """
    if starts.count > ends.count:  # search from the fewer side
        turned = Arcs(arcs.count, arcs.head, arcs.tail, arcs.time_ms, arcs.length_mm)
        time, length = tables(turned, ends, starts)
        return time.T, length.T
    time = np.full((starts.count, ends.count), UNREACHABLE, dtype=np.int64)
    length = time.copy()
    graph, whole = _whole_graph(arcs, starts, ends)
    goals = slice(arcs.count + starts.count, whole.count)
    packing = _packing(whole)
    rows = max(1, _BLOCK_BYTES // (8 * whole.count))
    for begin in range(0, starts.count, rows):
        block = slice(begin, min(begin + rows, starts.count))
        packing, weights = _searched(graph, whole, packing, arcs.count + np.arange(block.start, block.stop), goals)
        time[block], length[block] = _unpacked(packing, weights)
    return time, length


def ways(
    arcs: Arcs, starts: Legs, ends: Legs, pairs: NDArray[np.int64]
) -> Iterator[tuple[int, int, NDArray[np.int64]] | None]:
    """Give the fastest way of each pair of places.

    Parameters
    ----------
    arcs : Arcs
        The graph.
    starts, ends : Legs
        Places where ways begin and end.
    pairs : ndarray of int64, shape (n, 2)
        Start and end of each way; pairs with the same start should stand together.

    Yields
    ------
    tuple or None
        Milliseconds, millimetres and the nodes passed in order; None where there is no way.
    """
    graph, whole = _whole_graph(arcs, starts, ends)
    packing = _packing(whole)
    goals = slice(arcs.count + starts.count, whole.count)
    searched, weights, before = -1, np.empty(0), np.empty(0, dtype=np.int32)
    for start, end in pairs.tolist():
        if start != searched:
            packing, weights, before = _searched_tree(graph, whole, packing, arcs.count + start, goals)
            searched = start
        time, length = _unpacked(packing, weights[end : end + 1])
        passed, node = [], before[goals.start + end]
        while 0 <= node < arcs.count:
            passed.append(node)
            node = before[node]
        yield (int(time[0]), int(length[0]), np.array(passed[::-1], dtype=np.int64)) if passed else None


def tree(arcs: Arcs, start: Legs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the fastest way from one place to every node.

    Parameters
    ----------
    arcs : Arcs
        The graph.
    start : Legs
        One place.

    Returns
    -------
    tuple of ndarray of int64, shape (nodes,)
        Milliseconds, -1 where there is no way; and the node before each node, -1 where it is the first.
    """
    none = np.zeros(0, dtype=np.int64)
    graph, whole = _whole_graph(arcs, start, Legs(0, none, none, none, none))
    packing, weights, before = _searched_tree(graph, whole, _packing(whole), arcs.count, slice(0, arcs.count))
    previous = before[: arcs.count].astype(np.int64)
    previous[(previous < 0) | (previous >= arcs.count)] = UNREACHABLE
    return _unpacked(packing, weights)[0], previous


def _packing(whole: Arcs, unit_mm: int = 1) -> Packing:
    return Packing.finest(whole.time_ms, whole.length_mm, _EXACT_BITS, unit_mm)


def _unpacked(packing: Packing, weights: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return time and length of sums of weights, -1 where infinite."""
    known = np.isfinite(weights)
    time, length = packing.unpacked(np.where(known, weights, 0).astype(np.int64))
    return np.where(known, time, UNREACHABLE), np.where(known, length, UNREACHABLE)


def _overflowed(weights: NDArray[np.float64]) -> bool:
    """Return whether a finite sum is too large to be exact."""
    return bool((weights[np.isfinite(weights)] >= 2.0**_EXACT_BITS).any())


def _whole_graph(arcs: Arcs, starts: Legs, ends: Legs) -> tuple[csr_array, Arcs]:
    """Return the graph with a node for every place, as a matrix of arc numbers and as arcs in the same order."""
    from scipy.sparse import csr_array

    count = arcs.count + starts.count + ends.count
    tail = np.concatenate([arcs.tail, arcs.count + starts.place, ends.node])
    head = np.concatenate([arcs.head, starts.node, arcs.count + starts.count + ends.place])
    time = np.concatenate([arcs.time_ms, starts.time_ms, ends.time_ms])
    length = np.concatenate([arcs.length_mm, starts.length_mm, ends.length_mm])
    order = np.lexsort((length, time, head, tail))
    tail, head = tail[order], head[order]
    best = np.ones(len(order), dtype=bool)
    best[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    kept = order[best]
    whole = Arcs(count, tail[best], head[best], time[kept], length[kept])
    first = np.concatenate([[0], np.cumsum(np.bincount(whole.tail, minlength=count))])
    matrix = csr_array((np.zeros(len(kept)), whole.head.astype(np.int32), first.astype(np.int32)), shape=(count, count))
    return matrix, whole


def _searched(
    graph: csr_array, whole: Arcs, packing: Packing, sources: NDArray[np.int64], goals: slice
) -> tuple[Packing, NDArray[np.float64]]:
    """Return the sums of weights from sources to goals, and the packing that held them."""
    from scipy.sparse.csgraph import dijkstra

    graph.data[:] = packing.packed(whole.time_ms, whole.length_mm)
    weights: NDArray[np.float64] = dijkstra(graph, indices=sources)[:, goals]
    if _overflowed(weights):
        return _searched(graph, whole, _packing(whole, packing.unit_mm * 10), sources, goals)
    return packing, weights


def _searched_tree(
    graph: csr_array, whole: Arcs, packing: Packing, source: int, goals: slice
) -> tuple[Packing, NDArray[np.float64], NDArray[np.int32]]:
    """Return the sums of weights from one source to goals, the node before each node, and the packing."""
    from scipy.sparse.csgraph import dijkstra

    graph.data[:] = packing.packed(whole.time_ms, whole.length_mm)
    (weights,), (before,) = dijkstra(graph, indices=[source], return_predecessors=True)
    if _overflowed(weights[goals]):
        return _searched_tree(graph, whole, _packing(whole, packing.unit_mm * 10), source, goals)
    return packing, weights[goals], before
