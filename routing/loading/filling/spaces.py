"""Free space of a partial filling: the largest empty cuboids, cut where a block is placed.

With full support a cuboid above a block is its level top only; tops that meet at one height are one floor.

References
----------
Lai, Chan (1997), "Developing a simulated annealing algorithm for the cutting stock problem", Computers & Industrial
Engineering 32(1), 115-127 (maximal empty cuboids).
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201

from __future__ import annotations

from gisdata.compiled import inner, larger, smaller
from routing.loading.filling.layout import BLOCKS, FIRM, LEAST_X, LEAST_Y, LEAST_Z, MOST_SPACES, NONE, SPACES


@inner
def within(inner_list, i, outer_list, j):
    """Return whether a cuboid lies within another."""
    for axis in range(3):
        if outer_list[j, axis] > inner_list[i, axis] or outer_list[j, axis + 3] < inner_list[i, axis + 3]:
            return False
    return True


@inner
def copy_cuboid(from_list, i, to_list, j):
    """Copy a cuboid from one list to another."""
    for axis in range(6):
        to_list[j, axis] = from_list[i, axis]


@inner
def cut(cargo, states, s, search):
    """Take the last placed block out of the free space of state s."""
    space, box = states.space[s], states.placed[s, states.tally[s, BLOCKS] - 1]
    count, kept, fresh = states.tally[s, SPACES], NONE, NONE
    for i in range(count):
        meets = True
        for axis in range(3):
            if space[i, axis] >= box[axis + 3] or box[axis] >= space[i, axis + 3]:
                meets = False
        if meets:
            fresh = split(cargo, space, i, box, search.fresh, fresh)
        else:
            copy_cuboid(space, i, space, kept)
            kept += 1
    first = kept
    for i in range(fresh):
        if kept < MOST_SPACES and not is_covered(search.fresh, i, fresh, space, first):
            copy_cuboid(search.fresh, i, space, kept)
            kept += 1
    if cargo.rule[FIRM]:
        kept = join(cargo, space, first, kept, box[5])
    states.tally[s, SPACES] = kept


@inner
def is_covered(fresh, i, count, space, first):
    """Return whether a fresh cuboid lies within one that was there before, or within a later fresh one."""
    for j in range(first):
        if within(fresh, i, space, j):
            return True
    for j in range(i + 1, count):  # noqa: SIM110 (compiled)
        if within(fresh, i, fresh, j):
            return True
    return False


@inner
def split(cargo, space, i, box, fresh, count):
    """Add what is left of cuboid i beside, above and below a box to the fresh ones, and return how many they are."""
    block, firm = box[6], cargo.rule[FIRM]
    for side in range(6):
        if count >= len(fresh) or (side == 2 and firm):
            continue
        copy_cuboid(space, i, fresh, count)
        if side < 3:
            fresh[count, side + 3] = box[side]
        else:
            fresh[count, side - 3] = box[side]
        if side == 5 and firm:
            for axis in range(2):
                fresh[count, axis] = larger(fresh[count, axis], box[axis] + cargo.top[block, axis])
                fresh[count, axis + 3] = smaller(fresh[count, axis + 3], box[axis] + cargo.top[block, axis + 2])
        if (fresh[count, 3] - fresh[count, 0] >= cargo.rule[LEAST_X]
                and fresh[count, 4] - fresh[count, 1] >= cargo.rule[LEAST_Y]
                and fresh[count, 5] - fresh[count, 2] >= cargo.rule[LEAST_Z]):
            count += 1
    return count


@inner
def join(cargo, space, first, count, level):
    """Add the floors that cuboids from `first` on form with others at the same level, and return how many there are."""
    begin, i = count, first
    while i < count:
        j = NONE
        while j < count < MOST_SPACES and space[i, 2] == level:
            if space[j, 2] == level and j != i:
                for axis in range(2):
                    if meet(cargo, space, i, j, axis, count) and not is_covered(space, count, count + 1, space, count):
                        count += 1
                        if count == MOST_SPACES:
                            break
            j += 1
        i += 1
    return count if count == begin else swept(space, count)


@inner
def meet(cargo, space, i, j, axis, at):
    """Write the cuboid over i and j, side by side along an axis, to place `at`; return whether a piece may fit."""
    across = 1 - axis
    if space[i, axis] > space[j, axis + 3] or space[j, axis] > space[i, axis + 3]:
        return False
    space[at, axis] = smaller(space[i, axis], space[j, axis])
    space[at, axis + 3] = larger(space[i, axis + 3], space[j, axis + 3])
    space[at, across] = larger(space[i, across], space[j, across])
    space[at, across + 3] = smaller(space[i, across + 3], space[j, across + 3])
    space[at, 2] = space[i, 2]
    space[at, 5] = smaller(space[i, 5], space[j, 5])
    return space[at, across + 3] - space[at, across] >= cargo.rule[LEAST_X + across]


@inner
def swept(space, count):
    """Drop every cuboid that lies within another, and return how many are left."""
    i = NONE
    while i < count:
        inside = False
        for j in range(count):
            if j != i and within(space, i, space, j):
                inside = True
                break
        if inside:
            count -= 1
            copy_cuboid(space, count, space, i)
        else:
            i += 1
    return count
