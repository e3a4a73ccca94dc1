"""Exchange the ends of two routes, or make two of one, and give each the vehicle type that drives it at least cost.

Single orders never show that two small vehicles are better than a large one: what they save comes with the last of
them.

References
----------
Potvin and Rousseau (1995), "An exchange heuristic for routeing problems with time windows", Journal of the Operational
Research Society 46(12), 1433-1446: 2-opt*.
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201

from __future__ import annotations

import numpy as np

from routing.engines.native.chance import below, unit
from routing.engines.native.compiled import inner, once
from routing.engines.native.layout import (
    ACTIVE,
    BEFORE,
    BROUGHT,
    COUNT,
    IMPOSSIBLE,
    KIND,
    MOST_ROUTES,
    NEAR,
    NEXT,
    PICKED,
    ROLE,
    ROUTE,
    STOPS,
    USED,
    WORK,
)
from routing.engines.native.routes import (
    attach,
    best_kind_for,
    change_kind,
    free_slot,
    open_route,
    price,
    settle,
    touch,
    unlink,
)

NONE = np.int64(0)
"""No orders in ``work``; typed, so that each kernel is compiled once."""

DIVIDED = 0.2
"""Share of exchanges with an empty route."""


@inner
def cross(day, search, c):
    """Exchange what follows order c with what follows an order near it, itself included, or with nothing.

    Return whether there are types that can drive both routes; if not, the step must be undone.
    """
    node, r = search.node, search.node[c, ROUTE]
    if r < 0 or not is_whole(day, search, node[c, NEXT]):
        return False
    divided = unit(search.tally) < DIVIDED
    v = -1 if divided else np.int64(day.near[c, below(search.tally, day.rule[NEAR])])
    if divided:
        behind = empty_route(day, search, r)
        if behind < 0 or node[c, NEXT] >= day.order.shape[0]:
            return False
    elif node[v, ROUTE] < 0 or node[v, ROUTE] == r or not is_whole(day, search, v):
        return False
    else:
        behind = node[v, BEFORE]
    first = take_all(day, search, node[c, NEXT], NONE)
    count = first if divided else take_all(day, search, v, first)
    put_all(day, search, NONE, first, behind)
    put_all(day, search, first, count, c)
    return has_kind(day, search, r) and has_kind(day, search, node[behind, ROUTE])


@once
def is_whole(day, search, x):
    """Return whether the rest of a route from node x on has both orders of every shipment of which it has one."""
    open_shipments = 0
    while x < day.order.shape[0]:
        role = day.order[x, ROLE]
        open_shipments += 1 if role == PICKED else -1 if role == BROUGHT else 0
        x = search.node[x, NEXT]
    return open_shipments == 0


@once
def empty_route(day, search, r):
    """Open a route, of the type of route r if one is left; return its start, or -1 if no vehicle is left."""
    slot, kind = free_slot(search), search.route[r, KIND]
    for k in range(day.kind.shape[0]):
        if search.tally[USED + kind] >= day.kind[kind, COUNT]:
            kind = np.int64(k)
    if slot < 0 or search.tally[ACTIVE] >= search.tally[MOST_ROUTES] or (
            search.tally[USED + kind] >= day.kind[kind, COUNT]):
        return -1
    touch(search, slot)
    open_route(day, search, slot, kind)
    return day.order.shape[0] + 2 * slot


@inner
def take_all(day, search, x, count):
    """Take node x and all after it out of their route; return how many orders stand in ``work`` then."""
    while x < day.order.shape[0]:
        y = search.node[x, NEXT]
        unlink(day, search, x)
        search.lists[WORK, count] = x
        count += 1
        x = y
    return count


@inner
def put_all(day, search, first, end, behind):
    """Put some of ``work`` behind a node, in turn."""
    for i in range(first, end):
        c = search.lists[WORK, i]
        attach(day, search, c, behind)
        behind = c


@inner
def has_kind(day, search, r):
    """Give a route the type that drives it at least cost; return whether there is one, or nothing to drive."""
    if search.route[r, STOPS] == 0:
        settle(day, search, r)
        return True
    own = search.route[r, KIND]
    cost = price(day, search, r, own)
    kind = best_kind_for(day, search, r, cost)
    if kind != own:
        change_kind(day, search, r, kind)
    else:
        settle(day, search, r)
    return kind != own or cost < IMPOSSIBLE
