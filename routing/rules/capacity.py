"""Capacity: no vehicle carries more than it may, in any dimension, anywhere on its way.

Meaning: goods of plain deliveries are loaded at the start and leave the vehicle at their visit; those of plain pickups
come aboard at their visit and stay; those of a shipment are aboard from its pickup to its delivery. What is aboard at
the start and after each visit is within each limit of the type. A dimension that the type does not limit is free. Reads
`Route.vehicle_type` and `Visit.order`; an order named twice on one route is loaded once, at its first visit, and a
delivery whose pickup is not visited before it carries nothing. Tolerance: one part in 10^9 of the limit.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from routing.rules.loads import excess, limits, loaded, unit_of
from routing.rules.reading import tours
from routing.rules.violation import Violation
from routing.rules.words import figure, named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from routing.model import Order, Shipment
    from routing.plan import Plan

NAME = "capacity"


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every limit that the load of a route exceeds, at the place where it does so most.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        The amount is what is too much; the unit ``kg``, ``m3``, ``pieces`` or the name of the dimension. The visit is
        the one after which it is, none if it is at the start.
    """
    shipment_of = {order: shipment for shipment in plan.problem.shipments for order in shipment.orders}
    for tour in tours(plan):
        if tour.vehicle_type is None:
            continue
        orders = list({stop.order_id: stop.order for stop in tour.stops if stop.order}.values())
        brings, takes = _signs(orders, shipment_of)
        for dimension, limit in limits(tour.vehicle_type).items():
            load, order = _fullest(orders, brings, takes, dimension)
            over, unit = excess(load, limit), unit_of(dimension)
            if over:
                where = f"has aboard after order {named(order)}" if order else "leaves the depot with"
                yield Violation(NAME, tour.vehicle, order, order, over, unit, (
                    f"vehicle {named(tour.vehicle)} {where} {figure(load)} {unit}, "
                    f"{figure(over)} {unit} more than the {figure(limit)} {unit} it may carry"))


def _signs(orders: Sequence[Order], shipment_of: Mapping[str, Shipment]) -> tuple[list[bool], list[int]]:
    """Return which orders are aboard at the start, and whether goods come aboard (1) or leave (-1) at each."""
    starts, changes = [], []
    seen: set[str] = set()
    for order in orders:
        seen.add(order.id)
        shipment = shipment_of.get(order.id)
        starts.append(order.kind == "delivery" and shipment is None)
        if order.kind == "pickup":
            changes.append(1)
        else:
            changes.append(-1 if shipment is None or shipment.pickup in seen else 0)
    return starts, changes


def _fullest(orders: Sequence[Order], starts: Sequence[bool], changes: Sequence[int],
             dimension: str) -> tuple[float, str]:
    """Return the greatest load of a route, and the order after whose visit it is aboard; empty: at the start."""
    load = loaded([order for order, starting in zip(orders, starts, strict=True) if starting], dimension)
    if 1 not in changes or load == math.inf:
        return load, ""
    aboard, most, place = [load], load, ""
    for order, change in zip(orders, changes, strict=True):
        aboard.append(change * loaded([order], dimension))
        load = math.fsum(aboard)
        if load > most:
            most, place = load, order.id
    return most, place
