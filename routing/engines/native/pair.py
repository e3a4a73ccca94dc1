"""Where both orders of a shipment can be put into one route at least cost, the pickup before the delivery.

Exact like `insert`, where a detour never shortens the way. A walk along the route carries the numbers of the way with
the pickup in it, so that every place for the delivery costs the same few steps; places that windows rule out, or the
pickup's own detour, are passed over before anything is looked up.
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201

from __future__ import annotations

import numpy as np

from routing.engines.native.compiled import inner, larger, leg, may_serve, once, stay
from routing.engines.native.insert import blinks, then
from routing.engines.native.layout import (
    CARRIED,
    CHANGE,
    CLOSE,
    DIMENSIONS,
    DRIVEN,
    EARLIEST,
    FIRST_ON,
    FIRST_TO,
    IMPOSSIBLE,
    KIND,
    LAST_TO,
    LASTS,
    LATEST,
    MOST_METRES,
    MOST_SECONDS,
    MOST_STOPS,
    NEAR,
    NET_TO,
    NEXT,
    OPEN,
    PER_METRE,
    PER_SECOND,
    PLACE,
    PROFILE,
    READY,
    ROOM,
    ROUTE,
    SCANS,
    SECONDS,
    SEEN,
    SHUT,
    SPAN_ON,
    SPAN_TO,
    SPANNED,
    STOPS,
    TIMED,
    TOP,
)


@inner
def best_pair_position(day, search, pickup, delivery):
    """Return the least added cost of a shipment, and the nodes behind which its two orders come, -1 if there are none.

    Routes that hold near orders are looked at first; all others only if none of these can take it. The delivery may
    come behind the pickup itself.
    """
    route, tally = search.route, search.tally
    tally[SCANS] += 1
    best, behind, then_behind = np.int64(IMPOSSIBLE), np.int64(-1), np.int64(-1)
    for i in range(2, 2 * day.rule[NEAR]):
        v = np.int64(day.near[pickup if i % 2 == 0 else delivery, i // 2])
        r = search.node[v, ROUTE]
        if r < 0 or route[r, SEEN] == tally[SCANS]:
            continue
        route[r, SEEN] = tally[SCANS]
        cost, x, z = best_in_route(day, search, pickup, delivery, r, best)
        if cost < best:
            best, behind, then_behind = cost, x, z
    if behind < 0:
        for r in range(search.tally[TOP]):
            if route[r, KIND] >= 0 and route[r, SEEN] != tally[SCANS]:
                cost, x, z = best_in_route(day, search, pickup, delivery, r, best)
                if cost < best:
                    best, behind, then_behind = cost, x, z
    return best, behind, then_behind


@inner
def best_in_route(day, search, pickup, delivery, r, below):
    """Return the least added cost of a shipment in route r, if below, and the nodes behind which its orders come."""
    node, route = search.node, search.route
    k = route[r, KIND]
    best, behind, then_behind = below, np.int64(-1), np.int64(-1)
    if not may_serve(day, k, pickup) or route[r, STOPS] + 2 > day.kind[k, MOST_STOPS]:
        return best, behind, then_behind
    end = day.order.shape[0] + 2 * r + 1
    x = end - 1
    while x != end:
        if node[x, READY] > day.order[pickup, CLOSE] and day.rule[TIMED]:
            break
        if may_follow(day, search, pickup, delivery, x, r, k):
            cost, z = best_delivery(day, search, pickup, delivery, x, r, best)
            if cost < best:
                best, behind, then_behind = cost, x, z
        x = node[x, NEXT]
    return best, behind, then_behind


@once
def may_follow(day, search, pickup, delivery, x, r, k):
    """Return whether a pickup may come behind node x of route r, as far as windows and room tell, if not passed over.

    Times on the way to it and from it are not looked up.
    """
    node = search.node
    if day.rule[TIMED]:
        opens, ready = day.order[pickup, OPEN], node[x, READY]
        service = stay(day, k, pickup)
        if larger(ready, opens) + service > day.order[delivery, CLOSE] or (
                opens + service > node[node[x, NEXT], LATEST]):
            return False
    return has_room(day, search, pickup, x, r, k) and not blinks(search)


@once
def has_room(day, search, pickup, x, r, k):
    """Return whether the goods of a pickup find room behind node x."""
    for d in range(day.rule[DIMENSIONS]):
        aboard = search.route[r, CARRIED + d] + search.node[x, NET_TO + 3 * d] + day.order[pickup, CHANGE + 2 * d]
        if aboard > day.kind[k, ROOM + d]:
            return False
    return True


@once
def best_delivery(day, search, pickup, delivery, x, r, below):  # noqa: PLR0912 (calls would carry its many numbers)
    """Return the least added cost of a shipment picked up behind node x, if below, and where the delivery comes."""
    node, kind, travel, rule = search.node, day.kind, day.travel, day.rule
    k = search.route[r, KIND]
    p, px, y = kind[k, PROFILE], node[x, PLACE], node[x, NEXT]
    best, found = below, -1
    timed, spanned = rule[TIMED], rule[SPANNED]
    # Of the way through node u with the pickup in it: earliest end of service, duration, earliest and latest start.
    ready, span, first, last = 0, 0, 0, 0
    if timed:
        drive, service = np.int64(travel[leg(day, p, px, pickup) + SECONDS]), stay(day, k, pickup)
        begin = larger(node[x, READY] + drive, day.order[pickup, OPEN])
        if begin > day.order[pickup, CLOSE]:
            return best, found
        ready = begin + service
        if spanned:
            span, first, last = then(node[x, SPAN_TO], node[x, FIRST_TO], node[x, LAST_TO], drive, service,
                                     day.order[pickup, OPEN], day.order[pickup, CLOSE])
    # The metres that the pickup adds: first as a dead end, then, when the walk has left it, as a detour.
    detour = travel[leg(day, p, px, pickup)] - travel[leg(day, p, px, node[y, PLACE])]
    if not spanned and kind[k, PER_METRE] * (detour + travel[leg(day, p, pickup, node[y, PLACE])]) >= best:
        return best, found
    # No delivery before a node that must be reached earlier than its window opens.
    opens = day.order[delivery, OPEN] + stay(day, k, delivery) if timed else 0
    u, pu = pickup, pickup
    while True:
        py = node[y, PLACE]
        possible, cost = not timed or node[y, LATEST] >= opens, np.int64(0)
        if possible:
            metres = detour + travel[leg(day, p, pu, delivery)] + travel[leg(day, p, delivery, py)]
            if u != pickup:
                metres -= travel[leg(day, p, pu, py)]
            cost = kind[k, PER_METRE] * metres
            possible = (spanned or cost < best) and search.route[r, DRIVEN] + metres <= kind[k, MOST_METRES]
        if possible and timed:
            drive, service = np.int64(travel[leg(day, p, pu, delivery) + SECONDS]), stay(day, k, delivery)
            drive_on = np.int64(travel[leg(day, p, delivery, py) + SECONDS])
            begin = larger(ready + drive, day.order[delivery, OPEN])
            possible = begin <= day.order[delivery, CLOSE] and begin + service + drive_on <= node[y, LATEST]
            if possible and spanned:
                long, from_s, until_s = then(span, first, last, drive, service, day.order[delivery, OPEN],
                                             day.order[delivery, CLOSE])
                long, from_s, until_s = then(long, from_s, until_s, drive_on, node[y, SPAN_ON], node[y, FIRST_ON],
                                             node[y, LATEST])
                possible = long <= kind[k, MOST_SECONDS]
                cost += kind[k, PER_SECOND] * (long - search.route[r, LASTS])
        if possible and cost < best:
            best, found = cost, u
        if y >= day.order.shape[0] or not has_room(day, search, pickup, y, r, k):
            return best, found
        if timed:
            drive, service = np.int64(travel[leg(day, p, pu, py) + SECONDS]), stay(day, k, y)
            begin = larger(ready + drive, node[y, EARLIEST])
            if begin > node[y, LATEST] or begin > day.order[delivery, CLOSE]:
                return best, found
            ready = begin + service
            if spanned:
                span, first, last = then(span, first, last, drive, service, node[y, EARLIEST], node[y, SHUT])
        if u == pickup:
            detour += travel[leg(day, p, pickup, py)]
        u, pu, y = y, py, node[y, NEXT]
