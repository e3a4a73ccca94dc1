"""Where every number of a filling search lies: its arrays and their columns. How they are filled or used is not here.

Lengths are whole numbers of one unit, masses whole milligrams. x runs along the space from its far end, y across, z up.
A block is several pieces side by side, with the box around them; a cuboid is six numbers: x, y, z of its low corner,
then of its high one. Free space is the list of the largest empty cuboids, which overlap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NONE, ONE, UPWARD = np.int64(0), np.int64(1), np.int64(2)
"""Where a number is handed to a compiled function: for a literal that would be compiled once more."""

KINDS = 6
"""Kinds of pieces that one block may hold at most."""

MOST_SPACES = 600
"""Free cuboids kept of a state; further ones are dropped."""

MOST_BLOCKS = 10_000
"""Blocks built at most."""

LENGTH, WIDTH, HEIGHT, LEAST_X, LEAST_Y, LEAST_Z, FIRM, PRICED, FRAIL = range(9)
"""Entries of `rule`: inner size; the smallest size of a piece along each axis; whether a space above a block is its
level top only; whether pieces count by prices instead of volume; whether some must not carry just anything."""

CARRIES_ALL, CARRIES_FRAGILE, CARRIES_NOTHING = 0, 1, 2
"""What may stand on a piece, or on the top of a block."""

TOP, HARD, GROUND = 0, 1, 2
"""Columns of `stands`: what may stand on it; whether it must not stand on fragile goods; whether on the floor only."""

PRESS, BEAR = 0, 1
"""Columns of `bears`: mass that it brings on a unit of area below, and that a unit of area of its top takes."""

NEARNESS, TIGHTNESS, GAP = 0, 1, 2
"""Entries of `Cargo.taste`: powers of touched surface and of filled space in the worth of a block, and the gap, as a
share of the block, up to which surfaces count as touching."""

GAIN, PRIOR = 0, 1
"""Columns of `Cargo.worth`: volume or price of its pieces; the same times their number to a small negative power."""

SPACES, BLOCKS, FILLED, ROOM, VALUE = range(5)
"""Columns of `States.tally`: how many spaces and blocks; worth loaded; payload left; worth when filled up greedily."""

BEST, TRIED, SCRATCH, BANK = (np.int64(row) for row in range(4))
"""Rows of `States`: best filling, child being tried, its greedy completion, first of the levels of the search."""

SPACE, FAR_X, FAR_Y, FAR_Z, RANKED, PARENT, KEPT, CHILD_BANK, ROLLED, WORK = 0, 1, 2, 3, 4, 5, 10, 11, 12, 13
"""Entries of `Search.spot`: the chosen space, at which of its corners, how many blocks are ranked for it; the same five
of the parent; children kept, and their first row; completions done, and blocks looked at."""


class Cargo(NamedTuple):
    """What may be loaded, and how it is judged; a search changes nothing here.

    Blocks stand in order of falling worth.
    """

    size: NDArray[np.int32]
    """(blocks, 4): extent along x, y, z; number of pieces."""
    top: NDArray[np.int32]
    """(blocks, 4): the part of its top that is level and without holes, as a rectangle from its low corner."""
    holds: NDArray[np.int32]
    """(blocks, 1 + 2 KINDS): how many kinds it holds; then kind and number of pieces of each."""
    stands: NDArray[np.int32]
    """(blocks, 3)"""
    bears: NDArray[np.float64]
    """(blocks, 2)"""
    mass: NDArray[np.int64]
    """(blocks,)"""
    worth: NDArray[np.float64]
    """(blocks, 2)"""
    reach: NDArray[np.int32]
    """(3, longest + 1): the longest that pieces in a row can be along an axis within a length."""
    rule: NDArray[np.int64]
    taste: NDArray[np.float64]


class Yard(NamedTuple):
    """Where blocks are built: kinds of pieces, and blocks in the order of their making, with columns as in `Cargo`."""

    turned: NDArray[np.int32]
    """(ways, 4): kind; size along x, y, z."""
    kind: NDArray[np.int64]
    """(kinds, 4): number of pieces; volume and mass of one; mass that may rest on it."""
    frail: NDArray[np.int32]
    """(kinds, 3): columns of `stands`."""
    size: NDArray[np.int32]
    top: NDArray[np.int32]
    holds: NDArray[np.int32]
    stands: NDArray[np.int32]
    bears: NDArray[np.float64]
    made: NDArray[np.int32]
    """(blocks, 4): of a grid, -1 - its way and the numbers along x, y, z; of a pair, both blocks and the axis."""
    seen: NDArray[np.int64]
    """Table of hashes."""
    tally: NDArray[np.int64]
    """Blocks so far; the first of the last round; payload."""
    rule: NDArray[np.int64]


class States(NamedTuple):
    """Partial fillings, one a row."""

    space: NDArray[np.int32]
    """(rows, MOST_SPACES, 6)"""
    placed: NDArray[np.int32]
    """(rows, most blocks, 7): cuboid, block."""
    left: NDArray[np.int32]
    """(rows, kinds): pieces not loaded yet."""
    bearing: NDArray[np.float64]
    """(rows, most blocks): mass that a unit of area on top of a placed block may still take."""
    tally: NDArray[np.int64]
    """(rows, 5)"""


class Search(NamedTuple):
    """What a search notes down for itself."""

    jump: NDArray[np.int32]
    """(2, blocks + 1): the next block, from each on, that pieces are left for; of the parent and of its child."""
    rank: NDArray[np.int32]
    """(2, WIDE): best blocks for a space, best first: of the parent, and in its first place of a completion."""
    score: NDArray[np.float64]
    """(WIDE,)"""
    near: NDArray[np.int32]
    """(most blocks,): blocks placed near the chosen space."""
    fresh: NDArray[np.int32]
    """(5 MOST_SPACES, 6): cuboids just cut."""
    spot: NDArray[np.int64]
