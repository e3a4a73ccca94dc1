"""The engine `native`: slices of compiled search; between them Python looks at the clock, tells progress, hears Ctrl-C.

Units are those of the problem; the search's own stand in `layout`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from routing.assemble import assemble_plan
from routing.engines import SearchState
from routing.engines.native import layout as at
from routing.engines.native.encode import Encoded, encode
from routing.engines.native.state import load, new_search
from routing.engines.native.step import anneal

if TYPE_CHECKING:
    from routing.engines import Initial, Progress
    from routing.model import Limit, Problem
    from routing.plan import Plan

STEPS = 1_000
"""Ruin-and-recreate steps in one iteration."""

SLICE_S = 0.05
"""How long a slice of search may take before the clock is looked at."""

BEGIN_HEAT, END_HEAT = 0.3, 0.01
"""First and last temperature, in mean costs of a leg."""

OPENING = 0.1
"""Share of steps in which a new route may be opened because it is cheaper."""


class NativeEngine:
    """Solves with ruin and recreate under a falling temperature. One iteration is a thousand steps.

    References
    ----------
    Christiaens and Vanden Berghe (2020), "Slack induction by string removals for vehicle routing problems",
    Transportation Science 54(2), 417-433.
    """

    name = "native"
    supports = frozenset({"coverage", "fleet", "travel_time", "cost", "capacity", "time_window", "shift", "skills",
                          "shipment", "pickup", "vehicle_type", "max_distance", "max_stops", "open_route", "end_depot"})

    def solve(self, problem: Problem, limit: Limit, seed: int = 0, progress: Progress | None = None,
              initial: Initial | None = None) -> Plan:
        """Return the best plan found within the limit.

        Parameters
        ----------
        problem : Problem
            To solve; orders that no vehicle could serve are left out with a proof.
        limit : Limit
            When to stop.
        seed : int
            Of everything that is drawn.
        progress : callable, optional
            Told how the search goes, several times a second.
        initial : sequence of (str, sequence of str), optional
            Vehicle types and orders of routes to begin from; what of them cannot be is mended.

        Returns
        -------
        Plan
            Unchecked. After an interrupt the best plan until then; its notes say so.
        """
        begin = time.monotonic()
        encoded = encode(problem)
        sequences: list[tuple[str, list[str]]] = []
        notes: list[str] = []
        if encoded.order_ids:
            run = _Run(encoded, limit, seed, progress, begin, initial or ())
            notes = run.finish()
            sequences = encoded.sequences(run.search)
        return assemble_plan(problem, sequences, engine=self.name, limit=limit, seed=seed, notes=notes)


class _Run:
    """One search from its first plan to its limit."""

    def __init__(self, encoded: Encoded, limit: Limit, seed: int, progress: Progress | None, begin: float,
                 initial: Initial) -> None:
        self.encoded, self.limit, self.progress, self.begin = encoded, limit, progress, begin
        self.search = new_search(encoded.day, seed)
        self.steps = 0
        if initial:
            load(encoded.day, self.search, *encoded.chain(initial, len(self.search.route)))
        anneal(encoded.day, self.search, 1, 1.0, 0.0, False, -1, True)

    def finish(self) -> list[str]:
        """Search until the limit; return what must be said."""
        try:
            self._anneal()
        except KeyboardInterrupt:
            return ["the search was interrupted; this is the best plan until then"]
        return []

    def _anneal(self) -> None:
        day = self.encoded.day
        size = STEPS if self.limit.seconds is None else 100
        while (share := self._share()) < 1.0:
            heat = self._leg_cost() * BEGIN_HEAT * (END_HEAT / BEGIN_HEAT) ** share
            began = time.monotonic()
            self.steps += anneal(day, self.search, size, heat, OPENING, False, -1, False)
            if self.limit.seconds is not None:
                took = max(time.monotonic() - began, 1e-6)
                size = max(1, min(int(size * min(2.0, SLICE_S / took)), 20_000))
            self._report()

    def _leg_cost(self) -> float:
        day, route = self.encoded.day, self.search.route
        used = route[:, at.KIND] >= 0
        kinds = day.kind[route[used, at.KIND]]
        cost = (kinds[:, at.PER_METRE] * route[used, at.DRIVEN]).sum() + (
            kinds[:, at.PER_SECOND] * route[used, at.LASTS]).sum()
        return max(1.0, float(cost) / max(1, int(route[used, at.STOPS].sum()) + int(used.sum())))

    def _share(self) -> float:
        shares = [0.0]
        if self.limit.seconds is not None:
            shares.append((time.monotonic() - self.begin) / self.limit.seconds)
        if self.limit.iterations is not None:
            shares.append(self.steps / (STEPS * self.limit.iterations))
        return max(shares)

    def _report(self) -> None:
        if self.progress is None:
            return
        tally = self.search.tally
        cost = tally[at.BEST_COST] / self.encoded.scale + self.encoded.out
        missing = int(tally[at.BEST_MISSING])
        self.progress(SearchState(time.monotonic() - self.begin, self.steps // STEPS, float(cost), missing))
