"""Truck times against Valhalla's: the same pairs of places in Monaco, and which part of a difference comes from where.

Usage: python benchmarks/valhalla.py [--peer-python PYTHON] [--pairs N] [--quick] [--json FILE]

Valhalla runs in another Python (3.12 or later) in which pyvalhalla is installed; without one a row says so. It is
compared with our ways without and with turns. The ratio of its time to ours has three factors: the share of turns in
its time against that in ours, its speeds on its way against ours on the same way, and our time on its way against that
on ours, both without turns.
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from report import Figures, arguments, heading

import gisdata
from gisdata.network import edge_speed_kmh, paths, snap
from gisdata.network.driving import driving
from gisdata.network.explaining import explain
from gisdata.network.tracing import path_stretches, stretch_costs

SEED = 2026
PROFILE = gisdata.load_profile("truck")
OPTIONS = {"height": PROFILE.height_m, "width": PROFILE.width_m, "length": PROFILE.length_m, "weight": PROFILE.mass_t,
           "axle_load": PROFILE.axle_load_t, "axle_count": PROFILE.axles, "hazmat": PROFILE.hazmat}
CHILD = Path(__file__).parent / "peers" / "valhalla_child.py"
SHARES = (5, 25, 50, 75, 95)
CASE = "monaco, truck of 18 t"


def main():
    parser = arguments(__doc__, quick="100 pairs")
    parser.add_argument("--peer-python", default=sys.executable, help="an interpreter that has pyvalhalla")
    parser.add_argument("--pairs", type=int, default=1000)
    asked = parser.parse_args()
    heading("numpy", seed=SEED)
    figures = Figures()
    roads = gisdata.load_sample("monaco").roads
    lon, lat = places(roads, 2 * (100 if asked.quick else asked.pairs))
    answer = theirs(asked.peer_python, lon, lat)
    if answer is None:
        print(f"{CASE:34}{'valhalla':16}not run: {asked.peer_python} has no pyvalhalla; see --peer-python")
    for turns in (False, True):
        case = f"{CASE}{', turns' if turns else ''}"
        ours = own_ways(roads, lon, lat, turns=turns)
        figures.add(case, "routebook", "pairs with a way", sum(way is not None for way in ours), "")
        if answer is not None:
            engine = f"valhalla {answer['version']}"
            count(figures, roads, (lon, lat), ours, answer["ways"], case, engine)
            compare(figures, roads, ours, answer["ways"], case, engine)
    figures.write(asked.json)


def places(roads, count):
    """Return junctions in the part that a truck can reach and leave, drawn with the seed."""
    on = snap(roads, roads.nodes["lon"], roads.nodes["lat"], PROFILE, max_distance_m=1.0)
    joined = (on.edge >= 0) & driving(roads, PROFILE).connected[on.edge]
    nodes = np.random.default_rng(SEED).choice(np.flatnonzero(joined), count)
    return roads.nodes["lon"].to_numpy()[nodes], roads.nodes["lat"].to_numpy()[nodes]


def own_ways(roads, lon, lat, *, turns):
    """Return our way from each place of the first half to its partner in the second."""
    at = snap(roads, lon, lat, PROFILE)
    half = len(lon) // 2
    return paths(roads, PROFILE, at[:half], at[half:], turns=turns)


def theirs(python, lon, lat):
    """Return what Valhalla answers, or None where it is not installed."""
    half = len(lon) // 2
    pairs = np.column_stack([lon[:half], lat[:half], lon[half:], lat[half:]]).tolist()
    pbf = str(gisdata.sample_path("monaco") / "monaco.osm.pbf")
    asked = json.dumps({"pbf": pbf, "pairs": pairs, "costing": "truck", "options": OPTIONS})
    if subprocess.run([python, "-P", "-c", "import valhalla"], capture_output=True, check=False).returncode:
        return None
    run = subprocess.run([python, CHILD], input=asked, capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


def count(figures, roads, places_of, ours, answers, case, engine):
    """Note how many pairs each has a way for, and which tag keeps our truck from those that only Valhalla reaches."""
    figures.add(case, engine, "pairs with a way", sum(answer is not None for answer in answers), "")
    for name, first, second in (("only ours", ours, answers), ("only theirs", answers, ours)):
        alone = sum(a is not None and b is None for a, b in zip(first, second, strict=True))
        figures.add(case, engine, f"pairs with a way, {name}", alone, "")
    for closing, times in barred(roads, places_of, ours, answers).most_common():
        figures.add(case, engine, f"only theirs, though {closing}", times, "")


def compare(figures, roads, ours, answers, case, engine):
    """Note the ratio of times and its three factors over the pairs that both have a way for."""
    speed, how = way_speeds(roads), driving(roads, PROFILE)
    rows = [factors(way, answer, speed, how) for way, answer in zip(ours, answers, strict=True)
            if way is not None and answer is not None and way.duration_s > 0]
    table = np.array([row for row in rows if row is not None])
    figures.add(case, engine, "pairs compared", len(table), "")
    for name, column in zip(("time", "turns", "speeds", "way", "length"), table.T, strict=True):
        for share in SHARES:
            figures.add(case, engine, f"ratio of {name}, {share} % below", np.percentile(column, share), "")


def barred(roads, places_of, ours, answers):
    """Return how often which tag keeps our truck from a place that Valhalla's reaches."""
    (lon, lat), half = places_of, len(ours)
    counts = Counter()
    for row, (way, answer) in enumerate(zip(ours, answers, strict=True)):
        if way is None and answer is not None:
            ends = (lon[row], lon[half + row]), (lat[row], lat[half + row])
            counts.update({f"{each.tag}={each.value}" for each in explain(roads, PROFILE, *ends).obstacles})
    return counts


def way_speeds(roads):
    """Return the speed of our truck on each OSM way, km/h; of a way that we cut, the mean by length."""
    speed = edge_speed_kmh(roads, PROFILE)
    total = {}
    for ids, length, kmh in zip(roads.edges["way_ids"].tolist(), roads.edges["length_m"].tolist(), speed.tolist(),
                                strict=True):
        if kmh > 0:
            for way in map(int, ids.split(";")):
                metres, hours = total.get(way, (0.0, 0.0))
                total[way] = metres + length, hours + length / kmh
    return {way: metres / hours for way, (metres, hours) in total.items()}


def factors(way, answer, speed, how):
    """Return Valhalla's time over ours, its three factors, and its length over ours; None for a way off our roads."""
    edges = [edge for edge in answer["edges"] if edge[1] > 0]
    own_s = stretch_costs(how, path_stretches(way))[0].sum() / 1000
    if not edges or not own_s or any(name not in speed for name, _, _ in edges):
        return None
    driven_s = sum(metres / kmh * 3.6 for _, metres, kmh in edges)
    by_ours_s = sum(metres / speed[name] * 3.6 for name, metres, _ in edges)
    turns = (answer["time_s"] / driven_s) / (way.duration_s / own_s)
    return (answer["time_s"] / way.duration_s, turns, driven_s / by_ours_s, by_ours_s / own_s,
            answer["length_m"] / way.distance_m)


if __name__ == "__main__":
    main()
