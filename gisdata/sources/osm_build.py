"""From roads as drawn to a road network: driving directions, simplification with OSMnx, tags and geometry of each edge.

Reads no file. Lengths are great-circle metres on OSMnx's sphere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pandas as pd
import shapely

from gisdata.errors import RoadNetworkError, TooLargeError
from gisdata.network.measure import great_circle_m
from gisdata.network.road_network import RoadNetwork, make_network
from gisdata.network.tags import JOINED_TAGS, KEPT_APART
from gisdata.sources.osm_reader import RawRoads, Way, directional, node_rows
from gisdata.sources.osm_turns import restriction_frame, restriction_rows, via_nodes

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_SEGMENTS = 4_000_000
_YES = frozenset({"yes", "true", "1"})
_AGAINST = frozenset({"-1", "reverse"})
_NO = frozenset({"no", "false", "0"})


@dataclass(frozen=True, slots=True)
class _Segments:
    """Directed stretches between neighbouring nodes: node rows, the way's number, whether driven as drawn."""

    u: NDArray[np.int64]
    v: NDArray[np.int64]
    way: NDArray[np.int64]
    along: NDArray[np.bool_]


def build_network(raw: RawRoads, meta: Mapping[str, str], file: str) -> RoadNetwork:
    """Return the simplified network of roads as drawn.

    Parameters
    ----------
    raw : RawRoads
        As read from a file.
    meta : mapping of str to str
        Origin.
    file : str
        Name for messages.

    Returns
    -------
    RoadNetwork
        Nodes are junctions, dead ends, via nodes of turn restrictions, barriers, and places where a speed, a limit or a
        right of way changes.

    Raises
    ------
    RoadNetworkError
        If no two neighbouring nodes of a road are there.
    TooLargeError
        If the network would not fit in memory.
    """
    segments = _directed_segments(raw)
    if not len(segments.u):
        raise RoadNetworkError(f"{file}: no stretch of road has both of its ends in the file or the box")
    if len(segments.u) > MOST_SEGMENTS:
        raise TooLargeError(
            f"{file}: {len(segments.u):,} stretches of road, more than {MOST_SEGMENTS:,} that fit in memory; "
            "give bbox=(west, south, east, north) to read a part"
        )
    ways = {raw.ways[way].id for way in np.unique(segments.way).tolist()}
    turns = restriction_rows(raw.relations, ways)
    chains = _chains(segments, _kept_rows(raw, segments, via_nodes(turns, ways)), raw)
    return make_network(
        _node_frame(raw, chains, segments),
        _edge_frame(raw, chains, segments),
        _lines(raw, chains, segments),
        restriction_frame(turns),
        meta,
    )


def _directed_segments(raw: RawRoads) -> _Segments:
    """Return every stretch once per driving direction; none across a missing node or within one place of a way."""
    row, there = node_rows(raw)
    count = np.diff(raw.first)
    way = np.repeat(np.arange(len(raw.ways)), count)
    usable = (way[:-1] == way[1:]) & there[:-1] & there[1:] & (row[:-1] != row[1:])
    start = np.flatnonzero(usable)
    u, v, way = row[start], row[start + 1], way[start]
    codes = np.array([_driving_direction(each.tags) for each in raw.ways], dtype=np.int8)[way]
    forward, backward = codes >= 0, codes <= 0
    return _Segments(
        np.concatenate([u[forward], v[backward]]),
        np.concatenate([v[forward], u[backward]]),
        np.concatenate([way[forward], way[backward]]),
        np.repeat([True, False], [forward.sum(), backward.sum()]),
    )


def _driving_direction(tags: Mapping[str, str]) -> int:
    """Return 1 if a way is driven as drawn only, -1 against that only, 0 both ways.

    Roundabouts and motorways are one-way unless tagged otherwise (OpenStreetMap wiki, Key:oneway, "Implied oneway").
    """
    for key in ("oneway:motor_vehicle", "oneway:vehicle", "oneway"):
        value = tags.get(key)
        if value in _YES | _AGAINST:
            return -1 if value in _AGAINST else 1
        if value in _NO:
            return 0
    return int(tags.get("junction") in {"roundabout", "circular"} or tags.get("highway") == "motorway")


def _kept_rows(raw: RawRoads, segments: _Segments, via: list[int]) -> NDArray[np.int64]:
    """Return rows of nodes that must stay: via nodes, tagged nodes, and ends of stretches that are drawn twice."""
    marked = [node for node, tags in raw.node_tags.items() if tags.keys() - {"highway"}]
    named = np.flatnonzero(np.isin(raw.node_id, np.array(via + marked, dtype=np.int64)))
    pairs = segments.u * len(raw.node_id) + segments.v
    unique, counts = np.unique(pairs, return_counts=True)
    twice = np.isin(pairs, unique[counts > 1])
    return np.unique(np.concatenate([named, segments.u[twice], segments.v[twice]]))


def _chains(segments: _Segments, kept: NDArray[np.int64], raw: RawRoads) -> list[list[int]]:
    """Return each edge of the simplified network as its segments in driving order, by OSMnx's rules.

    OSMnx's graph carries only what decides where an edge ends: places, kept nodes and a number that is the same for
    ways alike in every tag of `KEPT_APART`. Rings without a junction stay, as does everything that is not connected.
    """
    import osmnx

    likeness = _likeness(raw.ways)[segments.way]
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326", simplified=False)
    used = np.unique(np.concatenate([segments.u, segments.v]))
    places = zip(used.tolist(), raw.lon[used].tolist(), raw.lat[used].tolist(), strict=True)
    graph.add_nodes_from((row, {"x": lon, "y": lat}) for row, lon, lat in places)
    graph.add_nodes_from((row, {"kept": True}) for row in kept.tolist() if row in graph)
    stretches = zip(segments.u.tolist(), segments.v.tolist(), likeness.tolist(), strict=True)
    graph.add_edges_from((u, v, {"alike": alike, "segment": row}) for row, (u, v, alike) in enumerate(stretches))
    simple = osmnx.simplify_graph(
        graph, node_attrs_include=["kept"], edge_attrs_differ=["alike"], remove_rings=False,
        edge_attr_aggs={"segment": list},
    )  # fmt: skip
    found = (data["segment"] for _, _, data in simple.edges(data=True))
    return [segment if isinstance(segment, list) else [segment] for segment in found]


def _likeness(ways: list[Way]) -> NDArray[np.int64]:
    """Return a number per way, the same for ways that may be one edge; directional tags make it only like itself."""
    numbers: dict[object, int] = {}
    apart = (*KEPT_APART, "oneway:vehicle", "oneway:motor_vehicle")
    likeness = np.empty(len(ways), dtype=np.int64)
    for row, way in enumerate(ways):
        own = way.id if any(map(directional, way.tags)) else None
        key = (own, tuple((tag, way.tags[tag]) for tag in apart if tag in way.tags))
        likeness[row] = numbers.setdefault(key, len(numbers))
    return likeness


def _node_frame(raw: RawRoads, chains: list[list[int]], segments: _Segments) -> pd.DataFrame:
    """Return the nodes at the ends of edges, with what stands there."""
    ends = np.unique([(segments.u[chain[0]], segments.v[chain[-1]]) for chain in chains])
    frame = pd.DataFrame({"osm_id": raw.node_id[ends], "lon": raw.lon[ends], "lat": raw.lat[ends]})
    tags = pd.DataFrame([raw.node_tags.get(node, {}) for node in frame["osm_id"].tolist()], index=frame.index)
    return pd.concat([frame, tags], axis=1)


def _edge_frame(raw: RawRoads, chains: list[list[int]], segments: _Segments) -> pd.DataFrame:
    """Return ends, lengths, tags, ways and nodes of the edges."""
    place = np.stack([raw.lon, raw.lat])
    length = great_circle_m(*place[:, segments.u], *place[:, segments.v])
    known: dict[tuple[int, bool], dict[str, str]] = {}
    rows: list[dict[str, Any]] = []
    for chain in chains:
        parts = list(dict.fromkeys((int(segments.way[row]), bool(segments.along[row])) for row in chain))
        tags = [known.setdefault(part, _edge_tags(raw.ways[part[0]], along=part[1])) for part in parts]
        names = raw.node_id[[segments.u[chain[0]], *segments.v[chain]]]
        row: dict[str, Any] = {
            "from_id": names[0],
            "to_id": names[-1],
            "length_m": float(length[chain].sum()),
            **tags[0],
            "way_ids": ";".join(dict.fromkeys(str(raw.ways[way].id) for way, _ in parts)),
            "node_ids": ";".join(map(str, names.tolist())),
        }
        for tag in JOINED_TAGS if len(parts) > 1 else ():
            row[tag] = ";".join(dict.fromkeys(part[tag] for part in tags if tag in part)) or None
        rows.append(row)
    return pd.DataFrame(rows)


def _edge_tags(way: Way, *, along: bool) -> dict[str, str]:
    """Return the tags that hold for driving a way along its course, or against it."""
    direction = "forward" if along else "backward"
    tags = {key: value for key, value in way.tags.items() if not directional(key) and not key.startswith("oneway:")}
    for key, value in way.tags.items():
        plain = directional(key)
        if plain and plain[1] == direction:
            tags[plain[0]] = value
    tags["oneway"] = "yes" if _driving_direction(way.tags) else "no"
    return tags


def _lines(raw: RawRoads, chains: list[list[int]], segments: _Segments) -> NDArray[np.object_]:
    """Return the course of each edge."""
    rows = [[segments.u[chain[0]], *segments.v[chain]] for chain in chains]
    owner = np.repeat(np.arange(len(chains)), [len(each) for each in rows])
    row = np.concatenate(rows)
    lines = np.empty(len(chains), dtype=object)
    return np.asarray(shapely.linestrings(raw.lon[row], raw.lat[row], indices=owner, out=lines))
