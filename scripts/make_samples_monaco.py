"""The day of the Monaco sample: 80 orders for shops, restaurants, hotels and addresses of the OpenStreetMap extract.

Places, names and addresses are real, as far as the extract is right; what they get, when, and the fleet is invented.
Telephone numbers and other contacts of the extract are not looked at. Money is EUR.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import osmium
import pandas as pd
import shapely
from make_samples_goods import EARTH_M_PER_DEGREE, VEHICLE_COLUMNS, Draw, Goods, Line, Place, Receiver, day_tables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gisdata.network import RoadNetwork

DEPOT_NODE = 1704462960
DAY = "80"
SEED = 98_000
ORDERS_BY_RECEIVER = {"food shop": 14, "shop": 18, "pharmacy": 5, "restaurant": 17, "hotel": 6, "address": 20}
FURTHEST_FROM_ROAD_M = 40.0
STREET_CLASSES = (
    "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street",
)  # fmt: skip

BOX = Goods("box", (40, 30, 25), (20, 70), upright=False)
CARTON = Goods("carton", (60, 40, 40), (50, 140), upright=False)
CRATE = Goods("crate", (60, 40, 32), (60, 140))
WINE = Goods("wine-case", (50, 34, 17), (160, 180))
CAGE = Goods("roll-cage", (80, 72, 165), (700, 1500), stackable=False)

MORNING = ("06:30", "09:30", 0.6)
RECEIVERS = {
    receiver.name: receiver
    for receiver in (
        Receiver("food shop", 0, (Line(CRATE, 2, 8), Line(CARTON, 1, 4, 0.6), Line(CAGE, 1, 1, 0.3)),
                 (MORNING,), 5, 0.4),
        Receiver("shop", 0, (Line(CARTON, 1, 3), Line(BOX, 1, 4, 0.6)), (("09:30", "12:00", 0.4),)),
        Receiver("pharmacy", 0, (Line(BOX, 2, 6),), (("08:00", "11:00", 0.5),)),
        Receiver("restaurant", 0, (Line(CRATE, 1, 5), Line(WINE, 1, 4, 0.5)), (("08:00", "11:00", 0.6),), 5, 0.3),
        Receiver("hotel", 0, (Line(CAGE, 1, 2), Line(WINE, 2, 6, 0.6)), (MORNING,), 8),
        Receiver("address", 0, (Line(BOX, 1, 2), Line(CARTON, 1, 1, 0.3)), (("16:00", "19:00", 0.3),), 4),
    )
}  # fmt: skip
RECEIVER_BY_TAG = {
    ("amenity", "pharmacy"): "pharmacy",
    ("tourism", "hotel"): "hotel",
    **{("amenity", kind): "restaurant" for kind in ("restaurant", "cafe", "fast_food", "bar", "pub", "ice_cream")},
    **{
        ("shop", kind): "food shop"
        for kind in (
            "supermarket", "convenience", "bakery", "pastry", "butcher", "greengrocer", "deli", "seafood", "cheese",
            "wine", "alcohol", "frozen_food", "chocolate", "confectionery", "tea", "coffee",
        )
    },
    **{
        ("shop", kind): "shop"
        for kind in (
            "clothes", "shoes", "gift", "books", "electronics", "sports", "toys", "perfumery", "cosmetics", "florist",
            "furniture", "hardware", "doityourself", "stationery", "kiosk", "newsagent", "optician", "bag", "jewelry",
            "watches", "interior_decoration", "houseware", "mobile_phone", "computer", "pet", "motorcycle",
        )
    },
}  # fmt: skip

VEHICLES = (
    ("small van", "2", "650", "3.8", "2.1", "1.25", "1.75", "4.7", "1.85", "2.1", "2300", "2", "2", "1", "van",
     "Fontvieille", "06:00", "20:00", "9", "", "70", "0.3", "26", "EUR"),
    ("3.5 t van", "3", "1150", "9", "3.2", "1.75", "1.9", "5.9", "2.05", "2.7", "3500", "2", "4", "1", "van",
     "Fontvieille", "06:00", "20:00", "9", "", "95", "0.45", "26", "EUR"),
    ("refrigerated van", "1", "900", "5.5", "2.4", "1.6", "1.75", "5.5", "2.05", "2.6", "3500", "2", "3", "1", "van",
     "Fontvieille", "06:00", "20:00", "9", "cold", "120", "0.5", "26", "EUR"),
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A place of the extract that may receive goods."""

    node: int
    lon: float
    lat: float
    name: str
    address: str
    receiver: str


def found_places(pbf: Path) -> list[Found]:
    """Return every named business of a wanted kind and every address among the nodes of the extract, by node id."""
    places = []
    for node in osmium.FileProcessor(str(pbf), osmium.osm.NODE):
        tags = {tag.k: tag.v for tag in node.tags} if len(node.tags) else {}
        receiver = _receiver_of(tags)
        if receiver:
            address = " ".join(filter(None, (tags.get("addr:housenumber"), tags.get("addr:street"))))
            name = tags.get("name", "") if receiver != "address" else ""
            places.append(Found(node.id, node.location.lon, node.location.lat, name, address, receiver))
    return sorted(places, key=lambda place: place.node)


def depot_table(pbf: Path) -> pd.DataFrame:
    """Return the depot: the position of the post office of Fontvieille."""
    rows = [
        {"id": "Fontvieille", "lon": f"{node.location.lon:.7f}", "lat": f"{node.location.lat:.7f}", "open": "05:30",
         "close": "21:00", "name": node.tags["name"]}
        for node in osmium.FileProcessor(str(pbf), osmium.osm.NODE)
        if node.id == DEPOT_NODE
    ]  # fmt: skip
    return pd.DataFrame(rows)


def order_tables(roads: RoadNetwork, pbf: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return orders and pieces: of each kind of receiver a fixed number, drawn from the places near a street."""
    draw = Draw(SEED)
    near = _near_street(roads, found_places(pbf))
    chosen = []
    for receiver, count in ORDERS_BY_RECEIVER.items():
        left = [place for place in near if place.receiver == receiver]
        chosen += [left.pop(draw.between(0, len(left) - 1)) for _ in range(count)]
    chosen.sort(key=lambda place: place.node)
    places = [Place(p.lon, p.lat, p.name, RECEIVERS[p.receiver], p.address) for p in chosen]
    return day_tables(places, "M", draw)


def vehicle_table() -> pd.DataFrame:
    """Return the fleet."""
    return pd.DataFrame(list(VEHICLES), columns=list(VEHICLE_COLUMNS))


def _receiver_of(tags: Mapping[str, str]) -> str:
    """Return the kind of receiver that a node is; empty if none."""
    for (key, value), receiver in RECEIVER_BY_TAG.items():
        if tags.get(key) == value and "name" in tags:
            return receiver
    if "addr:housenumber" in tags and "addr:street" in tags and not {"shop", "amenity", "office"} & tags.keys():
        return "address"
    return ""


def _near_street(roads: RoadNetwork, places: list[Found]) -> list[Found]:
    """Return the places that have a street of the connected part within reach of a hand truck."""
    streets = (roads.edges["main"] & roads.edges["highway"].isin(STREET_CLASSES)).to_numpy(dtype=bool)
    scale = EARTH_M_PER_DEGREE * np.array([np.cos(np.radians(places[0].lat)), 1])
    lines = shapely.STRtree(shapely.transform(roads.geometry[streets], lambda degrees: degrees * scale))
    points = shapely.points(np.array([(place.lon, place.lat) for place in places]) * scale)
    near = set(lines.query(points, "dwithin", FURTHEST_FROM_ROAD_M)[0].tolist())
    return [place for row, place in enumerate(places) if row in near]
