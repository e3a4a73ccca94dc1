"""What a dispatcher gets wrong, through the command line: the exit code, the message, and no half-written file."""

import json
import shutil
import sys
from contextlib import contextmanager

import pytest

from routing.cli import INPUT, ROADS

GOOD = "A,114.305,30.605,10"


def assert_refused(town, *expected, code=INPUT, **files):
    """Run solve; it must refuse with this code, say all of `expected` in one message, and write nothing."""
    got, out, err = town.solve(**files)

    assert got == code, err
    assert out == ""
    assert [text for text in expected if text not in err] == []
    assert town.left() == []
    return err


def test_missing_column(town):
    """The column is named, and so are those that are there."""
    assert_refused(town.with_orders("A,30.605,10", header="id,lat,weight_kg"), "orders.csv", "lon")


def test_wrong_type(town):
    """Text where a number must stand: row, column and value."""
    assert_refused(town.with_orders(GOOD, "B,114.31,30.61,heavy"), "orders.csv", "row 3", "weight_kg", "heavy")


@pytest.mark.parametrize("value", ["nan", "inf", "-5", "1e300", "1_000", "0x10"])
def test_number_that_is_none(town, value):
    """Not a number, endless, negative, absurd, or written as only a programmer would."""
    assert_refused(town.with_orders(GOOD, f"B,114.31,30.61,{value}"), "row 3", "weight_kg", value)


def test_all_faults_at_once(town):
    """One message for all files: nobody wants to run it five times."""
    town.with_orders("A,114.305,30.605,-1", "B,114.31,x,10")
    vehicles = town.write("vans.csv", "id,count,payload_kg\nvan,many,100\n")

    assert_refused(town, "orders.csv", "row 2", "weight_kg", "row 3", "lat", "vans.csv", "count", "many", "3 faults",
                   vehicles=vehicles)


def test_faults_of_one_file_do_not_hide_those_of_another(town):
    """A thousand bad orders, one bad vehicle: both are shown, and all are counted."""
    town.with_orders(*(f"{i},114.305,30.605,heavy" for i in range(1000)))
    vehicles = town.write("vans.csv", "id,count,payload_kg\nvan,many,100\n")

    assert_refused(town, "1,001 faults", "orders.csv", "vans.csv", "many", vehicles=vehicles)


def test_swapped_coordinates(town):
    """Latitude 114 does not exist; the message asks whether the two are swapped."""
    assert_refused(town.with_orders("A,30.605,114.305,10"), "row 2", "lat", "114.305", "swapped")


def test_swapped_depot_that_could_exist(town):
    """A depot at 7.4 N, 43.7 E is a place on Earth, but it is on no road of this town: road network, exit 3."""
    depots = town.write("swapped.csv", "id,lon,lat\nDC,43.7,7.4\n")

    assert_refused(town, "DC", "road", code=ROADS, depots=depots)


def test_order_far_from_any_road(town):
    """The rest is planned; this one comes back with its reason."""
    code, out, _ = town.with_orders(GOOD, "FAR,114.9,30.9,10").solve()

    assert code == 0
    assert "1 of 2 orders served" in out
    assert "unserved: FAR" in out
    assert "road" in out


def test_order_on_an_island(town):
    """It has a road, but none leads there from the depot."""
    code, out, _ = town.with_orders(GOOD, "ISLE,114.345,30.612,10").solve()

    assert code == 0
    assert "1 of 2 orders served" in out
    assert "unserved: ISLE" in out


def test_order_heavier_than_any_vehicle(town):
    """It comes back with both weights; the others are planned."""
    code, out, _ = town.with_orders(GOOD, "HEAVY,114.31,30.61,401").solve()

    assert code == 0
    assert "1 of 2 orders served" in out
    assert "unserved: HEAVY" in out
    assert "401" in out
    assert "400" in out


def test_duplicate_ids(town):
    """Both rows are named."""
    assert_refused(town.with_orders(GOOD, "B,114.31,30.61,10", GOOD), "orders.csv", "id", "row 4", "2", "A")


def test_inverted_window(town):
    """It closes before it opens; a night shift is written with +1."""
    town.with_orders("A,114.305,30.605,17:00,09:00", header="id,lon,lat,window_begin,window_end")

    assert_refused(town, "row 2", "17:00", "09:00", "+1")


@pytest.mark.parametrize("content", ["", "\n\n", "id,lon,lat\n"], ids=["nothing", "blank lines", "header only"])
def test_empty_orders_file(town, content):
    """No order is no day of deliveries; the file is named."""
    town.orders.write_text(content, encoding="utf-8")

    assert_refused(town, "orders.csv")


def test_zero_vehicles(town):
    """A fleet whose only count is zero."""
    assert_refused(town, "vehicle", vehicles=town.write("none.csv", "id,count\nvan,0\n"))


def test_fleet_without_rows(town):
    """A header and no vehicle."""
    assert_refused(town, "none.csv", vehicles=town.write("none.csv", "id,count\n"))


@pytest.mark.parametrize("bad", ["corrupt", "truncated", "empty", "a picture"])
def test_damaged_roads(town, bad, town_pbf):
    """A protocol buffer with bytes changed, cut short, empty, or another kind of file under its name."""
    middle = len(town_pbf) // 2
    content = {"corrupt": town_pbf[:middle] + bytes(40) + town_pbf[middle + 40:], "truncated": town_pbf[:middle],
               "empty": b"", "a picture": b"\x89PNG\r\n\x1a\n" + bytes(100)}[bad]

    assert_refused(town, "town.osm.pbf", roads=town.write("town.osm.pbf", content))


def test_wrong_crs_is_converted_orassert_refused(town):
    """Metres of Web Mercator under the name of degrees: row and column are named."""
    assert_refused(town.with_orders("A,12724354.9,3582218.5,10"), "row 2", "lon", "12724354.9")


def test_geojson_in_another_crs(town):
    """GeoJSON may not leave WGS 84 unsaid: coordinates outside the globe are refused with their row."""
    feature = {"type": "Feature", "properties": {"id": "A", "weight_kg": 1},
               "geometry": {"type": "Point", "coordinates": [12724354.9, 3582218.5]}}
    orders = town.write("orders.geojson", {"type": "FeatureCollection", "features": [feature]})

    assert_refused(town, "orders.geojson", orders=orders)


def test_mixed_crs(town):
    """A sheet in which one row is in degrees and the next in metres."""
    assert_refused(town.with_orders(GOOD, "B,530611.2,3385876.4,10"), "row 3", "530611.2")


def test_layer_without_crs(town):
    """A GeoPackage that does not say what its coordinates are."""
    import geopandas
    from shapely import Point

    path = town.folder / "orders.gpkg"
    geopandas.GeoDataFrame({"id": ["A"], "weight_kg": [1.0]}, geometry=[Point(530611.2, 3385876.4)]).to_file(path)

    assert_refused(town, "orders.gpkg", orders=path)


def test_geojson_that_is_a_virtual_file(town):
    """GDAL would open any other file of the machine through it."""
    secret = town.write("secret.csv", "id,lon,lat\nS,114.305,30.605\n")
    layer = f"<OGRVRTLayer name='secret'><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>"
    vrt = f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>"

    assert_refused(town, "orders.geojson", orders=town.write("orders.geojson", vrt))


def test_missing_file(town):
    """It is named as it was typed."""
    assert_refused(town, "tomorrow.csv", orders=town.folder / "tomorrow.csv")


def test_folder_instead_of_file(town):
    """A folder is no orders file."""
    assert_refused(town, str(town.folder.name), orders=town.folder)


def test_unknown_sample(town):
    """Those that exist are listed."""
    assert_refused(town, "atlantis", "wuhan", "monaco", roads="sample:atlantis")


def test_unknown_engine(town):
    """Those that exist are listed."""
    code, _, err = town.run(*town.words(), "--engine", "abacus")

    assert code == INPUT
    assert "abacus" in err
    assert "ortools" in err


@pytest.mark.parametrize(("option", "value"), [("seconds", "-1"), ("seconds", "soon"), ("seconds", "nan"),
                                              ("iterations", "0")])
def test_limit_that_is_none(town, option, value):
    """A limit must be a positive number."""
    code, _, err = town.run(*town.words(), f"--{option}", value)

    assert code == INPUT
    assert option in err


def test_out_is_a_file(town):
    """The output folder's name is taken by a file."""
    town.out.write_text("mine", encoding="utf-8")

    code, _, err = town.run(*town.words())

    assert code == INPUT
    assert "out" in err
    assert town.out.read_text(encoding="utf-8") == "mine"


def test_full_disk_leaves_the_last_plan(town, monkeypatch):
    """When the disk fills up while a file is synced, the files of the last run stay as they were."""
    assert town.solve()[0] == 0
    before = {name: (town.out / name).read_bytes() for name in town.left()}

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gisdata.files.os.fsync", full)
    code, _, err = town.solve()

    assert code == INPUT
    assert "No space left" in err
    assert {name: (town.out / name).read_bytes() for name in town.left()} == before


@contextmanager
def _largest_file(size):
    """The system refuses to write more bytes than this into any file, as a full disk does."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
@pytest.mark.parametrize("name", ["orders.plan", "map.html", "tables.xlsx", "plan.gpkg"])
def test_writes_that_fail_halfway_leave_nothing(town, name):
    """Each writer in turn is cut off by the system before its last byte; what is there afterwards is whole."""
    assert town.solve()[0] == 0
    whole = {path: (town.out / path).stat().st_size for path in town.left()}
    shutil.rmtree(town.out)

    with _largest_file(whole[name] - 1):
        code, _, err = town.solve()

    assert code == INPUT
    assert "File too large" in err
    assert name not in town.left()
    assert [path for path in town.left() if whole.get(path) != (town.out / path).stat().st_size] == []


def test_damaged_plan_file(town):
    """A plan file that was changed, cut short or is something else is refused by check and by map."""
    assert town.solve()[0] == 0
    good = (town.out / "orders.plan").read_bytes()
    middle = len(good) // 2
    changed = good[:middle] + b"\0\0\0\0" + good[middle + 4:]
    for bad in (good[:middle], changed, b"", b"id,lon\n", json.dumps({}).encode()):
        path = town.write("bad.plan", bad)
        for words in (("check", path), ("map", path, "-o", town.folder / "bad.html")):
            code, _, err = town.run(*words)
            assert code == INPUT
            assert "bad.plan" in err
    assert not (town.folder / "bad.html").exists()
