"""Travel time: arrivals are departures plus the drive, and distances are sums of legs."""

import pytest

from routing.rules import travel_time


def facts(plan):
    return [(v.route, v.visit, v.amount, v.unit) for v in travel_time.violations(plan)]


@pytest.mark.parametrize("name", ["two_stop_plan", "mixed_plan", "night_plan", "three_day_plan"])
def test_hand_worked_plans_drive_as_the_roads_let_them(request, name):
    """Different both ways, two road profiles, over midnight, over three days."""
    assert facts(request.getfixturevalue(name)) == []


@pytest.mark.parametrize(("arrival", "seconds", "word"), [("08:33", 120, "sooner"), ("08:40", 300, "later")])
def test_arrival_is_departure_plus_drive(two_stop_plan, change, arrival, seconds, word):
    """A is left at 08:30 and B is 5 min away: 08:35, neither sooner nor later."""
    (violation,) = travel_time.violations(change(two_stop_plan, order="B", arrival_s=arrival))

    assert (violation.route, violation.visit, violation.order) == ("van#1", "B", "B")
    assert (violation.amount, violation.unit) == (seconds, "s")
    assert f"{word} than the drive of 5 min takes" in violation.message


def test_the_message_tells_the_drive(two_stop_plan, change):
    """A left at 08:30, B reached at 08:33, the drive takes 5 min: 2 min sooner."""
    (violation,) = travel_time.violations(change(two_stop_plan, order="B", arrival_s="08:33"))

    assert violation.message == ("vehicle 'van#1' leaves order 'A' at 08:30 and arrives at order 'B' at 08:33, "
                                 "2 min sooner than the drive of 5 min takes")


def test_the_way_out_and_the_way_home_are_drives_too(two_stop_plan, change):
    """D is left a minute late and reached half a minute early: 60 s at A, 30 s at the depot."""
    plan = change(two_stop_plan, "van#1", route={"begin_s": "07:51", "end_s": "09:04:30"})

    assert facts(plan) == [("van#1", "A", 60, "s"), ("van#1", "", 30, "s")]


def test_a_later_end_of_service_moves_the_next_arrival(two_stop_plan, change):
    """A is left at 08:31 instead of 08:30, yet B is still reached at 08:35: a minute too soon."""
    assert facts(change(two_stop_plan, order="A", end_s="08:31")) == [("van#1", "B", 60, "s")]


def test_each_direction_has_its_own_time(two_stop_plan, with_legs):
    """B to D is 20 min; making D to B as long changes nothing, as nobody drives there."""
    assert facts(with_legs(two_stop_plan, "van", {("depot D", "order B"): (1200, 9500)})) == []
    assert facts(with_legs(two_stop_plan, "van", {("order B", "depot D"): (1199, 9500)})) == [("van#1", "", 1, "s")]


def test_each_type_drives_by_its_own_profile(mixed_plan, with_legs):
    """The reefer's 6 km from T to R take 540 s on the truck matrix; the van matrix is no concern of it."""
    leg = ("order T", "order R")

    assert facts(with_legs(mixed_plan, "van", {leg: (1, 6000)})) == []
    assert facts(with_legs(mixed_plan, "truck", {leg: (600, 6000)})) == [("reefer#1", "R", 60, "s")]


@pytest.mark.parametrize(("origin", "target", "visit"), [
    ("depot D", "order A", "A"), ("order A", "order B", "B"), ("order B", "depot D", ""),
])
def test_a_leg_without_a_road_is_reported(two_stop_plan, with_legs, origin, target, visit):
    """One leg has no road: one violation there, and no sum of legs to compare the distance with."""
    plan = with_legs(two_stop_plan, "van", {(origin, target): (-1, -1)})

    (violation,) = travel_time.violations(plan)

    assert (violation.route, violation.visit, violation.amount, violation.unit) == ("van#1", visit, 1, "legs")
    assert "no road leads there" in violation.message


def test_two_orders_at_one_place_are_a_leg_of_no_time(two_stop_plan, with_legs, change):
    """If B is where A is, the van is there at 08:30 when it leaves A, and has driven 2.5 km less."""
    plan = with_legs(two_stop_plan, "van", {("order A", "order B"): (0, 0)})

    assert facts(plan) == [("van#1", "B", 300, "s"), ("van#1", "", 2500, "m")]
    assert facts(change(plan, order="B", arrival_s="08:30", vehicle="van#1", route={"distance_m": 14_500})) == []


@pytest.mark.parametrize("stated", [16_999, 17_500, 0, -17_000])
def test_distance_is_the_sum_of_the_legs(two_stop_plan, change, stated):
    """5,000 + 2,500 + 9,500 = 17,000 m."""
    plan = change(two_stop_plan, "van#1", route={"distance_m": stated})

    assert facts(plan) == [("van#1", "", abs(17_000 - stated), "m")]


def test_the_depot_is_the_one_that_the_route_states(mixed_plan, change):
    """The van claims to run from S (km 30): P is 26 km and not 4 away, Q to S is 20 km and not 10.

    Left at 07:06, P can be reached at 07:32, not 07:10: 1,320 s too soon. Q left at 07:31, S is reached at 07:51, not
    07:41: 600 s too soon. Driven: 26 + 6 + 20 = 52 km, not 20.
    """
    plan = change(mixed_plan, "van#1", route={"depot": "S"})

    assert facts(plan) == [("van#1", "P", 1320, "s"), ("van#1", "", 600, "s"), ("van#1", "", 32_000, "m")]


def test_legs_to_unknown_places_are_left_to_other_rules(two_stop_plan, change, forge):
    """Nothing is known of order X, depot Y or type Z; what is known is still judged: A is reached a minute late."""
    route = two_stop_plan.routes[0]
    unknown = forge(two_stop_plan, routes=(forge(route, visits=(route.visits[0], forge(route.visits[1], order="X"))),))

    assert facts(unknown) == []
    assert facts(change(two_stop_plan, "van#1", route={"depot": "Y"})) == []
    assert facts(change(two_stop_plan, "van#1", route={"vehicle_type": "Z"})) == []
    assert facts(change(unknown, order="A", arrival_s="08:01")) == [("van#1", "A", 60, "s")]


def test_times_before_midnight_of_the_plan_day_are_told(two_stop_plan, change):
    """Left at ten minutes before midnight of the plan day, A is reached at 08:00: 8 h later than the drive takes."""
    (violation,) = travel_time.violations(change(two_stop_plan, "van#1", route={"begin_s": -600}))

    assert (violation.amount, violation.unit) == (8 * 3600, "s")
    assert "at -00:10" in violation.message
