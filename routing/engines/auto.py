"""The engine `auto`: the native engine, and OR-Tools beside it where that lacks a rule or is not compiled in time."""

from __future__ import annotations

import dataclasses
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from routing.engines import engine_named, needed_rules
from routing.engines.clock import Clock
from routing.engines.lined import besides, line_routes
from routing.engines.native.engine import NativeEngine
from routing.engines.relaxed import relaxed
from routing.errors import NoPlanError
from routing.model import Depot, Limit, Order, Problem, TravelMatrix, VehicleType

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routing.engines import Initial, Objective, Progress
    from routing.plan import Plan

PATIENCE_S = 1.5
"""How long to wait for kernels that were compiled before; OR-Tools begins if it takes longer, for they must be anew."""

MEANWHILE, MEANWHILE_S = 0.5, 10.0
"""Share of the limit, and seconds at most, that OR-Tools searches before it is asked again whether they are there."""

RELAXED = 0.3
"""Share of the limit in which the native engine searches without the rules that it does not know."""

STILL_COMPILING = "the native engine was still being compiled, once; the next search on this machine has it"

_plain_compiled, _compiled = threading.Event(), threading.Event()
_begun = threading.Lock()


class AutoEngine:
    """Solves with the native engine whatever that knows; if it lacks a rule, OR-Tools goes on from its plan without it.

    Compiling the native engine takes longer than many a search, once on a machine. Until that is done OR-Tools searches
    if the limit is one in seconds, and the native engine goes on from its plan; under a limit in iterations it is
    waited for, so that the same plan comes back. What plain days need is compiled first.

    Parameters
    ----------
    threads : int
        Searches side by side.
    objective : str
        ``"cost"``, or ``"fleet"`` if fewer vehicles come first.
    """

    name = "auto"

    def __init__(self, threads: int = 1, objective: Objective = "cost") -> None:
        self.native = NativeEngine(threads, objective)
        self.plain = NativeEngine(threads, objective, plain_only=True)
        self.ortools = engine_named("ortools")
        self.supports = self.native.supports | self.ortools.supports

    def solve(self, problem: Problem, limit: Limit, seed: int = 0, progress: Progress | None = None,
              initial: Initial | None = None) -> Plan:
        """Return the best plan found within the limit.

        Parameters
        ----------
        problem : Problem
            To solve.
        limit : Limit
            When to stop.
        seed : int
            Of everything that is drawn.
        progress : callable, optional
            Told how the search goes.
        initial : sequence of (str, sequence of str), optional
            Routes to begin from.

        Returns
        -------
        Plan
            Unchecked; its engine is the one that made it.
        """
        clock = Clock(limit)
        there = limit.seconds is None or compiled(min(PATIENCE_S, limit.seconds / 2))
        lacking = needed_rules(problem) - self.native.supports
        if lacking:
            plan = self._with_ortools(problem, lacking if there else None, seed, progress, initial, clock)
        elif there:
            plan = self.native.solve(problem, clock.part(), seed, clock.later(progress), initial)
        else:
            plan = self._while_compiling(problem, seed, progress, initial, clock)
        return dataclasses.replace(plan, limit=limit)

    def _with_ortools(self, problem: Problem, lacking: frozenset[str] | None, seed: int, progress: Progress | None,
                      initial: Initial | None, clock: Clock) -> Plan:
        """Search with OR-Tools, from the best native plan without the lacking rules if there are kernels to find it."""
        if lacking is None:
            return self.ortools.solve(problem, clock.part(), seed, clock.later(progress), initial)
        own = line_routes(problem) if "lines" in lacking and initial is None else []
        others = besides(problem, own) if own else problem
        start = self.native.solve(relaxed(others, lacking), clock.part(RELAXED), seed, None, initial)
        routes = [*own, *((route.vehicle_type, route.orders) for route in start.routes)]
        rest = Limit(iterations=1) if start.notes else clock.part()  # a note says that the search was interrupted
        plan = self.ortools.solve(problem, rest, seed, clock.later(progress), routes)
        notes = (*start.notes, *plan.notes, f"the start was found without the rules {', '.join(sorted(lacking))}")
        return dataclasses.replace(plan, engine="native, then ortools", notes=notes)

    def _while_compiling(self, problem: Problem, seed: int, progress: Progress | None, initial: Initial | None,
                         clock: Clock) -> Plan:
        """Search with OR-Tools until the native engine can go on from its plan, or to the end if that comes first."""
        begin, first_s = time.monotonic(), min(clock.left * MEANWHILE, MEANWHILE_S)
        try:
            plan = self.ortools.solve(problem, Limit(seconds=first_s), seed, clock.later(progress), initial)
        except NoPlanError:
            routes = initial
        else:
            if time.monotonic() - begin < 0.9 * first_s:  # interrupted, or nothing to search
                return plan
            routes = [(route.vehicle_type, route.orders) for route in plan.routes]
        for native in (self.plain, self.native):
            if compiled(clock.left * MEANWHILE, native.plain_only):
                with suppress(NoPlanError):
                    plan = native.solve(problem, clock.part(), seed, clock.later(progress), routes)
                    return dataclasses.replace(plan, engine="ortools, then native")
        plan = self.ortools.solve(problem, Limit(seconds=clock.left), seed, clock.later(progress), routes)
        return dataclasses.replace(plan, notes=(*plan.notes, STILL_COMPILING))


def compiled(patience_s: float, plain_only: bool = False) -> bool:
    """Return whether the native engine, or its part for plain days, is compiled; if not, compiling it goes on beside.

    Parameters
    ----------
    patience_s : float
        How long to wait.
    plain_only : bool
        Whether to wait for no more than plain days need.

    Returns
    -------
    bool
        Whether it can search at once.
    """
    if not _compiled.is_set() and _begun.acquire(blocking=False):
        threading.Thread(target=compile_native, daemon=True).start()
    return (_plain_compiled if plain_only else _compiled).wait(patience_s)


def compile_native() -> None:
    """Have all of the native engine compiled, or loaded from where it is kept: search a day of one order."""
    places = ("depot D", "order A")
    cells: NDArray[np.int64] = 1 - np.eye(2, dtype=np.int64)
    day = Problem((Order("A", lon=0, lat=0),), (Depot("D", lon=0, lat=0),), (VehicleType("van"),),
                  (TravelMatrix("van", places, cells, cells),))
    for native, done in ((NativeEngine(), _plain_compiled), (NativeEngine(objective="fleet"), _compiled)):
        native.solve(day, Limit(iterations=1))
        done.set()
