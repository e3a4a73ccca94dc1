"""What stands between a vehicle and its way: closed edges, blocked nodes, forbidden turns, with the tag of each.

Finds the fewest of them that would have to open. What is shown to whom is not known here. Times are whole milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gisdata.network.access import Access, Closing, access, why_blocked, why_closed
from gisdata.network.driving import Driving, as_driven, best_edges, driving
from gisdata.network.manoeuvres import Junctions
from gisdata.network.matrix import spots
from gisdata.network.restrictions import Forbidden, binding, resolved
from gisdata.network.road_network import empty_restrictions
from gisdata.network.shortest import Arcs, ways
from gisdata.network.speeds import edge_time_s
from gisdata.network.topology import remembered
from gisdata.network.tracing import Drive, Joiner, as_path, stretch_costs
from gisdata.profiles import Profile
from gisdata.profiles.profile import SIZES

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gisdata.network.road_network import RoadNetwork
    from gisdata.network.snapping import Snaps
    from gisdata.network.tracing import Path

_CAR = ("motorcar", "motor_vehicle", "vehicle", "access")
_CREEP_KMH = 10.0
_BAR_MS = 86_400_000
"""What an obstacle weighs in the search for the fewest: a day, more than any way within a city or a region."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A stretch of road, a thing in the road, or a turn, that is closed to a vehicle, and one reason.

    Parameters
    ----------
    edges : tuple of int
        Rows of the network's edges; empty for a thing in the road and a turn.
    node : int
        Row of the network's nodes, -1 for a stretch of road.
    osm : str
        ``way 123``, ``node 123`` or, of a turn restriction, ``relation 123``.
    street : str
        Its name, or none.
    tag, value, rule : str
        What OpenStreetMap says, and what it means for the vehicle.
    geometry : LineString, MultiLineString or Point
        Where it is, degrees.
    """

    edges: tuple[int, ...]
    node: int
    osm: str
    street: str
    tag: str
    value: str
    rule: str
    geometry: BaseGeometry


def light(who: Profile) -> Profile:
    """Return a vehicle with the speeds of another at the same hour, no size, the rights of a car, and no city's rules.

    Parameters
    ----------
    who : Profile
        Any vehicle.

    Returns
    -------
    Profile
        Nothing binds it that does not bind every car.
    """
    sizes: dict[str, Any] = dict.fromkeys(SIZES, 0.0)
    trip = replace(who.trip, rules=(), plate="", permits=frozenset())
    return replace(who, name=f"{who.name} without limits", access_tags=_CAR, axles=0, hazmat=False, trip=trip, **sizes)


def boundless(who: Profile, roads: RoadNetwork) -> Profile:
    """Return a vehicle with the speeds of another that nothing stops, neither gates nor classes of road.

    Parameters
    ----------
    who : Profile
        Any vehicle.
    roads : RoadNetwork
        Its classes of road all get a speed.

    Returns
    -------
    Profile
        For asking what would be if all were open.
    """
    classes = {part for text in roads.edges["highway"].dropna().unique() for part in text.split(";")}
    none: frozenset[str] = frozenset()
    return replace(light(who), name=f"{who.name} that nothing stops", closed_values=none, destination_values=none,
                   blocking_barriers=none, speeds_kmh=dict.fromkeys(classes, _CREEP_KMH) | dict(who.speeds_kmh))


def obstacles(roads: RoadNetwork, who: Profile, path: Path) -> list[Obstacle]:
    """Return what on a path is closed to a vehicle, in the order it is met.

    Parameters
    ----------
    roads : RoadNetwork
        What the path runs on.
    who : Profile
        The vehicle.
    path : Path
        Of another vehicle.

    Returns
    -------
    list of Obstacle
        One for each reason; neighbouring edges with the same reason are one.
    """
    edges = path.edges.tolist()
    nodes = [*roads.edges["v"].to_numpy()[path.edges[:-1]].tolist(), -1]
    open_to = access(roads, who)
    reasons = [_reasons(roads, who, edge) if closed else () for edge, closed in zip(edges, _barred(open_to, edges),
                                                                                    strict=True)]
    found: list[Obstacle] = []
    run: list[int] = []
    for at, (edge, node) in enumerate(zip(edges, nodes, strict=True)):
        run = [*run, edge] if reasons[at] else []
        if run and reasons[at : at + 1] != reasons[at + 1 : at + 2]:
            found += [_stretch(roads, run, reason) for reason in reasons[at]]
            run = []
        if node >= 0 and not open_to.passable[node]:
            found += [_thing(roads, node, closing) for _, closing in why_blocked(roads, who, [node])]
    return found


def forbidden_turns(roads: RoadNetwork, who: Profile, path: Path) -> list[Obstacle]:
    """Return the turn restrictions that a path breaks, in the order they are met.

    Parameters
    ----------
    roads : RoadNetwork
        With its restrictions.
    who : Profile
        Whom they may bind.
    path : Path
        Found without them.

    Returns
    -------
    list of Obstacle
        Each at the junction of its last turn.
    """
    edges, binds = path.edges.tolist(), binding(roads, who)
    found = [(at, one) for one in resolved(roads).forbidden if binds[one.row]
             for at in range(len(edges) - len(one.edges) + 1) if tuple(edges[at : at + len(one.edges)]) == one.edges]
    return [_turn(roads, who, one) for _, one in sorted(found, key=lambda each: (each[0], each[1].row))]


def without_restrictions(roads: RoadNetwork) -> RoadNetwork:
    """Return a network in which every turn is allowed, made at the first call.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.

    Returns
    -------
    RoadNetwork
        With the same nodes and edges.
    """
    return remembered(roads, "no restrictions", lambda: replace(roads, restrictions=empty_restrictions()))


def closed_road(roads: RoadNetwork, who: Profile, edge: int) -> list[Obstacle]:
    """Return why a vehicle may not even begin or end on an edge.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    who : Profile
        The vehicle.
    edge : int
        Row of its edges.

    Returns
    -------
    list of Obstacle
        One for each reason; none if it may.
    """
    return [_stretch(roads, [edge], reason) for reason in _reasons(roads, who, edge)]


def freest(roads: RoadNetwork, who: Profile, ends: Snaps) -> Path | None:
    """Return the fastest way over all roads that are open to a vehicle or to its `light` twin.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    who : Profile
        The vehicle.
    ends : Snaps
        Origin and destination.

    Returns
    -------
    Path or None
        None if there is none, or if it would stay on one edge.
    """
    how = remembered(roads, ("freest", who), lambda: _open_to_either(roads, who))
    return _fastest(roads, how, how.arcs, ends)


def fewest_obstacles(roads: RoadNetwork, who: Profile, ends: Snaps) -> Path | None:
    """Return the way with the fewest closed edges and blocked nodes, and of those the fastest.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    who : Profile
        The vehicle.
    ends : Snaps
        Origin and destination.

    Returns
    -------
    Path or None
        None if no road leads there whatever is opened.
    """
    how, open_to = driving(roads, boundless(who, roads)), access(roads, who)
    bar_ms = _BAR_MS * (~open_to.passable).astype(np.int64)
    cost_ms = how.time_ms + _BAR_MS * ~open_to.ends + bar_ms[how.v]
    best = best_edges(how.u, how.v, cost_ms, how.length_mm, np.flatnonzero(how.usable))
    arcs = Arcs(how.arcs.count, how.u[best], how.v[best], cost_ms[best], how.length_mm[best])
    return _fastest(roads, replace(how, arcs=arcs, arc_edge=best), arcs, ends, bar_ms)


def opened(roads: RoadNetwork, who: Profile, places: Sequence[Obstacle], ends: Snaps) -> Path | None:
    """Return the fastest way of a vehicle if some obstacles were open to it.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    who : Profile
        The vehicle.
    places : sequence of Obstacle
        What is opened, with all its reasons; a road in both directions.
    ends : Snaps
        Origin and destination.

    Returns
    -------
    Path or None
        None if there is still no way.
    """
    how, _ = with_opened(roads, who, places)
    return _fastest(roads, how, how.arcs, ends)


def with_opened(roads: RoadNetwork, who: Profile, places: Sequence[Obstacle]) -> tuple[Driving, NDArray[np.bool_]]:
    """Return the network as a vehicle would drive it if some obstacles were open to it, and where it might pass.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    who : Profile
        The vehicle.
    places : sequence of Obstacle
        What is opened, with all its reasons; a road in both directions.

    Returns
    -------
    driving : Driving
        Times, arcs, connection.
    through : ndarray of bool, shape (edges,)
        Open for more than to begin or end there.
    """
    where, time_s = access(roads, who), edge_time_s(roads, who)
    edges = np.array([edge for place in places for edge in place.edges], dtype=np.int64)
    back = driving(roads, who).twin[edges]
    shut = np.concatenate([edges, back[back >= 0]])
    through, opens, passable = where.through.copy(), where.ends.copy(), where.passable.copy()
    through[shut], opens[shut], passable[[place.node for place in places if place.node >= 0]] = True, True, True
    time_s[shut] = np.fmin(time_s[shut], edge_time_s(roads, boundless(who, roads))[shut])
    return as_driven(roads, Access(through, opens, passable), time_s), through


def _open_to_either(roads: RoadNetwork, who: Profile) -> Driving:
    own, free = access(roads, who), access(roads, light(who))
    where = Access(own.through | free.through, own.ends | free.ends, own.passable | free.passable)
    return as_driven(roads, where, np.fmin(edge_time_s(roads, who), edge_time_s(roads, light(who))))


def _fastest(roads: RoadNetwork, how: Driving, arcs: Arcs, ends: Snaps,
             first_ms: NDArray[np.int64] | None = None) -> Path | None:
    """Return the cheapest way over arcs by a plain search; its duration is that of the network as driven.

    The arcs are those of `how`, perhaps at other costs; `first_ms` is what the first junction costs besides. Lengths
    are left out, so that sums of large costs stay exact.
    """
    joiner = Joiner(how, spots(how, ends[[0]]), spots(how, ends[[1]]))
    more_ms = 0 if first_ms is None else first_ms[joiner.starts.node]
    starts = replace(joiner.starts, time_ms=joiner.starts.time_ms + more_ms, length_mm=0 * joiner.starts.length_mm)
    goals = replace(joiner.ends, length_mm=0 * joiner.ends.length_mm)
    (way,) = ways(replace(arcs, length_mm=0 * arcs.length_mm), starts, goals, np.zeros((1, 2), dtype=np.int64))
    if way is None:
        return None
    stretches = joiner.stretches(0, 0, way[2].tolist())
    time_ms, length_mm = stretch_costs(how, stretches)
    return as_path(roads, Drive(stretches, int(time_ms.sum()), int(length_mm.sum())), ends[[0]], ends[[1]])


def _barred(open_to: Access, edges: list[int]) -> list[bool]:
    """Return which edges of a path are closed; where one may only begin or end is open at the ends of the path."""
    through, ends = open_to.through[edges], open_to.ends[edges]
    inner = np.flatnonzero(through | ~ends)
    first, last = (int(inner[0]), int(inner[-1])) if len(inner) else (len(edges), -1)
    at = np.arange(len(edges))
    shut = ~through & ~(ends & ((at < first) | (at > last)))
    return [bool(each) for each in shut]


def _reasons(roads: RoadNetwork, who: Profile, edge: int) -> tuple[Closing, ...]:
    """Return why an edge is closed; if one may begin or end there, why one may do no more."""
    ends_there = not access(roads, who).ends[edge]
    return tuple(Closing(*reason[1:]) for reason in why_closed(roads, who, [edge], ends_there=ends_there))


def _stretch(roads: RoadNetwork, edges: list[int], closing: Closing) -> Obstacle:
    """Return neighbouring edges that one tag closes."""
    ways = dict.fromkeys(way for text in roads.edges["way_ids"].iloc[edges].dropna() for way in text.split(";"))
    streets = [name for edge in edges for name in Junctions(roads).streets(edge)]
    line = shapely.line_merge(shapely.union_all(roads.geometry[edges]))
    return Obstacle(tuple(edges), -1, f"way {', '.join(ways)}", streets[0] if streets else "", *closing, line)


def _turn(roads: RoadNetwork, who: Profile, one: Forbidden) -> Obstacle:
    row, (*_, last, onto) = roads.restrictions.iloc[one.row], one.edges
    junctions = Junctions(roads)
    came, goes = (next(iter(junctions.streets(edge)), "a road without a name") for edge in (last, onto))
    node = int(roads.edges["u"].to_numpy()[onto])
    at = shapely.Point(roads.nodes["lon"].to_numpy()[node], roads.nodes["lat"].to_numpy()[node])
    hours = f" ({row['condition']})" if isinstance(row["condition"], str) else ""
    return Obstacle((), node, f"relation {row['relation_id']}", "", "restriction", str(row["kind"]),
                    f"{who.name} may not turn from {came} onto {goes}{hours}", at)


def _thing(roads: RoadNetwork, node: int, closing: Closing) -> Obstacle:
    row = roads.nodes.iloc[node]
    return Obstacle((), node, f"node {row['osm_id']}", "", *closing, shapely.Point(row["lon"], row["lat"]))

