"""The pieces of one load as arrays, and what any two of them must keep, for the packers.

Whole millimetres and kilograms; x from the front, y from the left, z up. A piece is aboard on legs `on` to `off` - 1;
leg 0 begins at the start, leg k at stop k.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routing.model import Compartment, LoadingRules, LoadUnit, Order, Shipment
from routing.model.cargo import down_mm, up_mm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routing.model import Door

TOGETHER, CLEARS, HOLDS, SPARES = 1, 2, 4, 8
"""What piece i (row) and piece j (column) are to each other: aboard together; j must not be in i's way; j may carry i;
i must not touch the top of j."""


class Piece(NamedTuple):
    """One piece, or several alike in one block.

    Parameters
    ----------
    order : str
        Id of its order; empty if it belongs to none.
    unit : LoadUnit
        What it is.
    number : int
        Which of the alike ones, from 1; the first of a block.
    on, off : int
        Aboard on legs `on` to `off` - 1.
    """

    order: str
    unit: LoadUnit
    number: int
    on: int
    off: int


def pieces_of(goods: Sequence[Order] | Sequence[LoadUnit], shipments: Iterable[Shipment] = ()) -> list[Piece]:
    """Return all pieces of a route, or of goods without one.

    Parameters
    ----------
    goods : sequence of Order or of LoadUnit
        Orders in the order they are visited, or load units.
    shipments : iterable of Shipment
        Which of the orders are ends of the same goods.

    Returns
    -------
    list of Piece
        Order by order, unit by unit.
    """
    orders = [order for order in goods if isinstance(order, Order)]
    stop_of = {order.id: stop for stop, order in enumerate(orders, start=1)}
    by_id = {order.id: order for order in orders}
    last = len(orders) + 1
    spans = {order.id: (0, stop_of[order.id]) if order.kind == "delivery" else (stop_of[order.id], last)
             for order in orders}
    for shipment in shipments:
        if shipment.pickup in stop_of and shipment.delivery in stop_of:
            has_units = by_id[shipment.pickup].units
            carrier, other = shipment.orders if has_units else (shipment.delivery, shipment.pickup)
            spans[carrier] = (stop_of[shipment.pickup], stop_of[shipment.delivery])
            spans.pop(other)
    found = [Piece(order.id, unit, number, *spans[order.id]) for order in orders if order.id in spans
             for unit in order.units for number in range(1, unit.count + 1)]
    return found + [Piece("", unit, number, 0, last) for unit in goods if isinstance(unit, LoadUnit)
                    for number in range(1, unit.count + 1)]


@dataclass(frozen=True, eq=False)
class Manifest:
    """The pieces of one load in one compartment.

    Parameters
    ----------
    pieces : tuple of Piece
        In rows.
    sizes : ndarray of int64, shape (n, 6, 3)
        Ways in which each may stand: along, across, up.
    ways : ndarray of int64, shape (n,)
        How many ways each has; zero if none passes a door.
    room : Compartment
        Where they stand.
    rules : LoadingRules
        What they obey.
    """

    pieces: tuple[Piece, ...]
    sizes: NDArray[np.int64]
    ways: NDArray[np.int64]
    room: Compartment
    rules: LoadingRules

    @cached_property
    def spans(self) -> NDArray[np.int64]:
        """First leg and leg of leaving, shape (n, 2)."""
        return np.array([(piece.on, piece.off) for piece in self.pieces], dtype=np.int64).reshape(-1, 2)

    @cached_property
    def weights_kg(self) -> NDArray[np.float64]:
        """Mass of each, shape (n,)."""
        return np.array([piece.unit.weight_kg for piece in self.pieces], dtype=np.float64)

    @cached_property
    def tops_kg(self) -> NDArray[np.float64]:
        """Most mass that may rest on each, shape (n,); infinite if there is no limit."""
        return np.array([piece.unit.max_top_load_kg for piece in self.pieces], dtype=np.float64)

    @cached_property
    def floor_only(self) -> NDArray[np.bool_]:
        """Which must stand on the floor, shape (n,)."""
        return np.array([piece.unit.floor_only for piece in self.pieces], dtype=np.bool_)

    @cached_property
    def volumes(self) -> NDArray[np.int64]:
        """Volume of each in mm³, shape (n,)."""
        volumes: NDArray[np.int64] = self.sizes[:, 0].prod(axis=1)
        return volumes

    @cached_property
    def worth(self) -> NDArray[np.int64]:
        """How much a load gains by each, shape (n,): its volume, and far more if it must have this compartment."""
        tempered = np.array([bool(piece.unit.temperature) for piece in self.pieces], dtype=np.bool_)
        return np.where(tempered, 1000, 1) * self.volumes

    @cached_property
    def pairs(self) -> NDArray[np.int64]:
        """What any two are to each other, shape (n, n): a sum of TOGETHER, CLEARS, HOLDS and SPARES."""
        on, off = self.spans[:, :1], self.spans[:, 1:]
        stackable = np.array([piece.unit.stackable for piece in self.pieces], dtype=np.bool_)
        fragile = np.array([piece.unit.fragile for piece in self.pieces], dtype=np.bool_)
        together = (on < off.T) & (off > on.T)
        leaving = (off > on.T) & (off < off.T)
        entering = (on > on.T) & (on < off.T)
        spares = together & (~stackable | (fragile & ~fragile[:, None]))
        holds = (on >= on.T) & (off <= off.T) & ~spares & ~self.floor_only[:, None]
        clears = (leaving | entering) & self.rules.removal
        found: NDArray[np.int64] = TOGETHER * together + CLEARS * clears + HOLDS * holds + SPARES * spares
        np.fill_diagonal(found, 0)
        return found.astype(np.int64)

    def of(self, rows: Sequence[int]) -> Manifest:
        """Return the same of some of the pieces.

        Parameters
        ----------
        rows : sequence of int
            Which, in order.

        Returns
        -------
        Manifest
            With `pieces` in that order.
        """
        chosen = list(rows)
        return replace(self, pieces=tuple(self.pieces[row] for row in chosen), sizes=self.sizes[chosen],
                       ways=self.ways[chosen])


def manifest(pieces: Sequence[Piece], room: Compartment, rules: LoadingRules) -> Manifest:
    """Return pieces as arrays.

    Parameters
    ----------
    pieces : sequence of Piece
        As from `pieces_of`.
    room : Compartment
        Where they shall stand.
    rules : LoadingRules
        What they shall obey.

    Returns
    -------
    Manifest
        With the ways in which each piece fits into the room through one of its doors.
    """
    fitting: dict[LoadUnit, list[tuple[int, int, int]]] = {}
    sizes, ways = np.ones((len(pieces), 6, 3), dtype=np.int64), np.zeros(len(pieces), dtype=np.int64)
    for row, piece in enumerate(pieces):
        if piece.unit not in fitting:
            fitting[piece.unit] = [way for way in piece.unit.orientations_mm if fits_in(way, room)]
        listed = fitting[piece.unit]
        ways[row] = len(listed)
        sizes[row, :max(1, len(listed))] = listed or [piece.unit.size_mm]
    return Manifest(tuple(pieces), sizes, ways, room, rules)


def fits_in(size: tuple[int, int, int], room: Compartment) -> bool:
    """Return whether a piece as it stands is no larger than a room and one of its doors."""
    return all(side <= inside for side, inside in zip(size, room.size_mm, strict=True)) and any(
        through(door, size) for door in room.doors)


def through(door: Door, size: Sequence[int]) -> bool:
    """Return whether a piece as it stands passes a door."""
    length, width, height = size
    across, upward = {"rear": (width, height), "top": (length, width)}.get(door.side, (length, height))
    return (door.width_m is None or across <= down_mm(door.width_m)) and \
        (door.height_m is None or upward <= down_mm(door.height_m))


def before(door: Door, room: Compartment) -> tuple[int, int]:
    """Return from where to where along the room a piece stands before a door, mm from the front of the room."""
    length = room.size_mm[0]
    if door.side == "rear":
        return 0, length
    begin = up_mm(door.offset_m)
    return begin, length if door.width_m is None else min(length, begin + down_mm(door.width_m))
