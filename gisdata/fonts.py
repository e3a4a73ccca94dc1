"""Find installed fonts that have every character of a text, so that nothing prints as an empty box.

Nothing is drawn here. The fonts are those that matplotlib finds on the system, and those it brings along.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from gisdata.errors import GisDataError

if TYPE_CHECKING:
    from matplotlib.font_manager import FontEntry

# Chinese forms first: a Japanese or Korean face has the characters, but not all as they are written in China.
PREFERRED = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei",
             "PingFang SC", "Hiragino Sans GB", "WenQuanYi Micro Hei", "SimHei", "Noto Sans CJK JP", "Noto Sans",
             "Arial", "Liberation Sans", "DejaVu Sans")
PLACEHOLDERS = "Last Resort"
"""In the name of a family that has a box for every character, and the shape of none; matplotlib brings one along."""

SHOWN = 20


class FontError(GisDataError, LookupError):
    """No installed font has some characters of a text."""


def covering_fonts(text: str, families: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return font families that together have every character of a text.

    Parameters
    ----------
    text : str
        All that will be drawn. Spaces, line breaks and other signs without a shape need no font.
    families : sequence of str, optional
        Families to look in, best first. By default those of `PREFERRED`, then all that are installed.

    Returns
    -------
    tuple of str
        One family if one has all; else the first that has most, then what fills its gaps, for matplotlib's
        ``family``, which takes each character from the first font that has it.

    Raises
    ------
    FontError
        With the characters that no font has, and what to install.
    """
    needed = frozenset(ord(character) for character in text if _has_shape(character))
    best, missing = _best(needed, families)
    if missing and _found_new_fonts():
        best, missing = _best(needed, families)
    if missing or not best:
        raise FontError(_message(missing))
    return best


def _best(needed: frozenset[int], families: Sequence[str] | None) -> tuple[tuple[str, ...], frozenset[int]]:
    """Return the fewest families found for some characters, and the characters that none of them has."""
    names = list(dict.fromkeys(families if families is not None else (*PREFERRED, *sorted(_installed()))))
    best: tuple[str, ...] = ()
    missing = needed
    for name in names:
        covered = _characters(name)
        if covered and needed <= covered:
            return (name,), frozenset()
        if missing & covered:
            best, missing = (*best, name), missing - covered
        if not missing and name not in PREFERRED:
            break
    return best, missing


def _has_shape(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp"}


def _message(missing: Iterable[int]) -> str:
    signs = sorted(missing)
    shown = " ".join(f"{chr(sign)} (U+{sign:04X})" for sign in signs[:SHOWN])
    more = f" and {len(signs) - SHOWN} more" if len(signs) > SHOWN else ""
    return (f"no installed font has: {shown or 'any character'}{more}. Install one that does, such as Noto Sans CJK "
            "for Chinese (Debian and Ubuntu: fonts-noto-cjk; elsewhere: Source Han Sans SC), then start Python again")


@cache
def _installed() -> dict[str, FontEntry]:
    """Return the most regular face of each installed family."""
    from matplotlib.font_manager import fontManager

    faces: dict[str, FontEntry] = {}
    for entry in sorted(fontManager.ttflist, key=_irregularity):
        if PLACEHOLDERS not in entry.name:
            faces.setdefault(entry.name, entry)
    return faces


def _found_new_fonts() -> bool:
    """Return whether fonts were installed since matplotlib made its list, which it keeps; they are in it now."""
    from matplotlib.font_manager import findSystemFonts, fontManager

    listed = {str(entry.fname) for entry in fontManager.ttflist}
    new = sorted(set(findSystemFonts()) - listed)
    for path in new:
        with suppress(OSError, RuntimeError):  # a font that cannot be read is no font
            fontManager.addfont(path)
    _installed.cache_clear()
    _characters.cache_clear()
    return bool(new)


def _irregularity(entry: FontEntry) -> tuple[bool, int, str]:
    weight = entry.weight if isinstance(entry.weight, int) else 400
    return entry.style != "normal", abs(weight - 400), str(entry.fname)


@cache
def _characters(family: str) -> frozenset[int]:
    """Return the code points that a family has; none if it is not installed or cannot be read."""
    from matplotlib.font_manager import get_font

    entry = _installed().get(family)
    if entry is None:
        return frozenset()
    try:
        charmap = get_font(entry.fname).get_charmap()
    except (OSError, RuntimeError):
        return frozenset()
    return frozenset(int(point) for point, glyph in charmap.items() if glyph)  # glyph 0 is the empty box
