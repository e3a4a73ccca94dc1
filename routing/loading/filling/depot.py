"""Spaces to fill one after the other, and the loads found for them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from routing.loading.filling.cover import Pattern
from routing.loading.filling.rooms import Stock, Task, fill_space, remaining
from routing.model import CargoSpace, Placement

SHORTEST = 0.001
"""Least share of the effort for one space."""

SCALE = 1_000_000
"""Values of pieces count as whole numbers up to this."""


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


def cost_of(depot: Depot, loads: Loads) -> float:
    """Return what loads cost together."""
    return math.fsum(depot.costs[kind] for kind, _ in loads)


def is_complete(stock: Sequence[Stock], loads: Loads) -> bool:
    """Return whether all goods are in the loads."""
    return not remaining(stock, [p for _, load in loads for p in load])


def counted(values: Mapping[str, float]) -> dict[str, int]:
    """Return values of pieces as whole numbers, none of them 0."""
    highest = max(values.values())
    return {unit: 1 + round(SCALE * value / highest) for unit, value in values.items()}


def one_by_one(depot: Depot, stock: Sequence[Stock], until: float, values: Mapping[str, float] | None = None) -> Loads:
    """Fill one space after the other: each time the kind that loads most for its cost, at the end the cheapest.

    Parameters
    ----------
    depot : Depot
        Where the patterns are kept, too.
    stock : sequence of Stock
        The goods.
    until : float
        Share of the effort at which to be about through.
    values : mapping of str to float, optional
        What a piece of each load unit counts in a search, instead of its volume.

    Returns
    -------
    Loads
        Without what is left when there are no more spaces.
    """
    loads: Loads = []
    left, effort = list(stock), depot.task.effort
    while left:
        open_kinds = [kind for kind, count in enumerate(depot.counts)
                      if sum(used == kind for used, _ in loads) < count]
        volume = sum(len(of.numbers) * of.unit.volume_m3 / of.unit.count for of in left)
        tried = []
        for kind in open_kinds:
            needed = max(1.0, volume / depot.spaces[kind].volume_m3 / 0.85)
            share = max(SHORTEST, (until - effort.used) / needed / len(open_kinds))
            placements = fill_space(depot.spaces[kind], left, depot.task, min(1.0, effort.used + share),
                                    prices=counted(values) if values else None)
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
            placements = [] if full else renumbered(depot.found[pattern], pattern, left)
    return loads


def renumbered(placements: Sequence[Placement], pattern: Pattern, left: Sequence[Stock]) -> list[Placement]:
    """Return a load with pieces that are left; empty if too few are."""
    free = {of.unit.id: of.numbers for of in left}
    if any(len(free.get(unit, ())) < count for unit, count in pattern.holds):
        return []
    numbers = {unit: iter(free[unit]) for unit, _ in pattern.holds}
    return [replace(p, number=next(numbers[p.unit])) for p in placements]
