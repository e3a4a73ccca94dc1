"""Re-planning: what is done or loaded never moves, the budget of changes holds, events do what they say."""

import dataclasses
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import routing
from gisdata.clock import parse_clock
from gisdata.errors import TableError
from routing.checker import check
from routing.errors import ProblemError
from routing.model import ALWAYS, Limit, TimeWindow
from routing.replan import Event, read_events, replan
from routing.testing import random_problem

FAST = {"limit": Limit(iterations=1), "engine": "native"}


def _events(rng, plan, now_s):
    """A few random events that concern what is not over."""
    later = [v.order for r in plan.routes for v in r.visits if r.begin_s > now_s]
    events = [Event("cancelled", rng.choice(later))] if later and rng.random() < 0.5 else []
    if rng.random() < 0.6:
        like = rng.choice(plan.problem.orders)
        events.append(Event("new", order=dataclasses.replace(like, id="new", kind=rng.choice(["pickup", "delivery"]))))
    if rng.random() < 0.6:
        kind, vehicle = rng.choice(["broken", "late"]), rng.choice(plan.routes).vehicle
        events.append(Event(kind, vehicle, delay_s=rng.randint(60, 5400)))
    return events


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_done_and_loaded_stay_and_the_budget_holds(seed):
    """Whatever the rules, the time and the events: the judge accepts, history and goods aboard stay, changes <= n."""
    rng = random.Random(seed)
    problem = random_problem(seed, 8)
    plan = routing.solve(problem, Limit(iterations=1), engine="native")
    if not plan.routes or any(kind.breaks or kind.driving for kind in problem.fleet):
        return
    now_s = rng.randint(min(r.begin_s for r in plan.routes), max(r.end_s for r in plan.routes))
    freeze, most = rng.choice([0, 900]), rng.choice([None, 0, 1, 2])
    events = _events(rng, plan, now_s)
    down = {event.id for event in events if event.kind == "broken"}
    gone = {end for event in events if event.kind == "cancelled" for end in
            (problem.shipment_of[event.id].orders if event.id in problem.shipment_of else (event.id,))}
    if gone & {v.order for r in plan.routes for v in r.visits if r.begin_s <= now_s + freeze}:
        return  # the other end of its shipment is under way
    new = replan(plan, now_s, events, freeze=freeze, changes_at_most=most, stability=rng.choice([0, 3]), **FAST)

    assert check(new) == []
    now_of = {order: route for route in new.routes for order in route.orders}
    moved = 0
    for route in plan.routes:
        left = route.begin_s <= now_s + freeze
        for visit, leaves in zip(route.visits, [route.begin_s, *(v.end_s for v in route.visits)], strict=False):
            over = visit.end_s <= now_s
            if over or (left and leaves <= now_s + freeze and route.vehicle not in down):
                assert now_of[visit.order].vehicle == route.vehicle
                assert not over or visit in now_of[visit.order].visits
                continue
            order = problem.orders[problem.order_row[visit.order] - len(problem.depots)]
            loaded = left and order.kind == "delivery" and visit.order not in problem.shipment_of
            if visit.order in gone or route.vehicle in down or visit.order not in now_of:
                continue
            assert not loaded or now_of[visit.order].vehicle == route.vehicle
            moved += now_of[visit.order].vehicle != route.vehicle
    assert most is None or moved <= most
    assert not gone & set(new.problem.order_row)


def test_a_new_order_goes_to_a_vehicle_that_has_not_left(two_stop_plan):
    """At 08:10 van#1 is at A, with B aboard: goods that are still in the depot go with van#2, for its own price."""
    like = two_stop_plan.problem.orders[1]
    late = dataclasses.replace(like, id="C", weight_kg=1, window=TimeWindow.between("08:30", "12:00"))

    new = replan(two_stop_plan, "08:10", [Event("new", order=late)], **FAST)

    assert {route.vehicle: route.orders for route in new.routes} == {"van#1": ("A", "B"), "van#2": ("C",)}
    assert new.cost == pytest.approx(100.40 + 89)
    assert two_stop_plan.diff(new, by_name=True).orders("added") == ("C",)


def test_goods_of_a_broken_van_are_fetched(two_stop_plan):
    """At 08:32 it breaks down, A done: van#2 leaves for A (10 min), loads five minutes, and then goes to B."""
    easy = dataclasses.replace(two_stop_plan.problem.orders[1], window=TimeWindow.between("08:30", "12:00"))
    problem = dataclasses.replace(two_stop_plan.problem, orders=(two_stop_plan.problem.orders[0], easy))
    new = replan(dataclasses.replace(two_stop_plan, problem=problem), "08:32", [Event("broken", "van#1")], **FAST)
    strict = replan(two_stop_plan, "08:50", [Event("late", "van#1", delay_s=60)], **FAST)

    assert [route.orders for route in new.routes] == [("A",), ("B from van#1", "B")]
    fetch, visit = new.route("van#2").visits
    assert (fetch.end_s - fetch.begin_s, visit.arrival_s - fetch.end_s) == (300, 300)
    assert fetch.begin_s >= parse_clock("08:32") + 600
    assert "van#1" in new.locked
    assert strict.route("van#1").orders == ("A", "B")


def test_a_delay_is_carried_through_and_lateness_is_told(two_stop_plan):
    """Under way to A from 07:50, 25 min late: A 08:25-08:55; B 09:00, just in time. With 30 min B is left, or late."""
    new = replan(two_stop_plan, "07:55", [Event("late", "van#1", delay_s=1500)], **FAST)
    later = replan(two_stop_plan, "07:55", [Event("late", "van#1", delay_s=4200)], **FAST)

    assert [visit.begin_s for visit in new.route("van#1").visits] == [parse_clock("08:25"), parse_clock("09:00")]
    assert later.served == ("A",)
    assert "order 'A', under way with van#1, is served 10 min after its window closes" in later.notes


def test_a_blocked_road_is_driven_around(street_grid):
    """A way of the grid is closed: times after it hold without it, what is driven already keeps its times."""
    depot = routing.Depot("D", lon=street_grid.nodes["lon"].iloc[0], lat=street_grid.nodes["lat"].iloc[0])
    at = [street_grid.nodes.iloc[i] for i in (2, 6)]
    orders = [routing.Order(str(i), lon=node["lon"], lat=node["lat"], service_s=60) for i, node in enumerate(at)]
    plan = routing.solve(routing.build_problem(orders, depot, routing.VehicleType("van"), street_grid),
                         Limit(iterations=1), engine="native")
    edge = int(((street_grid.edges["u"] == 0) & (street_grid.edges["v"] == 1)).to_numpy().nonzero()[0][0])
    way = street_grid.edges["way_ids"].iloc[edge]

    new = replan(plan, 0, [Event("blocked", ways=(way,))], freeze=0, roads=street_grid, **FAST)

    assert check(new) == []
    assert new.problem.matrices[0].duration_s.sum() >= plan.problem.matrices[0].duration_s.sum()
    with pytest.raises(ProblemError, match="no way nowhere"):
        replan(plan, 0, [Event("blocked", ways=("nowhere",))], roads=street_grid, **FAST)


def test_nights_tours_and_clock_changes_are_planned_anew(night_plan, three_day_plan):
    """In the middle of a night shift and of a tour, on the day the clocks change: nothing to do, so nothing changes."""
    for plan in (night_plan, three_day_plan):
        problem = dataclasses.replace(plan.problem, day=plan.problem.day.replace(month=3, day=29),
                                      time_zone="Europe/Paris")
        dated = dataclasses.replace(plan, problem=problem)
        for visit in plan.visits:
            new = replan(dated, visit.begin_s, changes_at_most=0, **FAST)
            assert (check(new), new.served) == ([], plan.served)
            assert dated.diff(new, by_name=True).orders("moved") == ()


def test_contradictions_are_told_at_once(two_stop_plan):
    """What does not exist, is over, or is told twice: one error, every fault; so for settings."""
    events = [Event("cancelled", "A"), Event("cancelled", "Z"), Event("broken", "ship#1"),
              Event("late", "van#2", delay_s=9), Event("broken", "van#2"),
              Event("new", order=two_stop_plan.problem.orders[1])]
    with pytest.raises(ProblemError) as told:
        replan(two_stop_plan, "08:10", events, **FAST)
    for said in ("order 'A' is over or under way with van#1", "no order 'Z'", "no vehicle 'ship#1'",
                 "'van#2' is named by 2 events", "there is an order 'B' already"):
        assert said in str(told.value)
    with pytest.raises(ProblemError, match=r"freeze.*changes_at_most.*stability"):
        replan(two_stop_plan, 0, freeze=-1, changes_at_most=-1, stability=-1)
    with pytest.raises(ProblemError, match="clock time such as"):
        replan(two_stop_plan, "noon")
    with pytest.raises(ProblemError, match="give replan the roads"):
        replan(two_stop_plan, 0, [Event("new", order=routing.Order("N", lon=1, lat=1))], **FAST)
    with pytest.raises(ProblemError, match="needs its order"):
        Event("new", "A")


def test_several_windows_are_kept_and_breaks_are_refused(two_stop_plan):
    """25 min late, A is at 08:25; with windows until 08:20 and from 08:40 it waits. Breaks are not known."""
    two = tuple(TimeWindow.between(*pair) for pair in (("08:00", "08:20"), ("08:40", "09:00")))
    a, b = two_stop_plan.problem.orders
    problem = dataclasses.replace(two_stop_plan.problem, orders=(dataclasses.replace(a, windows=two), b))
    plan = dataclasses.replace(two_stop_plan, problem=problem)
    new = replan(plan, "07:55", [Event("late", "van#1", delay_s=1500)], engine="auto", limit=Limit(iterations=1))
    lunch = routing.model.Break(TimeWindow.between("11:00", "12:00"), 1800)
    van = dataclasses.replace(problem.fleet[0], breaks=(lunch,))

    assert new.route("van#1").visits[0].begin_s == parse_clock("08:40")
    with pytest.raises(routing.UnsupportedRuleError, match="breaks of drivers"):
        replan(dataclasses.replace(plan, problem=dataclasses.replace(problem, fleet=(van,))), 0, **FAST)


def test_goods_that_must_part_and_several_windows_hold_for_the_rest_of_the_day(two_stop_plan):
    """Food was brought to A: van#1 fetches no poison any more, van#2 must. Goods stand in a broken van at any time."""
    two = tuple(TimeWindow.between(*pair) for pair in (("06:00", "08:31"), ("08:35", "12:00")))
    a, b = two_stop_plan.problem.orders
    problem = dataclasses.replace(
        two_stop_plan.problem, apart=[("food", "poison"), ("bees", "bees")],
        orders=(dataclasses.replace(a, goods={"food"}), dataclasses.replace(b, windows=two, window=ALWAYS,
                                                                            goods={"bees"})))
    plan = dataclasses.replace(two_stop_plan, problem=problem)
    poison = dataclasses.replace(b, id="C", kind="pickup", weight_kg=1, goods={"poison"},
                                 window=TimeWindow.between("08:30", "12:00"))
    auto = {"limit": Limit(iterations=1), "engine": "ortools"}

    fetched = replan(plan, "08:10", [Event("new", order=poison)], **auto)
    broken = replan(plan, "08:32", [Event("broken", "van#1")], **auto)

    assert {route.vehicle: set(route.orders) for route in fetched.routes} == {"van#1": {"A", "B"}, "van#2": {"C"}}
    assert broken.route("van#2").orders == ("B from van#1", "B")
    assert broken.problem.orders[-1].openings == (TimeWindow(parse_clock("08:32")),)


def test_events_are_read_from_a_workbook(tmp_path, two_stop_problem):
    """A changed order keeps what the row leaves blank."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["event", "id", "window_end", "ways", "delay_min"], ["changed", "A", "10:00", None, None],
                ["blocked", None, None, "12 13", None], ["晚点", "van#1", None, None, 12]):
        book.active.append(row)
    book.save(tmp_path / "events.xlsx")

    changed, blocked, late = read_events(tmp_path / "events.xlsx", two_stop_problem.orders)

    assert changed.order == dataclasses.replace(two_stop_problem.orders[0], window=TimeWindow.between("08:00", "10:00"))
    assert (blocked.ways, late.delay_s) == (("12", "13"), 720)


def test_everything_wrong_with_a_table_of_events_is_told_at_once(tmp_path, two_stop_problem):
    """Each with its cell; a header with its unit is understood, hours are made minutes."""
    table = tmp_path / "events.csv"
    table.write_text("事件,编号,晚点(小时),经度\n变更,nobody,,\n故障,,,\n爆炸,x,,\n晚点,van#1,abc,\n晚点,van#2,,\n新增,n,,200\n",
                     encoding="utf-8")
    with pytest.raises(TableError) as error:
        read_events(table, two_stop_problem.orders)
    assert {(fault.row, fault.column) for fault in error.value.faults} == {
        (2, "编号"), (3, "编号"), (4, "事件"), (5, "晚点(小时)"), (6, "晚点(小时)"), (7, "经度"), (7, "lat")}

    table.write_text("事件,编号,晚点(小时)\n晚点,van#1,1.5\n", encoding="utf-8")
    assert read_events(table) == (Event("late", "van#1", delay_s=5400),)
