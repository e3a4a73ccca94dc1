"""Take strings of neighbouring orders out of neighbouring routes.

References
----------
Christiaens and Vanden Berghe (2020), "Slack induction by string removals for vehicle routing problems", Transportation
Science 54(2), 417-433: adjacent string removal, with and without a preserved part.
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201

from __future__ import annotations

import numpy as np

from routing.engines.native.chance import below, unit
from routing.engines.native.compiled import inner, larger, once, smaller
from routing.engines.native.layout import (
    ACTIVE,
    ALONE,
    AROUND,
    BEFORE,
    BROUGHT,
    NEXT,
    PARTNER,
    ROLE,
    ROUTE,
    STAMP,
    STOPS,
    TOUCHED,
    TOUCHES,
    TOUCHES_LIST,
    WORK,
)
from routing.engines.native.routes import settle, unlink

ORDERS = 10.0
"""Orders taken out of a plan on average."""

LONGEST = 10.0
"""Orders in the longest string."""

SPLIT = 0.5
"""Share of strings that leave a part in place."""

LONGER = 0.99
"""Chance that such a part is one order longer."""


@inner
def ruin(day, search, centre):
    """Take strings out of the routes around an order; return how many orders stand in ``work`` then.

    Of a shipment both orders are taken out and the pickup stands for it.
    """
    m = day.order.shape[0]
    route, tally = search.route, search.tally
    longest = smaller(LONGEST, m / float(larger(1, tally[ACTIVE])))
    strings = int(unit(search.tally) * (4.0 * ORDERS / (1.0 + longest) - 1.0) + 1.0)
    ruined, count = 0, 0
    for i in range(day.rule[AROUND]):
        if ruined >= strings:
            break
        c = np.int64(day.near[centre, i])
        r = search.node[c, ROUTE]
        if r < 0 or route[r, TOUCHED] == tally[STAMP]:
            continue
        ruined += 1
        size = smaller(route[r, STOPS], int(unit(search.tally) * smaller(float(route[r, STOPS]), longest) + 1.0))
        count = take_string(day, search, c, r, size, count)
    for i in range(tally[TOUCHES]):
        settle(day, search, search.lists[TOUCHES_LIST, i])
    return count


@once
def take_string(day, search, c, r, size, count):
    """Take out `size` orders about order c of route r, perhaps around a part that stays; return the new count."""
    m, node = day.order.shape[0], search.node
    stops, kept = search.route[r, STOPS], 0
    if 1 < size < stops and unit(search.tally) < SPLIT:
        kept = 1
        while size + kept < stops and unit(search.tally) < LONGER:
            kept += 1
    whole = size + kept
    before, x = 0, node[c, BEFORE]
    while x < m and before < whole - 1:
        before, x = before + 1, node[x, BEFORE]
    after, x = 0, node[c, NEXT]
    while x < m and after < whole - 1:
        after, x = after + 1, node[x, NEXT]
    # The string begins so many orders before c that it lies within the route.
    least = larger(0, whole - 1 - after)
    x = c
    for _ in range(least + below(search.tally, before - least + 1)):
        x = node[x, BEFORE]
    skip = 1 + below(search.tally, size - 1) if kept else whole
    for i in range(whole):
        if x >= m:
            break
        y = node[x, NEXT]
        if i < skip or i >= skip + kept:
            role = day.order[x, ROLE]
            if role != ALONE:
                partner = day.order[x, PARTNER]
                if y == partner:
                    y = node[y, NEXT]
                unlink(day, search, partner)
            unlink(day, search, x)
            search.lists[WORK, count] = day.order[x, PARTNER] if role == BROUGHT else x
            count += 1
        x = y
    return count
