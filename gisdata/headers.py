"""Check the headers of a table against its schema, and find what a header that is not known was meant to be."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

from gisdata.schema import BUILT_IN_DIMENSIONS, Column, Schema
from gisdata.texttable import TextTable

_SURE = 0.85
_LIKELY = 0.6


def check_headers(table: TextTable, schema: Schema) -> None:
    """Note missing columns, and headers that are nearly those of the schema, in the faults of the table.

    A column that is not in the schema is no fault. But one such as ``weight``, while ``weight_kg`` is absent, would be
    ignored without a word, so it is refused.

    Parameters
    ----------
    table : TextTable
        Any table.
    schema : Schema
        What it should be.
    """
    has = list(table.columns)
    twins = {column.seconds_name for column in schema.columns if column.seconds_name}
    unknown = [header for header in has if schema.column(header) is None and header not in twins]
    for column in schema.columns:
        if column.name in table.columns:
            continue
        if column.required:
            _note_missing(table, schema, column, _meant(column, unknown, _LIKELY), has)
        elif (header := _meant(column, unknown, _SURE)) is not None:
            table.faults.add("nearly", f"is not a column of the {schema.name} table, and {column.name!r} is missing",
                             f"Rename it to {column.name!r} ({_described(column)}), or to something else if it is "
                             "another thing.", column=header)
        elif column.seconds_name in table.columns:
            table.faults.add("derived", f"is made from {column.name!r}, which is missing",
                             f"Give {column.name!r} ({_described(column)}).", column=column.seconds_name)
    for header in has:
        _check_named(table, schema, header)


def _note_missing(table: TextTable, schema: Schema, column: Column, meant: str | None, has: list[str]) -> None:
    it_has = ", ".join(has[:30]) + (", ..." if len(has) > 30 else "")
    rename = f" Rename {meant!r} to {column.name!r}?" if meant else ""
    table.faults.add_missing(column.name, f"the {schema.name} table lacks this column, which it must have "
                             f"({_described(column)})", f"It has: {it_has}.{rename}")


def _check_named(table: TextTable, schema: Schema, header: str) -> None:
    """Refuse a dimension without a name, or one that has a column of its own."""
    prefix = schema.named.name if schema.named is not None else None
    if prefix is None or not header.startswith(prefix):
        return
    dimension = header.removeprefix(prefix)
    if not dimension:
        table.faults.add("unnamed", "names no dimension", f"Write {prefix}<name>, such as {prefix}pallets.",
                         column=header)
    elif dimension in BUILT_IN_DIMENSIONS:
        names = {column.name for column in schema.columns}
        own = dimension if dimension in names else "payload_kg"
        table.faults.add("built-in", "is a dimension with a column of its own", f"Rename it to {own!r}.", column=header)


def _meant(column: Column, headers: Iterable[str], cutoff: float) -> str | None:
    """Return the header that most looks like this column, None if none does.

    Only a column that changes the plan is looked for letter by letter; a name or address must match but for its form.
    """
    names = {_folded(column.name), _folded(column.stem), _folded(column.chinese)}
    best, best_likeness = None, cutoff
    for header in headers:
        folded = _folded(header)
        likeness = 1.0 if folded in names else 0.0
        if not likeness and folded and column.kind != "text":
            likeness = max(difflib.SequenceMatcher(None, folded, name).ratio() for name in names)
            if cutoff == _LIKELY and any(folded.startswith(name) or folded.endswith(name) for name in names):
                likeness = max(likeness, _SURE)
        if likeness > best_likeness or likeness == 1.0:
            best, best_likeness = header, likeness
    return best


def _folded(header: str) -> str:
    """Return the header in one form: no case, no width, no brackets with a unit, no punctuation."""
    plain = re.sub(r"\(.*?\)|\[.*?\]", "", unicodedata.normalize("NFKC", header).casefold())
    return re.sub(r"[\W_]+", "", plain)


def _described(column: Column) -> str:
    return f"{column.meaning.lower() if not column.unit else column.meaning}{', ' + column.unit if column.unit else ''}"
