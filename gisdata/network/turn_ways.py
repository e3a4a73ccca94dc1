"""Fastest ways where turns count: hang places onto a turn graph, and ask its hierarchy.

A way begins by leaving its edge, so that its first turn counts, and ends part of the way along its last edge: there it
is counted to the end of that edge, and the rest taken off again. Times are milliseconds, lengths millimetres.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gisdata.errors import TooLargeError
from gisdata.network import hierarchy, shortest
from gisdata.network.shortest import UNREACHABLE, Legs
from gisdata.network.topology import remembered, topology
from gisdata.network.turn_graph import turn_graph
from gisdata.network.turn_order import edge_places
from gisdata.network.turns import turning
from gisdata.profiles import Profile, as_profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gisdata.network.driving import Driving
    from gisdata.network.hierarchy import Hierarchy, Way, Weighted
    from gisdata.network.matrix import Spots
    from gisdata.network.road_network import RoadNetwork
    from gisdata.network.turns import Turning


@dataclass(frozen=True, slots=True)
class Ends:
    """How places hang on a turn graph.

    Parameters
    ----------
    starts, ends : Legs
        Where ways begin and end; their nodes are states.
    start_row, end_row : ndarray of int64
        For each leg, the row of the spots that it belongs to.
    late_ms, late_mm : int
        What every way is counted too long; `fastest_tables` and `fastest_ways` take it off.
    """

    starts: Legs
    ends: Legs
    start_row: NDArray[np.int64]
    end_row: NDArray[np.int64]
    late_ms: int
    late_mm: int


def spread(roads: RoadNetwork, how: Driving, begin: Spots, end: Spots) -> tuple[Spots, Spots]:
    """Return spots where a place at a junction lies on every road there: it can take each, and is reached by each.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    how : Driving
        The network as driven.
    begin, end : Spots
        Where ways begin and end.

    Returns
    -------
    tuple of Spots
        With further rows for such places; none at a barrier.
    """
    known = topology(roads)
    out = known.first.astype(np.int64), known.edge.astype(np.int64)
    into = (np.concatenate([[0], np.cumsum(np.bincount(how.v, minlength=len(roads.nodes)))]),
            np.argsort(how.v, kind="stable"))
    return _spread(how, begin, [(out, 0.0)]), _spread(how, end, [(into, 1.0), (out, 0.0)])


def hang(how: Driving, on: Turning, begin: Spots, end: Spots) -> Ends:
    """Return how places hang on a turn graph.

    Parameters
    ----------
    how : Driving
        The network as driven.
    on : Turning
        The same with its turns.
    begin, end : Spots
        From `spread`.

    Returns
    -------
    Ends
        A leg for each first turn, and for each last state.
    """
    arcs, states = on.arcs, np.argsort(on.graph.edge, kind="stable")
    row, turn = _ranges(*_runs(arcs.tail, begin.edge))
    rest_ms, rest = how.time_ms[begin.edge] - begin.time_ms, how.length_mm[begin.edge] - begin.length_mm
    starts = Legs(begin.count, begin.place[row], arcs.head[turn], rest_ms[row] + arcs.time_ms[turn],
                  rest[row] + arcs.length_mm[turn])
    end_row, last = _ranges(*_runs(on.graph.edge[states], end.edge))
    rest_ms, rest = how.time_ms[end.edge] - end.time_ms, how.length_mm[end.edge] - end.length_mm
    late_ms, late_mm = int(rest_ms.max(initial=0)), int(rest.max(initial=0))
    ends = Legs(end.count, end.place[end_row], states[last], late_ms - rest_ms[end_row], late_mm - rest[end_row])
    return Ends(starts, ends, row, end_row, late_ms, late_mm)


def turn_hierarchy(roads: RoadNetwork) -> Hierarchy:
    """Return the hierarchy of a network's turn graph, made at the first call and kept on disk.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.

    Returns
    -------
    Hierarchy
        The same for every profile.
    """
    return remembered(roads, "turn hierarchy", lambda: _make_hierarchy(roads))


def weighted(roads: RoadNetwork, profile: str | Profile) -> Weighted:
    """Return the hierarchy of a network's turn graph with the weights of a profile, made at the first call.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.

    Returns
    -------
    Weighted
        Ready for `hierarchy.tables` and `hierarchy.ways`.
    """
    who = as_profile(profile)
    return remembered(roads, ("turn weighted", who),
                      lambda: hierarchy.weigh(turn_hierarchy(roads), turning(roads, who).arcs))


def fastest_tables(roads: RoadNetwork, profile: str | Profile, ends: Ends,
                   threads: int | None = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return time and length of the fastest way from every start to every end, turns included.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.
    ends : Ends
        From `hang`.
    threads : int, optional
        How many to use; by default one for each processor.

    Returns
    -------
    tuple of ndarray of int64, shape (starts, ends)
        Milliseconds and millimetres of the same way; -1 where there is none.
    """
    try:
        time, length = hierarchy.tables(weighted(roads, profile), ends.starts, ends.ends, threads)
    except TooLargeError:
        time, length = shortest.tables(turning(roads, profile).arcs, ends.starts, ends.ends)
    known = time != UNREACHABLE
    np.subtract(time, ends.late_ms, out=time, where=known)
    np.subtract(length, ends.late_mm, out=length, where=known)
    return time, length


def fastest_ways(roads: RoadNetwork, profile: str | Profile, ends: Ends,
                 pairs: NDArray[np.int64]) -> Iterator[Way | None]:
    """Give the fastest way of each pair of places, turns included; see `fastest_tables`.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.
    ends : Ends
        From `hang`.
    pairs : ndarray of int64, shape (n, 2)
        Start and end of each way, sorted by start.

    Yields
    ------
    tuple or None
        Milliseconds, millimetres and the states passed in order, without the edge it begins on; None where there is no
        way.
    """
    try:
        found = list(hierarchy.ways(weighted(roads, profile), ends.starts, ends.ends, pairs))
    except TooLargeError:
        found = list(shortest.ways(turning(roads, profile).arcs, ends.starts, ends.ends, pairs))
    for way in found:
        yield None if way is None else (way[0] - ends.late_ms, way[1] - ends.late_mm, way[2])


def _make_hierarchy(roads: RoadNetwork) -> Hierarchy:
    graph = turn_graph(roads)
    u, v = (roads.edges[name].to_numpy().astype(np.int32) for name in ("u", "v"))
    lon, lat = (roads.nodes[name].to_numpy(np.float64) for name in ("lon", "lat"))

    def make() -> Hierarchy:
        narrow = np.cos(np.radians(lat.mean())) if len(lat) else 1.0
        place = edge_places(len(lon), u, v, np.ascontiguousarray(lon * narrow), np.ascontiguousarray(lat))
        placed = np.lexsort((graph.edge, v[graph.edge], place[graph.edge]))
        return hierarchy.contracted(placed, graph.tail, graph.head)

    return hierarchy.kept(len(graph.edge), (u, v, lon, lat, graph.edge, graph.head), make)


def _spread(how: Driving, at: Spots, lists: list[tuple[tuple[NDArray[np.int64], NDArray[np.int64]], float]]) -> Spots:
    """Return spots with further rows: the edges listed at the junction that a place stands at."""
    begins, ends = at.length_mm == 0, at.length_mm == how.length_mm[at.edge]
    place = np.concatenate([at.place[begins], at.place[ends]])
    node = np.concatenate([how.u[at.edge[begins]], how.v[at.edge[ends]]])
    place, node = place[how.passable[node]], node[how.passable[node]]
    columns = [(at.place, at.edge, at.fraction, at.time_ms, at.length_mm)]
    for (first, listed), fraction in lists:
        row, item = _ranges(first[node], first[node + 1])
        row, edge = row[how.usable[listed[item]]], listed[item][how.usable[listed[item]]]
        whole = int(fraction)
        columns.append((place[row], edge, np.full(len(edge), fraction), whole * how.time_ms[edge],
                        whole * how.length_mm[edge]))
    place, edge, along, time, length = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    return replace(at, place=place, edge=edge, fraction=along, time_ms=time, length_mm=length)


def _runs(ordered: NDArray[np.int64], wanted: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the run of each wanted number begins and ends."""
    return np.searchsorted(ordered, wanted, "left"), np.searchsorted(ordered, wanted, "right")


def _ranges(begin: NDArray[np.int64], end: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every number of every range, and the row of the range it is from."""
    row = np.repeat(np.arange(len(begin)), end - begin)
    before = np.cumsum(end - begin) - (end - begin)
    return row, np.arange(len(row)) - before[row] + begin[row]
