"""Solutions in VRPLIB's form (``.sol``): a line for each route, then the cost. Both ways."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from gisdata.files import whole_file
from routing.driven import driven_route
from routing.edit import left_over
from routing.errors import ProblemError
from routing.interop.instance_text import InstanceText
from routing.model import Problem
from routing.plan import Plan

_ROUTE = re.compile(r"route\s*#?\s*(\d+)\s*:(.*)", re.IGNORECASE)
_COST = re.compile(r"cost\s*:?\s*(\S+)", re.IGNORECASE)


class VrplibSolution(NamedTuple):
    """A solution read from a file.

    Parameters
    ----------
    plan : Plan
        Its routes, timed by us; `routing.check` judges it.
    stated_cost : float or None
        As it stands in the file, in whatever unit its author uses; None if there is none.
    """

    plan: Plan
    stated_cost: float | None


def read_vrplib_solution(path: str | os.PathLike[str], problem: Problem) -> VrplibSolution:
    """Read a solution of an instance; nothing in it is believed.

    Parameters
    ----------
    path : path-like
        Lines such as ``Route #1: 12 7 3`` and ``Cost 784``.
    problem : Problem
        As `read_instance` returned it.

    Returns
    -------
    VrplibSolution
        Routes as early as the windows allow, then as late as they can start. With several types of vehicles, route
        *k* is driven by vehicle *k* of the fleet, as PyVRP writes them: a vehicle that stays has an empty line.

    Raises
    ------
    InputFileError
        If a line is no route or cost.
    """
    text = InstanceText.opened(path)
    routes, cost = _read_lines(text, problem.depot_row.keys() - problem.order_row.keys())
    vehicles = [f"{kind.id}#{number}" for kind in problem.fleet for number in range(1, kind.count + 1)]
    if len(problem.fleet) > 1 and len(routes) > len(vehicles):
        text.fault(f"has {len(routes)} routes; there are {len(vehicles)} vehicles of {len(problem.fleet)} types",
                   "Write a line for each vehicle, empty if it stays.")
    text.fail()
    if len(problem.fleet) == 1:
        routes = [route for route in routes if route]
        vehicles = [f"{problem.fleet[0].id}#{number}" for number in range(1, len(routes) + 1)]
    driven = tuple(driven_route(problem, vehicle, route)
                   for vehicle, route in zip(vehicles, routes, strict=False) if route)
    served = {order for route in routes for order in route}
    left = [order.id for order in problem.orders if order.id not in served]
    return VrplibSolution(Plan(problem, driven, left_over(Plan(problem, ()), driven, left)), cost)


def write_vrplib_solution(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Write a plan in VRPLIB's form.

    Parameters
    ----------
    plan : Plan
        For a problem as `read_instance` returned it.
    path : path-like
        Where to; written whole or not at all. The cost is that of the plan with penalties, in units of the instance.
        With several types of vehicles there is a line for every vehicle there is, as `read_vrplib_solution` expects.

    Raises
    ------
    ProblemError
        If a route is driven by a vehicle that the fleet does not have, or an id has blanks in it.
    OSError
        If it cannot be written.
    """
    problem = plan.problem
    by_vehicle = {route.vehicle: route.orders for route in plan.routes}
    listed: Sequence[Sequence[str]] = list(by_vehicle.values())
    if len(problem.fleet) > 1:
        vehicles = [f"{kind.id}#{number}" for kind in problem.fleet for number in range(1, kind.count + 1)]
        unknown = sorted(by_vehicle.keys() - set(vehicles))
        if unknown:
            raise ProblemError(f"the problem has no vehicle {unknown[0]!r}; a solution file cannot name it")
        listed = [by_vehicle.get(vehicle, ()) for vehicle in vehicles]
    spaced = [order for route in listed for order in route if len(order.split()) != 1]
    if spaced:
        raise ProblemError(f"order {spaced[0]!r} has blanks in its id; a solution file separates orders by blanks")
    lines = [f"Route #{number}: {' '.join(route)}".rstrip() for number, route in enumerate(listed, start=1)]
    cost = round(plan.cost + plan.penalty, 6)
    lines.append(f"Cost {int(cost) if cost == int(cost) else cost}")
    with whole_file(Path(path)) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _read_lines(text: InstanceText, depots: Collection[str]) -> tuple[list[tuple[str, ...]], float | None]:
    routes: list[tuple[str, ...]] = []
    cost = None
    for line in text.lines():
        words = " ".join(line.words)
        route, price = _ROUTE.fullmatch(words), _COST.fullmatch(words)
        if route:
            routes.append(tuple(order for order in route[2].split() if order not in depots))
        elif price:
            cost = text.number(price[1], "cost", line=line.number)
        elif ":" not in words:
            text.fault("is no route and no cost", "Write Route #1: 12 7 3, or Cost 784.", line=line.number,
                       value=words)
    return routes, cost
