"""`routing.solve`: limits and their notes, which engine is asked, that none is believed, who is told of progress."""

import dataclasses
import io
import json
import sys

import pytest

import routing
from gisdata.errors import UnknownNameError
from routing.engines import engine_named
from routing.errors import EngineError, NoPlanError, UnsupportedRuleError
from routing.model import Limit
from routing.solve import solve
from routing.testing import random_problem


class Canned:
    """An engine that gives back one plan, whatever is asked."""

    name = "canned"
    supports = engine_named("ortools").supports

    def __init__(self, plan):
        self.plan, self.asked = plan, []

    def solve(self, problem, limit, seed=0, progress=None, initial=None):
        self.asked.append((problem, limit, seed, progress))
        return dataclasses.replace(self.plan, limit=limit, seed=seed)


@pytest.fixture
def canned(two_stop_plan):
    return Canned(two_stop_plan)


class Terminal(io.StringIO):
    """A text stream that claims to be a terminal."""

    def isatty(self):
        return True


def test_solve_is_the_public_name(two_stop_problem):
    """The first line of the quickstart: a plan, served whole, that the judge accepts."""
    plan = routing.solve(two_stop_problem, routing.Limit(iterations=10), seed=1)

    assert routing.check(plan) == []
    assert plan.unserved == ()
    assert (plan.engine, plan.limit, plan.seed, plan.notes) == ("native", Limit(iterations=10), 1, ())


def test_without_a_limit_the_default_is_taken_and_said(two_stop_problem, canned):
    """2 s and 0.03 s for each of two orders."""
    plan = solve(two_stop_problem, engine=canned)

    assert canned.asked[0][1] == Limit(seconds=2.06)
    assert plan.notes == ("stopped by the default limit of 2.06 s; another run may find another plan",)


def test_a_limit_in_seconds_is_said_not_to_be_repeatable(two_stop_problem, canned):
    """Unlike one in iterations."""
    assert solve(two_stop_problem, Limit(seconds=3), engine=canned).notes == (
        "stopped by the clock; another run may find another plan",)
    assert solve(two_stop_problem, Limit(iterations=3), engine=canned).notes == ()


def test_a_wrong_plan_never_reaches_the_user(two_stop_problem, two_stop_plan, change):
    """Order B begins half an hour late: the judge's words are in the error."""
    wrong = change(two_stop_plan, order="B", arrival_s="09:05", begin_s="09:05", end_s="09:15")

    with pytest.raises(EngineError, match="plan of engine 'canned' is wrong and was thrown away") as caught:
        solve(two_stop_problem, Limit(iterations=1), engine=Canned(wrong))

    assert "time_window" in str(caught.value)


def test_an_unknown_engine_is_named_with_those_there_are(two_stop_problem):
    """A spelling mistake."""
    with pytest.raises(UnknownNameError, match="there is no engine 'or-tools'; there are: auto, native, "):
        solve(two_stop_problem, engine="or-tools")


def test_an_engine_is_not_asked_what_it_does_not_know(two_stop_problem, canned):
    """An engine without time windows."""
    canned.supports = canned.supports - {"time_window"}

    with pytest.raises(UnsupportedRuleError, match="time_window"):
        solve(two_stop_problem, engine=canned)

    assert canned.asked == []


def test_roads_give_the_plan_its_geometry(two_stop_problem, two_stop_plan, monkeypatch):
    """The paths are traced before the judge looks."""
    problem = dataclasses.replace(two_stop_problem, roads=object())
    traced = []
    monkeypatch.setattr("routing.travel.trace", lambda plan: traced.append(plan) or plan)

    solve(problem, Limit(iterations=1), engine=Canned(dataclasses.replace(two_stop_plan, problem=problem)))

    assert len(traced) == 1


def test_a_bar_shows_on_a_terminal_and_nothing_in_a_pipe(two_stop_problem, monkeypatch):
    """tqdm draws on the error stream and clears its line at the end."""
    shown = {}
    for stream in (Terminal(), io.StringIO()):
        monkeypatch.setattr(sys, "stderr", stream)
        solve(random_problem(4, orders=20), Limit(seconds=0.6))
        shown[stream.isatty()] = stream.getvalue()

    assert "searching" in shown[True]
    assert "cost" in shown[True]
    assert shown[False] == ""


@pytest.mark.parametrize(("progress", "drawn"), [(False, False), (True, True), (lambda state: None, False)],
                         ids=["False", "True", "callable"])
def test_a_bar_can_be_asked_for_or_forbidden(two_stop_problem, monkeypatch, progress, drawn):
    """Whatever the stream is."""
    stream = io.StringIO() if drawn else Terminal()
    monkeypatch.setattr(sys, "stderr", stream)

    solve(two_stop_problem, Limit(iterations=3), progress=progress)

    assert bool(stream.getvalue()) is drawn


def test_no_plan_in_time_is_its_own_error():
    """The command answers it with exit code 4; the native engine always has a plan, and OR-Tools one of shipments."""
    with pytest.raises(NoPlanError):
        solve(random_problem(2, orders=60), Limit(seconds=1e-6), engine="ortools")


@pytest.mark.wheel
def test_the_same_seed_and_iterations_give_the_same_bytes():
    """Of plan and problem, without a word of the time it took."""
    problem = random_problem(6, orders=25)

    one, two = (solve(problem, Limit(iterations=8), seed=2) for _ in range(2))

    assert json.dumps(one.to_dict()) == json.dumps(two.to_dict())
    assert one.digest == two.digest
