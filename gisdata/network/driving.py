"""What a profile can drive on: whole-number times and lengths, arcs between junctions, and the connected part.

Worked out once per network and profile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gisdata.network.road_network import largest_part
from gisdata.network.shortest import Arcs
from gisdata.network.speeds import edge_time_s, open_nodes
from gisdata.network.topology import remembered, topology
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
        Open to the profile.
    passable : ndarray of bool, shape (nodes,)
        Can be driven through.
    time_ms, length_mm : ndarray of int64, shape (edges,)
        Rounded to whole numbers, and at least 1 ms where there is a length; 0 ms where closed.
    arcs : Arcs
        The best usable edge from node to node, none through a barrier.
    arc_edge : ndarray of int64, shape (arcs,)
        The edge behind each arc.
    connected : ndarray of bool, shape (edges,)
        Usable, and a place on it can be reached from, and left for, the largest connected part.
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
    return remembered(roads, ("driving", who), lambda: _make_driving(roads, who))


def _make_driving(roads: RoadNetwork, who: Profile) -> Driving:
    u, v = (roads.edges[end].to_numpy().astype(np.int64) for end in ("u", "v"))
    twin = topology(roads).twin.astype(np.int64)
    time_s = edge_time_s(roads, who)
    usable = np.isfinite(time_s)
    length_mm = np.rint(roads.edges["length_m"].to_numpy() * 1000).astype(np.int64)
    time_ms = np.rint(np.where(usable, time_s, 0) * 1000).astype(np.int64)
    time_ms = np.where(usable & (length_mm > 0), np.maximum(time_ms, 1), time_ms)
    passable = open_nodes(roads, who)
    arc_edge = best_edges(u, v, time_ms, length_mm, np.flatnonzero(usable & passable[u] & passable[v]))
    arcs = Arcs(len(roads.nodes), u[arc_edge], v[arc_edge], time_ms[arc_edge], length_mm[arc_edge])
    part = largest_part(arcs.count, arcs.tail, arcs.head)
    back = np.where(twin >= 0, usable[twin], False)
    reached = (usable & part[u]) | (back & part[v])
    left = (usable & part[v]) | (back & part[u])
    return Driving(u, v, twin, usable, passable, time_ms, length_mm, arcs, arc_edge, usable & reached & left)


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
    edges = edges[np.lexsort((edges, length_mm[edges], time_ms[edges], v[edges], u[edges]))]
    first = np.ones(len(edges), dtype=bool)
    first[1:] = (u[edges][1:] != u[edges][:-1]) | (v[edges][1:] != v[edges][:-1])
    return edges[first]
