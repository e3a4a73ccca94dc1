"""Cost: a route costs what its tariff says."""

import pytest

from routing.model import Tariff
from routing.rules import cost


def facts(plan):
    return [(v.route, round(v.amount, 6), v.unit) for v in cost.violations(plan)]


@pytest.mark.parametrize("name", ["two_stop_plan", "mixed_plan", "night_plan", "three_day_plan"])
def test_hand_worked_plans_cost_what_they_say(request, name):
    """100.40 EUR; 37 and 175.50 CNY; 180; 56 2/3 h at 10."""
    assert facts(request.getfixturevalue(name)) == []


@pytest.mark.parametrize(("stated", "off"), [(100.41, 0.01), (0.0, 100.4), (-100.4, 200.8), (1e9, 1e9 - 100.4)])
def test_a_wrong_cost_is_reported_in_the_currency(two_stop_plan, change, stated, off):
    """50 + 17 km x 1.20 + 1.25 h x 24 = 100.40 EUR."""
    plan = change(two_stop_plan, "van#1", route={"cost": stated})

    assert facts(plan) == [("van#1", round(off, 6), "EUR")]


@pytest.mark.parametrize(
    ("tariff", "due"),
    [
        (Tariff(fixed=50), 50.0),
        (Tariff(per_km=2), 34.0),  # 17 km
        (Tariff(per_hour=8), 10.0),  # 1.25 h, waiting and service included
        (Tariff(), 0.0),
        (Tariff(fixed=1, per_km=1, per_hour=1), 19.25),
    ],
)
def test_each_part_of_the_tariff_counts(two_stop_plan, with_vehicle, change, tariff, due):
    """17 km and 1.25 h."""
    plan = with_vehicle(two_stop_plan, "van", tariff=tariff)

    assert facts(change(plan, "van#1", route={"cost": due})) == []
    assert facts(change(plan, "van#1", route={"cost": due + 0.5})) == [("van#1", 0.5, "cost")]


def test_kilometres_are_those_of_the_legs(two_stop_plan, change):
    """A stated distance of 16 km does not make the route 1.20 cheaper; that it is wrong is for another rule."""
    assert facts(change(two_stop_plan, "van#1", route={"distance_m": 16_000})) == []
    assert facts(change(two_stop_plan, "van#1", route={"distance_m": 16_000, "cost": 99.2})) == [("van#1", 1.2, "EUR")]


def test_hours_are_those_from_departure_to_return(two_stop_plan, change):
    """Leaving at 07:40 makes it 85 min: 34 instead of 30, so 104.40."""
    early = change(two_stop_plan, "van#1", route={"begin_s": "07:40"})

    assert facts(early) == [("van#1", 4.0, "EUR")]
    assert facts(change(early, "van#1", route={"cost": 104.4})) == []


@pytest.mark.parametrize(("off", "seen"), [(0.9e-6, False), (1.1e-6, True)])
def test_the_tolerance_is_a_millionth(two_stop_plan, change, off, seen):
    """100.40 is small enough for the absolute tolerance to count."""
    assert bool(facts(change(two_stop_plan, "van#1", route={"cost": 100.4 + off}))) is seen


@pytest.mark.parametrize(("off", "seen"), [(0.9, False), (1.1, True)])
def test_the_tolerance_of_large_sums_is_one_part_in_a_thousand_million(two_stop_plan, with_vehicle, change, off, seen):
    """A thousand million: one unit."""
    plan = with_vehicle(two_stop_plan, "van", tariff=Tariff(fixed=1e9))

    assert bool(facts(change(plan, "van#1", route={"cost": 1e9 + off}))) is seen


def test_the_message_tells_both_figures(two_stop_plan, change):
    """90 stated, 100.40 due."""
    (violation,) = cost.violations(change(two_stop_plan, "van#1", route={"cost": 90.0}))

    assert violation.message == "vehicle 'van#1' states a cost of 90 EUR, its tariff gives 100.4 EUR"


def test_what_cannot_be_driven_has_no_cost_to_compare(two_stop_plan, with_legs, change):
    """Without a road from A to B, or with an unknown type, there is no sum of legs."""
    broken = with_legs(two_stop_plan, "van", {("order A", "order B"): (-1, -1)})

    assert facts(change(broken, "van#1", route={"cost": 1.0})) == []
    assert facts(change(two_stop_plan, "van#1", route={"cost": 1.0, "vehicle_type": "lorry"})) == []


def test_the_sums_of_the_hand_worked_plan(mixed_plan):
    """37 + 175.50 = 212.50 for the routes, and 15 for leaving W."""
    assert (mixed_plan.cost, mixed_plan.penalty) == (212.5, 15.0)
