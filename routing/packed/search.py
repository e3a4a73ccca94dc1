"""Build plans whose routes all load, by taking orders near each other out and putting each back where it loads.

References
----------
Schrimpf et al. (2000), "Record breaking optimization results using the ruin and recreate principle", Journal of
Computational Physics 159(2), 139-171. Tamke et al. (2025), DOI 10.1016/j.ejor.2025.10.010, for combining checked tours.
"""

from __future__ import annotations

import math
import random
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routing.packed.partition import best_combination
from routing.packed.routes import Tour, Tours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

MOST_OUT = 7
"""Most requests taken out in one step."""

TRIED = 7
"""How many places, cheapest first, are tried for a request before it is left over."""

LOOKED_INTO = 0.2
"""Chance that a place is looked into exactly where the quick search found no load."""

BLINK = 0.04
"""Chance that a place is passed over."""

WARMEST, COLDEST = 0.03, 0.0005
"""Temperatures of acceptance, as shares of the cost."""

COMBINED = 0.25
"""Share of the limit after which checked routes are combined, again and again."""


class State(NamedTuple):
    """A plan in the making.

    Parameters
    ----------
    tours : tuple of Tour
        All of them load.
    left : frozenset of tuple of str
        Requests that no tour serves.
    cost : float
        Of tours and penalties.
    """

    tours: tuple[Tour, ...]
    left: frozenset[tuple[str, ...]]
    cost: float


class PackedSearch:
    """A search for the cheapest plan whose routes all load.

    Parameters
    ----------
    tours : Tours
        What tours cost and whether they load.
    requests : sequence of tuple of str
        Orders that are served together: one, or pickup and delivery.
    penalties : mapping of tuple to float
        What leaving out each request costs.
    seed : int
        Of all that is drawn.
    """

    def __init__(self, tours: Tours, requests: Sequence[tuple[str, ...]], penalties: dict[tuple[str, ...], float],
                 seed: int) -> None:
        self.tours, self.penalties, self.seed = tours, penalties, seed
        self.request_of = {order: request for request in requests for order in request}
        self.chance = random.Random(seed)  # noqa: S311 (no secret)
        self.near = _neighbours(tours, requests)

    def started(self, tours: Sequence[Tour]) -> State:
        """Return a state from tours of which some do not load: orders are taken out of these until they do."""
        kept = []
        for tour in tours:
            fitting = tour
            while fitting.orders and not self.tours.loads(fitting):
                request = self.request_of[self.chance.choice(fitting.orders)]
                fitting = Tour(tour.kind, tuple(order for order in fitting.orders if order not in request))
            kept += [fitting] * bool(fitting.orders)
        return self._recreated(kept, _left_of(self.request_of.values(), kept))

    def run(self, state: State, seconds: float | None, steps: int | None, report: Callable[[State, int], object],
            stop: threading.Event) -> State:
        """Return the best state found until the limit, Ctrl-C, or somebody says stop.

        Parameters
        ----------
        state : State
            To begin from.
        seconds : float, optional
            Wall time.
        steps : int, optional
            Counted work.
        report : callable
            Told the best state and the steps done, after each step.
        stop : threading.Event
            Ends the search when it is set.

        Returns
        -------
        State
            No worse than the first.
        """
        begin, done, best = time.perf_counter(), 0, state
        combined_at = COMBINED
        try:
            while not stop.is_set():
                share = max((time.perf_counter() - begin) / seconds if seconds else 0.0, done / steps if steps else 0.0)
                if share >= 1:
                    break
                if share >= combined_at:
                    combined_at += COMBINED
                    best = state = self._combined(best, None if seconds is None else seconds * COMBINED / 3)
                heat = best.cost * WARMEST * (COLDEST / WARMEST) ** share / max(1, len(best.tours))
                other = self._ruined_and_recreated(state)
                if other.cost < state.cost - heat * math.log(max(1e-12, self.chance.random())):
                    state = other
                if state.cost < best.cost - 1e-9:
                    best = state
                done += 1
                report(best, done)
            best = self._combined(best, None if seconds is None else max(0.5, seconds * 0.05))
        except KeyboardInterrupt:
            pass
        return best

    def _combined(self, state: State, seconds: float | None) -> State:
        penalties = {order: self.penalties[request] / len(request) for order, request in self.request_of.items()}
        tours = best_combination(self.tours, penalties, state.tours, seconds, self.seed)
        other = self._state(tours, _left_of(self.request_of.values(), tours))
        return other if other.cost < state.cost else state

    def _state(self, tours: Sequence[Tour], left: frozenset[tuple[str, ...]]) -> State:
        cost = math.fsum(self.tours.cost(tour) or 0.0 for tour in tours)
        return State(tuple(tours), left, cost + math.fsum(self.penalties[request] for request in left))

    def _ruined_and_recreated(self, state: State) -> State:
        """Return the state with some requests that are near each other taken out and put back."""
        out = set(self._taken(state)) | state.left
        gone = {order for request in out for order in request}
        tours = []
        for tour in state.tours:
            orders = tuple(order for order in tour.orders if order not in gone)
            if orders and orders != tour.orders and not self.tours.loads(Tour(tour.kind, orders)):
                out |= {self.request_of[order] for order in orders}
                orders = ()
            tours += [Tour(tour.kind, orders)] * bool(orders)
        return self._recreated(tours, frozenset(out))

    def _taken(self, state: State) -> Iterator[tuple[str, ...]]:
        """Yield requests near each other, or those of one whole tour."""
        if state.tours and self.chance.random() < 0.15:
            yield from (self.request_of[order] for order in self.chance.choice(state.tours).orders)
        most = min(MOST_OUT, len(self.penalties))
        seed = self.chance.choice(sorted(state.left) if state.left and self.chance.random() < 0.5
                                  else sorted(self.penalties))
        taken = 0
        count = self.chance.randint(1, most)
        for request in self.near[seed]:
            if taken < count and self.chance.random() < 0.85:
                yield request
                taken += 1

    def _recreated(self, tours: Sequence[Tour], left: frozenset[tuple[str, ...]]) -> State:
        """Return the state with as many requests as can be put back where they cost least and load."""
        waiting = sorted(left)
        self.chance.shuffle(waiting)
        if self.chance.random() < 0.5:
            waiting.sort(key=lambda request: -self._volume(request))
        now = list(tours)
        over = [request for request in waiting if not self._put_back(now, request)]
        return self._state(now, frozenset(over))

    def _volume(self, request: tuple[str, ...]) -> float:
        return sum(unit.volume_m3 for order in self.tours.nouns(Tour(0, request)) for unit in order.units)

    def _put_back(self, tours: list[Tour], request: tuple[str, ...]) -> bool:
        """Put one request where it costs least of the first places that load; return whether there was one."""
        places = [place for place in self._places(tours, request) if self.chance.random() >= BLINK]
        places.sort(key=lambda place: place[:2])
        fresh = [place for place in places[TRIED:] if place[2] == len(tours)]  # an empty vehicle is never too late
        listed = [place for place in [*places[:TRIED], *fresh] if place[0] < self.penalties[request]]
        for _, _, at, tour in listed:
            if self.tours.loads(tour, exactly=self.chance.random() < LOOKED_INTO):
                tours[at:at + 1] = [tour]
                return True
        return False

    def _places(self, tours: Sequence[Tour], request: tuple[str, ...]) -> Iterator[tuple[float, float, int, Tour]]:
        """Yield added cost, a tie breaker, which tour is replaced and by what."""
        fleet = self.tours.problem.fleet
        for at, tour in enumerate(tours):
            if not self.tours.has_room(Tour(tour.kind, tour.orders + request)):
                continue
            before = self.tours.cost(tour) or 0.0
            for orders in _with(tour.orders, request):
                for way in (orders, orders[::-1]):
                    cost = self.tours.cost(Tour(tour.kind, way))
                    if cost is not None:
                        yield cost - before, self.chance.random(), at, Tour(tour.kind, way)
        for kind, vehicle in enumerate(fleet):
            if sum(tour.kind == kind for tour in tours) < vehicle.count:
                cost = self.tours.cost(Tour(kind, request))
                if cost is not None:
                    yield cost, self.chance.random(), len(tours), Tour(kind, request)


def _with(orders: tuple[str, ...], request: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield all ways of putting a request into a sequence, its first order before its second."""
    for i in range(len(orders) + 1):
        if len(request) == 1:
            yield (*orders[:i], *request, *orders[i:])
        else:
            for j in range(i, len(orders) + 1):
                yield (*orders[:i], request[0], *orders[i:j], request[1], *orders[j:])


def _left_of(requests: Iterable[tuple[str, ...]], tours: Sequence[Tour]) -> frozenset[tuple[str, ...]]:
    served = {order for tour in tours for order in tour.orders}
    return frozenset(request for request in requests if request[0] not in served)


def _neighbours(tours: Tours, requests: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], list[tuple[str, ...]]]:
    """Return for each request the others, the nearest by travel time first; itself leads."""
    problem = tours.problem
    rows = np.array([problem.order_row[request[0]] for request in requests])
    times: NDArray[np.int64] = problem.matrices[0].duration_s[np.ix_(rows, rows)]
    far = np.where(times < 0, times.max(initial=0) + 1, times)
    ranked = np.argsort(far + far.T - np.diag(np.ones(len(rows), dtype=np.int64)), axis=1, kind="stable")[:, :60]
    return {request: [requests[k] for k in row] for request, row in zip(requests, ranked.tolist(), strict=True)}
