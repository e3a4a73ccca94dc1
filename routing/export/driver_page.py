"""Write a plan as sheets for drivers to print (PDF, A4): head, map picture, stops with barcodes and room to sign.

Labels are Chinese or English. Distances are kilometres, times clock times of the plan day without seconds.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gisdata.barcodes import Barcode, barcode_that_fits
from gisdata.clock import END_OF_TIME_S
from gisdata.escape import plain_text
from gisdata.files import whole_file
from gisdata.fonts import covering_fonts
from gisdata.palette import COLOURS, LineStyle, ink_on
from routing.export.dispatch_sheet import extra_texts, shipped_note
from routing.export.driver_map import RoadLines, draw_route_map, printed_roads
from routing.export.labels import Language, all_labels, check_language, label
from routing.export.origin import roads_of
from routing.export.paper import GREY, HEIGHT_MM, WIDTH_MM, Sheet, blank_sheet, broken, fitted, one_line
from routing.export.stops import aboard, clock_text, depot_of, end_of, orders_of
from routing.export.turn_pages import route_turns, turn_sheets
from routing.words import amount

if TYPE_CHECKING:
    import pandas as pd

    from routing.model import Order, TimeWindow
    from routing.plan import Plan, Route, Visit

LEFT, RIGHT, BOTTOM = 12.0, WIDTH_MM - 12.0, HEIGHT_MM - 14.0
HEAD_MM, TABLE_HEAD_MM, ROW_MM = 43.0, 7.0, 15.5
LEAST_MAP_MM, MOST_MAP_MM, GAP_MM = 88.0, 140.0, 4.0
NEXT_HEAD_MM = 17.0
NUMBER, TIME, CUSTOMER, GOODS, SCAN, SIGN = LEFT, LEFT + 10, LEFT + 43, LEFT + 99, LEFT + 124, LEFT + 158
ASCII = "".join(map(chr, range(32, 127)))

ExtraTexts = Mapping[str, Mapping[str, str | None]]


def write_driver_pages(plan: Plan, path: str | os.PathLike[str], language: str = "zh", *,
                       orders: pd.DataFrame | None = None, columns: Sequence[str] = (),
                       turn_list: bool = False) -> None:
    """Write one PDF with a sheet for each driver: a page a vehicle, more where it has many stops.

    Each sheet bears a barcode ``<first 12 digits of the plan digest>/<vehicle>`` and one of each order id: bars (Code
    128) where they fit, else a QR code with the same text. Nothing personal gets onto it but names and addresses of the
    plan, unless it is asked for by name.

    Parameters
    ----------
    plan : Plan
        With geometry, the map shows the way along the roads; without, straight lines.
    path : path-like
        Where to, such as ``out/司机.pdf``. Written whole or not at all; the same plan gives the same bytes with the
        same fonts and matplotlib.
    language : {"zh", "en"}
        Of the labels.
    orders : DataFrame, optional
        Table of the orders, with a column ``id``, from which further columns come.
    columns : sequence of str
        Names of columns of `orders` to add below the address, such as ``["contact", "phone"]``.
    turn_list : bool
        Add to each driver's sheet the way in words, leg by leg; the plan's roads are needed.

    Raises
    ------
    FontError
        If no installed font has some character; the message names it and what to install.
    ValueError
        If the name does not end in ``.pdf``, or there are no labels in the language.
    ProblemError
        If `orders` lacks a column asked for, the plan names what its problem does not have, or a turn list is wanted
        and no roads are known.
    OSError
        If it cannot be written; an old file is then untouched.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_pdf import PdfPages

    words = check_language(language)
    target = Path(path)
    if target.suffix.lower() != ".pdf":
        raise ValueError(f"drivers' sheets are one PDF: write {target.stem}.pdf, not {target.name!r}")
    plan.to_frames()  # refuses a plan that names what its problem does not have
    sheets = driver_sheets(plan, words, extra_texts(orders, columns), turn_list=turn_list)
    facts = {"Creator": "routebook", "Producer": "routebook", "CreationDate": None,
             "Title": f"{label('driver_title', words)} {plan.problem.day:%Y-%m-%d}"}
    with (mpl.rc_context({"pdf.fonttype": 3, "pdf.compression": 6, "text.usetex": False, "savefig.dpi": 170,
                          "savefig.bbox": None}),
          whole_file(target) as temporary, PdfPages(temporary, metadata=facts) as pdf):
        for sheet in sheets:
            pdf.savefig(sheet.figure)


def driver_sheets(plan: Plan, language: Language, extra: ExtraTexts | None = None, *,
                  turn_list: bool = False) -> Iterator[Sheet]:
    """Yield the pages of a plan, vehicle by vehicle.

    Parameters
    ----------
    plan : Plan
        One that names only what its problem has.
    language : {"zh", "en"}
        Of the labels.
    extra : mapping, optional
        Further texts by order id and name.
    turn_list : bool
        With turn lists.

    Yields
    ------
    Sheet
        A drawn page.

    Raises
    ------
    FontError
        If no installed font has some character.
    ProblemError
        If a turn list is wanted and no roads are known.
    """
    extra = extra or {}
    turns = [route_turns(plan, route, language) if turn_list else [] for route in plan.routes]
    said = "".join(turn.text for some in turns for turn in some)
    fonts = covering_fonts(_all_text(plan, language, extra) + said)
    roads = printed_roads(plan)
    for number, route in enumerate(plan.routes):
        yield from _route_sheets(plan, number, roads, language, fonts, extra)
        yield from turn_sheets(f"{route.vehicle} · {plan.problem.day:%Y-%m-%d}", turns[number], language, fonts)
    if not plan.routes:
        sheet = blank_sheet(fonts)
        sheet.text(LEFT, 22, f"{label('driver_title', language)} {plan.problem.day:%Y-%m-%d}", 20, bold=True)
        sheet.text(LEFT, 34, label("nothing planned", language), 11)
        yield sheet


def _route_sheets(plan: Plan, number: int, roads: Sequence[RoadLines], language: Language, fonts: tuple[str, ...],
                  extra: ExtraTexts) -> Iterator[Sheet]:
    route = plan.routes[number]
    colour = COLOURS[number % len(COLOURS)]
    style = LineStyle(colour, ink_on(colour))
    stops = list(enumerate(zip(route.visits, orders_of(plan, route), strict=True), start=1))
    map_mm, counts = _page_plan(len(stops))
    first = 0
    for page, count in enumerate(counts, start=1):
        sheet = blank_sheet(fonts)
        top = NEXT_HEAD_MM
        if page == 1:
            _draw_head(sheet, plan, route, style, language)
            top = HEAD_MM + 4
            picture = sheet.window(LEFT, top, RIGHT - LEFT, map_mm)
            draw_route_map(picture, plan, number, roads, style, (RIGHT - LEFT, map_mm), language, fonts)
            top += map_mm + GAP_MM
        else:
            sheet.text(LEFT, 13, fitted(f"{route.vehicle} · {plan.problem.day:%Y-%m-%d}", 11, 100), 11, bold=True)
            sheet.barcode(_plan_code(plan, route), RIGHT - 74, 5, 74, 9)
        if count:
            _draw_table_head(sheet, top, language)
        for place, (stop, (visit, order)) in enumerate(stops[first:first + count]):
            texts = [*_pauses(route, stop, language), *shipped_note(plan, order, language),
                     *(text for text in extra.get(order.id, {}).values() if text)]
            _draw_stop(sheet, top + TABLE_HEAD_MM + place * ROW_MM, stop, visit, order, style, language, texts)
        first += count
        _draw_foot(sheet, plan, page, len(counts), language)
        yield sheet


def _pauses(route: Route, stop: int, language: Language) -> list[str]:
    """Return the breaks taken before the service of a stop; with the last stop also those on the way home."""
    first_s = route.visits[stop - 2].begin_s if stop > 1 else -math.inf
    last_s = route.visits[stop - 1].begin_s if stop < len(route.visits) else math.inf
    return [label("break at", language, f"{_minute(pause.begin_s)}–{_minute(pause.end_s)}") for pause in route.pauses
            if first_s < pause.begin_s <= last_s]


def _page_plan(stops: int) -> tuple[float, list[int]]:
    """Return the height of the map and how many stops go on each page; a short list leaves room for a larger map."""
    room = BOTTOM - HEAD_MM - 4 - GAP_MM - TABLE_HEAD_MM
    on_first = int((room - LEAST_MAP_MM) / ROW_MM)
    on_next = int((BOTTOM - NEXT_HEAD_MM - TABLE_HEAD_MM) / ROW_MM)
    first = min(stops, on_first)
    counts = [first] + [min(on_next, stops - done) for done in range(first, stops, on_next)]
    return min(MOST_MAP_MM, room - first * ROW_MM), counts


def _draw_head(sheet: Sheet, plan: Plan, route: Route, style: LineStyle, language: Language) -> None:
    code = _plan_code(plan, route)
    sheet.box(LEFT, 10, 2.2, 15, style.colour)
    sheet.text(LEFT + 5, 17, fitted(route.vehicle, 19, 100), 19, bold=True)
    sheet.text(LEFT + 5, 24, f"{label('driver_title', language)} · {plan.problem.day:%Y-%m-%d}", 10.5, colour=GREY)
    sheet.barcode(code, RIGHT - 74, 9, 74, 12 if code.symbology == "code128" else 17)
    if code.symbology == "code128":
        sheet.text(RIGHT - 37, 24.5, code.text, 7, colour=GREY, align="center")
    facts = (
        ("depot", _ends_text(plan, route)), ("departs", _minute(route.begin_s)),
        ("returns" if end_of(plan, route) else "ends", _minute(route.end_s)),
        ("stops", str(len(route.visits))),
        ("route", f"{route.distance_m / 1000:,.1f} {label('km unit', language)}"),
        ("load", ""))
    goods = _goods(aboard(plan, route)[0], language)
    sheet.box(LEFT, 29, RIGHT - LEFT, HEAD_MM - 29, "#eef3f8")
    for (key, text), x, width in zip(facts, (3, 45, 66, 87, 103, 132), (40, 19, 19, 14, 27, 52), strict=True):
        sheet.text(LEFT + x, 33.8, label(key, language), 7, colour=GREY)
        lines = [" · ".join(goods[:2]), " · ".join(goods[2:])] if key == "load" else broken(text, 9, width, 2)
        for place, line in enumerate(lines):
            sheet.text(LEFT + x, 38 + place * 3.8, fitted(line, 9, width), 9, bold=True)


def _ends_text(plan: Plan, route: Route) -> str:
    """Return the depot of a route, and the one where it ends if that is another."""
    depot, end = depot_of(plan, route), end_of(plan, route)
    names = [place.name or place.id for place in (depot, end) if place is not None]
    return " → ".join(names if end != depot else names[:1])


def _plan_code(plan: Plan, route: Route) -> Barcode:
    """Return the barcode that tells a pile of sheets apart: plan and vehicle."""
    return barcode_that_fits(plain_text(f"{plan.digest[:12]}/{route.vehicle}"), 74)


def _draw_table_head(sheet: Sheet, top: float, language: Language) -> None:
    sheet.box(LEFT, top, RIGHT - LEFT, TABLE_HEAD_MM, "#1f4e79")
    for x, key in ((NUMBER + 2.5, "number"), (TIME, "time"), (CUSTOMER, "customer"), (GOODS, "goods"), (SCAN, "scan"),
                   (SIGN + 2, "signature")):
        sheet.text(x, top + TABLE_HEAD_MM / 2, label(key, language), 8, bold=True, colour="white", middle=True)


def _draw_stop(sheet: Sheet, top: float, stop: int, visit: Visit, order: Order, style: LineStyle, language: Language,
               extra: Sequence[str]) -> None:
    sheet.disc(NUMBER + 4.5, top + ROW_MM / 2, 3.2, style.colour)
    sheet.text(NUMBER + 4.5, top + ROW_MM / 2, str(stop), 9 if stop < 100 else 7, bold=True, colour=style.ink,
               align="center", middle=True)
    sheet.text(TIME, top + 5, f"{_minute(visit.begin_s)}–{_minute(visit.end_s)}", 9.5, bold=True)
    window = ", ".join(filter(None, (_window(window, language) for window in order.openings)))
    lines = [label("arrives at", language, _minute(visit.arrival_s))] * (visit.begin_s - visit.arrival_s >= 60)
    lines += [label("window of", language, window)] * bool(window)
    for place, line in enumerate(lines):
        sheet.text(TIME, top + 9 + place * 3.4, line, 7, colour=GREY)
    name = f"{order.id} · {order.name}" if order.name and order.name != order.id else order.id
    below = broken(order.address, 7.5, GOODS - CUSTOMER - 2, 2)
    below += broken("  ".join(extra), 7.5, GOODS - CUSTOMER - 2, 1)
    sheet.text(CUSTOMER, top + (4.2 if len(below) == 3 else 5), fitted(name, 9, GOODS - CUSTOMER - 2), 9, bold=True)
    for place, line in enumerate(below):
        sheet.text(CUSTOMER, top + (7.6 if len(below) == 3 else 9) + place * 3.3, line, 7.5)
    goods = [label("pickup", language)] * (order.kind == "pickup") + _goods(order.load, language)
    for place, line in enumerate(goods if len(goods) <= 4 else [*goods[:3], f"{goods[3]} …"]):
        sheet.text(GOODS, top + 4 + place * 3.3, fitted(line, 7.5, SCAN - GOODS - 1), 7.5)
    code = barcode_that_fits(plain_text(order.id), SIGN - SCAN - 2)
    sheet.barcode(code, SCAN, top + 2, SIGN - SCAN - 2, 8.5 if code.symbology == "code128" else ROW_MM - 2.4)
    if code.symbology == "code128":
        below_bars = fitted(code.text, 6.5, SIGN - SCAN - 2)
        sheet.text((SCAN + SIGN - 2) / 2, top + 13.6, below_bars, 6.5, colour=GREY, align="center")
    sheet.line(SIGN, top + 2, SIGN, top + ROW_MM - 2)
    sheet.text(SIGN + 2, top + ROW_MM - 2.2, label("signed", language), 6, colour="#8b95a0")
    sheet.line(LEFT, top + ROW_MM, RIGHT, top + ROW_MM)


def _draw_foot(sheet: Sheet, plan: Plan, page: int, pages: int, language: Language) -> None:
    y = HEIGHT_MM - 8
    sheet.text(LEFT, y, f"{label('plan', language)} {plan.digest[:12]} · {plan.problem.time_zone}", 7, colour=GREY)
    sheet.text(RIGHT, y, label("page", language, page, pages), 7, colour=GREY, align="right")


def _goods(load: Mapping[str, float], language: Language) -> list[str]:
    """Return a load, one dimension a line, such as ``60 kg``; a dash when there is none."""
    units = {"weight_kg": label("kg unit", language), "volume_m3": label("m³ unit", language),
             "pieces": label("pieces unit", language)}
    return [amount(value, units.get(name, name)) for name, value in load.items() if round(value, 3)] or ["—"]


def _window(window: TimeWindow, language: Language) -> str:
    if window.end_s == END_OF_TIME_S:
        return label("from", language, _minute(window.begin_s)) if window.begin_s else ""
    if not window.begin_s:
        return label("until", language, _minute(window.end_s))
    return f"{_minute(window.begin_s)}–{_minute(window.end_s)}"


def _minute(seconds: int) -> str:
    """Return a clock time without seconds, cut, since a driver had better be early."""
    return clock_text(math.floor(seconds / 60) * 60 if seconds >= 0 else seconds)


def _all_text(plan: Plan, language: Language, extra: ExtraTexts) -> str:
    """Return all characters that may be drawn; those cut off where a text is too long are asked for too."""
    roads = roads_of(plan)
    texts = [ASCII, "…—–·→", all_labels(language), plan.problem.time_zone]
    texts += [roads.meta.get("attribution", "")] if roads is not None else []
    for route in plan.routes:
        texts += [route.vehicle, _ends_text(plan, route)]
        for order in orders_of(plan, route):
            texts += [order.id, order.name, order.address, *order.load]
            texts += [text for text in extra.get(order.id, {}).values() if text]
    return "".join(sorted(set("".join(map(one_line, texts)))))

