"""Which goods must not be carried together: a table with the source of every row."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from routing.model import LoadUnit

_TABLE = Path(__file__).with_name("data") / "segregation.csv"


@cache
def segregation() -> tuple[dict[str, str], ...]:
    """Return the table of goods that must part.

    Returns
    -------
    tuple of dict
        Columns ``one``, ``other`` (a kind of goods or ``hazard <class>``), ``within`` (``vehicle`` or
        ``compartment``), ``reason``, ``source``.
    """
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def must_part(one: LoadUnit, other: LoadUnit, *, same_compartment: bool = True,
              apart: Sequence[tuple[str, str]] = ()) -> str:
    """Return why two pieces must not be carried together.

    Parameters
    ----------
    one, other : LoadUnit
        Two pieces on one vehicle.
    same_compartment : bool
        Whether they are in one compartment too.
    apart : sequence of (str, str)
        Further pairs that must not share a compartment.

    Returns
    -------
    str
        The reason; empty if they may.

    Examples
    --------
    >>> food = LoadUnit("rice", length_m=1, width_m=1, height_m=1, goods="food")
    >>> poison = LoadUnit("rodenticide", length_m=1, width_m=1, height_m=1, hazard="6.1")
    >>> must_part(food, poison)
    'toxic substances apart from food and feed'
    """
    return _reason(kinds_of(one), kinds_of(other), same_compartment, tuple(apart))


def kinds_of(unit: LoadUnit) -> frozenset[str]:
    """Return the kinds of goods of a piece as the table names them: its goods, and ``hazard <class>``."""
    return frozenset({unit.goods, unit.hazard and f"hazard {unit.hazard}"} - {""})


@cache
def _reason(one: frozenset[str], other: frozenset[str], same_compartment: bool,
            apart: tuple[tuple[str, str], ...]) -> str:
    for row in segregation():
        meets = (row["one"] in one and row["other"] in other) or (row["one"] in other and row["other"] in one)
        if meets and (same_compartment or row["within"] == "vehicle"):
            return row["reason"]
    for pair in apart:
        kinds = [{kind, f"hazard {kind}"} for kind in pair]
        if same_compartment and ((kinds[0] & one and kinds[1] & other) or (kinds[0] & other and kinds[1] & one)):
            return f"{pair[0]} and {pair[1]} shall not share a compartment"
    return ""
