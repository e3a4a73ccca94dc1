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
from routing.engines.native.compiled import inner, larger, once, outer, smaller
from routing.engines.native.plain.layout import (
    ACTIVE,
    AROUND,
    BACK,
    BEFORE,
    BEST,
    BEST_COST,
    BEST_ROUTES,
    CARRIED,
    CHANGED,
    CHANGES,
    CHANGES_LIST,
    CLOSE,
    DIMENSIONS,
    DRIVEN,
    FAR,
    FIXED,
    KEYS,
    LATEST,
    LEG,
    LOAD,
    LOGGED,
    MOST_METRES,
    NEAR,
    NEXT,
    OPEN,
    READY,
    ROOM,
    ROUTE,
    SIZE,
    SPARE,
    STAMP,
    STAY,
    STOPS,
    TIMED,
    TOTAL,
    TOUCHED,
    TOUCHES,
    TOUCHES_LIST,
    WORK,
)
from routing.engines.native.plain.routes import (
    are_possible,
    backward,
    forward,
    place,
    put_in,
    renew,
    take_out,
    touch,
    undo,
)

ORDERS, LONGEST = 10.0, 10.0
"""Orders taken out of a plan on average, and in the longest string."""

SPLIT, LONGER = 0.5, 0.99
"""Share of strings that leave a part in place; chance that such a part is one order longer."""

SKIPPED = 0.01
"""Share of positions that are passed over."""

ANY = 1 << 60
"""More than any plan costs."""


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
        tally[TOUCHES] = tally[LOGGED] = 0
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
        r = node[c, ROUTE]
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
        if freely or behind < 0:
            slot = free_route(state)
            alone = np.int64(table.to[c, m]) + table.on[c, m]
            if slot >= 0 and alone + table.rule[FIXED] < cost and alone <= table.rule[MOST_METRES]:
                behind = m + 2 * slot
        if behind < 0:
            return False
        put_in(table, state, c, behind)
        if table.rule[TIMED]:
            state.node[c, READY] = state.node[c, LATEST] = -1
            forward(table, state, c)
            backward(table, state, c)
    return tally[TOTAL] < ceiling


@inner
def best_position(table, state, c, bound):
    """Return the least added cost below a bound of an order in any route, and the node behind which it comes or -1.

    Positions beside near orders are looked at first; those farther away only if none of these is possible.
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


@once
def fits(table, state, c, r):
    """Return whether the load of order c fits into route r."""
    if state.route[r, CARRIED] + table.order[c, LOAD] > table.rule[ROOM]:
        return False
    for d in range(1, table.rule[DIMENSIONS]):
        if state.route[r, CARRIED + d] + table.order[c, LOAD + d] > table.rule[ROOM + d]:
            return False
    return True


@once
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
