"""Routes as linked nodes: put an order in, take it out, undo it, and keep times, loads and costs of every node exact.

Which order goes where is decided elsewhere. Every function is compiled and lets other threads run.

References
----------
Vidal, Crainic, Gendreau and Prins (2014), "A unified solution framework for multi-attribute vehicle routing problems",
European Journal of Operational Research 234(3), 658-673: shortest duration, earliest and latest start of a sequence
from those of its two parts.
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201

from __future__ import annotations

import numpy as np

from routing.engines.native.compiled import (
    CHANGED_ONLY,
    WHOLE,
    inner,
    larger,
    leg,
    may_serve,
    once,
    smaller,
    stay,
)
from routing.engines.native.layout import (
    ACTIVE,
    BEFORE,
    BEGIN_CLOSE,
    BEGIN_OPEN,
    BEGIN_PLACE,
    CARRIED,
    CHANGE,
    COST,
    COUNT,
    DIMENSIONS,
    DRIVEN,
    EARLIEST,
    END_CLOSE,
    END_OPEN,
    END_PLACE,
    FIRST_ON,
    FIRST_TO,
    FIXED,
    IMPOSSIBLE,
    KIND,
    LAST_TO,
    LASTS,
    LATEST,
    LOG_BEFORE,
    LOG_KIND,
    LOG_NODE,
    LOGGED,
    MIXED,
    MOST_METRES,
    MOST_SECONDS,
    MOST_STOPS,
    NET_TO,
    NEXT,
    PEAK_ON,
    PEAK_TO,
    PER_METRE,
    PER_SECOND,
    PLACE,
    PROFILE,
    READY,
    ROOM,
    ROUTE,
    SECONDS,
    SHUT,
    SPAN_ON,
    SPAN_TO,
    SPANNED,
    STAMP,
    START,
    STOPS,
    TIMED,
    TOP,
    TOTAL,
    TOUCHED,
    TOUCHES,
    TOUCHES_LIST,
    USED,
)


@inner
def forward(day, search, x, whole):
    """Renew what depends on the way to node x and on, to the end or, if not `whole`, until nothing changes."""
    node, kind, rule = search.node, day.kind, day.rule
    m = day.order.shape[0]
    k = search.route[node[x, ROUTE], KIND]
    p = kind[k, PROFILE]
    on = True
    while on:
        a = node[x, BEFORE]
        changed = whole > 0
        if rule[TIMED]:
            seconds = day.travel[leg(day, p, node[a, PLACE], node[x, PLACE]) + SECONDS]
            service = stay(day, k, x) if x < m else 0
            ready = larger(node[a, READY] + seconds, node[x, EARLIEST]) + service
            changed |= ready != node[x, READY]
            node[x, READY] = ready
            if rule[SPANNED]:
                changed = True
                moved = node[a, SPAN_TO] + seconds
                wait = larger(node[x, EARLIEST] - moved - node[a, LAST_TO], 0)
                node[x, SPAN_TO] = moved + wait + service
                node[x, FIRST_TO] = larger(node[x, EARLIEST] - moved, node[a, FIRST_TO]) - wait
                node[x, LAST_TO] = smaller(node[x, SHUT] - moved, node[a, LAST_TO])
        if rule[MIXED]:
            changed = True
            for d in range(day.rule[DIMENSIONS]):
                net = search.node[a, NET_TO + 3 * d] + (day.order[x, CHANGE + 2 * d] if x < m else 0)
                search.node[x, NET_TO + 3 * d] = net
                search.node[x, PEAK_TO + 3 * d] = larger(search.node[a, PEAK_TO + 3 * d], net)
        on = changed and x < m
        x = node[x, NEXT]


@inner
def backward(day, search, x, whole):
    """Renew what depends on the way on from node x and back, to the start or, if not `whole`, until nothing changes."""
    node, kind, rule = search.node, day.kind, day.rule
    m = day.order.shape[0]
    k = search.route[node[x, ROUTE], KIND]
    p = kind[k, PROFILE]
    on = True
    while on:
        y = node[x, NEXT]
        changed = whole > 0
        if rule[TIMED]:
            service = stay(day, k, x) if x < m else 0
            moved = day.travel[leg(day, p, node[x, PLACE], node[y, PLACE]) + SECONDS] + service
            latest = smaller(node[y, LATEST] - moved, node[x, SHUT])
            changed |= latest != node[x, LATEST]
            node[x, LATEST] = latest
            if rule[SPANNED]:
                changed = True
                wait = larger(node[y, FIRST_ON] - moved - node[x, SHUT], 0)
                node[x, SPAN_ON] = moved + node[y, SPAN_ON] + wait
                node[x, FIRST_ON] = larger(node[y, FIRST_ON] - moved, node[x, EARLIEST]) - wait
        if rule[MIXED]:
            changed = True
            for d in range(day.rule[DIMENSIONS]):
                change = day.order[x, CHANGE + 2 * d] if x < m else 0
                node[x, PEAK_ON + 3 * d] = larger(0, change + node[y, PEAK_ON + 3 * d])
        on = changed and x < m
        x = node[x, BEFORE]


@inner
def touch(search, r):
    """Note that the running step touches a route."""
    tally = search.tally
    if search.route[r, TOUCHED] != tally[STAMP]:
        search.route[r, TOUCHED] = tally[STAMP]
        search.lists[TOUCHES_LIST, tally[TOUCHES]] = r
        tally[TOUCHES] += 1


@once
def note(search, x, before, kind):
    """Note what was done, to be undone: order x has come behind `before`, or left it; a route has changed its type."""
    at = search.tally[LOGGED]
    search.lists[LOG_NODE, at] = x
    search.lists[LOG_BEFORE, at] = before
    search.lists[LOG_KIND, at] = kind
    search.tally[LOGGED] = at + 1


@inner
def take_kind(day, search, r, k):
    """Make an empty slot a route of type k that costs its fixed cost and the way from its start to its end."""
    node, route, kind, tally = search.node, search.route, day.kind, search.tally
    m = day.order.shape[0]
    begin, end = m + 2 * r, m + 2 * r + 1
    node[begin, PLACE], node[end, PLACE] = kind[k, BEGIN_PLACE], kind[k, END_PLACE]
    node[begin, EARLIEST], node[begin, SHUT] = kind[k, BEGIN_OPEN], kind[k, BEGIN_CLOSE]
    node[end, EARLIEST], node[end, SHUT] = kind[k, END_OPEN], kind[k, END_CLOSE]
    node[begin, READY] = node[begin, FIRST_TO] = kind[k, BEGIN_OPEN]
    node[begin, LAST_TO], node[begin, SPAN_TO] = kind[k, BEGIN_CLOSE], 0
    node[end, LATEST], node[end, FIRST_ON], node[end, SPAN_ON] = kind[k, END_CLOSE], kind[k, END_OPEN], 0
    route[r, KIND] = k
    route[r, LASTS] = 0
    tally[USED + k] += 1
    tally[ACTIVE] += 1
    tally[TOP] = larger(tally[TOP], r + 1)


@inner
def open_route(day, search, r, k):
    """Make a free slot an empty route of type k."""
    node, route, kind = search.node, search.route, day.kind
    begin = day.order.shape[0] + 2 * r
    take_kind(day, search, r, k)
    node[begin, NEXT], node[begin + 1, BEFORE] = begin + 1, begin
    metres = day.travel[leg(day, kind[k, PROFILE], kind[k, BEGIN_PLACE], kind[k, END_PLACE])]
    route[r, STOPS], route[r, DRIVEN] = 0, metres
    route[r, COST] = kind[k, FIXED] + kind[k, PER_METRE] * metres
    search.tally[TOTAL] += route[r, COST]


@inner
def close_route(search, r):
    """Free the slot of a route."""
    route, tally = search.route, search.tally
    tally[TOTAL] -= route[r, COST]
    tally[ACTIVE] -= 1
    tally[USED + route[r, KIND]] -= 1
    route[r, KIND] = -1
    while tally[TOP] > 0 and route[tally[TOP] - 1, KIND] < 0:
        tally[TOP] -= 1


@inner
def put_in(day, search, c, x):
    """Put order c behind node x; times of the route are not renewed."""
    node, route, travel, kind = search.node, search.route, day.travel, day.kind
    r, y = node[x, ROUTE], node[x, NEXT]
    k = route[r, KIND]
    p, px, py = kind[k, PROFILE], node[x, PLACE], node[y, PLACE]
    metres = travel[leg(day, p, px, c)] + travel[leg(day, p, c, py)] - travel[leg(day, p, px, py)]
    node[x, NEXT], node[c, BEFORE], node[c, NEXT], node[y, BEFORE] = c, x, y, c
    node[c, ROUTE] = r
    route[r, STOPS] += 1
    route[r, DRIVEN] += metres
    route[r, COST] += kind[k, PER_METRE] * metres
    search.tally[TOTAL] += kind[k, PER_METRE] * metres
    for d in range(day.rule[DIMENSIONS]):
        search.route[r, CARRIED + d] += day.order[c, START + 2 * d]


@inner
def take_out(day, search, c):
    """Take order c out of its route; times of the route are not renewed."""
    node, route, travel, kind = search.node, search.route, day.travel, day.kind
    r, x, y = node[c, ROUTE], node[c, BEFORE], node[c, NEXT]
    k = route[r, KIND]
    p, px, py = kind[k, PROFILE], node[x, PLACE], node[y, PLACE]
    metres = travel[leg(day, p, px, c)] + travel[leg(day, p, c, py)] - travel[leg(day, p, px, py)]
    node[x, NEXT], node[y, BEFORE], node[c, ROUTE] = y, x, -1
    route[r, STOPS] -= 1
    route[r, DRIVEN] -= metres
    route[r, COST] -= kind[k, PER_METRE] * metres
    search.tally[TOTAL] -= kind[k, PER_METRE] * metres
    for d in range(day.rule[DIMENSIONS]):
        search.route[r, CARRIED + d] -= day.order[c, START + 2 * d]


@inner
def reprice(day, search, r):
    """Renew the duration of a route whose times are right, and its cost."""
    route = search.route
    if day.rule[SPANNED]:
        lasts = search.node[day.order.shape[0] + 2 * r + 1, SPAN_TO]
        paid = day.kind[route[r, KIND], PER_SECOND] * (lasts - route[r, LASTS])
        route[r, LASTS] = lasts
        route[r, COST] += paid
        search.tally[TOTAL] += paid


@inner
def settle(day, search, r):
    """Make all numbers of a route right after orders have come or gone; free its slot if it is empty."""
    if search.route[r, KIND] < 0:
        return
    if search.route[r, STOPS] == 0:
        close_route(search, r)
    elif day.rule[TIMED] or day.rule[MIXED]:
        begin = day.order.shape[0] + 2 * r
        forward(day, search, search.node[begin, NEXT], WHOLE)
        backward(day, search, search.node[begin + 1, BEFORE], WHOLE)
        reprice(day, search, r)


@inner
def attach(day, search, c, x):
    """Put order c behind node x of an open route, which is not renewed; it can be undone."""
    r = search.node[x, ROUTE]
    touch(search, r)
    note(search, c, x, search.route[r, KIND])
    put_in(day, search, c, x)


@inner
def link(day, search, c, x):
    """Put order c behind node x of an open route and renew the route; it can be undone."""
    r = search.node[x, ROUTE]
    attach(day, search, c, x)
    if day.rule[TIMED] or day.rule[MIXED]:
        search.node[c, READY] = search.node[c, LATEST] = -1
        forward(day, search, c, CHANGED_ONLY)
        backward(day, search, c, CHANGED_ONLY)
        reprice(day, search, r)


@inner
def unlink(day, search, c):
    """Take order c out of its route, which is not renewed; it can be undone."""
    r = search.node[c, ROUTE]
    touch(search, r)
    note(search, c, search.node[c, BEFORE], search.route[r, KIND])
    take_out(day, search, c)


@inner
def change_kind(day, search, r, k):
    """Give a route another type, one that can drive it; it can be undone."""
    touch(search, r)
    note(search, np.int64(-1), r, search.route[r, KIND])
    set_kind(day, search, r, k)
    settle(day, search, r)


@inner
def set_kind(day, search, r, k):
    """Give a route another type; its times are not renewed."""
    node, route, kind = search.node, search.route, day.kind
    begin, end = day.order.shape[0] + 2 * r, day.order.shape[0] + 2 * r + 1
    close_route(search, r)
    take_kind(day, search, r, k)
    metres, x = 0, begin
    while x != end:
        y = node[x, NEXT]
        metres += day.travel[leg(day, kind[k, PROFILE], node[x, PLACE], node[y, PLACE])]
        x = y
    route[r, DRIVEN] = metres
    route[r, COST] = kind[k, FIXED] + kind[k, PER_METRE] * metres
    search.tally[TOTAL] += route[r, COST]


@inner
def undo(day, search):
    """Take back everything the running step did to routes."""
    node, route, tally, lists = search.node, search.route, search.tally, search.lists
    for at in range(tally[LOGGED] - 1, -1, -1):
        x, before, k = lists[LOG_NODE, at], lists[LOG_BEFORE, at], lists[LOG_KIND, at]
        if x < 0:
            set_kind(day, search, before, k)
        elif node[x, ROUTE] >= 0:
            take_out(day, search, x)
        else:
            r = node[before, ROUTE]
            if route[r, STOPS] == 0 and route[r, KIND] != k:
                if route[r, KIND] >= 0:
                    close_route(search, r)
                open_route(day, search, r, k)
            put_in(day, search, x, before)
    for i in range(tally[TOUCHES]):
        settle(day, search, search.lists[TOUCHES_LIST, i])
    tally[LOGGED] = 0


@inner
def price(day, search, r, k):
    """Return the cost of route r if type k drove it, IMPOSSIBLE if it cannot; nothing but the sequence is used."""
    node, kind, travel, rule = search.node, day.kind, day.travel, day.rule
    m, dims = day.order.shape[0], day.rule[DIMENSIONS]
    p, end = kind[k, PROFILE], m + 2 * r + 1
    for d in range(dims):
        aboard = 0
        x = node[end - 1, NEXT]
        while x != end:
            aboard += day.order[x, START + 2 * d]
            x = node[x, NEXT]
        x = node[end - 1, NEXT]
        while x != end and aboard <= day.kind[k, ROOM + d]:
            aboard += day.order[x, CHANGE + 2 * d]
            x = node[x, NEXT]
        if aboard > day.kind[k, ROOM + d]:
            return IMPOSSIBLE
    metres, stops, span, first, last = 0, 0, 0, kind[k, BEGIN_OPEN], kind[k, BEGIN_CLOSE]
    place, y = kind[k, BEGIN_PLACE], node[end - 1, NEXT]
    while True:
        there = kind[k, END_PLACE] if y == end else y
        opens, shuts = (kind[k, END_OPEN], kind[k, END_CLOSE]) if y == end else (node[y, EARLIEST], node[y, SHUT])
        metres += travel[leg(day, p, place, there)]
        if rule[TIMED]:
            moved = span + travel[leg(day, p, place, there) + SECONDS]
            if first + moved > shuts:
                return IMPOSSIBLE
            wait = larger(opens - moved - last, 0)
            first, last = larger(opens - moved, first) - wait, smaller(shuts - moved, last)
            span = moved + wait + (stay(day, k, y) if y < m else 0)
        if y == end:
            break
        if not may_serve(day, k, y):
            return IMPOSSIBLE
        stops += 1
        place, y = there, node[y, NEXT]
    if span > kind[k, MOST_SECONDS] or metres > kind[k, MOST_METRES] or stops > kind[k, MOST_STOPS]:
        return IMPOSSIBLE
    paid = kind[k, PER_SECOND] * span if rule[SPANNED] else 0
    return kind[k, FIXED] + kind[k, PER_METRE] * metres + paid


@inner
def free_slot(search):
    """Return the first slot without a route, -1 if there is none."""
    for r in range(search.route.shape[0]):
        if search.route[r, KIND] < 0:
            return r
    return np.int64(-1)


@inner
def best_kind_for(day, search, r, cost):
    """Return the type, of which one is left, that drives route r at least cost below `cost`; its own if none does."""
    own = search.route[r, KIND]
    best, found = cost, own
    for k in range(day.kind.shape[0]):
        if k != own and search.tally[USED + k] < day.kind[k, COUNT]:
            cost = price(day, search, r, k)
            if cost < best:
                best, found = cost, k
    return found
