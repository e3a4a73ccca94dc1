"""What a tariff asks for a distance and a time, worked out anew, and when two sums of money are the same."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from routing.model import Problem, VehicleType

RELATIVE_TOLERANCE = 1e-9
ABSOLUTE_TOLERANCE = 1e-6
"""Sums may differ by a millionth of the currency unit, or one part in 10^9 if that is more: floats are not exact."""


def tariff_cost(kind: VehicleType, distance_m: int, duration_s: int) -> float:
    """Return what one vehicle costs that drives so far and is away so long.

    Parameters
    ----------
    kind : VehicleType
        Holds the tariff.
    distance_m, duration_s : int
        Driven, and from departure to return.

    Returns
    -------
    float
        In the currency of the tariff.
    """
    tariff = kind.tariff
    hours = duration_s / 3600
    cost = tariff.fixed + tariff.per_km * (distance_m / 1000) + tariff.per_hour * hours
    over = hours - tariff.overtime_after_s / 3600
    return cost + tariff.per_overtime_hour * over if over > 0 else cost


def same_cost(one: float, other: float) -> bool:
    """Return whether two sums of money are the same within the tolerance."""
    return math.isclose(one, other, rel_tol=RELATIVE_TOLERANCE, abs_tol=ABSOLUTE_TOLERANCE)


def currency_of(problem: Problem) -> str:
    """Return the currency of the tariffs, or ``cost`` if they name none."""
    return next((kind.tariff.currency for kind in problem.fleet if kind.tariff.currency), "cost")
