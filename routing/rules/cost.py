"""Cost: every route costs what its tariff says.

Meaning: fixed + per_km x kilometres + per_hour x hours from departure to return, waiting and service included.
Kilometres are those of the legs, not those stated; hours are those stated, which the rules `travel_time` and
`time_window` judge. Totals of a plan are not stated but summed when asked for, so there is nothing to judge. Reads
`Route.cost`, `begin_s` and `end_s`. Tolerance: one part in 10^9, or a millionth of the currency unit.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from routing.rules.reading import driven_m, finite, legs, tours
from routing.rules.violation import Violation
from routing.rules.words import figure, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.model import Problem
    from routing.plan import Plan
    from routing.rules.reading import Tour

NAME = "cost"

RELATIVE_TOLERANCE = 1e-9
ABSOLUTE_TOLERANCE = 1e-6


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every route whose stated cost is not what its tariff gives.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        The amount is the difference, the unit the currency, or ``cost`` if the tariffs name none.
    """
    unit = next((kind.tariff.currency for kind in plan.problem.fleet if kind.tariff.currency), "cost")
    for tour in tours(plan):
        stated, due = finite(tour.route.cost), _due(plan.problem, tour)
        if stated is not None and due is not None and not _same(stated, due):
            yield Violation(NAME, tour.vehicle, amount=abs(stated - due), unit=unit, message=(
                f"vehicle {named(tour.vehicle)} states a cost of {figure(stated)} {unit}, "
                f"its tariff gives {figure(due)} {unit}"))


def _due(problem: Problem, tour: Tour) -> float | None:
    """Return what the tariff gives, or None where something it needs is unknown."""
    if tour.vehicle_type is None or tour.begin_s is None or tour.end_s is None or not tour.stops:
        return None
    driven = driven_m(legs(problem, tour))
    if driven is None:
        return None
    tariff = tour.vehicle_type.tariff
    return tariff.fixed + tariff.per_km * (driven / 1000) + tariff.per_hour * ((tour.end_s - tour.begin_s) / 3600)


def _same(stated: float, due: float) -> bool:
    return math.isclose(stated, due, rel_tol=RELATIVE_TOLERANCE, abs_tol=ABSOLUTE_TOLERANCE)
