"""What plans do otherwise: each order's change by hand, causes that add up, pairs of alike vehicles."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import routing
from gisdata.errors import UnknownNameError
from routing.assemble import assemble_plan
from routing.checker import check
from routing.errors import ProblemError
from routing.testing import random_problem


def test_each_kind_of_change_is_told_by_hand(two_stop_plan):
    """A, B on one van; B moved to another: 70.60 dearer (see test_edit). A then is served alone, at the same time."""
    after = two_stop_plan.move("B", "van#2")
    diff = two_stop_plan.diff(after)
    swapped = two_stop_plan.diff(two_stop_plan.move("B", "van#1", 1))

    assert {change: diff.orders(change) for change in ("moved", "resequenced", "added", "dropped")} == {
        "moved": ("B",), "resequenced": (), "added": (), "dropped": ()}
    assert diff.causes["moved"] == pytest.approx(70.60)
    assert len(swapped.orders("resequenced")) == 1
    assert swapped.causes["resequenced"] == pytest.approx(96.60 - 100.40)
    assert "- moved to another vehicle: 1 (B) +70.60 EUR" in diff.summary().splitlines()
    assert "- 换车: 1 (B) +70.60 EUR" in diff.summary("zh").splitlines()
    assert two_stop_plan.diff(two_stop_plan).summary().endswith("nothing changed")
    with pytest.raises(UnknownNameError, match="'fr'"):
        diff.summary("fr")


def test_prices_and_orders_that_came_and_went_are_causes_of_their_own(two_stop_plan, two_stop_problem):
    """Without A the van drives D-B-D: 50 + 17.5 x 1.2 + 45 min x 24 = 89, so dropping A saves 11.40; then +10."""
    plan = two_stop_plan
    van = two_stop_problem.fleet[0]
    dearer = dataclasses.replace(van, tariff=dataclasses.replace(van.tariff, fixed=60))
    labels, cells = ("depot D", "order B"), [0, 2]
    old = two_stop_problem.matrices[0]
    matrix = routing.TravelMatrix("van", labels, old.duration_s[cells][:, cells], old.distance_m[cells][:, cells])
    problem = dataclasses.replace(two_stop_problem, orders=two_stop_problem.orders[1:], fleet=(dearer,),
                                  matrices=(matrix,))
    after = assemble_plan(problem, [("van", ["B"])], engine="by hand", limit=None, seed=0)
    there, back = plan.diff(after), after.diff(plan)

    assert (there.orders("dropped"), back.orders("added")) == (("A",), ("A",))
    assert there.causes == pytest.approx({"dropped": -11.4, "data": 10, "moved": 0, "resequenced": 0, "added": 0,
                                          "retimed": 0})
    assert back.causes == pytest.approx({"dropped": 0, "data": -10, "moved": 0, "resequenced": 0, "added": 11.4,
                                         "retimed": 0})
    assert there.to_frame().set_index("order").loc["A", "begin"] == "08:00"


def test_vehicles_that_are_alike_pair_by_their_orders(two_stop_plan):
    """Two vans that swap routes change nothing, unless they are told apart by name."""
    apart = two_stop_plan.move("B", "van#2")
    swapped = apart.swap("van#1", "van#2")

    assert apart.diff(swapped).changes == ()
    assert set(apart.diff(swapped, by_name=True).orders("moved")) == {"A", "B"}


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), moves=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 3)), max_size=4),
       by_name=st.booleans())
def test_causes_add_up_and_every_order_is_accounted_for(seed, moves, by_name):
    """Whatever is edited: the causes sum to the difference, and the kinds follow from who serves what."""
    problem = random_problem(seed, 8)
    plan = before = routing.Plan(problem, ())
    names = [f"{kind.id}#{n}" for kind in problem.fleet for n in (1, 2)]
    for step, (order, vehicle) in enumerate(moves):
        plan = plan.move(problem.orders[order].id, names[vehicle % len(names)])
        before = plan if step == 0 else before
    diff = before.diff(plan, by_name=by_name)

    assert sum(diff.causes.values()) == pytest.approx(plan.cost + plan.penalty - before.cost - before.penalty, abs=1e-6)
    assert set(diff.orders("added")) == set(plan.served) - set(before.served)
    assert set(diff.orders("dropped")) == set(before.served) - set(plan.served)
    if by_name:
        who = {o: r.vehicle for r in before.routes for o in r.orders}
        moved = {o for r in plan.routes for o in r.orders if who.get(o, r.vehicle) != r.vehicle}
        assert set(diff.orders("moved")) == moved


def test_plans_stand_side_by_side(two_stop_plan):
    """Figures of each plan, and its changes against the first."""
    apart = two_stop_plan.move("B", "van#2")
    table = routing.compare({"one van": two_stop_plan, "two vans": apart})

    assert check(apart) == []
    assert list(table["cost"].round(2)) == [100.40, 171.00]
    assert (table.loc["two vans", "moved"], table.loc["two vans", "vehicles"]) == (1, 2)
    assert table.loc["two vans", "cost_change"] == pytest.approx(70.60)
    assert list(routing.compare([two_stop_plan]).index) == ["1"]
    with pytest.raises(ProblemError, match="'x' is none"):
        routing.compare({"x": None})
    with pytest.raises(ProblemError, match="none was given"):
        routing.compare([])


def test_the_map_shows_changes_and_needs_no_network(two_stop_plan, tmp_path):
    """Layers of routes before and after, and a mark for the moved order, whose id is text."""
    path = tmp_path / "diff.html"
    two_stop_plan.diff(two_stop_plan.move("B", "van#2")).write_map(path)
    page = path.read_text(encoding="utf-8")

    assert "Moved to another vehicle" in page
    assert "van#1 08:35" in page
    assert 'src="http' not in page


def test_a_night_and_a_tour_are_compared(night_plan, three_day_plan):
    """Service past midnight is told with its day."""
    for plan in (night_plan, three_day_plan):
        last = max(plan.visits, key=lambda visit: visit.begin_s)
        trimmed = dataclasses.replace(plan, routes=tuple(r for r in plan.routes if last.order not in r.orders))
        diff = plan.diff(trimmed)

        assert last.order in diff.orders("dropped")
        assert "+" in diff.to_frame().set_index("order").loc[last.order, "begin"]
