"""Skills: a vehicle has every skill that its orders ask for.

Meaning: the skills of an order are among those of the vehicle type. Reads `Route.vehicle_type` and `Visit.order`. No
tolerance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.rules.reading import tours
from routing.rules.violation import Violation
from routing.rules.words import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.plan import Plan

NAME = "skills"


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every visit of a vehicle that lacks a skill the order asks for.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        The amount is how many skills are missing, the unit ``skills``.
    """
    for tour in tours(plan):
        for stop in tour.stops:
            if stop.order is None or tour.vehicle_type is None:
                continue
            missing = sorted(stop.order.skills - tour.vehicle_type.skills)
            if missing:
                yield Violation(NAME, tour.vehicle, stop.order_id, stop.order_id, len(missing), "skills",
                                f"vehicle {named(tour.vehicle)} lacks {', '.join(map(named, missing))} "
                                f"for order {named(stop.order_id)}")
