"""Goods as a filling search sees them: kinds of pieces that are alike to it, whatever they are called.

Whole millimetres and milligrams.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from routing.loading.filling.layout import CARRIES_ALL, CARRIES_FRAGILE, CARRIES_NOTHING
from routing.loading.manifest import fits_in
from routing.model import Compartment, LoadUnit

Size = tuple[int, int, int]

NO_LIMIT = 1 << 60
"""Milligrams."""


class Nature(NamedTuple):
    """All that matters of a piece when it is loaded.

    Parameters
    ----------
    ways : tuple of tuple of int
        Sizes along x, y, z that it may take, mm, sorted.
    mass : int
        Milligrams, rounded up.
    may_rest : int
        Most that may rest on it, milligrams.
    top : int
        What may stand on it: `CARRIES_ALL`, `CARRIES_FRAGILE` or `CARRIES_NOTHING`.
    hard : bool
        Whether it must not stand on fragile goods.
    ground : bool
        Whether it must stand on the floor.
    """

    ways: tuple[Size, ...]
    mass: int
    may_rest: int
    top: int
    hard: bool
    ground: bool

    @property
    def volume(self) -> int:
        """Cubic millimetres."""
        return math.prod(self.ways[0])

    @property
    def frail(self) -> bool:
        """Whether there is a rule for what stands on it, or on what it stands."""
        return self.top != CARRIES_ALL or self.ground or self.may_rest < NO_LIMIT


@dataclass(frozen=True, slots=True)
class Kind:
    """Pieces that are alike.

    Parameters
    ----------
    nature : Nature
        What they are.
    pieces : tuple of (str, int)
        Load unit and number of each, in the order given.
    """

    nature: Nature
    pieces: tuple[tuple[str, int], ...]


def kinds_of(pieces: Iterable[tuple[LoadUnit, Sequence[int]]], room: Compartment) -> tuple[Kind, ...]:
    """Return pieces by their nature, largest first, in an order that does not hang on ids.

    Parameters
    ----------
    pieces : iterable of (LoadUnit, sequence of int)
        Load units and the numbers of their pieces. Those that fit in no way are left out.
    room : Compartment
        Where they shall stand; no larger than its doors let in.

    Returns
    -------
    tuple of Kind
        To search with.
    """
    groups: dict[Nature, list[tuple[str, int]]] = {}
    for unit, numbers in pieces:
        nature = nature_of(unit, room)
        if nature.ways and numbers:
            groups.setdefault(nature, []).extend((unit.id, number) for number in numbers)
    ordered = sorted(groups.items(), key=lambda item: (-item[0].volume, item[0]))
    return tuple(Kind(nature, tuple(listed)) for nature, listed in ordered)


def nature_of(unit: LoadUnit, room: Compartment) -> Nature:
    """Return what matters of a load unit in a room; without ways if it does not fit.

    Parameters
    ----------
    unit : LoadUnit
        What it is.
    room : Compartment
        Where it shall stand.

    Returns
    -------
    Nature
        Of one piece.
    """
    ways = tuple(sorted(way for way in unit.orientations_mm if fits_in(way, room)))
    top = CARRIES_FRAGILE if unit.fragile else CARRIES_ALL
    may_rest = NO_LIMIT
    if math.isfinite(unit.max_top_load_kg):
        may_rest = min(NO_LIMIT, math.floor(unit.max_top_load_kg * 1e6 + 0.001))
    return Nature(ways, math.ceil(unit.weight_kg * 1e6 - 0.001), may_rest, top if unit.stackable else CARRIES_NOTHING,
                  not unit.fragile, unit.floor_only)
