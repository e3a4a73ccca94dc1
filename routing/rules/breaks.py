"""Breaks: a driver takes each break that is due, and drives no longer without one than allowed.

Meaning: the pauses of a route lie between departure and return, one after the other, and none overlaps a service. Each
break of the vehicle type is a pause of its own that begins in the break's window and is no shorter, or could be taken
wholly before departure, or begun after return. Between departure and return, and between two pauses of at least
`rest_s` of the driving rule, no more than `driving_s` is driven; services, waits and shorter pauses do not interrupt
driving. Which part of a drive lies before a pause is what has passed since the drive began, other pauses left out.
Reads `Route.vehicle_type`, `begin_s`, `end_s`, `pauses`, `Visit.arrival_s`, `begin_s` and `end_s`. No tolerance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.rules.reading import tours
from routing.rules.violation import Violation
from routing.rules.words import clock, named, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.plan import Plan
    from routing.rules.reading import Tour

NAME = "breaks"


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every break not taken, every pause where none can be, and driving for too long.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        The amount is seconds of overlap, of break that is missing or of driving too much, the unit ``s``.
    """
    for tour in tours(plan):
        for seconds, fault in (*_misplaced(tour), *_missing(tour), *_driven_too_long(tour)):
            yield Violation(NAME, tour.vehicle, amount=seconds, unit="s",
                            message=f"vehicle {named(tour.vehicle)} {fault}")


def _misplaced(tour: Tour) -> Iterator[tuple[int, str]]:
    """Yield pauses that begin before the one before has ended, overlap a service, or lie outside the route."""
    last_s = tour.begin_s
    for begin_s, end_s in tour.pauses:
        if last_s is not None and begin_s < last_s:
            yield last_s - begin_s, f"pauses at {clock(begin_s)}, before {clock(last_s)}, when it could"
        if end_s < begin_s:
            yield begin_s - end_s, f"pauses from {clock(begin_s)} to {clock(end_s)}, which runs backward"
        for stop in tour.stops:
            if stop.begin_s is not None and stop.end_s is not None:
                overlap = min(end_s, stop.end_s) - max(begin_s, stop.begin_s)
                if overlap > 0 or begin_s < stop.begin_s == stop.end_s < end_s:  # service may take no time
                    yield overlap or end_s - stop.end_s, (
                        f"pauses at {clock(begin_s)} while it serves order {named(stop.order_id)}")
        last_s = end_s
    if tour.pauses and tour.end_s is not None and last_s is not None and last_s > tour.end_s:
        yield last_s - tour.end_s, f"pauses until {clock(last_s)}, after it has returned at {clock(tour.end_s)}"


def _missing(tour: Tour) -> Iterator[tuple[int, str]]:
    """Yield the breaks that are neither taken on the way nor can be outside the route."""
    if tour.vehicle_type is None or tour.begin_s is None or tour.end_s is None:
        return
    spare = list(tour.pauses)
    for due in tour.vehicle_type.breaks:
        first_s, last_s = due.window.begin_s, due.window.end_s
        outside = first_s + due.duration_s <= tour.begin_s or tour.end_s <= last_s
        inside = next((pause for pause in spare if first_s <= pause[0] <= last_s
                       and pause[1] - pause[0] >= due.duration_s), None)
        if inside is not None:
            spare.remove(inside)
        elif not outside:
            yield due.duration_s, f"takes no {due} between {clock(tour.begin_s)} and {clock(tour.end_s)}"


def _driven_too_long(tour: Tour) -> Iterator[tuple[int, str]]:
    """Yield each time that more is driven than allowed since the departure or the last pause that counts."""
    rule = None if tour.vehicle_type is None else tour.vehicle_type.driving
    if rule is None:
        return
    driven_s, since_s = 0, tour.begin_s
    leaves = [tour.begin_s, *(stop.end_s for stop in tour.stops)]
    arrives = [*(stop.arrival_s for stop in tour.stops), tour.end_s]
    begins = [*(stop.begin_s for stop in tour.stops), tour.end_s]
    for left_s, arrival_s, begin_s in zip(leaves, arrives, begins, strict=False):
        if left_s is None or arrival_s is None or begin_s is None or since_s is None:
            return
        now_s = left_s
        for pause_s, ready_s in [pause for pause in tour.pauses if left_s <= pause[0] <= begin_s]:
            driven_s += max(0, min(pause_s, arrival_s) - now_s)
            now_s = max(now_s, ready_s)
            if ready_s - pause_s >= rule.rest_s:
                yield from _too_long(driven_s, rule.driving_s, since_s, pause_s)
                driven_s, since_s = 0, ready_s
        driven_s += max(0, arrival_s - now_s)
    if tour.end_s is not None and since_s is not None:
        yield from _too_long(driven_s, rule.driving_s, since_s, tour.end_s)


def _too_long(driven_s: int, most_s: int, since_s: int, until_s: int) -> Iterator[tuple[int, str]]:
    if driven_s > most_s:
        yield driven_s - most_s, (f"is driven for {span(driven_s)} between {clock(since_s)} and {clock(until_s)} "
                                  f"without a break that counts, {span(driven_s - most_s)} longer than allowed")
