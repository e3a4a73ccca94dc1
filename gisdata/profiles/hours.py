"""Read when something holds: the part of OpenStreetMap's opening hours that weekdays and clock times decide.

Weekdays, ranges of them, spans of time and lists of both, over midnight too: ``Mo-Fr 07:00-09:00,16:00-19:00; Sa
08:00-12:00``. Months, weeks, dates, sunrise and holidays are not decided here.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from gisdata.profiles.trip import WEEKDAYS

_DAY_S = 86_400
_DAYS = re.compile(r"(?:(?:mo|tu|we|th|fr|sa|su|ph|sh)(?:\s*-\s*(?:mo|tu|we|th|fr|sa|su))?)"
                   r"(?:\s*,\s*(?:mo|tu|we|th|fr|sa|su|ph|sh)(?:\s*-\s*(?:mo|tu|we|th|fr|sa|su))?)*")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_NUMBER_OF = {day.lower(): number for number, day in enumerate(WEEKDAYS)}
_NEXT_DAYS = re.compile(r"(?<=\d)\s*,\s*(?=(?:mo|tu|we|th|fr|sa|su|ph|sh)\b)")
EVERY_DAY = frozenset(range(7))


class Rule(NamedTuple):
    """When something holds, or does not, on some days of the week.

    Parameters
    ----------
    days : frozenset of int
        Weekdays, 0 is Monday.
    spans : tuple of (int, int)
        Seconds from midnight; the end may lie on the next day.
    on : bool
        Whether it holds then.
    adds : bool
        Whether it adds to the rule before it, or replaces it on its days.
    """

    days: frozenset[int]
    spans: tuple[tuple[int, int], ...]
    on: bool
    adds: bool = False


class Hours(NamedTuple):
    """When something holds in a week.

    Parameters
    ----------
    rules : tuple of Rule
        In order.
    holidays : bool
        Whether public or school holidays are named; they are taken as ordinary days.
    """

    rules: tuple[Rule, ...]
    holidays: bool

    def hold(self, weekday: str, at_s: int) -> bool:
        """Return whether they hold at a time.

        Parameters
        ----------
        weekday : str
            ``Mo`` to ``Su``.
        at_s : int
            Seconds from midnight; the begin of a span is in it, its end is not.

        Returns
        -------
        bool
            Spans that began the evening before count.
        """
        today = _NUMBER_OF[weekday.lower()]
        return self._on(today, at_s) or self._on((today - 1) % 7, at_s + _DAY_S)

    def _on(self, day: int, second: int) -> bool:
        """Return whether the rules for a day hold at a second of it, which may be past its end."""
        holds = False
        for rule in self.rules:
            if day in rule.days:
                inside = any(begin <= second < end for begin, end in rule.spans)
                holds = (rule.on and inside) or (rule.adds and holds)
        return holds


@cache
def read_hours(text: str) -> Hours | None:
    """Return the hours that a text means.

    Parameters
    ----------
    text : str
        As in the tag ``opening_hours``, or the condition of a ``:conditional`` tag.

    Returns
    -------
    Hours or None
        None if any part of it is more than weekdays and clock times.

    Examples
    --------
    >>> read_hours("Mo-Fr 22:00-06:00").hold("Sa", 5 * 3600)
    True
    >>> read_hours("Mo-Fr 22:00-06:00").hold("Sa", 23 * 3600), read_hours("Nov-Mar") is None
    (False, True)
    """
    rules: list[Rule] = []
    holidays = False
    for part in text.lower().replace("–", "-").split(";"):
        for place, piece in enumerate(_NEXT_DAYS.split(part)):
            read = _rule(" ".join(piece.split()), adds=place > 0)
            if read is None:
                return None
            holidays |= read[1]
            rules += [read[0]] if read[0].days else []
    return Hours(tuple(rules), holidays) if rules else None


def _rule(text: str, *, adds: bool) -> tuple[Rule, bool] | None:
    """Return a rule and whether it names holidays; None if there is more in the text."""
    if text in {"24/7", "00:00-24:00"}:
        return Rule(EVERY_DAY, ((0, _DAY_S),), on=True, adds=adds), False
    days = _DAYS.match(text)
    rest = text[days.end():].strip() if days else text
    on = not rest.endswith(("off", "closed"))
    rest = rest.removesuffix("off").removesuffix("closed").strip().removeprefix(":").strip()
    if not days and not rest:
        return None
    spans = [_span(piece.strip()) for piece in rest.split(",") if piece.strip()]
    known = tuple(span for span in spans if span is not None)
    if len(known) < len(spans):
        return None
    chosen, named = _weekdays(days[0]) if days else (EVERY_DAY, False)
    return Rule(chosen, known or ((0, _DAY_S),), on, adds), named


def _span(text: str) -> tuple[int, int] | None:
    """Return begin and end of a span of time, in seconds from midnight; None if it is none."""
    found = _SPAN.fullmatch(text)
    if found is None or int(found[2]) > 59 or int(found[4]) > 59:
        return None
    begin, end = (int(found[at]) * 3600 + int(found[at + 1]) * 60 for at in (1, 3))
    if begin >= _DAY_S or end > 2 * _DAY_S:
        return None
    return begin, end if end > begin else end + _DAY_S


def _weekdays(text: str) -> tuple[frozenset[int], bool]:
    """Return the weekdays of a list, and whether holidays are in it."""
    chosen: set[int] = set()
    named = False
    for piece in text.split(","):
        ends = [end.strip() for end in piece.split("-")]
        if ends[0] in {"ph", "sh"}:
            named = True
            continue
        first, last = _NUMBER_OF[ends[0]], _NUMBER_OF[ends[-1]]
        chosen |= {day % 7 for day in range(first, last + 1 + 7 * (last < first))}
    return frozenset(chosen), named
