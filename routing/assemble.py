"""Make a plan of sequences: times, costs, vehicle names, and why orders are left over. No engine is trusted with these.

The same sequences in any order give the same plan. Distances are metres, durations and clock times seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from routing.driven import timed_route
from routing.errors import EngineError, ProblemError
from routing.model import Limit, Problem
from routing.plan import Plan, Route
from routing.reasons import unserved_orders
from routing.timing import Timing, route_timing

__all__ = ["Timing", "assemble_plan", "route_timing", "schedule"]


def schedule(problem: Problem, vehicle_type: str, orders: Sequence[str], vehicle: str = "") -> Route | None:
    """Return the route of one vehicle that visits orders in the sequence given.

    It ends as early as it can and then starts as late as it can, so no other schedule of the sequence is shorter.
    Loads, skills, distances and which order must come before which are not looked at.

    Parameters
    ----------
    problem : Problem
        Holds orders, fleet and matrices.
    vehicle_type : str
        Id of the type.
    orders : sequence of str
        Ids, at least one.
    vehicle : str
        Name of the vehicle; by default the first of its type, such as ``van#1``.

    Returns
    -------
    Route or None
        None if no departure keeps every window, the hours of depot and shift, and the longest duration, or if a leg has
        no road.

    Raises
    ------
    ProblemError
        If there is no such type or order, or no order at all.
    """
    kind = next((kind for kind in problem.fleet if kind.id == vehicle_type), None)
    unknown = [order for order in orders if order not in problem.order_row]
    if kind is None or unknown or not orders:
        what = f"vehicle type {vehicle_type!r}" if kind is None else f"order {unknown[0]!r}" if unknown else "visit"
        raise ProblemError(f"a route cannot be scheduled: there is no {what}")
    timing = route_timing(problem, kind, orders)
    return timed_route(problem, kind, orders, timing, vehicle or f"{kind.id}#1") if timing else None


def assemble_plan(
    problem: Problem, sequences: Iterable[tuple[str, Sequence[str]]], *, engine: str, limit: Limit | None, seed: int,
    notes: Iterable[str] = (),
) -> Plan:
    """Return the plan that an engine's sequences make.

    Parameters
    ----------
    problem : Problem
        What was solved.
    sequences : iterable of (str, sequence of str)
        For each used vehicle the id of its type and the ids of the orders it visits, in order. One without orders
        stays at its depot and is left out.
    engine : str
        Name of the engine.
    limit : Limit or None
        How long it was allowed to search.
    seed : int
        Seed of the search.
    notes : iterable of str
        What the reader must know.

    Returns
    -------
    Plan
        Routes in the order of the fleet, then of the orders they begin with; vehicles of a type are numbered in that
        order. Every order that is in no sequence is unserved, with a reason.

    Raises
    ------
    EngineError
        If a sequence cannot be driven in time, names what does not exist, serves an order again, or if more vehicles
        of a type are used than there are.
    """
    used = [(kind, tuple(orders)) for kind, orders in sequences if len(orders)]
    faults = _sequence_faults(problem, used)
    routes: list[Route] = []
    if not faults:
        fleet_row = {kind.id: i for i, kind in enumerate(problem.fleet)}
        used.sort(key=lambda pair: (fleet_row[pair[0]], [problem.order_row[order] for order in pair[1]]))
        numbers: Counter[str] = Counter()
        for kind_id, orders in used:
            numbers[kind_id] += 1
            route = schedule(problem, kind_id, orders, f"{kind_id}#{numbers[kind_id]}")
            if route is None:
                faults.append(f"a {kind_id} cannot keep the times of {len(orders)} orders, from {orders[0]!r} on")
            else:
                routes.append(route)
    if faults:
        raise EngineError(f"engine {engine!r} gave routes that cannot be: {'; '.join(faults[:5])}")
    served = {order for route in routes for order in route.orders}
    left = [order.id for order in problem.orders if order.id not in served]
    return Plan(problem, tuple(routes), unserved_orders(problem, left, routes), engine, limit, seed, tuple(notes))


def _sequence_faults(problem: Problem, used: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    counts = {kind.id: kind.count for kind in problem.fleet}
    vehicles = Counter(kind for kind, _ in used)
    visits = Counter(order for _, orders in used for order in orders)
    return [
        *(f"there is no vehicle type {kind!r}" for kind in vehicles if kind not in counts),
        *(f"{times} vehicles of type {kind!r} are used, there are {counts[kind]}"
          for kind, times in vehicles.items() if kind in counts and times > counts[kind]),
        *(f"there is no order {order!r}" for order in visits if order not in problem.order_row),
        *(f"order {order!r} is visited {times} times" for order, times in visits.items() if times > 1),
    ]
