"""Odd days, on every engine: what is refused says which field; of all else comes a plan that the judge accepts.

Every figure is worked out by hand on a road of kilometres that take a minute each, at a cost of 1 a kilometre.
"""

import dataclasses

import numpy as np
import pytest

from routing.checker import check
from routing.engines import ENGINES
from routing.errors import ProblemError
from routing.model import Depot, Limit, Order, Problem, Tariff, TravelMatrix, VehicleType
from routing.solve import solve

SHORT = Limit(iterations=4)


@pytest.fixture(params=sorted(ENGINES))
def engine(request):
    if request.param == "pyvrp":
        pytest.importorskip("pyvrp", reason="pyvrp is not installed; it is in the extra of that name")
    return request.param


def road(kilometres, *fleet, **orders):
    """Return a day whose orders, by name, stand at these kilometres of a road that begins at the depot."""
    listed = [Order(name, lon=0, lat=0, **fields) for name, fields in orders.items()]
    at = np.array([0, *kilometres])
    return by_table(np.abs(at[:, None] - at), listed, fleet or [VehicleType("van")])


def by_table(km, orders, fleet):
    """Return a day with these kilometres between depot and orders, -1 where there is no road."""
    km, labels = np.asarray(km), ("depot D", *(f"order {order.id}" for order in orders))
    travel = TravelMatrix("van", labels, np.where(km < 0, -1, km * 60), np.where(km < 0, -1, km * 1000))
    return Problem(orders, [Depot("D", lon=0, lat=0)], fleet, [travel])


def solved(problem, engine, **more):
    """Return the plan of an engine, which the judge accepts."""
    plan = solve(problem, SHORT, seed=1, engine=engine, progress=False, **more)
    assert check(plan) == []
    return plan


@pytest.mark.parametrize(("rates", "field"), [({"fixed": 1e19}, "fixed"), ({"per_km": 1e19}, "per_km"),
                                              ({"per_hour": 1e19}, "per_hour")])
def test_costs_beyond_whole_numbers_name_their_field(engine, rates, field):
    """A rate so high that no digit would be left for metres and seconds."""
    day = road([5, 9], VehicleType("van", tariff=Tariff(**rates)), A={}, B={})

    with pytest.raises(ProblemError, match=rf"costs are too large .*vehicle type 'van': tariff\.{field}"):
        solved(day, engine)


def test_a_penalty_beyond_whole_numbers_names_its_order(engine):
    """With what to do instead."""
    with pytest.raises(ProblemError, match=r"order 'B': penalty 1e\+20; leave it empty if the order must be served"):
        solved(road([5, 9], A={}, B={"penalty": 1e20}), engine)


@pytest.mark.parametrize(("kilometres", "cost"), [([], 0), ([7], 14), ([7, 9], 18)])
def test_no_order_and_one_order(engine, kilometres, cost):
    """There and back."""
    day = road(kilometres, **{f"O{km}": {} for km in kilometres})
    plan = solved(day, engine)

    assert (plan.cost, plan.unserved) == (pytest.approx(cost), ())


@pytest.mark.parametrize(("penalty", "cost", "lost"), [(3.0, 0, 9.0), (0.0, 0, 0.0), (20.0, 18, 0.0)])
def test_every_order_optional(engine, penalty, cost, lost):
    """9 km out and back for three orders cost 18: worth it for three times 20, not for three times 3 or nothing."""
    plan = solved(road([7, 8, 9], **{name: {"penalty": penalty} for name in "ABC"}), engine)

    assert (plan.cost, plan.penalty) == (pytest.approx(cost), pytest.approx(lost))


def test_one_vehicle_that_cannot_carry_all(engine):
    """Two of three places: 2 x 8 km, the farthest stays."""
    plan = solved(road([7, 8, 9], VehicleType("van", pieces=2), **{name: {"pieces": 1} for name in "ABC"}), engine)

    assert (len(plan.routes), plan.served, plan.cost) == (1, ("A", "B"), pytest.approx(16))
    assert [left.reason for left in plan.unserved] == ["not_found"]
    assert "unserved: C" in plan.summary()


def test_a_type_that_can_serve_nothing(engine):
    """The cheap bike carries no order and the crane only C, which nothing else may: three proofs, one route."""
    fleet = [VehicleType("bike", count=9, pieces=1, tariff=Tariff(per_km=0.01)), VehicleType("van", count=3, pieces=9)]
    day = road([7, 8, 9], *fleet, A={"pieces": 4}, B={"pieces": 5}, C={"pieces": 2, "skills": {"crane"}})
    plan = solved(day, engine)

    assert [(route.vehicle_type, sorted(route.orders)) for route in plan.routes] == [("van", ["A", "B"])]
    assert [(left.order, left.reason) for left in plan.unserved] == [("C", "skill")]


def test_nothing_that_can_be_served(engine):
    """Each order has its own proof."""
    day = road([7, 300, 9], VehicleType("van", pieces=3, max_duration_s=3600), A={"pieces": 4}, B={"pieces": 1},
               C={"skills": {"cold"}})
    plan = solved(day, engine)

    assert plan.routes == ()
    assert {left.order: left.reason for left in plan.unserved} == {"A": "too_big", "B": "shift_too_short", "C": "skill"}


def test_ways_round_that_are_shorter_than_the_direct_one(engine):
    """From D to B are 50 km, by A 2 + 2; from B home only 1: D A B D costs 5, D B A D would cost 54."""
    km = [[0, 2, 50], [2, 0, 2], [1, 2, 0]]
    orders = [Order(name, lon=0, lat=0) for name in "AB"]
    plan = solved(by_table(km, orders, [VehicleType("van", count=2)]), engine)

    assert ([route.orders for route in plan.routes], plan.cost) == ([("A", "B")], pytest.approx(5))


def test_pairs_without_a_road(engine):
    """No road joins A and B, so two vehicles are out; none leads back from C, which is a proof."""
    km = [[0, 4, 5, 6], [4, 0, -1, 1], [5, -1, 0, 1], [-1, -1, -1, 0]]
    orders = [Order(name, lon=0, lat=0) for name in "ABC"]
    plan = solved(by_table(km, orders, [VehicleType("van", count=3)]), engine)

    assert sorted(route.orders for route in plan.routes) == [("A",), ("B",)]
    assert [(left.order, left.reason) for left in plan.unserved] == [("C", "no_road")]


def test_an_initial_plan_that_breaks_rules(engine):
    """One van with three orders, where two fit, of a day with larger vans and an order more: 2 x 9 and 2 x 7 km."""
    large = VehicleType("van", count=2, pieces=4)
    before = solved(road([7, 8, 9, 9], large, **{name: {"pieces": 1} for name in "ABCX"}), engine)
    assert [len(route.orders) for route in before.routes] == [4]
    day = road([7, 8, 9], dataclasses.replace(large, pieces=2), **{name: {"pieces": 1} for name in "ABC"})

    plan = solved(day, engine, initial=before)

    assert (plan.unserved, plan.cost) == ((), pytest.approx(18 + 14))
