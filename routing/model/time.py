"""Time windows. Seconds from midnight of the plan day; both ends belong to the window."""

from __future__ import annotations

import numbers
from collections.abc import Iterable
from dataclasses import dataclass

from gisdata.clock import END_OF_TIME_S, format_clock, parse_clock
from routing.errors import ProblemError


@dataclass(frozen=True, slots=True, order=True)
class TimeWindow:
    """An interval of the plan day in which something may begin; both ends are included.

    Parameters
    ----------
    begin_s, end_s : int
        Seconds from midnight of the plan day; above 86,400 on the days after.

    Raises
    ------
    ProblemError
        If it ends before it begins, or leaves 0 to 31 days.

    Examples
    --------
    >>> TimeWindow.between("22:00", "06:00+1")
    TimeWindow(begin_s=79200, end_s=108000)
    """

    begin_s: int = 0
    end_s: int = END_OF_TIME_S

    def __post_init__(self) -> None:
        for name in ("begin_s", "end_s"):
            object.__setattr__(self, name, _whole_seconds(name, getattr(self, name)))
        if not 0 <= self.begin_s <= self.end_s <= END_OF_TIME_S:
            raise ProblemError(
                f"time window {self.begin_s} s to {self.end_s} s must run forward within 0 to {END_OF_TIME_S} s; "
                "a window over midnight ends at, for example, 06:00+1"
            )

    @classmethod
    def between(cls, begin: int | str, end: int | str) -> TimeWindow:
        """Return the window between two clock times.

        Parameters
        ----------
        begin, end : int or str
            Seconds, or text such as ``"06:30"`` or ``"06:30+1"``.

        Returns
        -------
        TimeWindow
            Both ends included.

        Raises
        ------
        ProblemError
            If a text is not a clock time, a number is not whole, or the end lies before the beginning.
        """
        return cls(_clock("begin", begin), _clock("end", end))

    def __str__(self) -> str:
        """Return ``06:00-20:00``; an open end is left out."""
        end = "" if self.end_s == END_OF_TIME_S else format_clock(self.end_s)
        return f"{format_clock(self.begin_s)}-{end}"


def _clock(name: str, clock: int | str) -> int:
    if not isinstance(clock, str):
        return _whole_seconds(name, clock)
    try:
        return parse_clock(clock)
    except ValueError as error:
        raise ProblemError(f"time window: {error}") from None


def _whole_seconds(name: str, value: object) -> int:
    """Return the plain int of a whole number of any numeric type."""
    whole = isinstance(value, numbers.Integral) or (isinstance(value, numbers.Real) and float(value).is_integer())
    if isinstance(value, bool) or not whole:
        raise ProblemError(f"time window: {name} must be whole seconds, got {value!r}")
    return int(value)  # type: ignore[call-overload, no-any-return]


ALWAYS = TimeWindow()


def common_windows(one: Iterable[TimeWindow], two: Iterable[TimeWindow]) -> tuple[TimeWindow, ...]:
    """Return the windows that two lists of windows have in common.

    Parameters
    ----------
    one, two : iterable of TimeWindow
        In any order; they may overlap.

    Returns
    -------
    tuple of TimeWindow
        In order; those that overlap, or follow each other without a second between, as one.

    Examples
    --------
    >>> morning, noon = TimeWindow.between("08:00", "12:00"), TimeWindow.between("11:00", "13:00")
    >>> [str(window) for window in common_windows([noon, morning], [TimeWindow.between("09:00", "18:00")])]
    ['09:00-13:00']
    """
    both = list(two)
    parts = sorted(TimeWindow(begin_s, end_s) for a in one for b in both
                   if (begin_s := max(a.begin_s, b.begin_s)) <= (end_s := min(a.end_s, b.end_s)))
    joined: list[TimeWindow] = []
    for part in parts:
        if joined and part.begin_s <= joined[-1].end_s + 1:
            joined[-1] = TimeWindow(joined[-1].begin_s, max(joined[-1].end_s, part.end_s))
        else:
            joined.append(part)
    return tuple(joined)
