"""Fixed charges with capacities: Lagrangian bounds, a first solution by regret, and programs on the pairs that matter.

Small cases are solved by the whole program. In large ones the relaxation decides most sites, exchanges of the others
are judged by its bound once all sites are given, and places are served at its prices; the first bound says how good
that is.
"""

# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from routing.siting.flows import Charged, charged_program
from routing.siting.mip import solve_program
from routing.siting.rationing import rationed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routing.siting.clock import Clock

_WHOLE_PROGRAM = 12_000
_SLICE, _ROOT_ROUNDS = 40, 1200
_NEAREST = 6
_DECIDED = 0.02
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Served:
    """Sites and who serves whom.

    Parameters
    ----------
    opened : ndarray of int64
        Open sites.
    share : ndarray of float, shape (places, sites)
        Part of each place's demand; empty if nothing was found.
    cost, bound : float
        Infinite cost if nothing was found; infinite bound if there is nothing.
    """

    opened: NDArray[np.int64]
    share: NDArray[np.float64]
    cost: float
    bound: float


@dataclass(slots=True)
class _Relaxation:
    """Bound, prices of places, reduced costs of sites, price of their capacity, how often each was open, those open."""

    bound: float
    price: NDArray[np.float64]
    worth: NDArray[np.float64]
    cut: NDArray[np.float64]
    mean: NDArray[np.float64]
    opened: NDArray[np.bool_]


def serve(task: Charged, clock: Clock) -> Served:
    """Return the cheapest sites and service, or when the clock stops the best found.

    Parameters
    ----------
    task : Charged
        What is to be located.
    clock : Clock
        When to stop.

    Returns
    -------
    Served
        With a bound.
    """
    allowed, every = np.isfinite(task.cost), np.ones(len(task.fixed), dtype=bool)
    if allowed.sum() <= _WHOLE_PROGRAM:
        return _solved(task, allowed, task.kept, every, clock, tight=True)
    return serve_large(task, clock)


def serve_large(task: Charged, clock: Clock) -> Served:
    """Return sites and service as `serve` does for a case that is too large for one program.

    Parameters
    ----------
    task : Charged
        What is to be located.
    clock : Clock
        When to stop.

    Returns
    -------
    Served
        With the bound of the relaxation.
    """
    return _Search(task, clock).run()


class _Search:
    """One search on a large case: units and prices of places, and the best solution met on the way."""

    def __init__(self, task: Charged, clock: Clock) -> None:
        self.task, self.clock = task, clock
        self.needing = task.demand > 0
        self.demand = task.demand[self.needing]
        self.unit = np.ascontiguousarray((task.cost[self.needing] / self.demand[:, None]).T)
        self.room = np.where(np.isfinite(task.capacity), task.capacity, self.demand.sum())
        self.best = _by_regret(task, np.ones(len(task.fixed), dtype=bool), np.zeros(len(task.fixed)))

    def run(self) -> Served:
        """Bound, dive to one choice of sites, exchange sites in it, then serve from it as well as can be."""
        free = np.where(self.task.kept, 1, -1).astype(np.int8)
        root = self._first()
        try:
            root = self._bounded(free, root, _ROOT_ROUNDS)
            self._improve(free, root)
        except KeyboardInterrupt:  # what is known until then
            if math.isinf(self.best.cost):
                raise
        return Served(self.best.opened, self.best.share, self.best.cost, min(root.bound, self.best.cost))

    def _improve(self, free: NDArray[np.int8], root: _Relaxation) -> None:
        """Find better choices of sites from the prices of the first bound."""
        task = self.task
        chosen = self._dived(free, root)
        likely = np.flatnonzero((root.mean > _DECIDED) & (free == -1))
        chosen = self._exchanged(chosen, likely[np.argsort(-root.mean[likely], kind="stable")])
        if not task.whole and root.bound < self.best.cost * (1 - 1e-9):  # with the sites given, a linear program
            pairs = _nearest_pairs(task, chosen.cut, chosen.opened)
            self.best = _better(self.best, _solved(task, pairs, chosen.opened, chosen.opened, self.clock, tight=False))

    def _first(self) -> _Relaxation:
        """Return prices to begin with: what the third nearest site costs."""
        near = np.sort(self.unit, axis=0)
        price = np.where(np.isfinite(near[min(2, len(near) - 1)]), near[min(2, len(near) - 1)], near[0])
        none = np.zeros(len(self.unit))
        return _Relaxation(-math.inf, price, none, none, np.full(len(none), 0.5), none > 0)

    def _bounded(self, state: NDArray[np.int8], begin: _Relaxation, rounds: int) -> _Relaxation:
        """Return the relaxation of a node from the prices of another, and keep the solution it suggests."""
        best, theta = replace(begin, bound=-math.inf, mean=begin.mean.copy()), 1.5 if rounds == _ROOT_ROUNDS else 0.5
        while rounds > 0:
            now = replace(best, price=best.price.copy(), worth=best.worth.copy(), cut=best.cut.copy())
            part = np.zeros(len(state))
            goal = self.best.cost
            if not goal < 1.2 * abs(best.bound):
                goal = 1.1 * abs(best.bound) if math.isfinite(best.bound) else self._worst(begin)
            low = rationed(self.unit, self.demand, self.task.fixed, self.room, state, best.price.copy(), now.price,
                           now.worth, now.cut, best.mean, part, goal, theta, min(rounds, _SLICE))
            rounds -= _SLICE
            theta *= 0.75
            if low > best.bound:
                best = replace(now, bound=low, mean=best.mean, opened=self.task.kept | (part > 0))
            self.best = _better(self.best, _by_regret(self.task, best.opened, best.cut))
            if self.clock.out(self.best.cost, best.bound):
                break
        return best

    def _worst(self, begin: _Relaxation) -> float:
        """Return a cost to aim at while none is known."""
        return float(np.maximum(self.task.fixed, 0).sum() + (begin.price * self.demand).sum())

    def _dived(self, free: NDArray[np.int8], root: _Relaxation) -> _Relaxation:
        """Decide sites, the clear ones first, until all are decided."""
        state, node = free.copy(), root
        while (state == -1).any() and self.clock.left_s() != 0:
            unsure = state == -1
            state[unsure & (node.mean < _DECIDED)] = 0
            state[unsure & (node.mean > 1 - _DECIDED)] = 1
            rest = np.flatnonzero(state == -1)
            if len(rest):
                pick = rest[np.argmax(np.abs(node.mean[rest] - 0.5))]
                state[pick] = node.mean[pick] >= 0.5
            if not self._fits(state != 0):
                break
            node = self._bounded(state, node, _SLICE)
        opened = np.zeros(len(state), dtype=bool)
        opened[self.best.opened] = True
        return self._valued(state == 1 if self._fits(state == 1) else opened, node, 3 * _SLICE)

    def _fits(self, opened: NDArray[np.bool_]) -> bool:
        """Whether sites have room for all demand and keep to number and budget."""
        task = self.task
        return bool(self.room[opened].sum() >= self.demand.sum() and task.kept[opened].sum() == task.kept.sum()
                    and np.isfinite(self.unit[opened]).any(axis=0).all())

    def _allowed(self, opened: NDArray[np.bool_]) -> bool:
        task = self.task
        return self._fits(opened) and task.fewest <= opened.sum() <= task.most and bool(
            task.spending[opened].sum() <= task.budget)

    def _valued(self, opened: NDArray[np.bool_], near: _Relaxation, rounds: int) -> _Relaxation:
        """Return what sites would cost if places could be split at will: the bound with all of them decided."""
        return replace(self._bounded(np.where(opened, 1, 0).astype(np.int8), near, rounds), opened=opened)

    def _exchanged(self, chosen: _Relaxation, likely: NDArray[np.int64]) -> _Relaxation:
        """Open, close or exchange likely sites as long as the bound of the choice falls."""
        improved = True
        while improved and self.clock.left_s() != 0:
            improved = False
            inside, outside = ([site for site in likely.tolist() if chosen.opened[site] == side]
                               for side in (True, False))
            moves: list[tuple[int, ...]] = [(site,) for site in inside[::-1] + outside]
            moves += [(out, come) for out in inside[::-1] for come in outside]
            for move in moves:
                opened = chosen.opened.copy()
                opened[list(move)] ^= True
                if not self._allowed(opened):
                    continue
                tried = self._valued(opened, chosen, _SLICE)
                if tried.bound < chosen.bound * (1 - 1e-6):
                    tried = self._valued(opened, tried, 4 * _SLICE)
                    if tried.bound < chosen.bound * (1 - 1e-6):
                        chosen, improved = tried, True
                        break
                if self.clock.stopped():
                    return chosen
        return chosen


def _by_regret(task: Charged, may: NDArray[np.bool_], cut: NDArray[np.float64]) -> Served:
    """Serve places from some sites: those first that would lose most by another than their best site."""
    sites = np.flatnonzero(may)
    cost = task.cost[:, sites]
    priced = cost + task.demand[:, None] * cut[sites]
    two = np.partition(priced, 1, axis=1)[:, :2] if len(sites) > 1 else np.column_stack([priced, priced])
    with np.errstate(invalid="ignore"):
        regret = np.where(np.isfinite(two[:, 1]), two[:, 1] - two[:, 0], math.inf)
    room = task.capacity[sites].copy()
    share = np.zeros(task.cost.shape)
    slack = _ROUNDING * np.maximum(1.0, task.demand)
    for place in np.argsort(-regret, kind="stable").tolist():
        need, units = 1.0, float(task.demand[place])
        for at in np.argsort(priced[place], kind="stable").tolist():
            if not math.isfinite(cost[place, at]):
                break
            part = need if units * need <= room[at] + slack[place] * 1e-3 else 0.0
            if not part and not task.whole and room[at] > slack[place]:
                part = room[at] / units
            if part:
                share[place, sites[at]] += part
                room[at] -= part * units
                need -= part
            if need <= 1e-12:
                break
        if need > 1e-12:
            return _nothing(-math.inf)
    return _priced(task, share, -math.inf)


def _priced(task: Charged, share: NDArray[np.float64], bound: float, opened: NDArray[np.int64] | None = None) -> Served:
    """Return a solution with its cost; sites are open that are used, pay, stay or (`opened`) were meant to be."""
    used = (share > 0).any(axis=0) | task.kept | (task.fixed < 0)
    if opened is not None:
        used[opened] = True
    lacking = task.fewest - int(used.sum())
    if lacking > 0:
        spare = np.flatnonzero(~used)
        used[spare[np.argsort(task.fixed[spare], kind="stable")[:lacking]]] = True
    if used.sum() > task.most or task.spending[used].sum() > task.budget + 1e-9 * max(1.0, abs(task.budget)):
        return _nothing(bound)
    place, site = np.nonzero(share > 0)
    cost = math.fsum(task.fixed[used]) + math.fsum(share[place, site] * task.cost[place, site])
    return Served(np.flatnonzero(used), share, cost, bound)


def _nothing(bound: float) -> Served:
    return Served(np.zeros(0, dtype=np.int64), np.zeros((0, 0)), math.inf, bound)


def _better(one: Served, other: Served) -> Served:
    return other if other.cost < one.cost else one


def _nearest_pairs(task: Charged, cut: NDArray[np.float64], opened: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return for each place the few open sites that the price of their capacity makes cheapest."""
    priced = np.where(opened, task.cost + task.demand[:, None] * cut, math.inf)
    count = min(_NEAREST, len(opened))
    kth = np.partition(priced, count - 1, axis=1)[:, [count - 1]]
    pairs: NDArray[np.bool_] = (priced <= kth) & np.isfinite(priced)
    return pairs


def _solved(task: Charged, pairs: NDArray[np.bool_], low: NDArray[np.bool_], high: NDArray[np.bool_], clock: Clock, *,
            tight: bool) -> Served:
    """Solve the program of some pairs."""
    answer = solve_program(charged_program(task, pairs, low, high, tight=tight), clock.left_s())
    if not len(answer.values):
        return _nothing(answer.bound)
    share = np.zeros(task.cost.shape)
    share[pairs] = answer.values[len(task.fixed):]
    share = np.rint(share) if task.whole else np.where(share < _ROUNDING, 0.0, share)
    share /= share.sum(axis=1, keepdims=True)
    meant = np.flatnonzero(answer.values[:len(task.fixed)] > 0.5)
    found = _priced(task, share, answer.bound, meant)
    proven = found.cost if answer.status == "optimal" else min(found.cost, answer.bound)
    return Served(found.opened, found.share, found.cost, proven)
