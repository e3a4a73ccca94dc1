"""Random problems with mixed rules.

Distances are metres, durations and clock times seconds.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from routing.model import ALWAYS, Depot, Order, Problem, Shipment, Tariff, TimeWindow, TravelMatrix, VehicleType

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HOURS = {"day": (6, 20), "night": (22, 30), "tour": (0, 72)}
_SKILLS = ("cold", "crane")


def mixed_problem(rng: random.Random, orders: int) -> Problem:
    """Return a problem with mixed rules; see `routing.testing.random_problem`.

    Parameters
    ----------
    rng : random.Random
        Draws everything.
    orders : int
        How many orders.

    Returns
    -------
    Problem
        Without roads.
    """
    hours = rng.choice(["day", "day", "night", "tour"])
    begin_s, end_s = (hour * 3600 for hour in _HOURS[hours])
    depots = tuple(_random_depot(rng, name, begin_s, end_s) for name in ("North", "South")[: rng.choice([1, 1, 2])])
    listed = tuple(_random_order(rng, f"{i:03d}", begin_s, end_s) for i in range(orders))
    scale = max(1, orders // 8)
    fleet = tuple(_random_vehicle(rng, f"type {i}", depots, begin_s, end_s, scale) for i in range(rng.randint(1, 3)))
    labels = (*(f"depot {depot.id}" for depot in depots), *(f"order {order.id}" for order in listed))
    places = [(depot.lon, depot.lat) for depot in depots] + [(order.lon, order.lat) for order in listed]
    missing = rng.choice([0.0, 0.0, 0.1])
    matrices = tuple(_random_travel(rng, profile, labels, places, missing)
                     for profile in sorted({vehicle.profile for vehicle in fleet}))
    fleet = tuple(_limited(rng, vehicle, depots, scale) for vehicle in fleet)
    listed, shipments = _shipped(rng, _for_some_types(rng, listed, fleet))
    return Problem(listed, depots, fleet, matrices, day=dt.date(2026, 3, 2), time_zone="Asia/Shanghai",
                   shipments=shipments)


def _limited(rng: random.Random, vehicle: VehicleType, depots: Sequence[Depot], scale: int) -> VehicleType:
    """Return a vehicle type that in some problems ends elsewhere or nowhere, or has limits of distance and stops."""
    if rng.random() < 0.5:
        return vehicle
    changes: dict[str, Any] = {"max_distance_m": rng.choice([math.inf, 60_000, 30_000.5]),
                               "max_stops": rng.choice([None, None, 2 * scale, 4 * scale])}
    if rng.random() < 0.4:
        changes["returns"] = False
    elif rng.random() < 0.6:
        changes["end_depot"] = rng.choice(depots).id
    return dataclasses.replace(vehicle, **changes)


def _for_some_types(rng: random.Random, orders: Sequence[Order], fleet: Sequence[VehicleType]) -> list[Order]:
    """Return orders some of which only some types may serve, or take another time with some of them."""
    types = [vehicle.id for vehicle in fleet]
    changed = []
    for order in orders:
        changes: dict[str, Any] = {}
        if rng.random() < 0.15:
            changes["vehicle_types"] = frozenset(rng.sample(types, rng.randint(1, len(types))))
        if rng.random() < 0.15:
            changes["service_by_type"] = {rng.choice(types): rng.choice([0, 300, 2400])}
        changed.append(dataclasses.replace(order, **changes))
    return changed


def _shipped(rng: random.Random, orders: Sequence[Order]) -> tuple[tuple[Order, ...], tuple[Shipment, ...]]:
    """Return orders some of which are pickups, and shipments of two each."""
    if rng.random() < 0.4:
        return tuple(orders), ()
    listed = list(orders)
    numbers = rng.sample(range(len(listed)), len(listed))
    pairs = [numbers[2 * i : 2 * i + 2] for i in range(rng.randint(0, len(numbers) // 2))]
    for i in numbers[2 * len(pairs) :]:
        listed[i] = dataclasses.replace(listed[i], kind=rng.choice(["pickup", "delivery"]))
    shipments = []
    for i, j in pairs:
        pickup = listed[i] = dataclasses.replace(listed[i], kind="pickup")
        penalty = None if pickup.penalty is None else listed[j].penalty or 0.0
        listed[j] = dataclasses.replace(
            listed[j], kind="delivery", weight_kg=pickup.weight_kg, volume_m3=pickup.volume_m3, pieces=pickup.pieces,
            demand=dict(pickup.demand), penalty=penalty)
        shipments.append(Shipment(f"shipment {pickup.id}", pickup=pickup.id, delivery=listed[j].id))
    return tuple(listed), tuple(shipments)


def _random_depot(rng: random.Random, name: str, begin_s: int, end_s: int) -> Depot:
    late_s = rng.choice([0, 0, 1800])
    return Depot(name, lon=114.3 + rng.randint(-50, 50) / 1000, lat=30.6 + rng.randint(-50, 50) / 1000,
                 open=begin_s + late_s, close=end_s - rng.choice([0, 0, 3600]))


def _random_order(rng: random.Random, name: str, begin_s: int, end_s: int) -> Order:
    window = ALWAYS
    if rng.random() < 0.5:
        opens = rng.randint(begin_s // 900, (end_s - 3600) // 900) * 900
        window = TimeWindow(opens, opens + rng.choice([0, 1800, 7200, 14_400]))
    return Order(
        name, lon=114.3 + rng.randint(-100, 100) / 1000, lat=30.6 + rng.randint(-100, 100) / 1000,
        weight_kg=rng.randint(0, 400) / 2, volume_m3=rng.randint(0, 30) / 10, pieces=rng.randint(0, 5),
        demand={"pallets": rng.randint(1, 3)} if rng.random() < 0.3 else {},
        window=window, service_s=rng.choice([0, 60, 600, 1800]),
        skills=frozenset({rng.choice(_SKILLS)}) if rng.random() < 0.2 else frozenset(),
        penalty=rng.choice([0.0, 5.0, 40.0, 300.0]) if rng.random() < 0.3 else None,
    )


def _random_vehicle(rng: random.Random, name: str, depots: tuple[Depot, ...], begin_s: int, end_s: int,
                    scale: int) -> VehicleType:
    shift = rng.choice([ALWAYS, TimeWindow(begin_s, end_s), TimeWindow(begin_s + 3600, end_s - 1800)])
    tariff = Tariff(fixed=rng.choice([0, 25, 180.5]), per_km=rng.choice([0, 0.8, 1.655]),
                    per_hour=rng.choice([0, 18, 35.25]), currency="CNY")
    return VehicleType(
        name, count=rng.randint(1, 2) * scale, payload_kg=rng.choice([math.inf, 800.0, 400.0]),
        volume_m3=rng.choice([math.inf, 4.5]), pieces=rng.choice([math.inf, 8]),
        capacity={"pallets": 4} if rng.random() < 0.4 else {}, profile=rng.choice(["truck", "van"]),
        depot=rng.choice(depots).id, shift=shift, max_duration_s=rng.choice([math.inf, 6 * 3600, 2.5 * 3600]),
        skills=frozenset(skill for skill in _SKILLS if rng.random() < 0.6), tariff=tariff,
    )


def _random_travel(rng: random.Random, profile: str, labels: tuple[str, ...], places: list[tuple[float, float]],
                   missing: float) -> TravelMatrix:
    """Return travel with detours that differ by direction, and a share of pairs without a road."""
    n, km_per_hour = len(places), {"truck": 25, "van": 32}[profile]
    metres: NDArray[np.int64] = np.zeros((n, n), dtype=np.int64)
    seconds = metres.copy()
    for i, j in ((i, j) for i in range(n) for j in range(n) if i != j):
        (lon, lat), (to_lon, to_lat) = places[i], places[j]
        straight_m = 1000 * math.hypot((to_lon - lon) * 96, (to_lat - lat) * 111)
        metres[i, j] = round(straight_m * rng.choice([1.1, 1.3, 1.6]))
        seconds[i, j] = round(metres[i, j] / km_per_hour * 3.6)
        if rng.random() < missing:
            metres[i, j] = seconds[i, j] = -1
    return TravelMatrix(profile, labels, seconds, metres)
