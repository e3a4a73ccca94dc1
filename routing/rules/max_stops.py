"""Max stops: no route has more visits than its vehicle type may make.

Meaning: the number of visits is no more than `max_stops`, where there is such a limit. Reads `Route.vehicle_type` and
how many visits there are. No tolerance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.rules.reading import tours
from routing.rules.violation import Violation
from routing.rules.words import count_of, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.plan import Plan

NAME = "max_stops"


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every route with too many visits.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        The amount is how many are too many, the unit ``visits``.
    """
    for tour in tours(plan):
        most = None if tour.vehicle_type is None else tour.vehicle_type.max_stops
        if most is not None and len(tour.stops) > most:
            yield Violation(NAME, tour.vehicle, amount=len(tour.stops) - most, unit="visits", message=(
                f"vehicle {named(tour.vehicle)} makes {count_of(len(tour.stops), 'visit')}, it may make {most}"))
