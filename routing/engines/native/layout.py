"""Where every number of the native search lies: the columns of its arrays. How they are filled or used is not here.

Whole numbers throughout: seconds, metres, units of cost, units of load. Orders are nodes 0 to m - 1; slot r of the
route table has two nodes of its own, its start m + 2r and its end m + 2r + 1. A node stands at a place, which is a
row of the travel table: orders first, then depots, then nowhere, where a route that does not return ends at no
cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEVER = 1 << 30
"""Seconds and metres of a leg where there is no road: later than any window."""

IMPOSSIBLE = 1 << 61
"""Cost of what cannot be."""

METRES, SECONDS = 0, 1
"""Entries of a leg in `Day.travel`; seconds are left out where time decides nothing."""

OPEN, CLOSE, PENALTY, MANDATORY, PARTNER, ROLE, SIZE, FAR, START, CHANGE = range(10)
"""Columns of `Day.order`: window; penalty, and how many mandatory orders it stands for, of a shipment at the pickup;
the other order of a shipment, or -1; role; size and distance from the depot, to sort by; and for each dimension two
more: load at departure, and change of the load at the visit. From column ``Day.rule[STAYS]`` on there are two for
each vehicle type: seconds of service, and whether the type may serve the order."""

ALONE, PICKED, BROUGHT = 0, 1, 2
"""Roles: an order by itself, or one half of a shipment."""

(PROFILE, COUNT, FIXED, PER_METRE, PER_SECOND, BEGIN_OPEN, BEGIN_CLOSE, END_OPEN, END_CLOSE, BEGIN_PLACE, END_PLACE,
 MOST_SECONDS, MOST_METRES, MOST_STOPS, ROOM) = range(15)
"""Columns of `Day.kind`, one row for each vehicle type; capacities, one for each dimension, come last."""

(NEXT, BEFORE, ROUTE, PLACE, EARLIEST, LATEST, READY, SPAN_TO, FIRST_TO, LAST_TO, SPAN_ON, FIRST_ON, SHUT, REPEATS,
 LEFT_AT, NET_TO, PEAK_TO, PEAK_ON) = range(18)
"""Columns of `Search.node`.

``EARLIEST`` and ``SHUT`` are the window of the node; ``READY`` is when its service can end at the earliest,
``LATEST`` when it may begin at the latest. ``SPAN_TO``, ``FIRST_TO``, ``LAST_TO`` are shortest duration, earliest
and latest start of the way from the start of the route through this node; ``SPAN_ON`` and ``FIRST_ON`` (with
``LATEST``) those of the way from it to the end. ``ROUTE`` is -1 for an order on no route, ``REPEATS`` counts how
often it was left over, ``LEFT_AT`` is its place in the list of those left over, -1 if it was not left over when the
running step began. The last three columns come once for each dimension: change of the load from the start through
this node, its highest value on that way, and its highest value from here on, from 0."""

KIND, STOPS, DRIVEN, LASTS, COST, TOUCHED, SEEN, CHANGED, CARRIED = range(9)
"""Columns of `Search.route`: type (-1: the slot is free), visits, metres, seconds, cost; the last step that touched it
and the last scan that saw it; whether it differs from the best plan; then, for each dimension, its load at
departure."""

TIMED, SPANNED, MIXED, ROAMING, PRICED, OPTIONAL, DIMENSIONS, STAYS, NEAR, AROUND, PLACES, WIDTH, RULES = range(13)
"""Places in `Day.rule`: time decides what is feasible; duration is limited or paid; goods are also picked up; there
are several vehicle types; they differ in their costs; there are optional orders; numbers of dimensions, of the first
column of stays, of orders beside which one is tried (itself included), of those around, of places, and of entries of a
leg."""

(TOTAL, ACTIVE, MISSING, LEFT, STAMP, SCANS, LOGGED, TOUCHES, CHANGES, BLINK, MOST_ROUTES, BEST_COST, BEST_MISSING,
 BEST_ROUTES, CHANCE, TOP, USED) = range(17)
"""Places in `Search.tally`: cost of all routes and optional orders left over; routes in use; mandatory orders left
over; how many orders are left over; numbers of the running step and scan; lengths of three lists; evaluations until
one is skipped; routes allowed; what the best plan reached; state of the random numbers; slots up to the last in
use; vehicles in use, one for each type."""

(LEFT_LIST, TOUCHES_LIST, CHANGES_LIST, WORK, KEYS, LOG_NODE, LOG_BEFORE, LOG_KIND, BEST, BEST_KIND, LISTS) = range(11)
"""Rows of `Search.lists`: orders left over, of a shipment the pickup; routes that the running step touched; routes
that differ from the best plan; orders of the running step, of a shipment the pickup, and their sort keys; what the
step did, to be undone: node (-1: a type was changed), the node before it (or the route), vehicle type; of the best
plan the next order of every order, -1 at an end, and from m on the first order of every route; and its vehicle
types, -1 where there is no route."""


class Day(NamedTuple):
    """What does not change during a search.

    Parameters
    ----------
    travel : ndarray of int32, shape (profiles * places * places * width,)
        Metres and seconds of each leg, from row to column; metres alone where time decides nothing.
    order, kind : ndarray of int64, shapes (m, columns), (types, columns)
        Orders and vehicle types.
    near : ndarray of int32, shape (m, some)
        For each order those that lie around it, itself first.
    rule : ndarray of int64, shape (RULES,)
        Which rules decide anything, and sizes.
    """

    travel: NDArray[np.int32]
    order: NDArray[np.int64]
    kind: NDArray[np.int64]
    near: NDArray[np.int32]
    rule: NDArray[np.int64]


class Search(NamedTuple):
    """What changes during a search: few and wide arrays, because a compiled call passes every one of them.

    Parameters
    ----------
    node, route : ndarray of int64, shapes (m + 2 slots, columns), (slots, columns)
        Nodes and routes.
    tally : ndarray of int64, shape (USED + types,)
        Sums, lengths, and the state of the random numbers.
    lists : ndarray of int64, shape (LISTS, some)
        One list a row.
    """

    node: NDArray[np.int64]
    route: NDArray[np.int64]
    tally: NDArray[np.int64]
    lists: NDArray[np.int64]
