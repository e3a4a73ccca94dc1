"""What is left to plan as a problem of its own: each vehicle on the road is a type that starts where it is free.

Distances are metres, durations and clock times seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from routing.model import Depot, Order, Problem, TimeWindow, VehicleType
from routing.replanning.begun import Begun, driven
from routing.request import carried
from routing.timing import working_hours

LEAST = 1e-9
"""Stands for no room: a limit of zero cannot be given."""


@dataclass(frozen=True, eq=False)
class Rest:
    """What is left to plan.

    Parameters
    ----------
    problem : Problem
        The whole, as it is now.
    begun : tuple of Begun
        Its routes as they stand.
    idle : dict of str to int
        How many vehicles of each type have no route and may get one.
    from_s : int
        When vehicles at their depots may leave.
    """

    problem: Problem
    begun: tuple[Begun, ...]
    idle: Mapping[str, int]
    from_s: int

    @cached_property
    def free(self) -> dict[str, Begun]:
        """Routes that may get other visits, by vehicle."""
        return {b.vehicle: b for b in self.begun if not (b.broken or b.kept)}

    @cached_property
    def fleet(self) -> dict[str, VehicleType]:
        """A type for each vehicle that has a route, and for those alike that have none; by its id."""
        idle = [(kind, self.idle.get(kind.id, 0)) for kind in self.problem.fleet]
        types = [*(self._type(b) for b in self.free.values()),
                 *(self._at_depot(kind, kind.id, count, self.from_s) for kind, count in idle if count)]
        return {kind.id: kind for kind in types if kind is not None}

    @cached_property
    def kind_of(self) -> dict[str, str]:
        """Type in the whole problem, by id of the type in this one."""
        return {name: self.free[name].kind.id if name in self.free else name for name in self.fleet}

    @cached_property
    def open(self) -> list[Order]:
        """Orders that are still to be served."""
        over = {visit.order for b in self.begun for visit in b.fixed}
        stuck = {order for b in self.begun if b.kept and not b.broken for order in b.open}
        return [order for order in self.problem.orders if order.id not in over | stuck]

    @cached_property
    def on_board(self) -> dict[str, str]:
        """Which vehicle an open order's goods are in."""
        return {order: name for name, b in self.free.items() for order in b.aboard}

    def allowed(self, order: Order, bound: Mapping[str, str]) -> frozenset[str]:
        """Return the types that may serve an order: with goods aboard one, with goods at the depot none on the road."""
        here = self.on_board.get(order.id) or bound.get(order.id)
        types = {here} & self.fleet.keys() if here else set(self.fleet)
        if not here and order.kind == "delivery" and order.id not in self.problem.shipment_of:
            types -= {name for name in types if name in self.free and self.free[name].departed}
        if not here and order.goods:
            types -= {name for name in types if self.problem.parted(order.goods, self._carried(name))}
        return frozenset(name for name in types if not order.vehicle_types or self.kind_of[name] in order.vehicle_types)

    def _carried(self, name: str) -> frozenset[str]:
        """Return the goods of the visits that a vehicle has made: on a whole route none may meet what it must not."""
        fixed = self.free[name].fixed if name in self.free else ()
        rows = [self.problem.order_row[visit.order] - len(self.problem.depots) for visit in fixed]
        return frozenset().union(*(self.problem.orders[row].goods for row in rows))

    def part(self, bound: Mapping[str, str]) -> Problem:
        """Return the problem of what is left.

        Parameters
        ----------
        bound : mapping of str to str
            Orders that must stay with a vehicle.

        Returns
        -------
        Problem
            Without orders that no vehicle may serve any more.
        """
        allowed = {order.id: self.allowed(order, bound) for order in self.open}
        for shipment in self.problem.shipments:
            if all(end in allowed for end in shipment.orders):
                both = allowed[shipment.pickup] & allowed[shipment.delivery]
                allowed |= dict.fromkeys(shipment.orders, both)
        kept = [order for order in self.open if allowed[order.id]]
        orders = tuple(self._order(order, allowed[order.id]) for order in kept)
        ids = {order.id for order in kept}
        shipments = tuple(s for s in self.problem.shipments if ids >= set(s.orders))
        starts = [(name, b) for name, b in self.free.items() if name in self.fleet and b.fixed]
        depots = (*self.problem.depots, *(self._start(name, b) for name, b in starts))
        rows = np.array([*range(len(self.problem.depots)), *(self.problem.order_row[b.place] for _, b in starts),
                         *(self.problem.order_row[order.id] for order in kept)], dtype=np.int64)
        labels = (*(f"depot {depot.id}" for depot in depots), *(f"order {order.id}" for order in orders))
        matrices = tuple(matrix.part(rows, labels) for matrix in self.problem.matrices)
        return replace(self.problem, orders=orders, depots=depots, fleet=tuple(self.fleet.values()), matrices=matrices,
                       shipments=shipments, roads=None)

    def _order(self, order: Order, types: frozenset[str]) -> Order:
        longer = {name: order.service_with(self.kind_of[name]) for name in sorted(self.fleet)} \
            if order.service_by_type else {}
        return replace(order, vehicle_types=types if len(types) < len(self.fleet) else frozenset(), units=(),
                       service_by_type=longer)

    def _start(self, name: str, b: Begun) -> Depot:
        place = self.problem.orders[self.problem.order_row[b.place] - len(self.problem.depots)]
        return Depot(f"at {name}", lon=place.lon, lat=place.lat, open=b.free_s)

    def _type(self, b: Begun) -> VehicleType | None:
        """Return the type of one vehicle with a route; None if it can do nothing more."""
        if not b.departed:
            return self._at_depot(b.kind, b.vehicle, 1, b.free_s)
        kind, (_, last_s) = b.kind, working_hours(self.problem, b.kind)
        one_way = replace(kind, returns=False, end_depot="")
        _, _, out_m = driven(self.problem, one_way, b.route.begin_s, [visit.order for visit in b.fixed])
        last_s = int(min(last_s, b.route.begin_s + kind.max_duration_s))
        left_m = kind.max_distance_m - out_m
        stops = None if kind.max_stops is None else kind.max_stops - len(b.fixed)
        if b.free_s > last_s or left_m <= 0 or stops == 0:
            return None
        end = self.problem.end_of(kind)
        overtime_after_s = max(0.0, kind.tariff.overtime_after_s - (b.free_s - b.route.begin_s))
        return replace(kind, id=b.vehicle, count=1, depot=f"at {b.vehicle}" if b.fixed else kind.depot,
                       end_depot="" if end is None else end.id, shift=TimeWindow(b.free_s, last_s), max_stops=stops,
                       max_duration_s=float("inf"), max_distance_m=left_m,
                       tariff=replace(kind.tariff, fixed=0.0, overtime_after_s=overtime_after_s),
                       **self._room(b))

    def _room(self, b: Begun) -> dict[str, Any]:
        """Return what a vehicle can carry besides goods that stay in it to the end."""
        first = len(self.problem.depots)
        fixed = [self.problem.orders[self.problem.order_row[visit.order] - first] for visit in b.fixed]
        loose = {s.pickup for s in self.problem.shipments if s.delivery in b.aboard}
        taken = carried(self.problem, [order for order in fixed if order.kind == "pickup" and order.id not in loose
                                       and not self._delivered(b, order.id)])[-1]
        more = dict(zip(self.problem.dimensions, taken.tolist(), strict=True))
        left = {name: max(limit - more.get(name, 0.0), LEAST) for name, limit in b.kind.capacities.items()}
        fields = {"weight_kg": "payload_kg", "volume_m3": "volume_m3", "pieces": "pieces"}
        rest = {fields[name]: limit for name, limit in left.items() if name in fields}
        return {**rest, "capacity": {name: limit for name, limit in left.items() if name not in fields}}

    def _delivered(self, b: Begun, pickup: str) -> bool:
        shipment = self.problem.shipment_of.get(pickup)
        return shipment is not None and shipment.delivery in {visit.order for visit in b.fixed}

    def _at_depot(self, kind: VehicleType, name: str, count: int, from_s: int) -> VehicleType | None:
        begin_s = max(kind.shift.begin_s, from_s)
        if begin_s > kind.shift.end_s:
            return None
        return replace(kind, id=name, count=count, shift=TimeWindow(begin_s, kind.shift.end_s),
                       depot=self.problem.depot_of(kind).id)

    def sequences(self) -> list[tuple[str, Sequence[str]]]:
        """Return what was planned for the vehicles that have routes, as far as it still can be."""
        known = {order.id for order in self.open}
        return [(name, [order for order in b.open if order in known]) for name, b in self.free.items()
                if name in self.fleet]
