"""Put orders into routes of a plain day, each where it costs least: the one place where rules enter."""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201

from __future__ import annotations

import numpy as np

from routing.engines.native.chance import unit
from routing.engines.native.compiled import CHANGED_ONLY, inner, larger, once
from routing.engines.native.plain.layout import (
    AROUND,
    BACK,
    BEFORE,
    CARRIED,
    CLOSE,
    DIMENSIONS,
    DRIVEN,
    FIXED,
    LATEST,
    LEG,
    LOAD,
    MOST_METRES,
    NEAR,
    NEXT,
    OPEN,
    READY,
    ROOM,
    ROUTE,
    SPARE,
    STAY,
    STOPS,
    TIMED,
    TOTAL,
    WORK,
)
from routing.engines.native.plain.routes import (
    AT_LATEST,
    AT_READY,
    UNKNOWN,
    backward,
    forward,
    place,
    put_in,
    set_time,
)

SKIPPED = 0.01
"""Share of positions that are passed over."""

ANY = 1 << 60
"""More than any plan costs."""


@inner
def put_back(table, state, count, freely, ceiling):
    """Put orders into routes, each where it costs least; return whether all are in and the total is below `ceiling`."""
    tally, lists = state.tally, state.lists
    m = table.order.shape[0]
    for i in range(count):
        c = lists[WORK, i]
        room = ceiling - tally[TOTAL]
        if room <= 0:
            return False
        cost, behind = best_position(table, state, c, room)
        alone = np.int64(table.to[c, m]) + table.on[c, m]
        if behind < 0 and not freely and alone + table.rule[FIXED] < room:
            cost, behind = best_anywhere(table, state, c)
        if freely or behind < 0:
            slot = free_route(state)
            if slot >= 0 and alone + table.rule[FIXED] < cost and alone <= table.rule[MOST_METRES]:
                behind = m + 2 * slot
        if behind < 0:
            return False
        put_in(table, state, c, behind)
        if table.rule[TIMED]:
            set_time(state, np.uint64(c), AT_READY, UNKNOWN)
            set_time(state, np.uint64(c), AT_LATEST, UNKNOWN)
            forward(table, state, c, CHANGED_ONLY)
            backward(table, state, c, CHANGED_ONLY)
    return tally[TOTAL] < ceiling


@inner
def best_position(table, state, c, bound):
    """Return the least added cost below a bound of an order beside near ones, and behind which node it comes, or -1.

    Both ways of an order and the leg that they replace form a triangle: where that leg is short, nothing is looked up.
    Orders farther away are tried only if no place beside the nearest is possible.
    """
    node, near, to, on = state.node, table.near, table.to, table.on
    m, c = table.order.shape[0], np.uint64(c)
    best, behind = bound, np.int64(-1)
    i, end = 1, table.rule[NEAR]
    while i < end:
        v, there, back = np.uint64(near[c, i, 0]), np.int64(near[c, i, 1]), np.int64(near[c, i, 2])
        after, before = node[v, LEG], node[v, BACK]
        i += 1
        if there + back - 2 * larger(after, before) < best and fits(table, state, c, np.uint64(node[v, ROUTE])):
            if there + back - 2 * after < best:
                y = np.uint64(node[v, NEXT])
                cost = there + on[c, place(m, y)] - after
                if cost < best and possible(table, state, c, v, y, cost):
                    best, behind = cost, np.int64(v)
            if there + back - 2 * before < best:
                x = np.uint64(node[v, BEFORE])
                cost = np.int64(to[c, place(m, x)]) + back - before
                if cost < best and possible(table, state, c, x, v, cost):
                    best, behind = cost, np.int64(x)
        if i == end and behind < 0:
            end = table.rule[AROUND]
    return best, behind


@inner
def best_anywhere(table, state, c):
    """Return the least added cost of an order in any route, and the node behind which it comes or -1."""
    node, route = state.node, state.route
    m, c = table.order.shape[0], np.uint64(c)
    best, behind = np.int64(ANY), np.int64(-1)
    for r in range(route.shape[0] - 1):
        x = np.uint64(m + 2 * r)
        if route[r, STOPS] == 0 or not fits(table, state, c, np.uint64(r)):
            continue
        while x != m + 2 * r + 1:
            y = np.uint64(node[x, NEXT])
            cost = np.int64(table.to[c, place(m, x)]) + table.on[c, place(m, y)] - node[x, LEG]
            if cost < best and possible(table, state, c, x, y, cost):
                best, behind = cost, np.int64(x)
            x = y
    return best, behind


@once
def fits(table, state, c, r):
    """Return whether the load of order c fits into route r."""
    if state.route[r, CARRIED] + table.order[c, LOAD] > table.rule[ROOM]:
        return False
    for d in range(1, table.rule[DIMENSIONS]):
        if state.route[r, CARRIED + d] + table.order[c, LOAD + d] > table.rule[ROOM + d]:
            return False
    return True


@inner
def possible(table, state, c, x, y, metres):
    """Return whether order c may come between nodes x and y, which costs so many metres, and is not passed over."""
    node, order, rule = state.node, table.order, table.rule
    m = order.shape[0]
    if rule[TIMED]:
        begin = larger(np.int64(node[x, READY]) + table.to_s[c, place(m, x)], order[c, OPEN])
        if begin > order[c, CLOSE] or begin + order[c, STAY] + table.on_s[c, place(m, y)] > node[y, LATEST]:
            return False
    if state.route[np.uint64(node[x, ROUTE]), DRIVEN] + metres > rule[MOST_METRES]:
        return False
    return unit(state.tally) >= SKIPPED


@once
def free_route(state):
    """Return a route without orders, -1 if there is none."""
    tally, route = state.tally, state.route
    if route[tally[SPARE], STOPS] == 0:
        return tally[SPARE]
    for r in range(route.shape[0] - 1):
        if route[r, STOPS] == 0:
            tally[SPARE] = r
            return r
    return np.int64(-1)
