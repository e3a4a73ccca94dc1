"""Figures of coordinate conversion: error on a grid over China, speed, and how often the datum is guessed right.

Usage: python benchmarks/datum.py (with coordTransform and prcoords installed, the grid is compared with both)
"""

import time
from importlib import import_module

import numpy as np

import gisdata
from gisdata.datum import from_wgs84, guess_datum, is_shifted, to_wgs84
from gisdata.network.measure import great_circle_m


def peers():
    """Functions (lon, lat) -> (lon, lat) by package and datum, of the packages that are installed."""
    try:
        other = import_module("coordTransform")
        yield "coordTransform", "gcj02", other.wgs84_to_gcj02
        yield "coordTransform", "bd09", other.wgs84_to_bd09
    except ImportError:
        print("coordTransform is not installed")
    try:
        pr = import_module("prcoords")
        yield "prcoords", "gcj02", lambda x, y: tuple(pr.wgs_gcj(pr.Coords(y, x)))[::-1]
        yield "prcoords", "bd09", lambda x, y: tuple(pr.wgs_bd(pr.Coords(y, x)))[::-1]
    except ImportError:
        print("prcoords is not installed")


def beside_roads(roads, random):
    """20 to 40 places beside roads, about 10 m off."""
    count = random.integers(20, 41)
    lines = roads.geometry[random.choice(len(roads.geometry), count)]
    at = np.array([line.interpolate(random.random(), normalized=True).coords[0] for line in lines])
    return (at + random.normal(0, 12, (count, 2)) / (95_000, 111_195)).T


lon, lat = (axis.ravel() for axis in np.meshgrid(np.arange(73.5, 135, 0.1), np.arange(18, 54, 0.1)))
inside = is_shifted(lon, lat)
lon, lat = lon[inside], lat[inside]
print(f"grid of 0.1 degree: {len(lon):,} places in mainland China")
for package, datum, call in peers():
    theirs = np.array([call(x, y) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]).T
    error = great_circle_m(*from_wgs84(lon, lat, datum), *theirs)
    back = great_circle_m(*to_wgs84(*theirs, datum), lon, lat)
    print(f"{package} {datum}: largest difference {error.max() * 1000:.6f} mm there, {back.max() * 1000:.6f} mm back")

begun = time.perf_counter()
there = from_wgs84(np.tile(lon, 10), np.tile(lat, 10), "bd09")
middle = time.perf_counter()
to_wgs84(*there, "bd09")
print(f"{len(lon) * 10:,} places: {middle - begun:.2f} s there, {time.perf_counter() - middle:.2f} s back")

roads = gisdata.load_sample("wuhan").roads
random, right, mixed = np.random.default_rng(2026), 0, 0
begun = time.perf_counter()
for _ in range(300):
    x, y = beside_roads(roads, random)
    name = random.choice(["wgs84", "gcj02", "bd09"])
    right += guess_datum(*from_wgs84(x, y, name), roads).datum == name
    other, half = from_wgs84(x, y, "gcj02"), np.arange(len(x)) % 2 == 0
    mixed += not guess_datum(np.where(half, x, other[0]), np.where(half, y, other[1]), roads).sure
print(f"datum guessed right on {right} of 300 samples, unsure on {mixed} of 300 half-and-half ones, "
      f"{time.perf_counter() - begun:.1f} s")
