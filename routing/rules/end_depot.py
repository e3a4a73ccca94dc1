"""End depot: a vehicle type that returns ends its route at the depot where it must.

Meaning: the depot stated as the end of the route, or that of its start if none is stated, exists and is the one where
the type ends. Reads `Route.vehicle_type`, `depot` and `end_depot`. No tolerance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.rules.reading import end_id, tours
from routing.rules.violation import Violation
from routing.rules.words import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.plan import Plan

NAME = "end_depot"


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every route that ends at an unknown or wrong depot.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        The amount is 1, the unit ``depots``.
    """
    for tour in tours(plan):
        kind, stated = tour.vehicle_type, tour.route.end_depot
        if not tour.returns or not isinstance(stated, str):
            continue
        wrong = ""
        if stated and tour.end is None:
            wrong = "which the problem does not have"
        elif kind is not None and tour.end is not None:
            start = kind.depot or plan.problem.depots[0].id
            due = kind.end_depot or start
            told = bool(stated) or due != start  # else it is the start that is wrong, which the rule fleet tells
            wrong = f"but its type ends at depot {named(due)}" if told and tour.end.id != due else ""
        if wrong:
            yield Violation(NAME, tour.vehicle, amount=1, unit="depots", message=(
                f"vehicle {named(tour.vehicle)} ends at depot {named(end_id(tour.route))}, {wrong}"))
