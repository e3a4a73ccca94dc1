"""Find a load for one room: random insertion, piece by piece for few pieces, in blocks of alike ones for many."""

# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routing.loading.blocks import expanded, joined
from routing.loading.insertion_search import LEFT, REAR, RIGHT, TOP, search
from routing.loading.manifest import Manifest, before, manifest

if TYPE_CHECKING:
    from numpy.typing import NDArray

DOORS = {"rear": REAR, "left": LEFT, "right": RIGHT, "top": TOP}
SINGLY = 30
"""Up to so many pieces are put in one by one."""

WORK, TRIALS = 3e7, 400
"""Trials are as many as keep trials x pieces³ below WORK, and no more than TRIALS, times the effort."""

SHAPES = 8
"""How often many pieces are joined into other blocks."""


class Found(NamedTuple):
    """The best load found for a room.

    Parameters
    ----------
    rows : tuple of int
        Rows of the pieces that are in it.
    corners : ndarray of int64, shape (n, 2, 3)
        Corners of every piece, mm within the room; of no meaning for those that are not in it.
    """

    rows: tuple[int, ...]
    corners: NDArray[np.int64]


def best_load(load: Manifest, effort: float, seed: int) -> Found:
    """Return the load of most worth that was found.

    Parameters
    ----------
    load : Manifest
        Pieces that each have a way to stand.
    effort : float
        Multiples of the usual work.
    seed : int
        Of what is drawn.

    Returns
    -------
    Found
        All pieces, or as many as would go in.
    """
    if len(load.pieces) <= SINGLY:
        return _inserted(load, effort, seed)
    chance = random.Random(seed)  # noqa: S311 (no secret)
    ways = [[(int(a), int(b), int(c)) for a, b, c in load.sizes[i, :load.ways[i]]] for i in range(len(load.pieces))]
    best = Found((), np.zeros((len(load.pieces), 2, 3), dtype=np.int64))
    for attempt in range(max(1, round(SHAPES * effort))):
        blocks = joined(load.pieces, ways, load.room.size_mm, attempt, chance)
        joint = manifest([block.piece for block in blocks], load.room, load.rules)
        found = _inserted(joint, effort / SHAPES, seed + attempt)
        inside = tuple(row for block in found.rows for row in blocks[block].rows)
        if load.worth[list(inside)].sum() > load.worth[list(best.rows)].sum():
            best = Found(inside, expanded(blocks, found.corners, len(load.pieces)))
        if len(best.rows) == len(load.pieces):
            break
    return best


def _inserted(load: Manifest, effort: float, seed: int) -> Found:
    """Return the best load of many trials, for the door that lets most in."""
    n = len(load.pieces)
    trials = max(4, round(min(TRIALS, WORK / n**3) * effort))
    best = Found((), np.zeros((n, 2, 3), dtype=np.int64))
    for door in load.room.doors:
        begin, end = before(door, load.room)
        space = np.array([end - begin, *load.room.size_mm[1:]], dtype=np.int64)
        low, high, placed = np.zeros((n, 3), np.int64), np.zeros((n, 3), np.int64), np.zeros(n, np.int64)
        count = search(load.sizes, load.ways, load.pairs, load.weights_kg, load.tops_kg, load.floor_only, load.worth,
                       space, DOORS[door.side], load.rules.support, first_order(load), trials, seed, low, high, placed)
        rows = tuple(placed[:count].tolist())
        if load.worth[list(rows)].sum() > load.worth[list(best.rows)].sum():
            corners = np.stack([low, high], axis=1)
            corners[:, :, 0] += begin
            best = Found(rows, corners)
    return best


def first_order(load: Manifest) -> NDArray[np.int64]:
    """Return the order in which pieces are put in first: last off first, hard before fragile, large before small."""
    def key(row: int) -> tuple[float, ...]:
        unit = load.pieces[row].unit
        return (-load.spans[row, 1], not unit.stackable, unit.fragile, -unit.max_top_load_kg, -load.volumes[row], row)

    return np.array(sorted(range(len(load.pieces)), key=key), dtype=np.int64)
