"""Sets of sites judged by routes: every figure of the verdict again, by other means; and what cannot be judged."""

import math
import statistics
from dataclasses import replace

import pandas as pd
import pytest

import gisdata
import routing
from gisdata.errors import TableError
from routing import Limit, siting

DAYS, PER_DAY, LIMIT = 3, 10, Limit(iterations=30)
STUDENT_975_OF_2 = 4.302653  # tables of Student's t: two degrees of freedom, 97.5 %


@pytest.fixture(scope="module")
def monaco():
    return gisdata.load_sample("monaco")


@pytest.fixture(scope="module")
def sites(monaco):
    """The depot of the sample, and two orders' places in its place; opening hours are the depot's."""
    depot = monaco.depots.iloc[[0]][["id", "lon", "lat", "open", "close"]]
    others = monaco.orders.iloc[[5, 40]][["id", "lon", "lat"]].assign(open=depot["open"].iloc[0],
                                                                     close=depot["close"].iloc[0])
    return pd.concat([depot, others], ignore_index=True).assign(cost_per_day=[100.0, 90.0, 80.0])


@pytest.fixture(scope="module")
def days(monaco):
    return siting.sampled_days(monaco.orders, DAYS, PER_DAY, seed=4)


@pytest.fixture(scope="module")
def verdict(monaco, sites, days):
    """The depot alone, one other place alone, and both."""
    depot, other, _ = sites["id"]
    shortlist = {"today": [depot], "move": [other], "both": [depot, other]}
    return siting.judge(shortlist, days, sites, monaco.vehicles, monaco.roads, limit=LIMIT, seed=2)


def test_costs_of_days_are_those_of_plans_made_by_hand(monaco, sites, days, verdict):
    """Each day from today's depot planned again through the front door, and the cost of the site added."""
    depot = sites["id"].iloc[0]
    fleet = monaco.vehicles.assign(id=[f"{name} @ {depot}" for name in monaco.vehicles["id"]], depot=depot)
    told = verdict.days[verdict.days["set"] == "today"].set_index("day")
    for day, orders in days.items():
        problem = routing.build_problem(orders, sites.iloc[[0]].drop(columns="cost_per_day"), fleet, monaco.roads)
        plan = routing.solve(replace(problem, roads=None), LIMIT, seed=2)
        assert told.loc[day, "cost"] == pytest.approx(plan.cost + 100)
        assert told.loc[day, "unserved"] == len(plan.unserved)
        seconds = problem.matrices[0].duration_s[0, 1:]
        assert told.loc[day, "textbook"] == pytest.approx(float(orders["weight_kg"].to_numpy() @ seconds))


def test_every_row_has_its_plan_which_the_judge_accepts(verdict):
    """Cost of the routes and of the open sites is that of the row; no rule is broken."""
    open_costs = {"today": 100, "move": 90, "both": 190}
    assert len(verdict.plans) == len(verdict.days) == 3 * DAYS
    for row in verdict.days.itertuples():
        plan = verdict.plans[row.day, row.set]
        assert routing.check(plan) == []
        assert row.cost == pytest.approx(sum(route.cost for route in plan.routes) + open_costs[row.set])
        assert row.unserved == len(plan.unserved)


def test_ranking_and_intervals_follow_from_the_days(verdict):
    """Means, Student's intervals of means and of paired differences, days won: from the table of days alone."""
    costs = {name: part.set_index("day")["cost"] for name, part in verdict.days.groupby("set")}
    table = verdict.ranking.set_index("set")
    first = verdict.best
    assert verdict.ranking["unserved"].is_monotonic_increasing
    for name, values in costs.items():
        half = STUDENT_975_OF_2 * statistics.stdev(values) / math.sqrt(DAYS)
        row = table.loc[name]
        assert (row["low"], row["cost_per_day"], row["high"]) == pytest.approx(
            (statistics.mean(values) - half, statistics.mean(values), statistics.mean(values) + half))
        if name != first:
            more = [values[day] - costs[first][day] for day in values.index]
            half = STUDENT_975_OF_2 * statistics.stdev(more) / math.sqrt(DAYS)
            assert (row["dearer_low"], row["dearer_high"]) == pytest.approx(
                (statistics.mean(more) - half, statistics.mean(more) + half))
    assert table["days_won"].sum() == DAYS


def test_days_on_which_the_textbook_differs_are_counted(verdict):
    """Best set by routes against best set by demand times seconds, day by day."""
    differing = 0
    for _, day in verdict.days.groupby("day"):
        routed = min(day.to_dict("records"), key=lambda row: (row["unserved"], row["cost"]))
        differing += routed["set"] != min(day.to_dict("records"), key=lambda row: row["textbook"])["set"]

    assert verdict.textbook_differs_percent == pytest.approx(100 * differing / DAYS)
    assert f"{verdict.textbook_differs_percent:.0f} %" in verdict.summary()
    assert verdict.best in verdict.summary("zh")


def test_the_same_seed_draws_the_same_days(monaco, days):
    """Ten different orders a day; again the same, with another seed others."""
    again = siting.sampled_days(monaco.orders, DAYS, PER_DAY, seed=4)
    other = siting.sampled_days(monaco.orders, DAYS, PER_DAY, seed=5)

    assert all(day["id"].is_unique and len(day) == PER_DAY for day in days.values())
    assert all(days[name].equals(again[name]) for name in days)
    assert not all(days[name].equals(other[name]) for name in days)
    with pytest.raises(TableError, match="no more orders"):
        siting.sampled_days(monaco.orders, 1, len(monaco.orders) + 1)


def test_faults_of_a_shortlist_are_told_together(monaco, sites, days):
    """An unknown site, a set without any, and a confidence in percent."""
    with pytest.raises(TableError) as told:
        siting.judge({"a": ["nowhere"], "b": []}, days, sites, monaco.vehicles, monaco.roads, confidence=95)

    assert told.value.count == 3
    assert "'nowhere'" in str(told.value)
