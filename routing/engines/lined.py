"""A day with fixed lines as two: the lines, each on the vehicle that drives it for least, and all that is besides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from routing.engines.encode import encode
from routing.engines.pricing import Pricing, Tour
from routing.part import part_of

if TYPE_CHECKING:
    from routing.model import Problem

Routes = list[tuple[str, tuple[str, ...]]]


def line_routes(problem: Problem) -> Routes:
    """Return a route for each fixed line that one vehicle can serve whole, as long as there are vehicles.

    Parameters
    ----------
    problem : Problem
        With lines.

    Returns
    -------
    list of (str, tuple of str)
        Type of the vehicle, and the orders it visits; those that no vehicle can serve are left out.
    """
    encoded = encode(problem)
    pricing, left = Pricing(encoded.arrays), encoded.arrays["count"].tolist()
    number = {order: i for i, order in enumerate(encoded.order_ids)}
    routes: Routes = []
    for line in problem.lines:
        orders = tuple(number[order] for order in line.orders if order in number)
        prices = [(cost, kind) for kind, count in enumerate(left)
                  if count and orders and (cost := pricing.cost(Tour(kind, orders))) is not None]
        if prices:
            kind = min(prices)[1]
            left[kind] -= 1
            routes.append((encoded.type_ids[kind], tuple(encoded.order_ids[order] for order in orders)))
    return routes


def besides(problem: Problem, routes: Sequence[tuple[str, tuple[str, ...]]]) -> Problem:
    """Return a problem without some routes: their orders, those tied to them, and their vehicles.

    Parameters
    ----------
    problem : Problem
        The whole.
    routes : sequence of (str, tuple of str)
        Type and orders of each.

    Returns
    -------
    Problem
        Of the other orders; with all vehicles if the routes leave none.
    """
    gone = {order for _, orders in routes for order in orders}
    gone |= {end for shipment in problem.shipments if gone & set(shipment.orders) for end in shipment.orders}
    used = Counter(kind for kind, _ in routes)
    counts = {vehicle.id: vehicle.count - used[vehicle.id] for vehicle in problem.fleet}
    whole = {vehicle.id: vehicle.count for vehicle in problem.fleet}
    return part_of(problem, {order.id for order in problem.orders} - gone, counts if any(counts.values()) else whole)
