"""Which land belongs to which road: a net of triangles over points along all roads, and outlines drawn through it.

Land belongs to the nearest point; the outline between points of two kinds runs half-way between them, and no further
from its roads than a limit. Metres on the flat picture of the network.

References
----------
Okabe and Sugihara (2012), "Spatial Analysis along Networks", Wiley, ch. 4: areas of the nearest road point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from gisdata.areas.measures import Flat
from gisdata.network.topology import remembered, topology

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork

SPACING_M = (20.0, 100.0)
"""Points along roads are this far apart at the least and at the most."""
MOST_POINTS = 80_000
"""On large networks they are further apart, so that there are not many more than this."""
MOST_VOIDS = 400_000
_APART_M = 0.01


class Roadside(NamedTuple):
    """Points along roads.

    Parameters
    ----------
    edge : ndarray of int64, shape (n,)
        The edge of each point, rising; of the two directions of a road the first.
    fraction : ndarray of float, shape (n,)
        How far along it.
    """

    edge: NDArray[np.int64]
    fraction: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Triangles over the points along the roads, the nodes, and points of the land between that no road is near.

    Parameters
    ----------
    flat : Flat
        The flat picture.
    lines : ndarray of LineString, shape (edges,)
        The edges, metres.
    ends : ndarray of int64, shape (edges, 2)
        Their nodes.
    once : ndarray of int64
        One edge of each road.
    tree : STRtree
        Over the lines of `once`.
    roadside : Roadside
        The first points of the net; the nodes follow.
    at : ndarray, shape (points, 2)
        All points, metres.
    corner : ndarray of int64, shape (triangles, 3)
        Points of each triangle, counter-clockwise.
    """

    flat: Flat
    lines: NDArray[np.object_]
    ends: NDArray[np.int64]
    once: NDArray[np.int64]
    tree: shapely.STRtree
    roadside: Roadside
    at: NDArray[np.float64]
    corner: NDArray[np.int64]

    def outline(self, kind: NDArray[np.int64], chosen: int, beside_m: float,
                spare_m: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None) -> shapely.Geometry:
        """Return the land of the points of one kind.

        Parameters
        ----------
        kind : ndarray of int64, shape (roadside points + nodes,)
            What each point is.
        chosen : int
            The kind to outline.
        beside_m : float
            No land further than this from its point.
        spare_m : tuple of ndarray of float, optional
            Its product says how far a road is of the kind of a point beyond it, metres: first a factor for each
            point, then one for each edge. By default half-way to the next.

        Returns
        -------
        Polygon or MultiPolygon
            Metres; lands of different kinds meet and do not overlap. Empty if there is no point of the kind.
        """
        whole = np.full(len(self.at), -1, dtype=np.int64)
        whole[: len(kind)] = kind
        of_corner = whole[self.corner]
        inside = of_corner == chosen
        mixed = inside.any(axis=1) & ~inside.all(axis=1)
        corner, of_corner, inside = self.corner[mixed], of_corner[mixed], inside[mixed]
        if not len(corner):
            return shapely.Polygon()
        rows, few = np.arange(len(corner)), inside.sum(axis=1) == 1
        lone = np.where(few, inside.argmax(axis=1), (~inside).argmax(axis=1))
        apex, others = corner[rows, lone], [corner[rows, (lone + turn) % 3] for turn in (1, 2)]
        sides = [np.minimum(apex, other) * len(self.at) + np.maximum(apex, other) for other in others]
        three = few & (of_corner[rows, (lone + 1) % 3] != of_corner[rows, (lone + 2) % 3])
        middle = np.where(three[:, None], self.at[corner].mean(axis=1), np.nan)
        begin, end = (np.where(few, *pair) for pair in (sides, sides[::-1]))
        return _areas(begin, end, self._crossings(begin, whole == chosen, beside_m, spare_m), middle)

    def _crossings(self, side: NDArray[np.int64], inside: NDArray[np.bool_], beside_m: float,
                   spare_m: tuple[NDArray[np.float64], NDArray[np.float64]] | None) -> NDArray[np.float64]:
        """Return where an outline crosses sides: half-way, where the limit is, or along a road as far as is spare."""
        low, high = np.divmod(side, len(self.at))
        begin, end = np.where(inside[low], low, high), np.where(inside[low], high, low)
        step = self.at[end] - self.at[begin]
        length = np.maximum(np.hypot(*step.T), _APART_M)
        share = np.minimum(0.5, beside_m / length)
        if spare_m is not None:
            along, edge = self._on_one_road(low, high)
            share[along] = np.clip(spare_m[0][begin[along]] * spare_m[1][edge[along]] / length[along], 0.01, 0.99)
        crossings: NDArray[np.float64] = self.at[begin] + share[:, None] * step
        return crossings

    def _on_one_road(
        self, low: NDArray[np.int64], high: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Return which pairs are points of one road, or one and a node at its end; and which road."""
        roadside = len(self.roadside.edge)
        edge = self.roadside.edge[np.minimum(low, roadside - 1)]
        same = (high < roadside) & (edge == self.roadside.edge[np.minimum(high, roadside - 1)])
        ends = (low < roadside) & (high >= roadside) & (self.ends[edge] == (high - roadside)[:, None]).any(axis=1)
        return same | ends, edge


def _areas(begin: NDArray[np.int64], end: NDArray[np.int64], at: NDArray[np.float64],
           middle: NDArray[np.float64]) -> shapely.Geometry:
    """Join steps of outlines, land on their left, to rings, and rings to areas.

    Each step begins where another ends: `begin` and `end` hold the same numbers. A middle of NaN is left out.
    """
    order, sizes = _cycles(begin, end)
    corners = np.stack([at, middle], axis=1)[order].reshape(-1, 2)
    ring = np.repeat(np.arange(len(sizes)), 2 * sizes)
    real = ~np.isnan(corners[:, 0])
    rings: NDArray[Any] = np.asarray(shapely.linearrings(corners[real], indices=ring[real]))
    outer = shapely.is_ccw(rings)
    shells, holes = np.asarray(shapely.polygons(rings[outer])), rings[~outer]
    hole, shell = shapely.STRtree(shells).query(shapely.get_point(holes, 0), predicate="within")
    smallest = np.lexsort((np.asarray(shapely.area(shells))[shell], hole))
    hole, first = np.unique(hole[smallest], return_index=True)
    inside: dict[int, list[shapely.LinearRing]] = {}
    for one, around in zip(hole.tolist(), shell[smallest][first].tolist(), strict=True):
        inside.setdefault(around, []).append(holes[one])
    made = [shapely.polygons(ring, inside.get(one)) for one, ring in enumerate(rings[outer])]
    return shapely.MultiPolygon(made) if len(made) > 1 else made[0]


def _cycles(begin: NDArray[np.int64], end: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return steps ring by ring, each followed by the one that begins where it ends, and how many each ring has."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    known, first = np.unique(begin, return_index=True)
    following, every = first[np.searchsorted(known, end)], np.arange(len(begin))
    links = coo_array((np.ones(len(every), dtype=np.int8), (every, following)), shape=(len(every), len(every)))
    _, ring = connected_components(links, directed=False)
    _, start = np.unique(ring, return_index=True)
    left, ahead = (following != start[ring[following]]).astype(np.int64), following.copy()
    last = left == 0
    ahead[last] = every[last]
    while not last[ahead].all():  # steps left to the end of the ring, in jumps that double
        left, ahead = left + left[ahead], ahead[ahead]
    return np.lexsort((-left, ring)), np.bincount(ring)


def mesh(roads: RoadNetwork, beside_m: float) -> Mesh:
    """Return the net of a network, made at the first call.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    beside_m : float
        How far from roads land can belong to them.

    Returns
    -------
    Mesh
        The same for every vehicle.
    """
    return remembered(roads, ("mesh", beside_m), lambda: _make_mesh(roads, beside_m))


def _make_mesh(roads: RoadNetwork, beside_m: float) -> Mesh:
    from scipy.spatial import Delaunay

    flat = Flat.around(roads.geometry)
    lines = flat.metres(roads.geometry)
    twin = topology(roads).twin
    once = np.flatnonzero((twin < 0) | (np.arange(len(twin)) < twin))
    length = shapely.length(lines[once])
    count = np.maximum(1, np.ceil(length / np.clip(length.sum() / MOST_POINTS, *SPACING_M))).astype(np.int64)
    edge = np.repeat(once, count)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    roadside = Roadside(edge, (step + 0.5) / np.repeat(count, count))
    along = shapely.get_coordinates(
        shapely.line_interpolate_point(lines[edge], roadside.fraction, normalized=True))
    nodes = flat.points(*(roads.nodes[axis].to_numpy() for axis in ("lon", "lat")))
    known = np.concatenate([along, nodes])
    at = np.concatenate([known, _voids(known, beside_m)])
    corner = Delaunay(at).simplices.astype(np.int64)
    (ax, ay), (bx, by) = (at[corner[:, other]].T - at[corner[:, 0]].T for other in (1, 2))
    clockwise = ax * by < ay * bx
    corner[clockwise] = corner[clockwise][:, ::-1]
    ends = roads.edges[["u", "v"]].to_numpy().astype(np.int64)
    return Mesh(flat, lines, ends, once, shapely.STRtree(lines[once]), roadside, at, corner)


def _voids(known: NDArray[np.float64], beside_m: float) -> NDArray[np.float64]:
    """Return points away from all roads, in a belt around them and in every gap, and four far ones around all."""
    from scipy.spatial import KDTree

    west, south = known.min(axis=0) - 4 * beside_m
    east, north = known.max(axis=0) + 4 * beside_m
    step = max(beside_m, np.sqrt((east - west) * (north - south) / MOST_VOIDS))
    columns, rows = np.meshgrid(np.arange(west, east + step, step), np.arange(south, north + step, step))
    grid = np.column_stack([columns.ravel(), rows.ravel()])
    away, _ = KDTree(known).query(grid, distance_upper_bound=1.5 * beside_m + 1.5 * step)
    belt = grid[(away > 1.5 * beside_m) & np.isfinite(away)]
    far = 10 * max(east - west, north - south)
    around = np.array([[west - far, south - far], [east + far, south - far], [west - far, north + far],
                       [east + far, north + far]])
    return np.concatenate([belt, around])
