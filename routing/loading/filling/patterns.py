"""Find patterns for spaces by the worth of pieces, and combine those that cover the goods at least cost.

References
----------
Gilmore, Gomory (1961), "A linear programming approach to the cutting-stock problem", Operations Research 9(6),
849-859, for patterns priced by a linear relaxation, here found by the search for one space. Belov, Scheithauer (2007),
"Setup and open-stacks minimization in one-dimensional stock cutting", INFORMS Journal on Computing 19(1), 27-35, for
values that are corrected by how full the spaces were which pieces went into.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from routing.loading.filling.cover import Pattern, Prices, cover, prices
from routing.loading.filling.depot import Depot, Loads, cost_of, counted, is_complete, one_by_one, renumbered
from routing.loading.filling.rooms import Stock, fill_space, remaining
from routing.model import Placement

PRICED, SHORTEST, LONGEST = 0.6, 0.01, 0.3
"""Shares of the effort at which looking for priced patterns should end, and that one of them may take."""

ROUND, PATIENCE = 0.03, 4
"""Share of the effort for filling all spaces by corrected values, and rounds without a new pattern before the end."""

LEARNT, FAVOUR = 0.5, 1.03
"""How far a value moves, at most, in one correction, and the power of volume in values: larger pieces first."""

ROUNDING = 1e-6


def by_patterns(depot: Depot, stock: Sequence[Stock], best: Loads) -> Loads:
    """Return loads of patterns that together cover the goods, or the best ones known where these cost no less.

    Parameters
    ----------
    depot : Depot
        With the patterns found.
    stock : sequence of Stock
        The goods, alike ones together.
    best : Loads
        That hold all goods.

    Returns
    -------
    Loads
        That hold all goods.
    """
    effort, length = depot.task.effort, SHORTEST
    known = _prices(depot, stock)
    while effort.used < PRICED and length <= LONGEST and not effort.interrupted:
        if not _may_improve(depot, best, _least(depot, stock)):
            return best
        if not _add_patterns(depot, stock, known, length):
            length *= 2
        known = _prices(depot, stock)
    best = _covered(depot, stock, best)
    values, stale = {of.unit.id: _volume(of) for of in stock}, 0
    while (effort.used < 1 and stale < PATIENCE and not effort.interrupted
           and _may_improve(depot, best, known.cost)):
        before = len(depot.found)
        loads = one_by_one(depot, stock, min(1.0, effort.used + ROUND), values)
        _correct(values, depot, stock, loads)
        if is_complete(stock, loads):
            best = min(best, loads, key=lambda loads: cost_of(depot, loads))
        stale = 0 if len(depot.found) > before else stale + 1
        if not stale:
            best, known = _covered(depot, stock, best), _prices(depot, stock)
    return best


def _volume(of: Stock) -> float:
    """Return the volume of one piece."""
    return of.unit.volume_m3 / of.unit.count


def _prices(depot: Depot, stock: Sequence[Stock]) -> Prices:
    """Return what the linear relaxation over all patterns says."""
    return prices(list(depot.found), {of.unit.id: len(of.numbers) for of in stock}, depot.costs, depot.counts)


def _may_improve(depot: Depot, loads: Loads, least: float) -> bool:
    """Return whether there may be cheaper loads, if they cost so much at least."""
    whole = all(cost == 1 for cost in depot.costs)
    return cost_of(depot, loads) > (math.ceil(least - ROUNDING) if whole else least) + ROUNDING


def _least(depot: Depot, stock: Sequence[Stock]) -> float:
    """Return what the volume costs in the spaces that hold most for their cost."""
    volume = sum(of.unit.volume_m3 for of in stock)
    return volume * min(cost / space.volume_m3 for cost, space in zip(depot.costs, depot.spaces, strict=True))


def _correct(values: dict[str, float], depot: Depot, stock: Sequence[Stock], loads: Loads) -> None:
    """Move the value of each piece towards its volume, the higher the emptier the spaces that it went into."""
    there = {of.unit.id: of for of in stock}
    for kind, placements in loads:
        full = math.fsum(_volume(there[p.unit]) for p in placements) / depot.spaces[kind].volume_m3
        for unit, number in sorted(Counter(p.unit for p in placements).items()):
            moved = LEARNT * number / len(there[unit].numbers)
            values[unit] += moved * (_volume(there[unit]) ** FAVOUR / full - values[unit])


def _covered(depot: Depot, stock: Sequence[Stock], best: Loads) -> Loads:
    """Return loads by the cheapest choice of patterns, or the best ones known."""
    patterns = list(depot.found)
    demand = {of.unit.id: len(of.numbers) for of in stock}
    times = cover(patterns, demand, depot.costs, depot.counts)
    other = best if times is None else _carried_out(depot, stock, patterns, times, best)
    return min(best, other, key=lambda loads: cost_of(depot, loads))


def _add_patterns(depot: Depot, stock: Sequence[Stock], known: Prices, length: float) -> bool:
    """Look for a pattern of each kind of space that is worth more than it costs; return whether there is a new one."""
    before, effort = len(depot.found), depot.task.effort
    if max(known.of_unit.values(), default=0.0) <= 0:
        return False
    better = False
    for kind, space in enumerate(depot.spaces):
        placements = fill_space(space, stock, depot.task, min(1.0, effort.used + length / len(depot.spaces)),
                                prices=counted(known.of_unit))
        worth = sum(known.of_unit[p.unit] for p in placements)
        depot.note(kind, placements)
        better |= worth > depot.costs[kind] + known.of_space[kind] + ROUNDING
    return better and len(depot.found) > before


def _carried_out(depot: Depot, stock: Sequence[Stock], patterns: Sequence[Pattern], times: Sequence[int],
                 best: Loads) -> Loads:
    """Return loads by patterns used so many times, without the pieces that they hold too many of."""
    loads: Loads = []
    left = list(stock)
    for pattern, count in sorted(zip(patterns, times, strict=True), key=lambda used: (-used[1], used[0])):
        for _ in range(count):
            placements = renumbered(depot.found[pattern], pattern, left) or _fewer(depot, pattern, left)
            if placements:
                loads.append((pattern.space, placements))
                left = remaining(left, placements)
    rest = one_by_one(depot, left, 1.0)
    loads += rest
    used = Counter(kind for kind, _ in loads)
    enough = all(used[kind] <= count for kind, count in enumerate(depot.counts))
    return loads if enough and is_complete(left, rest) else best


def _fewer(depot: Depot, pattern: Pattern, left: Sequence[Stock]) -> list[Placement]:
    """Return a load of a pattern without pieces that are no longer left; those on top are taken off first."""
    free = {of.unit.id: len(of.numbers) for of in left}
    over = Counter({unit: count - free.get(unit, 0) for unit, count in pattern.holds if count > free.get(unit, 0)})
    placements = list(depot.found[pattern])
    while +over:
        off = next((p for p in sorted(placements, key=lambda p: -p.z_mm)
                    if over[p.unit] > 0 and not any(_rests_on(q, p) for q in placements)), None)
        if off is None:  # others stand on all of them: load what is wanted anew
            wanted = {unit: min(count, free.get(unit, 0)) for unit, count in pattern.holds}
            chosen = [Stock(of.unit, of.numbers[:wanted.get(of.unit.id, 0)]) for of in left]
            return fill_space(depot.spaces[pattern.space], [of for of in chosen if of.numbers], depot.task,
                              min(1.0, depot.task.effort.used + SHORTEST))
        placements.remove(off)
        over[off.unit] -= 1
    held = Pattern(pattern.space, tuple(sorted(Counter(p.unit for p in placements).items())))
    return renumbered(placements, held, left)


def _rests_on(one: Placement, other: Placement) -> bool:
    """Return whether one piece stands on another."""
    return (one.z_mm == other.z_mm + other.height_mm and one.compartment == other.compartment
            and one.x_mm < other.x_mm + other.length_mm and other.x_mm < one.x_mm + one.length_mm
            and one.y_mm < other.y_mm + other.width_mm and other.y_mm < one.y_mm + one.width_mm)
