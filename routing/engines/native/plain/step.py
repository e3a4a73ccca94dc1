"""Steps of ruin and recreate on a plain day, under one temperature.

References
----------
Christiaens and Vanden Berghe (2020), "Slack induction by string removals for vehicle routing problems", Transportation
Science 54(2), 417-433.
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201

from __future__ import annotations

import math

import numpy as np

from routing.engines.native.chance import below, unit
from routing.engines.native.compiled import once, outer
from routing.engines.native.plain.insert import ANY, put_back
from routing.engines.native.plain.layout import (
    ACTIVE,
    BEST,
    BEST_COST,
    BEST_ROUTES,
    CHANGED,
    CHANGES,
    CHANGES_LIST,
    LOGGED,
    NEXT,
    PASTS,
    STAMP,
    TOTAL,
    TOUCHES,
    TOUCHES_LIST,
)
from routing.engines.native.plain.routes import are_possible, renew, undo
from routing.engines.native.plain.ruin import arrange, ruin


@outer
def anneal(table, state, steps, heat, opening, fresh):
    """Do steps at a temperature, or the first one of a search; return whether every order is on a route.

    Parameters
    ----------
    table, state
        See `layout`.
    steps : int
        How many.
    heat : float
        Temperature, in metres.
    opening : float
        Share of steps in which a new route may also be opened because it is cheaper.
    fresh : int
        Not negative if routes were loaded: so many orders in `WORK` are put into routes at any cost, and that is all.
    """
    tally = state.tally
    m = table.order.shape[0]
    if fresh >= 0:
        for r in range(state.route.shape[0] - 1):
            renew(table, state, r)
    for _ in range(steps):
        before, routes = tally[TOTAL], tally[ACTIVE]
        tally[STAMP] += 1
        tally[TOUCHES] = tally[LOGGED] = tally[PASTS] = 0
        count, ceiling = fresh, np.int64(ANY)
        if fresh < 0:
            count = ruin(table, state, below(tally, m))
            arrange(table, state, count)
            ceiling = before - np.int64(heat * math.log(1.0 - unit(tally)))
        if put_back(table, state, count, unit(tally) < opening, ceiling) and are_possible(table, state):
            commit(state)
            if tally[TOTAL] < tally[BEST_COST]:
                keep_best(table, state)
        elif fresh >= 0:
            return False
        else:
            undo(table, state)
            tally[TOTAL], tally[ACTIVE] = before, routes
    return True


@once
def commit(state):
    """Note which routes differ from the best plan."""
    route, tally, lists = state.route, state.tally, state.lists
    for i in range(tally[TOUCHES]):
        r = lists[TOUCHES_LIST, i]
        if not route[r, CHANGED]:
            route[r, CHANGED] = 1
            lists[CHANGES_LIST, tally[CHANGES]] = r
            tally[CHANGES] += 1


@once
def keep_best(table, state):
    """Keep the plan beside as the best; only routes that differ are copied."""
    m = table.order.shape[0]
    node, route, tally, lists = state.node, state.route, state.tally, state.lists
    for i in range(tally[CHANGES]):
        r = lists[CHANGES_LIST, i]
        route[r, CHANGED] = 0
        at, x = m + r, np.int64(node[m + 2 * r, NEXT])
        while x < m:
            lists[BEST, at] = x
            at, x = x, np.int64(node[x, NEXT])
        lists[BEST, at] = -1
    tally[CHANGES] = 0
    tally[BEST_COST], tally[BEST_ROUTES] = tally[TOTAL], tally[ACTIVE]
