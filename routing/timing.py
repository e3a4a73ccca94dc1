"""Times of one route: earliest finish, then latest departure. What a route carries or costs is not known here.

Distances are metres, durations and clock times are seconds from midnight of the plan day.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.drives import Steady, drives_by_hour
from routing.model import UNREACHABLE, Hourly, Problem, VehicleType
from routing.timetable import NO_BREAKS, Breaks, Stop, Timetable, timetable

DURATION_TOLERANCE_S = 1e-6
"""A longest duration need not be whole seconds; one given in hours is not exact."""

DISTANCE_TOLERANCE_M = 1e-6
"""A longest distance need not be whole metres; one given in kilometres is not exact."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When a route runs, and how far.

    Parameters
    ----------
    begin_s, end_s : int
        Departure from the depot and return to one; the end of the last service if the vehicle does not return.
    arrivals_s, begins_s, ends_s : tuple of int
        For each visit: arrival, begin and end of service.
    distance_m : int
        Driven in all.
    pauses : tuple of (int, int)
        Breaks taken on the way, begin and end.
    """

    begin_s: int
    end_s: int
    arrivals_s: tuple[int, ...]
    begins_s: tuple[int, ...]
    ends_s: tuple[int, ...]
    distance_m: int
    pauses: tuple[tuple[int, int], ...] = ()


def working_hours(problem: Problem, vehicle: VehicleType) -> tuple[int, int]:
    """Return the earliest departure and latest return of a vehicle type.

    Parameters
    ----------
    problem : Problem
        Holds the depots.
    vehicle : VehicleType
        One of its fleet.

    Returns
    -------
    tuple of int
        Where its shift and the hours of its depots overlap; the second lies before the first if they do not. A route
        that does not return may end when its depot is closed.
    """
    start, end = problem.depot_of(vehicle), problem.end_of(vehicle)
    last_s = vehicle.shift.end_s if end is None else min(end.hours.end_s, vehicle.shift.end_s)
    return max(start.hours.begin_s, vehicle.shift.begin_s), last_s


def route_rows(problem: Problem, vehicle: VehicleType, orders: Sequence[str]) -> list[int]:
    """Return the matrix rows of the places of a route, from the depot on.

    Parameters
    ----------
    problem : Problem
        Holds depots and orders.
    vehicle : VehicleType
        One of its fleet.
    orders : sequence of str
        Ids in the order they are visited.

    Returns
    -------
    list of int
        The last is that of the depot where it ends, or of the last order if it does not return.
    """
    end = problem.end_of(vehicle)
    rows = [problem.depot_row[problem.depot_of(vehicle).id], *(problem.order_row[order] for order in orders)]
    return rows if end is None else [*rows, problem.depot_row[end.id]]


def stated_end(problem: Problem, vehicle: VehicleType) -> str:
    """Return what a route of a vehicle type states as its end: the id of the depot if it is another than its start."""
    end = problem.end_of(vehicle)
    return "" if end is None or end.id == problem.depot_of(vehicle).id else end.id


def route_timing(problem: Problem, vehicle: VehicleType, orders: Sequence[str]) -> Timing | None:
    """Return the shortest times of a route: it ends as early as it can and then starts as late as it can.

    Where no stop has several windows, no break is due and travel is not by the hour, no schedule of the same visits
    ends earlier, either: the return, as a function of the departure t, is max(F, t + T) with F the earliest return and
    T the time without waiting. Else see `routing.timetable` and, by the hour, `routing.pace.shortest`: a route is over
    at most a second a leg later than it could be.

    Parameters
    ----------
    problem : Problem
        Holds orders, hours and matrices.
    vehicle : VehicleType
        One of its fleet.
    orders : sequence of str
        Ids in the order they are visited.

    Returns
    -------
    Timing or None
        None if no departure keeps every window, the hours of vehicle and depots, the breaks, and `max_duration_s`, or
        if a leg has no road. Loads, skills, distances and which order comes before which are not looked at.

    References
    ----------
    Savelsbergh (1992), "The vehicle routing problem with time windows: minimizing route duration", ORSA Journal on
    Computing 4(2), 146-154.
    """
    travel = problem.matrix(vehicle.profile)
    rows = route_rows(problem, vehicle, orders)
    legs_s = [int(travel.duration_s[i, j]) for i, j in itertools.pairwise(rows)]
    if UNREACHABLE in legs_s:
        return None
    visits = [problem.orders[row - len(problem.depots)] for row in rows[1 : len(orders) + 1]]
    services_s = [order.service_with(vehicle.id) for order in visits]
    longest_s = vehicle.max_duration_s + DURATION_TOLERANCE_S
    stops = [Stop([(window.begin_s, window.end_s) for window in order.openings], service_s)
             for order, service_s in zip(visits, services_s, strict=True)]
    hours, breaks = (*working_hours(problem, vehicle), longest_s), breaks_of(vehicle)
    legs_s += [0] * (not vehicle.returns)
    if travel.hourly is not None:
        times = times_by_hour(travel.hourly, rows, stops, *hours, breaks)
    elif breaks != NO_BREAKS or any(order.windows for order in visits):
        times = timetable([Steady(leg_s) for leg_s in legs_s], stops, *hours, breaks)
    else:
        times = _shortest(legs_s, [(*stop.openings[0], stop.service_s) for stop in stops], *hours)
    if times is None:
        return None
    ends_s = [begin_s + service_s for begin_s, service_s in zip(times.begins_s, services_s, strict=True)]
    distance_m = sum(int(travel.distance_m[i, j]) for i, j in itertools.pairwise(rows))
    return Timing(times.begin_s, times.end_s, times.arrivals_s, times.begins_s, tuple(ends_s), distance_m, times.pauses)


def breaks_of(vehicle: VehicleType) -> Breaks:
    """Return what the driver of a vehicle type must take, in numbers.

    Parameters
    ----------
    vehicle : VehicleType
        Any.

    Returns
    -------
    Breaks
        Seconds.
    """
    due = tuple((pause.window.begin_s, pause.window.end_s, pause.duration_s) for pause in vehicle.breaks)
    rule = vehicle.driving
    return Breaks(due) if rule is None else Breaks(due, rule.driving_s, rule.rest_s)


def times_by_hour(hourly: Hourly, rows: Sequence[int], stops: Sequence[Stop], opens_s: int, closes_s: int,
                  longest_s: float, breaks: Breaks) -> Timetable | None:
    """Return the shortest times of a route by the hour.

    Parameters
    ----------
    hourly : Hourly
        How long each way takes.
    rows : sequence of int
        Rows of the places, in the order they are visited; the last is that of the last stop if the route ends there.
    stops : sequence of Stop
        Where service happens.
    opens_s, closes_s : int
        Earliest departure and latest return.
    longest_s : float
        Longest time from departure to return.
    breaks : Breaks
        What the driver must take.

    Returns
    -------
    Timetable or None
        None if there is none.
    """
    from routing.pace import NEVER, driven, shortest

    moments = hourly.moments(opens_s, closes_s)
    if breaks != NO_BREAKS or any(len(stop.openings) > 1 for stop in stops):
        drives = [*drives_by_hour(hourly, rows), *[Steady(0)] * (len(rows) == len(stops) + 1)]
        return timetable(drives, stops, opens_s, closes_s, longest_s, breaks, moments.tolist())
    legs_s = np.zeros((len(stops) + 1, len(hourly.begins_s)), dtype=np.int64)
    legs_s[: len(rows) - 1] = hourly.duration_s[:, rows[:-1], rows[1:]].T
    plain = [(*stop.openings[0], stop.service_s) for stop in stops]
    day = legs_s, hourly.spans, hourly.period_s, np.array(plain, dtype=np.int64).reshape(-1, 3)
    times = np.empty((2, len(stops)), dtype=np.int64)
    begin_s = shortest(*day, opens_s, closes_s, np.append(moments, closes_s), times)
    if begin_s == NEVER:
        return None
    end_s = driven(*day, begin_s, closes_s, times)
    if end_s - begin_s > longest_s:
        return None
    return Timetable(int(begin_s), int(end_s), tuple(times[0].tolist()), tuple(times[1].tolist()), ())


def _shortest(legs_s: Sequence[int], windows: Sequence[tuple[int, int, int]], opens_s: int, closes_s: int,
              longest_s: float) -> Timetable | None:
    """Return the times of a route where each stop has one window and no break is due."""
    earliest = _forward(opens_s, legs_s, windows)
    if earliest is None or earliest[-1] > closes_s:
        return None
    end_s = earliest[-1]
    latest = end_s - legs_s[-1]
    for leg_s, (_, window_end_s, service_s) in zip(legs_s[-2::-1], reversed(windows), strict=True):
        latest = min(latest - service_s, window_end_s) - leg_s
    begins_s = _forward(latest, legs_s, windows)
    if begins_s is None or end_s - latest > longest_s:
        return None
    lefts_s = [latest, *(begin_s + service_s for begin_s, (_, _, service_s) in zip(begins_s, windows, strict=False))]
    arrivals_s = [left_s + leg_s for left_s, leg_s in zip(lefts_s, legs_s[:-1], strict=False)]
    return Timetable(latest, end_s, tuple(arrivals_s), tuple(begins_s[:-1]), ())


def _forward(begin_s: int, legs_s: Sequence[int], windows: Sequence[tuple[int, int, int]]) -> list[int] | None:
    """Return when each service begins and the return, as early as a departure at `begin_s` allows; None if too late."""
    times, now_s = [], begin_s
    for leg_s, (opens_s, closes_s, service_s) in zip(legs_s, windows, strict=False):
        now_s = max(now_s + leg_s, opens_s)
        if now_s > closes_s:
            return None
        times.append(now_s)
        now_s += service_s
    times.append(now_s + legs_s[-1])
    return times
