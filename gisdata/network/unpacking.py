"""Find one way through a contracted graph, and write out the nodes of the graph itself that it passes.

Plain arrays from `contraction`; nodes are named by their rank, weights are numbers of `packing`. The kernel lets other
threads run.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN202
# ruff: noqa: FURB136, PLR1730 (compiled, the builtins cost seconds)

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gisdata.compiled import once, outer
from gisdata.network.contraction import NO_WAY, arc_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NO_NODE = np.int32(-1)
_FIRST_ROOM = 256


class Finder:
    """Finds the best way between two places of a weighed graph, again and again in the same arrays.

    Parameters
    ----------
    start, upper, up, down, via_up, via_down, parent : ndarray
        From `contract` and `customise`.
    """

    def __init__(
        self,
        start: NDArray[np.int64],
        upper: NDArray[np.int32],
        up: NDArray[np.int64],
        down: NDArray[np.int64],
        via_up: NDArray[np.int32],
        via_down: NDArray[np.int32],
        parent: NDArray[np.int32],
    ) -> None:
        count = len(parent)
        self._graph = start, upper, up, down, via_up, via_down, parent
        self._reach = np.full((2, count), NO_WAY)
        self._room = (np.empty((2, count), np.int32), np.empty(2 * count, np.int32), np.empty(count, np.int32))
        self._nodes = np.empty(_FIRST_ROOM, np.int32)

    def find(
        self,
        begin_node: NDArray[np.int32],
        begin_weight: NDArray[np.int64],
        end_node: NDArray[np.int32],
        end_weight: NDArray[np.int64],
    ) -> tuple[int, NDArray[np.int32]]:
        """Return the weight of the best way between two places and the nodes that it passes.

        Parameters
        ----------
        begin_node, begin_weight, end_node, end_weight : ndarray
            Where the way may begin and end.

        Returns
        -------
        int
            The weight, `NO_WAY` if there is no way.
        ndarray of int32
            Node by node; neighbours in it are joined by a given arc.
        """
        ends = begin_node, begin_weight, end_node, end_weight
        weight, size = _find(*self._graph, *ends, self._reach, *self._room, self._nodes)
        if size > len(self._nodes):
            self._nodes = np.empty(2 * size, np.int32)
            return self.find(*ends)
        return weight, self._nodes[:size]


@outer
def _find(start, upper, up, down, via_up, via_down, parent, begin_node, begin_weight, end_node, end_weight, reach,
          previous, passed, stack, nodes):
    """Return the weight of the best way, and how many nodes it passes; write down as many as there is room for.

    Leaves `reach` as it was: `NO_WAY` everywhere.
    """
    for side in range(2):
        _climb(start, upper, up if side == 0 else down, parent, begin_node if side == 0 else end_node,
               begin_weight if side == 0 else end_weight, reach, previous, side)
    best, top = _top(parent, end_node, reach)
    length = _joined(previous, top, passed)
    for side in range(2):
        _clear(parent, begin_node if side == 0 else end_node, reach, side)
    return best, _unpack(start, upper, via_up, via_down, passed, length, stack, nodes)


@once
def _climb(start, upper, weight, parent, node, offset, reach, previous, side):
    """Search upwards, keeping in `previous` where each node was reached from."""
    for k in range(node.size):
        if offset[k] < reach[side, node[k]]:
            reach[side, node[k]] = offset[k]
        previous[side, node[k]] = _NO_NODE
    for k in range(node.size):
        v = node[k]
        while v >= 0:
            if reach[side, v] < NO_WAY:
                for a in range(start[v], start[v + 1]):
                    way = reach[side, v] + weight[a]
                    if way < reach[side, upper[a]]:
                        reach[side, upper[a]] = way
                        previous[side, upper[a]] = v
            v = parent[v]


@once
def _top(parent, end_node, reach):
    """Return the weight of the best way and its highest node, -1 if there is no way."""
    best = NO_WAY
    top = _NO_NODE
    for k in range(end_node.size):
        v = end_node[k]
        while v >= 0:
            if reach[0, v] + reach[1, v] < best:
                best = reach[0, v] + reach[1, v]
                top = v
            v = parent[v]
    return best, top


@once
def _joined(previous, top, passed):
    """Write down the nodes of the contracted graph that the way through `top` passes; return how many they are."""
    rise = 0
    v = top
    while v >= 0:
        v = previous[0, v]
        rise += 1
    v = top
    for i in range(rise - 1, -1, -1):
        passed[i] = v
        v = previous[0, v]
    length = rise
    v = previous[1, top] if rise > 0 else top
    while v >= 0:
        passed[length] = v
        length += 1
        v = previous[1, v]
    return length


@once
def _clear(parent, node, reach, side):
    """Forget what a climb reached."""
    for k in range(node.size):
        v = node[k]
        while v >= 0:
            reach[side, v] = NO_WAY
            v = parent[v]


@once
def _unpack(start, upper, via_up, via_down, passed, length, stack, nodes):
    """Write down all nodes of the graph itself along a way, as far as there is room; return how many they are."""
    size = 0
    a = _NO_NODE
    for i in range(length):
        stack[0] = passed[i]
        depth = 1
        while depth > 0:
            b = stack[depth - 1]
            via = _NO_NODE
            if a >= 0:
                arc = arc_of(start, upper, a if a < b else b, b if a < b else a)
                via = via_up[arc] if a < b else via_down[arc]
            if via >= 0:
                stack[depth] = via
                depth += 1
            else:
                if size < nodes.size:
                    nodes[size] = b
                size += 1
                a = b
                depth -= 1
    return size
