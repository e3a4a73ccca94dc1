"""The turns of a road network as a graph: its nodes are states of being at the end of an edge, its arcs are turns.

Knows no vehicle: every turn at every junction is there, U-turns too, and which of them restrictions forbid. Where a
restriction looks further back than one edge, the edges between have further states, one for each past that matters.

References
----------
Aho and Corasick (1975), "Efficient string matching", Communications of the ACM 18(6), 333-340: the pasts that matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gisdata.network.restrictions import resolved
from gisdata.network.topology import remembered, topology

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork

    Past = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TurnGraph:
    """Every turn of a network.

    Parameters
    ----------
    edge : ndarray of int64, shape (states,)
        The edge of each state. State ``e`` is the end of edge ``e`` with no past that matters; further states follow.
    tail, head : ndarray of int64, shape (turns,)
        The states that turns lead from and to.
    ban_turn, ban_row : ndarray of int64, shape (bans,)
        A turn that is forbidden, and the row of the restriction that forbids it.
    """

    edge: NDArray[np.int64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    ban_turn: NDArray[np.int64]
    ban_row: NDArray[np.int64]


def turn_graph(roads: RoadNetwork) -> TurnGraph:
    """Return every turn of a network, worked out at the first call.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.

    Returns
    -------
    TurnGraph
        States and turns.
    """
    return remembered(roads, "turn graph", lambda: _make_turn_graph(roads))


def _make_turn_graph(roads: RoadNetwork) -> TurnGraph:
    known = topology(roads)
    junction = roads.edges["v"].to_numpy().astype(np.int64)
    forbidden = resolved(roads).forbidden
    pasts = _pasts(one.edges for one in forbidden)
    number = {past: len(junction) + row for row, past in enumerate(pasts)}
    edge = np.concatenate([np.arange(len(junction)), [past[-1] for past in pasts]]).astype(np.int64)
    node = junction[edge]
    count = (known.first[node + 1] - known.first[node]).astype(np.int64)
    begin = np.concatenate([[0], np.cumsum(count)])
    tail = np.repeat(np.arange(len(edge)), count)
    onto = known.edge[np.arange(len(tail)) - begin[tail] + known.first[node[tail]]].astype(np.int64)
    head = onto.copy()
    past_of = dict(zip(number.values(), pasts, strict=True))
    remembering = {past[0] for past in pasts} | past_of.keys()
    for state in sorted(remembering):
        for turn in range(begin[state], begin[state + 1]):
            head[turn] = _next(past_of.get(state, (state,)), int(onto[turn]), number)
    states_of: dict[Past, list[int]] = {}
    for state, past in past_of.items():
        for size in range(1, len(past) + 1):
            states_of.setdefault(past[-size:], []).append(state)
    bans = []
    for one in forbidden:
        *before, banned = one.edges
        states = states_of.get(tuple(before), []) + (before if len(before) == 1 else [])
        bans += [(begin[state] + int(np.flatnonzero(onto[begin[state] : begin[state + 1]] == banned)[0]), one.row)
                 for state in states]
    ban_turn, ban_row = np.array(bans, dtype=np.int64).reshape(-1, 2).T
    return TurnGraph(edge, tail, head, ban_turn, ban_row)


def _pasts(sequences: Iterable[Past]) -> list[Past]:
    """Return every past of more than one edge that a forbidden sequence may follow."""
    return sorted({edges[:size] for edges in sequences for size in range(2, len(edges))})


def _next(past: Past, edge: int, number: dict[Past, int]) -> int:
    """Return the state after one more edge: the one of the longest past that matters."""
    whole = (*past, edge)
    return next((number[whole[skipped:]] for skipped in range(len(whole)) if whole[skipped:] in number), edge)
