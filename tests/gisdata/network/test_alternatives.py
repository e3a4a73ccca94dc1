"""Other ways between two places: the laws that make them sensible, judged by networkx, and small cases by hand."""

from dataclasses import replace
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gisdata import RoadNetworkError
from gisdata.network import edge_time_s, paths, snap
from gisdata.network.alternatives import Sense, alternatives
from gisdata.network.speeds import open_nodes
from gisdata.network.tracing import path_stretches
from gisdata.network.turns import turning
from gisdata.profiles import load_profile

STEP = 0.001
SENSE = Sense()


def judged(roads, profile):
    """Return the network as networkx drives it: the fastest of parallel edges, in whole milliseconds."""
    graph = nx.DiGraph()
    seconds, passable = edge_time_s(roads, profile), open_nodes(roads, profile)
    for edge, (u, v) in enumerate(roads.edges[["u", "v"]].to_numpy().tolist()):
        time = round(seconds[edge] * 1000) if np.isfinite(seconds[edge]) else None
        if time is None or u == v or not (passable[u] and passable[v]):
            continue
        if time < graph.get_edge_data(u, v, {"time": time + 1})["time"]:
            graph.add_edge(u, v, time=time)
    return graph


def broken_laws(roads, profile, found, sense=SENSE):
    """Return which of the laws the ways break: real, in order, without loops, different, short, locally fastest."""
    graph, seconds, faults = judged(roads, profile), edge_time_s(roads, profile), []
    u, v = (roads.edges[end].to_numpy() for end in ("u", "v"))
    best = found[0].duration_s
    driven = [{edge: (end - begin) * seconds[edge] for edge, begin, end in path_stretches(path)} for path in found]
    for number, path in enumerate(found):
        whole = path.edges
        if (v[whole[:-1]] != u[whole[1:]]).any() or len(set(whole.tolist())) < len(whole):
            faults.append(f"{number}: no way, or a road twice")
        passed = v[whole[:-1]].tolist()
        if len(set(passed)) < len(passed):
            faults.append(f"{number}: a junction twice")
        if abs(sum(driven[number].values()) - path.duration_s) > 0.001 * (len(whole) + 1):
            faults.append(f"{number}: its duration is not that of its roads")
        if path.duration_s > sense.most_stretch * best + 1e-9 or path.duration_s < best:
            faults.append(f"{number}: too long, or faster than the fastest")
        shared = [sum(time for edge, time in driven[number].items() if edge in driven[other])
                  for other in range(len(found)) if other != number]
        if number and max(shared) > sense.most_shared * best + 0.001 * len(whole):
            faults.append(f"{number}: shares {max(shared) / best:.2f} with another")
        along = np.concatenate([[0], np.cumsum([round(seconds[edge] * 1000) for edge in whole[1:-1]])]).tolist()
        for i in range(len(passed)):
            reach = nx.single_source_dijkstra_path_length(graph, passed[i], weight="time",
                                                          cutoff=sense.locally_fastest * best * 1000)
            if any(along[j] - along[i] > reach[passed[j]] for j in range(i, len(passed)) if passed[j] in reach
                   and along[j] - along[i] <= sense.locally_fastest * best * 1000):
                faults.append(f"{number}: a needless detour from junction {passed[i]}")
    return faults


def two_bridges(network_of):
    """A road in, two bridges side by side, a road out, 100 m each but the south bridge, which has a bend every 10 m.

    By the north 1, 2, 5, 3, 4 (400 m), by the south 1, 2, 101 to 121, 3, 4 (100 + 220 + 100 = 420 m).
    """
    at = {1: (0.0, 0.0), 2: (STEP, 0.0), 3: (3 * STEP, 0.0), 4: (4 * STEP, 0.0), 5: (2 * STEP, STEP)}
    bends = {100 + n: ((1 + n / 11) * STEP, -STEP) for n in range(1, 22)}
    south = [{"ends": pair, "length_m": 10.0} for pair in pairwise((2, *bends, 3))]
    north = [{"ends": (1, 2)}, {"ends": (2, 5), "name": "North"}, {"ends": (5, 3), "name": "North"}, {"ends": (3, 4)}]
    return network_of(at | bends, north + south)


def ends_of(town, first=1, last=4):
    """Snap the first and the last node of a hand-made town."""
    nodes = town.nodes.set_index("osm_id").loc[[first, last]]
    at = snap(town, nodes["lon"], nodes["lat"], "car")
    return at[:1], at[1:]


def test_both_bridges_are_found(network_of):
    """400 m by the north, 420 m by the south, half of it shared: the bounds allow it, and there is no third."""
    town = two_bridges(network_of)

    found = alternatives(town, "car", *ends_of(town), k=5)

    assert [path.distance_m for path in found] == [400.0, 420.0]


@pytest.mark.parametrize(("sense", "ways"), [
    ({"most_stretch": 1.04}, 1),  # the other bridge is 1.10 times as long where it leaves the first
    ({"most_stretch": 1.11}, 2),
    ({"most_shared": 0.49}, 1),  # 200 of 400 m are driven by both
    ({"most_shared": 0.51}, 2),
    ({"locally_fastest": 0.27}, 1),  # 110 m to either side of its middle: the whole bridge, which the north beats
])
def test_bounds_are_kept(network_of, sense, ways):
    """Just too tight, and just wide enough."""
    town = two_bridges(network_of)

    assert len(alternatives(town, "car", *ends_of(town), sense=Sense(**sense))) == ways


def test_a_detour_around_a_block_is_no_alternative(network_of):
    """A long straight road with one slow loop beside it: as a whole hardly longer, but senseless."""
    at = {node: (node * STEP, 0.0) for node in range(1, 12)} | {20: (5.2 * STEP, STEP), 21: (5.8 * STEP, STEP)}
    road = [{"ends": pair} for pair in pairwise(range(1, 12))]
    loop = [{"ends": pair, "length_m": 50.0} for pair in ((5, 20), (20, 21), (21, 6))]
    town = network_of(at, road + loop)

    assert len(alternatives(town, "car", *ends_of(town, 1, 11), sense=Sense(most_shared=1.0))) == 1


def test_one_stretch_of_road_has_one_way(network_of):
    """Both places between two junctions."""
    town = two_bridges(network_of)
    at = snap(town, [0.2 * STEP, 0.8 * STEP], [0.0, 0.0], "car")

    (only,) = alternatives(town, "car", at[:1], at[1:])

    assert only.distance_m == pytest.approx(60, abs=0.1)


def test_no_way_gives_none(network_of):
    """From an island."""
    at = {1: (0.0, 0.0), 2: (STEP, 0.0), 8: (0.5, 0.5), 9: (0.501, 0.5)}
    town = network_of(at, [{"ends": (1, 2)}, {"ends": (8, 9)}])

    assert alternatives(town, "car", *ends_of(town, 1, 9)) == []


def test_nonsense_is_refused(network_of):
    """No ways at all, several origins, and bounds that no way can keep."""
    town = two_bridges(network_of)
    begin, end = ends_of(town)

    with pytest.raises(RoadNetworkError, match="1 or more"):
        alternatives(town, "car", begin, end, k=0)
    with pytest.raises(RoadNetworkError, match="one place"):
        alternatives(town, "car", begin[[0, 0]], end)
    with pytest.raises(RoadNetworkError, match="most_stretch"):
        Sense(most_stretch=0.9)


@st.composite
def towns(draw):
    """Draw a grid of streets with holes, one-ways and different lengths, and two places in it."""
    wide, high = draw(st.integers(3, 5)), draw(st.integers(3, 5))
    spots = {row * wide + column + 1: (column * STEP, row * STEP) for row in range(high) for column in range(wide)}
    pairs = [(n, n + 1) for n in spots if n % wide] + [(n, n + wide) for n in spots if n + wide in spots]
    length = st.sampled_from([80.0, 100.0, 100.0, 130.0, 400.0])
    roads = [{"ends": pair, "length_m": draw(length), "two_way": draw(st.integers(0, 5)) > 0} for pair in pairs
             if draw(st.integers(0, 7))]
    edges = sum(2 if road["two_way"] else 1 for road in roads)
    assume(edges)
    place = st.tuples(st.integers(0, edges - 1), st.sampled_from([0.0, 0.3, 0.5, 1.0]))
    return spots, roads, draw(place), draw(place)


@pytest.mark.parametrize("examples", [15, pytest.param(600, marks=pytest.mark.long)])
def test_ways_keep_the_laws_in_any_town(network_of, snaps_at, examples):
    """The first is the fastest, and all of them keep the bounds."""
    @settings(max_examples=examples)
    @given(case=towns())
    def holds(case):
        spots, streets, origin, destination = case
        town = network_of(spots, streets)
        begin, end = snaps_at(origin), snaps_at(destination)
        found = alternatives(town, "car", begin, end, k=4)
        (fastest,) = paths(town, "car", begin, end)
        assert [path.duration_s for path in found[:1]] == [path.duration_s for path in [fastest] if path]
        assert not found or broken_laws(town, "car", found) == []

    holds()


def test_ways_keep_the_laws_in_monaco(monaco_roads):
    """A real town, and enough of its pairs have other ways that the laws are put to the test."""
    chance = np.random.default_rng(11)
    row = chance.choice(np.flatnonzero(monaco_roads.nodes["main"]), 50)
    lon, lat = (monaco_roads.nodes[axis].to_numpy()[row] + chance.normal(0, 2e-4, 50) for axis in ("lon", "lat"))
    at = snap(monaco_roads, lon, lat, "van")

    found = [alternatives(monaco_roads, "van", at[[i]], at[[i + 25]]) for i in range(25)]

    assert [fault for ways in found if ways for fault in broken_laws(monaco_roads, "van", ways)] == []
    assert sum(len(ways) > 1 for ways in found) >= 5


def test_ways_with_turns_obey_them_in_monaco(monaco_roads):
    """The first is the fastest; every turn is open, no junction is passed twice, none is too long."""
    who = replace(load_profile("van"), turns=True)
    on, v = turning(monaco_roads, who), monaco_roads.edges["v"].to_numpy()
    turns = set(zip(on.graph.edge[on.arcs.tail].tolist(), on.graph.edge[on.arcs.head].tolist(), strict=True))
    chance = np.random.default_rng(12)
    row = chance.choice(np.flatnonzero(monaco_roads.nodes["main"]), 60)
    at = snap(monaco_roads, *(monaco_roads.nodes[axis].to_numpy()[row] + 1e-4 for axis in ("lon", "lat")), who)

    several = 0
    for i in range(30):
        found = alternatives(monaco_roads, who, at[[i]], at[[i + 30]])
        (fastest,) = paths(monaco_roads, who, at[[i]], at[[i + 30]])
        assert [path.duration_s for path in found[:1]] == [path.duration_s for path in [fastest] if path]
        for path in found[1:]:
            assert set(pairwise(path.edges.tolist())) <= turns
            assert len(np.unique(v[path.edges[:-1]])) == len(path.edges) - 1
            assert fastest.duration_s <= path.duration_s <= SENSE.most_stretch * fastest.duration_s
        several += len(found) > 1
    assert several >= 5
