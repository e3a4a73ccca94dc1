"""Several spaces: as few as are needed, or the cheapest; everything is in one of them."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import fill
from routing.loading import CargoSpace, LoadingRules, LoadUnit, check_load
from routing.model import Limit

WORK = Limit(iterations=400)
CUBE = CargoSpace("cube", length_m=0.4, width_m=0.4, height_m=0.4)
LONG = CargoSpace("long", length_m=0.8, width_m=0.4, height_m=0.4)


def box(name, length_m, width_m, height_m, count, **more):
    return LoadUnit(name, length_m=length_m, width_m=width_m, height_m=height_m, count=count, **more)


@settings(max_examples=15, deadline=None)
@given(sides=st.lists(st.tuples(*[st.integers(5, 40)] * 3, st.integers(1, 5)), min_size=1, max_size=4),
       support=st.sampled_from([1.0, 0.0]))
def test_every_load_passes_the_judge_and_every_piece_is_in_one(sides, support):
    units = [box(str(row), a / 100, b / 100, c / 100, count) for row, (a, b, c, count) in enumerate(sides)]

    filling = fill([CUBE, LONG], units, costs={"long": 1.9}, rules=LoadingRules(support=support, removal=False),
                   limit=WORK)

    assert all(check_load(load, units, complete=False) == [] for load in filling.loads)
    pieces = Counter((p.unit, p.number) for load in filling.loads for p in load.placements)
    assert pieces == Counter((unit.id, number) for unit in units for number in range(1, unit.count + 1))
    assert filling.cost == pytest.approx(sum({"cube": 1, "long": 1.9}[load.space.id] for load in filling.loads))


def test_as_few_spaces_as_can_be():
    """Pieces of 0.3 m cannot share a cube of 0.4 m; with 0.1 m slabs beside them five cubes hold all."""
    units = [box("big", 0.3, 0.4, 0.4, 5), box("slab", 0.1, 0.4, 0.4, 5)]

    filling = fill([CUBE], units, limit=WORK)

    assert len(filling.loads) == 5
    assert filling.complete
    assert [load.vehicle for load in filling.loads] == [f"cube#{number}" for number in range(1, 6)]


@pytest.mark.parametrize(("cost", "used"), [(1.5, {"long": 2}), (2.5, {"cube": 4}), (1.9, {"long": 2})])
def test_the_cheapest_mix_is_used(cost, used):
    """Four full cubes of goods: two long spaces for one and a half each, or four cubes for one each."""
    filling = fill([CUBE, LONG], [box("block", 0.4, 0.4, 0.2, 8)], costs={"long": cost}, limit=WORK)

    assert Counter(load.space.id for load in filling.loads) == used
    assert filling.cost == pytest.approx(min(2 * cost, 4))


def test_no_more_spaces_are_used_than_there_are():
    """Two cubes take four blocks of the eight; the rest is left."""
    filling = fill([CUBE], [box("block", 0.4, 0.4, 0.2, 8)], counts={"cube": 2}, limit=WORK)

    assert len(filling.loads) == 2
    assert [(over.unit, over.count) for over in filling.left] == [("block", 4)]


def test_alike_goods_of_different_names_share_patterns():
    """Sixteen blocks of sixteen names fill eight cubes, two each, and each name comes once."""
    units = [box(f"name {row}", 0.4, 0.4, 0.2, 1) for row in range(16)]

    filling = fill([CUBE], units, limit=WORK)

    assert len(filling.loads) == 8
    assert sorted(p.unit for load in filling.loads for p in load.placements) == sorted(unit.id for unit in units)


def test_priced_patterns_beat_filling_one_by_one():
    """Three sizes of bars along one axis, 44, 31 and 25 hundredths of the length: 44 + 31 + 25 fills it to the brim.

    Filling the first space with what takes most, 4 x 25, leaves 44 and 31 without their match.
    """
    space = CargoSpace("rail", length_m=1.0, width_m=0.1, height_m=0.1)
    units = [box(str(length), length / 100, 0.1, 0.1, 12, turnable=False) for length in (44, 31, 25)]

    filling = fill([space], units, limit=Limit(iterations=3000))

    assert len(filling.loads) == 12


def test_the_last_space_is_saved_by_patterns_for_corrected_values():
    """Problem 33 of Ivancic, Mathur and Mohanty: its goods have the volume of 3.6 containers, so four are the least."""
    container = CargoSpace("box", length_m=0.28, width_m=0.25, height_m=0.10)
    units = [box("a", 0.03, 0.06, 0.08, 35, upright=False), box("b", 0.05, 0.09, 0.04, 40, upright=False),
             box("c", 0.08, 0.09, 0.12, 15, upright=False)]

    filling = fill([container], units, rules=LoadingRules(support=0, removal=False), limit=Limit(iterations=3000))

    assert (len(filling.loads), filling.complete) == (4, True)
    assert all(check_load(load, units, complete=False) == [] for load in filling.loads)
