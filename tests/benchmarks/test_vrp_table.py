"""Tables of benchmarks/vrp.py: means, spreads and comparisons of made-up runs, worked out by hand."""

import sys
from pathlib import Path

import pytest


@pytest.fixture
def table(monkeypatch):
    """The module of the tables; benchmarks are no package."""
    monkeypatch.setattr(sys, "path", [str(Path(__file__).parents[2] / "benchmarks"), *sys.path])
    import vrp_table

    return vrp_table


def _run(engine, instance, seed, cost, **more):
    return {"set": "cvrp", "instance": instance, "engine": engine, "seed": seed, "seconds": 10.0, "cpus": 1,
            "status": "ok", "cost": cost, "best": 100.0, "vehicles": 4, "unserved": 0, "cpu_s": 10.0, "distance": cost,
            "fleet_first": False, **more}


def test_gap_is_the_mean_of_instances_of_the_mean_of_seeds(table):
    """Gaps 2 and 4 on one instance and 9 on the other: (3 + 9) / 2 is 6; the spread is (2 + 0) / 2."""
    runs = [_run("a", "x", 1, 102.0), _run("a", "x", 2, 104.0), _run("a", "y", 1, 109.0)]

    (row,) = table.summary(runs)

    assert row[:5] == ("cvrp", "a", "2/2", "6.00", "1.00")


def test_run_that_leaves_orders_has_no_gap(table):
    """It counts as an instance that was not solved; its orders are summed."""
    runs = [_run("a", "x", 1, 101.0), _run("a", "y", 1, 5.0, unserved=7)]

    (row,) = table.summary(runs)

    assert (row[2], row[3], row[6]) == ("1/2", "1.00", "7.0")


def test_best_is_among_those_that_solved_the_whole_set(table):
    """The mean of one easy instance is no better than that of two."""
    runs = [_run("a", "x", 1, 101.0), _run("b", "x", 1, 102.0), _run("b", "y", 1, 104.0)]

    page = table.markdown_table(table.summary(runs))

    assert "| cvrp | a | 1/2 | 1.00 |" in page
    assert "| cvrp | b | 2/2 | **3.00** |" in page


def test_without_a_published_cost_the_best_run_is_the_measure(table):
    """Costs 200 and 210: gaps 0 and 5."""
    rows = table.summary([_run("a", "x", 1, 210.0, best=None), _run("b", "x", 1, 200.0, best=None)])

    assert [(row[1], row[3]) for row in rows] == [("a", "5.00"), ("b", "0.00")]


def test_engine_that_never_ran_says_why(table):
    """In the page and in the text, in place of its gap; the best gap is in bold."""
    runs = [_run("a", "x", 1, 101.0), _run("b", "x", 1, 0.0, status="refused", message="knows no windows")]
    rows = table.summary(runs)

    assert "| cvrp | a | 1/1 | **1.00** |" in table.markdown_table(rows)
    assert "| cvrp | b | 0 | knows no windows |" in table.markdown_table(rows)
    assert table.text_table(rows).splitlines()[-1].endswith("knows no windows")


def test_vehicles_are_compared_run_by_run(table):
    """Ours has one vehicle less on x, as many on y and there 2 % more distance, and one more on z."""
    runs = [_run("native", name, 1, distance, vehicles=vehicles, fleet_first=True)
            for name, vehicles, distance in (("x", 3, 90.0), ("y", 4, 102.0), ("z", 6, 90.0))]
    runs += [_run("peer", name, 1, 100.0, vehicles=vehicles, fleet_first=True)
             for name, vehicles in (("x", 4), ("y", 4), ("z", 5))]

    assert table.duels(runs) == [("peer", "3", "1", "1", "1", "+2.00")]


def test_figures_have_the_form_of_all_benchmarks(table):
    """Case, engine, metric, value and unit; a gap that is none is null."""
    figures = table.figures([_run("a", "x", 1, 101.0), _run("a", "y", 1, 1.0, unserved=2)])

    assert {tuple(figure) for figure in figures} == {("case", "engine", "metric", "value", "unit")}
    gaps = [figure["value"] for figure in figures if figure["metric"] == "gap_percent"]
    assert gaps == [pytest.approx(1.0), None]
