"""Tables read from real files of every format: what stands in a cell arrives, and nothing else."""

import datetime as dt
import math

import geopandas
import openpyxl
import pandas as pd
import pytest

import gisdata
from gisdata import read_depots, read_orders, read_pieces, read_vehicles
from gisdata.clock import END_OF_TIME_S
from gisdata.errors import CrsError, InputFileError, TableError, UnknownNameError
from gisdata.schema import SCHEMAS

ORDERS = "id,lon,lat,weight_kg,window_begin,window_end,service_min,skills,name\n"


@pytest.fixture
def folder(tmp_path):
    """A folder whose name holds Chinese characters and spaces, as on a dispatcher's machine."""
    path = tmp_path / "配送 数据 2026"
    path.mkdir()
    return path


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def workbook(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def points(ids, lon, lat, crs="EPSG:4326", **columns):
    return geopandas.GeoDataFrame({"id": ids, **columns}, geometry=geopandas.points_from_xy(lon, lat), crs=crs)


def test_csv_cells_arrive_in_their_types(folder):
    """Amounts as float64, clock times as seconds, minutes also as whole seconds, points in EPSG:4326."""
    path = write(folder / "订单 表.csv", ORDERS + "A-1,7.42,43.73,12.5,06:30,06:00+1,2.5,cold; crane;cold,Café\n")

    orders = read_orders(path)

    row = orders.iloc[0]
    assert (row["lon"], row["lat"], row["weight_kg"]) == (7.42, 43.73, 12.5)
    assert (row["window_begin"], row["window_end"]) == (6 * 3600 + 1800, 30 * 3600)
    assert (row["service_s"], row["skills"], row["name"]) == (150, "cold;crane", "Café")
    assert (row["geometry"].x, row["geometry"].y, orders.crs.to_epsg()) == (7.42, 43.73, 4326)
    assert orders[["weight_kg", "service_min", "penalty"]].dtypes.unique().tolist() == [float]
    assert orders[["window_begin", "window_end", "service_s"]].dtypes.unique().tolist() == ["int64"]


def test_blank_and_absent_columns_get_neutral_defaults(folder):
    """Of an order nothing but its id and position is needed; what is not given limits nothing."""
    orders = read_orders(write(folder / "a.csv", "id,lon,lat,weight_kg,window_end\nA,7.4,43.7,,\n"))

    row = orders.iloc[0].drop("geometry").to_dict()
    assert math.isnan(row.pop("penalty"))
    assert row == {
        "id": "A", "lon": 7.4, "lat": 43.7, "weight_kg": 0.0, "volume_m3": 0.0, "pieces": 0.0, "window_begin": 0,
        "window_end": END_OF_TIME_S, "service_min": 0.0, "service_s": 0, "skills": "", "name": "", "address": "",
        "kind": "delivery", "shipment": "", "vehicle_types": "", "time_windows": "", "goods": "", "zone": "",
    }


def test_vehicle_defaults_limit_nothing(folder):
    """A blank capacity is infinite, a size unknown; without any cost, a kilometre costs one."""
    vehicles = read_vehicles(write(folder / "v.csv", "id,count,fixed_cost,capacity_pallets\nvan,3,,\ntruck,1,80,6\n"))

    van, truck = vehicles.to_dict("records")
    limits = ("payload_kg", "volume_m3", "pieces", "max_hours", "capacity_pallets")
    assert [van[name] for name in limits] == [math.inf] * 5
    assert math.isnan(van["cargo_length_m"])
    assert math.isnan(van["axles"])
    assert (van["crew"], van["customs_supervised"], van["profile"], van["depot"]) == (1, False, "van", "")
    assert [van["fixed_cost"], van["cost_per_km"], van["cost_per_hour"]] == [0, 1, 0]
    assert [truck["fixed_cost"], truck["cost_per_km"], truck["capacity_pallets"]] == [80, 0, 6]


@pytest.mark.parametrize("read", [read_orders, read_pieces, read_vehicles, read_depots])
def test_checked_table_has_every_column_of_its_schema(folder, read):
    """Whoever builds on a checked table need not ask what the file had."""
    schema = SCHEMAS[read.__name__.removeprefix("read_")]
    values = {"lon": "7.4", "lat": "43.7", "count": "1"} | dict.fromkeys(["length_m", "width_m", "height_m"], "1")
    required = [column.name for column in schema.columns if column.required]
    row = [values.get(name, "A") for name in required]

    table = read(write(folder / "t.csv", ",".join(required) + "\n" + ",".join(row) + "\n"))

    assert {column.name for column in schema.columns} <= set(table.columns)
    assert len(table) == 1


def test_ids_stay_text_in_csv(folder):
    """Zeros, NA, null and what looks like a number stay letter by letter; only surrounding blanks go."""
    ids = ["00123", "NA", "null", "1e5", "nan", "123.0", "+1", "TRUE", "-", "=1+1"]
    path = write(folder / "a.csv", "id,lon,lat\n" + "".join(f" {i} ,7.4,43.7\n" for i in ids))

    assert read_orders(path)["id"].tolist() == ids


def test_ids_stay_text_in_excel(folder):
    """Text cells as written; a number as its digits."""
    cells = ["00123", "NA", "1e5", 42, 123456789012345]
    path = workbook(folder / "a.xlsx", orders=[["id", "lon", "lat"], *([cell, 7.4, 43.7] for cell in cells)])

    assert read_orders(path)["id"].tolist() == ["00123", "NA", "1e5", "42", "123456789012345"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separator_is_the_one_in_the_header(folder, separator):
    """European and exported files use other separators; a separator inside quotes does not count."""
    text = separator.join(["id", "lon", "lat", '"note, free; text|here"\nA', "7.4", "43.7", "x\n"])

    orders = read_orders(write(folder / "a.csv", text))

    assert orders[["id", "lon", "lat"]].to_numpy().tolist() == [["A", 7.4, 43.7]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_chinese_text_reads_in_each_encoding(folder, encoding):
    """Excel in China writes GB18030, or UTF-8 with a mark."""
    path = write(folder / "订单.csv", "id,lon,lat,address\nA,114.3,30.6,武汉市洪山区珞喻路\n", encoding)

    assert read_orders(path)["address"].tolist() == ["武汉市洪山区珞喻路"]


def test_other_columns_are_kept_as_text(folder):
    """A column the schema does not know is neither lost nor read."""
    orders = read_orders(write(folder / "a.csv", "id,lon,lat,phone,self,备注\nA,7.4,43.7,007,x,易碎\n"))

    assert orders[["phone", "self", "备注"]].iloc[0].tolist() == ["007", "x", "易碎"]


def test_headers_can_be_renamed_on_reading(folder):
    """A file with other headers needs no editing."""
    path = write(folder / "a.csv", "No,x,y,weight\nA,7.4,43.7,5\n")

    orders = read_orders(path, columns={"No": "id", "x": "lon", "y": "lat", "weight": "weight_kg"})

    assert orders[["id", "weight_kg"]].iloc[0].tolist() == ["A", 5.0]


@pytest.mark.parametrize("columns", [{"absent": "id"}, {"x": "lat"}])
def test_renaming_must_name_headers_of_the_file(folder, columns):
    """A header that does not exist, or two columns under one header, is an error with the headers there are."""
    with pytest.raises(UnknownNameError, match=r"a\.csv: columns="):
        read_orders(write(folder / "a.csv", "id,x,lat\nA,7.4,43.7\n"), columns=columns)


def test_excel_times_arrive_as_clock_times(folder):
    """A time cell, a fraction, an elapsed time over 24 h, a time shown of 1.25 days, and text: all seconds."""
    path = folder / "a.xlsx"
    workbook(path, orders=[["id", "lon", "lat", "window_begin"]] + [[i, 7.4, 43.7] for i in "abcdef"])
    book = openpyxl.load_workbook(path)
    sheet = book["orders"]
    for row, (value, shown) in enumerate([
        (dt.time(8, 30), None), (0.25, "General"), (dt.timedelta(hours=30), None), (1.25, "hh:mm"),
        ("06:30+1", None), (0, "h:mm AM/PM"),
    ], start=2):
        sheet.cell(row, 4, value)
        if shown:
            sheet.cell(row, 4).number_format = shown
    book.save(path)

    assert read_orders(path)["window_begin"].tolist() == [30600, 21600, 108000, 108000, 109800, 0]


def test_excel_yes_and_no_in_every_form(folder):
    """Booleans of Excel, words, digits and Chinese."""
    cells = [True, "yes", "Y", 1, "是", False, "no", "FALSE", "0", "否", None]
    rows = [["O", f"P{n}", 1, 1, 1, cell] for n, cell in enumerate(cells)]
    path = workbook(folder / "p.xlsx", pieces=[["order", "id", "length_m", "width_m", "height_m", "stackable"], *rows])

    assert read_pieces(path)["stackable"].tolist() == [True] * 5 + [False] * 5 + [True]


def test_sheet_is_found_by_the_name_of_the_table(folder):
    """One workbook may hold all tables."""
    path = workbook(folder / "all.xlsx", 说明=[["read me"]], Orders=[["id", "lon", "lat"], ["A", 7.4, 43.7]],
                    仓库=[["id", "lon", "lat"], ["DC", 7.5, 43.8]])

    assert read_orders(path)["id"].tolist() == ["A"]
    assert read_depots(path)["id"].tolist() == ["DC"]
    assert read_depots(path, sheet="Orders")["id"].tolist() == ["A"]


def test_empty_and_hidden_sheets_do_not_count(folder):
    """Old Excel makes three sheets; lists for drop-downs are hidden."""
    path = workbook(folder / "a.xlsx", Sheet1=[["id", "lon", "lat"], ["A", 7.4, 43.7]], Sheet2=[], lists=[["x"]])
    book = openpyxl.load_workbook(path)
    book["lists"].sheet_state = "hidden"
    book.save(path)

    assert read_orders(path)["id"].tolist() == ["A"]


def test_unclear_sheet_is_asked_for(folder):
    """Two sheets that hold something: no guess, but their names."""
    path = workbook(folder / "a.xlsx", May=[["id"]], June=[["id"]])

    with pytest.raises(UnknownNameError, match="several sheets hold something; pass sheet= with one of: 'May', 'June'"):
        read_orders(path)
    with pytest.raises(UnknownNameError, match="there is no sheet 'July'; there are: 'May', 'June'"):
        read_orders(path, sheet="July")
    with pytest.raises(UnknownNameError, match="has no sheets"):
        read_orders(write(folder / "a.csv", "id\n"), sheet="May")


def test_ending_of_the_name_does_not_matter(folder):
    """A workbook called .csv, and text called .xlsx."""
    book = workbook(folder / "a.xlsx", orders=[["id", "lon", "lat"], ["A", 7.4, 43.7]]).rename(folder / "book.csv")
    text = write(folder / "text.xlsx", "id,lon,lat\nB,7.4,43.7\n")

    assert [read_orders(path)["id"].item() for path in (book, text)] == ["A", "B"]


def test_geojson_keeps_every_digit(folder):
    """GDAL turns mixed and 20-digit ids into floats; here a number is the text it is."""
    path = write(folder / "点.geojson", """{"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties":
            {"id": 12345678901234567890, "weight_kg": 1.50, "note": {"a": [1]}, "ok": true},
         "geometry": {"type": "Point", "coordinates": [7.4200000001, 43.73, 12.0]}},
        {"type": "Feature", "properties": {"id": "00123", "weight_kg": null},
         "geometry": {"type": "Point", "coordinates": [7.5, 43.8]}}]}""")

    orders = read_orders(path)

    assert orders["id"].tolist() == ["12345678901234567890", "00123"]
    assert orders[["lon", "weight_kg"]].to_numpy().tolist() == [[7.4200000001, 1.5], [7.5, 0.0]]
    assert orders[["note", "ok"]].iloc[0].tolist() == ['{"a": ["1"]}', "True"]


def test_geojson_id_of_a_feature_will_do(folder):
    """RFC 7946 keeps an id beside the properties."""
    path = write(folder / "a.json", """{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "DC",
        "properties": null, "geometry": {"type": "Point", "coordinates": [7.5, 43.8]}}]}""")

    assert read_depots(path)["id"].tolist() == ["DC"]


def test_geopackage_written_by_gdal_reads_back(folder):
    """Points, text and numbers of a layer."""
    path = folder / "订单 点.gpkg"
    points(["00123", "NA"], [7.42, 7.5], [43.73, 43.8], weight_kg=[12.5, 0.1]).to_file(path, layer="orders")

    orders = read_orders(path)

    assert orders["id"].tolist() == ["00123", "NA"]
    assert orders[["lon", "lat", "weight_kg"]].to_numpy().tolist() == [[7.42, 43.73, 12.5], [7.5, 43.8, 0.1]]


def test_geopackage_layer_without_points_reads(folder):
    """Vehicles have no position; several layers are told apart by name."""
    path = folder / "all.gpkg"
    points(["A"], [7.4], [43.7]).to_file(path, layer="orders")
    geopandas.GeoDataFrame({"id": ["van"], "count": [3]}).to_file(path, layer="vehicles", engine="pyogrio")

    assert read_vehicles(path)["count"].tolist() == [3.0]
    with pytest.raises(UnknownNameError, match="pass sheet= with the layer meant; there are: 'orders', 'vehicles'"):
        read_depots(path)


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:4490", "EPSG:32632"])
def test_declared_reference_systems_are_converted(folder, crs):
    """Web Mercator, CGCS2000 and UTM come back as the degrees they were made from, to a centimetre."""
    frame = points(["A", "B"], [7.42, 7.5], [43.73, 43.8]).to_crs(crs)
    frame.to_file(folder / "a.gpkg", layer="orders")
    frame.to_file(folder / "a.geojson", driver="GeoJSON", RFC7946="NO")

    for name in ("a.gpkg", "a.geojson"):
        orders = read_orders(folder / name)
        assert orders["lon"].tolist() == pytest.approx([7.42, 7.5], abs=1e-7)
        assert orders["lat"].tolist() == pytest.approx([43.73, 43.8], abs=1e-7)


def test_points_without_a_reference_system_are_refused(folder):
    """Whether 500000 is metres or a slip cannot be known."""
    frame = points(["A"], [500000], [4800000], crs=None)
    with pytest.warns(UserWarning, match="crs"):
        frame.to_file(folder / "a.gpkg", layer="orders")

    with pytest.raises(CrsError, match="layer 'orders': the points state no reference system"):
        read_orders(folder / "a.gpkg")


def test_mixed_reference_systems_are_refused(folder):
    """Each geometry of a GeoPackage states its system; GDAL believes the layer and ignores them."""
    path = folder / "a.gpkg"
    points(["A", "B"], [7.4, 7.5], [43.7, 43.8]).to_file(path, layer="orders")
    _patch_first_geometry(path, lambda blob: blob[:4] + (3857).to_bytes(4, "little") + blob[8:])

    with pytest.raises(CrsError, match="mixes the reference systems 3857, 4326"):
        read_orders(path)


def _patch_first_geometry(path, change):
    import sqlite3
    database = sqlite3.connect(path)
    database.execute("DROP TRIGGER IF EXISTS rtree_orders_geom_update1")
    triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        database.execute(f'DROP TRIGGER "{name}"')
    (blob,) = database.execute("SELECT geom FROM orders WHERE fid = 1").fetchone()
    database.execute("UPDATE orders SET geom = ? WHERE fid = 1", (change(blob),))
    database.commit()
    database.close()


def test_unknown_reference_system_is_refused(folder):
    """A made-up name is an error that repeats it."""
    path = write(folder / "a.geojson", """{"type": "FeatureCollection", "crs": {"type": "name", "properties":
        {"name": "EPSG:999999"}}, "features": [{"type": "Feature", "properties": {"id": "A"},
        "geometry": {"type": "Point", "coordinates": [1, 2]}}]}""")

    with pytest.raises(CrsError, match="'EPSG:999999' is not known"):
        read_orders(path)


def test_vrt_called_geojson_opens_no_other_file(folder):
    """GDAL would follow the VRT to any file of the machine; here it is XML, and refused."""
    write(folder / "secret.csv", "id,lon,lat\nsecret,7.4,43.7\n")
    path = write(folder / "orders.geojson", f"""<OGRVRTDataSource><OGRVRTLayer name="secret">
        <SrcDataSource>{folder / 'secret.csv'}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>""")

    with pytest.raises(InputFileError, match="the file is XML text; CSV, Excel"):
        read_orders(path)


@pytest.mark.parametrize("content", [
    '{"type": "Feature", "properties": {}}', "[1, 2]", '{"type": "FeatureCollection", "features": 5}',
    '{"type": "FeatureCollection", "features": [5]}',
    '{"type": "FeatureCollection", "features": [{"properties": [1]}]}',
])
def test_json_that_is_no_feature_collection_is_refused(folder, content):
    """Any other JSON has no rows."""
    with pytest.raises(InputFileError, match="the file is JSON text; a GeoJSON FeatureCollection can be read"):
        read_orders(write(folder / "a.geojson", content))


@pytest.mark.parametrize(("content", "reason"), [
    ('{"type": "FeatureCollection", "features": [', "the JSON is damaged"),
    ("[" * 200_000, "too deeply nested|the JSON is damaged"),
    ('id,name\nA,"open\nB,x\n', "line 3: unexpected end of data"),
    ("id,name\nA," + "x" * 200_000, "field larger than field limit"),
    ("<html><table>", "Open it in a spreadsheet and save it as .xlsx"),
])
def test_damaged_text_is_refused(folder, content, reason):
    """Cut-off JSON, a nesting bomb, a quotation mark left open, a cell without end, a web page called .csv."""
    with pytest.raises(InputFileError, match=reason):
        read_orders(write(folder / "a.csv", content))


def test_damaged_geopackage_is_refused(folder):
    """Cut off in the middle, or with a geometry that is none."""
    path = folder / "a.gpkg"
    points(["A"], [7.4], [43.7]).to_file(path, layer="orders")
    whole = path.read_bytes()

    (folder / "cut.gpkg").write_bytes(whole[:len(whole) // 3])
    _patch_first_geometry(path, lambda _: b"GP\x00")

    for damaged in (folder / "cut.gpkg", path):
        with pytest.raises(InputFileError, match=r"the GeoPackage is damaged|lists no layers"):
            read_orders(damaged)


def test_view_in_a_geopackage_is_not_run(folder):
    """A view is a program of whoever made the file; this one would never end."""
    import sqlite3
    path = folder / "a.gpkg"
    points(["A"], [7.4], [43.7]).to_file(path, layer="orders")
    database = sqlite3.connect(path)
    database.execute("CREATE VIEW trap AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x FROM r) SELECT x FROM r")
    database.execute("INSERT INTO gpkg_contents (table_name, data_type) VALUES ('trap', 'attributes')")
    database.commit()
    database.close()

    with pytest.raises(UnknownNameError, match="there is no layer 'trap'; there are: 'orders'"):
        read_orders(path, sheet="trap")


def test_quoted_layer_names_are_only_names(folder):
    """A layer called like an SQL injection is read, not run."""
    path = folder / "a.gpkg"
    name = 'x"; DROP TABLE gpkg_contents; --'
    points(["A"], [7.4], [43.7]).to_file(path, layer=name)

    assert read_orders(path, sheet=name)["id"].tolist() == ["A"]
    assert read_orders(path)["id"].tolist() == ["A"]


def test_reading_does_not_change_the_file(folder):
    """A read GeoPackage keeps its bytes, and no side files are left."""
    path = folder / "a.gpkg"
    points(["A"], [7.4], [43.7]).to_file(path, layer="orders")
    before = path.read_bytes()

    read_orders(path)

    assert path.read_bytes() == before
    assert [p.name for p in folder.iterdir()] == ["a.gpkg"]


def test_public_names_are_in_the_package():
    """They are reached from gisdata itself, and faults can become a frame."""
    with pytest.raises(gisdata.TableError) as caught:
        gisdata.check_depots(pd.DataFrame({"id": ["a"], "lon": [200], "lat": [1]}))

    assert isinstance(caught.value, TableError)
    assert pd.DataFrame(caught.value.faults)["column"].tolist() == ["lon"]
