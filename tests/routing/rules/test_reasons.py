"""Reasons: what is said of an unserved order is true.

Most cases are of one order and one van on a line: the depot at km 0, the order at km 60, 60 s a km, so an hour out and
an hour back. The depot is open 06:00-20:00, the van works 07:00-18:00 for at most 8 h and carries 100 kg.
"""

import dataclasses

import numpy as np
import pytest

from routing.model import Depot, Order, Problem, Tariff, TimeWindow, TravelMatrix, VehicleType
from routing.plan import Plan, UnservedOrder
from routing.rules import reasons

PROOFS = ("no_road", "too_big", "skill", "closed_window", "shift_too_short", "no_vehicle")
VAN = VehicleType("van", payload_kg=100, shift=TimeWindow.between("07:00", "18:00"), max_duration_s=8 * 3600)


def left(reason, order=None, fleet=(VAN,), out=(3600, 60_000), back=(3600, 60_000), profiles=("van",)):
    """Return a plan that leaves order O for a reason; `order` changes the order, `out` and `back` the legs."""
    legs = np.array([[(0, 0), out], [back, (0, 0)]])
    places = ("depot D", "order O")
    problem = Problem(
        orders=(Order("O", lon=0.6, lat=0, **(order or {})),),
        depots=(Depot("D", lon=0, lat=0, open="06:00", close="20:00"),),
        fleet=fleet,
        matrices=tuple(TravelMatrix(profile, places, legs[:, :, 0], legs[:, :, 1]) for profile in profiles),
    )
    return Plan(problem, (), (UnservedOrder("O", reason, ""),))


def facts(plan):
    return [(v.route, v.visit, v.order, v.amount, v.unit) for v in reasons.violations(plan)]


FALSE = [("", "", "O", 1, "vehicle types")]


@pytest.mark.parametrize("reason", PROOFS)
def test_no_proof_holds_for_an_order_that_a_van_can_serve(reason):
    """The van could leave at 07:00, be there at 08:00 and back at 09:00."""
    (violation,) = reasons.violations(left(reason))

    assert (violation.rule, violation.order, violation.amount, violation.unit) == ("reasons", "O", 1, "vehicle types")
    assert f"'{reason}'" in violation.message
    assert "'van'" in violation.message


IMPOSSIBLE = {
    "no road out": ("no_road", {"out": (-1, -1)}),
    "no road back": ("no_road", {"back": (-1, -1)}),
    "100.5 kg": ("too_big", {"order": {"weight_kg": 100.5}}),
    "no skill": ("skill", {"order": {"skills": {"cold"}}}),
    "closes at 07:59:59, the van comes at 08:00": (
        "closed_window", {"order": {"window": TimeWindow.between("07:00", "07:59:59")}}),
    "opens at 17:00:01, home at 18:00:01": (
        "closed_window", {"order": {"window": TimeWindow.between("17:00:01", "23:00")}}),
    "6 h and 1 s of service and 2 h of driving": ("shift_too_short", {"order": {"service_s": 6 * 3600 + 1}}),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_a_proof_is_true_where_its_cause_is(case):
    """Each single cause allows its own code and the general one, and no other proof.

    One exception: an order whose window opens too late for the shift may also be said to be beyond the shift.
    """
    cause, day = IMPOSSIBLE[case]
    also = {"shift_too_short"} if case.startswith("opens") else set()

    accepted = {reason for reason in PROOFS if not facts(left(reason, **day))}

    assert accepted == {cause, "no_vehicle"} | also


POSSIBLE = {
    "exactly 100 kg": {"order": {"weight_kg": 100}},
    "closes as the van comes": {"order": {"window": TimeWindow.between("07:00", "08:00")}},
    "opens so that it is home at the end of the shift": {"order": {"window": TimeWindow.between("17:00", "23:00")}},
    "exactly 8 h away": {"order": {"service_s": 6 * 3600}},
}


@pytest.mark.parametrize("case", POSSIBLE)
@pytest.mark.parametrize("reason", PROOFS)
def test_at_the_very_limit_an_order_can_be_served(case, reason):
    """One second or half a kilogram less than the impossible cases: every proof is false."""
    assert facts(left(reason, **POSSIBLE[case])) == FALSE


def test_a_place_at_the_depot_has_a_road():
    """No seconds and no metres is a road, and the van is there when it leaves, at 07:00."""
    near = {"out": (0, 0), "back": (0, 0)}

    assert facts(left("no_road", **near)) == FALSE
    assert facts(left("closed_window", {"window": TimeWindow.between("06:00", "07:00")}, **near)) == FALSE
    assert facts(left("closed_window", {"window": TimeWindow.between("06:00", "06:59:59")}, **near)) == []


def test_every_dimension_can_be_too_big():
    """2 m3 in 1.5; 3 pieces where 2 go; 5 pallets where 4 go."""
    for order, room in (({"volume_m3": 2}, {"volume_m3": 1.5}), ({"pieces": 3}, {"pieces": 2}),
                        ({"demand": {"pallets": 5}}, {"capacity": {"pallets": 4}})):
        assert facts(left("too_big", order, fleet=(VehicleType("van", **room),))) == []
        assert facts(left("too_big", order, fleet=(VehicleType("van"),))) == FALSE


def test_the_depot_hours_close_windows_too():
    """A van without a shift leaves when the depot opens at 06:00 and comes at 07:00; it must be home by 20:00."""
    free = (VehicleType("van"),)

    assert facts(left("closed_window", {"window": TimeWindow.between("06:00", "06:59")}, free)) == []
    assert facts(left("closed_window", {"window": TimeWindow.between("06:00", "07:00")}, free)) == FALSE
    assert facts(left("closed_window", {"window": TimeWindow.between("19:00:01", "20:00")}, free)) == []
    assert facts(left("shift_too_short", {"service_s": 12 * 3600 + 1}, free)) == []
    assert facts(left("shift_too_short", {"service_s": 12 * 3600}, free)) == FALSE


def test_a_late_opening_is_the_cause_only_if_all_would_be_well_without_it():
    """A van without a longest duration works 11 h: 2 h of driving and 9 h of service just fit, if begun at 08:00.

    If the window opens a second later, that alone makes it too late. If service takes a second longer, it never fits.
    """
    van = (dataclasses.replace(VAN, max_duration_s=86_400),)

    def day(opens, service_s):
        return {"window": TimeWindow.between(opens, "18:00"), "service_s": service_s}

    assert facts(left("closed_window", day("08:00", 9 * 3600), van)) == FALSE
    assert facts(left("closed_window", day("08:00:01", 9 * 3600), van)) == []
    assert facts(left("closed_window", day("08:00:01", 9 * 3600 + 1), van)) == FALSE
    assert facts(left("shift_too_short", day("08:00:01", 9 * 3600 + 1), van)) == []


def test_a_proof_counts_the_types_that_refute_it():
    """300 kg: the van carries 100, two trucks carry 500 and 900; "too big" is false for both trucks."""
    fleet = (VAN, VehicleType("truck", payload_kg=500), VehicleType("lorry", payload_kg=900))

    (violation,) = reasons.violations(left("too_big", {"weight_kg": 300}, fleet))

    assert (violation.amount, violation.unit) == (2, "vehicle types")
    assert violation.message == ("order 'O' is left with the reason 'too_big', that no vehicle can carry it; "
                                 "that is not so for 2 vehicle types: 'truck', 'lorry'")


@pytest.mark.parametrize(("types", "named"), [(5, "'v0', 'v1', 'v2', 'v3', 'v4'"),
                                              (7, "'v0', 'v1', 'v2', 'v3', 'v4' and 2 more")])
def test_at_most_five_types_are_named(types, named):
    """All of them could carry it."""
    (violation,) = reasons.violations(left("too_big", fleet=tuple(VehicleType(f"v{i}") for i in range(types))))

    assert violation.amount == types
    assert violation.message.endswith(f"vehicle types: {named}")


def test_a_shift_is_too_short_though_another_vehicle_is_too_late():
    """The window closes at 08:30. The van comes at 08:00, but 7 h of service are 9 h away, and it may be for 8.

    The late van begins its shift at 08:00 and comes at 09:00. So neither the shift nor the window stops both of them
    alone, but no vehicle can do it within its shift.
    """
    order = {"window": TimeWindow.between("07:00", "08:30"), "service_s": 7 * 3600}
    late = VehicleType("late van", shift=TimeWindow.between("08:00", "19:00"))

    assert {reason for reason in PROOFS if not facts(left(reason, order, (VAN, late)))} == {
        "shift_too_short", "no_vehicle"}


def test_causes_that_differ_from_type_to_type_make_only_the_general_proof():
    """300 kg, cold: the van is too small and not cold, the truck big but not cold, the reefer cold but too small."""
    fleet = (VAN, VehicleType("truck", payload_kg=500), VehicleType("reefer", payload_kg=200, skills={"cold"}))
    order = {"weight_kg": 300, "skills": {"cold"}}

    assert {reason for reason in PROOFS if not facts(left(reason, order, fleet))} == {"no_vehicle"}


def test_types_of_which_there_is_none_refute_nothing():
    """A big truck is listed, but there is none of it today."""
    fleet = (VAN, VehicleType("truck", payload_kg=500, count=0))

    assert facts(left("too_big", {"weight_kg": 300}, fleet)) == []


def test_a_road_of_another_profile_refutes_no_road():
    """No road for vans, but one for trucks, and there is a truck."""
    plan = left("no_road", fleet=(VAN, VehicleType("truck", profile="truck")), profiles=("truck", "van"))
    vans_stay = tuple(
        dataclasses.replace(matrix, duration_s=np.array([[0, -1], [-1, 0]]), distance_m=np.array([[0, -1], [-1, 0]]))
        if matrix.profile == "van" else matrix for matrix in plan.problem.matrices)
    plan = dataclasses.replace(plan, problem=dataclasses.replace(plan.problem, matrices=vans_stay))

    (violation,) = reasons.violations(plan)

    assert (violation.amount, "'truck'" in violation.message, "'van'" in violation.message) == (1, True, False)


def test_time_is_no_reason_where_there_is_no_road():
    """Nobody comes too late to a place that has no road: the reason is the road."""
    for reason in ("closed_window", "shift_too_short"):
        assert facts(left(reason, out=(-1, -1))) == FALSE


def test_each_type_is_judged_from_its_own_depot(mixed_plan, forge):
    """P at km 4 is 26 km = 39 min from S; a van of N is there at 07:04. "closed_window" is false for both types."""
    plan = forge(mixed_plan, unserved=(UnservedOrder("P", "closed_window", ""),))

    assert facts(plan) == [("", "", "P", 2, "vehicle types")]


def test_an_order_at_night(night_problem):
    """B of the night at 02:00+1 can be served; one that must be begun by 23:29 at km 90 cannot: 22:00 + 1 h 30 min."""
    orders = (night_problem.orders[0],
              dataclasses.replace(night_problem.orders[1], window=TimeWindow.between("22:00", "23:29")))
    tight = dataclasses.replace(night_problem, orders=orders)

    said = (UnservedOrder("B", "closed_window", ""),)

    assert facts(Plan(night_problem, (), said)) == [("", "", "B", 1, "vehicle types")]
    assert facts(Plan(tight, (), said)) == []


def test_only_an_order_with_a_penalty_may_not_be_worth_it():
    """An order without a penalty must be served if at all possible; a penalty of zero is a penalty."""
    assert facts(left("not_worth_it")) == [("", "", "O", 1, "orders")]
    assert facts(left("not_worth_it", {"penalty": 0})) == []
    assert facts(left("not_worth_it", {"penalty": 15})) == []


@pytest.mark.parametrize(("penalty", "refuted"), [(64, None), (64.5, 0.5), (1e6, 1e6 - 64), (0, None)])
def test_a_penalty_that_an_idle_vehicle_would_beat_refutes_not_worth_it(penalty, refuted):
    """The van would drive 120 km in 2 h and serve for 1 h: 10 + 120 x 0.25 + 3 x 8 = 64 CNY.

    Leaving at 07:00 it would wait for the window that opens at 12:00; it leaves later instead, so that costs nothing.
    """
    van = dataclasses.replace(VAN, tariff=Tariff(fixed=10, per_km=0.25, per_hour=8, currency="CNY"))
    order = {"penalty": penalty, "service_s": 3600, "window": TimeWindow.between("12:00", "13:00")}

    assert facts(left("not_worth_it", order, (van,))) == ([("", "", "O", refuted, "CNY")] if refuted else [])


def test_the_cheapest_idle_vehicle_is_held_against_a_penalty():
    """A penalty of 100: the dear van takes 90, the cheap one 40; the order could have been served for 60 less."""
    fleet = tuple(dataclasses.replace(VAN, id=name, tariff=Tariff(fixed=cost))
                  for name, cost in (("dear", 90), ("cheap", 40), ("dearest", 120)))

    (violation,) = reasons.violations(left("not_worth_it", {"penalty": 100}, fleet))

    assert (violation.amount, violation.unit) == (60, "cost")
    assert "'cheap' could serve it alone for 40 cost" in violation.message


def test_only_a_vehicle_that_is_free_and_able_refutes_not_worth_it(mixed_plan, with_order, with_vehicle):
    """W at km 60, penalty 1,000: van#2 is free and would take 20 + 60 + 24 = 104 CNY. The only reefer is in use.

    With one van, or with vans that carry 5 kg, nobody refutes it.
    """
    plan = with_order(mixed_plan, "W", penalty=1000)

    assert facts(plan) == [("", "", "W", 896, "CNY")]
    assert facts(with_vehicle(plan, "van", count=1)) == []
    assert [fact for fact in facts(with_vehicle(plan, "van", payload_kg=5)) if fact[2] == "W"] == []


def test_not_found_claims_nothing():
    """An engine that did not find a place for a mandatory order says so; that is no lie."""
    assert facts(left("not_found")) == []
    assert facts(left("not_found", {"weight_kg": 300})) == []


@pytest.mark.parametrize("reason", ["", "TOO_BIG", "because"])
def test_a_reason_must_be_known(reason):
    """Other words say nothing that can be proven."""
    (violation,) = reasons.violations(left(reason))

    assert (violation.order, violation.amount, violation.unit) == ("O", 1, "orders")
    assert "no known reason" in violation.message
