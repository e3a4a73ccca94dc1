"""Capacity: no vehicle carries more than it may, in any dimension.

Meaning: goods are loaded at the depot, so a vehicle leaves it with everything that it delivers on its way; that load is
within each limit of its type. A dimension that the type does not limit is free. Reads `Route.vehicle_type` and
`Visit.order`; an order named twice on one route is loaded once. Tolerance: one part in 10^9 of the limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.rules.loads import excess, limits, loaded, unit_of
from routing.rules.reading import tours
from routing.rules.violation import Violation
from routing.rules.words import figure, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.plan import Plan

NAME = "capacity"


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every limit that the load of a route exceeds.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        The amount is what is too much; the unit ``kg``, ``m3``, ``pieces`` or the name of the dimension.
    """
    for tour in tours(plan):
        if tour.vehicle_type is None:
            continue
        orders = list({stop.order_id: stop.order for stop in tour.stops if stop.order}.values())
        for dimension, limit in limits(tour.vehicle_type).items():
            load = loaded(orders, dimension)
            over, unit = excess(load, limit), unit_of(dimension)
            if over:
                yield Violation(NAME, tour.vehicle, amount=over, unit=unit, message=(
                    f"vehicle {named(tour.vehicle)} leaves the depot with {figure(load)} {unit}, "
                    f"{figure(over)} {unit} more than the {figure(limit)} {unit} it may carry"))
