"""Reasons and remedies: planted causes are named, every change offered serves, none smaller would by brute force."""

import dataclasses

import pytest

import routing
from routing.checker import check
from routing.errors import ProblemError
from routing.explain import explain
from routing.model import ALWAYS, Limit, Order, Problem, TimeWindow
from routing.remedies.change import BY_AMOUNT, Change, applied
from routing.remedies.conflict import conflict
from routing.testing import brute_force

SHARE, CAMPAIGN = 1, 50

NAMED = {"closed_window": "window_later", "too_big": "capacity", "skill": "skill", "shift_too_short": "overtime",
         "too_far": "distance", "no_road": None, "not_worth_it": "penalty", "fleet_too_small": "capacity",
         "stops": "stops", "vehicle": "vehicle"}


def _explained(problem):
    plan = routing.solve(problem, Limit(iterations=1), engine="native")
    (left,) = plan.unserved
    return explain(plan, left.order, engine="native")


def _is_named(cause, told):
    proven = cause in ("stops", "vehicle") or cause in (told.reason, told.verdict)
    return proven and (NAMED[cause] is None or told.remedy(NAMED[cause]) is not None)


def _serves(told, remedy):
    """Whether the plan of a remedy answers the problem so changed, free of violations, and serves all asked for."""
    changed = applied(told.plan.problem, remedy.change, told.orders)
    return (remedy.plan.problem == changed and not check(remedy.plan)
            and set(remedy.plan.served) >= {*told.plan.served, *told.orders})


def _less_would_do(told, remedy):
    """Whether brute force serves everything after a change of the same kind that is one unit smaller, by anybody."""
    problem, change = told.plan.problem, remedy.change
    types = [kind.id for kind in problem.fleet]
    subjects = [change] if change.order else [dataclasses.replace(change, vehicle_type=name) for name in types]
    for subject in subjects:
        if subject.amount >= 1:
            less = applied(problem, dataclasses.replace(subject, amount=subject.amount - 1), told.orders)
            mandatory = tuple(dataclasses.replace(order, penalty=None) for order in less.orders)
            if brute_force(dataclasses.replace(less, orders=mandatory)).unserved == 0:
                return True
    return False


def _campaign(planted, causes, seeds):
    figures = {"problems": 0, "named": 0, "changes": 0, "serve": 0, "amounts": 0, "smallest": 0}
    for cause in causes:
        for seed in seeds:
            told = _explained(planted.planted(cause, seed))
            amounts = [remedy for remedy in told.remedies if remedy.change.kind in BY_AMOUNT]
            figures["problems"] += 1
            figures["named"] += _is_named(cause, told)
            figures["changes"] += len(told.remedies)
            figures["serve"] += sum(_serves(told, remedy) for remedy in told.remedies)
            figures["amounts"] += len(amounts)
            figures["smallest"] += sum(not _less_would_do(told, remedy) for remedy in amounts)
    return figures


@pytest.mark.parametrize("cause", NAMED)
def test_a_planted_cause_is_named_and_the_smallest_change_serves(planted, cause):
    """A problem of each cause: the reason, a remedy of its kind, all judged, none larger than brute force needs."""
    figures = _campaign(planted, [cause], range(SHARE))

    assert figures["named"] == figures["problems"] == SHARE
    assert figures["serve"] == figures["changes"]
    assert figures["smallest"] == figures["amounts"]


@pytest.mark.long
def test_planted_causes_at_large(planted):
    """500 problems: 98 % named, every change serves, 95 % of all amounts the smallest."""
    figures = _campaign(planted, NAMED, range(CAMPAIGN))
    print(figures)

    assert figures["problems"] == 500
    assert figures["named"] >= 0.98 * figures["problems"]
    assert figures["serve"] == figures["changes"]
    assert figures["smallest"] >= 0.95 * figures["amounts"]


def test_a_window_by_hand(two_stop_problem):
    """B closes 07:10; leaving 07:00 a van is there 07:15: 5 min later does, for 50 + 17.5 km x 1.2 + 45 min x 24 = 89.

    Leaving five minutes earlier does too. A is 07:50 to 08:40 on its own van: no van can do both for less, because A
    opens 08:00 and B would make it leave at 07:00.
    """
    a, b = two_stop_problem.orders
    early = dataclasses.replace(b, window=TimeWindow.between("06:00", "07:10"))
    plan = routing.solve(dataclasses.replace(two_stop_problem, orders=(a, early)), Limit(iterations=1), engine="native")
    told = explain(plan, "B", engine="native")
    later, sooner = told.remedy("window_later"), told.remedy("early_start")

    assert (told.verdict, told.reason) == ("impossible", "closed_window")
    assert (later.change.amount, sooner.change.amount, later.smallest) == (300, 300, True)
    assert later.plan.problem.orders[1].window == TimeWindow.between("06:00", "07:15")
    assert "until 07:15 instead of 07:10 (+5 min)" in told.summary()
    assert "延后到 07:15（原 07:10，+5 分）" in told.summary("zh")
    assert told.to_frame("zh").set_index("change").loc["window_later", "unit"] == "s"
    with pytest.raises(LookupError, match="'fr'"):
        told.summary("fr")


def test_a_shipment_is_explained_as_a_whole(shipping_problem):
    """Whichever of its two orders is asked for: both are named, and both are served by the remedy."""
    fleet = tuple(dataclasses.replace(vehicle, payload_kg=50.0) for vehicle in shipping_problem.fleet)
    tight = dataclasses.replace(shipping_problem, fleet=fleet)
    plan = routing.solve(tight, Limit(iterations=1), engine="native")
    shipment = next(s for s in tight.shipments if s.pickup not in plan.served)
    told = explain(plan, shipment.delivery, engine="native")

    assert (told.orders, told.reason) == (shipment.orders, "too_big")
    assert told.remedy("capacity").change.amount >= 10
    assert all(_serves(told, remedy) for remedy in told.remedies)
    assert explain(plan, shipment.pickup, engine="native").summary() == told.summary()


def test_a_night_and_a_tour_of_days(night_problem, three_day_problem):
    """Windows past midnight and past two: an order that closes a minute too early is served a minute later."""
    for problem in (night_problem, three_day_problem):
        full = routing.solve(problem, Limit(iterations=1), engine="native")
        visit = max(full.visits, key=lambda visit: visit.begin_s)
        assert visit.begin_s > 86_400
        shut = [dataclasses.replace(order, window=TimeWindow(0, 0)) if order.id == visit.order else order
                for order in problem.orders]
        plan = routing.solve(dataclasses.replace(problem, orders=tuple(shut)), Limit(iterations=1), engine="native")
        told = explain(plan, visit.order, engine="native")

        assert told.reason == "closed_window"
        assert _serves(told, told.remedy("window_later"))


def test_what_cannot_be_explained_is_said(two_stop_plan, change):
    """An unknown order, one that is served, a plan that breaks rules."""
    with pytest.raises(ProblemError, match="no order 'Z'"):
        explain(two_stop_plan, "Z")
    with pytest.raises(ProblemError, match=r"'A' is served by van#1"):
        explain(two_stop_plan, "A")
    broken = change(two_stop_plan, order="A", begin_s="07:00")
    left = dataclasses.replace(broken, unserved=(routing.UnservedOrder("B", "not_found"),))
    with pytest.raises(ProblemError, match="breaks rules"):
        explain(dataclasses.replace(left, routes=()), "B")


def test_the_last_of_several_windows_closes_later(two_stop_problem):
    """B opens 06:00-06:30 and 07:00-07:10; a van is there 07:15: the second window closes five minutes later."""
    a, b = two_stop_problem.orders
    two = tuple(TimeWindow.between(*pair) for pair in (("06:00", "06:30"), ("07:00", "07:10")))
    early = dataclasses.replace(b, window=ALWAYS, windows=two)
    plan = routing.solve(dataclasses.replace(two_stop_problem, orders=(a, early)), Limit(iterations=1))
    remedy = explain(plan, "B").remedy("window_later")

    assert remedy.change.amount == 300
    assert remedy.plan.problem.orders[1].windows == (two[0], TimeWindow.between("07:00", "07:15"))
    assert not check(remedy.plan)


def test_a_vehicle_of_other_zones_may_be_permitted(two_stop_problem):
    """B lies in the west, where no van goes: the one remedy lets the van serve B, and leaves its zones as they are."""
    a, b = two_stop_problem.orders
    van = dataclasses.replace(two_stop_problem.fleet[0], zones={"east"})
    problem = dataclasses.replace(two_stop_problem, orders=(a, dataclasses.replace(b, zone="west")), fleet=(van,))
    told = explain(routing.solve(problem, Limit(iterations=1), engine="native"), "B", engine="native")

    assert (told.verdict, told.reason) == ("impossible", "no_vehicle")
    assert [(remedy.change.kind, remedy.change.vehicle_type) for remedy in told.remedies] == [("permit", "van")]
    assert _serves(told, told.remedies[0])
    assert told.remedies[0].plan.problem.fleet == problem.fleet


def test_a_permit_is_for_one_type_only(two_stop_problem):
    """Of three types one goes to the west; after a permit for another the third still may not."""
    van = two_stop_problem.fleet[0]
    fleet = [dataclasses.replace(van, id=name, zones={zone}) for name, zone in
             (("bike", "east"), ("car", "west"), ("van", "east"))]
    west = dataclasses.replace(two_stop_problem.orders[1], zone="west")
    problem = dataclasses.replace(two_stop_problem, orders=(two_stop_problem.orders[0], west), fleet=fleet)
    permitted = applied(problem, Change("permit", 1.0, order="B", vehicle_type="van"), ("B",)).orders[1]

    assert [kind.id for kind in fleet if kind.may_serve(permitted)] == ["car", "van"]


def test_no_place_is_offered_beside_goods_that_must_part(two_stop_problem):
    """A is food, B poison: with one van A's route is no place for B, one more van is."""
    a, b = (dataclasses.replace(order, goods={kind}) for order, kind in
            zip(two_stop_problem.orders, ("food", "poison"), strict=True))
    problem = dataclasses.replace(two_stop_problem.with_count("van", 1), orders=(a, b), apart=[("food", "poison")])
    plan = routing.solve(problem, Limit(iterations=1), engine="ortools")
    (left,) = plan.unserved
    told = explain(plan, left.order, engine="ortools")

    assert told.verdict == "not_found"
    assert [remedy.change.kind for remedy in told.remedies] == ["vehicle"]


def test_less_is_not_said_to_be_proven_under_a_driving_rule(two_stop_problem):
    """A van comes five minutes late; where times are hardly ever longer than need be, that is no proof."""
    a, b = two_stop_problem.orders
    early = dataclasses.replace(b, window=TimeWindow.between("06:00", "07:10"))
    van = dataclasses.replace(two_stop_problem.fleet[0], driving=routing.model.driving_rule("eu"))
    problem = dataclasses.replace(two_stop_problem, orders=(a, early), fleet=(van,))
    remedy = explain(routing.solve(problem, Limit(iterations=1)), "B").remedy("window_later")

    assert (remedy.change.amount, remedy.smallest) == (300, False)


def test_a_change_leaves_the_rest_of_the_problem_alone(two_stop_problem):
    """Overtime moves shift, longest duration and, only where it binds, the depot; more vans is more vans."""
    van, depot = two_stop_problem.fleet[0], two_stop_problem.depots[0]
    later = applied(two_stop_problem, Change("overtime", 1500, vehicle_type="van"), ("A",))
    longest = applied(two_stop_problem, Change("overtime", 3 * 3600, vehicle_type="van"), ("A",))
    more = applied(two_stop_problem, Change("vehicle", 1, vehicle_type="van"), ("A",))

    assert (later.fleet[0].shift.end_s, later.fleet[0].max_duration_s) == (18 * 3600 + 1500, van.max_duration_s + 1500)
    assert (later.depots[0], longest.depots[0].close) == (depot, 21 * 3600)
    assert more == two_stop_problem.with_count("van", 3)


@pytest.mark.parametrize("cause", ["fleet_too_small", "stops", "too_big"])
def test_a_conflict_cannot_be_made_smaller(planted, cause):
    """By brute force: its orders cannot all be served, and can without any one of them."""
    problem = planted.planted(cause, 3)
    found = conflict(problem, engine="native")

    def served(kept):
        orders = [dataclasses.replace(o, penalty=None if o.id in kept else 0.0) for o in problem.orders]
        return brute_force(dataclasses.replace(problem, orders=tuple(orders))).unserved == 0

    assert not served(set(found.orders))
    assert all(served(set(found.orders) - {order}) for order in found.orders)
    assert {"fleet_too_small": "capacity", "stops": "max_stops", "too_big": "capacity"}[cause] in found.rules
    assert "无法全部配送" in found.summary("zh")


def test_no_conflict_where_all_can_be_served(two_stop_problem):
    """Nothing to say of a problem that has a plan; an order without a road conflicts with no rule."""
    assert conflict(two_stop_problem, engine="native") is None


def test_ids_are_escaped_for_a_notebook():
    """An order called like a tag stands in the HTML as text."""
    name = "<script>alert(1)</script>"
    matrix = routing.TravelMatrix("van", ("depot D", f"order {name}"), [[0, 9], [9, 0]], [[0, 9], [9, 0]])
    problem = Problem((Order(name, lon=0, lat=0, weight_kg=9),), (routing.Depot("D", lon=0, lat=0),),
                      (routing.VehicleType("van", payload_kg=5),), (matrix,))
    told = explain(routing.solve(problem, Limit(iterations=1), engine="native"), name, engine="native")

    assert "<script>" not in told._repr_html_() + conflict(problem, engine="native")._repr_html_()
    assert "4 kg more" in told._repr_html_()
