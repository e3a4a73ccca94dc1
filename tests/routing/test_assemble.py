"""Times of routes against every departure tried in turn, against plans worked out by hand, and canonical plans."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.assemble import assemble_plan, route_timing, schedule
from routing.checker import check
from routing.errors import EngineError, ProblemError
from routing.model import Depot, Limit, Order, Problem, Tariff, TimeWindow, TravelMatrix, VehicleType

LIMIT = Limit(iterations=1)
HORIZON = 40


@st.composite
def small_days(draw):
    """One to four orders and one vehicle between 0 and 40 s; each leg of its own length, a few without a road."""
    rng, n = np.random.default_rng(draw(st.integers(0, 2**32))), draw(st.integers(1, 4))
    seconds = rng.integers(0, 9, (n + 1, n + 1))
    seconds[rng.random((n + 1, n + 1)) < draw(st.sampled_from([0, 0.1]))] = -1

    def window():
        begin_s = int(rng.integers(0, HORIZON)) if rng.random() < 0.6 else 0
        return TimeWindow(begin_s, int(rng.integers(begin_s, HORIZON + 1)) if rng.random() < 0.5 else HORIZON)

    orders = [Order(f"o{i}", lon=0, lat=0, window=window(), service_s=rng.integers(0, 5)) for i in range(n)]
    hours = [TimeWindow(rng.integers(0, 10), rng.integers(30, HORIZON + 1)) for _ in range(2)]
    van = VehicleType("van", shift=hours[0], max_duration_s=draw(st.sampled_from([math.inf, 12, 25])),
                      tariff=Tariff(fixed=1, per_km=2, per_hour=3600))
    labels = ("depot D", *(f"order {order.id}" for order in orders))
    return Problem(orders, [Depot("D", lon=0, lat=0, open=hours[1].begin_s, close=hours[1].end_s)], [van],
                   [TravelMatrix("van", labels, seconds, np.where(seconds < 0, -1, seconds * 10))])


def driven(problem, begin_s):
    """Return the end of a departure that serves each order as early as it then can, in the order of the problem."""
    seconds, depot, van = problem.matrices[0].duration_s, problem.depots[0], problem.fleet[0]
    now_s, place = begin_s, 0
    for row, order in enumerate(problem.orders, start=1):
        if seconds[place, row] < 0:
            return None
        now_s = max(now_s + seconds[place, row], order.window.begin_s)
        if now_s > order.window.end_s:
            return None
        now_s, place = now_s + order.service_s, row
    if seconds[place, 0] < 0:
        return None
    now_s += seconds[place, 0]
    return now_s if begin_s >= depot.open and begin_s >= van.shift.begin_s \
        and now_s <= depot.close and now_s <= van.shift.end_s else None


@given(small_days())
def test_times_are_the_best_of_all_departures(problem):
    """All departures from 0 to 40 s are tried: none ends earlier, none that is allowed is shorter, none is missed."""
    van = problem.fleet[0]
    ends = {begin_s: end_s for begin_s in range(HORIZON + 1) if (end_s := driven(problem, begin_s)) is not None}
    allowed = [(end_s, end_s - begin_s) for begin_s, end_s in ends.items() if end_s - begin_s <= van.max_duration_s]

    timing = route_timing(problem, van, [order.id for order in problem.orders])

    if not allowed:
        assert timing is None
    else:
        assert timing.end_s == min(end_s for end_s, _ in allowed)
        assert timing.end_s - timing.begin_s == min(span_s for _, span_s in allowed)
        assert ends[timing.begin_s] == timing.end_s


@given(small_days())
def test_the_judge_finds_no_fault_in_any_timed_route(problem):
    """The judge works from the problem alone and shares no code with the timing."""
    route = schedule(problem, "van", [order.id for order in problem.orders])
    if route is not None:
        plan = assemble_plan(problem, [("van", route.orders)], engine="test", limit=LIMIT, seed=0)
        assert check(plan) == []


@pytest.mark.parametrize("day", ["two_stop", "mixed", "night", "three_day"])
def test_days_worked_out_by_hand(day, request):
    """The plans of conftest.py were worked out on paper: a shift over midnight and a tour of three days among them."""
    by_hand = request.getfixturevalue(f"{day}_plan")
    sequences = [(route.vehicle_type, route.orders) for route in reversed(by_hand.routes)]

    plan = assemble_plan(by_hand.problem, sequences, engine="by hand", limit=LIMIT, seed=0)

    assert [route.visits for route in plan.routes] == [route.visits for route in by_hand.routes]
    assert [(r.vehicle, r.depot, r.begin_s, r.end_s, r.distance_m) for r in plan.routes] == [
        (r.vehicle, r.depot, r.begin_s, r.end_s, r.distance_m) for r in by_hand.routes]
    assert [route.cost for route in plan.routes] == pytest.approx([route.cost for route in by_hand.routes])
    assert [(left.order, left.reason) for left in plan.unserved] == [(u.order, u.reason) for u in by_hand.unserved]
    assert check(plan) == []


def test_the_order_of_sequences_does_not_matter(mixed_problem):
    """Vehicles are numbered by what they do, so the same sequences give the same plan to the digest."""
    sequences = [("van", ["Q"]), ("reefer", ["T", "R"]), ("van", []), ("van", ["P"])]

    plans = [assemble_plan(mixed_problem, order, engine="test", limit=LIMIT, seed=0)
             for order in (sequences, sequences[::-1])]

    assert plans[0].digest == plans[1].digest
    assert [(route.vehicle, route.orders) for route in plans[0].routes] == [
        ("van#1", ("P",)), ("van#2", ("Q",)), ("reefer#1", ("T", "R"))]


@pytest.mark.parametrize(("sequences", "message"), [
    ([("van", ["B", "A"])], "a van cannot keep the times of 2 orders, from 'B' on"),
    ([("van", ["A"]), ("van", ["A"])], "order 'A' is visited 2 times"),
    ([("van", ["A", "A"])], "order 'A' is visited 2 times"),
    ([("van", "A"), ("van", "B"), ("van", "C")], "3 vehicles of type 'van' are used, there are 2; there is no order"),
    ([("lorry", ["A"])], "there is no vehicle type 'lorry'"),
])
def test_sequences_that_cannot_be_are_the_engines_fault(two_stop_problem, sequences, message):
    """B closes at 09:00 and its service and the way to A take until 09:00; A before B is the only way round."""
    problem = two_stop_problem
    if message.startswith("a van"):
        narrow = Order("A", lon=24.94, lat=60.17, service_s=1800, window=TimeWindow.between("08:00", "08:10"))
        problem = Problem([narrow, problem.orders[1]], problem.depots, problem.fleet, problem.matrices)

    with pytest.raises(EngineError, match="engine 'careless' gave routes that cannot be") as error:
        assemble_plan(problem, sequences, engine="careless", limit=LIMIT, seed=0)

    assert message in str(error.value)


@pytest.mark.parametrize(("kind", "orders", "missing"), [
    ("lorry", ["A"], "vehicle type 'lorry'"), ("van", ["A", "Z"], "order 'Z'"), ("van", [], "no visit"),
])
def test_schedule_refuses_what_does_not_exist(two_stop_problem, kind, orders, missing):
    """A KeyError would not say what is missing."""
    with pytest.raises(ProblemError, match=missing):
        schedule(two_stop_problem, kind, orders)


def test_routes_that_end_elsewhere_or_nowhere_are_timed_as_by_hand(shipping_problem, shipping_plan):
    """With service times by type; the figures are worked out in tests/routing/conftest.py."""
    plan = assemble_plan(shipping_problem, [("bike", ["V"]), ("van", ["P", "T", "R", "Q"])], engine="by hand",
                         limit=LIMIT, seed=0)

    assert plan.routes == shipping_plan.routes
    assert check(plan) == []
