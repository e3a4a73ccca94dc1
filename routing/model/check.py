"""Checks that the nouns share. Each `settle_*` makes fields plain Python values in place and returns what is wrong.

Numpy numbers, whole floats where whole numbers are meant, and -0.0 all become one plain form, so that nouns that say
the same are equal, hash alike and are written alike.
"""

from __future__ import annotations

import math
import numbers
import unicodedata
from collections.abc import Iterable
from typing import Protocol

import numpy as np

from routing.errors import ProblemError

LATER = {"later": True}
"""Metadata of a field that came later: at its neutral default it is not written, so that older plans stay the same."""

BUILT_IN_DIMENSIONS = ("weight_kg", "volume_m3", "pieces")


class Identified(Protocol):
    """A noun with an id."""

    @property
    def id(self) -> str:
        """Text that names it."""


def require(noun: str, identifier: object, faults: Iterable[str]) -> None:
    """Raise one error that lists every fault of a noun.

    Parameters
    ----------
    noun : str
        What it is, such as ``"order"``.
    identifier : object
        Its id.
    faults : iterable of str
        What is wrong; empty when all is well.

    Raises
    ------
    ProblemError
        If there is any fault.
    """
    listed = list(faults)
    if listed:
        raise ProblemError(f"{noun} {identifier!r}: " + "; ".join(listed))


def settle_id(noun: Identified) -> list[str]:
    """Return what is wrong with `noun.id`: it must be one line of text that is not blank."""
    faults = settle_texts(noun, "id")
    if faults:
        return ["id must be text (ids such as 00123 stay text)"]
    if not noun.id.strip():
        return ["id must not be empty"]
    if not noun.id.isprintable() and any(unicodedata.category(letter) == "Cc" for letter in noun.id):
        return ["id must be one line without control characters"]
    return []


def settle_texts(noun: object, *names: str) -> list[str]:
    """Return what is wrong with texts: each must be text that can be written to a file."""
    faults = []
    for name in names:
        value = getattr(noun, name)
        if not isinstance(value, str):
            faults.append(f"{name} must be text, got {value!r}")
        elif not value.isascii() and any("\ud800" <= letter <= "\udfff" for letter in value):
            faults.append(f"{name} holds half a character (a lone surrogate): {value!r}")
        else:
            object.__setattr__(noun, name, str(value))
    return faults


def settle_amounts(noun: object, *names: str, infinite: bool = False, positive: bool = False,
                   negative: bool = False) -> list[str]:
    """Make amounts plain floats and return what is wrong: NaN, negative, no number.

    Parameters
    ----------
    noun : object
        Holder of the fields.
    *names : str
        Fields to settle.
    infinite : bool
        Whether infinity (no limit) is allowed.
    positive : bool
        Whether zero is refused.
    negative : bool
        Whether amounts below zero are allowed.

    Returns
    -------
    list of str
        One sentence a fault.
    """
    faults = []
    for name in names:
        amount, fault = _amount(getattr(noun, name), infinite=infinite, positive=positive, negative=negative)
        if fault:
            faults.append(f"{name} {fault}")
        else:
            object.__setattr__(noun, name, amount)
    return faults


def settle_counts(noun: object, *names: str, positive: bool = False) -> list[str]:
    """Make counts plain ints and return what is wrong: negative, not whole, no number."""
    return _settle_whole(noun, names, positive=positive, negative=False)


def settle_times(noun: object, *names: str) -> list[str]:
    """Make figures of a result plain ints and return what is wrong: not whole, no number. A judge does the rest."""
    return _settle_whole(noun, names, positive=False, negative=True)


def settle_flags(noun: object, *names: str) -> list[str]:
    """Make flags plain booleans and return what is wrong: anything but true and false, 1 and 0."""
    faults = []
    for name in names:
        value = getattr(noun, name)
        if not isinstance(value, bool | np.bool_) and not (isinstance(value, numbers.Real) and value in {0, 1}):
            faults.append(f"{name} must be True or False, got {value!r}")
        else:
            object.__setattr__(noun, name, bool(value))
    return faults


def settle_place(noun: object) -> list[str]:
    """Make `lon` and `lat` plain floats and return what is wrong with the position in degrees, WGS 84."""
    faults = []
    for name, bound, hint in (("lon", 180, ""), ("lat", 90, "; are lon and lat swapped?")):
        value = getattr(noun, name)
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            faults.append(f"{name} must be a number of degrees, got {value!r}")
        elif not -bound <= float(value) <= bound:
            faults.append(f"{name} must lie in [-{bound}, {bound}], got {value!r}{hint}")
        else:
            object.__setattr__(noun, name, float(value) + 0.0)
    return faults


def settle_names(noun: object, name: str, example: str) -> list[str]:
    """Make a field a frozen set of texts and return what is wrong: one text instead of a set of texts, blank texts.

    Parameters
    ----------
    noun : object
        Holder of the field.
    name : str
        Field to settle, a plural such as ``skills``.
    example : str
        What may stand in it, for the message.

    Returns
    -------
    list of str
        One sentence a fault.
    """
    given = getattr(noun, name)
    if isinstance(given, str) or not isinstance(given, Iterable):
        return [f"{name} must be a set of texts such as {{{example!r}}}, got {given!r}"]
    listed = list(given)
    wrong = [text for text in listed if not isinstance(text, str) or not text.strip()]
    if wrong:
        return [f"every {name.removesuffix('s').replace('_', ' ')} must be text that is not empty, got {wrong[0]!r}"]
    object.__setattr__(noun, name, frozenset(str(text) for text in listed))
    return []


def settle_named_amounts(noun: object, name: str, *, infinite: bool = False) -> list[str]:
    """Make amounts by name sorted pairs, so that the noun can be hashed, and return what is wrong.

    Parameters
    ----------
    noun : object
        Holder of the field.
    name : str
        Field that holds a mapping, or pairs of name and amount.
    infinite : bool
        Whether infinity is allowed.

    Returns
    -------
    list of str
        One sentence a fault: an amount that is none, or a name that has a field of its own.
    """
    try:
        pairs = dict(getattr(noun, name))
    except (TypeError, ValueError):
        return [f"{name} must give an amount by name, such as {{'pallets': 2}}, got {getattr(noun, name)!r}"]
    faults, settled = [], []
    for dimension, value in pairs.items():
        amount, fault = _amount(value, infinite=infinite)
        if not isinstance(dimension, str) or not dimension.strip():
            fault = "is no name of a dimension"
        elif dimension in BUILT_IN_DIMENSIONS:
            fault = "has a field of its own; do not repeat it"
        if fault:
            faults.append(f"{name} {dimension!r} {fault}")
        settled.append((str(dimension), amount))
    if not faults:
        object.__setattr__(noun, name, tuple(sorted(settled)))
    return faults


def settle_named_counts(noun: object, name: str) -> list[str]:
    """Make whole numbers by name sorted pairs, so that the noun can be hashed, and return what is wrong.

    Parameters
    ----------
    noun : object
        Holder of the field.
    name : str
        Field that holds a mapping, or pairs of name and whole number.

    Returns
    -------
    list of str
        One sentence a fault.
    """
    try:
        pairs = dict(getattr(noun, name))
    except (TypeError, ValueError):
        return [f"{name} must give a whole number by name, such as {{'van': 300}}, got {getattr(noun, name)!r}"]
    faults, settled = [], []
    for key, value in pairs.items():
        amount, fault = _amount(value, infinite=False)
        if not isinstance(key, str) or not key.strip():
            fault = "is no name"
        elif not fault and not amount.is_integer():
            fault = f"must be a whole number, got {value!r}"
        if fault:
            faults.append(f"{name} {key!r} {fault}")
        else:
            settled.append((str(key), int(value)))
    if not faults:
        object.__setattr__(noun, name, tuple(sorted(settled)))
    return faults


def kind_faults(noun: object, **kinds: type) -> list[str]:
    """Return which fields are not of their kind, such as a window that is a pair of texts."""
    return [
        f"{name} must be a {kind.__name__}, got {getattr(noun, name)!r}"
        for name, kind in kinds.items() if not isinstance(getattr(noun, name), kind)
    ]


_CERTAIN = 2**53
"""Plain ints below it need no look: a plan holds tens of thousands."""


def _settle_whole(noun: object, names: Iterable[str], *, positive: bool, negative: bool) -> list[str]:
    faults = []
    for name in names:
        value = getattr(noun, name)
        if type(value) is int and (0 < value < _CERTAIN or (negative and 0 <= value < _CERTAIN)):
            continue
        amount, fault = _amount(value, infinite=False, positive=positive, negative=negative)
        if not fault and not (isinstance(value, numbers.Integral) or amount.is_integer()):
            fault = f"must be a whole number, got {value!r}"
        if fault:
            faults.append(f"{name} {fault}")
        else:
            object.__setattr__(noun, name, int(value))
    return faults


def _amount(value: object, *, infinite: bool, positive: bool = False, negative: bool = False) -> tuple[float, str]:
    """Return the plain float and what is wrong with it, empty if nothing."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return math.nan, f"must be a number, got {value!r}"
    try:
        amount = float(value) + 0.0  # -0.0 becomes 0.0
    except OverflowError:
        return math.nan, "is too large"
    if math.isnan(amount) or (amount < 0 and not negative) or (math.isinf(amount) and not infinite):
        wanted = [text for text, asked in (("finite", not infinite), ("zero or more", not negative)) if asked]
        return amount, f"must be {' and '.join(wanted)}, got {amount!r}"
    if positive and amount == 0:
        return amount, "must be more than zero"
    return amount, ""
