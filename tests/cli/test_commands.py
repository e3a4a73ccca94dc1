"""The command `routebook` on good input: what it prints, what it writes, how it ends."""

import dataclasses
import os
import signal
import sys

import pytest

import routing
from routing.cli import BUG, INTERRUPTED, VIOLATIONS, main

EXPORTS = {"orders.plan", "map.html", "tables.xlsx", "plan.gpkg"}


@pytest.mark.wheel
def test_solve_writes_the_plan_and_its_exports(town):
    """All orders served, the files named, nothing on the error stream of a pipe."""
    code, out, err = town.solve()

    assert (code, err) == (0, "")
    assert "5 of 5 orders served" in out.splitlines()[0]
    assert set(town.left()) >= EXPORTS
    assert [name for name in town.left() if f"wrote {town.out / name}" not in out and not name.startswith("gpx")] == []
    assert any(name.startswith("gpx/") for name in town.left())


def test_solve_says_the_same_words_as_the_api(town):
    """The first lines are `plan.summary()` of the plan that was written."""
    _, out, _ = town.solve()

    assert out.startswith(routing.load_plan(town.out / "orders.plan").summary())


def test_fewest_vehicles_may_count_first(town):
    """550 kg in vans of 400: two, and the note tells what least cost alone would have come to."""
    code, out, _ = town.run(*town.words(), "--objective", "fleet", "--threads", "2")

    assert (code, out.splitlines()[0][:8]) == (0, "2 routes")
    assert "note: fewest vehicles first: 2 for " in out
    assert town.run(*town.words(), "--objective", "speed")[0] == 2


def test_the_same_command_writes_the_same_plan(town):
    """Under an iteration limit and a seed: equal bytes."""
    town.solve()
    first = (town.out / "orders.plan").read_bytes()
    town.solve()

    assert (town.out / "orders.plan").read_bytes() == first


def test_saved_roads_and_samples_are_roads_too(town):
    """A network saved with gisdata.save_roads plans as the OpenStreetMap file does."""
    import gisdata

    town.solve()
    first = routing.load_plan(town.out / "orders.plan")
    saved = town.folder / "town.roads"
    gisdata.save_roads(gisdata.read_osm(town.roads), saved)
    code, _, _ = town.solve(roads=saved)

    assert code == 0
    assert routing.load_plan(town.out / "orders.plan").routes == first.routes


def test_pickups_and_shipments_come_from_a_file_and_go_into_the_exports(town):
    """Chinese headers and words; a van that does not return goes first to 001, then to 005, which gets its goods."""
    town.write("orders.csv", "订单号,经度,纬度,作业类型,提送配对号,重量(千克)\n001,114.305,30.605,提货,S1,120\n"
                             "003,114.315,30.605,送货,,200\n005,114.305,30.620,送货,S1,\n")
    town.write("vehicles.csv", "车型,数量,载质量(千克),须返回,最大里程(公里)\nvan,3,250,否,60\n")

    code, out, _ = town.solve()
    plan = routing.load_plan(town.out / "orders.plan")

    assert (code, out.splitlines()[0].endswith("3 of 3 orders served")) == (0, True)
    route = next(route for route in plan.routes if "001" in route.orders)
    assert route.orders.index("001") < route.orders.index("005")
    assert all(route.end_s == route.visits[-1].end_s for route in plan.routes)
    assert town.run("check", town.out / "orders.plan")[0] == 0


def test_check_finds_nothing_in_a_fresh_plan(town):
    """Exit 0 and one line."""
    town.solve()

    code, out, err = town.run("check", town.out / "orders.plan")

    assert (code, err) == (0, "")
    assert out.startswith("no violation")
    assert len(out.splitlines()) == 1


def test_check_tells_what_a_bad_plan_breaks(town):
    """A visit put before its window opens: exit 5, the rule, the vehicle, the order."""
    town.solve()
    plan = routing.load_plan(town.out / "orders.plan")
    route = plan.routes[0]
    early = dataclasses.replace(route.visits[0], begin_s=60, end_s=360, arrival_s=60)
    bad_route = dataclasses.replace(route, visits=(early, *route.visits[1:]))
    bad = dataclasses.replace(plan, routes=(bad_route, *plan.routes[1:]))
    routing.save_plan(bad, town.folder / "bad.plan")

    code, out, _ = town.run("check", town.folder / "bad.plan")

    assert code == VIOLATIONS
    assert "time_window" in out
    assert early.order in out
    assert route.vehicle in out


def test_map_draws_a_plan_file(town):
    """One HTML file where it was asked for."""
    town.solve()

    code, out, _ = town.run("map", town.out / "orders.plan", "-o", town.folder / "again.html")

    assert code == 0
    assert "again.html" in out
    assert (town.folder / "again.html").read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")


def test_doctor_finds_this_installation_healthy(town):
    """Exit 0; Python, the distribution, each dependency and the worker are named."""
    code, out, _ = town.run("doctor")

    assert code == 0, out
    assert [word for word in ("Python 3.", "routebook", "ortools", "osmnx", "worker") if word not in out] == []


def test_doctor_names_the_distribution_that_hides_ours(town, monkeypatch):
    """PyPI has other distributions that provide `routing`: exit 1 and how to mend it."""
    monkeypatch.setattr("importlib.metadata.packages_distributions", lambda: {"routing": ["Routing", "routebook"]})

    code, out, _ = town.run("doctor")

    assert code == BUG
    assert "pip uninstall Routing" in out


def test_a_bug_is_one_message(town, monkeypatch):
    """No traceback unless asked for; how to report it."""
    def broken(_):
        raise KeyError("oops")

    monkeypatch.setattr(routing, "load_plan", broken)
    code, _, err = town.run("check", "x.plan")

    assert code == BUG
    assert "bug" in err
    assert "oops" in err
    assert "--debug" in err


def test_debug_shows_the_traceback(capsys):
    """With --debug the error is shown with all its lines; the exit code stays."""
    code = main(["check", "no such file.plan", "--debug"])

    assert code == 2
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.wheel
@pytest.mark.parametrize("words", [[], ["solve"], ["fly"], ["check"]], ids=" ".join)
def test_unknown_or_missing_words(town, words):
    """Usage on the error stream, exit 2."""
    code, out, err = town.run(*words)

    assert (code, out) == (2, "")
    assert "usage: routebook" in err


def test_control_characters_do_not_reach_the_terminal(town):
    """An order id that would clear the screen is printed harmlessly."""
    _, out, err = town.with_orders("\x1b[2J,114.9,30.9,10", "B,114.305,30.605,10").solve()

    assert "\x1b" not in out + err


@pytest.mark.wheel
def test_as_a_process_in_a_pipe(town, run_python):
    """`python -m routing` with its output in a pipe: the result, and on the error stream at most that it compiles."""
    done = run_python("-m", "routing", *town.words())

    errors = [line for line in done.stderr.splitlines() if not line.startswith("compiling kernels")]
    assert (done.returncode, errors) == (0, [])
    assert "5 of 5 orders served" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_progress_and_ctrl_c_on_a_terminal(town, start_on_terminal):
    """Progress is shown; Ctrl-C ends the search, and the best plan so far is written and said to be so."""
    words = [*town.words()[:-2], "--seconds", "120"]
    process, read_until = start_on_terminal("-m", "routing", *words)
    shown = read_until("cost", "served")
    assert "searching" in shown
    os.kill(process.pid, signal.SIGINT)
    shown += read_until(None)

    assert process.wait() in (0, INTERRUPTED)
    assert process.returncode == 0, shown
    assert "interrupt" in shown
    assert set(town.left()) >= EXPORTS
    assert routing.check(routing.load_plan(town.out / "orders.plan")) == []


def test_warm_says_what_is_ready(town):
    """Ways and routes, each with its seconds; a second call finds all compiled."""
    code, out, _ = town.run("warm")

    assert code == 0
    parts = ["ways and matrices", "route search", "loading", "container filling", "siting"]
    assert [line.split(":")[0] for line in out.splitlines()] == parts
