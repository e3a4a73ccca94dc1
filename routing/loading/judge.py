"""Judge a loaded cargo space against its goods, without trusting whoever loaded it.

Imports no packer and shares no code with one. Whole millimetres and kilograms; coordinates as in `routing.model.cargo`.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from routing.loading.classes import must_part
from routing.loading.judge_space import geometry_violations
from routing.loading.judge_stays import Standing, Stay, standing, stays
from routing.model import LoadPlan, LoadUnit, Order, Shipment
from routing.rules.violation import Violation
from routing.rules.words import figure, named

__all__ = ["check_load"]

TOLERANCE_KG = 1e-6
SHOWN = 5


def check_load(load: LoadPlan, goods: Sequence[Order] | Sequence[LoadUnit], *, shipments: Iterable[Shipment] = (),
               complete: bool = True) -> list[Violation]:
    """Return everything that is wrong with a load.

    Judged are: every piece once, walls and compartments, overlap, orientation, support, what stands on fragile and
    unstackable goods, mass on top, doors, removal at every stop in a straight line, payload, axles on every leg, goods
    that must part, and temperature.

    Parameters
    ----------
    load : LoadPlan
        To judge, by the rules that it names.
    goods : sequence of Order or of LoadUnit
        What is to be loaded: the orders that the load names as its stops, or load units that belong to no order.
    shipments : iterable of Shipment
        Which pickups and deliveries are the same goods. They are the units of the pickup, or of the delivery if the
        pickup lists none, and aboard between the two.
    complete : bool
        Whether a piece that is left out is a fault.

    Returns
    -------
    list of Violation
        Empty if all is well. Rules are named ``load_<what>``.
    """
    stayed = stays(load.stops, goods, tuple(shipments))
    placed, violations = standing(load, stayed)
    violations += _stop_faults(load, goods)
    if complete:
        violations += _left_out(load, stayed)
    violations += geometry_violations(load, placed)
    violations += [*_mass(load, placed), *_axles(load, placed), *_apart(load, placed), *_temperature(load, placed)]
    return violations


def _stop_faults(load: LoadPlan, goods: Sequence[Order] | Sequence[LoadUnit]) -> Iterator[Violation]:
    """Yield stops that no order has, or that are named twice."""
    known = {thing.id for thing in goods if isinstance(thing, Order)}
    for stop, times in Counter(load.stops).items():
        if stop not in known:
            yield Violation("load_pieces", load.vehicle, stop, stop, 1, "stops", f"stop {named(stop)} is no order")
        elif times > 1:
            yield Violation("load_pieces", load.vehicle, stop, stop, times - 1, "stops",
                            f"stop {named(stop)} is named {times} times")


def _left_out(load: LoadPlan, stayed: Sequence[Stay]) -> Iterator[Violation]:
    there = Counter((placement.order, placement.unit) for placement in load.placements)
    for stay in stayed:
        missing = stay.unit.count - there[stay.order, stay.unit.id]
        if missing > 0:
            yield Violation("load_pieces", load.vehicle, stay.order, stay.order, missing, "pieces",
                            f"{missing} of {stay.unit.count} pieces {named(stay.unit.id)} of order "
                            f"{named(stay.order)} are not loaded")


def _mass(load: LoadPlan, placed: Sequence[Standing]) -> Iterator[Violation]:
    """Yield a violation for each payload that is exceeded, on the leg where it is most."""
    limits = [("", load.space.payload_kg, placed)]
    limits += [(room.id, room.payload_kg, [p for p in placed if p.compartment == room.id])
               for room in load.space.compartments]
    for room, limit_kg, pieces in limits:
        most_kg = max(math.fsum(p.unit.weight_kg for p in pieces if p.on <= leg < p.off) for leg in _legs(load))
        if most_kg > limit_kg * (1 + 1e-9) + TOLERANCE_KG:
            what = f"compartment {named(room)}" if room else "the cargo space"
            yield Violation("load_mass", load.vehicle, amount=most_kg - limit_kg, unit="kg", message=(
                f"{what} carries {figure(most_kg)} kg, {figure(most_kg - limit_kg)} kg more than it may"))


def _axles(load: LoadPlan, placed: Sequence[Standing]) -> Iterator[Violation]:
    """Yield a violation for each axle and leg whose load is more than it may or less than it must be."""
    if len(load.space.axles) != 2:
        return
    front, rear = load.space.axles
    base_m = rear.position_m - front.position_m
    for leg in _legs(load):
        aboard = [p for p in placed if p.on <= leg < p.off]
        mass_kg = math.fsum(p.unit.weight_kg for p in aboard)
        moment = math.fsum(p.unit.weight_kg * ((p.low[0] + p.high[0]) / 2000 - front.position_m) for p in aboard)
        for axle, carried_kg in ((front, mass_kg - moment / base_m), (rear, moment / base_m)):
            total_kg = axle.tare_kg + carried_kg
            over_kg = max(total_kg - axle.max_kg, axle.min_kg - total_kg)
            if over_kg > TOLERANCE_KG:
                side = "more than it may carry" if total_kg > axle.max_kg else "less than it must carry"
                yield Violation("load_axle", load.vehicle, amount=over_kg, unit="kg", message=(
                    f"axle {named(axle.name)} carries {figure(total_kg)} kg on leg {leg + 1}, "
                    f"{figure(over_kg)} kg {side}"))


def _apart(load: LoadPlan, placed: Sequence[Standing]) -> Iterator[Violation]:
    """Yield a violation for each two kinds of goods that are together and must not be."""
    kinds: dict[tuple[str, str, str], list[Standing]] = {}
    for piece in placed:
        kinds.setdefault((piece.unit.goods, piece.unit.hazard, piece.compartment), []).append(piece)
    for (one, some), (other, others) in itertools.combinations(kinds.items(), 2):
        reason = must_part(some[0].unit, others[0].unit, same_compartment=one[2] == other[2], apart=load.rules.apart)
        met = reason and next(((a, b) for a in some for b in others if a.on < b.off and b.on < a.off), None)
        if met:
            yield Violation("load_segregation", load.vehicle, met[0].order, met[0].order, 1, "pairs", (
                f"{met[0].words} and {met[1].words} must not be together: {reason}"))


def _temperature(load: LoadPlan, placed: Sequence[Standing]) -> Iterator[Violation]:
    held = {room.id: room.temperature for room in load.space.rooms}
    for piece in placed:
        wanted, given = piece.unit.temperature, held.get(piece.compartment, "")
        if wanted and wanted != given:
            yield Violation("load_temperature", load.vehicle, piece.order, piece.order, 1, "pieces", (
                f"{piece.words} must be carried {wanted}, its compartment is {given or 'not tempered'}"))


def _legs(load: LoadPlan) -> range:
    """Return the legs of the route: leg k runs from stop k to stop k + 1, leg 0 from the start."""
    return range(len(load.stops) + 1)
