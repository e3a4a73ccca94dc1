"""What hinders an empty vehicle from serving one order and nothing else, and what that would cost.

The base of every proof that an order cannot be served: on fastest paths a detour takes no less time, so a vehicle that
cannot serve it alone cannot serve it between other visits either. Seconds from midnight of the plan day, metres.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from routing.rules.loads import excess, limits, loaded
from routing.rules.money import tariff_cost

if TYPE_CHECKING:
    from routing.model import Order, Problem, TravelMatrix, VehicleType

DURATION_TOLERANCE_S = 1e-6
"""`max_duration_s` need not be whole: a microsecond for what rounding does to it."""


@dataclass(frozen=True, slots=True)
class Trip:
    """From the depot to one order and back, in the best of all cases.

    Parameters
    ----------
    vehicle_type : str
        Id of the type.
    no_road, too_big, skill : bool
        Whether there is no road there or none back, too little room, a skill missing.
    late : bool
        Whether it comes after the window has closed though it leaves as early as it may.
    waits_too_long : bool
        Whether it is home too late only because the window opens so late.
    too_long : bool
        Whether it is home too late, or away too long.
    cost : float
        By its tariff; infinite without a road.
    """

    vehicle_type: str
    no_road: bool
    too_big: bool
    skill: bool
    late: bool = False
    waits_too_long: bool = False
    too_long: bool = False
    cost: float = math.inf

    @property
    def possible(self) -> bool:
        """Whether nothing hinders it."""
        return not (self.no_road or self.too_big or self.skill or self.late or self.too_long)


@dataclass(frozen=True, slots=True)
class Start:
    """Where and when the vehicles of one type may start, looked up once for all orders.

    Parameters
    ----------
    vehicle_type : VehicleType
        The type.
    row : int
        Matrix row of its depot.
    opens_s, closes_s : int
        Earliest departure and latest return, by depot and shift together.
    matrix : TravelMatrix
        Of its road profile.
    limits : dict of str to float
        What it may carry, by dimension.
    """

    vehicle_type: VehicleType
    row: int
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
    found = []
    for kind in problem.fleet:
        if kind.count:
            row = next((i for i, depot in enumerate(problem.depots) if depot.id == kind.depot), 0)
            hours = problem.depots[row].hours
            found.append(Start(kind, row, max(hours.begin_s, kind.shift.begin_s), min(hours.end_s, kind.shift.end_s),
                               problem.matrix(kind.profile), limits(kind)))
    return found


def trip(start: Start, order: Order, row: int) -> Trip:
    """Return the trip of one empty vehicle to one order.

    Parameters
    ----------
    start : Start
        Of its type.
    order : Order
        To serve.
    row : int
        Matrix row of the order.

    Returns
    -------
    Trip
        What hinders it, and its cost.
    """
    kind, seconds, metres = start.vehicle_type, start.matrix.duration_s, start.matrix.distance_m
    out_s, back_s = int(seconds[start.row, row]), int(seconds[row, start.row])
    too_big = any(excess(loaded([order], name), limit) for name, limit in start.limits.items())
    skill = not order.skills <= kind.skills
    if out_s < 0 or back_s < 0:
        return Trip(kind.id, no_road=True, too_big=too_big, skill=skill)
    there_s, away_s = start.opens_s + out_s, out_s + order.service_s + back_s
    home_s = max(there_s, order.window.begin_s) + order.service_s + back_s
    return Trip(
        kind.id, no_road=False, too_big=too_big, skill=skill,
        late=there_s > order.window.end_s,
        waits_too_long=start.opens_s + away_s <= start.closes_s < home_s,
        too_long=home_s > start.closes_s or away_s > kind.max_duration_s + DURATION_TOLERANCE_S,
        cost=tariff_cost(kind, int(metres[start.row, row]) + int(metres[row, start.row]), away_s),
    )
