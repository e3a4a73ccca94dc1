"""Write a plan as the sheet that dispatchers work on (派车单.xlsx): summary, all stops in one table, labels zh or en.

The workbook can be edited and read back, whatever its language and however it was sorted. Its layout, version 1:

======================  ================================================================================================
sheet                   holds
======================  ================================================================================================
汇总 / summary          figures, one row a vehicle, notes, origin; for people only
派车单 / dispatch       the table, see below
``_routebook``          hidden: column A key, B text (`METADATA` below); from D1 ``vehicles`` and every vehicle there is
======================  ================================================================================================

The table's sheet is named by the metadata key ``table``. Its row 1 is hidden and holds the column keys, which are the
same in every language (`KEYS`, with ``kind`` after ``order`` where
there are pickups, then ``demand_<name>`` for each named load dimension, ``km``, ``note``, and
``extra_<name>`` for each column asked for by name); a column moved or renamed is found by its key. Row 2 holds the
labels, rows from 3 on the stops, vehicle by vehicle. A row counts if its ``order`` cell is not blank. What a row says:
its order is carried by ``vehicle``; ``stop`` ranks it among the rows of that vehicle (any number, ties in row order).
Orders that the plan leaves out stand at the end with blank ``vehicle`` and ``stop``, and blanking ``vehicle`` leaves an
order out. All other cells are information. Clock times are Excel times (fractions of a day, above 1 on later days).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from routing.errors import ProblemError
from routing.export.labels import Language, check_language, label, reason_label
from routing.export.origin import origin_rows, summary_rows
from routing.export.stops import (
    depot_of,
    end_of,
    find_order,
    fullest_percent,
    goods_of,
    orders_of,
    partner_of,
    window_cells,
)
from routing.export.workbook import Cell, Column, Kind, column_width, new_book, save_book, set_cell

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.worksheet.worksheet import Worksheet

    from routing.model import Order
    from routing.plan import Plan, Route

METADATA_SHEET = "_routebook"
METADATA = ("format", "schema", "language", "table", "plan_digest", "problem_digest", "plan_file", "day")
FORMAT, SCHEMA = "routebook dispatch sheet", "1"
KEYS = ("vehicle", "stop", "order", "name", "address", "arrival", "begin", "end", "window_begin", "window_end",
        "weight_kg", "volume_m3", "pieces")
KEY_ROW, LABEL_ROW, FIRST_ROW = 1, 2, 3
EDITABLE = ("vehicle", "stop")
BUILT_IN_LOADS = ("weight_kg", "volume_m3", "pieces")

_CLOCKS = ("arrival", "begin", "end", "window_begin", "window_end")
_HEAD, _EDIT, _BAND, _LINE = "1F4E79", "FFF8DC", "EEF3F8", "BFC8D1"


class _Row(NamedTuple):
    """A row of the table: its cells by column key, and the number of its vehicle, None for an order left out."""

    cells: dict[str, Cell]
    block: int | None


def write_dispatch_sheet(plan: Plan, path: str | os.PathLike[str], language: str = "zh", *, plan_file: str = "",
                         orders: pd.DataFrame | None = None, columns: Sequence[str] = ()) -> None:
    """Write a plan as a workbook that a dispatcher prints, edits, and gives back to be judged.

    Nothing personal gets into it but names and addresses of the plan, unless it is asked for by name.

    Parameters
    ----------
    plan : Plan
        Any plan.
    path : path-like
        Where to, such as ``out/派车单.xlsx``. Written whole or not at all; the same plan gives the same bytes.
    language : {"zh", "en"}
        Of the labels.
    plan_file : str
        Name of the plan file it was made from, for whoever reads it back.
    orders : DataFrame, optional
        Table of the orders, with a column ``id``, from which further columns come.
    columns : sequence of str
        Names of columns of `orders` to add, such as ``["contact", "phone"]``.

    Raises
    ------
    ValueError
        If the name does not end in ``.xlsx``, or there are no labels in the language.
    ProblemError
        If `orders` lacks a column asked for, or the plan names what its problem does not have.
    OSError
        If it cannot be written; an old file is then untouched.
    """
    words = check_language(language)
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise ValueError(f"a dispatch sheet is an .xlsx workbook: write {target.stem}.xlsx, not {target.name!r}")
    columns = tuple(dict.fromkeys(columns))
    extra = extra_texts(orders, columns)
    rows = [*_stop_rows(plan, words), *_unserved_rows(plan, words)]
    rows = [_Row({**row.cells, **_extra_cells(extra.get(str(row.cells["order"]), {}))}, row.block) for row in rows]
    dimensions = sorted({name for order in plan.problem.orders for name in dict(order.demand)})
    first = KEYS.index("order") + 1
    kind = ["kind"] * any(order.kind == "pickup" for order in plan.problem.orders)
    keys = [*KEYS[:first], *kind, *KEYS[first:], *(f"demand_{name}" for name in dimensions), "km", "note",
            *(f"extra_{name}" for name in columns)]
    kinds = {key: _kind(key) for key in keys}
    fleet = _vehicle_names(plan)
    book = new_book()
    _write_summary(book.create_sheet(label("summary", words)), plan, words)
    _write_stops(book.create_sheet(label("dispatch", words)), plan, words, rows, kinds, len(fleet))
    _write_metadata(book.create_sheet(METADATA_SHEET), plan, words, plan_file, fleet)
    book.active = 1
    save_book(book, target)


def _stop_rows(plan: Plan, language: Language) -> Iterator[_Row]:
    legs = iter(plan.to_frames().legs["distance_m"])
    for block, route in enumerate(plan.routes):
        for number, (visit, order) in enumerate(zip(route.visits, orders_of(plan, route), strict=True), start=1):
            waits = round((visit.begin_s - visit.arrival_s) / 60)
            notes = [label("wait", language, waits)] * (waits > 0) + shipped_note(plan, order, language)
            notes += _needs(order, language)
            notes += [label("locked", language)] * bool(plan.locked & {order.id, route.vehicle})
            yield _Row({"vehicle": route.vehicle, "stop": number, **_order_cells(order, language),
                        "arrival": visit.arrival_s, "begin": visit.begin_s, "end": visit.end_s, "km": next(legs) / 1000,
                        "note": _joined(notes, language)}, block)
        if end_of(plan, route) is not None:
            next(legs)  # back to a depot


def _unserved_rows(plan: Plan, language: Language) -> Iterator[_Row]:
    for left in plan.unserved:
        order = find_order(plan, left.order)
        why = label("not served", language, reason_label(left.reason, left.detail, language))
        yield _Row({**_order_cells(order, language), "note": _joined([why, *_needs(order, language)], language)}, None)


def shipped_note(plan: Plan, order: Order, language: Language) -> list[str]:
    """Return a note that says where goods picked up go, or goods delivered come from, if it is another order."""
    partner = partner_of(plan, order)
    return [label("to order" if order.kind == "pickup" else "from order", language, partner)] if partner else []


def _order_cells(order: Order, language: Language) -> dict[str, Cell]:
    begin, end = window_cells(order.window)
    return {"order": order.id, "kind": label(order.kind, language), "name": order.name or None,
            "address": order.address or None, "window_begin": begin, "window_end": end,
            **{name: getattr(order, name) or None for name in BUILT_IN_LOADS},
            **{f"demand_{name}": amount for name, amount in dict(order.demand).items()}}


def _needs(order: Order, language: Language) -> list[str]:
    return [label("needs", language, ", ".join(sorted(order.skills)))] if order.skills else []


def _joined(notes: Sequence[str], language: Language) -> str | None:
    return ("；" if language == "zh" else "; ").join(notes) or None


def extra_texts(orders: pd.DataFrame | None, columns: Sequence[str]) -> dict[str, dict[str, str | None]]:
    """Return the columns asked for as text, by order id; raise `ProblemError` for one that is not there."""
    if not columns:
        return {}
    if orders is None:
        raise ProblemError(f"columns {', '.join(columns)} were asked for; pass the table that has them as orders=")
    lacking = [name for name in ("id", *columns) if name not in orders.columns]
    if lacking:
        raise ProblemError(f"the table of orders lacks {', '.join(lacking)}; it has: "
                           f"{', '.join(map(str, orders.columns))}")
    return {str(row["id"]): {name: _text(row[name]) for name in columns}
            for row in orders[list(dict.fromkeys(["id", *columns]))].to_dict("records")}


def _extra_cells(texts: Mapping[str, str | None]) -> dict[str, str | None]:
    return {f"extra_{name}": text for name, text in texts.items()}


def _text(value: Any) -> str | None:  # noqa: ANN401 (any cell)
    """Return a cell as text, a whole number without a point; blanks are None."""
    if value is None or value != value or value == "":  # noqa: PLR0124 (NaN is not itself)
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _vehicle_names(plan: Plan) -> list[str]:
    """Return every vehicle there is, used or not, in the order of the fleet."""
    used = [route.vehicle for route in plan.routes]
    there = [f"{vehicle.id}#{number}" for vehicle in plan.problem.fleet for number in range(1, vehicle.count + 1)]
    return list(dict.fromkeys([*there, *used]))


def _kind(key: str) -> Kind:
    if key in _CLOCKS:
        return "clock"
    if key == "stop":
        return "count"
    return "amount" if key in {*BUILT_IN_LOADS, "km"} or key.startswith("demand_") else "text"


def _write_stops(sheet: Worksheet, plan: Plan, language: Language, rows: Sequence[_Row], kinds: dict[str, Kind],
                 vehicles: int) -> None:
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    last = get_column_letter(len(kinds))
    bottom = FIRST_ROW + len(rows) - 1
    for number, (key, kind) in enumerate(kinds.items(), start=1):
        named = key.startswith(("demand_", "extra_"))
        header = key.split("_", 1)[1] if named else label(key, language)
        column = Column(header, kind, tuple(row.cells.get(key) for row in rows))
        sheet.column_dimensions[get_column_letter(number)].width = _display_width(column)
        set_cell(sheet, KEY_ROW, number, key, "text")
        set_cell(sheet, LABEL_ROW, number, header, "text")
        _paint(sheet.cell(LABEL_ROW, number), _HEAD, bold=True, white=True)
        for place, (row, value) in enumerate(zip(rows, column.cells, strict=True), start=FIRST_ROW):
            set_cell(sheet, place, number, value, kind)
            cell = sheet.cell(place, number)
            band = _BAND if (len(rows) if row.block is None else row.block) % 2 else ""
            _paint(cell, _EDIT if key in EDITABLE else band)
            cell.alignment = Alignment(vertical="top", wrap_text=kind == "text")
    sheet.row_dimensions[KEY_ROW].hidden = True
    sheet.row_dimensions[LABEL_ROW].height = 32
    sheet.freeze_panes = f"D{FIRST_ROW}"
    sheet.auto_filter.ref = f"A{LABEL_ROW}:{last}{max(bottom, LABEL_ROW)}"
    if rows:
        known = DataValidation(type="list", formula1=f"'{METADATA_SHEET}'!$D$2:$D${vehicles + 1}", allow_blank=True,
                               errorStyle="warning")
        known.add(f"A{FIRST_ROW}:A{bottom}")
        sheet.add_data_validation(known)
    _set_page(sheet, f"{LABEL_ROW}:{LABEL_ROW}", f"{label('dispatch_title', language)} {plan.problem.day:%Y-%m-%d}",
              plan)


def _write_summary(sheet: Worksheet, plan: Plan, language: Language) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    set_cell(sheet, 1, 1, f"{label('dispatch_title', language)} {plan.problem.day:%Y-%m-%d}", "text")
    sheet["A1"].font = Font(bold=True, size=16)
    row = _heading(sheet, 3, "figures", language)
    for name, value, unit in summary_rows(plan):
        set_cell(sheet, row, 1, label(name, language), "text")
        set_cell(sheet, row, 2, value, "money" if name.startswith(("cost", "penalty")) else "amount")
        set_cell(sheet, row, 3, label(f"{unit} unit", language) if unit in {"km", "h"} else unit, "text")
        row += 1
    row = _heading(sheet, row + 1, "vehicles", language)
    row = _write_routes(sheet, row, plan, language)
    row = _heading(sheet, row + 1, "notes", language)
    for text in (label("how to edit", language), *plan.notes):
        set_cell(sheet, row, 1, text, "text")
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=12)
        sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[row].height = 15 * (1 + sum(1 + (ord(c) > 0x2E7F) for c in text) // 130)
        row += 1
    row = _heading(sheet, row + 1, "origin", language)
    for name, text in origin_rows(plan):
        set_cell(sheet, row, 1, label(name, language), "text")
        set_cell(sheet, row, 2, text, "text")
        row += 1
    for number in range(1, 16):
        sheet.column_dimensions[get_column_letter(number)].width = 22 if number == 1 else 13
    _set_page(sheet, "", label("dispatch_title", language), plan)


def _write_routes(sheet: Worksheet, row: int, plan: Plan, language: Language) -> int:
    """Write one row a vehicle from `row` on, and return the next free row."""
    dimensions = sorted({name for order in plan.problem.orders for name in order.load})
    last: list[tuple[str, Kind]] = [("end_depot", "text")] if _ends_elsewhere(plan) else []
    heads: list[tuple[str, Kind]] = [
        ("vehicle", "text"), ("vehicle_type", "text"), ("driver", "text"), ("depot", "text"), *last,
        ("departs", "clock"), ("returns", "clock"), ("stops", "count"), ("route_km", "amount"),
        *((name, "amount") for name in dimensions), ("fullest", "amount"), ("cost", "money")]
    for number, (key, _) in enumerate(heads, start=1):
        unit = f" ({plan.problem.currency})" if key == "cost" and plan.problem.currency else ""
        set_cell(sheet, row, number, label(key, language) + unit, "text")
        _paint(sheet.cell(row, number), _HEAD, bold=True, white=True)
    for place, route in enumerate(plan.routes, start=row + 1):
        for number, ((_, kind), value) in enumerate(zip(heads, _route_cells(plan, route, dimensions, language),
                                                        strict=True), start=1):
            set_cell(sheet, place, number, value, kind)
            _paint(sheet.cell(place, number), "")
    return row + 1 + len(plan.routes)


def _ends_elsewhere(plan: Plan) -> bool:
    """Return whether any route does not end where it starts."""
    return any(end_of(plan, route) != depot_of(plan, route) for route in plan.routes)


def _route_cells(plan: Plan, route: Route, dimensions: Sequence[str], language: Language) -> tuple[Cell, ...]:
    load, depot, end = goods_of(plan, route), depot_of(plan, route), end_of(plan, route)
    last = [label("no return", language) if end is None else end.name or end.id] if _ends_elsewhere(plan) else []
    return (route.vehicle, route.vehicle_type, None, depot.name or depot.id, *last, route.begin_s, route.end_s,
            len(route.visits), route.distance_m / 1000, *(load.get(name) for name in dimensions),
            fullest_percent(plan, route), route.cost)


def _heading(sheet: Worksheet, row: int, key: str, language: Language) -> int:
    from openpyxl.styles import Font

    set_cell(sheet, row, 1, label(key, language), "text")
    sheet.cell(row, 1).font = Font(bold=True, size=12, color=_HEAD)
    return row + 1


def _write_metadata(sheet: Worksheet, plan: Plan, language: Language, plan_file: str, fleet: Sequence[str]) -> None:
    texts = (FORMAT, SCHEMA, language, label("dispatch", language), plan.digest, plan.problem.digest,
             os.path.basename(plan_file), plan.problem.day.isoformat())  # noqa: PTH119 (a name of any system)
    for row, (key, text) in enumerate(zip(METADATA, texts, strict=True), start=1):
        set_cell(sheet, row, 1, key, "text")
        set_cell(sheet, row, 2, text, "text")
    for row, name in enumerate(("vehicles", *fleet), start=1):
        set_cell(sheet, row, 4, name, "text")
    sheet.sheet_state = "veryHidden"
    sheet.protection.enable()


def _paint(cell: Any, fill: str, *, bold: bool = False, white: bool = False) -> None:  # noqa: ANN401 (or a merged one)
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    thin = Side(style="thin", color=_LINE)
    cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    if fill:
        cell.fill = PatternFill("solid", fgColor=fill)
    if bold:
        cell.font = Font(bold=True, color="FFFFFF" if white else None)
        cell.alignment = Alignment(vertical="center", wrap_text=True)


def _display_width(column: Column) -> float:
    """Return the width of a column whose header may take two lines."""
    if column.kind == "text":
        return min(36.0, max(8.0, column_width(column) - 2))
    return 8.0 if column.kind in {"clock", "count"} else 14.0


def _set_page(sheet: Worksheet, repeated: str, title: str, plan: Plan) -> None:
    """Print on A4 landscape, as wide as one page, the header on each."""
    from openpyxl.worksheet.header_footer import HeaderFooter, HeaderFooterItem, _HeaderFooterPart
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.print_title_rows = repeated or None
    head = HeaderFooterItem(center=_HeaderFooterPart(text=title))
    foot = HeaderFooterItem(left=_HeaderFooterPart(text=plan.digest[:12]), right=_HeaderFooterPart(text="&P / &N"))
    sheet.HeaderFooter = HeaderFooter(oddHeader=head, oddFooter=foot)
