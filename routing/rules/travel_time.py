"""Travel time: a vehicle arrives exactly when the road lets it, and has driven what the roads measure.

Meaning: it leaves the depot at the begin of the route and a visit at its end; it arrives that moment plus the travel
time of its road profile (by the hour, if that is known so) and the pauses that begin on the way, neither sooner nor
later (waiting is done at the visit, between arrival and begin). Every leg has a road; a vehicle type that does not
return has no leg back to a depot. The stated distance is the sum of the legs. Legs from or to an unknown place are left
out. Reads `Route.depot`, `end_depot`, `begin_s`, `end_s`, `distance_m`, `pauses`, `Visit.arrival_s` and `end_s`. No
tolerance: all are whole numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.rules.by_hour import arrival_s
from routing.rules.reading import driven_m, legs, tours, whole
from routing.rules.violation import Violation
from routing.rules.words import clock, figure, named, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.plan import Plan
    from routing.rules.reading import Leg, Tour

NAME = "travel_time"


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every arrival that the road does not explain, leg without a road, and wrong distance.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        The amount is seconds too soon or too late (``s``), 1 for a leg without a road (``legs``), or metres (``m``).
    """
    for tour in tours(plan):
        if not tour.stops:
            continue
        drives = legs(plan.problem, tour)
        departures = [tour.begin_s, *(stop.end_s for stop in tour.stops)]
        arrivals = [*(stop.arrival_s for stop in tour.stops), tour.end_s]
        visits = [*(stop.order_id for stop in tour.stops), ""]
        for drive, departure, arrival, visit in zip(drives, departures, arrivals, visits, strict=False):
            yield from _judged(tour, drive, departure, arrival, visit)
        stated, driven = whole(tour.route.distance_m), driven_m(drives)
        if stated is not None and driven is not None and stated != driven:
            yield Violation(NAME, tour.vehicle, amount=abs(stated - driven), unit="m", message=(
                f"vehicle {named(tour.vehicle)} states {figure(stated)} m, its legs measure {figure(driven)} m"))


def _judged(tour: Tour, drive: Leg, departure: int | None, arrival: int | None, visit: str) -> Iterator[Violation]:
    who = f"vehicle {named(tour.vehicle)}"
    if drive.duration_s is None:
        return
    if drive.duration_s < 0:
        yield Violation(NAME, tour.vehicle, visit, visit, 1, "legs",
                        f"{who} drives from {drive.origin} to {drive.target}, but no road leads there")
    elif departure is not None and arrival is not None and (off := arrival - _due(tour, drive, departure, arrival)):
        yield Violation(NAME, tour.vehicle, visit, visit, abs(off), "s", (
            f"{who} leaves {drive.origin} at {clock(departure)} and arrives at {drive.target} at {clock(arrival)}, "
            f"{span(abs(off))} {'sooner' if off < 0 else 'later'} than the drive of {span(drive.duration_s)} takes"
            + (" at the best hour, then" if drive.hourly else "")))


def _due(tour: Tour, drive: Leg, departure: int, arrival: int) -> int:
    """Return when a drive is over that is stated to end at `arrival`."""
    if drive.hourly is not None:
        return arrival_s(drive.hourly, *drive.rows, departure, tour.pauses)
    return departure + (drive.duration_s or 0) + _paused(tour, departure, arrival)


def _paused(tour: Tour, departure: int, arrival: int) -> int:
    """Return the seconds of the pauses that interrupt a drive."""
    return sum(end_s - begin_s for begin_s, end_s in tour.pauses if departure <= begin_s < arrival)
