"""Search for a plan with OR-Tools: build routes once, then tear orders out of neighbouring routes and descend again.

Runs in the worker process only. A descent over all routes at once takes seconds for a few hundred orders; over some
neighbouring routes it takes a tenth of one, and many of them, each from a ruined start, end lower. Which routes, which
orders, and whether a dearer result is kept for now, is drawn with a seed; one descent is one iteration.

References
----------
Christiaens and Vanden Berghe (2020), "Slack induction by string removals for vehicle routing problems", Transportation
Science 54(2), 417-433 (which orders are torn out). Taillard and Voss (2002), "POPMUSIC: partial optimization
metaheuristic under special intensification conditions" (solving a part at a time).
"""

from __future__ import annotations

import math
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routing.engines.ortools_model import Model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[np.int64]]

NEIGHBOURHOOD = 40
"""Orders in one descent; more if the two nearest routes hold more."""

TORN_OUT = 10
"""Orders torn out before a descent, in the mean."""

LONGEST_STRING = 10
"""Orders in a row torn out of one route, at most."""

SPARE = 2
"""Unused vehicles of each type that a descent may take, if there are so many."""

CHAINED = 0.25
"""Share of the descents that begin with orders torn out put together, in any sequence, into any route."""

FIRST_TEMPERATURE = 0.3
"""A descent that ends dearer by this share of the mean cost between two orders is kept once in e times at first."""


class Tour(NamedTuple):
    """One vehicle's route: its type and the orders it visits."""

    kind: int
    orders: tuple[int, ...]


class Found(NamedTuple):
    """The best routes so far, with their cost: routes, and penalties of orders left out."""

    cost: int
    tours: tuple[Tour, ...]
    iteration: int


def search(arrays: Arrays, seed: int, seconds: float | None, iterations: int | None,
           tell: Callable[[Found], None], tick: Callable[[int], None]) -> int:
    """Search until a limit is reached.

    Parameters
    ----------
    arrays : dict of str to ndarray of int64
        As `routing.engines.encode.encode` makes them, with at least one order.
    seed : int
        Of all that is drawn.
    seconds : float, optional
        Wall time; without it the same arguments lead to the same calls of `tell`.
    iterations : int, optional
        Most descents.
    tell : callable
        Called with every better plan.
    tick : callable
        Called with the number of descents done so far.

    Returns
    -------
    int
        Descents done.
    """
    limit = _Limit(seconds, iterations)
    town = _Town(arrays)
    rng = random.Random(seed)  # noqa: S311 (no secret)
    tours = town.first_tours(limit)
    if tours is None:
        return 0
    cost = best = town.cost(tours)
    tell(Found(best, tours, 0))
    while not limit.reached:
        part = town.neighbourhood(rng, tours)
        after = town.descended(rng, part, limit)
        limit.done += 1
        tick(limit.done)
        if after is None:
            continue
        change = town.cost(after, part.orders) - town.cost(part.tours, part.orders)
        if change < 0 or change < -town.temperature * (1 - limit.share) * math.log(1 - rng.random()):
            tours, cost = (*part.others, *after), cost + change
        if cost < best:
            best = cost
            tell(Found(best, tours, limit.done))
    return limit.done


class _Limit:
    """Counts what is left of the wall time and of the descents."""

    def __init__(self, seconds: float | None, iterations: int | None) -> None:
        self.begin, self.seconds, self.iterations, self.done = time.monotonic(), seconds, iterations, 0

    @property
    def share(self) -> float:
        """How much of the limit is used up, 0 to 1."""
        spent = 0.0 if self.seconds is None else (time.monotonic() - self.begin) / self.seconds
        return min(1.0, max(spent, 0.0 if self.iterations is None else self.done / self.iterations))

    @property
    def reached(self) -> bool:
        return self.share >= 1

    @property
    def milliseconds(self) -> int | None:
        """Wall time left."""
        if self.seconds is None:
            return None
        return max(1, int(1000 * (self.begin + self.seconds - time.monotonic())))


class _Part(NamedTuple):
    """Some neighbouring tours, the orders to look at (theirs, and unserved ones near by), and all other tours."""

    tours: tuple[Tour, ...]
    orders: tuple[int, ...]
    others: tuple[Tour, ...]
    centre: int


class _Town:
    """The problem, with what a search needs to know of it."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self.orders = arrays["window"].shape[0]
        self.depots = arrays["time"].shape[1] - self.orders
        apart = arrays["cost"][:, self.depots:, self.depots:].sum(axis=0, dtype=np.float64)
        apart += apart.T
        np.fill_diagonal(apart, -1.0)
        self.nearest: NDArray[np.int64] = np.argsort(apart, axis=1, kind="stable")
        between = arrays["cost"][:, self.depots:, self.depots:]
        self.temperature = FIRST_TEMPERATURE * float(between.mean())

    def first_tours(self, limit: _Limit) -> tuple[Tour, ...] | None:
        kinds = [kind for kind, count in enumerate(self.arrays["count"].tolist()) for _ in range(count)]
        routes = Model(self.arrays, range(self.orders), kinds).first(limit.milliseconds)
        if routes is None:
            return None if limit.reached else ()
        return _tours(kinds, routes)

    def neighbourhood(self, rng: random.Random, tours: tuple[Tour, ...]) -> _Part:
        """Return the tours around an order drawn at random."""
        centre = rng.randrange(self.orders)
        tour_of = {order: tour for tour in tours for order in tour.orders}
        chosen: dict[Tour, None] = {}
        left: list[int] = []
        size = 0
        for order in self.nearest[centre].tolist():
            tour = tour_of.get(order)
            if tour in chosen or (tour is None and len(left) >= NEIGHBOURHOOD // 2):
                continue
            size += 1 if tour is None else len(tour.orders)
            if size > NEIGHBOURHOOD and len(chosen) > 1:
                break
            if tour is None:
                left.append(order)
            else:
                chosen[tour] = None
        inside = (*(order for tour in chosen for order in tour.orders), *left)
        return _Part(tuple(chosen), inside, tuple(tour for tour in tours if tour not in chosen), centre)

    def descended(self, rng: random.Random, part: _Part, limit: _Limit) -> tuple[Tour, ...] | None:
        """Return the tours of a part after some orders were torn out and a descent; None if it came to nothing."""
        used = Counter(tour.kind for tour in (*part.tours, *part.others))
        spare = [kind for kind, count in enumerate(self.arrays["count"].tolist())
                 for _ in range(min(count - used[kind], SPARE))]
        torn = self._torn_out(rng, part)
        routes = [[order for order in tour.orders if order not in torn] for tour in part.tours] + [[] for _ in spare]
        kinds = [*(tour.kind for tour in part.tours), *spare]
        orders = list(part.orders)
        rng.shuffle(orders)
        if rng.random() < CHAINED:
            self._chain(rng, set(orders).difference(*routes), kinds, routes)
        after = Model(self.arrays, orders, kinds).improved(routes, limit.milliseconds)
        return None if after is None else _tours(kinds, after)

    def _chain(self, rng: random.Random, loose: set[int], kinds: list[int], routes: list[list[int]]) -> None:
        """Put some loose orders, one after the other, into a route; only its times may turn out to be impossible."""
        vehicle = rng.randrange(len(routes))
        able = self.arrays["able"][kinds[vehicle]]
        chain = [order for order in sorted(loose) if able[order]]
        rng.shuffle(chain)
        at = rng.randint(0, len(routes[vehicle]))
        routes[vehicle][at:at] = chain[: rng.randint(1, max(1, len(chain)))]

    def _torn_out(self, rng: random.Random, part: _Part) -> set[int]:
        """Return orders near the centre: a string of neighbours from each of the nearest tours."""
        torn: set[int] = set()
        wanted = rng.randint(TORN_OUT // 2, TORN_OUT * 3 // 2)
        rank = {order: i for i, order in enumerate(self.nearest[part.centre].tolist())}
        for tour in part.tours:
            if len(torn) >= wanted:
                break
            length = rng.randint(1, min(len(tour.orders), LONGEST_STRING))
            nearest = min(range(len(tour.orders)), key=lambda i: rank[tour.orders[i]])
            begin = min(max(0, nearest - rng.randrange(length)), len(tour.orders) - length)
            torn.update(tour.orders[begin : begin + length])
        return torn

    def cost(self, tours: tuple[Tour, ...], orders: tuple[int, ...] | None = None) -> int:
        """Return the cost of tours, and of leaving out those of the orders (by default all) that they do not visit."""
        served = {order for tour in tours for order in tour.orders}
        left = [order for order in (range(self.orders) if orders is None else orders) if order not in served]
        return sum(map(self._tour_cost, tours)) + int(self.arrays["penalty"][left].sum())

    def _tour_cost(self, tour: Tour) -> int:
        """Return fixed cost, cost of the arcs, and cost of the least waiting that the windows leave."""
        arrays, kind = self.arrays, tour.kind
        cost, seconds = arrays["cost"][arrays["cost_of"][kind]], arrays["time"][arrays["time_of"][kind]]
        home = place = int(arrays["depot"][kind])
        begin, latest = arrays["hours"][kind].tolist()
        last_s, moving = latest, 0
        total = int(arrays["fixed"][kind])
        for order in tour.orders:
            node, (opens, closes) = self.depots + order, arrays["window"][order].tolist()
            leg = int(seconds[place, node])
            total, moving, begin = total + int(cost[place, node]), moving + leg, max(begin + leg, opens)
            latest, place = min(latest, closes - moving), node
        leg = int(seconds[place, home])
        latest = min(latest, last_s - moving - leg)
        waiting = max(0, begin + leg - latest - (moving + leg))
        return total + int(cost[place, home]) + int(arrays["wait"][kind]) * int(waiting)


def _tours(kinds: list[int], routes: list[list[int]]) -> tuple[Tour, ...]:
    return tuple(Tour(kind, tuple(route)) for kind, route in zip(kinds, routes, strict=True) if route)
