"""Check a table of text cells against its schema: every fault is found, then one error is raised.

Order: headers, cells (pydantic, in stretches of records), then what must hold between cells and between records. Times
come out as seconds from midnight of the plan day, positions as degrees of WGS 84.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from gisdata.headers import check_headers
from gisdata.kinds import columns_model, number_or_nan, words_for
from gisdata.schema import Column, Schema
from gisdata.texttable import TextTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

STRETCH = 10_000
_COSTS = ("fixed_cost", "cost_per_km", "cost_per_hour")
_NEAR_DEGREES = 2.0
_FAR_DEGREES = 10.0
_FEWEST_FOR_A_MAJORITY = 5


def check(table: TextTable, schema: Schema, *, may_be_empty: bool = False) -> pd.DataFrame:
    """Return the checked columns of a table: those of the schema, complete, then those of its pattern.

    Parameters
    ----------
    table : TextTable
        Cells as text.
    schema : Schema
        What they should be.
    may_be_empty : bool
        Whether a table without records will do.

    Returns
    -------
    DataFrame
        One row a record. Numbers are float64, clock times int64 seconds, yes and no bool, the rest text; blank cells
        have the default of their column. Columns that the schema does not know are not in it.

    Raises
    ------
    TableError
        With all faults; `MissingColumnError` if a required column is missing.
    """
    if not table.columns or not (table.rows or may_be_empty):
        table.faults.add("empty", "the table has a header but no rows" if table.columns else "the file is empty",
                         f"It should hold one row for each of the {schema.name}, under a header.")
        if not table.columns:
            _fail(table, schema)
    check_headers(table, schema)
    known = {name: cells for name, cells in table.columns.items() if schema.column(name) is not None}
    repeated = _note_repeated_headers(table, known)
    _note_blanks(table, schema, known, repeated)
    values = _values(table, schema, known, repeated)
    _note_repeated_keys(table, schema, values, repeated)
    _note_inverted_windows(table, schema, values)
    _note_disagreeing_seconds(table, schema, values)
    if schema.has_place:
        _note_doubtful_places(table, values)
    _fail(table, schema)
    if schema.name == "vehicles":
        unpriced = np.all([_is_blank(known.get(name), len(table.rows)) for name in _COSTS], axis=0)
        values["cost_per_km"] = np.where(unpriced, 1.0, values["cost_per_km"])
    return _frame(schema, values)


def _fail(table: TextTable, schema: Schema) -> None:
    """Raise if there is any fault."""
    order = [column.name for column in schema.columns] + list(table.columns)
    table.faults.fail(table.file, table.sheet, table.rows, table.header_row, order, table.names)


def _is_blank(cells: Sequence[str] | None, rows: int) -> NDArray[np.bool_]:
    return np.ones(rows, dtype=bool) if cells is None else np.array([not cell for cell in cells], dtype=bool)


def _note_repeated_headers(table: TextTable, known: Mapping[str, list[str]]) -> set[int]:
    """Note records that are the header again, as in files pasted together, and return their positions."""
    if not known:
        return set()
    first = next(iter(known))
    repeated = {at for at, cell in enumerate(known[first]) if cell == first and all(
        cells[at] in (name, "") for name, cells in known.items())} if len(known) > 1 else set()
    for at in sorted(repeated):
        table.faults.add("header again", "repeats the header", "Remove the row.", at=at)
    return repeated


def _note_blanks(table: TextTable, schema: Schema, known: Mapping[str, list[str]], skipped: set[int]) -> None:
    for column in schema.columns:
        if not column.required:
            continue
        for at, cell in enumerate(known.get(column.name, ())):
            if not cell and at not in skipped and (at, column.name) not in table.unread:
                unit = f" in {column.unit}" if column.unit else ""
                table.faults.add("blank", "is blank", f"Fill it in{unit}; it is required.", at=at, column=column.name)


def _values(table: TextTable, schema: Schema, known: Mapping[str, list[str]], skipped: set[int]) -> dict[str, Any]:
    """Return every column as an array, or list of text, with defaults in place of blank and of faulty cells."""
    names = [column.name for column in schema.columns]
    named = [name for name in known if name not in names]
    read: dict[str, list[Any]] = {name: [] for name in names + named}
    for begin in range(0, len(table.rows), STRETCH):
        blank: list[str | None] = [None] * len(table.rows[begin:begin + STRETCH])
        cells = {name: [cell or None for cell in known[name][begin:begin + STRETCH]] if name in known else blank.copy()
                 for name in read}
        for at in skipped:
            if begin <= at < begin + STRETCH:
                for column_cells in cells.values():
                    column_cells[at - begin] = None
        for name, parsed in _parsed(table, schema, cells, named, begin).items():
            read[name].extend(parsed)
    return {name: _settled(column, read[name]) for name in read if (column := schema.column(name)) is not None}


def _parsed(table: TextTable, schema: Schema, cells: dict[str, list[str | None]], named: list[str],
            begin: int) -> dict[str, list[Any]]:
    """Return parsed cells of one stretch, None where blank; a faulty cell is noted, then counts as blank."""
    model = columns_model(schema)
    data: dict[str, Any] = {column.name: cells[column.name] for column in schema.columns}
    if schema.named is not None:
        data["named"] = {name: cells[name] for name in named}
    try:
        result = model.model_validate(data)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_input=False):
            *_, name, place = fault["loc"]
            _note_cell(table, schema, str(name), begin + int(place), fault)
            cells[str(name)][int(place)] = None
        result = model.model_validate(data)
    parsed = {column.name: getattr(result, column.name) for column in schema.columns}
    return parsed | getattr(result, "named", {})


def _note_cell(table: TextTable, schema: Schema, name: str, at: int, fault: Mapping[str, Any]) -> None:
    """Note what pydantic found wrong with one cell."""
    column = schema.column(name)
    assert column is not None  # noqa: S101  (only columns of the schema are validated)
    kind = str(fault["type"])
    if kind == "value_error":
        kind = str(fault["ctx"]["error"].args[0])
    reason = remedy = cell = ""
    if table.faults.has_room(kind, name):
        cell = table.columns[name][at]
        reason, remedy = words_for(column, fault, cell)
        if schema.has_place and name in ("lon", "lat") and fault["type"] in ("greater_than_equal", "less_than_equal"):
            remedy = _place_remedy(table, at) or remedy
    table.faults.add(kind, reason, remedy, at=at, column=name, value=cell)


def _place_remedy(table: TextTable, at: int) -> str:
    """Return what to do about a position off the globe: exchange its numbers, or convert from metres."""
    texts = {name: table.columns[name][at] for name in ("lon", "lat") if name in table.columns}
    lon, lat = (number_or_nan(texts.get(name, "")) for name in ("lon", "lat"))
    if abs(lon) <= 90 < abs(lat) <= 180:
        return f"lon and lat look swapped: write lon {texts['lat']}, lat {texts['lon']}."
    if abs(lon) > 360 or abs(lat) > 360:
        return "Write degrees of WGS 84; metres of a projection must be converted first."
    return ""


def _settled(column: Column, parsed: list[Any]) -> Any:  # noqa: ANN401
    """Return a column in its final type, defaults in place of None."""
    if column.kind in ("number", "whole"):
        numbers = np.array(parsed, dtype=np.float64) + 0.0  # None becomes NaN, -0.0 becomes 0.0
        return np.where(np.isnan(numbers), float(column.default), numbers)
    filled = [column.default if value is None else value for value in parsed]
    if column.kind == "clock":
        return np.array(filled, dtype=np.int64)
    return np.array(filled, dtype=bool) if column.kind == "yes_no" else filled


def _note_repeated_keys(table: TextTable, schema: Schema, values: Mapping[str, Any], skipped: set[int]) -> None:
    if not schema.key or any(name not in table.columns for name in schema.key):
        return
    seen: dict[tuple[str, ...], int] = {}
    column = schema.key[-1]
    for at, key in enumerate(zip(*(values[name] for name in schema.key), strict=True)):
        if at in skipped or not all(isinstance(part, str) and part for part in key):
            continue
        first = seen.setdefault(key, at)
        if first != at:
            within = f" of {schema.key[0]} {key[0]!r}" if len(key) > 1 else ""
            table.faults.add("repeated", f"repeats row {table.rows[first]!r}{within}",
                             "Give each row an id of its own.", at=at, column=column, value=key[-1])


def _note_inverted_windows(table: TextTable, schema: Schema, values: Mapping[str, Any]) -> None:
    if not schema.window:
        return
    begin, end = schema.window
    for at in map(int, np.flatnonzero(values[begin] > values[end])):
        cell = table.columns[end][at]
        over_midnight = f"If it ends on the next day, write {cell}+1." if ":" in cell and "+" not in cell else (
            "Exchange the two, or write +1 after a time of the next day.")
        table.faults.add("inverted", f"is before {begin!r} ({table.columns[begin][at]})", over_midnight,
                         at=at, column=end, value=cell)


def _note_disagreeing_seconds(table: TextTable, schema: Schema, values: dict[str, Any]) -> None:
    """Add the seconds of columns in minutes; note where the table holds other seconds already."""
    for column in schema.columns:
        name = column.seconds_name
        if not name:
            continue
        values[name] = np.round(values[column.name] * 60).astype(np.int64)
        stated = [number_or_nan(cell) if cell else np.nan for cell in table.columns.get(name, ())]
        if column.name not in table.columns or not stated:
            continue
        differs = (np.array(stated) != values[name]) & ~_is_blank(table.columns[name], len(stated))
        for at in map(int, np.flatnonzero(differs)):
            table.faults.add("disagrees", f"disagrees with {column.name!r} ({table.columns[column.name][at]})",
                             f"It is made from {column.name!r}: change that one, and remove this column.",
                             at=at, column=name, value=table.columns[name][at])


def _note_doubtful_places(table: TextTable, values: Mapping[str, Any]) -> None:
    """Note positions at 0, 0, and those that would lie among the others if longitude and latitude changed places."""
    lon, lat = values["lon"], values["lat"]
    for at in map(int, np.flatnonzero((lon == 0) & (lat == 0))):
        table.faults.add("nowhere", "is 0, and so is lat: a point in the sea off Africa", "Give the position.",
                         at=at, column="lon", value=table.columns["lon"][at])
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    if len(known) < _FEWEST_FOR_A_MAJORITY:
        return
    x, y = float(np.median(lon[known])), float(np.median(lat[known]))
    near = (np.abs(lon - x) <= _NEAR_DEGREES) & (np.abs(lat - y) <= _NEAR_DEGREES)
    far = (np.abs(lon - x) > _FAR_DEGREES) | (np.abs(lat - y) > _FAR_DEGREES)
    near_if_swapped = (np.abs(lat - x) <= _NEAR_DEGREES) & (np.abs(lon - y) <= _NEAR_DEGREES)
    if near.sum() * 2 <= len(known):
        return
    for at in map(int, np.flatnonzero(far & near_if_swapped)):
        texts = {name: table.columns[name][at] for name in ("lon", "lat")}
        table.faults.add("swapped", "lies far from the other rows, and among them with lon and lat swapped",
                         f"Write lon {texts['lat']}, lat {texts['lon']}.", at=at, column="lon", value=texts["lon"])


def _frame(schema: Schema, values: Mapping[str, Any]) -> pd.DataFrame:
    """Return the columns as a frame, seconds beside their minutes."""
    first = [name for column in schema.columns for name in (column.name, column.seconds_name) if name]
    ordered = dict.fromkeys([*first, *values])
    return pd.DataFrame({
        name: pd.Series(values[name], dtype="str") if isinstance(values[name], list) else values[name]
        for name in ordered
    })
