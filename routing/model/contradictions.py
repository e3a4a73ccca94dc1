"""What is wrong between the nouns of a problem, all of it at once. What is wrong with one noun it says at its birth."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from routing.errors import ProblemError
from routing.model.depot import Depot
from routing.model.order import Order
from routing.model.shipment import Shipment
from routing.model.vehicle import VehicleType


def contradictions(orders: Sequence[Order], depots: Sequence[Depot], fleet: Sequence[VehicleType], day: object,
                   time_zone: object, shipments: Sequence[Shipment] = ()) -> list[str]:
    """Return what is wrong between the nouns of a problem, whatever its matrices will be.

    Parameters
    ----------
    orders, depots, fleet, day, time_zone, shipments
        As for `Problem`.

    Returns
    -------
    list of str
        One sentence a fault: nothing to start from or to drive, repeated ids, unknown or unnamed depots, unknown
        vehicle types, mixed currencies, shipments whose orders do not match, no date, no time zone.
    """
    return [*_id_faults(orders, depots, fleet, shipments), *_fleet_faults(depots, fleet), *_type_faults(orders, fleet),
            *_shipment_faults(orders, shipments), *_day_faults(day, time_zone)]


def apart_faults(orders: Sequence[Order], shipments: Sequence[Shipment],
                 apart: Sequence[tuple[str, str]]) -> list[str]:
    """Return which orders and shipments hold goods of their own that must not share a vehicle.

    Parameters
    ----------
    orders, shipments, apart
        As for `Problem`.

    Returns
    -------
    list of str
        One sentence each.
    """
    by_id = {order.id: order for order in orders}
    alone = [(f"order {order.id!r}", order.goods, order.goods) for order in orders if order.goods]
    tied = [(f"shipment {shipment.id!r}", *(by_id[order].goods for order in shipment.orders))
            for shipment in shipments if set(shipment.orders) <= by_id.keys()]
    return [f"{who} has goods {a!r} and {b!r}, which must not share a vehicle"
            for a, b in apart for listed, same in ((alone, False), (tied, True)) for who, one, other in listed
            if (same or a != b) and ((a in one and b in other) or (same and b in one and a in other))]


def require_none(faults: Sequence[str]) -> None:
    """Raise one ProblemError that lists all faults, if there are any."""
    if faults:
        raise ProblemError("the problem contradicts itself:\n  " + "\n  ".join(faults))


def _id_faults(orders: Sequence[Order], depots: Sequence[Depot], fleet: Sequence[VehicleType],
               shipments: Sequence[Shipment]) -> Iterable[str]:
    if not depots:
        yield "there is no depot"
    if not sum(vehicle.count for vehicle in fleet):
        yield "there is no vehicle: the fleet is empty or every count is zero"
    nouns: dict[str, Sequence[Order | Depot | VehicleType | Shipment]] = {
        "order": orders, "depot": depots, "vehicle type": fleet, "shipment": shipments}
    for noun, listed in nouns.items():
        repeated = [repr(i) for i, times in Counter(thing.id for thing in listed).items() if times > 1]
        if repeated:
            yield f"{noun} ids are repeated: {', '.join(repeated[:5])}{' ...' if len(repeated) > 5 else ''}"


def _fleet_faults(depots: Sequence[Depot], fleet: Sequence[VehicleType]) -> Iterable[str]:
    known = {depot.id for depot in depots}
    for vehicle in fleet:
        if vehicle.depot and vehicle.depot not in known:
            yield f"vehicle type {vehicle.id!r} starts at depot {vehicle.depot!r}, which does not exist"
        if vehicle.end_depot and vehicle.end_depot not in known:
            yield f"vehicle type {vehicle.id!r} ends at depot {vehicle.end_depot!r}, which does not exist"
        if not vehicle.depot and len(depots) > 1:
            yield f"vehicle type {vehicle.id!r} must name its depot: there are {len(depots)}"
    currencies = sorted({v.tariff.currency for v in fleet if v.tariff.currency})
    if len(currencies) > 1:
        yield f"tariffs mix currencies: {', '.join(currencies)}"


def _type_faults(orders: Sequence[Order], fleet: Sequence[VehicleType]) -> Iterable[str]:
    """Yield what orders say of vehicle types that do not exist."""
    known = {vehicle.id for vehicle in fleet}
    for order in orders:
        for name, said in (("vehicle_types", order.vehicle_types), ("service_by_type", dict(order.service_by_type))):
            unknown = sorted(set(said) - known)
            if unknown:
                listed = ', '.join(map(repr, unknown[:5]))
                yield f"order {order.id!r}: {name} names {listed}, which the fleet does not have"


def _shipment_faults(orders: Sequence[Order], shipments: Sequence[Shipment]) -> Iterable[str]:
    known = {order.id: order for order in orders}
    times = Counter(order for shipment in shipments for order in shipment.orders)
    for order, count in times.items():
        if count > 1 and order in known:
            yield f"order {order!r} belongs to {count} shipments; it may belong to one"
    for shipment in shipments:
        unknown = [order for order in shipment.orders if order not in known]
        yield from (f"shipment {shipment.id!r} names order {order!r}, which does not exist" for order in unknown)
        if not unknown:
            yield from (f"shipment {shipment.id!r}: {fault}" for fault
                        in _pair_faults(known[shipment.pickup], known[shipment.delivery]))


def _pair_faults(pickup: Order, delivery: Order) -> Iterable[str]:
    """Yield why two orders cannot be the ends of one shipment."""
    for order, kind in ((pickup, "pickup"), (delivery, "delivery")):
        if order.kind != kind:
            yield f"order {order.id!r} must be of kind {kind!r}, it is {order.kind!r}"
    unequal = [f"{name} {pickup.load.get(name, 0.0):g} and {delivery.load.get(name, 0.0):g}"
               for name in sorted({*pickup.load, *delivery.load})
               if pickup.load.get(name, 0.0) != delivery.load.get(name, 0.0)]
    if unequal:
        yield (f"orders {pickup.id!r} and {delivery.id!r} are the same goods, but their loads differ: "
               f"{', '.join(unequal[:5])}")
    if (pickup.penalty is None) != (delivery.penalty is None):
        without = pickup if pickup.penalty is None else delivery
        yield f"give both orders a penalty or neither; order {without.id!r} has none"


def _day_faults(day: object, time_zone: object) -> Iterable[str]:
    if not isinstance(day, dt.date):
        yield f"day must be a datetime.date, got {day!r}"
    if not _is_time_zone(time_zone):
        yield f"time_zone must be an IANA name known to this system, such as 'Europe/Paris', got {time_zone!r}"


def _is_time_zone(name: object) -> bool:
    if not isinstance(name, str):
        return False
    try:
        return name == "UTC" or bool(ZoneInfo(name).key)
    except (KeyError, ValueError, OSError):
        return False
