"""Why an order is left over: a proof that no vehicle could serve it even alone, or what serving it would have cost.

A code that is a proof holds for every vehicle type of which there is one. All orders are looked at together. Times are
seconds from midnight of the plan day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gisdata.clock import format_clock
from routing.insertion import LOAD_TOLERANCE, Offer, cheapest_offers, load_table
from routing.model import UNREACHABLE, Order, Problem, VehicleType
from routing.route import Reason, Route, UnservedOrder
from routing.timing import DURATION_TOLERANCE_S, working_hours
from routing.words import SHOWN, amount, listed, money, off_road, span

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_PLACES = 2_000_000
"""Orders times places on routes that are looked at (about a second); orders with a penalty come first."""

NEAR_M = 100.0
"""A road nearer than this is not what is missing."""


@dataclass(frozen=True, slots=True)
class Alone:
    """What hinders an empty vehicle of each type from serving each order and nothing else.

    Parameters
    ----------
    problem : Problem
        What it was worked out for.
    fleet : tuple of VehicleType
        The types of which there is one; rows of every array.
    rows : ndarray of int, shape (n,)
        Matrix rows of the orders; columns of every array below.
    loads : ndarray of float, shape (n, dimensions)
        What each order loads, in the order of `problem.dimensions`.
    no_road, too_big, no_skill, late, opens_late, too_long : ndarray of bool, shape (types, n)
        No road there or back; more than it carries; a skill it lacks; there only after the window has closed; home too
        late only because the window opens late; home too late or away too long.
    able : ndarray of bool, shape (types, n)
        None of these: the type could serve the order.
    there_s, home_s, away_s : ndarray of int, shape (types, n)
        Earliest arrival, earliest return, shortest time from departure to return; meaningless without a road.
    """

    problem: Problem
    fleet: tuple[VehicleType, ...]
    rows: NDArray[np.int64]
    loads: NDArray[np.float64]
    no_road: NDArray[np.bool_]
    too_big: NDArray[np.bool_]
    no_skill: NDArray[np.bool_]
    late: NDArray[np.bool_]
    opens_late: NDArray[np.bool_]
    too_long: NDArray[np.bool_]
    able: NDArray[np.bool_]
    there_s: NDArray[np.int64]
    home_s: NDArray[np.int64]
    away_s: NDArray[np.int64]

    def order(self, i: int) -> Order:
        """Return the order of column `i`."""
        return self.problem.orders[int(self.rows[i]) - len(self.problem.depots)]


def unserved_orders(problem: Problem, orders: Iterable[str], routes: Sequence[Route] = ()) -> tuple[UnservedOrder, ...]:
    """Say of each order that is left over why.

    The first that holds, over all vehicle types of which there is one: ``no_road`` (no type has a road there and back),
    ``too_big`` (each lacks room in some dimension), ``skill`` (each lacks one), ``closed_window`` (each with a road is
    late for the window, or home too late only because it opens late), ``shift_too_short`` (each with a road is late or
    home too late or away too long), ``no_vehicle`` (each is hindered by something), ``not_worth_it`` (the order has a
    penalty, and no vehicle could serve it besides these routes for less), else ``not_found``.

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
    left = [order.id for order in problem.orders if order.id in asked]
    if not left:
        return ()
    alone = _alone(problem, left)
    codes = _codes(alone)
    answers = {order: UnservedOrder(order, code, _DETAILS[code](alone, i))
               for i, (order, code) in enumerate(zip(left, codes, strict=True)) if code}
    answers |= _with_distances(problem, [answer for answer in answers.values() if answer.reason == "no_road"])
    possible = sorted((i for i, code in enumerate(codes) if not code), key=lambda i: alone.order(i).penalty is None)
    most = MOST_PLACES // max(1, sum(len(route.visits) + 1 for route in routes))
    for columns, places in ((possible[:most], True), (possible[most:], False)):
        for i, offer in zip(columns, _offers(alone, columns, routes, places=places), strict=True):
            answers[left[i]] = _weighed(alone, i, offer, places=places)
    return tuple(answers[order] for order in left)


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
    return cheapest_offers(alone.problem, alone.rows[columns], alone.loads[columns], routes, able, places=places)


def _alone(problem: Problem, orders: Sequence[str]) -> Alone:
    rows = np.array([problem.order_row[order] for order in orders], dtype=np.int64)
    asked = [problem.orders[row - len(problem.depots)] for row in rows]
    opens_s, closes_s, service_s = (np.array(values, dtype=np.int64) for values in zip(
        *((order.window.begin_s, order.window.end_s, order.service_s) for order in asked), strict=True))
    loads, skills = load_table(problem, rows), [order.skills for order in asked]
    fleet = tuple(vehicle for vehicle in problem.fleet if vehicle.count)
    parts = []
    for vehicle in fleet:
        seconds, depot = problem.matrix(vehicle.profile).duration_s, problem.depot_row[problem.depot_of(vehicle).id]
        out_s, back_s = seconds[depot, rows], seconds[rows, depot]
        road = (out_s != UNREACHABLE) & (back_s != UNREACHABLE)
        first_s, last_s = working_hours(problem, vehicle)
        limit = np.array([vehicle.capacities.get(name, np.inf) for name in problem.dimensions])
        there_s, away_s = first_s + out_s, out_s + service_s + back_s
        home_s = np.maximum(there_s, opens_s) + service_s + back_s
        too_big = (loads > limit * (1 + LOAD_TOLERANCE)).any(axis=1)
        no_skill = np.array([not needed <= vehicle.skills for needed in skills])
        late = road & (there_s > closes_s)
        opens_late = road & (first_s + away_s <= last_s) & (home_s > last_s)
        too_long = road & ((home_s > last_s) | (away_s > vehicle.max_duration_s + DURATION_TOLERANCE_S))
        able = road & ~(too_big | no_skill | late | too_long)
        parts.append((~road, too_big, no_skill, late, opens_late, too_long, able, there_s, home_s, away_s))
    return Alone(problem, fleet, rows, loads, *(np.array(arrays) for arrays in zip(*parts, strict=True)))


def _codes(alone: Alone) -> list[Reason | None]:
    """Return the code of each order that no type could serve, else None."""
    hindered_by: tuple[tuple[Reason, NDArray[np.bool_]], ...] = (
        ("no_road", alone.no_road),
        ("too_big", alone.too_big),
        ("skill", alone.no_skill),
        ("closed_window", alone.late | alone.opens_late | alone.no_road),
        ("shift_too_short", alone.late | alone.too_long | alone.no_road),
        ("no_vehicle", ~alone.able),
    )
    codes: list[Reason | None] = [None] * len(alone.rows)
    for code, hindered in reversed(hindered_by):
        for i in np.flatnonzero(hindered.all(axis=0)):
            codes[i] = code
    return codes


def _weighed(alone: Alone, i: int, offer: Offer | None, *, places: bool) -> UnservedOrder:
    """Return the reason for an order that some vehicle could serve alone; `places`: all routes were looked at."""
    order, currency = alone.order(i), alone.problem.currency
    if offer is None:
        able = [vehicle for vehicle, can in zip(alone.fleet, alone.able[:, i], strict=True) if can]
        count = sum(vehicle.count for vehicle in able)
        vehicles = f"the only vehicle ({able[0].id}) that could serve it is in use" if count == 1 else \
            f"all {count} vehicles that could serve it ({listed(vehicle.id for vehicle in able)}) are in use"
        return UnservedOrder(order.id, "not_found", vehicles + ", and no place for it is free on these routes" * places)
    vehicle = offer.vehicle if offer.used else f"an unused {offer.vehicle}"
    cost = money(offer.cost, currency)
    if order.penalty is None or order.penalty > offer.cost:
        detail = f"{vehicle} could serve it for {cost}, but the search ended without finding that; search longer"
        return UnservedOrder(order.id, "not_found", detail)
    detail = f"its penalty is {money(order.penalty, currency)}; with {vehicle} it would cost {cost}"
    return UnservedOrder(order.id, "not_worth_it" if places else "not_found", detail)


def _no_road(alone: Alone, i: int) -> str:
    problem, row = alone.problem, alone.rows[i]
    depots = {problem.depot_of(vehicle).id: None for vehicle in alone.fleet}
    out = any(problem.matrix(vehicle.profile).duration_s[problem.depot_row[problem.depot_of(vehicle).id], row]
              != UNREACHABLE for vehicle in alone.fleet)
    profiles = listed({vehicle.profile: None for vehicle in alone.fleet})
    there = "back from it to" if out else "to it from"
    return f"no road for {profiles} leads {there} depot {listed(depots)}"


def _too_big(alone: Alone, i: int) -> str:
    load = alone.order(i).load
    for dimension in alone.problem.dimensions:
        limits = [vehicle.capacities.get(dimension, np.inf) for vehicle in alone.fleet]
        if load.get(dimension, 0.0) > max(limits) * (1 + LOAD_TOLERANCE):
            most, largest = amount(max(limits), dimension), alone.fleet[limits.index(max(limits))].id
            return f"{amount(load[dimension], dimension)}; the most a vehicle carries is {most} ({largest})"
    return _of_each_type(alone, i)


def _skill(alone: Alone, i: int) -> str:
    needed = alone.order(i).skills
    lacking = sorted(needed - frozenset().union(*(vehicle.skills for vehicle in alone.fleet)))
    if lacking:
        return f"needs {listed(lacking)}, which no vehicle has"
    return f"needs {listed(sorted(needed))} together, which no vehicle has"


def _closed_window(alone: Alone, i: int) -> str:
    window, types = alone.order(i).window, [t for t in range(len(alone.fleet)) if not alone.no_road[t, i]]
    if alone.late[types, i].all():
        there = format_clock(int(alone.there_s[types, i].min()))
        return f"time window closes {format_clock(window.end_s)}, earliest arrival {there}"
    first = min((t for t in types if not alone.late[t, i]), key=lambda t: alone.home_s[t, i])
    return f"time window opens {format_clock(window.begin_s)}; {_hindrance(alone, first, i)}"


def _shift_too_short(alone: Alone, i: int) -> str:
    types = [t for t in range(len(alone.fleet)) if alone.too_long[t, i] and not alone.late[t, i]]
    return _hindrance(alone, min(types, key=lambda t: alone.away_s[t, i]), i)


def _of_each_type(alone: Alone, i: int) -> str:
    """Return what hinders each type, for the first few."""
    shown = "; ".join(_hindrance(alone, t, i) for t in range(min(len(alone.fleet), SHOWN)))
    more = len(alone.fleet) - SHOWN
    return f"{shown}; and so on for {more} more vehicle type{'s' * (more > 1)}" if more > 0 else shown


def _hindrance(alone: Alone, t: int, i: int) -> str:
    """Return the first thing that hinders one type, in words."""
    vehicle, order = alone.fleet[t], alone.order(i)
    if alone.no_road[t, i]:
        return f"{vehicle.id} has no road there and back"
    if alone.no_skill[t, i]:
        return f"{vehicle.id} lacks {listed(sorted(order.skills - vehicle.skills))}"
    if alone.too_big[t, i]:
        over = next(name for name in alone.problem.dimensions
                    if order.load.get(name, 0.0) > vehicle.capacities.get(name, np.inf) * (1 + LOAD_TOLERANCE))
        return f"{vehicle.id} carries {amount(vehicle.capacities[over], over)}, not {amount(order.load[over], over)}"
    if alone.late[t, i]:
        there = format_clock(int(alone.there_s[t, i]))
        return f"{vehicle.id} arrives {there} at the earliest, the window closes {format_clock(order.window.end_s)}"
    if alone.away_s[t, i] > vehicle.max_duration_s:
        return f"{vehicle.id} would be away {span(alone.away_s[t, i])}, it may be for {span(vehicle.max_duration_s)}"
    home, last = (format_clock(int(s)) for s in (alone.home_s[t, i], working_hours(alone.problem, vehicle)[1]))
    return f"{vehicle.id} returns {home} at the earliest, it must by {last}"


_DETAILS: dict[Reason, Callable[[Alone, int], str]] = {
    "no_road": _no_road,
    "too_big": _too_big,
    "skill": _skill,
    "closed_window": _closed_window,
    "shift_too_short": _shift_too_short,
    "no_vehicle": _of_each_type,
}
