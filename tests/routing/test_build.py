"""From tables to a problem: values, pieces, faults of all tables at once, places off the road and on islands."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
import shapely

import gisdata
from gisdata.errors import MissingColumnError, PlacesOffRoadError, TableError
from gisdata.network.road_network import make_network
from routing.assemble import assemble_plan
from routing.build import build_problem
from routing.checker import check
from routing.errors import ProblemError
from routing.loading import cargo_space
from routing.model import (
    Break,
    Depot,
    DrivingRule,
    Limit,
    LoadUnit,
    Order,
    Problem,
    Shipment,
    Tariff,
    TimeWindow,
    VehicleType,
)
from routing.reading import read_problem
from routing.reasons import unserved_orders
from routing.solve import solve
from routing.travel import travel_matrix

DEPOT, VAN = Depot("D", lon=24.90, lat=60.16), VehicleType("van")
LON, LAT = (24.90, 24.91, 24.92, 24.96, 24.97), (60.16, 60.16, 60.17, 60.16, 60.16)


@pytest.fixture(scope="module")
def town():
    """Nodes 1 - 2 - 3 joined both ways; 4 - 5 is an island 2 km east of it."""
    nodes = pd.DataFrame({"osm_id": [1, 2, 3, 4, 5], "lon": LON, "lat": LAT})
    ends = [(1, 2), (2, 1), (2, 3), (3, 2), (4, 5), (5, 4)]
    edges = pd.DataFrame(ends, columns=["from_id", "to_id"]).assign(
        length_m=1000.0, highway="residential", way_ids="1", node_ids=[f"{a};{b}" for a, b in ends])
    lines = [shapely.LineString([(LON[i - 1], LAT[i - 1]) for i in pair]) for pair in ends]
    return make_network(nodes, edges, np.array(lines, dtype=object), meta={"name": "town"})


def orders_table(**columns):
    return pd.DataFrame({"id": ["A", "B"], "lon": [24.91, 24.92], "lat": [60.16, 60.17]} | columns)


def fleet_table(**columns):
    return pd.DataFrame({"id": ["van"], "count": [2]} | columns)


DEPOTS = pd.DataFrame({"id": ["D"], "lon": [24.90], "lat": [60.16]})


def test_every_column_of_a_table_reaches_its_field(town):
    """Text, minutes, clock times over midnight, named dimensions, sizes, costs."""
    orders = orders_table(weight_kg=["120.5", ""], volume_m3=["1.5", ""], pieces=["3", ""], demand_pallets=["2", ""],
                          window_begin=["22:00", ""], window_end=["02:00+1", ""], service_min=["7.5", ""],
                          skills=["cold;crane", ""], kind=["提货", ""], vehicle_types=["van", ""],
                          penalty=["30", ""], name=["店", ""], address=["路 1", ""])
    fleet = fleet_table(payload_kg="900", volume_m3="8", pieces="50", capacity_pallets="6", cargo_length_m="2.7",
                        cargo_width_m="1.5", cargo_height_m="1.6", length_m="4.5", width_m="1.7", height_m="2",
                        gross_mass_kg="2600", axles="2", years_in_service="2.5", crew="2", customs_supervised="yes",
                        profile="truck", depot="D", shift_begin="21:00", shift_end="06:00+1", max_hours="9.5",
                        returns="否", max_distance_km="80.5", max_stops="12", backhauls_last="是",
                        skills="cold;crane", fixed_cost="20", cost_per_km="0.5", cost_per_hour="12", currency="CNY")
    depots = DEPOTS.assign(open="20:00", close="08:00+1", name="仓库")

    problem = build_problem(orders, depots, fleet, town, day="2026-11-23", time_zone="Asia/Shanghai")

    assert problem.orders == (
        Order("A", lon=24.91, lat=60.16, weight_kg=120.5, volume_m3=1.5, pieces=3, demand={"pallets": 2},
              window=TimeWindow.between("22:00", "02:00+1"), service_s=450, skills={"cold", "crane"}, penalty=30,
              kind="pickup", vehicle_types={"van"}, name="店", address="路 1"),
        Order("B", lon=24.92, lat=60.17))
    assert problem.fleet == (VehicleType(
        "van", count=2, payload_kg=900, volume_m3=8, pieces=50, capacity={"pallets": 6}, cargo_length_m=2.7,
        cargo_width_m=1.5, cargo_height_m=1.6, length_m=4.5, width_m=1.7, height_m=2, gross_mass_kg=2600, axles=2,
        years_in_service=2.5, crew=2, customs_supervised=True, profile="truck", depot="D",
        shift=TimeWindow.between("21:00", "06:00+1"), max_duration_s=34200, skills={"cold", "crane"},
        returns=False, max_distance_m=80_500, max_stops=12, backhauls_last=True,
        tariff=Tariff(20, 0.5, 12, "CNY")),)
    assert problem.depots == (Depot("D", lon=24.90, lat=60.16, open="20:00", close="08:00+1", name="仓库"),)
    assert (problem.day, problem.time_zone, problem.roads) == (dt.date(2026, 11, 23), "Asia/Shanghai", town)


def test_pieces_and_cargo_spaces_reach_their_fields(town):
    """Every flag and class of a piece, Chinese words included; a container by its name, and one cut to 5 m."""
    pieces = pd.DataFrame({
        "order": ["A"], "id": ["p"], "count": [2], "length_m": [0.6], "width_m": [0.4], "height_m": [0.3],
        "weight_kg": [5], "upright": ["否"], "never_vertical": ["length"], "floor_only": ["是"], "fragile": ["是"],
        "max_top_load_kg": [40], "goods": ["食品"], "hazard": ["3类"], "temperature": ["冷藏"]})
    fleet = pd.DataFrame({"id": ["box", "cut"], "count": [1, 1], "cargo_space": ["20GP", "22G1"],
                          "cargo_length_m": ["", "5"], "payload_kg": ["", "900"]})

    problem = build_problem(orders_table(), DEPOTS, fleet, town, pieces=pieces)

    assert problem.orders[0].units == (LoadUnit(
        "p", length_m=0.6, width_m=0.4, height_m=0.3, weight_kg=5, count=2, upright=False, never_vertical={"length"},
        floor_only=True, fragile=True, max_top_load_kg=40, goods="food", hazard="3", temperature="chilled"),)
    box, cut = problem.fleet
    assert box.space == cargo_space("20GP")
    assert (box.payload_kg, box.space.size_mm) == (28180, (5898, 2350, 2392))
    assert (cut.space.length_m, cut.space.payload_kg) == (5, 900)
    assert Problem.from_dict(problem.to_dict(), problem.matrices) == problem


def test_contradictory_pieces_are_all_named(town):
    """Both pieces with their orders, and the cargo space that there is not."""
    pieces = pd.DataFrame({"order": ["A", "B"], "id": ["p", "q"], "length_m": [1, 1], "width_m": [1, 1],
                           "height_m": [1, 1], "turnable": ["no", ""], "upright": ["no", ""], "stackable": ["", "no"],
                           "max_top_load_kg": ["", "7"]})

    with pytest.raises(ProblemError) as caught:
        build_problem(orders_table(), DEPOTS, fleet_table(cargo_space="21GP"), town, pieces=pieces)

    for words in ("order 'A': load unit 'p': a piece", "order 'B': load unit 'q': nothing may stand", "'21GP'"):
        assert words in str(caught.value)


def test_blank_columns_are_the_neutral_defaults(town):
    """What nobody wrote limits nothing: the nouns equal those made by hand with no fields at all."""
    problem = build_problem(orders_table(), DEPOTS, fleet_table(), town)

    assert problem.orders == (Order("A", lon=24.91, lat=60.16), Order("B", lon=24.92, lat=60.17))
    assert problem.fleet == (VehicleType("van", count=2),)
    assert problem.depots == (DEPOT,)


def test_checked_tables_raw_tables_and_nouns_give_the_same_problem(town):
    """To the digest."""
    tables = orders_table(weight_kg=[1, 2]), DEPOTS, fleet_table(payload_kg=5.0)
    raw = build_problem(*tables, town)
    checked = build_problem(gisdata.check_orders(tables[0]), gisdata.check_depots(tables[1]),
                            gisdata.check_vehicles(tables[2]), town)
    nouns = build_problem(list(raw.orders), raw.depots[0], raw.fleet[0], town)

    assert raw == checked == nouns


def test_the_matrix_is_that_of_travel_matrix_for_each_profile(town):
    """Depots first, then orders; one for each road profile that the fleet uses."""
    fleet = [VehicleType("van"), VehicleType("lorry", profile="truck"), VehicleType("old lorry", profile="truck")]

    problem = build_problem(orders_table(), DEPOTS, fleet, town)

    assert [matrix.profile for matrix in problem.matrices] == ["truck", "van"]
    assert problem.matrix("van") == travel_matrix(town, [*problem.depots, *problem.orders], "van")
    assert problem.matrix("van").distance_m.tolist() == [[0, 1000, 2000], [1000, 0, 1000], [2000, 1000, 0]]


PIECES = pd.DataFrame({"order": ["A", "A"], "id": ["box", "pallet"], "count": [3, 1], "length_m": [0.5, 1.2],
                       "width_m": [0.4, 0.8], "height_m": [0.5, 1], "weight_kg": [10, 70], "stackable": ["yes", "no"],
                       "upright": ["no", "yes"]})


def test_pieces_become_units_and_fill_blank_amounts(town):
    """3 boxes of 0.1 m3 and 10 kg and a pallet of 0.96 m3 and 70 kg: 100 kg, 1.26 m3, 4 pieces."""
    order, bare = build_problem(orders_table(), DEPOTS, fleet_table(), town, pieces=PIECES).orders

    assert (order.weight_kg, order.volume_m3, order.pieces) == (100, pytest.approx(1.26), 4)
    assert order.units == (
        LoadUnit("box", length_m=0.5, width_m=0.4, height_m=0.5, weight_kg=10, count=3, upright=False),
        LoadUnit("pallet", length_m=1.2, width_m=0.8, height_m=1, weight_kg=70, stackable=False))
    assert (bare.weight_kg, bare.units) == (0, ())


def test_stated_amounts_stand_beside_pieces(town):
    """A rounded weight agrees; volume and number are the planner's to state."""
    orders = orders_table(weight_kg=[100.9, ""], volume_m3=[2, ""], pieces=[1, ""])

    order, _ = build_problem(orders, DEPOTS, fleet_table(), town, pieces=PIECES).orders

    assert (order.weight_kg, order.volume_m3, order.pieces) == (100.9, 2, 1)


def test_faults_between_tables_are_told_together(town):
    """Pieces of no order, a weight that is not that of its pieces, depots and road profiles that do not exist."""
    pieces = pd.concat([PIECES, PIECES.assign(order="Z")])
    fleet = pd.DataFrame({"id": ["v", "w"], "count": [1, 1], "depot": ["E", ""], "profile": ["", "tram"]})

    with pytest.raises(TableError) as error:
        build_problem(orders_table(weight_kg=[150, 5]), DEPOTS, fleet, town, pieces=pieces)

    assert [(fault.file, fault.column, fault.value) for fault in error.value.faults] == [
        ("pieces table", "order", "Z"), ("orders table", "weight_kg", "150"), ("vehicles table", "depot", "E"),
        ("vehicles table", "profile", "tram")]
    for words in ("order 'A' weighs 150 kg, its pieces 100 kg", "There are: D.", "There are: car, van, truck, "):
        assert words in str(error.value)


def test_faults_of_all_tables_are_told_together(town):
    """Each table's own faults, in one error; nothing is measured before."""
    with pytest.raises(TableError) as error:
        build_problem(orders_table(weight_kg=[-1, "x"]), DEPOTS.assign(open="25h"), fleet_table(payload_kg=["heavy"]),
                      roads=None, pieces=PIECES.drop(columns="width_m"))

    assert {fault.column for fault in error.value.faults} == {"weight_kg", "open", "payload_kg", "width_m"}
    assert error.value.count == 5


def test_the_fault_of_a_single_table_keeps_its_kind(town):
    """A missing column is a MissingColumnError."""
    with pytest.raises(MissingColumnError, match="lon"):
        build_problem(orders_table().drop(columns="lon"), DEPOTS, fleet_table(), town)


@pytest.mark.parametrize(("arguments", "message"), [
    (("orders.csv", DEPOTS, VAN), "orders must be a table or a list of Order, got 'orders.csv'.*gisdata.read_orders"),
    ((None, DEPOTS, VAN), "orders must be a table or a list of Order, got NoneType"),
    (([], DEPOTS, "fleet.csv"), "got 'fleet.csv'; a file is read with gisdata.read_vehicles"),
    (([], [DEPOT, VAN], VAN), "depots must be a table or a list of Depot, got VehicleType"),
    (([], [], VAN), "there is no depot"),
    (([], DEPOT, []), "there is no vehicle"),
    (([], DEPOT, VehicleType("van", count=0)), "there is no vehicle"),
    (([Order("A", lon=24.91, lat=60.16)] * 2, DEPOT, VAN), "order ids are repeated: 'A'"),
])
def test_what_cannot_be_a_problem_is_refused_in_words(town, arguments, message):
    """Files instead of tables, the wrong nouns, none at all, ids twice."""
    with pytest.raises(ProblemError, match=message):
        build_problem(*arguments, town)


def test_contradictions_are_found_before_anything_is_measured():
    """Measuring a large day takes long; the roads are not even looked at."""
    with pytest.raises(ProblemError, match=r"repeated: 'A'\n.*must name its depot: there are 2\n.*got 'Mars'"):
        build_problem([Order("A", lon=0, lat=0)] * 2, [DEPOT, Depot("E", lon=0, lat=0)], VAN, None, time_zone="Mars")


def test_a_problem_needs_roads():
    """The name of a file is none."""
    with pytest.raises(ProblemError, match="roads must be a RoadNetwork, got str"):
        build_problem([], DEPOT, VAN, "town.osm.pbf")


def test_pieces_must_be_a_table(town):
    """A path is not read in secret."""
    with pytest.raises(ProblemError, match=r"gisdata\.read_pieces"):
        build_problem([], DEPOT, VAN, town, pieces="pieces.csv")


@pytest.mark.parametrize(("keywords", "message"), [
    ({"day": "23.11.2026"}, "day must be a date such as '2026-01-05', got '23.11.2026'"),
    ({"day": 5}, "got 5"), ({"time_zone": "Mars/Olympus"}, "IANA name.*Mars/Olympus"),
])
def test_day_and_time_zone_are_checked(town, keywords, message):
    """Before anybody reads a clock by them."""
    with pytest.raises(ProblemError, match=message):
        build_problem([], DEPOT, VAN, town, **keywords)


def test_orders_on_islands_and_off_the_road_come_back_with_the_distance(town):
    """An island stop, a field 2 km off, and a point with lon and lat swapped: the rest of the day is planned."""
    orders = [Order("A", lon=24.91, lat=60.16), Order("island", lon=24.965, lat=60.16),
              Order("field", lon=24.90, lat=60.142), Order("swapped", lon=60.16, lat=24.91)]

    problem = build_problem(orders, DEPOT, VAN, town)
    plan = assemble_plan(problem, [("van", ["A"])], engine="test", limit=None, seed=0)

    matrix = problem.matrix("van")
    assert matrix.reachable.tolist() == [[True, True, *[False] * 3], [True, True, *[False] * 3],
                                         *([i == j for j in range(5)] for i in range(2, 5))]
    assert [left.reason for left in plan.unserved] == ["no_road"] * 3
    island, field, swapped = (left.detail for left in plan.unserved)
    assert island == "no road for van leads to it from depot D"
    assert field.startswith("no road for van leads to it from depot D; it is 2,0")
    assert field.endswith(" m from the nearest road for van")
    assert " km from the nearest road for van; are lon and lat swapped" in swapped
    assert check(plan) == []


def test_reasons_do_not_need_the_roads(town):
    """A problem read from a file has no roads; the proof holds without the distance."""
    problem = build_problem([Order("field", lon=24.90, lat=60.142)], DEPOT, VAN, town)
    bare = type(problem)(problem.orders, problem.depots, problem.fleet, problem.matrices)

    assert unserved_orders(bare, ["field"])[0].detail == "no road for van leads to it from depot D"


def test_depots_off_the_road_are_an_error_that_names_all(town):
    """A depot that no vehicle type uses may lie anywhere."""
    depots = [DEPOT, Depot("field", lon=24.90, lat=60.142), Depot("unused", lon=0, lat=0)]
    fleet = [VehicleType("van", depot="D"), VehicleType("lorry", depot="field", profile="truck")]

    with pytest.raises(PlacesOffRoadError) as error:
        build_problem([], depots, fleet, town)

    assert "a depot must lie within 500 m of a road: depot 'field' is 2,0" in str(error.value)
    assert "unused" not in str(error.value)
    assert build_problem([], depots, fleet, town, max_snap_m=3000).depots == tuple(depots)


def test_a_sample_becomes_a_problem_with_all_its_orders_in_reach():
    """Monaco's shops and addresses: every one is reached from the depot and back."""
    town = gisdata.load_sample("monaco")

    problem = build_problem(town.orders, town.depots, town.vehicles, town.roads, pieces=town.pieces)

    assert len(problem.orders) == 80
    assert all(matrix.reachable[0].all() and matrix.reachable[:, 0].all() for matrix in problem.matrices)
    assert all(math.isclose(order.weight_kg, sum(unit.weight_kg * unit.count for unit in order.units), rel_tol=0.01)
               for order in problem.orders)


def test_a_pickup_and_a_delivery_of_one_name_are_a_shipment(town):
    """The load stands at one of the two and counts for both; a vehicle may end at another depot."""
    orders = orders_table(kind=["取货", ""], shipment=["S-1", "S-1"], weight_kg=["", "60"], demand_pallets=["", "2"])
    depots = pd.concat([DEPOTS, DEPOTS.assign(id="E", lon=24.92, lat=60.17)])

    problem = build_problem(orders, depots, fleet_table(depot="D", end_depot="E"), town)

    assert problem.shipments == (Shipment("S-1", pickup="A", delivery="B"),)
    assert [order.load for order in problem.orders] == [{"weight_kg": 60, "pallets": 2}] * 2
    assert problem.end_of(problem.fleet[0]).id == "E"
    assert check(solve(problem, Limit(iterations=2), second_opinion=True)) == []
    nouns = build_problem(list(problem.orders), list(problem.depots), list(problem.fleet), town,
                          shipments=problem.shipments)
    assert nouns == problem


def test_all_faults_of_shipments_and_types_come_at_once(town):
    """Two deliveries, a lonely pickup, a word that is no kind, an unknown type, an unknown depot."""
    orders = pd.DataFrame({"id": list("ABCDE"), "lon": 24.91, "lat": 60.16, "kind": ["", "", "pickup", "", ""],
                           "shipment": ["S", "S", "T", "", ""], "vehicle_types": ["", "", "", "bus", ""]})

    with pytest.raises(TableError) as raised:
        build_problem(orders, DEPOTS, fleet_table(end_depot="X"), town)

    assert [(fault.column, fault.value, fault.reason) for fault in raised.value.faults] == [
        ("shipment", "S", "shipment 'S' needs two rows, a pickup and a delivery; it has A (delivery), B (delivery)"),
        ("shipment", "T", "shipment 'T' needs two rows, a pickup and a delivery; it has C (pickup)"),
        ("end_depot", "X", "vehicle type 'van': there is no such depot"),
        ("vehicle_types", "bus", "order 'D': there is no such vehicle type"),
    ]
    with pytest.raises(TableError, match=r"column 'kind': is neither delivery nor pickup .* Write delivery or pickup"):
        build_problem(orders.assign(kind="return"), DEPOTS, fleet_table(), town)


def test_windows_and_breaks_of_tables_reach_the_plan(town):
    """Several windows in one cell, a break of 30 minutes and the Chinese driving rule, each by its words in a table.

    A is 1 km from the depot: served at 09:00 in its second window, the first closing before the shift begins.
    """
    problem = build_problem(
        orders_table(time_windows=["06:00-06:30；09:00-10:00", ""]),
        DEPOTS, fleet_table(shift_begin="07:00", breaks="11:30-13:00", break_min="30", driving_rule="中国"), town)

    plan = solve(problem, Limit(iterations=3), seed=1, engine="ortools")

    assert problem.orders[0].windows == (TimeWindow.between("06:00", "06:30"), TimeWindow.between("09:00", "10:00"))
    assert problem.fleet[0].breaks == (Break(TimeWindow.between("11:30", "13:00"), 1800),)
    assert problem.fleet[0].driving == DrivingRule(4 * 3600, 20 * 60, name="china")
    assert next(visit for visit in plan.visits if visit.order == "A").begin_s == 9 * 3600
    assert check(plan) == []


def test_windows_that_run_backward_are_named_with_their_cell(town):
    """With what to write instead."""
    with pytest.raises(TableError, match=r"22:00-02:00, which ends before it begins.*02:00\+1"):
        build_problem(orders_table(time_windows=["22:00-02:00", ""]), DEPOTS, fleet_table(), town)


@pytest.mark.parametrize(("fields", "words"), [
    ({"breaks": [Break(TimeWindow(0, 60), 7200)], "shift": TimeWindow(0, 3600)}, "as long as its shift"),
    ({"breaks": [Break(TimeWindow(7200, 7300), 60)], "shift": TimeWindow(0, 3600)}, "after its shift"),
    ({"breaks": [Break(TimeWindow(0, 600), 300), Break(TimeWindow(200, 900), 300)]}, "may begin before"),
    ({"breaks": ["noon"]}, "list of Break"), ({"driving": "eu"}, "a DrivingRule"),
])
def test_breaks_that_contradict_the_shift_or_each_other_are_refused(fields, words):
    """At the birth of the vehicle type, which the error names."""
    with pytest.raises(ProblemError, match=f"vehicle type 'van'.*{words}"):
        VehicleType("van", **fields)


def test_windows_outside_the_window_are_refused_and_others_cut():
    """What is left of one window alone is that window."""
    noon = TimeWindow.between("12:00", "13:00")
    with pytest.raises(ProblemError, match="none of its windows"):
        Order("A", lon=0, lat=0, window=noon, windows=[TimeWindow(0, 60)])

    order = Order("A", lon=0, lat=0, window=noon, windows=[TimeWindow(0, 60), TimeWindow.between("12:30", "14:00")])

    assert (order.window, order.windows) == (TimeWindow.between("12:30", "13:00"), ())


def test_travel_by_the_hour_is_that_of_each_hour(town, tmp_path):
    """In the spans are the matrices of their hours; alike hours are one span; distances stay those of the roads."""
    factors = [1.0] * 7 + [0.5, 0.5] + [1.0] * 15
    file = tmp_path / "speeds.toml"
    file.write_text(f'source = "made up"\n[[factors]]\nclasses = ["*"]\nweekdays = "Mo-Fr"\nvalues = {factors}\n')
    speeds = gisdata.read_hourly_speeds(file)
    orders = [Order("A", lon=24.91, lat=60.16), Order("B", lon=24.92, lat=60.17)]
    problem = build_problem(orders, DEPOT, VAN, town, day="2026-01-05", by_hour=speeds)
    travel = problem.matrix("van")
    then = travel_matrix(town, [DEPOT, *orders], gisdata.load_profile("van").on_trip(speeds=speeds), weekday="Mo",
                         hours=[3, 8])

    assert travel.hourly.begins_s == (0, 7 * 3600, 9 * 3600)
    for span, hour in enumerate([3, 8, 3]):
        np.testing.assert_array_equal(travel.hourly.duration_s[span], then[hour].duration_s)
    np.testing.assert_array_equal(travel.distance_m, then[3].distance_m)
    assert then[8].duration_s[0, 1] > 1.9 * then[3].duration_s[0, 1] > 0


def test_roads_that_say_nothing_of_hours_make_one_span(town):
    """`by_hour=True` asks the roads alone; anything but that and speeds is refused."""
    orders = [Order("A", lon=24.91, lat=60.16)]
    problem, plain = (build_problem(orders, DEPOT, VAN, town, by_hour=by_hour) for by_hour in (True, False))

    assert problem.matrix("van").hourly.begins_s == (0,)
    np.testing.assert_array_equal(problem.matrix("van").duration_s, plain.matrix("van").duration_s)
    with pytest.raises(ProblemError, match="read_hourly_speeds, got 'rush'"):
        build_problem(orders, DEPOT, VAN, town, by_hour="rush")


def test_speeds_of_a_file_are_read_with_the_tables(town, tmp_path):
    """As on the command line: an empty name asks the roads alone; faults of tables and speeds come together."""
    for name, table in (("orders", orders_table()), ("depots", DEPOTS), ("vehicles", fleet_table())):
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    files = [tmp_path / f"{name}.csv" for name in ("orders", "vehicles", "depots")]
    (tmp_path / "speeds.csv").write_text("u,v,hour,speed_kmh\n1,2,8,5\n")
    (tmp_path / "wrong.csv").write_text("u,v,hour,speed_kmh\n1,2,25,5\n")
    slow, roads = (read_problem(*files, lambda: town, by_hour=name) for name in (str(tmp_path / "speeds.csv"), ""))
    fleet_table(count=[-1]).to_csv(files[1], index=False)

    assert slow.matrix("van").hourly.begins_s == (0, 8 * 3600, 9 * 3600)
    assert roads.matrix("van").hourly.begins_s == (0,)
    with pytest.raises(TableError, match=r"(?s)count.*hour"):
        read_problem(*files, lambda: town, by_hour=str(tmp_path / "wrong.csv"))
