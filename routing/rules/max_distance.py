"""Max distance: no vehicle drives further on its route than its type may.

Meaning: the metres of the legs, whatever distance the route states, are no more than `max_distance_m`. Reads
`Route.vehicle_type`, `depot`, `end_depot` and `Visit.order`. Tolerance: a micrometre, as `max_distance_m` need not be
whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.rules.alone import DISTANCE_TOLERANCE_M
from routing.rules.reading import driven_m, legs, tours
from routing.rules.violation import Violation
from routing.rules.words import figure, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.plan import Plan

NAME = "max_distance"


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every route that is too far.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        The amount is how many metres too far, the unit ``m``.
    """
    for tour in tours(plan):
        if tour.vehicle_type is None or not tour.stops:
            continue
        driven, most = driven_m(legs(plan.problem, tour)), tour.vehicle_type.max_distance_m
        if driven is not None and driven > most + DISTANCE_TOLERANCE_M:
            yield Violation(NAME, tour.vehicle, amount=driven - most, unit="m", message=(
                f"vehicle {named(tour.vehicle)} drives {figure(driven)} m, {figure(driven - most)} m more than the "
                f"{figure(most)} m it may"))
