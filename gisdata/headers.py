"""Check the headers of a table against its schema, and find what a header that is not known was meant to be."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from gisdata.kinds import could_hold
from gisdata.schema import BUILT_IN_DIMENSIONS, Column, Schema
from gisdata.texttable import TextTable, listed_headers

_SURE = 0.85
_LIKELY = 0.6
_SHORTEST_WORD = 4


def check_headers(table: TextTable, schema: Schema) -> None:
    """Note missing columns, and headers that were surely meant to be one of the schema, in the faults of the table.

    A header that the schema does not know is no fault. But ``weight`` or ``time_window_start``, while ``weight_kg`` or
    ``window_begin`` is absent, would be ignored without a word and spoil the plan, so they are refused.

    Parameters
    ----------
    table : TextTable
        Any table.
    schema : Schema
        What it should be.
    """
    twins = {column.seconds_name for column in schema.columns if column.seconds_name}
    unknown = [header for header in table.columns if schema.column(header) is None and header not in twins]
    missing = [column for column in schema.columns if column.name not in table.columns]
    for column in missing:
        if column.required:
            meant = _most_alike(column, unknown)
            unknown = [header for header in unknown if header != meant]
            _note_missing(table, schema, column, meant)
        elif column.seconds_name in table.columns:
            table.faults.add("derived", f"is made from {column.name!r}, which is missing",
                             f"Give {column.name!r} ({_explained(column)}).", column=column.seconds_name)
    optional = [column for column in missing if not column.required]
    for header in unknown:
        _note_near_miss(table, schema, header, _surely_meant(header, table.columns[header], optional))
    if schema.named is not None:
        for header in table.columns:
            _note_bad_dimension(table, schema, schema.named.name, header)


def _note_missing(table: TextTable, schema: Schema, column: Column, meant: str | None) -> None:
    rename = f" Rename {meant!r} to {column.name!r}?" if meant else ""
    table.faults.add_missing(column.name, f"the {schema.name} table lacks this column, which it must have "
                             f"({_explained(column)})", f"It has: {listed_headers(table)}.{rename}")


def _note_near_miss(table: TextTable, schema: Schema, header: str, meant: Sequence[Column]) -> None:
    if not meant:
        return
    names = " or ".join(repr(column.name) for column in meant)
    explained = "; ".join(_explained(column) for column in meant)
    table.faults.add("nearly", f"is not a column of the {schema.name} table, and {names} is missing",
                     f"Rename it to {names} ({explained}), or to something else if it is another thing.", column=header)


def _note_bad_dimension(table: TextTable, schema: Schema, prefix: str, header: str) -> None:
    """Refuse a dimension without a name, or one that has a column of its own."""
    dimension = header.removeprefix(prefix)
    if header in (prefix, prefix.rstrip("_")):
        table.faults.add("unnamed", "names no dimension", f"Write {prefix}<name>, such as {prefix}pallets.",
                         column=header)
    elif dimension != header and dimension in BUILT_IN_DIMENSIONS:
        names = {column.name for column in schema.columns}
        own = dimension if dimension in names else "payload_kg"
        table.faults.add("built-in", "is a dimension with a column of its own", f"Rename it to {own!r}.", column=header)


def _most_alike(column: Column, headers: Iterable[str]) -> str | None:
    """Return the header that most looks like a required column, None if none does."""
    names = _names(column)
    best, best_likeness = None, _LIKELY
    for header in headers:
        folded = _folded(header)
        likeness = _likeness(folded, names)
        if folded and any(folded.startswith(name) or folded.endswith(name) for name in names):
            likeness = max(likeness, _SURE)
        if likeness > best_likeness:
            best, best_likeness = header, likeness
    return best


def _surely_meant(header: str, cells: Sequence[str], columns: Sequence[Column]) -> list[Column]:
    """Return the columns that a header was meant to be: the same but for its form or a slip, else sharing a word.

    Only columns that change the plan are looked for by likeness, and by a shared word only if the cells would fit.
    """
    folded, words = _folded(header), _words(header)
    same = [column for column in columns if folded in _names(column)]
    if same or not folded:
        return same[:1]
    effective = [column for column in columns if column.kind != "text"]
    alike = [column for column in effective if _likeness(folded, _names(column)) > _SURE]
    return alike[:1] or [
        column for column in effective
        if words & _words(column.stem) and column.kind not in ("id", "skills", "spans") and could_hold(column, cells)
    ]


def _names(column: Column) -> set[str]:
    return {_folded(column.name), _folded(column.stem), _folded(column.chinese)}


def _likeness(folded: str, names: Iterable[str]) -> float:
    return max(difflib.SequenceMatcher(None, folded, name).ratio() for name in names)


def _words(header: str) -> set[str]:
    return {word for word in re.split(r"[\W_]+", header.casefold()) if len(word) >= _SHORTEST_WORD}


def _folded(header: str) -> str:
    """Return the header in one form: no case, no width, no brackets with a unit, no punctuation."""
    plain = re.sub(r"\(.*?\)|\[.*?\]", "", unicodedata.normalize("NFKC", header).casefold())
    return re.sub(r"[\W_]+", "", plain)


def _explained(column: Column) -> str:
    return f"{column.meaning} [{column.unit}]" if column.unit else column.meaning
