"""What follows from a network's edges alone: which edges leave a node, and which edge is the other direction of which.

Knows no vehicle. Worked out once per network and kept while the network lives; it is also saved beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork

T = TypeVar("T")
_remembered: WeakKeyDictionary[RoadNetwork, dict[Hashable, Any]] = WeakKeyDictionary()
_missing: Any = object()

MOST_KEPT_OF_A_KIND = 6
"""Of what is made for each profile, and so for each hour of a day, no more is kept than this."""


@dataclass(frozen=True, slots=True)
class Topology:
    """Edges in compressed rows, and the twin of each edge.

    Parameters
    ----------
    first : ndarray of int32, shape (nodes + 1,)
        The edges that leave node ``n`` are ``edge[first[n]:first[n + 1]]``.
    edge : ndarray of int32, shape (edges,)
        Edge numbers, grouped by the node they leave.
    twin : ndarray of int32, shape (edges,)
        The edge along the same line the other way, or -1 where the road is one-way.
    """

    first: NDArray[np.int32]
    edge: NDArray[np.int32]
    twin: NDArray[np.int32]


def topology(roads: RoadNetwork) -> Topology:
    """Return the topology of a network, worked out at the first call.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.

    Returns
    -------
    Topology
        Row pointers and twins.
    """
    return remembered(roads, "topology", lambda: _make_topology(roads))


def inherit(whole: RoadNetwork, part: RoadNetwork, edges: NDArray[np.int64]) -> None:
    """Give a part of a network its topology from the whole, if that is known.

    Parameters
    ----------
    whole, part : RoadNetwork
        A network, and some of its edges in their order; of two twins both or none.
    edges : ndarray of int64
        Which edges of the whole the part has.
    """
    if "topology" in _remembered.get(whole, ()):
        number = np.full(len(whole.edges) + 1, -1, dtype=np.int32)  # the last is that of no twin, -1
        number[edges] = np.arange(len(edges))
        twin = number[topology(whole).twin[edges]]
        remembered(part, "topology", lambda: Topology(*_rows(part), twin))


def remembered(roads: RoadNetwork, key: Hashable, make: Callable[[], T]) -> T:
    """Return what was made for this network under this key, making it at the first call.

    Parameters
    ----------
    roads : RoadNetwork
        The network; when it is gone, so is what was made for it.
    key : hashable
        What is asked for. Of keys that are tuples, as many with the same first part are kept as
        `MOST_KEPT_OF_A_KIND`; those asked for longest ago are forgotten.
    make : callable
        Makes it.

    Returns
    -------
    object
        What `make` returned at the first call.
    """
    kept = _remembered.setdefault(roads, {})
    made: T = kept.pop(key, _missing)
    if made is _missing:
        made = make()
    kept[key] = made
    if isinstance(key, tuple):
        alike = [other for other in kept if isinstance(other, tuple) and other[0] == key[0]]
        for other in alike[: max(0, len(alike) - MOST_KEPT_OF_A_KIND)]:
            del kept[other]
    return made


def _make_topology(roads: RoadNetwork) -> Topology:
    return Topology(*_rows(roads), _twins(roads))


def _rows(roads: RoadNetwork) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    u = roads.edges["u"].to_numpy()
    first = np.concatenate([[0], np.cumsum(np.bincount(u, minlength=len(roads.nodes)))]).astype(np.int32)
    return first, np.argsort(u, kind="stable").astype(np.int32)


def _twins(roads: RoadNetwork) -> NDArray[np.int32]:
    """Pair each edge with one of the same line and ways in the other direction; each edge has at most one twin."""
    ends = zip(roads.edges["u"].tolist(), roads.edges["v"].tolist(), strict=True)
    ways = [";".join(sorted(text.split(";"))) for text in roads.edges["way_ids"].fillna("").tolist()]
    lines = shapely.to_wkb(roads.geometry, byte_order=1)
    turned = shapely.to_wkb(shapely.reverse(roads.geometry), byte_order=1)
    waiting: dict[tuple[int, int, str, bytes], list[int]] = {}
    twin = np.full(len(lines), -1, dtype=np.int32)
    for edge, ((u, v), way, line, back) in enumerate(zip(ends, ways, lines, turned, strict=True)):
        partners = waiting.get((v, u, way, back))
        if partners:
            twin[edge] = partners.pop(0)
            twin[twin[edge]] = edge
        else:
            waiting.setdefault((u, v, way, line), []).append(edge)
    return twin
