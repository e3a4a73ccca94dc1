"""What stands behind the visits of a route: their orders, their depots, and what is aboard after each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gisdata.clock import END_OF_TIME_S, format_clock
from routing.errors import ProblemError
from routing.export.wording import duration_text, load_text, window_text, windows_text
from routing.frames import ends_of

if TYPE_CHECKING:
    from routing.model import Depot, Order, TimeWindow
    from routing.plan import Plan, Route

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
    """Return the depot where a route starts; raise `ProblemError` if the problem does not have it."""
    return _depot(plan, route.depot)


def end_of(plan: Plan, route: Route) -> Depot | None:
    """Return the depot where a route ends, None if it does not return; raise `ProblemError` if there is none such."""
    end = ends_of(plan.problem, route)[1:]
    return _depot(plan, end[0]) if end else None


def _depot(plan: Plan, depot: str) -> Depot:
    problem = plan.problem
    if depot not in problem.depot_row:
        raise ProblemError(f"the plan names depot {depot!r}, which its problem does not have")
    return problem.depots[problem.depot_row[depot]]


def aboard(plan: Plan, route: Route) -> list[dict[str, float]]:
    """Return what a vehicle carries, by dimension, when it leaves and after each visit; what is nothing left out.

    Parameters
    ----------
    plan : Plan
        Holds the problem.
    route : Route
        One of its routes.

    Returns
    -------
    list of dict
        One more than there are visits. A delivery whose pickup does not come before it carries nothing.
    """
    goods = [order for order in orders_of(plan, route) if order.kind == "delivery"
             and order.id not in plan.problem.shipment_of]
    carried, loads = list(goods), [total_load(goods)]
    for order in orders_of(plan, route):
        shipment = plan.problem.shipment_of.get(order.id)
        if order.kind == "pickup":
            carried.append(order)
        else:
            left = order.id if shipment is None else shipment.pickup
            carried = [other for other in carried if other.id != left]
        loads.append(total_load(carried))
    return loads


def goods_of(plan: Plan, route: Route) -> dict[str, float]:
    """Return what a route moves in all, by dimension; the goods of a shipment count once."""
    return total_load([order for order in orders_of(plan, route)
                       if order.kind == "pickup" or order.id not in plan.problem.shipment_of])


def total_load(orders: list[Order]) -> dict[str, float]:
    """Return what orders load together, by dimension."""
    loads = [order.load for order in orders]
    names = dict.fromkeys(name for load in loads for name in load)
    return {name: math.fsum(load.get(name, 0.0) for load in loads) for name in names}


def shares(plan: Plan, route: Route) -> dict[str, float]:
    """Return how full a vehicle is at its fullest, 1 is full, by dimension that is limited."""
    limits = next((vehicle.capacities for vehicle in plan.problem.fleet if vehicle.id == route.vehicle_type), {})
    loads = aboard(plan, route)
    return {name: max(load.get(name, 0.0) for load in loads) / limits[name]
            for name in goods_of(plan, route) if limits.get(name)}


def fullest_percent(plan: Plan, route: Route) -> float | None:
    """Return how full a vehicle is at its fullest in the dimension that binds it, in percent; None without limits."""
    return max((share * 100 for share in shares(plan, route).values()), default=None)


def partner_of(plan: Plan, order: Order) -> str:
    """Return the id of the other order of a shipment; empty if the order belongs to none."""
    shipment = plan.problem.shipment_of.get(order.id)
    return "" if shipment is None else next(other for other in shipment.orders if other != order.id)


def window_cells(window: TimeWindow) -> tuple[int | None, int | None]:
    """Return begin and end of a window in seconds from midnight, None where it is open."""
    return window.begin_s or None, None if window.end_s == END_OF_TIME_S else window.end_s


def stop_rows(plan: Plan, route: Route, number: int, then_aboard: Mapping[str, float]) -> TextRows:
    """Return what a driver must know of a stop, line by line; lines with nothing to say are left out.

    Parameters
    ----------
    plan : Plan
        Holds the problem.
    route : Route
        Of which it is a stop.
    number : int
        Its place in the route, from 1.
    then_aboard : mapping of str to float
        What is aboard after it, by dimension.

    Returns
    -------
    tuple of (str, str)
        Name and text of each line, unescaped.
    """
    visit, order = route.visits[number - 1], find_order(plan, route.visits[number - 1].order)
    rows = (
        ("Vehicle", f"{route.vehicle}, stop {number} of {len(route.visits)}"),
        ("Address", order.address),
        ("Arrives", clock_text(visit.arrival_s)),
        ("Waits", duration_text(visit.begin_s - visit.arrival_s) if visit.begin_s > visit.arrival_s else ""),
        ("Service", f"{clock_text(visit.begin_s)} to {clock_text(visit.end_s)} "
                    f"({duration_text(visit.end_s - visit.begin_s)})"),
        ("Window", windows_text(order)),
        ("Picks up" if order.kind == "pickup" else "Delivers", load_text(order.load)),
        ("To order" if order.kind == "pickup" else "From order", partner_of(plan, order)),
        ("Then aboard", load_text(then_aboard)),
    )
    return tuple(row for row in rows if row[1])


def depot_rows(depot: Depot) -> TextRows:
    """Return what there is to say of a depot, line by line."""
    rows = (("Name", depot.name), ("Open", window_text(depot.hours)))
    return tuple(row for row in rows if row[1])


def unserved_rows(order: Order, why: str) -> TextRows:
    """Return what there is to say of an order left over, line by line."""
    rows = (("Not served", why), ("Address", order.address), ("Window", windows_text(order)),
            ("Gives" if order.kind == "pickup" else "Needs", load_text(order.load)),
            ("Skills", ", ".join(sorted(order.skills))))
    return tuple(row for row in rows if row[1])


def clock_text(seconds: int) -> str:
    """Return a clock time; one before the plan day, which only a faulty plan has, as plain seconds."""
    return format_clock(seconds) if seconds >= 0 else f"{seconds} s"
