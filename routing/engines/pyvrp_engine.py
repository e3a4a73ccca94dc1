"""The engine `pyvrp`: PyVRP, an extra that is imported when it is asked to solve, at its own settings."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from routing.assemble import assemble_plan
from routing.errors import MissingEngineError

if TYPE_CHECKING:
    from routing.engines import Initial, Progress
    from routing.model import Limit, Problem
    from routing.plan import Plan


class PyVrpEngine:
    """Solves with PyVRP: iterated local search over plans that may break rules at a price, one hundred steps a count.

    References
    ----------
    Wouda, Lan and Kool (2024), "PyVRP: A High-Performance VRP Solver Package", INFORMS Journal on Computing 36(4),
    943-955.
    """

    name = "pyvrp"
    supports = frozenset({"coverage", "fleet", "travel_time", "cost", "capacity", "time_window", "shift", "skills",
                          "shipment", "pickup", "vehicle_type", "zones", "max_distance", "end_depot", "backhauls"})

    def solve(self, problem: Problem, limit: Limit, seed: int = 0, progress: Progress | None = None,
              initial: Initial | None = None) -> Plan:
        """Return the best plan found within the limit.

        Parameters
        ----------
        problem : Problem
            To solve; orders that no vehicle could serve are left out with a proof.
        limit : Limit
            When to stop. PyVRP does not look at the clock while it builds its first plan.
        seed : int
            Of everything that is drawn.
        progress : callable, optional
            Told how the search goes, several times a second.
        initial : sequence of (str, sequence of str), optional
            Routes to begin from, feasible or not.

        Returns
        -------
        Plan
            Unchecked. After an interrupt the best plan until then; its notes say so.

        Raises
        ------
        MissingEngineError
            If PyVRP is not installed.
        ProblemError
            If costs are too large for whole numbers; the message names the field.
        KeyboardInterrupt
            If interrupted before any plan is found.
        """
        begin = time.monotonic()
        try:
            from routing.engines.pyvrp_search import searched
        except ImportError as error:
            raise MissingEngineError(f"engine 'pyvrp' needs the package pyvrp ({error}); "
                                     'pip install "routebook[pyvrp]"') from None
        sequences, notes = searched(problem, limit, seed, progress, initial, begin)
        return assemble_plan(problem, sequences, engine=self.name, limit=limit, seed=seed, notes=notes)
