"""Make the directed roads of Wuhan from undirected segments, inferring which roads are one-way.

The input is a table of straight two-point segments with columns `u`, `v` (OpenStreetMap node ids), `highway` and
`geometry`, as `osmnx.convert.to_undirected` leaves it: of a two-way road only one of the two directed edges remains.
Four marks of the missing `oneway` tag are left, used in this order:

1. ``order``. The undirected graph names its edges by the order in which the nodes were first seen, and the second
   directed edge of a two-way road overwrites the first. So the line of a two-way segment always runs from `v` to `u`;
   a line from `u` to `v` can only be one-way. A mark holds for the whole run of segments to the next junction.
   Conversely, lines that meet head to head between two junctions belong to a two-way road.
2. ``class``. Motorways, trunk roads and slip roads (``*_link``) are one-way carriageways.
3. ``partner``. A road of the same class, itself one-way by 1 or 2, runs the other way on the left, within 45 m
   (traffic keeps right).
4. ``bridge``. The road continues one-way roads of its class without a bend at both ends.

What none of these tells is taken as two-way (``assumed``). Coordinates are degrees on OpenStreetMap's own grid of 1e-7;
the projected coordinates of the input serve for angles and distances in metres only.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas
import networkx as nx
import numpy as np
import osmnx
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gisdata.network import RoadNetwork

if TYPE_CHECKING:
    from numpy.typing import NDArray

DROPPED_CLASSES = ("pedestrian",)
ONE_WAY_CLASSES = ("motorway", "trunk")
PARTNER_M = 45.0
PARTNER_SHARE = 0.5
SAMPLE_STEP_M = 10.0
STRAIGHT_COS = np.cos(np.radians(30))

ORDER, CLASS, PARTNER, BRIDGE, ASSUMED = BASES = ("order", "class", "partner", "bridge", "assumed")

META = {
    "name": "Wuhan",
    "source": "OpenStreetMap by way of neatnet 0.1.6 (data/wuhan_8989/original.parquet)",
    "date": "about 2023-01, by its newest node",
    "licence": "Open Database License (ODbL) 1.0",
    "attribution": "© OpenStreetMap contributors",
    "notes": "One-ways are inferred (column oneway_basis says how), not read from the oneway tag. No names, speed "
    "limits, truck limits or turn restrictions. Service roads and footways are not in it.",
}


@dataclass(frozen=True)
class Segments:
    """Straight segments: `start` and `end` are rows of `osm_id`, `lon`, `lat`; `begin_m`, `end_m` are metres."""

    osm_id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    highway: NDArray[np.str_]
    with_order: NDArray[np.bool_]
    begin_m: NDArray[np.float64]
    end_m: NDArray[np.float64]

    @property
    def length_m(self) -> NDArray[np.float64]:
        """Length of each segment in the projected plane."""
        return np.hypot(*(self.end_m - self.begin_m).T)

    @property
    def heading(self) -> NDArray[np.float64]:
        """Unit vector of each segment, shape (n, 2)."""
        return (self.end_m - self.begin_m) / np.maximum(self.length_m, 1e-9)[:, None]


def wuhan_roads(path: Path) -> RoadNetwork:
    """Return the simplified directed network of the segment table.

    Parameters
    ----------
    path : Path
        GeoParquet file with `u`, `v`, `highway`, `geometry`.

    Returns
    -------
    RoadNetwork
        With the column `oneway_basis` on its edges.
    """
    segments = read_segments(path)
    one_way, basis = infer_one_ways(segments)
    graph = osmnx.simplify_graph(_graph(segments, one_way, basis), edge_attrs_differ=["highway"])
    return RoadNetwork.from_osmnx(graph, META)


def read_segments(path: Path) -> Segments:
    """Return the segments with the id of each end, which the input does not tell outright.

    Parameters
    ----------
    path : Path
        GeoParquet file.

    Returns
    -------
    Segments
        Without the dropped classes.
    """
    table = geopandas.read_parquet(path)
    metres = shapely.get_coordinates(table.geometry.array).reshape(-1, 2, 2)
    grid = np.round(shapely.get_coordinates(table.to_crs(4326).geometry.array) * 1e7).astype(np.int64)
    places, code = np.unique(grid, axis=0, return_inverse=True)
    code = code.reshape(-1, 2)
    u, v = table["u"].to_numpy(), table["v"].to_numpy()
    place_of = _place_of_each_id(u, v, code)
    place_u, place_v = (pd.Series(ids).map(place_of).to_numpy() for ids in (u, v))
    with_order = (place_u == code[:, 0]) | (place_v == code[:, 1])
    kept = ~table["highway"].isin(DROPPED_CLASSES).to_numpy()
    starts, ends = np.where(with_order, u, v)[kept], np.where(with_order, v, u)[kept]
    osm_id, first, row = np.unique(np.concatenate([starts, ends]), return_index=True, return_inverse=True)
    lon, lat = places[code[kept].T.ravel()[first]].T / 1e7
    half = len(starts)
    return Segments(
        osm_id, lon, lat, row[:half], row[half:], table["highway"].to_numpy(dtype=str)[kept], with_order[kept],
        metres[kept, 0], metres[kept, 1],
    )  # fmt: skip


def infer_one_ways(segments: Segments) -> tuple[NDArray[np.bool_], NDArray[np.str_]]:
    """Return which segments are one-way from start to end, and how that is known.

    Parameters
    ----------
    segments : Segments
        Straight pieces of road.

    Returns
    -------
    tuple of ndarray
        One-way (bool) and basis (one of `BASES`) of each segment.
    """
    count = len(segments.osm_id)
    incoming, outgoing = (np.bincount(ends, minlength=count) for ends in (segments.end, segments.start))
    run = _runs(segments, (incoming == 1) & (outgoing == 1))
    head_on = (incoming + outgoing == 2) & (incoming != 1)
    marked = _any_of_run(run, segments.with_order)
    surely_two_way = _any_of_run(run, head_on[segments.start] | head_on[segments.end]) & ~marked
    open_question = ~marked & ~surely_two_way
    by_class = np.isin(segments.highway, ONE_WAY_CLASSES) | np.char.endswith(segments.highway, "_link")
    by_class = open_question & _any_of_run(run, by_class)
    by_partner = open_question & ~by_class & _has_partner(segments, run, known=marked | by_class)
    one_way = marked | by_class | by_partner
    by_bridge = open_question & ~one_way & _is_bridge(segments, run, one_way)
    answers = [marked | surely_two_way, by_class, by_partner, by_bridge]
    return one_way | by_bridge, np.select(answers, BASES[:4], ASSUMED)


def _place_of_each_id(u: NDArray[np.int64], v: NDArray[np.int64], code: NDArray[np.int64]) -> pd.Series[Any]:
    """Return place by id: the one place that all segments of that id share. Ids with two such places are left out."""
    pairs = pd.DataFrame({"id": np.concatenate([u, u, v, v]), "place": np.concatenate([*code.T, *code.T])})
    shared = pairs.value_counts().reset_index(name="times")
    degree = pd.Series(np.concatenate([u, v])).value_counts()
    shared = shared[shared["times"] == shared["id"].map(degree)]
    return shared[~shared["id"].duplicated(keep=False)].set_index("id")["place"]


def _runs(segments: Segments, passed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return a label per segment: segments joined by nodes that are merely `passed` have the same one."""
    size, count = len(segments.start), len(segments.osm_id)
    into, out_of = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    into[segments.end] = out_of[segments.start] = np.arange(size)
    links = coo_array((np.ones(passed.sum()), (into[passed], out_of[passed])), shape=(size, size))
    return connected_components(links, directed=False)[1].astype(np.int64)


def _any_of_run(run: NDArray[np.int64], mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return True for every segment of a run in which any segment has the mask."""
    return np.bincount(run, weights=mask)[run] > 0


def _has_partner(
    segments: Segments, run: NDArray[np.int64], known: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return True for segments of runs that have, along half their length, a known carriageway opposite on the left."""
    points = np.maximum(1, (segments.length_m // SAMPLE_STEP_M).astype(int))
    owner = np.repeat(np.arange(len(points)), points)
    fraction = (np.arange(len(owner)) - np.repeat(np.cumsum(points) - points, points) + 0.5) / points[owner]
    at = segments.begin_m[owner] + fraction[:, None] * (segments.end_m - segments.begin_m)[owner]
    near = cKDTree(at).query_pairs(PARTNER_M, output_type="ndarray")
    one, other = np.vstack([near, near[:, ::-1]]).T
    kind = np.unique(segments.highway, return_inverse=True)[1]
    alike = known[owner[other]] & (kind[owner[one]] == kind[owner[other]]) & (run[owner[one]] != run[owner[other]])
    one, other = one[alike], other[alike]
    ahead, offset = segments.heading[owner[one]], at[other] - at[one]
    beside = ahead[:, 0] * offset[:, 1] - ahead[:, 1] * offset[:, 0]
    turned = (ahead * segments.heading[owner[other]]).sum(axis=1)
    facing = (np.abs((ahead * offset).sum(axis=1)) < 8) & (np.abs(beside) > 3) & (np.abs(turned) > 0.94)
    one, beside, turned = one[facing], beside[facing], turned[facing]
    nearest = np.lexsort((np.abs(beside), one))
    nearest = nearest[np.unique(one[nearest], return_index=True)[1]]
    on_left = one[nearest[(beside[nearest] > 0) & (turned[nearest] < 0)]]
    share = np.bincount(run[owner[on_left]], minlength=run.max() + 1) / np.bincount(run[owner])
    return share[run] > PARTNER_SHARE


def _is_bridge(segments: Segments, run: NDArray[np.int64], one_way: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return True for segments of runs that join two one-way roads of their class, straight on at both ends."""
    ends = pd.DataFrame({"row": np.arange(len(run)), "highway": segments.highway})
    known, unknown = ends[one_way], ends[~one_way]
    reached = []
    for mine, theirs in ((segments.start, segments.end), (segments.end, segments.start)):
        pairs = unknown.assign(node=mine[unknown["row"]]).merge(
            known.assign(node=theirs[known["row"]]), on=["node", "highway"], suffixes=("", "_known")
        )
        straight = (segments.heading[pairs["row"]] * segments.heading[pairs["row_known"]]).sum(axis=1) > STRAIGHT_COS
        mask = np.zeros(len(run), dtype=bool)
        mask[pairs["row"][straight]] = True
        reached.append(_any_of_run(run, mask))
    return reached[0] & reached[1]


def _graph(segments: Segments, one_way: NDArray[np.bool_], basis: NDArray[np.str_]) -> nx.MultiDiGraph[int]:
    """Return the unsimplified OSMnx graph: one edge for a one-way segment, two for any other."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326", simplified=False)
    for name, lon, lat in zip(segments.osm_id.tolist(), segments.lon.tolist(), segments.lat.tolist(), strict=True):
        graph.add_node(name, x=lon, y=lat)
    start, end = segments.start, segments.end
    length = osmnx.distance.great_circle(*(axis[i] for i in (start, end) for axis in (segments.lat, segments.lon)))
    columns = (segments.osm_id[start], segments.osm_id[end], segments.highway, length, one_way, basis)
    for u, v, highway, metres, single, why in zip(*(column.tolist() for column in columns), strict=True):
        tags = {"highway": highway, "length": metres, "oneway": single, "oneway_basis": why}
        graph.add_edge(u, v, **tags)
        if not single:
            graph.add_edge(v, u, **tags)
    return graph
