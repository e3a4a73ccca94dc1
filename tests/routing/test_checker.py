"""check as a whole: correct plans, order of what it finds, words, table, independence, size."""

import ast
import dataclasses
import math
import pathlib
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

import routing.checker
import routing.rules
from routing.checker import check, describe_violations, violations_frame
from routing.model import Depot, Order, Problem, Tariff, TravelMatrix, VehicleType
from routing.plan import Plan, Route, Visit
from routing.rules import RULES, Violation
from routing.rules.reading import read_once, tours

MAKERS = ("assemble", "build", "engines", "insertion", "reasons", "request", "solve", "timing", "travel")
COLUMNS = ["rule", "route", "visit", "order", "amount", "unit", "message"]


@pytest.fixture(scope="session")
def broken_plan(two_stop_plan, change):
    """B begins ten minutes late and ends when it did, and the route claims to cost nothing: three violations."""
    return change(two_stop_plan, "van#1", "B", begin_s="09:10", route={"cost": 0.0})


@pytest.mark.parametrize("name", ["two_stop_plan", "mixed_plan", "night_plan", "three_day_plan"])
def test_a_plan_that_is_correct_on_paper_has_no_violation(request, name):
    """A day with two stops, two depots and a mixed fleet, a night shift, a tour of three days."""
    assert check(request.getfixturevalue(name)) == []


def test_violations_come_rule_by_rule_and_in_the_order_of_the_plan(mixed_plan, forge):
    """Every cost is wrong and every order unknown: first all of coverage, then all of cost; van before reefer."""
    routes = tuple(
        forge(route, cost=1.0, visits=tuple(forge(visit, order=f"X{visit.order}") for visit in route.visits))
        for route in mixed_plan.routes)

    found = [(v.rule, v.route, v.order) for v in check(forge(mixed_plan, routes=routes))]

    assert found == [
        ("coverage", "van#1", "XP"), ("coverage", "van#1", "XQ"), ("coverage", "reefer#1", "XT"),
        ("coverage", "reefer#1", "XR"), ("coverage", "", "P"), ("coverage", "", "Q"), ("coverage", "", "R"),
        ("coverage", "", "T"),
    ]


def test_the_same_plan_is_judged_the_same_twice(broken_plan):
    """Same violations, same order."""
    assert check(broken_plan) == check(broken_plan)
    assert [v.rule for v in check(broken_plan)] == ["time_window", "time_window", "cost"]


def test_a_plan_is_read_once_while_it_is_judged_and_no_longer(two_stop_plan, broken_plan):
    """Other plans are read for themselves meanwhile, and afterwards nothing is kept."""
    with read_once(two_stop_plan):
        assert tours(two_stop_plan) is tours(two_stop_plan)
        assert tours(broken_plan)[0].route is broken_plan.routes[0]

    assert tours(two_stop_plan) is not tours(two_stop_plan)


@pytest.mark.parametrize("stranger", [None, "day.plan", 3, {}, []])
def test_only_plans_are_judged(stranger):
    """A path, for one, is told what to do."""
    with pytest.raises(TypeError, match="load_plan"):
        check(stranger)


def test_a_plan_without_a_problem_is_no_plan(two_stop_plan, forge):
    """There is nothing to judge it by."""
    with pytest.raises(TypeError, match="holds its Problem"):
        check(forge(two_stop_plan, problem=None))


def test_a_violation_speaks_for_itself(broken_plan):
    """Rule, vehicle, order, clock times, and by how much."""
    assert [str(violation) for violation in check(broken_plan)] == [
        "time_window: vehicle 'van#1' begins order 'B' at 09:10, 10 min after its window closes at 09:00",
        "time_window: vehicle 'van#1' begins order 'B' at 09:10 and ends at 08:45, 35 min sooner than its service of "
        "10 min takes",
        "cost: vehicle 'van#1' states a cost of 0 EUR, its tariff gives 100.4 EUR",
    ]


def test_violations_are_counted_by_rule_and_the_first_spelt_out(broken_plan):
    """Two of three are shown."""
    lines = describe_violations(check(broken_plan), shown=2).splitlines()

    assert lines[0] == "3 violations: 2 time_window, 1 cost"
    assert [line.split(":")[0] for line in lines[1:3]] == ["  time_window", "  time_window"]
    assert lines[3:] == ["  ... and 1 more"]


def test_one_and_no_violation_are_told_in_the_singular():
    """Words, not digits and plurals."""
    assert describe_violations([]) == "no violations"
    assert describe_violations([Violation("skills", message="m")]) == "1 violation: 1 skills\n  skills: m"


def test_violations_are_a_table(broken_plan):
    """One row each, amounts as floats."""
    frame = violations_frame(check(broken_plan))

    assert list(frame.columns) == COLUMNS
    assert list(frame["rule"]) == ["time_window", "time_window", "cost"]
    assert list(frame["amount"].round(6)) == [600.0, 2100.0, 100.4]
    assert frame["amount"].dtype == np.float64


def test_no_violations_are_a_table_with_the_same_columns():
    """So that a notebook can go on without asking."""
    frame = violations_frame([])

    assert list(frame.columns) == COLUMNS
    assert len(frame) == 0
    assert frame["amount"].dtype == np.float64


def test_every_rule_has_a_name_and_a_file_of_its_own():
    """The name is that of the file, so that a violation leads to its meaning."""
    assert [rule.NAME for rule in RULES] == [rule.__name__.rpartition(".")[2] for rule in RULES]
    assert {rule.NAME for rule in RULES} == {
        "form", "coverage", "fleet", "skills", "capacity", "travel_time", "time_window", "shift", "cost", "reasons",
        "shipment", "vehicle_type", "max_stops", "max_distance", "end_depot", "open_route",
        "breaks", "apart", "backhauls", "zones", "lines"}
    assert all("Meaning: " in rule.__doc__ for rule in RULES)


def test_every_rule_has_its_section_in_the_docs():
    """In the order in which violations come."""
    page = pathlib.Path(__file__).parents[2] / "docs" / "rules.md"
    sections = [line[3:] for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]

    assert sections[: len(RULES)] == [rule.NAME for rule in RULES]


def judge_files():
    folder = pathlib.Path(routing.rules.__file__).parent
    return [pathlib.Path(routing.checker.__file__), *sorted(folder.glob("*.py"))]


@pytest.mark.parametrize("path", judge_files(), ids=lambda path: path.name)
def test_no_judge_imports_what_makes_plans(path):
    """Read from the source, so that imports inside functions count too."""
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide what is imported"
            imported |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}

    assert not {name for name in imported if name.split(".")[0] == "ortools"}
    assert not {name for name in imported if name.startswith("routing.") and name.split(".")[1] in MAKERS}


def test_judging_loads_no_code_that_makes_plans():
    """In a process of its own, nothing of what `routing.checker` imports imports an engine either."""
    code = "import sys, routing.checker; print(*sys.modules)"

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    loaded = set(answer.stdout.split())
    assert "routing.rules.reasons" in loaded
    assert not loaded & {"ortools", *(f"routing.{maker}" for maker in MAKERS)}


def test_the_judge_does_its_own_arithmetic(mixed_plan, broken_plan, monkeypatch):
    """What the nouns compute, engines use too: the judge must come to its result without it."""
    before = check(broken_plan)

    def refuse(*_args, **_kwargs):
        raise AssertionError("the judge asked for a figure that it must work out for itself")

    monkeypatch.setattr(Tariff, "cost", refuse)
    for noun, name in ((Order, "load"), (VehicleType, "capacities"), (Route, "duration_s"), (Plan, "cost"),
                       (Plan, "penalty"), (Plan, "distance_m"), (Plan, "served"), (Problem, "dimensions")):
        monkeypatch.setattr(noun, name, property(refuse))
    monkeypatch.setattr(Problem, "depot_of", refuse)

    assert check(mixed_plan) == []
    assert check(broken_plan) == before


@pytest.fixture(scope="session")
def large_problem(forge):
    """Return a day of 20,000 orders: a drive is 60 s and 1 km, a service 60 s; its matrix takes no room."""
    n = 20_001
    day = tuple(Order(f"o{i}", lon=0, lat=0, weight_kg=1, service_s=60) for i in range(n - 1))
    places = ("depot D", *(f"order {order.id}" for order in day))
    matrix = forge(TravelMatrix("van", ("depot D",), np.zeros((1, 1), int), np.zeros((1, 1), int)), places=places,
                   duration_s=np.broadcast_to(np.int64(60), (n, n)), distance_m=np.broadcast_to(np.int64(1000), (n, n)))
    van = VehicleType("van", count=1000, payload_kg=n - 1, tariff=Tariff(fixed=1, per_km=1, per_hour=60))
    return Problem(day, (Depot("D", lon=0, lat=0),), (van,), (matrix,))


def large_plan(problem, stops):
    """Return a correct plan in routes of so many stops: 2 minutes a stop and 1 to the depot, 1 km a leg."""
    visits = [Visit(order.id, *(60 + 120 * (i % stops) + after for after in (0, 0, 60)))
              for i, order in enumerate(problem.orders)]
    return Plan(problem, tuple(
        Route(f"van#{k + 1}", "van", "D", tuple(visits[k * stops:(k + 1) * stops]), begin_s=0, end_s=120 * stops + 60,
              distance_m=1000 * (stops + 1), cost=1 + (stops + 1) + (120 * stops + 60) / 60)
        for k in range(len(visits) // stops)))


@pytest.mark.parametrize("stops", [20, 20_000])
def test_a_day_of_twenty_thousand_orders_is_judged(large_problem, forge, stops):
    """A thousand routes of twenty stops, and one of twenty thousand; anything quadratic would take minutes.

    The last route returns a minute late: 60 s, and 1 by the hour.
    """
    plan = large_plan(large_problem, stops)
    late = forge(plan.routes[-1], end_s=plan.routes[-1].end_s + 60)

    violations = check(forge(plan, routes=(*plan.routes[:-1], late)))

    assert [(v.rule, v.route, v.amount) for v in violations] == [
        ("travel_time", late.vehicle, 60), ("cost", late.vehicle, 1.0)]


def test_a_large_plan_with_everything_wrong_is_judged(large_problem, forge):
    """Twenty thousand orders, none of them where it should be: as many violations, not one crash."""
    plan = large_plan(large_problem, 20)
    broken = forge(plan, routes=tuple(forge(route, cost=math.nan, vehicle="", visits=tuple(
        forge(visit, order="X", begin_s=-1) for visit in route.visits)) for route in plan.routes))

    counts = Counter(violation.rule for violation in check(broken))

    # each cost; each visit unknown and each order missing; each begin before arrival; each name, all but one repeated
    assert counts == {"form": 1000, "coverage": 40_000, "time_window": 20_000, "fleet": 1999}


def test_changing_nothing_is_no_violation(two_stop_plan, forge):
    """The tool that plants faults plants none by itself."""
    assert check(forge(two_stop_plan)) == []
    assert dataclasses.astuple(forge(two_stop_plan.routes[0])) == dataclasses.astuple(two_stop_plan.routes[0])
