"""A dispatch sheet edited in a spreadsheet and read back: each planted violation with its cell, and the cost."""

import pytest
from openpyxl import load_workbook

from gisdata.errors import InputFileError, TableError
from routing.audit import audit_table, read_dispatch_sheet
from routing.errors import ProblemError
from routing.export.dispatch_sheet import FIRST_ROW, KEY_ROW, write_dispatch_sheet


@pytest.fixture
def edited(mixed_plan, tmp_path):
    """Write the sheet, set cells given as {(order, key): value}, and read it back; also give the cells' names."""

    def edit(values, plan=mixed_plan, language="zh", change=None):
        path = tmp_path / "派车单 edited.xlsx"
        write_dispatch_sheet(plan, path, language)
        book = load_workbook(path)
        sheet = book.worksheets[1]
        keys = {cell.value: cell.column_letter for cell in sheet[KEY_ROW]}
        rows = {sheet[f"{keys['order']}{row}"].value: row for row in range(FIRST_ROW, sheet.max_row + 1)}
        names = {}
        for (order, key), value in values.items():
            names[order, key] = f"{sheet.title}!{keys[key]}{rows[order]}"
            sheet[f"{keys[key]}{rows[order]}"].value = value
        if change:
            change(sheet, rows)
        book.save(path)
        return read_dispatch_sheet(path, plan), names

    return edit


def _found(audit):
    return {(found.violation.rule, found.cell) for found in audit.violations}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sheet_that_nobody_edited_says_what_the_plan_says(edited, mixed_plan, language):
    """The same plan, no change, no violation, no difference."""
    audit, _ = edited({}, language=language)

    assert (audit.plan, audit.changes, audit.violations, audit.cost_change) == (mixed_plan, (), (), 0)


def test_a_changed_vehicle_and_a_changed_order_are_judged_at_their_cells(edited, mixed_plan):
    """Q rides on the reefer, after the two that now come in each other's place.

    R before T makes T late (due 06:00 sharp): the cell of T's stop. Q joins the reefer as its last stop, which is free
    of faults, so only its change is listed. The cost is that of the same two edits in a notebook.
    """
    audit, cells = edited({("R", "stop"): 1, ("T", "stop"): 2, ("Q", "vehicle"): "reefer#1", ("Q", "stop"): 3})
    by_hand = mixed_plan.swap("T", "R").move("Q", "reefer#1", 3)

    assert _found(audit) == {("time_window", cells["T", "stop"])}
    assert {change.cell for change in audit.changes} == set(cells.values())
    assert audit.plan.routes == by_hand.routes
    assert audit.cost_change == by_hand.cost - mixed_plan.cost


def test_each_planted_violation_is_named_with_its_cell(edited, mixed_plan):
    """R on a van: no cold, too heavy, at the cell of its vehicle. Q on a van that does not exist: at its own."""
    audit, cells = edited({("R", "vehicle"): "van#1", ("R", "stop"): 2, ("Q", "vehicle"): "van#9"})

    assert _found(audit) == {("skills", cells["R", "vehicle"]), ("capacity", cells["R", "vehicle"]),
                             ("fleet", cells["Q", "vehicle"])}
    assert all(found.cell in str(found) for found in audit.violations)


@pytest.mark.parametrize(("order", "vehicle", "stop"), [("P", "van#2", 1), ("R", "van#1", 2), ("Q", "reefer#1", 1)])
def test_the_cost_difference_is_that_of_move(edited, mixed_plan, order, vehicle, stop):
    """One vehicle cell and its stop."""
    audit, _ = edited({(order, "vehicle"): vehicle, (order, "stop"): stop})
    moved = mixed_plan.move(order, vehicle, stop)

    assert audit.cost_change == moved.cost - mixed_plan.cost
    assert audit.plan.routes == moved.routes
    assert audit.plan.unserved == moved.unserved


def test_an_order_left_out_and_one_taken_in(edited, mixed_plan):
    """Q's vehicle is blanked: no violation, as it is said; W, left out so far, rides on van#2."""
    audit, cells = edited({("Q", "vehicle"): None, ("W", "vehicle"): "van#2", ("W", "stop"): 1})

    assert [entry.order for entry in audit.plan.unserved] == ["Q", "U"]
    assert audit.plan.route("van#2").orders == ("W",)
    assert _found(audit) == set()
    assert {change.cell for change in audit.changes} == {cells["Q", "vehicle"], cells["W", "vehicle"]}


def test_a_deleted_row_and_a_copied_row_are_violations(edited):
    """T's row goes; P's row now says Q, so that Q is visited twice and P by nobody."""
    audit, _ = edited({}, change=lambda sheet, rows: (
        setattr(sheet.cell(rows["P"], 3), "value", "Q"), sheet.delete_rows(rows["T"])))

    coverage = [found for found in audit.violations if found.violation.rule == "coverage"]
    told = {(found.violation.order, bool(found.cell)) for found in coverage}
    assert told == {("Q", True), ("P", False), ("T", False)}


def test_sorted_rows_change_nothing(edited, mixed_plan):
    """The first and the last stop in each other's row, cell by cell."""
    def exchange(sheet, rows):
        for column in range(1, sheet.max_column + 1):
            one, other = sheet.cell(rows["P"], column), sheet.cell(rows["R"], column)
            one.value, other.value = other.value, one.value

    audit, _ = edited({}, change=exchange)

    assert (audit.plan, audit.changes) == (mixed_plan, ())


def test_a_stop_that_is_no_number_is_refused_with_its_place(edited):
    """The row, the column and the value stand in the message."""
    with pytest.raises(TableError, match=r"row 3.*'stop'.*'first'"):
        edited({("P", "stop"): "first"})


def test_a_formula_that_was_never_computed_is_refused(edited):
    """A stop written as =B4+1 by a program that does not compute: no guess is made of it."""
    with pytest.raises(TableError, match=r"row 3.*'stop'.*formula without a value"):
        edited({("P", "stop"): "=B4+1"})


def test_a_sheet_of_another_plan_is_refused(edited, mixed_plan, tmp_path):
    """It says so by the digest of its plan."""
    edited({})
    with pytest.raises(ProblemError, match="another plan"):
        read_dispatch_sheet(tmp_path / "派车单 edited.xlsx", mixed_plan.move("Q", "van#2"))


def test_what_is_no_dispatch_sheet_is_refused(mixed_plan, two_stop_problem, tmp_path):
    """A text file, and a workbook with its hidden sheet deleted; that one can still be audited as made by hand."""
    text, path = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    text.write_text("vehicle,order", encoding="utf-8")
    write_dispatch_sheet(mixed_plan, path)
    book = load_workbook(path)
    del book["_routebook"]
    book.save(path)

    for file in (text, path):
        with pytest.raises(InputFileError, match="dispatch sheet"):
            read_dispatch_sheet(file, mixed_plan)
    assert audit_table(path, mixed_plan.problem, mixed_plan, "派车单").cost_change == 0
