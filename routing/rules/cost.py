"""Cost: every route costs what its tariff says.

Meaning: fixed + per_km x kilometres + per_hour x hours from departure to return, waiting and service included.
Kilometres are those of the legs, not those stated; hours are those stated, which the rules `travel_time` and
`time_window` judge. Totals of a plan are not stated but summed when asked for, so there is nothing to judge. Reads
`Route.cost`, `begin_s` and `end_s`. Tolerance: one part in 10^9, or a millionth of the currency unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.rules.money import currency_of, same_cost, tariff_cost
from routing.rules.reading import driven_m, finite, legs, tours
from routing.rules.violation import Violation
from routing.rules.words import figure, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.model import Problem
    from routing.plan import Plan
    from routing.rules.reading import Tour

NAME = "cost"


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
    unit = currency_of(plan.problem)
    for tour in tours(plan):
        stated, due = finite(tour.route.cost), _due(plan.problem, tour)
        if stated is not None and due is not None and not same_cost(stated, due):
            yield Violation(NAME, tour.vehicle, amount=abs(stated - due), unit=unit, message=(
                f"vehicle {named(tour.vehicle)} states a cost of {figure(stated)} {unit}, "
                f"its tariff gives {figure(due)} {unit}"))


def _due(problem: Problem, tour: Tour) -> float | None:
    """Return what the tariff gives, or None where something it needs is unknown."""
    if tour.vehicle_type is None or tour.begin_s is None or tour.end_s is None or not tour.stops:
        return None
    driven = driven_m(legs(problem, tour))
    return None if driven is None else tariff_cost(tour.vehicle_type, driven, tour.end_s - tour.begin_s)
