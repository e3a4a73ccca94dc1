"""What it would cost to serve a request besides the routes of a plan: in a free place of one of them, or alone.

All requests against all places of a route at once; the two orders of a shipment are looked at one right after the
other. Distances are metres, durations and clock times seconds.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routing.backhauls import linehauls, sorts
from routing.model import UNREACHABLE, Problem, VehicleType
from routing.request import (
    LOAD_TOLERANCE,
    Requests,
    Segment,
    carried,
    column,
    ends,
    join,
    legs_of,
    stops_of,
    visit,
    way,
)
from routing.timing import DISTANCE_TOLERANCE_M, DURATION_TOLERANCE_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routing.route import Route


@dataclass(frozen=True, slots=True)
class Offer:
    """The cheapest way to serve one more request.

    Parameters
    ----------
    cost : float
        How much dearer the plan would become.
    vehicle : str
        Which vehicle would serve it; an unused one is named by its type.
    used : bool
        Whether that vehicle has a route already.
    """

    cost: float
    vehicle: str
    used: bool


def cheapest_offers(requests: Requests, routes: Sequence[Route], able: NDArray[np.bool_], *,
                    places: bool = True) -> list[Offer | None]:
    """Return the cheapest way to serve each request, the others staying where they are.

    Memory and time grow with n times the stops of the longest and of all routes.

    Parameters
    ----------
    requests : Requests
        The n that no route serves.
    routes : sequence of Route
        The routes there are.
    able : ndarray of bool, shape (vehicle types, n)
        Whether an empty vehicle of the type could serve the request alone.
    places : bool
        Whether to look for places on the routes; else at unused vehicles only.

    Returns
    -------
    list of Offer or None
        None where no vehicle is unused and, if looked for, no route has room.
    """
    n, fleet = len(requests), requests.problem.fleet
    best, by = np.full(n, np.inf), np.full(n, -1)
    used = Counter(route.vehicle_type for route in routes)
    names: list[tuple[str, bool]] = []
    for can, vehicle in zip(able, fleet, strict=True):
        if vehicle.count > used[vehicle.id]:
            _keep(best, by, len(names), np.where(can, _grown(requests, vehicle, None), np.inf))
        names.append((vehicle.id, False))
    kinds = {vehicle.id: i for i, vehicle in enumerate(fleet)}
    for route in routes if places else ():
        fits = np.flatnonzero(able[kinds[route.vehicle_type]])
        if len(fits):
            cost = np.full(n, np.inf)
            cost[fits] = _grown(requests.part(fits.tolist()), fleet[kinds[route.vehicle_type]], route)
            _keep(best, by, len(names), cost)
        names.append((route.vehicle, True))
    return [Offer(float(cost), *names[i]) if i >= 0 else None for cost, i in zip(best, by, strict=True)]


def _keep(best: NDArray[np.float64], by: NDArray[np.int64], name: int, cost: NDArray[np.float64]) -> None:
    better = cost < best
    best[better], by[better] = cost[better], name


def _grown(requests: Requests, vehicle: VehicleType, route: Route | None) -> NDArray[np.float64]:
    """Return how much dearer a route, or an unused vehicle, becomes with each request in its cheapest place.

    Infinite where it fits nowhere.
    """
    problem, tariff = requests.problem, vehicle.tariff
    travel, first, last = problem.matrix(vehicle.profile), requests.first[:, None], requests.last[:, None]
    stops = stops_of(problem, vehicle, route.orders if route else ())
    before, after = _around(problem, vehicle, stops)
    here, inner_m, through = requests.segments(vehicle)
    previous, following = np.array(stops[:-1]), np.array(stops[1:])
    out_s, back_s = travel.duration_s[previous, first], way(travel.duration_s, last, following)
    whole = join(join(before, out_s, Segment(*(part[:, None] for part in here))), back_s, after)
    saved_m = way(travel.distance_m, previous, following) if route else 0
    extra_m = (travel.distance_m[previous, first] + inner_m[:, None] + way(travel.distance_m, last, following)
               - saved_m)
    extra_s = whole.duration_s - (route.duration_s if route else 0)
    over_s = np.maximum(whole.duration_s - tariff.overtime_after_s, 0)
    over_s = over_s - (tariff.overtime_s(route.duration_s) if route else 0)
    cost = (tariff.per_km * extra_m / 1000 + tariff.per_hour * extra_s / 3600 + (0 if route else tariff.fixed)
            + tariff.per_overtime_hour * over_s / 3600)
    driven_m = extra_m + (route.distance_m if route else 0)
    fits = ((whole.late_s == 0) & (out_s != UNREACHABLE) & (back_s != UNREACHABLE) & through[:, None]
            & (whole.duration_s <= vehicle.max_duration_s + DURATION_TOLERANCE_S)
            & (driven_m <= vehicle.max_distance_m + DISTANCE_TOLERANCE_M)
            & _room(requests, vehicle, route.orders if route else ())
            & _turns(requests, vehicle, route.orders if route else ()))
    cheapest: NDArray[np.float64] = np.where(fits, cost, np.inf).min(axis=1, initial=np.inf)
    return cheapest


def _around(problem: Problem, vehicle: VehicleType, stops: Sequence[int]) -> tuple[Segment, Segment]:
    """Return the route before and after each of its legs, as segments of shape (legs,)."""
    hours = ends(problem, vehicle)[2]
    visits = [visit(problem.orders[row - len(problem.depots)], vehicle) for row in stops[1:-1]]
    legs_s = legs_of(problem.matrix(vehicle.profile).duration_s, stops)
    before = itertools.accumulate(zip(legs_s, visits, strict=False), lambda a, b: join(a, *b), initial=hours)
    after = itertools.accumulate(zip(legs_s[::-1], visits[::-1], strict=False), lambda a, b: join(b[1], b[0], a),
                                 initial=hours)
    return column(list(before)), column(list(after)[::-1])


def _room(requests: Requests, vehicle: VehicleType, orders: Sequence[str]) -> NDArray[np.bool_]:
    """Return whether a vehicle has room for each request on each leg of its route, and may make the stops."""
    problem = requests.problem
    limit = np.array([vehicle.capacities.get(name, np.inf) for name in problem.dimensions]) * (1 + LOAD_TOLERANCE)
    nouns = [problem.orders[problem.order_row[order] - len(problem.depots)] for order in orders]
    on_leg = carried(problem, nouns)
    until, since = np.maximum.accumulate(on_leg), np.maximum.accumulate(on_leg[::-1])[::-1]
    from_start, to_end = requests.aboard
    load = requests.loads[:, None, :] + np.where(from_start[:, None, None], until,
                                                 np.where(to_end[:, None, None], since, on_leg))
    fits: NDArray[np.bool_] = np.all(load <= limit, axis=2)
    most = np.inf if vehicle.max_stops is None else vehicle.max_stops
    few: NDArray[np.bool_] = requests.stops + len(orders) <= most
    return fits & few[:, None]


def _turns(requests: Requests, vehicle: VehicleType, orders: Sequence[str]) -> NDArray[np.bool_]:
    """Return whether backhauls still come last, where the vehicle asks for that, with each request on each leg."""
    problem = requests.problem
    legs = np.arange(len(orders) + 1)
    if not sorts(problem, vehicle):
        return np.ones((1, len(legs)), dtype=bool)
    rows = [problem.order_row[order] - len(problem.depots) for order in orders]
    first = int(linehauls(problem)[rows].sum())
    from_start, _ = requests.aboard
    turns: NDArray[np.bool_] = np.where(from_start[:, None], legs <= first, legs >= first)
    return turns
