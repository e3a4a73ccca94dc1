"""Search with PyVRP in this process; its best plan so far outlives an interrupt. The problem's numbers: `pyvrp_model`.

PyVRP takes it that every mandatory order can be served. Where it finds no such plan in half of the limit, they are made
optional at more than all routes cost together.
"""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING

import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.PenaltyManager import PenaltyParams
from pyvrp.solve import SolveParams

from routing.engines import SearchState
from routing.engines.pyvrp_model import Model

if TYPE_CHECKING:
    from routing.engines import Initial, Progress
    from routing.model import Limit, Problem

ITERATIONS = 100
"""PyVRP's own iterations in one of ours."""

TICK_S = 0.1
FIRST = 0.5
"""Share of the limit in which every mandatory order must be served."""

MOST_PENALTY = 1e8
"""Of a second or a unit of load too much, once leaving out a mandatory order has a price."""

Routes = list[tuple[str, list[str]]]


def searched(problem: Problem, limit: Limit, seed: int, progress: Progress | None, initial: Initial | None,
             begin: float) -> tuple[Routes, list[str]]:
    """Return the best routes that PyVRP finds, and what must be said of the search.

    Parameters
    ----------
    problem : Problem
        To solve.
    limit : Limit
        When to stop, counted from `begin`.
    seed : int
        Of everything that is drawn.
    progress : callable or None
        Told how the search goes.
    initial : sequence of (str, sequence of str) or None
        Routes to begin from.
    begin : float
        Reading of `time.monotonic`.

    Returns
    -------
    tuple of list of (str, list of str), and list of str
        Vehicle type and orders of each route, all of them feasible; notes.

    Raises
    ------
    KeyboardInterrupt
        If interrupted before any plan is found.
    """
    model = Model(problem)
    if not model.orders:
        return [], []
    search = _Search(model, limit, seed, progress, begin)
    notes = []
    try:
        search.stage(initial, FIRST)
        if not search.complete:
            search.stage(search.routes, 1.0)
    except KeyboardInterrupt:
        if search.best is None:
            raise
        notes = ["the search was interrupted; this is the best plan until then"]
    return search.routes, notes


class _Search(pyvrp.IteratedLocalSearchCallbacks):
    """One problem in the hands of PyVRP, which says here what it finds and asks when to stop."""

    def __init__(self, model: Model, limit: Limit, seed: int, progress: Progress | None, begin: float) -> None:
        self.model, self.limit, self.seed, self.progress, self.begin = model, limit, seed, progress, begin
        self.best: pyvrp.Solution | None = None
        self.count, self.ticked, self.share = 0, begin, FIRST

    def stage(self, initial: Initial | None, share: float) -> None:
        """Search until a share of the limit is used up; to its end if a plan serves all mandatory orders."""
        self.share = share
        data = self.model.data(all_optional=share == 1.0)
        given = None if initial is None else self.model.solution(data, initial)
        penalty = PenaltyParams(max_penalty=MOST_PENALTY) if share == 1.0 else PenaltyParams()
        parameters = SolveParams(ils=pyvrp.IteratedLocalSearchParams(callbacks=self), penalty=penalty)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PenaltyBoundWarning)
            found = pyvrp.solve(data, self, self.seed, collect_stats=False, params=parameters,
                                initial_solution=given)
        self.best = found.best

    def on_start(self, search: pyvrp.IteratedLocalSearch) -> None:
        """Keep the plan that the search begins from."""
        self.best = search.initial_solution

    def on_best(self, best: pyvrp.Solution) -> None:
        """Keep a better plan."""
        self.best = best

    def __call__(self, best_cost: int) -> bool:  # noqa: ARG002 (what the best plan costs is known here)
        """Return whether the stage is over; asked before each of PyVRP's iterations."""
        self.count += 1
        now = time.monotonic()
        if self.progress is not None and now - self.ticked > TICK_S:
            self.ticked = now
            cost, missing = self.model.value(self.best) if self.best is not None and self.complete else (None, 0)
            self.progress(SearchState(now - self.begin, self.count // ITERATIONS, cost, missing))
        share = 1.0 if self.complete else self.share
        timed, counted = self.limit.seconds, self.limit.iterations
        return ((timed is not None and now - self.begin >= share * timed)
                or (counted is not None and self.count > share * counted * ITERATIONS))

    @property
    def complete(self) -> bool:
        """Whether the best plan breaks no rule."""
        return self.best is not None and self.best.is_feasible()

    @property
    def routes(self) -> Routes:
        """The routes of the best plan that break no rule."""
        return self.model.sequences(self.best) if self.best is not None else []
