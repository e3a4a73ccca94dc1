"""Read a load that nobody vouches for: which piece each placement is, and on which legs it is aboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from routing.model import LoadPlan, LoadUnit, Order, Placement, Shipment
from routing.rules.violation import Violation
from routing.rules.words import named


class Stay(NamedTuple):
    """Alike pieces, and where they come aboard and leave.

    Parameters
    ----------
    order : str
        Id of their order; empty if they belong to none.
    unit : LoadUnit
        What they are.
    on, off : int
        Aboard on legs `on` to `off` - 1; leg 0 is that from the start, leg k that after stop k.
    """

    order: str
    unit: LoadUnit
    on: int
    off: int


class Standing(NamedTuple):
    """One piece where it stands.

    Parameters
    ----------
    order : str
        Id of its order.
    unit : LoadUnit
        What it is.
    number : int
        Which of the alike ones.
    on, off : int
        Aboard on legs `on` to `off` - 1.
    low, high : tuple of int
        Its corners, mm.
    compartment : str
        Id of the compartment.
    """

    order: str
    unit: LoadUnit
    number: int
    on: int
    off: int
    low: tuple[int, int, int]
    high: tuple[int, int, int]
    compartment: str

    @property
    def words(self) -> str:
        """Its name for messages."""
        of = f" of order {named(self.order)}" if self.order else ""
        return f"piece {named(self.unit.id)} no. {self.number}{of}"


def stays(stops: Sequence[str], goods: Sequence[Order] | Sequence[LoadUnit],
          shipments: Sequence[Shipment]) -> list[Stay]:
    """Return all goods of the stops with the legs on which they are aboard.

    Parameters
    ----------
    stops : sequence of str
        Ids of the orders in the order they are visited.
    goods : sequence of Order or of LoadUnit
        As for `check_load`.
    shipments : sequence of Shipment
        As for `check_load`.

    Returns
    -------
    list of Stay
        Goods of orders that are no stop left out.
    """
    at = {order: number for number, order in reversed([*enumerate(stops, start=1)])}
    last = len(stops) + 1
    found = [Stay("", unit, 0, last) for unit in goods if isinstance(unit, LoadUnit)]
    orders = {order.id: order for order in goods if isinstance(order, Order)}
    tied: dict[str, tuple[int, int] | None] = {}
    for shipment in shipments:
        if shipment.pickup in at and shipment.delivery in at:
            lists_units = shipment.pickup in orders and bool(orders[shipment.pickup].units)
            owner, other = shipment.orders if lists_units else shipment.orders[::-1]
            tied[owner], tied[other] = (at[shipment.pickup], at[shipment.delivery]), None
    for order in orders.values():
        if order.id not in at:
            continue
        alone = (0, at[order.id]) if order.kind == "delivery" else (at[order.id], last)
        between = tied.get(order.id, alone)
        if between is not None:
            found += [Stay(order.id, unit, *between) for unit in order.units]
    return found


def standing(load: LoadPlan, stayed: Sequence[Stay]) -> tuple[list[Standing], list[Violation]]:
    """Return the placements that are pieces of the goods, each once, and what is wrong with the others.

    Parameters
    ----------
    load : LoadPlan
        To judge.
    stayed : sequence of Stay
        Its goods.

    Returns
    -------
    list of Standing
        In the order of the load.
    list of Violation
        Pieces that are unknown, placed twice, or said to have a number that they cannot have.
    """
    known = {(stay.order, stay.unit.id): stay for stay in stayed}
    seen: set[tuple[str, str, int]] = set()
    placed, faults = [], []
    for p in load.placements:
        stay = known.get((p.order, p.unit))
        if stay is None or not 1 <= p.number <= stay.unit.count:
            faults.append(_fault(load, p, "is no goods of this load"))
        elif p.piece in seen:
            faults.append(_fault(load, p, "stands in two places"))
        else:
            high = (p.x_mm + p.length_mm, p.y_mm + p.width_mm, p.z_mm + p.height_mm)
            placed.append(Standing(p.order, stay.unit, p.number, stay.on, stay.off, p.corner_mm, high, p.compartment))
        seen.add(p.piece)
    return placed, faults


def _fault(load: LoadPlan, p: Placement, what: str) -> Violation:
    message = f"piece {named(p.unit)} no. {p.number} of order {named(p.order)} {what}"
    return Violation("load_pieces", load.vehicle, p.order, p.order, 1, "pieces", message)
