"""VRPLIB files: what they say becomes the problem, exactly; what is wrong with them is said at once, with its place."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisdata.errors import InputFileError, UnknownNameError
from routing.checker import check
from routing.errors import UnsupportedRuleError
from routing.interop import read_instance, read_vrplib, read_vrplib_solution
from routing.model import ALWAYS, TimeWindow

DATA = Path(__file__).parents[2] / "data"

SQUARE = """NAME : square
COMMENT : (four corners: of a square)
TYPE : {type}
DIMENSION : 4
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 10
{headers}NODE_COORD_SECTION
1 0 0
2 0 3
3 4 3
4 1 1
DEMAND_SECTION
1 0
2 4
3 5
4 6
{sections}DEPOT_SECTION
 1
 -1
EOF
"""


@pytest.fixture
def write(tmp_path):
    """Write an instance and return its path."""
    def written(text):
        path = tmp_path / "实例 1.vrp"
        path.write_text(text, encoding="utf-8")
        return path
    return written


def _square(kind="CVRP", headers="", sections=""):
    return SQUARE.format(type=kind, headers=headers, sections=sections)


def test_cvrp_is_rounded_to_whole_numbers(write):
    """3-4-5 triangle: 3, 4 and 5; the diagonal of the unit square, 1.414, is 1. One vehicle for each order."""
    problem = read_vrplib(write(_square()))

    assert problem.matrices[0].distance_m.tolist() == [[0, 3, 5, 1], [3, 0, 4, 2], [5, 4, 0, 4], [1, 2, 4, 0]]
    assert not problem.matrices[0].duration_s.any()
    assert [(order.id, order.load["amount"], order.window) for order in problem.orders] == [
        ("1", 4, ALWAYS), ("2", 5, ALWAYS), ("3", 6, ALWAYS)]
    assert [(kind.count, kind.capacities["amount"], kind.tariff.cost(7, 0)) for kind in problem.fleet] == [(3, 10, 7)]


@pytest.mark.parametrize(("rounding", "diagonal", "cost"), [
    ("nearest", 1, 1), ("truncate", 1, 1), ("nearest_1_decimal", 14, 1.4), ("truncate_1_decimal", 14, 1.4),
    ("nearest_2_decimals", 141, 1.41), ("nearest_3_decimals", 1414, 1.414)])
def test_rounding_scales_distances_and_tariff_undoes_it(write, rounding, diagonal, cost):
    """The square root of 2 with each convention, and what it costs in units of the file."""
    problem = read_vrplib(write(_square()), rounding=rounding)

    assert problem.matrices[0].distance_m[0, 3] == diagonal
    assert problem.fleet[0].tariff.cost(diagonal, 0) == pytest.approx(cost, abs=1e-12)


def test_time_windows_make_travel_take_time(write):
    """VRPTW files are cut to one decimal: windows, service and travel are tenths."""
    text = _square("VRPTW", "VEHICLES : 2\nSERVICE_TIME : 1.5\n",
                   "TIME_WINDOW_SECTION\n1 0 40\n2 5 10\n3 0 40\n4 0.55 40\n")

    problem = read_vrplib(write(text))

    assert problem.depots[0].hours == TimeWindow(0, 400)
    assert [order.window for order in problem.orders] == [TimeWindow(50, 100), TimeWindow(0, 400), TimeWindow(5, 400)]
    assert {order.service_s for order in problem.orders} == {15}
    assert problem.matrices[0].duration_s[0].tolist() == [0, 30, 50, 14]
    assert problem.fleet[0].count == 2


def test_prizes_are_penalties_and_zero_means_must(write):
    """An order with a prize may be left out for it; in PyVRP's files a prize of zero means that it must be served."""
    problem = read_vrplib(write(_square("PCVRPTW", "", "PRIZE_SECTION\n1 0\n2 7\n3 0\n4 2.5\n")))

    assert [order.penalty for order in problem.orders] == [7.0, None, 2.5]


def test_vehicles_alike_in_a_row_are_one_type(write):
    """Capacity, depot, costs and longest duration differ by vehicle; rows 1 and 2 are alike."""
    text = _square("HFVRP", "VEHICLES : 3\nVEHICLES_MAX_DURATION : 9\n", (
        "CAPACITY_SECTION\n1 10\n2 10\n3 30\nVEHICLES_FIXED_COST_SECTION\n1 2\n2 2\n3 5\n"
        "VEHICLES_UNIT_DISTANCE_COST_SECTION\n1 1\n2 1\n3 1.5\nVEHICLES_DEPOT_SECTION\n1 1\n2 1\n3 2\n"))
    text = text.replace("CAPACITY : 10\n", "").replace("DEPOT_SECTION\n 1\n", "DEPOT_SECTION\n 1\n 2\n")
    text = text.replace("DEMAND_SECTION\n1 0\n2 4", "DEMAND_SECTION\n1 0\n2 0")

    problem = read_vrplib(write(text))

    assert [(kind.id, kind.count, kind.capacities["amount"], kind.depot, kind.max_duration_s) for kind in problem.fleet
            ] == [("type 1", 2, 10, "0", 9000), ("type 2", 1, 30, "1", 9000)]
    assert [kind.tariff.cost(4000, 0) for kind in problem.fleet] == pytest.approx([2 + 4, 5 + 6])
    assert [depot.id for depot in problem.depots] == ["0", "1"]


def test_depot_that_is_not_the_first_node(write):
    """Rows of the matrix are depots, then orders; ids stay node numbers less one."""
    text = _square().replace("DEPOT_SECTION\n 1", "DEPOT_SECTION\n 3")
    text = text.replace("1 0\n2 4\n3 5", "1 5\n2 4\n3 0")

    problem = read_vrplib(write(text))

    assert problem.place_labels == ("depot 2", "order 0", "order 1", "order 3")
    assert problem.matrices[0].distance_m[0].tolist() == [0, 5, 4, 4]


def test_longest_route_counts_distance_and_service(write):
    """DISTANCE with SERVICE_TIME, as in the sets of Christofides, Mingozzi and Toth, limits the sum of both."""
    problem = read_vrplib(write(_square(headers="DISTANCE : 12\nSERVICE_TIME : 10\n")))

    assert problem.fleet[0].max_duration_s == 12
    assert problem.matrices[0].duration_s[1, 2] == 4
    assert problem.orders[0].service_s == 10


def test_places_keep_their_shape_on_the_map(write):
    """The square of 4 by 3 lies around 0, 0; its longer side is one degree."""
    problem = read_vrplib(write(_square()))

    assert (problem.depots[0].lon, problem.depots[0].lat) == (-0.5, -0.375)
    assert [(order.lon, order.lat) for order in problem.orders] == [(-0.5, 0.375), (0.5, 0.375), (-0.25, -0.125)]


def test_published_solution_has_its_published_cost():
    """X-n120-k6: the best known solution costs 13332 (CVRPLIB), and the judge finds nothing wrong with it."""
    problem = read_instance(DATA / "X-n120-k6.vrp")

    plan, stated = read_vrplib_solution(DATA / "X-n120-k6.sol", problem)

    assert (plan.cost, stated, len(plan.routes), check(plan)) == (13332, 13332, 6, [])


def test_published_site_dependent_solution_has_its_published_cost():
    """PR11: four types of vehicles, windows and longest durations; 1429354 thousandths (PyVRP/Instances)."""
    problem = read_instance(DATA / "PR11.vrp")

    plan, stated = read_vrplib_solution(DATA / "PR11.sol", problem)

    assert stated == 1_429_354
    assert (round(plan.cost, 6), check(plan)) == (1429.354, [])
    assert any(order.vehicle_types for order in problem.orders)


def test_vehicles_serve_only_the_nodes_they_list(write):
    """Two vehicles that differ in nothing but their lists are two types; node 4 both may serve."""
    text = _square("SDVRP", "VEHICLES : 2\n", "VEHICLES_ALLOWED_CLIENTS_SECTION\n1 2 4\n2 3 4\n")

    problem = read_vrplib(write(text))

    assert [order.vehicle_types for order in problem.orders] == [{"type 1"}, {"type 2"}, set()]


def test_backhauls_are_picked_up_after_the_deliveries(write):
    """In a VRPB no road leads from the depot to a pickup, nor from a pickup to a delivery."""
    text = _square("VRPB", "", "BACKHAUL_SECTION\n1 0\n2 0\n3 5\n4 0\n").replace("3 5\n4 6", "3 0\n4 6", 1)

    problem = read_vrplib(write(text))

    assert [(order.id, order.kind, order.load["amount"]) for order in problem.orders] == [
        ("1", "delivery", 4), ("2", "pickup", 5), ("3", "delivery", 6)]
    assert problem.matrices[0].reachable.tolist() == [
        [True, True, False, True], [True, True, True, True], [True, False, True, False], [True, True, True, True]]


def test_backhauls_of_other_types_are_in_any_order(write):
    """Only a VRPB puts deliveries first."""
    text = _square("MVRPB", "", "BACKHAUL_SECTION\n1 0\n2 0\n3 5\n4 0\n").replace("3 5\n4 6", "3 0\n4 6", 1)

    assert read_vrplib(write(text)).matrices[0].reachable.all()


def test_longest_distance_is_a_limit_of_its_own(write):
    """VEHICLES_MAX_DISTANCE does not make travel take time."""
    problem = read_vrplib(write(_square(headers="VEHICLES_MAX_DISTANCE : 15\n")))

    assert problem.fleet[0].max_distance_m == 15
    assert not problem.matrices[0].duration_s.any()


def test_first_node_is_the_depot_where_none_is_named(write):
    """Files of PyVRP leave DEPOT_SECTION out where there is one depot."""
    text = _square().replace("DEPOT_SECTION\n 1\n -1\n", "")

    assert read_vrplib(write(text)) == read_vrplib(write(_square()))


EXPLICIT = """TYPE : CVRP
DIMENSION : {n}
CAPACITY : 9
EDGE_WEIGHT_TYPE : EXPLICIT
EDGE_WEIGHT_FORMAT : {form}
EDGE_WEIGHT_SECTION
{weights}
DEMAND_SECTION
{demands}
DEPOT_SECTION
1
-1
"""


def _explicit(form, weights, n):
    demands = "\n".join(f"{i} {int(i > 1)}" for i in range(1, n + 1))
    return EXPLICIT.format(form=form, weights=" ".join(map(str, weights)), n=n, demands=demands)


@pytest.mark.parametrize(("form", "weights"), [
    ("FULL_MATRIX", [0, 12, 13, 14, 12, 0, 23, 24, 13, 23, 0, 34, 14, 24, 34, 0]),
    ("UPPER_ROW", [12, 13, 14, 23, 24, 34]), ("LOWER_ROW", [12, 13, 23, 14, 24, 34]),
    ("UPPER_DIAG_ROW", [0, 12, 13, 14, 0, 23, 24, 0, 34, 0]), ("LOWER_DIAG_ROW", [0, 12, 0, 13, 23, 0, 14, 24, 34, 0]),
    ("UPPER_COL", [12, 13, 23, 14, 24, 34]), ("LOWER_COL", [12, 13, 14, 23, 24, 34]),
    ("UPPER_DIAG_COL", [0, 12, 0, 13, 23, 0, 14, 24, 34, 0]), ("LOWER_DIAG_COL", [0, 12, 13, 14, 0, 23, 24, 0, 34, 0])])
def test_explicit_distances_fill_the_right_cells(write, form, weights):
    """The distance between nodes i < j is written as the digits ij, in the order of TSPLIB 95 for each format."""
    problem = read_vrplib(write(_explicit(form, weights, 4)))

    assert problem.matrices[0].distance_m.tolist() == [
        [0, 12, 13, 14], [12, 0, 23, 24], [13, 23, 0, 34], [14, 24, 34, 0]]


def test_full_matrix_may_differ_by_direction(write):
    """Row is from, column is to."""
    problem = read_vrplib(write(_explicit("FULL_MATRIX", [0, 1, 2, 3, 0, 4, 5, 6, 0], 3)))

    assert problem.matrices[0].distance_m.tolist() == [[0, 1, 2], [3, 0, 4], [5, 6, 0]]


@settings(max_examples=25, deadline=None)
@given(spots=st.lists(st.tuples(st.integers(-500, 500), st.integers(-500, 500)), min_size=2, max_size=9),
       whole=st.booleans())
def test_distances_are_those_of_the_package_vrplib(tmp_path_factory, spots, whole):
    """Another reader of the same file finds the same distances before rounding."""
    vrplib = pytest.importorskip("vrplib", reason="vrplib, another reader, is not installed")
    rows = "\n".join(f"{i} {x if whole else x / 8} {y}" for i, (x, y) in enumerate(spots, start=1))
    demands = "\n".join(f"{i} {int(i > 1)}" for i in range(1, len(spots) + 1))
    path = tmp_path_factory.mktemp("vrplib") / "drawn.vrp"
    path.write_text(f"TYPE : CVRP\nDIMENSION : {len(spots)}\nCAPACITY : 9\nEDGE_WEIGHT_TYPE : EUC_2D\n"
                    f"NODE_COORD_SECTION\n{rows}\nDEMAND_SECTION\n{demands}\nDEPOT_SECTION\n1\n-1\nEOF\n",
                    encoding="utf-8")

    ours = read_vrplib(path, rounding="nearest_3_decimals").matrices[0].distance_m

    np.testing.assert_allclose(ours / 1000, vrplib.read_instance(path)["edge_weight"], atol=0.0005 + 1e-9)


FAULTS = {
    "missing section": (lambda t: t.replace("DEMAND_SECTION\n1 0\n2 4\n3 5\n4 6\n", ""), ["DEMAND_SECTION", "missing"]),
    "dimension": (lambda t: t.replace("DIMENSION : 4", "DIMENSION : 5"), ["NODE_COORD", "numbers are missing: 5"]),
    "no dimension": (lambda t: t.replace("DIMENSION : 4\n", ""), ["DIMENSION is missing"]),
    "huge dimension": (lambda t: t.replace("DIMENSION : 4", "DIMENSION : 4000000"), ["line 4", "20,000"]),
    "word": (lambda t: t.replace("3 4 3", "3 four 3"), ["line 10", "section 'NODE_COORD'", "'four'", "is no number"]),
    "infinite": (lambda t: t.replace("3 4 3", "3 inf 3"), ["line 10", "is no number"]),
    "negative demand": (lambda t: t.replace("3 5\n", "3 -5\n"), ["line 15", "section 'DEMAND'", "'-5'", "below 0"]),
    "columns": (lambda t: t.replace("3 4 3", "3 4"), ["line 10", "has 2 values, expected 3"]),
    "twice": (lambda t: t.replace("4 1 1", "3 1 1"), ["line 11", "stands already in line 10", "missing: 4"]),
    "number": (lambda t: t.replace("4 1 1", "9 1 1"), ["line 11", "run from 1 to 4"]),
    "depot": (lambda t: t.replace("\n 1\n -1", "\n 7\n -1"), ["section 'DEPOT'", "'7'", "is no node"]),
    "no depot": (lambda t: t.replace("\n 1\n -1", "\n -1"), ["section 'DEPOT'", "lists no depot"]),
    "depot with demand": (lambda t: t.replace("1 0\n2 4", "1 3\n2 4"), ["depot cannot have demand"]),
    "distances": (lambda t: t.replace("EUC_2D", "XRAY1"), ["line 5", "'XRAY1'", "EUC_2D, CEIL_2D"]),
    "capacity": (lambda t: t.replace("CAPACITY : 10", "CAPACITY : much"), ["line 6", "CAPACITY", "'much'"]),
    "both": (lambda t: t.replace("DEPOT_SECTION", "BACKHAUL_SECTION\n1 0\n2 1\n3 0\n4 0\nDEPOT_SECTION"),
             ["section 'BACKHAUL'", "have both demand and backhaul"]),
    "no server": (lambda t: t.replace("DEPOT_SECTION", "VEHICLES_ALLOWED_CLIENTS_SECTION\n1 2\n2 2\n3 3\nDEPOT_SECTION",
                                      1),
                  ["no vehicle may serve node 4"]),
    "no time": (lambda t: t.replace("CAPACITY", "VEHICLES_MAX_DURATION : 0\nCAPACITY"), ["must be more than zero"]),
    "fleet": (lambda t: t.replace("CAPACITY", "VEHICLES : 99999999\nCAPACITY"), ["line 6", "more than 1,000,000"]),
    "stray": (lambda t: "1 2 3\n" + t, ["line 1", "neither a header nor in a section"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_told_with_its_place(write, fault):
    """File, line, section, value, reason and remedy stand in one message."""
    spoil, told = FAULTS[fault]
    path = write(spoil(_square()))

    with pytest.raises(InputFileError) as caught:
        read_vrplib(path)

    assert [words for words in (path.name, *told) if words not in str(caught.value)] == []


def test_all_faults_are_told_at_once(write):
    """A bad coordinate, a bad demand and a bad depot of one file are one error with three lines."""
    text = _square().replace("3 4 3", "3 x 3").replace("4 6\n", "4 -6\n").replace("\n 1\n", "\n 0\n")

    with pytest.raises(InputFileError, match="3 faults in the input") as caught:
        read_vrplib(write(text))

    assert [words for words in ("'x'", "'-6'", "'0'") if words not in str(caught.value)] == []


def test_window_that_runs_backwards_is_a_fault(write):
    """The line is that of the window."""
    text = _square("VRPTW", "", "TIME_WINDOW_SECTION\n1 0 40\n2 5 4\n3 0 40\n4 0 40\n")

    with pytest.raises(InputFileError, match=r"line 19.*ends at 4, before it begins at 5"):
        read_vrplib(write(text))


def test_times_beyond_the_clock_are_a_fault(write):
    """31 days are 2,678,400 s: with three decimals an end at 2,700 is more, with one it is not."""
    path = write(_square("VRPTW", "", "TIME_WINDOW_SECTION\n1 0 2700\n2 0 4\n3 0 40\n4 0 40\n"))

    with pytest.raises(InputFileError, match="fewer decimals"):
        read_vrplib(path, rounding="nearest_3_decimals")
    assert read_vrplib(path, rounding="truncate_1_decimal").depots[0].close == 27_000


@pytest.mark.parametrize(("weights", "told"), [
    ([1, 2], "has 2 values; LOWER_ROW of 3 nodes has 3"), ([1, -2, 3], "'-2'"), ([1, "two", 3], "'two'")])
def test_wrong_explicit_distances_are_told(write, weights, told):
    """Too few numbers, a negative one, a word."""
    with pytest.raises(InputFileError, match="EDGE_WEIGHT") as caught:
        read_vrplib(write(_explicit("LOWER_ROW", weights, 3)))

    assert told in str(caught.value)


@pytest.mark.parametrize(("section", "told"), [
    ("RELEASE_TIME_SECTION\n1 0\n", "release times"), ("VEHICLES_RELOAD_DEPOT_SECTION\n1 1\n", "several trips"),
    ("STANDTIME_SECTION\n1 1\n", "STANDTIME is not known")])
def test_what_cannot_be_planned_is_refused_by_name(write, section, told):
    """Nothing that changes the meaning of an instance is left out in silence."""
    with pytest.raises(UnsupportedRuleError, match=told):
        read_vrplib(write(_square(sections=section)))


def test_unknown_rounding_lists_the_known(write):
    """A rounding is one of six names."""
    with pytest.raises(UnknownNameError, match=r"dimacs.*truncate_1_decimal"):
        read_vrplib(write(_square()), rounding="dimacs")


def test_no_file_and_no_text(tmp_path):
    """A missing file and a binary one are the same kind of error."""
    (tmp_path / "a.vrp").write_bytes(b"\x00\xff\xfe\x00" * 20)

    for name in ("a.vrp", "missing.vrp"):
        with pytest.raises(InputFileError, match=name):
            read_vrplib(tmp_path / name)
