"""Excel and CSV: numbers are numbers, text is text and never a formula, and it can all be read back."""

import csv
import dataclasses
import datetime as dt
import zipfile

import openpyxl
import pytest

from gisdata.clock import parse_clock
from gisdata.escape import plain_text, restore_cell
from routing.export import write_tables
from routing.export.driver_page import _pauses
from routing.plan import Pause, Plan

NAMES = ["summary", "routes", "stops", "unserved"]


@pytest.fixture(scope="module")
def book(mixed_plan, tmp_path_factory):
    """`mixed_plan` as a workbook."""
    path = tmp_path_factory.mktemp("表格 out") / "tables.xlsx"
    write_tables(mixed_plan, path)
    return openpyxl.load_workbook(path)


def rows(sheet):
    """Return the rows of a sheet as dicts by header."""
    head, *body = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]


def csv_rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.wheel
def test_workbook_has_four_sheets(book):
    """Each with a fixed header, filters, and columns wide enough for their header."""
    assert book.sheetnames == NAMES
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(sheet.column_dimensions[cell.column_letter].width > len(cell.value) for cell in sheet[1])


def test_summary_holds_the_figures_of_the_plan(book):
    """By the fixture's working: 40 km, 2 h 26 min, 212.50 CNY and a penalty of 15."""
    figures = {row["figure"]: (row["value"], row["unit"]) for row in rows(book["summary"])}

    assert figures["distance"] == (40, "km")
    assert figures["working time"] == (pytest.approx(2 + 26 / 60), "h")
    assert figures["cost"] == (212.5, "CNY")
    assert figures["penalty of orders not served"] == (15, "CNY")
    assert figures["orders not served"][0] == 2


def test_routes_are_numbers_in_units_that_the_headers_name(book):
    """The van: 20 km, 35 min, 37 CNY, 500 of 500 kg, away from 07:06 to 07:41."""
    van = rows(book["routes"])[0]

    assert (van["vehicle"], van["stops"], van["distance (km)"], van["working time (min)"]) == ("van#1", 2, 20, 35)
    assert (van["cost (CNY)"], van["fullest (%)"], van["weight (kg)"]) == (37, 100, 500)
    assert van["leaves"] == dt.timedelta(hours=7, minutes=6)


def test_named_dimensions_have_columns_of_their_own(book):
    """A dimension may be called like any other column, so the header says that it is a load."""
    assert rows(book["routes"])[1]["pallets (load)"] == 4


def test_clock_times_are_excel_times(book):
    """Fractions of a day, shown as hours, so that they sort and subtract; T begins at 06:00."""
    stops = book["stops"]
    (column,) = [cell.column for cell in stops[1] if cell.value == "begins"]
    row = next(row[0].row for row in stops.iter_rows(min_row=2) if row[2].value == "T")

    assert stops.cell(row, column).number_format == "[hh]:mm"
    assert stops.cell(row, column).value == dt.timedelta(hours=6)


def test_times_after_midnight_count_on(night_plan, tmp_path):
    """A is reached at 00:00 of the next day: 24:00 in the workbook, 00:00+1 in CSV."""
    write_tables(night_plan, tmp_path / "a.xlsx")
    write_tables(night_plan, tmp_path / "csv")

    arrives = rows(openpyxl.load_workbook(tmp_path / "a.xlsx")["stops"])[0]["arrives"]
    assert arrives == dt.timedelta(hours=24)
    assert csv_rows(tmp_path / "csv/stops.csv")[0]["arrives"] == "00:00+1"


def test_unserved_orders_say_why(book):
    """The code for programs, its meaning and the figures for people."""
    left = rows(book["unserved"])

    assert [(row["order"], row["reason"], row["meaning"]) for row in left] == [
        ("U", "too_big", "too big for every vehicle"),
        ("W", "not_worth_it", "its penalty costs less than serving it")]
    assert [row["penalty (CNY)"] for row in left] == [None, 15]


def test_no_cell_of_a_workbook_is_a_formula(nasty_plan, nasty_texts, tmp_path):
    """Every text, headers too, is stored as text, marked so for whoever edits it, and comes back as it was."""
    write_tables(nasty_plan, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert all(cell.quotePrefix for cell in cells if cell.data_type == "s")
    assert [row["order"] for row in rows(book["stops"])] == [plain_text(text) for text in nasty_texts]
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        assert not [name for name in parts.namelist() if b"<f>" in parts.read(name)]


def test_no_cell_of_a_csv_file_starts_a_formula(nasty_plan, nasty_texts, tmp_path):
    """Headers too; and the documented rule gives the texts back, telephone numbers and all."""
    write_tables(nasty_plan, tmp_path / "csv")

    for name in NAMES:
        with (tmp_path / f"csv/{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
    assert [restore_cell(row["order"]) for row in csv_rows(tmp_path / "csv/stops.csv")] == [
        plain_text(text) for text in nasty_texts]


def test_csv_and_workbook_hold_the_same(mixed_plan, book, tmp_path):
    """Same headers, same count of rows; CSV opens in Excel as UTF-8 because of its mark."""
    write_tables(mixed_plan, tmp_path / "out")

    for name in NAMES:
        read = csv_rows(tmp_path / f"out/{name}.csv")
        assert [list(row) for row in read] == [list(row) for row in rows(book[name])]
        assert (tmp_path / f"out/{name}.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("name", ["plan.csv", "plan.xls", "plan.ods"])
def test_other_endings_are_refused_with_the_way_out(mixed_plan, tmp_path, name):
    """A single .csv cannot hold four tables, and .xls is another format."""
    with pytest.raises(ValueError, match=r"plan\.xlsx"):
        write_tables(mixed_plan, tmp_path / name)


def test_breaks_stand_beside_the_route_and_on_the_drivers_sheet(night_plan):
    """A pause of 20 minutes on the way home; the sheet tells it with the last stop."""
    pause = Pause(parse_clock("03:00+1"), parse_clock("03:20+1"))
    route = dataclasses.replace(night_plan.routes[0], pauses=(pause,))
    plan = dataclasses.replace(night_plan, routes=(route,))

    assert plan.to_frames().routes["breaks"].tolist() == ["03:00+1-03:20+1"]
    assert [_pauses(route, stop, "zh") for stop in range(1, len(route.visits) + 1)][-1] == ["休息 03:00+1–03:20+1"]
    assert Plan.from_dict(plan.to_dict(), plan.problem) == plan
