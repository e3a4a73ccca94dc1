"""The road network: directed edges between junctions, with tags, geometry, turn restrictions and origin.

Reads and writes no file and finds no way. Coordinates are WGS 84 degrees (EPSG:4326), lengths metres.
"""

from __future__ import annotations

import hashlib
import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gisdata.errors import RoadNetworkError
from gisdata.network.frames import EDGE_KINDS, EDGE_TEXTS, NODE_KINDS, RESTRICTION_KINDS, TEXT, frame_faults
from gisdata.network.tags import NODE_TAGS, RESTRICTION_COLUMNS
from gisdata.network.topology import inherit

if TYPE_CHECKING:
    import geopandas
    import networkx as nx
    from numpy.typing import NDArray

CRS = "EPSG:4326"


def empty_restrictions() -> pd.DataFrame:
    """Return a frame of turn restrictions without rows.

    Returns
    -------
    DataFrame
        Columns of `gisdata.network.tags.RESTRICTION_COLUMNS`.
    """
    kinds = {column: RESTRICTION_KINDS.get(column, TEXT) for column in RESTRICTION_COLUMNS}
    return pd.DataFrame({column: pd.Series([], dtype=kind) for column, kind in kinds.items()})


@dataclass(frozen=True, eq=False, repr=False)
class RoadNetwork:
    """Directed roads between junctions. Treat the frames as read-only: answers are remembered per network.

    Parameters
    ----------
    nodes : DataFrame
        Row number is the node's number. `osm_id`, `lon`, `lat`, `main` (in the largest strongly connected part), and
        the text columns of `gisdata.network.tags.NODE_TAGS` (what stands in the road there).
    edges : DataFrame
        Row number is the edge's number; one row per driving direction. `u`, `v` (rows of `nodes`), `length_m`,
        `main` (both ends are), and text columns, missing where OpenStreetMap says nothing: `highway`, `oneway` (``yes``
        or ``no``), every tag of `gisdata.network.tags.EDGE_TAGS`, `way_ids` and `node_ids` (joined with ``;``).
    geometry : ndarray of LineString
        The course of each edge from `u` to `v`.
    restrictions : DataFrame
        Turn restrictions, columns of `gisdata.network.tags.RESTRICTION_COLUMNS`.
    meta : mapping of str to str
        `name`, `source`, `date`, `licence`, `attribution`, `notes`.

    Raises
    ------
    RoadNetworkError
        If a column is missing or of another kind, an edge names a node that is not there, or a number is impossible.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    geometry: NDArray[np.object_]
    restrictions: pd.DataFrame = field(default_factory=empty_restrictions)
    meta: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults = frame_faults(self)
        if faults:
            raise RoadNetworkError(f"this is not a road network: {'; '.join(faults)}")

    def __repr__(self) -> str:
        """Return one line with the name and the size."""
        return f"<RoadNetwork {self.name!r}: {len(self.nodes):,} nodes, {len(self.edges):,} edges>"

    def _repr_html_(self) -> str:
        """Return a small table for notebooks; every text is escaped."""
        cells = "".join(
            f"<tr><th style='text-align:left'>{html.escape(str(label))}</th><td>{html.escape(str(value))}</td></tr>"
            for label, value in self.describe().items()
        )
        return f"<table><caption>{html.escape(self.name)}</caption>{cells}</table>"

    @property
    def name(self) -> str:
        """Name of the place, or where the roads came from."""
        return self.meta.get("name") or self.meta.get("source") or "roads"

    @cached_property
    def digest(self) -> str:
        """SHA-256 of everything in the network; equal networks have equal digests, on every machine."""
        total = hashlib.sha256(b"gisdata road network 1\n")
        for frame in (self.nodes, self.edges, self.restrictions):
            for column in sorted(frame.columns):
                total.update(_column_bytes(column, frame[column]))
        total.update(b"".join(shapely.to_wkb(self.geometry, byte_order=1)))
        total.update(json.dumps(dict(self.meta), sort_keys=True).encode())
        return total.hexdigest()

    def describe(self) -> pd.Series[Any]:
        """Return what the network holds: size, kilometres, how well it is tagged and connected, and its origin.

        Returns
        -------
        Series
            Labels to numbers and texts; shares are percentages of road kilometres.
        """
        edges, length = self.edges, self.edges["length_m"]
        km = max(length.sum(), 1e-9) / 100

        def share(mask: pd.Series[bool]) -> float:
            return round(float(length[mask.to_numpy(dtype=bool)].sum() / km), 1)

        figures: dict[str, Any] = {
            "nodes": len(self.nodes),
            "directed edges": len(edges),
            "directed km": round(float(length.sum()) / 1000, 1),
            "strongly connected, % of km": share(edges["main"]),
            "one-way, % of km": share(edges["oneway"].eq("yes").fillna(value=False)),
            "speed limit known, % of km": share(edges["maxspeed"].notna()),
            "turn restrictions": self.restrictions["relation_id"].nunique(),
        }
        return pd.Series(figures | {label: text for label, text in self.meta.items() if text and label != "name"})

    def clip(self, west: float, south: float, east: float, north: float) -> RoadNetwork:
        """Return the roads that touch a box, each whole, with `main` worked out anew.

        Parameters
        ----------
        west, south, east, north : float
            The box, degrees.

        Returns
        -------
        RoadNetwork
            A smaller network; nodes and edges keep their order and their OSM ids.

        Raises
        ------
        RoadNetworkError
            If the box is empty or upside down, or no road touches it.
        """
        check_box((west, south, east, north))
        inside = np.flatnonzero(shapely.intersects(self.geometry, shapely.box(west, south, east, north)))
        if not len(inside):
            raise RoadNetworkError(
                f"no road touches the box {west}, {south}, {east}, {north}; "
                f"the roads lie in {', '.join(f'{x:.4f}' for x in shapely.total_bounds(self.geometry))}"
            )
        ends = self.edges[["u", "v"]].to_numpy()[inside]
        kept, renumbered = np.unique(ends, return_inverse=True)
        edges = self.edges.iloc[inside].reset_index(drop=True)
        edges["u"], edges["v"] = renumbered.reshape(-1, 2).astype(np.int32).T
        nodes = self.nodes.iloc[kept].reset_index(drop=True)
        present = {int(way) for ways in edges["way_ids"].dropna() for way in ways.split(";")}
        turns = self.restrictions
        turns = turns[turns["from_way"].isin(present) & turns["to_way"].isin(present)].reset_index(drop=True)
        mark_main(nodes, edges)
        part = RoadNetwork(nodes, edges, self.geometry[inside], turns, dict(self.meta))
        inherit(self, part, inside)
        return part

    def to_frames(self) -> tuple[geopandas.GeoDataFrame, geopandas.GeoDataFrame]:
        """Return nodes (points) and edges (lines) as new GeoDataFrames in EPSG:4326.

        Returns
        -------
        tuple of GeoDataFrame
            Nodes and edges, in the network's order.
        """
        import geopandas

        points = shapely.points(self.nodes[["lon", "lat"]].to_numpy())
        return (
            geopandas.GeoDataFrame(self.nodes.copy(), geometry=points, crs=CRS),
            geopandas.GeoDataFrame(self.edges.copy(), geometry=self.geometry.copy(), crs=CRS),
        )

    def to_osmnx(self) -> nx.MultiDiGraph[int]:
        """Return a new simplified OSMnx graph; its nodes are named by OSM id.

        Returns
        -------
        networkx.MultiDiGraph
            Edge attribute `edge` is the row in `edges`; missing tags are left out.
        """
        from gisdata.network.osmnx_graph import to_osmnx

        return to_osmnx(self)

    @classmethod
    def from_osmnx(cls, graph: nx.MultiDiGraph[int], meta: Mapping[str, str] | None = None) -> RoadNetwork:
        """Return the network of an OSMnx graph, simplified or not.

        Parameters
        ----------
        graph : networkx.MultiDiGraph
            Nodes named by whole numbers, with `x` and `y`; edges with `length` in metres and, where they are not
            straight, `geometry`. A list of values becomes one text joined with ``;``.
        meta : mapping of str to str, optional
            Origin; an OSMnx download is OpenStreetMap data under the ODbL unless this says otherwise.

        Returns
        -------
        RoadNetwork
            Nodes in order of their ids, edges in order of their ends.

        Raises
        ------
        RoadNetworkError
            If the graph has no edge, or a node or an edge lacks what is named above.
        """
        from gisdata.network.osmnx_graph import from_osmnx

        return from_osmnx(graph, meta)


def make_network(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    geometry: NDArray[np.object_],
    restrictions: pd.DataFrame | None = None,
    meta: Mapping[str, str] | None = None,
) -> RoadNetwork:
    """Return a network from loose frames: ids in order, missing tag columns added, connected part marked.

    Parameters
    ----------
    nodes : DataFrame
        `osm_id`, `lon`, `lat`, and any node tags.
    edges : DataFrame
        `from_id`, `to_id` (OSM ids of the ends), `length_m`, `highway`, and any tags, `way_ids`, `node_ids`.
    geometry : ndarray of LineString
        Course of each edge.
    restrictions : DataFrame, optional
        Turn restrictions; none if left out.
    meta : mapping of str to str, optional
        Origin.

    Returns
    -------
    RoadNetwork
        Nodes sorted by id, edges by their ends and then by the nodes along them, so that equal roads give equal
        digests whatever their order was.

    Raises
    ------
    RoadNetworkError
        If an edge names an unknown node, or the frames break a rule of `RoadNetwork`.
    """
    nodes = nodes.sort_values("osm_id", kind="stable").reset_index(drop=True)
    ids = nodes["osm_id"].to_numpy(dtype=np.int64)
    ends = [edges[column].to_numpy(dtype=np.int64) for column in ("from_id", "to_id")]
    rows = [np.minimum(np.searchsorted(ids, column), max(len(ids) - 1, 0)) for column in ends]
    if not len(ids) or any((ids[row] != column).any() for row, column in zip(rows, ends, strict=True)):
        raise RoadNetworkError("an edge names a node that is not among the nodes")
    edges = edges.drop(columns=["from_id", "to_id"])
    edges["u"], edges["v"] = (row.astype(np.int32) for row in rows)
    keys = pd.DataFrame({"u": rows[0], "v": rows[1], "length": edges["length_m"].to_numpy()})
    for column in ("node_ids", "way_ids"):
        keys[column] = edges[column].fillna("").to_numpy(dtype=object) if column in edges.columns else ""
    order = keys.sort_values(["u", "v", "node_ids", "way_ids", "length"], kind="stable").index.to_numpy()
    nodes, edges = with_all_tags(nodes, edges.iloc[order].reset_index(drop=True))
    mark_main(nodes, edges)
    turns = empty_restrictions() if restrictions is None else restrictions
    return RoadNetwork(nodes, edges, np.asarray(geometry, dtype=object)[order], turns, dict(meta or {}))


def with_all_tags(nodes: pd.DataFrame, edges: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return both frames with a column for every tag, missing where they had none, all texts of one kind.

    Parameters
    ----------
    nodes, edges : DataFrame
        With some of the tags, or further ones.

    Returns
    -------
    tuple of DataFrame
        Numbers first, then every tag, then what else there was.
    """

    def filled(frame: pd.DataFrame, numbers: Iterable[str], tags: tuple[str, ...]) -> pd.DataFrame:
        absent = pd.Series(pd.NA, index=frame.index, dtype=TEXT)
        columns = {column: frame[column] for column in numbers if column in frame.columns}
        texts = dict.fromkeys((*tags, *(column for column in frame.columns if column not in columns)))
        columns |= {tag: frame[tag].astype(TEXT) if tag in frame.columns else absent for tag in texts}
        return pd.DataFrame(columns)

    return filled(nodes, NODE_KINDS, NODE_TAGS), filled(edges, EDGE_KINDS, EDGE_TEXTS)


def mark_main(nodes: pd.DataFrame, edges: pd.DataFrame) -> None:
    """Set `main` in both frames: the largest part in which every junction reaches every other.

    Parameters
    ----------
    nodes, edges : DataFrame
        Changed in place; `edges` has `u` and `v`.
    """
    main = largest_part(len(nodes), edges["u"].to_numpy(), edges["v"].to_numpy())
    nodes["main"] = main
    edges["main"] = main[edges["u"]] & main[edges["v"]]


def largest_part(count: int, u: NDArray[np.integer[Any]], v: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    """Return which nodes are in the largest strongly connected part (on a tie, the one that numbers first).

    Parameters
    ----------
    count : int
        Number of nodes.
    u, v : ndarray of int
        Ends of the directed edges.

    Returns
    -------
    ndarray of bool, shape (count,)
        True inside.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    links = csr_array((np.ones(len(u), dtype=np.int8), (u, v)), shape=(count, count))
    _, labels = connected_components(links, directed=True, connection="strong")
    sizes = np.bincount(labels)[labels] if count else np.zeros(0)
    mask: NDArray[np.bool_] = labels == labels[np.argmax(sizes)] if count else np.zeros(0, dtype=bool)
    return mask


def check_box(box: tuple[float, float, float, float]) -> None:
    """Refuse a box that is not west, south, east, north in degrees.

    Parameters
    ----------
    box : tuple of float
        West, south, east, north.

    Raises
    ------
    RoadNetworkError
        If it has no area, lies outside the globe, or looks swapped.
    """
    west, south, east, north = box
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise RoadNetworkError(
            f"{box} is not a box; write (west, south, east, north) in degrees of longitude and latitude, west < east "
            "and south < north"
        )


def _column_bytes(name: str, column: pd.Series[Any]) -> bytes:
    """Return a column as bytes to hash: none if it has no value, so that a further kind of tag changes no digest."""
    if column.dtype == TEXT:
        if not column.notna().any():
            return b""
        texts = [None if text is pd.NA else text for text in column.tolist()]
        return f"{name}\n{json.dumps(texts)}\n".encode()
    values = column.to_numpy()
    header = f"{name} {values.dtype.kind}{values.dtype.itemsize}\n".encode()
    return header + np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<")).tobytes()
