"""Turns through the door of `routing`: a profile says that they count, and keeps saying so in plans and files."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import shapely

from gisdata.network.road_network import empty_restrictions, make_network
from gisdata.profiles import load_profile, with_turns
from routing import Depot, Order, VehicleType, build_problem, check, load_plan, save_plan, solve
from routing.model import Limit
from routing.sized import with_sized_profiles
from routing.travel import path, trace, travel_matrix

DEPOT, SHOP = Depot("D", lon=0.002, lat=0.0), Order("shop", lon=0.01, lat=0.008)
OTHER = Order("other", lon=0.018, lat=0.0)


@pytest.fixture(scope="module")
def no_left_town():
    """Streets of 1,000 m around two blocks; from the south-west corner east, no left turn at the middle (node 2)."""
    spots = {1: (0.0, 0.0), 2: (0.01, 0.0), 3: (0.02, 0.0), 4: (0.0, 0.01), 5: (0.01, 0.01), 6: (0.02, 0.01)}
    ways = [(1, 2), (2, 3), (4, 5), (5, 6), (1, 4), (2, 5), (3, 6)]
    ends = [(way, *pair) for way, (a, b) in enumerate(ways, start=1) for pair in ((a, b), (b, a))]
    nodes = pd.DataFrame([{"osm_id": name, "lon": lon, "lat": lat} for name, (lon, lat) in spots.items()])
    edges = pd.DataFrame([{"from_id": a, "to_id": b, "length_m": 1000.0, "highway": "residential", "way_ids": str(way)}
                          for way, a, b in ends])
    lines = np.array([shapely.LineString([spots[a], spots[b]]) for _, a, b in ends], dtype=object)
    turn = {"relation_id": 9, "kind": "no_left_turn", "from_way": 1, "via_kind": "node", "via_id": "2", "to_way": 6,
            "vehicle": None, "except_": None, "condition": None}
    table = pd.DataFrame([turn], columns=list(empty_restrictions().columns)).astype(empty_restrictions().dtypes)
    return make_network(nodes, edges, lines, table)


def test_a_matrix_and_a_path_obey_on_request(no_left_town):
    """200 m before the middle, 200 m before the far end: 800 + 800 m left, else back and round the western block."""
    free, bound = (travel_matrix(no_left_town, [DEPOT, SHOP], "van", turns=turns) for turns in (False, True))
    way = path(no_left_town, DEPOT, SHOP, "van", turns=True)

    assert [matrix.distance_m[0, 1] for matrix in (free, bound)] == [1600, 2400]
    assert bound.profile == "van turns=true"
    assert round(way.distance_m) == 2400
    assert travel_matrix(no_left_town, [DEPOT, SHOP], "van turns=true") == bound


def test_a_plan_with_turns_is_solved_traced_and_read_back(no_left_town, tmp_path):
    """The line of the route is as long as the route, so it follows the turns that were counted."""
    problem = build_problem([SHOP, OTHER], DEPOT, [VehicleType("v", height_m=2.0)], no_left_town, turns=True)

    plan = trace(solve(problem, limit=Limit(iterations=5), seed=1))
    save_plan(plan, tmp_path / "day.plan")

    (route,) = plan.routes
    (lines,) = plan.geometry.legs
    assert check(plan) == []
    assert problem.fleet[0].profile == problem.matrices[0].profile == "van turns=true"
    assert sum(line.length for line in lines) * 100_000 == pytest.approx(route.distance_m, rel=0.001)
    assert load_plan(tmp_path / "day.plan") == plan


def test_vehicles_that_turn_unlike_share_no_matrix(no_left_town):
    """The same roads at the same speeds, but one of them counts turns."""
    fleet = [VehicleType("a", profile="truck"), VehicleType("b", profile="truck turns=true", height_m=3.0),
             VehicleType("c", profile="truck turns=true u_turn_s=60")]

    problem = build_problem([SHOP], DEPOT, fleet, no_left_town)

    assert [vehicle.profile for vehicle in problem.fleet] == [vehicle.profile for vehicle in fleet]
    assert [int(matrix.distance_m[0, 1]) for matrix in problem.matrices] == [1600, 2400, 2400]
    assert with_sized_profiles(fleet, no_left_town) == fleet


def test_the_name_of_a_profile_with_turns_is_understood(tmp_path):
    """By name, as an object, and from a file of one's own."""
    own = tmp_path / "own.toml"
    own.write_text('name = "own"\nmeaning = "ours"\nbased_on = "van"\n'
                   'figures = [{ of = "u_turn_s", value = 40, source = "measured" }]\n', encoding="utf-8")
    for given in ("car", "truck height_m=3.5", str(own)):
        who = with_turns(given)
        assert load_profile(who.name) == who
        assert dataclasses.replace(who, turns=False, name="") == dataclasses.replace(load_profile(given), name="")
    assert with_turns(with_turns("car")) == with_turns(load_profile("car")) == with_turns("car")
    assert with_turns(str(own)).u_turn_s == 40
