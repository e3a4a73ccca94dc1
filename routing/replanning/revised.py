"""The problem as it is after events: orders that came, went or changed, roads closed, ways that took longer.

Distances are metres, durations and clock times seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gisdata.network import RoadNetwork
from routing.errors import ProblemError
from routing.model import Depot, Hourly, Order, Problem, Shipment, TimeWindow, TravelMatrix
from routing.replanning.begun import Begun, driven
from routing.travel import MAX_SNAP_M, measured

if TYPE_CHECKING:
    from routing.replanning.events import Event

HANDOVER_S = 300
"""How long it takes to load the goods of one order out of a vehicle that broke down."""


@dataclass(frozen=True, eq=False)
class Revised:
    """A problem after events.

    Parameters
    ----------
    problem : Problem
        As it is now; what is over is still in it.
    notes : tuple of str
        What a reader must know, such as that a customer under way is served late.
    """

    problem: Problem
    notes: tuple[str, ...]


def revised(problem: Problem, events: Sequence[Event], begun: Sequence[Begun], now_s: int, roads: RoadNetwork | None,
            ) -> Revised:
    """Return a problem after events.

    Parameters
    ----------
    problem : Problem
        As it was.
    events : sequence of Event
        Checked.
    begun : sequence of Begun
        The routes as they stand.
    now_s : int
        When it is.
    roads : RoadNetwork or None
        To measure ways to new places, and around closed roads.

    Returns
    -------
    Revised
        With the goods of broken vehicles as shipments from where these stand.

    Raises
    ------
    ProblemError
        If roads are needed and there are none, or the problem contradicts itself now.
    """
    gone = {order for event in events if event.kind == "cancelled" for order in _together(problem, event.id)}
    news = {event.id: event.order for event in events if event.kind in ("new", "changed") and event.order}
    orders = [news.get(order.id, order) for order in problem.orders if order.id not in gone]
    orders += [order for name, order in news.items() if name not in problem.order_row]
    fetched, shipments, at = _fetched(problem, begun, now_s, gone)
    done_pickups = {s.pickup for s in problem.shipments for b in begun if b.broken and s.delivery in b.aboard}
    kept = [s for s in problem.shipments if s.pickup not in gone and s.pickup not in done_pickups]
    orders += fetched
    slower = {order: more for b in begun for order, more in b.service_s.items()}
    orders = [_longer(order, slower[order.id]) if order.id in slower else order for order in orders]
    ways = {way for event in events if event.kind == "blocked" for way in event.ways}
    places = _Places(problem, orders, at, _without(roads, ways) if ways else roads, bool(ways))
    matrices = tuple(places.matrix(matrix, begun) for matrix in problem.matrices)
    now = replace(problem, orders=tuple(orders), matrices=matrices, shipments=(*kept, *shipments), roads=roads)
    return _served_late(now, begun)


def _together(problem: Problem, order: str) -> tuple[str, ...]:
    shipment = problem.shipment_of.get(order)
    return (order,) if shipment is None else shipment.orders


def _fetched(problem: Problem, begun: Sequence[Begun], now_s: int, gone: set[str],
             ) -> tuple[list[Order], list[Shipment], dict[str, int]]:
    """Return pickups of goods out of broken vehicles, their shipments, and in which row of the problem each stands."""
    pickups, shipments, rows = [], [], {}
    for b in begun:
        for name in (order for order in b.open if b.broken and order in b.aboard and order not in gone):
            order = problem.orders[problem.order_row[name] - len(problem.depots)]
            depot = problem.depot_of(b.kind)
            stands = problem.orders[problem.order_row[b.place] - len(problem.depots)] if b.place else depot
            fetch = f"{name} from {b.vehicle}"
            pickups.append(replace(order, id=fetch, lon=stands.lon, lat=stands.lat, kind="pickup", service_s=HANDOVER_S,
                                   service_by_type=(), window=TimeWindow(now_s), windows=(), goods=frozenset(),
                                   units=(), name="", address="",
                                   penalty=None if order.penalty is None else 0.0))
            shipments.append(Shipment(fetch, pickup=fetch, delivery=name))
            rows[fetch] = problem.order_row[b.place] if b.place else problem.depot_row[depot.id]
    return pickups, shipments, rows


def _longer(order: Order, more_s: int) -> Order:
    return replace(order, service_s=order.service_s + more_s,
                   service_by_type={kind: seconds + more_s for kind, seconds in dict(order.service_by_type).items()})


def _without(roads: RoadNetwork | None, ways: set[str]) -> RoadNetwork:
    if roads is None:
        raise ProblemError("a blocked road needs the roads: give replan the roads that the plan was measured on")
    of_edge = roads.edges["way_ids"].fillna("").str.split(";")
    closed = np.array([not ways.isdisjoint(ids) for ids in of_edge], dtype=bool)
    unknown = ways - {way for ids in of_edge[closed] for way in ids}
    if unknown:
        raise ProblemError(f"the roads have no way {', '.join(sorted(unknown)[:5])}")
    return replace(roads, edges=roads.edges[~closed].reset_index(drop=True), geometry=roads.geometry[~closed])


class _Places:
    """Rows of the new matrices, each from a row of the old ones or measured on the roads."""

    def __init__(self, problem: Problem, orders: Sequence[Order], at: dict[str, int], roads: RoadNetwork | None,
                 anew: bool) -> None:
        self.old, self.orders, self.roads, self.anew = problem, orders, roads, anew
        self.labels = (*(f"depot {depot.id}" for depot in problem.depots), *(f"order {order.id}" for order in orders))
        known: list[Depot | Order] = [*problem.depots, *problem.orders]
        stand = {(place.lon, place.lat): row for row, place in enumerate(known)}
        rows = [at.get(order.id, stand.get((order.lon, order.lat), -1)) for order in orders]
        rows = [problem.order_row[order.id] if order.id in problem.order_row
                and _same_place(problem, order) else row for order, row in zip(orders, rows, strict=True)]
        self.rows = np.array([*range(len(problem.depots)), *rows])
        unknown = [order.id for order, row in zip(orders, rows, strict=True) if row < 0]
        if unknown and roads is None:
            raise ProblemError(f"orders {', '.join(map(repr, unknown[:5]))} are at places that the plan does not have; "
                               "give replan the roads that it was measured on")

    def matrix(self, old: TravelMatrix, begun: Sequence[Begun]) -> TravelMatrix:
        """Return a matrix of all places; ways that are over or under way stay as they were, or took longer."""
        known = self.rows >= 0
        cells = np.ix_(np.maximum(self.rows, 0), np.maximum(self.rows, 0))
        by_hour = old.hourly
        then_s = old.duration_s if by_hour is None else by_hour.duration_s
        duration_s, distance_m = then_s[..., *cells], old.distance_m[cells]
        if by_hour is not None and (self.anew or not known.all()):
            raise ProblemError("ways to new places and around blocked roads cannot be measured by the hour when a day "
                               "is replanned: build its problem anew, without what is over")
        if self.roads is not None and (self.anew or not known.all()):
            places: list[Depot | Order] = [*self.old.depots, *self.orders]
            lon, lat = np.array([(place.lon, place.lat) for place in places], dtype=np.float64).T
            new, _ = measured(self.roads, self.labels, lon, lat, old.profile, MAX_SNAP_M)
            keep = known[:, None] & known & (not self.anew)
            duration_s = np.where(keep, duration_s, new.duration_s)
            distance_m = np.where(keep, distance_m, new.distance_m)
        row_of = {label: row for row, label in enumerate(self.labels)}
        for b in (b for b in begun if b.kind.profile == old.profile):
            place = row = self.old.depot_row[self.old.depot_of(b.kind).id]
            for visit in b.fixed:
                to, was = row_of[f"order {visit.order}"], self.old.order_row[visit.order]
                took_s = then_s[..., place, was]
                duration_s[..., row, to] = np.where(took_s < 0, took_s, took_s + b.leg_s.get(visit.order, 0))
                distance_m[row, to] = old.distance_m[place, was]
                place, row = was, to
            end = self.old.end_of(b.kind)
            if b.fixed and b.stranded and end is not None and distance_m[row, self.old.depot_row[end.id]] < 0:
                home = self.old.depot_row[end.id]
                duration_s[..., row, home] = distance_m[row, home] = 0
        if by_hour is not None:
            return TravelMatrix.by_hour(old.profile, self.labels, Hourly(by_hour.begins_s, duration_s), distance_m)
        return TravelMatrix(old.profile, self.labels, duration_s, distance_m)


def _same_place(problem: Problem, order: Order) -> bool:
    old = problem.orders[problem.order_row[order.id] - len(problem.depots)]
    return (old.lon, old.lat) == (order.lon, order.lat)


def _served_late(problem: Problem, begun: Sequence[Begun]) -> Revised:
    """Return a problem in which visits under way may be as late as they are, and say so."""
    notes, later = [], {}
    for b, name, over_s in _overdue(problem, begun):
        late = f"{-(-over_s // 60)} min after its window closes"
        notes.append(f"order {name!r}, under way with {b.vehicle}, is served {late}")
        later[name] = over_s
    orders = tuple(_open_longer(order, later[order.id]) if order.id in later else order for order in problem.orders)
    return Revised(replace(problem, orders=orders), tuple(notes))


def _open_longer(order: Order, seconds: int) -> Order:
    return replace(order, window=TimeWindow(order.window.begin_s, order.window.end_s + seconds), windows=())


def _overdue(problem: Problem, begun: Sequence[Begun]) -> Iterator[tuple[Begun, str, int]]:
    for b in begun:
        for visit in driven(problem, b.kind, b.route.begin_s, [visit.order for visit in b.fixed])[0]:
            over_s = visit.begin_s - problem.orders[problem.order_row[visit.order] - len(problem.depots)].window.end_s
            if over_s > 0:
                yield b, visit.order, over_s
