"""Stops as a table states them, each with the cells it stands in. Whether they make a right plan is not known here.

A table has a row a stop and three columns: vehicle, stop (its place on the route) and order, under English or Chinese
headers, below any titles. A dispatch sheet is laid out as `routing.export.dispatch_sheet` says.
"""

from __future__ import annotations

import math
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gisdata.content import Kind, kind_of, wrong_kind
from gisdata.errors import Fault, InputFileError, MissingColumnError, TableError, UnknownNameError
from gisdata.escape import restore_cell
from gisdata.texttable import read_csv
from gisdata.workbook import SheetCells, read_sheet
from routing.export.dispatch_sheet import FORMAT, METADATA_SHEET, SCHEMA

HEADERS = {
    "vehicle": ("vehicle", "vehicle id", "truck", "van", "route", "车辆", "车号", "车辆编号", "车牌", "车牌号", "线路"),
    "stop": ("stop", "stop number", "sequence", "seq", "position", "顺序", "序号", "站序", "站点顺序", "停靠顺序"),
    "order": ("order", "order id", "订单号", "订单编号", "订单", "运单号", "customer", "客户"),
}
LIKELY_SHEETS = ("stops", "plan", "routes", "派车单", "dispatch", "停靠点")
MOST_ROWS_ABOVE = 30

_NUMBER = re.compile(r"-?\d{1,6}(\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class StatedStop:
    """One row: a vehicle serves an order.

    Parameters
    ----------
    vehicle, order : str
        As written, blanks around them left out; either may name what does not exist. No vehicle: the order is left
        out on purpose.
    stop : float, optional
        Its place on the route, counted from 1; 2.5 is between the second and the third. None: not said.
    cells : mapping of str to str
        Where ``vehicle``, ``stop`` and ``order`` stand, such as ``派车单!B7``.
    """

    vehicle: str
    order: str
    stop: float | None = None
    cells: Mapping[str, str] = field(default_factory=dict)

    def cell(self, name: str) -> str:
        """Return where a field stands; of the order if the table has no such column."""
        return self.cells.get(name) or self.cells.get("order", "")


def read_stops(path: str | os.PathLike[str], sheet: str | None = None) -> tuple[StatedStop, ...]:
    """Read the stops of a plan that somebody made by hand.

    Parameters
    ----------
    path : path-like
        CSV or Excel (.xlsx).
    sheet : str, optional
        Of a workbook; without it the only one, or one that is called like a plan.

    Returns
    -------
    tuple of StatedStop
        In the order of the rows.

    Raises
    ------
    InputFileError, UnknownNameError
        If the file cannot be read, or the sheet found.
    TableError
        If it lacks the column of vehicles or orders, or cells in them are blank or no numbers; all are listed.
    """
    kind = kind_of(path)
    if kind is Kind.CSV:
        table = read_csv(path)
        rows = [[*map(restore_cell, cells)] for cells in zip(*table.columns.values(), strict=True)]
        numbers = [table.header_row or 1, *(int(row) for row in table.rows)]
        return stops_of(os.fspath(path), SheetCells("", numbers, [list(table.columns), *rows]))
    if kind is not Kind.XLSX:
        raise wrong_kind(path, kind, "CSV or Excel (.xlsx)")
    return stops_of(os.fspath(path), read_sheet(path, sheet, LIKELY_SHEETS))


def read_dispatched(path: str | os.PathLike[str]) -> tuple[dict[str, str], tuple[StatedStop, ...]]:
    """Read what a dispatch sheet says of itself, and its stops.

    Parameters
    ----------
    path : path-like
        Workbook that `routing.export.write_dispatch_sheet` wrote, edited or not.

    Returns
    -------
    tuple
        The metadata by key, and the stops in the order of the rows; a row without an order is no stop.

    Raises
    ------
    InputFileError
        If it is no such workbook, is damaged, or is of a later version.
    UnknownNameError
        If the sheet with the stops was renamed or deleted.
    TableError
        As for `read_stops`.
    """
    kind, file = kind_of(path), os.fspath(path)
    if kind is not Kind.XLSX:
        raise wrong_kind(path, kind, "a dispatch sheet (.xlsx)")
    try:
        told = {record[0]: record[1] for record in read_sheet(path, METADATA_SHEET).records if len(record) > 1}
    except UnknownNameError:
        told = {}
    if told.get("format") != FORMAT:
        raise InputFileError(f"{file}: this is no dispatch sheet; its hidden sheet {METADATA_SHEET!r} is missing. Edit "
                             "the workbook that was written; for a plan made by hand use routing.audit.audit_table.")
    if told.get("schema") != SCHEMA:
        raise InputFileError(f"{file}: the dispatch sheet is of version {told.get('schema')!r}, this program reads "
                             f"version {SCHEMA}. Update routebook.")
    return told, stops_of(file, read_sheet(path, told.get("table", "")), dispatched=True)


def stops_of(file: str, cells: SheetCells, *, dispatched: bool = False) -> tuple[StatedStop, ...]:
    """Return the stops that the rows of a sheet state.

    Parameters
    ----------
    file : str
        What to call the file in messages.
    cells : SheetCells
        Of one sheet; the last of the first rows that names vehicle and order is the header.
    dispatched : bool
        Whether the first such row holds keys and the next one labels, and a row without an order is no stop.

    Returns
    -------
    tuple of StatedStop
        In the order of the rows; a row without vehicle, stop and order is no stop.

    Raises
    ------
    TableError
        As for `read_stops`.
    """
    heads = [(at, _columns(record)) for at, record in enumerate(cells.records[:MOST_ROWS_ABOVE])]
    heads = [(at, columns) for at, columns in heads if {"vehicle", "order"} <= columns.keys()]
    if dispatched and heads:
        heads = [(heads[0][0] + 1, heads[0][1])]
    if not heads:
        listed = ", ".join(HEADERS["vehicle"][:1] + HEADERS["order"][:1])
        raise MissingColumnError([Fault(file, f"no row has the headers of a plan: {listed}",
                                        "Give each row a vehicle and an order, and a header above them.", cells.name)])
    at, columns = heads[-1]
    names = {place: name for name, place in columns.items()}
    faults = [Fault(file, "is a formula without a value", "Open the file in Excel and save it.", cells.name, number,
                    names[column]) for number, column in cells.uncomputed if column in names]
    found = []
    for number, record in zip(cells.numbers[at + 1:], cells.records[at + 1:], strict=True):
        values = {name: record[column].strip() if column < len(record) else "" for name, column in columns.items()}
        if values["order"] if dispatched else any(values.values()):
            where = {name: address(cells.name, column, number) for name, column in columns.items()}
            faults += _row_faults(file, cells.name, number, values)
            found.append((values, where))
    if faults:
        raise TableError(faults)
    return tuple(StatedStop(values["vehicle"], values["order"], float(values["stop"]) if values.get("stop") else None,
                            where) for values, where in found)


def ordered(stops: Sequence[StatedStop], before: Mapping[str, tuple[str, int]]) -> dict[str, list[StatedStop]]:
    """Return the stops of each vehicle in the order they are meant.

    What stands where it stood before keeps its order; then each other stop takes the place that its number says, lowest
    number first, as `routing.edit.move` would put it there. A stop without a number comes last.

    Parameters
    ----------
    stops : sequence of StatedStop
        All rows.
    before : mapping of str to (str, int)
        Vehicle and stop of each order before the change; empty for a plan made by hand.

    Returns
    -------
    dict of str to list of StatedStop
        By vehicle, vehicles in the order they first appear; under the empty name those left out.
    """
    routes: dict[str, list[StatedStop]] = {stop.vehicle: [] for stop in stops}
    kept = unchanged(stops, before)
    for stop in sorted(kept, key=lambda stop: stop.stop or 0):
        routes[stop.vehicle].append(stop)
    still = {id(stop) for stop in kept}
    rest = [stop for stop in stops if id(stop) not in still]
    for stop in sorted(rest, key=lambda stop: math.inf if stop.stop is None else stop.stop):
        route = routes[stop.vehicle]
        last = stop.stop is None or not before
        route.insert(len(route) if last else max(0, math.ceil(stop.stop or 0) - 1), stop)
    return routes


def unchanged(stops: Sequence[StatedStop], before: Mapping[str, tuple[str, int]]) -> list[StatedStop]:
    """Return the stops that stand where they stood; of an order stated twice in one place, the first.

    Parameters
    ----------
    stops : sequence of StatedStop
        All rows.
    before : mapping of str to (str, int)
        Vehicle and stop of each order before the change.

    Returns
    -------
    list of StatedStop
        In the order of the rows.
    """
    seen: set[str] = set()
    kept = []
    for stop in stops:
        vehicle, number = before.get(stop.order, (None, 0))
        if stop.order not in seen and stop.vehicle == vehicle and (stop.stop == number or not vehicle):
            seen.add(stop.order)
            kept.append(stop)
    return kept


def address(sheet: str, column: int, row: int) -> str:
    """Return the name of a cell as a spreadsheet writes it.

    Parameters
    ----------
    sheet : str
        Empty in a file without sheets.
    column, row : int
        The column counted from 0, the row from 1.

    Returns
    -------
    str
        With the sheet in quotes where it must be.

    Examples
    --------
    >>> address("派车单", 1, 7), address("van 1", 27, 2), address("", 0, 1)
    ('派车单!B7', "'van 1'!AB2", 'A1')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    quoted = sheet if re.fullmatch(r"[^\W\d]\w*", sheet) else "'" + sheet.replace("'", "''") + "'"
    return f"{quoted}!{letters}{row}" if sheet else f"{letters}{row}"


def _columns(record: Iterable[str]) -> dict[str, int]:
    """Return which column is which, the first of those that fit."""
    words = [re.sub(r"[\s_]+", " ", unicodedata.normalize("NFKC", cell)).strip().casefold() for cell in record]
    places = {name: next((words.index(word) for word in known if word in words), None)
              for name, known in HEADERS.items()}
    return {name: place for name, place in places.items() if place is not None}


def _row_faults(file: str, sheet: str, row: int, values: Mapping[str, str]) -> list[Fault]:
    faults = []
    if not values["order"]:
        faults.append(Fault(file, "is blank", "Name the order, or empty the row.", sheet, row, "order"))
    stop = values.get("stop", "")
    if stop and not _NUMBER.fullmatch(stop):
        faults.append(Fault(file, "is no number of a stop", "Count the stops of a vehicle from 1.", sheet, row, "stop",
                            stop))
    return faults
