"""Open route: a vehicle type that does not return ends its route with its last service.

Meaning: where `returns` is false, `Route.end_s` is the end of the last visit, and the route states no depot as its end.
Reads `Route.vehicle_type`, `end_s`, `end_depot` and `Visit.end_s`. No tolerance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.rules.reading import tours
from routing.rules.violation import Violation
from routing.rules.words import clock, named, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.plan import Plan

NAME = "open_route"


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every route that ends otherwise.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        The amount is by how many seconds the end is wrong (``s``), or 1 for a stated depot (``depots``).
    """
    for tour in tours(plan):
        if tour.returns:
            continue
        who = f"vehicle {named(tour.vehicle)}"
        if isinstance(tour.route.end_depot, str) and tour.route.end_depot:
            yield Violation(NAME, tour.vehicle, amount=1, unit="depots", message=(
                f"{who} states depot {named(tour.route.end_depot)} as its end, but its type does not return"))
        last_s = tour.stops[-1].end_s if tour.stops else None
        if last_s is not None and tour.end_s is not None and tour.end_s != last_s:
            off = tour.end_s - last_s
            yield Violation(NAME, tour.vehicle, amount=abs(off), unit="s", message=(
                f"{who} does not return, yet its route ends at {clock(tour.end_s)}, {span(abs(off))} "
                f"{'before' if off < 0 else 'after'} its last service ends at {clock(last_s)}"))
