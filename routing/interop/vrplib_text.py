"""Sections of a VRPLIB file: headers, tables by node or vehicle, explicit distances. Not what they mean."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routing.interop.instance_text import InstanceText, Line
from routing.interop.planar import MOST_PLACES

if TYPE_CHECKING:
    from numpy.typing import NDArray

END = "EOF"


class Header(NamedTuple):
    """One line ``NAME : value``."""

    line: int
    value: str


@dataclass
class Section:
    """The lines below ``NAME_SECTION``."""

    line: int
    rows: list[Line] = field(default_factory=list)


@dataclass
class VrplibText:
    """A VRPLIB file cut into headers and sections.

    Parameters
    ----------
    text : InstanceText
        The file; takes the faults.
    headers : dict of str to Header
        By name.
    sections : dict of str to Section
        By name without ``_SECTION``.
    """

    text: InstanceText
    headers: dict[str, Header] = field(default_factory=dict)
    sections: dict[str, Section] = field(default_factory=dict)

    @classmethod
    def cut(cls, text: InstanceText) -> VrplibText:
        """Return a file cut at the names that stand in it."""
        found = cls(text)
        rows: list[Line] | None = None
        for line in text.lines():
            word = line.words[0].rstrip(":").upper()
            if word == END:
                break
            if word.endswith("_SECTION"):
                rows = found._open(word.removesuffix("_SECTION"), line.number).rows
            elif line.words[0][0].isalpha() and ":" in "".join(line.words):
                found._take_header(line)
                rows = None
            elif rows is not None:
                rows.append(line)
            else:
                text.fault("is neither a header nor in a section", "Write NAME : value, or NAME_SECTION above it.",
                           line=line.number, value=" ".join(line.words))
        return found

    def header(self, name: str, default: str = "") -> str:
        """Return what a header says, in capital letters."""
        return self.headers[name].value.upper() if name in self.headers else default

    def number(self, name: str, default: float, *, least: float = 0.0, whole: bool = False) -> float:
        """Return the number that a header says."""
        if name not in self.headers:
            return default
        found = self.headers[name]
        return self.text.number(found.value, name, line=found.line, least=least, whole=whole)

    def table(self, name: str, count: int, columns: Sequence[str], *, least: float = -math.inf,
              ) -> NDArray[np.float64]:
        """Return a section that has a line for each node or vehicle: its number from 1, then its values.

        Parameters
        ----------
        name : str
            Of the section.
        count : int
            How many lines there must be.
        columns : sequence of str
            What the values are called.
        least : float
            The smallest value allowed.

        Returns
        -------
        ndarray, shape (count, len(columns))
            Zero where the file has a fault.
        """
        values = np.zeros((count, len(columns)))
        seen: dict[int, int] = {}
        for line in self.sections[name].rows:
            numbers = self.text.numbers(line, ("number", *columns), section=name, least=least, whole=("number",))
            if numbers is None:
                continue
            at = self._at(name, line, numbers[0], count, seen)
            if at is not None:
                values[at] = numbers[1:]
        self._tell_missing(name, count, seen)
        return values

    def lists(self, name: str, count: int) -> list[tuple[int, ...]]:
        """Return a section that has a line for each vehicle: its number from 1, then any number of nodes."""
        found: list[tuple[int, ...]] = [()] * count
        seen: dict[int, int] = {}
        for line in self.sections[name].rows:
            columns = ("number", *("node" for _ in line.words[1:]))
            numbers = self.text.numbers(line, columns, section=name, least=1, whole=columns) or [0.0]
            at = self._at(name, line, numbers[0], count, seen)
            if at is not None:
                found[at] = tuple(int(number) for number in numbers[1:])
        self._tell_missing(name, count, seen)
        return found

    def listed(self, name: str) -> list[tuple[int, int]]:
        """Return the whole numbers of a section that ends at -1, each with its line."""
        found: list[tuple[int, int]] = []
        for line in self.sections[name].rows:
            for word in line.words:
                number = int(self.text.number(word, "node", line=line.number, section=name, least=-1, whole=True))
                if number == -1:
                    return found
                found.append((line.number, number))
        return found

    def explicit(self, count: int) -> NDArray[np.float64]:
        """Return the distances of EDGE_WEIGHT_SECTION in full; zeros, and a fault, if there are too few or too many.

        Parameters
        ----------
        count : int
            How many nodes there are.

        Returns
        -------
        ndarray, shape (count, count)
            Row = from.
        """
        form = self.header("EDGE_WEIGHT_FORMAT", "FULL_MATRIX")
        full = np.zeros((count, count))
        if form not in FORMATS:
            header = self.headers["EDGE_WEIGHT_FORMAT"]
            self.text.fault("is no format of distances", f"Write one of {', '.join(FORMATS)}.", line=header.line,
                            column="EDGE_WEIGHT_FORMAT", value=header.value)
            return full
        section = self.sections["EDGE_WEIGHT"]
        cells = FORMATS[form](count)
        words = [(word, line.number) for line in section.rows for word in line.words]
        if len(words) != len(cells[0]):
            self.text.fault(f"has {len(words):,} values; {form} of {count:,} nodes has {len(cells[0]):,}",
                            "Correct DIMENSION, EDGE_WEIGHT_FORMAT or the values.", line=section.line,
                            section="EDGE_WEIGHT")
            return full
        numbers = [self.text.number(word, "distance", line=line, section="EDGE_WEIGHT", least=0)
                   for word, line in words]
        full[cells] = numbers
        if form != "FULL_MATRIX":
            full[cells[::-1]] = numbers
        return full

    def _open(self, name: str, line: int) -> Section:
        if name in self.sections:
            self.text.fault("stands twice in the file", "Keep one.", line=line, section=name)
        return self.sections.setdefault(name, Section(line))

    def _take_header(self, line: Line) -> None:
        name, _, value = " ".join(line.words).partition(":")
        name = name.strip().upper()
        if name in self.headers and name != "COMMENT":
            self.text.fault(f"{name} stands twice in the file", "Keep one.", line=line.number, value=value.strip())
        self.headers.setdefault(name, Header(line.number, value.strip()))

    def _at(self, name: str, line: Line, number: float, count: int, seen: dict[int, int]) -> int | None:
        """Return the row of a node or vehicle; None, and a fault, if there is no such or it was there before."""
        key = int(number)
        if not 1 <= key <= count:
            self.text.fault(f"there is no such number: they run from 1 to {count:,}", "Correct it, or the header.",
                            line=line.number, section=name, column="number", value=line.words[0])
            return None
        if key in seen:
            self.text.fault(f"stands already in line {seen[key]}", "Keep one.", line=line.number, section=name,
                            column="number", value=line.words[0])
            return None
        seen[key] = line.number
        return key - 1

    def _tell_missing(self, name: str, count: int, seen: Iterable[int]) -> None:
        missing = sorted(set(range(1, count + 1)) - set(seen))
        if missing:
            listed = ", ".join(map(str, missing[:5])) + (" ..." if len(missing) > 5 else "")
            self.text.fault(f"{len(missing):,} of {count:,} numbers are missing: {listed}", "Add them.",
                            line=self.sections[name].line, section=name)


def dimension_of(vrplib: VrplibText) -> int:
    """Return the number of nodes that DIMENSION says; 0, and a fault, if it is missing or absurd."""
    if "DIMENSION" not in vrplib.headers:
        vrplib.text.fault("DIMENSION is missing", "Add a line DIMENSION : number of nodes.")
        return 0
    count = int(vrplib.number("DIMENSION", 0, least=1, whole=True))
    if count > MOST_PLACES:
        vrplib.text.fault(f"is more than the {MOST_PLACES:,} places whose distances can be kept", "Take a part of it.",
                          line=vrplib.headers["DIMENSION"].line, column="DIMENSION", value=str(count))
        return 0
    return count


Cells = tuple["NDArray[np.intp]", "NDArray[np.intp]"]


def _all(count: int) -> Cells:
    rows, columns = np.indices((count, count))
    return rows.ravel(), columns.ravel()


def _upper(count: int) -> Cells:
    return np.triu_indices(count, 1)


def _upper_diagonal(count: int) -> Cells:
    return np.triu_indices(count)


def _lower(count: int) -> Cells:
    return np.tril_indices(count, -1)


def _lower_diagonal(count: int) -> Cells:
    return np.tril_indices(count)


FORMATS = {
    "FULL_MATRIX": _all, "UPPER_ROW": _upper, "LOWER_ROW": _lower, "UPPER_DIAG_ROW": _upper_diagonal,
    "LOWER_DIAG_ROW": _lower_diagonal, "UPPER_COL": _lower, "LOWER_COL": _upper, "UPPER_DIAG_COL": _lower_diagonal,
    "LOWER_DIAG_COL": _upper_diagonal,
}
"""Which cells the numbers fill, in their order. A triangle by columns is the other triangle by rows."""
