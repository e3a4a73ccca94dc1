"""Which orders are near which: those worth trying beside an order, and those that lie around it.

References
----------
Vidal, Crainic, Gendreau and Prins (2013), "A hybrid genetic algorithm with adaptive diversity management for a large
class of vehicle routing problems with time-windows", Computers & Operations Research 40(1), 475-489: nearness with
waiting and lateness.
"""

# mypy: disable-error-code="misc"

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routing.engines.native import layout as at
from routing.engines.native.compiled import allocating
from routing.engines.native.layout import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

WAITING, LATENESS = 0.2, 1.0
"""What a second of waiting or lateness between two orders counts, in seconds of driving."""

_BLOCK = 256


@allocating
def shortest(travel: NDArray[np.int32], profile: int, place: int, back: bool, column: int) -> NDArray[np.int64]:
    """Return the least seconds or metres from a place to every place by any others, or `back` from each.

    NEVER where no road leads.
    """
    n = travel.shape[1]
    least = np.full(n, NEVER, np.int64)
    done = np.zeros(n, np.bool_)
    least[place] = 0
    for _ in range(n):
        x = -1
        for y in range(n):
            if not done[y] and least[y] < NEVER and (x < 0 or least[y] < least[x]):
                x = y
        if x < 0:
            break
        done[x] = True
        for y in range(n):
            leg = travel[profile, y, x, column] if back else travel[profile, x, y, column]
            least[y] = min(least[y], least[x] + leg)
    return least


def sorted_by_nearness(travel: NDArray[np.int32], order: NDArray[np.int64], service: NDArray[np.int64],
                       kind: NDArray[np.int64], near: int, around: int,
                       ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return for each order the orders near it in space and time, and those around it in space, itself first.

    Parameters
    ----------
    travel, order, service, kind : ndarray
        As in `layout.Day`.
    near, around : int
        How many, at most.

    Returns
    -------
    tuple of ndarray of int32, shapes (m, near), (m, around)
        Nearest first.
    """
    m = len(order)
    beside = np.empty((m, max(0, min(near, m - 1))), dtype=np.int32)
    about = np.empty((m, min(around, m)), dtype=np.int32)
    per_metre, per_second = (float(kind[0, column]) for column in (at.PER_METRE, at.PER_SECOND))
    if not per_metre + per_second:
        per_metre = per_second = 1.0
    timed = travel.shape[-1] > at.SECONDS
    pace = 0.0
    if timed:
        sample = travel[0, :m, :m].reshape(-1, 2)[:: max(1, m * m // 100_000)]
        sample = sample[sample[:, at.SECONDS] < NEVER].astype(float)
        driven = max(1.0, float(sample[:, at.SECONDS].sum()))
        pace = (per_metre * float(sample[:, at.METRES].sum()) + per_second * driven) / driven
    for low in range(0, m, _BLOCK):
        rows = np.arange(low, min(low + _BLOCK, m))
        there, back = travel[0, rows, :m].astype(float), travel[0, :m, rows].astype(float)
        costs = [per_metre * legs[..., at.METRES] + (per_second * legs[..., at.SECONDS] if timed else 0.0)
                 for legs in (there, back)]
        apart = costs[0] + costs[1]
        apart[np.arange(len(rows)), rows] = -1.0
        about[rows] = _least(apart, about.shape[1])
        if timed:
            opens, closes, stays = order[:, at.OPEN], order[:, at.CLOSE], service[0]
            costs[0] += pace * _loss(there[..., at.SECONDS], rows[:, None], slice(None), opens, closes, stays)
            costs[1] += pace * _loss(back[..., at.SECONDS], slice(None), rows[:, None], opens, closes, stays)
        beside_cost = np.minimum(costs[0], costs[1])
        beside_cost[np.arange(len(rows)), rows] = np.inf
        beside[rows] = _least(beside_cost, beside.shape[1])
    return beside, about


def _loss(legs: NDArray[np.float64], here: NDArray[np.int64] | slice, there: NDArray[np.int64] | slice,
          opens: NDArray[np.int64], closes: NDArray[np.int64], stays: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the least waiting and lateness, in seconds of driving, of going from one order to the next."""
    waiting = opens[there] - legs - stays[here] - closes[here]
    lateness = opens[here] + stays[here] + legs - closes[there]
    return WAITING * np.maximum(waiting, 0) + LATENESS * np.maximum(lateness, 0)


def _least(values: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Return the columns of the least values of each row, the least first; ties by column."""
    if count < values.shape[1]:
        columns = np.sort(np.argpartition(values, count - 1, axis=1)[:, :count], axis=1) if count else np.empty(
            (len(values), 0), dtype=np.int64)
    else:
        columns = np.tile(np.arange(values.shape[1]), (len(values), 1))
    order = np.argsort(np.take_along_axis(values, columns, 1), axis=1, kind="stable")
    return np.take_along_axis(columns, order, 1)
