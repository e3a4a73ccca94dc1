"""A day in parts: every order once, no more vehicles than there are, no part wrong, no round worse than the last."""

from collections import Counter
from dataclasses import replace

import pytest

import gisdata
import routing
from routing.assemble import assemble_plan
from routing.batch import large as large_module
from routing.batch.large import _Day, _Item
from routing.build import build_problem


@pytest.fixture(scope="module")
def day():
    town = gisdata.load_sample("monaco")
    return build_problem(town.orders, town.depots, town.vehicles, town.roads)


@pytest.fixture(scope="module")
def planned(day):
    return routing.plan_large(day.orders, day.depots, day.fleet, day.roads, limit=routing.Limit(iterations=2), seed=1,
                              part=40, threads=2, engine="ortools", progress=False)


def test_parts_make_a_plan_of_the_day(day, planned):
    """Judged part by part, and across parts by counting."""
    used = Counter(route.vehicle_type for part in planned.parts for route in part.routes)
    listed = Counter(order for part in planned.parts for order in (*part.served, *(u.order for u in part.unserved)))

    assert len(planned.parts) == 2
    assert [violation for part in planned.parts for violation in routing.check(part)] == []
    assert listed == Counter(order.id for order in day.orders)
    assert all(used[vehicle.id] <= vehicle.count for vehicle in day.fleet)
    assert max(len(part.problem.orders) for part in planned.parts) <= 1.2 * 40 + 40


def test_rounds_never_make_it_worse(planned):
    """Fewer orders are left, or as many at no more cost; the last round is the plan."""
    assert len(planned.history) == 4
    assert list(planned.history) == sorted(planned.history, reverse=True)
    assert planned.history[-1] == pytest.approx((len(planned.unserved),
                                                 sum(part.cost + part.penalty for part in planned.parts)))


def test_its_parts_are_read_as_one_table(planned, tmp_path):
    """A file a part, with lines along the roads."""
    files = planned.save(tmp_path)

    routes = routing.read_plans(tmp_path)

    assert [file.name for file in files] == ["part-001.plan", "part-002.plan"]
    assert len(routes) == planned.routes
    assert set(routes["line"]) == {"road"}


def test_nothing_to_plan_is_refused(day):
    """One clear error."""
    with pytest.raises(routing.ProblemError, match="there must be orders"):
        routing.plan_large([], day.depots, day.fleet, day.roads)


@pytest.mark.parametrize("vehicles", [1, 3])
def test_a_day_has_no_more_parts_than_vehicles(day, vehicles):
    """Groups without a vehicle join one that has some: no order is lost, and no vehicle is two."""
    fleet = [replace(day.fleet[0], count=vehicles)]
    large = _Day(list(day.orders), list(day.depots), fleet, day.roads, "ortools")
    groups = [[_Item("", (order.id,)) for order in day.orders[at::5]] for at in range(5)]

    driven = large.driven(groups)
    counts = [sum(vehicle.count for vehicle in part) for part in large.shared(driven)]

    assert Counter(item.orders for group in driven for item in group) == Counter((order.id,) for order in day.orders)
    assert sum(counts) == vehicles
    assert min(counts) > 0


def test_a_part_without_time_for_a_plan_costs_no_other(day, monkeypatch):
    """Its orders are left over; the rest of the day is planned."""
    searches = []

    def solve(problem, *_, initial=None, **__):
        searches.append(len(problem.orders))
        if len(searches) == 1:
            raise routing.NoPlanError("no time")
        van = next(vehicle for vehicle in problem.fleet if vehicle.count)
        return assemble_plan(problem, [(van.id, [problem.orders[0].id])], engine="one", limit=None, seed=0)

    monkeypatch.setattr(large_module, "solve", solve)
    monkeypatch.setattr(large_module, "SHARES", (1.0,))

    plan = routing.plan_large(day.orders, day.depots, day.fleet, day.roads, part=40, threads=1, progress=False)

    assert len(searches) == 2
    assert len(plan.unserved) == len(day.orders) - 1


@pytest.mark.parametrize(("change", "said"), [
    ({"fleet": []}, "there is no vehicle"), ({"roads": None}, "roads must be a RoadNetwork"),
    ({"depots": []}, "depot")])
def test_a_day_that_contradicts_itself_is_refused_at_once(day, change, said):
    """Before a part of it has been searched."""
    given = {"depots": day.depots, "fleet": day.fleet, "roads": day.roads} | change

    with pytest.raises(routing.ProblemError, match=said):
        routing.plan_large(day.orders, **given)
