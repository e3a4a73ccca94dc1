"""From a plan by weight and volume to one whose routes all load, and what that costs."""

from __future__ import annotations

import dataclasses
import math
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from routing.assemble import assemble_plan
from routing.engines import SearchState
from routing.errors import ProblemError
from routing.model import LoadingRules, LoadPlan
from routing.packed.routes import Tour, Tours
from routing.packed.search import PackedSearch, State
from routing.request import Requests

if TYPE_CHECKING:
    from routing.engines import Progress
    from routing.model import Limit, Problem
    from routing.plan import Plan

STEP = 100
"""Iterations of a limit that one step of this search stands for: it asks for many loads."""


def packed_plan(plan: Plan, limit: Limit, seed: int, progress: Progress | None, threads: int,
                rules: LoadingRules) -> Plan:
    """Return a plan in which every route loads.

    Parameters
    ----------
    plan : Plan
        By weight and volume alone; its routes are cut and built again.
    limit : Limit
        When to stop; the seconds are those that are left after `plan` was found.
    seed : int
        Of all that is drawn.
    progress : callable, optional
        Told how the search goes.
    threads : int
        Searches side by side.
    rules : LoadingRules
        What loads obey.

    Returns
    -------
    Plan
        With `loads`, and a note that says what loading costs; orders that load nowhere are unserved.
    """
    problem = plan.problem
    tours = Tours(problem, rules, seed)
    kinds = {vehicle.id: row for row, vehicle in enumerate(problem.fleet)}
    begun = [Tour(kinds[route.vehicle_type], route.orders) for route in plan.routes]
    misloaded = sum(not tours.packing(tour).fits for tour in begun)
    state = _searched(tours, begun, limit, seed, progress, threads)
    made = assemble_plan(problem, [(problem.fleet[tour.kind].id, tour.orders) for tour in state.tours],
                         engine=f"{plan.engine}, then loading", limit=limit, seed=seed, notes=plan.notes)
    loads = [tours.packing(Tour(kinds[route.vehicle_type], route.orders)).load for route in made.routes]
    named = tuple(dataclasses.replace(load, vehicle=route.vehicle)
                  for load, route in zip(loads, made.routes, strict=True) if isinstance(load, LoadPlan))
    return dataclasses.replace(made, loads=named, notes=(*made.notes, _cost_of_loading(plan, made, misloaded)))


def _searched(tours: Tours, begun: Sequence[Tour], limit: Limit, seed: int, progress: Progress | None,
              threads: int) -> State:
    """Return the best state of several searches that share what they know of tours."""
    problem = tours.problem
    requests = Requests.of(problem, [order.id for order in problem.orders])
    alone = [tours.cost(Tour(kind, request)) or 0.0 for request in requests.orders
             for kind in range(len(problem.fleet))]
    dear = 1 + 2 * math.fsum([*alone, *(order.penalty or 0.0 for order in problem.orders)])
    penalties = {request: dear if (penalty := requests.penalty(i)) is None else penalty
                 for i, request in enumerate(requests.orders)}
    if not penalties:
        return State((), frozenset(), 0.0)
    begin, stop = time.perf_counter(), threading.Event()
    seconds = None if limit.seconds is None else limit.seconds * 0.9
    steps = None if limit.iterations is None else max(10, limit.iterations // STEP)

    def report(state: State, done: int) -> None:
        if progress is not None:
            cost = state.cost - math.fsum(penalties[request] for request in state.left)
            progress(SearchState(time.perf_counter() - begin, done * STEP, cost, len(state.left)))

    def searched(number: int) -> State:
        search = PackedSearch(tours, requests.orders, penalties, seed + number)
        told = report if number == 0 else lambda *_: None
        return search.run(search.started(begun), seconds, steps, told, stop)

    with ThreadPoolExecutor(max_workers=max(1, threads - 1)) as pool:
        others = [pool.submit(searched, number) for number in range(1, threads)]
        first = searched(0)
        if steps is None:
            stop.set()
        found = [first, *(other.result() for other in others)]
    return min(found, key=lambda state: state.cost)


def require_spaces(problem: Problem) -> None:
    """Refuse a problem in which there is nothing to load, or nothing known to load it into.

    Parameters
    ----------
    problem : Problem
        To be solved.

    Raises
    ------
    ProblemError
        If no order has load units, or the inside of a vehicle type is not known.
    """
    if not any(order.units for order in problem.orders):
        raise ProblemError("no order of the problem has load units, so there is nothing to load; give build_problem "
                           "pieces, or leave out loading")
    unknown = [vehicle.id for vehicle in problem.fleet if vehicle.space is None and vehicle.count]
    if unknown:
        raise ProblemError(f"the inside of vehicle types {', '.join(map(repr, unknown[:5]))} is not known; give them "
                           "cargo_length_m, cargo_width_m and cargo_height_m, or a cargo_space")


def _cost_of_loading(plan: Plan, made: Plan, misloaded: int) -> str:
    """Return what loading changed, in one sentence."""
    before, after = len(plan.routes), len(made.routes)
    return (f"loading: every route loads; by weight and volume alone it was {before} vehicles and "
            f"{plan.distance_m / 1000:,.1f} km, of which {misloaded} routes were not found to load; now "
            f"{after} vehicles ({after - before:+d}) and {made.distance_m / 1000:,.1f} km "
            f"({(made.distance_m - plan.distance_m) / 1000:+,.1f})")
