"""A lower bound on the cost of plans, quick and valid under all rules, but not sharp: windows are not in it.

Each served order pays half of its cheapest way in and half of its cheapest way out; each route that loads or stops make
necessary pays its fixed cost, and half of the cheapest first and last leg.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from routing.model import UNREACHABLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routing.model import Order, Problem, VehicleType

_BLOCK = 256
_ROUNDING = 1e-9
"""Capacities may be exceeded by so much of themselves; the bound is lowered by as much, for sums of floats."""


def lower_bound(problem: Problem, left_out: Collection[str] = ()) -> float:
    """Return what every plan costs at least that serves all mandatory orders but some.

    Parameters
    ----------
    problem : Problem
        Any.
    left_out : collection of str
        Ids of mandatory orders that may stay unserved at no cost, such as those that no vehicle could serve.

    Returns
    -------
    float
        In the currency of the problem, penalties of unserved optional orders included; infinite if a mandatory order
        that is not left out has no road, or no vehicle that may serve it.

    Notes
    -----
    The cheapest arcs into and out of every node are the simplest relaxation of a tour (Balas and Toth, "Branch and
    bound methods", in: Lawler et al., eds., "The Traveling Salesman Problem", 1985, chapter 10); the number of vehicles
    is that of the least total capacity (bound L1 of Martello and Toth, "Knapsack Problems", 1990, chapter 8).
    """
    fleet = [vehicle for vehicle in problem.fleet if vehicle.count]
    alone = np.full(len(problem.orders), math.inf)
    routes = []
    for vehicle in fleet:
        ways, first_and_last = _ways(problem, vehicle)
        for i, order in enumerate(problem.orders):
            if _may_serve(vehicle, order):
                stay = vehicle.tariff.per_hour * order.service_with(vehicle.id) / 3600
                alone[i] = min(alone[i], ways[i] + stay)
        routes.append(vehicle.tariff.fixed + first_and_last)
    excused = set(left_out)
    must = [order for order in problem.orders if order.penalty is None and order.id not in excused]
    total = sum(_at_least(order, cost) for order, cost in zip(problem.orders, alone.tolist(), strict=True)
                if order.id not in excused)
    return max(0.0, (total + (_fleet_cost(problem, fleet, routes, must) if must else 0.0)) * (1 - _ROUNDING))


def _at_least(order: Order, cost: float) -> float:
    return cost if order.penalty is None else min(cost, order.penalty)


def _may_serve(vehicle: VehicleType, order: Order) -> bool:
    return (order.skills <= vehicle.skills and vehicle.may_serve(order)
            and all(order.load.get(name, 0.0) <= room * (1 + _ROUNDING) for name, room in vehicle.capacities.items()))


def _ways(problem: Problem, vehicle: VehicleType) -> tuple[NDArray[np.float64], float]:
    """Return half of the cheapest ways into and out of each order, and of the cheapest first and last leg of a route.

    Half of all legs of a route are those out of its stops and its depot, half those into its stops and its depot.
    """
    travel, depots = problem.matrix(vehicle.profile), len(problem.depots)
    n = depots + len(problem.orders)
    rates = vehicle.tariff.per_km / 1000, vehicle.tariff.per_hour / 3600
    start, end = problem.depot_row[problem.depot_of(vehicle).id], problem.end_of(vehicle)
    last = None if end is None else problem.depot_row[end.id]
    into, out = np.full(n, math.inf), np.full(n, math.inf)
    first_leg, last_leg = math.inf, 0.0 if last is None else math.inf
    for low in range(0, n, _BLOCK):
        rows = np.arange(low, min(low + _BLOCK, n))
        cost = rates[0] * travel.distance_m[rows] + rates[1] * travel.duration_s[rows]
        cost[travel.duration_s[rows] == UNREACHABLE] = math.inf
        cost[np.arange(len(rows)), rows] = math.inf
        inside = rows >= depots
        into = np.minimum(into, cost[inside | (rows == start)].min(axis=0, initial=math.inf))
        targets = np.arange(n) >= depots
        if last is not None:
            targets[last] = True
            last_leg = min(last_leg, float(cost[inside, last].min(initial=math.inf)))
        out[rows] = cost[:, targets].min(axis=1, initial=math.inf)
        first_leg = min(first_leg, float(cost[rows == start, depots:].min(initial=math.inf)))
    if last is None:
        out = np.zeros(n)
    return (into + out)[depots:] / 2, (first_leg + last_leg) / 2


def _fleet_cost(problem: Problem, fleet: list[VehicleType], routes: list[float], must: list[Order]) -> float:
    """Return what the vehicles cost at least that carry the deliveries, or the pickups, and make the stops."""
    stops: list[float] = [math.inf if kind.max_stops is None else kind.max_stops for kind in fleet]
    needs: list[tuple[float, list[float]]] = [(len(must), stops)]
    single = [order for order in must if order.id not in problem.shipment_of]
    for name in problem.dimensions:
        room = [kind.capacities.get(name, math.inf) * (1 + _ROUNDING) for kind in fleet]
        needs += [(math.fsum(order.load.get(name, 0.0) for order in single if order.kind == kind), room)
                  for kind in ("delivery", "pickup")]
    counts = [kind.count for kind in fleet]
    return max(_cover(need, room, counts, routes) for need, room in needs)


def _cover(need: float, room: list[float], counts: list[int], costs: list[float]) -> float:
    """Return the larger of two bounds on what covers a need: fewest vehicles at the least cost; parts of vehicles."""
    vehicles, left = 0, need
    for size, count in sorted(zip(room, counts, strict=True), reverse=True):
        taken = min(count, max(0, math.ceil(left / size))) if math.isfinite(size) else int(left > 0)
        vehicles, left = vehicles + taken, left - taken * size if math.isfinite(size) else 0.0
    parts, left = 0.0, need
    for cost, size, count in sorted(zip(costs, room, counts, strict=True), key=lambda part: part[0] / part[1]):
        if math.isinf(size) or left <= 0:
            break
        share = min(count, left / size)
        parts, left = parts + share * cost, left - share * size
    return max(max(vehicles, 1) * min(costs), parts)
