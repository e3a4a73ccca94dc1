"""Small problems with mixed rules for tests, and an exhaustive search for their best plan.

Shares no code with engines, timing or rules. Hypothesis is loaded only when `problems` is called. Distances are metres,
durations and clock times seconds.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from routing.testing.days import mixed_problem
from routing.testing.exact import MOST_ORDERS, Best, brute_force

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from routing.model import Limit, Problem

__all__ = ["MOST_ORDERS", "Best", "brute_force", "limits", "problems", "random_problem"]


def random_problem(seed: int, orders: int = 6) -> Problem:
    """Return a problem with mixed rules.

    Several load dimensions, time windows, service times by vehicle type, skills, orders for some types only, optional
    orders, pickups and shipments, one or two depots, a mixed fleet with fixed, kilometre and hour costs, longest
    durations and distances, most stops, routes that end elsewhere or nowhere, one-way differences, missing roads,
    violated triangle inequalities, and a day shift, a shift over midnight or a tour of three days. Some orders may be
    impossible to serve.

    Parameters
    ----------
    seed : int
        The same seed gives the same problem.
    orders : int
        How many orders.

    Returns
    -------
    Problem
        Without roads.
    """
    return mixed_problem(random.Random(seed), orders)  # noqa: S311 (no secret)


def problems(max_orders: int = 8) -> SearchStrategy[Problem]:
    """Return a hypothesis strategy for problems like those of `random_problem`.

    Parameters
    ----------
    max_orders : int
        Most orders of a problem; there may be none.

    Returns
    -------
    hypothesis.strategies.SearchStrategy
        Draws problems.
    """
    from hypothesis import strategies

    orders = strategies.integers(0, max_orders)
    return strategies.builds(mixed_problem, strategies.randoms(use_true_random=False), orders)


def limits(max_iterations: int = 20) -> SearchStrategy[Limit]:
    """Return a hypothesis strategy for limits that make a search repeatable.

    Parameters
    ----------
    max_iterations : int
        Most iterations.

    Returns
    -------
    hypothesis.strategies.SearchStrategy
        Draws limits without seconds.
    """
    from hypothesis import strategies

    from routing.model import Limit

    return strategies.builds(Limit, iterations=strategies.integers(1, max_iterations))
