"""Fill one cargo space, room by room: which goods may go into each, and where they stand there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from routing.loading.balance import balanced
from routing.loading.classes import must_part
from routing.loading.filling.goods import NO_LIMIT, Kind, Size, kinds_of, nature_of
from routing.loading.filling.search import Box, Effort, best_filling
from routing.loading.manifest import Piece, manifest
from routing.loading.rooms import placed_in
from routing.model import Axle, CargoSpace, Compartment, LoadingRules, LoadUnit, Placement

SHORTER_TRIES, SHORTER_SHARE = 8, 0.05
"""Attempts to load the same in less length, and the share of the effort that each may take."""


class Stock(NamedTuple):
    """Pieces of one load unit that are not loaded yet.

    Parameters
    ----------
    unit : LoadUnit
        What they are.
    numbers : tuple of int
        Which of the alike ones.
    """

    unit: LoadUnit
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """How spaces shall be filled.

    Parameters
    ----------
    rules : LoadingRules
        What loads obey.
    effort : Effort
        How long to search, in all.
    """

    rules: LoadingRules
    effort: Effort

    def firm(self, stock: Sequence[Stock]) -> bool:
        """Whether bases are supported in full: always but where no support is asked for, and no mass on top counts."""
        return self.rules.support > 0 or any(math.isfinite(of.unit.max_top_load_kg) for of in stock)


def fill_space(space: CargoSpace, stock: Sequence[Stock], task: Task, until: float = 1.0, *,
               shorten: bool = False, prices: Mapping[str, int] | None = None) -> list[Placement]:
    """Return a filling of a space, in the order in which the pieces go in.

    Parameters
    ----------
    space : CargoSpace
        To fill.
    stock : sequence of Stock
        What there is; as much of it as possible is loaded.
    task : Task
        How.
    until : float
        Share of the effort's limit at which to stop.
    shorten : bool
        Whether to look for the least length that holds what is loaded, if all is.
    prices : mapping of str to int, optional
        What a piece of a load unit counts, by its id, instead of its volume.

    Returns
    -------
    list of Placement
        That the judge will accept; but for axles, if moving the whole load does not put them right.
    """
    placements: list[Placement] = []
    aboard: list[LoadUnit] = []
    payload_kg = space.payload_kg
    rooms = sorted(space.rooms, key=lambda room: room.temperature == "")
    begun = task.effort.used
    for number, room in enumerate(rooms, start=1):
        chosen = together(remaining(stock, placements), room, task.rules, aboard)
        limit = _milligrams(min(payload_kg, room.payload_kg))
        kinds = kinds_of(chosen, room)
        counted = [prices[kind.pieces[0][0]] for kind in kinds] if prices else []
        boxes = best_filling(kinds, room.size_mm, limit, task.effort, firm=task.firm(chosen), prices=counted,
                             until=begun + (until - begun) * number / len(rooms))
        if shorten and boxes and len(boxes) == sum(len(of.numbers) for of in stock):
            boxes = _shortened(boxes, kinds, room, limit, task, firm=task.firm(chosen))
        placed = _placed(boxes, kinds, chosen, room, task.rules, space.axles)
        placements += placed
        weights = {of.unit.id: of.unit for of in chosen}
        payload_kg -= math.fsum(weights[p.unit].weight_kg for p in placed)
        aboard += [weights[name] for name in dict.fromkeys(p.unit for p in placed)]
    return placements


def remaining(stock: Sequence[Stock], placements: Sequence[Placement]) -> list[Stock]:
    """Return the pieces that are not among the placed ones."""
    gone = {(p.unit, p.number) for p in placements}
    if not gone:
        return list(stock)
    left = [Stock(unit, tuple(n for n in numbers if (unit.id, n) not in gone)) for unit, numbers in stock]
    return [of for of in left if of.numbers]


def together(stock: Sequence[Stock], room: Compartment, rules: LoadingRules,
             aboard: Sequence[LoadUnit] = ()) -> list[Stock]:
    """Return goods that a room may hold at once: those of its temperature, and of kinds that must part the larger ones.

    Parameters
    ----------
    stock : sequence of Stock
        What there is.
    room : Compartment
        Where it shall go.
    rules : LoadingRules
        With further kinds that must part.
    aboard : sequence of LoadUnit
        What is in other rooms of the same space.

    Returns
    -------
    list of Stock
        In the order given.
    """
    groups: dict[tuple[str, str], list[Stock]] = {}
    for of in stock:
        if of.unit.temperature in ("", room.temperature) and nature_of(of.unit, room).ways:
            groups.setdefault((of.unit.goods, of.unit.hazard), []).append(of)
    kept: list[Stock] = []
    volumes = {key: sum(len(of.numbers) * math.prod(of.unit.size_mm) for of in group) for key, group in groups.items()}
    for key in sorted(groups, key=lambda key: (-volumes[key], key)):
        first = groups[key][0].unit
        apart = any(must_part(first, of.unit, apart=rules.apart) for of in kept) or any(
            must_part(first, other, same_compartment=False, apart=rules.apart) for other in aboard)
        kept += [] if apart else groups[key]
    allowed = {of.unit.id for of in kept}
    return [of for of in stock if of.unit.id in allowed]


def _shortened(boxes: list[Box], kinds: Sequence[Kind], room: Compartment, payload: int, task: Task, *,
               firm: bool) -> list[Box]:
    """Return the same pieces in less length, found by halving what is left between what is needed and what is used."""
    _, width, height = room.size_mm
    volume = sum(math.prod(box.size) for box in boxes)
    least = max(-(-volume // (width * height)), *(min(way[0] for way in kind.nature.ways) for kind in kinds))
    for _ in range(SHORTER_TRIES):
        used = max(box.corner[0] + box.size[0] for box in boxes)
        tried = (least + used) // 2
        if tried >= used or task.effort.used >= 1:
            break
        shorter = best_filling(kinds, (tried, width, height), payload, task.effort, firm=firm,
                               until=min(1.0, task.effort.used + SHORTER_SHARE))
        if len(shorter) == len(boxes):
            boxes = shorter
        else:
            least = tried + 1
    return boxes


def _placed(boxes: Sequence[Box], kinds: Sequence[Kind], stock: Sequence[Stock], room: Compartment,
            rules: LoadingRules, axles: Sequence[Axle]) -> list[Placement]:
    """Return placements of boxes in loading order, moved to where axles carry them; alike pieces in the order given."""
    unit_of = {of.unit.id: of.unit for of in stock}
    waiting = [iter(kind.pieces) for kind in kinds]
    pieces = []
    for box in boxes:
        name, number = next(waiting[box.kind])
        pieces.append(Piece("", unit_of[name], number, 0, 1))
    low = np.array([box.corner for box in boxes], dtype=np.int64).reshape(-1, 3)
    size = np.array([box.size for box in boxes], dtype=np.int64).reshape(-1, 3)
    corners = np.stack([low, low + size], axis=1)
    goods = manifest(pieces, room, rules)
    return placed_in(goods, range(len(pieces)), balanced(goods, corners, axles))


def _milligrams(mass_kg: float) -> int:
    return NO_LIMIT if not math.isfinite(mass_kg) else max(0, math.floor(mass_kg * 1e6 + 0.001))


def misfit(unit: LoadUnit, spaces: Sequence[CargoSpace]) -> str:
    """Return why a piece can never go into any of the spaces; empty if it can.

    Parameters
    ----------
    unit : LoadUnit
        What it is.
    spaces : sequence of CargoSpace
        Where it might go.

    Returns
    -------
    str
        One reason, that of the space that comes nearest.
    """
    rooms = [(space, room) for space in spaces for room in space.rooms]
    tempered = [pair for pair in rooms if unit.temperature in ("", pair[1].temperature)]
    if not tempered:
        return f"must be carried {unit.temperature}; no space is"
    fitting = [pair for pair in tempered if nature_of(unit, pair[1]).ways]
    if not fitting:
        whole = [_fits_without_doors(unit, room.size_mm) for _, room in tempered]
        return ("passes no door in any way it may stand" if any(whole)
                else "is larger than every space in any way it may stand")
    if all(unit.weight_kg > min(space.payload_kg, room.payload_kg) for space, room in fitting):
        return f"weighs {unit.weight_kg:g} kg, more than the payload of every space it fits in"
    return ""


def _fits_without_doors(unit: LoadUnit, size: Size) -> bool:
    return any(all(side <= inside for side, inside in zip(way, size, strict=True)) for way in unit.orientations_mm)
