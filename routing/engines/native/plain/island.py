"""One search of a plain day; from outside it is like any other island."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routing.engines.native import layout as full
from routing.engines.native.islands import BEGIN_HEAT, OPENING, Island
from routing.engines.native.plain import layout as at
from routing.engines.native.plain.state import best_routes, load, new_state, possible_routes
from routing.engines.native.plain.step import anneal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routing.engines import Initial
    from routing.engines.native.encode import Encoded
TIMED_HEAT = 10.0
"""First temperature where time decides anything."""


class PlainIsland(Island):
    """One search of a plain day.

    Parameters
    ----------
    encoded : Encoded
        What to search, see `is_plain`.
    table : Table
        Of its day.
    seed : int
        Of everything that is drawn.
    initial : sequence of (str, sequence of str)
        Routes to begin from.
    """

    def __init__(self, encoded: Encoded, table: at.Table, seed: int, initial: Initial) -> None:
        self.encoded, self.day, self.table, self.fleet_first = encoded, encoded.day, table, False
        self.state = new_state(encoded.day, table, seed)
        self.is_complete = self._begin(initial)
        """Whether every order is on a route; the search goes on only then."""

    def _begin(self, initial: Initial) -> bool:
        """Replace the plan by routes, and put all other orders into them or into new ones; return whether that went.

        Where time decides, far orders first or urgent ones, whichever is cheaper; else as they come: what is good at
        once was worse in the end.
        """
        chain, _ = self.encoded.chain(initial, len(self.state.route) - 1)
        routes = possible_routes(self.table, self.state, chain)
        order, far = self.table.order, -self.table.order[:, at.FAR]
        keys = (far, order[:, at.CLOSE]) if self.table.rule[at.TIMED] else (np.arange(len(order)),)
        done = [self._filled(routes, key) for key in keys]
        return any(done) and self._filled(best_routes(self.state, len(order)), far)

    def _filled(self, routes: list[list[int]], key: NDArray[np.int64]) -> bool:
        """Replace the plan by routes, put in all other orders by a key; return whether that went."""
        left = load(self.table, self.state, routes)
        self.state.lists[at.WORK, : len(left)] = left[np.argsort(key[left], kind="stable")]
        return bool(anneal(self.table, self.state, 1, 1.0, 0.0, len(left)))

    @property
    def begin_heat(self) -> float:
        """First temperature, in mean costs of a leg: windows wall plans off from each other."""
        return TIMED_HEAT if self.table.rule[at.TIMED] else BEGIN_HEAT

    @property
    def value(self) -> tuple[int, int, int]:
        """How good the best plan is, the less the better: orders left over and routes do not count, cost does."""
        tally, kind = self.state.tally, self.encoded.day.kind[0]
        routes = int(tally[at.BEST_ROUTES])
        metres = int(tally[at.BEST_COST]) - routes * int(self.table.rule[at.FIXED])
        return 0, 0, routes * int(kind[full.FIXED]) + metres * int(kind[full.PER_METRE])

    @property
    def leg(self) -> float:
        """Mean metres of a leg of the present plan."""
        tally = self.state.tally
        metres = int(tally[at.TOTAL]) - int(tally[at.ACTIVE] * self.table.rule[at.FIXED])
        return max(1.0, metres / (len(self.table.order) + int(tally[at.ACTIVE])))

    def sequences(self) -> list[tuple[str, list[str]]]:
        """Return the routes of the best plan as ids: vehicle type and orders of each."""
        ids, (kind,) = self.encoded.order_ids, self.encoded.type_ids
        return [(kind, [ids[c] for c in route]) for route in best_routes(self.state, len(ids)) if route]

    def go(self, steps: int, heat: float) -> None:
        """Do steps at a temperature.

        Parameters
        ----------
        steps : int
            How many.
        heat : float
            In mean costs of a leg.
        """
        anneal(self.table, self.state, steps, heat * self.leg, OPENING, -1)

    def restart(self, other: Island) -> None:
        """Go on from the best plan of an island.

        Parameters
        ----------
        other : Island
            Another, or this one.
        """
        chain, _ = self.encoded.chain(other.sequences(), len(self.state.route) - 1)
        self._filled(possible_routes(self.table, self.state, chain), self.table.order[:, at.FAR])
