"""The made-up days of the Wuhan sample: 200 and 1,000 orders drawn on its roads, and fleets that suffice.

Positions, receivers, goods, windows and fleets are invented; only the roads are real. Money is CNY.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from make_samples_goods import EARTH_M_PER_DEGREE, VEHICLE_COLUMNS, Draw, Goods, Line, Place, Receiver, day_tables
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from gisdata.network import RoadNetwork

DEPOT_NEAR = (114.27, 30.62)
RADIUS_M = 20_000.0
DECAY_M = 9_000.0
DENSITY_RADIUS_M = 600.0
STREET_CLASSES = ("residential", "tertiary", "unclassified", "secondary", "primary")

CARTON_S = Goods("carton-s", (40, 30, 25), (20, 60), upright=False)
CARTON_M = Goods("carton-m", (50, 40, 30), (40, 110), upright=False)
CARTON_L = Goods("carton-l", (60, 50, 40), (80, 180), upright=False)
CRATE = Goods("crate", (60, 40, 32), (60, 130))
RICE = Goods("rice-bag", (80, 45, 14), (250, 250), upright=False)
PALLET = Goods("pallet", (120, 100, 130), (1300, 2300), stackable=False)
APPLIANCE = Goods("appliance", (70, 65, 155), (400, 750), stackable=False)

MORNING, EARLY, LATE = ("06:30", "10:00"), ("06:30", "09:30"), ("14:00", "18:00")
RECEIVERS = (
    Receiver("便利店", 0.30, (Line(CARTON_S, 2, 6), Line(CARTON_M, 1, 4), Line(CRATE, 1, 4, 0.6)), ((*MORNING, 0.55),)),
    Receiver("超市", 0.13, (Line(PALLET, 1, 1, 0.8), Line(CARTON_L, 3, 10), Line(RICE, 2, 8, 0.7)),
             ((*EARLY, 0.6),), 10),
    Receiver("餐馆", 0.18, (Line(CRATE, 2, 6), Line(RICE, 1, 3, 0.5), Line(CARTON_M, 1, 3, 0.4)),
             (("08:00", "10:30", 0.4), ("14:00", "16:30", 0.2))),
    Receiver("药店", 0.09, (Line(CARTON_S, 1, 6),), (("08:30", "12:00", 0.4),)),
    Receiver("办公楼", 0.11, (Line(CARTON_S, 1, 4), Line(CARTON_M, 1, 3, 0.5)),
             (("09:00", "12:00", 0.25), ("13:30", "17:30", 0.15)), 6),
    Receiver("五金店", 0.06, (Line(CARTON_M, 2, 6), Line(CARTON_L, 1, 4, 0.7))),
    Receiver("住户", 0.13, (Line(APPLIANCE, 1, 1, 0.5), Line(CARTON_L, 1, 2, 0.5)), ((*LATE, 0.35),), 8),
)  # fmt: skip

VAN = ("900", "5.2", "2.7", "1.5", "1.6", "4.5", "1.7", "2", "2600", "2", "2", "1", "van", "DC-1", "06:00", "18:00",
       "10", "", "120", "0.7", "32", "CNY")  # fmt: skip
TRUCK_42 = ("1800", "14", "4.15", "2.05", "2.05", "5.995", "2.25", "3.1", "4495", "2", "3", "1", "truck", "DC-1",
            "06:00", "20:00", "11", "", "180", "1.6", "35", "CNY")  # fmt: skip
TRUCK_76 = ("6500", "34", "7.6", "2.3", "2.4", "9.8", "2.5", "3.7", "15000", "2", "4", "2", "truck", "DC-1", "06:00",
            "18:00", "11", "", "420", "2.8", "60", "CNY")  # fmt: skip


@dataclass(frozen=True)
class Day:
    """One day of the sample: how many orders, drawn with which seed, and how many vehicles of each type."""

    name: str
    orders: int
    seed: int
    vans: int
    trucks_42: int
    trucks_76: int


DAYS = (Day("200", 200, 20_001, 5, 6, 1), Day("1000", 1000, 20_002, 20, 30, 7))


def depot_table(roads: RoadNetwork) -> pd.DataFrame:
    """Return the one depot: the point of a street that is nearest to `DEPOT_NEAR`."""
    streets = np.flatnonzero(_is_street(roads))
    here = shapely.Point(DEPOT_NEAR)
    nearest = streets[np.argmin(shapely.distance(roads.geometry[streets], here))]
    point = roads.geometry[nearest].interpolate(roads.geometry[nearest].project(here))
    row = {"id": "DC-1", "lon": f"{point.x:.7f}", "lat": f"{point.y:.7f}", "open": "06:00", "close": "20:00",
           "name": "配送中心 1"}  # fmt: skip
    return pd.DataFrame([row])


def order_tables(roads: RoadNetwork, day: Day) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return orders and pieces of a day."""
    draw = Draw(day.seed)
    numbers: dict[str, int] = {}
    places = []
    for lon, lat in drawn_positions(roads, day.orders, draw):
        receiver = RECEIVERS[draw.index([receiver.share for receiver in RECEIVERS])]
        numbers[receiver.name] = numbers.get(receiver.name, 0) + 1
        places.append(Place(lon, lat, f"{receiver.name} {numbers[receiver.name]:03d}", receiver))
    return day_tables(places, "W", draw)


def vehicle_table(day: Day) -> pd.DataFrame:
    """Return the fleet of a day."""
    kinds = (("van", day.vans, VAN), ("4.2 m truck", day.trucks_42, TRUCK_42), ("7.6 m truck", day.trucks_76, TRUCK_76))
    return pd.DataFrame([(name, str(count), *rest) for name, count, rest in kinds], columns=list(VEHICLE_COLUMNS))


def drawn_positions(roads: RoadNetwork, count: int, draw: Draw) -> list[tuple[float, float]]:
    """Return positions on streets of the connected part: denser where junctions are denser and nearer the depot.

    A street is as likely as its length, times the junctions within 600 m, times exp(-distance to the depot / 9 km).
    Positions keep 60 m from one another and 40 m from roads outside the connected part.
    """
    streets = np.flatnonzero(_is_street(roads) & _is_first_direction(roads))
    lines = roads.geometry[streets]
    middle = _metres(shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True)))
    away = np.hypot(*middle.T)
    junctions = cKDTree(_metres(roads.nodes[["lon", "lat"]].to_numpy()))
    density = junctions.query_ball_point(middle, DENSITY_RADIUS_M, return_length=True)
    weight = roads.edges["length_m"].to_numpy()[streets] * density * np.exp(-away / DECAY_M) * (away < RADIUS_M)
    steps = list(accumulate(weight.tolist()))
    cut_off = shapely.STRtree(roads.geometry[~roads.edges["main"].to_numpy()])
    taken: list[tuple[float, float]] = []
    while len(taken) < count:
        line = lines[bisect_right(steps, draw.stream.random() * steps[-1])]
        point = line.interpolate(0.1 + 0.8 * draw.stream.random(), normalized=True)
        place = (round(point.x, 6), round(point.y, 6))
        if _is_free(place, taken) and not len(cut_off.query(point, "dwithin", 40 / EARTH_M_PER_DEGREE)):
            taken.append(place)
    return taken


def _is_street(roads: RoadNetwork) -> np.ndarray:
    """Return which edges goods are handed over on: no express roads, slip roads or living streets."""
    return (roads.edges["main"] & roads.edges["highway"].isin(STREET_CLASSES)).to_numpy(dtype=bool)


def _is_first_direction(roads: RoadNetwork) -> np.ndarray:
    """Return one edge of every two-way pair, so that a two-way street is not twice as likely."""
    edges = roads.edges
    return (edges["oneway"].eq("yes").fillna(value=False) | (edges["u"] < edges["v"])).to_numpy(dtype=bool)


def _is_free(place: tuple[float, float], taken: list[tuple[float, float]], gap_m: float = 60) -> bool:
    """Return whether a place keeps its distance from those taken."""
    if not taken:
        return True
    return bool((np.hypot(*(_metres(np.array(taken)) - _metres(np.array([place]))).T) > gap_m).all())


def _metres(degrees: np.ndarray) -> np.ndarray:
    """Return metres east and north of the depot, flat."""
    east = EARTH_M_PER_DEGREE * np.cos(np.radians(DEPOT_NEAR[1]))
    return (degrees - np.array(DEPOT_NEAR)) * np.array([east, EARTH_M_PER_DEGREE])
