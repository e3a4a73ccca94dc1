"""Published routes with three-dimensional loads (3L-CVRP): instances and solutions of Tamke et al., as our nouns.

One unit of length is 0.1 m. In a solution x runs from the front, goods leave at the far end of x.
"""

import json
from pathlib import Path
from typing import NamedTuple

from routing.loading import CargoSpace, LoadPlan, LoadUnit, Placement
from routing.model import Order

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
