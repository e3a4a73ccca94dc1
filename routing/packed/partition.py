"""Choose among tours that load: each order once, no more vehicles than there are, least cost. A set partition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.loading.cpsat import cp_solver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routing.packed.routes import Tour, Tours

MOST_TOURS = 20_000
CENTS = 1000
"""Costs count in 1 / this of the unit."""


def best_combination(tours: Tours, penalties: Mapping[str, float], current: Sequence[Tour],
                     seconds: float | None, seed: int) -> list[Tour]:
    """Return the cheapest choice of tours from the pool.

    Parameters
    ----------
    tours : Tours
        With the pool.
    penalties : mapping of str to float
        What leaving out each order costs.
    current : sequence of Tour
        To begin from; returned if nothing better is found.
    seconds : float, optional
        How long to look. Without, a fixed amount of work is done.
    seed : int
        Of the search.

    Returns
    -------
    list of Tour
        Tours of the pool.
    """
    from ortools.sat.python import cp_model

    listed = sorted(tours.pool.values(), key=lambda kept: (kept[0] / len(kept[1].orders), kept[1]))[:MOST_TOURS]
    listed += [(cost, tour) for tour in current
               if (cost := tours.cost(tour)) is not None and (cost, tour) not in listed]
    model = cp_model.CpModel()
    chosen = [model.new_bool_var("") for _ in listed]
    by_order: dict[str, list[cp_model.IntVar]] = {order: [] for order in penalties}
    by_kind: dict[int, list[cp_model.IntVar]] = {}
    for use, (_, tour) in zip(chosen, listed, strict=True):
        model.add_hint(use, tour in current)
        by_kind.setdefault(tour.kind, []).append(use)
        for order in tour.orders:
            by_order[order].append(use)
    left = {order: model.new_bool_var("") for order in penalties}
    for order, uses in by_order.items():
        model.add_hint(left[order], not any(order in tour.orders for tour in current))
        model.add_exactly_one([*uses, left[order]])
    for kind, uses in by_kind.items():
        model.add(sum(uses) <= tours.problem.fleet[kind].count)
    model.minimize(sum(round(cost * CENTS) * use for use, (cost, _) in zip(chosen, listed, strict=True))
                   + sum(round(penalty * CENTS) * left[order] for order, penalty in penalties.items()))
    solver = cp_solver(20.0, seed=seed, seconds=None if seconds is None else max(0.1, seconds))
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return list(current)
    return [tour for use, (_, tour) in zip(chosen, listed, strict=True) if solver.value(use)]
