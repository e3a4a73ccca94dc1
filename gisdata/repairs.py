"""Bring the cells of a table into the plain form and the units of its schema, and list every change.

Repaired is what can be read in one way only; anything else is left for the check to refuse, or noted as a fault here:
units that are not known or not stated, units mixed in one column, dates that do not exist. Each distinct content of a
column is read once.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial, reduce
from typing import TYPE_CHECKING

from gisdata.aliases import NEEDS_UNIT, WINDOW, folded_unit, unit_factor, units_for
from gisdata.cellrepairs import (
    Amount,
    DecimalMarks,
    amount,
    clock,
    converted,
    dated,
    decimal_marks,
    is_doubtful,
    plain,
    window,
    yes_no,
)
from gisdata.clock import DAY_S, format_clock, parse_clock
from gisdata.escape import defuse_cell, escape_html
from gisdata.files import whole_file
from gisdata.mapping import EACH, HeaderMapping
from gisdata.schema import Column, Schema
from gisdata.texttable import TextTable

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("file", "sheet", "cell", "row", "header", "field", "old", "new", "rule")
_SHOWN_CHANGES = 20
_OWN_SEPARATORS = ",，、|；"

Change = tuple[str, str]  # new content, rule


@dataclass(frozen=True, slots=True, eq=False)
class RepairReport:
    """Every change made to the cells of a file.

    Parameters
    ----------
    changes : DataFrame
        One row a change: `file`, `sheet`, `cell` (such as ``"C12"``; empty where a file has no such address), `row`,
        `header` (as in the file), `field`, `old`, `new`, `rule`.
    """

    changes: pd.DataFrame

    def __len__(self) -> int:
        return len(self.changes)

    def to_frame(self) -> pd.DataFrame:
        """Return the changes as a table of their own."""
        return self.changes.copy()

    def summary(self) -> pd.DataFrame:
        """Return how often each rule was used in each column, with an example.

        Returns
        -------
        DataFrame
            Columns `header`, `field`, `rule`, `cells`, `cell`, `old`, `new`; the most frequent first.
        """
        groups = self.changes.groupby(["header", "field", "rule"], sort=False, observed=True)
        found = groups.agg(cells=("old", "size"), cell=("cell", "first"), old=("old", "first"), new=("new", "first"))
        return found.reset_index().sort_values("cells", ascending=False, kind="stable", ignore_index=True)

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write every change as CSV that a spreadsheet opens in the right encoding.

        Parameters
        ----------
        path : path-like
            File to write; replaced whole or not at all. Text that looks like a formula is made harmless.
        """
        safe = {name: {cell: defuse_cell(str(cell)) for cell in self.changes[name].unique()} for name in COLUMNS}
        texts = [[safe[name][cell] for cell in self.changes[name].tolist()] for name in COLUMNS]
        with whole_file(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.writer(handle)
            writer.writerow(COLUMNS)
            writer.writerows(zip(*texts, strict=True))

    def __str__(self) -> str:
        """Return the number of changes, and one line for each rule in each column."""
        lines = [f"{len(self):,} cells repaired"]
        lines += [f"  {line.header}: {line.rule}, {line.cells:,} cells (such as {str(line.cell) or 'one'}: "
                  f"{line.old!r} -> {line.new!r})" for line in self.summary().itertuples()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        summary = self.summary()
        head = "".join(f"<th>{name}</th>" for name in summary.columns)
        body = "".join("<tr>" + "".join(f"<td>{escape_html(cell)}</td>" for cell in line) + "</tr>"
                       for line in summary.head(_SHOWN_CHANGES).itertuples(index=False))
        return (f"<p>{len(self):,} cells repaired</p><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
                "</table>")


def repaired(table: TextTable, schema: Schema, mapping: HeaderMapping) -> tuple[TextTable, RepairReport]:
    """Return the table with its cells in plain form, in the units of the schema.

    Parameters
    ----------
    table : TextTable
        Under the headers of the schema, as `gisdata.mapping.mapped` returns it.
    schema : Schema
        What it should be.
    mapping : HeaderMapping
        What each header was taken for, and its unit.

    Returns
    -------
    TextTable
        What could not be read is among its faults, or left for the check.
    RepairReport
        Every change.
    """
    work = _Repairs(table, schema)
    units = {use.field: use.unit for use in mapping.uses if use.field}
    numbers = {name: column for name in table.columns
               if (column := schema.column(name)) is not None and column.kind in ("number", "whole")}
    marks = reduce(DecimalMarks.__or__, (_marks(table.columns[name]) for name in numbers), DecimalMarks())
    for name, column in numbers.items():
        work.numbers(name, column, units.get(name, ""), marks)
    clocks = [column.name for column in schema.columns if column.kind == "clock" and column.name in table.columns]
    if WINDOW in table.columns and schema.column(WINDOW) is None:
        clocks.append(WINDOW)
    work.clocks(clocks)
    for column in schema.columns:
        if column.kind == "yes_no" and column.name in table.columns:
            work.each(column.name, _repaired_yes_no)
        elif column.kind == "skills" and column.name in table.columns:
            work.each(column.name, _repaired_skills)
        elif column.kind == "choice" and column.name in table.columns:
            work.each(column.name, partial(_repaired_choice, column))
    return work.result()


class _Repairs:
    """The table under repair: its columns so far, cells given up, and the changes."""

    def __init__(self, table: TextTable, schema: Schema) -> None:
        self.table = table
        self.schema = schema
        self.columns = dict(table.columns)
        self.names = dict(table.names)
        self.unread = set(table.unread)
        self.split: list[str] = []
        self.parts: list[tuple[str, str, list[int], list[str], list[str], list[str]]] = []

    def each(self, name: str, read: Callable[[str], Change | None]) -> None:
        """Change every cell by a function of its content that returns the new content and the rule, or None."""
        changes = {cell: change for cell in dict.fromkeys(self.columns[name])
                   if cell and (change := read(cell)) is not None and change[0] != cell}
        self.apply(name, name, changes)

    def apply(self, source: str, target: str, changes: Mapping[str, Change]) -> None:
        """Write changed cells of one column to a column, and record them."""
        cells = self.table.columns[source]
        rows = [at for at, cell in enumerate(cells) if cell in changes]
        self.columns[target] = [changes[cell][0] if cell in changes else (cell if source == target else "")
                                for cell in cells]
        if rows:
            self.parts.append((source, target, rows, [cells[at] for at in rows],
                               [changes[cells[at]][0] for at in rows], [changes[cells[at]][1] for at in rows]))

    def give_up(self, name: str, faulty: Mapping[str, tuple[str, str, str]]) -> None:
        """Note cells that cannot be read, by content: kind, reason and remedy; they count as blank from now on."""
        if not faulty:
            return
        for at, cell in enumerate(self.table.columns[name]):
            if cell in faulty:
                kind, reason, remedy = faulty[cell]
                self.table.faults.add(kind, reason, remedy, at=at, column=name, value=cell)
                self.unread.add((at, name))
        self.columns[name] = ["" if cell in faulty else cell for cell in self.columns[name]]

    def numbers(self, name: str, column: Column, stated: str, marks: DecimalMarks) -> None:
        """Read a column of numbers, in the unit of its header or of its cells."""
        counts = Counter(self.table.columns[name])
        counts.pop("", None)
        amounts = {cell: found for cell in counts if (found := amount(cell, marks)) is not None}
        faulty = {cell: _doubtful(cell) for cell, found in amounts.items()
                  if "," not in plain(cell) and is_doubtful(found.number, marks)}
        faulty |= {cell: problem for cell, found in amounts.items()
                   if (problem := _unknown_unit(found, column)) is not None}
        good = {cell: found for cell, found in amounts.items() if cell not in faulty}
        unit, also = self._unit_of(name, column, stated, good, counts)
        faulty |= also
        changes = {}
        for cell, found in good.items():
            if cell not in faulty:
                new, rule = _in_schema_unit(found, found.unit or unit, column)
                if new != cell:
                    changes[cell] = (new, rule)
        self.apply(name, name, changes)
        self.give_up(name, faulty)

    def _unit_of(self, name: str, column: Column, stated: str, amounts: Mapping[str, Amount],
                 counts: Counter[str]) -> tuple[str, dict[str, tuple[str, str, str]]]:
        """Return the unit of plain cells, and the cells that contradict it."""
        if column.unit not in NEEDS_UNIT:
            return stated, {}
        tally: Counter[str] = Counter()
        for cell, found in amounts.items():
            tally[folded_unit(found.unit)] += counts[cell]
        bare = tally.pop("", 0)
        if bare and stated in ("", EACH):
            self._ask_unit(name, column, bare)
            return "", dict.fromkeys((cell for cell, found in amounts.items() if not found.unit), _no_unit(column))
        if stated == EACH or not tally:
            return stated, {}
        usual = stated or tally.most_common(1)[0][0]
        same = unit_factor(usual, column.unit)
        where = "the header states" if stated else "most cells of the column have"
        reason = ("mixed units", f"is in another unit than {usual}, which {where}",
                  f"Write every cell in {usual}; or, if each cell is right, "
                  f"columns={{{self.names.get(name, name)!r}: '{name} [{EACH}]'}}.")
        return stated, {cell: reason for cell, found in amounts.items()
                        if found.unit and unit_factor(found.unit, column.unit) != same}

    def _ask_unit(self, name: str, column: Column, bare: int) -> None:
        header = self.names.get(name, name)
        known = ", ".join(units_for(column.unit))
        self.table.faults.add(
            "no unit", f"states no unit, and neither do {bare:,} of its cells ({name!r} is in {column.unit})",
            f"Say which it is: columns={{{header!r}: '{name} [{folded_unit(column.unit)}]'}}; known are {known}.",
            column=name)

    def clocks(self, names: list[str]) -> None:
        """Read columns of clock times, one with begin and end in a cell included; dates count from the first day."""
        split = {name: _split_dates(self.table.columns[name]) for name in names}
        first = next((name for name in names if any(day for day, _ in split[name].values() if isinstance(day, date))),
                     None)
        days = set() if first is None else {day for day, _ in split[first].values() if isinstance(day, date)}
        for name in names:
            changes: dict[str, Change] = {}
            ends: dict[str, Change] = {}
            faulty = {}
            for cell, (day, rest) in split[name].items():
                if isinstance(day, str):
                    faulty[cell] = ("no such date", day, "Write a date that exists, or the time alone, as HH:MM.")
                elif day is not None and len(days) > 1:
                    faulty[cell] = ("several days", f"has a date, and the column has {len(days)} different ones",
                                    "A plan is for one day: split the file by day, or write times alone, as HH:MM.")
                elif name == WINDOW:
                    both = window(rest)
                    if both is None:
                        faulty[cell] = ("no window", "is not a time window",
                                        "Write begin and end, such as 08:00-12:00.")
                    else:
                        changes[cell], ends[cell] = ((part, "window in one cell") for part in both)
                else:
                    _note_clock(cell, rest, day, min(days, default=None), changes)
            self._write_clocks(name, changes, ends, faulty)

    def _write_clocks(self, name: str, changes: dict[str, Change], ends: dict[str, Change],
                      faulty: Mapping[str, tuple[str, str, str]]) -> None:
        if name == WINDOW:
            for target, part in zip(self.schema.window, (changes, ends), strict=True):
                self.apply(name, target, part)
                self.split.append(target)
                self.names[target] = self.names.get(name, name)
                self.unread |= {(at, target) for at, column in self.unread if column == name}
            self.give_up(name, faulty)
            del self.columns[name]
        else:
            self.apply(name, name, {cell: change for cell, change in changes.items() if change[0] != cell})
            self.give_up(name, faulty)

    def result(self) -> tuple[TextTable, RepairReport]:
        import pandas as pd

        table = self.table
        frames = []
        for source, target, rows, old, new, rules in self.parts:
            cells = [cell_address(table, at, source) for at in rows]
            frames.append(pd.DataFrame({
                "file": table.file, "sheet": table.sheet, "cell": cells, "row": [table.rows[at] for at in rows],
                "header": table.names.get(source, source), "field": target, "old": old, "new": new, "rule": rules,
            }))
        kept = replace(table, columns=self.columns, names=self.names, unread=frozenset(self.unread),
                       places={**dict.fromkeys(self.split, table.places.get(WINDOW, -1)), **table.places})
        if not frames:
            return kept, no_repairs()
        return kept, RepairReport(pd.concat(frames, ignore_index=True))


def no_repairs() -> RepairReport:
    """Return the report of a table that needed none."""
    import pandas as pd

    return RepairReport(pd.DataFrame(columns=list(COLUMNS), dtype="str"))


class RepairWarning(UserWarning):
    """Cells of a file were repaired while reading it; `gisdata.open_table` lists each."""


def cell_address(table: TextTable, at: int, column: str) -> str:
    """Return the address of a cell as a spreadsheet shows it.

    Parameters
    ----------
    table : TextTable
        As read, whatever its headers are now.
    at : int
        Position of the record, from 0.
    column : str
        Header of the column.

    Returns
    -------
    str
        Such as ``"C12"``; empty where a file has no such address.
    """
    place, row = table.places.get(column), table.rows[at]
    return "" if place is None or place < 0 or not isinstance(row, int) else f"{_letters(place)}{row}"


@cache
def _letters(place: int) -> str:
    """Return A for 0, AA for 26."""
    return (_letters(place // 26 - 1) if place >= 26 else "") + chr(65 + place % 26)


def _marks(cells: Iterable[str]) -> DecimalMarks:
    """Return the decimal marks that a column proves; a plain number is looked at only until a point is proven."""
    found = DecimalMarks()
    for cell in dict.fromkeys(cells):
        if cell and not (found.point and "," not in cell and "，" not in cell):
            found |= decimal_marks(cell)
            if found.point and found.comma:
                break
    return found


def _unknown_unit(found: Amount, column: Column) -> tuple[str, str, str] | None:
    if not found.unit or unit_factor(found.unit, column.unit) is not None:
        return None
    known = ", ".join(units_for(column.unit)) or "none: write the number alone"
    return "unknown unit", f"states the unit {found.unit!r}, which is not known here", f"Known are {known}."


def _doubtful(cell: str) -> tuple[str, str, str]:
    return ("doubtful", "may have a decimal point or a separator of thousands; the table has decimal commas",
            f"Write {cell.replace('.', '')} or {cell.replace('.', ',')}, whichever is meant.")


def _no_unit(column: Column) -> tuple[str, str, str]:
    return "no unit in the cell", "states no unit", f"Write it in {column.unit}, or state the unit in the header."


def _in_schema_unit(found: Amount, unit: str, column: Column) -> Change:
    """Return a number in the unit of the schema, and the rules used."""
    factor = unit_factor(unit, column.unit) if unit and unit != EACH else None
    if factor is None or factor == 1:
        return found.number, "; ".join(found.rules)
    rule = f"{folded_unit(unit)} to {column.unit}"
    return converted(found.number, factor), "; ".join((*found.rules, rule))


def _split_dates(cells: Iterable[str]) -> dict[str, tuple[date | str | None, str]]:
    """Return date and time by content; instead of a date that does not exist, the reason."""
    found: dict[str, tuple[date | str | None, str]] = {}
    for cell in dict.fromkeys(cells):
        if cell:
            text = plain(cell)
            try:
                found[cell] = dated(text)
            except ValueError:
                found[cell] = ("holds a date that does not exist", text)
    return found


def _note_clock(cell: str, rest: str, day: date | None, first: date | None, changes: dict[str, Change]) -> None:
    """Note the plain form of a clock time; with a date, in days after the first."""
    time = clock(rest)
    if time is None or (day is not None and not time):
        return
    rule = "clock time in words" if time != rest else "full-width letters"
    if day is not None and first is not None:
        if day < first:
            return
        time = format_clock(parse_clock(time) + (day - first).days * DAY_S) if (day - first).days < 31 else time
        rule = f"time on {day.isoformat()}; the plan is for {first.isoformat()}"
    changes[cell] = (time, rule)


def _repaired_yes_no(cell: str) -> Change | None:
    answer = yes_no(plain(cell))
    if answer is None and plain(cell) != cell:
        return plain(cell), "full-width letters"
    return None if answer is None else (answer, "mark for yes or no")


def _repaired_choice(column: Column, cell: str) -> Change | None:
    known = plain(cell) != cell and plain(cell).casefold() in dict(column.choices)
    return (plain(cell), "full-width letters") if known else None


def _repaired_skills(cell: str) -> Change | None:
    text = cell
    for mark in _OWN_SEPARATORS:
        text = text.replace(mark, ";")
    return text, "separator of skills"


