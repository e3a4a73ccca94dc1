"""Pickups, shipments, and routes that end elsewhere or nowhere, in every file that leaves the package.

The plan is worked out in tests/routing/conftest.py: a van from N to S by P, T, R, Q, and a bike that ends at V.
"""

import dataclasses
import json
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from routing.export import (
    write_dispatch_sheet,
    write_driver_pages,
    write_geojson,
    write_geopackage,
    write_gpx,
    write_map,
)
from routing.export.driver_page import driver_sheets
from routing.export.tables import plan_tables
from routing.frames import straight_legs
from routing.plan import PlanGeometry
from routing.planfile import load_plan, save_plan

GPX = "{http://www.topografix.com/GPX/1/1}"


@pytest.fixture(scope="module")
def traced(shipping_plan, street_grid):
    """The plan with straight legs as its geometry: five for the van, one for the bike."""
    legs = tuple(straight_legs(shipping_plan.problem, route) for route in shipping_plan.routes)
    return dataclasses.replace(shipping_plan, geometry=PlanGeometry(legs, street_grid))


def test_legs_end_where_routes_end(shipping_plan):
    """The van's last leg goes from Q to S; the bike has one leg, and no way home is drawn."""
    frames = shipping_plan.to_frames()
    ends = frames.legs.groupby("vehicle", sort=False)[["origin", "destination"]].agg(["first", "last", "size"])

    assert ends.loc["van#1"].tolist() == ["depot N", "order Q", 5, "order P", "depot S", 5]
    assert ends.loc["bike#1"].tolist() == ["depot N", "depot N", 1, "order V", "order V", 1]
    assert frames.routes["end_depot"].tolist() == ["S", ""]
    assert frames.stops[["order", "kind", "shipment"]].to_numpy().tolist()[:4] == [
        ["P", "pickup", "G"], ["T", "delivery", ""], ["R", "pickup", ""], ["Q", "delivery", "G"]]
    assert frames.routes["weight_kg"].tolist() == [140, 40]  # the 60 kg of the shipment once


def test_geometry_of_open_routes_is_saved_and_checked(traced, tmp_path):
    """A plan file keeps one line a leg; a line too many is refused."""
    save_plan(traced, tmp_path / "p.plan")

    assert [len(lines) for lines in load_plan(tmp_path / "p.plan").geometry.legs] == [5, 1]
    with pytest.raises(ValueError, match="one line for each leg"):
        dataclasses.replace(traced, geometry=PlanGeometry(
            (traced.geometry.legs[0], traced.geometry.legs[1] * 2), traced.geometry.roads))


def test_gpx_says_what_is_picked_up_and_where_it_ends(traced, tmp_path):
    """Load by load: 40 kg at the start, 100, 60, 100, 40 after the stops; the bike's route ends at V."""
    write_gpx(traced, tmp_path)
    van, bike = (ET.parse(tmp_path / f"{name}.gpx").getroot() for name in ("van_1", "bike_1"))  # noqa: S314 (our own)
    texts = [point.findtext(f"{GPX}desc") for point in van.iter(f"{GPX}rtept")]

    assert [point.findtext(f"{GPX}name") for point in van.iter(f"{GPX}wpt")] == [
        "Depot N", "1 P", "2 T", "3 R", "4 Q", "Depot S"]
    assert [point.findtext(f"{GPX}name") for point in bike.iter(f"{GPX}rtept")] == ["Depot N", "1 V"]
    assert "Load: 40\xa0kg" in texts[0]
    assert "Picks up: 60\xa0kg\nTo order: Q\nThen aboard: 100\xa0kg" in texts[1]
    assert "Delivers: 40\xa0kg\nThen aboard: 60\xa0kg" in texts[2]
    assert "Delivers: 60\xa0kg\nFrom order: P\nThen aboard: 40\xa0kg" in texts[4]


def test_the_map_says_how_full_and_where_it_ends(traced, tmp_path):
    """The van is full at its fullest, though it moves 140 kg in all; the bike ends, it does not return."""
    write_map(traced, tmp_path / "m.html")
    page = (tmp_path / "m.html").read_text(encoding="utf-8")

    assert '["Returns","08:30 to S"]' in page
    assert '["Ends","00:05"]' in page
    assert "140\xa0kg (100% full)" in page


def test_geojson_and_geopackage_are_written(traced, tmp_path):
    """The line of the bike goes from N to V and not back."""
    write_geojson(traced, tmp_path / "p.geojson")
    write_geopackage(traced, tmp_path / "p.gpkg")
    features = json.loads((tmp_path / "p.geojson").read_text(encoding="utf-8"))["features"]
    bike = next(f for f in features if f["properties"]["layer"] == "routes" and f["properties"]["vehicle"] == "bike#1")

    assert bike["geometry"]["coordinates"] == [[8.0, 50.0], [8.03, 50.0]]


def test_tables_hold_kind_partner_and_end(shipping_plan):
    """Fullest is 100 percent for the van, 40 for the bike."""
    tables = {table.name: table for table in plan_tables(shipping_plan)}

    def column(table, header):
        return list(next(column for column in tables[table].columns if column.header == header).cells)

    assert column("routes", "ends at") == ["S", ""]
    assert column("routes", "fullest (%)") == [100, 40]
    assert column("stops", "kind") == ["pickup", "delivery", "pickup", "delivery", "pickup"]
    assert column("stops", "shipped with") == ["Q", "", "", "P", ""]


@pytest.mark.parametrize(("language", "words"), [
    ("zh", {"kind": "作业", "pickup": "提货", "delivery": "送货", "to": "送往订单 Q", "end": "终点", "none": "不返回"}),
    ("en", {"kind": "kind", "pickup": "pick up", "delivery": "deliver", "to": "to order Q", "end": "ends at",
            "none": "does not return"}),
])
def test_the_dispatch_sheet_says_it_in_both_languages(shipping_plan, tmp_path, language, words):
    """A column for the kind, a note for the partner, a column for the end; the kilometres stay with their stops."""
    write_dispatch_sheet(shipping_plan, tmp_path / "d.xlsx", language)
    summary, stops = (pd.read_excel(tmp_path / "d.xlsx", sheet_name=number, header=None) for number in (0, 1))
    table = stops.iloc[2:].set_axis(stops.iloc[0], axis=1)

    assert stops.iloc[1].tolist()[3] == words["kind"]
    assert table["kind"].tolist()[:2] == [words["pickup"], words["delivery"]]
    assert words["to"] in table["note"].tolist()[0]
    assert table["km"].tolist()[:5] == [5, 3, 2, 5, 3]
    assert {words["end"], words["none"], "S"} <= set(summary.to_numpy().ravel().tolist())


def test_the_drivers_pages_say_it_in_both_languages(shipping_plan, tmp_path):
    """From N to S with 40 kg; the bike's page has an end, not a return."""
    for language, words in (("zh", ("提货", "送往订单 Q", "结束")), ("en", ("pick up", "to order Q", "ends"))):
        texts = [text.get_text() for sheet in driver_sheets(shipping_plan, language)
                 for axes in sheet.figure.axes for text in axes.texts]
        texts += [text.get_text() for sheet in driver_sheets(shipping_plan, language) for text in sheet.figure.texts]
        assert {*words, "N → S"} <= set(texts)

    write_driver_pages(shipping_plan, tmp_path / "p.pdf")
    assert (tmp_path / "p.pdf").stat().st_size > 10_000
