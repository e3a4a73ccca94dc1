"""Apart: goods that must not share a vehicle ride with different ones, on the whole of a route.

Meaning: of no two orders that one route visits does one have goods that `Problem.apart` keeps from goods of the other,
whether both are aboard at the same time or not. Reads `Visit.order`. No tolerance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.rules.reading import tours
from routing.rules.violation import Violation
from routing.rules.words import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.model import Order
    from routing.plan import Plan

NAME = "apart"


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every visit of an order whose goods must not ride with those of an order before.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        The amount is with how many orders before it must not ride, the unit ``orders``.
    """
    pairs = [*plan.problem.apart, *((other, one) for one, other in plan.problem.apart)]
    for tour in tours(plan) if pairs else ():
        before: dict[str, Order] = {}
        for stop in tour.stops:
            if stop.order is None or not stop.order.goods or stop.order_id in before:
                continue
            met = [(order, pair) for order in before.values()
                   if (pair := next(((one, other) for one, other in pairs
                                     if one in stop.order.goods and other in order.goods), None)) is not None]
            if met:
                order, (one, other) = met[0]
                yield Violation(NAME, tour.vehicle, stop.order_id, stop.order_id, len(met), "orders", (
                    f"vehicle {named(tour.vehicle)} carries {named(one)} of order {named(stop.order_id)} and "
                    f"{named(other)} of order {named(order.id)}, which must not share a vehicle"))
            before[stop.order_id] = stop.order
