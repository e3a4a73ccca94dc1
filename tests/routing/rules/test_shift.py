"""Shift: away only within depot hours and shift, and never longer than allowed."""

import pytest

from gisdata.clock import parse_clock
from routing.model import TimeWindow
from routing.rules import shift


def facts(plan):
    return [(v.route, v.visit, v.amount, v.unit) for v in shift.violations(plan)]


@pytest.mark.parametrize("name", ["two_stop_plan", "mixed_plan", "night_plan", "three_day_plan"])
def test_hand_worked_plans_keep_their_hours(request, name):
    """A day, two depots, 22:00 to 06:00 of the next day, and 56 h 40 min of 60 h over three days."""
    assert facts(request.getfixturevalue(name)) == []


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (("07:50", "09:05"), []),  # departs when it opens, returns when it closes
        (("08:00", "20:00"), [("van#1", "", 600, "s")]),
        (("06:00", "09:00"), [("van#1", "", 300, "s")]),
        (("07:50:01", "09:04:59"), [("van#1", "", 1, "s"), ("van#1", "", 1, "s")]),
        (("07:50+1", "09:05+1"), [("van#1", "", 86_400, "s")]),  # tomorrow is not today
    ],
)
def test_hours_of_depot_and_shift_include_their_ends(two_stop_plan, with_depot, with_vehicle, hours, expected):
    """The van is away from 07:50 to 09:05; depot and shift are judged alike."""
    by_depot = with_depot(two_stop_plan, "D", open=hours[0], close=hours[1])
    by_shift = with_vehicle(two_stop_plan, "van", shift=TimeWindow.between(*hours))

    assert facts(by_depot) == expected
    assert facts(by_shift) == expected
    assert all("depot 'D'" in v.message for v in shift.violations(by_depot))
    assert all("its shift" in v.message for v in shift.violations(by_shift))


@pytest.mark.parametrize(
    ("longest", "expected"),
    [(4500, []), (4499, [("van#1", "", 1, "s")]), (3600, [("van#1", "", 900, "s")]),
     (4499.5, [("van#1", "", 0.5, "s")]), (4500 - 0.9e-6, [])],
)
def test_the_longest_duration_may_be_used_up(two_stop_plan, with_vehicle, longest, expected):
    """07:50 to 09:05 are 4,500 s. The last case is less than the microsecond that rounding of 1.25 h may leave."""
    assert facts(with_vehicle(two_stop_plan, "van", max_duration_s=longest)) == expected


def test_more_than_a_microsecond_too_long_is_too_long(two_stop_plan, with_vehicle):
    """4,500 s where 1.1 millionths less are allowed."""
    (fault,) = facts(with_vehicle(two_stop_plan, "van", max_duration_s=4500 - 1.1e-6))

    assert fault[2] == pytest.approx(1.1e-6, rel=1e-3)


def test_the_message_tells_both_times(two_stop_plan, with_vehicle):
    """75 min away where 60 are allowed: 15 too many."""
    (violation,) = shift.violations(with_vehicle(two_stop_plan, "van", max_duration_s=3600))

    assert violation.message == ("vehicle 'van#1' is away for 1 h 15 min, from 07:50 to 09:05, "
                                 "15 min longer than the 1 h allowed")


def test_a_shift_over_midnight(night_plan, change):
    """22:00 to 06:00+1: leaving at 21:59 is 60 s early, for the depot and for the shift; 06:10+1 is 600 s late."""
    plan = change(night_plan, "van#1", route={"begin_s": "21:59", "end_s": "06:10+1"})

    assert facts(plan) == [("van#1", "", 60, "s"), ("van#1", "", 600, "s")] * 2


def test_six_o_clock_of_the_plan_day_is_not_six_o_clock_of_the_next(night_plan, change):
    """A night van that claims to leave at 05:00 and return at 05:30 of the plan day is 17 h early, for both."""
    plan = change(night_plan, "van#1", route={"begin_s": "05:00", "end_s": "05:30"})

    assert facts(plan) == [("van#1", "", 17 * 3600, "s")] * 2


def test_a_tour_of_three_days_may_be_too_long(three_day_plan, with_vehicle):
    """01:20+1 to 10:00+3 are 56 h 40 min; with 56 h allowed that is 40 min too long."""
    assert facts(with_vehicle(three_day_plan, "truck", max_duration_s=56 * 3600)) == [("truck#1", "", 2400, "s")]


def test_times_outside_the_plan_are_outside_every_shift(night_plan, with_depot, with_vehicle, change):
    """Depot and shift without hours still begin at midnight of the plan day and end 31 days later."""
    free = with_vehicle(with_depot(night_plan, "D", open=0, close="00:00+31"), "van", shift=TimeWindow())
    plan = change(free, "van#1", route={"begin_s": -60, "end_s": parse_clock("00:00+31") + 1})

    assert facts(free) == []
    assert facts(plan) == [("van#1", "", 60, "s"), ("van#1", "", 1, "s")] * 2
