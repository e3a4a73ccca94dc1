"""A4 pages to draw on with a ruler: text, lines, boxes and barcodes in millimetres from the top left corner."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gisdata.barcodes import Barcode
from gisdata.escape import plain_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_MM, HEIGHT_MM = 210.0, 297.0
POINT_MM = 25.4 / 72
INK, GREY, RULE = "#1f2933", "#5f6b76", "#bfc8d1"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One A4 page, upright.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The page as matplotlib knows it.
    axes : matplotlib.axes.Axes
        Spans the page; its units are millimetres, y from the top.
    fonts : tuple of str
        Families for all text.
    """

    figure: Figure
    axes: Axes
    fonts: tuple[str, ...]

    def text(self, x: float, y: float, text: str, size: float = 9, *, bold: bool = False, colour: str = INK,
             align: Literal["left", "center", "right"] = "left", middle: bool = False) -> None:
        """Write a line of text with its base line, or its middle, at `y`; nothing in it is taken for a formula."""
        self.axes.text(x, y, one_line(text), fontsize=size, color=colour, ha=align, family=list(self.fonts),
                       va="center_baseline" if middle else "baseline", weight="bold" if bold else "normal",
                       parse_math=False)

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str = RULE, width: float = 0.6) -> None:
        """Draw a line of a width in points."""
        self.axes.plot([x1, x2], [y1, y2], color=colour, linewidth=width, solid_capstyle="butt")

    def box(self, x: float, y: float, width: float, height: float, fill: str, edge: str = "none") -> None:
        """Draw a filled rectangle from its top left corner."""
        from matplotlib.patches import Rectangle

        self.axes.add_patch(Rectangle((x, y), width, height, facecolor=fill, edgecolor=edge, linewidth=0.6))

    def disc(self, x: float, y: float, radius: float, fill: str) -> None:
        """Draw a filled circle around its centre."""
        from matplotlib.patches import Circle

        self.axes.add_patch(Circle((x, y), radius, facecolor=fill, edgecolor="none"))

    def barcode(self, barcode: Barcode, x: float, y: float, width: float, height: float) -> None:
        """Draw a barcode in the middle of a rectangle: bars as high as it, a QR code as large as fits."""
        from matplotlib.collections import PolyCollection

        square = barcode.symbology == "qr"
        module = min(width, height) / barcode.columns if square else min(width / barcode.columns, 0.5)
        left, tall = x + (width - module * barcode.columns) / 2, module if square else height
        top = y + (height - tall * len(barcode.rows)) / 2
        corners = [[(a, b), (a + length * module, b), (a + length * module, b + tall), (a, b + tall)]
                   for row, start, length in barcode.bars()
                   for a, b in [(left + start * module, top + row * tall)]]
        self.axes.add_collection(PolyCollection(corners, facecolors="black", edgecolors="none", antialiased=False),
                                 autolim=False)

    def window(self, x: float, y: float, width: float, height: float) -> Axes:
        """Return axes in a rectangle of the page, without frame and ticks."""
        axes = self.figure.add_axes((x / WIDTH_MM, 1 - (y + height) / HEIGHT_MM, width / WIDTH_MM,
                                     height / HEIGHT_MM))
        axes.set_axis_off()
        return axes


def blank_sheet(fonts: tuple[str, ...]) -> Sheet:
    """Return an empty page whose text is set in the given fonts."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_MM / 25.4, HEIGHT_MM / 25.4))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH_MM)
    axes.set_ylim(HEIGHT_MM, 0)
    return Sheet(figure, axes, fonts)


def one_line(text: str) -> str:
    """Return text without line breaks, tabs and control characters."""
    return " ".join(plain_text(text).split())


def width_mm(text: str, size: float) -> float:
    """Return about how wide a text is, a little too wide rather than too narrow."""
    return sum(_em(character) for character in text) * size * POINT_MM


def broken(text: str, size: float, width: float, lines: int) -> list[str]:
    """Return text broken into lines of a width, cut with … where there are too few; Chinese breaks anywhere.

    Parameters
    ----------
    text : str
        Untrusted text.
    size : float
        Points.
    width : float
        Millimetres.
    lines : int
        How many there may be.

    Returns
    -------
    list of str
        At most `lines`.

    Examples
    --------
    >>> broken("Keskuskatu 5, Helsinki", 8, 20, 2)
    ['Keskuskatu', '5, Helsinki']
    >>> broken("武汉市洪山区珞喻路", 8, 12, 2)
    ['武汉市洪', '山区珞…']
    """
    rest = one_line(text)
    found: list[str] = []
    while rest and len(found) < lines:
        count = _fitting(rest, size, width)
        if count < len(rest) and len(found) == lines - 1:
            count = max(1, _fitting(rest, size, width - width_mm("…", size)))
            return [*found, f"{rest[:count].rstrip()}…"]
        space = rest.rfind(" ", 0, count + 1)
        if count < len(rest) and space > 0 and rest[count - 1].isascii():
            count = space
        found.append(rest[:count].rstrip())
        rest = rest[count:].lstrip()
    return found


def fitted(text: str, size: float, width: float) -> str:
    """Return the beginning of a text that fits a width in millimetres, with … where it is cut."""
    return "".join(broken(text, size, width, 1))


def _fitting(text: str, size: float, width: float) -> int:
    """Return how many characters fit, at least one."""
    used = 0.0
    for number, character in enumerate(text):
        used += width_mm(character, size)
        if used > width:
            return max(1, number)
    return len(text)


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in "MW@%mw—…":
        return 0.95
    return 0.7 if character.isupper() else 0.58
