"""The second opinion: OR-Tools' own model accepts plans of any engine at their cost, and refuses wrong ones."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import routing
from routing.engines import engine_named
from routing.engines.ortools_opinion import second_opinion
from routing.errors import EngineError
from routing.model import Limit
from routing.plan import Route
from routing.testing import problems


@settings(max_examples=25)
@given(problem=problems(max_orders=6), seed=st.integers(0, 99))
def test_every_plan_is_accepted_at_its_cost(problem, seed):
    """All rules mixed; the cost is that of the whole model, not summed route by route."""
    plan = engine_named("ortools").solve(problem, Limit(iterations=3), seed)

    words = second_opinion(plan)

    assert words.startswith("OR-Tools accepts" if plan.routes else "OR-Tools has nothing to say")


def sequence(plan, vehicle, *orders):
    """Return the plan with other visits of one vehicle, whatever their times."""
    def changed(route: Route):
        visits = {visit.order: visit for one in plan.routes for visit in one.visits}
        return dataclasses.replace(route, visits=tuple(visits[order] for order in orders))

    return dataclasses.replace(plan, routes=tuple(changed(r) if r.vehicle == vehicle else r for r in plan.routes))


def test_a_plan_made_by_hand_is_accepted(shipping_plan):
    """30 and 3 EUR, as worked out in tests/routing/conftest.py; that X stays unserved costs no money."""
    assert second_opinion(shipping_plan) == "OR-Tools accepts the plan at the same cost, 33.00 EUR"


@pytest.mark.parametrize(("orders", "words"), [
    (("P", "R", "T", "Q"), "does not allow these routes"),  # 140 kg after R
    (("Q", "T", "P", "R"), "does not allow these routes"),  # delivered before it is picked up
    (("P", "T", "R"), "does not allow these routes"),  # picked up and kept
    (("P", "T", "R", "Q", "Q"), "visits an order twice"),
])
def test_wrong_routes_are_refused(shipping_plan, orders, words):
    """Each breaks one rule of the shipping plan."""
    with pytest.raises(EngineError, match=words):
        second_opinion(sequence(shipping_plan, "van#1", *orders))


def test_another_price_is_told(shipping_plan):
    """A plan that claims to be cheaper than it is."""
    van, bike = shipping_plan.routes

    with pytest.raises(EngineError, match=r"prices it at 33\.0+, not at 32\.5"):
        second_opinion(dataclasses.replace(shipping_plan, routes=(dataclasses.replace(van, cost=29.5), bike)))


def test_solve_asks_for_it(shipping_problem):
    """The answer is the last note of the plan."""
    plan = routing.solve(shipping_problem, Limit(iterations=2), second_opinion=True)

    assert plan.notes[-1].startswith("OR-Tools accepts the plan at the same cost")
