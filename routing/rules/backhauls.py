"""Backhauls: a vehicle that keeps its backhauls last makes its deliveries from the depot before all else.

Meaning: where `VehicleType.backhauls_last` is set, no plain delivery is visited after a pickup or after an order of a
shipment. Reads `Route.vehicle_type` and `Visit.order`. No tolerance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.rules.reading import tours
from routing.rules.violation import Violation
from routing.rules.words import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.plan import Plan

NAME = "backhauls"


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every delivery from the depot that comes too late on its route.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        The amount is before how many orders it should have come, the unit ``orders``.
    """
    shipped = {order for shipment in plan.problem.shipments for order in shipment.orders}
    for tour in tours(plan):
        if tour.vehicle_type is None or not tour.vehicle_type.backhauls_last:
            continue
        before: dict[str, None] = {}
        for stop in tour.stops:
            if stop.order is None:
                continue
            if stop.order.kind == "pickup" or stop.order_id in shipped:
                before.setdefault(stop.order_id)
            elif before:
                yield Violation(NAME, tour.vehicle, stop.order_id, stop.order_id, len(before), "orders", (
                    f"vehicle {named(tour.vehicle)} delivers order {named(stop.order_id)} after it served order "
                    f"{named(next(iter(before)))}; its deliveries from the depot come first"))
