"""Load a room, or prove that it cannot be loaded, as a constraint problem for CP-SAT: all rules, few pieces.

Any two pieces that are aboard together lie apart along one of three axes; support is area of contact; removal rules out
arrangements of pairs. Lengths are divided by their greatest common divisor.

References
----------
Tamke et al. (2025), European Journal of Operational Research, DOI 10.1016/j.ejor.2025.10.010, for removal and support;
the pairwise formulation is that of Chen, Lee and Shen (1995), European Journal of Operational Research 80(1), 68-76.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

from routing.loading.cpsat import cp_solver
from routing.loading.manifest import CLEARS, HOLDS, SPARES, TOGETHER, Manifest, before, through

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from ortools.sat.python import cp_model

    from routing.model import Axle

GRAMS = 1000
SUPPORT_STEPS = 10_000
"""The least supported share counts in steps of 1 / this, rounded up."""


class Answer(Enum):
    """What is known of a load."""

    FITS = "fits"
    PROVEN_NOT = "proven not to fit"
    UNDECIDED = "not decided"


@dataclass(frozen=True, slots=True)
class Model:
    """The variables of a load.

    Parameters
    ----------
    cp : CpModel
        Of OR-Tools.
    low, high : list of lists
        Corners of each piece along each axis, in units of `unit_mm`.
    chosen : list of lists
        For each piece, which way it stands.
    unit_mm : int
        Millimetres in one unit.
    """

    cp: cp_model.CpModel
    low: list[list[Any]]
    high: list[list[Any]]
    chosen: list[list[Any]]
    unit_mm: int


def decide(load: Manifest, effort: float, seed: int = 0, *, support: bool = True, axles: Sequence[Axle] = (),
           ) -> tuple[Answer, NDArray[np.int64] | None]:
    """Return whether all pieces can be loaded, and where they stand if so.

    Mass on top of pieces is kept in a way that is a little too strict, so that a load which is found is right, and then
    left out altogether, so that a proof holds.

    Parameters
    ----------
    load : Manifest
        At least one piece, each with a way to stand.
    effort : float
        Work that CP-SAT may do, in its deterministic unit: about seconds.
    seed : int
        Of its search.
    support : bool
        Whether pieces must be supported. Without, a proof holds for every set of goods that has these among it.
    axles : sequence of Axle
        The two that must not be overloaded on any leg; or none.

    Returns
    -------
    Answer
        What is known.
    ndarray of int64, shape (n, 2, 3), or None
        Corners of each piece, mm within the room.
    """
    limited = bool(np.isfinite(load.tops_kg).any()) and support
    model = built(load, support=support)
    _keep_axles(model, load, axles)
    if limited:
        relaxed, _ = _solved(model, effort / 2, seed)
        if relaxed is Answer.PROVEN_NOT:
            return relaxed, None
        model = built(load, support=support, tops=True)
        _keep_axles(model, load, axles)
        strict, corners = _solved(model, effort / 2, seed)
        return (strict, corners) if strict is Answer.FITS else (Answer.UNDECIDED, None)
    return _solved(model, effort, seed)


def built(load: Manifest, *, support: bool = True, tops: bool = False) -> Model:
    """Return the model of a load.

    Parameters
    ----------
    load : Manifest
        Its pieces.
    support : bool
        Whether pieces must be supported.
    tops : bool
        Whether mass on top is limited: all that rests on a piece, however little of it, counts in full.

    Returns
    -------
    Model
        To solve.
    """
    model = _corners(load)
    n = len(load.pieces)
    exits = [_exits(model, load, i) for i in range(n)]
    areas: list[list[Any]] = [[] for _ in range(n)]
    on_top: dict[tuple[int, int], Any] = {}
    for i in range(n):
        for j in range(i + 1, n):
            if load.pairs[i, j] & TOGETHER:
                apart = _apart(model, i, j)
                for one, other in ((i, j), (j, i)):
                    _clear(model, load, exits, one, other, apart)
                    _contact(model, load, one, other, apart, areas if support else None, on_top)
    for i in range(n):
        floor = model.cp.new_bool_var("")
        model.cp.add(model.low[i][2] == 0).only_enforce_if(floor)
        if load.floor_only[i]:
            model.cp.add(floor == 1)
        elif support:
            _support(model, load, i, floor, areas[i])
    if tops:
        _keep_tops(model, load, on_top)
    return model


def _corners(load: Manifest) -> Model:
    from ortools.sat.python import cp_model

    cp = cp_model.CpModel()
    used = [load.sizes[i, :load.ways[i]] for i in range(len(load.pieces))]
    doors = [edge for door in load.room.doors for edge in before(door, load.room)[:1]]
    unit = math.gcd(*(int(size) for ways in used for size in ways.ravel()), *doors)
    room = [side // unit for side in load.room.size_mm]
    low, high, chosen = [], [], []
    for ways in used:
        picked = [cp.new_bool_var("") for _ in ways]
        cp.add_exactly_one(picked)
        corner, end = [], []
        for axis in range(3):
            sizes = [int(size) // unit for size in ways[:, axis]]
            begin = cp.new_int_var(0, room[axis] - min(sizes), "")
            finish = cp.new_int_var(min(sizes), room[axis], "")
            if len(set(sizes)) == 1:
                cp.add(finish == begin + sizes[0])
            else:
                cp.add(finish == begin + sum(size * pick for size, pick in zip(sizes, picked, strict=True)))
            corner.append(begin)
            end.append(finish)
        low.append(corner)
        high.append(end)
        chosen.append(picked)
    return Model(cp, low, high, chosen, unit)


def _apart(model: Model, i: int, j: int) -> list[Any]:
    """Return six literals, one of which holds: i before j along an axis, or j before i, axis by axis."""
    cp, low, high = model.cp, model.low, model.high
    apart = [cp.new_bool_var("") for _ in range(6)]
    for axis in range(3):
        cp.add(high[i][axis] <= low[j][axis]).only_enforce_if(apart[2 * axis])
        cp.add(high[j][axis] <= low[i][axis]).only_enforce_if(apart[2 * axis + 1])
    cp.add_bool_or(apart)
    return apart


def _relation(i: int, j: int, apart: Sequence[Any], axis: int) -> tuple[Any, Any]:
    """Return the literals that i lies before j along an axis, and after it; `apart` is that of the pair in order."""
    return (apart[2 * axis], apart[2 * axis + 1]) if i < j else (apart[2 * axis + 1], apart[2 * axis])


def _exits(model: Model, load: Manifest, i: int) -> list[tuple[str, Any]]:
    """Return the doors by which piece i may come out, each with the literal that it does; one literal holds."""
    cp, found = model.cp, []
    for door in load.room.doors:
        literal = cp.new_bool_var("")
        for way, picked in enumerate(model.chosen[i]):
            if not through(door, load.sizes[i, way].tolist()):
                cp.add_implication(literal, ~picked)
        begin, end = before(door, load.room)
        if load.rules.removal and (begin > 0 or end < load.room.size_mm[0]):
            cp.add(model.low[i][0] >= -(-begin // model.unit_mm)).only_enforce_if(literal)
            cp.add(model.high[i][0] <= end // model.unit_mm).only_enforce_if(literal)
        found.append((door.side, literal))
    cp.add_bool_or([literal for _, literal in found])
    return found


def _clear(model: Model, load: Manifest, exits: Sequence[Sequence[tuple[str, Any]]], i: int, j: int,
           apart: Sequence[Any]) -> None:
    """Keep piece j out of the way of piece i by the door that i takes, and from above it."""
    if not load.pairs[i, j] & CLEARS:
        return
    x, y, z = (_relation(i, j, apart, axis) for axis in range(3))
    for side, literal in exits[i]:
        free = {"rear": (x[1], *y, z[1]), "left": (*x, y[0], z[1]), "right": (*x, y[1], z[1]),
                "top": (*x, *y, z[1])}[side]
        model.cp.add_bool_or([*free, ~literal])


def _contact(model: Model, load: Manifest, up: int, down: int, apart: Sequence[Any],
             areas: list[list[Any]] | None, on_top: dict[tuple[int, int], Any]) -> None:
    """Say how piece `up` lies on piece `down`, if it may."""
    cp, pair = model.cp, int(load.pairs[up, down])
    x, y, z = (_relation(up, down, apart, axis) for axis in range(3))
    if pair & SPARES:
        gap = cp.new_bool_var("")
        cp.add(model.low[up][2] > model.high[down][2]).only_enforce_if(gap)
        cp.add_bool_or([*x, *y, z[0], gap])
    if areas is None or not pair & HOLDS:
        return
    rests = cp.new_bool_var("")
    cp.add(model.low[up][2] == model.high[down][2]).only_enforce_if(rests)
    most = [min(int(load.sizes[i, :load.ways[i], axis].max()) for i in (up, down)) // model.unit_mm
            for axis in range(2)]
    sides = []
    for axis in range(2):
        side = cp.new_int_var(0, most[axis], "")
        for i, j in ((up, down), (down, up), (up, up), (down, down)):
            cp.add(side <= model.high[i][axis] - model.low[j][axis]).only_enforce_if(rests)
        cp.add(side == 0).only_enforce_if(~rests)
        sides.append(side)
    area = cp.new_int_var(0, most[0] * most[1], "")
    cp.add_multiplication_equality(area, sides)
    areas[up].append(area)
    on_top[up, down] = rests
    if np.isfinite(load.tops_kg).any():  # whatever touches counts, also what adds nothing to the support
        gap = cp.new_bool_var("")
        cp.add(model.low[up][2] > model.high[down][2]).only_enforce_if(gap)
        cp.add_bool_or([*x, *y, z[0], gap, rests])


def _support(model: Model, load: Manifest, i: int, floor: Any, areas: Sequence[Any]) -> None:  # noqa: ANN401
    """Let piece i stand on the floor or on enough of others."""
    share = math.ceil(load.rules.support * SUPPORT_STEPS - 1e-6)
    if share == 0:
        return
    if not areas:
        model.cp.add(floor == 1)
        return
    for way, picked in enumerate(model.chosen[i]):
        base = int(load.sizes[i, way, 0]) * int(load.sizes[i, way, 1]) // model.unit_mm**2
        model.cp.add(SUPPORT_STEPS * sum(areas) >= share * base).only_enforce_if([~floor, picked])


def _keep_tops(model: Model, load: Manifest, on_top: dict[tuple[int, int], Any]) -> None:
    """Limit what rests on each piece, directly or through others, by the whole mass of all of it."""
    cp, n = model.cp, len(load.pieces)
    above = {pair: cp.new_bool_var("") for pair in ((i, j) for i in range(n) for j in range(n) if i != j)}
    for (up, down), rests in on_top.items():
        cp.add_implication(rests, above[up, down])
        for top in range(n):
            if top not in (up, down):
                cp.add_bool_or([~rests, ~above[top, up], above[top, down]])
    for j in range(n):
        if math.isfinite(load.tops_kg[j]):
            mass = sum(math.ceil(load.weights_kg[i] * GRAMS) * above[i, j] for i in range(n) if i != j)
            cp.add(mass <= math.floor(load.tops_kg[j] * GRAMS))


def _keep_axles(model: Model, load: Manifest, axles: Sequence[Axle]) -> None:
    """Keep both axles within what they may and must carry on every leg, to a gram."""
    if len(axles) != 2:
        return
    front, rear = axles
    unit_m, room_m = model.unit_mm / 1000, load.room.corner_mm[0] / 1000
    grams = [round(weight * GRAMS) for weight in load.weights_kg]
    for leg in sorted({int(on) for on in load.spans[:, 0]} | {int(off) for off in load.spans[:, 1]}):
        aboard = [i for i, (on, off) in enumerate(load.spans) if on <= leg < off]
        mass = sum(grams[i] for i in aboard)
        doubled = sum(grams[i] * (model.low[i][0] + model.high[i][0]) for i in aboard)
        for axle, other in ((front, rear), (rear, front)):
            base_m = axle.position_m - other.position_m
            lever = [(limit - axle.tare_kg) * GRAMS * base_m for limit in (axle.min_kg, axle.max_kg)]
            known = (room_m - other.position_m) * mass
            low, high = sorted(2 * (moment - known) / unit_m for moment in lever)
            if aboard:
                model.cp.add_linear_constraint(doubled, _bound(math.ceil(low) if low > -math.inf else low),
                                               _bound(math.floor(high) if high < math.inf else high))


def _bound(value: float) -> int:
    return int(max(-2**62, min(2**62, value)))


def _solved(model: Model, effort: float, seed: int) -> tuple[Answer, NDArray[np.int64] | None]:
    from ortools.sat.python import cp_model

    solver = cp_solver(effort, seed=seed)
    solver.parameters.cp_model_presolve = False  # it and the linear relaxation take longer than all the rest
    solver.parameters.linearization_level = 0
    status = solver.solve(model.cp)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        corners = [[[solver.value(at) * model.unit_mm for at in corner] for corner in (low, high)]
                   for low, high in zip(model.low, model.high, strict=True)]
        return Answer.FITS, np.array(corners, dtype=np.int64)
    return (Answer.PROVEN_NOT if status == cp_model.INFEASIBLE else Answer.UNDECIDED), None
