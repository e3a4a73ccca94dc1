"""Square travel matrices with turns on a made-up city: our engine, beside OSRM's where it is there.

Usage: python benchmarks/turns.py [--quick] [--peer-python PATH] [--json FILE]

Seconds are processor time of one thread. Ours are those of `many_to_many` as a user calls it, places, lengths and all:
prepare is the order and the contraction of the turn graph, reweigh the times of another vehicle from its profile on.
Some rows are searched again by SciPy's Dijkstra over the same turns and must agree to the millisecond. osrm-bindings
needs Python 3.12; PATH names an interpreter that has it, NumPy and pyosmium. It always counts by turns, even where, as
here, they are free to it.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
import synthetic
from report import Figures, arguments, heading

SIZES, QUICK = (100, 1000, 5000), (100, 1000)
ROWS_CHECKED = 3
CITY = {True: 120, False: synthetic.SIDE}
PROGRAM = Path(__file__).with_name("matrix_engines.py")


def main():
    parser = arguments(__doc__, quick="a city of a fifteenth of the size, and no OSRM")
    parser.add_argument("--peer-python", default=sys.executable, help="an interpreter that has osrm-bindings")
    asked = parser.parse_args()
    heading("numba", "scipy", seed=synthetic.SEED)
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ROUTEBOOK_CACHE"] = folder
        city = synthetic.city(CITY[asked.quick])
        case = f"{len(city.lon):,} junctions"
        measure(figures, case, city, QUICK if asked.quick else SIZES)
        if not asked.quick:
            beside(figures, case, city, Path(folder), asked.peer_python)
    figures.write(asked.json)


def roads_of(city):
    """Return the city as a road network."""
    from gisdata.network.road_network import make_network

    low, high = np.minimum(city.tail, city.head), np.maximum(city.tail, city.head)
    ways = np.unique(low * len(city.lon) + high, return_inverse=True)[1]
    classes = np.array(["residential", "secondary", "primary", "motorway"])
    nodes = pd.DataFrame({"osm_id": np.arange(len(city.lon)), "lon": city.lon, "lat": city.lat})
    edges = pd.DataFrame({"from_id": city.tail, "to_id": city.head, "length_m": city.length_mm / 1000,
                          "highway": classes[city.level], "way_ids": ways.astype(str),
                          "maxspeed": synthetic.SPEED_KMH[city.level].astype(str)})
    ends = np.stack([np.column_stack([axis[city.tail], axis[city.head]]) for axis in (city.lon, city.lat)], axis=2)
    return make_network(nodes, edges, shapely.linestrings(ends), meta={"name": "made-up city"})


def places_on(roads, count):
    """Return places in the middle of random edges."""
    from gisdata.network.snapping import Snaps

    edge = np.random.default_rng(5).permutation(len(roads.edges))[:count]
    none = np.zeros(count)
    return Snaps(edge, none + 0.5, none, none, none)


def measure(figures, case, city, sizes):
    """Note our own figures."""
    from gisdata.network import many_to_many
    from gisdata.network.driving import driving
    from gisdata.network.turn_graph import turn_graph
    from gisdata.network.turn_ways import turn_hierarchy, weighted
    from gisdata.profiles import load_profile, with_turns

    warm = roads_of(synthetic.city(20))
    many_to_many(warm, "car", *[places_on(warm, 20)] * 2, turns=True)
    roads, who = roads_of(city), replace(with_turns("car"), limit_share=1.0)
    driving(roads, load_profile("car"))  # what is known of the roads themselves
    structure = timed(figures, case, "prepare_s", lambda: turn_hierarchy(roads, turn_graph(roads)))
    figures.add(case, "routebook", "states", len(structure.rank), "")
    figures.add(case, "routebook", "arcs_contracted", len(structure.upper), "")
    timed(figures, case, "reweigh_s", lambda: weighted(roads, who))
    for size in sizes:
        at = places_on(roads, size)
        time_ms, _ = timed(figures, f"{case} n={size}", "query_s", lambda at=at: many_to_many(roads, who, at, at, 1))
        if size == min(sizes):
            agreed(roads, who, at, time_ms)


def agreed(roads, who, at, time_ms):
    """Search some rows again, plainly."""
    from gisdata.network import shortest, turn_ways
    from gisdata.network.driving import driving
    from gisdata.network.matrix import spots
    from gisdata.network.turns import turning

    how, on = driving(roads, who), turning(roads, who)
    begin, end = spots(how, at[:ROWS_CHECKED]), spots(how, at[ROWS_CHECKED:])
    ends = turn_ways.hang(how, on, begin, end)
    found = shortest.tables(on.arcs, ends.starts, ends.ends)[0]
    found = np.where(found < 0, -1, found - ends.late_ms)[np.ix_(begin.row, end.row)]
    differ = int((found != time_ms[:ROWS_CHECKED, ROWS_CHECKED:]).sum())
    print(f"{found.size} times searched by SciPy's Dijkstra: {differ} differ")
    if differ:
        sys.exit("the engine is wrong")


def timed(figures, case, metric, work):
    """Note the processor seconds of some work, and return what it returns."""
    begin = time.process_time()
    result = work()
    figures.add(case, "routebook", metric, time.process_time() - begin, "s")
    return result


def beside(figures, case, city, folder, python):
    """Note the figures of OSRM, or why there are none."""
    names = ("tail", "head", "time_ms", "length_mm", "lon", "lat")
    places = np.random.default_rng(5).permutation(len(city.lon))[: max(SIZES)]
    np.savez(folder / "city.npz", places=places, **{name: getattr(city, name) for name in names})
    words = [python, str(PROGRAM), "osrm", str(folder / "city.npz"), str(folder / "tables.npz"), *map(str, SIZES)]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    if done.returncode:
        print(f"{case:34}{'osrm':16}not run: {(done.stderr.strip().splitlines() or ['no word'])[-1]}")
        return
    run = json.loads(done.stdout.strip().splitlines()[-1])
    for metric in ("prepare_s", "reweigh_s"):
        figures.add(case, "osrm", metric, run[metric], "s")
    for size, seconds in run["query_s"].items():
        figures.add(f"{case} n={size}", "osrm", "query_s", seconds, "s")


if __name__ == "__main__":
    main()
