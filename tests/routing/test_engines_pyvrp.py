"""The engine `pyvrp`: what is asked of a package that is not there, and what PyVRP is told and tells."""

import dataclasses
import json
import signal
import sys
import time

import numpy as np
import pytest

from routing.checker import check
from routing.engines import engine_named
from routing.errors import MissingEngineError
from routing.model import Depot, Limit, Order, Problem, Shipment, Tariff, TimeWindow, TravelMatrix, VehicleType
from routing.solve import solve
from routing.testing import random_problem

CITY = 4
"""A seed whose problem has rules that PyVRP knows."""


@pytest.fixture(scope="module")
def engine():
    pytest.importorskip("pyvrp", reason="pyvrp is not installed; it is in the extra of that name")
    return engine_named("pyvrp")


def line(places_km, orders, **van):
    """Return a day of depot and orders on one road, a kilometre a minute, the depot at 0."""
    at = np.array([0, *places_km]) * 1000
    apart = np.abs(at[:, None] - at)
    labels = ("depot D", *(f"order {order.id}" for order in orders))
    return Problem(orders, [Depot("D", lon=0, lat=0)], [VehicleType("van", **van)],
                   [TravelMatrix("van", labels, apart * 60 // 1000, apart)])


def order(name, **fields):
    return Order(name, lon=0, lat=0, **fields)


def hours(begin, end):
    return TimeWindow(begin * 3600, end * 3600)


def test_without_the_package_it_says_what_to_install(monkeypatch, two_stop_problem):
    """The engine is listed, and its rules are known, all the same."""
    monkeypatch.setitem(sys.modules, "pyvrp", None)
    for module in ("pyvrp_search", "pyvrp_model"):
        monkeypatch.delitem(sys.modules, f"routing.engines.{module}", raising=False)

    with pytest.raises(MissingEngineError, match=r'pip install "routebook\[pyvrp\]"'):
        solve(two_stop_problem, Limit(iterations=1), engine="pyvrp")

    assert isinstance(MissingEngineError(), ImportError)


@pytest.mark.parametrize(("name", "best"), [("two_stop", 96.6), ("night", 180), ("three_day", 1700 / 3)])
def test_plans_worked_out_by_hand_are_found(engine, request, name, best):
    """One-way roads, a shift over midnight, a tour of three days: see conftest for the figures."""
    plan = solve(request.getfixturevalue(f"{name}_problem"), Limit(iterations=10), engine=engine)

    assert plan.cost + plan.penalty == pytest.approx(best)


def test_the_same_iterations_give_the_same_bytes(engine):
    """Another seed gives another plan."""
    city = dataclasses.replace(line(range(1, 41), [order(f"{i:02d}", pieces=1) for i in range(40)], pieces=7, count=9,
                                    tariff=Tariff(per_hour=20)))
    one, again, other = (json.dumps(engine.solve(city, Limit(iterations=1), seed).to_dict()["routes"])
                         for seed in (5, 5, 6))

    assert one == again
    assert one != other


def test_what_cannot_be_served_together_is_left_over(engine):
    """One van may carry two of three: 2 x 2 km to the nearer two; the mandatory one goes before any penalty."""
    orders = [order("A", pieces=1, penalty=50.0), order("B", pieces=1, penalty=60.0), order("C", pieces=1)]
    day = line([1, 2, 9], orders, pieces=2)
    must = dataclasses.replace(day, orders=[dataclasses.replace(o, penalty=None) for o in day.orders])

    plan, tight = (solve(p, Limit(iterations=10), engine=engine) for p in (day, must))

    assert (plan.served, plan.cost, plan.penalty) == (("B", "C"), pytest.approx(18.0), 50.0)
    assert (tight.served, tight.cost) == (("A", "B"), pytest.approx(4.0))
    assert [left.reason for left in tight.unserved] == ["not_found"]


def test_service_times_by_type_are_kept(engine):
    """With the slow type each order takes an hour more, so a shift of two hours is too short for both."""
    day = line([10, 20], [order(name, service_s=600) for name in "AB"], shift=hours(8, 10))
    fleet = (*day.fleet, dataclasses.replace(day.fleet[0], id="slow"))
    day = dataclasses.replace(day, fleet=fleet, orders=[
        dataclasses.replace(order, service_by_type={"slow": 4200}) for order in day.orders])

    quick, slow = (solve(day.with_count(other, 0), Limit(iterations=5), engine=engine) for other in ("slow", "van"))

    assert quick.served == ("A", "B")
    assert slow.served == ("A",)


def test_a_shipment_whose_windows_exclude_each_other_is_left_over(engine):
    """To be brought before it may be fetched; the other order is served."""
    orders = [order("P", kind="pickup", pieces=1, window=hours(10, 11)),
              order("Q", pieces=1, window=hours(8, 9)), order("R", pieces=1)]
    day = dataclasses.replace(line([1, 2, 3], orders, pieces=5), shipments=(Shipment("S", pickup="P", delivery="Q"),))

    assert solve(day, Limit(iterations=3), engine=engine).served == ("R",)


def test_an_interrupt_keeps_the_best_so_far(engine):
    """SIGINT at the first word of progress: the plan comes back with a note."""
    plan = engine.solve(line([1, 2, 3], [order(name) for name in "ABC"]), Limit(seconds=60),
                        progress=lambda state: signal.raise_signal(signal.SIGINT) if state.cost else None)

    assert check(plan) == []
    assert plan.served == ("A", "B", "C")
    assert plan.notes == ("the search was interrupted; this is the best plan until then",)


def test_progress_and_the_time_limit_are_kept(engine):
    """Told are seconds that grow, and the cost of 6 km once it is found."""
    told, begin = [], time.monotonic()

    engine.solve(line([1, 2, 3], [order(name) for name in "ABC"]), Limit(seconds=0.6), progress=told.append)

    assert 0.6 <= time.monotonic() - begin < 1.6
    assert [state.seconds for state in told] == sorted(state.seconds for state in told)
    assert (told[-1].cost, told[-1].unserved) == (pytest.approx(6.0), 0)


def test_the_search_begins_from_a_given_plan(engine):
    """One iteration from the engine's own plan is no worse; unknown names in it change nothing."""
    city = random_problem(CITY, orders=30)
    first = engine.solve(city, Limit(iterations=10), 1)
    given = [*((route.vehicle_type, route.orders) for route in first.routes), ("no type", ["nobody"])]

    again = engine.solve(city, Limit(iterations=1), 2, initial=given)

    assert len(again.unserved) <= len(first.unserved)
    assert check(again) == []
