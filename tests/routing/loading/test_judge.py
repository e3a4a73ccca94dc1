"""The loading judge finds one planted fault by its rule and amount, and accepts loads that are known to be right."""

import dataclasses

import pytest

from routing.loading import (
    Axle,
    CargoSpace,
    Compartment,
    Door,
    LoadingRules,
    LoadPlan,
    LoadUnit,
    Placement,
    check_load,
)
from routing.model import Order, Shipment

SPACE = CargoSpace("box", length_m=4, width_m=2, height_m=2, payload_kg=1000)
CRATE = LoadUnit("crate", length_m=1, width_m=1, height_m=1, weight_kg=100, count=2)


def _order(name, *units, kind="delivery"):
    return Order(name, lon=0, lat=0, kind=kind, units=units)


def _at(order, x, y, z, *, unit="crate", number=1, size=(1000, 1000, 1000), compartment=""):
    return Placement(order, unit, number, x_mm=x, y_mm=y, z_mm=z, length_mm=size[0], width_mm=size[1],
                     height_mm=size[2], compartment=compartment)


ORDERS = (_order("A", CRATE), _order("B", CRATE))
"""A is visited first: its crates stand nearer to the rear door than those of B, which stand on each other in front."""

RIGHT = LoadPlan(SPACE, (_at("B", 0, 0, 0), _at("B", 0, 0, 1000, number=2), _at("A", 1000, 0, 0),
                         _at("A", 1000, 1000, 0, number=2)), stops=("A", "B"))


def _with(load, index, **changes):
    placements = list(load.placements)
    placements[index] = dataclasses.replace(placements[index], **changes)
    return dataclasses.replace(load, placements=tuple(placements))


def _goods(**changes):
    """The orders with other flags on the crates of A."""
    return (_order("A", dataclasses.replace(CRATE, **changes)), ORDERS[1])


def _space(**changes):
    return dataclasses.replace(RIGHT, space=dataclasses.replace(SPACE, **changes))


def _found(load, goods=ORDERS, **options):
    return [(fault.rule, fault.order, round(fault.amount, 9)) for fault in check_load(load, goods, **options)]


def test_a_right_load_is_accepted():
    """Four crates on the floor or wholly on one another, those of the first stop at the door."""
    assert _found(RIGHT) == []


B_ON_A = dataclasses.replace(RIGHT, placements=(
    _at("B", 0, 0, 0), _at("A", 0, 1000, 0), _at("A", 1000, 1000, 0, number=2), _at("B", 1000, 1000, 1000, number=2)))
"""The second crate of B stands on the second of A, and in front of the first of A stands the second of A only."""

PLANTED = {
    "left out": (dataclasses.replace(RIGHT, placements=RIGHT.placements[:3]), ORDERS, [("load_pieces", "A", 1)]),
    "placed twice": (dataclasses.replace(RIGHT, placements=(*RIGHT.placements, _at("A", 3000, 0, 0))), ORDERS,
                     [("load_pieces", "A", 1)]),
    "unknown": (dataclasses.replace(RIGHT, placements=(*RIGHT.placements, _at("A", 3000, 0, 0, unit="x"))), ORDERS,
                [("load_pieces", "A", 1)]),
    "wrong size": (_with(RIGHT, 3, length_mm=900), ORDERS, [("load_orientation", "A", 1)]),
    "through the wall": (_with(RIGHT, 3, y_mm=1030), ORDERS, [("load_walls", "A", 30)]),
    "overlap": (_with(RIGHT, 2, y_mm=10), ORDERS, [("load_overlap", "A", 10)]),
    "half in the air": (_with(RIGHT, 1, y_mm=500), ORDERS, [("load_support", "B", 0.25)]),
    "under a later one": (B_ON_A, ORDERS, [("load_support", "B", 0.75), ("load_removal", "A", 1)]),
    "behind a later one": (_with(RIGHT, 1, x_mm=3000, z_mm=0), ORDERS, [("load_removal", "A", 1)]),
    "too heavy": (_space(payload_kg=350), ORDERS, [("load_mass", "", 50)]),
    "no door so small": (_space(doors=(Door(width_m=0.9),)), ORDERS, [
        *[("load_door", name, 1) for name in "BBAA"], *[("load_removal", name, 1) for name in "BBAA"]]),
    "too warm": (RIGHT, _goods(temperature="frozen"), [("load_temperature", "A", 1)] * 2),
    "poison with food": (RIGHT, (_order("A", dataclasses.replace(CRATE, hazard="6.1")),
                                 _order("B", dataclasses.replace(CRATE, goods="food"))),
                         [("load_segregation", "B", 1)]),
    "kept apart by the user": (dataclasses.replace(RIGHT, rules=LoadingRules(apart=[("valuable", "wet")])),
                               (_order("A", dataclasses.replace(CRATE, goods="wet")),
                                _order("B", dataclasses.replace(CRATE, goods="valuable"))),
                               [("load_segregation", "B", 1)]),
}


@pytest.mark.parametrize("name", PLANTED)
def test_one_planted_fault_is_found(name):
    """By its rule, its order and how much it is; and nothing that is not wrong."""
    load, goods, faults = PLANTED[name]

    assert sorted(_found(load, goods)) == sorted(faults)


STACK = dataclasses.replace(RIGHT, placements=(_at("B", 0, 0, 0), _at("B", 0, 0, 1000, number=2)), stops=("B",))


@pytest.mark.parametrize(("changes", "faults"), [
    ({"stackable": False}, [("load_stackable", "B", 1)]),
    ({"floor_only": True}, [("load_floor", "B", 1)]),
    ({"max_top_load_kg": 80}, [("load_top", "B", 20)]),
    ({"fragile": True}, []),  # fragile on fragile is allowed
])
def test_what_stands_on_a_piece(changes, faults):
    """A crate of 100 kg on its like."""
    goods = (_order("B", dataclasses.replace(CRATE, **changes)),)

    assert _found(STACK, goods) == faults


def test_hard_goods_on_fragile_ones():
    """The lower crate is fragile, the upper one is not."""
    lower, upper = dataclasses.replace(CRATE, count=1, fragile=True), dataclasses.replace(CRATE, id="iron", count=1)
    load = dataclasses.replace(STACK, placements=(_at("B", 0, 0, 0), _at("B", 0, 0, 1000, unit="iron")))

    assert _found(load, (_order("B", lower, upper),)) == [("load_fragile", "B", 1)]


def test_mass_on_top_is_shared_by_contact_and_passed_on():
    """A bridge of 90 kg lies a third on one post, two thirds on another: 30 and 60 kg; below, 20 kg more each."""
    post = LoadUnit("post", length_m=1, width_m=1, height_m=0.5, weight_kg=20, count=4, max_top_load_kg=70)
    bridge = LoadUnit("bridge", length_m=1.5, width_m=1, height_m=0.5, weight_kg=90)
    low = (1000, 1000, 500)
    load = LoadPlan(SPACE, (
        _at("", 0, 0, 0, unit="post", number=1, size=low), _at("", 1000, 0, 0, unit="post", number=2, size=low),
        _at("", 0, 0, 500, unit="post", number=3, size=low), _at("", 1000, 0, 500, unit="post", number=4, size=low),
        _at("", 500, 0, 1000, unit="bridge", size=(1500, 1000, 500))))

    assert _found(load, (post, bridge)) == [("load_top", "", 10)]


@pytest.mark.parametrize(("flags", "size", "allowed"), [
    ({}, (1, 2, 3), True), ({}, (2, 1, 3), True), ({}, (1, 3, 2), False),
    ({"turnable": False}, (2, 1, 3), False), ({"turnable": False}, (1, 2, 3), True),
    ({"upright": False}, (3, 2, 1), True), ({"upright": False, "never_vertical": {"length"}}, (3, 2, 1), False),
    ({"upright": False, "never_vertical": {"length"}}, (3, 1, 2), True),
])
def test_orientation(flags, size, allowed):
    """A piece of 1 x 2 x 3 dm, lying as `size` says."""
    box = LoadUnit("box", length_m=0.1, width_m=0.2, height_m=0.3, **flags)
    size = tuple(side * 100 for side in size)
    load = LoadPlan(SPACE, (_at("", 0, 0, 0, unit="box", size=size),))

    assert (_found(load, (box,)) == []) is allowed
    assert (size in box.orientations_mm) is allowed


def test_axles_follow_the_lever_on_every_leg():
    """300 kg at 1 m and 3 m between axles at 0 and 4 m: 300 each. After A (at 3 m) is off, 225 in front and 75 behind.

    Empty, each carries 500 kg, so the front axle has 800, 725, 500; the rear axle 800, 575, 500.
    """
    heavy = dataclasses.replace(CRATE, weight_kg=300, count=1)
    axles = (Axle("front", position_m=0, tare_kg=500, max_kg=790), Axle("rear", position_m=4, tare_kg=500, min_kg=600))
    load = LoadPlan(dataclasses.replace(SPACE, axles=axles), (_at("B", 500, 0, 0), _at("A", 2500, 0, 0)),
                    stops=("A", "B"))

    assert _found(load, (_order("A", heavy), _order("B", heavy))) == [
        ("load_axle", "", 10), ("load_axle", "", 25), ("load_axle", "", 100)]


def test_pickups_take_the_place_of_what_left():
    """C is picked up after A is off, in A's place; before that, at stop 1, it is in A's way."""
    crate = dataclasses.replace(CRATE, count=1)
    goods = (_order("A", crate), _order("C", crate, kind="pickup"))
    load = LoadPlan(SPACE, (_at("A", 0, 0, 0), _at("C", 0, 0, 0)), stops=("A", "C"))

    assert _found(load, goods) == []
    assert [rule for rule, *_ in _found(dataclasses.replace(load, stops=("C", "A")), goods)] == ["load_overlap"]


def test_a_shipment_is_aboard_between_its_ends():
    """P to D stands where A stood; A is delivered before P comes aboard. The delivery lists no units of its own."""
    crate = dataclasses.replace(CRATE, count=1)
    goods = (_order("A", crate), _order("P", crate, kind="pickup"), _order("D"))
    load = LoadPlan(SPACE, (_at("A", 0, 0, 0), _at("P", 0, 0, 0)), stops=("A", "P", "D"))
    tied = [Shipment("S", pickup="P", delivery="D")]

    assert _found(load, goods, shipments=tied) == []
    swapped = dataclasses.replace(load, stops=("P", "A", "D"))
    assert _found(swapped, goods, shipments=tied) == [("load_overlap", "P", 1000)]


def test_a_side_door_lets_out_what_stands_before_it():
    """A stands in front of B in the row to the rear door; it can leave by the left door from 0 to 1.2 m."""
    doors = (Door("rear"), Door("left", width_m=1.2))
    crate = dataclasses.replace(CRATE, count=1)
    goods = (_order("A", crate), _order("B", crate))
    load = LoadPlan(SPACE, (_at("A", 0, 0, 0), _at("B", 1000, 0, 0)), stops=("A", "B"))

    assert _found(load, goods) == [("load_removal", "A", 1)]
    assert _found(dataclasses.replace(load, space=dataclasses.replace(SPACE, doors=doors)), goods) == []


def test_two_decks_are_two_floors():
    """The upper deck begins at 1 m: what stands on it rests on its floor, not on the goods of the lower one."""
    decks = tuple(Compartment(name, length_m=4, width_m=2, height_m=1, z_m=z) for name, z in (("low", 0), ("up", 1)))
    space = dataclasses.replace(SPACE, compartments=decks)
    crate = dataclasses.replace(CRATE, stackable=False)
    load = LoadPlan(space, (_at("B", 0, 0, 0, compartment="low"), _at("B", 0, 0, 1000, number=2, compartment="up")),
                    stops=("B",))

    assert _found(load, (_order("B", crate),)) == []
    assert _found(_with(load, 1, compartment=""), (_order("B", crate),)) == [("load_walls", "B", 1)]


def test_published_loads_are_accepted(published):
    """Support, removal and fragility mean here what they mean in the literature."""
    assert [check_load(route.load, route.orders) for route in published] == [[]] * 4


def test_a_published_load_does_not_come_off_in_reverse(published):
    """The longest route was loaded for its order of visits; visited in reverse, something is in the way."""
    route = max(published, key=lambda route: len(route.orders))
    reverse = dataclasses.replace(route.load, stops=route.load.stops[::-1])

    assert {fault.rule for fault in check_load(reverse, route.orders)} == {"load_removal", "load_support"}
