"""Write a problem as VROOM's JSON. VROOM counts in whole numbers: costs and loads are multiplied where they are not."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from routing.backhauls import sorts
from routing.interop.vroom_json import UNREACHABLE_S, numbers_of, scale_of, write_json
from routing.model import ALWAYS, UNREACHABLE, Order, Problem, VehicleType
from routing.timing import working_hours


def write_vroom(problem: Problem, path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Write a problem for VROOM, with its matrices.

    Parameters
    ----------
    problem : Problem
        To write.
    path : path-like
        Where to; written whole or not at all. Orders and vehicles keep their ids as descriptions, so that
        `read_vroom_solution` finds them again.

    Returns
    -------
    tuple of str
        What VROOM will understand otherwise, one sentence each.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    notices: list[str] = []
    scales = _load_scales(problem, notices)
    skills = _skill_numbers(problem)
    ids = numbers_of([order.id for order in problem.orders])
    orders = {order.id: order for order in problem.orders}
    write_json({
        "vehicles": _vehicles(problem, scales, skills, notices),
        "jobs": [{**_task(problem, order, ids[order.id]), "skills": _needs(order, skills),
                  order.kind: _amounts(order, scales), **_priority(problem, order.penalty is None)}
                 for order in problem.orders if order.id not in problem.shipment_of],
        "shipments": [_shipment(problem, orders[shipment.pickup], orders[shipment.delivery], ids, scales, skills)
                      for shipment in problem.shipments],
        "matrices": {matrix.profile: {"durations": _plain(matrix.duration_s), "distances": _plain(matrix.distance_m)}
                     for matrix in problem.matrices},
    }, path)
    if any(order.penalty is not None for order in problem.orders):
        notices.append("penalties cannot be said: orders that must be served have priority 100, the others 1")
    if any(kind.tariff.per_hour for kind in problem.fleet):
        notices.append("VROOM prices hours of driving only, not those of service and waiting")
    return (*notices, *_left_out(problem))


def vehicle_numbers(problem: Problem) -> dict[str, int]:
    """Return VROOM's number of every vehicle there is.

    Parameters
    ----------
    problem : Problem
        Holds the fleet.

    Returns
    -------
    dict of str to int
        By name, such as ``van#2``: the id of its type where all are whole numbers and there is one of each, else
        counted from 1.
    """
    types = numbers_of([kind.id for kind in problem.fleet])
    if all(kind.count <= 1 and str(types[kind.id]) == kind.id for kind in problem.fleet):
        return {f"{kind.id}#1": types[kind.id] for kind in problem.fleet if kind.count}
    names = [f"{kind.id}#{number}" for kind in problem.fleet for number in range(1, kind.count + 1)]
    return {name: number for number, name in enumerate(names, start=1)}


def _vehicles(problem: Problem, scales: dict[str, int], skills: dict[str, int], notices: list[str],
              ) -> list[dict[str, Any]]:
    rates = [rate for kind in problem.fleet for rate in (kind.tariff.fixed, kind.tariff.per_km, kind.tariff.per_hour)]
    scale = scale_of(rates)
    if scale > 1:
        notices.append(f"costs are multiplied by {scale}")
    if any(math.isfinite(kind.max_duration_s) for kind in problem.fleet):
        notices.append("the longest time away (max_duration_s) cannot be said")
    numbers, listed = vehicle_numbers(problem), []
    kinds = {kind.id: kind for kind in problem.fleet}
    for name, number in numbers.items():
        kind = kinds[name.rpartition("#")[0]]
        opens_s, closes_s = working_hours(problem, kind)
        if closes_s < opens_s:
            notices.append(f"vehicle {name} is left out: its shift and the hours of its depot do not meet")
            continue
        ends = {"start": problem.depot_of(kind), "end": problem.end_of(kind)}
        places: dict[str, Any] = {name: [depot.lon, depot.lat] for name, depot in ends.items() if depot}
        places |= {f"{name}_index": problem.depot_row[depot.id] for name, depot in ends.items() if depot}
        limits = {"max_tasks": kind.max_stops,
                  "max_distance": math.floor(kind.max_distance_m) if math.isfinite(kind.max_distance_m) else None}
        listed.append({
            "id": number, "description": name, "type": kind.id, "profile": kind.profile, **places,
            "capacity": _capacity(problem, kind, scales), "skills": _offers(kind, skills),
            **{name: limit for name, limit in limits.items() if limit is not None}, "time_window": [opens_s, closes_s],
            **({"breaks": breaks} if (breaks := _breaks(kind)) else {}),
            "costs": {"fixed": round(kind.tariff.fixed * scale), "per_hour": round(kind.tariff.per_hour * scale),
                      "per_km": round(kind.tariff.per_km * scale)},
        })
    return listed


def _breaks(kind: VehicleType) -> list[dict[str, Any]]:
    return [{"id": number, "time_windows": [[pause.window.begin_s, pause.window.end_s]], "service": pause.duration_s,
             "description": pause.name} for number, pause in enumerate(kind.breaks, start=1)]


def _left_out(problem: Problem) -> list[str]:
    """Return what of the rules VROOM cannot be told."""
    said = (("driving rules", any(kind.driving for kind in problem.fleet)),
            ("fixed lines", bool(problem.lines)),
            ("goods that must not share a vehicle", bool(problem.apart)),
            ("travel by the hour", any(matrix.hourly for matrix in problem.matrices)),
            ("backhauls that come last", any(sorts(problem, kind) for kind in problem.fleet)),
            ("overtime", any(kind.tariff.per_overtime_hour for kind in problem.fleet)))
    return [f"{rule} cannot be said, and are left out" for rule, is_used in said if is_used]


def _task(problem: Problem, order: Order, number: int) -> dict[str, Any]:
    """Return what jobs and the ends of shipments have in common."""
    task: dict[str, Any] = {
        "id": number, "description": order.id, "location": [order.lon, order.lat],
        "location_index": problem.order_row[order.id], "service": order.service_s,
    }
    if order.service_by_type:
        task["service_per_type"] = dict(order.service_by_type)
    if order.window != ALWAYS:
        task["time_windows"] = [[window.begin_s, window.end_s] for window in order.openings]
    return task


def _shipment(problem: Problem, pickup: Order, delivery: Order, ids: dict[str, int], scales: dict[str, int],
              skills: dict[str, int]) -> dict[str, Any]:
    return {
        "pickup": _task(problem, pickup, ids[pickup.id]), "delivery": _task(problem, delivery, ids[delivery.id]),
        "amount": _amounts(pickup, scales), "skills": sorted({*_needs(pickup, skills), *_needs(delivery, skills)}),
        **_priority(problem, pickup.penalty is None),
    }


def _amounts(order: Order, scales: dict[str, int]) -> list[int]:
    load = order.load
    return [math.ceil(load.get(name, 0) * scale - 1e-6) for name, scale in scales.items()]


def _priority(problem: Problem, mandatory: bool) -> dict[str, int]:
    """Return the priority, where there are optional orders."""
    if all(order.penalty is None for order in problem.orders):
        return {}
    return {"priority": 100 if mandatory else 1}


def _skill_numbers(problem: Problem) -> dict[str, int]:
    """Return a number for each skill, and, after them, for each choice of vehicle types that some order makes."""
    numbers = numbers_of(sorted({skill for order in problem.orders for skill in order.skills}))
    first = max(numbers.values(), default=0) + 1
    choices = sorted({_choice(order) for order in problem.orders if order.vehicle_types})
    return numbers | {choice: number for number, choice in enumerate(choices, start=first)}


def _choice(order: Order) -> str:
    """Return a text that stands for the vehicle types that may serve an order; no skill is called like that."""
    return "\n" + "\n".join(sorted(order.vehicle_types))


def _needs(order: Order, skills: dict[str, int]) -> list[int]:
    return sorted(skills[name] for name in (*order.skills, *([_choice(order)] if order.vehicle_types else ())))


def _offers(kind: VehicleType, skills: dict[str, int]) -> list[int]:
    """Return the numbers of what a vehicle can do, and of the choices that its type is among."""
    return sorted(number for name, number in skills.items()
                  if (kind.id in name.split("\n")[1:] if name.startswith("\n") else name in kind.skills))


def _capacity(problem: Problem, kind: VehicleType, scales: dict[str, int]) -> list[int]:
    """Return what it carries; where it has no limit, as much as there is."""
    limits = kind.capacities
    return [math.floor(limits[name] * scale + 1e-6) if name in limits
            else sum(math.ceil(order.load.get(name, 0) * scale) for order in problem.orders)
            for name, scale in scales.items()]


def _load_scales(problem: Problem, notices: list[str]) -> dict[str, int]:
    scales = {}
    for name in problem.dimensions:
        amounts: Sequence[float] = [order.load.get(name, 0.0) for order in problem.orders]
        limits = [kind.capacities[name] for kind in problem.fleet if name in kind.capacities]
        scales[name] = scale_of([*amounts, *limits])
        if scales[name] > 1:
            notices.append(f"{name} is multiplied by {scales[name]}, loads rounded up and capacities down")
    return scales


def _plain(matrix: np.ndarray[Any, np.dtype[np.int64]]) -> list[list[int]]:
    plain: list[list[int]] = np.where(matrix == UNREACHABLE, UNREACHABLE_S, matrix).tolist()
    return plain
