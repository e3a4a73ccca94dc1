"""Decide which header of a file is which column of a schema, in which unit; show it, save it, take it as given.

Where a header may mean two columns, two headers may mean one, or a unit is not known, the answer is asked for: one
error names them all, and how to answer with ``columns=``. Cells are not looked at.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gisdata.aliases import NEEDS_UNIT, WINDOW, Meaning, folded_unit, meanings, unit_factor, units_for
from gisdata.content import read_text
from gisdata.errors import InputFileError, UnknownNameError
from gisdata.escape import escape_html
from gisdata.files import whole_file
from gisdata.schema import SCHEMAS, Column, Schema
from gisdata.texttable import TextTable, renamed

if TYPE_CHECKING:
    import pandas as pd

EACH = "each"
OTHER_FIELDS = ("customer", "contact", "phone")
_TARGET = re.compile(r"^\s*(?P<field>[^\[\]]*?)\s*(?:\[(?P<unit>[^\[\]]+)\])?\s*$")


@dataclass(frozen=True, slots=True)
class HeaderUse:
    """What one header of a file is taken for.

    Parameters
    ----------
    header : str
        As it stands in the file.
    field : str
        Column of the schema, or another column; empty where the column is kept under its own header.
    unit : str
        Unit of its numbers. Empty: neither stated nor needed, or still to be seen in the cells. ``"each"``: each cell
        states its own, and they may differ.
    how : str
        ``"same name"``, ``"alias"``, ``"given"`` (in ``columns=``) or ``"other"`` (kept as it is).
    """

    header: str
    field: str
    unit: str
    how: str


@dataclass(frozen=True, slots=True)
class HeaderMapping:
    """What each header of a file is taken for; pass it as ``columns=`` to read the next file the same way.

    Parameters
    ----------
    noun : str
        Name of the schema, such as ``"orders"``.
    uses : tuple of HeaderUse
        One for each header, in the order of the file.
    """

    noun: str
    uses: tuple[HeaderUse, ...]

    @property
    def columns(self) -> dict[str, str]:
        """The same as a mapping for ``columns=``, such as ``{"毛重(吨)": "weight_kg [吨]"}``."""
        return {use.header: f"{use.field} [{use.unit}]" if use.unit else use.field
                for use in self.uses if use.field or use.how == "given"}

    def use_of(self, field: str) -> HeaderUse | None:
        """Return what is taken for a column; None if nothing is."""
        return next((use for use in self.uses if use.field == field), None)

    def to_frame(self) -> pd.DataFrame:
        """Return the mapping as a table.

        Returns
        -------
        DataFrame
            Columns `header`, `field`, `unit`, `how`.
        """
        import pandas as pd

        return pd.DataFrame([asdict(use) for use in self.uses], columns=["header", "field", "unit", "how"])

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the mapping as JSON.

        Parameters
        ----------
        path : path-like
            File to write; replaced whole or not at all.
        """
        with whole_file(path) as temporary:
            temporary.write_text(json.dumps({"noun": self.noun, "columns": self.columns}, ensure_ascii=False, indent=1)
                                 + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> HeaderMapping:
        """Return a mapping that was saved.

        Parameters
        ----------
        path : path-like
            File written by `save`, perhaps edited since.

        Returns
        -------
        HeaderMapping
            Every header as given; headers kept as they were are not in the file.

        Raises
        ------
        InputFileError
            If it is no such file.
        """
        try:
            content = json.loads(read_text(path))
            noun = SCHEMAS[content["noun"]].name
            columns = {str(header): target + "" for header, target in content["columns"].items()}
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise InputFileError(f"{os.fspath(Path(path))}: this is no saved mapping of headers ({error})") from None
        return cls(noun, tuple(_given(header, target) for header, target in columns.items()))

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in ("header", "field", "unit", "how"))
        body = "".join("<tr>" + "".join(f"<td>{escape_html(part)}</td>" for part in asdict(use).values()) + "</tr>"
                       for use in self.uses)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def map_headers(table: TextTable, schema: Schema, columns: Mapping[str, str] | HeaderMapping | None) -> HeaderMapping:
    """Return what each header of a table is taken for.

    Parameters
    ----------
    table : TextTable
        As read.
    schema : Schema
        What it should be.
    columns : mapping of str to str, or HeaderMapping, optional
        Answers: column by header, with a unit where one is to be set (``{"重量": "weight_kg [t]"}``); ``""`` keeps a
        header as it is.

    Returns
    -------
    HeaderMapping
        One use for each header.

    Raises
    ------
    UnknownNameError
        If ``columns`` names a header that the table does not have, or gives two headers one column.
    TableError
        If something must be asked.
    """
    given = dict(columns.columns if isinstance(columns, HeaderMapping) else columns or {})
    renamed(table, {header: _given(header, target).field or header for header, target in given.items()})
    exact = {header: use for header in table.columns if (use := _exact(header, schema, given)) is not None}
    taken = {field for use in exact.values() for field in _claims(use.field, schema)}
    uses = [exact.get(header) or _by_alias(table, header, schema, taken) for header in table.columns]
    _note_units(table, schema, uses)
    _note_rivals(table, schema, uses)
    table.faults.fail(table.file, table.sheet, table.rows, table.header_row, list(table.columns))
    return HeaderMapping(schema.name, tuple(uses))


def given_only(table: TextTable, schema: Schema, columns: Mapping[str, str]) -> HeaderMapping:
    """Return the mapping that takes every header as it is but for those given.

    Parameters
    ----------
    table : TextTable
        As read.
    schema : Schema
        What it should be.
    columns : mapping of str to str
        Column by header.

    Returns
    -------
    HeaderMapping
        Nothing is looked up, and no unit converted.

    Raises
    ------
    UnknownNameError
        If a header does not exist, or a unit would have to be converted.
    """
    uses = [_given(header, target) for header, target in columns.items()]
    for use in uses:
        column = schema.column(use.field)
        if use.unit and (column is None or unit_factor(use.unit, column.unit) != 1):
            raise UnknownNameError(f"columns= gives {use.header!r} the unit {use.unit!r}; repair=True converts units")
    renamed(table, {use.header: use.field or use.header for use in uses})
    chosen = {use.header: use for use in uses}
    return HeaderMapping(schema.name, tuple(
        chosen.get(header) or HeaderUse(header, header if schema.column(header) else "", "",
                                        "same name" if schema.column(header) else "other")
        for header in table.columns))


def mapped(table: TextTable, mapping: HeaderMapping) -> TextTable:
    """Return the table under the headers of the schema.

    Parameters
    ----------
    table : TextTable
        As read.
    mapping : HeaderMapping
        From `map_headers` of this table.

    Returns
    -------
    TextTable
        Same cells, not yet in the units of the schema.
    """
    return renamed(table, {use.header: use.field for use in mapping.uses if use.field})


def recognised(header: str, schema: Schema, given: Iterable[str] = ()) -> bool:
    """Return whether a header means something in a schema, or is among the given ones."""
    return header in given or schema.column(header) is not None or bool(meanings(header, schema))


def _given(header: str, target: str) -> HeaderUse:
    match = _TARGET.match(target)
    if match is None:
        raise UnknownNameError(f"columns= gives {header!r} the column {target!r}; write 'weight_kg' or 'weight_kg [t]'")
    return HeaderUse(header, match["field"], folded_unit(match["unit"] or ""), "given")


def _exact(header: str, schema: Schema, given: Mapping[str, str]) -> HeaderUse | None:
    """Return the use of a header that leaves nothing to decide."""
    use = _given(header, given[header]) if header in given else None
    field = use.field if use else header
    column = schema.column(field)
    if use is None and column is None and header not in (*OTHER_FIELDS, *(c.seconds_name for c in schema.columns)):
        return None
    unit = (use.unit if use else "") or (folded_unit(column.unit) if column is not None and _in_unit(column) else "")
    return HeaderUse(header, field, unit, use.how if use else "same name")


def _by_alias(table: TextTable, header: str, schema: Schema, taken: set[str]) -> HeaderUse:
    found = [meaning for meaning in meanings(header, schema) if not _claims(meaning.field, schema) & taken]
    if len(found) > 1:
        names = " or ".join(repr(meaning.field) for meaning in found)
        table.faults.add("two meanings", f"may mean {names}",
                         f"Say which: columns={{{header!r}: {_target(found[0])!r}}}.", column=header)
    if len(found) != 1:
        return HeaderUse(header, "", "", "other")
    column = schema.column(found[0].field)
    return HeaderUse(header, found[0].field, folded_unit(found[0].unit) if _has_unit(column) else "", "alias")


def _target(meaning: Meaning) -> str:
    return f"{meaning.field} [{meaning.unit}]" if meaning.unit else meaning.field


def _claims(field: str, schema: Schema) -> set[str]:
    """Return the columns that a field fills: two for a window in one cell."""
    return {*schema.window, WINDOW} if field == WINDOW else {field} - {""}


def _has_unit(column: Column | None) -> bool:
    return column is not None and column.kind in ("number", "whole") and bool(units_for(column.unit))


def _in_unit(column: Column | None) -> bool:
    return _has_unit(column) and column is not None and column.unit in NEEDS_UNIT


def _note_units(table: TextTable, schema: Schema, uses: Iterable[HeaderUse]) -> None:
    """Note units that are not known, or measure something else."""
    for use in uses:
        column = schema.column(use.field)
        if not use.unit or use.unit == EACH or column is None or unit_factor(use.unit, column.unit) is not None:
            continue
        known = ", ".join(units_for(column.unit)) or "none"
        table.faults.add("unknown unit", f"states the unit {use.unit!r}, which is not known for {use.field!r}",
                         f"Known are {known}. Say which: columns={{{use.header!r}: '{use.field} [{column.unit}]'}}.",
                         column=use.header)


def _note_rivals(table: TextTable, schema: Schema, uses: list[HeaderUse]) -> None:
    """Note headers that fill one column of the schema twice; of other columns, the first header has it."""
    first: dict[str, HeaderUse] = {}
    for place, use in enumerate(uses):
        for field in sorted(_claims(use.field, schema)):
            rival = first.setdefault(field, use)
            if rival is use:
                continue
            if schema.column(field) is None and field != WINDOW:
                uses[place] = HeaderUse(use.header, "", "", "other")
            else:
                table.faults.add("two headers", f"means {use.field!r}, and so does {rival.header!r}",
                                 f"Say which to leave out: columns={{{use.header!r}: ''}} or "
                                 f"columns={{{rival.header!r}: ''}}.", column=use.header)
                break
