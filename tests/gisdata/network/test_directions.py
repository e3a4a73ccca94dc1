"""Turn lists: small crossroads by hand, and laws on a real town."""

from dataclasses import replace

import numpy as np
import pytest
from shapely import LineString

from gisdata import UnknownNameError
from gisdata.network import paths, snap
from gisdata.network.directions import directions, directions_text
from gisdata.network.tracing import Path
from gisdata.profiles import load_profile

STEP = 0.001
CROSS = {1: (0.0, -STEP), 2: (0.0, 0.0), 3: (0.0, STEP), 4: (-STEP, 0.0), 5: (STEP, 0.0)}
NAMED = [{"ends": (1, 2), "name": "South Street"}, {"ends": (2, 3), "name": "North Street"},
         {"ends": (2, 4), "name": "West Street"}, {"ends": (2, 5), "name": "East Street"}]


def listed(town, first, last, language="en", profile="car"):
    """Return the turn list between two nodes of a hand-made town."""
    nodes = town.nodes.set_index("osm_id").loc[[first, last]]
    at = snap(town, nodes["lon"], nodes["lat"], profile)
    (path,) = paths(town, profile, at[:1], at[1:])
    return directions(path, town, profile, language)


def turns(table):
    """Return turn and street of each row but the last."""
    return list(zip(table["turn"], table["street"], strict=True))[1:-1]


@pytest.mark.parametrize(("goal", "turn"), [
    (3, ("continue", "North Street")), (4, ("left", "West Street")), (5, ("right", "East Street")),
])
def test_turns_at_a_crossroads(network_of, goal, turn):
    """From the south: north is straight on, west is left, east is right."""
    assert turns(listed(network_of(CROSS, NAMED), 1, goal)) == [turn]


def test_the_other_way_round_left_is_right(network_of):
    """From the north, west is right; from the west, north is left."""
    town = network_of(CROSS, NAMED)

    assert [turns(listed(town, *ends))[0][0] for ends in ((3, 4), (4, 3))] == ["right", "left"]


def test_a_street_that_goes_on_needs_no_word(network_of):
    """The same name before and after a crossroads, and a bend without a choice."""
    bent = network_of({1: (0.0, 0.0), 2: (0.0, STEP), 3: (STEP, STEP)}, [{"ends": (1, 2)}, {"ends": (2, 3)}])
    town = network_of(CROSS, [road | {"name": "Long Street"} for road in NAMED[:2]] + NAMED[2:])

    assert turns(listed(town, 1, 3)) == []
    assert turns(listed(bent, 1, 3)) == []


def test_sharp_and_slight_turns_and_forks(network_of):
    """From the south: 150 degrees to the left is sharp, 30 to the right slight; two roads 30 degrees apart fork."""
    def off(degrees):
        return STEP * np.sin(np.radians(degrees)), STEP * np.cos(np.radians(degrees))

    star = network_of({1: (0.0, -STEP), 2: (0.0, 0.0), 3: off(-150), 4: off(30), 5: off(-90)},
                      [{"ends": (1, 2), "name": "A"}] + [{"ends": (2, n), "name": f"B{n}"} for n in (3, 4, 5)])
    fork = network_of({1: (0.0, -STEP), 2: (0.0, 0.0), 3: off(-15), 4: off(15)},
                      [{"ends": (1, 2), "name": "A"}, {"ends": (2, 3), "name": "L"}, {"ends": (2, 4), "name": "R"}])

    assert turns(listed(star, 1, 3)) == [("sharp_left", "B3")]
    assert turns(listed(star, 1, 4)) == [("slight_right", "B4")]
    assert turns(listed(fork, 1, 3)) == [("keep_left", "L")]
    assert turns(listed(fork, 1, 4)) == [("keep_right", "R")]


def test_turning_back_at_a_dead_end(network_of):
    """Up the lane, back, and away: a path that turns round at the end of North Street."""
    town = network_of(CROSS, NAMED)
    edge = {ends: row for row, ends in enumerate(zip(town.edges["u"] + 1, town.edges["v"] + 1, strict=True))}
    there_and_back = Path(np.array([edge[2, 3], edge[3, 2], edge[2, 5]]), LineString([(0, 0), (0, 1)]), 0.0, 300.0)

    assert turns(directions(there_and_back, town, "car")) == [("u_turn", "North Street"), ("left", "East Street")]


def test_exits_of_a_roundabout_are_counted(network_of):
    """Four arms, driven anticlockwise from the south: east is the first exit, north the second, west the third."""
    r = STEP / 2
    at = {1: (0.0, -3 * r), 2: (3 * r, 0.0), 3: (0.0, 3 * r), 4: (-3 * r, 0.0),
          11: (0.0, -r), 12: (r, 0.0), 13: (0.0, r), 14: (-r, 0.0)}
    ring = [{"ends": pair, "junction": "roundabout", "two_way": False}
            for pair in ((11, 12), (12, 13), (13, 14), (14, 11))]
    arms = [{"ends": (n, n + 10), "name": f"Arm {n}"} for n in (1, 2, 3, 4)]
    town = network_of(at, ring + arms)

    tables = {goal: listed(town, 1, goal) for goal in (2, 3, 4)}

    assert {goal: turns(table) for goal, table in tables.items()} == {
        goal: [("roundabout", f"Arm {goal}")] for goal in (2, 3, 4)}
    assert {goal: table["exit"].max() for goal, table in tables.items()} == {2: 1, 3: 2, 4: 3}
    assert "take exit 3 onto Arm 4" in directions_text(tables[4])


def test_ramps_and_merging(network_of):
    """Off a motorway, and onto the next."""
    at = {1: (0.0, 0.0), 2: (0.0, 4 * STEP), 3: (0.0, 8 * STEP), 4: (STEP, 5 * STEP), 5: (4 * STEP, 5 * STEP),
          6: (-4 * STEP, 5 * STEP)}
    one_way = {"two_way": False}
    town = network_of(at, [{"ends": (1, 2), "highway": "motorway", "ref": "A1"} | one_way,
                           {"ends": (2, 3), "highway": "motorway", "ref": "A1"} | one_way,
                           {"ends": (2, 4), "highway": "motorway_link"} | one_way,
                           {"ends": (4, 6), "highway": "service"},
                           {"ends": (4, 5), "highway": "motorway", "ref": "A2"} | one_way])

    assert turns(listed(town, 1, 5)) == [("ramp_right", ""), ("merge", "A2")]


def test_chinese_and_english_say_the_same(network_of):
    """The texts, written by hand."""
    town = network_of(CROSS, NAMED)

    assert directions_text(listed(town, 1, 4)) == (
        "1. Head north on South Street (100 m)\n2. Turn left onto West Street (100 m)\n3. Arrive on West Street")
    assert directions_text(listed(town, 1, 4, "zh")) == (
        "1. 向北出发，沿South Street行驶 (100 m)\n2. 左转进入West Street (100 m)\n3. 到达West Street上的目的地")
    with pytest.raises(UnknownNameError, match="'fr'"):
        listed(town, 1, 4, "fr")


def test_the_same_place_twice(network_of):
    """Nothing to drive."""
    table = listed(network_of(CROSS, NAMED), 1, 1)

    assert table["turn"].tolist() == ["depart", "arrive"]
    assert table["distance_m"].sum() == 0


@pytest.mark.parametrize("turns", [False, True])
def test_lists_of_monaco_add_up(monaco_roads, turns):
    """A real town: distances and times sum to those of the path, and every text is filled in, in both languages."""
    chance, who = np.random.default_rng(5), replace(load_profile("van"), turns=turns)
    row = chance.choice(np.flatnonzero(monaco_roads.nodes["main"]), 40)
    lon, lat = (monaco_roads.nodes[axis].to_numpy()[row] + chance.normal(0, 2e-4, 40) for axis in ("lon", "lat"))
    at = snap(monaco_roads, lon, lat, who)
    roundabouts = 0

    for path in filter(None, paths(monaco_roads, who, at[:20], at[20:])):
        tables = [directions(path, monaco_roads, who, language) for language in ("en", "zh")]
        assert tables[0]["distance_m"].sum() == pytest.approx(path.distance_m, abs=0.001)
        assert tables[0]["duration_s"].sum() == pytest.approx(path.duration_s, abs=0.001)
        assert not any("{" in text or not text for table in tables for text in table["text"])
        assert tables[0].drop(columns="text").equals(tables[1].drop(columns="text"))
        roundabouts += (tables[0]["turn"] == "roundabout").sum()
    assert roundabouts >= 5
