"""Join alike pieces of one stop into gap-free blocks, so that large loads are put together from few parts, and back."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routing.loading.manifest import Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Size = tuple[int, int, int]


class Block(NamedTuple):
    """Alike pieces that stand in a grid, as one piece.

    Parameters
    ----------
    piece : Piece
        The block: a load unit of its own, upright.
    rows : tuple of int
        Rows of the pieces in it.
    size : tuple of int
        Of one of them as it stands before the block is turned, mm.
    grid : tuple of int
        How many stand along, across and up.
    """

    piece: Piece
    rows: tuple[int, ...]
    size: Size
    grid: Size


def joined(pieces: Sequence[Piece], ways: Sequence[Sequence[Size]], room: Size, attempt: int,
           chance: random.Random) -> list[Block]:
    """Return all pieces in blocks: columns at the first attempt, walls at the second, then of random shapes.

    Parameters
    ----------
    pieces : sequence of Piece
        Alike ones beside each other.
    ways : sequence of sequence of tuple
        Ways in which each may stand, mm.
    room : tuple of int
        Inside of the room, mm.
    attempt : int
        Counted from 0.
    chance : random.Random
        Draws the shapes.

    Returns
    -------
    list of Block
        Each piece in one.
    """
    blocks = []
    for _, group in groupby(enumerate(pieces), key=lambda numbered: (numbered[1].order, numbered[1].unit)):
        rows = [row for row, _ in group]
        while rows:
            piece, listed = pieces[rows[0]], ways[rows[0]]
            gaps = [1 - _most_up(piece, way, len(rows), room) * way[2] / room[2] for way in listed]
            best = min(range(len(listed)), key=gaps.__getitem__)
            size = listed[best] if attempt < 2 else chance.choices(listed, [1.05 - gap for gap in gaps])[0]
            grid = _grid(_most_up(piece, size, len(rows), room), size, len(rows), room, attempt, chance)
            count = grid[0] * grid[1] * grid[2]
            blocks.append(_block(piece, tuple(rows[:count]), size, grid))
            rows = rows[count:]
    return blocks


def expanded(blocks: Sequence[Block], corners: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return where the pieces of blocks stand.

    Parameters
    ----------
    blocks : sequence of Block
        As from `joined`.
    corners : ndarray of int64, shape (b, 2, 3)
        Of the blocks.
    count : int
        How many pieces there are.

    Returns
    -------
    ndarray of int64, shape (count, 2, 3)
        Corners of the pieces.
    """
    found = np.zeros((count, 2, 3), dtype=np.int64)
    for block, (low, high) in zip(blocks, corners, strict=True):
        size, grid = np.array(block.size), block.grid
        if high[0] - low[0] != size[0] * grid[0] or high[1] - low[1] != size[1] * grid[1]:
            size, grid = size[[1, 0, 2]], (grid[1], grid[0], grid[2])
        for row, place in zip(block.rows, np.ndindex(grid[2], grid[0], grid[1]), strict=True):
            found[row, 0] = low + size * np.array([place[1], place[2], place[0]])
            found[row, 1] = found[row, 0] + size
    return found


def _most_up(piece: Piece, size: Size, count: int, room: Size) -> int:
    """Return how many of at most `count` pieces may stand on each other."""
    unit = piece.unit
    high = min(count, room[2] // size[2])
    if not unit.stackable or unit.floor_only:
        return 1
    if unit.weight_kg and unit.max_top_load_kg < unit.weight_kg * (high - 1):
        return 1 + int(unit.max_top_load_kg / unit.weight_kg)
    return high


def _grid(high: int, size: Size, count: int, room: Size, attempt: int, chance: random.Random) -> Size:
    """Return how many of at most `count` pieces to put along, across and up."""
    wide = min(count // high, room[1] // size[1])
    if attempt == 0:
        return 1, 1, high
    if attempt == 1:
        return min(count // (high * wide), room[0] // size[0]), wide, high
    up = high if chance.random() < 0.7 else chance.randint(1, high)
    wide = min(count // up, room[1] // size[1])
    across = wide if chance.random() < 0.3 else chance.randint(1, wide)
    return chance.randint(1, min(count // (up * across), room[0] // size[0])), across, up


def _block(piece: Piece, rows: tuple[int, ...], size: Size, grid: Size) -> Block:
    unit = piece.unit
    length_m, width_m, height_m = (side * number / 1000 for side, number in zip(size, grid, strict=True))
    top_kg = max(0.0, unit.max_top_load_kg - unit.weight_kg * (grid[2] - 1))
    whole = replace(unit, length_m=length_m, width_m=width_m, height_m=height_m, weight_kg=unit.weight_kg * len(rows),
                    upright=True, never_vertical=frozenset(), count=1, max_top_load_kg=top_kg)
    return Block(piece._replace(unit=whole), rows, size, grid)
