"""Sets of sites judged by the routes of 20 sampled days in Wuhan, and the whole verdict recomputed by other means.

Usage: python benchmarks/siting_days.py [--quick] [--json FILE]

Sets of sites from four models are judged. `siting_days_again` then prices every route anew by the tariffs of the
vehicles file, adds up demand times seconds by networkx, and ranks the sets with intervals of its own; `routing.check`
looks for broken rules. Plans are limited by counted iterations, so that every run gives the same figures.
"""

import time

import siting_days_again as again
from report import Figures, arguments, heading

import gisdata
import routing
from routing import siting

SEED, DAYS, ORDERS, ITERATIONS = 1, 20, 50, 40
QUICK_DAYS, QUICK_ITERATIONS = 3, 20
REACH_MIN = 12.0


def main():
    asked = arguments(__doc__, quick=f"{QUICK_DAYS} days, {QUICK_ITERATIONS} iterations a plan").parse_args()
    days, iterations = (QUICK_DAYS, QUICK_ITERATIONS) if asked.quick else (DAYS, ITERATIONS)
    heading("networkx", "scipy", seed=SEED)
    town = gisdata.load_sample("wuhan")
    demand = town.orders.assign(demand=town.orders["weight_kg"])
    sites = town.orders.iloc[::10][["id", "lon", "lat"]].assign(open="06:00", close="20:00")
    shortlist = chosen(town.roads, demand, sites)
    begin = time.process_time()
    verdict = siting.judge(shortlist, siting.sampled_days(town.orders, days, ORDERS, SEED), sites, town.vehicles,
                           town.roads, limit=routing.Limit(iterations=iterations), seed=SEED)
    spent = time.process_time() - begin
    print(verdict.ranking.round(1).to_string(index=False))
    figures, case = Figures(), f"wuhan, {days} days of {ORDERS} orders"
    figures.add(case, "routebook", "judging", spent, "s")
    for row in verdict.ranking.itertuples():
        for name in ("cost_per_day", "low", "high", "dearer_low", "dearer_high"):
            figures.add(f"{row.set}: {row.sites}", "routebook", name, getattr(row, name), "CNY")
    figures.add(case, "routebook", "textbook_differs", verdict.textbook_differs_percent, "%")
    faults = sum(len(routing.check(plan)) for plan in verdict.plans.values())
    figures.add(case, "check", "broken rules", faults, "")
    figures.add(case, "again", "largest difference", again.difference(verdict, sites, town), "of the figure")
    figures.write(asked.json)


def chosen(roads, demand, sites):
    """Return two sites by each of four models."""
    travel = siting.travel_table(roads, sites, demand, "van")
    reached = siting.max_cover(travel, demand, sites, 2, REACH_MIN)
    median, one = (siting.p_median(travel, demand, sites, count) for count in (2, 1))
    return {"p-median": median, "p-centre": siting.p_centre(travel, demand, sites, 2), "maximal covering": reached,
            "one site": one}


if __name__ == "__main__":
    main()
