"""Why an order is left over: a proof that no vehicle could serve it even alone, or what serving it would have cost.

A code that is a proof holds for every vehicle type that may serve the order and of which there is one. All
orders are looked at together. Times are seconds from midnight of the plan day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gisdata.clock import format_clock
from routing.insertion import Offer, cheapest_offers
from routing.model import UNREACHABLE, Problem, TimeWindow, VehicleType
from routing.request import LOAD_TOLERANCE, Requests, column, ends, visit, way
from routing.route import Reason, Route, UnservedOrder
from routing.timing import DISTANCE_TOLERANCE_M, DURATION_TOLERANCE_S, working_hours
from routing.words import SHOWN, amount, listed, money, off_road, span

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_PLACES = 2_000_000
"""Orders times places on routes that are looked at (about a second); orders with a penalty come first."""

NEAR_M = 100.0
"""A road nearer than this is not what is missing."""


@dataclass(frozen=True, slots=True)
class Alone:
    """What hinders an empty vehicle of each type from serving each request and nothing else.

    Parameters
    ----------
    requests : Requests
        The n orders and shipments; columns of every array.
    fleet : tuple of VehicleType
        The types of which there is one; rows of every array.
    barred, no_road, too_big, no_skill, too_many, late, opens_late, too_long, too_far : ndarray of bool, (types, n)
        The type may not serve it; no road there or back; more than it carries; a skill it lacks; more stops than it may
        make; there only after a window has closed; home too late only because a window opens late; home too late or
        away too long; driven too far.
    able : ndarray of bool, shape (types, n)
        None of these: the type could serve the request.
    there_s, late_at, home_s, away_s, driven_m : ndarray of int, shape (types, n)
        Earliest arrival, and at which of its orders: the first that is late, else the last; earliest return, shortest
        time from departure to return, metres; meaningless without a road.
    """

    requests: Requests
    fleet: tuple[VehicleType, ...]
    barred: NDArray[np.bool_]
    no_road: NDArray[np.bool_]
    too_big: NDArray[np.bool_]
    no_skill: NDArray[np.bool_]
    too_many: NDArray[np.bool_]
    late: NDArray[np.bool_]
    opens_late: NDArray[np.bool_]
    too_long: NDArray[np.bool_]
    too_far: NDArray[np.bool_]
    able: NDArray[np.bool_]
    there_s: NDArray[np.int64]
    late_at: NDArray[np.int64]
    home_s: NDArray[np.int64]
    away_s: NDArray[np.int64]
    driven_m: NDArray[np.int64]

    @property
    def problem(self) -> Problem:
        """What it was worked out for."""
        return self.requests.problem

    def skills(self, i: int) -> frozenset[str]:
        """Return the skills that request `i` needs."""
        return frozenset().union(*(order.skills for order in self.requests.nouns(i)))


def unserved_orders(problem: Problem, orders: Iterable[str], routes: Sequence[Route] = ()) -> tuple[UnservedOrder, ...]:
    """Say of each order that is left over why; of both orders of a shipment the same.

    The first that holds, over all vehicle types that may serve it and of which there is one: ``no_road`` (no type has a
    road there and back), ``too_big`` (each lacks room in some dimension), ``skill`` (each lacks one), ``closed_window``
    (each with a road is late for the window, or home too late only because it opens late), ``shift_too_short`` (each
    with a road is late or home too late or away too long), ``too_far`` (each with a road would drive too far),
    ``no_vehicle`` (each is hindered by something, or there is none), ``not_worth_it`` (the order has a penalty, and no
    vehicle could serve it besides these routes for less), else ``not_found``.

    Parameters
    ----------
    problem : Problem
        What the plan answers.
    orders : iterable of str
        Ids of the orders that no route serves.
    routes : sequence of Route
        The routes of the plan.

    Returns
    -------
    tuple of UnservedOrder
        In the order of the problem.
    """
    asked = set(orders)
    requests = Requests.of(problem, asked)
    if not len(requests):
        return ()
    alone = _alone(requests)
    codes = _codes(alone)
    said: dict[int, tuple[Reason, str]] = {i: (code, _DETAILS[code](alone, i)) for i, code in enumerate(codes) if code}
    possible = sorted((i for i, code in enumerate(codes) if not code), key=lambda i: requests.penalty(i) is None)
    most = MOST_PLACES // max(1, sum(len(route.visits) + 1 for route in routes))
    for columns, places in ((possible[:most], True), (possible[most:], False)):
        for i, offer in zip(columns, _offers(alone, columns, routes, places=places), strict=True):
            said[i] = _weighed(alone, i, offer, places=places)
    answers = {order: UnservedOrder(order, said[i][0], _together(order, pair, said[i][1]))
               for i, pair in enumerate(requests.orders) for order in pair}
    answers |= _with_distances(problem, [answer for answer in answers.values() if answer.reason == "no_road"])
    return tuple(answers[order.id] for order in problem.orders if order.id in asked)


def _together(order: str, request: Sequence[str], detail: str) -> str:
    """Return the detail of a request; of a shipment it begins with the order that goes with this one."""
    others = [f"with order {other!r}: " for other in request if other != order]
    return "".join([*others, detail])


def _with_distances(problem: Problem, answers: Sequence[UnservedOrder]) -> dict[str, UnservedOrder]:
    """Return the answers that gain from saying how far the nearest road is."""
    if problem.roads is None or not answers:
        return {}
    from gisdata.network.snapping import snap

    profile = next(vehicle.profile for vehicle in problem.fleet if vehicle.count)
    places = [problem.orders[problem.order_row[answer.order] - len(problem.depots)] for answer in answers]
    gaps_m = snap(problem.roads, [p.lon for p in places], [p.lat for p in places], profile, np.inf).distance_m
    return {answer.order: replace(answer, detail=f"{answer.detail}; it is {off_road(gap_m, profile)}")
            for answer, gap_m in zip(answers, gaps_m.tolist(), strict=True) if gap_m > NEAR_M}


def _offers(alone: Alone, columns: Sequence[int], routes: Sequence[Route], *, places: bool) -> list[Offer | None]:
    able = np.zeros((len(alone.problem.fleet), len(columns)), dtype=bool)
    able[[i for i, vehicle in enumerate(alone.problem.fleet) if vehicle.count]] = alone.able[:, columns]
    return cheapest_offers(alone.requests.part(columns), routes, able, places=places)


def _alone(requests: Requests) -> Alone:
    fleet = tuple(vehicle for vehicle in requests.problem.fleet if vehicle.count)
    parts = [_alone_with(requests, vehicle) for vehicle in fleet]
    return Alone(requests, fleet, **{name: np.array([part[name] for part in parts]) for name in parts[0]})


def _alone_with(requests: Requests, vehicle: VehicleType) -> dict[str, NDArray[Any]]:
    """Return the rows of `Alone` for one vehicle type."""
    problem, travel = requests.problem, requests.problem.matrix(vehicle.profile)
    start, end, (_, first_s, last_s, _) = ends(problem, vehicle)
    first, last = requests.first, requests.last
    here, inner_m, through = requests.segments(vehicle)
    out_s, back_s = travel.duration_s[start, first], way(travel.duration_s, last, end)
    road = through & (out_s != UNREACHABLE) & (back_s != UNREACHABLE)
    nouns = [requests.nouns(i) for i in range(len(requests))]
    one, two = (column([visit(orders[at], vehicle) for orders in nouns]) for at in (0, -1))
    there_s = first_s + out_s
    second_s = np.maximum(there_s, one.earliest_s) + one.duration_s + travel.duration_s[first, last]
    pair, late_first = requests.stops == 2, there_s > one.latest_s
    reach_s = np.where(pair & ~late_first, second_s, there_s)
    home_s = np.maximum(reach_s, two.earliest_s) + two.duration_s + back_s
    moved_s = out_s + two.duration_s + back_s + np.where(pair, one.duration_s + travel.duration_s[first, last], 0)
    away_s = out_s + here.duration_s + back_s  # waiting between pickup and delivery included
    driven_m = travel.distance_m[start, first] + inner_m + way(travel.distance_m, last, end)
    limit = np.array([vehicle.capacities.get(name, np.inf) for name in problem.dimensions])
    late = road & (late_first | (pair & (second_s > two.latest_s)))
    hindrances = {
        "barred": np.array([any(not vehicle.may_serve(order) for order in orders)
                            for orders in nouns], dtype=bool),
        "no_road": ~road,
        "too_big": (requests.loads > limit * (1 + LOAD_TOLERANCE)).any(axis=1),
        "no_skill": np.array([any(not order.skills <= vehicle.skills for order in orders) for orders in nouns]),
        "too_many": requests.stops > (np.inf if vehicle.max_stops is None else vehicle.max_stops),
        "late": late,
        "too_long": road & ((home_s > last_s) | (away_s > vehicle.max_duration_s + DURATION_TOLERANCE_S)),
        "too_far": road & (driven_m > vehicle.max_distance_m + DISTANCE_TOLERANCE_M),
    }
    return {
        **hindrances, "opens_late": road & (first_s + moved_s <= last_s) & (home_s > last_s),
        "able": ~np.array(list(hindrances.values())).any(axis=0),
        "there_s": reach_s, "late_at": (pair & ~late_first).astype(np.int64), "home_s": home_s, "away_s": away_s,
        "driven_m": driven_m,
    }


def _codes(alone: Alone) -> list[Reason | None]:
    """Return the code of each request that no type could serve, else None."""
    hindered_by: tuple[tuple[Reason, NDArray[np.bool_]], ...] = (
        ("no_road", alone.no_road),
        ("too_big", alone.too_big),
        ("skill", alone.no_skill),
        ("closed_window", alone.late | alone.opens_late | alone.no_road),
        ("shift_too_short", alone.late | alone.too_long | alone.no_road),
        ("too_far", alone.too_far | alone.no_road),
    )
    codes: list[Reason | None] = [None] * len(alone.requests)
    for i in np.flatnonzero(~alone.able.any(axis=0)):
        codes[i] = "no_vehicle"
    some = ~alone.barred.all(axis=0)
    for code, hindered in reversed(hindered_by):
        for i in np.flatnonzero(some & (hindered | alone.barred).all(axis=0)):
            codes[i] = code
    return codes


def _weighed(alone: Alone, i: int, offer: Offer | None, *, places: bool) -> tuple[Reason, str]:
    """Return the reason for a request that some vehicle could serve alone; `places`: all routes were looked at."""
    penalty, currency = alone.requests.penalty(i), alone.problem.currency
    if offer is None:
        able = [vehicle for vehicle, can in zip(alone.fleet, alone.able[:, i], strict=True) if can]
        count = sum(vehicle.count for vehicle in able)
        vehicles = f"the only vehicle ({able[0].id}) that could serve it is in use" if count == 1 else \
            f"all {count} vehicles that could serve it ({listed(vehicle.id for vehicle in able)}) are in use"
        place = "no place for it is free on these routes" if len(alone.requests.orders[i]) == 1 else \
            "no place for both, one right after the other, is free on these routes"
        return "not_found", vehicles + f", and {place}" * places
    vehicle = offer.vehicle if offer.used else f"an unused {offer.vehicle}"
    cost = money(offer.cost, currency)
    if penalty is None or penalty > offer.cost:
        if _beyond(alone.problem):
            return "not_found", (f"{vehicle} could serve it for {cost} but for {listed(_beyond(alone.problem))}, under "
                                 "which the search found no place for it")
        detail = f"{vehicle} could serve it for {cost}, but the search ended without finding that; search longer"
        return "not_found", detail
    whose = "its penalty is" if len(alone.requests.orders[i]) == 1 else "their penalties are"
    detail = f"{whose} {money(penalty, currency)}; with {vehicle} it would cost {cost}"
    return "not_worth_it" if places else "not_found", detail


def _beyond(problem: Problem) -> list[str]:
    """Return the rules of a problem that offers do not look at."""
    used = {"several windows": any(order.windows for order in problem.orders),
            "breaks": any(vehicle.breaks or vehicle.driving for vehicle in problem.fleet),
            "goods that must part": bool(problem.apart),
            "fixed lines": bool(problem.lines),
            "travel by the hour": any(matrix.hourly for matrix in problem.matrices)}
    return [rule for rule, is_used in used.items() if is_used]


def _allowed(alone: Alone, i: int) -> list[int]:
    """Return the types that may serve a request."""
    return [t for t in range(len(alone.fleet)) if not alone.barred[t, i]]


def _no_road(alone: Alone, i: int) -> str:
    problem, types = alone.problem, _allowed(alone, i)
    fleet = [alone.fleet[t] for t in types]
    row = alone.requests.first[i]
    depots = {problem.depot_of(vehicle).id: None for vehicle in fleet}
    out = any(problem.matrix(vehicle.profile).duration_s[problem.depot_row[problem.depot_of(vehicle).id], row]
              != UNREACHABLE for vehicle in fleet)
    profiles = listed({vehicle.profile: None for vehicle in fleet})
    if out and len(alone.requests.orders[i]) > 1:
        return f"no road for {profiles} leads from the depot by both and on"
    if out:
        depots = {end.id: None for vehicle in fleet if (end := problem.end_of(vehicle))}
    there = "back from it to" if out else "to it from"
    return f"no road for {profiles} leads {there} depot {listed(depots)}"


def _too_big(alone: Alone, i: int) -> str:
    load, fleet = alone.requests.nouns(i)[0].load, [alone.fleet[t] for t in _allowed(alone, i)]
    for dimension in alone.problem.dimensions:
        limits = [vehicle.capacities.get(dimension, np.inf) for vehicle in fleet]
        if load.get(dimension, 0.0) > max(limits) * (1 + LOAD_TOLERANCE):
            most, largest = amount(max(limits), dimension), fleet[limits.index(max(limits))].id
            return f"{amount(load[dimension], dimension)}; the most a vehicle carries is {most} ({largest})"
    return _of_each_type(alone, i)


def _skill(alone: Alone, i: int) -> str:
    needed, fleet = alone.skills(i), [alone.fleet[t] for t in _allowed(alone, i)]
    who = "which no vehicle has" if len(fleet) == len(alone.fleet) else "which no vehicle that may serve it has"
    lacking = sorted(needed - frozenset().union(*(vehicle.skills for vehicle in fleet)))
    return f"needs {listed(lacking)}, {who}" if lacking else f"needs {listed(sorted(needed))} together, {who}"


def _closed_window(alone: Alone, i: int) -> str:
    types = [t for t in _allowed(alone, i) if not alone.no_road[t, i]]
    if alone.late[types, i].all():
        first = min(types, key=lambda t: alone.there_s[t, i])
        there = format_clock(int(alone.there_s[first, i]))
        return f"time window closes {format_clock(_window(alone, first, i).end_s)}, earliest arrival {there}"
    first = min((t for t in types if not alone.late[t, i]), key=lambda t: alone.home_s[t, i])
    return f"time window opens {format_clock(_window(alone, first, i).begin_s)}; {_hindrance(alone, first, i)}"


def _window(alone: Alone, t: int, i: int) -> TimeWindow:
    """Return the window that a type is late for, or the last one."""
    return alone.requests.nouns(i)[int(alone.late_at[t, i])].window


def _shift_too_short(alone: Alone, i: int) -> str:
    types = [t for t in _allowed(alone, i) if alone.too_long[t, i] and not alone.late[t, i]]
    return _hindrance(alone, min(types, key=lambda t: alone.away_s[t, i]), i)


def _too_far(alone: Alone, i: int) -> str:
    types = [t for t in _allowed(alone, i) if not alone.no_road[t, i]]
    nearest = min(types, key=lambda t: alone.driven_m[t, i] - alone.fleet[t].max_distance_m)
    return f"{alone.fleet[nearest].id} {_drives_less(alone, nearest, i)}"


def _of_each_type(alone: Alone, i: int) -> str:
    """Return what hinders each type, for the first few."""
    shown = "; ".join(_hindrance(alone, t, i) for t in range(min(len(alone.fleet), SHOWN)))
    more = len(alone.fleet) - SHOWN
    return f"{shown}; and so on for {more} more vehicle type{'s' * (more > 1)}" if more > 0 else shown


def _hindrance(alone: Alone, t: int, i: int) -> str:
    """Return the first thing that hinders one type, in words."""
    name = next((name for name in _HINDRANCES if getattr(alone, name)[t, i]), "")
    words = _HINDRANCES[name](alone, t, i) if name else _too_long(alone, t, i)
    return f"{alone.fleet[t].id} {words}"


def _carries_less(alone: Alone, t: int, i: int) -> str:
    capacities, load = alone.fleet[t].capacities, alone.requests.nouns(i)[0].load
    over = next(name for name in alone.problem.dimensions
                if load.get(name, 0.0) > capacities.get(name, np.inf) * (1 + LOAD_TOLERANCE))
    return f"carries {amount(capacities[over], over)}, not {amount(load[over], over)}"


def _late(alone: Alone, t: int, i: int) -> str:
    there, closes = (format_clock(int(s)) for s in (alone.there_s[t, i], _window(alone, t, i).end_s))
    return f"arrives {there} at the earliest, the window closes {closes}"


def _too_long(alone: Alone, t: int, i: int) -> str:
    vehicle = alone.fleet[t]
    if alone.away_s[t, i] > vehicle.max_duration_s:
        return f"would be away {span(alone.away_s[t, i])}, it may be for {span(vehicle.max_duration_s)}"
    home, last = (format_clock(int(s)) for s in (alone.home_s[t, i], working_hours(alone.problem, vehicle)[1]))
    return f"{'returns' if vehicle.returns else 'ends'} {home} at the earliest, it must by {last}"


def _drives_less(alone: Alone, t: int, i: int) -> str:
    may_km = alone.fleet[t].max_distance_m / 1000
    return f"would drive {alone.driven_m[t, i] / 1000:,.1f} km, it may drive {may_km:,.1f} km"


_HINDRANCES: dict[str, Callable[[Alone, int, int], str]] = {
    "barred": lambda *_: "may not serve it",
    "no_road": lambda *_: "has no road there and back",
    "no_skill": lambda alone, t, i: f"lacks {listed(sorted(alone.skills(i) - alone.fleet[t].skills))}",
    "too_big": _carries_less,
    "too_many": lambda *_: "may make one stop only",
    "late": _late,
    "too_long": _too_long,
    "too_far": _drives_less,
}
_DETAILS: dict[Reason, Callable[[Alone, int], str]] = {
    "no_road": _no_road,
    "too_big": _too_big,
    "skill": _skill,
    "closed_window": _closed_window,
    "shift_too_short": _shift_too_short,
    "too_far": _too_far,
    "no_vehicle": _of_each_type,
}
