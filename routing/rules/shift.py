"""Shift: a vehicle is away only while its depot is open and its shift lasts, and never longer than allowed.

Meaning: departure is not before the depot opens nor before the shift begins; return is not after the depot where it
ends closes nor after the shift ends, all ends included; from departure to return no more than `max_duration_s` passes.
The return of a type that does not return is the end of its last service, and no depot need be open then. Reads
`Route.begin_s`, `end_s`, `depot`, `end_depot` and `vehicle_type`. Tolerance: a microsecond on `max_duration_s`, which
need not be whole; else none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.rules.alone import DURATION_TOLERANCE_S
from routing.rules.reading import tours
from routing.rules.violation import Violation
from routing.rules.words import clock, named, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.model import TimeWindow
    from routing.plan import Plan
    from routing.rules.reading import Tour

NAME = "shift"


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every departure too early, return too late, and route too long.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        The amount is by how many seconds, the unit ``s``.
    """
    for tour in tours(plan):
        for seconds, fault in _faults(tour):
            yield Violation(NAME, tour.vehicle, amount=seconds, unit="s",
                            message=f"vehicle {named(tour.vehicle)} {fault}")


def _faults(tour: Tour) -> Iterator[tuple[float, str]]:
    if tour.depot is not None:
        yield from _early(tour, tour.depot.hours, f"depot {named(tour.depot.id)} opens")
    if tour.end is not None:
        yield from _late(tour, tour.end.hours, f"depot {named(tour.end.id)} closes")
    if tour.vehicle_type is None:
        return
    yield from _early(tour, tour.vehicle_type.shift, "its shift begins")
    yield from _late(tour, tour.vehicle_type.shift, "its shift ends")
    if tour.begin_s is not None and tour.end_s is not None:
        longest = tour.vehicle_type.max_duration_s
        away = tour.end_s - tour.begin_s
        if away > longest + DURATION_TOLERANCE_S:
            yield away - longest, (f"is away for {span(away)}, from {clock(tour.begin_s)} to {clock(tour.end_s)}, "
                                   f"{span(away - longest)} longer than the {span(longest)} allowed")


def _early(tour: Tour, hours: TimeWindow, begins: str) -> Iterator[tuple[int, str]]:
    if tour.begin_s is not None and tour.begin_s < hours.begin_s:
        early = hours.begin_s - tour.begin_s
        yield early, f"departs at {clock(tour.begin_s)}, {span(early)} before {begins} at {clock(hours.begin_s)}"


def _late(tour: Tour, hours: TimeWindow, ends: str) -> Iterator[tuple[int, str]]:
    if tour.end_s is not None and tour.end_s > hours.end_s:
        late, does = tour.end_s - hours.end_s, "returns" if tour.returns else "ends"
        yield late, f"{does} at {clock(tour.end_s)}, {span(late)} after {ends} at {clock(hours.end_s)}"
