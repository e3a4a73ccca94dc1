"""Coordinate conversion: error on a grid over China, speed, and how often the datum of a table is guessed right.

Usage: python benchmarks/datum.py [--quick] [--json FILE]

With coordTransform and prcoords installed, the grid is compared with both.
"""

import time
from importlib import import_module

import numpy as np
from report import Figures, arguments, heading

import gisdata
from gisdata.datum import from_wgs84, guess_datum, is_shifted, to_wgs84
from gisdata.network.measure import great_circle_m

SEED = 2026


def main():
    asked = arguments(__doc__, quick="a coarser grid, 60 samples").parse_args()
    heading("coordTransform", "prcoords", "numpy", seed=SEED)
    figures = Figures()
    step = 0.5 if asked.quick else 0.1
    lon, lat = (axis.ravel() for axis in np.meshgrid(np.arange(73.5, 135, step), np.arange(18, 54, step)))
    inside = is_shifted(lon, lat)
    lon, lat = lon[inside], lat[inside]
    compare(figures, lon, lat, f"grid of {step} degree, {len(lon)} places")
    convert(figures, np.tile(lon, 10), np.tile(lat, 10))
    guess(figures, 60 if asked.quick else 300)
    figures.write(asked.json)


def compare(figures, lon, lat, case):
    """Note the largest difference to each package, there and back."""
    for package, datum, call in peers():
        theirs = np.array([call(x, y) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]).T
        there = great_circle_m(*from_wgs84(lon, lat, datum), *theirs)
        back = great_circle_m(*to_wgs84(*theirs, datum), lon, lat)
        figures.add(case, package, f"{datum}, largest there", 1000 * there.max(), "mm")
        figures.add(case, package, f"{datum}, largest back", 1000 * back.max(), "mm")


def convert(figures, lon, lat):
    """Note how long many places take."""
    case = f"{len(lon)} places to BD-09"
    begun = time.perf_counter()
    there = from_wgs84(lon, lat, "bd09")
    middle = time.perf_counter()
    to_wgs84(*there, "bd09")
    figures.add(case, "routebook", "there_s", middle - begun, "s")
    figures.add(case, "routebook", "back_s", time.perf_counter() - middle, "s")


def guess(figures, samples):
    """Note how often the datum is guessed right, and how often a table of two datums is called unsure."""
    roads = gisdata.load_sample("wuhan").roads
    random, right, mixed = np.random.default_rng(SEED), 0, 0
    for _ in range(samples):
        x, y = beside_roads(roads, random)
        name = random.choice(["wgs84", "gcj02", "bd09"])
        right += guess_datum(*from_wgs84(x, y, name), roads).datum == name
        other, half = from_wgs84(x, y, "gcj02"), np.arange(len(x)) % 2 == 0
        mixed += not guess_datum(np.where(half, x, other[0]), np.where(half, y, other[1]), roads).sure
    case = f"{samples} samples beside roads"
    figures.add(case, "routebook", "guessed right", right, "samples")
    figures.add(case, "routebook", "half and half: unsure", mixed, "samples")


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


if __name__ == "__main__":
    main()
