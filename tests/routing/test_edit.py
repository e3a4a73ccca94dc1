"""Edits by hand: what is asked for is done, timed and priced; rules broken are named by the judge; locks hold."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisdata.clock import parse_clock
from routing.assemble import schedule
from routing.checker import check
from routing.driven import driven_route
from routing.errors import ProblemError
from routing.plan import Plan
from routing.testing import problems


def _routes(plan):
    return {route.vehicle: route.orders for route in plan.routes}


def test_move_within_a_route_drives_as_stated_and_late(two_stop_plan):
    """B first: D 08:00, B 08:30 (opens), A 08:30 + 10 min + 5 min = 08:45, until 09:15, D 09:25. 8 + 2.5 + 5 km.

    B's window opens 08:30; D to B is 15 min, so the van may leave as late as 08:15: A needs 08:45 <= 09:00, 15 min of
    slack, but the return at 09:25 stays; leaving at 08:15 makes nothing later. Cost 50 + 15.5 x 1.2 + 70/60 x 24.
    """
    plan = two_stop_plan.move("B", "van#1", 1)

    (route,) = plan.routes
    assert route.orders == ("B", "A")
    assert [visit.begin_s for visit in route.visits] == [parse_clock("08:30"), parse_clock("08:45")]
    assert (route.begin_s, route.end_s, route.distance_m) == (parse_clock("08:15"), parse_clock("09:25"), 15_500)
    assert plan.cost == pytest.approx(50 + 15.5 * 1.2 + 28)
    assert check(plan) == []


def test_move_to_a_vehicle_at_home_opens_a_route(two_stop_plan):
    """A and B each alone: van#1 A 40 + 10 min, 10 km; van#2 B 15 + 10 + 20 min, 17.5 km; both pay the fixed 50."""
    plan = two_stop_plan.move("B", "van#2")

    assert _routes(plan) == {"van#1": ("A",), "van#2": ("B",)}
    assert plan.cost == pytest.approx((50 + 12 + 20) + (50 + 21 + 18))
    assert check(plan) == []
    assert _routes(two_stop_plan) == {"van#1": ("A", "B")}


def test_the_note_says_what_was_done_and_the_difference(two_stop_plan):
    """From 100.40 to 171.00 EUR."""
    assert two_stop_plan.move("B", "van#2").notes[-1] == (
        "edited by hand: order 'B' moved from van#1 to van#2, stop 1; cost +70.60 EUR")


def test_a_move_that_breaks_rules_is_done_and_judged(mixed_plan):
    """R (1,500 kg, cold) on van#1 (500 kg, no skill): the judge names the skill and the load."""
    plan = mixed_plan.move("R", "van#1", 3)

    assert _routes(plan)["van#1"] == ("P", "Q", "R")
    assert {(v.rule, v.route) for v in check(plan)} == {("skills", "van#1"), ("capacity", "van#1")}


def test_a_late_visit_is_late_by_the_drive(mixed_plan):
    """T first is due 06:00; after R it comes at R's end 07:30 + 9 min (6 km at 90 s) = 07:39, 99 min late."""
    plan = mixed_plan.swap("T", "R")

    late = [v for v in check(plan) if v.rule == "time_window"]
    assert [(v.visit, v.amount) for v in late] == [("T", 99 * 60)]


def test_move_of_an_unserved_order_serves_it(mixed_plan):
    """W was left for its penalty; on van#2 it is 120 km and 2 h: 20 + 60 + 24."""
    plan = mixed_plan.move("W", "van#2")

    assert [left.order for left in plan.unserved] == ["U"]
    assert plan.cost - mixed_plan.cost == pytest.approx(104)


def test_move_takes_the_cheapest_place_that_keeps_the_times(two_stop_plan):
    """Of A-B at 100.40 and B-A at 96.60 EUR, the second."""
    assert _routes(two_stop_plan.move("B", "van#1")) == {"van#1": ("B", "A")}


def test_swap_of_vehicles_exchanges_their_routes(mixed_plan):
    """The reefer's goods are too heavy for a van, and a van has no cold: both faults are the judge's to name."""
    plan = mixed_plan.swap("van#1", "reefer#1")

    assert _routes(plan) == {"van#1": ("T", "R"), "reefer#1": ("P", "Q")}
    assert {"capacity", "skills"} <= {v.rule for v in check(plan)}


def test_swap_with_a_vehicle_at_home_only_renames(two_stop_plan):
    """The same route by van#2 costs the same."""
    plan = two_stop_plan.swap("van#1", "van#2")

    assert _routes(plan) == {"van#2": ("A", "B")}
    assert plan.cost == two_stop_plan.cost
    assert check(plan) == []


def test_untouched_routes_are_kept_as_they_are(mixed_plan):
    """Moving Q to van#2 leaves the reefer's route the same object."""
    assert mixed_plan.move("Q", "van#2").route("reefer#1") is mixed_plan.route("reefer#1")


@pytest.mark.parametrize("edit", [
    lambda plan: plan.move("P", "van#2"), lambda plan: plan.move("Q", "reefer#1"), lambda plan: plan.swap("P", "Q"),
    lambda plan: plan.swap("van#1", "van#2"), lambda plan: plan.swap("reefer#1", "van#2"),
])
def test_what_is_locked_stays(mixed_plan, edit):
    """With P and the reefer locked, each of these would change one of them."""
    with pytest.raises(ProblemError, match="locked"):
        edit(mixed_plan.lock("P", "reefer#1"))


def test_locks_stay_through_edits_and_files(mixed_plan, mixed_problem):
    """A locked plan says so in its record, and an unlocked plan's record is as it was before there were locks."""
    locked = mixed_plan.lock("P").move("Q", "van#2")

    assert Plan.from_dict(locked.to_dict(), mixed_problem).locked == {"P"}
    assert "locked" not in mixed_plan.to_dict()


@pytest.mark.parametrize(("edit", "words"), [
    (lambda plan: plan.move("Z", "van#1"), "no order 'Z'"),
    (lambda plan: plan.move("P", "lorry#1"), "no vehicle 'lorry#1'"),
    (lambda plan: plan.move("P", "van"), "no vehicle 'van'"),
    (lambda plan: plan.move("P", "reefer#1", 4), "stop 4"),
    (lambda plan: plan.move("P", "reefer#1", 0), "stop 0"),
    (lambda plan: plan.swap("P", "U"), "'U' is not visited"),
    (lambda plan: plan.swap("P", "van#2"), "no order 'van#2'"),
    (lambda plan: plan.lock("Z"), "'Z'"),
])
def test_an_edit_that_names_what_is_not_there_is_refused(mixed_plan, edit, words):
    """One clear error each, with the name."""
    with pytest.raises(ProblemError, match=words):
        edit(mixed_plan)


@settings(max_examples=30)
@given(problem=problems(max_orders=5), data=st.data())
def test_a_route_that_can_be_kept_is_driven_as_scheduled(problem, data):
    """Where no time is missed, the stated route is the schedule of the same sequence."""
    kind = data.draw(st.sampled_from(problem.fleet))
    orders = data.draw(st.permutations([order.id for order in problem.orders]))[:3]
    route = schedule(problem, kind.id, orders) if orders else None

    if route is not None:
        assert driven_route(problem, f"{kind.id}#1", orders) == route


def test_a_shipment_moves_as_a_whole(shipping_plan):
    """P with a bike takes Q along; the bike serves V, then waits for 08:05 at P: 3 + 2 + 10 km, no way home."""
    plan = shipping_plan.move("Q", "bike#1")

    assert _routes(plan) == {"van#1": ("T", "R"), "bike#1": ("V", "P", "Q")}
    assert plan.route("bike#1").distance_m == 15_000
    assert check(plan) == []
    assert "order 'Q' moved from van#1 to bike#1, stop 3, with order 'P'; cost" in plan.notes[-1]


def test_a_stated_stop_is_kept_and_the_other_order_put_before_it(shipping_plan):
    """Q shall be second, so P is first; as the first stop Q can only come before P, which the judge names."""
    assert _routes(shipping_plan.move("Q", "bike#1", 2))["bike#1"] == ("P", "Q", "V")

    wrong = shipping_plan.move("Q", "bike#1", 1)
    assert wrong.route("bike#1").orders[0] == "Q"
    assert {v.rule for v in check(wrong)} >= {"shipment"}


def test_within_a_route_only_the_named_order_moves(shipping_plan):
    """By itself it stays behind its pickup; where it is told to go before it, it goes."""
    assert _routes(shipping_plan.move("Q", "van#1"))["van#1"].index("Q") > 0
    assert _routes(shipping_plan.move("Q", "van#1", 1))["van#1"] == ("Q", "P", "T", "R")


def test_a_locked_order_keeps_its_shipment(shipping_plan):
    """Q cannot go where P may not follow."""
    with pytest.raises(ProblemError, match="locked: 'P'"):
        shipping_plan.lock("P").move("Q", "bike#1")
