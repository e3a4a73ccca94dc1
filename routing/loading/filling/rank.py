"""Which space to fill next, and with which blocks: the free corner nearest a corner, and the worth of a block there.

References
----------
Araya, Guerrero, Nuñez (2017), "VCS: A new heuristic function for selecting boxes in the single container loading
problem", Computers & Operations Research 82, 27-35 (volume, wasted space, touched surface, number of pieces).
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201

from __future__ import annotations

from gisdata.compiled import inner, larger, smaller
from routing.loading.filling.layout import (
    BLOCKS,
    FAR_X,
    FIRM,
    FRAIL,
    GAIN,
    GAP,
    NEARNESS,
    NONE,
    PRICED,
    PRIOR,
    RANKED,
    ROOM,
    SPACE,
    SPACES,
    TIGHTNESS,
    WORK,
)
from routing.loading.filling.stacking import begin, may_stand


@inner
def rank(cargo, states, s, search, wide, part):
    """Choose a space of state s and rank up to `wide` blocks for it; return how many. Spaces that take none go.

    What was chosen is noted in `search`: the ranked blocks in `rank[part]`.
    """
    count = NONE
    while states.tally[s, SPACES] and not count:
        choose_space(cargo, states, s, search)
        count = rank_blocks(cargo, states, s, search, wide, part)
        if not count:
            states.tally[s, SPACES] -= 1
            space, last = states.space[s], states.tally[s, SPACES]
            for axis in range(6):
                space[search.spot[SPACE], axis] = space[last, axis]
    search.spot[RANKED] = count
    return count


@inner
def choose_space(cargo, states, s, search):
    """Note the free cuboid whose corner is nearest a corner of the room, the largest of equals, and the corner."""
    space, nearest, largest = states.space[s], 1 << 60, 0
    for i in range(states.tally[s, SPACES]):
        distance = 0
        for axis in range(3):
            distance += smaller(space[i, axis], cargo.rule[axis] - space[i, axis + 3]) if axis < 2 or not cargo.rule[
                FIRM] else space[i, axis]
        if distance > nearest:
            continue
        volume = (space[i, 3] - space[i, 0]) * (space[i, 4] - space[i, 1]) * (space[i, 5] - space[i, 2])
        if distance < nearest or volume > largest:
            nearest, largest, search.spot[SPACE] = distance, volume, i
    i = search.spot[SPACE]
    for axis in range(3):
        far = cargo.rule[axis] - space[i, axis + 3] < space[i, axis] and (axis < 2 or not cargo.rule[FIRM])
        search.spot[FAR_X + axis] = 1 if far else 0


@inner
def rank_blocks(cargo, states, s, search, wide, part):
    """Rank blocks for the chosen space, best first, and return how many there are."""
    at, jump, score, ranked = states.space[s, search.spot[SPACE]], search.jump[part], search.score, search.rank[part]
    wide_x, wide_y, wide_z = at[3] - at[0], at[4] - at[1], at[5] - at[2]
    volume = float(wide_x) * wide_y * wide_z
    near, count, worst = nearby(states, s, search, cargo.taste[GAP]), NONE, -1.0
    block = next_alive(jump, NONE if cargo.rule[PRICED] else first_within(cargo.worth, volume))
    while block < len(cargo.size) and cargo.worth[block, GAIN] > worst:
        search.spot[WORK] += 1
        x, y, z = cargo.size[block, 0], cargo.size[block, 1], cargo.size[block, 2]
        if x <= wide_x and y <= wide_y and z <= wide_z:
            used = (float(x + cargo.reach[0, wide_x - x]) * (y + cargo.reach[1, wide_y - y])
                    * (z + cargo.reach[2, wide_z - z]) / volume)
            value = cargo.worth[block, PRIOR] * used ** cargo.taste[TIGHTNESS]
            if value > worst and (not cargo.rule[FRAIL] or may_stand(cargo, states, s, search, near, block)):
                if is_left(cargo, states, s, block):
                    value *= touched(cargo, states, s, search, near, block) ** cargo.taste[NEARNESS]
                    if value > worst:
                        count = insert(score, ranked, count, wide, value, block)
                        worst = score[wide - 1] if count == wide else -1.0
                else:
                    jump[block] = block + 1
        block = next_alive(jump, block + 1)
    return count


@inner
def insert(score, ranked, count, wide, value, block):
    """Put a block in its place among the ranked ones, and return how many they are."""
    place = count if count < wide else wide - 1
    while place and score[place - 1] < value:
        score[place] = score[place - 1]
        ranked[place] = ranked[place - 1]
        place -= 1
    score[place] = value
    ranked[place] = block
    return smaller(count + 1, wide)


@inner
def next_alive(jump, block):
    """Return the first block from one on that pieces are left for."""
    while jump[block] != block:
        jump[block] = jump[jump[block]]
        block = jump[block]
    return block


@inner
def first_within(worth, volume):
    """Return the first block of no more than a volume."""
    low, high = 0, len(worth)
    while low < high:
        middle = (low + high) >> 1
        if worth[middle, GAIN] > volume:
            low = middle + 1
        else:
            high = middle
    return low


@inner
def is_left(cargo, states, s, block):
    """Return whether the pieces of a block are left, and payload for them."""
    for i in range(cargo.holds[block, 0]):
        if states.left[s, cargo.holds[block, 1 + 2 * i]] < cargo.holds[block, 2 + 2 * i]:
            return False
    return cargo.mass[block] <= states.tally[s, ROOM]


@inner
def nearby(states, s, search, gap):
    """List the placed blocks that one in the chosen space might touch, and return how many."""
    at, placed, count = states.space[s, search.spot[SPACE]], states.placed[s], 0
    for i in range(states.tally[s, BLOCKS]):
        touches = True
        for axis in range(3):
            slack = gap * (at[axis + 3] - at[axis])
            if placed[i, axis] > at[axis + 3] + slack or placed[i, axis + 3] < at[axis] - slack:
                touches = False
                break
        if touches:
            search.near[count] = i
            count += 1
    return count


@inner
def touched(cargo, states, s, search, near, block):
    """Return the share of a block's surface that would touch walls, floor, roof and placed blocks."""
    at, whole, total = states.space[s, search.spot[SPACE]], 0.0, 0.0
    for axis in range(3):
        one, two = (axis + 1) % 3, (axis + 2) % 3
        low, low_one, low_two = begin(cargo, at, search, block, axis), begin(
            cargo, at, search, block, one), begin(cargo, at, search, block, two)
        size, size_one, size_two = cargo.size[block, axis], cargo.size[block, one], cargo.size[block, two]
        face, gap = float(size_one) * size_two, int(cargo.taste[GAP] * size)
        whole += 2 * face
        if low <= gap:
            total += face
        if cargo.rule[axis] - low - size <= gap:
            total += face
        for k in range(near):
            box = states.placed[s, search.near[k]]
            before, after = low - box[axis + 3], box[axis] - low - size
            if 0 <= before <= gap or 0 <= after <= gap:
                width = smaller(low_one + size_one, box[one + 3]) - larger(low_one, box[one])
                height = smaller(low_two + size_two, box[two + 3]) - larger(low_two, box[two])
                if width > 0 and height > 0:
                    total += float(width) * height
    return total / whole
