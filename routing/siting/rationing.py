"""Bounds for siting with capacities: the Lagrangian relaxation of "every place is served whole", site by site.

At given prices each site serves what pays best until its capacity is spent; of the sites those are open that pay, and
enough of them for all demand. After Barcelo, Fernandez, Jornsten (1991), "Computational results from a new Lagrangean
relaxation algorithm for the capacitated plant location problem", European Journal of Operational Research 53(1), 38-45.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, misc"
# ruff: noqa: ANN001, ANN201 (compiled)
# ruff: noqa: PLR0912, PLR0915 (one pass over the arrays, which parts would have to hand to each other)

from __future__ import annotations

from gisdata.compiled import kernel


@kernel
def filled(gain, demand, index, count, room):
    """Return the least gain that one site still serves, and what part of the places of that gain.

    Parameters
    ----------
    gain : ndarray of float, shape (places,)
        What a unit of each place brings.
    demand : ndarray of float, shape (places,)
        Units of each place.
    index : ndarray of int64
        The first `count` are the places with gain (reordered).
    count : int
        How many there are.
    room : float
        Capacity.

    Returns
    -------
    tuple of float
        Zero and one if there is room for all.
    """
    low, high, total = 0, count, 0.0
    for k in range(count):
        total += demand[index[k]]
    if total <= room:
        return 0.0, 1.0
    while low < high:
        pivot = gain[index[(low + high) // 2]]
        above, at, below = low, low, high
        more, same = 0.0, 0.0
        while at < below:
            i = index[at]
            if gain[i] > pivot:
                more += demand[i]
                index[at], index[above] = index[above], i
                above += 1
                at += 1
            elif gain[i] < pivot:
                below -= 1
                index[at], index[below] = index[below], i
            else:
                same += demand[i]
                at += 1
        if more > room:
            high = above
        elif more + same >= room:
            return pivot, (room - more) / same if same > 0.0 else 1.0
        else:
            room -= more + same
            low = below
    return 0.0, 1.0


@kernel
def rationed(travel, demand, fixed, capacity, kept, price, best_price, worth, cut, mean, open_part, goal, theta,
             rounds):
    """Raise the bound by subgradient steps.

    Parameters
    ----------
    travel : ndarray of float, shape (sites, places)
        Cost of serving a unit; infinite where that may not be.
    demand : ndarray of float, shape (places,)
        Units of each place, more than 0.
    fixed, capacity : ndarray of float, shape (sites,)
        Of each site.
    kept : ndarray of int8, shape (sites,)
        1: open in any case; 0: closed in any case; -1: free.
    price, best_price : ndarray of float, shape (places,)
        Of a unit: where to begin (changed), and those of the best bound (written).
    worth, cut : ndarray of float, shape (sites,)
        Reduced cost of each site, and price of a unit of its capacity, at the best bound (written).
    mean : ndarray of float, shape (sites,)
        How often each site is open, lately counted more (written).
    open_part : ndarray of float, shape (sites,)
        How far each site is open at the best bound (written).
    goal : float
        Cost of the best known solution.
    theta : float
        Factor of the first step.
    rounds : int
        Most steps.

    Returns
    -------
    float
        The best bound.
    """
    sites, places = travel.shape
    value, edge, part, taken = fixed.copy(), fixed.copy(), fixed.copy(), fixed.copy()
    gain, short = price.copy(), price.copy()
    index = demand.astype("int64")
    units = 0.0
    for i in range(places):
        units += demand[i]
    best, since = -1e300, 0
    for _ in range(rounds):
        bound = 0.0
        for i in range(places):
            bound += price[i] * demand[i]
            short[i] = 1.0
        for j in range(sites):
            taken[j] = 0.0
            value[j] = fixed[j]
            if kept[j] == 0:
                continue
            count = 0
            for i in range(places):
                gain[i] = price[i] - travel[j, i]
                if gain[i] > 0.0:
                    index[count] = i
                    count += 1
            edge[j], part[j] = filled(gain, demand, index, count, capacity[j])
            for k in range(count):
                i = index[k]
                if gain[i] > edge[j]:
                    value[j] -= gain[i] * demand[i]
                elif gain[i] == edge[j]:
                    value[j] -= gain[i] * demand[i] * part[j]
        room = 0.0
        for j in range(sites):
            if kept[j] == 1 or (kept[j] == -1 and value[j] < 0.0):
                taken[j] = 1.0
                bound += value[j]
                room += capacity[j]
        while room < units:
            pick, least = -1, 1e300
            for j in range(sites):
                if kept[j] == -1 and taken[j] == 0.0 and value[j] < least * capacity[j]:
                    pick, least = j, value[j] / capacity[j]
            if pick < 0:
                break
            taken[pick] = (units - room) / capacity[pick] if capacity[pick] > units - room else 1.0
            bound += taken[pick] * value[pick]
            room += capacity[pick] * taken[pick]
        since += 1
        if bound > best:
            if bound > best + 1e-6 * abs(goal - best):
                since = 0
            best = bound
            for i in range(places):
                best_price[i] = price[i]
            for j in range(sites):
                worth[j], cut[j], open_part[j] = value[j], edge[j], taken[j]
            if best >= goal:
                return best
        if since >= 12:
            theta *= 0.6
            since = 0
            for i in range(places):
                price[i] = best_price[i]
            if theta < 1e-3:
                break
            continue
        for j in range(sites):
            mean[j] += 0.05 * (taken[j] - mean[j])
            if taken[j] > 0.0:
                for i in range(places):
                    surplus = price[i] - travel[j, i] - edge[j]
                    if surplus > 0.0:
                        short[i] -= taken[j]
                    elif surplus == 0.0 and edge[j] > 0.0:
                        short[i] -= taken[j] * part[j]
        square = 0.0
        for i in range(places):
            square += demand[i] * short[i] * short[i]
        if square == 0.0:
            break
        for i in range(places):
            price[i] += theta * (1.02 * goal - bound) / square * short[i]
    return best
