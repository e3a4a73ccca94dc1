"""Event: what happened since a plan was made; read from a table or made in a notebook. Seconds."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from gisdata.checks import check
from gisdata.mapping import map_headers, mapped
from gisdata.opened import text_table
from gisdata.repairs import repaired
from gisdata.schema import Column, Schema
from gisdata.texttable import TextTable
from routing.errors import ProblemError
from routing.model import Order, TimeWindow

Kind = Literal["new", "cancelled", "changed", "broken", "late", "blocked"]

KINDS: tuple[Kind, ...] = ("new", "cancelled", "changed", "broken", "late", "blocked")

_WORDS: tuple[tuple[str, Kind], ...] = (
    *((kind, kind) for kind in KINDS), ("cancel", "cancelled"), ("canceled", "cancelled"), ("change", "changed"),
    ("breakdown", "broken"), ("delay", "late"), ("closed", "blocked"), ("新增", "new"), ("新订单", "new"),
    ("取消", "cancelled"), ("变更", "changed"), ("修改", "changed"), ("故障", "broken"), ("车辆故障", "broken"),
    ("晚点", "late"), ("延误", "late"), ("封路", "blocked"), ("道路封闭", "blocked"),
)
_BLANK = -1
"""What stands for a blank cell of a clock time or of minutes: what it says stays as it was."""

EVENTS = Schema("events", "事件", (
    Column("event", "choice", "", "What happened", "事件", required=True, choices=_WORDS),
    Column("id", "id", "", "The order, or the name of the vehicle", "编号", default=""),
    Column("delay_min", "number", "min", "By how much the vehicle is late", "晚点(分钟)", default=_BLANK, above=0,
           most=1_440),
    Column("ways", "text", "", "OpenStreetMap ids of closed ways, separated by blanks", "道路", default=""),
    Column("lon", "number", "degrees", "Longitude, WGS 84", "经度", least=-180, most=180),
    Column("lat", "number", "degrees", "Latitude, WGS 84", "纬度", least=-90, most=90),
    Column("weight_kg", "number", "kg", "Mass to load", "重量(千克)", least=0, most=100_000),
    Column("volume_m3", "number", "m³", "Volume to load", "体积(立方米)", least=0, most=1_000),
    Column("window_begin", "clock", "HH:MM", "Earliest begin of service", "最早", default=_BLANK),
    Column("window_end", "clock", "HH:MM", "Latest begin of service", "最晚", default=_BLANK),
    Column("service_min", "number", "min", "How long service takes", "服务时间(分钟)", default=_BLANK, least=0,
           most=1_440),
    Column("penalty", "number", "", "Cost if it is not served", "罚金", least=0, most=1e9),
), key=("event", "id"))
"""The table of events; which columns a row needs hangs on what happened."""

_NEEDS: dict[Kind, tuple[str, ...]] = {"new": ("id", "lon", "lat"), "changed": ("id",), "cancelled": ("id",),
                                       "broken": ("id",), "late": ("id", "delay_min"), "blocked": ("ways",)}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Parameters
    ----------
    kind : str
        ``new``, ``cancelled`` or ``changed``: an order; ``broken`` or ``late``: a vehicle; ``blocked``: roads.
    id : str
        Of the order, or name of the vehicle, such as ``van#2``; empty for roads, and for a new or changed order, which
        says its id itself.
    order : Order, optional
        A new order, or how a changed one is now.
    delay_s : int
        By how much a vehicle is late.
    ways : tuple of str
        OpenStreetMap ids of ways that nobody can drive on any more.

    Raises
    ------
    ProblemError
        If something that its kind needs is missing.
    """

    kind: Kind
    id: str = ""
    order: Order | None = None
    delay_s: int = 0
    ways: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.order is not None and not self.id:
            object.__setattr__(self, "id", self.order.id)
        needs = {"new": self.order, "changed": self.order, "cancelled": self.id, "broken": self.id,
                 "late": self.id and self.delay_s > 0, "blocked": self.ways}
        wanted = {"new": "its order", "changed": "its order", "cancelled": "the id of the order",
                  "broken": "the name of the vehicle", "late": "the vehicle and a delay of more than zero seconds",
                  "blocked": "the ids of ways"}
        if self.kind not in needs:
            raise ProblemError(f"event kind must be one of {', '.join(KINDS)}, got {self.kind!r}")
        if not needs[self.kind]:
            raise ProblemError(f"an event of kind {self.kind!r} needs {wanted[self.kind]}")


def read_events(path: str | os.PathLike[str], orders: Iterable[Order] = ()) -> tuple[Event, ...]:
    """Read events from a table, one a row.

    Parameters
    ----------
    path : path-like
        CSV or Excel, with the columns ``event`` and ``id`` and, as needed, ``delay_min``, ``ways`` (separated by
        blanks), ``lon``, ``lat``, ``weight_kg``, ``volume_m3``, ``window_begin``, ``window_end``, ``service_min`` and
        ``penalty``; in English or Chinese.
    orders : iterable of Order
        Those that a row of a changed order starts from: what the row leaves blank stays.

    Returns
    -------
    tuple of Event
        In the order of the rows.

    Raises
    ------
    TableError
        With everything that is wrong: row, column, value, reason and remedy.
    """
    table = text_table(path, None, EVENTS, ())
    mapping = map_headers(table, EVENTS, {})
    table, _ = repaired(mapped(table, mapping), EVENTS, mapping)
    known = {order.id: order for order in orders}
    _note_needs(table, known)
    frame = check(table, EVENTS)
    rows: list[dict[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]
    events: list[Event] = []
    for at, row in enumerate(rows):
        try:
            events.append(_event(row, known))
        except ProblemError as error:
            table.faults.add("event", str(error), "Correct the row.", at=at, column="event", value=row["event"])
    table.faults.fail(table.file, table.sheet, table.rows, table.header_row, list(frame.columns), table.names)
    return tuple(events)


def _note_needs(table: TextTable, known: Mapping[str, Order]) -> None:
    """Note in the faults of a table what rows lack for what they say happened."""
    blank = [""] * len(table.rows)
    kinds = dict(_WORDS)
    for at, word in enumerate(table.columns.get("event", blank)):
        kind = kinds.get(word.strip().casefold())
        for column in _NEEDS[kind] if kind else ():
            if not table.columns.get(column, blank)[at]:
                table.faults.add("needs", f"is blank, and an event of kind {kind!r} needs it", "Fill it in.", at=at,
                                 column=column)
        order = table.columns.get("id", blank)[at]
        if kind == "changed" and order and order not in known:
            table.faults.add("unknown", "is no order of the plan", "Write the id of one, or event new.", at=at,
                             column="id", value=order)


def _event(row: dict[str, Any], known: Mapping[str, Order]) -> Event:
    kind, name = row["event"], row["id"]
    if kind == "late":
        return Event(kind, name, delay_s=row["delay_s"])
    if kind == "blocked":
        return Event(kind, ways=tuple(row["ways"].replace(";", " ").split()))
    if kind in ("new", "changed"):
        return Event(kind, order=_order(name, row, known.get(name) if kind == "changed" else None))
    return Event(kind, name)


def _order(name: str, row: dict[str, Any], before: Order | None) -> Order:
    """Return a new order, or one as it was but for what the row says."""
    numbers = ("lon", "lat", "weight_kg", "volume_m3", "penalty")
    fields: dict[str, Any] = {field: row[field] for field in numbers if not math.isnan(row[field])}
    if row["service_s"] >= 0:
        fields["service_s"] = row["service_s"]
    begin_s, end_s = row["window_begin"], row["window_end"]
    if begin_s >= 0 or end_s >= 0:
        old = before.window if before else TimeWindow()
        fields["window"] = TimeWindow(begin_s if begin_s >= 0 else old.begin_s, end_s if end_s >= 0 else old.end_s)
        if begin_s >= 0 and end_s >= 0:
            fields["windows"] = ()
    return replace(before, **fields) if before is not None else Order(name, **fields)
