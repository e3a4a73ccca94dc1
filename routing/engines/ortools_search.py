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

import heapq
import math
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routing.engines.ortools_model import Model
from routing.engines.pricing import Pricing, Tour

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[np.int64]]

NEIGHBOURHOOD = 50
"""Orders in one descent; more if the two nearest routes hold more."""

TORN_OUT = 10
"""Orders torn out before a descent, in the mean."""

LONGEST_STRING = 10
"""Orders in a row torn out of one route, at most."""

SPARE = 2
"""Unused vehicles of each type that a descent may take, if there are so many."""

PUT_BACK, CHAINED = 0.4, 0.2
"""Shares of the descents that begin with the torn-out orders put back one by one where each costs least, or put into
one route one after the other in any sequence. The others begin without them: the descent itself must place them."""

WHOLE_LINES = 0.5
"""Share of the descents before which fixed lines are torn out as a whole if one of their orders is."""

BLINK = 0.01
"""Share of the places that are overlooked when an order is put back."""

MOST_TRIED = 60
"""Places tried, cheapest first, when an order is put back."""

EXACTLY = 0.1
"""Share of repairs that price those places whole, where breaks or overtime make what is added to legs a poor guess."""

MENDED = 50
"""Orders, or shipments, put into a plan to begin from before the clock is looked at."""

FIRST_TEMPERATURE = 0.1
"""A descent that ends dearer by this share of the mean cost between two orders is kept once in e times at first."""


_OUT_OF_TIME = 0.9
"""A solver that gives up after this share of the limit gave up for want of time."""


class Found(NamedTuple):
    """The best routes so far, with their cost: routes, and penalties of orders left out."""

    cost: int
    tours: tuple[Tour, ...]
    iteration: int


def search(arrays: Arrays, seed: int, seconds: float | None, iterations: int | None,
           tell: Callable[[Found], None], tick: Callable[[int], None], initial: tuple[Tour, ...] = ()) -> int:
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
    initial : tuple of Tour
        To begin from, as far as they can be; without any, tours are built from nothing.

    Returns
    -------
    int
        Descents done.
    """
    limit = _Limit(seconds, iterations)
    town = _Town(arrays)
    rng = random.Random(seed)  # noqa: S311 (no secret)
    tours = town.mended(rng, initial, limit) if initial or town.asks_more else town.first_tours(limit)
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

    centre: int
    tours: tuple[Tour, ...]
    others: tuple[Tour, ...]
    orders: tuple[int, ...]
    served: frozenset[int]


class _Town:
    """The problem, with what a search needs to know of it."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays, self.pricing = arrays, Pricing(arrays)
        self.orders, self.depots = self.pricing.orders, self.pricing.depots
        between = arrays["cost"][:, self.depots:, self.depots:]
        self.temperature = FIRST_TEMPERATURE * float(between.mean())
        apart = between.sum(axis=0, dtype=np.float64)
        apart += apart.T
        np.fill_diagonal(apart, -1.0)
        self.lined = self.pricing.lined
        self.plain = not arrays["role"].any() and not self.pricing.parted and not self.lined
        unknown = self.lined or self.pricing.timed or bool(arrays["breaks"][..., -1].any() or arrays["driving"].any())
        self.asks_more = unknown or bool((arrays["partner"] >= 0).any())
        self.tabled = unknown or arrays["openings"].shape[1] > 1
        self.priced_whole = self.tabled or bool(arrays["overtime"][:, 1].any())
        self.nearest: NDArray[np.int64] = np.argsort(apart, axis=1, kind="stable")

    @property
    def kinds(self) -> list[int]:
        """Type of every vehicle."""
        return [kind for kind, count in enumerate(self.arrays["count"].tolist()) for _ in range(count)]

    def first_tours(self, limit: _Limit) -> tuple[Tour, ...] | None:
        """Return tours built from nothing; None if there was no time for them.

        Not where the town asks for more, shipments for one: OR-Tools takes a minute to build tours for 500 of them,
        `mended` 4 s.
        """
        routes = Model(self.arrays, range(self.orders), self.kinds).first(limit.milliseconds)
        if routes is None:
            return None if limit.share > _OUT_OF_TIME else ()
        return _tours(self.kinds, routes)

    def mended(self, rng: random.Random, tours: tuple[Tour, ...], limit: _Limit) -> tuple[Tour, ...]:
        """Return tours that keep all rules: what cannot stay where it is goes where it costs least, or is left out."""
        kinds = self.kinds
        routes: list[list[int]] = [[] for _ in kinds]
        for tour in tours:
            slot = next(i for i, kind in enumerate(kinds) if kind == tour.kind and not routes[i])
            held = {self.pricing.line[order] for route in routes for order in route} - {-1}
            routes[slot] = self._kept(Tour(tour.kind, tuple(
                order for order in tour.orders if self.pricing.line[order] not in held)))
        served = {order for route in routes for order in route}
        loose = sorted((order for order in range(self.orders) if order not in served), key=self._due)
        requests = list(dict.fromkeys(map(self.pricing.request, loose)))
        while requests and not limit.reached:
            part, requests = requests[:MENDED], requests[MENDED:]
            self._put_back(rng, [order for request in part for order in request], kinds, routes, blink=0.0)
        return _tours(kinds, routes)

    def _due(self, order: int) -> tuple[int, int, int]:
        """Return when an order is placed: those of fixed lines first, then by when the first window closes."""
        line = self.pricing.line[order]
        if line >= 0:
            return -1, line, self.pricing.step[order]
        closes = self.arrays["window"][list(self.pricing.request(order)), 1]
        return 0, int(closes.min()), order

    def _kept(self, tour: Tour) -> list[int]:
        """Return the orders of a tour, or, if it breaks a rule, those that can be added one after the other."""
        whole = self.pricing.paired(tour.orders)
        if self.pricing.cost(Tour(tour.kind, tuple(whole))) is not None:
            return whole
        kept: list[int] = []
        for order in whole:
            if self.pricing.cost(Tour(tour.kind, (*kept, order))) is not None:
                kept.append(order)
        paired = self.pricing.paired(kept)
        return paired if self.pricing.cost(Tour(tour.kind, tuple(paired))) is not None else []

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
            if tour is not None:
                chosen[tour] = None
            elif order not in left:
                left += self.pricing.request(order)
        if self.lined:
            lines = {self.pricing.line[order] for order in left} - {-1}
            chosen |= dict.fromkeys(tour for tour in tours
                                    if lines & {self.pricing.line[order] for order in tour.orders})
        served = [order for tour in chosen for order in tour.orders]
        others = tuple(tour for tour in tours if tour not in chosen)
        return _Part(centre, tuple(chosen), others, (*served, *left), frozenset(served))

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
        loose = [order for order in orders if order in torn or order not in part.served]
        how = rng.random()
        if how < PUT_BACK:
            self._put_back(rng, loose, kinds, routes)
        elif how < PUT_BACK + CHAINED:
            self._chain(rng, loose, kinds, routes)
            if self.tabled:  # what the model knows too little to better is worth keeping: let it be whole
                chained = {order for route in routes for order in route}
                self._put_back(rng, [order for order in loose if order not in chained], kinds, routes)
        after = Model(self.arrays, orders, kinds).improved(routes, limit.milliseconds)
        if not self.tabled:
            return None if after is None else _tours(kinds, after)
        found = [_tours(kinds, ways) for ways in (after, routes) if ways is not None]
        return min(filter(self._may_be, found), key=lambda tours: self.cost(tours, part.orders), default=None)

    def _may_be(self, tours: tuple[Tour, ...]) -> bool:
        """Return whether tours keep all rules, those too that no model has."""
        lines = [line for tour in tours for line in {self.pricing.line[order] for order in tour.orders} - {-1}]
        return len(set(lines)) == len(lines) and all(self.pricing.cost(tour) is not None for tour in tours)

    def _put_back(self, rng: random.Random, loose: list[int], kinds: list[int], routes: list[list[int]], *,
                  blink: float = BLINK) -> None:
        """Insert orders, or shipments, one by one where each costs least, as far as there is room."""
        exactly = self.priced_whole and rng.random() < EXACTLY
        for request in dict.fromkeys(map(self.pricing.request, loose)):
            places = []
            line = max(self.pricing.line[order] for order in request)
            home = None if line < 0 else next((vehicle for vehicle, route in enumerate(routes) if any(
                self.pricing.line[order] == line for order in route)), None)
            for vehicle, kind in enumerate(kinds):
                if home not in (None, vehicle):
                    continue
                first_of_its_kind = vehicle == 0 or kinds[vehicle - 1] != kind or routes[vehicle - 1]
                if (routes[vehicle] or first_of_its_kind) and self._may_add(kind, routes[vehicle], request):
                    prices = self.pricing.insertion_costs(kind, routes[vehicle], request)
                    places += [(*price, vehicle) for price in prices if rng.random() >= blink]
            alone = sorted(place for place in places if not routes[place[-1]])
            tried = [*heapq.nsmallest(MOST_TRIED, places), *alone]
            if chosen := self._chosen(request, tried, kinds, routes, exactly=exactly):
                vehicle, grown = chosen
                routes[vehicle] = grown

    def _chosen(self, request: tuple[int, ...], tried: list[tuple[int, int, int, int]], kinds: list[int],
                routes: list[list[int]], *, exactly: bool) -> tuple[int, list[int]] | None:
        """Return a vehicle and its route with a request at the first place that is possible, or the cheapest.

        None if each breaks a rule, or costs more than the request is worth.
        """
        least, chosen = int(self.arrays["penalty"][list(request)].sum()), None
        for price, i, j, vehicle in tried:
            if price >= least:
                break
            before, kind = routes[vehicle], kinds[vehicle]
            grown = [*before[:i], request[0], *before[i:j], *request[1:], *before[j:]]
            cost = self.pricing.cost(Tour(kind, tuple(grown)), fits=self.plain)
            if cost is not None and not exactly:
                return vehicle, grown
            if cost is not None:
                added = cost - (self.pricing.cost(Tour(kind, tuple(before)), fits=True) or 0 if before else 0)
                if added < least:
                    least, chosen = added, (vehicle, grown)
        return chosen

    def _may_add(self, kind: int, route: list[int], request: tuple[int, ...]) -> bool:
        """Return whether a vehicle may serve a request; of plain deliveries, whether it can load one more, too."""
        if not self.arrays["able"][kind, request[0]] or len(route) + len(request) > self.arrays["stops"][kind]:
            return False
        loaded = self.arrays["load"][:, [*route, *request]].sum(axis=1)
        return not self.plain or bool((loaded <= self.arrays["capacity"][:, kind]).all())

    def _chain(self, rng: random.Random, loose: list[int], kinds: list[int], routes: list[list[int]]) -> None:
        """Put some loose orders, one after the other, into a route that may turn out to break a rule by that."""
        vehicle = rng.randrange(len(routes))
        able = self.arrays["able"][kinds[vehicle]]
        chain = [request for request in dict.fromkeys(map(self.pricing.request, loose)) if able[request[0]]]
        at = rng.randint(0, len(routes[vehicle]))
        chosen = chain[: rng.randint(1, max(1, len(chain)))]
        routes[vehicle][at:at] = [order for request in chosen for order in request]

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
        if self.lined and rng.random() < WHOLE_LINES:
            lines = {self.pricing.line[order] for order in torn} - {-1}
            torn |= {order for order in part.served if self.pricing.line[order] in lines}
        return {end for order in torn for end in self.pricing.request(order)}

    def cost(self, tours: tuple[Tour, ...], orders: tuple[int, ...] | None = None) -> int:
        """Return the cost of tours, and of leaving out those of the orders (by default all) that they do not visit."""
        served = {order for tour in tours for order in tour.orders}
        left = [order for order in (range(self.orders) if orders is None else orders) if order not in served]
        return sum(self.pricing.cost(tour, fits=True) or 0 for tour in tours) + int(self.arrays["penalty"][left].sum())


def as_tours(flat: NDArray[np.int64]) -> tuple[Tour, ...]:
    """Return tours that came over the pipe.

    Parameters
    ----------
    flat : ndarray of int
        For each tour: vehicle type, number of visits, then the orders visited; all in one row.

    Returns
    -------
    tuple of Tour
        In the same order.
    """
    tours, rest = [], flat.tolist()
    while rest:
        tours.append(Tour(rest[0], tuple(rest[2 : 2 + rest[1]])))
        rest = rest[2 + rest[1] :]
    return tuple(tours)


def model_cost(arrays: Arrays, tours: tuple[Tour, ...]) -> int | None:
    """Return what one model of the whole problem says tours cost.

    Parameters
    ----------
    arrays : dict of str to ndarray of int64
        As for `search`.
    tours : tuple of Tour
        All of a plan.

    Returns
    -------
    int or None
        With penalties; None if the model does not allow them.
    """
    orders = range(arrays["window"].shape[0])
    return Model(arrays, orders, [tour.kind for tour in tours]).objective([list(tour.orders) for tour in tours])


def _tours(kinds: list[int], routes: list[list[int]]) -> tuple[Tour, ...]:
    return tuple(Tour(kind, tuple(route)) for kind, route in zip(kinds, routes, strict=True) if route)
