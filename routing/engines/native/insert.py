"""Where an order can be put into routes at least cost: with `pair`, the one place where rules enter.

What is said to be possible is possible: every rule is computed exactly, whatever the travel table looks like. Nothing
is changed here but the count of evaluations to be skipped.
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201

from __future__ import annotations

import math

import numpy as np

from routing.engines.native.chance import unit
from routing.engines.native.compiled import inner, larger, leg, may_serve, merged, once, smaller, stay
from routing.engines.native.layout import (
    ACTIVE,
    BEFORE,
    BEGIN_CLOSE,
    BEGIN_OPEN,
    BEGIN_PLACE,
    BLINK,
    CARRIED,
    CHANGE,
    CLOSE,
    COUNT,
    DIMENSIONS,
    DRIVEN,
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
    MIXED,
    MOST_METRES,
    MOST_ROUTES,
    MOST_SECONDS,
    MOST_STOPS,
    NEAR,
    NET_TO,
    NEXT,
    OPEN,
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
    SPAN_ON,
    SPAN_TO,
    SPANNED,
    START,
    STOPS,
    TIMED,
    TOP,
    USED,
)

SKIPPED = 0.01
"""Share of positions that are passed over, so that the same orders do not always fall back into the same places."""


@once
def blinks(search):
    """Return whether to pass over a position; the distance to the next one is drawn at once."""
    tally = search.tally
    tally[BLINK] -= 1
    if tally[BLINK] >= 0:
        return False
    tally[BLINK] = math.log(1.0 - unit(search.tally)) / math.log(1.0 - SKIPPED)
    return True


@once
def takes(day, search, c, r):
    """Return whether route r may serve order c as far as its position does not matter."""
    k = search.route[r, KIND]
    if not may_serve(day, k, c) or search.route[r, STOPS] >= day.kind[k, MOST_STOPS]:
        return False
    for d in range(day.rule[DIMENSIONS]):
        if search.route[r, CARRIED + d] + day.order[c, START + 2 * d] > day.kind[k, ROOM + d]:
            return False
    return True


@once
def fits_between(day, search, c, x, y, r, k):
    """Return whether the load stays within the room of the vehicle all the way if order c comes between x and y."""
    for d in range(day.rule[DIMENSIONS]):
        aboard = search.route[r, CARRIED + d] + day.order[c, START + 2 * d]
        if aboard + search.node[x, PEAK_TO + 3 * d] > day.kind[k, ROOM + d]:
            return False
        then_aboard = aboard + search.node[x, NET_TO + 3 * d] + day.order[c, CHANGE + 2 * d]
        if then_aboard + search.node[y, PEAK_ON + 3 * d] > day.kind[k, ROOM + d]:
            return False
    return True


@merged
def cost_between(day, search, c, x, y, below):
    """Return the added cost of order c between x and y of a route that takes it, IMPOSSIBLE if not `below`."""
    node, kind, travel, rule = search.node, day.kind, day.travel, day.rule
    r = node[x, ROUTE]
    k = search.route[r, KIND]
    if rule[TIMED] and (node[x, READY] > day.order[c, CLOSE] or node[y, LATEST] < day.order[c, OPEN]):
        return IMPOSSIBLE
    p, px, py = kind[k, PROFILE], node[x, PLACE], node[y, PLACE]
    metres = travel[leg(day, p, px, c)] + travel[leg(day, p, c, py)] - travel[leg(day, p, px, py)]
    cost = kind[k, PER_METRE] * metres
    if (cost >= below and not rule[SPANNED]) or search.route[r, DRIVEN] + metres > kind[k, MOST_METRES]:
        return IMPOSSIBLE
    if rule[TIMED]:
        service = stay(day, k, c)
        there, on = (np.int64(travel[leg(day, p, px, c) + SECONDS]), np.int64(travel[leg(day, p, c, py) + SECONDS]))
        begin = larger(node[x, READY] + there, day.order[c, OPEN])
        if begin > day.order[c, CLOSE] or begin + service + on > node[y, LATEST]:
            return IMPOSSIBLE
        if rule[SPANNED]:
            span, first, last = then(node[x, SPAN_TO], node[x, FIRST_TO], node[x, LAST_TO], there, service,
                                     day.order[c, OPEN], day.order[c, CLOSE])
            span, first, last = then(span, first, last, on, node[y, SPAN_ON], node[y, FIRST_ON], node[y, LATEST])
            if span > kind[k, MOST_SECONDS]:
                return IMPOSSIBLE
            cost += kind[k, PER_SECOND] * (span - search.route[r, LASTS])
    if rule[MIXED] and not fits_between(day, search, c, x, y, r, k):
        return IMPOSSIBLE
    return cost if cost < below else IMPOSSIBLE


@merged
def then(span, first, last, leg, span_on, first_on, last_on):
    """Return shortest duration, earliest and latest start of a way, a leg, and another way, driven in turn."""
    moved = span + leg
    wait = larger(first_on - moved - last, 0)
    return moved + wait + span_on, larger(first_on - moved, first) - wait, smaller(last_on - moved, last)


@inner
def best_position(day, search, c, below, everywhere):
    """Return the least added cost of order c in any route, and the node behind which it comes; -1 if none is below.

    Positions beside near orders are looked at first; all others only if `everywhere` and none of these is possible.
    """
    node = search.node
    best, behind = below, np.int64(-1)
    for i in range(1, day.rule[NEAR]):
        v = np.int64(day.near[c, i])
        r = node[v, ROUTE]
        if r < 0 or not takes(day, search, c, r):
            continue
        if not blinks(search):
            cost = cost_between(day, search, c, v, node[v, NEXT], best)
            if cost < best:
                best, behind = cost, v
        if not blinks(search):
            cost = cost_between(day, search, c, node[v, BEFORE], v, best)
            if cost < best:
                best, behind = cost, node[v, BEFORE]
    if behind >= 0 or not everywhere:
        return best, behind
    for r in range(search.tally[TOP]):
        if search.route[r, KIND] < 0 or not takes(day, search, c, r):
            continue
        x, end = day.order.shape[0] + 2 * r, day.order.shape[0] + 2 * r + 1
        while x != end and not (day.rule[TIMED] and node[x, READY] > day.order[c, CLOSE]):
            cost = cost_between(day, search, c, x, node[x, NEXT], best)
            if cost < best:
                best, behind = cost, x
            x = node[x, NEXT]
    return best, behind


@once
def cost_alone(day, first, second, k):
    """Return the cost of a route of type k that visits one order, or a second one after it if that is not negative."""
    kind, travel = day.kind, day.travel
    p, place, metres = kind[k, PROFILE], kind[k, BEGIN_PLACE], 0
    stops = 1 if second < 0 else 2
    span, opens, shuts = np.int64(0), kind[k, BEGIN_OPEN], kind[k, BEGIN_CLOSE]
    for d in range(day.rule[DIMENSIONS]):
        aboard = day.order[first, START + 2 * d] + (day.order[second, START + 2 * d] if second >= 0 else 0)
        if larger(aboard, aboard + day.order[first, CHANGE + 2 * d]) > day.kind[k, ROOM + d]:
            return IMPOSSIBLE
    for stop in range(stops + 1):
        c = first if stop == 0 else second
        at_end = stop == stops
        there = kind[k, END_PLACE] if at_end else c
        if not at_end and not may_serve(day, k, c):
            return IMPOSSIBLE
        metres += travel[leg(day, p, place, there)]
        if day.rule[TIMED]:
            drive = np.int64(travel[leg(day, p, place, there) + SECONDS])
            from_s, until_s, service = ((kind[k, END_OPEN], kind[k, END_CLOSE], 0) if at_end else
                                        (day.order[c, OPEN], day.order[c, CLOSE], stay(day, k, c)))
            if opens + span + drive > until_s:
                return IMPOSSIBLE
            span, opens, shuts = then(span, opens, shuts, drive, service, from_s, until_s)
        place = there
    if span > kind[k, MOST_SECONDS] or metres > kind[k, MOST_METRES] or stops > kind[k, MOST_STOPS]:
        return IMPOSSIBLE
    paid = kind[k, PER_SECOND] * span if day.rule[SPANNED] else 0
    return kind[k, FIXED] + kind[k, PER_METRE] * metres + paid


@once
def best_new(day, search, first, second, varied):
    """Return the cost and the type of a new route for one or two orders, -1 if there is none.

    The cheapest type or, if `varied`, any that can.
    """
    best, found, able = np.int64(IMPOSSIBLE), np.int64(-1), 0
    if search.tally[ACTIVE] >= search.tally[MOST_ROUTES]:
        return best, found
    for k in range(day.kind.shape[0]):
        if search.tally[USED + k] >= day.kind[k, COUNT]:
            continue
        cost = cost_alone(day, first, second, k)
        if cost >= IMPOSSIBLE:
            continue
        able += 1
        if unit(search.tally) * able < 1.0 if varied else cost < best:
            best, found = cost, np.int64(k)
    return best, found
