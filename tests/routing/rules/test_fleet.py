"""Fleet: routes are driven by vehicles that exist, each once, from their own depot."""

import dataclasses

import pytest

from routing.model import VehicleType
from routing.rules import fleet


def facts(plan):
    return [(v.route, v.amount, v.unit) for v in fleet.violations(plan)]


def test_hand_worked_plans_use_what_there_is(two_stop_plan, mixed_plan):
    """van#1 of 2; van#1 of 2 and reefer#1 of 1."""
    assert facts(two_stop_plan) == []
    assert facts(mixed_plan) == []


@pytest.mark.parametrize(("vehicle", "missing"), [("van#2", None), ("van#3", 1), ("van#12", 10)])
def test_a_vehicle_beyond_the_count_does_not_exist(two_stop_plan, change, vehicle, missing):
    """There are two vans: the third is one too many, the twelfth ten."""
    plan = change(two_stop_plan, "van#1", route={"vehicle": vehicle})

    assert facts(plan) == ([(vehicle, missing, "vehicles")] if missing else [])


@pytest.mark.parametrize("vehicle", ["", "van", "van#", "van#0", "van#01", "van#-1", "van#1.0", "van# 1", "van#1 ",
                                     "#1", "Van#1", "lorry#1", "van#１", "van##1", "van#" + "9" * 5000])
def test_a_vehicle_is_its_type_and_a_number_from_one(two_stop_plan, change, vehicle):
    """Vehicle 1 of type van is van#1 and nothing else; a number of 5,000 digits is no number of a vehicle."""
    (violation,) = fleet.violations(change(two_stop_plan, "van#1", route={"vehicle": vehicle}))

    assert (violation.route, violation.amount, violation.unit) == (vehicle, 1, "vehicles")
    assert "badly named" in violation.message
    assert len(violation.message) < 250


def test_a_type_may_have_a_number_sign_in_its_id(two_stop_plan, change):
    """Vehicle 1 of type van#9 is van#9#1, and van#9 is no vehicle of it."""
    odd = dataclasses.replace(two_stop_plan.problem.fleet[0], id="van#9")
    plan = dataclasses.replace(two_stop_plan, problem=dataclasses.replace(two_stop_plan.problem, fleet=(odd,)))

    right = change(plan, "van#1", route={"vehicle": "van#9#1", "vehicle_type": "van#9"})

    assert facts(right) == []
    assert facts(change(right, "van#9#1", route={"vehicle": "van#9"})) == [("van#9", 1, "vehicles")]


def test_the_type_must_exist(two_stop_plan, change):
    """There is no lorry in the fleet; what it may be called cannot be said then."""
    (violation,) = fleet.violations(change(two_stop_plan, "van#1", route={"vehicle_type": "lorry"}))

    assert (violation.amount, violation.unit) == (1, "vehicles")
    assert violation.message == "vehicle 'van#1' is of type 'lorry', which the fleet does not have"


def test_a_type_of_which_there_is_none_has_no_vehicle(two_stop_plan):
    """The fleet lists vans, but none of them is there today: the first is already one too many."""
    spare = VehicleType("spare", profile="van")
    fleet_today = (dataclasses.replace(two_stop_plan.problem.fleet[0], count=0), spare)
    plan = dataclasses.replace(two_stop_plan, problem=dataclasses.replace(two_stop_plan.problem, fleet=fleet_today))

    assert facts(plan) == [("van#1", 1, "vehicles")]


def test_a_vehicle_drives_one_route(mixed_plan, forge):
    """The route of the van is driven twice by van#1: the second time is one too many."""
    plan = forge(mixed_plan, routes=(*mixed_plan.routes, mixed_plan.routes[0]))

    (violation,) = fleet.violations(plan)

    assert (violation.route, violation.amount, violation.unit) == ("van#1", 1, "vehicles")
    assert violation.message == "vehicle 'van#1' drives more than one route"


@pytest.mark.parametrize(("depot", "words"), [
    ("S", "starts at depot 'S', but its type stands at depot 'N'"),
    ("X", "starts at depot 'X', which the problem does not have"),
])
def test_a_vehicle_starts_at_the_depot_of_its_type(mixed_plan, change, depot, words):
    """Vans stand at N."""
    (violation,) = fleet.violations(change(mixed_plan, "van#1", route={"depot": depot}))

    assert (violation.route, violation.amount, violation.unit) == ("van#1", 1, "vehicles")
    assert violation.message == f"vehicle 'van#1' {words}"


def test_a_route_visits_somebody(two_stop_plan, forge):
    """A vehicle that stays at home has no route."""
    idle = forge(two_stop_plan.routes[0], vehicle="van#2", visits=())
    plan = forge(two_stop_plan, routes=(*two_stop_plan.routes, idle))

    assert facts(plan) == [("van#2", 1, "vehicles")]
