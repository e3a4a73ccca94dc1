"""Prices of single routes against the judge and the plan's own cost, and insertion costs against prices."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from routing.assemble import schedule
from routing.checker import check
from routing.engines.encode import encode
from routing.engines.pricing import Pricing, Tour
from routing.plan import Plan
from routing.testing import problems

PLAN_WIDE = {"coverage", "shipment", "reasons"}
"""Rules of a whole plan, which one route alone may break."""


def drawn(problem, draw):
    """Return the problem in whole numbers, its pricing, and a tour of whole shipments in any order."""
    encoded = encode(problem)
    assume(encoded.order_ids)
    pricing = Pricing(encoded.arrays)
    kind = draw.randrange(len(encoded.type_ids))
    orders = draw.sample(range(pricing.orders), draw.randint(1, pricing.orders))
    orders = pricing.paired(orders) or list(pricing.request(orders[0]))
    return encoded, pricing, Tour(kind, tuple(orders))


@settings(max_examples=150)
@given(problems(max_orders=6), st.randoms(use_true_random=False))
def test_a_route_has_a_price_if_the_judge_allows_it(problem, draw):
    """And the price is the cost of the plan: rules, times, loads and distances come from other code."""
    encoded, pricing, tour = drawn(problem, draw)
    price = pricing.cost(tour)
    kind, orders = encoded.type_ids[tour.kind], [encoded.order_ids[i] for i in tour.orders]

    route = schedule(problem, kind, orders)
    broken = {v.rule for v in check(Plan(problem, (route,)))} - PLAN_WIDE if route else {"times"}

    assert (price is None) == bool(broken)
    if price is not None:
        assert price / encoded.cost_scale == pytest.approx(route.cost, abs=10 / encoded.cost_scale)


@settings(max_examples=60)
@given(problems(max_orders=6), st.randoms(use_true_random=False))
def test_insertion_costs_are_differences_of_prices(problem, draw):
    """Where both routes can be and nobody waits, in every place of an order or of both orders of a shipment."""
    _, pricing, tour = drawn(problem, draw)
    free = {**pricing.arrays, "wait": 0 * pricing.arrays["wait"]}
    pricing = Pricing(free)
    request = pricing.request(tour.orders[0])
    rest = tuple(order for order in tour.orders if order not in request)
    before = pricing.cost(Tour(tour.kind, rest)) if rest else 0
    assume(before is not None)

    for price, i, j in pricing.insertion_costs(tour.kind, rest, request):
        grown = (*rest[:i], request[0], *rest[i:j], *request[1:], *rest[j:])
        after = pricing.cost(Tour(tour.kind, grown))
        assert after is None or after - before == price
