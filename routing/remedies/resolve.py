"""Make the plan after a change: with one route changed, or with the routes around an order searched anew; judged."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from routing.assemble import schedule
from routing.checker import check
from routing.engines import engine_named
from routing.errors import RoutingError
from routing.matching import matched
from routing.model import Limit, Problem
from routing.part import part_of
from routing.plan import Plan, Route
from routing.reasons import unserved_orders
from routing.remedies.change import Change, applied
from routing.remedies.places import Place, free_name

if TYPE_CHECKING:
    from routing.engines import Initial

NEAR_ORDERS = 120
"""About so many orders, on the routes with the shortest detours, are planned anew; the rest stays as it is."""


@dataclass(frozen=True, eq=False)
class Asked:
    """An order or shipment that shall be served by a plan besides all that it serves already.

    Parameters
    ----------
    plan : Plan
        As it is.
    orders : tuple of str
        Ids of the order, or of pickup and delivery.
    near : tuple of str
        Vehicles whose routes may be planned anew.
    engine : str
        Who searches.
    limit : Limit
        Of one search.
    seed : int
        Of everything that is drawn.
    """

    plan: Plan
    orders: tuple[str, ...]
    near: tuple[str, ...]
    engine: str
    limit: Limit
    seed: int

    def inserted(self, place: Place) -> Plan | None:
        """Return the plan in which one vehicle serves them too after a change, None if the judge finds fault."""
        problem = applied(self.plan.problem, place.change, self.orders)
        kind = place.vehicle.rpartition("#")[0]
        route = schedule(problem, kind, place.orders, place.vehicle)
        if route is None:
            return None
        routes = [route if old.vehicle == route.vehicle else old for old in self.plan.routes]
        return self.judged(problem, routes if route in routes else [*routes, route])

    def searched(self, change: Change) -> Plan | None:
        """Return the plan that a search among the routes around finds after a change, None if it finds none."""
        problem = applied(self.plan.problem, change, self.orders)
        own = [route for route in self.plan.routes if route.vehicle in self.near]
        served = {order for route in own for order in route.orders} | set(self.orders)
        used, all_used = (Counter(route.vehicle_type for route in some) for some in (own, self.plan.routes))
        counts = {kind.id: kind.count - all_used[kind.id] + used[kind.id] for kind in problem.fleet}
        if not sum(counts.values()):
            return None
        part = _all_mandatory(part_of(problem, served, counts))
        start: Initial = [(route.vehicle_type, route.orders) for route in own]
        try:
            found = engine_named(self.engine).solve(part, self.limit, self.seed, None, start)
        except RoutingError:
            return None
        if found.unserved:
            return None
        others = [route for route in self.plan.routes if route.vehicle not in self.near]
        return self.judged(problem, [*others, *self._named(problem, own, found.routes, others)])

    def _named(self, problem: Problem, own: Sequence[Route], new: Sequence[Route], others: Sequence[Route],
               ) -> list[Route]:
        """Return new routes under the names of those that they continue, or of vehicles that were unused."""
        pairs = matched(own, new)
        named = [replace(route, vehicle=pairs[route.vehicle]) for route in new if route.vehicle in pairs]
        kinds = {kind.id: kind for kind in problem.fleet}
        for route in new:
            if route.vehicle not in pairs:
                taken = replace(self.plan, problem=problem, routes=(*others, *named), geometry=None, loads=())
                named.append(replace(route, vehicle=free_name(taken, kinds[route.vehicle_type])))
        return named

    def judged(self, problem: Problem, routes: Iterable[Route]) -> Plan | None:
        """Return the plan of these routes, None if it leaves out what was served, or the judge finds fault."""
        rows = {kind.id: row for row, kind in enumerate(problem.fleet)}

        def place(route: Route) -> tuple[int, int]:
            return rows[route.vehicle_type], int(route.vehicle.rpartition("#")[2])

        ordered = tuple(sorted(routes, key=place))
        served = {order for route in ordered for order in route.orders}
        if not served >= {*self.plan.served, *self.orders}:
            return None
        left = [order.id for order in problem.orders if order.id not in served]
        plan = replace(self.plan, problem=problem, routes=ordered, geometry=None, loads=(),
                       unserved=unserved_orders(problem, left, ordered))
        return None if check(plan) else plan


def near_routes(plan: Plan, places: Collection[Place]) -> tuple[str, ...]:
    """Return vehicles whose routes are around an order: those with the shortest detours, until there are enough orders.

    Parameters
    ----------
    plan : Plan
        Which routes there are.
    places : collection of Place
        Where the order could stand.

    Returns
    -------
    tuple of str
        Names of vehicles; all of a small plan.
    """
    detour = dict.fromkeys((route.vehicle for route in plan.routes), math.inf)
    for place in places:
        if place.vehicle in detour:
            detour[place.vehicle] = min(detour[place.vehicle], place.extra_m)
    stops = {route.vehicle: len(route.visits) for route in plan.routes}
    near: list[str] = []
    for vehicle in sorted(detour, key=lambda vehicle: (detour[vehicle], vehicle)):
        if near and sum(stops[name] for name in near) + stops[vehicle] > NEAR_ORDERS:
            break
        near.append(vehicle)
    return tuple(near)


def _all_mandatory(problem: Problem) -> Problem:
    return replace(problem, orders=tuple(replace(order, penalty=None) for order in problem.orders))
