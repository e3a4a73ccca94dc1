"""Order the states of a turn graph for contraction: cut the roads that join two halves of a town, again and again.

Plain arrays. A way from one half to the other drives one of the cut roads, so their states separate the rest; cutting
roads on the road graph itself is far quicker than to dissect its turn graph, and leaves less to contract. Functions
with an underscore are compiled and private to this page.

References
----------
Schild and Sommer (2015), "On Balanced Separators in Road Networks", SEA 2015, 286-297: inertial flow.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN202

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gisdata.compiled import kernel
from gisdata.network.ordering import _LEFT, _RIGHT, DIRECTIONS, _arrange, _bisected, _neighbours, _peel

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
    at, neighbour = _neighbours(count, tail, head)
    tips = np.empty(count, np.int32)
    gone = np.zeros(count, np.bool_)
    tips = tips[: _peel(at, neighbour, np.diff(at), gone, tips)]
    place = np.zeros(len(neighbour), np.int64)
    _number_tips(at, neighbour, tips, place)
    rest = np.flatnonzero(~gone)
    along = np.array([rest[np.argsort(a * x[rest] + b * y[rest], kind="stable")] for a, b in DIRECTIONS], np.int32)
    _cut(at, neighbour, along, place)
    places: NDArray[np.int64] = _of_edges(at, neighbour, place, tail, head)
    return places


@kernel
def _number_tips(at, neighbour, tips, place):
    """Give a place below 0 to the arc that a dead end hangs on, from the tips inwards."""
    number = np.full(at.size - 1, tips.size, np.int64)
    for i in range(tips.size):
        number[tips[i]] = i
    for v in tips:
        for a in range(at[v], at[v + 1]):
            if number[neighbour[a]] > number[v]:
                place[a] = number[v] - tips.size


@kernel
def _cut(at, neighbour, along, place):
    """Cut nodes, sorted `along` each direction, in two, and each part again; the arcs cut first get the last place."""
    count = along.shape[1]
    inside = np.full(at.size - 1, -1, np.int32)
    part = np.empty(at.size - 1, np.int8)
    spare = np.empty(count, np.int32)
    first_of = np.empty(count + 1, np.int64)
    last_of = np.empty(count + 1, np.int64)
    first_of[0], last_of[0] = 0, count
    cells = 1
    left = np.int64(neighbour.size)
    while cells > 0:
        cells -= 1
        first, last = first_of[cells], last_of[cells]
        if last - first > 1:
            _, _, side = _bisected(at, neighbour, along, first, last, inside)
            left = _mark(at, neighbour, along[0, first:last], side, inside, part, place, left)
            middle = first + _arrange(along, first, last, part, spare)[0]
            first_of[cells], last_of[cells] = first, middle
            first_of[cells + 1], last_of[cells + 1] = middle, last
            cells += 2


@kernel
def _mark(at, neighbour, cell, side, inside, part, place, left):
    """Give places, from `left` down, to arcs from the first side of a cell to the other; return what is left.

    Writes down the part of every node, and empties `inside`.
    """
    for i in range(cell.size):
        v = cell[i]
        part[v] = _LEFT if side[i] else _RIGHT
        if side[i]:
            for a in range(at[v], at[v + 1]):
                other = inside[neighbour[a]]
                if other >= 0 and not side[other]:
                    place[a] = left
                    left -= 1
    for v in cell:
        inside[v] = -1
    return left


@kernel
def _of_edges(at, neighbour, place, tail, head):
    """Return the place of every edge, which stands at one of the two arcs between its ends."""
    found = np.full(tail.size, np.int64(-1) << 40, np.int64)
    for i in range(tail.size):
        for v, u in ((tail[i], head[i]), (head[i], tail[i])):
            for a in range(at[v], at[v + 1]):
                if neighbour[a] == u and place[a] != 0:
                    found[i] = place[a]
    return found
