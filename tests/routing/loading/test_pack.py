"""Loads of routes: each of the three answers, every rule, against exhaustive search on a small grid."""

import dataclasses
import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing import pack
from routing.errors import ProblemError
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
from routing.model import Order, Shipment, VehicleType

SPACE = CargoSpace("box", length_m=4, width_m=2, height_m=2)
LAWS = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def _unit(name="p", length=1.0, width=1.0, height=1.0, **flags):
    return LoadUnit(name, length_m=length, width_m=width, height_m=height, **flags)


def _order(name, *units, kind="delivery"):
    return Order(name, lon=0, lat=0, kind=kind, units=units)


def test_published_routes_fit(published):
    """What others loaded can be loaded; the judge finds nothing, and everything is in the plan once."""
    for route in published:
        packing = pack(route.orders, route.load.space)

        assert packing.answer == "fits"
        assert check_load(packing.load, route.orders) == []
        assert {p.piece for p in packing.load.placements} == {p.piece for p in route.load.placements}


@pytest.mark.parametrize(("units", "words", "proof"), [
    ([_unit("long", 4.1)], "larger than the space", ["long"]),
    ([_unit("tall", 1, 1, 1.9)], "larger than the space", ["tall"]),  # the door is 1.8 m high
    ([_unit("cold", temperature="frozen")], "no compartment is frozen", ["cold"]),
    ([_unit("a", weight_kg=300), _unit("b", weight_kg=400), _unit("c", weight_kg=500)], "payload", ["b", "c"]),
    ([_unit("a", 3.9, 1.9, 1.3), _unit("b", 3.9, 1.9, 0.8)], "cannot stand in it together", ["a", "b"]),
    ([_unit("a", 3, 2, 1.1), _unit("b", 3, 2, 1.1)], "whole floor", ["a", "b"]),
    ([_unit("a", 4, 2, 1.7), _unit("b", 2, 1.5, 1.7)], "whole volume", ["a", "b"]),
    ([_unit("a", hazard="1"), _unit("b", hazard="3")], "must not be together", ["a", "b"]),
])
def test_goods_that_cannot_be_loaded_are_proven(units, words, proof):
    """The reason, and the goods that prove it: never one more than it takes."""
    space = dataclasses.replace(SPACE, payload_kg=800, doors=(Door(height_m=1.8),))
    if "together" in words and "must" not in words:
        units = [*units, _unit("small", 0.01, 0.01, 0.01)]
    packing = pack([_order("A", *units)], space)

    assert (packing.answer, packing.load) == ("proven not to fit", None)
    assert words in packing.reason
    assert sorted(unit for _, unit, _ in packing.proof) == proof


def test_too_many_pieces_to_decide_are_not_called_impossible():
    """25 cubes of 0.9 m: 4 x 2 x 2 of them fit, but volume and floor do not prove that the others do not."""
    packing = pack([_order("A", _unit(length=0.9, width=0.9, height=0.9, count=20),
                           *(_unit(str(i), 0.9, 0.05, 0.05) for i in range(5)))], SPACE)

    assert (packing.answer, packing.load, packing.proof) == ("not decided", None, ())


def test_many_alike_pieces_are_loaded_in_blocks():
    """400 cartons for 8 stops fill 77 % of a 4 m box; the last stop stands in front."""
    carton = _unit("carton", 0.4, 0.3, 0.257, count=50, weight_kg=5, upright=False)
    orders = [_order(f"S{i}", carton) for i in range(8)]

    load = pack(orders, SPACE).load

    assert (len(load.placements), round(load.fill, 2)) == (400, 0.77)
    assert check_load(load, orders) == []


def test_the_load_is_moved_back_until_the_axles_carry_it():
    """1 t at 0.5 m puts 875 kg on the front axle; it may carry 600, so the crate stands from 1.1 m on (0.4 m x 4 m)."""
    axles = (Axle("front", position_m=0, max_kg=600), Axle("rear", position_m=4, max_kg=900))
    orders = [_order("A", _unit(weight_kg=1000))]

    (placement,) = pack(orders, dataclasses.replace(SPACE, axles=axles)).load.placements

    assert placement.x_mm == 1100
    light = dataclasses.replace(axles[1], max_kg=399)
    assert pack(orders, dataclasses.replace(SPACE, axles=(axles[0], light))).answer == "proven not to fit"


def test_mass_on_top_decides_who_stands_below():
    """The lamp bears 10 kg only: it must stand on the iron, or beside it where there is room; here there is none."""
    lamp, iron = _unit("lamp", 4, 2, 1, weight_kg=5, max_top_load_kg=10), _unit("iron", 4, 2, 1, weight_kg=500)

    load = pack([_order("A", lamp, iron)], SPACE).load

    assert {p.unit: p.z_mm for p in load.placements} == {"iron": 0, "lamp": 1000}
    unbearing = dataclasses.replace(iron, max_top_load_kg=4)
    assert pack([_order("A", lamp, unbearing)], SPACE).answer != "fits"


def test_cold_and_dry_compartments():
    """Frozen goods go into the freezer, the others where there is room."""
    rooms = (Compartment("dry", length_m=2, width_m=2, height_m=2, x_m=2),
             Compartment("freezer", length_m=2, width_m=2, height_m=2, temperature="frozen", doors=(Door("left"),)))
    orders = [_order("A", _unit("ice", count=4, temperature="frozen")), _order("B", _unit("rice", count=10))]

    load = pack(orders, dataclasses.replace(SPACE, compartments=rooms)).load

    assert check_load(load, orders) == []
    assert {p.compartment for p in load.placements if p.unit == "ice"} == {"freezer"}


def test_pickups_and_shipments_share_the_place_of_what_left():
    """The box is full with A; P takes its place after A is off, and is off again before C comes aboard."""
    whole = _unit(length=4, width=2, height=2)
    orders = [_order("A", whole), _order("P", whole, kind="pickup"), _order("D"), _order("C", whole, kind="pickup")]
    tied = [Shipment("S", pickup="P", delivery="D")]

    assert pack(orders, SPACE, shipments=tied).fits
    assert pack([orders[1], orders[0], *orders[2:]], SPACE, shipments=tied).answer == "proven not to fit"


def test_a_side_door_makes_the_difference():
    """Two long pieces one behind the other, the front one off first."""
    orders = [_order("A", _unit("front", 1, 2, 2)), _order("B", _unit("rear", 3, 2, 2))]
    turned = [_order("A", dataclasses.replace(orders[0].units[0], turnable=False)), orders[1]]
    must = dataclasses.replace(SPACE, axles=(Axle("f", position_m=-1, max_kg=100), Axle("r", position_m=4, max_kg=100)))

    assert pack(turned, must).fits
    assert pack(turned, dataclasses.replace(must, doors=(Door("left"), Door("rear")))).fits


def test_a_vehicle_of_unknown_inside_is_an_error():
    """It says which fields are missing; so does a route without its problem."""
    with pytest.raises(ProblemError, match="cargo_length_m"):
        pack([_order("A", _unit())], VehicleType("van"))
    with pytest.raises(ProblemError, match="or orders; got 'A'"):
        pack(["A"], SPACE)


@st.composite
def goods(draw, most=5, side=3):
    """Orders with small pieces on a grid of 0.1 m, with all flags."""
    def unit(name):
        length, width, height = (draw(st.integers(1, side)) / 10 for _ in range(3))
        stackable = draw(st.booleans())
        return _unit(name, length, width, height, weight_kg=draw(st.integers(0, 3)), stackable=stackable,
                     fragile=draw(st.booleans()), floor_only=draw(st.booleans()), upright=draw(st.booleans()),
                     max_top_load_kg=draw(st.sampled_from([2, float("inf")])) if stackable else float("inf"))

    counts = draw(st.lists(st.integers(1, 2), min_size=1, max_size=most // 2 + 1))
    return [_order(str(i), *(unit(f"u{k}") for k in range(count)), kind=draw(st.sampled_from(["delivery", "pickup"])))
            for i, count in enumerate(counts)]


SMALL = CargoSpace("small", length_m=0.4, width_m=0.3, height_m=0.4)


@LAWS
@given(orders=goods(most=6), support=st.sampled_from([0.5, 0.75, 1.0]))
def test_whatever_fits_passes_the_judge_and_names_do_not_matter(orders, support):
    """Renamed pieces and orders get the same answer and the same places."""
    rules = LoadingRules(support=support)
    packing = pack(orders, SMALL, rules=rules)
    renamed = [dataclasses.replace(order, id=f"x{order.id}", units=tuple(
        dataclasses.replace(unit, id=f"y{unit.id}") for unit in order.units)) for order in orders]
    other = pack(renamed, SMALL, rules=rules)

    assert packing.answer == other.answer
    if packing.load:
        assert check_load(packing.load, orders) == []
        assert [(p.corner_mm, p.size_mm) for p in packing.load.placements] == [
            (p.corner_mm, p.size_mm) for p in other.load.placements]


def _loadable(orders, space, rules):
    """Whether any arrangement on the grid of 0.1 m passes the judge: all of them are tried."""
    pieces = [(order.id, unit) for order in orders for unit in order.units]
    stands = [[(way, corner) for way in unit.orientations_mm
               for corner in itertools.product(*(range(0, inside - side + 1, 100)
                                                 for side, inside in zip(way, space.size_mm, strict=True)))]
              for _, unit in pieces]
    for chosen in itertools.product(*stands):
        placements = tuple(Placement(order, unit.id, 1, x_mm=x, y_mm=y, z_mm=z, length_mm=a, width_mm=b, height_mm=c)
                           for (order, unit), ((a, b, c), (x, y, z)) in zip(pieces, chosen, strict=True))
        load = LoadPlan(space, placements, stops=tuple(order.id for order in orders), rules=rules)
        if not check_load(load, orders):
            return True
    return False


@settings(LAWS, max_examples=12)
@given(orders=goods(most=2, side=2).filter(lambda orders: sum(len(order.units) for order in orders) <= 3))
def test_answers_are_those_of_trying_everything(orders):
    """In a box of 0.2 x 0.2 x 0.3 m, up to three pieces; what is not decided may be either."""
    space = CargoSpace("tiny", length_m=0.2, width_m=0.2, height_m=0.3)
    packing = pack(orders, space)

    if packing.answer != "not decided":
        assert packing.fits == _loadable(orders, space, LoadingRules())
    assert packing.answer != "not decided" or any(u.max_top_load_kg < 9 for order in orders for u in order.units)
