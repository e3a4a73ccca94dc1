"""Blocks that a filling is made of: pieces of one kind in a grid, and blocks joined side by side or one on the other.

References
----------
Fanslau, Bortfeldt (2010), "A tree search algorithm for solving the container loading problem", INFORMS Journal on
Computing 22(2), 222-235 (simple and general blocks).
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201

from __future__ import annotations

from gisdata.compiled import inner, larger, outer, smaller
from routing.loading.filling.layout import (
    BEAR,
    CARRIES_ALL,
    CARRIES_NOTHING,
    FRAIL,
    GROUND,
    HARD,
    KINDS,
    LENGTH,
    ONE,
    PRESS,
    TOP,
)

LEVEL = 0.96
"""Share of a block's top that must be level, so that more can stand on it."""

COUNT, BEGIN, PAYLOAD = 0, 1, 2
"""Entries of `Yard.tally`."""

NUMBER, SPACE, MASS, MAY_REST = 0, 1, 2, 3
"""Columns of `Yard.kind`."""


@outer
def build_single(yard):
    """Build every piece, turned in every way, as a block of its own."""
    for way in range(len(yard.turned)):
        if may_grid(yard, yard.turned[way, 0], ONE, ONE):
            add_grid(yard, way, ONE, ONE, ONE)


@outer
def build_grids(yard):
    """Build every grid of like pieces, turned alike, that fits."""
    for way in range(len(yard.turned)):
        kind, x, y, z = yard.turned[way, 0], yard.turned[way, 1], yard.turned[way, 2], yard.turned[way, 3]
        for a in range(1, yard.rule[LENGTH] // x + 1):
            for b in range(1, yard.rule[LENGTH + 1] // y + 1):
                for c in range(1, yard.rule[LENGTH + 2] // z + 1):
                    if yard.tally[COUNT] == len(yard.size) or not may_grid(yard, kind, a * b * c, c):
                        break
                    add_grid(yard, way, a, b, c)


@inner
def may_grid(yard, kind, pieces, high):
    """Return whether there are so many pieces of a kind, and they may stand on each other."""
    if pieces > yard.kind[kind, NUMBER] or pieces * yard.kind[kind, MASS] > yard.tally[PAYLOAD]:
        return False
    carries = yard.frail[kind, TOP] != CARRIES_NOTHING and not yard.frail[kind, GROUND]
    return high == 1 or (carries and (high - 1) * yard.kind[kind, MASS] <= yard.kind[kind, MAY_REST])


@inner
def add_grid(yard, way, a, b, c):
    """Add a grid of so many pieces along x, y, z."""
    at, kind = yard.tally[COUNT], yard.turned[way, 0]
    x, y, z = yard.turned[way, 1], yard.turned[way, 2], yard.turned[way, 3]
    yard.size[at, 0], yard.size[at, 1], yard.size[at, 2], yard.size[at, 3] = a * x, b * y, c * z, a * b * c
    yard.top[at, 0], yard.top[at, 1], yard.top[at, 2], yard.top[at, 3] = 0, 0, a * x, b * y
    yard.holds[at, 0], yard.holds[at, 1], yard.holds[at, 2] = 1, kind, a * b * c
    yard.made[at, 0], yard.made[at, 1], yard.made[at, 2], yard.made[at, 3] = -1 - way, a, b, c
    for column in range(3):
        yard.stands[at, column] = yard.frail[kind, column]
    base, mass = float(x) * y, yard.kind[kind, MASS]
    yard.bears[at, PRESS] = c * mass / base
    yard.bears[at, BEAR] = (yard.kind[kind, MAY_REST] - (c - 1) * mass) / base
    if is_new(yard, at):
        yard.tally[COUNT] += 1


@outer
def join_blocks(yard, least, even, most):
    """Join pairs of blocks, one of them of the last round, whose pieces take at least a share of the box around.

    `even` is the share of a block's top that is level at least; if it is 0, any shape will do, but nothing stands
    firmly on it. There are `most` blocks at the end at most.
    """
    end = yard.tally[COUNT]
    for i in range(end):
        for j in range(yard.tally[BEGIN], end):
            for axis in range(3):
                at = yard.tally[COUNT]
                if at >= most:
                    return
                if (is_close(yard, i, j, axis, least)
                        and join_pair(yard, i, j, axis, at, even)
                        and hold_both(yard, i, j, at)
                        and is_full(yard, at, least)
                        and (not yard.rule[FRAIL] or stand_both(yard, i, j, axis, at))
                        and is_new(yard, at)):
                    yard.made[at, 0], yard.made[at, 1], yard.made[at, 2] = i, j, axis
                    yard.size[at, 3] = yard.size[i, 3] + yard.size[j, 3]
                    yard.tally[COUNT] += 1
    yard.tally[BEGIN] = end


@inner
def is_close(yard, i, j, axis, least):
    """Return whether j fits on behind i along an axis, and their cross sections are nearly the same."""
    size = yard.size
    if size[i, axis] + size[j, axis] > yard.rule[axis]:
        return False
    one, two = (axis + 1) % 3, (axis + 2) % 3
    a, b = float(size[i, one]) * size[i, two], float(size[j, one]) * size[j, two]
    around = float(larger(size[i, one], size[j, one])) * larger(size[i, two], size[j, two])
    return a * size[i, axis] + b * size[j, axis] >= least * around * (size[i, axis] + size[j, axis])


@inner
def join_pair(yard, i, j, axis, at, even):
    """Write size and top of i with j behind it along an axis; return whether j, and more on top, can stand firmly."""
    size, top = yard.size, yard.top
    one, two = (axis + 1) % 3, (axis + 2) % 3
    size[at, axis] = size[i, axis] + size[j, axis]
    size[at, one], size[at, two] = larger(size[i, one], size[j, one]), larger(size[i, two], size[j, two])
    if not even:
        top[at, 0], top[at, 1], top[at, 2], top[at, 3] = 0, 0, 1, 1
        return True
    if axis == 2:
        for side in range(2):
            if top[i, side + 2] - top[i, side] < size[j, side]:
                return False
            top[at, side], top[at, side + 2] = top[i, side] + top[j, side], top[i, side] + top[j, side + 2]
    else:
        if size[i, 2] != size[j, 2] or top[i, axis + 2] != size[i, axis] or top[j, axis]:
            return False
        across = 1 - axis
        top[at, axis], top[at, axis + 2] = top[i, axis], size[i, axis] + top[j, axis + 2]
        top[at, across] = larger(top[i, across], top[j, across])
        top[at, across + 2] = smaller(top[i, across + 2], top[j, across + 2])
    level = float(top[at, 2] - top[at, 0]) * (top[at, 3] - top[at, 1])
    return level >= even * size[at, 0] * size[at, 1]


@inner
def hold_both(yard, i, j, at):
    """Write what i and j hold together; return whether that many pieces are there, not too heavy."""
    holds, total = yard.holds, 0
    for column in range(1 + 2 * holds[i, 0]):
        holds[at, column] = holds[i, column]
    for k in range(holds[j, 0]):
        kind, place = holds[j, 1 + 2 * k], 0
        while place < holds[at, 0] and holds[at, 1 + 2 * place] != kind:
            place += 1
        if place == KINDS:
            return False
        if place == holds[at, 0]:
            holds[at, 0] += 1
            holds[at, 1 + 2 * place], holds[at, 2 + 2 * place] = kind, 0
        holds[at, 2 + 2 * place] += holds[j, 2 + 2 * k]
    for k in range(holds[at, 0]):
        kind, number = holds[at, 1 + 2 * k], holds[at, 2 + 2 * k]
        if number > yard.kind[kind, NUMBER]:
            return False
        total += number * yard.kind[kind, MASS]
    return total <= yard.tally[PAYLOAD]


@inner
def is_full(yard, at, least):
    """Return whether the pieces take at least a share of the box around."""
    total = 0
    for k in range(yard.holds[at, 0]):
        total += yard.holds[at, 2 + 2 * k] * yard.kind[yard.holds[at, 1 + 2 * k], SPACE]
    return total >= least * yard.size[at, 0] * yard.size[at, 1] * yard.size[at, 2]


@inner
def stand_both(yard, i, j, axis, at):
    """Write what may stand on i with j, and on what they may; return whether j may stand on i, if it does."""
    stands, bears = yard.stands, yard.bears
    for column in range(3):
        stands[at, column] = larger(stands[i, column], stands[j, column])
    bears[at, PRESS] = larger(bears[i, PRESS], bears[j, PRESS])
    bears[at, BEAR] = smaller(bears[i, BEAR], bears[j, BEAR])
    if axis < 2:
        return True
    if yard.size[i, 0] == yard.size[j, 0] and yard.size[i, 1] == yard.size[j, 1]:
        stands[at, TOP] = stands[j, TOP]
    stands[at, HARD], stands[at, GROUND] = stands[i, HARD], stands[i, GROUND]
    bears[at, PRESS] = bears[i, PRESS] + bears[j, PRESS]
    bears[at, BEAR] = smaller(bears[i, BEAR] - bears[j, PRESS], bears[j, BEAR])
    carries = stands[i, TOP] == CARRIES_ALL or (stands[i, TOP] != CARRIES_NOTHING and not stands[j, HARD])
    return carries and not stands[j, GROUND] and bears[at, BEAR] >= 0


@inner
def is_new(yard, at):
    """Return whether no block of this size, top and content was met before, and note it in the table of hashes."""
    key, seen = 0, yard.seen
    for axis in range(3):
        key = key * 1000003 + yard.size[at, axis]
    for side in range(4):
        key = key * 8191 + yard.top[at, side]
    for k in range(yard.holds[at, 0]):
        key += (yard.holds[at, 1 + 2 * k] + 1) * 7919 * 1000003 * yard.holds[at, 2 + 2 * k]
    key = (key ^ (key >> 29)) & 0x7FFFFFFFFFFFFFFF
    key += key == 0
    place = (key * 31 + (key >> 17)) & (len(seen) - 1)
    while seen[place]:
        if seen[place] == key:
            return False
        place = (place + 1) & (len(seen) - 1)
    seen[place] = key
    return True
