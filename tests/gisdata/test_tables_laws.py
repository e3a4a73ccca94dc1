"""Laws of the tables: valid rows survive every format, and no text whatever breaks a reader."""

import csv
import io
import json
import string

import numpy as np
import openpyxl
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from gisdata import check_orders, check_vehicles, read_orders, read_vehicles
from gisdata.clock import format_clock
from gisdata.errors import GisDataError, TableError
from gisdata.schema import ORDERS, VEHICLES

UNHURRIED = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

# What a workbook can hold: no control characters, and no half of a character.
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
TEXTS = st.text(LETTERS, max_size=12).map(str.strip)
SKILL = st.text(string.ascii_letters + "冷藏 ", min_size=1, max_size=9).map(str.strip).filter(bool)
SKILLS = st.lists(SKILL, max_size=3).map(";".join)


def ids():
    special = st.sampled_from(["NA", "null", "nan", "00123", "1e5", "TRUE", "#1", "=1+1", "-", "订单 1", "'"])
    # a spreadsheet's own shortened numbers and formula errors are refused, so they are not valid ids
    return (special | st.text(LETTERS, min_size=1, max_size=12).map(str.strip).filter(bool)).filter(
        lambda text: not text.startswith("#") or text == "#1").filter(lambda text: "E+" not in text.upper())


def values(column):
    """Valid cells of a column, as text."""
    least = column.above * 1 + 0.001 if np.isfinite(column.above) else column.least
    match column.kind:
        case "number":
            return st.floats(least, column.most).map(repr) | st.integers(int(np.ceil(least)), int(column.most)).map(str)
        case "whole":
            return st.integers(int(column.least), int(column.most)).map(str)
        case "clock":
            return st.integers(60, 31 * 86400).map(format_clock)
        case "yes_no":
            return st.sampled_from(["yes", "no", "TRUE", "0", "是", "否"])
        case "choice":
            words = [word for word, _ in column.choices]
            return st.sampled_from(words + [word.title() for word in words])
        case "skills":
            return SKILLS
        case "spans":
            ends = st.lists(st.integers(60, 31 * 86400), min_size=2, max_size=2, unique=True).map(sorted)
            span = ends.map(lambda two: "-".join(map(format_clock, two)))
            return st.lists(span, min_size=1, max_size=3).map(";".join)
        case "id":
            return ids()
    return TEXTS


def tables(schema):
    """Valid tables: rows of text with ids of their own and windows that run forward."""
    cells = {column.name: values(column) if column.required else values(column) | st.just("")
             for column in schema.columns}
    rows = st.lists(st.fixed_dictionaries(cells), min_size=1, max_size=4, unique_by=lambda row: row["id"])

    def forward(listed):
        begin, end = schema.window
        for row in listed:
            if row[begin] and row[end]:
                row[begin], row[end] = sorted((row[begin], row[end]), key=_seconds)
        return listed

    return rows.map(forward)


def _seconds(clock):
    time, _, days = clock.partition("+")
    parts = zip(time.split(":"), (3600, 60, 1), strict=False)
    return sum(int(part) * size for part, size in parts) + int(days or 0) * 86400


def as_csv(rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@UNHURRIED
@given(rows=tables(ORDERS))
def test_valid_orders_are_the_same_from_csv_excel_and_frame(tmp_path, rows):
    """Three doors, one table; and the check of a checked table changes nothing."""
    assume(all((row["lon"], row["lat"]) != ("0", "0") and (float(row["lon"]) or float(row["lat"])) for row in rows))
    (tmp_path / "订单.csv").write_text(as_csv(rows), encoding="utf-8", newline="")
    _write_workbook(tmp_path / "订单.xlsx", rows)

    checked = check_orders(pd.DataFrame(rows))

    assert checked["id"].tolist() == [row["id"] for row in rows]
    assert_geodataframe_equal(read_orders(tmp_path / "订单.csv"), checked)
    assert_geodataframe_equal(read_orders(tmp_path / "订单.xlsx"), checked)
    assert_geodataframe_equal(check_orders(checked), checked)


@UNHURRIED
@given(rows=tables(VEHICLES))
def test_valid_vehicles_are_the_same_from_csv_excel_and_frame(tmp_path, rows):
    """Every column of the widest table."""
    (tmp_path / "车辆.csv").write_text(as_csv(rows), encoding="gb18030", newline="")
    _write_workbook(tmp_path / "车辆.xlsx", rows)

    checked = check_vehicles(pd.DataFrame(rows))

    assert_frame_equal(read_vehicles(tmp_path / "车辆.xlsx"), checked)
    assert_frame_equal(read_vehicles(tmp_path / "车辆.csv"), checked)
    assert_frame_equal(check_vehicles(checked), checked)


def _write_workbook(path, rows):
    """Write text cells as text, look-alikes of formulas included."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("data")
    for row in (list(rows[0]), *([row[name] for name in rows[0]] for row in rows)):
        cells = [openpyxl.cell.WriteOnlyCell(sheet, value=value) for value in row]
        for cell in cells:
            cell.data_type = "s" if cell.value else "n"
        sheet.append([cell if cell.value else None for cell in cells])
    book.save(path)


CELLS = st.text(max_size=8) | st.sampled_from(["", "1", "2", "-1", "1e999", "08:00"])


@settings(UNHURRIED, max_examples=100)
@given(rows=st.lists(st.tuples(*[CELLS] * 7), max_size=5))
def test_any_cells_give_faults_or_a_table(rows):
    """Whatever text stands in the cells, surrogates and control characters too: a table, or faults in its own rows."""
    headers = ["id", "lon", "lat", "weight_kg", "window_begin", "window_end", "skills"]
    faults, checked = (), None

    try:
        checked = check_orders(pd.DataFrame(rows, columns=headers, dtype=object))
    except TableError as error:
        faults, message = error.faults, str(error)

    assert (checked is None) == (len(faults) > 0)
    if checked is None:
        assert all(fault.row in range(len(rows)) and fault.column in ["", *headers] for fault in faults)
        assert message.isprintable() or "\n" in message
    else:
        assert np.isfinite(checked[["lon", "lat", "weight_kg"]].to_numpy(dtype=float)).all()
        assert checked["id"].str.strip().str.len().gt(0).all()


@UNHURRIED
@given(data=st.binary(max_size=300))
def test_any_bytes_give_a_table_or_one_clear_error(tmp_path, data):
    """No file whatever makes a reader fail with anything but its own errors."""
    (tmp_path / "a.csv").write_bytes(data)

    with pytest.raises(GisDataError):
        read_orders(tmp_path / "a.csv")


@UNHURRIED
@given(value=st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5),
                          lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
                              ["type", "features", "properties", "geometry", "coordinates", "id", "crs", "name"]),
                              inner | st.sampled_from(["FeatureCollection", "Point"]), max_size=5), max_leaves=12))
def test_any_json_gives_a_table_or_one_clear_error(tmp_path, value):
    """GeoJSON with any member missing, misplaced or of another type."""
    collection = {"type": "FeatureCollection", "features": value if isinstance(value, list) else [value]}
    (tmp_path / "a.geojson").write_text(json.dumps(collection), encoding="utf-8")

    with pytest.raises(GisDataError):
        read_orders(tmp_path / "a.geojson")


@pytest.mark.parametrize("name", ["a.xlsx", "a.gpkg"])
def test_damaged_containers_give_one_clear_error(tmp_path, name):
    """A byte changed or the end cut off, 60 times with a fixed seed: a table, or one of our errors."""
    good = tmp_path / name
    if name == "a.xlsx":
        _write_workbook(good, [{"id": "A", "lon": "7.4", "lat": "43.7"}])
    else:
        check_orders(pd.DataFrame({"id": ["A"], "lon": [7.4], "lat": [43.7]})).to_file(good, layer="orders")
    whole = good.read_bytes()
    random = np.random.default_rng(7)
    outcomes = set()
    for case in range(60):
        damaged = bytearray(whole)
        for place in random.integers(0, len(whole), size=4):
            damaged[place] = random.integers(0, 256)
        (tmp_path / f"{case} {name}").write_bytes(damaged[: None if case % 2 else random.integers(1, len(whole))])
        try:
            read_orders(tmp_path / f"{case} {name}")
            outcomes.add("table")
        except GisDataError:
            outcomes.add("error")

    assert "error" in outcomes
