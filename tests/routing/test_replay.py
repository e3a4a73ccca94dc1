"""Plans made again: the same bytes in another process, or the input or version that is another, by name."""

import dataclasses
import datetime as dt
import re
import subprocess
import sys

import pytest

import routing
from routing.errors import ReplayError
from routing.model import FixedLine, Limit
from routing.recipe import Recipe
from routing.replay import replay

SCRIPT = """
import sys, routing
routing.save_plan(routing.replay(routing.load_plan(sys.argv[1])), sys.argv[2])
"""


@pytest.fixture(scope="module")
def made(two_stop_problem):
    """A plan of two orders under counted work."""
    return routing.solve(two_stop_problem, Limit(iterations=1), seed=3, engine="native")


def test_another_process_makes_the_same_bytes(two_stop_problem, two_stop_plan, tmp_path):
    """Saved, replayed by a fresh interpreter from the file alone, and saved: equal files, with its initial plan."""
    plan = routing.solve(two_stop_problem, Limit(iterations=1), seed=3, engine="native", threads=2,
                         initial=two_stop_plan)
    routing.save_plan(plan, tmp_path / "a.plan")

    subprocess.run([sys.executable, "-c", SCRIPT, tmp_path / "a.plan", tmp_path / "b.plan"], check=True)

    assert (tmp_path / "a.plan").read_bytes() == (tmp_path / "b.plan").read_bytes()
    assert routing.load_plan(tmp_path / "a.plan").recipe == plan.recipe
    assert plan.recipe.initial == (("van", ("A", "B")),)


@pytest.mark.parametrize("name", ["night_problem", "three_day_problem", "shipping_problem"])
def test_nights_tours_and_shipments_are_made_again(request, name):
    """Shifts over midnight, days on the road, pickups and deliveries; and a day with a clock change by its zone."""
    problem = dataclasses.replace(request.getfixturevalue(name), day=dt.date(2026, 3, 29), time_zone="Europe/Paris")
    plan = routing.solve(problem, Limit(iterations=1), engine="native")

    assert replay(plan) == plan


def test_or_tools_counted_is_made_again(two_stop_problem):
    """With a second opinion: equal plans, the note of it included."""
    plan = routing.solve(two_stop_problem, Limit(iterations=1), engine="ortools", second_opinion=True)

    assert replay(plan) == plan


@pytest.mark.parametrize(("change", "said"), [
    (lambda p: dataclasses.replace(p, orders=(dataclasses.replace(p.orders[0], weight_kg=61), p.orders[1])),
     "order 'A': weight_kg is 61.0, it was 60.0"),
    (lambda p: p.with_count("van", 3), "vehicle type 'van': count is 3, it was 2"),
    (lambda p: dataclasses.replace(p, time_zone="Asia/Shanghai"), "time_zone is Asia/Shanghai, it was UTC"),
    (lambda p: dataclasses.replace(p, apart=[("bees", "food")]), "apart is (('bees', 'food'),), it was ()"),
    (lambda p: dataclasses.replace(p, lines=[FixedLine("L", orders=("A",))]), "fixed line 'L' is new"),
    (lambda p: dataclasses.replace(p, matrices=(dataclasses.replace(
        p.matrices[0], duration_s=p.matrices[0].duration_s + (p.matrices[0].duration_s == 1200)),)),
     "differs in 1 cells of duration_s: from order B to depot D it is 1201 s, it was 1200 s"),
])
def test_one_input_changed_is_named(made, two_stop_problem, change, said):
    """A load, a count, a zone, goods kept apart, one cell of a matrix: no plan, but the input, as it was and is."""
    assert replay(made, two_stop_problem) == made
    with pytest.raises(ReplayError, match=re.escape(said)):
        replay(made, change(two_stop_problem))


def test_another_version_is_named(made):
    """Recorded under a numba of long ago: no search is begun."""
    old = dataclasses.replace(made.recipe, versions=tuple(
        (name, "0.1" if name == "numba" else number) for name, number in made.recipe.versions))
    with pytest.raises(ReplayError, match=r"numba is [\d.]+, it was 0\.1"):
        replay(dataclasses.replace(made, recipe=old))


def test_what_was_not_counted_or_was_changed_is_said(made, two_stop_problem, two_stop_plan):
    """A limit in seconds, an edit by hand, a plan that solve did not make."""
    timed = routing.solve(two_stop_problem, Limit(seconds=0.05), engine="native")
    with pytest.raises(ReplayError, match=r"ended by the clock \(0\.05 s\)"):
        replay(timed)
    with pytest.raises(ReplayError, match="changed after it was made"):
        replay(made.move("A", "van#2"))
    with pytest.raises(ReplayError, match="holds no recipe"):
        replay(two_stop_plan)


def test_a_recipe_is_no_part_of_a_plan_and_comes_back_from_its_record(made):
    """Two plans that differ in how they were made are equal; a record that is none is refused."""
    assert dataclasses.replace(made, recipe=None) == made
    assert Recipe.from_dict(made.recipe.to_dict()) == made.recipe
    with pytest.raises(routing.ProblemError, match="not the record of how"):
        Recipe.from_dict({"result": "x"})
