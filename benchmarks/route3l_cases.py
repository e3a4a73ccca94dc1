"""Published routes with three-dimensional loads (3L-CVRP): instances and solutions of Tamke et al., as our nouns.

One unit of length is 0.1 m. In a solution x runs from the front, goods leave at the far end of x.
"""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from routing.loading import CargoSpace, LoadPlan, LoadUnit, Placement
from routing.model import Depot, Order, Problem, Tariff, TravelMatrix, VehicleType

UNIT_M = 0.1
MM = 100
ALL_RULES, LOADING_ONLY = "all-constraints", "loading-only"


class PublishedRoute(NamedTuple):
    """One route of a solution: its orders in visiting order, and where its authors put their goods."""

    name: str
    orders: tuple[Order, ...]
    load: LoadPlan


def published_routes(folder: Path, variant: str) -> list[PublishedRoute]:
    """Return all routes of the solutions of a variant, in the order of their instances."""
    found = []
    for path in sorted((folder / "3l-cvrp-solutions" / variant).glob("solution-*.json")):
        record = json.loads(path.read_text(encoding="utf-8-sig"))["Solution"]
        name = path.stem.removeprefix("solution-")
        found += [_route(f"{name} route {number}", tour) for number, tour in enumerate(record["Tours"], start=1)]
    return found


def _route(name: str, tour: dict) -> PublishedRoute:
    box = tour["Vehicle"]["Containers"][0]
    space = CargoSpace("box", length_m=box["Dx"] * UNIT_M, width_m=box["Dy"] * UNIT_M, height_m=box["Dz"] * UNIT_M)
    orders, placements = [], []
    for stop in tour["Route"]:
        order, units = str(stop["InternId"]), []
        for number, item in enumerate(stop["Items"], start=1):
            units.append(unit(f"{number}", item["Dx"], item["Dy"], item["Dz"], item["Fragility"]))
            along, across = (item["Dy"], item["Dx"]) if item["Rotated"] == "Yaw" else (item["Dx"], item["Dy"])
            placements.append(Placement(order, f"{number}", 1, x_mm=item["X"] * MM, y_mm=item["Y"] * MM,
                                        z_mm=item["Z"] * MM, length_mm=along * MM, width_mm=across * MM,
                                        height_mm=item["Dz"] * MM))
        orders.append(Order(order, lon=0, lat=0, units=tuple(units)))
    return PublishedRoute(name, tuple(orders), LoadPlan(space, tuple(placements), stops=tuple(o.id for o in orders)))


def unit(name: str, length: int, width: int, height: int, fragility: str) -> LoadUnit:
    """Return an item; all of them may turn on the floor, whatever the solution's own flag says."""
    return LoadUnit(name, length_m=length * UNIT_M, width_m=width * UNIT_M, height_m=height * UNIT_M,
                    fragile=fragility == "Fragile")


def instance(path: Path) -> Problem:
    """Return an instance as a problem: a cost is a distance in units of the file, to three decimals."""
    record = json.loads(path.read_text(encoding="utf-8-sig"))
    nodes, vehicle = record["Nodes"], record["Vehicles"][0]
    at = np.array([(node["X"], node["Y"]) for node in nodes], dtype=float)
    metres = np.rint(1000 * np.hypot(*(at[:, None] - at).transpose(2, 0, 1))).astype(np.int64)
    orders = [Order(str(node["ID"]), lon=0, lat=0, weight_kg=node["Demand"], units=tuple(_units(node["Items"])))
              for node in nodes[1:]]
    labels = ("depot 0", *(f"order {order.id}" for order in orders))
    truck = VehicleType("truck", count=len(record["Vehicles"]), payload_kg=vehicle["Capacity"],
                        cargo_length_m=vehicle["Length"] * UNIT_M, cargo_width_m=vehicle["Width"] * UNIT_M,
                        cargo_height_m=vehicle["Height"] * UNIT_M, profile="plane", tariff=Tariff(per_km=1))
    return Problem(tuple(orders), (Depot("0", lon=0, lat=0),), (truck,),
                   (TravelMatrix("plane", labels, metres, metres),))


def _units(items: list[dict]) -> list[LoadUnit]:
    sizes = [(item["Length"], item["Width"], item["Height"], item["Fragility"]) for item in items
             for _ in range(item["Quantity"])]
    return [unit(str(number), *size) for number, size in enumerate(sizes, start=1)]
