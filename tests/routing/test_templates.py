"""Templates of fixed lines: which are driven on a day, by which orders, and every stop that does not exist."""

import dataclasses

import pandas as pd
import pytest

import gisdata
import routing
from gisdata.errors import TableError

MONDAY, TUESDAY = "2026-11-30", "2026-12-01"


@pytest.fixture(scope="module")
def town():
    """The sample of Monaco, and its first eight orders."""
    sample = gisdata.load_sample("monaco")
    return dataclasses.replace(sample, orders=sample.orders.head(8))


def build(town, lines, day=MONDAY):
    return routing.build_problem(town.orders, town.depots, town.vehicles, town.roads, lines=lines, day=day)


def table(*rows, **more):
    return pd.DataFrame([dict(zip(("id", "stop"), row, strict=True)) | {name: cells[at] for name, cells in more.items()}
                         for at, row in enumerate(rows)])


def test_a_chinese_file_becomes_the_lines_of_its_weekday(town, tmp_path):
    """Stops by id and by customer, in the sequence stated; on a day of other weekdays there is no line."""
    a, b, c = town.orders["id"].iloc[:3]
    name = town.orders["name"].iloc[1]
    file = tmp_path / "固定线路.csv"
    file.write_text("线路,停靠顺序,站点,星期,允许绕行(%)\n"
                    f"北线,2,{name},周一;周四,15\n北线,1,{c},,\n北线,3,{a},周一;周四,15\n", encoding="utf-8")
    lines = gisdata.read_lines(file)

    (line,) = build(town, lines).lines

    assert (line.id, line.orders, line.bend_percent) == ("北线", (c, b, a), 15.0)
    assert build(town, lines, TUESDAY).lines == ()


def test_unknown_stops_and_weekdays_are_named_together_before_any_search(town):
    """Two stops that nobody ordered for and a weekday that is none; a stop that may be missed is left out."""
    a = town.orders["id"].iloc[0]
    lines = table(("N", "nowhere"), ("N", a), ("S", "elsewhere"), ("S", "now and then"), ("T", a),
                  may_miss=["", "", "", "yes", ""], weekdays=["", "", "", "", "someday"])

    with pytest.raises(TableError) as raised:
        build(town, lines)

    assert {fault.value for fault in raised.value.faults} == {"someday", "nowhere", "elsewhere"}


def test_rows_of_one_line_must_agree(town):
    """A second bend for the same line is refused with its value; an ignored line is not driven."""
    a, b = town.orders["id"].iloc[:2]

    with pytest.raises(TableError, match="differs from the first row of line 'N'") as raised:
        build(town, table(("N", a), ("N", b), bend_percent=["5", "7"]))

    assert [(fault.column, fault.value) for fault in raised.value.faults] == [("bend_percent", "7.0")]
    assert build(town, table(("N", a), ignored=["yes"])).lines == ()


def test_a_kept_line_is_driven_as_it_stands(town):
    """Against the cheapest sequence: the line is a route of its own, in its own sequence, and the judge agrees."""
    stops = tuple(town.orders["id"].iloc[[4, 0, 6]])
    problem = build(town, [routing.FixedLine("N", orders=stops)])

    plan = routing.solve(problem, routing.Limit(iterations=20), engine="ortools", progress=False)

    assert stops in [route.orders for route in plan.routes]
    assert routing.check(plan) == []
