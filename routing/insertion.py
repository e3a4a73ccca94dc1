"""What it would cost to serve an order besides the routes of a plan: in a free place of one of them, or alone.

All orders against all places of a route at once. Distances are metres, durations and clock times seconds.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from routing.model import UNREACHABLE, Problem, VehicleType
from routing.timing import DURATION_TOLERANCE_S, working_hours

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routing.route import Route

LOAD_TOLERANCE = 1e-9
"""A load may exceed a limit by one part in 10^9: sums of decimal fractions are not exact."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The cheapest way to serve one more order.

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


def cheapest_offers(problem: Problem, rows: NDArray[np.int64], loads: NDArray[np.float64], routes: Sequence[Route],
                    able: NDArray[np.bool_], *, places: bool = True) -> list[Offer | None]:
    """Return the cheapest way to serve each order, the others staying where they are.

    Memory and time grow with n times the stops of the longest and of all routes.

    Parameters
    ----------
    problem : Problem
        Holds orders, fleet and matrices.
    rows : ndarray of int, shape (n,)
        Matrix rows of orders that no route serves.
    loads : ndarray of float, shape (n, dimensions)
        Their `load_table`.
    routes : sequence of Route
        The routes there are.
    able : ndarray of bool, shape (vehicle types, n)
        Whether an empty vehicle of the type could serve the order alone.
    places : bool
        Whether to look for places on the routes; else at unused vehicles only.

    Returns
    -------
    list of Offer or None
        None where no vehicle is unused and, if looked for, no route has room.
    """
    best, by = np.full(len(rows), np.inf), np.full(len(rows), -1)
    used = Counter(route.vehicle_type for route in routes)
    names: list[tuple[str, bool]] = []
    for can, vehicle in zip(able, problem.fleet, strict=True):
        if vehicle.count > used[vehicle.id]:
            _keep(best, by, len(names), np.where(can, _alone(problem, vehicle, rows), np.inf))
        names.append((vehicle.id, False))
    kinds = {vehicle.id: i for i, vehicle in enumerate(problem.fleet)}
    visits = _column([_visit(problem, row) for row in rows])
    for route in routes if places else ():
        vehicle = problem.fleet[kinds[route.vehicle_type]]
        fits = np.flatnonzero(able[kinds[vehicle.id]] & _room(problem, vehicle, route, loads))
        if len(fits):
            cost = np.full(len(rows), np.inf)
            cost[fits] = _inserted(problem, vehicle, route, rows[fits], _Segment(*(v[fits, None] for v in visits)))
            _keep(best, by, len(names), cost)
        names.append((route.vehicle, True))
    return [Offer(float(cost), *names[i]) if i >= 0 else None for cost, i in zip(best, by, strict=True)]


def load_table(problem: Problem, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what orders load in each of `problem.dimensions`.

    Parameters
    ----------
    problem : Problem
        Holds the orders.
    rows : ndarray of int, shape (n,)
        Matrix rows of orders.

    Returns
    -------
    ndarray of float, shape (n, dimensions)
        Zero where an order does not use a dimension.
    """
    dimensions = problem.dimensions
    loads = (problem.orders[row - len(problem.depots)].load for row in rows)
    table = [[load.get(dimension, 0.0) for dimension in dimensions] for load in loads]
    return np.array(table, dtype=np.float64).reshape(len(rows), len(dimensions))


class _Segment(NamedTuple):
    """Places visited in a row, as one: shortest duration, the starts that reach it, and the lateness that is left.

    Vidal, Crainic, Gendreau and Prins (2013), "A hybrid genetic algorithm with adaptive diversity management for a
    large class of vehicle routing problems with time-windows", Computers & Operations Research 40(1), 475-489.
    """

    duration_s: Any
    earliest_s: Any
    latest_s: Any
    late_s: Any


def _join(one: _Segment, leg_s: Any, two: _Segment) -> _Segment:  # noqa: ANN401 (numbers or arrays)
    gap_s = one.duration_s - one.late_s + leg_s
    wait_s = np.maximum(two.earliest_s - gap_s - one.latest_s, 0)
    late_s = np.maximum(one.earliest_s + gap_s - two.latest_s, 0)
    return _Segment(
        one.duration_s + two.duration_s + leg_s + wait_s,
        np.maximum(two.earliest_s - gap_s, one.earliest_s) - wait_s,
        np.minimum(two.latest_s - gap_s, one.latest_s) + late_s,
        one.late_s + two.late_s + late_s,
    )


def _keep(best: NDArray[np.float64], by: NDArray[np.int64], name: int, cost: NDArray[np.float64]) -> None:
    better = cost < best
    best[better], by[better] = cost[better], name


def _alone(problem: Problem, vehicle: VehicleType, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what a route of its own costs for each order; it leaves late enough not to wait."""
    travel, depot = problem.matrix(vehicle.profile), problem.depot_row[problem.depot_of(vehicle).id]
    service_s = np.array([problem.orders[row - len(problem.depots)].service_s for row in rows], dtype=np.int64)
    metres = travel.distance_m[depot, rows] + travel.distance_m[rows, depot]
    seconds = travel.duration_s[depot, rows] + service_s + travel.duration_s[rows, depot]
    tariff = vehicle.tariff
    cost: NDArray[np.float64] = tariff.fixed + tariff.per_km * metres / 1000 + tariff.per_hour * seconds / 3600
    return cost


def _room(problem: Problem, vehicle: VehicleType, route: Route, loads: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which orders the vehicle could load besides those of its route."""
    limit = np.array([vehicle.capacities.get(name, np.inf) for name in problem.dimensions])
    loaded = load_table(problem, np.array([problem.order_row[order] for order in route.orders])).sum(axis=0)
    room: NDArray[np.bool_] = (loads + loaded <= limit * (1 + LOAD_TOLERANCE)).all(axis=1)
    return room


def _inserted(problem: Problem, vehicle: VehicleType, route: Route, rows: NDArray[np.int64],
              visits: _Segment) -> NDArray[np.float64]:
    """Return how much dearer the route becomes with each order in its cheapest place; infinite if it fits nowhere."""
    travel, depot = problem.matrix(vehicle.profile), problem.depot_row[problem.depot_of(vehicle).id]
    stops = [depot, *(problem.order_row[order] for order in route.orders), depot]
    legs_s = [int(travel.duration_s[i, j]) for i, j in itertools.pairwise(stops)]
    ends = _Segment(0, *working_hours(problem, vehicle), 0)
    segments = [ends, *(_visit(problem, row) for row in stops[1:-1]), ends]
    before = list(itertools.accumulate(zip(legs_s, segments[1:-1], strict=False), lambda a, b: _join(a, *b),
                                       initial=segments[0]))
    after = list(itertools.accumulate(zip(legs_s[::-1], segments[-2:0:-1], strict=False),
                                      lambda a, b: _join(b[1], b[0], a), initial=segments[-1]))[::-1]
    previous, following = np.array(stops[:-1]), np.array(stops[1:])
    out_s, back_s = travel.duration_s[previous[None, :], rows[:, None]], travel.duration_s[rows[:, None], following]
    whole = _join(_join(_column(before), out_s, visits), back_s, _column(after))
    extra_m = (travel.distance_m[previous[None, :], rows[:, None]] + travel.distance_m[rows[:, None], following]
               - travel.distance_m[previous, following])
    extra_s = whole.duration_s - route.duration_s
    cost = vehicle.tariff.per_km * extra_m / 1000 + vehicle.tariff.per_hour * extra_s / 3600
    fits = ((whole.late_s == 0) & (out_s != UNREACHABLE) & (back_s != UNREACHABLE)
            & (whole.duration_s <= vehicle.max_duration_s + DURATION_TOLERANCE_S))
    cheapest: NDArray[np.float64] = np.where(fits, cost, np.inf).min(axis=1, initial=np.inf)
    return cheapest


def _visit(problem: Problem, row: int) -> _Segment:
    order = problem.orders[row - len(problem.depots)]
    return _Segment(order.service_s, order.window.begin_s, order.window.end_s, 0)


def _column(segments: Sequence[_Segment]) -> _Segment:
    """Return several segments as one of arrays."""
    return _Segment(*np.array(segments, dtype=np.int64).reshape(len(segments), 4).T)
