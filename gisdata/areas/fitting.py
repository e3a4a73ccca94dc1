"""Fit an outline to the roads it crosses: what is reached of them is inside, what is not is outside.

Metres on the flat picture of the network. Parts of edges are fractions of their length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from gisdata.areas.reach import Pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gisdata.areas.mesh import Mesh

INSIDE_M, OUTSIDE_M = 0.2, 2.0
"""How much land a road that an outline would miss brings along, or takes along, on either side."""
TIP_M = 0.5
"""How near to the outline a road may end."""
_STRETCH = 16


def fitted(net: Mesh, twin: NDArray[np.int64], area: shapely.Geometry, reached: Pieces) -> shapely.Geometry:
    """Return an outline with all that is reached of the roads it crosses, and little of what is not.

    Parameters
    ----------
    net : Mesh
        The roads.
    twin : ndarray of int64, shape (edges,)
        The edge of the other direction, or -1.
    area : Polygon or MultiPolygon
        From `Mesh.outline`.
    reached : Pieces
        Parts of edges, of either direction.

    Returns
    -------
    Polygon or MultiPolygon
        Without parts that hold nothing of what is reached.
    """
    crossed = _crossed(net.tree, area) if not shapely.is_empty(area) else np.arange(len(net.once))
    rest = gaps(on_roads(net.once[crossed], twin, reached), net.once[crossed])
    shapely.prepare(area)
    inside = shapely.intersects(area, _without_tips(net, rest))
    closed = _beside(parts_of(net.lines, *_clear_of_nodes(net, rest, reached))[inside], OUTSIDE_M)
    cut = shapely.difference(area, shapely.disjoint_subset_union_all(closed))
    shapely.prepare(cut)
    touched = net.once[np.union1d(crossed, net.tree.query(closed, predicate="intersects")[1])]
    ways = gaps(gaps(on_roads(touched, twin, reached), touched), touched)  # both directions once
    opened = parts_of(net.lines, *ways)[~shapely.contains_properly(cut, _without_tips(net, ways))]
    chains = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(opened)))
    whole = shapely.union(cut, shapely.disjoint_subset_union_all(_beside(chains, INSIDE_M, "square")))
    return _with_roads(shapely.get_parts(whole), net, twin, reached)


def on_roads(edges: NDArray[np.int64], twin: NDArray[np.int64], pieces: Pieces) -> Pieces:
    """Return the parts of some edges that are covered in either direction.

    Parameters
    ----------
    edges : ndarray of int64
        One edge of each road asked for.
    twin : ndarray of int64, shape (all edges,)
        The edge of the other direction, or -1.
    pieces : Pieces
        Parts of edges, of either direction.

    Returns
    -------
    Pieces
        Parts of the edges asked for; they can overlap.
    """
    wanted = np.zeros(len(twin), dtype=bool)
    wanted[edges] = True
    other = twin[pieces.edge]
    here, there = wanted[pieces.edge], (other >= 0) & wanted[other]
    return Pieces(np.concatenate([pieces.edge[here], other[there]]),
                  np.concatenate([pieces.begin[here], 1 - pieces.end[there]]),
                  np.concatenate([pieces.end[here], 1 - pieces.begin[there]]))


def gaps(covered: Pieces, among: NDArray[np.int64]) -> Pieces:
    """Return what some parts leave of edges.

    Parameters
    ----------
    covered : Pieces
        Parts of these edges.
    among : ndarray of int64
        The edges, each once.

    Returns
    -------
    Pieces
        The rest, in order of the edges; the parts do not overlap.
    """
    edge = np.concatenate([among, covered.edge, among])
    begin = np.concatenate([np.zeros(len(among)), covered.begin, np.ones(len(among))])
    end = np.concatenate([np.zeros(len(among)), covered.end, np.ones(len(among))])
    order = np.lexsort((end, begin, edge))
    edge, begin, end = edge[order], begin[order], end[order]
    number = np.cumsum(np.concatenate([[0], edge[1:] != edge[:-1]])) * 2.0
    behind = np.maximum.accumulate(end + number) - number
    same = edge[1:] == edge[:-1]
    open_ = same & (begin[1:] > behind[:-1])
    return Pieces(edge[1:][open_], behind[:-1][open_], begin[1:][open_])


def parts_of(lines: NDArray[np.object_], edge: NDArray[np.int64], begin: NDArray[np.float64],
             end: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return parts of lines.

    Parameters
    ----------
    lines : ndarray of LineString
        All lines.
    edge : ndarray of int64, shape (n,)
        Which.
    begin, end : ndarray of float, shape (n,)
        Fractions of their length, begin before end.

    Returns
    -------
    ndarray of LineString, shape (n,)
        With the corners between.
    """
    parts = lines[edge]
    cut = np.flatnonzero((begin > 0) | (end < 1))
    if not len(cut):
        return parts
    whole = parts[cut]
    corner, owner = shapely.get_coordinates(whole, return_index=True)
    step = np.hypot(*np.diff(corner, axis=0, prepend=corner[:1]).T)
    first = np.searchsorted(owner, np.arange(len(cut)))
    step[first] = 0
    walked = np.cumsum(step)
    along = (walked - walked[first][owner]) / np.maximum(shapely.length(whole)[owner], 1e-9)
    inner = (along > begin[cut][owner]) & (along < end[cut][owner])
    ends = [shapely.get_coordinates(shapely.line_interpolate_point(whole, at[cut], normalized=True))
            for at in (begin, end)]
    rows = np.arange(len(cut))
    owners = np.concatenate([rows, owner[inner], rows])
    order = np.lexsort((np.concatenate([begin[cut], along[inner], end[cut]]), owners))
    points = np.concatenate([ends[0], corner[inner], ends[1]])[order]
    parts[cut] = shapely.linestrings(points, indices=owners[order])
    return parts


def _crossed(tree: shapely.STRtree, area: shapely.Geometry) -> NDArray[np.int64]:
    """Return which lines of the tree an outline crosses."""
    corner, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(area)), return_index=True)
    begin = np.flatnonzero(ring[1:] == ring[:-1])
    stretch = np.cumsum(np.concatenate([[0], (begin[1:] // _STRETCH != begin[:-1] // _STRETCH)
                                        | (ring[begin[1:]] != ring[begin[:-1]])]))
    last = np.flatnonzero(np.concatenate([stretch[1:] != stretch[:-1], [True]]))
    at, owner = np.concatenate([begin, begin[last] + 1]), np.concatenate([stretch, stretch[last]])
    order = np.lexsort((at, owner))
    stretches = shapely.linestrings(corner[at[order]], indices=owner[order])
    return np.unique(tree.query(stretches, predicate="intersects")[1])


def _without_tips(net: Mesh, pieces: Pieces) -> NDArray[np.object_]:
    """Return parts of edges but for half a metre where they end between nodes: there they meet the outline."""
    share = np.minimum(TIP_M / np.maximum(shapely.length(net.lines[pieces.edge]), TIP_M),
                       (pieces.end - pieces.begin) / 3)
    begin = np.where(pieces.begin > 0, pieces.begin + share, 0.0)
    return parts_of(net.lines, pieces.edge, begin, np.where(pieces.end < 1, pieces.end - share, 1.0))


def _clear_of_nodes(net: Mesh, rest: Pieces, reached: Pieces) -> Pieces:
    """Return what is not reached without its last metres before nodes that are, which other roads pass."""
    known = np.zeros(int(net.ends.max()) + 1, dtype=bool)
    for at, column in ((reached.begin == 0, 0), (reached.end == 1, 1)):
        known[net.ends[reached.edge[at], column]] = True
    share = np.minimum(OUTSIDE_M / np.maximum(shapely.length(net.lines[rest.edge]), OUTSIDE_M),
                       (rest.end - rest.begin) / 3)
    begin, end = ((at == limit) & known[net.ends[rest.edge, column]]
                  for at, limit, column in ((rest.begin, 0, 0), (rest.end, 1, 1)))
    return Pieces(rest.edge, rest.begin + begin * share, rest.end - end * share)


def _beside(lines: NDArray[np.object_], metres: float,
            cap: Literal["flat", "square"] = "flat") -> NDArray[np.object_]:
    """Return the land on both sides of each line."""
    return np.asarray(shapely.buffer(lines, metres, cap_style=cap, join_style="bevel"), dtype=object)


def _with_roads(parts: NDArray[np.object_], net: Mesh, twin: NDArray[np.int64], reached: Pieces) -> shapely.Geometry:
    """Return the parts that hold something of what is reached; the largest does."""
    if len(parts) < 2:
        return parts[0] if len(parts) else shapely.MultiPolygon()
    largest = int(shapely.area(parts).argmax())
    others = np.delete(parts, largest)
    edges = np.unique(net.once[net.tree.query(others, predicate="intersects")[1]])
    ways = parts_of(net.lines, *on_roads(edges, twin, reached))
    kept = np.unique(shapely.STRtree(ways).query(others, predicate="intersects")[0])
    return shapely.MultiPolygon([parts[largest], *others[kept]]) if len(kept) else parts[largest]
