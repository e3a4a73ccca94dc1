"""Judge of service areas: a plain Dijkstra of networkx, and points every few metres along all roads."""

import networkx as nx
import numpy as np
import shapely

from gisdata.network import snap
from gisdata.network.driving import driving

STEP_M = 5.0
SITE = "site"


def arrival_ms(roads, profile, lon, lat):
    """Return when each node is reached from a place, when each edge is entered, and where the place itself lies.

    Ways are roads of a zone, then open ones, then those of a zone again: three copies of each node.
    """
    how = driving(roads, profile)
    graph = nx.DiGraph()
    graph.add_node(SITE)
    if how.zones is not None:
        for layer in (0, 2):
            graph.add_weighted_edges_from(
                ((u, layer), (v, layer), time) for u, v, time in
                zip(how.zones.arcs.tail.tolist(), how.zones.arcs.head.tolist(), how.zones.arcs.time_ms.tolist(),
                    strict=True))
    graph.add_weighted_edges_from(((u, 1), (v, 1), time) for u, v, time in
                                  zip(how.arcs.tail.tolist(), how.arcs.head.tolist(), how.arcs.time_ms.tolist(),
                                      strict=True))
    for node in range(len(how.passable)):
        if how.zones is None or not how.zones.inside[node]:
            graph.add_edge((node, 0), (node, 1), weight=0)
        graph.add_edge((node, 1), (node, 2), weight=0)
    (edge,), (fraction,) = (getattr(snap(roads, [lon], [lat], profile), name).tolist() for name in ("edge", "fraction"))
    own = [(edge, fraction)] + ([(int(how.twin[edge]), 1 - fraction)] if how.twin[edge] >= 0 else [])
    own = [(on, share) for on, share in own if how.usable[on]]
    for on, share in own:
        if how.passable[how.v[on]]:
            graph.add_edge(SITE, (int(how.v[on]), 0), weight=(1 - share) * how.time_ms[on])
    found = nx.single_source_dijkstra_path_length(graph, SITE)
    node = np.full(len(how.passable), np.inf)
    for key, time in found.items():
        if key != SITE:
            node[key[0]] = min(node[key[0]], time)
    enter = np.where(how.usable & how.passable[how.u], node[how.u], np.inf)
    end = enter + how.time_ms
    for on, share in own:
        end[on] = min(end[on], (1 - share) * how.time_ms[on])
    np.minimum.at(node, how.v, end)
    return node, enter, own


def shares(roads, profile, lon, lat, minutes, area):
    """Return what a service area gets right, in percent, and its parts: nodes, reached and unreached length inside."""
    how, limit = driving(roads, profile), minutes * 60_000
    node, enter, own = arrival_ms(roads, profile, lon, lat)
    shapely.prepare(area)
    places = shapely.points(roads.nodes[["lon", "lat"]].to_numpy())
    right = (shapely.intersects(area, places) == (node <= limit)).mean()
    edge = np.flatnonzero((how.twin < 0) | (np.arange(len(how.twin)) < how.twin))
    length = roads.edges["length_m"].to_numpy()[edge]
    count = np.maximum(1, np.ceil(length / STEP_M)).astype(int)
    on, metres = np.repeat(edge, count), np.repeat(length / count, count)
    along = (np.arange(len(on)) - np.repeat(np.cumsum(count) - count, count) + 0.5) / np.repeat(count, count)
    time, twin = enter[on] + along * how.time_ms[on], how.twin[on]
    time = np.minimum(time, np.where(twin >= 0, enter[twin] + (1 - along) * how.time_ms[twin], np.inf))
    for name, share in own:
        for row, place in ((on == name, along), (twin == name, 1 - along)):
            direct = np.where(row & (place >= share), (place - share) * how.time_ms[name], np.inf)
            time = np.minimum(time, direct)
    inside = shapely.intersects(area, shapely.line_interpolate_point(roads.geometry[on], along, normalized=True))
    reached = time <= limit

    def percent(mask):
        return 100 * metres[mask & inside].sum() / max(metres[mask].sum(), 1e-9)

    return {"nodes_right_percent": 100 * right, "reached_inside_percent": percent(reached),
            "unreached_inside_percent": percent(~reached), "parts": int(shapely.get_num_geometries(area))}
