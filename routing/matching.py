"""Which route of one plan is which of another: vehicles of a type are alike; those with most orders in common pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from routing.route import Route


def matched(before: Sequence[Route], after: Sequence[Route]) -> dict[str, str]:
    """Return for each route of a plan the vehicle of the route of another plan that it continues.

    Parameters
    ----------
    before, after : sequence of Route
        Routes of two plans; names of vehicles are unique in each.

    Returns
    -------
    dict of str to str
        Vehicle of `after` to vehicle of `before`, of the same type; pairs share an order, and all together share as
        many as they can. Vehicles that pair with none are not in it.
    """
    from scipy.optimize import linear_sum_assignment

    pairs: dict[str, str] = {}
    kinds: dict[str, tuple[list[Route], list[Route]]] = defaultdict(lambda: ([], []))
    for side, routes in enumerate((before, after)):
        for route in routes:
            kinds[route.vehicle_type][side].append(route)
    for old, new in kinds.values():
        row_of = {order: i for i, route in enumerate(old) for order in route.orders}
        shared = np.zeros((len(old), len(new)))
        for j, route in enumerate(new):
            for order in route.orders:
                if order in row_of:
                    shared[row_of[order], j] += 1
            shared[[i for i, other in enumerate(old) if other.vehicle == route.vehicle], j] *= 1 + 1e-9
        for i, j in zip(*linear_sum_assignment(shared, maximize=True), strict=True):
            if shared[i, j]:
                pairs[new[j].vehicle] = old[i].vehicle
    return pairs
