"""Which column of a schema a header of a real file means, and in which unit: one table of aliases, one of units.

The tables are `aliases.csv` and `units.csv` beside this file. Headers are compared without case, width, blanks and
punctuation. A header may mean several columns; choosing between them is not done here.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files

from gisdata.schema import Schema

WINDOW = "window"
NEEDS_UNIT = frozenset(("kg", "m³", "m", "km", "min", "h"))
_BRACKETS = re.compile(r"[(\[【〔{]([^()\[\]【】〔〕{}]*)[)\]】〕}]")
_NO_UNIT = frozenset(("必填", "选填", "可选", "必须", "required", "optional", "hhmm", "时分", "含", "wgs84", "wgs 84"))
_LONGEST_HEADER = 60


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a header may mean.

    Parameters
    ----------
    field : str
        Column of the schema; `WINDOW` for one cell that holds begin and end; or another column, such as ``contact``.
    unit : str
        Unit that the header states, in the words of `units.csv` or, where it is not known, of the header; or empty.
    """

    field: str
    unit: str


def meanings(header: str, schema: Schema) -> tuple[Meaning, ...]:
    """Return what a header may mean by the table of aliases: nothing, one thing, or several.

    Parameters
    ----------
    header : str
        As it stands in a file.
    schema : Schema
        The table.

    Returns
    -------
    tuple of Meaning
        At most one for each field.

    Examples
    --------
    >>> from gisdata.schema import ORDERS, VEHICLES
    >>> meanings("毛重（吨）", ORDERS)
    (Meaning(field='weight_kg', unit='吨'),)
    >>> [meaning.field for meaning in meanings("长(米)", VEHICLES)]
    ['cargo_length_m', 'length_m']
    """
    if len(header) > _LONGEST_HEADER:
        return ()
    plain = unicodedata.normalize("NFKC", header).casefold()
    in_brackets = [folded_unit(part) for part in _BRACKETS.findall(plain)]
    stated = next((part for part in in_brackets if part and part not in _NO_UNIT), "")
    outside = folded(_BRACKETS.sub("", plain))
    table = _aliases(schema)
    found = table.get(outside, ())
    if not found:
        for unit in _unit_names():
            if unit and outside.endswith(unit) and outside[: -len(unit)] in table:
                fitting = [pair for pair in table[outside[: -len(unit)]] if unit in _units_of(schema, pair[0])]
                found, stated = tuple(fitting), stated or unit
                if found:
                    break
    return tuple(Meaning(field, stated or unit) for field, unit in found)


@lru_cache(maxsize=4096)
def unit_factor(unit: str, wanted: str) -> Decimal | None:
    """Return what a number in one unit must be multiplied by for another.

    Parameters
    ----------
    unit : str
        As written, such as ``"吨"`` or ``"KG"``.
    wanted : str
        Unit of the schema, such as ``"kg"``.

    Returns
    -------
    Decimal, optional
        None if the unit is not known, or measures something else.

    Examples
    --------
    >>> unit_factor("吨", "kg"), unit_factor("㎥", "m³"), unit_factor("ton", "kg")
    (Decimal('1000'), Decimal('1'), None)
    """
    return units_for(wanted).get(folded_unit(unit))


@cache
def units_for(wanted: str) -> dict[str, Decimal]:
    """Return the factor of every unit that can be converted to a unit of the schema, by name.

    Parameters
    ----------
    wanted : str
        Unit of the schema.

    Returns
    -------
    dict of str to Decimal
        Empty for a unit of which no other is known.
    """
    return {folded_unit(name): Decimal(row["factor"]) for row in _rows("units.csv") if row["unit"] == wanted
            for name in row["names"].split("|")}


def folded(header: str) -> str:
    """Return a header without case, width, blanks and punctuation.

    Parameters
    ----------
    header : str
        Any text.

    Returns
    -------
    str
        Letters and digits only.
    """
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", header).casefold())


@lru_cache(maxsize=4096)
def folded_unit(unit: str) -> str:
    """Return a unit without case, width and blanks, and without the word for unit before it.

    Parameters
    ----------
    unit : str
        Such as ``"单位：吨"``.

    Returns
    -------
    str
        Such as ``"吨"``.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", unit).casefold())
    return re.sub(r"^(单位|unit|in)[:=]?(?=.)", "", plain).strip(".:,") if plain != "in" else plain


@cache
def _aliases(schema: Schema) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return fields and their units by folded alias: those of the file, and each column's own names."""
    found: dict[str, dict[str, str]] = {}
    for row in _rows("aliases.csv"):
        if row["noun"] == schema.name:
            for alias in row["aliases"].split("|"):
                found.setdefault(folded(alias), {})[row["field"]] = row["unit"]
    for column in schema.columns:
        own = (column.name, column.stem, column.name.replace("_", " "), _BRACKETS.sub("", column.chinese))
        for alias in own:
            whole = folded(alias) == folded(column.name) and column.unit in NEEDS_UNIT
            unit = folded_unit(column.unit) if whole else ""
            found.setdefault(folded(alias), {}).setdefault(column.name, unit)
    return {alias: tuple(fields.items()) for alias, fields in found.items()}


def _units_of(schema: Schema, field: str) -> dict[str, Decimal]:
    column = schema.column(field)
    return {} if column is None else units_for(column.unit)


@cache
def _unit_names() -> tuple[str, ...]:
    """Return every name of a unit that may end a header, longest first."""
    names = {folded(name) for row in _rows("units.csv") for name in row["names"].split("|")}
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(files("gisdata").joinpath(name).read_text(encoding="utf-8").splitlines()))
