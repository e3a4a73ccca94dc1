"""A travel matrix for each hour of a day on a made-up city, as a user asks for it.

Usage: python benchmarks/hours.py [--quick] [--json FILE]

Seconds are processor time of all threads: speeds of each hour by factors, new weights on the one contracted graph, and
the matrix of durations and distances in whole seconds and metres. Order and contraction are made before, by the first
matrix of the city. Some rows of some matrices are searched again by SciPy's Dijkstra; all cells must agree to
the second.
"""

import os
import tempfile
import time

import numpy as np
import pandas as pd
import synthetic
from report import Figures, arguments, heading, peak_mb
from turns import roads_of

PLACES, ROWS_CHECKED = 1000, 2
CITY = {True: 120, False: synthetic.SIDE}
CLASSES = ("residential", "secondary", "primary", "motorway")


def main():
    asked = arguments(__doc__, quick="a city of a fifteenth of the size").parse_args()
    heading("numba", "scipy", "pandas", seed=synthetic.SEED)
    figures = Figures()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ROUTEBOOK_CACHE"] = folder
        measure(figures, roads_of(synthetic.city(CITY[asked.quick])))
    figures.write(asked.json)


def measure(figures, roads):
    """Time one day of hours, and judge some rows of some hours."""
    import gisdata
    import routing

    chance = np.random.default_rng(synthetic.SEED)
    van = gisdata.load_profile("van").on_trip(speeds=made_up_speeds(chance))
    at = roads.nodes.iloc[chance.choice(len(roads.nodes), PLACES, replace=False)]
    places = pd.DataFrame({"lon": at["lon"].to_numpy(), "lat": at["lat"].to_numpy()})
    routing.travel_matrix(roads, places, van)
    begun = time.process_time()
    by_hour = routing.travel_matrix(roads, places, van, weekday="Mo", hours=range(24))
    case = f"24 x {PLACES:,}², {len(roads.nodes):,} junctions"
    figures.add(case, "routebook", "hours_s", time.process_time() - begun, "s")
    figures.add(case, "routebook", "peak_mb", peak_mb(), "MB")
    for hour in (3, 8):
        judge(roads, van.on_trip(weekday="Mo", at=hour * 3600), places, by_hour[hour])
    figures.add(case, "routebook", "checked_rows", 2 * ROWS_CHECKED, "rows")


def made_up_speeds(chance):
    """Return factors between 0.5 and 1.2 for every class and hour."""
    from gisdata.hourly import COLUMNS, HourlySpeeds

    factors = {name: tuple(chance.uniform(0.5, 1.2, 168).tolist()) for name in CLASSES}
    return HourlySpeeds(factors, pd.DataFrame({name: np.zeros(0) for name in COLUMNS}), "made up")


def judge(roads, who, places, matrix):
    """Compare rows of a matrix with SciPy's search over the same roads."""
    from gisdata.network.driving import driving
    from gisdata.network.matrix import end_legs, spots, start_legs
    from gisdata.network.shortest import tables
    from gisdata.network.snapping import snap

    how, at = driving(roads, who), snap(roads, places["lon"], places["lat"], who)
    starts, ends = (leg(how, spots(how, some)) for leg, some in ((start_legs, at[:ROWS_CHECKED]), (end_legs, at)))
    time_ms, _ = tables(how.arcs, starts.legs, ends.legs)
    row, column = spots(how, at[:ROWS_CHECKED]).row, spots(how, at).row
    seconds = (time_ms[np.ix_(row, column)] + 500) // 1000
    np.fill_diagonal(seconds, 0)
    assert (seconds == matrix.duration_s[:ROWS_CHECKED]).all(), "a matrix of an hour differs from SciPy's"


if __name__ == "__main__":
    main()
