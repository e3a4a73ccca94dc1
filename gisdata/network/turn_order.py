"""Order the states of a turn graph for contraction: cut the roads that join two halves of a town, again and again.

A way from one half to the other drives one of the cut roads, so their states separate the rest; cutting roads on the
road graph itself is far quicker than to dissect its turn graph, and leaves less to contract.

References
----------
Schild and Sommer (2015), "On Balanced Separators in Road Networks", SEA 2015, 286-297: inertial flow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gisdata.network.dissection import BACK, TO
from gisdata.network.ordering import Graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LOOP = np.int64(-1) << 40


def edge_places(
    count: int,
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return how late each edge of a road graph comes when its turn graph is contracted.

    Parameters
    ----------
    count : int
        Number of nodes.
    tail, head : ndarray of int32
        Edges; edges between the same two nodes come together.
    x, y : ndarray of float64, shape (count,)
        Where the nodes lie, in any flat measure.

    Returns
    -------
    ndarray of int64, shape (edges,)
        Loops first, then dead ends from their tips, then the cuts, the one of the whole town last.
    """
    graph = Graph.of(count, tail, head)
    place = np.zeros(len(graph.arc), np.int64)
    tips = graph.peeled()
    number = np.full(count, len(tips))
    number[tips] = np.arange(len(tips))
    by, to = np.repeat(np.arange(count), np.diff(graph.at)), graph.arc[:, TO]
    hanging = number[by] < number[to]
    place[hanging] = number[by[hanging]] - len(tips)
    graph.cut(tips, x, y, place)
    places = np.full(len(tail), _LOOP)
    apart = tail != head
    arc = np.searchsorted(by * count + to, tail[apart].astype(np.int64) * count + head[apart])
    places[apart] = place[arc] + place[graph.arc[arc, BACK]]  # one of the two is 0
    return places
