"""The fastest ways on a road network by customizable contraction: order once, weigh in a blink, sweep many at a time.

The contracted graph depends on the topology alone; it is kept with the network, and in a cache folder on disk for the
next process. Weights of a profile are filled in in a fraction of a second. Ways and ties are those of `shortest`, to
the last digit.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from gisdata.errors import TooLargeError
from gisdata.files import cache_folder, whole_file
from gisdata.network import contraction as kernels
from gisdata.network import shortest, sweeping
from gisdata.network.driving import driving
from gisdata.network.ordering import contraction_order
from gisdata.network.packing import Packing
from gisdata.network.topology import remembered
from gisdata.network.unpacking import Finder
from gisdata.profiles import Profile, as_profile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork
    from gisdata.network.shortest import Arcs, Legs

    Way = tuple[int, int, NDArray[np.int64]]
    Sweep = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]

VERSION = 1
"""Of what is kept on disk; another number makes it anew."""

KEPT_FROM_NODES = 5_000
"""Smaller networks are ordered in less time than a file takes."""

_ROOM_BITS = 60  # sums of two stay below NO_WAY, sums with NO_WAY fit a 64-bit number
_ROWS = 64
_TOO_LONG = "a way takes too long to keep its time and length apart exactly"


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """A network's junctions in contraction order, and the arcs of the contracted graph.

    Parameters
    ----------
    rank : ndarray of int32, shape (nodes,)
        Place of each node in the order.
    start : ndarray of int64, shape (nodes + 1,)
        The arcs up from the node of rank ``r`` are those from ``start[r]`` to ``start[r + 1]``.
    upper : ndarray of int32
        Rank of their upper ends.
    parent : ndarray of int32, shape (nodes,)
        Elimination tree, by rank; -1 at a root.
    """

    rank: NDArray[np.int32]
    start: NDArray[np.int64]
    upper: NDArray[np.int32]
    parent: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Weighted:
    """A hierarchy as one profile drives it.

    Parameters
    ----------
    hierarchy : Hierarchy
        What is weighed.
    arcs : Arcs
        What can be driven.
    packing : Packing
        How weights hold time and length.
    up, down : ndarray of int64
        Weight of each arc in either direction.
    via_up, via_down : ndarray of int32
        The lower node each goes over, -1 for an arc of the graph itself.
    sweep_up, sweep_down : tuple of ndarray
        The arcs that some fastest way needs, as start, upper, weight.
    """

    hierarchy: Hierarchy
    arcs: Arcs
    packing: Packing
    up: NDArray[np.int64]
    down: NDArray[np.int64]
    via_up: NDArray[np.int32]
    via_down: NDArray[np.int32]
    sweep_up: Sweep
    sweep_down: Sweep

    @cached_property
    def strong(self) -> NDArray[np.int32]:
        """Which strongly connected part each node is in."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import connected_components

        arcs = self.arcs
        ones = np.ones(len(arcs.tail), np.int8)
        graph = csr_array((ones, (arcs.tail, arcs.head)), shape=(arcs.count, arcs.count))
        part: NDArray[np.int32] = connected_components(graph, connection="strong")[1].astype(np.int32)
        return part


def hierarchy(roads: RoadNetwork) -> Hierarchy:
    """Return the hierarchy of a network, made at the first call and kept on disk.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.

    Returns
    -------
    Hierarchy
        The same for every profile.
    """
    return remembered(roads, "hierarchy", lambda: _make_hierarchy(roads))


def weighted(roads: RoadNetwork, profile: str | Profile) -> Weighted:
    """Return the hierarchy of a network with the weights of a profile, made at the first call.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.

    Returns
    -------
    Weighted
        Ready for `tables` and `ways`.
    """
    who = as_profile(profile)
    return remembered(roads, ("weighted", who), lambda: weigh(hierarchy(roads), driving(roads, who).arcs))


def order(count: int, tail: NDArray[np.int64], head: NDArray[np.int64], lon: NDArray[np.float64],
          lat: NDArray[np.float64]) -> Hierarchy:
    """Return the hierarchy of a graph.

    Parameters
    ----------
    count : int
        Number of nodes.
    tail, head : ndarray of int64
        Its arcs.
    lon, lat : ndarray of float64, shape (count,)
        Where the nodes lie, degrees.

    Returns
    -------
    Hierarchy
        Its arrays are read-only.
    """
    narrow = np.cos(np.radians(lat.mean())) if count else 1.0
    ends = tail.astype(np.int32), head.astype(np.int32)
    placed = contraction_order(count, *ends, np.ascontiguousarray(lon * narrow), np.ascontiguousarray(lat))
    return contracted(placed, tail, head)


def contracted(placed: NDArray[np.integer[Any]], tail: NDArray[np.int64], head: NDArray[np.int64]) -> Hierarchy:
    """Return the hierarchy of a graph whose order is known.

    Parameters
    ----------
    placed : ndarray of int, shape (nodes,)
        Nodes, least important first.
    tail, head : ndarray of int64
        The arcs of the graph.

    Returns
    -------
    Hierarchy
        Its arrays are read-only.
    """
    rank = np.empty(len(placed), np.int32)
    rank[placed] = np.arange(len(placed), dtype=np.int32)
    low, high = np.minimum(rank[tail], rank[head]), np.maximum(rank[tail], rank[head])
    return _read_only(Hierarchy(rank, *kernels.contract(len(placed), low, high)))


def weigh(structure: Hierarchy, arcs: Arcs) -> Weighted:
    """Return a hierarchy with weights.

    Parameters
    ----------
    structure : Hierarchy
        Made of a graph that holds all the arcs, in either direction.
    arcs : Arcs
        What can be driven.

    Returns
    -------
    Weighted
        Ready for `tables` and `ways`.
    """
    long = 3 * arcs.length_mm  # a way has two legs beside its arcs
    packing = Packing.finest(arcs.time_ms, long, _ROOM_BITS)
    start, upper = structure.start, structure.upper
    up, down = (np.full(len(upper), kernels.NO_WAY) for _ in range(2))
    via_up, via_down = (np.full(len(upper), -1, np.int32) for _ in range(2))
    weight = packing.packed(arcs.time_ms, arcs.length_mm)
    kernels.customise(start, upper, structure.rank[arcs.tail], structure.rank[arcs.head], weight, up, down, via_up,
                      via_down)
    return Weighted(structure, arcs, packing, up, down, via_up, via_down, *kernels.thinned(start, upper, up, down))


def fastest_tables(roads: RoadNetwork, profile: str | Profile, starts: Legs, ends: Legs,
                   threads: int | None = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return time and length of the fastest way from every start to every end on a road network.

    Where ways take too long for the contracted graph, the plain search answers; it is slower and coarser in length.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.
    starts, ends : Legs
        Places where ways begin and end.
    threads : int, optional
        How many to use; by default one for each processor.

    Returns
    -------
    tuple of ndarray of int64, shape (starts, ends)
        Milliseconds and millimetres of the same way; -1 where there is none.
    """
    try:
        return tables(weighted(roads, profile), starts, ends, threads)
    except TooLargeError:
        return shortest.tables(driving(roads, profile).arcs, starts, ends)


def fastest_ways(roads: RoadNetwork, profile: str | Profile, starts: Legs, ends: Legs,
                 pairs: NDArray[np.int64]) -> list[Way | None]:
    """Return the fastest way of each pair of places on a road network; see `fastest_tables`.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.
    starts, ends : Legs
        Places where ways begin and end.
    pairs : ndarray of int64, shape (n, 2)
        Start and end of each way, sorted by start.

    Returns
    -------
    list of tuple or None
        Milliseconds, millimetres and the nodes passed in order; None where there is no way.
    """
    try:
        return list(ways(weighted(roads, profile), starts, ends, pairs))
    except TooLargeError:
        return list(shortest.ways(driving(roads, profile).arcs, starts, ends, pairs))


def tables(how: Weighted, starts: Legs, ends: Legs,
           threads: int | None = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return time and length of the fastest way from every start to every end.

    Parameters
    ----------
    how : Weighted
        The graph.
    starts, ends : Legs
        Places where ways begin and end.
    threads : int, optional
        How many to use; by default one for each processor.

    Returns
    -------
    tuple of ndarray of int64, shape (starts, ends)
        Milliseconds and millimetres of the same way; -1 where there is none.

    Raises
    ------
    TooLargeError
        If a way takes so long that its time and length cannot be told apart exactly.
    """
    up, down, turned = how.sweep_up, how.sweep_down, starts.count > ends.count
    if turned:  # climb from the fewer side
        up, down, starts, ends = down, up, ends, starts
    time, length = (np.empty((starts.count, ends.count), np.int64) for _ in range(2))
    if _fill(how, up, down, starts, ends, time, length, threads or os.cpu_count() or 1):
        _require_unreachable(how, starts, ends, time)
    return (time.T, length.T) if turned else (time, length)


def _fill(how: Weighted, up: Sweep, down: Sweep, starts: Legs, ends: Legs, time: NDArray[np.int64],
          length: NDArray[np.int64], threads: int) -> int:
    """Fill tables of time and length, block by block, in several threads; return how many cells have no way."""
    source, (goal_at, goal_node, goal_weight) = _entries(how, starts), _entries(how, ends)
    parent, packing, count = how.hierarchy.parent, how.packing, starts.count
    place, at, tail, weight = sweeping.restrict(*down, parent, goal_node)
    blocks, entries = iter(range(0, count, _ROWS)), int(np.diff(source[0]).max(initial=0))

    def work() -> int:
        missing = 0
        room = sweeping.Room.make(len(at) - 1, len(parent), entries)
        for first in blocks:
            last = min(first + _ROWS, count)
            missing += sweeping.sweep(
                *up, parent, place, at, tail, weight, *source, goal_at, place[goal_node], goal_weight, room.rows,
                room.filled, room.reach, room.cursors, first, last, packing.bits, packing.unit_mm, time[first:last],
                length[first:last])
        return missing

    workers = min(threads, -(-count // _ROWS))
    if workers < 2:
        return work()
    with ThreadPoolExecutor(workers) as pool:
        try:
            return sum(done.result() for done in [pool.submit(work) for _ in range(workers)])
        finally:
            deque(blocks, maxlen=0)  # an interrupt here leaves the others nothing to do


def ways(how: Weighted, starts: Legs, ends: Legs,
         pairs: NDArray[np.int64]) -> Iterator[Way | None]:
    """Give the fastest way of each pair of places.

    Parameters
    ----------
    how : Weighted
        The graph.
    starts, ends : Legs
        Places where ways begin and end.
    pairs : ndarray of int64, shape (n, 2)
        Start and end of each way.

    Yields
    ------
    tuple or None
        Milliseconds, millimetres and the nodes passed in order; None where there is no way.

    Raises
    ------
    TooLargeError
        If a way takes so long that its time and length cannot be told apart exactly.
    """
    structure = how.hierarchy
    node_at = np.argsort(structure.rank)
    source, goal = _entries(how, starts), _entries(how, ends)
    finder = Finder(structure.start, structure.upper, how.up, how.down, how.via_up, how.via_down, structure.parent)
    for start, end in pairs.tolist():
        leaves, arrives = (slice(at[row], at[row + 1]) for (at, _, _), row in ((source, start), (goal, end)))
        weight, nodes = finder.find(source[1][leaves], source[2][leaves], goal[1][arrives], goal[2][arrives])
        if weight >= kernels.NO_WAY:
            there = how.strong[node_at[goal[1][arrives]]]
            if np.isin(how.strong[node_at[source[1][leaves]]], there).any():
                raise TooLargeError(_TOO_LONG)
            yield None
            continue
        time, length = how.packing.unpacked(np.array([weight]))
        yield int(time[0]), int(length[0]), node_at[nodes].astype(np.int64)


def _entries(how: Weighted, legs: Legs) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Return legs grouped by place: where those of each place begin, the rank of their node, their weight."""
    by_place = np.argsort(legs.place, kind="stable")
    at = np.concatenate([[0], np.cumsum(np.bincount(legs.place, minlength=legs.count))]).astype(np.int64)
    weight = how.packing.packed(legs.time_ms, legs.length_mm)
    return at, how.hierarchy.rank[legs.node[by_place]], weight[by_place]


def _require_unreachable(how: Weighted, starts: Legs, ends: Legs, time: NDArray[np.int64]) -> None:
    """Raise if a pair has no way although its nodes are connected: then a number has run over."""
    part = [np.full(legs.count, -1 - side, np.int32) for side, legs in enumerate((starts, ends))]
    for side, legs in enumerate((starts, ends)):
        part[side][legs.place] = how.strong[legs.node]
    for row, mine in zip(time, part[0].tolist(), strict=True):
        if (part[1][row < 0] == mine).any():
            raise TooLargeError(_TOO_LONG)


def kept(count: int, described: Iterable[NDArray[Any]], make: Callable[[], Hierarchy]) -> Hierarchy:
    """Return a hierarchy from the cache folder, or make it and keep it there.

    Parameters
    ----------
    count : int
        Number of its nodes.
    described : iterable of ndarray
        All that it depends on.
    make : callable
        Makes it.

    Returns
    -------
    Hierarchy
        Its arrays are read-only.
    """
    if count < KEPT_FROM_NODES:
        return make()
    digest = hashlib.sha256(f"{VERSION}".encode())
    for array in described:
        digest.update(np.ascontiguousarray(array).tobytes())
    file = cache_folder() / f"hierarchy-{digest.hexdigest()[:32]}.npy"
    found = _load(file, count)
    if found is None:
        found = make()
        _save(file, found)
    return found


def _make_hierarchy(roads: RoadNetwork) -> Hierarchy:
    """Return the hierarchy of a network's junctions."""
    u, v = (roads.edges[name].to_numpy().astype(np.int64) for name in ("u", "v"))
    lon, lat = (roads.nodes[name].to_numpy(np.float64) for name in ("lon", "lat"))
    count = len(roads.nodes)
    return kept(count, (u, v, lon, lat), lambda: order(count, u, v, lon, lat))


def _save(file: Path, made: Hierarchy) -> None:
    """Keep a hierarchy as one array of 64-bit numbers; a folder that cannot be written to is no fault."""
    whole = np.concatenate([made.rank, made.parent, made.start, made.upper]).astype(np.int64)
    try:
        with whole_file(file) as path:
            np.save(path, whole, allow_pickle=False)
    except OSError:
        return


def _load(file: Path, count: int) -> Hierarchy | None:
    """Return a kept hierarchy, or None if there is none or it is damaged."""
    try:
        whole = np.load(file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if whole.ndim != 1 or whole.dtype != np.int64 or len(whole) < 3 * count + 1:
        return None
    rank, parent, start, upper = np.split(whole, [count, 2 * count, 3 * count + 1])
    narrow = Hierarchy(rank.astype(np.int32), np.array(start), upper.astype(np.int32), parent.astype(np.int32))
    return _read_only(narrow) if start[-1] == len(upper) else None


def _read_only(made: Hierarchy) -> Hierarchy:
    for array in (made.rank, made.start, made.upper, made.parent):
        array.setflags(write=False)
    return made
