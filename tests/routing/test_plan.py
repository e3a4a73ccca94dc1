"""What a plan says of itself: figures, summary, tables of its parts, notebook table, equality by content."""

import dataclasses
import json
from html.parser import HTMLParser

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from routing.errors import ProblemError
from routing.model import Depot, Limit, Order, Problem, TravelMatrix, VehicleType
from routing.plan import Plan, PlanGeometry, PlanText, Route, UnservedOrder, Visit


def test_figures_are_sums_over_the_routes(mixed_plan):
    """37 and 175.50 CNY; 20 and 20 km; 35 min and 1 h 51 min; W stays for a penalty of 15 (conftest.py)."""
    assert (mixed_plan.cost, mixed_plan.penalty) == (212.5, 15)
    assert (mixed_plan.distance_m, mixed_plan.duration_s) == (40_000, (35 + 111) * 60)
    assert [visit.order for visit in mixed_plan.visits] == ["P", "Q", "T", "R"]
    assert mixed_plan.served == ("P", "Q", "R", "T")
    assert mixed_plan.route("van#1").orders == ("P", "Q")


def test_a_vehicle_without_a_route_is_named(mixed_plan):
    """With those that have one."""
    with pytest.raises(ProblemError, match="no vehicle 'van#2' is used in this plan; used are: van#1, reefer#1"):
        mixed_plan.route("van#2")


def test_summary_is_the_text_of_the_command_line(mixed_plan):
    """Figures, orders left over and why, notes; 2.43 h are shown as 2.4."""
    plan = dataclasses.replace(mixed_plan, notes=("stopped by the clock",))

    assert str(plan.summary()) == (
        "2 routes, 40.0 km, 2.4 h, 212.50 CNY; 4 of 6 orders served\n"
        "unserved: U (9,000 kg; the reefer carries 5,000 kg)\n"
        "unserved: W (costs 60 CNY or more, its penalty is 15 CNY)\n"
        "note: stopped by the clock")


def test_summary_of_one_route_without_currency(night_plan):
    """No plural, no empty unit."""
    assert str(night_plan.summary()) == "1 route, 180.0 km, 4.5 h, 180.00; 2 of 2 orders served"


def test_a_long_summary_is_cut(mixed_problem):
    """Twenty orders are named, the rest counted."""
    plan = Plan(mixed_problem, (), tuple(UnservedOrder(f"o{i}", "not_found") for i in range(25)))

    lines = str(plan.summary()).splitlines()

    assert len(lines) == 22
    assert lines[1] == "unserved: o0 (not_found)"
    assert lines[-1] == "unserved: ... and 5 more"


def test_a_prompt_and_a_notebook_show_the_summary_as_text():
    """No quotes, no \\n; nothing of it is markup."""
    text = PlanText("a\n<b>")

    assert (repr(text), text._repr_html_()) == ("a\n<b>", "<pre>a\n&lt;b&gt;</pre>")


def test_a_prompt_shows_one_line(mixed_plan):
    """Not a thousand orders and a million numbers."""
    problem = mixed_plan.problem

    assert repr(mixed_plan) == "<Plan: 2 routes, 40.0 km, 2.4 h, 212.50 CNY; 4 of 6 orders served>"
    assert repr(problem) == "<Problem: 6 orders, 2 depots, 3 vehicles of 2 types, 2026-01-05 UTC>"
    assert repr(problem.matrix("van")) == "<TravelMatrix 'van': 8 x 8 places, 0 pairs without a road>"


def test_stops_are_told_with_times_loads_and_places(mixed_plan):
    """T waits for nobody, R for 31 min; stops count from 1 on each route."""
    stops = mixed_plan.to_frames().stops

    assert stops.crs.to_epsg() == 4326
    assert stops[["vehicle", "stop", "order", "arrival", "begin", "end", "wait_s", "service_s", "weight_kg", "pallets"]
                 ].to_numpy().tolist() == [
        ["van#1", 1, "P", "07:10", "07:10", "07:15", 0, 300, 200, 0],
        ["van#1", 2, "Q", "07:21", "07:21", "07:31", 0, 600, 300, 0],
        ["reefer#1", 1, "T", "06:00", "06:00", "06:20", 0, 1200, 800, 2],
        ["reefer#1", 2, "R", "06:29", "07:00", "07:30", 1860, 1800, 1500, 2]]
    assert stops.geometry.iloc[1].coords[0] == pytest.approx((114.40, 30.60))


def test_routes_are_told_with_loads_and_straight_lines(mixed_plan):
    """A plan without roads says that its lines are straight."""
    routes = mixed_plan.to_frames().routes

    assert routes[["vehicle", "depot", "stops", "begin", "end", "distance_m", "cost", "weight_kg", "pallets", "line"]
                  ].to_numpy().tolist() == [
        ["van#1", "N", 2, "07:06", "07:41", 20_000, 37, 500, 0, "straight"],
        ["reefer#1", "S", 2, "05:54", "07:45", 20_000, 175.5, 2300, 4, "straight"]]
    assert shapely.get_coordinates(routes.geometry.iloc[0])[:, 0] == pytest.approx([114.30, 114.34, 114.40, 114.30])


def test_legs_are_told_from_place_to_place(mixed_plan):
    """The depot is where the first begins and the last ends; a leg takes its driving time, not the waiting."""
    legs = mixed_plan.to_frames().legs

    assert legs[["vehicle", "leg", "origin", "destination", "duration_s", "distance_m"]].to_numpy().tolist()[3:] == [
        ["reefer#1", 1, "depot S", "order T", 360, 4000], ["reefer#1", 2, "order T", "order R", 540, 6000],
        ["reefer#1", 3, "order R", "depot S", 900, 10_000]]


def test_unserved_orders_are_told_with_their_place(mixed_plan):
    """And what they would have cost."""
    unserved = mixed_plan.to_frames().unserved

    assert unserved[["order", "reason"]].to_numpy().tolist() == [["U", "too_big"], ["W", "not_worth_it"]]
    assert np.isnan(unserved["penalty"].iloc[0])
    assert unserved["penalty"].iloc[1] == 15
    assert unserved.geometry.iloc[0].coords[0] == pytest.approx((114.42, 30.60))


def test_dimensions_named_like_a_column_stand_beside_it():
    """A planner may call a dimension "cost" or "name"."""
    problem = Problem([Order("A", lon=1, lat=1, name="shop", demand={"name": 2, "cost": 3})],
                      [Depot("D", lon=1, lat=1)], [VehicleType("van")],
                      [TravelMatrix("van", ("depot D", "order A"), np.zeros((2, 2), int), np.zeros((2, 2), int))])
    frames = Plan(problem, (Route("van#1", "van", "D", (Visit("A", 0, 0, 0),), 0, 0, 0, 7.0),)).to_frames()

    assert frames.stops[["name", "load_name", "load_cost"]].to_numpy().tolist() == [["shop", 2, 3]]
    assert frames.routes[["cost", "load_cost"]].to_numpy().tolist() == [[7, 3]]


@pytest.mark.parametrize(("plan", "last"), [("night_plan", "04:00+1"), ("three_day_plan", "10:00+3")])
def test_times_after_midnight_are_told_by_day(plan, last, request):
    """A shift over midnight and a tour of three days."""
    assert request.getfixturevalue(plan).to_frames().routes["end"].tolist() == [last]


def test_an_empty_plan_has_all_its_columns(mixed_problem, mixed_plan):
    """So that what reads them need not ask."""
    empty = Plan(mixed_problem, ()).to_frames()

    for frame, full in zip(empty, mixed_plan.to_frames(), strict=True):
        assert len(frame) == 0
        assert frame.dtypes.to_dict() == full.dtypes.to_dict()
        assert frame.crs.to_epsg() == 4326


def line(*points):
    return shapely.LineString(points)


def test_lines_follow_the_roads_where_they_are_known(night_plan):
    """One line a route, without the points repeated where its legs meet."""
    legs = ((line((8.0, 50), (8.1, 50.1), (8.3, 50)), line((8.3, 50), (8.9, 50)), line((8.9, 50), (8.0, 50))),)
    plan = dataclasses.replace(night_plan, geometry=PlanGeometry(legs, roads=None))

    frames = plan.to_frames()

    assert frames.routes["line"].tolist() == ["road"]
    assert frames.legs["line"].tolist() == ["road"] * 3
    assert list(frames.routes.geometry.iloc[0].coords) == [(8.0, 50), (8.1, 50.1), (8.3, 50), (8.9, 50), (8.0, 50)]
    assert frames.legs.geometry.tolist() == list(legs[0])
    assert plan == night_plan


def test_stops_at_the_depot_still_have_a_line():
    """A route that never leaves a point."""
    problem = Problem([Order("A", lon=1, lat=1)], [Depot("D", lon=1, lat=1)], [VehicleType("van")],
                      [TravelMatrix("van", ("depot D", "order A"), np.zeros((2, 2), int), np.zeros((2, 2), int))])
    plan = Plan(problem, (Route("van#1", "van", "D", (Visit("A", 0, 0, 0),), 0, 0, 0, 0.0),))

    assert list(plan.to_frames().routes.geometry.iloc[0].coords) == [(1, 1), (1, 1)]


@pytest.mark.parametrize("lines", [(), ((),), ((line((0, 0), (1, 1)),),)])
def test_geometry_of_other_routes_is_refused(night_plan, lines):
    """It has not one line for each leg."""
    with pytest.raises(ProblemError, match="not one line for each leg"):
        dataclasses.replace(night_plan, geometry=PlanGeometry(lines, roads=None))


def test_a_plan_that_names_what_does_not_exist_is_not_drawn(night_plan):
    """`check` says more; a KeyError would say less."""
    (route,) = night_plan.routes
    lost = dataclasses.replace(route, visits=(*route.visits, Visit("Z", 0, 0, 0)), vehicle_type="tram")

    with pytest.raises(ProblemError, match="order 'Z', vehicle type 'tram'"):
        dataclasses.replace(night_plan, routes=(lost,)).to_frames()


def test_a_plan_with_junk_is_not_drawn(night_plan):
    """It is told to ask the judge."""
    (route,) = night_plan.routes

    with pytest.raises(ProblemError, match=r"routing\.check names them"):
        dataclasses.replace(night_plan, routes=(dataclasses.replace(route, begin_s=None),)).to_frames()


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.texts = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.texts.append(data)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(str.strip))
def test_no_text_of_a_plan_becomes_markup(text):
    """Ids, reasons and details from files of strangers; whatever they hold, a notebook shows it as text."""
    hostile = f"{text}<script>alert(1)</script>"
    labels = (f"depot {hostile}", f"order {hostile}")
    problem = Problem([Order(hostile, lon=0, lat=0)], [Depot(hostile, lon=0, lat=0)], [VehicleType(hostile)],
                      [TravelMatrix("van", labels, np.zeros((2, 2), int), np.zeros((2, 2), int))])
    plan = Plan(problem, (Route(hostile, hostile, hostile, (Visit(hostile, 0, 0, 0),), 0, 0, 0, 0.0),),
                (UnservedOrder(hostile, "not_found", hostile),))

    shown = Tags(plan._repr_html_())

    assert shown.tags <= {"div", "p", "strong", "table", "thead", "tbody", "tr", "th", "td"}
    assert hostile in shown.texts


def test_the_notebook_table_is_cut(mixed_plan):
    """Twenty routes are shown, the rest counted."""
    (route, _) = mixed_plan.routes
    plan = Plan(mixed_plan.problem, (route,) * 23)

    html = plan._repr_html_()

    assert html.count("<tr>") == 21
    assert "... and 3 more routes" in html


def test_plans_are_equal_by_content(mixed_plan):
    """A list instead of a tuple and numpy's numbers are the same content."""
    twin = Plan(mixed_plan.problem, list(mixed_plan.routes), list(mixed_plan.unserved), "by hand", Limit(iterations=1),
                np.int64(0), [])

    assert twin == mixed_plan
    assert hash(twin) == hash(mixed_plan)
    assert mixed_plan != "a plan"


@pytest.mark.parametrize("change", [
    {"seed": 1}, {"engine": "other"}, {"limit": None}, {"limit": Limit(seconds=1)}, {"notes": ("a",)}, {"routes": ()},
    {"unserved": ()},
])
def test_any_change_makes_another_plan(mixed_plan, change):
    """Who made it and how is part of what it says."""
    assert dataclasses.replace(mixed_plan, **change) != mixed_plan


def test_another_problem_makes_another_plan(mixed_plan):
    """The same routes answer something else."""
    assert dataclasses.replace(mixed_plan, problem=mixed_plan.problem.with_count("van", 3)) != mixed_plan


def test_a_plan_is_equal_to_what_was_written_of_it(mixed_plan):
    """Through JSON text; a record that answers another problem is refused."""
    record = json.loads(json.dumps(mixed_plan.to_dict(), allow_nan=False))

    assert Plan.from_dict(record, mixed_plan.problem) == mixed_plan
    with pytest.raises(ProblemError, match="answers another problem"):
        Plan.from_dict(record, mixed_plan.problem.with_count("van", 3))
    with pytest.raises(ProblemError, match="not the record of a plan"):
        Plan.from_dict({}, mixed_plan.problem)


@pytest.mark.parametrize("junk", [None, "x", float("nan"), 1.5])
def test_a_plan_keeps_junk_for_the_judge(night_plan, junk):
    """It can be held, compared and hashed; `check` reports it."""
    (route,) = night_plan.routes
    plan = dataclasses.replace(night_plan, routes=(dataclasses.replace(route, begin_s=junk, visits=(
        dataclasses.replace(route.visits[0], arrival_s=junk), route.visits[1])),))

    assert plan.routes[0].begin_s is junk
    assert plan.routes[0].visits[0].arrival_s is junk
    assert plan != night_plan
    assert isinstance(hash(plan), int)


@pytest.mark.parametrize(("change", "words"), [
    ({"problem": None}, "problem must be a Problem"), ({"limit": 30}, "limit must be a Limit"),
    ({"seed": -1}, "seed must be"), ({"seed": "x"}, "seed must be a number"), ({"engine": None}, "engine must be text"),
    ({"notes": (1,)}, "notes must be texts"),
])
def test_what_is_no_plan_is_refused(night_plan, change, words):
    """All but what the judge judges."""
    with pytest.raises(ProblemError, match=words):
        dataclasses.replace(night_plan, **change)
