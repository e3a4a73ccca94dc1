"""Roads for destinations only: never passed through, and every way to and from them is the fastest that is allowed.

The judge lays the rule out as a graph of three storeys (leaving a zone, on open roads, in the last zone) and lets
networkx search it; it shares no code with the package beyond the speed of an edge.
"""

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisdata import load_profile, read_osm, sample_path
from gisdata.network import edge_time_s, many_to_many, paths, snap
from gisdata.network.access import access
from gisdata.network.driving import driving

BIG = 10**15
SQUARE = {1: (0.0, 0.0), 2: (0.001, 0.0), 3: (0.001, 0.001), 4: (0.0, 0.001), 5: (0.002, 0.0), 6: (0.003, 0.0)}


def edge_of(town, a, b):
    """Return the edge from one place of the square to another."""
    return int(np.flatnonzero((town.edges["u"] == a - 1) & (town.edges["v"] == b - 1))[0])


@st.composite
def cases(draw):
    """Draw a small network of which a third is for destinations only, and places on it."""
    count = draw(st.integers(2, 8))
    spots = draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=count, max_size=count))
    road = st.fixed_dictionaries({
        "ends": st.tuples(st.integers(1, count), st.integers(1, count)),
        "two_way": st.sampled_from([True, True, False]),
        "length_m": st.sampled_from([0.0, 12.3456, 100.0, 250.5]) | st.floats(0, 3000),
        "highway": st.sampled_from(["residential", "primary"]),
        "access": st.sampled_from([None, None, "destination"]),
    })
    roads = draw(st.lists(road, min_size=1, max_size=14))
    for row, each in enumerate(roads):
        each["via"] = [(0.01 + row / 100, 0.01), (0.01 + row / 100, 0.02)]
    barriers = {name: {"barrier": "bollard"} for name in draw(st.sets(st.integers(1, count), max_size=1))}
    edges = sum(2 if each["two_way"] else 1 for each in roads)
    places = st.lists(st.tuples(st.integers(0, edges - 1), st.sampled_from([0.0, 0.25, 0.5, 1.0])), min_size=1,
                      max_size=5)
    named = {name: (x / 1000, y / 1000) for name, (x, y) in enumerate(spots, start=1)}
    return named, roads, barriers, draw(places), draw(places)


def insides(nodes, rows):
    """Return the nodes inside zones: joined, outside the largest part of open roads, by a road for destinations."""
    open_roads = nx.DiGraph()
    open_roads.add_nodes_from(range(nodes))
    open_roads.add_edges_from((a, b) for a, b, bound, *_ in rows if not bound)
    parts = sorted(nx.strongly_connected_components(open_roads), key=lambda part: (-len(part), min(part)))
    rest = nx.Graph()
    rest.add_nodes_from(set(range(nodes)) - parts[0])
    rest.add_edges_from((a, b) for a, b, *_ in rows if a not in parts[0] and b not in parts[0])
    touched = {node for a, b, bound, *_ in rows if bound for node in (a, b)}
    return {node for part in nx.connected_components(rest) if part & touched for node in part}


def judged(roads, sources, targets):
    """Return exact (milliseconds, millimetres) of each pair by networkx, None where no way is allowed."""
    u, v, way = (roads.edges[name].tolist() for name in ("u", "v", "way_ids"))
    bound = roads.edges["access"].eq("destination").fillna(value=False).tolist()
    barrier = set(np.flatnonzero(roads.nodes["barrier"].notna()).tolist())
    seconds = edge_time_s(roads, "truck")
    length = [round(metres * 1000) for metres in roads.edges["length_m"].tolist()]
    time = [max(round(s * 1000), 1 if m else 0) for s, m in zip(seconds, length, strict=True)]
    rows = [(u[r], v[r], bound[r], time[r], length[r]) for r in range(len(u)) if not {u[r], v[r]} & barrier]
    zone = insides(len(roads.nodes), rows)
    graph = nx.DiGraph()

    def link(a, b, t, m):
        weight = t * BIG + m
        if weight < graph.get_edge_data(a, b, {"weight": BIG * BIG})["weight"]:
            graph.add_edge(a, b, weight=weight)

    for a, b, only_ends, t, m in rows:
        if a in zone:
            link(("first", a), ("first", b) if b in zone else ("open", b), t, m)
        if b in zone:
            link(("last", a) if a in zone else ("open", a), ("last", b), t, m)
        if a not in zone and b not in zone and not only_ends:
            link(("open", a), ("open", b), t, m)
    for kind, places in (("from", sources), ("to", targets)):
        for edge, fraction in places:
            twin = next((b for b in range(len(u)) if b != edge and way[b] == way[edge]), None)
            for row, along in ((edge, fraction), (twin, 1 - fraction)):
                if row is None:
                    continue
                here, t, m = (kind, edge, fraction), round(along * time[row]), round(along * length[row])
                if kind == "from":
                    stands = [(u[row], 0, 0)] if m == 0 else []
                    for node, more_t, more_m in [(v[row], time[row] - t, length[row] - m), *stands]:
                        if node not in barrier:
                            link(here, ("first" if node in zone else "open", node), more_t, more_m)
                    for other, there in targets:
                        if other in {edge, twin}:
                            end = there if other == row else 1 - there
                            t2, m2 = round(end * time[row]), round(end * length[row])
                            if t2 >= t and m2 >= m:
                                link(here, ("to", other, there), t2 - t, m2 - m)
                else:
                    stands = [(v[row], 0, 0)] if m == length[row] else []
                    for node, more_t, more_m in [(u[row], t, m), *stands]:
                        for storey in () if node in barrier else ("first", "last") if node in zone else ("open",):
                            link((storey, node), here, more_t, more_m)
    answer = []
    for source in sources:
        known = ("from", *source) in graph
        reached = nx.single_source_dijkstra_path_length(graph, ("from", *source)) if known else {}
        answer.append([divmod(reached[t], BIG) if (t := ("to", *place)) in reached else None for place in targets])
    return answer


@pytest.mark.parametrize("examples", [40, pytest.param(3000, marks=pytest.mark.long)])
def test_tables_and_paths_agree_with_networkx(network_of, snaps_at, examples):
    """Any network, any places, to the millisecond and millimetre; each path takes what its cell says."""
    settings(max_examples=examples, deadline=None)(given(case=cases())(agree_with_networkx))(network_of, snaps_at)


def agree_with_networkx(network_of, snaps_at, case):
    places, roads, barriers, sources, targets = case
    town = network_of(places, roads, barriers)

    time, length = many_to_many(town, "truck", snaps_at(*sources), snaps_at(*targets))
    pairs = [(s, t) for s in sources for t in targets]
    found = paths(town, "truck", snaps_at(*(s for s, _ in pairs)), snaps_at(*(t for _, t in pairs)))

    cells = [zip(*rows, strict=True) for rows in zip(time.tolist(), length.tolist(), strict=True)]
    assert [[None if t < 0 else (t, m) for t, m in row] for row in cells] == judged(town, sources, targets)
    ours = [(-1, -1) if p is None else (round(p.duration_s * 1000), round(p.distance_m * 1000)) for p in found]
    assert ours == list(zip(time.ravel().tolist(), length.ravel().tolist(), strict=True))
    how = driving(town, "truck")
    for path in found:
        if path is not None and len(path.edges) > 2:
            assert (how.v[path.edges[:-1]] == how.u[path.edges[1:]]).all()


def test_no_way_leads_through_and_places_inside_are_served(network_of, snaps_at):
    """Around the square it is 300 m, through the street for destinations 100 m, to its middle 50 m."""
    town = network_of(SQUARE, [{"ends": (1, 2), "hgv": "destination"}, {"ends": (2, 3)}, {"ends": (3, 4)},
                               {"ends": (4, 1)}, {"ends": (2, 5)}])
    at = snaps_at((edge_of(town, 4, 1), 1.0), (edge_of(town, 2, 5), 0.0), (edge_of(town, 1, 2), 0.5))

    metres = {who: (many_to_many(town, who, at[:1], at[1:])[1] // 1000).tolist()[0] for who in ("truck", "van")}

    assert metres == {"truck": [300, 50], "van": [100, 50]}


def test_an_open_yard_behind_a_street_for_destinations_is_served(network_of, snaps_at):
    """The yard (5, 6) hangs on node 2, which only destination streets reach; nobody cuts through 1-2-3."""
    town = network_of(SQUARE, [{"ends": (1, 2), "hgv": "destination"}, {"ends": (2, 3), "hgv": "destination"},
                               {"ends": (3, 4), "length_m": 300.0}, {"ends": (4, 1), "length_m": 300.0},
                               {"ends": (2, 5), "highway": "service"}, {"ends": (5, 6), "highway": "service"}])
    at = snaps_at((edge_of(town, 5, 6), 0.5), (edge_of(town, 3, 4), 0.0), (edge_of(town, 4, 1), 1.0))

    _, metres = many_to_many(town, "truck", at, at)

    assert metres.tolist() == [[0, 250_000, 250_000], [250_000, 0, 600_000], [250_000, 600_000, 0]]


@pytest.mark.parametrize("town", ["monaco", "helsinki"])
def test_real_streets_for_destinations_are_never_passed(town):
    """Whatever random way: destination-only edges stand at its begin and its end alone; and most of them are used."""
    here = Path(__file__).parents[2] / "data" / "helsinki-centre-2019.osm.pbf"
    roads = read_osm(sample_path("monaco") / "monaco.osm.pbf" if town == "monaco" else here)
    truck = load_profile("truck_7_5t")
    only_ends = np.flatnonzero(access(roads, truck).ends & ~access(roads, truck).through)
    how, chance = driving(roads, truck), np.random.default_rng(3)
    row = chance.choice(np.flatnonzero(how.connected), 60)
    bound = np.flatnonzero(how.connected)[np.isin(np.flatnonzero(how.connected), only_ends)]
    row[: len(row) // 3] = chance.choice(bound, len(row) // 3)
    lon, lat = np.array([roads.geometry[edge].interpolate(0.5, normalized=True).coords[0] for edge in row]).T
    at = snap(roads, lon, lat, truck)
    found = paths(roads, truck, at, at[chance.permutation(60)])

    inside, used = how.zones.inside, 0
    for path in found:
        assert path is not None
        outside = ~(inside[how.u[path.edges]] | inside[how.v[path.edges]])
        middle = np.flatnonzero(outside)
        if len(middle):
            zone_like = np.isin(path.edges, only_ends)[middle[0] + 1 : middle[-1]]
            assert not zone_like.any()
        used += np.isin(path.edges, only_ends).any()
    assert used >= 20
