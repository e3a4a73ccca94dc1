"""Placements of what was found within rooms, in the order they go in; and loads of several compartments."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

from routing.loading.classes import must_part
from routing.loading.manifest import Manifest, Piece, manifest
from routing.loading.obstacles import suits
from routing.loading.search import best_load
from routing.model import CargoSpace, Compartment, LoadingRules, Placement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray


def in_rooms(pieces: Sequence[Piece], space: CargoSpace, rules: LoadingRules, effort: float,
             seed: int) -> list[Placement] | None:
    """Return a load of several compartments: one is filled after the other, those of a temperature first.

    Parameters
    ----------
    pieces : sequence of Piece
        All goods.
    space : CargoSpace
        Its compartments.
    rules : LoadingRules
        What they obey.
    effort : float
        Multiples of the usual work, for each compartment.
    seed : int
        Of what is drawn.

    Returns
    -------
    list of Placement or None
        None if pieces were left.
    """
    left, placements = list(pieces), []
    for room in sorted(space.rooms, key=lambda room: room.temperature == ""):
        goods = manifest(_for_room(left, room, rules), room, rules)
        goods = goods.of([row for row in range(len(goods.pieces)) if goods.ways[row]])
        if not goods.pieces:
            continue
        found = best_load(goods, effort, seed)
        placements += placed_in(goods, found.rows, found.corners)
        inside = {goods.pieces[row] for row in found.rows}
        left = [piece for piece in left if piece not in inside]
    return None if left else placements


def _for_room(pieces: Iterable[Piece], room: Compartment, rules: LoadingRules) -> list[Piece]:
    """Return pieces that may go into a room: no more than its payload, none beside what it must part from."""
    chosen: list[Piece] = []
    mass_kg = 0.0
    for piece in sorted(pieces, key=lambda piece: piece.unit.temperature == ""):
        heavy = mass_kg + piece.unit.weight_kg > room.payload_kg
        if suits(piece, room) and not heavy and not any(
                must_part(piece.unit, other.unit, apart=rules.apart) for other in chosen):
            chosen.append(piece)
            mass_kg += piece.unit.weight_kg
    return chosen


def placed_in(goods: Manifest, rows: Iterable[int], corners: NDArray[np.int64]) -> list[Placement]:
    """Return the placements of pieces in the order in which they can go in.

    Parameters
    ----------
    goods : Manifest
        Their manifest.
    rows : iterable of int
        Which of them.
    corners : ndarray of int64, shape (n, 2, 3)
        Where each stands, mm within the room.

    Returns
    -------
    list of Placement
        With coordinates of the whole space.
    """
    at = np.array(goods.room.corner_mm)
    found = []
    for row in loading_order(goods, sorted(rows), corners):
        piece, low, size = goods.pieces[row], (corners[row, 0] + at).tolist(), corners[row, 1] - corners[row, 0]
        length, width, height = size.tolist()
        found.append(Placement(piece.order, piece.unit.id, piece.number, x_mm=low[0], y_mm=low[1], z_mm=low[2],
                               length_mm=length, width_mm=width, height_mm=height, compartment=goods.room.id))
    return found


def loading_order(goods: Manifest, rows: Sequence[int], corners: NDArray[np.int64]) -> list[int]:
    """Return rows in an order in which the pieces can go in through the rear door, or from above.

    A piece goes in after those that it stands above, and after those that lie deeper behind it; among those that may
    be next, the one nearest to the front, then the lowest, then the leftmost.

    Parameters
    ----------
    goods : Manifest
        Their manifest.
    rows : sequence of int
        Which pieces.
    corners : ndarray of int64, shape (n, 2, 3)
        Where each stands.

    Returns
    -------
    list of int
        All `rows`; by place alone from where pieces lock each other in.
    """
    chosen = np.array(rows, dtype=np.int64)
    low, high = corners[chosen, 0], corners[chosen, 1]
    waits_for: list[NDArray[np.int64]] = []
    for k in range(len(chosen)):
        shared = np.minimum(high, high[k]) - np.maximum(low, low[k])
        under = (shared[:, 0] > 0) & (shared[:, 1] > 0) & (high[:, 2] <= low[k, 2])
        deeper = (shared[:, 1] > 0) & (shared[:, 2] > 0) & (high[:, 0] <= low[k, 0])
        before_it = goods.spans[chosen, 0] < goods.spans[chosen[k], 0]
        waits_for.append(np.flatnonzero(under | deeper | before_it))
    waiting = [len(others) for others in waits_for]
    followers: list[list[int]] = [[] for _ in chosen]
    for k, others in enumerate(waits_for):
        for other in others:
            followers[other].append(k)
    place = [(int(goods.spans[row, 0]), *corners[row, 0, [0, 2, 1]].tolist()) for row in rows]
    ready = [(place[k], k) for k in range(len(rows)) if not waiting[k]]
    heapq.heapify(ready)
    order: list[int] = []
    while ready:
        _, k = heapq.heappop(ready)
        order.append(k)
        for follower in followers[k]:
            waiting[follower] -= 1
            if not waiting[follower]:
                heapq.heappush(ready, (place[follower], follower))
    stuck = sorted(set(range(len(rows))) - set(order), key=place.__getitem__)
    return [rows[k] for k in (*order, *stuck)]
