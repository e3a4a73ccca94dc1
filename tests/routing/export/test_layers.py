"""GeoPackage and GeoJSON: what is read back is what the plan says."""

import json
import sqlite3

import geopandas
import pyogrio
import pytest
import shapely

from gisdata.escape import plain_text
from routing.export import write_geojson, write_geopackage


@pytest.fixture(scope="module")
def package(traced_plan, tmp_path_factory):
    """`traced_plan` as a GeoPackage, in a folder whose name has a space and Chinese characters."""
    path = tmp_path_factory.mktemp("路线 out") / "plan.gpkg"
    write_geopackage(traced_plan, path)
    return path


@pytest.mark.wheel
def test_package_has_every_layer(package):
    """Two tables without geometry beside five layers."""
    assert dict(pyogrio.list_layers(package)) == {
        "routes": "LineString", "stops": "Point", "legs": "LineString", "unserved": "Point", "depots": "Point",
        "summary": None, "origin": None}


def plain(column):
    """Return the cells of a column, None where there is nothing."""
    return [None if value != value or value == "" else value for value in column.astype(object)]


@pytest.mark.parametrize("layer", ["routes", "stops", "legs", "unserved"])
def test_package_gives_back_the_frames(package, traced_plan, layer):
    """Same columns, same values, same places, WGS 84; a text that is empty may come back empty or missing."""
    frame = getattr(traced_plan.to_frames(), layer)

    read = geopandas.read_file(package, layer=layer)

    assert read.crs == "EPSG:4326"
    assert list(read.columns) == list(frame.columns)
    for column in frame.columns.drop("geometry"):
        assert plain(read[column]) == plain(frame[column]), column
    assert shapely.equals_exact(read.geometry.to_numpy(), frame.geometry.to_numpy(), tolerance=1e-12).all()


def test_package_names_the_depots(package):
    """Depot N is open 06:00 to 18:00 and starts one route; S is always open and starts the other."""
    depots = geopandas.read_file(package, layer="depots").set_index("depot")

    assert depots["open"].to_dict() == {"N": "06:00", "S": "00:00"}
    assert depots["close"].fillna("").to_dict() == {"N": "18:00", "S": ""}
    assert depots["routes"].to_dict() == {"N": 1, "S": 1}


def test_package_says_what_the_plan_comes_to_and_where_it_is_from(package, traced_plan):
    """Cost and distance are those of the fixture's working: 212.50 CNY, 40 km."""
    figures = pyogrio.read_dataframe(package, layer="summary").set_index("figure")
    origin = pyogrio.read_dataframe(package, layer="origin").set_index("name")["text"]

    assert figures.loc[["cost", "distance"], ["value", "unit"]].to_numpy().tolist() == [[212.5, "CNY"], [40.0, "km"]]
    assert origin["plan digest"] == traced_plan.digest
    assert origin["roads"] == "Grid town"


def test_package_of_a_plan_without_routes_still_has_its_layers(mixed_problem, tmp_path):
    """An analyst's query must not fail on a day without work."""
    from routing.plan import Plan

    write_geopackage(Plan(mixed_problem, ()), tmp_path / "a.gpkg")

    assert len(geopandas.read_file(tmp_path / "a.gpkg", layer="stops")) == 0
    assert "order" in geopandas.read_file(tmp_path / "a.gpkg", layer="stops").columns


def test_package_keeps_nasty_texts_as_they_are(nasty_plan, nasty_texts, tmp_path):
    """Ids come back whole, but for characters that no file can hold; columns named by them are told apart."""
    write_geopackage(nasty_plan, tmp_path / "a.gpkg")

    stops = geopandas.read_file(tmp_path / "a.gpkg", layer="stops")
    assert list(stops["order"]) == [plain_text(text) for text in nasty_texts]
    assert {"VAN#1", "van#1_"} <= set(stops.columns)


def test_package_is_sound_for_sqlite(package):
    """SQLite finds no fault in it, and its time of change is the plan day, not now."""
    with sqlite3.connect(package) as store:
        assert store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        changed = store.execute("SELECT DISTINCT last_change FROM gpkg_contents").fetchall()
    assert changed == [("2026-01-05T00:00:00.000Z",)]


@pytest.fixture(scope="module")
def collection(traced_plan, tmp_path_factory):
    """`traced_plan` as GeoJSON."""
    path = tmp_path_factory.mktemp("out") / "plan.geojson"
    write_geojson(traced_plan, path)
    return json.loads(path.read_text(encoding="utf-8"))


def positions(geometry):
    """Return the positions of a Point or LineString."""
    return geometry["coordinates"] if geometry["type"] == "LineString" else [geometry["coordinates"]]


def test_geojson_keeps_to_the_standard(collection):
    """RFC 7946: no member crs, longitude first, a box around all, and here at most six decimals."""
    points = [point for feature in collection["features"] for point in positions(feature["geometry"])]

    assert "crs" not in collection
    assert all(114 < lon < 115 and 30 < lat < 31 for lon, lat in points)
    assert all(round(value, 6) == value for point in points for value in point)
    assert collection["bbox"] == [min(p[0] for p in points), min(p[1] for p in points),
                                  max(p[0] for p in points), max(p[1] for p in points)]


def test_geojson_holds_routes_stops_unserved_orders_and_depots(collection):
    """Two routes, four stops, two orders left, two depots."""
    layers = [feature["properties"]["layer"] for feature in collection["features"]]

    assert {layer: layers.count(layer) for layer in layers} == {"routes": 2, "stops": 4, "unserved": 2, "depots": 2}


def test_geojson_says_what_is_missing_as_null(collection):
    """Order U has no penalty; NaN is not JSON."""
    penalties = {feature["properties"]["order"]: feature["properties"]["penalty"] for feature in collection["features"]
                 if feature["properties"]["layer"] == "unserved"}

    assert penalties == {"U": None, "W": 15.0}


def test_geojson_is_read_by_gdal(traced_plan, nasty_plan, nasty_texts, tmp_path):
    """Also with every nasty text in it; ids stay text."""
    write_geojson(nasty_plan, tmp_path / "a.geojson")

    read = geopandas.read_file(tmp_path / "a.geojson")
    assert list(read[read["layer"] == "stops"]["order"]) == [plain_text(text) for text in nasty_texts]
