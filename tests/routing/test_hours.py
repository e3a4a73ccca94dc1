"""Travel by the hour, from the numbers to a plan: against a simulation second by second, and trying everything."""

import dataclasses
import functools
import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import routing
from routing.assemble import schedule
from routing.checker import check
from routing.drives import ByHour
from routing.engines import needed_rules
from routing.errors import ProblemError, UnsupportedRuleError
from routing.model import (
    Break,
    Depot,
    Hourly,
    Limit,
    Order,
    Problem,
    Tariff,
    TimeWindow,
    TravelMatrix,
    VehicleType,
)
from routing.plan import Plan
from routing.replan import Event
from routing.rules.by_hour import arrival_s
from routing.timing import route_timing

DAY_S = 86_400


@functools.cache
def stepped(takes_s, begins_s, depart_s, stands=()):
    """Return the arrival, going second by second; `stands` are seconds at which the vehicle stands still."""
    now_s, covered = depart_s, 0
    while any(takes_s) and covered < 2**40:
        today_s = now_s % (DAY_S * (begins_s[-1] // DAY_S + 1))
        span = max(k for k, begin_s in enumerate(begins_s) if begin_s <= today_s)
        if takes_s[span] > 0 and now_s not in stands:
            covered += -(-(2**40) // takes_s[span])
        now_s += 1
    return now_s


@st.composite
def ways(draw):
    """Draw spans, and how long a way takes in each; no road leads there in some."""
    begins_s = (0, *sorted(draw(st.sets(st.integers(1, 400), max_size=4))))
    takes_s = [draw(st.integers(-1, 90)) for _ in begins_s]
    return begins_s, tuple(seconds if seconds < 0 else max(1, seconds) for seconds in (*takes_s[:-1], abs(takes_s[-1])))


@settings(max_examples=40)
@given(ways(), st.integers(0, 500), st.integers(0, 60))
def test_a_drive_takes_as_long_as_a_simulation_says_and_overtakes_none(way, depart_s, later_s):
    """Engine and judge agree with it to the second; who departs later is no sooner there; back is the inverse."""
    begins_s, takes_s = way
    hourly = Hourly(begins_s, np.array(takes_s).reshape(-1, 1, 1))
    drive = ByHour(hourly.duration_s[:, 0, 0], hourly.spans, hourly.period_s)
    arrives_s = stepped(takes_s, begins_s, depart_s)

    assert drive.arrival(depart_s) == arrival_s(hourly, 0, 0, depart_s, ()) == arrives_s
    assert drive.arrival(depart_s + later_s) >= arrives_s
    latest_s = drive.departure(arrives_s)
    assert latest_s >= depart_s
    assert drive.arrival(latest_s) <= arrives_s < drive.arrival(latest_s + 1)


@settings(max_examples=40)
@given(ways(), st.integers(0, 300), st.integers(0, 40), st.integers(1, 30))
def test_the_judge_lets_a_vehicle_stand_still_in_a_pause(way, depart_s, after_s, length_s):
    """A pause on the way makes it as late as a simulation says."""
    begins_s, takes_s = way
    hourly = Hourly(begins_s, np.array(takes_s).reshape(-1, 1, 1))
    pause = (depart_s + after_s, depart_s + after_s + length_s)

    assert arrival_s(hourly, 0, 0, depart_s, [pause]) == stepped(takes_s, begins_s, depart_s, range(*pause))


def tiny(rng, **type_changes):
    """Return a day of five minutes with three orders, whose ways take up to five times as long in some spans."""
    places = ("depot D", *(f"order {i}" for i in range(3)))
    base = np.array([[0 if i == j else rng.randint(4, 20) for j in range(4)] for i in range(4)])
    begins_s = (0, *sorted(rng.sample(range(20, 280), 3)))
    seconds = np.stack([base * rng.randint(1, 5) for _ in begins_s])
    orders = []
    for i in range(3):
        opens_s = rng.randint(0, 150)
        orders.append(Order(str(i), lon=0, lat=0, service_s=rng.randint(0, 9), penalty=1000.0,
                            window=TimeWindow(opens_s, opens_s + rng.randint(20, 140))))
    kind = VehicleType("van", shift=TimeWindow(0, 300), count=2, tariff=Tariff(fixed=3, per_km=1, per_hour=3600),
                       **type_changes)
    travel = TravelMatrix.by_hour("van", places, Hourly(begins_s, seconds), base * 10)
    return Problem(orders, (Depot("D", lon=0, lat=0),), (kind,), (travel,))


def tried(problem, sequence):
    """Return the least time from departure to return by trying every departure; None if there is none."""
    hourly, rows = problem.matrices[0].hourly, [0, *(problem.order_row[order] for order in sequence), 0]
    takes_s = [tuple(hourly.duration_s[:, i, j].tolist()) for i, j in itertools.pairwise(rows)]
    lasts_s = []
    for depart_s in range(301):
        now_s = depart_s
        for leg_s, order in itertools.zip_longest(takes_s, sequence):
            now_s = stepped(leg_s, hourly.begins_s, now_s)
            if order is not None:
                noun = problem.orders[problem.order_row[order] - 1]
                now_s = max(now_s, noun.window.begin_s) if now_s <= noun.window.end_s else 1000
                now_s += noun.service_s
        if now_s <= 300:
            lasts_s.append(now_s - depart_s)
    return min(lasts_s, default=None)


@pytest.mark.parametrize("seed", range(4))
def test_a_route_departs_so_that_it_is_over_soonest(seed):
    """Trying all departures second by second finds none that is shorter by more than the rounding, a second a leg."""
    rng = random.Random(seed)
    problem = tiny(rng)
    for sequence in itertools.permutations("012", rng.randint(1, 3)):
        timing, least_s = route_timing(problem, problem.fleet[0], sequence), tried(problem, sequence)

        assert (timing is None) == (least_s is None)
        if timing is not None:
            assert 0 <= timing.end_s - timing.begin_s - least_s <= len(sequence) + 1
            assert check_route(problem, sequence) == []


def check_route(problem, sequence):
    """Return what the judge says of the route of a sequence, other orders left aside."""
    route = schedule(problem, problem.fleet[0].id, sequence)
    return [violation for violation in check(Plan(problem, (route,))) if violation.rule != "coverage"]


def cheapest(problem):
    """Return the least cost of any plan: all ways to put the orders on two vans, with the times tried above."""
    best = {}
    for size in range(4):
        for sequence in itertools.permutations("012", size):
            lasts_s = tried(problem, sequence) if size else None
            rows = [0, *(problem.order_row[order] for order in sequence), 0]
            metres = sum(int(problem.matrices[0].distance_m[leg]) for leg in itertools.pairwise(rows))
            cost = 0.0 if not size else 1e9 if lasts_s is None else 3 + metres / 1000 + lasts_s
            best[frozenset(sequence)] = min(best.get(frozenset(sequence), 1e9), cost)
    return min(best[one] + best[other] + 1000 * (3 - len(one | other))
               for one in best for other in best if not one & other)


@pytest.mark.parametrize("seed", range(5))
def test_plans_of_tiny_days_are_the_cheapest_there_are(seed):
    """No sequence of any vehicle at any departure is cheaper by more than the rounding of departures."""
    problem = tiny(random.Random(100 + seed))
    plan = routing.solve(problem, Limit(iterations=20), engine="ortools", progress=False)

    assert check(plan) == []
    least = cheapest(problem)
    assert least - 1e-6 <= plan.cost + plan.penalty <= least + 8


def test_a_way_through_the_rush_hour_is_driven_before_it():
    """By hand: 30 min at free flow, 60 from 7:00 on. A third is covered in 10 min, the rest takes 40: 07:40."""
    free = np.array([[0, 1800], [1800, 0]])
    travel = TravelMatrix("van", ("depot D", "order A"), free, free).slowed({"07:00-09:00": 2})
    order = Order("A", lon=0, lat=0, window=TimeWindow.between("07:40", "07:45"))
    kind = VehicleType("van", shift=TimeWindow.between("06:00", "18:00"), returns=False, tariff=Tariff(per_hour=1))
    problem = Problem((order,), (Depot("D", lon=0, lat=0),), (kind,), (travel,))
    timing = route_timing(problem, kind, ["A"])

    assert ByHour(travel.hourly.duration_s[:, 0, 1], travel.hourly.spans, DAY_S).arrival(6 * 3600 + 50 * 60) == 27_600
    assert (timing.begin_s, timing.begins_s) == (6 * 3600 + 50 * 60, (27_600,))


def test_engines_refuse_or_honour_travel_by_the_hour():
    """OR-Tools knows it, the others say that they do not; plans that ignore it are judged late."""
    problem = tiny(random.Random(3))
    still = dataclasses.replace(problem.matrices[0], hourly=None)
    blind = routing.solve(dataclasses.replace(problem, matrices=(still,)), Limit(iterations=5), engine="ortools",
                          progress=False)

    assert "hours" in needed_rules(problem)
    for engine in ("native", "pyvrp"):
        with pytest.raises(UnsupportedRuleError, match=r"hours.*'auto' or 'ortools'"):
            routing.solve(problem, Limit(iterations=1), engine=engine, progress=False)
    assert {violation.rule for violation in check(dataclasses.replace(blind, problem=problem))} >= {"travel_time"}


def test_a_plan_by_the_hour_is_kept_in_its_file_and_made_again(tmp_path):
    """What is loaded is equal, hours and all; it is replayed, and refused for other hours."""
    problem = tiny(random.Random(4))
    plan = routing.solve(problem, Limit(iterations=5), progress=False)
    loaded = routing.load_plan(routing.save_plan(plan, tmp_path / "hours.plan"))
    hourly = problem.matrices[0].hourly
    other = TravelMatrix.by_hour("van", problem.matrices[0].places, Hourly((0, 100), hourly.duration_s[:2]),
                                 problem.matrices[0].distance_m)

    assert loaded == plan
    assert loaded.problem.matrices[0].hourly == hourly
    assert routing.replay(loaded).digest == plan.digest
    assert dataclasses.replace(problem, matrices=(other,)) != problem


def test_breaks_and_travel_by_the_hour_go_together():
    """A driver who must pause plans around the rush hour; the judge finds nothing."""
    for seed in range(3):
        problem = tiny(random.Random(seed), breaks=(Break(TimeWindow(60, 160), 30),))
        plan = routing.solve(problem, Limit(iterations=3), engine="ortools", progress=False)

        assert check(plan) == []
        assert plan.routes


def test_the_rest_of_a_day_is_planned_by_the_hour():
    """What is under way keeps its times, the rest is right by the judge; a new place cannot be measured by the hour."""
    problem = tiny(random.Random(1))
    plan = routing.solve(problem, Limit(iterations=5), engine="ortools", progress=False)
    first = min(plan.routes, key=lambda route: route.begin_s)
    now_s = first.visits[0].begin_s
    new = routing.replan(plan, now_s, [Event("late", first.vehicle, delay_s=2)], limit=Limit(iterations=2),
                         engine="ortools")
    elsewhere = Event("new", order=Order("X", lon=1, lat=1))

    assert check(new) == []
    assert new.problem.matrices[0].hourly.begins_s == problem.matrices[0].hourly.begins_s
    with pytest.raises(ProblemError, match=r"by the hour|roads that it was measured on"):
        routing.replan(plan, now_s, [elsewhere], limit=Limit(iterations=2), engine="ortools")


@pytest.mark.parametrize(("begins_s", "shape", "words"), [
    ((), (0, 2, 2), "whole seconds"), ((5,), (1, 2, 2), "begin at 0"), ((0, 9, 9), (3, 2, 2), "later than"),
    ((0, 9), (1, 2, 2), r"expected \(2, n, n\)"), ((0.5,), (1, 2, 2), "whole seconds"),
])
def test_spans_and_shapes_that_make_no_sense_are_refused(begins_s, shape, words):
    """The message says what was expected."""
    with pytest.raises(ProblemError, match=words):
        Hourly(begins_s, np.ones(shape, dtype=np.int64))


def test_factors_that_make_no_sense_are_all_named():
    """Hours that cannot be read, that overlap or leave the day, and factors that are none, in one error."""
    free = np.zeros((1, 1), dtype=np.int64)
    travel = TravelMatrix("van", ("depot D",), free, free)

    with pytest.raises(ProblemError, match=r"(?s)'noon'.*-1.*overlap at 28800.*end within the day"):
        travel.slowed({"noon": 2, "07:00-09:00": 1.5, "08:00-10:00": 2, "10:00-11:00": -1, "23:00-01:00+1": 2})
