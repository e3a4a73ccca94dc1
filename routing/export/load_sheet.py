"""Write a load: a page to turn (HTML, offline), lists (Excel), or paper with pictures and barcodes (PDF, A4)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gisdata.barcodes import Barcode, barcode_that_fits, sscc_128
from gisdata.codes import gs1_check_digit
from gisdata.escape import plain_text
from gisdata.files import whole_file
from gisdata.fonts import covering_fonts
from routing.errors import ProblemError
from routing.export.labels import Language, all_labels, check_language, label
from routing.export.load_picture import draw_still, load_figure
from routing.export.load_steps import Step, load_steps, picking_list, unloading_list
from routing.export.load_walls import Wall, draw_wall, walls
from routing.export.paper import GREY, WIDTH_MM, Sheet, blank_sheet, fitted
from routing.export.workbook import Column, Table, write_workbook
from routing.loading.axles import leg_loads

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure

    from routing.model import LoadPlan, LoadUnit, Order, Shipment

LEFT, RIGHT, ROW_MM = 12.0, WIDTH_MM - 12.0, 16.0
FIRST_ROWS, MORE_ROWS = 7, 15
WALLS = 6
"""Pictures of walls on a page."""

PICTURE_MM = 120.0
ASCII = "".join(map(chr, range(32, 127)))


def draw_load(load: LoadPlan, goods: Sequence[Order] | Sequence[LoadUnit], language: str = "zh") -> Figure:
    """Return a load as a figure to turn, with a slider by loading step; works offline in a notebook.

    Parameters
    ----------
    load : LoadPlan
        Where everything stands.
    goods : sequence of Order or of LoadUnit
        Its orders, or load units without orders.
    language : {"zh", "en"}
        Of the labels.

    Returns
    -------
    plotly.graph_objects.Figure
        One mesh a stop.
    """
    words = check_language(language)
    return load_figure(load, load_steps(load, goods, words), words)


def write_load(load: LoadPlan, goods: Sequence[Order] | Sequence[LoadUnit], path: str | os.PathLike[str],
               language: str = "zh", *, shipments: Iterable[Shipment] = (), sscc_prefix: str = "",
               first_serial: int = 1) -> None:
    """Write a load by the ending of the file: a page to turn (.html), lists (.xlsx), or paper (.pdf).

    Lists and paper hold the loading steps in words, the picking list (last stop first), the unloading list stop by
    stop, and mass, centre of gravity and axle loads of every leg; paper a picture of each wall, too. Every piece has a
    barcode: with a GS1 company prefix
    an SSCC-18 as GS1-128, else ``<order>/<piece>`` as Code 128, or as QR code where that does not fit.

    Parameters
    ----------
    load : LoadPlan
        Where everything stands.
    goods : sequence of Order or of LoadUnit
        Its orders, or load units without orders.
    path : path-like
        Where to; written whole or not at all.
    language : {"zh", "en"}
        Of the labels.
    shipments : iterable of Shipment
        Which orders are ends of the same goods.
    sscc_prefix : str
        Extension digit and GS1 company prefix, 8 to 11 digits; never invented.
    first_serial : int
        Serial number of the first SSCC; the others follow.

    Raises
    ------
    ValueError
        If the ending is another, or there are no labels in the language.
    ProblemError
        If the prefix is none, or leaves too few digits for the serial numbers.
    FontError
        If no installed font has some character.
    OSError
        If it cannot be written; an old file is then untouched.
    """
    words, target = check_language(language), Path(path)
    steps = load_steps(load, goods, words)
    codes = _codes(steps, sscc_prefix, first_serial)
    legs = leg_loads(load, goods, shipments)
    ending = target.suffix.lower()
    if ending == ".html":
        page = load_figure(load, steps, words).to_html(include_plotlyjs=True, full_html=True, div_id="load",
                                                       auto_play=False)
        with whole_file(target) as temporary:
            temporary.write_text(page, encoding="utf-8", newline="\n")
    elif ending == ".xlsx":
        write_workbook(_tables(load, steps, codes, legs, words), target)
    elif ending == ".pdf":
        _write_pdf(load, steps, codes, legs, target, words)
    else:
        raise ValueError(f"a load is written as .html, .xlsx or .pdf, not {target.name!r}")


def _codes(steps: Sequence[Step], prefix: str, first: int) -> list[str]:
    """Return what each piece's barcode says: an SSCC-18, or its order and name."""
    if not prefix:
        return [f"{step.placement.order}/{step.piece}" if step.placement.order else step.piece for step in steps]
    room = 17 - len(prefix)
    if not prefix.isascii() or not prefix.isdigit() or not 8 <= len(prefix) <= 11:
        raise ProblemError(f"sscc_prefix must be the extension digit and the GS1 company prefix, 8 to 11 digits, got "
                           f"{prefix!r}")
    if first < 0 or first + len(steps) > 10**room:
        raise ProblemError(f"serial numbers {first} to {first + len(steps) - 1} do not fit into the {room} digits that "
                           "the prefix leaves")
    bodies = [f"{prefix}{first + k:0{room}d}" for k in range(len(steps))]
    return [f"{body}{gs1_check_digit(body)}" for body in bodies]


def _tables(load: LoadPlan, steps: Sequence[Step], codes: Sequence[str], legs: pd.DataFrame,
            words: Language) -> list[Table]:
    by_step = {step.number: code for step, code in zip(steps, codes, strict=True)}
    lists = {"loading steps": list(steps), "picking list": picking_list(steps), "unloading list": unloading_list(steps)}
    tables = [Table(label(name, words), _columns(listed, by_step, words)) for name, listed in lists.items()]
    texts = {"leg", "pieces"}
    axles = [axle.name for axle in load.space.axles]
    columns = [Column(label("leg", words), "count", tuple(legs["leg"].tolist())),
               Column(label("after stop", words), "text", tuple(legs["after"].tolist()))]
    for name in [str(column) for column in legs if column not in texts | {"after"}]:
        own = name.removesuffix("_kg") in axles
        header = label("axle (kg)", words, name.removesuffix("_kg")) if own else label(name, words)
        cells = tuple(None if value != value else round(float(value), 3) for value in legs[name])  # noqa: PLR0124 (NaN)
        columns.append(Column(header, "amount", cells))
    return [*tables, Table(label("axle loads", words), tuple(columns))]


def _columns(steps: Sequence[Step], codes: dict[int, str], words: Language) -> tuple[Column, ...]:
    sizes = tuple(" x ".join(map(str, step.placement.size_mm)) for step in steps)
    return (
        Column(label("step", words), "count", tuple(step.number for step in steps)),
        Column(label("stop", words), "count", tuple(step.stop for step in steps)),
        Column(label("order", words), "text", tuple(step.placement.order for step in steps)),
        Column(label("piece", words), "text", tuple(step.piece for step in steps)),
        Column(label("size (mm)", words), "text", sizes),
        Column(label("one weight (kg)", words), "amount", tuple(step.unit.weight_kg for step in steps)),
        Column(label("place", words), "text", tuple(step.words for step in steps)),
        Column(label("scan", words), "text", tuple(codes[step.number] for step in steps)),
    )


def _write_pdf(load: LoadPlan, steps: Sequence[Step], codes: Sequence[str], legs: pd.DataFrame, target: Path,
               words: Language) -> None:
    import matplotlib as mpl
    from matplotlib.backends.backend_pdf import PdfPages

    texts = [load.vehicle, load.space.id, *codes, *(f"{s.placement.order}{s.piece}{s.words}" for s in steps),
             *legs.columns]
    fonts = covering_fonts(ASCII + all_labels(words) + plain_text("".join(texts)))
    facts = {"Creator": "routebook", "Producer": "routebook", "CreationDate": None,
             "Title": f"{label('load_title', words)} {load.vehicle}"}
    with (mpl.rc_context({"pdf.fonttype": 3, "pdf.compression": 6, "text.usetex": False}),
          whole_file(target) as temporary, PdfPages(temporary, metadata=facts) as pdf):
        for sheet in _sheets(load, steps, codes, legs, words, fonts):
            pdf.savefig(sheet.figure)


def _sheets(load: LoadPlan, steps: Sequence[Step], codes: Sequence[str], legs: pd.DataFrame, words: Language,
            fonts: tuple[str, ...]) -> Iterator[Sheet]:
    """Yield pages: picture and legs, then the walls, then the loading steps."""
    built, rows = walls(load, steps), list(zip(steps, codes, strict=True))
    with_walls = -(-len(built) // WALLS)
    pages = 1 + with_walls + max(0, -(-(len(rows) - FIRST_ROWS) // MORE_ROWS))
    for page in range(1, pages + 1):
        sheet = blank_sheet(fonts)
        sheet.text(LEFT, 18, f"{label('load_title', words)}  {load.vehicle} · {load.space.id}", 16, bold=True)
        sheet.text(RIGHT, 18, label("page", words, page, pages), 9, colour=GREY, align="right")
        if page == 1:
            sheet.text(LEFT, 25, label("filled", words, len(steps), f"{100 * load.fill:.0f}",
                                       f"{load.used_length_m:.2f}"), 10)
            draw_still(load, steps, sheet.window(LEFT, 28, RIGHT - LEFT, PICTURE_MM))
            top = _legs(sheet, legs, 28 + PICTURE_MM + 4, words)
            _rows(sheet, rows[:FIRST_ROWS], top, words)
        elif page <= 1 + with_walls:
            begin = (page - 2) * WALLS
            _walls(sheet, built[begin:begin + WALLS], begin + 1, words)
        else:
            begin = FIRST_ROWS + (page - 2 - with_walls) * MORE_ROWS
            _rows(sheet, rows[begin:begin + MORE_ROWS], 26.0, words)
        yield sheet


def _walls(sheet: Sheet, shown: Sequence[Wall], first: int, words: Language) -> None:
    """Draw walls two beside each other, each with its number, where it stands and its steps."""
    wide, tall = (RIGHT - LEFT) / 2, 266.0 / (WALLS / 2)
    for k, wall in enumerate(shown):
        left, top = LEFT + k % 2 * wide, 26 + k // 2 * tall
        place = f"{wall.begin_mm / 1000:.2f}", f"{wall.end_mm / 1000:.2f}"
        title = f"{wall.room.id} " * bool(wall.room.id) + label("wall", words, first + k, *place)
        sheet.text(left, top + 4, fitted(title, 9, wide - 4), 9, bold=True)
        numbers = label("steps of wall", words, _ranges([step.number for step in wall.steps]))
        sheet.text(left, top + 8, fitted(numbers, 7, wide - 4), 7, colour=GREY)
        draw_wall(wall, sheet.window(left, top + 10, wide - 6, tall - 14))


def _ranges(numbers: Sequence[int]) -> str:
    """Return rising numbers in words: 3-5, 8."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _legs(sheet: Sheet, legs: pd.DataFrame, top: float, words: Language) -> float:
    """Write mass and axle loads of the first and the heaviest leg; return where the next thing may begin."""
    shown = sorted({0, int(legs["mass_kg"].to_numpy().argmax())})
    for line, leg in enumerate(shown):
        row = legs.iloc[leg]
        parts = [f"{label(name, words) if name in _LEG else label('axle (kg)', words, name.removesuffix('_kg'))} "
                 f"{row[name]:,.1f}" for name in map(str, legs.columns) if name not in ("leg", "after", "pieces")]
        sheet.text(LEFT, top + 5 * line, fitted(f"{label('leg', words)} {leg + 1}: {'; '.join(parts)}", 8,
                                               RIGHT - LEFT), 8)
    return top + 5 * len(shown)


_LEG = ("mass_kg", "centre_x_m", "centre_y_m", "centre_z_m")


def _rows(sheet: Sheet, rows: Sequence[tuple[Step, str]], top: float, words: Language) -> None:
    for k, (step, code) in enumerate(rows):
        _row(sheet, step, code, top + k * ROW_MM, words)


def _row(sheet: Sheet, step: Step, code: str, top: float, words: Language) -> None:
    sheet.line(LEFT, top, RIGHT, top)
    sheet.text(LEFT, top + 7, f"{step.number}", 13, bold=True)
    stop = f"{label('stop number', words, step.stop)} · " if step.stop else ""
    sheet.text(LEFT + 14, top + 6, fitted(f"{stop}{step.placement.order} · {step.piece}", 9, 95), 9, bold=True)
    sheet.text(LEFT + 14, top + 11, fitted(step.words, 8, 95), 8)
    size = " x ".join(map(str, step.placement.size_mm))
    sheet.text(LEFT + 14, top + 14.6, f"{size} mm, {step.unit.weight_kg:g} kg", 6.5, colour=GREY)
    sheet.barcode(_barcode(code), LEFT + 114, top + 1.5, RIGHT - LEFT - 114, 10.5)
    sheet.text(LEFT + 114 + (RIGHT - LEFT - 114) / 2, top + 14.6, fitted(code, 6.5, 70), 6.5, align="center")


def _barcode(code: str) -> Barcode:
    return sscc_128(code) if len(code) == 18 and code.isdigit() else barcode_that_fits(code, RIGHT - LEFT - 114)
