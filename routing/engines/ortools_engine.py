"""The engine `ortools`: OR-Tools in a warm worker process, which may crash, hang or be interrupted without harm.

Does not import OR-Tools. Every better plan comes over the pipe as it is found, so the best so far is never lost.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from routing.assemble import assemble_plan
from routing.engines import SearchState
from routing.engines.encode import encode
from routing.engines.encoded import EncodedProblem
from routing.engines.worker import Worker, WorkerDiedError, warm_worker
from routing.errors import EngineError, NoPlanError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from routing.engines import Initial, Progress
    from routing.model import Limit, Problem
    from routing.plan import Plan

MODULE = "routing.engines.ortools_worker"
GRACE_S = 1.0
"""How much longer than its limit a search may take before it is ended by force: OR-Tools does not stop everywhere."""

_LISTEN_S = 0.1


class OrToolsEngine:
    """Solves with OR-Tools: neighbouring routes are torn open and descend again; see `routing.engines.ortools_search`.

    One iteration is one descent over some neighbouring routes. OR-Tools itself has no seed: the seed decides in which
    order the orders enter its models, which routes are torn open, and whether a dearer plan is kept for a while.
    """

    name = "ortools"
    supports = frozenset({"coverage", "fleet", "travel_time", "cost", "capacity", "time_window", "shift", "skills",
                          "shipment", "pickup", "vehicle_type", "zones", "max_distance", "max_stops", "open_route",
                          "end_depot", "several_windows", "breaks", "driving", "apart", "overtime",
                          "lines", "hours", "backhauls"})

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
            Routes to begin from; orders that cannot stay where they are are put elsewhere.

        Returns
        -------
        Plan
            Unchecked. After an interrupt, or the death of the solver, the best plan until then; its notes say so.

        Raises
        ------
        EngineError
            If the solver fails, or dies before it found a plan.
        NoPlanError
            If the limit is reached before any plan is found.
        KeyboardInterrupt
            If interrupted before any plan is found.
        """
        encoded = encode(problem, seed)
        sequences: list[tuple[str, list[str]]] = []
        notes: list[str] = []
        if encoded.order_ids:
            routes, notes = _Search(encoded, limit, seed, progress, encoded.routes(initial or ())).run()
            sequences = encoded.sequences(routes)
        return assemble_plan(problem, sequences, engine=self.name, limit=limit, seed=seed, notes=notes)


class _Search:
    """One problem in the hands of the worker."""

    def __init__(self, encoded: EncodedProblem, limit: Limit, seed: int, progress: Progress | None,
                 initial: NDArray[np.int64]) -> None:
        self.initial = initial
        self.encoded, self.limit, self.seed, self.progress = encoded, limit, seed, progress
        self.routes: NDArray[np.int64] | None = None
        self.cost, self.iteration, self.begin = 0, 0, time.monotonic()

    def run(self) -> tuple[NDArray[np.int64], list[str]]:
        """Return the best routes, and what must be said about how they came about."""
        with warm_worker(MODULE) as worker:
            note = self._follow(worker)
        if self.routes is None:
            raise NoPlanError(f"no plan was found within {self.limit.seconds:g} s for {len(self.encoded.order_ids):,} "
                              "orders; give the search more time")
        return self.routes, [note] if note else []

    def _follow(self, worker: Worker) -> str:
        """Follow the search to its end; return what went wrong on the way, if there are routes nevertheless."""
        self.begin = time.monotonic()
        try:
            worker.send({"task": "search", "seed": self.seed, "seconds": self.limit.seconds,
                         "iterations": self.limit.iterations}, {**self.encoded.arrays, "initial": self.initial})
            while not self._overdue:
                message = worker.receive(_LISTEN_S)
                if message is not None and self._take(*message):
                    return ""
                self._report()
        except KeyboardInterrupt:
            if self.routes is None:
                raise
            note = "the search was interrupted"
        except WorkerDiedError as death:
            if self.routes is None:
                raise
            note = str(death).replace("\n", " ")
        else:
            note = "the solver had to be stopped by force at the time limit"
        worker.close()
        return f"{note}; this is the best plan until then, after {self.iteration} iterations"

    def _take(self, header: dict[str, Any], arrays: dict[str, NDArray[np.int64]]) -> bool:
        """Take in one message; return whether it was the last."""
        if header["kind"] == "failed":
            raise EngineError(f"the solver failed: {header['message']}")
        self.iteration = header["iteration"]
        if header["kind"] == "better":
            self.routes, self.cost = arrays["routes"], header["cost"]
        return bool(header["kind"] == "done")

    @property
    def _overdue(self) -> bool:
        seconds = self.limit.seconds
        return seconds is not None and time.monotonic() - self.begin > 1.1 * seconds + GRACE_S

    def _report(self) -> None:
        if self.progress is None:
            return
        cost, unserved = None, 0
        if self.routes is not None:
            unserved = self.encoded.unserved_mandatory(self.routes)
            cost = self.encoded.cost(self.cost, unserved)
        self.progress(SearchState(time.monotonic() - self.begin, self.iteration, cost, unserved))
