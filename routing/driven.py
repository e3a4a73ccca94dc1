"""Times of a route that somebody states: visits come late where they must, and nothing is refused.

Loads and skills are not looked at, and what breaks a rule is for a judge to say. Distances are metres, durations and
clock times seconds from midnight of the plan day.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from routing.drives import Drive, Steady, drives_of
from routing.model import UNREACHABLE, Order, Problem, VehicleType
from routing.plan import Pause, Plan, Route, Visit
from routing.timing import Timing, route_rows, route_timing, stated_end, working_hours


def driven_route(problem: Problem, vehicle: str, orders: Sequence[str]) -> Route:
    """Return the route of a vehicle that serves orders in the sequence given, whether it may or not.

    Every visit is as early as the ones before allow, but never before its window opens; then the departure is as late
    as makes no visit and the return any later. Where the sequence can keep all times, these are the times of
    `routing.assemble.schedule`; where it cannot, no visit can be less late.

    Parameters
    ----------
    problem : Problem
        Holds orders, fleet and matrices.
    vehicle : str
        Such as ``van#2``, whether there is one or not.
    orders : sequence of str
        Ids in the order they are visited, known or not, once or more often.

    Returns
    -------
    Route
        A leg without a road takes no time. At an unknown order nothing is driven and nothing takes time. If the type
        of the vehicle is unknown, so are its times: each visit stands at the beginning of its window, and the cost is
        zero.
    """
    kind = type_of(problem, vehicle)
    known = [order for order in orders if order in problem.order_row]
    if kind is None:
        return _untimed(problem, vehicle, orders)
    if known and len({*known}) == len(orders) and (times := route_timing(problem, kind, known)) is not None:
        return timed_route(problem, kind, known, times, vehicle)
    travel = problem.matrix(kind.profile)
    rows = route_rows(problem, kind, known)
    metres = [int(travel.distance_m[leg]) for leg in itertools.pairwise(rows)]
    drives = [*drives_of(travel, rows), *[Steady(0)] * (not kind.returns)]
    begin_s, begins_s = _begins(problem, kind, known, drives)
    visits, left_s = [], begin_s
    ways = iter(zip(drives, begins_s, strict=False))
    for order in orders:
        if order not in problem.order_row:
            visits.append(Visit(order, left_s, left_s, left_s))
            continue
        drive, service_s = next(ways)
        end_s = service_s + _order(problem, order).service_with(kind.id)
        visits.append(Visit(order, drive.arrival(left_s), service_s, end_s))
        left_s = end_s
    end_s, distance_m = drives[-1].arrival(left_s), sum(m for m in metres if m != UNREACHABLE)
    return Route(vehicle, kind.id, problem.depot_of(kind).id, tuple(visits), begin_s, end_s, distance_m,
                 kind.tariff.cost(distance_m, end_s - begin_s), stated_end(problem, kind))


def driven_plan(plan: Plan, problem: Problem) -> Plan:
    """Return a plan as it turns out where travel, windows or tariffs are others than it was made for.

    Parameters
    ----------
    plan : Plan
        As made.
    problem : Problem
        What the day turns out to be.

    Returns
    -------
    Plan
        The same vehicles serve the same orders in the same sequence, as early as can be; the judge says what is late.
    """
    routes = tuple(driven_route(problem, route.vehicle, route.orders) for route in plan.routes)
    return Plan(problem, routes, plan.unserved, plan.engine, plan.limit, plan.seed)


def timed_route(problem: Problem, kind: VehicleType, orders: Sequence[str], timing: Timing, vehicle: str) -> Route:
    """Return the route of which the times are known.

    Parameters
    ----------
    problem : Problem
        Holds the depots.
    kind : VehicleType
        Type of the vehicle.
    orders : sequence of str
        Ids in the order they are visited.
    timing : Timing
        Of these orders.
    vehicle : str
        Name of the vehicle.

    Returns
    -------
    Route
        Priced by the tariff.
    """
    times = zip(orders, timing.arrivals_s, timing.begins_s, timing.ends_s, strict=True)
    return Route(
        vehicle, kind.id, problem.depot_of(kind).id, tuple(Visit(*time) for time in times), timing.begin_s,
        timing.end_s, timing.distance_m, kind.tariff.cost(timing.distance_m, timing.end_s - timing.begin_s),
        stated_end(problem, kind), tuple(Pause(*pause) for pause in timing.pauses),
    )


def type_of(problem: Problem, vehicle: str) -> VehicleType | None:
    """Return the type of a vehicle by its name.

    Parameters
    ----------
    problem : Problem
        Holds the fleet.
    vehicle : str
        Such as ``van#2``.

    Returns
    -------
    VehicleType or None
        None if the fleet has no type of that name; whether there are that many is not looked at.
    """
    stem, mark, _ = vehicle.rpartition("#")
    return next((kind for kind in problem.fleet if mark and kind.id == stem), None)


def _begins(problem: Problem, kind: VehicleType, orders: Sequence[str],
            drives: Sequence[Drive]) -> tuple[int, list[int]]:
    """Return the departure, and when each service begins."""
    opens_s, _ = working_hours(problem, kind)
    served = [_order(problem, order) for order in orders]

    def forward(now_s: int) -> list[int]:
        begins_s = []
        for drive, order in zip(drives, served, strict=False):
            begins_s.append(max(drive.arrival(now_s), order.window.begin_s))
            now_s = begins_s[-1] + order.service_with(kind.id)
        return begins_s

    earliest = forward(opens_s)
    latest = earliest[-1] + served[-1].service_with(kind.id) if served else opens_s
    for drive, order, begin_s in zip(drives[-2::-1], reversed(served), reversed(earliest), strict=False):
        latest = drive.departure(min(latest - order.service_with(kind.id), max(order.window.end_s, begin_s)))
    return latest, forward(latest)


def _untimed(problem: Problem, vehicle: str, orders: Sequence[str]) -> Route:
    visits = []
    for order in orders:
        found = _order(problem, order) if order in problem.order_row else None
        begin_s = found.window.begin_s if found else 0
        visits.append(Visit(order, begin_s, begin_s, begin_s + (found.service_s if found else 0)))
    depot, stem = problem.depots[0], vehicle.rpartition("#")[0] or vehicle
    return Route(vehicle, stem, depot.id, tuple(visits), depot.hours.begin_s, depot.hours.begin_s, 0, 0.0)


def _order(problem: Problem, order: str) -> Order:
    return problem.orders[problem.order_row[order] - len(problem.depots)]
