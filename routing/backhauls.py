"""Linehauls before backhauls: which orders come first on routes of some vehicle types, and which legs that bars.

No judge; no engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routing.model import Problem, VehicleType


def linehauls(problem: Problem) -> NDArray[np.bool_]:
    """Return which orders are deliveries from the depot.

    Parameters
    ----------
    problem : Problem
        Holds orders and shipments.

    Returns
    -------
    ndarray of bool, shape (orders,)
        False for pickups and for both orders of a shipment.
    """
    return np.array([order.kind == "delivery" and order.id not in problem.shipment_of for order in problem.orders],
                    dtype=bool)


def barred_legs(problem: Problem) -> NDArray[np.bool_]:
    """Return the legs that a vehicle with its backhauls last never drives.

    Parameters
    ----------
    problem : Problem
        Holds depots, orders and shipments.

    Returns
    -------
    ndarray of bool, shape (places, places)
        True from an order that is no delivery from the depot to one that is: without these legs, none comes after.
    """
    first = linehauls(problem)
    depots = np.zeros(len(problem.depots), dtype=bool)
    barred: NDArray[np.bool_] = np.outer(np.concatenate([depots, ~first]), np.concatenate([depots, first]))
    return barred


def sorts(problem: Problem, vehicle: VehicleType) -> bool:
    """Return whether a vehicle type has its backhauls last and the problem has any.

    Parameters
    ----------
    problem : Problem
        Holds the orders.
    vehicle : VehicleType
        One of its fleet.

    Returns
    -------
    bool
        False if every sequence of orders will do.
    """
    return vehicle.backhauls_last and any(order.kind == "pickup" for order in problem.orders)


def in_turn(problem: Problem, vehicle: VehicleType, orders: Sequence[str]) -> bool:
    """Return whether a sequence has its backhauls last, where the vehicle type asks for that.

    Parameters
    ----------
    problem : Problem
        Holds the orders.
    vehicle : VehicleType
        One of its fleet.
    orders : sequence of str
        Ids in the order they are visited.

    Returns
    -------
    bool
        True for a type that does not ask.
    """
    if not sorts(problem, vehicle):
        return True
    first = linehauls(problem)[[problem.order_row[order] - len(problem.depots) for order in orders]]
    return not (first[1:] & ~first[:-1]).any()
