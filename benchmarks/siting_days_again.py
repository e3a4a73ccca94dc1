"""A verdict on sets of sites once more: routes priced by the vehicles file, travel by networkx, ranks and intervals.

Nothing of `routing` is imported; of a verdict its tables are compared, of its plans only the course of routes is read.
"""

import math
import statistics

import areas_judge
import numpy as np
from scipy.stats import t as student

from gisdata.network import snap
from gisdata.network.driving import driving

PROFILE = "truck"  # the first by name of the profiles in the vehicles file


def difference(verdict, sites, town):
    """Return the largest relative difference between figures of a verdict and those found here; inf if ranks differ."""
    tariffs = town.vehicles.set_index("id")[["fixed_cost", "cost_per_km", "cost_per_hour"]]
    seconds = {site.id: seconds_from(town, site.lon, site.lat) for site in sites.itertuples()}
    kg = dict(zip(town.orders["id"], town.orders["weight_kg"], strict=True))
    rows = {}
    for (day, name), plan in verdict.plans.items():
        orders = [visit.order for route in plan.routes for visit in route.visits]
        orders += [missed.order for missed in plan.unserved]
        opened = verdict.ranking.set_index("set").loc[name, "sites"].split(", ")
        textbook = sum(kg[order] * min(seconds[site][order] for site in opened) for order in orders)
        rows[day, name] = (len(plan.unserved), sum(priced(route, tariffs) for route in plan.routes), textbook)
    told = {(row.day, row.set): (row.unserved, row.cost, row.textbook) for row in verdict.days.itertuples()}
    gaps = [abs(a - b) / max(abs(b), 1.0) for key in rows for a, b in zip(told[key], rows[key], strict=True)]
    return max(*gaps, *ranking_gaps(verdict, rows))


def seconds_from(town, lon, lat):
    """Return the whole seconds from a place to every order, by a plain Dijkstra."""
    how, orders = driving(town.roads, PROFILE), town.orders
    _, enter, own = areas_judge.arrival_ms(town.roads, PROFILE, lon, lat)
    found = snap(town.roads, orders["lon"], orders["lat"], PROFILE)
    twin = how.twin[found.edge]
    times = enter[found.edge] + found.fraction * how.time_ms[found.edge]
    back = enter[twin] + (1 - found.fraction) * how.time_ms[twin]
    times = np.where(twin >= 0, np.minimum(times, back), times)
    for edge, share in own:
        for on, along in ((found.edge, found.fraction), (twin, 1 - found.fraction)):
            ahead = (on == edge) & (along >= share)
            times = np.where(ahead, np.minimum(times, (along - share) * how.time_ms[edge]), times)
    return dict(zip(orders["id"], np.rint(times / 1000), strict=True))


def priced(route, tariffs):
    """Return what a route costs by the vehicles file."""
    fixed, per_km, per_hour = tariffs.loc[route.vehicle_type.split(" @ ")[0]]
    return fixed + per_km * route.distance_m / 1000 + per_hour * (route.end_s - route.begin_s) / 3600


def ranking_gaps(verdict, rows):
    """Return the relative differences of means and intervals, and of the share of days; inf where an order differs."""
    days, names = (sorted({key[at] for key in rows}) for at in (0, 1))
    costs = {name: [rows[day, name][1] for day in days] for name in names}
    order = sorted(names, key=lambda name: (sum(rows[day, name][0] for day in days), statistics.mean(costs[name])))
    if order != verdict.ranking["set"].tolist():
        return [math.inf]
    found = []
    for row in verdict.ranking.itertuples():
        found += between((row.low, row.cost_per_day, row.high), interval(costs[row.set], verdict.confidence))
        if row.set != order[0]:
            more = [a - b for a, b in zip(costs[row.set], costs[order[0]], strict=True)]
            found += between((row.dearer_low, row.dearer_by, row.dearer_high), interval(more, verdict.confidence))
    differs = sum(min(names, key=lambda name, day=day: rows[day, name][:2])
                  != min(names, key=lambda name, day=day: rows[day, name][2]) for day in days)
    return [*found, abs(verdict.textbook_differs_percent - 100 * differs / len(days)) / 100]


def between(told, found):
    return [abs(a - b) / max(abs(b), 1.0) for a, b in zip(told, found, strict=True)]


def interval(values, confidence):
    """Return Student's interval of a mean: low, mean, high."""
    mean, spread = statistics.mean(values), statistics.stdev(values) / math.sqrt(len(values))
    low, high = student.interval(confidence, len(values) - 1, loc=mean, scale=spread)
    return low, mean, high
