"""FixedLine: a route that is driven much the same every time. On which days is not known here."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass, replace

from routing.model.check import require, settle_amounts, settle_id, settle_texts
from routing.model.depot import Depot
from routing.model.order import Order
from routing.model.vehicle import VehicleType


@dataclass(frozen=True, slots=True)
class FixedLine:
    """Orders that one vehicle serves in a given sequence, with little or nothing else on its way.

    Parameters
    ----------
    id : str
        Unique among the lines.
    orders : tuple of str
        Ids of today's orders on it, in the sequence in which they are served. Those that are served at all are served
        by one vehicle on one route.
    depot, vehicle_type : str
        Where its vehicle starts, and of which type it is. Empty: any.
    bend_percent : float
        How much longer, in percent, the route may be than the line alone. 0: the line is kept, other orders are served
        only where it passes by; infinite: only vehicle and sequence are fixed.

    Raises
    ------
    ProblemError
        If it names no order or one of them twice, or `bend_percent` is negative.
    """

    id: str
    _: KW_ONLY
    orders: tuple[str, ...]
    depot: str = ""
    vehicle_type: str = ""
    bend_percent: float = 0.0

    def __post_init__(self) -> None:
        faults = [*settle_id(self), *settle_texts(self, "depot", "vehicle_type"),
                  *settle_amounts(self, "bend_percent", infinite=True)]
        listed = () if isinstance(self.orders, str) or not isinstance(self.orders, Iterable) else tuple(self.orders)
        object.__setattr__(self, "orders", listed)
        if not listed or not all(isinstance(order, str) for order in listed):
            faults.append("orders must be a list of order ids, at least one")
        else:
            twice = [repr(order) for order, times in Counter(listed).items() if times > 1]
            faults += [f"it names order {', '.join(twice[:5])} more than once"] if twice else []
        require("fixed line", self.id, faults)

    @property
    def bend(self) -> float:
        """How much longer the route may be, as a share."""
        return self.bend_percent / 100 if math.isfinite(self.bend_percent) else math.inf

    def is_for(self, vehicle: VehicleType, depot: str) -> bool:
        """Return whether a vehicle may drive it.

        Parameters
        ----------
        vehicle : VehicleType
            Its type.
        depot : str
            Id of the depot where it starts.

        Returns
        -------
        bool
            False if the line names another type or depot.
        """
        return self.vehicle_type in ("", vehicle.id) and self.depot in ("", depot)


def lines_among(lines: Iterable[FixedLine], orders: Collection[str]) -> tuple[FixedLine, ...]:
    """Return lines without the orders that are not there.

    Parameters
    ----------
    lines : iterable of FixedLine
        Of a problem.
    orders : collection of str
        Ids of the orders that are left of it.

    Returns
    -------
    tuple of FixedLine
        Those that keep an order.
    """
    left = [(line, tuple(order for order in line.orders if order in orders)) for line in lines]
    return tuple(replace(line, orders=kept) for line, kept in left if kept)


def line_faults(lines: Sequence[FixedLine], orders: Sequence[Order], depots: Sequence[Depot],
                fleet: Sequence[VehicleType]) -> list[str]:
    """Return what lines say that the rest of a problem does not bear out.

    Parameters
    ----------
    lines, orders, depots, fleet
        As for `Problem`.

    Returns
    -------
    list of str
        One sentence each: repeated ids, orders, depots and vehicle types that do not exist, orders on two lines.
    """
    known = {"order": {order.id for order in orders}, "depot": {"", *(depot.id for depot in depots)},
             "vehicle type": {"", *(vehicle.id for vehicle in fleet)}}
    faults = [f"{times} fixed lines have the id {name!r}" for name, times in Counter(line.id for line in lines).items()
              if times > 1]
    for line in lines:
        unknown = [repr(order) for order in line.orders if order not in known["order"]]
        if unknown:
            more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
            faults.append(f"fixed line {line.id!r} names order {', '.join(unknown[:5])}{more}, which does not exist")
        faults += [f"fixed line {line.id!r} names {noun} {name!r}, which does not exist"
                   for noun, name in (("depot", line.depot), ("vehicle type", line.vehicle_type))
                   if name not in known[noun]]
    times_on = Counter(order for line in lines for order in line.orders)
    return faults + [f"order {order!r} is on {times} fixed lines; it may be on one"
                     for order, times in times_on.items() if times > 1]
