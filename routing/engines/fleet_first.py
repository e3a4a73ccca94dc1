"""Fewest vehicles first, with what that costs: a search by cost alone comes before, and the plan says what it found."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from routing.engines.clock import Clock

if TYPE_CHECKING:
    from routing.engines import Engine, Initial, Progress
    from routing.model import Limit, Problem
    from routing.plan import Plan

BY_COST = 0.25
"""Share of the limit in which cost alone counts; the plan of that is begun from."""


class FleetFirst:
    """Solves for the fewest vehicles, then least cost, and notes what least cost alone would have come to.

    Parameters
    ----------
    by_cost, by_fleet : Engine
        The same engine, once for each objective.
    """

    def __init__(self, by_cost: Engine, by_fleet: Engine) -> None:
        self.by_cost, self.by_fleet = by_cost, by_fleet
        self.name, self.supports = by_fleet.name, by_fleet.supports

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
            Unchecked; a note compares vehicles and cost of both objectives.
        """
        clock = Clock(limit)
        cheap = self.by_cost.solve(problem, clock.part(BY_COST), seed, progress, initial)
        if cheap.notes:  # interrupted
            return dataclasses.replace(cheap, limit=limit)
        routes = [(route.vehicle_type, route.orders) for route in cheap.routes]
        few = self.by_fleet.solve(problem, clock.part(1 - BY_COST if limit.seconds is None else 1.0), seed,
                                  clock.later(progress), routes)
        return dataclasses.replace(few, limit=limit, notes=(*few.notes, _trade(cheap, few)))


def _trade(cheap: Plan, few: Plan) -> str:
    """Return what both objectives came to, in words."""
    both = [f"{len(plan.routes)} for {plan.cost + plan.penalty:,.2f} {plan.problem.currency}".rstrip()
            for plan in (few, cheap)]
    return f"fewest vehicles first: {both[0]}; by cost alone, in a quarter of the search: {both[1]}"
