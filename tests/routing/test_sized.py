"""A vehicle type's own size decides which roads it may use."""

import dataclasses

import pandas as pd
import pytest
import shapely

from gisdata.network.road_network import make_network
from gisdata.profiles import load_profile
from routing import Depot, Order, VehicleType, build_problem, check, solve
from routing.model import Limit
from routing.sized import sized_profile, with_sized_profiles
from routing.travel import trace


@pytest.fixture(scope="module")
def bridge_town():
    """Return a town where the short way from 1 to 2 goes under a bridge of 3.5 m, the long one around it over 3."""
    spots = {1: (0.0, 0.0), 2: (0.01, 0.0), 3: (0.005, 0.01)}
    ends = [(1, 2), (2, 1), (1, 3), (3, 1), (3, 2), (2, 3)]
    nodes = pd.DataFrame([{"osm_id": name, "lon": lon, "lat": lat} for name, (lon, lat) in spots.items()])
    edges = pd.DataFrame([{"from_id": a, "to_id": b, "length_m": 1000.0 if 3 not in (a, b) else 2000.0,
                           "highway": "residential", "way_ids": "7" if 3 not in (a, b) else "8",
                           "maxheight": "3.5" if 3 not in (a, b) else None} for a, b in ends])
    lines = [shapely.LineString([spots[a], spots[b]]) for a, b in ends]
    return make_network(nodes, edges, lines)


@pytest.fixture
def network_of_hours(bridge_town):
    """Return the town without the bridge, the short way closed to trucks by day."""
    short = bridge_town.edges["maxheight"].notna()
    no_hours = bridge_town.edges["hgv"]
    closed = no_hours.mask(short, "no @ (Mo-Fr 07:00-19:00)")
    edges = bridge_town.edges.assign(**{"hgv:conditional": closed, "maxheight": no_hours})
    return dataclasses.replace(bridge_town, edges=edges)


@pytest.mark.parametrize(("vehicle", "expected"), [
    (VehicleType("v"), "van"),
    (VehicleType("v", profile="truck", height_m=3.1), "truck height_m=3.1"),
    (VehicleType("v", profile="truck", height_m=4.0, width_m=2.55), "truck"),
    (VehicleType("v", profile="truck", gross_mass_kg=9000), "truck mass_t=9 rated_mass_t=9 axle_load_t=5.75"),
    (VehicleType("v", profile="truck", axles=3), "truck axle_load_t=7.667 axles=3"),
    (VehicleType("v", profile="truck height_m=3.8", length_m=8), "truck height_m=3.8 length_m=8"),
])
def test_the_name_says_what_differs(vehicle, expected):
    """18 t on two axles with 11.5 t on the heavier: half the mass, half the load; three axles, two thirds of it."""
    text = sized_profile(vehicle)

    assert text == expected
    assert load_profile(text).name == text


def test_a_low_vehicle_passes_under_the_bridge_and_a_high_one_goes_around(bridge_town):
    """1,000 m under the bridge, 4,000 m around; three types, two matrices."""
    fleet = [VehicleType("high", profile="truck"), VehicleType("low", profile="truck", height_m=3.2),
             VehicleType("lower", profile="truck", height_m=3.0)]

    problem = build_problem([Order("A", lon=0.01, lat=0.0)], Depot("D", lon=0.0, lat=0.0), fleet, bridge_town)

    assert [vehicle.profile for vehicle in problem.fleet] == ["truck", "truck height_m=3", "truck height_m=3"]
    assert [matrix.profile for matrix in problem.matrices] == ["truck", "truck height_m=3"]
    assert [int(matrix.distance_m[0, 1]) for matrix in problem.matrices] == [4000, 1000]


def test_a_fleets_profile_may_say_when_it_departs(network_of_hours):
    """The short way of 1,000 m is closed to trucks from 7 to 19 h: then it is more than 3 km around it."""
    fleet = [VehicleType("day", profile="truck at=Mo-09:00"), VehicleType("night", profile="truck at=Mo-23:00")]

    order, depot = Order("A", lon=0.0095, lat=0.001), Depot("D", lon=0.0005, lat=0.001)  # both on the way around
    problem = build_problem([order], depot, fleet, network_of_hours)
    plan = trace(solve(problem, limit=Limit(iterations=5), seed=1))

    day_m, night_m = (int(problem.matrix(vehicle.profile).distance_m[0, 1]) for vehicle in problem.fleet)
    assert night_m < 1500 < 3000 < day_m
    assert check(plan) == []
    assert plan.routes[0].vehicle_type == "night"


def test_where_size_makes_no_difference_the_profile_stays(bridge_town):
    """Length is limited nowhere here."""
    fleet = [VehicleType("long", profile="truck", length_m=18.0)]

    assert with_sized_profiles(fleet, bridge_town) == fleet


def test_a_plan_with_sized_profiles_is_solved_judged_and_traced(bridge_town):
    """The named profile is understood wherever a plan is."""
    fleet = [VehicleType("low", profile="truck", height_m=3.2)]
    problem = build_problem([Order("A", lon=0.01, lat=0.0)], Depot("D", lon=0.0, lat=0.0), fleet, bridge_town)

    plan = trace(solve(problem, limit=Limit(iterations=5), seed=1))

    assert check(plan) == []
    assert plan.routes[0].distance_m == 2000
    assert dataclasses.replace(plan).geometry is not None


def test_a_profile_of_ones_own_file_is_a_fleets_profile(bridge_town, tmp_path):
    """Its path stands in the table; a file that is wrong is a fault of the table."""
    file = tmp_path / "low.toml"
    file.write_text('name = "low"\nmeaning = "Low truck"\nbased_on = "truck"\n'
                    'figures = [{ of = "height_m", value = 3.0, source = "own" }]', encoding="utf-8")
    order, depot = Order("A", lon=0.01, lat=0.0), Depot("D", lon=0.0, lat=0.0)

    problem = build_problem([order], depot, [VehicleType("low", profile=str(file))], bridge_town)

    assert problem.matrix(str(file)).distance_m[0, 1] == 1000
    file.write_text("name = 3", encoding="utf-8")
    with pytest.raises(ValueError, match="the road profile cannot be used"):
        build_problem([order], depot, [VehicleType("low", profile=str(file))], bridge_town)
