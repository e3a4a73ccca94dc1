"""Cartons on pallets, pallets in a truck."""

import pytest

from routing import fill
from routing.errors import ProblemError
from routing.loading import CargoSpace, LoadUnit, check_load, fill_pallets
from routing.model import Limit

EURO = LoadUnit("EUR", length_m=1.2, width_m=0.8, height_m=0.144, weight_kg=25, stackable=False)
WORK = Limit(iterations=200)


def carton(name, count, **more):
    """Six of them make a layer of a EUR pallet."""
    return LoadUnit(name, length_m=0.4, width_m=0.4, height_m=0.3, weight_kg=9, count=count, **more)


def test_cartons_on_pallets_and_pallets_in_a_truck():
    """60 cartons at 30 a pallet (five layers of six, 1.5 m above the deck) are two pallets of 25 + 30 * 9 kg."""
    goods = [carton("A", 60)]

    pallets = fill_pallets(goods, EURO, 1.7, limit=WORK)
    inside = fill(CargoSpace("truck", length_m=2.4, width_m=0.8, height_m=2.0), pallets.units, limit=WORK)

    assert [(unit.id, round(unit.height_m, 3), unit.weight_kg) for unit in pallets.units] == [
        ("EUR#1", 1.644, 295), ("EUR#2", 1.644, 295)]
    assert all(check_load(load, goods, complete=False) == [] for load in pallets.loads)
    assert inside.complete
    assert check_load(inside.load, pallets.units) == []


def test_goods_of_different_class_are_not_on_one_pallet():
    pallets = fill_pallets([carton("rice", 3, goods="food"), carton("glue", 3, goods="chemical")], EURO, 1.7,
                           limit=WORK)

    assert sorted(unit.goods for unit in pallets.units) == ["chemical", "food"]


def test_the_payload_of_a_pallet_is_kept_and_what_is_too_high_is_left():
    """Ten cartons of 9 kg are the most within 95 kg; a piece of 2 m does not fit under 1.7 m."""
    tall = LoadUnit("tall", length_m=0.4, width_m=0.4, height_m=2.0)

    pallets = fill_pallets([carton("A", 30), tall], EURO, 1.7, payload_kg=95, limit=WORK)

    assert len(pallets.units) == 3
    assert {len(load.placements) for load in pallets.loads} == {10}
    assert [over.unit for over in pallets.left] == ["tall"]


def test_a_pallet_needs_room_above_its_deck():
    with pytest.raises(ProblemError, match=r"more than the 0\.144 m of pallet 'EUR'"):
        fill_pallets([carton("A", 1)], EURO, 0.1)
