"""Zones: a vehicle serves only orders of the zones that are its own.

Meaning: the zone of an order, if it is in one, is among `VehicleType.zones`, if that names any. Reads
`Route.vehicle_type` and `Visit.order`. No tolerance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.rules.reading import tours
from routing.rules.violation import Violation
from routing.rules.words import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.plan import Plan

NAME = "zones"


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every visit outside the zones of the vehicle.

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
        own = frozenset() if tour.vehicle_type is None else tour.vehicle_type.zones
        for stop in tour.stops if own else ():
            if stop.order is not None and stop.order.zone and stop.order.zone not in own:
                yield Violation(NAME, tour.vehicle, stop.order_id, stop.order_id, 1, "visits", (
                    f"vehicle {named(tour.vehicle)} serves order {named(stop.order_id)} in zone "
                    f"{named(stop.order.zone)}, where it does not go"))
