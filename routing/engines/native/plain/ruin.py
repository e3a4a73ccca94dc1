"""Take strings of orders out of neighbouring routes of a plain day, and sort what is to be put back.

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
from routing.engines.native.plain.layout import (
    ACTIVE,
    AROUND,
    BEFORE,
    CLOSE,
    FAR,
    KEYS,
    NEXT,
    OPEN,
    ROUTE,
    SIZE,
    STAMP,
    STOPS,
    TIMED,
    TOUCHED,
    WORK,
)
from routing.engines.native.plain.routes import renew, take_out, touch

ORDERS, LONGEST = 10.0, 10.0
"""Orders taken out of a plan on average, and in the longest string."""

SPLIT, LONGER = 0.5, 0.99
"""Share of strings that leave a part in place; chance that such a part is one order longer."""


@inner
def ruin(table, state, centre):
    """Take strings out of the routes around an order; return how many orders stand in `WORK` then."""
    m = table.order.shape[0]
    node, route, tally = state.node, state.route, state.tally
    most = smaller(LONGEST, m / np.float64(larger(1, tally[ACTIVE])))
    strings = np.int64(unit(tally) * (4.0 * ORDERS / (1.0 + most) - 1.0) + 1.0)
    ruined, count = 0, np.int64(0)
    nowhere = route.shape[0] - 1
    for i in range(table.rule[AROUND]):
        if ruined >= strings:
            break
        c = table.near[centre, i, 0]
        r = np.int64(node[c, ROUTE])
        if r == nowhere or route[r, TOUCHED] == tally[STAMP]:
            continue
        touch(state, r)
        ruined += 1
        stops = route[r, STOPS]
        size = smaller(stops, np.int64(unit(tally) * smaller(np.float64(stops), most) + 1.0))
        count = take_string(table, state, c, size, count)
        if table.rule[TIMED]:
            renew(table, state, r)
    return count


@once
def take_string(table, state, c, size, count):
    """Take out `size` orders about order c, perhaps around a part that stays; return the new count."""
    m, node, tally = table.order.shape[0], state.node, state.tally
    stops, kept = state.route[node[c, ROUTE], STOPS], 0
    if 1 < size < stops and unit(tally) < SPLIT:
        kept = 1
        while size + kept < stops and unit(tally) < LONGER:
            kept += 1
    whole = size + kept
    before, x = 0, node[c, BEFORE]
    while x < m and before < whole - 1:
        before, x = before + 1, node[x, BEFORE]
    after, x = 0, node[c, NEXT]
    while x < m and after < whole - 1:
        after, x = after + 1, node[x, NEXT]
    least = larger(0, whole - 1 - after)
    x = c
    for _ in range(least + below(tally, before - least + 1)):
        x = node[x, BEFORE]
    skip = 1 + below(tally, size - 1) if kept else whole
    for i in range(whole):
        y = node[x, NEXT]
        if i < skip or i >= skip + kept:
            take_out(table, state, x)
            state.lists[WORK, count] = x
            count += 1
        x = y
    return count


@once
def arrange(table, state, count):
    """Sort the orders to be put back: at random, or by size, distance, or window."""
    order, lists, tally = table.order, state.lists, state.tally
    way = unit(tally) * (17.0 if table.rule[TIMED] else 11.0)
    for i in range(count):
        c = lists[WORK, i]
        if way < 4:
            key = np.int64(unit(tally) * 1e9)
        elif way < 8:
            key = -order[c, SIZE]
        elif way < 10:
            key = -order[c, FAR]
        elif way < 11:
            key = order[c, FAR]
        elif way < 13:
            key = order[c, CLOSE] - order[c, OPEN]
        elif way < 15:
            key = order[c, OPEN]
        else:
            key = -order[c, CLOSE]
        j = i
        while j > 0 and lists[KEYS, j - 1] > key:
            lists[WORK, j], lists[KEYS, j] = lists[WORK, j - 1], lists[KEYS, j - 1]
            j -= 1
        lists[WORK, j], lists[KEYS, j] = c, key
