"""Covering: the fewest sites that reach every place, the least greatest travel of p sites, the most demand reached.

The matrix of who reaches whom is made small first: a place that is reached whenever another is says nothing, and a site
that reaches no more than another is not needed. After Toregas, Swain, ReVelle, Bergman (1971), "The location of
emergency service facilities", Operations Research 19(6), 1363-1373, and Minieka (1970), "The m-center problem", SIAM
Review 12(1), 138-139, which finds the centre by covering.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from routing.siting.branching import Located, Uncapacitated, locate, served_cost
from routing.siting.clock import Clock
from routing.siting.mip import Program, solve_program

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Reach = NDArray[np.bool_]

_NODES_BEFORE_PROGRAM = 80


def covered_by_fewest(reach: Reach, kept: NDArray[np.bool_], clock: Clock) -> Located:
    """Return the fewest sites that reach every place, the kept ones among them.

    Parameters
    ----------
    reach : ndarray of bool, shape (places, sites)
        Which site reaches which place; every place is reached by some site.
    kept : ndarray of bool, shape (sites,)
        Sites that are open in any case.
    clock : Clock
        When to stop.

    Returns
    -------
    Located
        Its cost is the number of sites.
    """
    places, sites = _reduced(reach, kept)
    free = reach[np.ix_(places, sites)]
    always = np.flatnonzero(kept)
    greedy = _greedy(free)
    chosen, bound = greedy, 0.0 if not len(places) else 1.0
    if len(greedy) > bound:
        answer = solve_program(_cover_program(free), clock.left_s())
        if len(answer.values) and answer.values.sum() < len(greedy) - 0.5:
            chosen = np.flatnonzero(answer.values > 0.5)
        bound = float(len(chosen)) if answer.status == "optimal" else max(bound, math.ceil(answer.bound - 1e-6))
    else:
        bound = float(len(greedy))
    opened = np.union1d(always, sites[chosen])
    return Located(opened, float(len(opened)), bound + len(always), 0)


def centred(travel: NDArray[np.float64], p: int, kept: NDArray[np.bool_], clock: Clock) -> Located:
    """Return p sites at which the greatest travel to the nearest is least; infinite cost if they cannot reach all.

    Parameters
    ----------
    travel : ndarray of float, shape (places, sites)
        Infinite where a site cannot serve a place.
    p : int
        Most sites.
    kept : ndarray of bool, shape (sites,)
        Sites that are open in any case.
    clock : Clock
        When to stop.

    Returns
    -------
    Located
        Its cost is the greatest travel.
    """
    opened = _farthest_first(travel, p, kept)
    cost = _greatest(travel, opened)
    steps = np.unique(travel[np.isfinite(travel)])
    low = int(np.searchsorted(steps, travel.min(axis=1).max()))
    high = int(np.searchsorted(steps, cost)) if math.isfinite(cost) else len(steps)
    while low < high:
        if clock.out(cost, float(steps[low])):
            return Located(opened, cost, float(steps[low]), clock.count)
        middle = (low + high) // 2
        found = _within(travel <= steps[middle], p, kept, clock)
        if found is None:
            return Located(opened, cost, float(steps[low]), clock.count)
        if len(found):
            opened, cost = found, _greatest(travel, found)
            high = int(np.searchsorted(steps, cost))
        else:
            low = middle + 1
    return Located(opened, cost, cost, clock.count)


def most_covered(reach: Reach, amount: NDArray[np.float64], p: int, kept: NDArray[np.bool_], clock: Clock) -> Located:
    """Return the sites, at most p, that leave the least amount unreached.

    Parameters
    ----------
    reach : ndarray of bool, shape (places, sites)
        Which site reaches which place.
    amount : ndarray of float, shape (places,)
        Demand.
    p : int
        Most sites.
    kept : ndarray of bool, shape (sites,)
        Sites that are open in any case.
    clock : Clock
        When to stop.

    Returns
    -------
    Located
        Its cost is the amount that no open site reaches.
    """
    kinds, of = np.unique(reach, axis=0, return_inverse=True)
    sums = np.bincount(of.ravel(), amount, minlength=len(kinds)).astype(np.float64)
    task = Uncapacitated(np.where(kinds, 0.0, math.inf), sums, np.zeros(len(kept)), 0, p, kept)
    first = Clock(clock.limited(_NODES_BEFORE_PROGRAM))
    found = locate(task, first)
    if found.bound >= found.cost or clock.left_s() == 0:
        return found
    answer = solve_program(_most_program(task), clock.left_s())
    opened = np.flatnonzero(answer.values[:len(kept)] > 0.5) if len(answer.values) else found.opened
    cost = served_cost(task, opened)
    if cost > found.cost:
        opened, cost = found.opened, found.cost
    bound = cost if answer.status == "optimal" else min(cost, max(found.bound, answer.bound))
    return Located(opened, cost, bound, found.nodes)


def _reduced(reach: Reach, kept: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places and sites that matter, those of kept sites apart."""
    places = np.flatnonzero(~reach[:, kept].any(axis=1))
    sites = np.flatnonzero(~kept)
    while True:
        before = len(places), len(sites)
        places = places[_least(reach[np.ix_(places, sites)])]
        sites = sites[_least(~reach[np.ix_(places, sites)].T)]
        if (len(places), len(sites)) == before:
            return places, sites


def _least(rows: Reach) -> NDArray[np.int64]:
    """Return the rows that contain no other; of equal rows the first."""
    _, first = np.unique(rows, axis=0, return_index=True)
    first = np.sort(first)
    ones = rows[first].astype(np.float32)
    size = ones.sum(axis=1)
    common = ones @ ones.T
    within = common >= size[None, :]  # row j lies within row i
    np.fill_diagonal(within, val=False)
    kept: NDArray[np.int64] = first[~within.any(axis=1)]
    return kept


def _greedy(reach: Reach) -> NDArray[np.int64]:
    """Return sites that reach every place, each the one that reaches most places still unreached."""
    open_places = np.ones(len(reach), dtype=bool)
    chosen = []
    while open_places.any():
        chosen.append(int(np.argmax(reach[open_places].sum(axis=0))))
        open_places &= ~reach[:, chosen[-1]]
    for site in chosen[::-1]:
        fewer = [other for other in chosen if other != site]
        if reach[:, fewer].any(axis=1).all():
            chosen = fewer
    return np.array(chosen, dtype=np.int64)


def _cover_program(reach: Reach, most: float = math.inf) -> Program:
    """Return the program of the fewest sites, or with `most` of any so many."""
    places, sites = reach.shape
    rows = np.vstack([reach, np.ones((1, sites))]).astype(np.float64)
    least = np.append(np.ones(places), 0.0)
    limits = np.append(np.full(places, math.inf), most)
    return Program(np.ones(sites), np.zeros(sites), np.ones(sites), np.ones(sites, dtype=bool), csr_matrix(rows), least,
                   limits)


def _most_program(task: Uncapacitated) -> Program:
    """Return the program of maximal covering: a site is open or not, a place is left or not."""
    places, sites = task.cost.shape
    rows = np.zeros((places + 1, sites + places))
    rows[:places, :sites] = np.isfinite(task.cost)
    rows[:places, sites:] = np.eye(places)
    rows[places, :sites] = 1.0
    low = np.concatenate([task.kept.astype(np.float64), np.zeros(places)])
    whole = np.concatenate([np.ones(sites, dtype=bool), np.zeros(places, dtype=bool)])
    least, most = np.append(np.ones(places), 0.0), np.append(np.full(places, math.inf), float(task.most))
    cost = np.concatenate([task.fixed, task.left])
    return Program(cost, low, np.ones(sites + places), whole, csr_matrix(rows), least, most)


def _within(reach: Reach, p: int, kept: NDArray[np.bool_], clock: Clock) -> NDArray[np.int64] | None:
    """Return at most p sites that reach every place, none if there are none, None if time ran out."""
    always = np.flatnonzero(kept)
    places, sites = _reduced(reach, kept)
    room = p - len(always)
    free = reach[np.ix_(places, sites)]
    if not free.any(axis=1).all():
        return np.zeros(0, dtype=np.int64)
    greedy = _greedy(free)
    if len(greedy) <= room:
        return np.union1d(always, sites[greedy])
    if room == 0 or _packed(free) > room:
        return np.zeros(0, dtype=np.int64)
    answer = solve_program(_cover_program(free, room), clock.left_s())
    if answer.status == "infeasible":
        return np.zeros(0, dtype=np.int64)
    return np.union1d(always, sites[answer.values > 0.5]) if len(answer.values) else None


def _packed(reach: Reach) -> int:
    """Return how many places were found of which no two are reached by one site: so many sites are needed."""
    ones = reach.astype(np.float32)
    touching = ones @ ones.T > 0
    left = np.ones(len(reach), dtype=bool)
    count = 0
    while left.any():
        pick = np.flatnonzero(left)[np.argmin(touching[np.ix_(left, left)].sum(axis=1))]
        left &= ~touching[pick]
        count += 1
    return count


def _farthest_first(travel: NDArray[np.float64], p: int, kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the kept sites, and for the place that is worst off each time the site nearest to it, p in all."""
    opened = np.flatnonzero(kept).tolist()
    least = travel[:, opened].min(axis=1, initial=math.inf)
    while len(opened) < p:
        worst = int(np.argmax(np.where(np.isfinite(least), least, math.inf)))
        opened.append(int(np.argmin(travel[worst])))
        least = np.minimum(least, travel[:, opened[-1]])
    return np.unique(np.array(opened, dtype=np.int64))


def _greatest(travel: NDArray[np.float64], opened: NDArray[np.int64]) -> float:
    return float(travel[:, opened].min(axis=1, initial=math.inf).max())
