"""A plan made by hand is judged by the same judge: each violation with its cell, and what our plan would have saved."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from gisdata.errors import InputFileError, MissingColumnError, TableError
from routing.audit import audit_stops, audit_table
from routing.checker import check
from routing.stated import StatedStop


def _stops(plan, edits=()):
    """Rows of a plan, one an order, cells V, S and O of row 2 and on; then edited: {order: (vehicle, stop)}."""
    rows = [(route.vehicle, number, order) for route in plan.routes for number, order in enumerate(route.orders, 1)]
    edits = dict(edits)
    return tuple(StatedStop(edits.get(order, (vehicle, number))[0], order, edits.get(order, (vehicle, number))[1],
                            {"vehicle": f"V{row}", "stop": f"S{row}", "order": f"O{row}"})
                 for row, (vehicle, number, order) in enumerate(rows, start=2))


def _audit(plan, stops):
    before = {order: (r.vehicle, number) for r in plan.routes for number, order in enumerate(r.orders, start=1)}
    return audit_stops("sheet", plan, stops, before, plan)


def _found(audit):
    return [(found.violation.rule, found.violation.order or found.violation.route, found.cell)
            for found in audit.violations]


def test_a_sheet_as_it_was_written_changes_nothing(mixed_plan):
    """No change, no violation, no difference, and the routes are those of the plan."""
    audit = _audit(mixed_plan, _stops(mixed_plan))

    assert (audit.changes, audit.violations, audit.cost_change) == ((), (), 0)
    assert audit.plan.routes == mixed_plan.routes


def test_a_changed_vehicle_is_judged_at_its_cell_and_costs_what_move_costs(mixed_plan):
    """R stands in row 5; put on van#1 as stop 2 it needs a skill and 1,500 kg that the van lacks."""
    audit = _audit(mixed_plan, _stops(mixed_plan, {"R": ("van#1", 2)}))
    moved = mixed_plan.move("R", "van#1", 2)

    assert _found(audit) == [("skills", "R", "V5"), ("capacity", "van#1", "V5")]
    assert [(c.cell, c.field, c.before, c.after) for c in audit.changes] == [("V5", "vehicle", "reefer#1", "van#1")]
    assert audit.plan.routes == moved.routes
    assert audit.cost_change == moved.cost - mixed_plan.cost


@pytest.mark.parametrize(("edits", "order"), [({"T": ("reefer#1", 2)}, "T"), ({"R": ("reefer#1", 1)}, "R")])
def test_a_changed_stop_is_what_move_makes_of_it(mixed_plan, edits, order):
    """Both make R come first; T is due at 06:00 sharp and late. It stands in row 4, R in row 5."""
    audit = _audit(mixed_plan, _stops(mixed_plan, edits))

    assert audit.plan.routes == mixed_plan.move(order, *edits[order]).routes
    assert _found(audit) == [("time_window", "T", "S4")]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_one_change_is_what_move_makes_of_it(mixed_plan, data):
    """Whatever order, vehicle and stop: the same routes, the same left over, the same cost; violations in cells."""
    order = data.draw(st.sampled_from(["P", "Q", "R", "T"]))
    vehicle = data.draw(st.sampled_from(["van#1", "van#2", "reefer#1"]))
    others = {route.vehicle: len(set(route.orders) - {order}) for route in mixed_plan.routes}
    stop = data.draw(st.integers(1, 1 + others.get(vehicle, 0)))

    audit = _audit(mixed_plan, _stops(mixed_plan, {order: (vehicle, stop)}))
    moved = mixed_plan.move(order, vehicle, stop)

    assert audit.plan.routes == moved.routes
    assert [left.order for left in audit.plan.unserved] == [left.order for left in moved.unserved]
    assert audit.cost_change == moved.cost - mixed_plan.cost
    assert all(found.cell for found in audit.violations)


def test_two_numbers_exchanged_swap_two_stops(mixed_plan):
    """Rows 4 and 5 with each other's number."""
    audit = _audit(mixed_plan, _stops(mixed_plan, {"T": ("reefer#1", 2), "R": ("reefer#1", 1)}))

    assert audit.plan.routes == mixed_plan.swap("T", "R").routes
    assert len(audit.changes) == 2


def test_vehicles_swapped_row_by_row_are_what_swap_makes_of_it(mixed_plan):
    """All four rows with the other vehicle, their numbers as they were."""
    others = {"P": ("reefer#1", 1), "Q": ("reefer#1", 2), "T": ("van#1", 1), "R": ("van#1", 2)}
    audit = _audit(mixed_plan, _stops(mixed_plan, others))

    assert audit.plan.routes == mixed_plan.swap("van#1", "reefer#1").routes
    assert ("capacity", "van#1", "V4") in _found(audit)


def test_rows_left_out_added_and_unknown_are_named(mixed_plan):
    """P's row now says Q, which is visited already; T's row says Z, which nobody ordered; P and T are forgotten."""
    stops = tuple(StatedStop(s.vehicle, {"P": "Q", "T": "Z"}.get(s.order, s.order), s.stop, s.cells)
                  for s in _stops(mixed_plan))
    audit = _audit(mixed_plan, stops)

    assert {f for f in _found(audit) if f[0] == "coverage"} == {
        ("coverage", "Q", "O2"), ("coverage", "Z", "O4"), ("coverage", "P", ""), ("coverage", "T", "")}
    assert {(c.cell, c.order) for c in audit.changes} == {("O2", "Q"), ("O4", "Z"), ("", "P"), ("", "T")}


@pytest.mark.parametrize("vehicle", ["lorry#1", "van#7", "nonsense"])
def test_a_vehicle_that_does_not_exist_is_named_at_its_cell(mixed_plan, vehicle):
    """Q, in row 3, is given to it; nothing else is wrong."""
    audit = _audit(mixed_plan, _stops(mixed_plan, {"Q": (vehicle, 1)}))

    assert _found(audit) == [("fleet", vehicle, "V3")]


def test_a_locked_order_moved_in_the_sheet_is_a_violation(mixed_plan):
    """Q may be served by van#2, but it was locked to van#1."""
    audit = _audit(mixed_plan.lock("Q"), _stops(mixed_plan, {"Q": ("van#2", 1)}))

    assert _found(audit) == [("lock", "Q", "V3")]


def test_a_blank_stop_is_the_last(mixed_plan):
    """P without a number comes after Q."""
    assert _audit(mixed_plan, _stops(mixed_plan, {"P": ("van#1", None)})).plan.route("van#1").orders == ("Q", "P")


def test_a_plan_made_by_hand_in_a_chinese_workbook(two_stop_problem, two_stop_plan, tmp_path):
    """Two vans for two orders: nothing is wrong, but our plan with one van would have saved 70.60 EUR and 10.5 km."""
    book = Workbook()
    book.active.title = "派车"
    for row in (["八月三日派车计划"], [], ["车号", "顺序", "订单号"], ["van#1", 1, "A"], ["van#2", 1, "B"]):
        book.active.append(row)
    book.save(tmp_path / "手工 计划.xlsx")

    audit = audit_table(tmp_path / "手工 计划.xlsx", two_stop_problem, two_stop_plan)

    assert audit.violations == ()
    assert audit.cost_change == pytest.approx(70.6)
    assert audit.distance_change_m == 10_500
    assert check(audit.plan) == []
    assert "+70.60 EUR against 100.40" in audit.summary()


def test_a_plan_made_by_hand_in_csv_has_cells(two_stop_problem, tmp_path):
    """Order C is not of this problem, and B is forgotten. Rows stand in order where no column says the stop."""
    file = tmp_path / "plan.csv"
    file.write_text("order,vehicle\nA,van#1\nC,van#1\n", encoding="utf-8")

    audit = audit_table(file, two_stop_problem)

    assert _found(audit) == [("coverage", "C", "A3"), ("coverage", "B", "")]
    assert audit.cost_change is None


def test_what_the_audit_shows_is_escaped(two_stop_problem, tmp_path):
    """An order called like a script stays text."""
    file = tmp_path / "plan.csv"
    file.write_text("order,vehicle\n<script>,van#1\n", encoding="utf-8")

    page = audit_table(file, two_stop_problem)._repr_html_()

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(("text", "error", "words"), [
    ("a,b\n1,2\n", MissingColumnError, "no row has the headers"),
    ("vehicle,order\nvan#1,\nvan#2,\n,B\n", TableError, "2 faults"),
    ("vehicle,stop,order\nvan#1,first,A\n", TableError, "'first'"),
    ("", (InputFileError, MissingColumnError), "plan.csv"),
])
def test_a_table_that_states_no_plan_is_refused(two_stop_problem, tmp_path, text, error, words):
    """One error each, with all faults."""
    file = tmp_path / "plan.csv"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(error, match=words):
        audit_table(file, two_stop_problem)
