"""The command `routebook audit`: an edited sheet is judged cell by cell, and the exit code says what came of it."""

import pytest
from openpyxl import load_workbook

import routing
from routing.cli import FINE, INPUT, VIOLATIONS, main
from routing.export import write_dispatch_sheet


@pytest.fixture
def files(mixed_plan, tmp_path):
    """A plan file and the dispatch sheet written from it; R stands in row 6 of the sheet."""
    plan, sheet = tmp_path / "mixed day.plan", tmp_path / "派车单.xlsx"
    routing.save_plan(mixed_plan, plan)
    write_dispatch_sheet(mixed_plan, sheet)
    return plan, sheet


def _run(capsys, *words):
    code = main(["audit", *map(str, words)])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_sheet_that_nobody_edited_is_fine(files, capsys):
    """Exit 0, and the figures of the plan."""
    plan, sheet = files

    code, out, err = _run(capsys, sheet, "--plan", plan)

    assert (code, err) == (FINE, "")
    assert "0 violations; 40.0 km, 212.50 CNY (+0.0 km, +0.00 CNY against 212.50)" in out


def test_violations_are_named_with_their_cells(files, capsys):
    """R on a van: exit 5, the cell, what was changed, and what the van lacks."""
    plan, sheet = files
    book = load_workbook(sheet)
    book["派车单"]["A6"].value = "van#1"
    book.save(sheet)

    code, out, _ = _run(capsys, sheet, "--plan", plan)

    assert code == VIOLATIONS
    assert "change: 派车单!A6: order 'R', vehicle reefer#1 -> van#1" in out
    assert "violation: 派车单!A6: skills" in out
    assert "violation: 派车单!A6: capacity" in out


def test_a_table_made_by_hand_is_compared_with_the_plan(files, capsys, tmp_path):
    """It leaves out four orders: they are violations, though nothing stands in a cell."""
    table = tmp_path / "by hand.csv"
    table.write_text("vehicle,order\nvan#1,P\nvan#1,Q\n", encoding="utf-8")

    code, out, _ = _run(capsys, table, "--plan", files[0], "--by-hand")

    assert code == VIOLATIONS
    assert out.count("not in the sheet: coverage") == 4


@pytest.mark.parametrize("content", [b"", b"vehicle,order\n", b"PK\x03\x04 broken"])
def test_an_unreadable_sheet_is_an_input_fault(files, capsys, content):
    """Exit 2 and one message, no traceback."""
    plan, sheet = files
    sheet.write_bytes(content)

    code, _, err = _run(capsys, sheet, "--plan", plan)

    assert code == INPUT
    assert "派车单.xlsx" in err
    assert "Traceback" not in err
