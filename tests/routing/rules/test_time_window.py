"""Time window: service begins inside the window and after arrival, and lasts as long as it must."""

import pytest

from routing.model import TimeWindow
from routing.rules import time_window


def facts(plan):
    return [(v.route, v.visit, v.amount, v.unit) for v in time_window.violations(plan)]


@pytest.fixture(scope="session")
def plans(two_stop_plan, mixed_plan, night_plan, three_day_plan):
    return {"day": two_stop_plan, "mixed": mixed_plan, "night": night_plan, "days": three_day_plan}


@pytest.mark.parametrize("name", ["day", "mixed", "night", "days"])
def test_hand_worked_plans_keep_their_windows(plans, name):
    """Among them: A at its opening 08:00, T at 06:00 in a window of no length, B of the night at its opening."""
    assert facts(plans[name]) == []


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (("08:35", "09:00"), []),  # opens that second
        (("08:00", "08:35"), []),  # closes that second
        (("08:35", "08:35"), []),
        (("08:35:01", "09:00"), [("van#1", "B", 1, "s")]),
        (("08:00", "08:34:59"), [("van#1", "B", 1, "s")]),
        (("09:00", "09:10"), [("van#1", "B", 1500, "s")]),  # 25 min early
        (("06:00", "07:00"), [("van#1", "B", 5700, "s")]),  # 1 h 35 min late
        (("08:00+1", "09:00+1"), [("van#1", "B", 84300, "s")]),  # 23 h 25 min early: tomorrow
    ],
)
def test_both_ends_of_a_window_belong_to_it(two_stop_plan, with_order, window, expected):
    """B begins at 08:35."""
    assert facts(with_order(two_stop_plan, "B", window=TimeWindow.between(*window))) == expected


def test_late_visit_is_reported_in_seconds(two_stop_plan, change):
    """B begins at 09:10, its window closes at 09:00: 600 s late."""
    plan = change(two_stop_plan, order="B", begin_s="09:10", end_s="09:20")

    (violation,) = time_window.violations(plan)

    assert (violation.rule, violation.visit, violation.amount, violation.unit) == ("time_window", "B", 600, "s")
    assert violation.message == "vehicle 'van#1' begins order 'B' at 09:10, 10 min after its window closes at 09:00"


def test_a_window_over_midnight_is_not_wrapped(night_plan, change):
    """A of the night: 23:30 to 00:30+1; a begin at 00:31+1 is 60 s late, at 00:00 of the plan day 84,600 s early."""
    late = change(night_plan, order="A", begin_s="00:31+1", end_s="01:31+1")
    early = change(night_plan, order="A", arrival_s="00:00", begin_s="00:00", end_s="01:00")

    assert facts(late) == [("van#1", "A", 60, "s")]
    assert facts(early) == [("van#1", "A", 84_600, "s")]


def test_a_window_on_the_third_day(three_day_plan, change):
    """B opens at 08:00+2; a begin at 08:00+1 is a day early, though the vehicle comes at 03:20+2: two faults."""
    plan = change(three_day_plan, order="B", begin_s="08:00+1", end_s="09:00+1")

    assert facts(plan) == [("truck#1", "B", 69_600, "s"), ("truck#1", "B", 86_400, "s")]


def test_service_cannot_begin_before_arrival(two_stop_plan, change):
    """B is reached at 08:35 and begun at 08:34: 60 s."""
    plan = change(two_stop_plan, order="B", begin_s="08:34", end_s="08:44")

    (violation,) = time_window.violations(plan)

    assert (violation.visit, violation.amount, violation.unit) == ("B", 60, "s")
    assert violation.message == "vehicle 'van#1' begins order 'B' at 08:34, 1 min before it arrives at 08:35"


@pytest.mark.parametrize(("end", "seconds", "word"), [("08:44:59", 1, "sooner"), ("08:50", 300, "later")])
def test_service_takes_exactly_as_long_as_it_must(two_stop_plan, change, end, seconds, word):
    """B begins at 08:35 and takes 10 min: it ends at 08:45 and at no other time."""
    (violation,) = time_window.violations(change(two_stop_plan, order="B", end_s=end))

    assert (violation.visit, violation.amount, violation.unit) == ("B", seconds, "s")
    assert f"{word} than its service of 10 min takes" in violation.message


def test_waiting_is_free(two_stop_plan, change):
    """B is reached at 08:35 and may be begun as late as 09:00, when its window closes."""
    assert facts(change(two_stop_plan, order="B", begin_s="09:00", end_s="09:10")) == []


def test_an_unknown_order_is_still_begun_after_arrival(two_stop_plan, forge):
    """Nothing is known of X but that nobody serves before arriving: 10 s."""
    route = two_stop_plan.routes[0]
    odd = forge(route.visits[1], order="X", begin_s=route.visits[1].arrival_s - 10)
    plan = forge(two_stop_plan, routes=(forge(route, visits=(route.visits[0], odd)),))

    assert facts(plan) == [("van#1", "X", 10, "s")]
