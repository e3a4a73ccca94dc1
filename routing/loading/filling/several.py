"""Load everything into as few spaces, or as cheap ones, as are found: one after the other, then by priced patterns.

References
----------
Gilmore, Gomory (1961), for patterns priced by a linear relaxation, here found by the search for one space.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from routing.loading.filling.depot import Depot, cost_of, is_complete, one_by_one
from routing.loading.filling.patterns import by_patterns
from routing.loading.filling.rooms import Stock, Task
from routing.model import CargoSpace, LoadPlan, LoadUnit

ONE_BY_ONE = 0.3
"""Share of the effort at which filling one by one should end."""


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
    best = one_by_one(depot, alike, task.effort.used + ONE_BY_ONE * (1 - task.effort.used))
    if is_complete(alike, best):
        best = by_patterns(depot, alike, best)
    used: Counter[int] = Counter()
    plans = []
    for kind, placements in sorted(best, key=lambda load: load[0]):
        used[kind] += 1
        named = [replace(p, unit=names[p.unit][p.number - 1][0], number=names[p.unit][p.number - 1][1])
                 for p in placements]
        plans.append(LoadPlan(spaces[kind], tuple(named), rules=task.rules,
                              vehicle=f"{spaces[kind].id}#{used[kind]}"))
    return plans, cost_of(depot, best)


def _alike(stock: Sequence[Stock]) -> tuple[list[Stock], dict[str, list[tuple[str, int]]]]:
    """Return goods with alike load units joined, and which pieces each of these stands for."""
    groups: dict[LoadUnit, list[tuple[str, int]]] = {}
    for unit, numbers in stock:
        groups.setdefault(replace(unit, id="-", count=1), []).extend((unit.id, number) for number in numbers)
    ranked = sorted(groups.items(), key=lambda item: (-item[0].volume_m3, repr(item[0])))
    joined = [Stock(replace(unit, id=str(row), count=len(pieces)), tuple(range(1, len(pieces) + 1)))
              for row, (unit, pieces) in enumerate(ranked)]
    return joined, {str(row): pieces for row, (_, pieces) in enumerate(ranked)}
