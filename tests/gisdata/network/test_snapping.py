"""Places go to the nearest point of the nearest usable road, in metres and not in degrees."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gisdata import RoadNetworkError
from gisdata.network import snap
from gisdata.network.measure import great_circle_m

STEP = 0.001
METRE = 1 / 111_195


def test_a_place_goes_to_the_road_and_not_to_its_junctions(network_of):
    """One road along the equator from 0 to 0.001: the place 20 m north of its quarter lands on the quarter."""
    town = network_of({1: (0.0, 0.0), 2: (STEP, 0.0)}, [{"ends": (1, 2)}])
    at = snap(town, [STEP / 4], [20 * METRE], "car")

    along = at.fraction[0] if town.edges["u"][at.edge[0]] == 0 else 1 - at.fraction[0]
    assert along == pytest.approx(0.25)
    assert at.distance_m[0] == pytest.approx(20, abs=0.01)
    assert (at.lon[0], at.lat[0]) == pytest.approx((STEP / 4, 0))


def test_nearest_in_metres_in_the_north(network_of):
    """At 60 degrees a degree of longitude is half as long: the road 0.0008 east is nearer than the one 0.0005 north."""
    places = {1: (24.0008, 59.9), 2: (24.0008, 60.1), 3: (23.9, 60.0005), 4: (24.0007, 60.0005)}
    town = network_of(places, [{"ends": (1, 2)}, {"ends": (3, 4)}])

    at = snap(town, [24.0], [60.0], "car")

    assert town.edges["way_ids"][at.edge[0]] == "1"
    assert at.distance_m[0] == pytest.approx(0.0008 * 111_195 / 2, rel=1e-3)


@given(lon=st.floats(114.295, 114.33), lat=st.floats(30.595, 30.63))
def test_no_point_of_any_road_is_nearer(street_grid, lon, lat):
    """Against a plain comparison with points on every street 2e-5 degree apart: one is within 1.12 m of any point."""
    at = snap(street_grid, [lon], [lat], "car", max_distance_m=5000)
    corners = np.concatenate([shapely.get_coordinates(shapely.segmentize(line, 2e-5)) for line in street_grid.geometry])
    nearest = great_circle_m(np.full(len(corners), lon), np.full(len(corners), lat), *corners.T).min()

    assert at.distance_m[0] <= nearest + 1e-6
    assert at.distance_m[0] == pytest.approx(nearest, abs=1.12)


def test_roads_closed_to_the_profile_are_passed_over(network_of):
    """The near road is closed to trucks: a truck goes to the far one, a car to the near one."""
    places = {1: (0.0, 0.0), 2: (STEP, 0.0), 3: (0.0, STEP), 4: (STEP, STEP)}
    roads = [{"ends": (1, 2), "hgv": "no"}, {"ends": (3, 4)}, {"ends": (1, 3)}]
    town = network_of(places, roads)

    ways = {who: town.edges["way_ids"][snap(town, [STEP / 2], [10 * METRE], who).edge[0]] for who in ("car", "truck")}

    assert ways == {"car": "1", "truck": "3"}


def test_too_far_is_edge_minus_one_with_its_distance(street_grid):
    """600 m south of the grid at the default limit of 500 m, and within a limit of 700 m."""
    lat = 30.60 - 600 * METRE

    at = snap(street_grid, [114.31, 114.31], [lat, 30.60], "car")

    assert (at.edge >= 0).tolist() == [False, True]
    assert at.distance_m[0] == pytest.approx(600, abs=1)
    assert np.isnan(at.lon[0])
    assert snap(street_grid, [114.31], [lat], "car", max_distance_m=700).edge[0] >= 0


def test_a_stub_is_left_for_the_connected_part_and_an_island_is_not(network_of):
    """Two dead-end one-ways, 20 m and 200 m away from the square: only the far one is meant."""
    square = {1: (0.0, 0.0), 2: (STEP, 0.0), 3: (STEP, STEP), 4: (0.0, STEP)}
    near, far = -20 * METRE, -200 * METRE
    places = square | {5: (0.0, near), 6: (STEP, near), 7: (0.0, far), 8: (STEP, far)}
    ring = [{"ends": ends} for ends in ((1, 2), (2, 3), (3, 4), (4, 1))]
    town = network_of(places, [*ring, {"ends": (5, 6), "two_way": False}, {"ends": (7, 8), "two_way": False}])

    at = snap(town, [STEP / 2] * 2, [near - METRE, far + METRE], "car")

    assert town.edges["way_ids"].iloc[at.edge].tolist() == ["1", "6"]


def test_the_same_place_always_gets_the_same_edge(street_grid):
    """At a junction four streets are equally near; the first edge is taken."""
    lon, lat = street_grid.nodes.loc[7, ["lon", "lat"]]

    at = snap(street_grid, [lon] * 50, [lat] * 50, "car")

    assert set(at.edge.tolist()) == {int(at.edge[0])}
    assert at.distance_m.max() < 1e-6


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 95.0])
def test_a_place_off_the_globe_is_named_by_position(street_grid, bad):
    """Not a number, infinite, latitude 95."""
    with pytest.raises(RoadNetworkError, match=r"1 places .*positions 1"):
        snap(street_grid, [114.3, 114.3], [30.6, bad], "car")


def test_a_network_without_open_roads_says_so(network_of):
    """Every road private."""
    town = network_of({1: (0.0, 0.0), 2: (STEP, 0.0)}, [{"ends": (1, 2), "access": "private"}])

    with pytest.raises(RoadNetworkError, match="no road of 'Hand-made town' is open to the profile 'van'"):
        snap(town, [0.0], [0.0], "van")


def test_an_edge_without_length_can_be_snapped_to(network_of):
    """Two junctions in one spot and nothing else near."""
    town = network_of({1: (0.0, 0.0), 2: (0.0, 0.0)}, [{"ends": (1, 2), "length_m": 0.0}])

    at = snap(town, [0.0], [METRE], "car")

    assert (at.fraction[0], round(at.distance_m[0], 3)) == (0.0, 1.0)


def test_far_places_are_reported_by_name(street_grid):
    """On the street, 100 m, 300 m and 600 m south of it: median 200 m, two beyond 150 m, the last off the road."""
    south = np.array([0, 100, 300, 600])
    at = snap(street_grid, [114.302] * 4, 30.60 - south * METRE, "car")

    report, far = at.report(), at.far(150, ["a", "b", "c", "d"])

    assert report.round(0).to_dict() == {"places": 4, "off the road": 1, "median": 200, "90 %": 510, "99 %": 591,
                                         "most": 600}
    assert far["place"].tolist() == ["d", "c"]
    assert far["on_road"].tolist() == [False, True]
    with pytest.raises(RoadNetworkError, match="1 names do not name 4 places"):
        at.far(150, ["a"])
