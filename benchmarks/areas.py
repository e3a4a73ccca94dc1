"""Service areas against a plain Dijkstra: how much is on the right side, and what they cost.

Usage: python benchmarks/areas.py [--quick] [--data DIR] [--json FILE]

The judge is networkx on the same roads, with points every 5 m along all of them. DIR holds further extracts (.osm.pbf).
Seconds are processor time of this process: first call (the net of triangles is made) and second.
"""

import time
from pathlib import Path

import areas_judge
import numpy as np
from report import Figures, arguments, heading

import gisdata
from gisdata.areas import service_areas

SEED = 1
MINUTES = {"monaco": (1, 2.5), "wuhan": (5, 10)}
OTHERS = (1, 3)
JUDGED = 4
SITES = 10


def main():
    parser = arguments(__doc__, quick="the samples only, judged at fewer sites")
    parser.add_argument("--data", type=Path, help="a folder with extracts to judge as well")
    asked = parser.parse_args()
    heading("networkx", "shapely", "scipy", seed=SEED)
    figures = Figures()
    towns = {name: gisdata.load_sample(name).roads for name in MINUTES}
    if asked.data and not asked.quick:
        towns |= {path.name.split(".")[0]: gisdata.read_osm(path) for path in sorted(asked.data.rglob("*.osm.pbf"))}
    for name, roads in towns.items():
        for profile in ("van",) if asked.quick else ("van", "truck"):
            measure(figures, name, roads, profile, 1 if asked.quick else JUDGED)
    figures.write(asked.json)


def measure(figures, name, roads, profile, judged):
    """Time ten sites, and judge the areas of some of them."""
    sites = sites_of(roads)
    for minutes in MINUTES.get(name, OTHERS):
        case = f"{name} {profile} {minutes} min"
        for call in ("first", "again"):
            begin = time.process_time()
            areas = service_areas(roads, sites, profile, minutes)
            figures.add(case, "routebook", f"{SITES} sites, {call}", time.process_time() - begin, "s")
        found = [areas_judge.shares(roads, profile, site.lon, site.lat, minutes, area)
                 for site, area in zip(sites.head(judged).itertuples(), areas.geometry, strict=False)]
        for metric, worst in (("nodes_right_percent", min), ("reached_inside_percent", min),
                              ("unreached_inside_percent", max), ("parts", max)):
            unit = "" if metric == "parts" else "%"
            figures.add(case, "routebook", f"{metric}, worst", worst(each[metric] for each in found), unit)


def sites_of(roads):
    """Return ten places a few metres beside junctions of the connected part."""
    rows = np.random.default_rng(SEED).choice(np.flatnonzero(roads.nodes["main"]), SITES, replace=False)
    places = roads.nodes.iloc[rows][["lon", "lat"]] + [3e-5, 1e-5]
    return places.assign(id=[f"S{number}" for number in range(SITES)])


if __name__ == "__main__":
    main()
