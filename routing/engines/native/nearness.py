"""Which orders lie around which, by the cost of the way there and back; and the least way from a place to all others.

Windows play no part in nearness: where they did, plans of published instances with windows were worse.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN202
# ruff: noqa: PLR1730 (compiled, the builtins cost seconds)

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routing.engines.native import layout as at
from routing.engines.native.compiled import outer
from routing.engines.native.layout import NEVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK = 64
_NEVER_TOGETHER = 1e300


def shortest(travel: NDArray[np.int32], profile: int, place: int, back: bool, column: int) -> NDArray[np.int64]:
    """Return the least seconds or metres from a place to every place by any others, or `back` from each.

    NEVER where no road leads.
    """
    least = np.full(travel.shape[1], NEVER, np.int64)
    least[place] = 0
    _shorten(travel, profile, back, column, least, np.zeros(len(least), np.bool_))
    return least


@outer
def _shorten(travel, profile, back, column, least, done):
    """Lower what is known of places by going over others, the nearest first."""
    for _ in range(least.size):
        x = -1
        for y in range(least.size):
            if not done[y] and least[y] < NEVER and (x < 0 or least[y] < least[x]):
                x = y
        if x < 0:
            break
        done[x] = True
        for y in range(least.size):
            way = least[x] + (travel[profile, y, x, column] if back else travel[profile, x, y, column])
            if way < least[y]:
                least[y] = way


def sorted_by_nearness(travel: NDArray[np.int32], kind: NDArray[np.int64], able: NDArray[np.bool_],
                       most: int) -> NDArray[np.int32]:
    """Return for each order the orders around it, itself first.

    Parameters
    ----------
    travel, kind : ndarray
        Legs (profiles, places, places, columns), and vehicle types as in `layout.Day`.
    able : ndarray of bool, shape (types, orders)
        Whether a type may serve an order. Orders are near where it is cheap to drive from one to the other and back
        with a vehicle that may serve both.
    most : int
        How many orders around each are wanted.

    Returns
    -------
    ndarray of int32, shape (orders, at most `most`)
        Nearest first; those that no vehicle may serve together come last.
    """
    orders = able.shape[1]
    near = np.empty((orders, min(most, orders)), dtype=np.int32)
    groups = [np.flatnonzero(kind[:, at.PROFILE] == profile) for profile in np.unique(kind[:, at.PROFILE])]
    rates = [_rates(kind[group]) for group in groups]
    for low in range(0, orders, _BLOCK):
        high = min(low + _BLOCK, orders)
        apart = np.full((high - low, orders), np.inf)
        for group, rate in zip(groups, rates, strict=True):
            cost = _there_and_back(travel[kind[group[0], at.PROFILE]], orders, low, high, rate)
            if not able[group].all():
                cost[~(able[group, low:high].T @ able[group])] = _NEVER_TOGETHER
            np.minimum(apart, cost, out=apart)
        apart[np.arange(high - low), np.arange(low, high)] = -1.0
        near[low:high] = _least(apart, near.shape[1])
    return near


def _there_and_back(legs: NDArray[np.int32], orders: int, low: int, high: int, rates: tuple[float, float],
                    ) -> NDArray[np.float64]:
    """Return the cost of the way from some orders to every order and back, shape (high - low, orders)."""
    cost: NDArray[np.float64] = np.zeros((high - low, orders))
    back = np.ascontiguousarray(legs[:orders, low:high])
    for column in range(legs.shape[-1]):
        if rates[column]:
            both = np.add(legs[low:high, :orders, column], back[:, :, column].T, dtype=np.float64)
            cost += rates[column] * both
    return cost


def _rates(kind: NDArray[np.int64]) -> tuple[float, float]:
    """Return the least costs of a metre and a second of some vehicle types; 1 of each if both are free."""
    per_metre, per_second = kind[:, [at.PER_METRE, at.PER_SECOND]].min(axis=0, initial=at.IMPOSSIBLE).tolist()
    return (per_metre, per_second) if per_metre or per_second else (1.0, 1.0)


def _least(values: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Return the columns of the least values of each row, the least first; ties by column."""
    if count < values.shape[1]:
        columns = np.sort(np.argpartition(values, count - 1, axis=1)[:, :count], axis=1) if count else np.empty(
            (len(values), 0), dtype=np.int64)
    else:
        columns = np.tile(np.arange(values.shape[1]), (len(values), 1))
    order = np.argsort(np.take_along_axis(values, columns, 1), axis=1, kind="stable")
    return np.take_along_axis(columns, order, 1)
