"""What every engine must hold to, whatever the problem: the judge, each order answered for, the optimum of tiny days.

The optimum is that of `routing.testing.brute_force`, which shares no code with engines, timing or rules.
"""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import routing.testing as made
from routing.checker import check
from routing.engines import engine_named
from routing.model import Limit

ENGINES = ["ortools"]
ITERATIONS = 60
TINY_DAYS = 200
MISSED = 1


@pytest.mark.parametrize("name", ENGINES)
@settings(max_examples=25)
@given(problem=made.problems(max_orders=8), seed=st.integers(0, 99))
def test_every_plan_passes_the_judge_and_answers_for_every_order(name, problem, seed):
    """No violation; each order is on one route or listed as unserved, never both."""
    plan = engine_named(name).solve(problem, Limit(iterations=5), seed)

    served, unserved = [v.order for v in plan.visits], [u.order for u in plan.unserved]
    assert check(plan) == []
    assert sorted(served + unserved) == sorted(order.id for order in problem.orders)


@pytest.mark.parametrize("name", ENGINES)
def test_tiny_days_are_solved_to_the_optimum(name):
    """200 problems of 3 to 7 orders with mixed rules: fewest mandatory orders left, least cost, but for one at most."""
    missed = []
    for seed in range(TINY_DAYS):
        problem = made.random_problem(seed, orders=3 + seed % 5)
        best = made.brute_force(problem)

        plan = engine_named(name).solve(problem, Limit(iterations=ITERATIONS), seed)

        penalties = {order.id: order.penalty for order in problem.orders}
        left = [penalties[u.order] for u in plan.unserved]
        reached = left.count(None), plan.cost + sum(penalty for penalty in left if penalty is not None)
        assert check(plan) == [], seed
        assert reached >= (best.unserved, best.cost - 1e-6 * max(1.0, best.cost)), seed
        if reached[0] != best.unserved or not math.isclose(reached[1], best.cost, rel_tol=1e-6, abs_tol=1e-6):
            missed.append((seed, reached, best))
    assert len(missed) <= MISSED, missed


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_more_vehicles_never_make_the_optimum_dearer(seed):
    """With one more vehicle of a type, every plan there was can still be made."""
    problem = made.random_problem(seed, orders=4)
    kind = problem.fleet[0]

    assert made.brute_force(problem.with_count(kind.id, kind.count + 1)) <= made.brute_force(problem)
