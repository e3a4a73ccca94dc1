"""Find the header of a sheet: below title rows, in one row or in two that are merged; and whether a sheet fits a table.

Known by how many headers mean something, never by looks. What the cells hold is not known here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gisdata.aliases import meanings
from gisdata.mapping import OTHER_FIELDS, recognised
from gisdata.schema import Schema

LOOKED_AT = 20
_FEWEST = 2
_UNIT_ONLY = re.compile(r"[(\[（【][^)\]）】]*[)\]）】]")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands, and what it says.

    Parameters
    ----------
    first : int
        Position of its first row among the rows that are not blank, from 0.
    depth : int
        Rows that it takes: 1 or 2.
    names : tuple of str
        One for each column.
    """

    first: int
    depth: int
    names: tuple[str, ...]


def find_header(records: Sequence[Sequence[str]], schema: Schema, given: Iterable[str] = ()) -> Header:
    """Return the header: the rows with the most headers that mean something, the first row where none is better.

    Parameters
    ----------
    records : sequence of sequence of str
        The first rows that are not blank, at least one.
    schema : Schema
        The table.
    given : iterable of str
        Headers that are known to stand in the file.

    Returns
    -------
    Header
        A row other than the first only if two or more of its headers mean something.
    """
    known = frozenset(given)
    rows = [tuple(cell.strip() for cell in record) for record in records[:LOOKED_AT]]
    best, most = Header(0, 1, rows[0]), _score(rows[0], schema, known)
    for at, row in enumerate(rows):
        candidates = [(Header(at, 1, row), _score(row, schema, known))]
        if at + 1 < len(rows):
            names = _merged(row, rows[at + 1], schema)
            units = all(not cell or _UNIT_ONLY.fullmatch(cell) for cell in rows[at + 1])
            candidates.append((Header(at, 2, names), _score(names, schema, known) + units))
        for header, score in candidates:
            if score > most and score >= _FEWEST:
                best, most = header, score
    return best


def fits(records: Sequence[Sequence[str]], schema: Schema, given: Iterable[str] = ()) -> bool:
    """Return whether a sheet has every column that the schema requires; in place of coordinates an address will do.

    Parameters
    ----------
    records : sequence of sequence of str
        Its first rows.
    schema : Schema
        The table.
    given : iterable of str
        Headers that are known to stand in the file.

    Returns
    -------
    bool
        False for a sheet without rows.
    """
    filled = [record for record in records[:LOOKED_AT] if any(map(str.strip, record))]
    if not filled:
        return False
    names = find_header(filled, schema, given).names
    fields = {meaning.field for name in names for meaning in meanings(name, schema)} | set(names)
    needed = {column.name for column in schema.columns if column.required} - {"lon", "lat"}
    placed = not schema.has_place or {"lon", "lat"} <= fields or bool({"address", "name", *OTHER_FIELDS[:1]} & fields)
    return placed and needed <= fields


def _score(names: Sequence[str], schema: Schema, given: frozenset[str]) -> int:
    return sum(1 for name in dict.fromkeys(names) if name and recognised(name, schema, given))


def _merged(top: Sequence[str], bottom: Sequence[str], schema: Schema) -> tuple[str, ...]:
    """Return the headers of two rows: a merged cell above several counts for each of them."""
    width = max(len(top), len(bottom))
    above, below = ([*row, *[""] * (width - len(row))] for row in (top, bottom))
    group = ""
    pairs = []
    for upper, lower in zip(above, below, strict=True):
        group = upper or (group if lower else "")
        pairs.append((group, lower))
        group = group if lower else ""
    short = Counter(lower for _, lower in pairs)
    return tuple(
        lower if lower and short[lower] == 1 and not recognised(upper + lower, schema) and recognised(lower, schema)
        else upper + lower for upper, lower in pairs
    )
