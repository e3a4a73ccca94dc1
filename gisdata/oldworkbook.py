"""Read the cells of an old Excel workbook (.xls) as text, through xlrd, into the same form as a new one.

Times come out as clock text, dates as ISO 8601; a formula counts as the value last computed.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gisdata.content import MOST_TEXT_BYTES
from gisdata.errors import InputFileError, UnknownNameError
from gisdata.workbook import MOST_COLUMNS, SheetCells, candidates, the_sheet, time_text

if TYPE_CHECKING:
    import xlrd

_TEXT, _NUMBER, _DATE, _YES_NO, _ERROR = 1, 2, 3, 4, 5


def read_old_sheet(path: str | os.PathLike[str], sheet: str | None, likely: Sequence[str] = (),
                   fits: Callable[[Sequence[Sequence[str]]], bool] | None = None) -> SheetCells:
    """Return the cells of one sheet.

    Parameters
    ----------
    path : path-like
        A workbook, judged to be one by `gisdata.content.kind_of`.
    sheet : str, optional
        Its name.
    likely : sequence of str
        As for `gisdata.workbook.read_sheet`.
    fits : callable, optional
        As for `gisdata.workbook.read_sheet`.

    Returns
    -------
    SheetCells
        Text of every filled cell.

    Raises
    ------
    InputFileError
        If the workbook is damaged or too large.
    UnknownNameError
        If there is no such sheet, or no telling which one is meant.
    """
    import xlrd

    file = os.fspath(path)
    if Path(path).stat().st_size > MOST_TEXT_BYTES:
        raise InputFileError(f"{file}: at most {MOST_TEXT_BYTES / 2**20:,.0f} MiB are read. Save it as .xlsx.")
    try:
        book = xlrd.open_workbook(file, on_demand=True, logfile=io.StringIO())
        hidden = {name for at, name in enumerate(book.sheet_names()) if book.sheet_by_index(at).visibility}
        names = candidates(file, tuple(book.sheet_names()), hidden, sheet, likely)
        read = [_cells(book, name) for name in names]
    except (InputFileError, UnknownNameError):
        raise
    except Exception as error:  # noqa: BLE001  (xlrd lets many kinds through from a damaged file)
        remedy = "Save it without a password." if "ncrypt" in str(error) else "Save it as .xlsx."
        raise InputFileError(f"{file}: the old workbook cannot be read ({error}). {remedy}") from None
    return the_sheet(file, read, fits)


def _cells(book: xlrd.Book, name: str) -> SheetCells:
    sheet = book.sheet_by_name(name)
    cells = SheetCells(name)
    epoch = datetime(1904, 1, 1) if book.datemode else datetime(1899, 12, 30)  # noqa: DTZ001  (dates have no zone)
    for row in range(sheet.nrows):
        record = [_text(cell.ctype, cell.value, epoch) for cell in sheet.row(row)[:MOST_COLUMNS]]
        while record and not record[-1]:
            record.pop()
        if record:
            cells.numbers.append(row + 1)
            cells.records.append(record)
    return cells


def _text(kind: int, value: Any, epoch: datetime) -> str:  # noqa: ANN401  (as xlrd gives it)
    """Return a cell as the text that its reader sees."""
    if kind == _NUMBER:
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
    if kind == _DATE:
        return time_text(float(value), epoch)
    if kind == _YES_NO:
        return "true" if value else "false"
    if kind == _ERROR:
        import xlrd

        return str(xlrd.error_text_from_code.get(value, "#N/A"))
    return str(value) if kind == _TEXT else ""
