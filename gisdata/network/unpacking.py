"""Find one way through a contracted graph, and write out the nodes of the graph itself that it passes.

Plain arrays from `contraction`; nodes are named by their rank, weights are numbers of `packing`. Every function here is
compiled and lets other threads run.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN202

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gisdata.compiled import kernel
from gisdata.network.contraction import NO_WAY, arc_of, longer

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NO_NODE = np.int32(-1)


@kernel
def point_to_point(
    start: NDArray[np.int64],
    upper: NDArray[np.int32],
    up: NDArray[np.int64],
    down: NDArray[np.int64],
    parent: NDArray[np.int32],
    begin_node: NDArray[np.int32],
    begin_weight: NDArray[np.int64],
    end_node: NDArray[np.int32],
    end_weight: NDArray[np.int64],
    out: NDArray[np.int64],
    out_from: NDArray[np.int32],
    back: NDArray[np.int64],
    back_to: NDArray[np.int32],
) -> tuple[np.int64, NDArray[np.int32]]:
    """Return the weight of the best way between two places and the nodes of the contracted graph that it passes.

    Parameters
    ----------
    start, upper, up, down, parent : ndarray
        From `contract` and `customise`.
    begin_node, begin_weight, end_node, end_weight : ndarray
        Where the way may begin and end.
    out, out_from, back, back_to : ndarray, shape (nodes,)
        Room to work in; `out` and `back` hold `NO_WAY` before and after.

    Returns
    -------
    int64
        The weight, `NO_WAY` if there is no way.
    ndarray of int32
        Node by node; neighbours in it are joined by an arc of the contracted graph.
    """
    _climb_from(start, upper, up, parent, begin_node, begin_weight, out, out_from)
    _climb_from(start, upper, down, parent, end_node, end_weight, back, back_to)
    best = NO_WAY
    top = _NO_NODE
    for k in range(end_node.size):
        v = end_node[k]
        while v >= 0:
            if out[v] + back[v] < best:
                best = out[v] + back[v]
                top = v
            v = parent[v]
    passed = np.empty(0, np.int32)
    if top >= 0:
        length = 1
        v = top
        while out_from[v] >= 0:
            v = out_from[v]
            length += 1
        rise = length
        v = top
        while back_to[v] >= 0:
            v = back_to[v]
            length += 1
        passed = np.empty(length, np.int32)
        v = top
        for i in range(rise - 1, -1, -1):
            passed[i] = v
            v = out_from[v]
        v = top
        for i in range(rise, length):
            v = back_to[v]
            passed[i] = v
    for k in range(begin_node.size):
        v = begin_node[k]
        while v >= 0:
            out[v] = NO_WAY
            v = parent[v]
    for k in range(end_node.size):
        v = end_node[k]
        while v >= 0:
            back[v] = NO_WAY
            v = parent[v]
    return best, passed


@kernel
def _climb_from(start, upper, weight, parent, node, offset, reach, previous):
    """Search upwards, keeping in `previous` where each node was reached from."""
    for k in range(node.size):
        reach[node[k]] = min(reach[node[k]], offset[k])
        previous[node[k]] = _NO_NODE
    for k in range(node.size):
        v = node[k]
        while v >= 0:
            if reach[v] < NO_WAY:
                for a in range(start[v], start[v + 1]):
                    way = reach[v] + weight[a]
                    if way < reach[upper[a]]:
                        reach[upper[a]] = way
                        previous[upper[a]] = v
            v = parent[v]


@kernel
def unpack(
    start: NDArray[np.int64],
    upper: NDArray[np.int32],
    via_up: NDArray[np.int32],
    via_down: NDArray[np.int32],
    passed: NDArray[np.int32],
) -> NDArray[np.int32]:
    """Return all nodes of the graph itself along a way through the contracted graph.

    Parameters
    ----------
    start, upper, via_up, via_down : ndarray
        From `contract` and `customise`.
    passed : ndarray of int32
        From `point_to_point`.

    Returns
    -------
    ndarray of int32
        Neighbours in it are joined by a given arc.
    """
    nodes = np.empty(256, np.int32)
    stack = np.empty(256, np.int32)
    nodes[0] = passed[0]
    size = 1
    for i in range(1, passed.size):
        stack[0] = passed[i]
        depth = 1
        while depth > 0:
            a = nodes[size - 1]
            b = stack[depth - 1]
            arc = arc_of(start, upper, a, b)
            via = via_up[arc] if a < b else via_down[arc]
            if via >= 0:
                if depth == stack.size:
                    stack = longer(stack, 2 * depth)
                stack[depth] = via
                depth += 1
            else:
                if size == nodes.size:
                    nodes = longer(nodes, 2 * size)
                nodes[size] = b
                size += 1
                depth -= 1
    return nodes[:size].copy()
