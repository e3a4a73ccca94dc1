"""Travel on a small town worked out by hand, and on Monaco against networkx; lines that fit the matrix."""

import itertools
import math

import geopandas
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

import gisdata
from gisdata.errors import CrsError, PlacesOffRoadError, RoadNetworkError, TooLargeError, UnknownNameError
from gisdata.memory import free_bytes
from gisdata.network.measure import great_circle_m
from gisdata.network.road_network import make_network
from gisdata.network.speeds import edge_time_s
from routing import travel
from routing.assemble import assemble_plan
from routing.build import build_problem
from routing.errors import ProblemError
from routing.model import Depot, Limit, Order, Problem, VehicleType
from routing.travel import path, trace, travel_matrix, unreachable_pairs

NODES = {1: (0.0, 0.0), 2: (0.01, 0.0), 3: (0.02, 0.0), 4: (0.02, 0.01), 8: (0.05, 0.0), 9: (0.06, 0.0)}
STREETS = [(1, 2, 1100), (2, 1, 1100), (2, 3, 2200), (3, 2, 2200), (3, 4, 550), (4, 2, 550), (8, 9, 1100), (9, 8, 1100)]


@pytest.fixture(scope="module")
def town():
    """Secondary roads: 1 - 2 - 3 both ways, 3 -> 4 -> 2 one way; 8 - 9 is an island. Vans drive 1.1 km in 72 s."""
    nodes = pd.DataFrame([(i, *at) for i, at in NODES.items()], columns=["osm_id", "lon", "lat"])
    edges = pd.DataFrame(STREETS, columns=["from_id", "to_id", "length_m"]).astype({"length_m": float})
    edges = edges.assign(highway="secondary", way_ids="1", node_ids=[f"{a};{b}" for a, b, _ in STREETS])
    lines = np.array([shapely.LineString([NODES[a], NODES[b]]) for a, b, _ in STREETS], dtype=object)
    return make_network(nodes, edges, lines, meta={"name": "town"})


@pytest.fixture(scope="module")
def monaco():
    return gisdata.load_sample("monaco")


A, MIDDLE, C, ISLAND = (Depot("A", lon=0, lat=0), Order("middle", lon=0.005, lat=0.0001), Order("C", lon=0.02, lat=0),
                        Order("island", lon=0.055, lat=0))


def test_times_and_distances_by_hand(town):
    """From the middle of the first street 550 m to A; C back to 2 is faster over 4 (1.1 km) than straight (2.2 km)."""
    matrix = travel_matrix(town, [A, MIDDLE, C], "van")

    assert matrix.places == ("depot A", "order middle", "order C")
    assert matrix.profile == "van"
    assert matrix.duration_s.tolist() == [[0, 36, 216], [36, 0, 180], [144, 108, 0]]
    assert matrix.distance_m.tolist() == [[0, 550, 3300], [550, 0, 2750], [2200, 1650, 0]]
    assert not matrix.duration_s.flags.writeable


def test_islands_are_named_not_refused(town):
    """No road joins the island and the rest."""
    matrix = travel_matrix(town, [A, C, ISLAND], "van")

    pairs = unreachable_pairs(matrix)

    assert matrix.duration_s[2].tolist() == [-1, -1, 0]
    assert matrix.distance_m[:, 2].tolist() == [-1, -1, 0]
    assert list(pairs.itertuples(index=False, name=None)) == [
        ("depot A", "order island"), ("order C", "order island"), ("order island", "depot A"),
        ("order island", "order C")]


def test_tables_points_and_nouns_give_the_same_numbers(town):
    """A table with lon and lat, points in degrees, and points in another reference system."""
    table = pd.DataFrame({"id": ["A", "M", "C"], "lon": [0, 0.005, 0.02], "lat": [0, 0.0001, 0]})
    points = geopandas.GeoDataFrame(table[["id"]], geometry=geopandas.points_from_xy(table.lon, table.lat), crs=4326)
    wanted = travel_matrix(town, [A, MIDDLE, C], "van")

    for places in (table, points, points.to_crs(3857), table.set_index("id")):
        matrix = travel_matrix(town, places, "van")
        assert matrix.places == ("A", "M", "C")
        assert np.array_equal(matrix.duration_s, wanted.duration_s)
        assert np.array_equal(matrix.distance_m, wanted.distance_m)


def test_places_without_a_usable_position_are_refused(town):
    """No columns, no reference system, no number, off the globe, no place at all."""
    points = geopandas.GeoDataFrame({"id": ["A"]}, geometry=[shapely.Point(0, 0)])
    areas = points.set_crs(3857).buffer(1).to_frame("geometry")

    for places, error, message in (
        (pd.DataFrame({"id": ["A"]}), RoadNetworkError, "neither"),
        (points, CrsError, "set_crs"),
        (areas, RoadNetworkError, "must be points"),
        (pd.DataFrame({"id": ["A", "B"], "lon": [0, math.nan], "lat": [0, 0]}), RoadNetworkError, "1 places .*: B"),
        (pd.DataFrame({"id": ["A", "B"], "lon": [0, 0], "lat": [0, 95]}), RoadNetworkError, "1 places .*: B"),
        ([A, "B"], ProblemError, r"Depot, an Order or \(lon, lat\)"),
    ):
        with pytest.raises(error, match=message):
            travel_matrix(town, places, "van")


def test_places_off_the_road_are_all_named_with_their_distance(town):
    """0.01 degrees are 1,112 m on the sphere; swapped coordinates lie on another continent."""
    far, lost = Order("far", lon=0, lat=-0.01), Order("swapped", lon=30.6, lat=62.0)

    with pytest.raises(PlacesOffRoadError) as error:
        travel_matrix(town, [A, far, lost], "van")

    assert "2 of 3 places lie more than 500 m from any road" in str(error.value)
    assert "'order far' is 1,112 m from the nearest road for van;" in str(error.value)
    assert "'order swapped' is 7,3" in str(error.value)
    assert "are lon and lat swapped" in str(error.value)


def test_the_limit_to_the_road_can_be_changed(town):
    """The way from the place to the road is not counted."""
    far = Order("far", lon=0, lat=-0.01)

    assert travel_matrix(town, [A, far], "van", max_snap_m=1200).duration_s.tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(("limits", "message"), [
    ({"MOST_PLACES": 2}, r"3 places takes .* \(limit: 2 places"),
    ({"free_bytes": lambda: 500}, r"0\.0 GB are free"),
])
def test_a_matrix_that_is_too_large_is_refused_before_anything_else(town, monkeypatch, limits, message):
    """Neither snapped nor allocated."""
    for name, value in limits.items():
        monkeypatch.setattr(travel, name, value)
    monkeypatch.setattr(travel, "snap", lambda *_: pytest.fail("places were looked at"))

    with pytest.raises(TooLargeError, match=message):
        travel_matrix(town, [A, MIDDLE, C], "van")


def test_a_hundred_thousand_places_are_refused_in_words(town):
    """160 GB; the test itself must not take them."""
    places = pd.DataFrame({"lon": np.zeros(100_000), "lat": np.zeros(100_000)})

    with pytest.raises(TooLargeError, match=r"100,000 places takes 160\.3 GB .*split the day"):
        travel_matrix(town, places, "van")


def test_free_memory_is_known_or_not():
    """Linux says it in a file; elsewhere only the number of places limits."""
    free = free_bytes()

    assert free is None or 10**7 < free < 10**14


def test_an_unknown_profile_is_named(town):
    """With those there are."""
    with pytest.raises(UnknownNameError, match="car, van, truck"):
        travel_matrix(town, [A, C], "tram")


@pytest.mark.parametrize(("change", "message"), [
    ({"roads": None}, r"roads must be a RoadNetwork, got NoneType; they come from gisdata\.read_osm"),
    ({"roads": "town.osm.pbf"}, "got str"), ({"max_snap_m": -1}, "max_snap_m must be metres, zero or more, got -1"),
    ({"max_snap_m": math.nan}, "got nan"), ({"max_snap_m": "500"}, "got '500'"),
])
def test_what_is_no_road_and_no_distance_is_refused(town, change, message):
    """In a matrix, a problem and a path alike."""
    arguments = {"roads": town, "profile": "van"} | change

    with pytest.raises(ProblemError, match=message):
        travel_matrix(places=[A, C], **arguments)
    with pytest.raises(ProblemError, match=message):
        path(origin=A, destination=C, **arguments)


def test_an_empty_list_gives_an_empty_matrix(town):
    """A day without places is no fault."""
    assert travel_matrix(town, [], "van").duration_s.shape == (0, 0)


def test_a_large_matrix_is_measured_in_parts(town, monkeypatch):
    """The parts give what the whole gives."""
    whole = travel_matrix(town, [A, MIDDLE, C, ISLAND], "van")
    monkeypatch.setattr(travel, "_CELLS_AT_ONCE", 5)

    assert travel_matrix(town, [A, MIDDLE, C, ISLAND], "van") == whole


def test_monaco_against_networkx(monaco):
    """120 random ways between junctions: times equal networkx's on the same edges to half a second."""
    roads, rng = monaco.roads, np.random.default_rng(4)
    seconds, ends = edge_time_s(roads, "van"), roads.edges[["u", "v"]].to_numpy()
    graph = nx.DiGraph()
    for (u, v), time in zip(ends.tolist(), seconds.tolist(), strict=True):
        if math.isfinite(time) and time < graph.get_edge_data(u, v, {"t": math.inf})["t"]:
            graph.add_edge(u, v, t=time)
    inner = sorted(max(nx.strongly_connected_components(graph), key=len))
    nodes = rng.choice(inner, 12, replace=False)
    matrix = travel_matrix(roads, roads.nodes.iloc[nodes][["lon", "lat"]], "van")

    for i, origin in enumerate(nodes):
        times = nx.single_source_dijkstra_path_length(graph, origin, weight="t")
        assert matrix.duration_s[i] == pytest.approx([times[target] for target in nodes], abs=0.6)


def length_m(line):
    lon, lat = np.array(line.coords).T
    return great_circle_m(lon[:-1], lat[:-1], lon[1:], lat[1:]).sum()


def test_a_path_is_as_long_as_its_cell(monaco):
    """Line, distance and time of a path against the matrix and the sphere; it begins on the road at the place."""
    orders = [Order(row.id, lon=row.lon, lat=row.lat) for row in monaco.orders.head(6).itertuples()]
    matrix = travel_matrix(monaco.roads, orders, "van")

    for i, origin in enumerate(orders):
        for j, destination in enumerate(orders):
            if i != j:
                found = path(monaco.roads, origin, destination, "van")
                assert found.duration_s == pytest.approx(matrix.duration_s[i, j], abs=0.5)
                assert found.distance_m == pytest.approx(matrix.distance_m[i, j], abs=0.5)
                assert length_m(found.line) == pytest.approx(found.distance_m, rel=0.01, abs=2)
                assert found.line.distance(shapely.Point(origin.lon, origin.lat)) < 0.005


def test_a_path_that_does_not_exist_is_refused_in_words(town):
    """An island, a place off the road, and something that is no place."""
    with pytest.raises(RoadNetworkError, match="no road for van leads from depot A to order island"):
        path(town, A, ISLAND, "van")
    with pytest.raises(PlacesOffRoadError, match=r"\(0\.000000, -0\.010000\) is 1,112 m from"):
        path(town, A, (0, -0.01), "van")
    with pytest.raises(ProblemError, match="got 'C'"):
        path(town, A, "C", "van")


@pytest.fixture(scope="module")
def town_plan(town):
    """Two vans from A: one to C over the middle, one to C's double; the island stays."""
    orders = [MIDDLE, C, Order("C2", lon=0.02, lat=0), ISLAND]
    vans = VehicleType("van", count=2)
    matrix = travel.measured(town, ["depot A", *(f"order {order.id}" for order in orders)],
                             np.array([0, 0.005, 0.02, 0.02, 0.055]), np.array([0, 0.0001, 0, 0, 0]), "van", 500)[0]
    problem = Problem(orders, [A], [vans], [matrix], roads=town)
    return assemble_plan(problem, [("van", ["middle", "C"]), ("van", ["C2"])], engine="test", limit=Limit(iterations=1),
                         seed=0)


def test_lines_of_routes_follow_the_roads(town_plan):
    """The van to C passes the middle and 2, and comes back over 4; legs join where the van stops."""
    traced = trace(town_plan)

    assert traced == town_plan
    assert [[corners(line) for line in lines] for lines in traced.geometry.legs] == [
        [[(0, 0), (0.005, 0)], [(0.005, 0), (0.01, 0), (0.02, 0)],
         [(0.02, 0), (0.02, 0.01), (0.01, 0), (0, 0)]],
        [[(0, 0), (0.01, 0), (0.02, 0)], [(0.02, 0), (0.02, 0.01), (0.01, 0), (0, 0)]]]


def corners(line):
    """Return the corners of a line, those that differ by less than a millimetre as one."""
    return [at for at, _ in itertools.groupby((round(x, 8), round(y, 8)) for x, y in line.coords)]


def test_roads_are_clipped_around_the_plan(town_plan, town):
    """The island 3 km off is not part of the picture."""
    around = trace(town_plan).geometry.roads

    assert len(around.edges) == len(town.edges) - 2


def test_a_plan_without_routes_can_be_traced(town_plan):
    """There is the depot to show."""
    empty = assemble_plan(town_plan.problem, [], engine="test", limit=None, seed=0)

    traced = trace(empty)

    assert traced.geometry.legs == ()
    assert len(traced.geometry.roads.edges) > 0


def test_roads_of_another_plan_are_refused(town_plan, monaco):
    """The lines would lie."""
    bare = Problem(town_plan.problem.orders, town_plan.problem.depots, town_plan.problem.fleet,
                   town_plan.problem.matrices)
    plan = assemble_plan(bare, [("van", ["C"])], engine="test", limit=None, seed=0)
    only_island = make_network(*pieces_of_island())

    with pytest.raises(ProblemError, match="give the roads"):
        trace(plan)
    with pytest.raises(RoadNetworkError, match=r"500 m|not those that the plan was made on"):
        trace(plan, only_island)


def pieces_of_island():
    """One one-way street: from its end nothing leads back to its begin."""
    nodes = pd.DataFrame([(1, 0.0, 0.0), (2, 0.02, 0.0)], columns=["osm_id", "lon", "lat"])
    edges = pd.DataFrame([(1, 2, 2200.0)], columns=["from_id", "to_id", "length_m"])
    edges = edges.assign(highway="secondary", oneway="yes", way_ids="1", node_ids="1;2")
    return nodes, edges, np.array([shapely.LineString([(0, 0), (0.02, 0)])], dtype=object)


def test_plans_of_one_area_share_the_roads_around_them(monaco):
    """So that a batch writes them once; whatever a leg drives on is among them."""
    orders = [Order(str(row.id), lon=row.lon, lat=row.lat) for row in monaco.orders.iloc[:6].itertuples()]
    depot = [Depot("D", lon=float(monaco.depots["lon"].iloc[0]), lat=float(monaco.depots["lat"].iloc[0]))]
    day = build_problem(orders, depot, [VehicleType("van", count=2)], monaco.roads)
    plans = [trace(assemble_plan(day, [("van", [order.id for order in some])], engine="test", limit=None, seed=0))
             for some in (orders[:3], orders[3:])]

    around = plans[0].geometry.roads

    assert plans[1].geometry.roads is around
    corners_kept = {*map(tuple, shapely.get_coordinates(around.geometry).round(8).tolist())}
    driven = shapely.get_coordinates([line for plan in plans for legs in plan.geometry.legs for line in legs]).round(8)
    on_corners = [tuple(corner) in corners_kept for corner in driven.tolist()]
    assert sum(on_corners) > 0.9 * len(driven)  # all but where places lie on a road


def test_a_large_matrix_is_kept_and_mapped(monaco, tmp_path, monkeypatch):
    """The same places the second time; other places, another vehicle or an hour of the day: made, not mistaken."""
    monkeypatch.setenv("ROUTEBOOK_CACHE", str(tmp_path))
    places = monaco.orders.iloc[:12]
    expected = [travel_matrix(monaco.roads, some, who) for some, who in
                ((places, "van"), (places[::-1], "van"), (places, "truck"))]
    monkeypatch.setattr(travel, "KEPT_FROM", 2)
    searched = []
    by_rows = travel.by_rows
    monkeypatch.setattr(travel, "by_rows", lambda *args: searched.append(args) or by_rows(*args))

    for _ in range(2):
        assert [travel_matrix(monaco.roads, some, who) for some, who in
                ((places, "van"), (places[::-1], "van"), (places, "truck"))] == expected
    again = travel_matrix(monaco.roads, places, "van")

    assert len(searched) == 3
    assert isinstance(again.duration_s.base, np.memmap)
    travel_matrix(monaco.roads, places, "van", weekday="Mo", hours=[8])
    assert len([*(tmp_path / "tables").iterdir()]) == 3
