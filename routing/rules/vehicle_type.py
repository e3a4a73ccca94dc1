"""Vehicle type: an order that only some vehicle types may serve is served by one of them.

Meaning: the type of the route is among `Order.vehicle_types`, if that names any. Reads `Route.vehicle_type` and
`Visit.order`. No tolerance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.rules.reading import tours
from routing.rules.violation import Violation
from routing.rules.words import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.plan import Plan

NAME = "vehicle_type"

SHOWN_TYPES = 5


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every visit of a vehicle whose type may not serve the order.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        The amount is 1, the unit ``visits``.
    """
    for tour in tours(plan):
        for stop in tour.stops:
            if stop.order is None or tour.vehicle_type is None or not stop.order.vehicle_types:
                continue
            if tour.vehicle_type.id not in stop.order.vehicle_types:
                allowed = ", ".join(named(kind) for kind in sorted(stop.order.vehicle_types)[:SHOWN_TYPES])
                yield Violation(NAME, tour.vehicle, stop.order_id, stop.order_id, 1, "visits", (
                    f"vehicle {named(tour.vehicle)} serves order {named(stop.order_id)}, which only vehicles of type "
                    f"{allowed} may serve"))
