"""Why a vehicle takes its way, or has none: planted rules of every kind, brute force, and rules of a real town."""

from dataclasses import replace
from itertools import combinations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisdata.hourly import COLUMNS, HourlySpeeds
from gisdata.network import paths, snap
from gisdata.network.access import access
from gisdata.network.explaining import explain
from gisdata.network.obstacles import fewest_obstacles, light, obstacles
from gisdata.network.road_network import empty_restrictions
from gisdata.profiles import load_profile, with_turns
from gisdata.profiles.cityrule import CityRule

STEP = 0.001
RING = {1: (0.0, 0.0), 2: (STEP, 0.0), 3: (2 * STEP, 0.0), 4: (3 * STEP, 0.0), 5: (1.5 * STEP, 4 * STEP)}
"""1 to 4 in a line; from 2 to 3 straight (100 m), or around by 5 (600 m)."""


def ring(network_of, node_tags=None, **tags):
    """Return the town with tags on the straight middle, way 2."""
    return network_of(RING, [{"ends": (1, 2)}, {"ends": (2, 3), "name": "Low Bridge"} | tags, {"ends": (3, 4)},
                             {"ends": (2, 5), "length_m": 300.0}, {"ends": (5, 3), "length_m": 300.0}], node_tags)


def told(town, profile="truck", free=None):
    """Explain the way from node 1 to node 4."""
    nodes = town.nodes.set_index("osm_id").loc[[1, 4]]
    return explain(town, profile, tuple(nodes["lon"]), tuple(nodes["lat"]), free)


@pytest.mark.parametrize(("tag", "value", "rule"), [
    ("maxheight", "3.5", "the limit is 3.5 m"), ("maxwidth", "2.3", "the limit is 2.3 m"),
    ("maxlength", "8", "the limit is 8 m"), ("maxweight", "7.5", "has mass_t 18 t"),
    ("maxweightrating:hgv", "12", "has rated_mass_t 18 t"), ("maxaxleload", "8", "has axle_load_t 11.5 t"),
    ("hgv", "no", "closed to truck"), ("hgv", "destination", "only begin or end"),
])
def test_a_planted_rule_is_named_with_what_it_costs(network_of, tag, value, rule):
    """800 m around in place of 300 m: the rule on Low Bridge is the reason, and opening it saves the whole detour."""
    facts = told(ring(network_of, **{tag: value}))

    (obstacle,) = facts.obstacles
    assert (facts.kind, obstacle.osm, obstacle.street) == ("detour", "way 2", "Low Bridge")
    assert (obstacle.tag, obstacle.value) == (tag, value)
    assert rule in obstacle.rule
    assert facts.path.distance_m - facts.free_path.distance_m == 500
    assert facts.saves_s[0] == pytest.approx(facts.path.duration_s - facts.free_path.duration_s, abs=0.002)


def test_a_limit_at_a_gate_is_named_by_its_node(network_of):
    """A height limit on a node: the way around passes it not."""
    town = network_of(RING | {6: (1.5 * STEP, 0.0)}, [
        {"ends": (1, 2)}, {"ends": (2, 6)}, {"ends": (6, 3)}, {"ends": (3, 4)}, {"ends": (2, 5), "length_m": 300.0},
        {"ends": (5, 3), "length_m": 300.0}], {6: {"barrier": "height_restrictor", "maxheight": "2.2"}})

    facts = told(town)

    assert [(each.osm, each.tag, each.geometry.geom_type) for each in facts.obstacles] == [
        ("node 6", "maxheight", "Point")]


def test_a_forbidden_turn_is_named_by_its_relation(network_of):
    """No left turn from way 1 onto way 2: a vehicle for which turns count goes around the block, and is told why."""
    at = {1: (0.0, -STEP), 2: (0.0, 0.0), 3: (-STEP, 0.0), 4: (0.0, STEP), 5: (-STEP, STEP), 6: (-2 * STEP, 0.0)}
    rule = dict.fromkeys(empty_restrictions().columns) | {"relation_id": 77, "kind": "no_left_turn", "from_way": 1,
                                                          "via_kind": "node", "via_id": "2", "to_way": 2}
    town = network_of(at, [{"ends": (1, 2), "name": "South"}, {"ends": (2, 3), "name": "West"}, {"ends": (2, 4)},
                           {"ends": (4, 5)}, {"ends": (5, 3)}, {"ends": (3, 6)}])
    town = replace(town, restrictions=pd.DataFrame([rule]).astype(empty_restrictions().dtypes))
    nodes = town.nodes.set_index("osm_id").loc[[1, 6]]

    facts = explain(town, with_turns("van"), tuple(nodes["lon"]), tuple(nodes["lat"]))

    assert facts.kind == "detour"
    assert [(each.osm, each.value, each.node >= 0) for each in facts.obstacles] == [
        ("relation 77", "no_left_turn", True)]
    assert "from South onto West" in facts.obstacles[0].rule
    assert facts.path.distance_m - facts.free_path.distance_m == 200
    assert facts.saves_s[0] == pytest.approx(facts.path.duration_s - facts.free_path.duration_s, abs=0.002)


@pytest.mark.parametrize(("tag", "value"), [("maxweight", "7.5"), ("hgv", "no"), ("hgv", "destination")])
def test_a_closed_road_tells_what_it_costs_where_turns_count(network_of, tag, value):
    """Opening the only closed road gives the way of the free vehicle, turns and all."""
    facts = told(ring(network_of, **{tag: value}), with_turns("truck"))

    assert [(each.osm, each.tag) for each in facts.obstacles] == [("way 2", tag)]
    lost_s = facts.path.duration_s - facts.free_path.duration_s
    assert lost_s > 30
    assert facts.saves_s[0] == pytest.approx(lost_s, abs=0.002)


def test_where_nothing_is_closed_there_is_no_detour(network_of):
    """And a limit that the vehicle keeps is no obstacle."""
    facts = told(ring(network_of, maxweight="20"))

    assert (facts.kind, facts.obstacles) == ("no detour", ())


def test_a_rule_that_binds_cars_too_is_no_detour_unless_asked(network_of):
    """A private road: the free vehicle has the rights of a car; another free vehicle may be named."""
    town = ring(network_of, motor_vehicle="private")

    assert told(town).kind == "no detour"
    assert told(ring(network_of, goods="no"), "van").kind == "detour"
    assert told(ring(network_of, maxweight="3.0"), "truck", free="car").kind == "detour"


def test_two_reasons_on_one_road_are_both_told(network_of):
    """Opening one of them would not help, and what it would save is not said to be more than nothing."""
    facts = told(ring(network_of, maxweight="7.5", hgv="no"))

    assert {each.tag for each in facts.obstacles} == {"maxweight", "hgv"}


def test_an_unreachable_place_names_the_fewest_obstacles(network_of):
    """Behind two closed roads on one side and one on the other, the one is named."""
    at = {1: (0.0, 0.0), 2: (STEP, 0.0), 3: (2 * STEP, 0.0), 4: (3 * STEP, 0.0), 5: (STEP, STEP), 6: (4 * STEP, 0.0),
          7: (-STEP, 0.0)}
    town = network_of(at, [{"ends": (7, 1)}, {"ends": (1, 2), "hgv": "no", "length_m": 10.0},
                           {"ends": (2, 3), "hgv": "no", "length_m": 10.0},
                           {"ends": (1, 5), "length_m": 900.0}, {"ends": (5, 3), "length_m": 900.0, "maxheight": "3"},
                           {"ends": (3, 4)}, {"ends": (4, 6)}])

    facts = told(town)

    assert facts.kind == "unreachable"
    assert [(each.osm, each.tag) for each in facts.obstacles] == [("way 5", "maxheight")]


def test_a_rule_of_a_city_that_bars_a_place_is_named(network_of):
    """Node 4 can only be reached over two roads under one ban; a closed short cut with one edge is not what is told."""
    at = {1: (0.0, 0.0), 2: (STEP, 0.0), 3: (2 * STEP, 0.0), 4: (3 * STEP, 0.0), 5: (1.5 * STEP, STEP)}
    town = network_of(at, [{"ends": (1, 2)}, {"ends": (2, 5)}, {"ends": (5, 3)}, {"ends": (3, 4)},
                           {"ends": (2, 3), "hgv": "no"}])
    ban = CityRule(name="Ring by day", ways={2, 3}, vehicles={"hgv"}, times="Mo-Fr 07:00-19:00")
    truck = load_profile("truck").on_trip(rules=[ban])

    noon, night = (told(town, truck.on_trip(weekday="Mo", at=at)) for at in ("12:00", "05:00"))

    assert noon.kind == "unreachable"
    assert {(each.tag, each.value) for each in noon.obstacles} == {("city rule", "Ring by day")}
    assert night.kind == "detour"
    assert {(each.tag, each.value) for each in night.obstacles} == {("hgv", "no")}


def test_a_slow_hour_is_no_closed_road(network_of):
    """At half the speed everywhere the free vehicle is as slow: nothing is closed, and no detour is told."""
    slow = HourlySpeeds({"*": (0.5,) * 168}, pd.DataFrame({name: pd.Series([], dtype=float) for name in COLUMNS}))
    truck = load_profile("truck")

    free, busy = told(ring(network_of), truck), told(ring(network_of), truck.on_trip(weekday="Mo", at=0, speeds=slow))

    assert busy.path.duration_s == pytest.approx(2 * free.path.duration_s, rel=1e-3)
    assert (busy.kind, busy.obstacles) == ("no detour", ())


def test_no_road_at_all(network_of):
    """Two islands."""
    town = network_of({1: (0.0, 0.0), 2: (STEP, 0.0), 3: (0.1, 0.0), 4: (0.101, 0.0)},
                      [{"ends": (1, 2)}, {"ends": (3, 4)}])

    assert told(town).kind == "no road"


def test_places_whose_road_is_closed_are_moved_or_lost(network_of):
    """The destination lies on a closed lane: it is put on the road 111 m away, or on none if that is too far."""
    town = network_of(RING, [{"ends": (1, 2)}, {"ends": (2, 3)}, {"ends": (3, 4), "hgv": "no"},
                             {"ends": (2, 5)}, {"ends": (5, 3)}])

    moved = explain(town, "truck", (0.0, 3 * STEP), (0.0, 0.0))
    lost = explain(town, "truck", (0.0, 3 * STEP), (0.0, 0.0), max_snap_m=50)

    assert [(each.end, each.reasons[0].tag, round(each.usable_m)) for each in moved.moved] == [
        ("destination", "hgv", 111)]
    assert (lost.kind, lost.lost) == ("off the road", ("destination",))


@st.composite
def towns(draw):
    """Draw a small grid in which some roads are closed to trucks and some junctions have a low bar."""
    wide = 3
    spots = {row * wide + column + 1: (column * STEP, row * STEP) for row in range(3) for column in range(wide)}
    pairs = [(n, n + 1) for n in spots if n % wide] + [(n, n + wide) for n in spots if n + wide in spots]
    roads = [{"ends": pair} | ({"hgv": "no"} if draw(st.integers(0, 2)) else {}) for pair in pairs]
    bars = {node: {"maxheight": "2"} for node in draw(st.sets(st.sampled_from([*spots]), max_size=2))}
    return spots, roads, bars, draw(st.permutations([*range(len(roads))]))[:2]


@pytest.mark.parametrize("examples", [12, pytest.param(1000, marks=pytest.mark.long)])
def test_no_fewer_obstacles_would_do(network_of, snaps_at, examples):
    """Against trying every smaller set of closed roads and bars, with networkx."""
    who = load_profile("truck")

    @settings(max_examples=examples)
    @given(case=towns())
    def holds(case):
        spots, roads, bars, (origin, destination) = case
        roads = [road | {"hgv": "yes"} if row in {origin, destination} else road for row, road in enumerate(roads)]
        town = network_of(spots, roads, bars)
        way = {int(text): edge for edge, text in enumerate(town.edges["way_ids"])}
        ends = snaps_at((way[origin + 1], 0.5), (way[destination + 1], 0.5))
        path = fewest_obstacles(town, who, ends)
        u, v = (town.edges[end].to_numpy()[path.edges] for end in ("u", "v"))
        through, passable = access(town, who).through, access(town, who).passable
        count = int((~through[path.edges]).sum() + (~passable[v[:-1]]).sum())

        def joined(opened):
            graph = nx.Graph()
            shut = [node for node in bars if ("node", node) not in opened]
            ends_of = [roads[row]["ends"] for row in (origin, destination)]
            for row, road in enumerate(roads):
                if road.get("hgv") != "no" or ("road", row) in opened:
                    graph.add_edge(*[(row, node) if node in shut else node for node in road["ends"]])
            halves = [{(row, node) if node in shut else node for node in pair}
                      for row, pair in zip((origin, destination), ends_of, strict=True)]
            return any(nx.has_path(graph, a, b) for a in halves[0] for b in halves[1])

        shut = [("road", row) for row, road in enumerate(roads) if road.get("hgv") == "no"]
        shut += [("node", node) for node in bars]
        assert (u[1:] == v[:-1]).all()
        assert joined({*shut})
        assert not any(joined({*some}) for fewer in range(count) for some in combinations(shut, fewer))
        assert {each.tag for each in obstacles(town, who, path)} <= {"hgv", "maxheight"}

    holds()


@pytest.mark.parametrize(("town", "vehicle"), [("monaco_roads", "truck"), ("helsinki_roads", "semitrailer")])
def test_real_detours_name_what_the_vehicle_avoids(request, town, vehicle):
    """A sample of pairs: every obstacle is closed to the vehicle, on the free way, and not on the vehicle's own."""
    roads, who, chance = request.getfixturevalue(town), load_profile(vehicle), np.random.default_rng(1)
    row = chance.choice(np.flatnonzero(roads.nodes["main"]), 100)
    lon, lat = (roads.nodes[axis].to_numpy()[row] for axis in ("lon", "lat"))
    open_to, kinds = access(roads, who), []
    for a, b in zip(range(50), range(50, 100), strict=True):
        facts = explain(roads, who, (lon[a], lon[b]), (lat[a], lat[b]))
        kinds.append(facts.kind)
        closed = [edge for each in facts.obstacles for edge in each.edges]
        assert not open_to.through[closed].any()
        if facts.path is not None:
            assert not set(closed) & set(facts.path.edges.tolist())
        if facts.kind == "detour":
            assert facts.obstacles or facts.moved
            assert max(facts.saves_s, default=0) <= facts.path.duration_s - facts.free_path.duration_s + 0.002
    assert kinds.count("detour") >= 3


def test_the_known_length_limit_on_liisankatu(helsinki_roads):
    """Ways 221192006, 221192003, 221192002 and 15466776 carry maxlength=12: a semitrailer goes around, a truck not."""
    ends = (24.943443, 24.9529985), (60.1667334, 60.1746843)

    semitrailer, truck = (explain(helsinki_roads, profile, *ends) for profile in ("semitrailer", "truck"))

    assert [(each.osm, each.street, each.tag, each.value) for each in semitrailer.obstacles] == [
        ("way 221192006, 221192003, 221192002, 15466776", "Liisankatu", "maxlength", "12")]
    lost_s = semitrailer.path.duration_s - semitrailer.free_path.duration_s
    assert semitrailer.saves_s[0] == pytest.approx(lost_s, abs=1)
    assert truck.kind == "no detour"


def test_the_known_weight_limit_on_pont_sainte_devote(monaco_roads):
    """Ways 4229329, 106705725 and 943191877 carry maxweight=7.5: a truck of 18 t goes around, a van does not."""
    ends = (7.41765, 7.43421), (43.73731, 43.7472)

    truck, van = (explain(monaco_roads, profile, *ends) for profile in ("truck", "van"))

    assert truck.obstacles[0].osm == "way 4229329, 106705725, 943191877"
    assert (truck.obstacles[0].street, truck.obstacles[0].value) == ("Pont Sainte-Dévote", "7.5")
    assert van.kind == "no detour"
    at = snap(monaco_roads, *ends, light(load_profile("truck")))
    (free,) = paths(monaco_roads, light(load_profile("truck")), at[:1], at[1:])
    assert truck.free_path.duration_s == free.duration_s
