"""Where every number of the search of plain days lies. How it is filled or used is not here.

Whole numbers throughout; costs are metres, a vehicle costs as many metres as its fixed cost buys. Orders are nodes 0 to
m - 1; route r has two nodes of its own, its start m + 2r and its end m + 2r + 1. A route without orders is free. One
more row of the route table stands for no route: it is full, so that nothing is put beside an order that is on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OPEN, CLOSE, STAY, SIZE, FAR, LOAD = range(6)
"""Columns of `Table.order`: window, seconds of service, size and distance from the depot to sort by; loads, one for
each dimension, come last."""

TIMED, DIMENSIONS, NEAR, AROUND, FIXED, MOST_METRES, ROOM = range(7)
"""Places in `Table.rule`: whether time decides anything; numbers of dimensions, of orders beside which one is tried
(itself included), of those around; metres a vehicle is worth; longest route; capacities, one for each dimension."""

NEXT, BEFORE, ROUTE, LEG, BACK, DRIVE, READY, LATEST, COLUMNS = range(9)
"""Columns of `State.node`: neighbours; route; metres to the next node and from the one before; seconds to the next;
when service can end at the earliest, and may begin at the latest."""

STOPS, DRIVEN, TOUCHED, CHANGED, CARRIED = range(5)
"""Columns of `State.route`: visits, metres, the last step that touched it, whether it differs from the best plan; then
loads."""

TOTAL, ACTIVE, STAMP, LOGGED, PASTS, TOUCHES, CHANGES, SPARE, BEST_COST, BEST_ROUTES = range(10)
"""Places in `State.tally`: cost; routes in use; number of the step; lengths of four lists; where to look for a free
route first; what the best plan costs, and how many routes it has. At `CHANCE` of `native.layout` is the
state of the random numbers."""

TOUCHES_LIST, CHANGES_LIST, WORK, KEYS, BEST, LISTS = range(6)
"""Rows of `State.lists`: routes that the step touched; routes that differ from the best plan; orders of the step, and
their sort keys; of the best plan the next order of every order, -1 at an end, and from m on the first order of every
route."""

WHAT, BEHIND, AHEAD, LEG_TO, LEG_ON, DRIVE_TO, DRIVE_ON, NOTES = range(8)
"""Columns of `State.log`: an order, and the nodes between which it has come, or which it has left; metres and seconds
from the one before to its next, and from the order to its next, as they were."""


class Table(NamedTuple):
    """What does not change during a search.

    Parameters
    ----------
    to, on : ndarray of int32, shape (m, m + 1)
        Metres to the order of a row from, and from it on to, the order of a column; in the last one from the start,
        and to the end, of a route.
    to_s, on_s : ndarray of int32, shape (m, m + 1)
        Seconds of the same legs; of shape (1, 1) where time decides nothing.
    order : ndarray of int64, shape (m, LOAD + dimensions)
        Orders.
    near : ndarray of int32, shape (m, some)
        For each order those that lie around it, itself first.
    rule : ndarray of int64, shape (ROOM + dimensions,)
        Sizes and limits.
    """

    to: NDArray[np.int32]
    on: NDArray[np.int32]
    to_s: NDArray[np.int32]
    on_s: NDArray[np.int32]
    order: NDArray[np.int64]
    near: NDArray[np.int32]
    rule: NDArray[np.int64]


class State(NamedTuple):
    """What changes during a search.

    Parameters
    ----------
    node : ndarray of int32, shape (m + 2 slots, COLUMNS)
        Nodes.
    route : ndarray of int64, shape (slots + 1, CARRIED + dimensions)
        Routes, and the one that stands for none.
    kept : ndarray of int64, shape of `route`
        Routes that the running step touched, as they were before.
    log : ndarray of int32, shape (some, NOTES)
        What the running step did, to be undone.
    past : ndarray of int32, shape (some, 3)
        Times that it changed, as far as there is room: node, column, and what stood there.
    tally : ndarray of int64, shape (CHANCE + 1,)
        Sums, lengths, and the state of the random numbers.
    lists : ndarray of int64, shape (LISTS, some)
        One list a row.
    """

    node: NDArray[np.int32]
    route: NDArray[np.int64]
    kept: NDArray[np.int64]
    log: NDArray[np.int32]
    past: NDArray[np.int32]
    tally: NDArray[np.int64]
    lists: NDArray[np.int64]
