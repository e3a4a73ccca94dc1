"""Load everything into as few spaces, or as cheap ones, as are found: one after the other, then by priced patterns.

References
----------
Gilmore, Gomory (1961), for patterns priced by a linear relaxation, here found by the search for one space.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from routing.loading.filling.cover import Pattern, cover, prices
from routing.loading.filling.rooms import Stock, Task, fill_space, remaining
from routing.model import CargoSpace, LoadPlan, LoadUnit, Placement

ONE_BY_ONE, PRICED = 0.3, 0.85
"""Shares of the effort at which filling one by one, and looking for priced patterns, should end."""

SHORTEST = 0.01
SCALE = 1_000_000
ROUNDING = 1e-6


@dataclass(slots=True)
class Depot:
    """Spaces to fill, and the patterns found for them.

    Parameters
    ----------
    spaces : sequence of CargoSpace
        Their kinds.
    costs, counts : list of float
        Of each kind.
    task : Task
        How they shall be filled.
    found : dict
        A load for each pattern.
    """

    spaces: Sequence[CargoSpace]
    costs: list[float]
    counts: list[float]
    task: Task
    found: dict[Pattern, list[Placement]] = field(default_factory=dict)

    def note(self, kind: int, placements: list[Placement]) -> Pattern:
        """Return the pattern of a load, and keep the load."""
        pattern = Pattern(kind, tuple(sorted(Counter(p.unit for p in placements).items())))
        self.found.setdefault(pattern, placements)
        return pattern


Loads = list[tuple[int, list[Placement]]]
"""Kind of space, and what stands in it."""


def fill_several(spaces: Sequence[CargoSpace], stock: Sequence[Stock], task: Task, counts: Mapping[str, int],
                 costs: Mapping[str, float]) -> tuple[list[LoadPlan], float]:
    """Return loads of as many spaces as all goods need, and what they cost.

    Parameters
    ----------
    spaces : sequence of CargoSpace
        Their kinds.
    stock : sequence of Stock
        The goods.
    task : Task
        How.
    counts : mapping of str to int
        How many there are of a kind; without limit where none is given.
    costs : mapping of str to float
        Of a kind; 1 where none is given.

    Returns
    -------
    list of LoadPlan
        Named after their space and a number.
    float
        Cost of all.
    """
    depot = Depot(spaces, [float(costs.get(space.id, 1.0)) for space in spaces],
                  [float(counts.get(space.id, math.inf)) for space in spaces], task)
    alike, names = _alike(stock)
    best = _one_by_one(depot, alike, task.effort.used + ONE_BY_ONE * (1 - task.effort.used))
    if not remaining(alike, [p for _, load in best for p in load]):
        best = min(best, _by_patterns(depot, alike, best), key=lambda loads: _cost(depot, loads))
    used: Counter[int] = Counter()
    plans = []
    for kind, placements in sorted(best, key=lambda load: load[0]):
        used[kind] += 1
        named = [replace(p, unit=names[p.unit][p.number - 1][0], number=names[p.unit][p.number - 1][1])
                 for p in placements]
        plans.append(LoadPlan(spaces[kind], tuple(named), rules=task.rules,
                              vehicle=f"{spaces[kind].id}#{used[kind]}"))
    return plans, _cost(depot, best)


def _cost(depot: Depot, loads: Loads) -> float:
    return math.fsum(depot.costs[kind] for kind, _ in loads)


def _alike(stock: Sequence[Stock]) -> tuple[list[Stock], dict[str, list[tuple[str, int]]]]:
    """Return goods with alike load units joined, and which pieces each of these stands for."""
    groups: dict[LoadUnit, list[tuple[str, int]]] = {}
    for unit, numbers in stock:
        groups.setdefault(replace(unit, id="-", count=1), []).extend((unit.id, number) for number in numbers)
    ranked = sorted(groups.items(), key=lambda item: (-item[0].volume_m3, repr(item[0])))
    joined = [Stock(replace(unit, id=str(row), count=len(pieces)), tuple(range(1, len(pieces) + 1)))
              for row, (unit, pieces) in enumerate(ranked)]
    return joined, {str(row): pieces for row, (_, pieces) in enumerate(ranked)}


def _one_by_one(depot: Depot, stock: Sequence[Stock], until: float) -> Loads:
    """Fill one space after the other: each time the kind that loads most for its cost, at the end the cheapest."""
    loads: Loads = []
    left, effort = list(stock), depot.task.effort
    while left:
        open_kinds = [kind for kind, count in enumerate(depot.counts)
                      if sum(used == kind for used, _ in loads) < count]
        volume = sum(len(of.numbers) * of.unit.volume_m3 / of.unit.count for of in left)
        tried = []
        for kind in open_kinds:
            needed = max(1.0, volume / depot.spaces[kind].volume_m3 / 0.85)
            share = max(SHORTEST / 10, (until - effort.used) / needed / len(open_kinds))
            placements = fill_space(depot.spaces[kind], left, depot.task, min(1.0, effort.used + share))
            if placements:
                tried.append((kind, placements))
        if not tried:
            break
        all_in = [load for load in tried if len(load[1]) == sum(len(of.numbers) for of in left)]
        kind, placements = min(all_in, key=lambda load: depot.costs[load[0]]) if all_in else max(
            tried, key=lambda load: sum(math.prod(p.size_mm) for p in load[1]) / depot.costs[load[0]])
        pattern = depot.note(kind, placements)
        while placements:
            loads.append((kind, placements))
            left = remaining(left, placements)
            full = sum(used == kind for used, _ in loads) >= depot.counts[kind]
            placements = [] if full else _renumbered(depot.found[pattern], pattern, left)
    return loads


def _renumbered(placements: Sequence[Placement], pattern: Pattern, left: Sequence[Stock]) -> list[Placement]:
    """Return a load with pieces that are left; empty if too few are."""
    free = {of.unit.id: of.numbers for of in left}
    if any(len(free.get(unit, ())) < count for unit, count in pattern.holds):
        return []
    numbers = {unit: iter(free[unit]) for unit, _ in pattern.holds}
    return [replace(p, number=next(numbers[p.unit])) for p in placements]


def _by_patterns(depot: Depot, stock: Sequence[Stock], best: Loads) -> Loads:
    """Return loads of patterns that together cover the goods, or the best ones known where these cost no more."""
    demand = {of.unit.id: len(of.numbers) for of in stock}
    effort, length = depot.task.effort, SHORTEST
    whole = all(cost == 1 for cost in depot.costs)
    while effort.used < PRICED and not effort.interrupted:
        known = prices(list(depot.found), demand, depot.costs, depot.counts)
        if whole and _cost(depot, best) <= math.ceil(_lowest(depot, stock) - ROUNDING):
            return best
        if not _add_patterns(depot, stock, known.of_unit, known.of_space, length):
            length *= 2
            if length > PRICED / 2:
                break
    patterns = list(depot.found)
    times = cover(patterns, demand, depot.costs, depot.counts)
    return best if times is None else _carried_out(depot, stock, patterns, times, best)


def _lowest(depot: Depot, stock: Sequence[Stock]) -> float:
    """Return how many spaces the volume needs at least."""
    volume = sum(of.unit.volume_m3 for of in stock)
    return volume / max(space.volume_m3 for space in depot.spaces)


def _add_patterns(depot: Depot, stock: Sequence[Stock], of_unit: Mapping[str, float], of_space: Sequence[float],
                  length: float) -> bool:
    """Look for a pattern of each kind of space that is worth more than it costs; return whether there is a new one."""
    before, effort = len(depot.found), depot.task.effort
    highest = max(of_unit.values(), default=0.0)
    if highest <= 0:
        return False
    counted = {unit: 1 + round(SCALE * price / highest) for unit, price in of_unit.items()}
    better = False
    for kind, space in enumerate(depot.spaces):
        placements = fill_space(space, stock, depot.task, min(1.0, effort.used + length / len(depot.spaces)),
                                prices=counted)
        worth = sum(of_unit[p.unit] for p in placements)
        depot.note(kind, placements)
        better |= worth > depot.costs[kind] + of_space[kind] + ROUNDING
    return better and len(depot.found) > before


def _carried_out(depot: Depot, stock: Sequence[Stock], patterns: Sequence[Pattern], times: Sequence[int],
                 best: Loads) -> Loads:
    """Return loads by patterns used so many times, without the pieces that they hold too many of."""
    loads: Loads = []
    left = list(stock)
    for pattern, count in sorted(zip(patterns, times, strict=True), key=lambda used: (-used[1], used[0])):
        for _ in range(count):
            placements = _renumbered(depot.found[pattern], pattern, left) or _fewer(depot, pattern, left)
            if placements:
                loads.append((pattern.space, placements))
                left = remaining(left, placements)
    rest = _one_by_one(depot, left, 1.0)
    loads += rest
    used = Counter(kind for kind, _ in loads)
    complete = not remaining(left, [p for _, load in rest for p in load])
    return loads if complete and all(used[kind] <= count for kind, count in enumerate(depot.counts)) else best


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
    return _renumbered(placements, held, left)


def _rests_on(one: Placement, other: Placement) -> bool:
    """Return whether one piece stands on another."""
    return (one.z_mm == other.z_mm + other.height_mm and one.compartment == other.compartment
            and one.x_mm < other.x_mm + other.length_mm and other.x_mm < one.x_mm + one.length_mm
            and one.y_mm < other.y_mm + other.width_mm and other.y_mm < one.y_mm + one.width_mm)
