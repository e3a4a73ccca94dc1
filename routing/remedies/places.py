"""Where else an order could stand: every place of every route, and every vehicle that is unused, others staying put."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from routing.model import UNREACHABLE, Problem, VehicleType
from routing.plan import Plan, Route
from routing.remedies.change import Change
from routing.remedies.needs import Tour
from routing.timing import route_rows

MOST = 3_000
"""Places that are looked at, those with the shortest detours first."""

LONGEST = 60
"""On routes with more stops than this, the two orders of a shipment are put one right after the other."""


class Place(NamedTuple):
    """A change, and the route that it makes possible.

    Parameters
    ----------
    change : Change
        What is loosened.
    extra_m : int
        How much further vehicles drive.
    vehicle : str
        Such as ``van#2``.
    orders : tuple of str
        What it then visits.
    """

    change: Change
    extra_m: int
    vehicle: str
    orders: tuple[str, ...]


def places(plan: Plan, asked: tuple[str, ...]) -> dict[tuple[str, str], list[Place]]:
    """Return where orders could stand after each kind of change, those that need the smallest first.

    Parameters
    ----------
    plan : Plan
        Which routes there are.
    asked : tuple of str
        Ids of the order, or of the pickup and delivery of a shipment, that no route serves.

    Returns
    -------
    dict
        By `Change.about`; within one the smallest change first, then the shortest detour.
    """
    kinds = {vehicle.id: vehicle for vehicle in plan.problem.fleet}
    found = []
    for tour, extra_m, route in _tours(plan, asked, kinds):
        name = route.vehicle if route else free_name(plan, tour.vehicle)
        changes = tour.needs()
        if not name:
            name = f"{tour.vehicle.id}#{tour.vehicle.count + 1}"
            changes = [Change("vehicle", 1.0, vehicle_type=tour.vehicle.id)] * (changes[:1] == [Change("search", 0.0)])
        found += [Place(change, extra_m, name, tour.orders) for change in changes]
    about: dict[tuple[str, str], list[Place]] = {}
    for place in sorted(found, key=lambda place: (place.change.amount, place.extra_m, place.vehicle)):
        about.setdefault(place.change.about, []).append(place)
    return about


def alone(problem: Problem, asked: tuple[str, ...]) -> dict[tuple[str, str], list[Change]]:
    """Return what empty vehicles would need, the smallest first: no plan does with less.

    Parameters
    ----------
    problem : Problem
        Holds orders and fleet.
    asked : tuple of str
        Ids of the order, or of the pickup and delivery of a shipment.

    Returns
    -------
    dict
        By `Change.about`; under ``("search", "")`` those that need nothing.
    """
    about: dict[tuple[str, str], list[Change]] = {}
    for vehicle in problem.fleet:
        for change in Tour(problem, vehicle, asked, asked).needs() if vehicle.count else ():
            about.setdefault(change.about, []).append(change)
    return {key: sorted(changes, key=lambda change: change.amount) for key, changes in about.items()}


def free_name(plan: Plan, vehicle: VehicleType) -> str:
    """Return the name of the first unused vehicle of a type; empty if all are used."""
    used = {route.vehicle for route in plan.routes}
    if Counter(route.vehicle_type for route in plan.routes)[vehicle.id] >= vehicle.count:
        return ""
    return next(name for number in itertools.count(1) if (name := f"{vehicle.id}#{number}") not in used)


def _tours(plan: Plan, asked: tuple[str, ...], kinds: Mapping[str, VehicleType],
           ) -> list[tuple[Tour, int, Route | None]]:
    """Return the tours to look at: on each route in each place, and with a vehicle of each type on its own."""
    problem = plan.problem
    own = [(Tour(problem, vehicle, asked, asked), vehicle) for vehicle in problem.fleet if vehicle.count]
    found: list[tuple[Tour, int, Route | None]] = [(tour, tour.distance_m, None) for tour, _ in own]
    longer = []
    for route in plan.routes:
        vehicle = kinds[route.vehicle_type]
        longer += [(extra_m, orders, route) for extra_m, orders in _grown(problem, vehicle, route, asked)]
    longer.sort(key=lambda entry: entry[0])
    for extra_m, orders, route in longer[:MOST]:
        found.append((Tour(problem, kinds[route.vehicle_type], orders, asked), extra_m, route))
    return found


def _grown(problem: Problem, vehicle: VehicleType, route: Route, asked: tuple[str, ...],
           ) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield a route with the orders in all places to which there is a road, and how much further it drives."""
    travel, orders = problem.matrix(vehicle.profile), route.orders
    sequences = [(*orders[:i], asked[0], *orders[i:]) for i in range(len(orders) + 1)]
    if len(asked) > 1:
        last = len(orders) if len(orders) <= LONGEST else 0
        sequences = [(*sequence[:j], asked[1], *sequence[j:]) for i, sequence in enumerate(sequences)
                     for j in range(i + 1, max(i + 1, last + 1) + 1)]
    for sequence in sequences:
        rows = np.array(route_rows(problem, vehicle, sequence))
        metres = travel.distance_m[rows[:-1], rows[1:]]
        if not (metres == UNREACHABLE).any():
            yield int(metres.sum()) - route.distance_m, sequence
