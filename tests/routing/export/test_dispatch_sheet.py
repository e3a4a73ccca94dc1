"""The dispatch sheet: what it says in two languages, and what a program that reads it back can rely on."""

import dataclasses
import datetime as dt

import openpyxl
import pandas as pd
import pytest

from gisdata.escape import plain_text
from routing.errors import ProblemError
from routing.export import write_dispatch_sheet
from routing.export.dispatch_sheet import FIRST_ROW, KEY_ROW, KEYS, LABEL_ROW, METADATA, METADATA_SHEET

TITLES = {"zh": ["汇总", "派车单"], "en": ["summary", "dispatch"]}


@pytest.fixture(scope="module", params=["zh", "en"])
def book(request, mixed_plan, tmp_path_factory):
    """`mixed_plan` in both languages."""
    path = tmp_path_factory.mktemp("派车 out") / "派车单.xlsx"
    write_dispatch_sheet(mixed_plan, path, request.param, plan_file="out/日.plan")
    return openpyxl.load_workbook(path)


def clock(hours, minutes=0):
    return dt.timedelta(hours=hours, minutes=minutes)


def metadata(book):
    return {row[0]: row[1] for row in book[METADATA_SHEET].iter_rows(max_col=2, max_row=len(METADATA),
                                                                    values_only=True)}


def table(book):
    """Return the rows of the stops by key, as a reader finds them: by metadata and hidden keys."""
    sheet = book[metadata(book)["table"]]
    keys = [cell.value for cell in sheet[KEY_ROW]]
    return [dict(zip(keys, row, strict=True)) for row in sheet.iter_rows(min_row=FIRST_ROW, values_only=True)]


def test_sheets_are_named_in_the_language(book):
    """Two for people, and one that no dispatcher sees."""
    assert book.sheetnames == [*TITLES[metadata(book)["language"]], METADATA_SHEET]
    assert book[METADATA_SHEET].sheet_state == "veryHidden"


def test_metadata_names_the_plan(book, mixed_plan):
    """Digest of plan and problem, the file it was saved in, the day."""
    said = metadata(book)

    assert tuple(said) == METADATA
    assert (said["plan_digest"], said["problem_digest"]) == (mixed_plan.digest, mixed_plan.problem.digest)
    assert (said["plan_file"], said["day"]) == ("日.plan", "2026-01-05")


def test_keys_are_the_same_in_every_language(book):
    """Hidden row 1 has them, row 2 the labels."""
    sheet = book[metadata(book)["table"]]

    assert [cell.value for cell in sheet[KEY_ROW]] == [*KEYS, "demand_pallets", "km", "note"]
    assert sheet.row_dimensions[KEY_ROW].hidden
    assert not sheet.row_dimensions[LABEL_ROW].hidden


def test_stops_stand_vehicle_by_vehicle_with_orders_left_out_at_the_end(book):
    """As the fixture says: the van serves P and Q, the reefer T and R; U and W stay."""
    assert [(row["vehicle"], row["stop"], row["order"]) for row in table(book)] == [
        ("van#1", 1, "P"), ("van#1", 2, "Q"), ("reefer#1", 1, "T"), ("reefer#1", 2, "R"), (None, None, "U"),
        (None, None, "W")]


def test_stop_says_when_what_and_how_far(book):
    """R by the fixture's working: arrives 06:29, waits 31 min for 07:00, leaves 07:30; 6 km from T; 1,500 kg."""
    row = table(book)[3]

    assert (row["arrival"], row["begin"], row["end"]) == (clock(6, 29), clock(7), clock(7, 30))
    assert (row["window_begin"], row["window_end"]) == (clock(7), clock(9))
    assert (row["weight_kg"], row["demand_pallets"], row["km"], row["volume_m3"]) == (1500, 2, 6, None)
    assert "31" in row["note"]
    assert "cold" in row["note"]


def test_order_left_out_says_why(book):
    """In the words of the language, with the figures of the plan."""
    why = {"zh": "未安排：超出所有车辆的装载能力（9,000 kg; the reefer carries 5,000 kg）",
           "en": "not served: too big for every vehicle: 9,000 kg; the reefer carries 5,000 kg"}

    assert table(book)[4]["note"] == why[metadata(book)["language"]]


def test_vehicle_can_be_picked_from_all_there_are(book):
    """The unused van too; another name is warned of, not forbidden."""
    sheet = book[metadata(book)["table"]]
    (choice,) = sheet.data_validations.dataValidation

    assert str(choice.sqref) == f"A{FIRST_ROW}:A{FIRST_ROW + 5}"
    assert choice.formula1 == f"'{METADATA_SHEET}'!$D$2:$D$4"
    assert [cell.value for (cell,) in book[METADATA_SHEET]["D1:D4"]] == ["vehicles", "van#1", "van#2", "reefer#1"]
    assert choice.errorStyle == "warning"


def test_table_is_plain_and_prints_on_a4(book):
    """No merged cell, a filter over all rows, header fixed and repeated, as wide as a landscape page."""
    sheet = book[metadata(book)["table"]]

    assert not sheet.merged_cells.ranges
    assert sheet.auto_filter.ref == f"A{LABEL_ROW}:P{sheet.max_row}"
    assert sheet.freeze_panes == f"D{FIRST_ROW}"
    assert (sheet.print_title_rows, sheet.page_setup.orientation) == (f"${LABEL_ROW}:${LABEL_ROW}", "landscape")
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (
        9, 0, True)


def test_blocks_of_vehicles_differ_in_ground(book):
    """Neighbouring vehicles are told apart on paper; all rows of one vehicle look alike."""
    sheet = book[metadata(book)["table"]]
    grounds = [sheet.cell(row, 3).fill.fgColor.rgb for row in range(FIRST_ROW, FIRST_ROW + 4)]

    assert grounds[0] == grounds[1] != grounds[2] == grounds[3]


def test_summary_has_one_row_a_vehicle(book):
    """The van: 07:06 to 07:41, 2 stops, 20 km, 500 of 500 kg, 37 CNY."""
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    van = next(row for row in rows if row[0] == "van#1")

    assert van == ("van#1", "van", None, "N", clock(7, 6), clock(7, 41), 2, 20, None, 500, 100, 37)


def test_every_label_is_there_in_chinese(mixed_plan, tmp_path):
    """No English word in the Chinese table but what comes from the plan."""
    write_dispatch_sheet(mixed_plan, tmp_path / "a.xlsx", "zh")
    labels = [cell.value for cell in openpyxl.load_workbook(tmp_path / "a.xlsx")["派车单"][LABEL_ROW]]

    assert [text for text in labels if text.isascii()] == ["pallets"]


def test_text_is_never_a_formula(nasty_plan, tmp_path):
    """Ids and names that begin like formulas are kept as text, in all sheets."""
    write_dispatch_sheet(nasty_plan, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")

    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert [row["order"] for row in table(book)] == [plain_text(order.id) for order in nasty_plan.problem.orders]


def test_personal_columns_come_only_when_named(mixed_plan, tmp_path):
    """A phone in the table of orders stays there; asked for by name it is text with all its digits."""
    orders = pd.DataFrame({"id": ["P", "Q"], "phone": [13812345678.0, None], "id_card": ["11010519491231002X", ""]})
    write_dispatch_sheet(mixed_plan, tmp_path / "without.xlsx", orders=orders)
    write_dispatch_sheet(mixed_plan, tmp_path / "with.xlsx", orders=orders, columns=["phone"])
    without, with_phone = (table(openpyxl.load_workbook(tmp_path / f"{name}.xlsx")) for name in ("without", "with"))

    assert not [value for row in without for value in row.values() if "138" in str(value)]
    assert [row["extra_phone"] for row in with_phone[:2]] == ["13812345678", None]
    assert "extra_id_card" not in with_phone[0]


@pytest.mark.parametrize(("orders", "said"), [(None, "orders="), (pd.DataFrame({"id": ["P"]}), "lacks phone")])
def test_column_that_is_not_there_is_named(mixed_plan, tmp_path, orders, said):
    """Nothing is written."""
    with pytest.raises(ProblemError, match=said):
        write_dispatch_sheet(mixed_plan, tmp_path / "a.xlsx", orders=orders, columns=["phone"])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("name", "language", "said"), [("a.csv", "zh", r"write a\.xlsx"), ("a.xlsx", "de", "zh")])
def test_other_formats_and_languages_are_refused(mixed_plan, tmp_path, name, language, said):
    """The message says what there is."""
    with pytest.raises(ValueError, match=said):
        write_dispatch_sheet(mixed_plan, tmp_path / name, language)
    assert not list(tmp_path.iterdir())


def test_locked_stops_are_marked(mixed_plan, tmp_path):
    """By order or by vehicle, so that a dispatcher knows what was promised."""
    write_dispatch_sheet(dataclasses.replace(mixed_plan, locked=frozenset({"P", "reefer#1"})), tmp_path / "a.xlsx")
    rows = table(openpyxl.load_workbook(tmp_path / "a.xlsx"))

    assert [row["order"] for row in rows if "已锁定" in (row["note"] or "")] == ["P", "T", "R"]


def test_times_after_midnight_count_on(night_plan, tmp_path):
    """B is served at 02:00 of the next day: 26 hours."""
    write_dispatch_sheet(night_plan, tmp_path / "a.xlsx")

    assert table(openpyxl.load_workbook(tmp_path / "a.xlsx"))[1]["begin"] == clock(26)
