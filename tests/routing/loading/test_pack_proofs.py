"""Answers of `pack` against an exact search with another formulation: one yes or no for every piece, way and position.

The package's own proof compares pieces pair by pair. Here the space is a grid of cells, each of which holds one piece
at most; support counts cells below, and what must stay clear on the way out is a list of positions.
"""

import itertools
import random

import pytest
from ortools.sat.python import cp_model

from routing import pack
from routing.loading import CargoSpace, LoadUnit
from routing.model import Order

CELL_M = 0.1
GRID = (5, 3, 3)
SPACE = CargoSpace("grid", length_m=GRID[0] * CELL_M, width_m=GRID[1] * CELL_M, height_m=GRID[2] * CELL_M)


def _day(seed, most):
    """Return orders whose pieces take 65 to 95 % of the space: near where loads just fit, or just do not."""
    chance = random.Random(seed)
    share, sizes = chance.uniform(0.65, 0.95) * GRID[0] * GRID[1] * GRID[2], []
    while share > 0 and len(sizes) < most:
        sizes.append((chance.randint(1, 4), chance.randint(1, 2), chance.randint(1, 2)))
        share -= sizes[-1][0] * sizes[-1][1] * sizes[-1][2]
    sizes[0] = (1, *sizes[0][1:])  # so that the step of positions is one cell
    units = [LoadUnit(f"u{k}", length_m=a * CELL_M, width_m=b * CELL_M, height_m=c * CELL_M,
                      fragile=chance.random() < 0.3, stackable=chance.random() < 0.85)
             for k, (a, b, c) in enumerate(sizes)]
    stops = sorted(chance.randint(1, 3) for _ in units)
    return [Order(str(stop), lon=0, lat=0, units=tuple(u for u, at in zip(units, stops, strict=True) if at == stop))
            for stop in sorted(set(stops))]


def _standing(size):
    """Yield all positions of a piece: low corner and high corner, in cells; it may turn on the floor."""
    for length, width in {size[:2], size[1::-1]}:
        way = (length, width, size[2])
        for low in itertools.product(*(range(inside - side + 1) for side, inside in zip(way, GRID, strict=True))):
            yield low, tuple(at + side for at, side in zip(low, way, strict=True))


def _shares(one, other, axis):
    """Return whether two positions overlap along an axis."""
    return one[0][axis] < other[1][axis] and other[0][axis] < one[1][axis]


def _in_the_way(out, stays):
    """Return whether what stays hinders what goes out by the rear: behind it, or above it."""
    y, z, x = _shares(out, stays, 1), _shares(out, stays, 2), _shares(out, stays, 0)
    return (y and z and stays[0][0] >= out[1][0]) or (x and y and stays[0][2] >= out[1][2])


def _loadable(orders):
    """Return whether all pieces can stand in the grid at once, by all rules."""
    model = cp_model.CpModel()
    pieces = [(stop, unit) for stop, order in enumerate(orders) for unit in order.units]
    cells = [tuple(round(side / CELL_M) for side in (unit.length_m, unit.width_m, unit.height_m)) for _, unit in pieces]
    stands = [{at: model.new_bool_var("") for at in _standing(size)} for size in cells]
    filled = {}
    for i, listed in enumerate(stands):
        model.add_exactly_one(listed.values())
        for (low, high), here in listed.items():
            for cell in itertools.product(*map(range, low, high)):
                filled.setdefault(cell, []).append((i, here))
    for takers in filled.values():
        model.add_at_most_one(here for _, here in takers)
    for i, (stop, unit) in enumerate(pieces):
        for (low, high), here in stands[i].items():
            _keep(model, pieces, filled, unit, low, high, here)
            blocked = [other for j, (later, _) in enumerate(pieces) if later > stop
                       for at, other in stands[j].items() if _in_the_way((low, high), at)]
            if blocked:
                model.add(sum(blocked) == 0).only_enforce_if(here)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.catch_sigint_signal = False
    answer = solver.solve(model)
    assert answer in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return answer == cp_model.OPTIMAL


def _keep(model, pieces, filled, unit, low, high, here):
    """Let a piece stand here on the floor, or with 75 % of its base on what bears it, and on nothing that does not."""
    if low[2] == 0:
        return
    below = [taker for cell in itertools.product(*map(range, low[:2], high[:2]), [low[2] - 1])
             for taker in filled.get(cell, ())]
    bears = [bool(pieces[j][1].stackable and (unit.fragile or not pieces[j][1].fragile)) for j, _ in below]
    holding, other = ([there for (_, there), bear in zip(below, bears, strict=True) if bear is may]
                      for may in (True, False))
    area = (high[0] - low[0]) * (high[1] - low[1])
    model.add(4 * sum(holding) >= 3 * area).only_enforce_if(here)
    model.add(sum(other) == 0).only_enforce_if(here)


def _agree(seeds, most):
    """Compare all answers and return how often it was proven that pieces do not fit by a search for places."""
    proven = 0
    for seed in seeds:
        orders = _day(seed, most)
        packing = pack(orders, SPACE, explain=False)
        assert packing.answer != "not decided", seed
        assert packing.fits == _loadable(orders), seed
        proven += "cannot stand in it together" in packing.reason
    return proven


def test_proofs_are_those_of_another_formulation():
    """Few pieces; among them days that fit, and days proven not to."""
    assert _agree(range(30), most=8) >= 3


@pytest.mark.long
def test_proofs_of_up_to_twelve_pieces():
    """Many days of up to twelve pieces."""
    assert _agree(range(100, 400), most=12) >= 50
