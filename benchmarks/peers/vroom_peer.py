"""VROOM by pyvroom, on one thread at its highest level of exploration, cut off when the time is over."""

import math
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import vroom

from peers.common import unknown_rules
from routing.driven import type_of
from routing.interop import read_vroom_solution, write_vroom

PACKAGE = "pyvroom"
EXPLORATION = 5


def refuses(problem):
    if any(math.isfinite(kind.max_duration_s) for kind in problem.fleet):
        return "knows no longest duration"
    if any(order.penalty is not None for order in problem.orders):
        return "knows no penalties"
    return unknown_rules(problem, {"capacity", "time_window", "shift", "skills", "shipment", "pickup", "vehicle_type",
                                   "max_distance", "max_stops", "open_route", "end_depot"})


def solve(problem, seconds, seed):  # noqa: ARG001 (VROOM draws nothing)
    begun = time.perf_counter()
    stated = by_the_hour(smaller_fleet(problem))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "problem.json"
        write_vroom(stated, path)
        given = vroom.Input.from_json(path)
    left = max(0.1, seconds - (time.perf_counter() - begun))
    answer = given.solve(exploration_level=EXPLORATION, nb_threads=1, timeout=timedelta(seconds=left)).to_dict()
    plan = read_vroom_solution(answer, stated)
    return [(type_of(stated, route.vehicle).id, list(route.orders)) for route in plan.routes]


def by_the_hour(problem):
    """Return the problem with distance as driving time where that is the same: VROOM finds better plans by time."""
    travel = problem.matrices[0]
    same = not travel.duration_s.any() or (travel.duration_s == travel.distance_m).all()
    if len(problem.matrices) > 1 or not same or any(kind.tariff.per_hour for kind in problem.fleet):
        return problem
    fleet = tuple(replace(kind, tariff=replace(kind.tariff, per_km=0, per_hour=3.6 * kind.tariff.per_km))
                  for kind in problem.fleet)
    return replace(problem, fleet=fleet, matrices=(replace(travel, duration_s=travel.distance_m),))


def smaller_fleet(problem):
    """Return the problem with no more vehicles than orders; without windows, than a fifth more than loads can fill."""
    most = len(problem.orders)
    if len(problem.fleet) == 1 and len(problem.dimensions) == 1 and not problem.matrices[0].duration_s.any():
        (name,), room = problem.dimensions, next(iter(problem.fleet[0].capacities.values()))
        most = math.ceil(1.2 * sum(order.load.get(name, 0) for order in problem.orders) / room) + 4
    return replace(problem, fleet=tuple(replace(kind, count=min(kind.count, most)) for kind in problem.fleet))
