"""Order the junctions of a road graph for contraction: nested dissection by inertial flow.

Plain arrays. The order depends on which nodes are neighbours and where they lie, never on weights, so it is found once
per network and serves every vehicle and hour. Roads are ordered in the same way for their turn graph (see
`turn_order`): there the roads that are cut come last instead of the junctions that part two sides.

References
----------
Schild and Sommer (2015), "On Balanced Separators in Road Networks", SEA 2015, 286-297: inertial flow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gisdata.network.contraction import starts
from gisdata.network.dissection import BACK, LISTS, NODE_COLUMNS, OUTSIDE, TO, dissect, peel

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIRECTIONS = ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -1.0))
"""Along which a cut is looked for; each as a share of x and of y."""


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Neighbours of nodes, and room to work in.

    Parameters
    ----------
    at : ndarray of int64, shape (nodes + 1,)
        The arcs of node ``v`` are those from ``at[v]`` to ``at[v + 1]``.
    arc, node : ndarray of int32, shapes (arcs, columns), (nodes, columns)
        Arcs in both directions, without loops and repeats; and nodes.
    """

    at: NDArray[np.int64]
    arc: NDArray[np.int32]
    node: NDArray[np.int32]

    @classmethod
    def of(cls, count: int, tail: NDArray[np.int32], head: NDArray[np.int32]) -> Graph:
        """Return the graph of some arcs.

        Parameters
        ----------
        count : int
            Number of nodes.
        tail, head : ndarray of int32
            Arcs; their direction does not matter.

        Returns
        -------
        Graph
            Neighbours ascending.
        """
        low, high = np.minimum(tail, head).astype(np.int64), np.maximum(tail, head)
        key = np.sort((low * count + high)[low < high])
        low, high = np.divmod(key[np.diff(key, prepend=-1) > 0], max(count, 1))
        by, to = np.concatenate([high, low]), np.concatenate([low, high])  # ascending at each node
        order = np.argsort(by, kind="stable")
        number = np.empty(len(order), np.int32)
        number[order] = np.arange(len(order))
        arc = np.zeros((len(order), 3), np.int32)
        arc[:, TO], arc[number, BACK] = to[order], np.roll(number, len(low))
        node = np.full((count, NODE_COLUMNS), OUTSIDE, np.int32)
        return cls(starts(by, count), arc, node)

    def peeled(self) -> NDArray[np.int32]:
        """Return the nodes that hang on at most one other, again and again, from the tips inwards.

        Returns
        -------
        ndarray of int32
            The rest of the graph has no dead end.
        """
        degree = np.diff(self.at)
        tips = np.empty(len(degree), np.int32)
        return tips[: peel(self.at, self.arc, degree, tips)]

    def cut(self, tips: NDArray[np.int32], x: NDArray[np.float64], y: NDArray[np.float64],
            place: NDArray[np.int64]) -> NDArray[np.int32]:
        """Cut the graph in two, and each part again.

        Parameters
        ----------
        tips : ndarray of int32
            Nodes to leave out.
        x, y : ndarray of float64, shape (nodes,)
            Where the nodes lie, in any flat measure.
        place : ndarray of int64, shape (arcs,) or (0,)
            Filled, if it has room, with the place of every cut arc; the earliest cut has the last.

        Returns
        -------
        ndarray of int32
            The other nodes, cell by cell. Where arcs get no place, each separator comes after the two sides.
        """
        kept = np.ones(len(self.node), np.bool_)
        kept[tips] = False
        rest = np.flatnonzero(kept)
        along = np.array([rest[np.argsort(a * x[rest] + b * y[rest], kind="stable")] for a, b in DIRECTIONS], np.int32)
        lists = np.empty((LISTS, len(rest) + 1), np.int32)
        dissect(self.at, self.arc, self.node, lists, along, place)
        order: NDArray[np.int32] = along[0]
        return order


def contraction_order(
    count: int,
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
) -> NDArray[np.int32]:
    """Return the nodes of a graph in the order in which to contract them.

    Parameters
    ----------
    count : int
        Number of nodes.
    tail, head : ndarray of int32
        Arcs; their direction does not matter.
    x, y : ndarray of float64, shape (count,)
        Where the nodes lie, in any flat measure.

    Returns
    -------
    ndarray of int32, shape (count,)
        Least important first: dead ends, then cell by cell, each separator after the two sides that it parts.
    """
    graph = Graph.of(count, tail, head)
    tips = graph.peeled()
    return np.concatenate([tips, graph.cut(tips, x, y, np.empty(0, np.int64))])
