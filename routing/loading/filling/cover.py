"""Which patterns, each how often, cover a demand at least cost: prices of the linear relaxation, and whole numbers.

References
----------
Gilmore, Gomory (1961), "A linear programming approach to the cutting-stock problem", Operations Research 9(6), 849-859.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from routing.loading.cpsat import cp_solver

EFFORT = 0.5
"""Work of CP-SAT, in its deterministic unit: about seconds."""


class Pattern(NamedTuple):
    """What one space holds.

    Parameters
    ----------
    space : int
        Which kind of space.
    holds : tuple of (str, int)
        How many of each load unit, sorted.
    """

    space: int
    holds: tuple[tuple[str, int], ...]


class Prices(NamedTuple):
    """What the linear relaxation says.

    Parameters
    ----------
    of_unit : dict of str to float
        What one more piece costs.
    of_space : list of float
        What one more space of a kind would save.
    cost : float
        What covering all pieces costs, in parts of patterns too.
    """

    of_unit: dict[str, float]
    of_space: list[float]
    cost: float


def prices(patterns: Sequence[Pattern], demand: Mapping[str, int], costs: Sequence[float],
           counts: Sequence[float]) -> Prices:
    """Return the prices of pieces and spaces in the linear relaxation.

    Parameters
    ----------
    patterns : sequence of Pattern
        At hand.
    demand : mapping of str to int
        Pieces of each load unit. What no pattern holds so many of may stay uncovered, at a high price.
    costs, counts : sequence of float
        Of the kinds of spaces: cost, and how many there are.

    Returns
    -------
    Prices
        Of each load unit and kind of space.
    """
    from ortools.linear_solver.python import model_builder

    model = model_builder.Model()  # type: ignore[no-untyped-call]
    used = [model.new_num_var(0.0, math.inf, "") for _ in patterns]
    uncovered = {unit: model.new_num_var(0.0, math.inf, "") for unit in demand}
    held: dict[str, list[Any]] = {unit: [uncovered[unit]] for unit in demand}
    spaces: list[list[Any]] = [[] for _ in counts]
    for pattern, times in zip(patterns, used, strict=True):
        spaces[pattern.space].append(times)
        for unit, number in pattern.holds:
            held[unit].append(number * times)
    wanted: dict[str, Any] = {unit: model.add(sum(terms) >= demand[unit]) for unit, terms in held.items()}
    there: list[Any] = [model.add(sum(terms) <= count) if terms and math.isfinite(count) else None
                        for terms, count in zip(spaces, counts, strict=True)]
    model.minimize(sum(costs[pattern.space] * times for pattern, times in zip(patterns, used, strict=True))
                   + sum(2 * max(costs) * short for short in uncovered.values()))
    solver = model_builder.Solver("glop")
    solver.solve(model)
    return Prices({unit: solver.dual_value(row) for unit, row in wanted.items()},
                  [0.0 if row is None else -solver.dual_value(row) for row in there], solver.objective_value)


def cover(patterns: Sequence[Pattern], demand: Mapping[str, int], costs: Sequence[float],
          counts: Sequence[float]) -> list[int] | None:
    """Return how often to use each pattern, so that all demand is covered at least cost.

    Parameters
    ----------
    patterns : sequence of Pattern
        At hand.
    demand : mapping of str to int
        Pieces of each load unit.
    costs, counts : sequence of float
        Of the kinds of spaces.

    Returns
    -------
    list of int or None
        None if no cover was found.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    most = max(demand.values(), default=0)
    used = [model.new_int_var(0, most, "") for _ in patterns]
    for unit, number in demand.items():
        model.add(sum(dict(pattern.holds).get(unit, 0) * times
                      for pattern, times in zip(patterns, used, strict=True)) >= number)
    for kind, count in enumerate(counts):
        if math.isfinite(count):
            model.add(sum(times for pattern, times in zip(patterns, used, strict=True) if pattern.space == kind)
                      <= int(count))
    scale = 1_000_000 / max(costs)
    model.minimize(sum(round(costs[pattern.space] * scale) * times
                       for pattern, times in zip(patterns, used, strict=True)))
    solver = cp_solver(EFFORT)
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [solver.value(times) for times in used]
