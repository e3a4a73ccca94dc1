"""A part of a problem: some of its orders and vehicles, with the cells of the matrices between them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from routing.model import Problem
from routing.model.line import lines_among


def part_of(problem: Problem, orders: Collection[str], counts: Mapping[str, int]) -> Problem:
    """Return the problem of some orders and vehicles alone.

    Parameters
    ----------
    problem : Problem
        The whole.
    orders : collection of str
        Ids of the orders to keep; of a shipment both or none.
    counts : mapping of str to int
        How many vehicles of each type there are; none of a type that is not named.

    Returns
    -------
    Problem
        With all depots and types, and of fixed lines what is kept of them. Roads are left out.

    Raises
    ------
    ProblemError
        If no vehicle is left.
    """
    kept = [order for order in problem.orders if order.id in orders]
    depots = len(problem.depots)
    rows = np.array([*range(depots), *(problem.order_row[order.id] for order in kept)], dtype=np.int64)
    places = tuple(problem.place_labels[row] for row in rows)
    matrices = tuple(matrix.part(rows, places) for matrix in problem.matrices)
    fleet = tuple(replace(vehicle, count=counts.get(vehicle.id, 0)) for vehicle in problem.fleet)
    shipments = tuple(shipment for shipment in problem.shipments if shipment.pickup in orders)
    return replace(problem, orders=tuple(kept), fleet=fleet, matrices=matrices, shipments=shipments, roads=None,
                   lines=lines_among(problem.lines, set(orders)))
