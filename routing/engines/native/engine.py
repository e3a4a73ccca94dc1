"""The engine `native`: slices of compiled search; between them Python looks at the clock, tells progress, hears Ctrl-C.

Units are those of the problem; the search's own stand in `layout`.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from routing.assemble import assemble_plan
from routing.engines import SearchState
from routing.engines.native.begin import begun
from routing.engines.native.encode import Encoded, encode
from routing.engines.native.islands import exchange, side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable

    from routing.engines import Initial, Objective, Progress
    from routing.engines.native.islands import Island
    from routing.model import Limit, Problem
    from routing.plan import Plan

STEPS = 1_000
"""Ruin-and-recreate steps in one iteration."""

SLICE_S = 0.05
"""How long a slice of search may take before the clock is looked at."""

FINISH_S = 5e-5
"""Seconds an order that are left for the plan to be made and judged within the limit, half of it at most."""

END_HEAT = 0.01
"""Last temperature, in mean costs of a leg; islands know the first."""

SAVING, SAVING_HEAT = 0.5, 0.1
"""Share of a search in which vehicles are saved, if they count first, and its temperature."""

BARRIERS = 20
"""How often islands exchange plans."""


class NativeEngine:
    """Solves with ruin and recreate under a falling temperature. One iteration is a thousand steps, on each island.

    Parameters
    ----------
    threads : int
        Searches side by side that exchange their best plans.
    objective : str
        After mandatory orders, what counts first: ``"cost"``, or ``"fleet"``, the number of vehicles used.
    plain_only : bool
        Whether to search plain days alone, with the kernels that are compiled in a third of the time.

    References
    ----------
    Christiaens and Vanden Berghe (2020), "Slack induction by string removals for vehicle routing problems",
    Transportation Science 54(2), 417-433.
    """

    name = "native"
    supports = frozenset({"coverage", "fleet", "travel_time", "cost", "capacity", "time_window", "shift", "skills",
                          "shipment", "pickup", "vehicle_type", "zones", "max_distance", "max_stops", "open_route",
                          "end_depot", "backhauls"})

    def __init__(self, threads: int = 1, objective: Objective = "cost", plain_only: bool = False) -> None:
        self.threads, self.fleet_first, self.plain_only = max(1, threads), objective == "fleet", plain_only

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

        Raises
        ------
        NoPlanError
            If the day is not a plain one, and nothing else may be searched.
        """
        begin = time.monotonic()
        encoded = encode(problem)
        sequences: list[tuple[str, list[str]]] = []
        notes: list[str] = []
        if encoded.order_ids:
            seeds = [seed * 1_000 + i for i in range(self.threads)]
            islands = begun(encoded, seeds, initial or (), self.fleet_first, self.plain_only)
            notes = _Run(encoded, islands, limit, progress, begin).finish()
            best = min(islands, key=lambda island: island.value)
            sequences = best.sequences()
        return assemble_plan(problem, sequences, engine=self.name, limit=limit, seed=seed, notes=notes)


class _Run:
    """One search from its first plan to its limit."""

    def __init__(self, encoded: Encoded, islands: list[Island], limit: Limit, progress: Progress | None,
                 begin: float) -> None:
        self.encoded, self.islands, self.limit, self.progress, self.begin = encoded, islands, limit, progress, begin
        self.steps, self.size, self.barrier = 0, STEPS if limit.seconds is None else 100, 0
        seconds = limit.seconds or 0.0
        self.seconds = seconds - min(seconds / 2, FINISH_S * len(encoded.order_ids))

    def finish(self) -> list[str]:
        """Search until the limit; return what must be said."""
        try:
            with side_by_side(len(self.islands)) as on_all:
                if self.islands[0].fleet_first:
                    self._until(SAVING, lambda _: lambda island: island.save_vehicles(self.size, SAVING_HEAT), on_all)
                    for island in self.islands:
                        island.restart(min(self.islands, key=lambda island: island.value))
                self._until(1.0, self._cooling, on_all)
        except KeyboardInterrupt:
            return ["the search was interrupted; this is the best plan until then"]
        return []

    def _cooling(self, share: float) -> Callable[[Island], None]:
        """Return what to do on an island at a share of the search."""
        return lambda island: island.go(self.size, island.begin_heat * (END_HEAT / island.begin_heat) ** share)

    def _until(self, end: float, work: Callable[[float], Callable[[Island], None]],
               on_all: Callable[[Callable[[Island], None], list[Island]], None]) -> None:
        """Do slices of work on all islands until a share of the search is done."""
        while (share := self._share()) < end:
            if len(self.islands) > 1 and int(share * BARRIERS) > self.barrier:
                self.barrier = int(share * BARRIERS)
                exchange(self.islands)
            began = time.monotonic()
            on_all(work(share), self.islands)
            self.steps += self.size
            if self.limit.seconds is not None:
                took = max(time.monotonic() - began, 1e-6)
                self.size = max(1, min(int(self.size * min(2.0, SLICE_S / took)), 20_000))
            self._report()

    def _share(self) -> float:
        """Return which share of the limit is used up."""
        shares = [0.0]
        if self.limit.seconds is not None:
            shares.append((time.monotonic() - self.begin) / self.seconds)
        if self.limit.iterations is not None:
            shares.append(self.steps / (STEPS * self.limit.iterations))
        return max(shares)

    def _report(self) -> None:
        if self.progress is not None:
            missing, _, cost = min(island.value for island in self.islands)
            whole = cost / self.encoded.scale + self.encoded.out
            self.progress(SearchState(time.monotonic() - self.begin, self.steps // STEPS, whole, missing))
