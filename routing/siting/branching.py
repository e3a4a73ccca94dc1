"""Exact siting without capacities: branch and bound over open and closed sites, on Lagrangian bounds.

One search for three models: the p-median, fixed charges, and maximal covering (a covered place costs nothing, one that
is not costs its demand). Each node begins at its parent's prices, so that few steps bound it; the node of the lowest
bound comes first, so that the bound told at any time is the best there is.
"""

# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import heapq
import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routing.siting.exchanging import exchanged
from routing.siting.relaxing import CLOSED, FREE, OPEN, relaxed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from routing.siting.clock import Clock

_ROOT_ROUNDS, _NODE_ROUNDS, _SLICE = 1500, 120, 100
_TOLERANCE = 1e-9
_ROOT_THETA, _NODE_THETA = 1.5, 0.4


@dataclass(frozen=True, slots=True)
class Uncapacitated:
    """What is to be located.

    Parameters
    ----------
    cost : ndarray of float, shape (places, sites)
        Of serving a place from a site; infinite where that is not allowed.
    left : ndarray of float, shape (places,)
        Of leaving a place; `forbidding` gives a cost that nothing else can reach.
    fixed : ndarray of float, shape (sites,)
        Of a site.
    fewest, most : int
        How many sites may be open.
    kept : ndarray of bool, shape (sites,)
        Sites that are open whatever comes.
    """

    cost: NDArray[np.float64]
    left: NDArray[np.float64]
    fixed: NDArray[np.float64]
    fewest: int
    most: int
    kept: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Located:
    """Sites found.

    Parameters
    ----------
    opened : ndarray of int64
        Numbers of the open sites, rising.
    cost : float
        Of all places and sites.
    bound : float
        No choice of sites costs less; `cost` itself if that is proven.
    nodes : int
        How many nodes were bounded.
    """

    opened: NDArray[np.int64]
    cost: float
    bound: float
    nodes: int


def forbidding(cost: NDArray[np.float64], fixed: NDArray[np.float64]) -> float:
    """Return a cost of leaving one place that exceeds every choice of sites that leaves none.

    Parameters
    ----------
    cost, fixed : ndarray
        As in `Uncapacitated`.

    Returns
    -------
    float
        More than the dearest site of every place and all fixed costs together.
    """
    dearest = np.where(np.isfinite(cost), cost, 0.0).max(axis=1, initial=0.0)
    return float(1.0 + dearest.sum() + np.abs(fixed).sum())


def locate(task: Uncapacitated, clock: Clock) -> Located:
    """Return the cheapest sites, or when the clock stops it the best found.

    Parameters
    ----------
    task : Uncapacitated
        What is to be located; at least `fewest` sites.
    clock : Clock
        When to stop.

    Returns
    -------
    Located
        With a bound.
    """
    return _Search(task, clock).run()


class _Search:
    """One search: sorted costs, the best sites, the nodes that are left."""

    def __init__(self, task: Uncapacitated, clock: Clock) -> None:
        self.task, self.clock = task, clock
        order = np.argsort(task.cost, axis=1, kind="stable")
        cost = np.take_along_axis(task.cost, order, axis=1)
        self.sorted = (np.ascontiguousarray(order.astype(np.int32)), np.ascontiguousarray(cost),
                       np.isfinite(cost).sum(axis=1), task.left, task.fixed, task.fewest, task.most)
        sites = len(task.fixed)
        self.best = math.inf
        self.opened: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.room = (np.zeros(sites), np.zeros(sites), np.zeros((sites, sites)))
        finite = task.cost[np.isfinite(task.cost)]
        self.whole = all(np.array_equal(part, np.rint(part)) for part in (finite, task.left, task.fixed))
        self.nodes = 0

    def run(self) -> Located:
        """Bound the root at length, then nodes by rising bound; after Ctrl-C tell what is known."""
        state = np.where(self.task.kept, OPEN, FREE).astype(np.int8)
        self._try(self._greedy(state))
        number = itertools.count()
        price = self._first_prices()
        heap = [(-math.inf, next(number), state, price)]
        bound = -math.inf
        try:
            while heap:
                bound = max(bound, heap[0][0])
                if bound >= self._goal():
                    break
                if self.nodes and self.clock.out(self.best, bound):
                    return Located(self.opened, self.best, min(bound, self.best), self.nodes)
                _, _, state, price = heapq.heappop(heap)
                for child, low, prices in self._explored(state, price):
                    heapq.heappush(heap, (max(low, bound), next(number), child, prices))
        except KeyboardInterrupt:
            return Located(self.opened, self.best, min(bound, self.best), self.nodes)
        return Located(self.opened, self.best, self.best, self.nodes)

    def _goal(self) -> float:
        """Return the bound at which nothing better can be left: costs of whole numbers differ by one at least."""
        if self.whole and self.best < 2**50:
            return self.best - 1 + 1e-6 + 1e-12 * abs(self.best)
        return self.best - _TOLERANCE * (abs(self.best) + 1e-12)

    def _first_prices(self) -> NDArray[np.float64]:
        """Return what the second nearest of the best sites would cost each place: near the best prices."""
        cost = self.task.cost[:, self.opened]
        second = np.partition(cost, 1, axis=1)[:, 1] if cost.shape[1] > 1 else self.task.left
        least = cost.min(axis=1, initial=math.inf)
        prices: NDArray[np.float64] = np.minimum((np.minimum(second, 3 * least) + least) / 2, self.task.left)
        return np.where(np.isfinite(prices), prices, self.task.left)

    def _explored(self, state: NDArray[np.int8], price: NDArray[np.float64]
                  ) -> Iterator[tuple[NDArray[np.int8], float, NDArray[np.float64]]]:
        """Bound a node, settle sites that its bound decides, and yield its two children."""
        root = self.nodes == 0
        low, prices, worth, mean, chosen = self._bounded(state, price, root)
        if low >= self._goal():
            return
        self._settle(state, low, worth, chosen)
        free = np.flatnonzero(state == FREE)
        opened = int((state == OPEN).sum())
        if not len(free) or opened >= self.task.most:
            self._try(np.flatnonzero(state == OPEN))
            return
        pick = free[np.argmin(np.abs(mean[free] - 0.5) + 1e-3 * (worth[free] > 0))]
        for side in (OPEN, CLOSED):
            child = state.copy()
            child[pick] = side
            yield child, low, prices

    def _bounded(self, state: NDArray[np.int8], price: NDArray[np.float64], root: bool) -> tuple[
            float, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int8]]:
        """Return bound, prices, reduced costs, how often each site was chosen, and the sites chosen at the bound."""
        sites = len(state)
        best_price, worth, mean = price.copy(), np.zeros(sites), np.full(sites, 0.5)
        chosen = np.zeros(sites, dtype=np.int8)
        low, theta = -math.inf, _ROOT_THETA if root else _NODE_THETA
        for _ in range(0, _ROOT_ROUNDS if root else _NODE_ROUNDS, _SLICE):
            now_price, now_worth, now_chosen = best_price.copy(), worth.copy(), chosen.copy()
            now = best_price.copy()
            found = float(relaxed(*self.sorted, state, now, now_price, now_worth, mean, now_chosen, self._goal(), theta,
                                  _SLICE))
            gained = found - low
            if found > low:
                low, best_price, worth, chosen = found, now_price, now_worth, now_chosen
            if low >= self._goal():
                break
            self._try(np.flatnonzero(now_chosen))
            theta *= 0.7
            if (not root or self.clock.out(self.best, low)) and gained < 0.05 * (self.best - low):
                break
        self.nodes += 1
        return low, best_price, worth, mean, chosen

    def _settle(self, state: NDArray[np.int8], low: float, worth: NDArray[np.float64], chosen: NDArray[np.int8]
                ) -> None:
        """Open and close sites of which the other choice would cost more than the best known."""
        room = self._goal() - low
        free = state == FREE
        inside, outside = free & (chosen == 1), free & (chosen == 0)
        count = int(chosen.sum())
        come = worth[outside].min(initial=math.inf)
        go = worth[inside].max(initial=-math.inf)
        without = np.minimum(come - worth, -worth if count > self.task.fewest else math.inf)
        added = np.minimum(worth - go, worth if count < self.task.most else math.inf)
        state[inside & (without >= room)] = OPEN
        state[outside & (added >= room)] = CLOSED

    def _greedy(self, state: NDArray[np.int8]) -> NDArray[np.int64]:
        """Return the kept sites, and those that save most one after another until there are enough of them."""
        task = self.task
        opened: list[int] = np.flatnonzero(state == OPEN).tolist()
        cost = np.minimum(task.cost, task.left[:, None])
        least = np.minimum(cost[:, opened].min(axis=1, initial=math.inf), task.left)
        while len(opened) < task.most:
            saved = np.maximum(least[:, None] - cost, 0.0).sum(axis=0) - task.fixed
            saved[opened] = -math.inf
            pick = int(np.argmax(saved))
            if saved[pick] <= 0 and len(opened) >= task.fewest:
                break
            opened.append(pick)
            least = np.minimum(least, cost[:, pick])
        return np.array(sorted(opened), dtype=np.int64)

    def _try(self, opened: NDArray[np.int64]) -> None:
        """Exchange sites from these on, over all sites of the task, and keep the result if it is the best."""
        taken = np.where(self.task.kept, 1, 0).astype(np.int8)
        taken[opened] = 1
        if not self.task.fewest <= taken.sum() <= self.task.most:
            return
        kept = np.where(self.task.kept, OPEN, FREE).astype(np.int8)
        exchanged(*self.sorted, kept, taken, *self.room)
        found = np.flatnonzero(taken)
        cost = served_cost(self.task, found)
        if cost < self.best:
            self.best, self.opened = cost, found


def served_cost(task: Uncapacitated, opened: NDArray[np.int64]) -> float:
    """Return what sites cost together with the cheapest service of every place from them.

    Parameters
    ----------
    task : Uncapacitated
        What is to be located.
    opened : ndarray of int64
        Open sites.

    Returns
    -------
    float
        Places that are left count with `left`.
    """
    least = np.minimum(task.cost[:, opened].min(axis=1, initial=math.inf), task.left)
    return float(math.fsum(least) + math.fsum(task.fixed[opened]))
