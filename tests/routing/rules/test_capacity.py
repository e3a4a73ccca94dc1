"""Capacity: the whole load of a route is within every limit of its vehicle."""

import math

import pytest

from routing.rules import capacity


def facts(plan):
    return [(v.route, v.visit, v.amount, v.unit) for v in capacity.violations(plan)]


def test_a_load_that_exactly_fills_the_vehicle_is_correct(two_stop_plan, mixed_plan):
    """60 + 40 kg = 100 kg of 100; 200 + 300 kg = 500 of 500; 2 + 2 pallets = 4 of 4."""
    assert facts(two_stop_plan) == []
    assert facts(mixed_plan) == []


@pytest.mark.parametrize(
    ("limit", "amount", "unit"),
    [
        ({"payload_kg": 99.5}, 0.5, "kg"),  # 60 + 40 kg
        ({"volume_m3": 1.25}, 0.25, "m3"),  # 1 + 0.5 m3
        ({"payload_kg": 1}, 99.0, "kg"),
    ],
)
def test_what_is_too_much_is_said_in_its_unit(two_stop_plan, with_vehicle, limit, amount, unit):
    """The load is 100 kg and 1.5 m3; the goods of all visits are on board when the vehicle leaves."""
    plan = with_vehicle(two_stop_plan, "van", **limit)

    assert facts(plan) == [("van#1", "", amount, unit)]


def test_pieces_are_a_dimension(two_stop_plan, with_vehicle, with_order):
    """3 + 4 pieces on a van for 5: 2 too many."""
    plan = with_order(with_order(two_stop_plan, "A", pieces=3), "B", pieces=4)

    assert facts(with_vehicle(plan, "van", pieces=7)) == []
    assert facts(with_vehicle(plan, "van", pieces=5)) == [("van#1", "", 2, "pieces")]


def test_a_named_dimension_is_judged_by_its_name(mixed_plan, with_vehicle):
    """T and R load 2 pallets each; a reefer for 3.5 lacks half a pallet place."""
    plan = with_vehicle(mixed_plan, "reefer", capacity={"pallets": 3.5})

    assert facts(plan) == [("reefer#1", "", 0.5, "pallets")]


def test_a_named_dimension_without_any_room_refuses_the_smallest_load(mixed_plan, with_vehicle):
    """A limit of zero has no tolerance: 4 pallets are 4 too many."""
    plan = with_vehicle(mixed_plan, "reefer", capacity={"pallets": 0})

    assert facts(plan) == [("reefer#1", "", 4, "pallets")]


def test_a_dimension_that_the_vehicle_does_not_name_is_free(mixed_plan, with_vehicle):
    """A reefer that names no pallets takes any number of them."""
    plan = with_vehicle(mixed_plan, "reefer", capacity={"crates": 1})

    assert facts(plan) == []


def test_each_dimension_that_is_exceeded_is_reported(two_stop_plan, with_vehicle):
    """100 kg on 90 and 1.5 m3 in 1: both."""
    plan = with_vehicle(two_stop_plan, "van", payload_kg=90, volume_m3=1)

    assert sorted(facts(plan)) == [("van#1", "", 0.5, "m3"), ("van#1", "", 10, "kg")]


def test_decimal_fractions_that_add_up_on_paper_fit(two_stop_plan, with_vehicle, with_order):
    """0.1 + 0.2 kg on a van for 0.3 kg: the floats add up to 0.30000000000000004."""
    plan = with_order(with_order(two_stop_plan, "A", weight_kg=0.1), "B", weight_kg=0.2)

    assert facts(with_vehicle(plan, "van", payload_kg=0.3)) == []


def test_the_tolerance_is_one_part_in_a_thousand_million(two_stop_plan, with_vehicle):
    """100 kg on a limit that is 0.9e-9 or 1.1e-9 of itself too small: the first passes, the second does not."""
    assert facts(with_vehicle(two_stop_plan, "van", payload_kg=100 / (1 + 0.9e-9))) == []
    assert len(facts(with_vehicle(two_stop_plan, "van", payload_kg=100 / (1 + 1.1e-9)))) == 1


def test_an_order_named_twice_on_a_route_is_loaded_once(two_stop_plan, forge):
    """A second visit of A is a matter of coverage: its 60 kg exist once."""
    route = two_stop_plan.routes[0]
    plan = forge(two_stop_plan, routes=(forge(route, visits=(*route.visits, route.visits[0])),))

    assert facts(plan) == []


def test_loads_beyond_all_numbers_are_judged(two_stop_plan, with_order):
    """1e308 kg twice is more than any float; the judge says infinitely too much and does not fail."""
    plan = with_order(with_order(two_stop_plan, "A", weight_kg=1e308), "B", weight_kg=1e308)

    assert facts(plan) == [("van#1", "", math.inf, "kg")]


def test_the_message_has_load_limit_and_difference(two_stop_plan, with_vehicle):
    """100 kg on 80: 20 too many."""
    (violation,) = capacity.violations(with_vehicle(two_stop_plan, "van", payload_kg=80))

    assert violation.message == "vehicle 'van#1' leaves the depot with 100 kg, 20 kg more than the 80 kg it may carry"
