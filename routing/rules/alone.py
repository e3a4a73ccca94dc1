"""What hinders an empty vehicle from serving one order, or one shipment, and nothing else, and what that would cost.

The base of every proof that an order cannot be served: on fastest paths a detour takes no less time, so a vehicle that
cannot serve it alone cannot serve it between other visits either. Seconds from midnight of the plan day, metres.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from routing.rules.loads import excess, limits, loaded
from routing.rules.money import tariff_cost
from routing.rules.reading import service_of

if TYPE_CHECKING:
    from routing.model import Order, Problem, TimeWindow, TravelMatrix, VehicleType

DURATION_TOLERANCE_S = 1e-6
"""`max_duration_s` need not be whole: a microsecond for what rounding does to it."""

DISTANCE_TOLERANCE_M = 1e-6
"""`max_distance_m` need not be whole: a micrometre for what rounding does to it."""


@dataclass(frozen=True, slots=True)
class Trip:
    """From the depot to one order, or to the two of a shipment, and back, in the best of all cases.

    Parameters
    ----------
    vehicle_type : str
        Id of the type.
    allowed : bool
        Whether vehicles of the type may serve it.
    no_road, too_big, skill : bool
        Whether there is no road there or none back, too little room, a skill missing.
    too_many : bool
        Whether these are more stops than it may make.
    late : bool
        Whether it comes after a window has closed though it leaves as early as it may.
    waits_too_long : bool
        Whether it is home too late only because a window opens so late.
    too_long : bool
        Whether it is home too late, or away too long.
    too_far : bool
        Whether it drives further than it may.
    cost : float
        By its tariff; infinite without a road.
    """

    vehicle_type: str
    allowed: bool
    no_road: bool
    too_big: bool
    skill: bool
    too_many: bool
    late: bool = False
    waits_too_long: bool = False
    too_long: bool = False
    too_far: bool = False
    cost: float = math.inf

    @property
    def possible(self) -> bool:
        """Whether nothing hinders it."""
        return self.allowed and not (self.no_road or self.too_big or self.skill or self.too_many or self.late
                                     or self.too_long or self.too_far)


@dataclass(frozen=True, slots=True)
class Start:
    """Where and when the vehicles of one type may start and end, looked up once for all orders.

    Parameters
    ----------
    vehicle_type : VehicleType
        The type.
    row : int
        Matrix row of its depot.
    end_row : int or None
        Matrix row of the depot where it ends; None if it does not return.
    opens_s, closes_s : int
        Earliest departure and latest return, by depots and shift together.
    matrix : TravelMatrix
        Of its road profile.
    limits : dict of str to float
        What it may carry, by dimension.
    """

    vehicle_type: VehicleType
    row: int
    end_row: int | None
    opens_s: int
    closes_s: int
    matrix: TravelMatrix
    limits: dict[str, float]


def starts(problem: Problem) -> list[Start]:
    """Return the start of every vehicle type of which there is one.

    Parameters
    ----------
    problem : Problem
        Holds fleet, depots and matrices.

    Returns
    -------
    list of Start
        In the order of the fleet.
    """
    rows = {depot.id: i for i, depot in enumerate(problem.depots)}
    found = []
    for kind in problem.fleet:
        if kind.count:
            row = rows.get(kind.depot, 0)
            end_row = rows.get(kind.end_depot, row) if kind.returns else None
            last_s = kind.shift.end_s
            if end_row is not None:
                last_s = min(last_s, problem.depots[end_row].hours.end_s)
            found.append(Start(kind, row, end_row, max(problem.depots[row].hours.begin_s, kind.shift.begin_s), last_s,
                               problem.matrix(kind.profile), limits(kind)))
    return found


def trip(start: Start, orders: Sequence[Order], rows: Sequence[int]) -> Trip:
    """Return the trip of one empty vehicle to one order, or to pickup and delivery of one shipment.

    Parameters
    ----------
    start : Start
        Of its type.
    orders : sequence of Order
        To serve, in order.
    rows : sequence of int
        Their matrix rows.

    Returns
    -------
    Trip
        What hinders it, and its cost.
    """
    kind = start.vehicle_type
    stated = Trip(
        kind.id, allowed=all((not order.vehicle_types or kind.id in order.vehicle_types)
                             and (not kind.zones or order.zone in kind.zones | {""}) for order in orders),
        no_road=False, too_big=any(excess(loaded(orders[:1], name), limit) for name, limit in start.limits.items()),
        skill=any(not order.skills <= kind.skills for order in orders),
        too_many=kind.max_stops is not None and len(orders) > kind.max_stops,
    )
    places = [start.row, *rows] if start.end_row is None else [start.row, *rows, start.end_row]
    legs = list(itertools.pairwise(places))
    legs_s = [int(start.matrix.duration_s[leg]) for leg in legs]
    if min(legs_s) < 0:
        return replace(stated, no_road=True)
    metres = sum(int(start.matrix.distance_m[leg]) for leg in legs)
    back_s = 0 if start.end_row is None else legs_s[-1]
    tried = [_timed(start, orders, windows, legs_s, back_s)
             for windows in itertools.product(*(order.openings for order in orders))]
    away_s = min((way.away_s for way in tried if not (way.late or way.too_long)), default=tried[0].away_s)
    late = all(way.late for way in tried)
    return replace(
        stated, late=late, waits_too_long=not late and all(way.late or way.waits_too_long for way in tried),
        too_long=all(way.late or way.too_long for way in tried) if not late else all(way.too_long for way in tried),
        too_far=metres > kind.max_distance_m + DISTANCE_TOLERANCE_M,
        cost=tariff_cost(kind, metres, int(away_s)),
    )


class _Times(NamedTuple):
    """What hinders a trip that begins its services in given windows, as in `Trip`, and how long it is away."""

    late: bool
    waits_too_long: bool
    too_long: bool
    away_s: float


def _timed(start: Start, orders: Sequence[Order], windows: Sequence[TimeWindow], legs_s: Sequence[int],
           back_s: int) -> _Times:
    kind = start.vehicle_type
    now_s, latest_s, moved_s, late = start.opens_s, math.inf, 0, False
    for order, window, leg_s in zip(orders, windows, legs_s, strict=False):
        now_s, moved_s = now_s + leg_s, moved_s + leg_s
        late = late or now_s > window.end_s
        latest_s = min(latest_s, window.end_s - moved_s)
        service_s = service_of(order, kind) or 0
        now_s, moved_s = max(now_s, window.begin_s) + service_s, moved_s + service_s
    home_s, moved_s = now_s + back_s, moved_s + back_s
    away_s = max(moved_s, home_s - min(latest_s, home_s - moved_s))
    too_long = home_s > start.closes_s or away_s > kind.max_duration_s + DURATION_TOLERANCE_S
    return _Times(late, start.opens_s + moved_s <= start.closes_s < home_s, too_long, away_s)
