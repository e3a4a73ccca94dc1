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
    begins : ndarray of int64, shape (edges,)
        The state of a way that begins on each edge.
    leaving : ndarray of bool, shape (states,)
        States of ways that began in a zone, or on an edge that is bound, and have not left it.
    """

    edge: NDArray[np.int64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    ban_turn: NDArray[np.int64]
    ban_row: NDArray[np.int64]
    begins: NDArray[np.int64]
    leaving: NDArray[np.bool_]


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
    return TurnGraph(edge, tail, head, ban_turn, ban_row, np.arange(len(junction)),
                     np.zeros(len(edge), dtype=bool))


def with_zones(
    graph: TurnGraph, node: NDArray[np.int64], zone: NDArray[np.bool_], bound: NDArray[np.bool_],
    inside: NDArray[np.bool_],
) -> TurnGraph:
    """Return a turn graph whose ways pass through no zone: they leave the one they begin in, and enter one to end.

    Edges of zones have two states: one for ways that began in the zone and have not left it yet, one for ways that have
    come to end there. The second never leads out.

    Parameters
    ----------
    graph : TurnGraph
        Without zones.
    node : ndarray of int64, shape (edges,)
        The end of each edge.
    zone : ndarray of bool, shape (edges,)
        Edges of zones.
    bound : ndarray of bool, shape (edges,)
        Further edges that can only be the first or the last of a way.
    inside : ndarray of bool, shape (nodes,)
        Nodes inside zones.

    Returns
    -------
    TurnGraph
        With a further state for each one on an edge of a zone, and on one that is bound.
    """
    doubled = np.flatnonzero((zone | bound)[graph.edge])
    leaving = np.full(len(graph.edge), -1)
    leaving[doubled] = len(graph.edge) + np.arange(len(doubled))
    within = inside[node[graph.edge[graph.tail]]]
    free = leaving[graph.tail] < 0
    entered = np.flatnonzero(free | (within & zone[graph.edge[graph.tail]]))  # turns of ways that are not leaving
    left = np.flatnonzero(~free)
    origin = np.concatenate([entered, left])
    tail = np.concatenate([graph.tail[entered], leaving[graph.tail[left]]])
    onto = graph.head[left]
    stays = within[left] & (leaving[onto] >= 0)
    head = np.concatenate([graph.head[entered], np.where(stays, leaving[onto], onto)])
    order = np.argsort(tail, kind="stable")
    origin, tail, head = origin[order], tail[order], head[order]
    by_origin = np.argsort(origin, kind="stable")
    first, last = (np.searchsorted(origin[by_origin], graph.ban_turn, side) for side in ("left", "right"))
    ban = np.repeat(np.arange(len(graph.ban_turn)), last - first)
    turn = by_origin[np.arange(len(ban)) - np.repeat(np.cumsum(last - first) - (last - first), last - first)
                     + np.repeat(first, last - first)]
    edges = len(graph.begins)
    begins = np.where(leaving[:edges] >= 0, leaving[:edges], graph.begins)
    edge = np.concatenate([graph.edge, graph.edge[doubled]])
    return TurnGraph(edge, tail, head, turn, graph.ban_row[ban], begins, np.arange(len(edge)) >= len(graph.edge))


def _pasts(sequences: Iterable[Past]) -> list[Past]:
    """Return every past of more than one edge that a forbidden sequence may follow."""
    return sorted({edges[:size] for edges in sequences for size in range(2, len(edges))})


def _next(past: Past, edge: int, number: dict[Past, int]) -> int:
    """Return the state after one more edge: the one of the longest past that matters."""
    whole = (*past, edge)
    return next((number[whole[skipped:]] for skipped in range(len(whole)) if whole[skipped:] in number), edge)
