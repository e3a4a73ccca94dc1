"""A table as text cells, before anything is believed: read from CSV or Excel, or taken from a frame.

Between reading and checking, headers can be renamed and cells repaired: both are functions from `TextTable` to
`TextTable`. What the columns mean is not known here. A cell loses surrounding blanks; a blank cell is the empty text.
"""

from __future__ import annotations

import csv
import io
import math
import numbers
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from gisdata.clock import END_OF_TIME_S, format_clock
from gisdata.content import read_text
from gisdata.errors import InputFileError, UnknownNameError
from gisdata.faultlog import FaultLog
from gisdata.workbook import MOST_COLUMNS, MOST_ROWS, SheetCells

if TYPE_CHECKING:
    import pandas as pd

    from gisdata.schema import Column

_SHOWN_HEADERS = 30
_SHOWN_LETTERS = 40
_LINES_LOOKED_AT = 20
_SEPARATORS = ",;\t|"
_NUMBERS = (float, int, np.number)

FindHeader = Callable[[Sequence[Sequence[str]]], tuple[int, int, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class TextTable:
    """Cells as text, by column, and where each record stands in its file.

    Parameters
    ----------
    file : str
        Where it comes from, as the person who gave it calls it.
    columns : mapping of str to list of str
        Cells by header, all lists of one length.
    rows : sequence of int or str
        What the reader of the file calls each record: row number, feature number, index label.
    sheet : str
        Sheet or layer; empty if the file has none.
    header_row : int, optional
        Row number of the header.
    faults : FaultLog
        What was found wrong while reading; the check adds to it.
    unread : frozenset of (int, str)
        Position and header of cells that are blank here because they could not be read, which is among the faults.
    places : mapping of str to int
        Place of each column in its sheet, from 0; empty where a file has no such order.
    names : mapping of str to str
        What the file calls a column that has another header here; faults say that name.
    """

    file: str
    columns: Mapping[str, list[str]]
    rows: Sequence[int | str]
    sheet: str = ""
    header_row: int | None = None
    faults: FaultLog = field(default_factory=FaultLog)
    unread: frozenset[tuple[int, str]] = frozenset()
    places: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


def read_csv(path: str | os.PathLike[str], find: FindHeader | None = None) -> TextTable:
    """Read a CSV file as text. The separator is the one of comma, semicolon, tab and bar that the header has most of.

    Parameters
    ----------
    path : path-like
        Text in UTF-8, UTF-16 with its mark, or GB18030.
    find : callable, optional
        As for `table_of_records`.

    Returns
    -------
    TextTable
        Row numbers are those of a spreadsheet: the first row is 1, a quoted cell of several lines is one row.

    Raises
    ------
    InputFileError
        If the text cannot be decoded, a quotation mark is not closed, or there are too many rows or columns.
    """
    text = read_text(path)
    filled = (re.sub('"[^"]*"', "", line) for line in io.StringIO(text, newline="") if line.strip())
    first = next((line for line in islice(filled, _LINES_LOOKED_AT) if any(mark in line for mark in _SEPARATORS)), "")
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        records = list(reader)
    except csv.Error as error:
        raise InputFileError(f"{os.fspath(path)}: line {reader.line_num}: {error}. "
                             "A quotation mark may be missing; save the file again from a spreadsheet.") from None
    table = table_of_records(os.fspath(path), "", range(1, len(records) + 1), records, find)
    last = records[-1] if records else []
    if table.rows and not text.endswith(("\n", "\r")) and len(last) < len(table.columns):
        table.faults.add("cut", "is cut off: the file ends in the middle of a row", "Copy or save the file again.",
                         at=len(table.rows) - 1, value=separator.join(last))
    return table


def table_of_sheet(path: str | os.PathLike[str], cells: SheetCells, find: FindHeader | None = None) -> TextTable:
    """Return a sheet of a workbook as a table.

    Parameters
    ----------
    path : path-like
        The workbook.
    cells : SheetCells
        Its sheet.
    find : callable, optional
        As for `table_of_records`.

    Returns
    -------
    TextTable
        Row numbers as Excel shows them.
    """
    table = table_of_records(os.fspath(path), cells.name, cells.numbers, cells.records, find)
    rows = {number: at for at, number in enumerate(table.rows)}
    headers = {place: header for header, place in table.places.items()}
    uncomputed = [(rows[number], headers[column]) for number, column in cells.uncomputed
                  if number in rows and column in headers]
    for at, header in uncomputed:
        table.faults.add("uncomputed", "is a formula without a value", "Open the file in Excel and save it.",
                         at=at, column=header)
    return replace(table, unread=frozenset(uncomputed))


def table_of_records(file: str, sheet: str, row_numbers: Sequence[int], records: Sequence[list[str]],
                     find: FindHeader | None = None) -> TextTable:
    """Return the table of the records below a header.

    Parameters
    ----------
    file, sheet : str
        Where the records come from.
    row_numbers : sequence of int
        Row number of each record.
    records : sequence of list of str
        Cells; a short record ends in blank cells.
    find : callable, optional
        Gives position, rows and names of the header from the records that are not blank; without it the first of them
        is the header.

    Returns
    -------
    TextTable
        Without blank records. Repeated headers, and cells beyond the header, are noted as faults.

    Raises
    ------
    InputFileError
        If there are too many rows or columns.
    """
    numbered = zip(row_numbers, records, strict=True)
    kept = [(number, record) for number, record in numbered if any(map(str.strip, record))]
    if not kept:
        return TextTable(file, {}, (), sheet)
    top = [record for _, record in kept[:_LINES_LOOKED_AT]]
    first, depth, header = (0, 1, top[0]) if find is None else find(top)
    header_row, body = kept[first + depth - 1][0], kept[first + depth:]
    width = len(header)
    if width > MOST_COLUMNS or len(body) > MOST_ROWS:
        raise InputFileError(f"{file}: {len(body):,} rows of {width:,} columns; at most {MOST_ROWS:,} rows of "
                             f"{MOST_COLUMNS:,} columns are read. Split the file.")
    faults = FaultLog()
    for at, (_, record) in enumerate(body):
        if any(map(str.strip, record[width:])):
            faults.add("surplus", f"has {len(record)} cells, the header has {width}",
                       "Quote the text that holds the separator.", at=at, value=record[-1])
    columns: dict[str, list[str]] = {}
    places: dict[str, int] = {}
    whole = (record if len(record) >= width else [*record, *[""] * (width - len(record))] for _, record in body)
    transposed = list(zip(*whole, strict=False)) or [()] * width
    for place, name in enumerate(map(str.strip, header)):
        cells = list(map(str.strip, transposed[place]))
        if name in columns:
            faults.add("twice", f"two columns have this header (column {place + 1} again)", "Remove or rename one.",
                       column=name)
        elif name or any(cells):
            columns[name or f"column {place + 1}"] = cells
            places[name or f"column {place + 1}"] = place
    return TextTable(file, columns, [number for number, _ in body], sheet, header_row, faults, places=places)


def renamed(table: TextTable, headers: Mapping[str, str]) -> TextTable:
    """Return the table with other headers.

    Parameters
    ----------
    table : TextTable
        Any table.
    headers : mapping of str to str
        New header by header, such as ``{"weight": "weight_kg"}``.

    Returns
    -------
    TextTable
        Same cells.

    Raises
    ------
    UnknownNameError
        If a header to be renamed does not exist, or two columns would get one header.
    """
    absent = [name for name in headers if name not in table.columns]
    if absent:
        raise UnknownNameError(f"{table.file}: columns= names {', '.join(map(repr, absent))}, but the file has: "
                               f"{listed_headers(table)}")
    columns = {headers.get(name, name): cells for name, cells in table.columns.items()}
    if len(columns) < len(table.columns):
        raise UnknownNameError(f"{table.file}: columns= would give two columns one header")
    return replace(
        table, columns=columns, unread=frozenset((at, headers.get(name, name)) for at, name in table.unread),
        places={headers.get(name, name): place for name, place in table.places.items()},
        names={headers.get(name, name): table.names.get(name, name) for name in table.columns},
    )


def listed_headers(table: TextTable) -> str:
    """Return the headers of a table for a message: at most thirty, none of them long or with control characters.

    Parameters
    ----------
    table : TextTable
        Any table.

    Returns
    -------
    str
        Headers with commas between them.
    """
    shown = [header if header.isprintable() and len(header) <= _SHOWN_LETTERS else repr(header[:_SHOWN_LETTERS])
             for header in islice(table.columns, _SHOWN_HEADERS)]
    return ", ".join(shown) + (", ..." if len(table.columns) > _SHOWN_HEADERS else "")


def table_of_frame(frame: pd.DataFrame, name: str, column_of: Callable[[str], Column | None]) -> TextTable:
    """Return the cells of a frame as the text that a file would hold.

    Parameters
    ----------
    frame : DataFrame
        Text and typed columns alike; whole numbers in a clock column are seconds.
    name : str
        What to call the table in messages.
    column_of : callable
        Gives the column of the schema for a header, None for a header it does not know.

    Returns
    -------
    TextTable
        Rows are called by their index labels. Headers that are not text are left out.
    """
    table = TextTable(name, {}, [int(x) if isinstance(x, numbers.Integral) else str(x) for x in frame.index])
    columns: dict[str, list[str]] = {}
    for place, header in enumerate(frame.columns):
        cells = frame.iloc[:, place]
        if header in columns:
            table.faults.add("twice", "two columns have this header", "Remove or rename one.", column=header)
        elif isinstance(header, str) and cells.dtype != "geometry":
            columns[header] = texts(cells.tolist(), column_of(header))
    return replace(table, columns=columns)


def texts(values: Iterable[object], column: Column | None) -> list[str]:
    """Return values of any type as the text that a file would hold; None, NaN and NaT as blanks.

    Parameters
    ----------
    values : iterable
        Cells.
    column : Column, optional
        What the column means: in a clock column whole numbers are seconds; infinity is blank where it means no limit.

    Returns
    -------
    list of str
        Without surrounding blanks.
    """
    kind = column.kind if column is not None else "text"
    no_limit = column is not None and column.default == math.inf
    if kind in ("number", "whole"):  # the common case, quickly
        return [repr(value) if type(value) is float and abs(value) < math.inf
                else _text(value, clock=False, no_limit=no_limit) for value in values]
    return [_text(value, clock=kind == "clock", no_limit=no_limit) for value in values]


def _text(value: object, *, clock: bool, no_limit: bool) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, _NUMBERS) and not isinstance(value, bool):
        return _number_text(value, clock=clock, no_limit=no_limit)
    if value is None or type(value).__name__ in ("NaTType", "NAType"):
        return ""
    if isinstance(value, time):
        return value.isoformat(timespec="seconds")
    if isinstance(value, timedelta):
        return format_clock(round(value / timedelta(seconds=1))) if value >= timedelta(0) else str(value)
    return str(value)


def _number_text(value: float | np.number, *, clock: bool, no_limit: bool) -> str:
    try:
        number = float(value)
    except (OverflowError, TypeError):
        return f"{type(value).__name__} beyond the range of numbers"
    if not math.isfinite(number):
        return "" if math.isnan(number) or (no_limit and number > 0) else str(number)
    whole = number.is_integer()
    if clock and whole and 0 <= number <= END_OF_TIME_S:
        return format_clock(int(number))
    if isinstance(value, int | np.integer):
        return str(int(value))
    return str(int(number)) if whole and abs(number) < 1e15 else repr(number)
