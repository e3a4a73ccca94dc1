"""Between OSMnx graphs and road networks, both ways.

Nothing is computed on the roads here. OSMnx itself is not imported: its graphs are plain networkx.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd
import shapely

from gisdata.errors import RoadNetworkError
from gisdata.network.road_network import RoadNetwork, make_network
from gisdata.network.tags import NODE_TAGS

if TYPE_CHECKING:
    from numpy.typing import NDArray

OSM_META = {
    "source": "OpenStreetMap",
    "licence": "Open Database License (ODbL) 1.0",
    "attribution": "© OpenStreetMap contributors",
}
_OWN_ATTRIBUTES = frozenset({"osmid", "length", "geometry", "reversed", "merged_edges", "edge", "oneway"})


def from_osmnx(graph: nx.MultiDiGraph[Any], meta: Mapping[str, str] | None = None) -> RoadNetwork:
    """Return the network of an OSMnx graph; see `RoadNetwork.from_osmnx`.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        Simplified or not, in degrees or projected.
    meta : mapping of str to str, optional
        Origin.

    Returns
    -------
    RoadNetwork
        The same roads.
    """
    graph = _in_degrees(graph)
    nodes = _node_frame(graph)
    places = nodes.set_index("osm_id")[["lon", "lat"]]
    rows, lines = [], []
    for u, v, data in graph.edges(data=True):
        if "length" not in data:
            raise RoadNetworkError(f"the edge from {u} to {v} has no 'length'; use osmnx.distance.add_edge_lengths")
        line = data.get("geometry")
        lines.append(line)
        rows.append(_edge_row(u, v, data, straight=line is None))
    if not rows:
        raise RoadNetworkError("the graph has no edges, so there are no roads to use")
    edges = pd.DataFrame(rows)
    return make_network(nodes, edges, _with_straight_lines(lines, edges, places), meta=OSM_META | dict(meta or {}))


def to_osmnx(roads: RoadNetwork) -> nx.MultiDiGraph[int]:
    """Return a new OSMnx graph of the network; see `RoadNetwork.to_osmnx`.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.

    Returns
    -------
    networkx.MultiDiGraph
        Simplified, in degrees.
    """
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.graph.update(dict(roads.meta), crs="epsg:4326", simplified=True, created_with="gisdata")
    ids = roads.nodes["osm_id"].tolist()
    tags = _present_texts(roads.nodes, NODE_TAGS)
    for row, (name, lon, lat) in enumerate(zip(ids, roads.nodes["lon"], roads.nodes["lat"], strict=True)):
        graph.add_node(name, x=lon, y=lat, **tags[row])
    texts = [c for c in roads.edges.columns if c not in ("u", "v", "length_m", "main", "oneway", "way_ids", "node_ids")]
    described = _present_texts(roads.edges, texts)
    columns = (roads.edges[c] for c in ("u", "v", "length_m", "oneway", "way_ids"))
    for row, (u, v, length, oneway, ways) in enumerate(zip(*columns, strict=True)):
        way_ids = [] if pd.isna(ways) else [int(way) for way in ways.split(";")]
        graph.add_edge(
            ids[u], ids[v], edge=row, osmid=way_ids[0] if len(way_ids) == 1 else way_ids, length=length,
            oneway=oneway == "yes" if not pd.isna(oneway) else False, geometry=roads.geometry[row], **described[row],
        )  # fmt: skip
    return graph


def _in_degrees(graph: nx.MultiDiGraph[Any]) -> nx.MultiDiGraph[Any]:
    """Return the graph in longitude and latitude."""
    if "crs" in graph.graph and str(graph.graph["crs"]).lower() not in {"epsg:4326", "wgs84", "ogc:crs84"}:
        import osmnx

        projected: nx.MultiDiGraph[Any] = osmnx.projection.project_graph(graph, to_latlong=True)
        return projected
    return graph


def _node_frame(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    """Return ids, places and tags of the nodes."""
    rows = []
    for name, data in graph.nodes(data=True):
        if not isinstance(name, (int, np.integer)) or isinstance(name, bool):
            raise RoadNetworkError(
                f"node {name!r} is not named by a whole number; use networkx.convert_node_labels_to_integers"
            )
        if "x" not in data or "y" not in data:
            raise RoadNetworkError(f"node {name} has no place; an OSMnx graph has 'x' and 'y' on every node")
        tags = {tag: _text(data[tag]) for tag in NODE_TAGS if tag in data}
        rows.append({"osm_id": int(name), "lon": float(data["x"]), "lat": float(data["y"]), **tags})
    if not rows:
        raise RoadNetworkError("the graph has no nodes, so there are no roads to use")
    return pd.DataFrame(rows)


def _edge_row(u: int, v: int, data: Mapping[str, Any], *, straight: bool) -> dict[str, Any]:
    """Return one edge as a row: ends, length, and every attribute as text."""
    merged = data.get("merged_edges")
    along = [merged[0][0], *(pair[1] for pair in merged)] if merged else [u, v] if straight else []
    row: dict[str, Any] = {"from_id": int(u), "to_id": int(v), "length_m": float(data["length"])}
    row |= {name: _text(value) for name, value in data.items() if name not in _OWN_ATTRIBUTES}
    row["oneway"] = None if data.get("oneway") is None else "yes" if _means_yes(data["oneway"]) else "no"
    row["way_ids"] = _text(data.get("osmid"))
    row["node_ids"] = ";".join(str(node) for node in along) or None
    return row


def _means_yes(value: object) -> bool:
    """Return whether an OSMnx `oneway` says yes; a list does if any of its members does."""
    if isinstance(value, (list, tuple, set)):
        return any(_means_yes(member) for member in value)
    return value is True or str(value).lower() in {"yes", "true", "1", "-1", "reverse", "t"}


def _text(value: object) -> str | None:
    """Return an attribute as text: members of a list joined with ``;`` in order, each once; missing stays missing."""
    if isinstance(value, (list, tuple, set)):
        members = sorted(value, key=str) if isinstance(value, set) else value
        return ";".join(dict.fromkeys(text for text in map(_text, members) if text is not None)) or None
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _with_straight_lines(lines: list[Any], edges: pd.DataFrame, places: pd.DataFrame) -> NDArray[np.object_]:
    """Return the lines with a straight one wherever there was none."""
    full = np.empty(len(lines), dtype=object)
    full[:] = lines
    bare = np.flatnonzero([line is None for line in lines])
    ends = [places.loc[edges[column].to_numpy()[bare]].to_numpy() for column in ("from_id", "to_id")]
    full[bare] = shapely.linestrings(np.stack(ends, axis=1)) if len(bare) else []
    return full


def _present_texts(frame: pd.DataFrame, columns: Iterable[str]) -> list[dict[str, str]]:
    """Return each row's texts that are not missing."""
    rows: list[dict[str, str]] = [{} for _ in range(len(frame))]
    for column in columns:
        for row, text in frame[column].dropna().items():
            rows[int(str(row))][column] = str(text)
    return rows
