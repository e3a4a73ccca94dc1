"""Whole files as bad as real ones: opened with nothing lost, or refused with one clear error."""

import struct
import zipfile
from pathlib import Path

import geopandas
import openpyxl
import pandas as pd
import pytest

import gisdata
from gisdata.errors import InputFileError, TableError, UnknownNameError
from gisdata.opened import open_table

OLD_WORKBOOK = Path(__file__).parents[1] / "data" / "old-orders.xls"
HEADERS = ["订单号", "经度", "纬度", "毛重(吨)"]


def book(path, **sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", ["csv", "xlsx", "merged xlsx"])
def test_planted_truth_is_recovered(tmp_path, messy, seed, kind):
    """Of what was planted at least 99 in 100 come back right and are listed with old content; none comes back wrong."""
    bad = messy.messy_orders(seed, 200, merged=kind.startswith("merged"))
    write, name = (messy.write_csv, "单 1.csv") if kind == "csv" else (messy.write_workbook, "单 1.xlsx")

    opened = open_table(write(bad, tmp_path / name), "orders")

    wrong = [(at, field) for at, truth in enumerate(bad.truth) for field, value in truth.items()
             if opened.frame.loc[at, field] != (value if field == "id" else pytest.approx(value, rel=1e-9))]
    changes = opened.repairs.to_frame()
    listed = set(zip(changes["row"] - changes["row"].min(), changes["field"], strict=True))
    planted = {(at, field) for at, field, text in bad.planted if not text.isascii()}
    assert wrong == []
    assert len(planted) > 500
    assert len({(at, field) for at, field in planted if (at, field) in listed}) >= 0.99 * len(planted)


def test_change_is_found_in_its_cell(tmp_path, messy):
    """The address in the report is that of the workbook: openpyxl finds the old content there."""
    bad = messy.messy_orders(7, 50, merged=True)
    path = messy.write_workbook(bad, tmp_path / "单.xlsx")
    opened = open_table(path, "orders")
    sheet = openpyxl.load_workbook(path)[opened.sheet]

    changes = opened.repairs.to_frame().sample(60, random_state=0)

    assert [str(sheet[cell].value).removesuffix(".0") for cell in changes["cell"]] == changes["old"].tolist()
    assert sheet[opened.cell_of(0, "id")].value == opened.frame["id"][0]
    assert opened.cell_of(0, "window_end") == opened.cell_of(0, "window_begin") != ""


def test_addresses_alone_become_placed_orders(tmp_path, messy):
    """Rows without coordinates open unplaced, are put on the map by their customer, and pass the check."""
    places = [("甲店", "某路1号", 114.30, 30.60), ("乙店", "某路2号", 114.31, 30.61)]
    path = messy.write_csv(messy.messy_orders(1, 6, places=places), tmp_path / "单.csv")
    customers = pd.DataFrame(places, columns=["name", "address", "lon", "lat"])

    opened = open_table(path, "orders", placed=False)
    placed = gisdata.place_orders(opened.frame, customers=customers, cell_of=opened.cell_of)
    checked = gisdata.check_orders(placed.orders)

    assert opened.frame["lon"].isna().all()
    assert (len(placed.unplaced), len(checked)) == (0, 6)
    assert checked["lon"].tolist()[:2] == [114.30, 114.31]


def test_positions_are_required_where_rows_must_be_placed(tmp_path, messy):
    """Without `placed=False` an address is no position."""
    path = messy.write_csv(messy.messy_orders(1, 3, places=[("甲店", "某路1号", 0, 0)]), tmp_path / "单.csv")

    with pytest.raises(TableError, match="lacks this column"):
        open_table(path, "orders")


def test_title_rows_and_a_row_of_units(tmp_path):
    """Two title rows, then names, then units: the header is the third and fourth row."""
    path = book(tmp_path / "a.xlsx", 单=[["某公司"], ["日期：", "2026-03-04"], ["订单号", "经度", "纬度", "毛重"],
                                        ["", "", "", "(吨)"], ["A", 114.3, 30.6, 1.5]])

    opened = open_table(path, "orders")

    assert opened.frame[["id", "weight_kg"]].iloc[0].tolist() == ["A", 1500.0]
    assert opened.cell_of(0, "weight_kg") == "D5"


def test_sheet_that_fits_is_chosen(tmp_path):
    """Of several sheets that hold something, the one with the required columns; of two such, none."""
    rows = [HEADERS, ["A", 114.3, 30.6, 1]]
    one = book(tmp_path / "a.xlsx", 说明=[["请填写"]], 客户=[["客户", "电话"], ["x", "1"]], 三月=rows)
    two = book(tmp_path / "b.xlsx", 三月=rows, 四月=rows)

    assert open_table(one, "orders").sheet == "三月"
    with pytest.raises(UnknownNameError, match="pass sheet= with one of: '三月', '四月'"):
        open_table(two, "orders")
    assert open_table(two, "orders", sheet="四月").sheet == "四月"


def test_old_workbook_is_read():
    """Text ids, times and a cell in another unit of a .xls with a title row, taken as written."""
    with pytest.raises(TableError, match=r"row 5, column '毛重\(吨\)': is in another unit than 吨"):
        open_table(OLD_WORKBOOK, "orders")


@pytest.mark.parametrize(("encoding", "cpg"), [("gb18030", None), ("utf-8", None), ("gbk", "936"), ("utf-8", "UTF-8")])
def test_shapefile_without_an_encoding_is_read(tmp_path, encoding, cpg):
    """Chinese field names and cells, with and without the .cpg; written by GDAL, decoded without it."""
    frame = geopandas.GeoDataFrame({"订单号": ["甲1", "乙2"], "重量kg": [5.5, 6.0]},
                                   geometry=geopandas.points_from_xy([114.3, 114.4], [30.5, 30.6]), crs="EPSG:4326")
    path = tmp_path / "点 1.shp"
    frame.to_file(path, encoding=encoding)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg:
        path.with_suffix(".cpg").write_text(cpg, encoding="ascii")

    orders = open_table(path, "orders").frame

    assert orders[["id", "lon", "lat", "weight_kg"]].values.tolist() == [["甲1", 114.3, 30.5, 5.5],
                                                                        ["乙2", 114.4, 30.6, 6.0]]


def test_shapefile_without_a_part_says_which(tmp_path):
    """A .shp alone holds no table; without .prj nobody knows where its points are."""
    frame = geopandas.GeoDataFrame({"id": ["A"]}, geometry=geopandas.points_from_xy([1], [2]), crs="EPSG:4326")
    frame.to_file(tmp_path / "a.shp")

    (tmp_path / "a.prj").unlink()
    with pytest.raises(gisdata.CrsError, match=r"no \.prj"):
        open_table(tmp_path / "a.shp", "orders")
    (tmp_path / "a.dbf").unlink()
    with pytest.raises(InputFileError, match=r"the \.dbf beside it is missing"):
        open_table(tmp_path / "a.shp", "orders")


@pytest.mark.parametrize("cut", [101, 110, 40])
def test_damaged_shapefile_is_one_clear_error(tmp_path, cut):
    """Cut off anywhere."""
    frame = geopandas.GeoDataFrame({"id": ["A", "B"]}, geometry=geopandas.points_from_xy([1, 2], [2, 3]), crs=4326)
    frame.to_file(tmp_path / "a.shp")
    part = tmp_path / ("a.dbf" if cut == 40 else "a.shp")
    part.write_bytes(part.read_bytes()[:cut])

    with pytest.raises(InputFileError, match=r"the shapefile is damaged|Copy all its parts"):
        open_table(tmp_path / "a.shp", "orders")


def test_workbook_with_a_password_is_refused(tmp_path):
    """What Excel wraps for a password is an old container with a part of that name."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    (tmp_path / "密.xlsx").write_bytes(head + "EncryptedPackage".encode("utf-16-le") + bytes(512))

    with pytest.raises(InputFileError, match=r"protected by a password.*Save it without a password"):
        open_table(tmp_path / "密.xlsx", "orders")


@pytest.mark.parametrize("cut", [520, 1500, 4000])
def test_damaged_old_workbook_is_one_clear_error(tmp_path, cut):
    """Cut off anywhere, or with bytes overwritten."""
    data = bytearray(OLD_WORKBOOK.read_bytes())
    data[cut:cut + 64] = struct.pack("<16I", *[0xFFFFFFF0] * 16)
    (tmp_path / "a.xls").write_bytes(bytes(data[:cut + 64]))

    with pytest.raises((InputFileError, TableError)):
        open_table(tmp_path / "a.xls", "orders")


def test_a_million_empty_rows_do_no_harm(tmp_path):
    """Formatted rows without content, as Excel leaves them after deleting, are passed over."""
    book(tmp_path / "a.xlsx", 单=[HEADERS, ["A", 114.3, 30.6, 1]])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    empty = b"".join(b'<row r="%d"><c r="A%d"/></row>' % (row, row) for row in range(3, 1_000_003, 10))
    parts[name] = parts[name].replace(b"</sheetData>", empty + b"</sheetData>")
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)

    assert open_table(tmp_path / "b.xlsx", "orders").frame["weight_kg"].tolist() == [1000.0]


def test_unknown_table_is_named():
    """A slip in the noun lists the nouns."""
    with pytest.raises(UnknownNameError, match="there are: orders, pieces, vehicles, depots"):
        open_table("x.csv", "order")


def test_vehicles_and_depots_open_too(tmp_path):
    """A fleet with tonnes and litres; a depot whose hours stand in one cell."""
    (tmp_path / "车.csv").write_text("车型,数量,额定载质量(吨),容积(升),货厢内长(mm)\n4.2米,2,1.5,15000,4200\n",
                                    encoding="gb18030")
    (tmp_path / "仓.csv").write_text("仓库编号,经度,纬度,营业时间\nD,114.3,30.6,6:00-次日2:00\n", encoding="gb18030")

    vehicle = open_table(tmp_path / "车.csv", "vehicles").frame.iloc[0]
    depot = open_table(tmp_path / "仓.csv", "depots").frame.iloc[0]

    assert vehicle[["id", "payload_kg", "volume_m3", "cargo_length_m"]].tolist() == ["4.2米", 1500.0, 15.0, 4.2]
    assert (depot["open"], depot["close"]) == (6 * 3600, 26 * 3600)
