"""What may stand on what: fragile goods, goods that carry nothing, and the mass that rests on them.

Pressure is passed down from block to block, as if the whole top were under the highest pressure on it. That is never
less than what rests on a piece when mass goes down in proportion to contact.
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201

from __future__ import annotations

from gisdata.compiled import inner, larger, smaller
from routing.loading.filling.layout import (
    BEAR,
    BLOCKS,
    CARRIES_ALL,
    CARRIES_NOTHING,
    FAR_X,
    GROUND,
    HARD,
    PRESS,
    SPACE,
    TOP,
    UPWARD,
)


@inner
def begin(cargo, at, search, block, axis):
    """Return where a block in the chosen corner of a cuboid begins along an axis."""
    return at[axis + 3] - cargo.size[block, axis] if search.spot[FAR_X + axis] else at[axis]


@inner
def may_stand(cargo, states, s, search, near, block):
    """Return whether a block may stand in the chosen corner, on and below what is there."""
    at, frail = states.space[s, search.spot[SPACE]], cargo.stands[block]
    low, high = begin(cargo, at, search, block, UPWARD), begin(cargo, at, search, block, UPWARD) + cargo.size[block, 2]
    if frail[GROUND] and low > 0:
        return False
    for k in range(near):
        box = states.placed[s, search.near[k]]
        above, below = low == box[5], high == box[2]
        if not (above or below) or not over(cargo, at, search, block, box):
            continue
        other = cargo.stands[box[6]]
        lower, upper = (other, frail) if above else (frail, other)
        if lower[TOP] == CARRIES_NOTHING or (lower[TOP] != CARRIES_ALL and upper[HARD]):
            return False
        if above and cargo.bears[block, PRESS] > states.bearing[s, search.near[k]]:
            return False
        if below and cargo.bears[box[6], PRESS] > cargo.bears[block, BEAR]:
            return False
    return True


@inner
def over(cargo, at, search, block, box):
    """Return whether a block in the chosen corner and a placed one lie one above the other."""
    for axis in range(2):
        low = begin(cargo, at, search, block, axis)
        if low >= box[axis + 3] or box[axis] >= low + cargo.size[block, axis]:
            return False
    return True


@inner
def note_bearing(cargo, states, s):
    """Note what the top of the last placed block of state s may take, given what it stands on."""
    last = states.tally[s, BLOCKS] - 1
    box = states.placed[s, last]
    bearing = cargo.bears[box[6], BEAR]
    for k in range(last):
        under = states.placed[s, k]
        if under[5] == box[2] and larger(under[0], box[0]) < smaller(under[3], box[3]) and larger(
                under[1], box[1]) < smaller(under[4], box[4]):
            bearing = smaller(bearing, states.bearing[s, k] - cargo.bears[box[6], PRESS])
    states.bearing[s, last] = bearing
