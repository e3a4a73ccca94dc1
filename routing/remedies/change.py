"""Change: one single thing of a problem that is loosened, and the problem as it is then. Seconds, metres, kilograms."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from gisdata.clock import END_OF_TIME_S
from routing.model import Depot, Order, Problem, TimeWindow, VehicleType
from routing.timing import working_hours

Kind = Literal["search", "window_later", "window_earlier", "early_start", "overtime", "capacity", "distance", "stops",
               "skill", "permit", "vehicle", "penalty"]

BY_AMOUNT = ("window_later", "window_earlier", "early_start", "overtime", "capacity", "distance", "stops")
"""Kinds of which less may do; the others are a yes or no."""


@dataclass(frozen=True, slots=True)
class Change:
    """One single thing that is loosened.

    Parameters
    ----------
    kind : str
        ``window_later`` and ``window_earlier``: the window of an order closes later or opens earlier; ``early_start``
        and ``overtime``: vehicles of a type, and their depots where these bind, start earlier or return later, and may
        be away that much longer; ``capacity``: they carry more; ``distance``, ``stops``: they may drive further, stop
        more often; ``skill``: they get the skills that the order needs; ``permit``: they may serve
        it, whatever its types and zone; ``vehicle``:
        there is one more; ``penalty``: leaving the order out costs more; ``search``: nothing, searching on finds it.
    amount : float
        By how much: seconds, metres, a load, a count, or money; 1 of a yes or no, 0 of ``search``.
    order : str
        Whose window, permit or penalty; empty if it is about a vehicle type.
    vehicle_type : str
        Whose shift, load, skill or number; empty if it is about an order.
    dimension : str
        Which load, such as ``weight_kg``.
    """

    kind: Kind
    amount: float
    order: str = ""
    vehicle_type: str = ""
    dimension: str = ""

    @property
    def unit(self) -> str:
        """What `amount` counts, such as ``s``, ``m``, ``weight_kg``, ``stops`` or ``money``."""
        units = {"capacity": self.dimension, "distance": "m", "stops": "stops", "skill": "skills", "permit": "types",
                 "vehicle": "vehicles", "penalty": "money", "search": ""}
        return units.get(self.kind, "s")

    @property
    def about(self) -> tuple[str, str]:
        """What is loosened, whoever does it; of changes about the same the smallest is looked for."""
        return self.kind, self.dimension


def applied(problem: Problem, change: Change, orders: tuple[str, ...]) -> Problem:
    """Return a problem after one change.

    Parameters
    ----------
    problem : Problem
        As it is.
    change : Change
        What is loosened.
    orders : tuple of str
        Ids of the order, or the two of a shipment, that shall be served: a permit and skills are for all of them.

    Returns
    -------
    Problem
        A new one; the same ids and matrices.
    """
    if change.kind == "search":
        return problem
    changed: dict[str, Any] = {}
    if change.order:
        asked = orders if change.kind in ("permit", "penalty") else (change.order,)
        changed["orders"] = tuple(_order(problem, order, change) if order.id in asked else order
                                  for order in problem.orders)
    else:
        needed = frozenset().union(*(order.skills for order in problem.orders if order.id in orders))
        changed["fleet"] = tuple(_vehicle(problem, vehicle, change, needed) if vehicle.id == change.vehicle_type
                                 else vehicle for vehicle in problem.fleet)
        if change.kind in ("early_start", "overtime"):
            changed["depots"] = _depots(problem, change)
    return replace(problem, **changed)


def _order(problem: Problem, order: Order, change: Change) -> Order:
    first, last, more = order.openings[0], order.openings[-1], change.amount
    if change.kind == "window_later":
        last = TimeWindow(last.begin_s, min(END_OF_TIME_S, math.ceil(last.end_s + more)))
        return _opened(order, (*order.openings[:-1], last))
    if change.kind == "window_earlier":
        first = TimeWindow(max(0, math.floor(first.begin_s - more)), first.end_s)
        return _opened(order, (first, *order.openings[1:]))
    if change.kind == "permit":
        able = frozenset(vehicle.id for vehicle in problem.fleet if vehicle.may_serve(order)) | {change.vehicle_type}
        return replace(order, zone="", vehicle_types=able if len(able) < len(problem.fleet) else frozenset())
    return replace(order, penalty=(order.penalty or 0.0) + (more if order.id == change.order else 0.0))


def _opened(order: Order, openings: tuple[TimeWindow, ...]) -> Order:
    whole = TimeWindow(openings[0].begin_s, openings[-1].end_s)
    return replace(order, window=whole, windows=openings if len(openings) > 1 else ())


def _vehicle(problem: Problem, vehicle: VehicleType, change: Change, needed: frozenset[str]) -> VehicleType:
    first_s, last_s = working_hours(problem, vehicle)
    more, shift = change.amount, vehicle.shift
    make: dict[str, Callable[[], dict[str, Any]]] = {
        "early_start": lambda: {"shift": TimeWindow(min(shift.begin_s, _earlier(first_s, more)), shift.end_s)},
        "overtime": lambda: {"shift": TimeWindow(shift.begin_s, max(shift.end_s, _later(last_s, more))),
                             "max_duration_s": vehicle.max_duration_s + more},
        "capacity": lambda: _capacity(vehicle, change.dimension, more),
        "distance": lambda: {"max_distance_m": vehicle.max_distance_m + more},
        "stops": lambda: {"max_stops": None if vehicle.max_stops is None else vehicle.max_stops + int(more)},
        "skill": lambda: {"skills": vehicle.skills | needed},
        "vehicle": lambda: {"count": vehicle.count + int(more)},
    }
    return replace(vehicle, **make[change.kind]())


def _capacity(vehicle: VehicleType, dimension: str, more: float) -> dict[str, Any]:
    limit = vehicle.capacities[dimension] + more
    field = {"weight_kg": "payload_kg"}.get(dimension, dimension)
    if field in ("payload_kg", "volume_m3", "pieces"):
        return {field: limit}
    return {"capacity": {**dict(vehicle.capacity), dimension: limit}}


def _depots(problem: Problem, change: Change) -> tuple[Depot, ...]:
    """Return the depots; the one where the type starts or ends opens earlier or closes later if that is what binds."""
    vehicle = next(vehicle for vehicle in problem.fleet if vehicle.id == change.vehicle_type)
    first_s, last_s = working_hours(problem, vehicle)
    concerned = problem.depot_of(vehicle) if change.kind == "early_start" else problem.end_of(vehicle)
    if concerned is None:
        return problem.depots
    hours = concerned.hours
    new = (replace(concerned, open=min(hours.begin_s, _earlier(first_s, change.amount)))
           if change.kind == "early_start" else
           replace(concerned, close=max(hours.end_s, _later(last_s, change.amount))))
    return tuple(new if depot.id == concerned.id else depot for depot in problem.depots)


def _earlier(first_s: int, seconds: float) -> int:
    return max(0, math.floor(first_s - seconds))


def _later(last_s: int, seconds: float) -> int:
    return min(END_OF_TIME_S, math.ceil(last_s + seconds))
