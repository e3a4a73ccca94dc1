"""Mixed-integer programs handed to SCIP in OR-Tools as plain arrays. Nothing is known here of sites."""

# mypy: disable-error-code="arg-type"

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from routing.errors import EngineError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from ortools.linear_solver.python.model_builder_helper import ModelBuilderHelper, ModelSolverHelper
    from scipy.sparse import csr_matrix

_LEAST_SECONDS = 0.01
_TICK_S = 0.2


@dataclass(frozen=True, slots=True)
class Program:
    """Minimise `cost` @ x with `least` <= `rows` @ x <= `most` and `low` <= x <= `high`.

    Parameters
    ----------
    cost, low, high : ndarray of float, shape (n,)
        Of each variable.
    whole : ndarray of bool, shape (n,)
        Variables that are whole numbers.
    rows : csr_matrix, shape (m, n)
        Coefficients.
    least, most : ndarray of float, shape (m,)
        Sides of each row.
    """

    cost: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    whole: NDArray[np.bool_]
    rows: csr_matrix
    least: NDArray[np.float64]
    most: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the solver found.

    Parameters
    ----------
    status : {"optimal", "feasible", "infeasible", "unknown"}
        Whether values are the best, some, or there are none; "unknown": none were found in time.
    values : ndarray of float, shape (n,)
        Empty unless there is a solution.
    bound : float
        No solution costs less.
    """

    status: Literal["optimal", "feasible", "infeasible", "unknown"]
    values: NDArray[np.float64]
    bound: float


def solve_program(program: Program, seconds: float | None = None, hint: NDArray[np.float64] | None = None) -> Answer:
    """Solve a mixed-integer program.

    Parameters
    ----------
    program : Program
        Finite coefficients; sides and ranges may be infinite.
    seconds : float, optional
        Most wall time; by default until the optimum is proven.
    hint : ndarray of float, shape (n,), optional
        A known solution.

    Returns
    -------
    Answer
        Also if there is no solution.

    Raises
    ------
    EngineError
        If the solver fails.
    """
    from ortools.linear_solver.python import model_builder_helper as helper

    _require_finite(program)
    none: NDArray[np.float64] = np.zeros(0)
    if seconds is not None and seconds < _LEAST_SECONDS:  # no time at all would be taken for any time
        return Answer("unknown", none, -math.inf)
    model = helper.ModelBuilderHelper()
    model.fill_model_from_sparse_data(program.low, program.high, program.cost, program.least, program.most,
                                      program.rows)
    for variable in np.flatnonzero(program.whole).tolist():
        model.set_var_integrality(variable, is_integer=True)
    if hint is not None:
        for variable, value in enumerate(hint.tolist()):
            model.add_hint(variable, value)
    solver = helper.ModelSolverHelper("scip")
    if seconds is not None:
        solver.set_time_limit_in_seconds(seconds)
    _run(solver, model)
    status = solver.status()
    known = {helper.SolveStatus.OPTIMAL: "optimal", helper.SolveStatus.FEASIBLE: "feasible",
             helper.SolveStatus.INFEASIBLE: "infeasible", helper.SolveStatus.NOT_SOLVED: "unknown",
             helper.SolveStatus.CANCELLED_BY_USER: "feasible" if solver.has_solution() else "unknown"}
    if status not in known:
        raise EngineError(f"the solver ended with {status}: {solver.status_string()}")
    if known[status] == "infeasible":
        return Answer("infeasible", none, math.inf)
    if known[status] == "unknown":
        return Answer("unknown", none, -math.inf)
    return Answer("optimal" if known[status] == "optimal" else "feasible", np.asarray(solver.variable_values()),
                  float(solver.best_objective_bound()))


def _run(solver: ModelSolverHelper, model: ModelBuilderHelper) -> None:
    """Solve in a thread, so that Ctrl-C ends the search and keeps what it has found."""
    work = threading.Thread(target=solver.solve, args=(model,), daemon=True)
    work.start()
    while work.is_alive():
        try:
            work.join(_TICK_S)
        except KeyboardInterrupt:
            solver.interrupt_solve()


def _require_finite(program: Program) -> None:
    """Refuse numbers and shapes at which the library would end the process."""
    count, lines = len(program.cost), len(program.least)
    shapes = {len(program.low), len(program.high), len(program.whole)} == {count} and len(program.most) == lines
    if not (shapes and program.rows.shape == (lines, count)):
        raise EngineError("a program of unequal shapes was made")
    if not (np.isfinite(program.cost).all() and np.isfinite(program.rows.data).all()):
        raise EngineError("a program with numbers that are not finite was made")
    if np.isnan([*program.low, *program.high]).any() or np.isnan([*program.least, *program.most]).any():
        raise EngineError("a program with sides that are no numbers was made")
