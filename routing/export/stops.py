"""What stands behind the visits of a route: their orders, their depot, and what is aboard after each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gisdata.clock import END_OF_TIME_S, format_clock
from routing.errors import ProblemError
from routing.export.wording import duration_text, load_text, window_text

if TYPE_CHECKING:
    from routing.model import Depot, Order, TimeWindow
    from routing.plan import Plan, Route, Visit

TextRows = tuple[tuple[str, str], ...]


def orders_of(plan: Plan, route: Route) -> list[Order]:
    """Return the orders of a route in the order they are visited.

    Parameters
    ----------
    plan : Plan
        Holds the problem.
    route : Route
        One of its routes.

    Returns
    -------
    list of Order
        One a visit.

    Raises
    ------
    ProblemError
        If the problem does not have one of them.
    """
    return [find_order(plan, order) for order in route.orders]


def find_order(plan: Plan, order: str) -> Order:
    """Return the order of that id; raise `ProblemError` if the problem has none."""
    problem = plan.problem
    if order not in problem.order_row:
        raise ProblemError(f"the plan names order {order!r}, which its problem does not have")
    return problem.orders[problem.order_row[order] - len(problem.depots)]


def depot_of(plan: Plan, route: Route) -> Depot:
    """Return the depot of a route; raise `ProblemError` if the problem does not have it."""
    problem = plan.problem
    if route.depot not in problem.depot_row:
        raise ProblemError(f"the plan names depot {route.depot!r}, which its problem does not have")
    return problem.depots[problem.depot_row[route.depot]]


def total_load(orders: list[Order]) -> dict[str, float]:
    """Return what orders load together, by dimension."""
    loads = [order.load for order in orders]
    names = dict.fromkeys(name for load in loads for name in load)
    return {name: math.fsum(load.get(name, 0.0) for load in loads) for name in names}


def fullest_percent(plan: Plan, route: Route) -> float | None:
    """Return how full a vehicle leaves in the dimension that binds it, in percent; None if nothing is limited."""
    limits = next((vehicle.capacities for vehicle in plan.problem.fleet if vehicle.id == route.vehicle_type), {})
    load = total_load(orders_of(plan, route))
    return max((load[name] / limits[name] * 100 for name in load if limits.get(name)), default=None)


def window_cells(window: TimeWindow) -> tuple[int | None, int | None]:
    """Return begin and end of a window in seconds from midnight, None where it is open."""
    return window.begin_s or None, None if window.end_s == END_OF_TIME_S else window.end_s


def stop_rows(route: Route, number: int, visit: Visit, order: Order, aboard: dict[str, float]) -> TextRows:
    """Return what a driver must know of a stop, line by line; lines with nothing to say are left out.

    Parameters
    ----------
    route : Route
        Of which it is a stop.
    number : int
        Its place in the route, from 1.
    visit : Visit
        Its times.
    order : Order
        What it delivers.
    aboard : dict of str to float
        What is aboard after it, by dimension.

    Returns
    -------
    tuple of (str, str)
        Name and text of each line, unescaped.
    """
    rows = (
        ("Vehicle", f"{route.vehicle}, stop {number} of {len(route.visits)}"),
        ("Address", order.address),
        ("Arrives", clock_text(visit.arrival_s)),
        ("Waits", duration_text(visit.begin_s - visit.arrival_s) if visit.begin_s > visit.arrival_s else ""),
        ("Service", f"{clock_text(visit.begin_s)} to {clock_text(visit.end_s)} "
                    f"({duration_text(visit.end_s - visit.begin_s)})"),
        ("Window", window_text(order.window)),
        ("Delivers", load_text(order.load)),
        ("Then aboard", load_text(aboard)),
    )
    return tuple(row for row in rows if row[1])


def depot_rows(depot: Depot) -> TextRows:
    """Return what there is to say of a depot, line by line."""
    rows = (("Name", depot.name), ("Open", window_text(depot.hours)))
    return tuple(row for row in rows if row[1])


def unserved_rows(order: Order, why: str) -> TextRows:
    """Return what there is to say of an order left over, line by line."""
    rows = (("Not served", why), ("Address", order.address), ("Window", window_text(order.window)),
            ("Needs", load_text(order.load)), ("Skills", ", ".join(sorted(order.skills))))
    return tuple(row for row in rows if row[1])


def clock_text(seconds: int) -> str:
    """Return a clock time; one before the plan day, which only a faulty plan has, as plain seconds."""
    return format_clock(seconds) if seconds >= 0 else f"{seconds} s"
