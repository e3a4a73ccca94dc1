"""Read VROOM's answer as a plan that can be judged, write a plan as VROOM's answer, and price a plan as VROOM does."""

from __future__ import annotations

import itertools
import os
from collections.abc import Mapping, Sequence
from typing import Any

from gisdata.clock import END_OF_TIME_S
from routing.driven import driven_route, type_of
from routing.edit import left_over
from routing.errors import ProblemError
from routing.frames import ends_of
from routing.interop.vroom_json import midnight_of, numbers_of, order_named, read_json, write_json
from routing.interop.vroom_writing import vehicle_numbers
from routing.model import UNREACHABLE, Problem, VehicleType
from routing.plan import Plan, Route, Visit
from routing.timing import route_rows, stated_end

Record = Mapping[str, Any]

TASKS = ("job", "pickup", "delivery")


def read_vroom_solution(source: str | os.PathLike[str] | Record, problem: Problem) -> Plan:
    """Read VROOM's answer to a problem; nothing in it is believed, `routing.check` judges it.

    Parameters
    ----------
    source : path-like or mapping
        A file, or what one holds.
    problem : Problem
        As `read_vroom` returned it, or as `write_vroom` wrote it.

    Returns
    -------
    Plan
        With the times as stated. A route with breaks is timed anew without them, and a note says so. Costs are those of
        our tariff; `vroom_cost` gives VROOM's.

    Raises
    ------
    InputFileError
        If it is no answer of VROOM.
    ProblemError
        If a route or step in it lacks what it must have.
    """
    data = read_json(source, "routes")
    names = {number: name for name, number in vehicle_numbers(problem).items()}
    notes: list[str] = []
    try:
        origin_s = _origin_s(data, problem)
        routes = tuple(_route(record, problem, names, origin_s, notes) for record in data["routes"]
                       if any(step["type"] in TASKS for step in record["steps"]))
        left = [order_named(problem, step["id"], step.get("description"), step.get("type", "job"))
                for step in data.get("unassigned", ())]
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ProblemError(f"the VROOM answer cannot be read: {error!r}") from None
    unserved = left_over(Plan(problem, ()), routes, left)
    return Plan(problem, routes, unserved, engine="vroom", notes=tuple(notes))


def write_vroom_solution(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Write a plan in the form of VROOM's answer; costs are VROOM's, see `vroom_cost`.

    Parameters
    ----------
    plan : Plan
        For a problem as `read_vroom` or `write_vroom` left it.
    path : path-like
        Where to; written whole or not at all.

    Raises
    ------
    ProblemError
        If the plan names what its problem does not have.
    OSError
        If it cannot be written.
    """
    numbers = vehicle_numbers(plan.problem)
    unknown = [route.vehicle for route in plan.routes if route.vehicle not in numbers]
    unknown += [visit.order for visit in plan.visits if visit.order not in plan.problem.order_row]
    if unknown:
        raise ProblemError(f"the problem has no {unknown[0]!r}; VROOM's answer cannot name it")
    ids = numbers_of([order.id for order in plan.problem.orders])
    routes = [_route_record(plan.problem, route, numbers[route.vehicle], ids) for route in plan.routes]
    totals = {key: sum(route[key] for route in routes)
              for key in ("cost", "setup", "service", "duration", "waiting_time", "priority", "distance")}
    unassigned = [{**_task(plan.problem, left.order, ids), "description": left.order,
                   "location_index": plan.problem.order_row[left.order]} for left in plan.unserved]
    write_json({"code": 0, "summary": {"routes": len(routes), "unassigned": len(unassigned), **totals,
                                       "violations": []},
                "unassigned": unassigned, "routes": routes}, path)


def vroom_cost(plan: Plan) -> float:
    """Return the cost of a plan as VROOM counts it: fixed, by km, and by hour of driving only.

    Parameters
    ----------
    plan : Plan
        Any plan whose orders and vehicles its problem has.

    Returns
    -------
    float
        Of all routes; the tariffs' per_hour counts only the seconds of the legs.
    """
    return sum(_cost(plan.problem, route) for route in plan.routes)


def _route(record: Record, problem: Problem, names: Mapping[int, str], origin_s: int, notes: list[str]) -> Route:
    vehicle = names.get(record["vehicle"], str(record["vehicle"]))
    steps = record["steps"]
    tasks = [step for step in steps if step["type"] in TASKS]
    orders = [order_named(problem, step["id"], step.get("description"), step["type"]) for step in tasks]
    kind = type_of(problem, vehicle)
    extra = sorted({step["type"] for step in steps if step["type"] not in (*TASKS, "start", "end")})
    if extra or kind is None:
        notes.append(f"vehicle {vehicle}: timed anew, without {' and '.join(extra) or 'what VROOM states'}")
        return driven_route(problem, vehicle, orders)
    visits = []
    for order, step in zip(orders, tasks, strict=True):
        arrival_s = step["arrival"] - origin_s
        begin_s = arrival_s + step.get("waiting_time", 0)
        visits.append(Visit(order, arrival_s, begin_s, begin_s + step.get("setup", 0) + step.get("service", 0)))
    begin_s, end_s = (steps[i]["arrival"] - origin_s for i in (0, -1))
    _, metres = _driven(problem, kind, orders)
    return Route(vehicle, kind.id, problem.depot_of(kind).id, tuple(visits), begin_s, end_s, metres,
                 kind.tariff.cost(metres, end_s - begin_s), stated_end(problem, kind))


def _origin_s(data: Record, problem: Problem) -> int:
    times = [step["arrival"] for route in data["routes"] for step in route["steps"]]
    return midnight_of(problem.day) if min(times, default=0) > END_OF_TIME_S else 0


def _route_record(problem: Problem, route: Route, number: int, ids: Mapping[str, int]) -> dict[str, Any]:
    start, *end = (problem.depot_row[depot] for depot in ends_of(problem, route))
    driving_s, service_s, waiting_s = 0, 0, 0
    steps: list[dict[str, Any]] = [_step("start", start, route.begin_s, 0, 0, 0)]
    left_s = route.begin_s
    for visit in route.visits:
        driving_s += visit.arrival_s - left_s
        wait_s, work_s = visit.begin_s - visit.arrival_s, visit.end_s - visit.begin_s
        steps.append({**_step("job", problem.order_row[visit.order], visit.arrival_s, work_s, wait_s, driving_s),
                      "description": visit.order, **_task(problem, visit.order, ids)})
        service_s, waiting_s, left_s = service_s + work_s, waiting_s + wait_s, visit.end_s
    driving_s += route.end_s - left_s
    last = end[0] if end else steps[-1]["location_index"]
    steps.append(_step("end", last, route.end_s, 0, 0, driving_s))
    return {"vehicle": number, "description": route.vehicle, "cost": round(_cost(problem, route)), "setup": 0,
            "service": service_s, "duration": driving_s, "waiting_time": waiting_s, "priority": 0,
            "distance": route.distance_m, "steps": steps, "violations": []}


def _step(kind: str, index: int, arrival_s: int, service_s: int, wait_s: int, driving_s: int) -> dict[str, Any]:
    return {"type": kind, "location_index": index, "arrival": arrival_s, "setup": 0, "service": service_s,
            "waiting_time": wait_s, "duration": driving_s, "violations": []}


def _task(problem: Problem, order: str, ids: Mapping[str, int]) -> dict[str, Any]:
    """Return type and number of a step: a job, or an end of a shipment."""
    if order not in problem.shipment_of:
        return {"type": "job", "id": ids[order], "job": ids[order]}
    return {"type": "pickup" if problem.shipment_of[order].pickup == order else "delivery", "id": ids[order]}


def _cost(problem: Problem, route: Route) -> float:
    kind = type_of(problem, route.vehicle)
    if kind is None:
        raise ProblemError(f"the problem has no vehicle {route.vehicle!r}")
    seconds, metres = _driven(problem, kind, route.orders)
    return kind.tariff.cost(metres, seconds)


def _driven(problem: Problem, kind: VehicleType, orders: Sequence[str]) -> tuple[int, int]:
    """Return seconds and metres of all legs; those to unknown orders, or without a road, left out."""
    travel = problem.matrix(kind.profile)
    rows = route_rows(problem, kind, [order for order in orders if order in problem.order_row])
    legs = [leg for leg in itertools.pairwise(rows) if travel.duration_s[leg] != UNREACHABLE]
    return (sum(int(travel.duration_s[leg]) for leg in legs), sum(int(travel.distance_m[leg]) for leg in legs))
