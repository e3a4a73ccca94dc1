"""Filling of one space: what a filling must obey, tiny cases whose best filling is known, and what is refused."""

import math
from collections import Counter
from dataclasses import replace
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing import fill
from routing.errors import ProblemError
from routing.loading import CargoSpace, Compartment, Door, LoadingRules, LoadUnit, check_load
from routing.model import Limit

WORK = Limit(iterations=40)
SPACE = CargoSpace("box", length_m=0.6, width_m=0.5, height_m=0.4, payload_kg=60)


def cube(name, side_m, **more):
    return LoadUnit(name, length_m=side_m, width_m=side_m, height_m=side_m, **more)


@st.composite
def goods(draw, most=6):
    """Load units of all flags, most of which fit into `SPACE`."""
    units = []
    for row in range(draw(st.integers(1, most))):
        length, width, height = (draw(st.integers(5, 45)) / 100 for _ in range(3))
        stackable = draw(st.booleans())
        units.append(LoadUnit(
            f"u{row}", length_m=length, width_m=width, height_m=height, count=draw(st.integers(1, 6)),
            weight_kg=draw(st.integers(0, 20)), upright=draw(st.booleans()), stackable=stackable,
            fragile=draw(st.booleans()), floor_only=draw(st.booleans()),
            max_top_load_kg=draw(st.sampled_from([5.0, 30.0, math.inf])) if stackable else math.inf,
            goods=draw(st.sampled_from(["", "", "food", "chemical"]))))
    return units


def geometry(load):
    return [(p.corner_mm, p.size_mm) for p in load.placements]


@settings(max_examples=40, deadline=None)
@given(units=goods(), support=st.sampled_from([1.0, 0.75, 0.0]))
def test_every_filling_passes_the_judge_and_accounts_for_every_piece(units, support):
    filling = fill(SPACE, units, rules=LoadingRules(support=support, removal=False), limit=WORK)

    assert check_load(filling.load, units, complete=False) == []
    placed = Counter(p.unit for p in filling.load.placements)
    left = {over.unit: over.count for over in filling.left}
    assert all(placed[unit.id] + left.get(unit.id, 0) == unit.count for unit in units)
    assert all(over.reason for over in filling.left)


@settings(max_examples=15, deadline=None)
@given(units=goods(), data=st.data())
def test_names_and_order_of_the_goods_change_nothing(units, data):
    names = data.draw(st.permutations([f"other {row}" for row in range(len(units))]))
    renamed = data.draw(st.permutations([replace(unit, id=name) for unit, name in zip(units, names, strict=True)]))

    assert geometry(fill(SPACE, units, limit=WORK).load) == geometry(fill(SPACE, renamed, limit=WORK).load)


def fits_all(pieces, room):
    """Whether pieces (sets of ways) can stand fully supported in a room of whole numbers: every place is tried."""
    def stand(todo, placed):
        if not todo:
            return True
        way_set, *others = todo
        for way in way_set:
            for at in product(*(range(side - long + 1) for side, long in zip(room, way, strict=True))):
                box = (*at, *(a + b for a, b in zip(at, way, strict=True)))
                if free(box, placed) and supported(box, placed) and stand(others, [*placed, box]):
                    return True
        return False

    return any(stand(list(order), []) for order in permutations(pieces))


def free(box, placed):
    return not any(all(box[k] < other[k + 3] and other[k] < box[k + 3] for k in range(3)) for other in placed)


def supported(box, placed):
    return box[2] == 0 or all(any(other[5] == box[2] and other[0] <= x < other[3] and other[1] <= y < other[4]
                                  for other in placed)
                              for x in range(box[0], box[3]) for y in range(box[1], box[4]))


@settings(max_examples=25, deadline=None)
@given(sides=st.lists(st.tuples(*[st.integers(1, 3)] * 3), min_size=1, max_size=3))
def test_tiny_cases_are_as_good_as_trying_every_place(sides):
    """Up to three pieces in a room of 3 x 3 x 2: no set of pieces that fits has more volume."""
    room = (3, 3, 2)
    ways = [set(permutations(size)) for size in sides]
    chosen = [rows for count in range(len(sides) + 1) for rows in sorted(set(permutations(range(len(sides)), count)))]
    best = max(sum(math.prod(sides[row]) for row in rows) for rows in chosen
               if list(rows) == sorted(rows) and fits_all([ways[row] for row in rows], room))
    units = [LoadUnit(str(row), length_m=a / 10, width_m=b / 10, height_m=c / 10, upright=False)
             for row, (a, b, c) in enumerate(sides)]

    load = fill(CargoSpace("room", length_m=0.3, width_m=0.3, height_m=0.2), units, limit=Limit(iterations=200)).load

    assert sum(math.prod(p.size_mm) for p in load.placements) == best * 100**3


def test_all_that_fits_exactly_is_loaded():
    """27 cubes of 0.2 m fill 0.6 m x 0.6 m x 0.6 m."""
    filling = fill(CargoSpace("cube", length_m=0.6, width_m=0.6, height_m=0.6), [cube("c", 0.2, count=27)], limit=WORK)

    assert filling.complete
    assert filling.load.fill == pytest.approx(1)


def test_what_fits_easily_takes_little_length():
    """Eight cubes of 0.2 m need 0.4 m of a space 0.4 m wide and high."""
    filling = fill(CargoSpace("long", length_m=5, width_m=0.4, height_m=0.4), [cube("c", 0.2, count=8)],
                   limit=Limit(iterations=1000))

    assert filling.load.used_length_m == pytest.approx(0.4)


def test_pieces_go_in_after_what_is_below_or_behind_them():
    units = [cube("a", 0.2, count=9), LoadUnit("b", length_m=0.3, width_m=0.2, height_m=0.1, count=9)]
    boxes = geometry(fill(SPACE, units, limit=WORK).load)

    for k, (corner, size) in enumerate(boxes):
        for later, _ in boxes[k + 1:]:
            inside = [later[axis] < corner[axis] + size[axis] for axis in range(3)]
            assert not (later[2] < corner[2] and inside[0] and inside[1] and later[0] >= corner[0]
                        and later[1] >= corner[1])
    assert len(boxes) > 9


@pytest.mark.parametrize(("unit", "words"), [
    (cube("big", 0.7), "larger than every space"),
    (cube("heavy", 0.2, weight_kg=61), "more than the payload"),
    (cube("cold", 0.2, temperature="frozen"), "frozen"),
    (cube("wide", 0.35), "passes no door"),
])
def test_a_piece_that_can_never_be_loaded_is_left_with_its_reason(unit, words):
    space = replace(SPACE, doors=(Door("rear", width_m=0.3),))

    filling = fill(space, [unit, cube("small", 0.1)], limit=WORK)

    assert [over.unit for over in filling.left] == [unit.id]
    assert words in filling.left[0].reason
    assert words in filling.summary()
    assert [p.unit for p in filling.load.placements] == ["small"]


def test_payload_is_used_and_not_exceeded():
    """Seven pieces of 8 kg are the most within 60 kg."""
    filling = fill(SPACE, [cube("c", 0.1, weight_kg=8, count=50)], limit=WORK)

    assert len(filling.load.placements) == 7


def test_goods_that_must_part_are_not_loaded_together():
    units = [cube("rice", 0.2, goods="food", count=3), cube("glue", 0.2, goods="chemical", count=2)]

    filling = fill(SPACE, units, limit=WORK)

    assert {p.unit for p in filling.load.placements} == {"rice"}
    assert [(over.unit, over.count) for over in filling.left] == [("glue", 2)]


def test_compartments_are_filled_each_with_its_own():
    rooms = tuple(Compartment(name, length_m=0.4, width_m=0.4, height_m=0.4, x_m=x, temperature=held)
                  for name, x, held in (("front", 0.0, "frozen"), ("rear", 0.4, "")))
    space = CargoSpace("two", length_m=0.8, width_m=0.4, height_m=0.4, compartments=rooms)
    units = [cube("ice", 0.2, temperature="frozen", count=4), cube("dry", 0.2, count=12)]

    filling = fill(space, units, limit=WORK)

    assert filling.complete
    assert check_load(filling.load, units) == []
    assert {p.compartment for p in filling.load.placements if p.unit == "ice"} == {"front"}


def test_nothing_floats_unless_asked():
    """A slab on which nothing may stand finds room only on two posts, with nothing below its middle."""
    units = [LoadUnit("post", length_m=0.1, width_m=0.5, height_m=0.3, count=2),
             LoadUnit("slab", length_m=0.6, width_m=0.5, height_m=0.1, turnable=False, stackable=False)]
    firm = fill(SPACE, units, limit=WORK)
    loose = fill(SPACE, units, rules=LoadingRules(support=0.0, removal=False), limit=WORK)

    assert loose.complete
    assert firm.left
    assert check_load(firm.load, units, complete=False) == []


def test_bad_goods_are_all_named_at_once():
    with pytest.raises(ProblemError, match=r"'long'.*mm or cm.*two load units have the id 'a'"):
        fill(SPACE, [cube("long", 40), cube("a", 0.1), cube("a", 0.2)])


@pytest.mark.parametrize(("space", "more", "words"), [
    ("box", {}, "must be a CargoSpace"),
    ([], {}, "give one space at least"),
    ([SPACE, SPACE], {}, "two spaces have the id 'box'"),
    (SPACE, {"costs": {"box": 1}}, "give .space. to use several"),
    ([SPACE], {"counts": {"van": 1, "box": -1}, "costs": {"box": 0}}, "'van'.*-1.*more than 0"),
])
def test_bad_spaces_are_refused(space, more, words):
    with pytest.raises(ProblemError, match=words):
        fill(space, [cube("a", 0.1)], **more)


def test_the_search_tells_how_it_goes_and_keeps_the_best_when_interrupted():
    told = []

    def stop(filled, used):
        told.append((filled, used))
        if len(told) == 5:
            raise KeyboardInterrupt

    units = [cube("a", 0.13, count=60), LoadUnit("b", length_m=0.31, width_m=0.17, height_m=0.11, count=30)]
    filling = fill(SPACE, units, limit=Limit(iterations=10_000), progress=stop)

    assert len(told) >= 5
    assert all(0 <= filled <= 1 for filled, _ in told)
    assert "interrupted" in filling.summary()
    assert check_load(filling.load, units, complete=False) == []
    assert filling.load.placements


@pytest.mark.long
def test_ten_thousand_pieces_of_as_many_sizes():
    units = [LoadUnit(str(row), length_m=0.1 + row % 97 / 1000, width_m=0.1 + row % 89 / 1000,
                      height_m=0.1 + row % 83 / 1000, count=1) for row in range(10_000)]
    filling = fill(CargoSpace("40HC", length_m=12, width_m=2.35, height_m=2.69), units, limit=Limit(iterations=1))

    assert check_load(filling.load, units, complete=False) == []
    assert filling.load.fill > 0.3
