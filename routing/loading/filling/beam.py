"""Search for a filling: levels of states, each filled up greedily to see what it is worth, the best ones kept.

References
----------
Araya, Riff (2014), "A beam search approach to the container loading problem", Computers & Operations Research 43,
100-107.
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201

from __future__ import annotations

from gisdata.compiled import inner, outer
from routing.loading.filling.layout import (
    BEST,
    BLOCKS,
    CHILD_BANK,
    FILLED,
    FRAIL,
    GAIN,
    KEPT,
    NONE,
    ONE,
    PARENT,
    RANKED,
    ROLLED,
    ROOM,
    SCRATCH,
    SPACE,
    SPACES,
    TRIED,
    VALUE,
    WORK,
)
from routing.loading.filling.rank import rank
from routing.loading.filling.spaces import cut
from routing.loading.filling.stacking import begin, note_bearing


@outer
def expand(cargo, states, search, parent, wide, first, budget):
    """Try children of a state, best first, until so much work is done; return the next one, or -1 at the end.

    Kept children stand in the rows from `search.spot[CHILD_BANK]` on, `search.spot[KEPT]` of them.
    """
    spot, begun = search.spot, search.spot[WORK]
    if not first:
        for block in range(len(cargo.size) + 1):
            search.jump[0, block] = block
        rank(cargo, states, parent, search, wide, NONE)
        for i in range(5):
            spot[PARENT + i] = spot[SPACE + i]
    for child in range(first, spot[PARENT + RANKED]):
        for i in range(4):
            spot[SPACE + i] = spot[PARENT + i]
        copy_state(states, parent, TRIED)
        place(cargo, states, TRIED, search, search.rank[0, child])
        if child or not states.tally[parent, VALUE]:
            fill_up(cargo, states, search)
        else:  # what a greedy completion of the parent places first
            states.tally[TRIED, VALUE] = states.tally[parent, VALUE]
        keep(states, spot, wide)
        if spot[WORK] - begun > budget:
            return child + 1
    return -1


@inner
def place(cargo, states, s, search, block):
    """Place a block in the chosen corner of the chosen space of state s."""
    at, tally = states.space[s, search.spot[SPACE]], states.tally[s]
    box = states.placed[s, tally[BLOCKS]]
    for axis in range(3):
        box[axis] = begin(cargo, at, search, block, axis)
        box[axis + 3] = box[axis] + cargo.size[block, axis]
    box[6] = block
    for i in range(cargo.holds[block, 0]):
        states.left[s, cargo.holds[block, 1 + 2 * i]] -= cargo.holds[block, 2 + 2 * i]
    tally[BLOCKS] += 1
    tally[FILLED] += int(cargo.worth[block, GAIN])
    tally[ROOM] -= cargo.mass[block]
    if cargo.rule[FRAIL]:
        note_bearing(cargo, states, s)
    cut(cargo, states, s, search)


@inner
def fill_up(cargo, states, search):
    """Complete the tried child greedily, note what is loaded then as its value, and keep the best of all fillings."""
    copy_state(states, TRIED, SCRATCH)
    for block in range(len(cargo.size) + 1):
        search.jump[1, block] = search.jump[0, block]
    while rank(cargo, states, SCRATCH, search, ONE, ONE):
        place(cargo, states, SCRATCH, search, search.rank[1, 0])
    search.spot[ROLLED] += 1
    filled = states.tally[SCRATCH, FILLED]
    states.tally[TRIED, VALUE] = filled
    if filled > states.tally[BEST, FILLED]:
        copy_state(states, SCRATCH, BEST)


@inner
def keep(states, spot, wide):
    """Keep the tried child if it is one of the best so far, and none that is worth the same is kept."""
    value, bank, worst = states.tally[TRIED, VALUE], spot[CHILD_BANK], spot[CHILD_BANK]
    for s in range(bank, bank + spot[KEPT]):
        if states.tally[s, VALUE] == value and states.tally[s, FILLED] == states.tally[TRIED, FILLED]:
            return
        if states.tally[s, VALUE] < states.tally[worst, VALUE]:
            worst = s
    if spot[KEPT] < wide:
        copy_state(states, TRIED, bank + spot[KEPT])
        spot[KEPT] += 1
    elif value > states.tally[worst, VALUE]:
        copy_state(states, TRIED, worst)


@inner
def copy_state(states, s, t):
    """Copy state s to row t."""
    for i in range(len(states.tally[s])):
        states.tally[t, i] = states.tally[s, i]
    for i in range(states.tally[s, SPACES]):
        for axis in range(6):
            states.space[t, i, axis] = states.space[s, i, axis]
    for i in range(states.tally[s, BLOCKS]):
        for axis in range(7):
            states.placed[t, i, axis] = states.placed[s, i, axis]
        states.bearing[t, i] = states.bearing[s, i]
    for kind in range(states.left.shape[1]):
        states.left[t, kind] = states.left[s, kind]
