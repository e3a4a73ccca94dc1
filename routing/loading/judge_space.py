"""Judge how pieces stand: in their compartment, beside and on each other, and whether they come out."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from routing.loading.judge_stays import Standing
from routing.model import Compartment, Door, LoadPlan, LoadUnit
from routing.rules.violation import Violation
from routing.rules.words import figure, named

Mask = NDArray[np.bool_]
Contact = tuple[int, NDArray[np.int64], NDArray[np.int64]]
"""A piece, the pieces it touches with its base, and the areas of contact in mm²."""

TOLERANCE = 1e-9
TOLERANCE_KG = 1e-6


class _Scene:
    """The pieces as arrays, one row each: corners (n, 3), first leg and leg of leaving (n,), compartment numbers."""

    def __init__(self, placed: Sequence[Standing]) -> None:
        self.placed = placed
        self.low = np.array([p.low for p in placed], dtype=np.int64).reshape(-1, 3)
        self.high = np.array([p.high for p in placed], dtype=np.int64).reshape(-1, 3)
        self.on = np.array([p.on for p in placed], dtype=np.int64)
        self.off = np.array([p.off for p in placed], dtype=np.int64)
        ids = {name: number for number, name in enumerate(sorted({p.compartment for p in placed}))}
        self.room = np.array([ids[p.compartment] for p in placed], dtype=np.int64)

    def shared(self, i: int) -> NDArray[np.int64]:
        """Return how far piece i and each other overlap along, across and up, shape (n, 3); negative: a gap."""
        overlap: NDArray[np.int64] = np.minimum(self.high, self.high[i]) - np.maximum(self.low, self.low[i])
        return overlap

    def together(self, i: int) -> NDArray[np.bool_]:
        """Return which other pieces are aboard with piece i on some leg, in its compartment, shape (n,)."""
        found: NDArray[np.bool_] = (self.on < self.off[i]) & (self.off > self.on[i]) & (self.room == self.room[i])
        found[i] = False
        return found


def geometry_violations(load: LoadPlan, placed: Sequence[Standing]) -> list[Violation]:
    """Return what is wrong with where the pieces stand.

    Parameters
    ----------
    load : LoadPlan
        To judge.
    placed : sequence of Standing
        Its pieces.

    Returns
    -------
    list of Violation
        Of walls, orientation, overlap, support, fragile goods, mass on top, doors and removal.
    """
    rooms = {room.id: room for room in load.space.rooms}
    scene = _Scene(placed)
    contacts: list[Contact] = []
    found = [fault for piece in placed for fault in _standing_faults(load, piece, rooms.get(piece.compartment))]
    for i, piece in enumerate(placed):
        shared, together = scene.shared(i), scene.together(i)
        across = together & (shared[:, 0] > 0) & (shared[:, 1] > 0)
        found += _overlaps(load, scene, i, across & (shared[:, 2] > 0))
        below = np.flatnonzero(across & (scene.high[:, 2] == scene.low[i, 2]))
        areas = shared[below, 0] * shared[below, 1]
        contacts.append((i, below, areas))
        room = rooms.get(piece.compartment)
        if room:
            found += _stands_on(load, scene, i, below, areas, piece.low[2] == room.corner_mm[2])
            found += _ways_out(load, scene, i, room, shared, together, across) if load.rules.removal else ()
    return [*found, *_top_loads(load, scene, contacts)]


def _standing_faults(load: LoadPlan, piece: Standing, room: Compartment | None) -> Iterator[Violation]:
    """Yield what is wrong with one piece by itself: orientation, compartment, walls, doors."""
    size = tuple(high - low for low, high in zip(piece.low, piece.high, strict=True))
    if not _may_stand_so(piece.unit, size):
        yield _fault(load, "load_orientation", piece, 1, "pieces",
                     f"{piece.words} stands {' x '.join(map(str, size))} mm, which its size or flags do not allow")
    if room is None:
        yield _fault(load, "load_walls", piece, 1, "pieces",
                     f"{piece.words} is in compartment {named(piece.compartment)}, which the space does not have")
        return
    out = max(max(corner - low, high - corner - long) for corner, low, high, long in
              zip(room.corner_mm, piece.low, piece.high, room.size_mm, strict=True))
    if out > 0:
        yield _fault(load, "load_walls", piece, out, "mm", f"{piece.words} sticks {out} mm out of its space")
    if not any(_passes(door, room, size) for door in room.doors):
        yield _fault(load, "load_door", piece, 1, "pieces", f"{piece.words} does not pass any door as it stands")


def _may_stand_so(unit: LoadUnit, size: tuple[int, ...]) -> bool:
    sides = [math.ceil(side * 1000 - 0.001) for side in (unit.length_m, unit.width_m, unit.height_m)]
    for along, across, up in itertools.permutations(range(3)):
        upright = up == 2 if unit.upright else ("length", "width", "height")[up] not in unit.never_vertical
        if upright and (unit.turnable or along == 0) and size == (sides[along], sides[across], sides[up]):
            return True
    return False


def _passes(door: Door, room: Compartment, size: Sequence[int]) -> bool:
    """Return whether a piece of that size as it stands fits through a door."""
    across, up = {"rear": (1, 2), "left": (0, 2), "right": (0, 2), "top": (0, 1)}[door.side]
    wide, high = room.size_mm[across], room.size_mm[up]
    wide = wide if door.width_m is None else math.floor(door.width_m * 1000 + 0.001)
    high = high if door.height_m is None else math.floor(door.height_m * 1000 + 0.001)
    return size[across] <= wide and size[up] <= high


def _overlaps(load: LoadPlan, scene: _Scene, i: int, hit: Mask) -> Iterator[Violation]:
    for j in np.flatnonzero(hit[:i]).tolist():
        depth = int(scene.shared(i)[j].min())
        yield _fault(load, "load_overlap", scene.placed[i], depth, "mm",
                     f"{scene.placed[i].words} and {scene.placed[j].words} overlap by {depth} mm")


def _stands_on(load: LoadPlan, scene: _Scene, i: int, below: NDArray[np.int64], areas: NDArray[np.int64],
               on_floor: bool) -> Iterator[Violation]:
    """Yield what is wrong with what piece i stands on."""
    piece = scene.placed[i]
    for j in below.tolist():
        under = scene.placed[j]
        if not under.unit.stackable or (under.unit.fragile and not piece.unit.fragile):
            what = "fragile" if under.unit.stackable else "not stackable"
            yield _fault(load, "load_fragile" if under.unit.stackable else "load_stackable", piece, 1, "pieces",
                         f"{piece.words} stands on {under.words}, which is {what}")
    if on_floor:
        return
    if piece.unit.floor_only:
        yield _fault(load, "load_floor", piece, 1, "pieces", f"{piece.words} must stand on the floor")
    stays = (scene.on[below] <= piece.on) & (scene.off[below] >= piece.off)
    base = (piece.high[0] - piece.low[0]) * (piece.high[1] - piece.low[1])
    share = int(areas[stays].sum()) / base if base > 0 else 0.0
    if share < load.rules.support - TOLERANCE or share == 0.0 < load.rules.support:
        yield _fault(load, "load_support", piece, load.rules.support - share, "share",
                     f"{share:.0%} of the base of {piece.words} is supported, {load.rules.support:.0%} must be")


def _ways_out(load: LoadPlan, scene: _Scene, i: int, room: Compartment, shared: NDArray[np.int64],
              together: Mask, across: Mask) -> Iterator[Violation]:
    """Yield a violation if piece i cannot come out at its stop, or go in at one, past what is aboard then."""
    piece = scene.placed[i]
    above = across & (scene.low[:, 2] >= piece.high[2])
    moments = {"taken out": (piece.off, (scene.on < piece.off) & (scene.off > piece.off)),
               "put in": (piece.on, (scene.on < piece.on) & (scene.off > piece.on))}
    for verb, (stop, aboard) in moments.items():
        if not 1 <= stop <= len(load.stops):
            continue
        there = together & aboard
        blocked = [np.flatnonzero(there & (above | _in_the_way(door, piece, scene, shared))).tolist()
                   for door in room.doors if _reaches(door, room, piece)]
        if blocked and all(len(pieces) for pieces in blocked):
            pieces = min(blocked, key=len)
            yield Violation("load_removal", load.vehicle, load.stops[stop - 1], piece.order, len(pieces), "pieces", (
                f"{piece.words} cannot be {verb} at stop {stop}: {scene.placed[pieces[0]].words} is in its way"))
        elif not blocked:
            yield Violation("load_removal", load.vehicle, load.stops[stop - 1], piece.order, 1, "pieces",
                            f"{piece.words} cannot be {verb} at stop {stop}: it does not stand before any door")


def _reaches(door: Door, room: Compartment, piece: Standing) -> bool:
    """Return whether a piece stands before a door that lets it through; a rear door is as good as the whole rear."""
    size = [high - low for low, high in zip(piece.low, piece.high, strict=True)]
    if not _passes(door, room, size):
        return False
    if door.side == "rear":
        return True
    begin = room.corner_mm[0] + math.ceil(door.offset_m * 1000 - 0.001)
    end = room.corner_mm[0] + room.size_mm[0]
    if door.width_m is not None:
        end = min(end, begin + math.floor(door.width_m * 1000 + 0.001))
    return begin <= piece.low[0] and piece.high[0] <= end


def _in_the_way(door: Door, piece: Standing, scene: _Scene, shared: NDArray[np.int64]) -> Mask:
    """Return which pieces stand between a piece and a door, shape (n,)."""
    if door.side == "top":
        return (shared[:, 0] > 0) & (shared[:, 1] > 0) & (scene.low[:, 2] >= piece.high[2])
    if door.side == "rear":
        return (shared[:, 1] > 0) & (shared[:, 2] > 0) & (scene.low[:, 0] >= piece.high[0])
    level = (shared[:, 0] > 0) & (shared[:, 2] > 0)
    return level & (scene.high[:, 1] <= piece.low[1] if door.side == "left" else scene.low[:, 1] >= piece.high[1])


def _top_loads(load: LoadPlan, scene: _Scene,
               contacts: Sequence[Contact]) -> Iterator[Violation]:
    """Yield a violation for each piece that carries too much on some leg: mass goes down in proportion to contact."""
    limits = np.array([p.unit.max_top_load_kg for p in scene.placed])
    if not np.isfinite(limits).any():
        return
    order = sorted(contacts, key=lambda contact: -scene.low[contact[0], 2])
    most = np.zeros(len(limits))
    for leg in range(len(load.stops) + 1):
        aboard = (scene.on <= leg) & (scene.off > leg)
        carried = np.zeros(len(limits))
        for i, below, areas in order:
            held = aboard[below]
            if aboard[i] and held.any():
                mass = carried[i] + scene.placed[i].unit.weight_kg
                carried[below[held]] += mass * areas[held] / areas[held].sum()
        most = np.maximum(most, carried)
    for i in np.flatnonzero(most > limits * (1 + TOLERANCE) + TOLERANCE_KG).tolist():
        piece, over_kg = scene.placed[i], float(most[i] - limits[i])
        yield _fault(load, "load_top", piece, over_kg, "kg",
                     f"{piece.words} carries {figure(most[i])} kg, {figure(over_kg)} kg more than may rest on it")


def _fault(load: LoadPlan, rule: str, piece: Standing, amount: float, unit: str, message: str) -> Violation:
    return Violation(rule, load.vehicle, piece.order, piece.order, amount, unit, message)
