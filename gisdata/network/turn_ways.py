"""Fastest ways where turns count: hang places onto a turn graph, and ask its hierarchy.

A way begins by leaving its edge, so that its first turn counts, and ends part of the way along its last edge: there it
is counted to the end of that edge, and the rest taken off again. Times are milliseconds, lengths millimetres.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gisdata.errors import TooLargeError
from gisdata.network import hierarchy, shortest
from gisdata.network.shortest import UNREACHABLE, Legs
from gisdata.network.topology import remembered
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
    from gisdata.network.turn_graph import TurnGraph
    from gisdata.network.turns import Turning

    _Listed = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Ends:
    """How places hang on a turn graph.

    Parameters
    ----------
    begin, end : Spots
        Where ways begin and end; where they end at a junction, on every road there.
    starts, ends : Legs
        How; their nodes are states.
    start_row, end_row : ndarray of int64
        For each leg, the row of `begin` or `end` that it drives along, or -1: the place stands at the junction.
    late_ms, late_mm : int
        What every way is counted too long; `fastest_tables` and `fastest_ways` take it off.
    """

    begin: Spots
    end: Spots
    starts: Legs
    ends: Legs
    start_row: NDArray[np.int64]
    end_row: NDArray[np.int64]
    late_ms: int
    late_mm: int


def hang(how: Driving, on: Turning, begin: Spots, end: Spots) -> Ends:
    """Return how places hang on a turn graph.

    Parameters
    ----------
    how : Driving
        The network as driven.
    on : Turning
        The same with its turns.
    begin, end : Spots
        Where ways begin and end.

    Returns
    -------
    Ends
        A leg for each first turn, or each first edge from a junction, and for each last state.
    """
    out, into = _edges_at(how.u, len(how.passable)), _edges_at(how.v, len(how.passable))
    starts, start_row = _starts(how, on, begin, out)
    end, came_into = _spread(how, end, into, out)
    states = np.argsort(on.graph.edge, kind="stable")
    row, last = _ranges(*_runs(on.graph.edge[states], end.edge))
    reached = ~came_into[row] | _comes_out(how, on, states[last])
    row, last = row[reached], states[last[reached]]
    rest_ms, rest = how.time_ms[end.edge] - end.time_ms, how.length_mm[end.edge] - end.length_mm
    late_ms, late_mm = int(rest_ms.max(initial=0)), int(rest.max(initial=0))
    ends = Legs(end.count, end.place[row], last, late_ms - rest_ms[row], late_mm - rest[row])
    return Ends(begin, end, starts, ends, start_row, row, late_ms, late_mm)


def turn_hierarchy(roads: RoadNetwork, graph: TurnGraph) -> Hierarchy:
    """Return the hierarchy of a turn graph, made at the first call and kept on disk.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    graph : TurnGraph
        Its turns, or those with the zones of a profile.

    Returns
    -------
    Hierarchy
        The same for every profile without zones.
    """
    described = hashlib.sha256()
    for array in () if graph is turn_graph(roads) else (graph.edge, graph.tail, graph.head):
        described.update(array.tobytes())
    return remembered(roads, ("turn hierarchy", described.digest()), lambda: _make_hierarchy(roads, graph))


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
    on = turning(roads, who)
    return remembered(roads, ("turn weighted", who),
                      lambda: hierarchy.weigh(turn_hierarchy(roads, on.graph), on.arcs))


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


def _make_hierarchy(roads: RoadNetwork, graph: TurnGraph) -> Hierarchy:
    u, v = (roads.edges[name].to_numpy().astype(np.int32) for name in ("u", "v"))
    lon, lat = (roads.nodes[name].to_numpy(np.float64) for name in ("lon", "lat"))

    def make() -> Hierarchy:
        narrow = np.cos(np.radians(lat.mean())) if len(lat) else 1.0
        flat = np.ascontiguousarray(lon * narrow), np.ascontiguousarray(lat)
        place = remembered(roads, "edge places", lambda: edge_places(len(lon), u, v, *flat))
        placed = np.lexsort((graph.edge, v[graph.edge], place[graph.edge]))
        return hierarchy.contracted(placed, graph.tail, graph.head)

    return hierarchy.kept(len(graph.edge), (u, v, lon, lat, graph.edge, graph.tail, graph.head), make)


def _edges_at(node: NDArray[np.int64], count: int) -> _Listed:
    """Return the edges by their node: those of node ``n`` stand from ``first[n]`` to ``first[n + 1]``."""
    return np.concatenate([[0], np.cumsum(np.bincount(node, minlength=count))]), np.argsort(node, kind="stable")


def _starts(how: Driving, on: Turning, at: Spots, out: _Listed) -> tuple[Legs, NDArray[np.int64]]:
    """Return how ways begin: on to the end of their edge and over a first turn, or from a junction over a first edge.

    Who stands at an open junction is in no zone yet, and may only come to end in one.
    """
    arcs, begins = on.arcs, on.graph.begins
    row, turn = _ranges(*_runs(arcs.tail, begins[at.edge]))
    rest_ms, rest = how.time_ms[at.edge] - at.time_ms, how.length_mm[at.edge] - at.length_mm
    place, edge = _standing(how, at, out)
    inside = np.zeros(len(how.passable), dtype=bool) if how.zones is None else how.zones.inside
    state = np.where(inside[how.u[edge]], begins[edge], edge)
    legs = Legs(at.count, np.concatenate([at.place[row], place]), np.concatenate([arcs.head[turn], state]),
                np.concatenate([rest_ms[row] + arcs.time_ms[turn], how.time_ms[edge]]),
                np.concatenate([rest[row] + arcs.length_mm[turn], how.length_mm[edge]]))
    return legs, np.concatenate([row, np.full(len(edge), -1)])


def _standing(how: Driving, at: Spots, listed: _Listed) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every place that stands at a junction which can be passed with every usable edge listed there."""
    begins, ends = at.length_mm == 0, at.length_mm == how.length_mm[at.edge]
    place = np.concatenate([at.place[begins], at.place[ends]])
    node = np.concatenate([how.u[at.edge[begins]], how.v[at.edge[ends]]])
    place, node = place[how.passable[node]], node[how.passable[node]]
    first, edges = listed
    row, item = _ranges(first[node], first[node + 1])
    usable = how.usable[edges[item]]
    return place[row[usable]], edges[item[usable]]


def _spread(how: Driving, at: Spots, into: _Listed, out: _Listed) -> tuple[Spots, NDArray[np.bool_]]:
    """Return spots with places at a junction on every road there, and which of them came to lie at the end of one."""
    (place, edge), (other_place, other_edge) = _standing(how, at, into), _standing(how, at, out)
    none = np.zeros(len(other_edge), dtype=np.int64)
    whole = replace(
        at, place=np.concatenate([at.place, place, other_place]), edge=np.concatenate([at.edge, edge, other_edge]),
        fraction=np.concatenate([at.fraction, np.ones(len(edge)), none]),
        time_ms=np.concatenate([at.time_ms, how.time_ms[edge], none]),
        length_mm=np.concatenate([at.length_mm, how.length_mm[edge], none]),
    )
    return whole, np.repeat([False, True, False], [len(at.edge), len(edge), len(other_edge)])


def _comes_out(how: Driving, on: Turning, state: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return where a way in a state may go on to the junction ahead: out of a zone, if it began there alone."""
    edge = on.graph.edge[state]
    inside = np.zeros(len(how.passable), dtype=bool) if how.zones is None else how.zones.inside
    free: NDArray[np.bool_] = (on.graph.begins[edge] == edge) | inside[how.v[edge]] | on.graph.leaving[state]
    return free


def _runs(ordered: NDArray[np.int64], wanted: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where the run of each wanted number begins and ends."""
    return np.searchsorted(ordered, wanted, "left"), np.searchsorted(ordered, wanted, "right")


def _ranges(begin: NDArray[np.int64], end: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every number of every range, and the row of the range it is from."""
    row = np.repeat(np.arange(len(begin)), end - begin)
    before = np.cumsum(end - begin) - (end - begin)
    return row, np.arange(len(row)) - before[row] + begin[row]
