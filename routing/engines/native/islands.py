"""Searches side by side, one on each thread, that hand on the best plan at fixed barriers. Limits are not known here.

What a search finds depends on its seed, its work and the barriers alone, never on how many cores there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from routing.engines.native import layout as at
from routing.engines.native.state import drop_route, load, new_search
from routing.engines.native.step import anneal

if TYPE_CHECKING:
    from collections.abc import Callable

    from routing.engines import Initial
    from routing.engines.native.encode import Encoded

BEGIN_HEAT = 1.0
"""First temperature, in mean costs of a leg."""

OPENING = 0.1
"""Share of steps in which a new route may be opened because it is cheaper."""


class Island:
    """One search.

    Parameters
    ----------
    encoded : Encoded
        What to search.
    seed : int
        Of everything that is drawn.
    initial : sequence of (str, sequence of str)
        Routes to begin from.
    fleet_first : bool
        Whether fewer routes are better than cheaper ones.
    """

    def __init__(self, encoded: Encoded, seed: int, initial: Initial, fleet_first: bool) -> None:
        self.encoded, self.day, self.fleet_first = encoded, encoded.day, fleet_first
        self.search = new_search(encoded.day, seed)
        if initial:
            load(self.day, self.search, *encoded.chain(initial, len(self.search.route)))
        anneal(self.day, self.search, 1, 1.0, 0.0, fleet_first, -1, True)

    @property
    def begin_heat(self) -> float:
        """First temperature, in mean costs of a leg."""
        return BEGIN_HEAT

    @property
    def value(self) -> tuple[int, int, int]:
        """How good the best plan is, the less the better: mandatory orders left over, routes if they count, cost."""
        tally = self.search.tally
        routes = int(tally[at.BEST_ROUTES]) if self.fleet_first else 0
        return int(tally[at.BEST_MISSING]), routes, int(tally[at.BEST_COST])

    @property
    def leg_cost(self) -> float:
        """Mean cost of a leg of the present plan, without fixed costs."""
        route = self.search.route[self.search.route[:, at.KIND] >= 0]
        kinds = self.day.kind[route[:, at.KIND]]
        cost = float((route[:, at.COST] - kinds[:, at.FIXED]).sum())
        return max(1.0, cost / max(1, int(route[:, at.STOPS].sum()) + len(route)))

    def sequences(self) -> list[tuple[str, list[str]]]:
        """Return the routes of the best plan as ids: vehicle type and orders of each."""
        return self.encoded.sequences(self.search)

    def go(self, steps: int, heat: float) -> None:
        """Do steps at a temperature.

        Parameters
        ----------
        steps : int
            How many.
        heat : float
            In mean costs of a leg.
        """
        anneal(self.day, self.search, steps, heat * self.leg_cost, OPENING, self.fleet_first, -1, False)

    def save_vehicles(self, steps: int, heat: float) -> None:
        """Do steps with one route less than the best plan has; with one less again as often as that succeeds.

        Parameters
        ----------
        steps : int
            How many.
        heat : float
            In mean costs of a leg.
        """
        tally = self.search.tally
        while steps > 0 and tally[at.BEST_ROUTES] > 0:
            enough = int(tally[at.BEST_MISSING])
            if tally[at.MISSING] <= enough:
                drop_route(self.day, self.search)
            steps -= anneal(self.day, self.search, steps, heat * self.leg_cost, 0.0, True, enough, False)

    def restart(self, other: Island) -> None:
        """Go on from the best plan of an island.

        Parameters
        ----------
        other : Island
            Another, or this one.
        """
        m, slots = len(self.day.order), len(self.search.route)
        best = other.search.lists[at.BEST, : m + slots].copy()
        load(self.day, self.search, best, other.search.lists[at.BEST_KIND, :slots].copy())
        anneal(self.day, self.search, 1, 1.0, 0.0, self.fleet_first, -1, True)
        if self.fleet_first:
            self.search.tally[at.MOST_ROUTES] = max(other.search.tally[at.BEST_ROUTES], self.search.tally[at.ACTIVE])


def exchange(islands: list[Island]) -> None:
    """Let the worst island go on from the best plan of all."""
    best = min(islands, key=lambda island: island.value)
    worst = max(islands, key=lambda island: island.value)
    if worst.value > best.value:
        worst.restart(best)


@contextmanager
def side_by_side(count: int) -> Iterator[Callable[[Callable[[Island], None], list[Island]], None]]:
    """Give what does one thing on all islands at once.

    Parameters
    ----------
    count : int
        How many islands there are; one needs no thread.

    Yields
    ------
    callable
        Takes what to do and the islands; returns when it is done on all.
    """
    if count == 1:
        yield lambda work, islands: work(islands[0])
        return
    with ThreadPoolExecutor(count) as pool:

        def on_all(work: Callable[[Island], None], islands: list[Island]) -> None:
            for _ in pool.map(work, islands):
                pass

        yield on_all
