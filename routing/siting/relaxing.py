"""Bounds for siting without capacities: the Lagrangian relaxation of "every place has one site", and fixing by it.

Of each place only the sites cheaper than its price are looked at, so costs stand sorted. After Beasley (1993),
"Lagrangean heuristics for location problems", European Journal of Operational Research 65(3), 383-399.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, misc"
# ruff: noqa: ANN001, ANN201, PLR1730 (compiled, the builtins cost seconds)
# ruff: noqa: PLR0912, PLR0915 (one pass over the arrays, which parts would have to hand to each other)

from __future__ import annotations

from gisdata.compiled import kernel

FREE, OPEN, CLOSED = -1, 1, 0


@kernel
def relaxed(order, cost, count, left, fixed, fewest, most, state, price, best_price, worth, mean, chosen, goal, theta,
            rounds):
    """Raise the bound of one node by subgradient steps; stop early once it reaches `goal`.

    Parameters
    ----------
    order, cost : ndarray, shape (places, sites)
        Sites of each place by rising cost, and those costs; the first `count` of each row can serve it.
    count : ndarray of int64, shape (places,)
        How many sites can serve each place.
    left : ndarray of float, shape (places,)
        What it costs to leave a place without a site.
    fixed : ndarray of float, shape (sites,)
        What a site costs.
    fewest, most : int
        How many sites may be open.
    state : ndarray of int8, shape (sites,)
        `FREE`, `OPEN` or `CLOSED` in this node.
    price, best_price : ndarray of float, shape (places,)
        Multipliers: where to begin (changed), and those of the best bound (written).
    worth : ndarray of float, shape (sites,)
        Reduced cost of each site at the best bound (written).
    mean : ndarray of float, shape (sites,)
        How often each site is chosen, lately counted more (written): near one half it is undecided.
    chosen : ndarray of int8, shape (sites,)
        Sites of the best bound (written).
    goal : float
        Cost of the best known solution.
    theta : float
        Factor of the first step.
    rounds : int
        Most steps.

    Returns
    -------
    float
        The best bound; infinity if too few sites may be open.
    """
    places, sites = order.shape
    reduced, taken = fixed.copy(), chosen.copy()
    hits = price.copy()
    best, since = -1e300, 0
    for _ in range(rounds):
        for j in range(sites):
            reduced[j] = fixed[j]
        bound = 0.0
        for i in range(places):
            top = price[i]
            bound += top
            for r in range(count[i]):
                gain = cost[i, r] - top
                if gain >= 0.0:
                    break
                reduced[order[i, r]] += gain
        opened = 0
        for j in range(sites):
            taken[j] = state[j] == 1
            opened += taken[j]
            bound += reduced[j] * taken[j]
        while opened < most:
            pick, least = -1, 0.0
            for j in range(sites):
                if state[j] == -1 and taken[j] == 0 and (pick < 0 or reduced[j] < least):
                    pick, least = j, reduced[j]
            if pick < 0:
                if opened < fewest:
                    return 1e300
                break
            if least >= 0.0 and opened >= fewest:
                break
            taken[pick] = 1
            opened += 1
            bound += least
        since += 1
        if bound > best:
            if bound > best + 1e-6 * abs(goal - best):
                since = 0
            best = bound
            for i in range(places):
                best_price[i] = price[i]
            for j in range(sites):
                worth[j] = reduced[j]
                chosen[j] = taken[j]
            if best >= goal:
                return best
        if since >= 15:
            theta *= 0.6
            since = 0
            for i in range(places):
                price[i] = best_price[i]
            if theta < 1e-3:
                break
            continue
        square = 0.0
        for i in range(places):
            served = 1
            for r in range(count[i]):
                if cost[i, r] >= price[i]:
                    break
                served -= taken[order[i, r]]
            hits[i] = served
            if not (served > 0 and price[i] >= left[i]):
                square += served * served
        if square == 0.0:
            break
        step = theta * (1.02 * goal - bound) / square
        for i in range(places):
            price[i] = price[i] + step * hits[i]
            if price[i] > left[i]:
                price[i] = left[i]
        for j in range(sites):
            mean[j] += 0.05 * (taken[j] - mean[j])
    return best
