"""Breaks that drivers take: at a given time of day, or after so much driving. What a law says stands in a data file."""

from __future__ import annotations

import csv
import itertools
from dataclasses import KW_ONLY, dataclass
from functools import cache
from pathlib import Path

from gisdata.errors import UnknownNameError
from routing.model.check import kind_faults, require, settle_counts, settle_texts
from routing.model.time import TimeWindow

_TABLE = Path(__file__).with_name("driving_rules.csv")


@dataclass(frozen=True, slots=True)
class Break:
    """A break of the day, such as lunch.

    Parameters
    ----------
    window : TimeWindow
        When it may begin. A window of one moment makes the break a fixed one.
    duration_s : int
        How long it takes.
    name : str
        For people, such as ``"lunch"``.

    Raises
    ------
    ProblemError
        If it takes no time.
    """

    window: TimeWindow
    duration_s: int
    _: KW_ONLY
    name: str = ""

    def __post_init__(self) -> None:
        require("break", self.name, [*kind_faults(self, window=TimeWindow),
                                     *settle_counts(self, "duration_s", positive=True), *settle_texts(self, "name")])

    def __str__(self) -> str:
        """Return such as ``lunch (30 min, begins 11:30-13:00)``."""
        minutes = f"{self.duration_s / 60:g} min, begins {self.window}"
        return f"{self.name} ({minutes})" if self.name else f"break ({minutes})"


@dataclass(frozen=True, slots=True)
class DrivingRule:
    """How long one may drive before a break, and how long that must be at least.

    Parameters
    ----------
    driving_s : int
        Longest driving since the departure or the last such break.
    rest_s : int
        Length of a break, in one piece, after which driving counts anew.
    name : str
        For people, such as ``"eu"``.

    Raises
    ------
    ProblemError
        If either is zero.
    """

    driving_s: int
    rest_s: int
    _: KW_ONLY
    name: str = ""

    def __post_init__(self) -> None:
        require("driving rule", self.name, [*settle_counts(self, "driving_s", "rest_s", positive=True),
                                            *settle_texts(self, "name")])


def driving_rule(name: str) -> DrivingRule:
    """Return a driving rule of a law.

    Parameters
    ----------
    name : str
        One of `driving_rules`.

    Returns
    -------
    DrivingRule
        As the law says.

    Raises
    ------
    UnknownNameError
        If there is none of that name.

    Examples
    --------
    >>> driving_rule("china")
    DrivingRule(driving_s=14400, rest_s=1200, name='china')
    """
    row = next((row for row in driving_rules() if row["name"] == name), None)
    if row is None:
        raise UnknownNameError(f"there is no driving rule {name!r}; there are: "
                               + ", ".join(row["name"] for row in driving_rules()))
    return DrivingRule(60 * int(row["driving_min"]), 60 * int(row["rest_min"]), name=name)


@cache
def driving_rules() -> tuple[dict[str, str], ...]:
    """Return the table of driving rules.

    Returns
    -------
    tuple of dict
        Columns ``name``, ``driving_min``, ``rest_min``, ``source``.
    """
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def break_faults(breaks: tuple[Break, ...], shift: TimeWindow) -> list[str]:
    """Return what contradicts itself in the breaks of one vehicle type.

    Parameters
    ----------
    breaks : tuple of Break
        In order of their windows.
    shift : TimeWindow
        Of the type.

    Returns
    -------
    list of str
        A break as long as the shift; one that begins after it; two that need not follow each other.
    """
    faults = [f"its {pause} is as long as its shift {shift}" for pause in breaks
              if pause.duration_s >= shift.end_s - shift.begin_s]
    faults += [f"its {pause} begins after its shift {shift} ends" for pause in breaks
               if pause.window.begin_s > shift.end_s]
    faults += [f"its {later} may begin before its {earlier} has ended; let the windows of breaks follow each other"
               for earlier, later in itertools.pairwise(breaks)
               if later.window.begin_s < earlier.window.begin_s + earlier.duration_s
               or later.window.end_s < earlier.window.end_s + earlier.duration_s]
    return faults
