"""From what was planned for the rest of a day back to the plan of the whole day, as the judge may see it.

Distances are metres, durations and clock times seconds from midnight of the plan day.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from routing.matching import matched
from routing.model import Problem, VehicleType
from routing.plan import Plan, Route, UnservedOrder
from routing.reasons import unserved_orders
from routing.replanning.begun import Begun, driven
from routing.replanning.rest import Rest
from routing.timing import stated_end

PROOFS = frozenset({"no_road", "too_big", "skill", "too_far"})
"""Reasons that hold of the whole day if they hold of it at all; the others depend on what time it is."""


def whole_routes(rest: Rest, part: Plan, taken: frozenset[str]) -> tuple[Route, ...]:
    """Return all routes of the day.

    Parameters
    ----------
    rest : Rest
        What was left to plan.
    part : Plan
        Its plan.
    taken : frozenset of str
        Names of vehicles that must not be given to a new route.

    Returns
    -------
    tuple of Route
        What is over or under way, then what was planned; vehicles at their depots that are alike keep most orders.
    """
    ahead = {route.vehicle_type: route for route in part.routes if route.vehicle_type in rest.free}
    routes = [_continued(rest.problem, b, ahead[b.vehicle].orders if b.vehicle in ahead else _kept(b))
              for b in rest.begun if b.departed and (b.fixed or b.vehicle in ahead or b.kept)]
    return _sorted(rest.problem, [*routes, *_from_depots(rest, part, taken, {route.vehicle for route in routes})])


def _kept(b: Begun) -> tuple[str, ...]:
    return b.open if b.kept and not b.broken else ()


def _continued(problem: Problem, b: Begun, orders: Sequence[str]) -> Route:
    begin_s = b.route.begin_s
    visits, end_s, metres = driven(problem, b.kind, begin_s, [*(visit.order for visit in b.fixed), *orders])
    return replace(b.route, visits=visits, end_s=end_s, distance_m=metres,
                   cost=b.kind.tariff.cost(metres, end_s - begin_s))


def _from_depots(rest: Rest, part: Plan, taken: frozenset[str], used: set[str]) -> Iterator[Route]:
    """Yield routes of vehicles that had not left, each under the name of the vehicle that it continues."""
    kinds = {kind.id: kind for kind in rest.problem.fleet}
    waiting = [b.route for b in rest.free.values() if not b.departed]
    late = {b.vehicle for b in rest.free.values() if b.free_s > rest.from_s}
    new: list[Route] = []
    for route in part.routes:
        b = rest.free.get(route.vehicle_type)
        if b is None or not b.departed:
            kind = kinds[rest.kind_of[route.vehicle_type]]
            new.append(_planned(rest.problem, kind, route))
    fixed = [route for route in new if route.vehicle in late]
    alike = [route for route in new if route.vehicle not in late]
    pairs = matched([route for route in waiting if route.vehicle not in late], alike)
    names = {*used, *taken, *(route.vehicle for route in fixed), *pairs.values()}
    yield from fixed
    for route in alike:
        name = pairs.get(route.vehicle)
        if name is None:
            free = (f"{route.vehicle_type}#{n}" for n in itertools.count(1))
            name = next(candidate for candidate in free if candidate not in names)
            names.add(name)
        yield replace(route, vehicle=name)


def _planned(problem: Problem, kind: VehicleType, route: Route) -> Route:
    """Return a route of the rest as one of the whole; one that had a vehicle keeps it for now."""
    named = f"new {route.vehicle}" if route.vehicle_type == kind.id else route.vehicle_type
    return Route(named, kind.id, problem.depot_of(kind).id, route.visits, route.begin_s, route.end_s, route.distance_m,
                 kind.tariff.cost(route.distance_m, route.duration_s), stated_end(problem, kind))


def _sorted(problem: Problem, routes: Sequence[Route]) -> tuple[Route, ...]:
    rows = {kind.id: row for row, kind in enumerate(problem.fleet)}
    return tuple(sorted(routes, key=lambda route: (rows[route.vehicle_type], int(route.vehicle.rpartition("#")[2]))))


def left(problem: Problem, routes: Sequence[Route], part: Plan) -> tuple[UnservedOrder, ...]:
    """Return the orders of the day that nobody serves, with the reason that holds now.

    Parameters
    ----------
    problem : Problem
        The whole, as it is now.
    routes : sequence of Route
        All routes.
    part : Plan
        The plan of the rest, whose words tell of orders that only the time of day forbids.

    Returns
    -------
    tuple of UnservedOrder
        In the order of the problem.
    """
    served = {order for route in routes for order in route.orders}
    told = {entry.order: entry.detail for entry in part.unserved}
    entries = unserved_orders(problem, [order.id for order in problem.orders if order.id not in served], routes)
    return tuple(entry if entry.reason in PROOFS else
                 UnservedOrder(entry.order, "not_found", told.get(entry.order, "no vehicle can serve it any more"))
                 for entry in entries)


def changed(before: Mapping[str, str], routes: Sequence[Route]) -> set[str]:
    """Return the orders that another vehicle serves than before.

    Parameters
    ----------
    before : mapping of str to str
        Vehicle of each order that may keep it.
    routes : sequence of Route
        As they are now.

    Returns
    -------
    set of str
        Ids; an order that nobody serves any more is not among them.
    """
    now: dict[str, str] = defaultdict(str)
    now |= {order: route.vehicle for route in routes for order in route.orders}
    return {order for order, vehicle in before.items() if now[order] not in ("", vehicle)}
