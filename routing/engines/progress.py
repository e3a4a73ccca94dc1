"""Show how a search goes: a bar on a terminal, silence in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from routing.engines.encode import able_orders

if TYPE_CHECKING:
    from routing.engines import Progress, SearchState
    from routing.model import Limit, Problem

MOST_ORDERS = 3_000
"""The bound of more orders would hold up the search for more than a moment."""


@contextmanager
def shown_progress(progress: Progress | bool | None, limit: Limit, problem: Problem) -> Iterator[Progress | None]:
    """Give what an engine shall tell how its search goes.

    Parameters
    ----------
    progress : callable or bool, optional
        Called by the engine; True: a bar on the error stream; False: nothing; None: a bar if a person watches.
    limit : Limit
        Where the bar ends.
    problem : Problem
        What is solved; of one that is not too large the bar also tells how far its cost may be from the least.

    Yields
    ------
    callable or None
        For `Engine.solve`.
    """
    if callable(progress):
        yield progress
    elif progress or (progress is None and sys.stderr is not None and sys.stderr.isatty()):
        with _bar(limit, _Gap(problem)) as report:
            yield report
    else:
        yield None


class _Gap:
    """How far a cost may be from the least one, in words; the bound is worked out when it is first asked for."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.bound: float | None = None

    def of(self, cost: float) -> str:
        """Return the gap of a plan that serves every mandatory order that some vehicle could serve."""
        if self.bound is None:
            self.bound = self._bound() if len(self.problem.orders) <= MOST_ORDERS else 0.0
        return f", within {cost / self.bound - 1:.0%} of the least" if self.bound else ""

    def _bound(self) -> float:
        from routing.bound import lower_bound

        orders = self.problem.orders
        fleet = [vehicle for vehicle in self.problem.fleet if vehicle.count]
        able = able_orders(self.problem, fleet, np.arange(len(orders), dtype=np.int64)).any(axis=0)
        return lower_bound(self.problem, [orders[i].id for i in np.flatnonzero(~able).tolist()
                                          if orders[i].penalty is None])


@contextmanager
def _bar(limit: Limit, gap: _Gap) -> Iterator[Progress]:
    from tqdm.auto import tqdm

    timed, total = limit.seconds is not None, limit.seconds or limit.iterations or 1
    layout = "{desc}: {percentage:3.0f}% |{bar}| {elapsed}{postfix}"
    with tqdm(total=total, desc="searching", leave=False, bar_format=layout) as bar:

        def report(state: SearchState) -> None:
            bar.n = min(state.seconds if timed else state.iteration, total)
            if state.cost is not None:
                left = f", {state.unserved} unserved" if state.unserved else gap.of(state.cost)
                bar.set_postfix_str(f"cost {state.cost:,.2f}{left}", refresh=False)
            bar.refresh()

        yield report
