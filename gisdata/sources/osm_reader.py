"""Read the roads of an OpenStreetMap file in two passes: where the nodes are, then the roads and turn restrictions.

Simplifies nothing; the result is as OpenStreetMap drew it. A way keeps the gaps where its nodes are missing.
"""

from __future__ import annotations

import dataclasses
import math
from array import array
from binascii import unhexlify
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gisdata.errors import InputFileError, RoadNetworkError
from gisdata.network.tags import EDGE_TAGS, NODE_TAGS
from gisdata.sources.osm_content import osm_format

if TYPE_CHECKING:
    import osmium
    from numpy.typing import NDArray

    Handler = osmium.BaseFilter | osmium.NodeLocationsForWays

ROAD_CLASSES = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
    "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service", "road",
)  # fmt: skip
"""Values of ``highway`` that are roads for motor vehicles; tracks, paths and pedestrian streets are not."""

_ONEWAY_TAGS = ("oneway", "oneway:vehicle", "oneway:motor_vehicle")
_WAY_TAGS = frozenset(("highway", *EDGE_TAGS, *_ONEWAY_TAGS))
_THEME = "is it an extract of another theme, or one without nodes?"

Box = tuple[float, float, float, float]
"""West, south, east, north, degrees."""


@dataclass(frozen=True, slots=True)
class Way:
    """One road way: its OSM id and its routing tags as drawn, ``:forward`` and ``:backward`` among them."""

    id: int
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class Relation:
    """One turn-restriction relation: id, tags, and members as (kind ``n`` or ``w``, id, role)."""

    id: int
    tags: dict[str, str]
    members: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class RawRoads:
    """What a file says about roads.

    Parameters
    ----------
    ways : list of Way
        In file order.
    refs : ndarray of int64
        Node ids of all ways, one after the other.
    first : ndarray of int64, shape (ways + 1,)
        Way ``w`` has the nodes ``refs[first[w]:first[w + 1]]``.
    relations : list of Relation
        Turn restrictions, whether or not their ways are in the file.
    node_id : ndarray of int64
        Nodes found, sorted.
    lon, lat : ndarray of float64
        Their places, degrees.
    node_tags : dict of int to dict
        Routing tags of the nodes that have any.
    date : str
        Date of the data, as far as the file tells.
    """

    ways: list[Way]
    refs: NDArray[np.int64]
    first: NDArray[np.int64]
    relations: list[Relation]
    node_id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    node_tags: dict[int, dict[str, str]]
    date: str


def read_raw(path: Path, box: Box | None = None) -> RawRoads:
    """Return the roads of a file as drawn.

    Parameters
    ----------
    path : pathlib.Path
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``, whatever its name says.
    box : tuple of float, optional
        West, south, east, north in degrees: only stretches between neighbouring nodes of which one lies inside.

    Returns
    -------
    RawRoads
        Ways, restrictions, and the nodes that are there.

    Raises
    ------
    InputFileError
        If the file is missing, something else, damaged or cut short.
    RoadNetworkError
        If it holds no roads, or none in the box.
    """
    import osmium

    kind = osm_format(path)
    try:
        scan = _Scan(path, kind, box)
        scan.read_nodes()
        scan.read_ways()
        if len(scan.refs) and min(scan.refs) < 0:
            scan.read_unsaved_nodes()
    except (RuntimeError, ValueError, MemoryError, osmium.InvalidLocationError) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise InputFileError(
            f"{path}: the OpenStreetMap file is damaged or cut short ({reason}); fetch it again"
        ) from error
    raw = scan.result()
    if box is None:
        if not len(raw.node_id):
            raise RoadNetworkError(f"{path}: {'ways without any of their nodes' if raw.ways else 'no roads'}; {_THEME}")
        return raw
    raw = _within(raw, box)
    if not len(raw.node_id):
        extent = ", ".join(f"{x:.4f}" for x in scan.extent) if scan.extent[0] < scan.extent[2] else "nowhere"
        raise RoadNetworkError(f"{path}: no road lies in the box {box}; the roads of the file lie in ({extent})")
    return raw


class _Scan:
    """Two passes over a file; osmium's own filters and location index keep other objects away from Python."""

    def __init__(self, path: Path, kind: str, box: Box | None) -> None:
        import osmium

        self.osmium = osmium
        self.file = osmium.io.File(str(path), kind)
        self.box = box
        self.ways: list[Way] = []
        self.refs = array("q")
        self.first = array("q", [0])
        self.places = array("d")
        self.relations: list[Relation] = []
        self.node_tags: dict[int, dict[str, str]] = {}
        self.extent = (math.inf, math.inf, -math.inf, -math.inf)
        header = osmium.FileProcessor(self.file, osmium.osm.NOTHING).header
        if header.has_multiple_object_versions:
            raise InputFileError(f"{path}: this is a history file with several versions of each object; use an extract")
        self.date = str(header.get("osmosis_replication_timestamp") or header.get("timestamp") or "")[:10]
        self.newest = ""
        self.locations = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
        self.locations.ignore_errors()

    def read_nodes(self) -> None:
        """First pass: every node's place goes into osmium's index, tags of the few that matter come here."""
        for node in self._nodes(self.locations, self.osmium.filter.KeyFilter(*NODE_TAGS)):
            if self.box is None or _inside(node.location, self.box):
                tags = {tag.k: tag.v for tag in node.tags if tag.k in NODE_TAGS}
                self.node_tags[node.id] = tags

    def read_ways(self) -> None:
        """Second pass: roads with the places of their nodes, and turn restrictions."""
        wanted = self.osmium.filter.TagFilter(
            *(("highway", value) for value in ROAD_CLASSES),
            *(("type", f"restriction{suffix}") for suffix in ("", ":hgv", ":motor_vehicle", ":conditional")),
        )
        places_of = _place_reader()
        for thing in self._ways_and_relations(self.locations, wanted):
            if isinstance(thing, self.osmium.osm.Relation):
                self._take_relation(thing)
            elif self._touches_box(places := places_of(thing)):
                self._take_way(thing, places)

    def read_unsaved_nodes(self) -> None:
        """Find nodes with negative ids, which editors give to unsaved objects and osmium's index does not hold."""
        places = {n.id: (n.lon, n.lat) for n in self._nodes() if n.id < 0 and n.location.valid()}
        for row, ref in enumerate(self.refs):
            if ref in places:
                self.places[2 * row], self.places[2 * row + 1] = places[ref]

    def result(self) -> RawRoads:
        """Return what was found."""
        refs = np.array(self.refs, dtype=np.int64)
        places = np.array(self.places).reshape(-1, 2)
        known = np.flatnonzero(~np.isnan(places[:, 0]))
        node_id, row = np.unique(refs[known], return_index=True)
        lon, lat = places[known[row]].T
        tags = {node: self.node_tags[node] for node in set(node_id.tolist()) & self.node_tags.keys()}
        first = np.array(self.first, dtype=np.int64)
        date = self.date or self.newest.replace("1970-01-01", "")
        return RawRoads(self.ways, refs, first, self.relations, node_id, lon, lat, tags, date)

    def _nodes(self, *handlers: Handler) -> Iterator[osmium.osm.Node]:
        """Give the nodes that pass the handlers."""
        with self.osmium.io.Reader(self.file, self.osmium.osm.NODE) as reader:
            yield from self.osmium.OsmFileIterator(reader, *handlers)  # the handlers must outlive the iterator

    def _ways_and_relations(self, *handlers: Handler) -> Iterator[osmium.osm.Way | osmium.osm.Relation]:
        """Give the ways and relations that pass the handlers."""
        osm = self.osmium.osm
        with self.osmium.io.Reader(self.file, osm.WAY | osm.RELATION) as reader:
            yield from self.osmium.OsmFileIterator(reader, *handlers)

    def _touches_box(self, places: array[float]) -> bool:
        """Return whether a way may have a node in the box, and widen the extent of the file's roads by it."""
        if self.box is None or not places or any(map(math.isnan, places)):
            return True  # no box, or nodes are missing here: decided later
        west, south, east, north = min(places[::2]), min(places[1::2]), max(places[::2]), max(places[1::2])
        left, low, right, high = self.extent
        self.extent = (min(left, west), min(low, south), max(right, east), max(high, north))
        return west <= self.box[2] and east >= self.box[0] and south <= self.box[3] and north >= self.box[1]

    def _take_way(self, way: osmium.osm.Way, places: array[float]) -> None:
        tags = {tag.k: tag.v for tag in way.tags}
        if tags.get("highway") not in ROAD_CLASSES or tags.get("area") == "yes":
            return
        self.ways.append(Way(way.id, {k: v for k, v in tags.items() if k in _WAY_TAGS or directional(k)}))
        self.refs.extend([node.ref for node in way.nodes])
        self.first.append(len(self.refs))
        self.places.extend(places)
        self.newest = max(self.newest, f"{way.timestamp:%Y-%m-%d}")

    def _take_relation(self, relation: osmium.osm.Relation) -> None:
        tags = {tag.k: tag.v for tag in relation.tags}
        if tags.get("type", "").startswith("restriction"):
            members = tuple((member.type, member.ref, member.role) for member in relation.members)
            self.relations.append(Relation(relation.id, tags, members))


def _place_reader() -> Callable[[osmium.osm.Way], array[float]]:
    """Return a function that gives longitude and latitude of each node of a way, not-a-number where it is missing."""
    import osmium

    factory, every = osmium.geom.WKBFactory(), osmium.geom.use_nodes.ALL

    def places_of(way: osmium.osm.Way) -> array[float]:
        try:
            return array("d", unhexlify(factory.create_linestring(way, every))[9:])
        except (osmium.InvalidLocationError, RuntimeError):  # a node is missing, or the way has only one
            spots = [node.location for node in way.nodes]
            pairs = [(spot.lon, spot.lat) if spot.valid() else (math.nan, math.nan) for spot in spots]
            return array("d", [x for pair in pairs for x in pair])

    return places_of


def _inside(location: osmium.osm.Location, box: Box) -> bool:
    return bool(location.valid() and box[0] <= location.lon <= box[2] and box[1] <= location.lat <= box[3])


def _within(raw: RawRoads, box: Box) -> RawRoads:
    """Return the roads in a box: every stretch between two neighbouring nodes of which one lies inside."""
    west, south, east, north = box
    inside = (raw.lon >= west) & (raw.lon <= east) & (raw.lat >= south) & (raw.lat <= north)
    row, there = node_rows(raw)
    touched = there & inside[row] if len(inside) else there
    joined = np.ones(max(len(raw.refs) - 1, 0), dtype=bool)
    joined[raw.first[1:-1] - 1] = False
    kept_refs = touched.copy()
    kept_refs[:-1] |= touched[1:] & joined
    kept_refs[1:] |= touched[:-1] & joined
    kept = np.zeros(len(raw.node_id), dtype=bool)
    kept[row[kept_refs & there]] = True
    return dataclasses.replace(raw, node_id=raw.node_id[kept], lon=raw.lon[kept], lat=raw.lat[kept])


def node_rows(raw: RawRoads) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return, for each entry of `refs`, the row of its node and whether that node is there.

    Parameters
    ----------
    raw : RawRoads
        Roads as drawn.

    Returns
    -------
    tuple of ndarray
        Rows (any number where the node is missing) and presence.
    """
    row = np.minimum(np.searchsorted(raw.node_id, raw.refs), max(len(raw.node_id) - 1, 0))
    there = raw.node_id[row] == raw.refs if len(raw.node_id) else np.zeros(len(raw.refs), dtype=bool)
    return row, there


@cache
def directional(tag: str) -> tuple[str, str] | None:
    """Return the plain tag and the direction of a tag with ``:forward`` or ``:backward`` in it.

    Parameters
    ----------
    tag : str
        A key.

    Returns
    -------
    tuple of str, or None
        None if the key names no direction, or the plain tag is none that a network keeps.

    Examples
    --------
    >>> directional("maxspeed:backward:conditional")
    ('maxspeed:conditional', 'backward')
    >>> directional("maxspeed") is None
    True
    """
    parts = tag.split(":")
    for direction in ("forward", "backward"):
        if direction in parts[1:]:
            plain = ":".join(part for part in parts if part != direction)
            return (plain, direction) if plain in _WAY_TAGS and plain not in {"lanes", "width"} else None
    return None
