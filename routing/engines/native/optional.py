"""Take optional orders out of routes: those that a generous step put in and that do not pay, or all of a route.

Which of them are worth serving depends on the others, so that one by one they would stay where they are.
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201

from __future__ import annotations

from routing.engines.native.compiled import inner, leg, once
from routing.engines.native.layout import (
    ALONE,
    BEFORE,
    COST,
    IMPOSSIBLE,
    KIND,
    MANDATORY,
    NEXT,
    PARTNER,
    PENALTY,
    PER_METRE,
    PLACE,
    PROFILE,
    ROLE,
    ROUTE,
    STOPS,
    TOUCHES,
    TOUCHES_LIST,
    WORK,
)
from routing.engines.native.routes import settle, unlink


@once
def take_optional(day, search, c):
    """Take all single optional orders out of the route of order c; return how many stand in ``work`` then."""
    m, order, node, count = day.order.shape[0], day.order, search.node, 0
    r = node[c, ROUTE]
    x = node[m + 2 * r, NEXT] if r >= 0 else m
    while x < m:
        y = node[x, NEXT]
        if order[x, ROLE] == ALONE and not order[x, MANDATORY]:
            unlink(day, search, x)
            search.lists[WORK, count] = x
            count += 1
        x = y
    if count:
        settle(day, search, r)
    return count


@inner
def drop_losses(day, search, count):
    """Take out orders of the running step whose detour, and routes whose cost, is higher than what they are worth."""
    order, route = day.order, search.route
    for i in range(count):
        c = search.lists[WORK, i]
        r, may_go = search.node[c, ROUTE], order[c, ROLE] == ALONE and not order[c, MANDATORY]
        if r >= 0 and may_go and detour(day, search, c) > order[c, PENALTY]:
            unlink(day, search, c)
            settle(day, search, r)
    for i in range(search.tally[TOUCHES]):
        r = search.lists[TOUCHES_LIST, i]
        if route[r, KIND] >= 0 and route[r, COST] > worth_of(day, search, r, count):
            empty(day, search, r, count)


@once
def detour(day, search, c):
    """Return the cost of the metres that an order adds to its route."""
    node, kind, travel = search.node, day.kind, day.travel
    k = search.route[node[c, ROUTE], KIND]
    p, x, y = kind[k, PROFILE], node[node[c, BEFORE], PLACE], node[node[c, NEXT], PLACE]
    return kind[k, PER_METRE] * (travel[leg(day, p, x, c)] + travel[leg(day, p, c, y)] - travel[leg(day, p, x, y)])


@once
def worth_of(day, search, r, count):
    """Return the penalties of the orders of a route; IMPOSSIBLE if one is mandatory or not of the running step."""
    worth, found = 0, 0
    for i in range(count):
        c = search.lists[WORK, i]
        if search.node[c, ROUTE] == r and not day.order[c, MANDATORY]:
            worth += day.order[c, PENALTY]
            found += 1 if day.order[c, ROLE] == ALONE else 2
    return worth if found == search.route[r, STOPS] else IMPOSSIBLE


@once
def empty(day, search, r, count):
    """Take all orders of the running step out of a route."""
    for i in range(count):
        c = search.lists[WORK, i]
        if search.node[c, ROUTE] == r:
            if day.order[c, ROLE] != ALONE:
                unlink(day, search, day.order[c, PARTNER])
            unlink(day, search, c)
    settle(day, search, r)
