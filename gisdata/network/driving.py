"""What a profile can drive on: whole-number times and lengths, arcs between junctions, zones, and the connected part.

Worked out once per network and profile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gisdata.network.access import Access, access
from gisdata.network.road_network import largest_part
from gisdata.network.shortest import Arcs
from gisdata.network.speeds import edge_time_s
from gisdata.network.topology import remembered, topology
from gisdata.network.zones import Zones
from gisdata.profiles import Profile, as_profile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork


@dataclass(frozen=True, slots=True)
class Driving:
    """A network as one profile drives it.

    Parameters
    ----------
    u, v, twin : ndarray of int64, shape (edges,)
        Ends, and the edge of the other direction or -1.
    usable : ndarray of bool, shape (edges,)
        Open to the profile, at least to begin or end there.
    passable : ndarray of bool, shape (nodes,)
        Can be driven through.
    time_ms, length_mm : ndarray of int64, shape (edges,)
        Rounded to whole numbers, and at least 1 ms where there is a length; 0 ms where closed.
    arcs : Arcs
        The best edge from node to node that through traffic may use, none through a barrier or inside a zone.
    arc_edge : ndarray of int64, shape (arcs,)
        The edge behind each arc.
    connected : ndarray of bool, shape (edges,)
        Usable, and a place on it can be reached from, and left for, the largest connected part.
    zones : Zones or None
        Roads for those who begin or end there, and what can only be reached over them; None where there are none.
    """

    u: NDArray[np.int64]
    v: NDArray[np.int64]
    twin: NDArray[np.int64]
    usable: NDArray[np.bool_]
    passable: NDArray[np.bool_]
    time_ms: NDArray[np.int64]
    length_mm: NDArray[np.int64]
    arcs: Arcs
    arc_edge: NDArray[np.int64]
    connected: NDArray[np.bool_]
    zones: Zones | None = None

    def other_way(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return the mask of each edge's twin, False where it has none."""
        return np.where(self.twin >= 0, mask[self.twin], False)

    def edges_between(self, passed: list[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the edge behind each arc of a way.

        Parameters
        ----------
        passed : sequence of int
            Nodes, each joined to the next by an arc.

        Returns
        -------
        ndarray of int64
            One edge fewer than nodes.
        """
        nodes = np.asarray(passed, dtype=np.int64)
        key = self.arcs.tail * self.arcs.count + self.arcs.head  # arcs are in order of their ends
        return self.arc_edge[np.searchsorted(key, nodes[:-1] * self.arcs.count + nodes[1:])]


def driving(roads: RoadNetwork, profile: str | Profile) -> Driving:
    """Return a network as a profile drives it.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.

    Returns
    -------
    Driving
        Times, arcs, connection.
    """
    who = as_profile(profile)
    return remembered(roads, ("driving", who), lambda: as_driven(roads, access(roads, who), edge_time_s(roads, who)))


def as_driven(roads: RoadNetwork, where: Access, time_s: NDArray[np.float64]) -> Driving:
    """Return a network as somebody drives it.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    where : Access
        Where they may drive.
    time_s : ndarray of float, shape (edges,)
        What each edge takes, infinite where it is closed.

    Returns
    -------
    Driving
        Times, arcs, connection.
    """
    u, v = (roads.edges[end].to_numpy().astype(np.int64) for end in ("u", "v"))
    twin = topology(roads).twin.astype(np.int64)
    usable = np.isfinite(time_s)
    length_mm = np.rint(roads.edges["length_m"].to_numpy() * 1000).astype(np.int64)
    time_ms = np.rint(np.where(usable, time_s, 0) * 1000).astype(np.int64)
    time_ms = np.where(usable & (length_mm > 0), np.maximum(time_ms, 1), time_ms)

    def arcs_of(edges: NDArray[np.bool_]) -> tuple[Arcs, NDArray[np.int64]]:
        best = best_edges(u, v, time_ms, length_mm, np.flatnonzero(edges))
        return Arcs(len(roads.nodes), u[best], v[best], time_ms[best], length_mm[best]), best

    driven = usable & where.passable[u] & where.passable[v]
    through = driven & where.through
    arcs, arc_edge = arcs_of(through)
    part, zones = largest_part(arcs.count, arcs.tail, arcs.head), None
    if (driven & ~through).any():
        inside = _inside_zones(u, v, through, driven, part)
        zones = Zones(inside, *arcs_of(driven & (inside[u] | inside[v])))
        arcs, arc_edge = arcs_of(through & ~inside[u] & ~inside[v])
        part = _part_with(arcs.count, np.concatenate([arcs.tail, zones.arcs.tail]),
                          np.concatenate([arcs.head, zones.arcs.head]), part)
    back = np.where(twin >= 0, usable[twin], False)
    reached = (usable & part[u]) | (back & part[v])
    left = (usable & part[v]) | (back & part[u])
    return Driving(u, v, twin, usable, where.passable, time_ms, length_mm, arcs, arc_edge, usable & reached & left,
                   zones)


def _inside_zones(
    u: NDArray[np.int64], v: NDArray[np.int64], through: NDArray[np.bool_], driven: NDArray[np.bool_],
    part: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return which nodes lie inside zones: they hang together outside the largest part of open roads.

    What hangs together there without any road for destinations only is no zone: open roads at the rim of a map.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    between = driven & ~part[u] & ~part[v]
    links = csr_array((np.ones(int(between.sum()), dtype=np.int8), (u[between], v[between])), shape=(len(part),) * 2)
    zone = connected_components(links, directed=False)[1]
    bound = driven & ~through
    named = np.zeros(zone.max(initial=0) + 1, dtype=bool)
    for ends in (u[bound], v[bound]):
        named[zone[ends[~part[ends]]]] = True
    inside: NDArray[np.bool_] = named[zone] & ~part
    return inside


def _part_with(
    count: int, tail: NDArray[np.int64], head: NDArray[np.int64], core: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which nodes can be reached from some nodes, and left for them; these can reach each other."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    links = csr_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(count, count))
    labels = connected_components(links, directed=True, connection="strong")[1]
    mask: NDArray[np.bool_] = labels == labels[np.argmax(core)] if core.any() else core
    return mask


def best_edges(
    u: NDArray[np.int64],
    v: NDArray[np.int64],
    time_ms: NDArray[np.int64],
    length_mm: NDArray[np.int64],
    edges: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return, of parallel edges, the fastest, then shortest, then first; edges from a node to itself lead nowhere.

    Parameters
    ----------
    u, v, time_ms, length_mm : ndarray of int64, shape (all edges,)
        Ends and costs.
    edges : ndarray of int64
        The edges to choose from.

    Returns
    -------
    ndarray of int64
        At most one edge from one node to another, in order of their ends.
    """
    edges = edges[u[edges] != v[edges]]
    tail, head = u[edges], v[edges]
    same = np.zeros(len(edges) + 1, dtype=bool)  # as the edge before
    same[1:-1] = (tail[1:] == tail[:-1]) & (head[1:] == head[:-1])
    in_order = (tail[1:] > tail[:-1]) | ((tail[1:] == tail[:-1]) & (head[1:] >= head[:-1]))
    if not in_order.all():
        return _first_of_each(u, v, time_ms, length_mm, edges)
    alone = ~same[:-1] & ~same[1:]
    if alone.all():
        return edges
    kept = np.zeros(len(u), dtype=bool)
    kept[edges[alone]] = True
    kept[_first_of_each(u, v, time_ms, length_mm, edges[~alone])] = True
    return edges[kept[edges]]


def _first_of_each(
    u: NDArray[np.int64],
    v: NDArray[np.int64],
    time_ms: NDArray[np.int64],
    length_mm: NDArray[np.int64],
    edges: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the best of each pair of ends, sorted by these."""
    edges = edges[np.lexsort((edges, length_mm[edges], time_ms[edges], v[edges], u[edges]))]
    first = np.ones(len(edges), dtype=bool)
    first[1:] = (u[edges][1:] != u[edges][:-1]) | (v[edges][1:] != v[edges][:-1])
    return edges[first]
