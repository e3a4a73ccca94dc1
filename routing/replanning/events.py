"""Event: what happened since a plan was made; read from a table or made in a notebook. Seconds."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from gisdata.clock import parse_clock
from gisdata.errors import Fault, TableError
from routing.errors import ProblemError
from routing.model import Order, TimeWindow

Kind = Literal["new", "cancelled", "changed", "broken", "late", "blocked"]

KINDS: tuple[Kind, ...] = ("new", "cancelled", "changed", "broken", "late", "blocked")

WORDS: dict[str, Kind] = {
    **{kind: kind for kind in KINDS}, "cancel": "cancelled", "canceled": "cancelled", "change": "changed",
    "breakdown": "broken", "delay": "late", "closed": "blocked",
    "新增": "new", "新订单": "new", "取消": "cancelled", "变更": "changed", "修改": "changed", "故障": "broken",
    "车辆故障": "broken",
    "晚点": "late", "延误": "late", "封路": "blocked", "道路封闭": "blocked",
}
COLUMNS = {
    "event": ("event", "kind", "事件", "类型", "事件类型"),
    "id": ("id", "order", "vehicle", "编号", "订单号", "车辆", "车号"),
    "delay_min": ("delay_min", "delay", "minutes", "延误分钟", "晚点分钟"), "ways": ("ways", "osm ways", "道路"),
    "lon": ("lon", "lng", "经度"), "lat": ("lat", "纬度"), "weight_kg": ("weight_kg", "重量", "重量(千克)"),
    "volume_m3": ("volume_m3", "体积", "体积(立方米)"), "window_begin": ("window_begin", "最早", "时间窗开始"),
    "window_end": ("window_end", "最晚", "时间窗结束"), "service_min": ("service_min", "服务分钟"),
    "penalty": ("penalty", "罚金"),
}


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
        With every row that is wrong.
    """
    known = {order.id: order for order in orders}
    file = os.fspath(path)
    rows = _rows(path)
    events: list[Event] = []
    faults: list[Fault] = []
    for number, row in rows:
        try:
            events.append(_event(row, known))
        except (ProblemError, ValueError) as error:
            faults.append(Fault(file, str(error), "Correct the row.", "", number, "event", row.get("event", "")))
    if faults:
        raise TableError(faults)
    return tuple(events)


def _rows(path: str | os.PathLike[str]) -> Sequence[tuple[int, dict[str, str]]]:
    from gisdata.content import Kind as FileKind
    from gisdata.content import kind_of, wrong_kind
    from gisdata.texttable import read_csv
    from gisdata.workbook import read_sheet

    kind = kind_of(path)
    if kind is FileKind.CSV:
        table = read_csv(path)
        head = list(table.columns)
        body = [(int(row), list(cells)) for row, cells
                in zip(table.rows, zip(*table.columns.values(), strict=True), strict=True)]
    elif kind is FileKind.XLSX:
        cells = read_sheet(path, None, ("events", "事件"))
        head = list(cells.records[0]) if cells.records else []
        body = [(number, list(record)) for number, record in zip(cells.numbers[1:], cells.records[1:], strict=True)]
    else:
        raise wrong_kind(path, kind, "CSV or Excel (.xlsx)")
    names = [next((name for name, words in COLUMNS.items() if title.strip().casefold() in words), "") for title in head]
    if "event" not in names:
        remedy = f"Add one of {', '.join(COLUMNS['event'])}."
        raise TableError([Fault(os.fspath(path), "has no column 'event'", remedy)])
    return [(number, {name: cell.strip() for name, cell in zip(names, record, strict=False) if name})
            for number, record in body if any(cell.strip() for cell in record)]


def _event(row: dict[str, str], known: dict[str, Order]) -> Event:
    word = row["event"].casefold()
    if word not in WORDS:
        raise ProblemError(f"{row['event']!r} is no kind of event; there are: {', '.join(KINDS)}")
    kind, name = WORDS[word], row.get("id", "")
    if kind == "late":
        return Event(kind, name, delay_s=round(60 * float(row.get("delay_min") or 0)))
    if kind == "blocked":
        return Event(kind, ways=tuple(row.get("ways", "").replace(";", " ").split()))
    if kind in ("new", "changed"):
        return Event(kind, order=_order(name, row, known.get(name) if kind == "changed" else None))
    return Event(kind, name)


def _order(name: str, row: dict[str, str], before: Order | None) -> Order:
    numbers = ("lon", "lat", "weight_kg", "volume_m3", "penalty")
    fields: dict[str, Any] = {field: float(row[field]) for field in numbers if row.get(field)}
    if row.get("service_min"):
        fields["service_s"] = round(60 * float(row["service_min"]))
    if row.get("window_begin") or row.get("window_end"):
        old = before.window if before else TimeWindow()
        fields["window"] = TimeWindow(parse_clock(row["window_begin"]) if row.get("window_begin") else old.begin_s,
                                      parse_clock(row["window_end"]) if row.get("window_end") else old.end_s)
    if before is not None:
        return replace(before, **fields)
    missing = [field for field in ("lon", "lat") if field not in fields]
    if missing:
        raise ProblemError(f"a new order needs {' and '.join(missing)}; a changed one must be known")
    return Order(name, **fields)
