"""Time window: service begins inside the window of its order, after arrival, and lasts as long as it must.

Meaning: `begin_s` lies in the order's window, or in one of its windows, both ends included, and not before `arrival_s`;
`end_s` is `begin_s` plus the order's service time for the vehicle type. Of several windows the nearest one is named.
Waiting before service is free of this rule, however long. Reads `Route.vehicle_type`, `Visit.arrival_s`, `begin_s`,
`end_s`. No tolerance: all are whole seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.rules.reading import service_of, tours
from routing.rules.violation import Violation
from routing.rules.words import clock, named, span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routing.model import TimeWindow
    from routing.plan import Plan
    from routing.rules.reading import Stop, Tour

NAME = "time_window"


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every service outside its window, before arrival, or of the wrong length.

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
        for stop in tour.stops:
            for seconds, fault in _faults(tour, stop):
                yield Violation(NAME, tour.vehicle, stop.order_id, stop.order_id, seconds, "s",
                                f"vehicle {named(tour.vehicle)} {fault}")


def _faults(tour: Tour, stop: Stop) -> Iterator[tuple[int, str]]:
    begin, who = stop.begin_s, f"order {named(stop.order_id)}"
    if begin is None:
        return
    if stop.arrival_s is not None and begin < stop.arrival_s:
        early = stop.arrival_s - begin
        yield early, f"begins {who} at {clock(begin)}, {span(early)} before it arrives at {clock(stop.arrival_s)}"
    if stop.order is None:
        return
    window, service = _nearest(stop.order.openings, begin), service_of(stop.order, tour.vehicle_type)
    if begin < window.begin_s:
        early = window.begin_s - begin
        yield early, f"begins {who} at {clock(begin)}, {span(early)} before its window opens at {clock(window.begin_s)}"
    if begin > window.end_s:
        late = begin - window.end_s
        yield late, f"begins {who} at {clock(begin)}, {span(late)} after its window closes at {clock(window.end_s)}"
    if service is not None and stop.end_s is not None and stop.end_s != begin + service:
        off = stop.end_s - begin - service
        yield abs(off), (f"begins {who} at {clock(begin)} and ends at {clock(stop.end_s)}, {span(abs(off))} "
                         f"{'sooner' if off < 0 else 'later'} than its service of {span(service)} takes")


def _nearest(windows: Sequence[TimeWindow], begin_s: int) -> TimeWindow:
    """Return the window that a moment lies in, or the one it misses by least."""
    return min(windows, key=lambda window: max(window.begin_s - begin_s, begin_s - window.end_s))
