"""Which value a tag has for a vehicle on its trip: the plain one, or a conditional one whose condition holds.

Conditions are clock times, weekdays, months and dates, size and mass, vehicle classes, dangerous goods, and whether the
vehicle begins or ends there. Others (snow, weeks, holidays) are taken not to hold, and the answer names them.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from gisdata.profiles.hours import read_hours
from gisdata.profiles.limits import METRES, TONNES
from gisdata.profiles.seasons import read_season

if TYPE_CHECKING:
    from gisdata.profiles.profile import Profile

_FIGURES = {"weight": "mass_t", "maxweight": "mass_t", "weightrating": "rated_mass_t",
            "maxweightrating": "rated_mass_t", "height": "height_m", "width": "width_m", "length": "length_m",
            "axleload": "axle_load_t", "bogieweight": "bogie_load_t", "axles": "axles"}
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq, "==": operator.eq}
_COMPARISON = re.compile(r"([a-z]+)\s*(>=|<=|==|>|<|=)\s*(\d+(?:[.,]\d+)?)\s*([a-z]*)")
_CLASSES = frozenset({"motorcar", "goods", "hgv", "hgv_articulated", "motor_vehicle", "vehicle", "motorcycle", "bus",
                      "psv", "taxi", "coach", "tourist_bus", "bicycle", "foot", "moped", "mofa", "trailer", "caravan"})
_ENDS_THERE = frozenset({"destination", "delivery", "deliveries", "customers", "residents", "loading", "unloading"})
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_CLAUSE = re.compile(r"[^;()@]*@\s*(?:\([^()]*\)|[^;(]*)")


class Clause(NamedTuple):
    """One value of a conditional tag, and all that must hold for it."""

    value: str
    conditions: tuple[str, ...]


class Effective(NamedTuple):
    """The value a tag has, where it comes from, and what of it could not be decided.

    Parameters
    ----------
    value : str or None
        None where the tag says nothing for this vehicle and time.
    conditional : bool
        Whether it is that of a conditional tag.
    undecided : tuple of str
        Conditions that were taken not to hold.
    """

    value: str | None
    conditional: bool = False
    undecided: tuple[str, ...] = ()


def effective(plain: str | None, conditional: str | None, who: Profile, *, ends_there: bool) -> Effective:
    """Return the value a tag has for a vehicle.

    Parameters
    ----------
    plain, conditional : str, optional
        Values of the tag and of the tag with ``:conditional`` behind it.
    who : Profile
        The vehicle and its trip.
    ends_there : bool
        Whether it begins or ends there, or passes through.

    Returns
    -------
    Effective
        Of several conditional values whose conditions hold, the last counts (OpenStreetMap wiki, Conditional
        restrictions, Evaluation).
    """
    if not conditional:
        return Effective(plain)
    chosen: str | None = None
    undecided: list[str] = []
    clauses = read_conditional(conditional)
    for clause in clauses:
        verdicts = [holds(condition, who, ends_there=ends_there) for condition in clause.conditions]
        if all(verdict is True for verdict in verdicts):
            chosen = clause.value
        if not any(verdict is False for verdict in verdicts):
            undecided += [condition for condition, verdict in zip(clause.conditions, verdicts, strict=True)
                          if verdict is None]
    undecided += [] if clauses else [conditional]
    return Effective(plain if chosen is None else chosen, chosen is not None, tuple(dict.fromkeys(undecided)))


@cache
def read_conditional(text: str) -> tuple[Clause, ...]:
    """Return the values and conditions of a conditional tag.

    Parameters
    ----------
    text : str
        Such as ``no @ (Mo-Fr 07:00-19:00 AND weight>7.5); destination @ Su``.

    Returns
    -------
    tuple of Clause
        In order; empty if the text is not of that form.

    Examples
    --------
    >>> read_conditional("no @ (Mo-Fr 07:00-19:00 AND weight>7.5)")
    (Clause(value='no', conditions=('Mo-Fr 07:00-19:00', 'weight>7.5')),)
    """
    return tuple(_clauses(text))


def _clauses(text: str) -> Iterator[Clause]:
    for piece in _CLAUSE.findall(_with_hours_bracketed(text)):
        value, _, condition = piece.partition("@")
        inside = condition.strip().removeprefix("(").removesuffix(")").strip()
        value = value.strip().lower()
        if value and inside:
            yield Clause(value, tuple(part.strip() for part in _AND.split(inside)))


def _with_hours_bracketed(text: str) -> str:
    """Return the text with hours such as ``no @ Mo 08:00-09:00; Sa 10:00-11:00`` in brackets: one clause, not two."""
    pieces: list[str] = []
    depth, begin = 0, 0
    for at, sign in enumerate(f"{text};"):
        depth += (sign == "(") - (sign == ")")
        if sign == ";" and depth <= 0:
            pieces.append(text[begin:at].strip())
            begin = at + 1
    joined: list[str] = []
    for piece in pieces:
        if "@" not in piece and joined and read_hours(piece):
            joined[-1] = f"{joined[-1].removesuffix(')')}; {piece})"
        elif "@" in piece and "(" not in piece:
            joined.append(f"{piece.replace('@', '@ (', 1)})")
        else:
            joined.append(piece)
    return ";".join(joined)


def holds(condition: str, who: Profile, *, ends_there: bool) -> bool | None:
    """Return whether a condition holds for a vehicle on its trip.

    Parameters
    ----------
    condition : str
        One condition, without AND.
    who : Profile
        The vehicle and its trip.
    ends_there : bool
        Whether it begins or ends there.

    Returns
    -------
    bool or None
        None where that cannot be known: the words are not understood, or the trip states no time or date.
    """
    word = condition.strip().lower()
    if word in _ENDS_THERE:
        return ends_there
    if word in _CLASSES:
        return word in who.access_tags
    if word == "hazmat":
        return who.hazmat
    compared = _COMPARISON.fullmatch(word)
    if compared:
        return _compares(who, *compared.groups())
    return _in_time(word, who)


def _in_time(text: str, who: Profile) -> bool | None:
    """Return whether months and hours hold; None if they cannot be read, or the trip states no date or time."""
    season = read_season(text)
    if season and who.trip.date is None:
        return None
    if season and who.trip.date and not (season.rest and season.hold(who.trip.date)):
        return season.hold(who.trip.date)
    hours = read_hours(season.rest if season else text)
    if hours is None or not who.trip.timed:
        return None
    return hours.hold(who.trip.weekday, who.trip.at_s or 0)


def _compares(who: Profile, name: str, sign: str, number: str, unit: str) -> bool | None:
    """Return whether a figure of the vehicle compares as said; None if there is no such figure or unit."""
    figure = _FIGURES.get(name)
    if figure is None:
        return None
    units = METRES if figure.endswith("_m") else TONNES if figure.endswith("_t") else {"": 1.0}
    if unit not in units or not getattr(who, figure):
        return None
    return _COMPARED[sign](float(getattr(who, figure)), float(number.replace(",", ".")) * units[unit])
