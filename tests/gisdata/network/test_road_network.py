"""The noun itself: checked at birth, the same in every form, cut without loss, and harmless in a notebook."""

import dataclasses

import networkx as nx
import osmnx
import pytest

from gisdata import RoadNetwork, RoadNetworkError

SQUARE = {1: (0.0, 0.0), 2: (0.001, 0.0), 3: (0.001, 0.001), 4: (0.0, 0.001)}


def osmnx_town():
    """Return a graph as OSMnx makes them: a list of ids, a one-way, a street without own line, a missing tag."""
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for name, (lon, lat) in SQUARE.items():
        graph.add_node(name, x=lon, y=lat)
    graph.add_edge(1, 2, length=111.2, highway="primary", osmid=[7, 8], oneway=False, maxspeed=["50", "30"])
    graph.add_edge(2, 1, length=111.2, highway="primary", osmid=[8, 7], oneway=False, maxspeed=float("nan"))
    graph.add_edge(2, 3, length=111.2, highway="service", osmid=9, oneway=True)
    return graph


def test_from_osmnx_joins_lists_and_draws_straight_lines():
    """Values of merged ways stay visible, the missing stays missing."""
    roads = RoadNetwork.from_osmnx(osmnx_town(), {"name": "Town"})

    assert roads.edges["way_ids"].tolist() == ["7;8", "8;7", "9"]
    assert roads.edges["maxspeed"].fillna("-").tolist() == ["50;30", "-", "-"]
    assert roads.edges["oneway"].tolist() == ["no", "no", "yes"]
    assert [list(line.coords) for line in roads.geometry][2] == [SQUARE[2], SQUARE[3]]
    assert roads.nodes["main"].tolist() == [True, True, False, False]


def test_to_osmnx_and_back_is_the_same_network():
    """A town without tags on several ways comes back to the digit."""
    roads = RoadNetwork.from_osmnx(osmnx_town())
    there = roads.to_osmnx()

    back = RoadNetwork.from_osmnx(there, roads.meta)

    assert there.number_of_edges() == 3
    assert back.edges.drop(columns="node_ids").equals(roads.edges.drop(columns="node_ids"))


def test_osmnx_itself_can_work_with_the_graph(street_grid, tmp_path):
    """Its frames, its file format and its shortest path take what `to_osmnx` gives."""
    graph = street_grid.to_osmnx()
    osmnx.save_graphml(graph, tmp_path / "town.graphml")

    assert len(osmnx.graph_to_gdfs(graph, nodes=False)) == len(street_grid.edges)
    assert osmnx.shortest_path(graph, 1, 36, weight="length") is not None


@pytest.mark.parametrize(("damage", "message"), [
    (lambda g: g.clear_edges(), "no edges"),
    (lambda g: g.clear(), "no nodes"),
    (lambda g: g.edges[1, 2, 0].pop("length"), "no 'length'"),
    (lambda g: g.nodes[1].pop("x"), "no place"),
    (lambda g: nx.relabel_nodes(g, {1: "a"}, copy=False), "whole number"),
])
def test_an_unfit_graph_says_what_it_lacks(damage, message):
    """One sentence each."""
    graph = osmnx_town()
    damage(graph)

    with pytest.raises(RoadNetworkError, match=message):
        RoadNetwork.from_osmnx(graph)


@pytest.mark.parametrize(("change", "message"), [
    (lambda f: f["edges"].drop(columns="maxspeed"), "edges lack maxspeed"),
    (lambda f: f["edges"].assign(length_m=-1.0), "negative"),
    (lambda f: f["edges"].assign(length_m="x"), "another kind: length_m"),
    (lambda f: f["edges"].assign(u=f["edges"]["u"] + 99), "not there"),
])
def test_impossible_edges_are_refused(street_grid, change, message):
    """Checked at birth, in every way a network is made."""
    edges = change({"edges": street_grid.edges.copy()})

    with pytest.raises(RoadNetworkError, match=message):
        dataclasses.replace(street_grid, edges=edges)


def test_impossible_nodes_are_refused(street_grid):
    """A latitude of 95 and two nodes with one id; both faults in one message."""
    nodes = street_grid.nodes.assign(lat=95.0, osm_id=1)

    with pytest.raises(RoadNetworkError, match=r"same osm_id.*off the globe"):
        dataclasses.replace(street_grid, nodes=nodes)


def test_digest_sees_every_change(street_grid):
    """A tag, a corner, a date: each gives another digest; nothing changed gives the same."""
    speed = street_grid.edges["maxspeed"].copy()
    speed.iloc[3] = "50"
    others = [
        dataclasses.replace(street_grid, edges=street_grid.edges.assign(maxspeed=speed)),
        dataclasses.replace(street_grid, nodes=street_grid.nodes.assign(lon=street_grid.nodes["lon"] + 1e-9)),
        dataclasses.replace(street_grid, meta=dict(street_grid.meta) | {"date": "2026-01-02"}),
    ]

    assert dataclasses.replace(street_grid).digest == street_grid.digest
    assert len({street_grid.digest, *(other.digest for other in others)}) == 4


def test_clip_keeps_whole_roads_that_touch_the_box(street_grid):
    """A box around the south-west junction of the grid: its two streets, both ways, whole."""
    part = street_grid.clip(114.2999, 30.5999, 114.3001, 30.6001)

    assert part.nodes["osm_id"].tolist() == [1, 2, 7]
    ends = zip(part.edges["u"].tolist(), part.edges["v"].tolist(), strict=True)
    assert sorted(ends) == [(0, 1), (0, 2), (1, 0), (2, 0)]
    assert part.edges["main"].all()


@pytest.mark.parametrize(("box", "message"), [
    ((0, 0, 1, 1), r"roads lie in 114.3000, 30.6000, 114.3250, 30.6250"),
    ((30, 114, 31, 115), "degrees of longitude and latitude"),
    ((1, 0, 0, 1), "west < east"),
])
def test_a_clip_without_roads_says_where_they_are(street_grid, box, message):
    """Far away, swapped, upside down."""
    with pytest.raises(RoadNetworkError, match=message):
        street_grid.clip(*box)


def test_frames_are_copies_in_degrees(street_grid):
    """What an analyst does to them does not reach the network."""
    nodes, edges = street_grid.to_frames()
    edges["length_m"] = 0.0

    assert nodes.crs == edges.crs == "EPSG:4326"
    assert (street_grid.edges["length_m"] == 500).all()


def test_html_is_escaped(street_grid):
    """A network named by an attacker."""
    names = {"name": "<script>alert(1)</script>", "source": "<img src=x onerror=1>"}
    evil = dataclasses.replace(street_grid, meta=names)

    page = evil._repr_html_()

    assert "<script" not in page
    assert "<img" not in page


def test_describe_tells_size_and_origin(street_grid):
    """36 junctions, 60 streets both ways of 500 m each."""
    told = street_grid.describe()

    assert (told["nodes"], told["directed edges"], told["directed km"], told["date"]) == (36, 120, 60.0, "2026-01-01")
