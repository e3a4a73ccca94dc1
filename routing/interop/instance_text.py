"""Text files of published instances: their lines, numbers, and all that is wrong with them, said at once.

What the numbers mean is not known here. Units are those of the file.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from gisdata.content import read_text
from gisdata.errors import Fault, InputFileError, describe_faults
from routing.errors import ProblemError
from routing.model import Problem

MOST_KEPT = 1000


@dataclass(frozen=True, slots=True)
class LineFault(Fault):
    """One thing wrong in one line: `row` is the line, counted from 1, and `sheet` the section of the file."""

    SHEET_WORD: ClassVar[str] = "section"
    ROW_WORD: ClassVar[str] = "line"


class Line(NamedTuple):
    """One line that is not blank.

    Parameters
    ----------
    number : int
        Counted from 1.
    words : tuple of str
        What stands in it, split at blanks.
    """

    number: int
    words: tuple[str, ...]


@dataclass
class InstanceText:
    """An instance file while it is read.

    Parameters
    ----------
    path : str
        The file, as the user named it.
    text : str
        What it holds.
    """

    path: str
    text: str
    faults: list[LineFault] = field(default_factory=list)

    @classmethod
    def opened(cls, path: str | os.PathLike[str]) -> InstanceText:
        """Return the text of a file.

        Parameters
        ----------
        path : path-like
            UTF-8 (ASCII is), or GB18030.

        Returns
        -------
        InstanceText
            Without faults yet.

        Raises
        ------
        InputFileError
            If it cannot be opened or is no text.
        """
        return cls(os.fspath(path), read_text(path))

    def lines(self) -> Iterator[Line]:
        """Yield every line that is not blank."""
        for number, line in enumerate(self.text.splitlines(), start=1):
            words = tuple(line.split())
            if words:
                yield Line(number, words)

    def fault(self, reason: str, remedy: str = "", *, line: int | None = None, section: str = "", column: str = "",
              value: str = "") -> None:
        """Take note of something wrong; `fail` raises.

        Parameters
        ----------
        reason, remedy : str
            What is wrong, and what to do.
        line : int, optional
            Where, counted from 1.
        section, column : str
            Of the file, and of the line.
        value : str
            What stands there.
        """
        self.faults.append(LineFault(self.path, reason, remedy, section, line, column, value))

    def number(self, word: str, name: str, *, line: int, section: str = "", least: float = -math.inf,
               whole: bool = False) -> float:
        """Return the number that a word says; 0 and a fault if it says none.

        Parameters
        ----------
        word, name : str
            What stands there, and what it is called.
        line : int
            Where, counted from 1.
        section : str
            Of the file.
        least : float
            The smallest number allowed.
        whole : bool
            Whether it must be a whole number.

        Returns
        -------
        float
            Finite.
        """
        try:
            number = float(word)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            reason, remedy = "is no number", "Write a decimal number with a point."
        elif number < least:
            reason, remedy = f"is below {least:g}", f"Write {least:g} or more."
        elif whole and not number.is_integer():
            reason, remedy = "is no whole number", "Write it without a fraction."
        else:
            return number
        self.fault(reason, remedy, line=line, section=section, column=name, value=word)
        return 0.0

    def numbers(self, line: Line, columns: Sequence[str], *, section: str = "", least: float = -math.inf,
                whole: Sequence[str] = ()) -> list[float] | None:
        """Return the numbers of a line.

        Parameters
        ----------
        line : Line
            To read.
        columns : sequence of str
            What its words are called.
        section : str
            Of the file.
        least : float
            The smallest number allowed.
        whole : sequence of str
            Columns whose numbers must be whole.

        Returns
        -------
        list of float or None
            As many as columns; None and a fault if there are fewer or more.
        """
        if len(line.words) != len(columns):
            self.fault(f"has {len(line.words)} values, expected {len(columns)}: {', '.join(columns)}",
                       "Write them apart by blanks.", line=line.number, section=section, value=" ".join(line.words))
            return None
        return [self.number(word, name, line=line.number, section=section, least=least, whole=name in whole)
                for word, name in zip(line.words, columns, strict=True)]

    def made(self, make: Callable[[], Problem]) -> Problem:
        """Return the problem that `make` makes; what the model refuses is an error of the file.

        Parameters
        ----------
        make : callable
            Makes the problem.

        Returns
        -------
        Problem
            As made.

        Raises
        ------
        InputFileError
            With what the model says against it.
        """
        try:
            return make()
        except ProblemError as error:
            raise InputFileError(f"{self.path}: {error}") from None

    def fail(self) -> None:
        """Raise all faults as one error, in the order of the file; do nothing if there is none.

        Raises
        ------
        InputFileError
            If there is any fault.
        """
        if self.faults:
            ordered = sorted(self.faults, key=lambda fault: fault.row if isinstance(fault.row, int) else 0)
            raise InputFileError(describe_faults(ordered))
