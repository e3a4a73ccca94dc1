"""Write a plan as tables for people: one Excel workbook, or a folder of CSV files. Both hold the same four tables.

Units stand in the headers: kilometres, minutes, clock times. Numbers are numbers, text is never a formula.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gisdata.escape import defuse_cell, plain_text
from gisdata.files import whole_folder
from routing.export.origin import origin_rows, summary_rows
from routing.export.stops import (
    clock_text,
    end_of,
    find_order,
    fullest_percent,
    goods_of,
    orders_of,
    partner_of,
    window_cells,
)
from routing.export.wording import REASONS
from routing.export.workbook import Cell, Column, Kind, Table, write_workbook

if TYPE_CHECKING:
    from routing.plan import Plan, Route

_UNITS = {"weight_kg": "weight (kg)", "volume_m3": "volume (m³)", "pieces": "pieces"}


def write_tables(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Write a plan as an Excel workbook or as CSV files, with the tables summary, routes, stops and unserved.

    In CSV, text that a spreadsheet would take for a formula gets an apostrophe before it;
    `gisdata.escape.restore_cell` takes it off. In Excel nothing is added, since a cell says itself that it is text.

    Parameters
    ----------
    plan : Plan
        Any plan.
    path : path-like
        A name ending in ``.xlsx`` is one workbook. Any other name is a folder, in which the four CSV files (UTF-8
        with a mark, as Excel wants it) are written. All is written or nothing; the same plan gives the same bytes.

    Raises
    ------
    ValueError
        If the name has the ending of another kind of table.
    OSError
        If it cannot be written; old files are then untouched.
    """
    target = Path(path)
    tables = plan_tables(plan)
    if target.suffix.lower() == ".xlsx":
        write_workbook(tables, target)
    elif target.suffix.lower() in {".csv", ".xls", ".xlsm", ".xlsb", ".ods", ".tsv", ".txt"}:
        raise ValueError(f"tables are written as one .xlsx workbook or as a folder of CSV files, not as "
                         f"{target.name!r}: write {target.stem}.xlsx, or name a folder such as {target.stem!r}")
    else:
        _write_csv(tables, target)


def plan_tables(plan: Plan) -> tuple[Table, ...]:
    """Return the tables of a plan, as `write_tables` writes them.

    Parameters
    ----------
    plan : Plan
        Any plan.

    Returns
    -------
    tuple of Table
        ``summary``, ``routes``, ``stops``, ``unserved``.
    """
    dimensions = sorted({name for order in plan.problem.orders for name in order.load})
    return _summary(plan), _routes(plan, dimensions), _stops(plan, dimensions), _unserved(plan, dimensions)


def _summary(plan: Plan) -> Table:
    figures = [(name, value, unit) for name, value, unit in summary_rows(plan)]
    rows: list[tuple[Cell, ...]] = [*figures, *((name, text, "") for name, text in origin_rows(plan))]
    return _table("summary", rows, ("figure", "text"), ("value", "amount"), ("unit", "text"))


def _routes(plan: Plan, dimensions: Sequence[str]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for route in plan.routes:
        load, end = goods_of(plan, route), end_of(plan, route)
        rows.append((
            route.vehicle, route.vehicle_type, route.depot, "" if end is None else end.id, len(route.visits),
            route.begin_s, route.end_s, route.duration_s / 60,
            ", ".join(f"{clock_text(pause.begin_s)}-{clock_text(pause.end_s)}" for pause in route.pauses),
            route.distance_m / 1000, route.cost, fullest_percent(plan, route),
            *(load.get(name, 0.0) for name in dimensions),
        ))
    return _table("routes", rows, ("vehicle", "text"), ("type", "text"), ("depot", "text"), ("ends at", "text"),
                  ("stops", "count"), ("leaves", "clock"), ("returns", "clock"), ("working time (min)", "amount"),
                  ("breaks", "text"), ("distance (km)", "amount"), (_with_unit("cost", plan.problem.currency), "money"),
                  ("fullest (%)", "amount"), *_load_columns(dimensions))


def _stops(plan: Plan, dimensions: Sequence[str]) -> Table:
    rows = [row for route in plan.routes for row in _stop_rows(plan, route, dimensions)]
    return _table("stops", rows, ("vehicle", "text"), ("stop", "count"), ("order", "text"), ("kind", "text"),
                  ("shipped with", "text"), ("name", "text"), ("address", "text"), ("arrives", "clock"),
                  ("begins", "clock"), ("leaves", "clock"), ("wait (min)", "amount"), ("service (min)", "amount"),
                  ("window opens", "clock"), ("window closes", "clock"), ("lon (°)", "degrees"), ("lat (°)", "degrees"),
                  *_load_columns(dimensions))


def _stop_rows(plan: Plan, route: Route, dimensions: Sequence[str]) -> Iterable[tuple[Cell, ...]]:
    for number, (visit, order) in enumerate(zip(route.visits, orders_of(plan, route), strict=True), start=1):
        yield (route.vehicle, number, order.id, order.kind, partner_of(plan, order), order.name, order.address,
               visit.arrival_s, visit.begin_s, visit.end_s, (visit.begin_s - visit.arrival_s) / 60,
               (visit.end_s - visit.begin_s) / 60, *window_cells(order.window), order.lon, order.lat,
               *(order.load.get(name, 0.0) for name in dimensions))


def _unserved(plan: Plan, dimensions: Sequence[str]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for left in plan.unserved:
        order = find_order(plan, left.order)
        rows.append((order.id, order.name, order.address, left.reason, REASONS.get(left.reason, ""), left.detail,
                     order.penalty, *window_cells(order.window), order.lon, order.lat,
                     *(order.load.get(name, 0.0) for name in dimensions)))
    return _table("unserved", rows, ("order", "text"), ("name", "text"), ("address", "text"), ("reason", "text"),
                  ("meaning", "text"), ("detail", "text"), (_with_unit("penalty", plan.problem.currency), "money"),
                  ("window opens", "clock"), ("window closes", "clock"), ("lon (°)", "degrees"),
                  ("lat (°)", "degrees"), *_load_columns(dimensions))


def _load_columns(dimensions: Sequence[str]) -> list[tuple[str, Kind]]:
    return [(_UNITS.get(name, f"{name} (load)"), "amount") for name in dimensions]


def _with_unit(header: str, unit: str) -> str:
    return f"{header} ({unit})" if unit else header


def _table(name: str, rows: Sequence[tuple[Cell, ...]], *heads: tuple[str, Kind]) -> Table:
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(heads)
    return Table(name, tuple(Column(header, kind, column)
                             for (header, kind), column in zip(heads, cells, strict=True)))


def _write_csv(tables: Sequence[Table], folder: Path) -> None:
    with whole_folder(folder) as temporary:
        for table in tables:
            with (temporary / f"{table.name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
                rows = csv.writer(file)
                rows.writerow([defuse_cell(plain_text(column.header)) for column in table.columns])
                rows.writerows(zip(*([_csv_cell(cell, column.kind) for cell in column.cells]
                                     for column in table.columns), strict=True))


def _csv_cell(cell: Cell, kind: Kind) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return defuse_cell(plain_text(cell))
    if kind == "clock":
        return clock_text(int(cell))
    if isinstance(cell, int):
        return str(cell)
    return f"{cell:.6f}" if kind == "degrees" else f"{cell:.3f}".rstrip("0").rstrip(".")
