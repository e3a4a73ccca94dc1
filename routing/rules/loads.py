"""What an order loads and what a vehicle may carry, dimension by dimension, read straight from the fields of both."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routing.model import Order, VehicleType

RELATIVE_TOLERANCE = 1e-9
"""A load may exceed a limit by one part in 10^9 (a milligram a ton): sums of decimal fractions are not exact."""

UNITS = {"weight_kg": "kg", "volume_m3": "m3"}


def limits(kind: VehicleType) -> dict[str, float]:
    """Return what one vehicle may carry at most, by dimension.

    Parameters
    ----------
    kind : VehicleType
        To read.

    Returns
    -------
    dict of str to float
        Only dimensions that have a limit.
    """
    stated = {"weight_kg": kind.payload_kg, "volume_m3": kind.volume_m3, "pieces": kind.pieces, **dict(kind.capacity)}
    return {name: limit for name, limit in stated.items() if limit < math.inf}


def loaded(orders: Iterable[Order], dimension: str) -> float:
    """Return what some orders load in all, in one dimension.

    Parameters
    ----------
    orders : iterable of Order
        On board together.
    dimension : str
        ``weight_kg``, ``volume_m3``, ``pieces`` or a name of one's own.

    Returns
    -------
    float
        Correctly rounded sum; infinite if it is beyond all floats.
    """
    if dimension in ("weight_kg", "volume_m3", "pieces"):
        amounts = [float(getattr(order, dimension)) for order in orders]
    else:
        amounts = [dict(order.demand).get(dimension, 0.0) for order in orders if order.demand]
    try:
        return math.fsum(amounts)
    except OverflowError:
        return math.inf


def excess(load: float, limit: float) -> float:
    """Return by how much a load exceeds a limit.

    Parameters
    ----------
    load, limit : float
        In the same dimension.

    Returns
    -------
    float
        Zero if it does not, or by no more than the tolerance.
    """
    return load - limit if load > limit * (1 + RELATIVE_TOLERANCE) else 0.0


def unit_of(dimension: str) -> str:
    """Return the unit of a dimension: ``kg``, ``m3``, or its own name, such as ``pieces`` or ``pallets``."""
    return UNITS.get(dimension, dimension)
