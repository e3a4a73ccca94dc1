"""The lower bound: by hand where it is sharp, and below the exact optimum and every plan under all rules mixed."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.bound import lower_bound
from routing.engines import engine_named
from routing.model import Depot, Limit, Order, Problem, Tariff, TravelMatrix, VehicleType
from routing.solve import solve
from routing.testing import brute_force, problems


def star(orders, *fleet, km=10, between=18):
    """Return a day whose orders lie `km` from the depot each, and `between` kilometres apart; a kilometre a minute."""
    labels = ("depot D", *(f"order {order.id}" for order in orders))
    cells = np.full((len(labels), len(labels)), between)
    cells[0], cells[:, 0] = km, km
    np.fill_diagonal(cells, 0)
    return Problem(orders, [Depot("D", lon=0, lat=0)], fleet, [TravelMatrix("van", labels, cells * 60, cells * 1000)])


def order(name, **fields):
    return Order(name, lon=0, lat=0, **fields)


def test_routes_of_one_order_each_are_bounded_sharply():
    """Three full loads: 3 x (20 km at 1 + 20 min at 30 an hour + 10 min of service + 50 fixed) = 3 x 85 = 255."""
    van = VehicleType("van", count=5, pieces=4, tariff=Tariff(fixed=50, per_km=1, per_hour=30))
    day = star([order(name, pieces=4, service_s=600) for name in "ABC"], van)

    assert lower_bound(day) == pytest.approx(255)
    assert brute_force(day).cost == pytest.approx(255)


def test_vehicles_that_loads_make_necessary_are_counted():
    """Loads of 9 in vans of 4 need 3 vans; each order pays half of 10 in and 10 out, each route 10 and 100 fixed."""
    van = VehicleType("van", count=5, pieces=4, tariff=Tariff(fixed=100, per_km=1))
    day = star([order(name, pieces=3) for name in "ABC"], van)

    assert lower_bound(day) == pytest.approx(3 * 10 + 3 * 110)
    assert lower_bound(dataclasses.replace(day, fleet=[dataclasses.replace(van, pieces=9)])) == pytest.approx(30 + 110)


def test_the_cheaper_mix_of_vehicles_counts():
    """20 pieces: one truck of 12 at 200 a route, and two vans of 4 at 100 each."""
    fleet = [VehicleType("truck", count=1, pieces=12, tariff=Tariff(fixed=190, per_km=1)),
             VehicleType("van", count=9, pieces=4, tariff=Tariff(fixed=90, per_km=1))]
    day = star([order(name, pieces=4) for name in "ABCDE"], *fleet)

    assert lower_bound(day) == pytest.approx(5 * 10 + 200 + 200)


def test_stops_make_vehicles_necessary_too():
    """Five orders, two a route: three routes."""
    van = VehicleType("van", count=5, max_stops=2, tariff=Tariff(fixed=100, per_km=1))

    assert lower_bound(star([order(name) for name in "ABCDE"], van)) == pytest.approx(5 * 10 + 3 * 110)


def test_an_optional_order_pays_the_lesser_of_way_and_penalty():
    """Half of 20 km, or 3; a mandatory one without a vehicle has no plan, and counts for nothing if it is left out."""
    day = star([order("A", penalty=3.0), order("B", penalty=30.0), order("C", skills={"cold"})], VehicleType("van"))

    assert lower_bound(day) == math.inf
    assert lower_bound(day, ["C"]) == pytest.approx(3 + 10)


@settings(max_examples=60)
@given(problem=problems(max_orders=5))
def test_no_plan_costs_less(problem):
    """Exact optimum of days with all rules mixed, if every mandatory order is served, and if all are made optional."""
    optional = dataclasses.replace(problem, orders=[
        dataclasses.replace(order, penalty=300.0 if order.penalty is None else order.penalty)
        for order in problem.orders])
    best, loose = brute_force(problem), brute_force(optional)

    assert best.unserved or lower_bound(problem) <= best.cost + 1e-9
    assert lower_bound(optional) <= loose.cost + 1e-9


@settings(max_examples=20)
@given(problem=problems(max_orders=9), seed=st.integers(0, 9))
def test_plans_state_their_bound_and_gap(problem, seed):
    """Also where mandatory orders are left over: they are in neither."""
    plan = engine_named("native").solve(problem, Limit(iterations=1), seed)

    assert plan.bound <= plan.cost + plan.penalty + 1e-9
    assert plan.gap >= -1e-9
    assert not math.isfinite(plan.gap) or plan.bound * (1 + plan.gap) == pytest.approx(plan.cost + plan.penalty)


def test_the_bar_tells_how_far_from_the_least_a_plan_may_be(capsys):
    """20 km to one order is the least there is; an order that nobody may serve is no part of it."""
    solve(star([order("A"), order("B", skills={"cold"})], VehicleType("van")), Limit(iterations=3), engine="native",
          progress=True)

    assert "cost 20.00, within 0% of the least" in capsys.readouterr().err
