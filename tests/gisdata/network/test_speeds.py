"""Speed, access and barriers of edges, by the tags of the OpenStreetMap wiki."""

import math

import pytest

from gisdata import load_profile
from gisdata.network import edge_speed_kmh, edge_time_s
from gisdata.network.speeds import open_nodes

TWO = {1: (0.0, 0.0), 2: (0.001, 0.0)}


def speed(network_of, who, **tags):
    """Return the speed on one road with these tags."""
    return edge_speed_kmh(network_of(TWO, [{"ends": (1, 2), "two_way": False} | tags]), who)[0]


@pytest.mark.parametrize(("who", "tags", "expected"), [
    ("car", {"highway": "residential"}, 25),  # OSRM profiles/car.lua
    ("car", {"highway": "residential", "maxspeed": "50"}, 40),  # signed limit x 0.8
    ("car", {"highway": "residential", "maxspeed": "30 mph"}, 38.624256),
    ("car", {"highway": "residential", "maxspeed": "fixme"}, 25),
    ("car", {"highway": "residential", "maxspeed": "50;30"}, 24),
    ("car", {"highway": "motorway", "maxspeed": "none"}, 104),
    ("truck", {"highway": "motorway", "maxspeed": "130"}, 85),  # the cap
    ("truck", {"highway": "primary", "maxspeed": "70", "maxspeed:hgv": "50"}, 40),
    ("car", {"highway": "primary", "maxspeed": "70", "maxspeed:hgv": "50"}, 56),
    ("car", {"highway": "residential;service"}, 15),  # of merged classes the lowest
])
def test_speed_by_class_limit_and_cap(network_of, who, tags, expected):
    """One road each."""
    assert speed(network_of, who, **tags) == pytest.approx(expected)


@pytest.mark.parametrize(("tags", "open_to"), [
    ({}, {"car", "van", "truck"}),
    ({"access": "private"}, set()),
    ({"access": "no", "motor_vehicle": "yes"}, {"car", "van", "truck"}),
    ({"access": "no", "hgv": "yes"}, {"truck"}),
    ({"motor_vehicle": "no", "goods": "designated"}, {"van"}),
    ({"hgv": "no"}, {"car", "van"}),
    ({"motorcar": "no"}, {"van", "truck"}),
    ({"motor_vehicle": "agricultural"}, set()),
    ({"access": "destination"}, {"car", "van", "truck"}),
    ({"vehicle": "no", "motor_vehicle": "permissive"}, {"car", "van", "truck"}),
    ({"highway": "pedestrian"}, set()),
])
def test_the_most_specific_access_tag_decides(network_of, tags, open_to):
    """Who may drive a road with these tags."""
    assert {who for who in ("car", "van", "truck") if speed(network_of, who, **tags) > 0} == open_to


def test_time_is_length_over_speed_and_infinite_where_closed(network_of):
    """100 m at 25 km/h are 14.4 s."""
    roads = [{"ends": (1, 2), "two_way": False}, {"ends": (2, 1), "two_way": False, "access": "no"}]

    assert edge_time_s(network_of(TWO, roads), "car").tolist() == [14.4, math.inf]


@pytest.mark.parametrize(("tags", "passable"), [
    ({}, True),
    ({"barrier": "bollard"}, False),
    ({"barrier": "bollard", "motor_vehicle": "yes"}, True),
    ({"barrier": "gate"}, True),
    ({"barrier": "gate", "access": "private"}, False),
    ({"barrier": "toll_booth"}, True),
    ({"barrier": "kerb"}, True),
])
def test_what_stands_in_the_road(network_of, tags, passable):
    """A node with these tags, for a car."""
    town = network_of(TWO, [{"ends": (1, 2)}], {2: tags})

    assert open_nodes(town, "car").tolist() == [True, passable]


def test_no_truck_is_faster_than_a_car(monaco_roads):
    """On every edge of a real town that both may use, whatever its tags."""
    car, van, truck = (edge_speed_kmh(monaco_roads, who) for who in ("car", "van", "truck"))

    assert (van <= car).all()
    assert (truck[car > 0] <= car[car > 0]).all()


def test_an_own_profile_is_taken_as_it_is(network_of):
    """A tractor that knows residential roads only."""
    import dataclasses

    tractor = dataclasses.replace(load_profile("car"), name="tractor", speeds_kmh={"residential": 20.0}, cap_kmh=15.0)

    assert speed(network_of, tractor, highway="residential") == 15
    assert speed(network_of, tractor, highway="primary") == 0
