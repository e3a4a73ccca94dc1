"""Problems of one straight road with a single planted reason why an order cannot be served. Uses no code of reasons."""

import random

import numpy as np

from routing.model import Depot, Order, Problem, Tariff, TimeWindow, TravelMatrix, VehicleType

HOUR = 3600
CAUSES = ("closed_window", "too_big", "skill", "shift_too_short", "too_far", "no_road", "not_worth_it",
          "fleet_too_small", "stops", "vehicle")


def planted(cause: str, seed: int) -> Problem:
    """Return a problem whose order ``X`` has this cause against it; without it all could be served.

    The other orders are easy: light, with wide windows, near. One or two vehicle types, a vehicle each, 08:00-18:00.
    """
    rng = random.Random(f"{cause} {seed}")
    n = rng.randint(2, 4)
    km = {"depot D": 0.0} | {f"order {i}": rng.randint(1, 12) for i in range(n)} | {"order X": rng.randint(4, 15)}
    orders = [Order(str(i), lon=0.01 * i, lat=0.0, weight_kg=rng.randint(10, 60), service_s=rng.choice([300, 600]),
                    window=TimeWindow(rng.randint(8, 10) * HOUR, rng.randint(15, 17) * HOUR)) for i in range(n)]
    asked: dict = {"weight_kg": rng.randint(10, 60), "service_s": 600}
    kinds = [{"payload_kg": 1000 + 100 * i, "shift": TimeWindow(8 * HOUR, 18 * HOUR)} for i in range(rng.randint(1, 2))]
    seconds_per_km = 120
    alone_s = round(km["order X"] * seconds_per_km)
    if cause == "closed_window":
        asked["window"] = TimeWindow(7 * HOUR, 8 * HOUR + alone_s - rng.randint(60, min(alone_s, 1800)))
    elif cause == "too_big":
        asked["weight_kg"] = 1000 + 100 * len(kinds) + rng.randint(1, 400)
    elif cause == "skill":
        asked["skills"] = {"cold"}
    elif cause == "shift_too_short":
        asked["service_s"] = 10 * HOUR - 2 * alone_s + rng.randint(60, 3600)
    elif cause == "too_far":
        for kind in kinds:
            kind["max_distance_m"] = 24_500
        km["order X"] = rng.randint(13, 20)
    elif cause == "not_worth_it":
        asked["penalty"] = 0.5
    elif cause == "fleet_too_small":
        share = sum(kind["payload_kg"] for kind in kinds) // (n + 1)
        orders = [Order(order.id, lon=order.lon, lat=0.0, weight_kg=share, window=order.window) for order in orders]
        asked["weight_kg"] = share + rng.randint(60, 200)
    elif cause == "stops":
        kinds = [{**kind, "max_stops": n} if i == 0 else {**kind, "max_stops": 1, "skills": {"none"}}
                 for i, kind in enumerate(kinds[:1])]
    elif cause == "vehicle":
        kinds = kinds[:1]
        asked["window"] = orders[0].window
        orders = [Order(order.id, lon=order.lon, lat=0.0, weight_kg=10, service_s=2 * HOUR,
                        window=TimeWindow(9 * HOUR, 9 * HOUR)) if i == 0 else order for i, order in enumerate(orders)]
        asked["window"] = TimeWindow(10 * HOUR, 10 * HOUR)
    fleet = [VehicleType(f"type {i}", tariff=Tariff(fixed=20, per_km=1 + i / 2, per_hour=10, currency="CNY"), **kind)
             for i, kind in enumerate(kinds)]
    orders.append(Order("X", lon=1.0, lat=0.0, **asked))
    marks = np.array([km["depot D"], *(km[f"order {order.id}"] for order in orders)]) * 1000
    metres = np.abs(np.subtract.outer(marks, marks)).round().astype(np.int64)
    seconds = (metres * seconds_per_km // 1000).astype(np.int64)
    if cause == "no_road":
        for cells in (metres, seconds):
            cells[-1, :-1] = cells[:-1, -1] = -1
    labels = ("depot D", *(f"order {order.id}" for order in orders))
    return Problem(tuple(orders), (Depot("D", lon=0.0, lat=0.0),), tuple(fleet),
                   (TravelMatrix("van", labels, seconds, metres),))
