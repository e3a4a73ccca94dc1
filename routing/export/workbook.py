"""Write tables as one Excel workbook whose bytes depend on the tables alone. What a plan is, is not known here."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gisdata.escape import plain_text
from gisdata.files import whole_file

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

Kind = Literal["text", "count", "amount", "money", "degrees", "clock"]
Cell = str | int | float | None

DAY_S = 86_400
WIDEST = 48
LONGEST_TEXT = 32_767  # characters; Excel holds no more in a cell
EPOCH = dt.datetime(1980, 1, 1)  # noqa: DTZ001 (zip and workbook dates have no zone)
_FORMATS = {"count": "#,##0", "amount": "#,##0.0##", "money": "#,##0.00", "degrees": "0.000000", "clock": "[hh]:mm"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    header : str
        With its unit in brackets.
    kind : {"text", "count", "amount", "money", "degrees", "clock"}
        How its cells are written; a clock is seconds from midnight of the plan day.
    cells : tuple
        One a row; None is blank.
    """

    header: str
    kind: Kind
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A named table: the columns are of equal length."""

    name: str
    columns: tuple[Column, ...]


def write_workbook(tables: Sequence[Table], path: Path) -> None:
    """Write tables as the sheets of a workbook: a fixed bold header with filters, and widths that fit.

    Parameters
    ----------
    tables : sequence of Table
        A sheet each. Text cells are marked as text, so ``=1+1`` stays what it is; clock times are Excel times.
    path : pathlib.Path
        Where to; written whole or not at all.

    Raises
    ------
    OSError
        If it cannot be written; an old file is then untouched.
    """
    book = new_book()
    for table in tables:
        _fill(book.create_sheet(table.name), table)
    save_book(book, path)


def new_book() -> Workbook:
    """Return a workbook without sheets, with fixed dates."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "routebook"
    book.properties.created = book.properties.modified = EPOCH
    return book


def save_book(book: Workbook, path: Path) -> None:
    """Write a workbook whole or not at all, the same content as the same bytes; raise OSError if that fails."""
    from openpyxl.writer.excel import ExcelWriter

    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w") as archive:
            ExcelWriter(book, archive).save()
        with whole_file(path) as temporary:
            _copy_undated(buffer, temporary)


def _fill(sheet: Worksheet, table: Table) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    rows = len(table.columns[0].cells)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{rows + 1}"
    bold, tint = Font(bold=True), PatternFill("solid", fgColor="E6F0F7")
    for number, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column_width(column)
        set_cell(sheet, 1, number, column.header, "text")
        head = sheet.cell(1, number)
        head.font, head.fill = bold, tint
        for row, value in enumerate(column.cells, start=2):
            set_cell(sheet, row, number, value, column.kind)


def set_cell(sheet: Worksheet, row: int, number: int, value: Cell, kind: Kind) -> None:
    """Fill a cell by its kind: text is never a formula, clock times are Excel times, None stays blank."""
    if value is None:
        return
    cell = sheet.cell(row, number)
    if isinstance(value, str):
        cell.value = plain_text(value)[:LONGEST_TEXT]
        cell.data_type = "s"  # openpyxl takes text that begins with = for a formula
        cell.quotePrefix = True
    else:
        cell.value = value / DAY_S if kind == "clock" else value
        cell.number_format = _FORMATS["count" if kind == "amount" and float(value).is_integer() else kind]


def column_width(column: Column) -> float:
    """Return a width in characters that shows the header and most cells; a Chinese character takes two."""
    longest = max((_characters(cell) if isinstance(cell, str) else 9 for cell in column.cells), default=0)
    return float(min(WIDEST, max(longest, _characters(column.header) + 3) + 2))


def _characters(text: str) -> int:
    return sum(1 + (ord(character) > 0x2E7F) for character in text)


def _copy_undated(buffer: io.BytesIO, path: Path) -> None:
    """Copy a zip with the same date on every part, so that the same content gives the same bytes."""
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            part = zipfile.ZipInfo(name, EPOCH.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            target.writestr(part, source.read(name))
