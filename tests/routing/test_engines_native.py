"""The engine `native`: its numbers after every step, repeatable bytes, interrupts, limits, and days that are odd."""

import dataclasses
import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisdata.errors import UnknownNameError
from routing.checker import check
from routing.engines import SearchState, engine_named, needed_rules
from routing.engines.native import layout as at
from routing.engines.native.encode import encode
from routing.engines.native.nearness import sorted_by_nearness
from routing.engines.native.routes import forward
from routing.engines.native.state import load, new_search
from routing.engines.native.step import anneal
from routing.engines.relaxed import NEUTRAL, relaxed
from routing.errors import ProblemError, UnsupportedRuleError
from routing.model import Depot, Limit, Order, Problem, Tariff, TravelMatrix, VehicleType
from routing.testing import problems, random_problem
from routing.timing import route_timing


@pytest.fixture(scope="module")
def engine():
    return engine_named("native")


def assert_numbers_are_right(problem, encoded, search):
    """Recompute routes, lists and sums of a search from its links alone, with the numbers of the problem."""
    day, m = encoded.day, len(encoded.order_ids)
    kinds = {vehicle.id: vehicle for vehicle in problem.fleet}
    total, served, used = 0, set(), 0
    for r, row in enumerate(search.route):
        if row[at.KIND] < 0:
            continue
        used += 1
        orders, x = [], search.node[m + 2 * r, at.NEXT]
        while x < m:
            orders.append(int(x))
            x = search.node[x, at.NEXT]
        timing = route_timing(problem, kinds[encoded.type_ids[row[at.KIND]]], [encoded.order_ids[x] for x in orders])
        fixed, per_metre, per_second = day.kind[row[at.KIND], [at.FIXED, at.PER_METRE, at.PER_SECOND]].tolist()
        lasts = timing.end_s - timing.begin_s if day.rule[at.SPANNED] else 0
        assert row[at.DRIVEN] == timing.distance_m
        assert row[at.COST] == fixed + per_metre * timing.distance_m + per_second * lasts
        assert row[at.STOPS] == len(orders)
        total += int(row[at.COST])
        served.update(orders)
    left = [x for x in range(m) if x not in served and day.order[x, at.ROLE] != at.BROUGHT]
    tally = search.tally
    assert sorted(search.lists[at.LEFT_LIST, : tally[at.LEFT]].tolist()) == left
    assert tally[at.MISSING] == day.order[left, at.MANDATORY].sum()
    assert tally[at.TOTAL] == total + day.order[left, at.PENALTY].sum()
    assert tally[at.ACTIVE] == used == tally[at.USED :].sum()


@settings(max_examples=40)
@given(problem=problems(max_orders=12), seed=st.integers(0, 99), steps=st.integers(1, 60))
def test_every_number_is_that_of_the_routes_alone(problem, seed, steps):
    """Metres, seconds, costs, loads and lists are kept step by step; `route_timing` computes each route anew.

    Where it is hot nearly every step is kept, where it is cold nearly every step is undone.
    """
    encoded = encode(problem)
    if not encoded.order_ids:
        return
    search = new_search(encoded.day, seed)
    anneal(encoded.day, search, 1, 1.0, 0.0, False, -1, True)
    for step in range(steps):
        anneal(encoded.day, search, 1, 0.0 if step % 3 else 1e9, 0.5, False, -1, False)
        assert_numbers_are_right(problem, encoded, search)


@pytest.mark.parametrize(("drawn", "seed"), [(201, 1), (324, 24)])
def test_no_route_is_kept_that_cannot_be_driven_without_what_was_taken_out(drawn, seed):
    """Here a way past a place is slower than the way by it, or there is none; `route_timing` then gives None."""
    problem = random_problem(drawn, drawn % 13)
    encoded = encode(problem)
    search = new_search(encoded.day, seed)
    anneal(encoded.day, search, 1, 1.0, 0.0, False, -1, True)
    for _ in range(200):
        anneal(encoded.day, search, 1, 1e9, 0.5, False, -1, False)
        assert_numbers_are_right(problem, encoded, search)


@settings(max_examples=15)
@given(problem=problems(max_orders=12), seed=st.integers(0, 99))
def test_the_best_plan_can_be_loaded_again(problem, seed):
    """With the cost it was kept for."""
    encoded = encode(problem)
    if not encoded.order_ids:
        return
    search = new_search(encoded.day, seed)
    anneal(encoded.day, search, 200, 1e8, 0.2, False, -1, False)
    slots = len(search.route)
    load(encoded.day, search, search.lists[at.BEST, : len(encoded.order_ids) + slots].copy(),
         search.lists[at.BEST_KIND, :slots].copy())

    assert search.tally[at.TOTAL] == search.tally[at.BEST_COST]
    assert_numbers_are_right(problem, encoded, search)


def test_kernels_are_compiled_once():
    """One set of types each: another would double the time that compiling takes."""
    assert len(anneal.signatures) == len(load.signatures) == 1
    assert len(forward.signatures) <= 1


def test_the_same_iterations_give_the_same_bytes(engine):
    """Another seed gives another plan."""
    city = random_problem(12, orders=60)
    one, again, other = (json.dumps(engine.solve(city, Limit(iterations=2), seed).to_dict()["routes"])
                         for seed in (5, 5, 6))

    assert one == again
    assert one != other


def test_a_time_limit_is_kept(engine):
    """Within 0.2 s of process time, of which a busy machine takes nothing away."""
    city = random_problem(12, orders=60)
    engine.solve(city, Limit(iterations=1))
    wall, begin = time.monotonic(), time.process_time()

    engine.solve(city, Limit(seconds=0.5))

    assert time.monotonic() - wall >= 0.45
    assert time.process_time() - begin < 0.7


def test_an_interrupt_keeps_the_best_so_far(engine):
    """SIGINT after the first slice: the plan comes back with a note."""
    plan = engine.solve(random_problem(12, orders=30), Limit(seconds=60),
                        progress=lambda _: signal.raise_signal(signal.SIGINT))

    assert plan.routes
    assert check(plan) == []
    assert plan.notes[0].startswith("the search was interrupted; this is the best plan until then")


def test_islands_give_the_same_bytes_however_many_cores_there_are():
    """Two islands on two threads here, and in another process whose threads must share one core."""
    script = """if True:
        import json, os
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        from routing.engines import engine_named
        from routing.model import Limit
        from routing.testing import random_problem
        plan = engine_named("native", threads=2).solve(random_problem(12, orders=60), Limit(iterations=4), 5)
        print(json.dumps(plan.to_dict()["routes"]))"""

    plan = engine_named("native", threads=2).solve(random_problem(12, orders=60), Limit(iterations=4), 5)
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True).stdout

    assert plan.routes
    assert json.dumps(plan.to_dict()["routes"]) == other.strip()


def test_fewest_vehicles_may_count_first():
    """Two trips of 22 km, or one of 10 + 1 + 40 + 1 + 10 km: the way from side to side is worse than by the depot."""
    day = two_sides()

    cheap, few = (engine_named("native", objective=aim).solve(day, Limit(iterations=2)) for aim in ("cost", "fleet"))

    assert (len(cheap.routes), cheap.cost) == (2, pytest.approx(44.0))
    assert (len(few.routes), few.cost) == (1, pytest.approx(62.0))


def two_sides():
    """Return a day with two orders on either side of the depot, and a long way from side to side."""
    labels = ("depot D", *(f"order {name}" for name in "ABCD"))
    places = np.array([0, -10, -11, 10, 11])
    apart = np.abs(places[:, None] - places) * 1000
    apart[1:3, 3:5] = apart[3:5, 1:3] = 40_000
    return Problem([order(name) for name in "ABCD"], [Depot("D", lon=0, lat=0)], [VehicleType("van", count=4)],
                   [TravelMatrix("van", labels, apart // 20, apart)])


def test_fewest_vehicles_tell_what_least_cost_would_have_been():
    """The same town: the note has vehicles and cost of both, and the limit is that of the whole."""
    plan = engine_named("native", objective="fleet").solve(two_sides(), Limit(iterations=8))

    assert plan.limit == Limit(iterations=8)
    assert plan.notes == ("fewest vehicles first: 1 for 62.00; by cost alone, in a quarter of the search: 2 for 44.00",)


def test_auto_gives_ortools_what_the_native_engine_does_not_know(monkeypatch):
    """As if it knew no skills: it plans A and B for the near van, OR-Tools begins there and takes what A needs."""
    fleet = [VehicleType("van", count=1), VehicleType("cold van", skills={"cold"}, tariff=Tariff(per_km=2.0))]
    problem = dataclasses.replace(square([order("A", skills={"cold"}), order("B")]), fleet=fleet)
    auto = engine_named("auto")
    assert auto.solve(problem, Limit(iterations=1)).engine == "native"
    begun, with_ortools = [], auto.ortools.solve
    monkeypatch.setattr(auto.native, "supports", auto.native.supports - {"skills"}, raising=False)
    monkeypatch.setattr(auto.ortools, "solve", lambda *given: begun.append(given[4]) or with_ortools(*given))

    plan = auto.solve(problem, Limit(iterations=3))

    assert [(kind, sorted(orders)) for kind, orders in begun[0]] == [("van", ["A", "B"])]
    assert (plan.engine, plan.limit) == ("native, then ortools", Limit(iterations=3))
    assert plan.notes == ("the start was found without the rules skills",)
    assert ("cold van", "A") in [(route.vehicle_type, name) for route in plan.routes for name in route.orders]
    assert check(plan) == []


def test_an_interrupt_before_ortools_begins_is_no_reason_to_go_on(monkeypatch):
    """The plan is mended in one step, not in a minute."""
    auto = engine_named("auto")
    monkeypatch.setattr(auto.native, "supports", auto.native.supports - {"skills"}, raising=False)
    natively = auto.native.solve
    monkeypatch.setattr(auto.native, "solve", lambda problem, limit, *rest: dataclasses.replace(
        natively(problem, Limit(iterations=1), *rest), notes=("the search was interrupted",)))
    begin = time.monotonic()

    plan = auto.solve(square([order("A", skills={"cold"})], skills={"cold"}), Limit(seconds=60))

    assert time.monotonic() - begin < 30
    assert (plan.served, plan.notes[0]) == (("A",), "the search was interrupted")


@settings(max_examples=30)
@given(problem=problems(max_orders=6), data=st.data())
def test_a_rule_that_is_relaxed_is_needed_no_more(problem, data):
    """Whichever of them, and the ids stay; the native engine solves it without knowing them."""
    rules = data.draw(st.sets(st.sampled_from([*sorted(NEUTRAL), "shipment"])))
    without = relaxed(problem, rules)

    assert not needed_rules(without) & rules
    assert without.order_row == problem.order_row
    assert {kind.id for kind in without.fleet} == {kind.id for kind in problem.fleet}


def test_every_rule_of_a_problem_can_be_relaxed():
    """But for those that every engine knows: a rule that is added must be added there too."""
    known = engine_named("ortools").supports - {"coverage", "fleet", "travel_time", "cost"}

    assert known == set(NEUTRAL) | {"shipment", "overtime", "lines", "hours"}


def test_overtime_is_relaxed_to_none():
    """Its price is part of a tariff, the rest of which stays."""
    tariff = Tariff(fixed=5, per_km=1, per_overtime_hour=30, overtime_after_s=3600)
    problem = square([order("A")], tariff=tariff)

    without = relaxed(problem, {"overtime"})

    assert needed_rules(problem) - needed_rules(without) == {"overtime"}
    assert [(kind.tariff.fixed, kind.tariff.per_km) for kind in without.fleet] == [(5, 1)]


def test_auto_does_not_wait_for_kernels_that_are_not_compiled(monkeypatch):
    """Under a limit in seconds OR-Tools searches meanwhile, and the plan says so."""
    monkeypatch.setattr("routing.engines.auto.compiled", lambda *_: False)

    plan = engine_named("auto").solve(square([order("A")]), Limit(seconds=0.5))

    assert (plan.engine, plan.limit) == ("ortools", Limit(seconds=0.5))
    assert "still being compiled" in plan.notes[-1]


@pytest.mark.parametrize(("engine", "van"), [("plain", {}), ("native", {"max_duration_s": 7200.0})])
def test_auto_goes_on_natively_from_the_plan_of_ortools(engine, van, monkeypatch):
    """Once the kernels that the day needs are there: time is left to them, and it runs on in what is told."""
    answers = iter([False, True, True])
    monkeypatch.setattr("routing.engines.auto.compiled", lambda *_: next(answers))
    auto, begun, told = engine_named("auto"), [], []
    native = getattr(auto, engine)
    natively = native.solve

    def watched(problem, limit, seed, progress, initial):
        begun.append((limit.seconds, [list(orders) for _, orders in initial]))
        progress(SearchState(0.25, 1, 15.0, 0))
        return natively(problem, limit, seed, progress, initial)

    monkeypatch.setattr(native, "solve", watched)

    plan = auto.solve(square([order("A"), order("B")], **van), Limit(seconds=1.0), progress=told.append)

    ((seconds, routes),) = begun
    assert seconds <= 0.5
    assert sorted(name for route in routes for name in route) == ["A", "B"]
    assert (plan.engine, plan.limit) == ("ortools, then native", Limit(seconds=1.0))
    assert max(state.seconds for state in told) >= 0.25 + 0.45
    assert check(plan) == []


def test_other_engines_refuse_what_only_these_know():
    """Least cost on one thread is all that OR-Tools is asked for."""
    with pytest.raises(UnsupportedRuleError, match="searches for least cost on one thread; use 'auto' or 'native'"):
        engine_named("ortools", threads=2)
    with pytest.raises(UnknownNameError, match="there is no objective 'speed'; there are: cost, fleet"):
        engine_named("native", objective="speed")


def square(orders, metres=5000, **van):
    """Return a day of one depot and places that are all equally far from each other."""
    labels = ("depot D", *(f"order {order.id}" for order in orders))
    apart = 1 - np.eye(len(labels), dtype=np.int64)
    return Problem(orders, [Depot("D", lon=0, lat=0)], [VehicleType("van", **van)],
                   [TravelMatrix("van", labels, apart * 600, apart * metres)])


def order(name, **fields):
    return Order(name, lon=0, lat=0, **fields)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_orders_are_no_special_case(engine, count):
    """One van there and back: 5 km more than there are orders."""
    plan = engine.solve(square([order(str(i)) for i in range(count)]), Limit(iterations=1))

    assert plan.cost == pytest.approx(5.0 * (count + 1) if count else 0.0)


def test_optional_orders_that_cost_more_than_they_are_worth_stay_out(engine):
    """There and back is 10 km at 1; neither alone nor together are they worth a trip."""
    plan = engine.solve(square([order("A", penalty=4.0), order("B", penalty=5.0)]), Limit(iterations=1))

    assert (plan.routes, plan.penalty) == ((), 9.0)


def test_optional_orders_may_be_worth_a_route_together(engine):
    """Six lie 10 km out, each worth 5: there and back is 20 km at 1, so they are. Forty at 50 km, worth 1, are not."""
    near, far = ([f"{name}-{i}" for i in range(count)] for name, count in (("near", 6), ("far", 40)))
    orders = [order(name, penalty=5.0 if name in near else 1.0) for name in near + far]
    at_km = np.array([0] + [10] * 6 + [-50] * 40)
    apart = np.abs(at_km[:, None] - at_km) * 1000
    labels = ("depot D", *(f"order {o.id}" for o in orders))
    day = Problem(orders, [Depot("D", lon=0, lat=0)], [VehicleType("van", count=3)],
                  [TravelMatrix("van", labels, apart // 20, apart)])

    plan = engine.solve(day, Limit(iterations=10))

    assert plan.cost == pytest.approx(20.0)
    assert plan.penalty == pytest.approx(40.0)
    assert sorted(visit.order for visit in plan.visits) == near


def test_two_small_vehicles_may_be_better_than_a_large_one(engine):
    """A ring 10 km out, 1 km a step, 20 pieces: the truck drives 20 + 19 km at 10, each van 20 + 9 km at 1 for ten."""
    names = [f"{i:02}" for i in range(20)]
    ring = np.arange(20)
    apart = np.full((21, 21), 10_000)
    apart[1:, 1:] = np.abs(ring[:, None] - ring) * 1000
    apart[0, 0] = 0
    matrices = [TravelMatrix(kind, ("depot D", *(f"order {name}" for name in names)), apart // 20, apart)
                for kind in ("truck", "van")]
    day = Problem([order(name, pieces=1) for name in names], [Depot("D", lon=0, lat=0)],
                  [VehicleType("truck", count=2, pieces=20, tariff=Tariff(per_km=10.0)),
                   VehicleType("van", count=2, pieces=10)], matrices)

    plan = engine.solve(day, Limit(iterations=3), initial=[("truck", names)])

    assert plan.cost == pytest.approx(58.0)
    assert check(plan) == []


def test_orders_are_near_by_the_way_of_a_vehicle_that_may_serve_both():
    """In a row A, B, C, D: the bike finds D next to A, the van all 1 km apart; no vehicle may serve both A and B."""
    bike, van = (np.array(km) * 1000 for km in (
        [[0, 9, 9, 0.1], [9, 0, 9, 9], [9, 9, 0, 9], [0.1, 9, 9, 0]],
        [[0, 1, 2, 3], [1, 0, 1, 2], [2, 1, 0, 1], [3, 2, 1, 0]]))
    travel = np.stack([bike, van])[..., None].astype(np.int32)
    kind = np.zeros((2, at.ROOM), dtype=np.int64)
    kind[:, at.PROFILE], kind[:, at.PER_METRE] = (0, 1), 1
    able = np.array([[True, False, True, True], [False, True, True, True]])

    near = sorted_by_nearness(travel, kind, able, 4)

    assert near.tolist() == [[0, 3, 2, 1], [1, 2, 3, 0], [2, 1, 3, 0], [3, 0, 2, 1]]


def test_costs_too_large_are_refused_by_name(engine):
    """A fixed cost of 1e17 leaves no digit for metres."""
    with pytest.raises(ProblemError, match=r"tariff\.fixed 1e\+17"):
        engine.solve(square([order("A")], tariff=Tariff(fixed=1e17)), Limit(iterations=1))


def test_legs_too_long_are_refused_by_profile(engine):
    """2**31 metres is fifty times around the Earth."""
    with pytest.raises(ProblemError, match=r"travel matrix 'van': a leg of 2,147,483,648 m is too long"):
        engine.solve(square([order("A")], metres=2**31), Limit(iterations=1))
