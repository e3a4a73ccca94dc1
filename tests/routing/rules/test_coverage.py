"""Coverage: each order is visited once or left unserved once."""

from routing.plan import UnservedOrder
from routing.rules import coverage


def facts(plan):
    return [(v.route, v.visit, v.order, v.amount, v.unit) for v in coverage.violations(plan)]


def test_every_order_visited_or_left_once_is_correct(mixed_plan):
    """P, Q, T, R are visited, U and W are left: six orders, each accounted for once."""
    assert facts(mixed_plan) == []


def test_an_order_that_is_nowhere_is_missing(two_stop_plan, forge):
    """B is neither on the route A nor in the list of unserved orders."""
    route = two_stop_plan.routes[0]
    plan = forge(two_stop_plan, routes=(forge(route, visits=route.visits[:1]),))

    assert facts(plan) == [("", "", "B", 1, "orders")]


def test_every_visit_after_the_first_is_one_too_many(two_stop_plan, forge):
    """A is visited by van#1 and then twice by van#2: two visits too many, both of van#2."""
    route = two_stop_plan.routes[0]
    again = forge(route, vehicle="van#2", visits=(route.visits[0], route.visits[0]))
    plan = forge(two_stop_plan, routes=(route, again))

    assert facts(plan) == [("van#2", "A", "A", 1, "orders")] * 2
    assert [v.message for v in coverage.violations(plan)] == [
        "vehicle 'van#2' visits order 'A', which is visited 1 time before",
        "vehicle 'van#2' visits order 'A', which is visited 2 times before",
    ]


def test_an_order_cannot_be_visited_and_left(two_stop_plan, forge):
    """B is on the route and also listed as unserved."""
    plan = forge(two_stop_plan, unserved=(UnservedOrder("B", "not_found", ""),))

    (violation,) = coverage.violations(plan)

    assert (violation.order, violation.amount, violation.unit) == ("B", 1, "orders")
    assert violation.message == "order 'B' is listed as unserved, but it is visited 1 time"


def test_an_order_is_left_only_once(mixed_plan, forge):
    """U stands in the list of unserved orders three times: two too many."""
    plan = forge(mixed_plan, unserved=(*mixed_plan.unserved, mixed_plan.unserved[0], mixed_plan.unserved[0]))

    assert facts(plan) == [("", "", "U", 1, "orders")] * 2
    assert [v.message for v in coverage.violations(plan)] == [
        "order 'U' is listed as unserved, and 1 time before",
        "order 'U' is listed as unserved, and 2 times before",
    ]


def test_unknown_orders_are_named(two_stop_plan, forge):
    """The route visits X in place of B, Y is left: X and Y are unknown, B is missing."""
    route = two_stop_plan.routes[0]
    renamed = forge(route, visits=(route.visits[0], forge(route.visits[1], order="X")))
    plan = forge(two_stop_plan, routes=(renamed,), unserved=(UnservedOrder("Y", "not_found", ""),))

    assert facts(plan) == [("van#1", "X", "X", 1, "orders"), ("", "", "Y", 1, "orders"), ("", "", "B", 1, "orders")]


def test_ids_are_compared_as_text(two_stop_plan, forge):
    """Order 'A' is not 'a', and not 'A ' either."""
    route = two_stop_plan.routes[0]
    for other in ("a", "A "):
        visits = (forge(route.visits[0], order=other), route.visits[1])
        plan = forge(two_stop_plan, routes=(forge(route, visits=visits),))

        assert facts(plan) == [("van#1", other, other, 1, "orders"), ("", "", "A", 1, "orders")]


def test_an_empty_plan_misses_everything(mixed_plan, forge):
    """No routes and nothing left: all six orders are missing, in the order of the problem."""
    plan = forge(mixed_plan, routes=(), unserved=())

    assert [v.order for v in coverage.violations(plan)] == ["P", "Q", "R", "T", "U", "W"]
