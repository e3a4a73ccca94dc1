"""A search at its beginning, when nothing is served; and routes loaded into one, of a given plan or of a best one.

Which steps follow is not known here.
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routing.engines.native import layout as at
from routing.engines.native.chance import seeded
from routing.engines.native.compiled import inner, outer
from routing.engines.native.layout import (
    ACTIVE,
    BEFORE,
    BROUGHT,
    CHANGED,
    CHANGES,
    CHANGES_LIST,
    COUNT,
    IMPOSSIBLE,
    KIND,
    LEFT,
    LEFT_AT,
    LEFT_LIST,
    MANDATORY,
    MISSING,
    MOST_ROUTES,
    NEXT,
    PENALTY,
    REPEATS,
    ROLE,
    STOPS,
    TOP,
    TOTAL,
    USED,
)
from routing.engines.native.routes import close_route, open_route, price, put_in, settle, take_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

ALL, POSSIBLE = np.int64(0), np.int64(1)
"""Which orders of a route to append; typed, so that each kernel is compiled once."""


def new_search(day: at.Day, seed: int) -> at.Search:
    """Return a search in which every order is left over and every vehicle is free.

    Parameters
    ----------
    day : Day
        What to search.
    seed : int
        Of everything that is drawn.

    Returns
    -------
    Search
        Its best plan is no plan: every order is left over.
    """
    m, dims = len(day.order), int(day.rule[at.DIMENSIONS])
    slots = int(min(day.kind[:, COUNT].sum(), m))
    node: NDArray[np.int64] = np.zeros((m + 2 * slots, at.NET_TO + 3 * dims), dtype=np.int64)
    node[:m, at.PLACE] = np.arange(m)
    node[:m, [at.ROUTE, at.LEFT_AT]] = -1
    node[:m, at.EARLIEST], node[:m, at.SHUT] = day.order[:, at.OPEN], day.order[:, at.CLOSE]
    node[m:, at.ROUTE] = np.arange(2 * slots) // 2
    route: NDArray[np.int64] = np.zeros((slots, at.CARRIED + dims), dtype=np.int64)
    route[:, at.KIND] = -1
    stands = np.flatnonzero(day.order[:, at.ROLE] != BROUGHT)
    node[stands, at.LEFT_AT] = np.arange(len(stands))
    tally = np.zeros(at.USED + len(day.kind), dtype=np.int64)
    tally[at.LEFT], tally[at.MOST_ROUTES] = len(stands), slots
    tally[at.MISSING] = tally[at.BEST_MISSING] = day.order[stands, at.MANDATORY].sum()
    tally[at.TOTAL] = tally[at.BEST_COST] = day.order[stands, at.PENALTY].sum()
    tally[at.CHANCE] = seeded(seed)
    lists: NDArray[np.int64] = np.zeros((at.LISTS, 4 * m + 4 * slots + 64), dtype=np.int64)
    lists[LEFT_LIST, : len(stands)] = stands
    lists[[at.BEST, at.BEST_KIND]] = -1
    return at.Search(node, route, tally, lists)


@outer
def clear(day, search):
    """Leave every order over and free every vehicle."""
    m = day.order.shape[0]
    node, route, tally = search.node, search.route, search.tally
    for r in range(route.shape[0]):
        if route[r, KIND] < 0:
            continue
        x = node[m + 2 * r, NEXT]
        while x < m:
            y = node[x, NEXT]
            take_out(day, search, x)
            x = y
        close_route(search, r)
        mark(search, r)
    tally[LEFT] = tally[MISSING] = tally[TOTAL] = 0
    for c in range(m):
        leave(day, search, c)


@inner
def leave(day, search, c):
    """Add order c, which is on no route, to those left over; a delivery is told by its pickup."""
    tally = search.tally
    if day.order[c, ROLE] != BROUGHT:
        search.node[c, LEFT_AT] = tally[LEFT]
        search.lists[LEFT_LIST, tally[LEFT]] = c
        tally[LEFT] += 1
        tally[MISSING] += day.order[c, MANDATORY]
        tally[TOTAL] += day.order[c, PENALTY]


@inner
def unleave(day, search, c):
    """Take order c, which is on a route now, from those left over."""
    tally, lists = search.tally, search.lists
    if day.order[c, ROLE] != BROUGHT:
        tally[LEFT] -= 1
        last, place = lists[LEFT_LIST, tally[LEFT]], search.node[c, LEFT_AT]
        lists[LEFT_LIST, place], search.node[last, LEFT_AT] = last, place
        search.node[c, LEFT_AT] = -1
        tally[MISSING] -= day.order[c, MANDATORY]
        tally[TOTAL] -= day.order[c, PENALTY]


@inner
def mark(search, r):
    """Note that a route differs from the best plan."""
    if not search.route[r, CHANGED]:
        search.route[r, CHANGED] = 1
        search.lists[CHANGES_LIST, search.tally[CHANGES]] = r
        search.tally[CHANGES] += 1


@outer
def load(day, search, chain, chain_kind):
    """Replace the plan by given routes, as `Search.best` and `Search.best_kind` have them.

    A route that cannot be keeps the orders that fit in turn, or none if it has shipments; the others are left over.
    """
    m = day.order.shape[0]
    clear(day, search)
    for r in range(search.route.shape[0]):
        k = chain_kind[r]
        if k < 0 or chain[m + r] < 0 or search.tally[USED + k] >= day.kind[k, COUNT]:
            continue
        open_route(day, search, r, k)
        append_all(day, search, chain, r, ALL)
        if price(day, search, r, k) >= IMPOSSIBLE:
            x = search.node[m + 2 * r, NEXT]
            while x < m:
                y = search.node[x, NEXT]
                take_out(day, search, x)
                leave(day, search, x)
                x = y
            append_all(day, search, chain, r, POSSIBLE)
        settle(day, search, r)
        mark(search, r)


@inner
def append_all(day, search, chain, r, which):
    """Append the orders of a chain to route r; if POSSIBLE, only single ones that keep the route possible."""
    m = day.order.shape[0]
    node, k = search.node, search.route[r, KIND]
    c = chain[m + r]
    while c >= 0:
        if which == ALL or day.order[c, ROLE] == 0:
            put_in(day, search, c, node[m + 2 * r + 1, BEFORE])
            if which == POSSIBLE and price(day, search, r, k) >= IMPOSSIBLE:
                take_out(day, search, c)
            else:
                unleave(day, search, c)
        c = chain[c]


@outer
def drop_route(day, search):
    """Take away the route whose orders were left over least often, and allow no more routes than remain."""
    m = day.order.shape[0]
    node, route, tally = search.node, search.route, search.tally
    found, least = np.int64(-1), np.int64(0)
    for r in range(tally[TOP]):
        if route[r, KIND] < 0:
            continue
        repeats, x = route[r, STOPS], node[m + 2 * r, NEXT]
        while x < m:
            repeats += node[x, REPEATS]
            x = node[x, NEXT]
        if found < 0 or repeats < least:
            found, least = np.int64(r), repeats
    if found >= 0:
        x = node[m + 2 * found, NEXT]
        while x < m:
            y = node[x, NEXT]
            take_out(day, search, x)
            leave(day, search, x)
            x = y
        close_route(search, found)
        mark(search, found)
    tally[MOST_ROUTES] = tally[ACTIVE]
