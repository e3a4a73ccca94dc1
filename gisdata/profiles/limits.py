"""Read the limits of size, mass and axles that mappers write: ``4.2``, ``4.2 m``, ``13'6"``, ``7.5 t``, ``16535 lbs``.

A limit outside what any sign says, or one that cannot be read, is no limit, never a guess; the reading says so, and
`gisdata.roads_report` lists it with its OSM id.
"""

from __future__ import annotations

import math
import re
from functools import cache
from typing import NamedTuple

from gisdata.profiles import rules

METRES = {"": 1.0, "m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "cm": 0.01, "mm": 0.001,
          "ft": 0.3048, "feet": 0.3048, "foot": 0.3048, "'": 0.3048, "in": 0.0254, "inch": 0.0254, "inches": 0.0254,
          '"': 0.0254, "yd": 0.9144}
TONNES = {"": 1.0, "t": 1.0, "ton": 1.0, "tons": 1.0, "tonne": 1.0, "tonnes": 1.0, "to": 1.0, "mt": 1.0, "kg": 0.001,
          "kgs": 0.001, "lb": 0.00045359237, "lbs": 0.00045359237, "st": 0.90718474, "lt": 1.0160469088}
NUMBERS = {"": 1.0}
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_PLAIN = re.compile(rf"{_NUMBER}\s*([a-z'\"]*)")
_FEET = re.compile(rf"{_NUMBER}\s*(?:'|ft|feet|foot)\s*{_NUMBER}\s*(?:\"|''|in|inch|inches)?")
_SIGNS = str.maketrans({"’": "'", "′": "'", "`": "'", "´": "'", "”": '"', "″": '"', "“": '"', "，": ",", "．": "."})


class Limit(NamedTuple):
    """What a text means.

    Parameters
    ----------
    most : float
        Largest value that passes; infinite where the text sets no limit.
    note : str
        What is doubtful about the reading; empty if nothing is.
    """

    most: float
    note: str = ""


@cache
def bounds() -> dict[str, tuple[str, float, float]]:
    """Return what each limit tag is compared with, and the smallest and largest limit that a sign says.

    Returns
    -------
    dict of str to (str, float, float)
        By tag: name of the figure in `Profile`, and the range.
    """
    return {tag: (row["of"], row["lowest"], row["highest"]) for row in rules()["limits"] for tag in row["tags"]}


@cache
def read_limit(tag: str, text: str) -> Limit:
    r"""Return the limit that a text means; of several, joined with ``;``, the strictest that can be read.

    Parameters
    ----------
    tag : str
        One of `bounds`.
    text : str
        Value of the tag.

    Returns
    -------
    Limit
        Metres, tonnes or a number.

    Examples
    --------
    >>> read_limit("maxheight", "13'6\"").most.__round__(3), read_limit("maxweight", "16535 lbs").most.__round__(2)
    (4.115, 7.5)
    >>> read_limit("maxheight", "3,5")
    Limit(most=3.5, note='comma read as decimal point')
    >>> read_limit("maxheight", "fixme")
    Limit(most=inf, note='cannot be read: ignored')
    """
    parts = [_one(tag, part.strip()) for part in text.split(";") if part.strip()] or [Limit(math.inf, _UNREADABLE)]
    notes = dict.fromkeys(part.note for part in parts if part.note)
    if len(parts) > 1:
        notes["several values: the strictest counts"] = None
    return Limit(min(part.most for part in parts), "; ".join(notes))


_UNREADABLE = "cannot be read: ignored"


def _one(tag: str, text: str) -> Limit:
    """Return the limit of a text without a list in it."""
    figure, lowest, highest = bounds()[tag]
    plain = text.translate(_SIGNS).lower()
    named = _named(figure, plain)
    if named:
        return named
    most = _measured(figure, plain)
    if most is None:
        return Limit(math.inf, _UNREADABLE)
    if not lowest <= most <= highest:
        return Limit(math.inf, f"no sign says so (expected {lowest:g} to {highest:g}): ignored")
    return Limit(most, "comma read as decimal point" if "," in plain else "")


def _named(figure: str, plain: str) -> Limit | None:
    words, below = rules()["no_limit"], rules()["below_default"]
    if plain in words["plain"]:
        return Limit(math.inf)
    if plain in words["listed"]:
        return Limit(math.inf, "no figure is signed: ignored")
    if plain == "below_default" and figure in below:
        return Limit(float(below[figure]), f"no figure is signed: taken as {below[figure]:g} m")
    return None


def _measured(figure: str, plain: str) -> float | None:
    """Return a number in metres or tonnes, or None."""
    units = METRES if figure.endswith("_m") else TONNES if figure.endswith("_t") else NUMBERS
    feet = _FEET.fullmatch(plain) if units is METRES else None
    if feet:
        return 0.3048 * _number(feet[1]) + 0.0254 * _number(feet[2])
    number = _PLAIN.fullmatch(plain)
    if number is None or number[2] not in units:
        return None
    return _number(number[1]) * units[number[2]]


def _number(text: str) -> float:
    return float(text.replace(",", "."))
