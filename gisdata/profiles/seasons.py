"""Read at what time of the year something holds: months and dates before the hours of a conditional tag.

Months, dates, ranges and lists of them, over New Year too: ``Nov-Mar``, ``Dec 24-Jan 06``, ``Jul,Aug``. Years, weeks,
Easter and holidays are not decided here.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = f"(?:{'|'.join(_MONTHS)})"
_RANGE = rf"{_MONTH}(?:\s+\d{{1,2}}(?![\d:]))?(?:\s*-\s*(?:{_MONTH}(?:\s+\d{{1,2}}(?![\d:]))?|\d{{1,2}}(?![\d:])))?"
_SEASON = re.compile(rf"({_RANGE}(?:\s*,\s*{_RANGE})*)(?:\s*:)?(?:\s+|$)(.*)")
_LAST_DAY = 31

Day = tuple[int, int]


class Season(NamedTuple):
    """Days of a year, and what else must hold on them.

    Parameters
    ----------
    ranges : tuple of ((int, int), (int, int))
        First and last month and day; a range may go over New Year.
    rest : str
        Hours, or nothing.
    """

    ranges: tuple[tuple[Day, Day], ...]
    rest: str

    def hold(self, date: dt.date) -> bool:
        """Return whether a date is among the days.

        Parameters
        ----------
        date : datetime.date
            Any.

        Returns
        -------
        bool
            First and last day are.
        """
        day = date.month, date.day
        return any(first <= day <= last if first <= last else day >= first or day <= last
                   for first, last in self.ranges)


@cache
def read_season(text: str) -> Season | None:
    """Return the season that a condition begins with.

    Parameters
    ----------
    text : str
        Such as ``Nov-Mar Mo-Fr 07:00-19:00``.

    Returns
    -------
    Season or None
        None if it begins with none, with a date that is none, or says several things one after the other.

    Examples
    --------
    >>> read_season("Dec 24-Jan 06 22:00-06:00")
    Season(ranges=(((12, 24), (1, 6)),), rest='22:00-06:00')
    >>> read_season("Mo-Fr 07:00-19:00") is None
    True
    """
    found = _SEASON.fullmatch(" ".join(text.lower().replace("–", "-").split()))
    if found is None or ";" in found[2]:
        return None
    ranges = tuple(_range(piece) for piece in found[1].split(","))
    right = all(1 <= day <= _LAST_DAY for ends in ranges for _, day in ends)
    return Season(ranges, found[2]) if right else None


def _range(text: str) -> tuple[Day, Day]:
    """Return the first and the last day of a range of months or dates."""
    begin, _, end = (part.strip() for part in text.partition("-"))
    month, first = _day(begin)
    if not end:
        return (month, first or 1), (month, first or _LAST_DAY)
    if end.isdigit():
        return (month, first or 1), (month, int(end))
    last_month, last = _day(end)
    return (month, first or 1), (last_month, last or _LAST_DAY)


def _day(text: str) -> tuple[int, int | None]:
    """Return month and day, None for the whole month."""
    name, _, number = text.partition(" ")
    return _MONTHS.index(name) + 1, int(number) if number else None
