"""Routes of a plain day as linked nodes: put an order in, take it out, undo it; loads, metres and times stay exact."""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201
# ruff: noqa: FURB136 (compiled, the builtins cost seconds)

from __future__ import annotations

import numpy as np

from routing.engines.native.compiled import WHOLE, inner, larger, merged, once, smaller
from routing.engines.native.layout import NEVER
from routing.engines.native.plain.layout import (
    ACTIVE,
    AHEAD,
    BACK,
    BEFORE,
    BEHIND,
    CARRIED,
    CLOSE,
    DIMENSIONS,
    DRIVE,
    DRIVE_ON,
    DRIVE_TO,
    DRIVEN,
    FIXED,
    LATEST,
    LEG,
    LEG_ON,
    LEG_TO,
    LOAD,
    LOGGED,
    MOST_METRES,
    NEXT,
    OPEN,
    PASTS,
    READY,
    ROUTE,
    STAMP,
    STAY,
    STOPS,
    TIMED,
    TOTAL,
    TOUCHED,
    TOUCHES,
    TOUCHES_LIST,
    WHAT,
)

AT_READY, AT_LATEST, UNKNOWN = np.int64(READY), np.int64(LATEST), np.int64(-1)
"""Columns of times, and a time that none is; typed, so that each kernel is compiled once."""


@merged
def place(m, x):
    """Return the column of a node in a table of legs."""
    return np.uint64(x if x < m else m)


@merged
def between(to, on, x, y):
    """Return the leg from node x to node y, which are not both of a depot."""
    m = to.shape[0]
    return np.int64(on[np.uint64(x), place(m, y)] if x < m else to[np.uint64(y), np.uint64(m)])


@merged
def set_time(state, x, column, value):
    """Change a time of an order; what it was is kept, as long as there is room, to be undone."""
    tally, past = state.tally, state.past
    at = tally[PASTS]
    if at < past.shape[0]:
        past[at, 0], past[at, 1], past[at, 2] = x, column, state.node[x, column]
    tally[PASTS] = at + 1
    state.node[x, column] = value


@inner
def forward(table, state, x, whole):
    """Renew when service can end at node x and on, to the end or, if not `whole`, until nothing changes."""
    node, order = state.node, table.order
    x = np.uint64(x)
    a = np.uint64(node[x, BEFORE])
    ready = np.int64(node[a, READY]) + node[a, DRIVE]
    while x < order.shape[0]:
        ready = smaller(larger(ready, order[x, OPEN]) + order[x, STAY], NEVER)
        if ready != node[x, READY]:
            set_time(state, x, AT_READY, ready)
        elif whole == 0:
            break
        ready += node[x, DRIVE]
        x = np.uint64(node[x, NEXT])


@inner
def backward(table, state, x, whole):
    """Renew when service may begin at node x and back, to the start or, if not `whole`, until nothing changes."""
    node, order = state.node, table.order
    x = np.uint64(x)
    latest = np.int64(node[np.uint64(node[x, NEXT]), LATEST])
    while x < order.shape[0]:
        latest = larger(smaller(latest - node[x, DRIVE] - order[x, STAY], order[x, CLOSE]), -NEVER)
        if latest != node[x, LATEST]:
            set_time(state, x, AT_LATEST, latest)
        elif whole == 0:
            break
        x = np.uint64(node[x, BEFORE])


@inner
def renew(table, state, r):
    """Renew the times of a route."""
    start = table.order.shape[0] + 2 * r
    forward(table, state, np.int64(state.node[start, NEXT]), WHOLE)
    backward(table, state, np.int64(state.node[start + 1, BEFORE]), WHOLE)


@merged
def touch(state, r):
    """Keep beside what is known of a route that the running step is about to change."""
    tally, route, kept = state.tally, state.route, state.kept
    if route[r, TOUCHED] != tally[STAMP]:
        route[r, TOUCHED] = tally[STAMP]
        for i in range(route.shape[1]):
            kept[r, i] = route[r, i]
        state.lists[TOUCHES_LIST, tally[TOUCHES]] = r
        tally[TOUCHES] += 1


@merged
def note(state, c, x, y):
    """Note order c, and the nodes between which it comes, or which it leaves, to be undone."""
    log, node = state.log[state.tally[LOGGED]], state.node
    log[WHAT], log[BEHIND], log[AHEAD] = c, x, y
    log[LEG_TO], log[LEG_ON], log[DRIVE_TO], log[DRIVE_ON] = node[x, LEG], node[c, LEG], node[x, DRIVE], node[c, DRIVE]
    state.tally[LOGGED] += 1


@inner
def put_in(table, state, c, x):
    """Put order c behind node x; times are not renewed."""
    node, route, rule = state.node, state.route, table.rule
    m = table.order.shape[0]
    c, x = np.uint64(c), np.uint64(x)
    y, r = np.uint64(node[x, NEXT]), np.uint64(node[x, ROUTE])
    touch(state, np.int64(r))
    note(state, c, x, y)
    there, on = np.int64(table.to[c, place(m, x)]), np.int64(table.on[c, place(m, y)])
    metres = there + on - node[x, LEG]
    node[x, NEXT], node[c, BEFORE], node[c, NEXT], node[y, BEFORE] = c, x, y, c
    node[x, LEG], node[c, BACK], node[c, LEG], node[y, BACK] = there, there, on, on
    if rule[TIMED]:
        node[x, DRIVE], node[c, DRIVE] = table.to_s[c, place(m, x)], table.on_s[c, place(m, y)]
    node[c, ROUTE] = r
    if route[r, STOPS] == 0:
        state.tally[TOTAL] += rule[FIXED]
        state.tally[ACTIVE] += 1
    route[r, STOPS] += 1
    route[r, DRIVEN] += metres
    state.tally[TOTAL] += metres
    for d in range(rule[DIMENSIONS]):
        route[r, CARRIED + d] += table.order[c, LOAD + d]


@once
def take_out(table, state, c):
    """Take order c out of its route, which is touched already; times are not renewed."""
    node, route, rule = state.node, state.route, table.rule
    m = table.order.shape[0]
    c = np.uint64(c)
    x, y, r = np.uint64(node[c, BEFORE]), np.uint64(node[c, NEXT]), np.uint64(node[c, ROUTE])
    note(state, c, x, y)
    leg = np.int64(0)
    if x < m or y < m:
        leg = between(table.to, table.on, x, y)
        if rule[TIMED]:
            node[x, DRIVE] = between(table.to_s, table.on_s, x, y)
    metres = leg - node[x, LEG] - node[c, LEG]
    node[x, NEXT], node[y, BEFORE], node[x, LEG], node[y, BACK] = y, x, leg, leg
    node[c, ROUTE] = route.shape[0] - 1
    route[r, STOPS] -= 1
    route[r, DRIVEN] += metres
    state.tally[TOTAL] += metres
    if route[r, STOPS] == 0:
        state.tally[TOTAL] -= rule[FIXED]
        state.tally[ACTIVE] -= 1
    for d in range(rule[DIMENSIONS]):
        route[r, CARRIED + d] -= table.order[c, LOAD + d]


@once
def are_possible(table, state):
    """Return whether all routes that the step touched are.

    What comes in is checked before; what goes out matters where the way by an order is faster than that past it.
    """
    node, route, rule = state.node, state.route, table.rule
    m = table.order.shape[0]
    for i in range(state.tally[TOUCHES]):
        r = state.lists[TOUCHES_LIST, i]
        x = m + 2 * r
        if route[r, DRIVEN] > rule[MOST_METRES]:
            return False
        if rule[TIMED] and np.int64(node[x, READY]) + node[x, DRIVE] > node[np.uint64(node[x, NEXT]), LATEST]:
            return False
    return True


@once
def undo(table, state):
    """Take back everything the running step did, but for the sums of all routes."""
    node, route, kept, past, tally = state.node, state.route, state.kept, state.past, state.tally
    nowhere = route.shape[0] - 1
    for at in range(smaller(tally[PASTS], past.shape[0]) - 1, -1, -1):
        node[np.uint64(past[at, 0]), past[at, 1]] = past[at, 2]
    for at in range(tally[LOGGED] - 1, -1, -1):
        log = state.log[at]
        c, x, y = np.uint64(log[WHAT]), np.uint64(log[BEHIND]), np.uint64(log[AHEAD])
        node[x, LEG], node[x, DRIVE] = log[LEG_TO], log[DRIVE_TO]
        if node[c, ROUTE] != nowhere:
            node[x, NEXT], node[y, BEFORE], node[y, BACK], node[c, ROUTE] = y, x, log[LEG_TO], nowhere
        else:
            node[x, NEXT], node[c, BEFORE], node[c, NEXT], node[y, BEFORE] = c, x, y, c
            node[c, BACK], node[c, LEG], node[c, DRIVE], node[y, BACK] = (
                log[LEG_TO], log[LEG_ON], log[DRIVE_ON], log[LEG_ON])
            node[c, ROUTE] = node[x, ROUTE]
    for i in range(tally[TOUCHES]):
        r = state.lists[TOUCHES_LIST, i]
        for j in range(route.shape[1]):
            route[r, j] = kept[r, j]
        if tally[PASTS] > past.shape[0]:
            renew(table, state, r)
