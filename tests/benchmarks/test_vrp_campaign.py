"""A campaign of benchmarks/vrp.py over many days: which runs are asked for, which kept ones count, what is told."""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

import pytest


@pytest.fixture
def module(monkeypatch):
    """Give a module of the benchmarks, which are no package."""
    monkeypatch.setattr(sys, "path", [str(Path(__file__).parents[2] / "benchmarks"), *sys.path])
    return import_module


def asked(**more):
    return argparse.Namespace(**{"set": ["roads"], "data": None, "most": None, "third": False, "quick": False,
                                 "seeds": 2, "engines": "native,vroom", "seconds": 10.0, "cpus": 1, **more})


def row(engine, seed=1, **more):
    return {"set": "cvrp", "instance": "x", "engine": engine, "seed": seed, "seconds": 10.0, "cpus": 1, "status": "ok",
            "cost": 101.0, "best": 100.0, "vehicles": 4, "unserved": 0, "cpu_s": 10.0, "distance": 101,
            "fleet_first": False, "date": "2026-03-02T10:00+00:00", "load": 1.5, "processor": "P", "versions": {},
            "routebook": "0.1.0 abc", "code": "now", **more}


def test_engines_that_draw_nothing_run_once(module):
    """Two seeds of ours and one run of VROOM on each of the two days."""
    runs = list(module("vrp").requests(asked()))

    assert [(run["engine"], run["seed"]) for run in runs[:3]] == [("native", 1), ("vroom", 1), ("native", 2)]
    assert len(runs) == 2 * 3


def test_two_processors_are_put_beside_one_for_longer(module):
    """10 s on two, 16 s on one."""
    runs = list(module("vrp").requests(asked(cpus=2, seeds=1, engines="native")))

    assert [(run["cpus"], run["seconds"]) for run in runs[:2]] == [(2, 10.0), (1, 16.0)]


def test_the_named_third_needs_no_look_at_sizes(module):
    """A third of the 20 large instances, and nothing that is not of the set's kind of file."""
    cases = module("vrp_cases")

    assert len(cases.names("cvrp", Path("nowhere"), third=True)) == 7
    assert all(Path(name).match(cases.SETS[kind].pattern) for kind, listed in cases.THIRD.items() for name in listed)


def test_runs_of_earlier_code_of_ours_do_not_count(module, monkeypatch, tmp_path):
    """Those of other engines do; of two runs of the same the later one."""
    record, path = module("vrp_record"), tmp_path / "runs.jsonl"
    monkeypatch.setattr(record, "state", lambda: {"code": "now"})
    for run in (row("native", 1, code="before"), row("native", 2), row("pyvrp", code="before"),
                row("pyvrp", code="before", cost=99.0), row("vroom", status="missing")):
        record.keep(path, run)

    assert [(run["engine"], run["seed"], run["cost"]) for run in record.kept(path)] == [
        ("native", 2, 101.0), ("pyvrp", 1, 99.0)]
    assert len(path.read_text(encoding="utf-8").splitlines()) == 4


def test_a_row_says_how_it_was_made(module):
    """It is JSON, with date, load, versions, and the state of the code."""
    stamp = json.loads(json.dumps(module("vrp_record").stamp("ortools")))

    assert set(stamp) == {"date", "load", "processor", "versions", "routebook", "code"}
    assert set(stamp["versions"]) == {"ortools"}


def test_the_page_tells_when_and_with_what_runs_were_made(module):
    """Two days, two loads, versions from the rows; several processors stand beside one in a table of their own."""
    runs = [row("native", cpus=2), row("native", seconds=16.0, date="2026-03-05T10:00+00:00", load=7.0),
            row("pyvrp", versions={"pyvrp": "9.9"})]

    page = module("vrp_page").page(runs, "A note.")

    assert "from 2026-03-02 to 2026-03-05, under a load of 1.5 to 7" in page
    assert "Versions: pyvrp 9.9." in page
    assert "code as it stands (0.1.0 abc)" in page
    beside = page.split("## Several processors beside one")[1]
    assert "| native, 2 x 10 s |" in beside
    assert "| native, 1 x 16 s |" in beside
    assert "pyvrp" not in beside
