"""Roads that are only for those who begin or end there: no way passes through, and every way to or from them is exact.

A zone is destination-only roads that hang together, with the open roads that can only be reached over them. A way is
zone roads, then open ones, then zone ones again, or zone roads alone. The open part is found by the contracted graph;
zones are small, so a plain search from their nodes to where they meet the open roads does the rest. Times are whole
milliseconds, lengths whole millimetres; of equally fast ways the shortest counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gisdata.network.shortest import Arcs, Legs

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Reach(NamedTuple):
    """What can be reached from a node inside a zone without passing open roads.

    Parameters
    ----------
    node : ndarray of int64
        Nodes reached, in rising order.
    time_ms, length_mm : ndarray of int64
        To each of them.
    arc : dict of int to int
        The zone arc by which each node was reached, the first node left out.
    """

    node: NDArray[np.int64]
    time_ms: NDArray[np.int64]
    length_mm: NDArray[np.int64]
    arc: dict[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Zones:
    """The zones of a network for one vehicle.

    Parameters
    ----------
    inside : ndarray of bool, shape (nodes,)
        Nodes that no through traffic passes.
    arcs : Arcs
        Roads of the zones, at least one end inside.
    arc_edge : ndarray of int64
        The edge behind each.
    """

    inside: NDArray[np.bool_]
    arcs: Arcs
    arc_edge: NDArray[np.int64]
    _searched: dict[tuple[int, bool], Reach] = field(default_factory=dict)
    _leaving: dict[bool, dict[int, list[tuple[int, int, int, int]]]] = field(default_factory=dict)

    def reach(self, node: int, *, backward: bool) -> Reach:
        """Return what can be reached from a node inside, or from where it can be reached; searched once.

        Parameters
        ----------
        node : int
            A node inside.
        backward : bool
            Whether ways end there.

        Returns
        -------
        Reach
            Open roads are reached, but not driven on.
        """
        if (node, backward) not in self._searched:
            self._searched[node, backward] = self._search(node, self._arcs_from(backward=backward))
        return self._searched[node, backward]

    def edges(self, node: int, other: int, *, backward: bool) -> list[int]:
        """Return the edges of the way between a node inside and one that it reaches, in driving order.

        Parameters
        ----------
        node, other : int
            Where the search began, and a node it reached.
        backward : bool
            Whether the way ends at `node`.

        Returns
        -------
        list of int
            None between a node and itself.
        """
        reach, far = self.reach(node, backward=backward), (self.arcs.head if backward else self.arcs.tail)
        chain = []
        while other != node:
            chain.append(reach.arc[other])
            other = int(far[chain[-1]])
        driven = chain if backward else chain[::-1]
        return [int(self.arc_edge[arc]) for arc in driven]

    def _arcs_from(self, *, backward: bool) -> dict[int, list[tuple[int, int, int, int]]]:
        """Return the arcs that leave each node inside: where they lead, time, length, number."""
        if backward not in self._leaving:
            begin, end = (self.arcs.head, self.arcs.tail) if backward else (self.arcs.tail, self.arcs.head)
            rows = zip(begin.tolist(), end.tolist(), self.arcs.time_ms.tolist(), self.arcs.length_mm.tolist(),
                       strict=True)
            leaving: dict[int, list[tuple[int, int, int, int]]] = {}
            for arc, (from_, to, time, length) in enumerate(rows):
                leaving.setdefault(from_, []).append((to, time, length, arc))
            self._leaving[backward] = leaving
        return self._leaving[backward]

    def _search(self, node: int, leaving: dict[int, list[tuple[int, int, int, int]]]) -> Reach:
        """Return the fastest, then shortest ways from a node that go no further than the first open road."""
        best, by = {node: (0, 0)}, {}
        queue = [(0, 0, node)]
        while queue:
            time, length, at = heappop(queue)
            if (time, length) > best[at] or not self.inside[at]:
                continue
            for to, more_time, more_length, arc in leaving.get(at, ()):
                total = time + more_time, length + more_length
                if to not in best or total < best[to]:
                    best[to], by[to] = total, arc
                    heappush(queue, (*total, to))
        nodes = np.array(sorted(best), dtype=np.int64)
        sums = np.array([best[at] for at in nodes.tolist()], dtype=np.int64)
        return Reach(nodes, sums[:, 0], sums[:, 1], by)


class Hung(NamedTuple):
    """How places hang on the open roads, and on the nodes inside zones.

    Parameters
    ----------
    legs : Legs
        Between places and nodes.
    row : ndarray of int64
        For each leg, the row of the places' spots that it drives along, or -1 where the place stands at the junction.
    entry : ndarray of int64
        For each leg through a zone, the node inside where its first road ends; -1 for the others.
    """

    legs: Legs
    row: NDArray[np.int64]
    entry: NDArray[np.int64]


def through_zones(zones: Zones | None, legs: Legs, row: NDArray[np.int64], *, backward: bool) -> Hung:
    """Return legs with further ones from nodes inside zones to the open roads.

    Legs of ways that begin go on to every node inside as well: there they meet the legs of ways that end in the zone.

    Parameters
    ----------
    zones : Zones, optional
        None: there are none.
    legs : Legs
        From places to the ends of their roads.
    row : ndarray of int64
        As in `Hung`.
    backward : bool
        Whether ways end at the places.

    Returns
    -------
    Hung
        The given legs first.
    """
    entry = np.full(len(row), -1, dtype=np.int64)
    inside = np.flatnonzero(zones.inside[legs.node]) if zones is not None else entry[:0]
    if zones is None or not len(inside):
        return Hung(legs, row, entry)
    leg, node, time, length = [], [], [], []
    for number in inside.tolist():
        first = int(legs.node[number])
        reach = zones.reach(first, backward=backward)
        out = ~zones.inside[reach.node] if backward else reach.node != first
        leg.append(np.full(int(out.sum()), number))
        node.append(reach.node[out])
        time.append(reach.time_ms[out])
        length.append(reach.length_mm[out])
    more = np.concatenate(leg)
    whole = Legs(legs.count, np.concatenate([legs.place, legs.place[more]]), np.concatenate([legs.node, *node]),
                 np.concatenate([legs.time_ms, legs.time_ms[more] + np.concatenate(time)]),
                 np.concatenate([legs.length_mm, legs.length_mm[more] + np.concatenate(length)]))
    return Hung(whole, np.concatenate([row, row[more]]), np.concatenate([entry, legs.node[more]]))
