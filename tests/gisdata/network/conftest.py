"""`network_of`: a road network from a few lines of text-like data; `snaps_at`: places on its edges; real towns."""

from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from gisdata.network import edge_time_s
from gisdata.network.access import access
from gisdata.network.road_network import make_network
from gisdata.network.snapping import Snaps


@pytest.fixture(scope="session")
def network_of():
    """Return a builder: places {osm id: (lon, lat)}, roads [dict(ends=(a, b), two_way=True, length_m=100, tags)]."""

    def build(places, roads, node_tags=None):
        nodes = pd.DataFrame([{"osm_id": name, "lon": lon, "lat": lat} | (node_tags or {}).get(name, {})
                              for name, (lon, lat) in places.items()])
        rows, lines = [], []
        for way, given in enumerate(roads, start=1):
            road = {"highway": "residential", "two_way": True, "length_m": 100.0, "via": ()} | given
            ends, via = road.pop("ends"), list(road.pop("via"))
            two_way = road.pop("two_way")
            course = [places[ends[0]], *via, places[ends[1]]]
            common = road | {"way_ids": str(way), "oneway": "no" if two_way else "yes"}
            rows.append(common | {"from_id": ends[0], "to_id": ends[1]})
            lines.append(shapely.LineString(course))
            if two_way:
                rows.append(common | {"from_id": ends[1], "to_id": ends[0]})
                lines.append(shapely.LineString(course[::-1]))
        geometry = np.empty(len(lines), dtype=object)
        geometry[:] = lines
        return make_network(nodes, pd.DataFrame(rows), geometry, meta={"name": "Hand-made town"})

    return build


@pytest.fixture(scope="session")
def snaps_at():
    """Return a builder of snaps from (edge, fraction) pairs; edge -1 is a place on no road."""

    def build(*pairs):
        edge = np.array([edge for edge, _ in pairs], dtype=np.int64)
        fraction = np.array([fraction for _, fraction in pairs], dtype=float)
        zero = np.zeros(len(pairs))
        return Snaps(edge, fraction, zero, zero, zero)

    return build


@pytest.fixture(scope="session")
def monaco_roads():
    """The roads of the sample, as they ship."""
    from importlib.resources import as_file, files

    from gisdata.network import load_roads

    with as_file(files("gisdata") / "samples" / "monaco" / "monaco.roads") as path:
        return load_roads(path)


@pytest.fixture(scope="session")
def helsinki_roads():
    """The roads of the clipped extract of Helsinki."""
    from gisdata import read_osm

    return read_osm(Path(__file__).parents[2] / "data" / "helsinki-centre-2019.osm.pbf")


@pytest.fixture(scope="session")
def wuhan_roads():
    """The roads of the sample, as they ship."""
    from gisdata import load_sample

    return load_sample("wuhan").roads


@pytest.fixture(scope="session")
def through_traffic():
    """Return a builder: what a profile may drive through, as networkx sees it, where all can reach each other.

    Of parallel roads the fastest, in whole milliseconds and millimetres.
    """

    def build(roads, profile):
        seconds, where = edge_time_s(roads, profile), access(roads, profile)
        graph = nx.DiGraph()
        names = ("u", "v", "length_m")
        for row, (u, v, length_m) in enumerate(zip(*(roads.edges[name].tolist() for name in names), strict=True)):
            if u == v or not (where.through[row] and where.passable[u] and where.passable[v]):
                continue
            length_mm = round(length_m * 1000)
            cost = (max(round(seconds[row] * 1000), bool(length_mm)), length_mm)
            if not graph.has_edge(u, v) or cost < graph[u][v]["cost"]:
                graph.add_edge(u, v, cost=cost, time=cost[0], edge=row)
        return graph.subgraph(max(nx.strongly_connected_components(graph), key=len))

    return build


@pytest.fixture(scope="session")
def at_junctions():
    """Return a builder of places: at each junction, the begin of a road of the graph that leaves it."""

    def build(graph, nodes):
        edge = np.array([next(iter(graph[node].values()))["edge"] for node in nodes], dtype=np.int64)
        zero = np.zeros(len(nodes))
        return Snaps(edge, zero, zero, zero, zero)

    return build
