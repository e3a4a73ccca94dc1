"""Shipment: what is picked up is delivered, by the same vehicle and afterwards.

Meaning: of the two orders of a shipment either both are visited or neither is; if both are, one route visits both, the
pickup before the delivery. Orders visited more often than once count where they are visited first; the rule `coverage`
tells that they are. Reads `Route.visits` and `Visit.order`. No tolerance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.rules.reading import tours
from routing.rules.violation import Violation
from routing.rules.words import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.plan import Plan

NAME = "shipment"


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every shipment that is torn apart, half served, or delivered first.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        The amount is 1, the unit ``shipments``.
    """
    places: dict[str, tuple[int, int]] = {}
    names = []
    for route, tour in enumerate(tours(plan)):
        names.append(tour.vehicle)
        for number, stop in enumerate(tour.stops):
            places.setdefault(stop.order_id, (route, number))
    for shipment in plan.problem.shipments:
        picked, brought = (places.get(order) for order in shipment.orders)
        if picked is None and brought is None:
            continue
        what = f"shipment {named(shipment.id)}: order "
        if picked is None or brought is None:
            seen, order, other = (brought, *shipment.orders[::-1]) if picked is None else (picked, *shipment.orders)
            fault = f"{named(order)} is visited, but not order {named(other)}"
            vehicle = names[seen[0]] if seen else ""
        elif picked[0] != brought[0]:
            order, vehicle = shipment.delivery, names[brought[0]]
            fault = (f"{named(shipment.pickup)} is picked up by vehicle {named(names[picked[0]])}, but vehicle "
                     f"{named(vehicle)} delivers order {named(order)}")
        elif picked[1] > brought[1]:
            order, vehicle = shipment.delivery, names[brought[0]]
            fault = f"{named(order)} is delivered before order {named(shipment.pickup)} is picked up"
        else:
            continue
        yield Violation(NAME, vehicle, order, order, 1, "shipments", what + fault)
