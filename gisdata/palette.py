"""Colours and dashes for many lines on one map, told apart by colour-blind readers too. Nothing is drawn here."""

from __future__ import annotations

from dataclasses import dataclass

# Okabe and Ito (2008), "Color Universal Design": all but yellow, which is lost on a light ground; wine and near-black
# are added because they differ from the rest in lightness, whatever the eye.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#333333", "#e69f00", "#56b4e9", "#882255")
DASHES = ("", "14 5", "5 4", "16 4 4 4")

NEUTRAL = "#5f6b76"
WARNING = "#b3261e"
PLACE = "#1f2933"


@dataclass(frozen=True, slots=True)
class LineStyle:
    """How one of many lines looks.

    Parameters
    ----------
    colour : str
        ``#rrggbb``.
    ink : str
        Black or white, whichever reads better on the colour.
    dash : str
        Lengths of dashes and gaps in pixels, parted by spaces; empty for a whole line.
    """

    colour: str
    ink: str
    dash: str = ""


def line_style(number: int) -> LineStyle:
    """Return the look of line `number`: neighbours in number differ in colour, and 32 of them all differ.

    Parameters
    ----------
    number : int
        From 0.

    Returns
    -------
    LineStyle
        The colours in turn, first whole, then with each kind of dash.
    """
    colour = COLOURS[number % len(COLOURS)]
    return LineStyle(colour, ink_on(colour), DASHES[number // len(COLOURS) % len(DASHES)])


def ink_on(colour: str) -> str:
    """Return black or white, whichever has the higher contrast with a colour (WCAG 2.2, relative luminance).

    Parameters
    ----------
    colour : str
        ``#rrggbb``.

    Returns
    -------
    str
        ``#000000`` or ``#ffffff``.

    Examples
    --------
    >>> ink_on("#0072b2"), ink_on("#e69f00")
    ('#ffffff', '#000000')
    """
    return "#000000" if contrast(colour, "#000000") > contrast(colour, "#ffffff") else "#ffffff"


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours by WCAG 2.2: from 1 (the same) to 21 (black on white).

    Parameters
    ----------
    one, other : str
        ``#rrggbb``.

    Returns
    -------
    float
        At least 4.5 reads well at any size.
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    levels = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in levels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
