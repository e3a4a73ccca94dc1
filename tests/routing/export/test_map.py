"""What the map of a plan holds; what a browser makes of it: tests/browser."""

import dataclasses
import json
import re

import pytest
import shapely

from routing.export import draw_plan, write_map
from routing.export.wording import duration_text, load_text, window_text
from routing.model import ALWAYS, TimeWindow


@pytest.fixture
def view(tmp_path):
    """Give a function that returns the JSON that the page of a plan draws."""
    def read(plan, **settings):
        write_map(plan, tmp_path / "map.html", **settings)
        page = (tmp_path / "map.html").read_text(encoding="utf-8")
        (text,) = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL)
        return json.loads(text)
    return read


def group(view, name):
    """Return the row of the panel of that name."""
    return next(group for group in view["groups"] if group["name"] == name)


def test_panel_lists_depots_routes_and_unserved_orders(view, traced_plan):
    """In this order, each with its figures."""
    shown = view(traced_plan)

    assert [(row["name"], row["note"]) for row in shown["groups"]] == [
        ("Depots", "2 places"), ("van#1", "2 stops, 20.0 km"), ("reefer#1", "2 stops, 20.0 km"),
        ("Not served", "2 orders")]


def test_panel_says_what_the_plan_comes_to(view, traced_plan):
    """The fixture's figures: 212.50 CNY, 40 km, 35 min + 1 h 51 min."""
    facts = dict(view(traced_plan)["facts"])

    assert facts["Orders served"] == "4 of 6"
    assert facts["Vehicles"] == "2 of 3"
    assert facts["Cost"] == "212.50 CNY"
    assert facts["Distance"] == "40.0 km"
    assert facts["Working time"] == "2 h 26 min"


def test_stops_are_numbered_in_the_order_of_driving(view, traced_plan):
    """The reefer serves T, then R."""
    assert [(stop["label"], stop["name"]) for stop in group(view(traced_plan), "reefer#1")["points"]] == [
        ("1", "T"), ("2", "R")]


def test_popup_of_a_stop_says_when_and_what(view, traced_plan):
    """R: arrives 06:29, waits for 07:00, leaves 07:30."""
    rows = dict(group(view(traced_plan), "reefer#1")["points"][1]["rows"])

    assert (rows["Arrives"], rows["Waits"], rows["Service"]) == ("06:29", "31 min", "07:00 to 07:30 (30 min)")
    assert rows["Delivers"] == "1,500\N{NO-BREAK SPACE}kg, 2\N{NO-BREAK SPACE}pallets"
    assert rows["Window"] == "07:00-09:00"


def test_unserved_orders_are_marked_with_the_reason(view, traced_plan):
    """In words, with the figures."""
    marks = group(view(traced_plan), "Not served")["points"]

    assert [mark["name"] for mark in marks] == ["U", "W"]
    assert dict(marks[0]["rows"])["Not served"] == "too big for every vehicle: 9,000 kg; the reefer carries 5,000 kg"


def test_straight_lines_are_said_to_be_straight(view, mixed_plan, traced_plan):
    """Only where the plan has no geometry."""
    said = "Routes are drawn as straight lines: this plan holds no paths along the roads."

    assert said in view(mixed_plan)["notes"]
    assert said not in view(traced_plan)["notes"]


def test_roads_of_the_problem_are_the_ground_of_a_plan_without_geometry(view, mixed_plan, street_grid):
    """And no roads at all give a map all the same."""
    with_roads = dataclasses.replace(mixed_plan, problem=dataclasses.replace(mixed_plan.problem, roads=street_grid))

    assert view(with_roads)["roads"]
    assert view(mixed_plan)["roads"] == []


def test_visits_in_one_place_share_a_mark(view, mixed_plan):
    """P and Q move to one place: one mark 1-2 that tells of both."""
    orders = tuple(dataclasses.replace(order, lon=114.5, lat=30.5) if order.id in "PQ" else order
                   for order in mixed_plan.problem.orders)
    (mark,) = group(view(dataclasses.replace(
        mixed_plan, problem=dataclasses.replace(mixed_plan.problem, orders=orders))), "van#1")["points"]

    assert (mark["label"], mark["name"]) == ("1-2", "2 orders in one place")
    assert [text for name, text in mark["rows"] if name == "Order"] == ["P", "Q"]


def test_marks_of_different_routes_in_one_place_stand_side_by_side(view, mixed_plan):
    """Q of the van and R of the reefer: the second is shifted, so both can be pressed."""
    orders = tuple(dataclasses.replace(order, lon=114.5, lat=30.5) if order.id in "QR" else order
                   for order in mixed_plan.problem.orders)
    shown = view(dataclasses.replace(mixed_plan, problem=dataclasses.replace(mixed_plan.problem, orders=orders)))

    assert group(shown, "van#1")["points"][1]["shift"] == 0
    assert group(shown, "reefer#1")["points"][1]["shift"] == 1


def test_stop_away_from_its_road_is_tied_to_it(view, traced_plan):
    """The leg to P ends 0.001 degree north of P: a thin line bridges it. The other legs end at their stops."""
    first, second, third = traced_plan.geometry.legs[0]
    end = (first.coords[-1][0], first.coords[-1][1] + 0.001)
    legs = ((shapely.LineString([first.coords[0], end]), shapely.LineString([end, second.coords[-1]]), third),
            traced_plan.geometry.legs[1])
    shown = view(dataclasses.replace(traced_plan, geometry=dataclasses.replace(traced_plan.geometry, legs=legs)))

    assert group(shown, "van#1")["ties"] == [[11434000, 3060100, 0, -100]]
    assert group(shown, "reefer#1")["ties"] == []


def test_title_is_the_readers_or_names_the_day(view, traced_plan):
    """In the panel and of the page."""
    assert view(traced_plan)["title"] == "Delivery plan 2026-01-05"
    assert view(traced_plan, title="周一 <1>")["title"] == "周一 <1>"


def test_notebook_map_is_the_same(traced_plan):
    """`draw_plan` gives a folium map that shows itself."""
    assert "Delivery plan 2026-01-05" in draw_plan(traced_plan)._repr_html_()


@pytest.mark.parametrize(("seconds", "text"), [
    (0, "0 min"), (40, "40 s"), (59.6, "1 min"), (90, "2 min"), (3599, "1 h 00 min"), (3900, "1 h 05 min"),
    (360_000, "100 h 00 min")])
def test_durations_in_words(seconds, text):
    """Rounded to whole minutes, seconds only below one."""
    assert duration_text(seconds) == text


@pytest.mark.parametrize(("window", "text"), [
    (ALWAYS, ""), (TimeWindow.between("08:00", "09:30"), "08:00-09:30"),
    (TimeWindow.between(0, "09:30"), "until 09:30"),
    (TimeWindow.between("22:00", "06:00+1"), "22:00-06:00+1"), (TimeWindow(begin_s=3600), "from 01:00")])
def test_windows_in_words(window, text):
    """An open end is left out, an open window says nothing."""
    assert window_text(window) == text


def test_amounts_in_words():
    """Thousands apart, no trailing zeros, no break before the unit, nothing of what is not there."""
    assert load_text({"weight_kg": 1234.5, "volume_m3": 2.0, "pieces": 0.0004}).split(", ") == [
        "1,234.5\N{NO-BREAK SPACE}kg", "2\N{NO-BREAK SPACE}m³"]
    assert load_text({"weight_kg": 0.0}) == "nothing"
