"""OR-Tools' CP-SAT solver as every part here uses it: one thread, counted work, and Ctrl-C left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpSolver


def cp_solver(effort: float, *, seed: int = 0, seconds: float | None = None) -> CpSolver:
    """Return a solver whose answer depends on its model, effort and seed alone, unless seconds run out before.

    Parameters
    ----------
    effort : float
        Most work, in the solver's own deterministic seconds.
    seed : int
        Of what it draws.
    seconds : float or None
        Most time by the clock.

    Returns
    -------
    CpSolver
        It does not catch Ctrl-C: where it did, the next Ctrl-C after a search would end the whole process without a
        word, a notebook's kernel too.
    """
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.catch_sigint_signal = False
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = effort
    if seconds is not None:
        solver.parameters.max_time_in_seconds = seconds
    return solver
