"""From templates of fixed lines to those of one day: which are driven on it, and by which of its orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gisdata.errors import Fault
from routing.errors import ProblemError
from routing.model import FixedLine, Order

Row = Mapping[str, Any]

_TABLE = "lines table"
_DAYS = (("mon", "monday", "1", "周一", "星期一", "礼拜一"), ("tue", "tuesday", "2", "周二", "星期二", "礼拜二"),
         ("wed", "wednesday", "3", "周三", "星期三", "礼拜三"), ("thu", "thursday", "4", "周四", "星期四", "礼拜四"),
         ("fri", "friday", "5", "周五", "星期五", "礼拜五"), ("sat", "saturday", "6", "周六", "星期六", "礼拜六"),
         ("sun", "sunday", "7", "周日", "星期日", "星期天", "礼拜天", "周天"))
WEEKDAYS = {word: number for number, words in enumerate(_DAYS) for word in words}
"""Monday is 0, as `datetime.date.weekday` counts."""

_OF_LINE = ("depot", "vehicle_type", "bend_percent", "ignored", "weekdays")


@dataclass(slots=True)
class _Template:
    """The rows of one line, and what the first of them says of it."""

    first: Row
    rows: list[Row] = field(default_factory=list)


def lines_of_day(rows: Iterable[Row], orders: Sequence[Order], day: dt.date) -> tuple[list[FixedLine], list[Fault]]:
    """Return the lines that are driven on a day.

    Parameters
    ----------
    rows : iterable of mapping
        Of a table as `gisdata.read_lines` gives it. What is said of a line stands in its first row; the others may
        repeat it or leave it blank.
    orders : sequence of Order
        Of the day. A stop is the order of that id, or else every order of that name.
    day : datetime.date
        Plan day.

    Returns
    -------
    list of FixedLine, list of Fault
        Lines with at least one order; and stops that no order has though they may not be missed, weekdays that are
        none, and rows that contradict the first of their line.

    Raises
    ------
    ProblemError
        If two stops of a line are the same order.
    """
    templates: dict[str, _Template] = {}
    for row in rows:
        templates.setdefault(row["id"], _Template(row)).rows.append(row)
    lines: list[FixedLine] = []
    faults: list[Fault] = []
    for name, template in templates.items():
        wrong = _faults(template)
        faults += wrong
        if wrong or template.first["ignored"] or not _driven(template.first, day):
            continue
        stops = _stops(template, orders, faults)
        if stops:
            lines.append(FixedLine(name, orders=stops, depot=template.first["depot"],
                                   vehicle_type=template.first["vehicle_type"],
                                   bend_percent=template.first["bend_percent"]))
    return lines, faults


def require_lines(given: object) -> list[FixedLine]:
    """Return lines that were made in a notebook as a list.

    Parameters
    ----------
    given : iterable of FixedLine
        Any.

    Returns
    -------
    list of FixedLine
        The same.

    Raises
    ------
    ProblemError
        If it is something else.
    """
    listed: list[Any] = list(given) if isinstance(given, Iterable) and not isinstance(given, str) else [given]
    wrong = [thing for thing in listed if not isinstance(thing, FixedLine)]
    if wrong:
        raise ProblemError(f"lines must be a table or a list of FixedLine, got {wrong[0]!r}; a file is read with "
                           "gisdata.read_lines")
    return listed


def _driven(first: Row, day: dt.date) -> bool:
    days = {WEEKDAYS[word.casefold()] for word in _words(first["weekdays"])}
    return not days or day.weekday() in days


def _words(cell: str) -> list[str]:
    return [word.strip() for word in cell.replace("；", ";").split(";") if word.strip()]


def _faults(template: _Template) -> list[Fault]:
    """Return weekdays that are none, and rows that say something else of the line than its first row."""
    line, first = template.first["id"], template.first
    faults = [Fault(_TABLE, f"is no weekday, on line {line!r}", "Write mon to sun, or 周一 to 周日, separated by ;.",
                    column="weekdays", value=word)
              for word in _words(first["weekdays"]) if word.casefold() not in WEEKDAYS]
    neutral = {"depot": "", "vehicle_type": "", "bend_percent": 0.0, "ignored": False, "weekdays": ""}
    return faults + [Fault(_TABLE, f"differs from the first row of line {line!r}, {first[name]!r}",
                           "Say it once, in the first row of the line.", column=name, value=str(row[name]))
                     for row in template.rows for name in _OF_LINE if row[name] not in (first[name], neutral[name])]


def _stops(template: _Template, orders: Sequence[Order], faults: list[Fault]) -> tuple[str, ...]:
    """Return the orders of the stops, in sequence; note stops that no order has."""
    ids = {order.id for order in orders}
    named: dict[str, list[str]] = {}
    for order in orders:
        named.setdefault(order.name, []).append(order.id)
    found: list[str] = []
    for row in sorted(template.rows, key=lambda row: row["sequence"]):
        stop = row["stop"]
        there = [stop] if stop in ids else named.get(stop, [])
        if not there and not row["may_miss"]:
            faults.append(Fault(_TABLE, f"is neither an order of the day nor the name of a customer of one, on line "
                                        f"{row['id']!r}", "Correct it, or write yes in may_miss if the stop may have "
                                "no order on some days.", column="stop", value=stop))
        found += there
    return tuple(found)
