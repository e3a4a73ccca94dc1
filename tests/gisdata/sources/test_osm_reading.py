"""What `read_osm` makes of ways, tags, gaps and restrictions, on files small enough to check by eye."""

import bz2
import gzip

import numpy as np
import osmium
import pytest

from gisdata import RoadNetworkError, TooLargeError, read_osm
from gisdata.network import restrictions_report
from gisdata.sources import osm_build
from gisdata.sources.osm_reader import ROAD_CLASSES

NODES = {1: (24.90, 60.10), 2: (24.91, 60.10), 3: (24.92, 60.10), 4: (24.91, 60.11), 5: (24.91, 60.09)}
EAST_WEST, NORTH_SOUTH = (11, [1, 2, 3]), (12, [4, 2, 5])
STREET = {"highway": "residential"}


def by_nodes(roads, column):
    """Return one column of the edges by the OSM nodes along each."""
    return dict(zip(roads.edges["node_ids"], roads.edges[column], strict=True))


def test_a_crossroads_has_five_nodes_and_eight_directed_edges(osm_file):
    """Two streets that share a node: four arms, driven both ways."""
    roads = read_osm(osm_file(NODES, [(*EAST_WEST, STREET), (*NORTH_SOUTH, STREET)]))

    assert roads.nodes["osm_id"].tolist() == [1, 2, 3, 4, 5]
    assert set(roads.edges["node_ids"]) == {"1;2", "2;1", "2;3", "3;2", "2;4", "4;2", "2;5", "5;2"}


def test_a_bend_is_no_junction_but_stays_in_the_line(osm_file):
    """A street of three nodes is one edge; its line and its length go through the bend."""
    roads = read_osm(osm_file({1: (0, 0), 2: (0.001, 0), 3: (0.001, 0.001)}, [(11, [1, 2, 3], STREET)]))

    (there, back) = roads.geometry
    assert list(there.coords) == [(0, 0), (0.001, 0), (0.001, 0.001)]
    assert list(back.coords) == list(there.coords)[::-1]
    assert roads.edges["length_m"].tolist() == pytest.approx([222.39, 222.39], abs=0.01)  # 0.002 degree of 111.195 km


@pytest.mark.parametrize(("tags", "driven"), [
    ({"oneway": "yes"}, {"1;2;3"}),
    ({"oneway": "-1"}, {"3;2;1"}),
    ({"oneway": "no"}, {"1;2;3", "3;2;1"}),
    ({"junction": "roundabout"}, {"1;2;3"}),
    ({"junction": "roundabout", "oneway": "no"}, {"1;2;3", "3;2;1"}),
    ({"highway": "motorway"}, {"1;2;3"}),
    ({"highway": "motorway_link"}, {"1;2;3", "3;2;1"}),
    ({"oneway": "yes", "oneway:motor_vehicle": "no"}, {"1;2;3", "3;2;1"}),
    ({"oneway": "reversible"}, {"1;2;3", "3;2;1"}),
])
def test_driving_direction(osm_file, tags, driven):
    """The values of OpenStreetMap's wiki page Key:oneway, with what roundabouts and motorways imply."""
    roads = read_osm(osm_file(NODES, [(*EAST_WEST, STREET | tags)]))

    assert set(roads.edges["node_ids"]) == driven
    assert set(roads.edges["oneway"]) == {"yes" if len(driven) == 1 else "no"}


def test_a_way_is_split_at_a_missing_node(osm_file):
    """Node 99 was clipped away: the two ends of its way remain, not joined across the gap."""
    roads = read_osm(osm_file(NODES, [(11, [1, 2, 99, 3, 4], STREET)]))

    assert set(roads.edges["node_ids"]) == {"1;2", "2;1", "3;4", "4;3"}


def test_a_limit_that_changes_keeps_its_edge_apart(osm_file):
    """Two ways in a row with other weight limits are two edges; with other names they are one, with both names."""
    nodes = {n: (n / 1000, 0) for n in range(1, 5)}
    ways = [(11, [1, 2], STREET | {"name": "A", "maxweight": "7.5"}), (12, [2, 3], STREET | {"name": "B"}),
            (13, [3, 4], STREET | {"name": "C"})]
    roads = read_osm(osm_file(nodes, ways))

    assert set(roads.edges["node_ids"]) == {"1;2", "2;1", "2;3;4", "4;3;2"}
    assert by_nodes(roads, "maxweight")["1;2"] == "7.5"
    assert by_nodes(roads, "name")["2;3;4"] == "B;C"
    assert by_nodes(roads, "way_ids")["4;3;2"] == "13;12"


def test_tags_of_one_direction_become_tags_of_that_edge(osm_file):
    """maxspeed:backward and hgv:forward hold for one of the two edges each."""
    tags = STREET | {"maxspeed": "50", "maxspeed:backward": "30", "hgv:forward": "no"}
    roads = read_osm(osm_file(NODES, [(*EAST_WEST, tags)]))

    assert by_nodes(roads, "maxspeed") == {"1;2;3": "50", "3;2;1": "30"}
    assert by_nodes(roads, "hgv").get("1;2;3") == "no"
    assert roads.edges["hgv"].notna().sum() == 1


def test_private_roads_are_read_and_left_to_the_profile(osm_file):
    """A closed road is part of the network, so that a truck with leave can be given another profile."""
    roads = read_osm(osm_file(NODES, [(*EAST_WEST, STREET | {"access": "private"})]))

    assert set(roads.edges["access"]) == {"private"}


def test_paths_and_areas_are_no_roads(osm_file):
    """Footways, squares drawn as areas and roads not yet built are left out."""
    others = [(13, [1, 4], {"highway": "footway"}), (14, [1, 4, 3, 1], {"highway": "service", "area": "yes"}),
              (15, [4, 5], {"highway": "construction"})]
    roads = read_osm(osm_file(NODES, [(*EAST_WEST, STREET), *others]))

    assert set(roads.edges["way_ids"]) == {"11"}


def test_turn_restrictions_name_their_ways_and_keep_their_via_node(osm_file):
    """The via node has just two neighbours and would be simplified away otherwise."""
    ways = [(11, [1, 2], STREET), (12, [2, 3], STREET)]
    members = [("way", 11, "from"), ("node", 2, "via"), ("way", 12, "to")]
    meanings = [{"restriction": "no_u_turn", "except": "bus"}, {"restriction:hgv": "no_straight_on"},
                {"restriction:conditional": "no_straight_on @ (Mo-Fr 07:00-09:00)"}]
    relations = [(90 + row, members, {"type": "restriction"} | tags) for row, tags in enumerate(meanings)]
    roads = read_osm(osm_file(NODES, ways, relations))

    assert 2 in roads.nodes["osm_id"].tolist()
    assert roads.restrictions.fillna("").to_numpy().tolist() == [
        [90, "no_u_turn", "", 11, "node", "2", 12, "bus", ""],
        [91, "no_straight_on", "hgv", 11, "node", "2", 12, "", ""],
        [92, "no_straight_on", "", 11, "node", "2", 12, "", "Mo-Fr 07:00-09:00"],
    ]


def test_a_restriction_over_ways_keeps_their_order_and_one_beyond_the_file_is_reported(osm_file):
    """Via ways in driving order; without a member it binds nobody, on no road here it is left out."""
    nodes = {n: (n / 1000, 0) for n in range(1, 6)}
    ways = [(10 + n, [n, n + 1], STREET) for n in range(1, 5)]
    relations = [
        (90, [("way", 11, "from"), ("way", 12, "via"), ("way", 13, "via"), ("way", 14, "to")],
         {"type": "restriction", "restriction": "no_u_turn"}),
        (91, [("way", 11, "from"), ("node", 2, "via"), ("way", 77, "to")],
         {"type": "restriction", "restriction": "no_left_turn"}),
        (92, [("node", 2, "via"), ("way", 12, "to")], {"type": "restriction", "restriction": "no_left_turn"}),
        (93, [("way", 77, "from"), ("node", 3, "via"), ("way", 78, "to")],
         {"type": "restriction", "restriction": "no_left_turn"}),
    ]
    roads = read_osm(osm_file(nodes, ways, relations))
    report = restrictions_report(roads)

    assert roads.restrictions[["relation_id", "via_kind", "via_id"]].to_numpy().tolist() == [
        [90, "way", "12;13"], [91, "node", "2"], [92, "node", "2"]]
    assert report["reason"].tolist()[1:] == ["way 77 is not among these roads", "it has no from member"]
    assert 2 not in roads.nodes["osm_id"].tolist()


def test_a_conditional_restriction_with_two_clauses_is_two(osm_file):
    """Each kind with its own condition."""
    text = "no_left_turn @ (Mo-Fr 07:00-09:00 AND weight>7.5); no_straight_on @ (Sa 08:00-10:00)"
    members = [("way", 11, "from"), ("node", 2, "via"), ("way", 12, "to")]
    relation = (90, members, {"type": "restriction", "restriction:conditional": text})
    roads = read_osm(osm_file(NODES, [(11, [1, 2], STREET), (12, [2, 3], STREET)], [relation]))

    assert roads.restrictions[["kind", "condition"]].to_numpy().tolist() == [
        ["no_left_turn", "Mo-Fr 07:00-09:00 AND weight>7.5"], ["no_straight_on", "Sa 08:00-10:00"]]


def test_a_barrier_stays_a_node_with_its_tags(osm_file):
    """A gate in the middle of a street may be closed to some: it must not vanish into a longer edge."""
    gate = {2: {"barrier": "lift_gate", "hgv": "no"}}
    roads = read_osm(osm_file(NODES, [(*EAST_WEST, STREET)], node_tags=gate))

    at = roads.nodes[roads.nodes["osm_id"] == 2].iloc[0]
    assert (at["barrier"], at["hgv"]) == ("lift_gate", "no")


def test_a_street_drawn_twice_gives_parallel_edges(osm_file):
    """Two ways over the same nodes with other classes: both stay, neither is merged away."""
    roads = read_osm(osm_file(NODES, [(*EAST_WEST, STREET), (13, [1, 2], {"highway": "service"})]))

    assert roads.edges[roads.edges["node_ids"] == "1;2"]["highway"].tolist() == ["residential", "service"]


def test_a_loop_and_a_lonely_ring_stay(osm_file):
    """A ring without a junction is a road too; it is marked as not connected, not cut."""
    ring = {n: (24.95 + (n % 2) / 1000, 60.1 + (n // 12) / 1000) for n in (10, 11, 12, 13)}
    roads = read_osm(osm_file(NODES | ring, [(*EAST_WEST, STREET), (12, [10, 11, 13, 12, 10], STREET)]))

    lonely = roads.edges[roads.edges["way_ids"] == "12"]
    assert lonely["length_m"].sum() > 0
    assert roads.edges["main"].any()
    assert not roads.edges["main"].all()


def test_consecutive_equal_nodes_are_no_road(osm_file):
    """A slip of a mapper: the same node twice in a row."""
    roads = read_osm(osm_file(NODES, [(11, [1, 1, 2, 2], STREET)]))

    assert set(roads.edges["node_ids"]) == {"1;2", "2;1"}


@pytest.mark.parametrize("box", [None, (-0.1, -0.1, 0.1, 0.1)])
def test_unsaved_objects_with_negative_ids_are_read(osm_file, box):
    """Editors number new nodes and ways from -1 downwards."""
    roads = read_osm(osm_file({-1: (0, 0), -2: (0.001, 0), 3: (0.002, 0)}, [(-7, [-1, -2, 3], STREET)]), bbox=box)

    assert roads.nodes["osm_id"].tolist() == [-1, 3]
    assert roads.edges["length_m"].tolist() == pytest.approx([222.39, 222.39], abs=0.01)


def test_the_order_of_objects_does_not_matter(osm_file, tmp_path):
    """Overpass may send ways before nodes."""
    text = osm_file(NODES, [(*EAST_WEST, STREET)]).read_text()
    head, *lines, tail = text.splitlines()[1:]
    turned = tmp_path / "turned.osm"
    turned.write_text("\n".join([head, *lines[::-1], tail]))

    assert read_osm(turned).edges["node_ids"].tolist() == ["1;2;3", "3;2;1"]


@pytest.mark.parametrize(("name", "pack"), [
    ("town.osm", bytes), ("town.osm.gz", gzip.compress), ("town.osm.bz2", bz2.compress),
    ("wrong.osm.pbf", gzip.compress), ("Straßen 武汉 nr 1.txt", bytes),
])
def test_content_counts_and_not_the_ending(osm_file, tmp_path, name, pack):
    """Packed or plain, under a wrong name, with blanks and Chinese characters: the same network."""
    plain = osm_file(NODES, [(*EAST_WEST, STREET)])
    path = tmp_path / "folder 数据" / name
    path.parent.mkdir()
    path.write_bytes(pack(plain.read_bytes()))

    assert read_osm(path).edges.equals(read_osm(plain).edges)


def test_a_box_keeps_roads_to_the_first_node_beyond_it(osm_file):
    """Only node 1 and its neighbour's side lie in the box: 1 - 2 stays, 2 - 3 and the cross street go."""
    path = osm_file(NODES, [(*EAST_WEST, STREET), (*NORTH_SOUTH, STREET)])
    roads = read_osm(path, bbox=(24.89, 60.095, 24.905, 60.105))

    assert set(roads.edges["node_ids"]) == {"1;2", "2;1"}


@pytest.mark.parametrize(("box", "message"), [
    ((60.0, 24.0, 61.0, 25.0), r"roads of the file lie in \(24.9000, 60.0900, 24.9200, 60.1100\)"),
    ((24.92, 60.0, 24.90, 61.0), "west < east"),
])
def test_a_box_without_roads_says_where_they_are(osm_file, box, message):
    """Longitude and latitude swapped, or east before west."""
    with pytest.raises(RoadNetworkError, match=message):
        read_osm(osm_file(NODES, [(*EAST_WEST, STREET), (*NORTH_SOUTH, STREET)]), bbox=box)


def test_too_many_roads_are_refused_before_they_are_built(osm_file, monkeypatch):
    """The limit is lowered for the test; the message says how to read a part."""
    monkeypatch.setattr(osm_build, "MOST_SEGMENTS", 3)

    with pytest.raises(TooLargeError, match="bbox"):
        read_osm(osm_file(NODES, [(*EAST_WEST, STREET)]))


def test_helsinki_is_clipped_and_still_read(helsinki):
    """996 of its 1,002 road ways have two nodes left; 40 of 45 restrictions had all members in an independent count
    that left private roads out, so at least as many are here."""
    assert len(helsinki.edges) > 1000
    assert helsinki.restrictions["relation_id"].nunique() >= 40
    assert np.isfinite(helsinki.edges["length_m"]).all()


@pytest.mark.parametrize("tag", ["maxspeed", "maxheight", "maxweight", "hgv", "access", "surface"])
def test_tags_of_monaco_agree_with_a_plain_count(monaco, monaco_pbf, tag):
    """Every road way of the file that has the tag, for one direction or both, has it on an edge, and no other has."""
    both, either = set(), set()
    for way in osmium.FileProcessor(monaco_pbf, osmium.osm.WAY):
        tags = {each.k: each.v for each in way.tags}
        if tags.get("highway") in ROAD_CLASSES and tags.get("area") != "yes":
            both |= {str(way.id)} if tag in tags else set()
            either |= {str(way.id)} if tags.keys() & {f"{tag}:forward", f"{tag}:backward"} else set()

    tagged = {way for text in monaco.edges["way_ids"][monaco.edges[tag].notna()] for way in text.split(";")}

    assert both
    assert both <= tagged <= both | either


def test_the_same_file_gives_the_same_network_twice(monaco, monaco_pbf):
    """Equal digests: no order of a set or a dictionary shows."""
    assert read_osm(monaco_pbf).digest == monaco.digest
