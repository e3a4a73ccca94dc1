"""How the package reads OpenStreetMap files: against OSMnx's own reader, how fast, and how it scales.

The judge knows tags of one direction for speed limits only, so it has a few nodes less where other tags differ between
directions. It converts the roads of each extract to XML with pyosmium and lets `osmnx.graph_from_xml` and
`osmnx.simplify_graph` build the graph; speeds and access are worked out here anew from the tags. Run:
``python benchmarks/osm_reading.py FOLDER [--quick] [--large FILE.osm.pbf --box W S E N] [--json FILE]``.
FOLDER holds ``*.osm.pbf``; a large synthetic one comes from ``scripts/make_large_pbf.py``.
"""

import math
import random
import tempfile
import time
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import osmnx
from report import Figures, arguments, heading, peak_mb

from gisdata import load_profile, read_osm
from gisdata.network import edge_time_s, load_roads, many_to_many, save_roads, snap
from gisdata.network.tags import ACCESS_TAGS, EDGE_TAGS, KEPT_APART, LIMIT_TAGS
from gisdata.sources.osm_reader import ROAD_CLASSES

SEED = 20261123
DIRECTED_LIMITS = ["maxspeed:forward", "maxspeed:backward"]


def judge_graph(pbf):
    """Return OSMnx's simplified graph of the roads of an unclipped extract; it keeps apart what the package does."""
    with tempfile.TemporaryDirectory() as folder:
        xml = str(Path(folder) / "roads.osm")
        roads = osmium.filter.TagFilter(*(("highway", name) for name in ROAD_CLASSES))
        with osmium.BackReferenceWriter(xml, ref_src=str(pbf), remove_tags=False) as writer:
            for way in osmium.FileProcessor(str(pbf), osmium.osm.WAY).with_filter(roads):
                if way.tags.get("area") != "yes":
                    writer.add(way)
        before = osmnx.settings.useful_tags_way, osmnx.settings.useful_tags_node
        node_tags = ["barrier", *ACCESS_TAGS, *LIMIT_TAGS]
        osmnx.settings.useful_tags_way = ["highway", "oneway", *EDGE_TAGS, *DIRECTED_LIMITS]
        osmnx.settings.useful_tags_node = node_tags
        try:
            graph = osmnx.graph_from_xml(xml, simplify=False, retain_all=True)
        finally:
            osmnx.settings.useful_tags_way, osmnx.settings.useful_tags_node = before
    graph.remove_nodes_from([node for node, degree in dict(graph.degree).items() if degree == 0])
    return osmnx.simplify_graph(
        graph, node_attrs_include=node_tags, edge_attrs_differ=[*KEPT_APART, *DIRECTED_LIMITS], remove_rings=False
    )


def judge_seconds(edge):
    """Return the time of one OSMnx edge by car: signed limit times 0.8, else the class; infinite where closed."""
    profile = load_profile("car")
    closed = next((edge[tag] for tag in ("motorcar", "motor_vehicle", "vehicle", "access") if tag in edge), "yes")
    if closed in profile.closed_values:
        return math.inf
    signed = str(edge.get(DIRECTED_LIMITS[edge["reversed"] is True], edge.get("maxspeed", "")))
    speed = float(signed) * 0.8 if signed.isdigit() and int(signed) else profile.speeds_kmh[edge["highway"]]
    return edge["length"] * 3.6 / speed


def fastest_times(graph, pairs):
    """Return networkx's time of each pair of nodes, infinite where there is no way; equal starts stand together."""
    times, start, reached = [], None, {}
    for a, b in pairs:
        if a != start:
            start, reached = a, nx.single_source_dijkstra_path_length(graph, a, weight="seconds")
        times.append(reached.get(b, math.inf))
    return np.array(times)


def compare(pbf, roads, count=1000):
    """Return how the package's network differs from the judge's, as (metric, value, unit)."""
    judge, ours = judge_graph(pbf), roads.to_osmnx()
    length = sum(data["length"] for *_, data in judge.edges(data=True))
    figures = [
        ("nodes", len(roads.nodes), "1"),
        ("edges", len(roads.edges), "1"),
        ("nodes more than the judge", 100 * (len(roads.nodes) / len(judge) - 1), "%"),
        ("edges more than the judge", 100 * (len(roads.edges) / judge.number_of_edges() - 1), "%"),
        ("length more than the judge", 100 * (roads.edges["length_m"].sum() / length - 1), "%"),
    ]
    seconds = edge_time_s(roads, "car")
    for graph, of in ((judge, judge_seconds), (ours, lambda data: seconds[data["edge"]])):
        for a, b, key, data in list(graph.edges(keys=True, data=True)):
            data["seconds"] = of(data)
            if math.isinf(data["seconds"]):
                graph.remove_edge(a, b, key)
    both = sorted(max(nx.strongly_connected_components(judge), key=len) & set(ours))
    chance = random.Random(SEED)  # noqa: S311
    pairs = [(start, chance.choice(both)) for start in chance.choices(both, k=count // 10) for _ in range(10)]
    theirs, our = fastest_times(judge, pairs), fastest_times(ours, pairs)
    close = np.abs(our - theirs) <= 0.005 * theirs
    return [*figures, ("travel times within 0.5 %", 100 * float(close.mean()), f"% of {len(pairs)}")]


def timed(work):
    """Return what a piece of work returns, and its wall seconds."""
    begin = time.perf_counter()
    result = work()
    return result, time.perf_counter() - begin


def reading(pbf, unclipped, count):
    """Return figures of one extract."""
    roads, seconds = timed(lambda: read_osm(pbf))
    figures = [("read", seconds, "s"), ("turn restrictions", roads.restrictions["relation_id"].nunique(), "1")]
    return roads, figures + (compare(pbf, roads, count) if unclipped else [("edges", len(roads.edges), "1")])


def travelling(roads, places):
    """Return figures of saving, loading and a square table of times on a network."""
    with tempfile.TemporaryDirectory() as folder:
        path = save_roads(roads, Path(folder) / "town.roads")
        loaded, load = timed(lambda: load_roads(path))
        size = path.stat().st_size / 1e6
    chance = np.random.default_rng(SEED)
    row = chance.choice(np.flatnonzero(loaded.nodes["main"]), places)
    lon, lat = (loaded.nodes[axis].to_numpy()[row] for axis in ("lon", "lat"))
    at, first = timed(lambda: snap(loaded, lon, lat, "car"))
    _, again = timed(lambda: snap(loaded, lon, lat, "car"))
    (_, table) = timed(lambda: many_to_many(loaded, "car", at, at))
    return [
        ("file", size, "MB"), ("load", load, "s"), (f"snap {places} places, first call", first, "s"),
        (f"snap {places} places, later", again, "s"), (f"{places} x {places} times and distances", table, "s"),
    ]


def has_every_node(pbf):
    """Return whether every node of every road is in the file."""
    locations = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
    locations.ignore_errors()
    keep = osmium.filter.KeyFilter("highway")
    with osmium.io.Reader(str(pbf), osmium.osm.NODE | osmium.osm.WAY) as reader:
        ways = (thing for thing in osmium.OsmFileIterator(reader, locations, keep) if isinstance(thing, osmium.osm.Way))
        return all(node.location.valid() for way in ways for node in way.nodes)


def main():
    """Measure everything that was asked for and print it."""
    parser = arguments(__doc__, quick="one file, few pairs")
    parser.add_argument("folder", type=Path, help="folder with *.osm.pbf")
    parser.add_argument("--roads", type=Path, nargs="*", default=[], help="*.roads files to load and travel on")
    parser.add_argument("--large", type=Path, help="a large extract to read a box of")
    parser.add_argument("--box", type=float, nargs=4, metavar=("W", "S", "E", "N"), default=[5.3, 45.3, 5.5, 45.45])
    given = parser.parse_args()
    heading("osmnx", "osmium", "networkx", "scipy", "shapely", "numpy", "pandas", seed=SEED)
    figures = Figures()

    def note(case, found):
        for metric, value, unit in found:
            figures.add(case, "routebook", metric, value, unit)

    files = sorted(given.folder.glob("*.osm.pbf"))
    for pbf in files[: 1 if given.quick else None]:
        roads, found = reading(pbf, has_every_node(pbf), 200 if given.quick else 1000)
        note(pbf.name, found)
        note(pbf.name, travelling(roads, 100 if given.quick else 1000))
    for path in given.roads:
        note(path.name, travelling(load_roads(path), 100 if given.quick else 1000))
    if given.large:
        roads, seconds = timed(lambda: read_osm(given.large, bbox=tuple(given.box)))
        found = [("box", seconds, "s"), ("edges", len(roads.edges), "1"), ("peak memory", peak_mb(), "MB")]
        note(f"{given.large.stat().st_size / 1e6:.0f} MB", found)
    figures.write(given.json)


if __name__ == "__main__":
    main()
