"""One step of the search: ruin, recreate, keep or undo; and many of them under a falling temperature.

References
----------
Christiaens and Vanden Berghe (2020), "Slack induction by string removals for vehicle routing problems", Transportation
Science 54(2), 417-433: recreate with blinks, acceptance, absence counters where vehicles are short.
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201

from __future__ import annotations

import math

import numpy as np

from routing.engines.native.chance import below, unit
from routing.engines.native.compiled import inner, once, outer, smaller
from routing.engines.native.cross import cross
from routing.engines.native.insert import best_new, best_position
from routing.engines.native.layout import (
    ACTIVE,
    AROUND,
    BEST,
    BEST_COST,
    BEST_KIND,
    BEST_MISSING,
    BEST_ROUTES,
    CHANGED,
    CHANGES,
    CHANGES_LIST,
    CLOSE,
    COST,
    COUNT,
    DRIVEN,
    FAR,
    IMPOSSIBLE,
    KEYS,
    KIND,
    LASTS,
    LATEST,
    LEFT,
    LEFT_AT,
    LEFT_LIST,
    LOGGED,
    MANDATORY,
    MISSING,
    MOST_METRES,
    MOST_SECONDS,
    NEXT,
    OPEN,
    OPTIONAL,
    PARTNER,
    PENALTY,
    PICKED,
    PRICED,
    READY,
    REPEATS,
    ROAMING,
    ROLE,
    ROUTE,
    SIZE,
    SPANNED,
    STAMP,
    TIMED,
    TOTAL,
    TOUCHES,
    TOUCHES_LIST,
    USED,
    WORK,
)
from routing.engines.native.optional import drop_losses, take_optional
from routing.engines.native.pair import best_pair_position
from routing.engines.native.routes import best_kind_for, change_kind, free_slot, link, open_route, price, touch, undo
from routing.engines.native.ruin import ruin

MOST_RETRIED = 30
"""Orders left over that one step tries again: all of them if there are no more, else those around the ruin."""

VARIED = 0.5
"""Share of new routes whose type is drawn, where there are several; the others get the cheapest."""

GENEROUS = 0.1
"""Share of steps that put in optional orders at any cost, and then take out those that are still not worth theirs: two
may be worth together what neither is worth alone."""

STINGY = 0.02
"""Share of steps that leave out all optional orders of a route, where there are any."""

CROSSED = 0.2
"""Share of steps that exchange the ends of two routes, where vehicle types differ in their costs."""

ROAMED = 0.2
"""Share of steps after which routes may change their vehicle type, where types do not differ in their costs."""

RETYPED = 0.1
"""Share of ruined routes that get another vehicle type before orders come back, where there are several."""


@outer
def anneal(day, search, steps, heat, opening, fleet_first, enough, whole):
    """Do steps until they are done or no more than `enough` mandatory orders are left over; return how many were done.

    Parameters
    ----------
    day, search
        See `layout`.
    steps, enough : int
        When to stop.
    heat : float
        Temperature, in units of cost.
    opening : float
        Share of steps in which a new route may also be opened because it is cheaper.
    fleet_first : bool
        Whether fewer routes are better than cheaper ones.
    whole : bool
        Whether to put in all orders that are left over instead of ruining anything.
    """
    for step in range(steps):
        do_step(day, search, heat, unit(search.tally) < opening, whole)
        if is_better(search, fleet_first):
            keep_best(day, search)
        if search.tally[MISSING] <= enough:
            return step + 1
    return steps


@inner
def do_step(day, search, heat, freely, whole):
    """Do one step: exchange the ends of two routes, or ruin and recreate; keep it or undo it."""
    tally = search.tally
    before = tally[TOTAL]
    tally[STAMP] += 1
    tally[TOUCHES] = tally[LOGGED] = 0
    ceiling = before - int(heat * math.log(1.0 - unit(search.tally)))
    centre = below(tally, day.order.shape[0])
    possible, count = True, 0
    if day.rule[PRICED] and not whole and unit(search.tally) < CROSSED:
        possible = cross(day, search, centre)
    else:
        count = ruin_and_recreate(day, search, centre, ceiling, freely, whole)
        possible = can_be_driven(day, search)
    if possible and (accepted(day, search, count, ceiling) or whole):
        commit(day, search, count)
    else:
        undo(day, search)
        tally[TOTAL] = before
    count_repeats(day, search, count)


@once
def can_be_driven(day, search):
    """Return whether all routes that the step touched are within their hours, duration and distance.

    What comes in is checked before; what goes out matters where the way by an order is faster than that past it.
    """
    node, route, kind = search.node, search.route, day.kind
    for i in range(search.tally[TOUCHES]):
        r = search.lists[TOUCHES_LIST, i]
        k, begin = route[r, KIND], day.order.shape[0] + 2 * r
        if k >= 0:
            if route[r, DRIVEN] > kind[k, MOST_METRES]:
                return False
            if day.rule[TIMED] and node[begin, READY] > node[begin, LATEST]:
                return False
            if day.rule[SPANNED] and route[r, LASTS] > kind[k, MOST_SECONDS]:
                return False
    return True


@inner
def ruin_and_recreate(day, search, centre, ceiling, freely, whole):
    """Take orders out and put them back elsewhere; return how many orders of ``work`` that concerns."""
    tally = search.tally
    roaming = day.rule[PRICED] > 0 or (day.rule[ROAMING] > 0 and unit(search.tally) < ROAMED)
    if whole:
        count = add_all_left(search)
    elif day.rule[OPTIONAL] and unit(search.tally) < STINGY:
        return take_optional(day, search, centre)
    else:
        count = ruin(day, search, centre)
        if roaming:
            retype_some(day, search)
        count = add_left(day, search, count, centre)
    arrange(day, search, count)
    hopeless = ceiling if tally[LEFT] == 0 and not roaming and not whole else np.int64(IMPOSSIBLE)
    generous = tally[ACTIVE] == 0 if whole else unit(search.tally) < GENEROUS
    put_back(day, search, count, freely, generous, whole, hopeless)
    if generous and not whole and day.rule[OPTIONAL]:
        drop_losses(day, search, count)
    if roaming:
        cheapest_kinds(day, search)
    return count


@once
def retype_some(day, search):
    """Give some of the ruined routes another type that can drive what is left of them."""
    kinds = day.kind.shape[0]
    for i in range(search.tally[TOUCHES]):
        r = search.lists[TOUCHES_LIST, i]
        if search.route[r, KIND] >= 0 and unit(search.tally) < RETYPED:
            k = below(search.tally, kinds)
            is_left = k != search.route[r, KIND] and search.tally[USED + k] < day.kind[k, COUNT]
            if is_left and price(day, search, r, k) < IMPOSSIBLE:
                change_kind(day, search, r, k)


@once
def cheapest_kinds(day, search):
    """Give every touched route the type that drives it at least cost."""
    for i in range(search.tally[TOUCHES]):
        r = search.lists[TOUCHES_LIST, i]
        if search.route[r, KIND] >= 0:
            k = best_kind_for(day, search, r, search.route[r, COST])
            if k != search.route[r, KIND]:
                change_kind(day, search, r, k)


@once
def add_all_left(search):
    """List all orders that are left over to be put in; return how many."""
    for i in range(search.tally[LEFT]):
        search.lists[WORK, i] = search.lists[LEFT_LIST, i]
    return search.tally[LEFT]


@once
def add_left(day, search, count, centre):
    """Add orders that were left over before to those taken out, and return the new count.

    All if they are few and mandatory; else some of those around, of optional orders at random how many.
    """
    left = search.tally[LEFT]
    if left <= MOST_RETRIED and not day.rule[OPTIONAL]:
        for i in range(left):
            search.lists[WORK, count + i] = search.lists[LEFT_LIST, i]
        return count + left
    most = count + (1 + below(search.tally, MOST_RETRIED) if day.rule[OPTIONAL] else MOST_RETRIED)
    for i in range(day.rule[AROUND]):
        c = np.int64(day.near[centre, i])
        if search.node[c, LEFT_AT] >= 0 and count < most:
            search.lists[WORK, count] = c
            count += 1
    return count


@once
def arrange(day, search, count):
    """Sort the orders to be put back: at random, or by size, distance, or window."""
    order = day.order
    way = unit(search.tally) * (17.0 if day.rule[TIMED] else 11.0)
    for i in range(count):
        c = search.lists[WORK, i]
        if way < 4:
            key = int(unit(search.tally) * 1e9)
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
        while j > 0 and search.lists[KEYS, j - 1] > key:
            search.lists[WORK, j], search.lists[KEYS, j] = search.lists[WORK, j - 1], search.lists[KEYS, j - 1]
            j -= 1
        search.lists[WORK, j], search.lists[KEYS, j] = c, key


@inner
def put_back(day, search, count, freely, generous, whole, hopeless):
    """Put orders into routes, each where it costs least; one that costs more than its penalty only if `generous`.

    An optional order is tried beside near ones alone, but for the `whole` of them. Once the total is `hopeless` the
    rest is left out, and the step will not be kept.
    """
    order = day.order
    for i in range(count):
        if search.tally[TOTAL] >= hopeless:
            break
        c = search.lists[WORK, i]
        paired = order[c, ROLE] == PICKED
        second = order[c, PARTNER] if paired else -1
        then_behind = c
        worth = np.int64(IMPOSSIBLE) if generous or order[c, MANDATORY] else order[c, PENALTY]
        if paired:
            cost, behind, then_behind = best_pair_position(day, search, c, second)
        else:
            cost, behind = best_position(day, search, c, worth, whole or order[c, MANDATORY] > 0)
        if freely or behind < 0:
            varied = day.rule[ROAMING] > 0 and unit(search.tally) < VARIED
            new, k = best_new(day, search, c, second, varied)
            slot = free_slot(search) if k >= 0 and new < smaller(cost, worth) else -1
            if slot >= 0:
                touch(search, slot)
                open_route(day, search, slot, k)
                cost, behind, then_behind = new, day.order.shape[0] + 2 * slot, c
        if behind >= 0 and cost < worth:
            link(day, search, c, behind)
            if paired:
                link(day, search, second, then_behind)


@once
def accepted(day, search, count, ceiling):
    """Return whether to keep the step; the penalties of optional orders enter the total here.

    Where mandatory orders are left over, a step is kept if fewer are, or such as were left over less often.
    """
    order, node, tally = day.order, search.node, search.tally
    missing, repeats = 0, 0
    for i in range(count):
        c = search.lists[WORK, i]
        was_out, is_out = node[c, LEFT_AT] >= 0, node[c, ROUTE] < 0
        if is_out != was_out:
            sign = 1 if is_out else -1
            missing += sign * order[c, MANDATORY]
            repeats += sign * order[c, MANDATORY] * (node[c, REPEATS] + 1)
            tally[TOTAL] += sign * order[c, PENALTY]
    if missing or repeats:
        return missing < 0 or (repeats < 0 and tally[MISSING] > 0)
    return tally[TOTAL] < ceiling


@once
def commit(day, search, count):
    """Keep what the step did: the list of orders left over, and which routes differ from the best plan."""
    order, node, route, tally, lists = day.order, search.node, search.route, search.tally, search.lists
    for i in range(count):
        c = search.lists[WORK, i]
        at, is_out = node[c, LEFT_AT], node[c, ROUTE] < 0
        if is_out and at < 0:
            node[c, LEFT_AT] = tally[LEFT]
            lists[LEFT_LIST, tally[LEFT]] = c
            tally[LEFT] += 1
            tally[MISSING] += order[c, MANDATORY]
        elif at >= 0 and not is_out:
            tally[LEFT] -= 1
            last = lists[LEFT_LIST, tally[LEFT]]
            lists[LEFT_LIST, at], node[last, LEFT_AT] = last, at
            node[c, LEFT_AT] = -1
            tally[MISSING] -= order[c, MANDATORY]
    for i in range(tally[TOUCHES]):
        r = search.lists[TOUCHES_LIST, i]
        if not route[r, CHANGED]:
            route[r, CHANGED] = 1
            search.lists[CHANGES_LIST, tally[CHANGES]] = r
            tally[CHANGES] += 1


@once
def count_repeats(day, search, count):
    """Count once more that mandatory orders were left over."""
    node = search.node
    for i in range(count):
        c = search.lists[WORK, i]
        if node[c, LEFT_AT] >= 0 and day.order[c, MANDATORY]:
            node[c, REPEATS] += 1


@once
def is_better(search, fleet_first):
    """Return whether the plan is better than the best so far: fewer mandatory orders left over, then cheaper."""
    tally = search.tally
    if tally[MISSING] != tally[BEST_MISSING]:
        return tally[MISSING] < tally[BEST_MISSING]
    if fleet_first and tally[ACTIVE] != tally[BEST_ROUTES]:
        return tally[ACTIVE] < tally[BEST_ROUTES]
    return tally[TOTAL] < tally[BEST_COST]


@once
def keep_best(day, search):
    """Keep the plan beside as the best; only routes that differ are copied."""
    m = day.order.shape[0]
    node, route, tally, lists = search.node, search.route, search.tally, search.lists
    for i in range(tally[CHANGES]):
        r = search.lists[CHANGES_LIST, i]
        route[r, CHANGED] = 0
        search.lists[BEST_KIND, r] = route[r, KIND]
        at, x = m + r, node[m + 2 * r, NEXT]
        while route[r, KIND] >= 0 and x < m:
            lists[BEST, at] = x
            at, x = x, node[x, NEXT]
        lists[BEST, at] = -1
    tally[CHANGES] = 0
    tally[BEST_COST], tally[BEST_MISSING], tally[BEST_ROUTES] = tally[TOTAL], tally[MISSING], tally[ACTIVE]
