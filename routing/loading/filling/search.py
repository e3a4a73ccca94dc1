"""Fill one room: blocks are built, then searched with ever more states a level, until time or work is up.

References
----------
Araya, Riff (2014), "A beam search approach to the container loading problem", Computers & Operations Research 43,
100-107, for the doubled beam; blocks as in `routing.loading.filling.blocks`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routing.loading.filling import layout as at
from routing.loading.filling.beam import expand
from routing.loading.filling.blocks import LEVEL, build_grids, build_single, join_blocks
from routing.loading.filling.goods import Kind, Nature, Size
from routing.model import Limit

if TYPE_CHECKING:
    from numpy.typing import NDArray

TASTE = (4.0, 1.0, 0.04)
"""`Cargo.taste`, and below the power of the number of pieces."""

FEW = 0.2
SHARES = (1.0, 0.98)
"""Share of the box around a block that its pieces take at least: blocks without gaps first."""

LOOSER, ENOUGH = ((0.95, LEVEL), (0.95, 0.0), (0.9, 0.0), (0.85, 0.0), (0.8, 0.0)), 700
"""Shares of the box around a block, and of its top that is level, for more blocks as long as there are not enough.
Uneven tops only where pieces may float."""

JOINED = 5000
"""More blocks than this are not joined to larger ones: that takes too long."""

WIDEST = 200
MEMORY = 300_000_000
STEPS = 200_000
"""Blocks looked at between two looks at the clock."""


class Box(NamedTuple):
    """One piece where it stands.

    Parameters
    ----------
    kind : int
        Which.
    corner, size : tuple of int
        Millimetres, from the corner of the room.
    """

    kind: int
    corner: Size
    size: Size


@dataclass(slots=True)
class Effort:
    """What a search may still do, and what it has done.

    Parameters
    ----------
    limit : Limit
        Seconds, greedy completions (iterations), or both.
    report : callable, optional
        Told the best share so far, 0 to 1, and the share of the limit that is used.
    yard : tuple, optional
        What blocks were built for last, and these; the same goods are often asked for again at other prices.
    """

    limit: Limit
    report: Callable[[float, float], object] | None = None
    yard: tuple[object, at.Yard] | None = None
    rolled: int = 0
    interrupted: bool = False
    begun: float = field(default_factory=time.monotonic)

    @property
    def used(self) -> float:
        """Share of the limit that is used; 1 and more: it is over."""
        by_time = (time.monotonic() - self.begun) / self.limit.seconds if self.limit.seconds else 0.0
        by_work = self.rolled / self.limit.iterations if self.limit.iterations else 0.0
        return 1.0 if self.interrupted else max(by_time, by_work)


def best_filling(kinds: Sequence[Kind], size: Size, payload: int, effort: Effort, *, firm: bool = True,
                 prices: Sequence[int] = (), until: float = 1.0) -> list[Box]:
    """Return the best filling of a room that is found: a greedy one at least, whatever the limit.

    Parameters
    ----------
    kinds : sequence of Kind
        Goods, each of which fits.
    size : tuple of int
        Of the room, mm.
    payload : int
        Milligrams.
    effort : Effort
        How long to search.
    firm : bool
        Whether the whole base of every piece must be supported; else pieces may float.
    prices : sequence of int
        What a piece of each kind counts, instead of its volume.
    until : float
        Share of the effort's limit at which to stop.

    Returns
    -------
    list of Box
        No two overlap.
    """
    if not kinds:
        return []
    unit = math.gcd(*(side for kind in kinds for way in kind.nature.ways for side in way))
    key = (tuple((kind.nature, len(kind.pieces)) for kind in kinds), size, payload, firm, bool(prices))
    if effort.yard is None or effort.yard[0] != key:
        room = [side // unit for side in size]
        effort.yard = key, _yard(kinds, unit, room, payload, firm=firm, priced=bool(prices))
    yard = effort.yard[1]
    gains = np.array(prices or [kind.nature.volume // unit**3 for kind in kinds], dtype=np.float64)
    cargo, order = _cargo(yard, gains)
    states = _run(cargo, yard, effort, until, int(gains @ yard.kind[:, 0]))
    return _boxes(yard, order, states, unit)


def _yard(kinds: Sequence[Kind], unit: int, room: Sequence[int], payload: int, *, firm: bool, priced: bool) -> at.Yard:
    """Build the blocks."""
    turned = np.array([(number, *(side // unit for side in way)) for number, kind in enumerate(kinds)
                       for way in kind.nature.ways], dtype=np.int32)
    natures = [kind.nature for kind in kinds]
    kind = np.array([(len(kind.pieces), kind.nature.volume // unit**3, kind.nature.mass, kind.nature.may_rest)
                     for kind in kinds], dtype=np.int64)
    frail = np.array([(nature.top, nature.hard, nature.ground) for nature in natures], dtype=np.int32)
    rule = np.array([*room, *turned[:, 1:].min(axis=0), firm, priced, any(nature.frail for nature in natures)],
                    dtype=np.int64)
    most = max(at.MOST_BLOCKS, 2 * len(turned))
    columns = (4, 4, 1 + 2 * at.KINDS, 3, 4)
    size, top, holds, stands, made = (np.zeros((most, width), dtype=np.int32) for width in columns)
    yard = at.Yard(turned, kind, frail, size, top, holds, stands, np.zeros((most, 2)), made,
                   np.zeros(1 << (4 * most).bit_length(), dtype=np.int64), np.array([0, 0, payload]), rule)
    build_single(yard)
    build_grids(yard)
    looser = [(share, level, ENOUGH) for share, level in LOOSER if level or not firm]
    for share, level, enough in [*((share, LEVEL, most) for share in SHARES), *looser]:
        yard.tally[1] = 0
        for _ in range(2):
            if yard.tally[0] <= min(JOINED, enough):
                join_blocks(yard, share, level, enough)
    return yard


def _cargo(yard: at.Yard, gains: NDArray[np.float64]) -> tuple[at.Cargo, NDArray[np.int64]]:
    """Return the blocks in order of falling worth, and their numbers in the yard."""
    count = int(yard.tally[0])
    gain = np.zeros(count)
    mass = np.zeros(count, dtype=np.int64)
    for place in range(at.KINDS):
        there = place < yard.holds[:count, 0]
        kind, number = yard.holds[:count, 1 + 2 * place], yard.holds[:count, 2 + 2 * place]
        gain += np.where(there, gains[kind] * number, 0)
        mass += np.where(there, yard.kind[kind, 2] * number, 0)
    order = np.argsort(-gain, kind="stable")
    size = yard.size[order]
    worth = np.stack([gain[order], gain[order] * size[:, 3].astype(np.float64) ** -FEW], axis=1)
    longest = int(yard.rule[:3].max())
    reach = np.zeros((3, longest + 1), dtype=np.int32)
    for axis in range(3):
        reach[axis] = _reach(np.unique(yard.turned[:, 1 + axis]), longest)
    return at.Cargo(size, yard.top[order], yard.holds[order], yard.stands[order], yard.bears[order], mass[order],
                    worth, reach, yard.rule, np.array(TASTE)), order


def _reach(sides: NDArray[np.int32], longest: int) -> NDArray[np.int32]:
    """Return the longest row of pieces within each length from 0."""
    reached = np.zeros(longest + 1, dtype=np.bool_)
    reached[0] = True
    for side in sides.tolist():
        step = side
        while step <= longest:
            reached[step:] |= reached[:-step].copy()
            step *= 2
    ends = np.where(reached, np.arange(longest + 1), 0)
    return np.maximum.accumulate(ends).astype(np.int32)


def _run(cargo: at.Cargo, yard: at.Yard, effort: Effort, until: float, everything: int) -> at.States:
    """Search until the limit, with ever more states a level; the best filling stands in row `BEST`."""
    pieces, kinds, blocks = int(yard.kind[:, 0].sum()), len(yard.kind), len(cargo.size)
    widest = max(2, min(WIDEST, MEMORY // (48 * at.MOST_SPACES + 72 * pieces + 8 * kinds)))
    rows = at.BANK + 2 * widest
    states = at.States(np.zeros((rows, at.MOST_SPACES + 1, 6), dtype=np.int32),
                       np.zeros((rows, pieces + 1, 7), dtype=np.int32), np.zeros((rows, kinds), dtype=np.int32),
                       np.zeros((rows, pieces + 1)), np.zeros((rows, 5), dtype=np.int64))
    search = at.Search(np.zeros((2, blocks + 1), dtype=np.int32), np.zeros((2, widest), dtype=np.int32),
                       np.zeros(widest), np.zeros(pieces + 1, dtype=np.int32),
                       np.zeros((5 * at.MOST_SPACES, 6), dtype=np.int32), np.zeros(16, dtype=np.int64))
    wide, pending = 1.0, _Pending(effort, until, everything, effort.rolled)
    while wide <= widest:
        begun = effort.used
        _one_pass(cargo, yard, states, search, round(wide), pending)
        if pending.over(states, search):
            break
        wide = _wider(wide, effort.used - begun, until - effort.used)
    return states


class _Pending(NamedTuple):
    """When a search ends.

    Parameters
    ----------
    effort : Effort
        Of which it is part.
    until : float
        At which share of it.
    everything : int
        Worth of all pieces together.
    before : int
        Completions done by others.
    """

    effort: Effort
    until: float
    everything: int
    before: int

    def over(self, states: at.States, search: at.Search) -> bool:
        """Note what was done, and return whether that is enough."""
        effort, filled = self.effort, int(states.tally[at.BEST, at.FILLED])
        effort.rolled = self.before + int(search.spot[at.ROLLED])
        if effort.report:
            effort.report(filled / self.everything, effort.used)
        return effort.used >= self.until or filled >= self.everything


def _one_pass(cargo: at.Cargo, yard: at.Yard, states: at.States, search: at.Search, wide: int,
              pending: _Pending) -> None:
    """Search level by level with so many states each, from an empty room until nothing fits in any."""
    bank, other = at.BANK, at.BANK + (len(states.tally) - at.BANK) // 2
    states.space[bank, 0] = (0, 0, 0, *yard.rule[:3])
    states.tally[bank] = (1, 0, 0, yard.tally[2], 0)
    states.left[bank] = yard.kind[:, 0]
    alive = 1
    try:
        while alive:
            search.spot[at.KEPT], search.spot[at.CHILD_BANK] = 0, other
            for parent in range(bank, bank + alive):
                child = 0
                while child >= 0:
                    child = expand(cargo, states, search, parent, wide, child, STEPS)
                    if pending.over(states, search):
                        return
            alive, bank, other = int(search.spot[at.KEPT]), other, bank
    except KeyboardInterrupt:
        pending.effort.interrupted = True


def _wider(wide: float, last: float, rest: float) -> float:
    """Return how many states a level the next pass keeps: more by the square root of two, or what just ends in time.

    The work of a pass grows with the square of its width.
    """
    usual = wide * math.sqrt(2) if wide > 1 else 2.0
    in_time = wide * math.sqrt(rest / last) if last > 0 and rest > 0 else usual
    return in_time if wide * 1.1 < in_time < usual else usual


def _boxes(yard: at.Yard, order: NDArray[np.int64], states: at.States, unit: int) -> list[Box]:
    """Return the pieces of the best filling."""
    found = []
    for row in states.placed[at.BEST, :states.tally[at.BEST, at.BLOCKS]].tolist():
        todo = [(int(order[row[6]]), (row[0], row[1], row[2]))]
        while todo:
            block, corner = todo.pop()
            one, other, axis, up = yard.made[block].tolist()
            if one < 0:
                found += _grid(yard.turned[-1 - one].tolist(), corner, (other, axis, up), unit)
                continue
            shift = [0, 0, 0]
            shift[axis] = int(yard.size[one, axis])
            if axis == 2:
                shift[0], shift[1] = int(yard.top[one, 0]), int(yard.top[one, 1])
            todo.append((one, corner))
            todo.append((other, (corner[0] + shift[0], corner[1] + shift[1], corner[2] + shift[2])))
    return found


def _grid(way: Sequence[int], corner: Size, numbers: Size, unit: int) -> list[Box]:
    kind, length, width, height = (way[0], *(unit * side for side in way[1:]))
    x, y, z = (unit * at for at in corner)
    return [Box(kind, (x + a * length, y + b * width, z + c * height), (length, width, height))
            for a, b, c in product(*map(range, numbers))]


@cache
def compile_filling() -> None:
    """Compile what fills spaces, so that no limit of time is spent on it."""
    piece = Nature(((1, 1, 1),), 0, 1 << 60, 0, True, False)
    best_filling([Kind(piece, (("", 1), ("", 2)))], (2, 1, 1), 1, Effort(Limit(iterations=1)))
