"""Cost of plans: our engine and PyVRP on the same problem in the same time, on the sample days and published instances.

Usage: python benchmarks/vrp.py [FOLDER] [--seconds 30] [--seed 1] [--quick] [--json FILE]

FOLDER holds VRPLIB files with their best known `.sol` beside them (folders `cvrp` and `vrptw`). PyVRP comes with the
extra `bench`. Every plan is recomputed by the judge. The gap is to the best known cost; for a sample day, to the best
of the engines.
"""

import argparse
import json
import math
import platform
import re
from importlib.metadata import version
from pathlib import Path

import numpy as np

import gisdata
import routing
from routing.assemble import assemble_plan
from routing.engines import engine_named
from routing.model import Depot, Limit, Order, Problem, Tariff, TimeWindow, TravelMatrix, VehicleType

COST_UNIT = 360_000  # per unit of currency, so that costs by km and by hour are whole numbers a metre and a second
LOAD_UNIT = 1_000
NO_ROAD = 1 << 30


def main():
    asked = arguments()
    print(f"{platform.machine()}, {processor()}; seed {asked.seed}, {asked.seconds:g} s an engine and case")
    print(", ".join(f"{name} {version(name)}" for name in ("routebook", "ortools", "pyvrp")))
    print(f"{'case':24}{'engine':10}{'unserved':>9}{'vehicles':>9}{'cost':>14}{'gap %':>8}")
    rows = []
    for case, problem, best_known in cases(asked):
        plans = {name: run(problem, asked) for name, run in ENGINES.items()}
        reached = {name: plan.cost + plan.penalty for name, plan in plans.items()}
        served = [cost for name, cost in reached.items() if not plans[name].unserved]
        best = best_known or min(served, default=math.nan)
        for name, plan in plans.items():
            gap = 100 * (reached[name] / best - 1) if not plan.unserved else math.nan
            left, cost = len(plan.unserved), reached[name]
            print(f"{case:24}{name:10}{left:9}{len(plan.routes):9}{cost:14,.2f}{gap:8.2f}", flush=True)
            figures = ("gap_percent", gap, "%"), ("cost", cost, problem.currency or "1"), ("unserved", left, "orders")
            rows += [{"case": case, "engine": name, "metric": metric, "value": None if math.isnan(value) else value,
                      "unit": unit} for metric, value, unit in figures]
    if asked.json:
        Path(asked.json).write_text(json.dumps(rows, indent=1), encoding="utf-8")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="two cases, 5 s each")
    parser.add_argument("--json")
    asked = parser.parse_args()
    if asked.quick:
        asked.seconds = 5.0
    return asked


def processor():
    info = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", info.read_text(encoding="utf-8")) if info.exists() else []
    return names[0] if names else platform.processor()


def cases(asked):
    """Yield name, problem and best known cost (None for the sample days)."""
    days = [("wuhan", "200")] if asked.quick else [("monaco", "80"), ("wuhan", "200"), ("wuhan", "1000")]
    for town, day in days:
        sample = gisdata.load_sample(town, day)
        yield f"{town}-{day}", routing.build_problem(sample.orders, sample.depots, sample.vehicles, sample.roads), None
    if asked.folder:
        files = [path for kind in ("cvrp", "vrptw") for path in (asked.folder / kind).glob("*.vrp")]
        files.sort(key=lambda path: (path.stat().st_size, path.name))
        for path in files[:1] if asked.quick else files:
            yield published(path)


def published(path):
    """Return a VRPLIB instance: one unit of distance is a metre and, with time windows, a tenth of a second a tenth."""
    text = path.read_text(encoding="utf-8")
    parts = dict(re.findall(r"([A-Z_]+)_SECTION\s*\n((?:[ \t\d.e+-]+\n)+)", text))
    heads = dict(re.findall(r"^([A-Z_]+)\s*:\s*(.*?)\s*$", text, re.MULTILINE))
    rows = {name: [line.split() for line in part.strip().splitlines()] for name, part in parts.items()}
    table = {name: np.array(part, dtype=float) for name, part in rows.items()}
    spots, loads = table["NODE_COORD"][:, 1:], table["DEMAND"][:, 1]
    apart = np.hypot(*(spots[:, None] - spots).T)
    scale = 10 if "TIME_WINDOW" in table else 1
    whole = (np.floor(apart * scale + 1e-9) if scale == 10 else np.floor(apart + 0.5)).astype(np.int64)
    windows = (table["TIME_WINDOW"][:, 1:] * scale).astype(int) if scale == 10 else None
    same = np.full((len(spots), 2), float(heads.get("SERVICE_TIME", 0)))
    service = (table.get("SERVICE_TIME", same)[:, 1] * scale).astype(int)
    orders = [Order(str(i), lon=0, lat=0, pieces=loads[i], service_s=int(service[i]),
                    window=TimeWindow(*windows[i].tolist()) if windows is not None else TimeWindow())
              for i in range(1, len(spots))]
    hours = {"open": int(windows[0, 0]), "close": int(windows[0, 1])} if windows is not None else {}
    depot = Depot("D", lon=0, lat=0, **hours)
    count, capacity = int(heads.get("VEHICLES", len(orders))), float(heads["CAPACITY"])
    fleet = VehicleType("v", count=count, pieces=capacity, tariff=Tariff(per_km=1000.0))
    labels = ("depot D", *(f"order {order.id}" for order in orders))
    travel = TravelMatrix("van", labels, whole if windows is not None else np.zeros_like(whole), whole)
    cost = float(re.search(r"[Cc]ost\s*:?\s*([\d.]+)", path.with_suffix(".sol").read_text(encoding="utf-8"))[1])
    return path.stem, Problem(orders, [depot], [fleet], [travel]), cost * scale


def ours(problem, asked):
    limit = Limit(seconds=asked.seconds)
    try:
        plan = engine_named("ortools").solve(problem, limit, asked.seed)
    except routing.NoPlanError:
        return assemble_plan(problem, [], engine="ortools", limit=limit, seed=asked.seed)
    assert routing.check(plan) == []
    return plan


def pyvrp(problem, asked):
    """Solve with PyVRP, one profile for each set of orders that a vehicle type may serve."""
    import pyvrp as peer

    clients = [peer.Client(i, delivery=loads_of(problem, order.load), service_duration=order.service_s,
                           tw_early=order.window.begin_s, tw_late=order.window.end_s)
               for i, order in enumerate(problem.orders, 1)]
    profiles, kinds = [], []
    for vehicle in problem.fleet:
        travel = problem.matrix(vehicle.profile)
        barred = np.array([False, *(not order.skills <= vehicle.skills for order in problem.orders)])
        closed = ~travel.reachable | barred | barred[:, None]
        profiles.append([np.where(closed & ~np.eye(len(closed), dtype=bool), NO_ROAD, numbers)
                         for numbers in (travel.distance_m, travel.duration_s)])
        hours = problem.depot_of(vehicle).hours
        longest = {} if math.isinf(vehicle.max_duration_s) else {"shift_duration": int(vehicle.max_duration_s)}
        room = loads_of(problem, vehicle.capacities, math.inf)
        kinds.append(peer.VehicleType(
            min(vehicle.count, len(clients)), capacity=room,
            fixed_cost=round(vehicle.tariff.fixed * COST_UNIT), profile=len(profiles) - 1,
            unit_distance_cost=round(vehicle.tariff.per_km * COST_UNIT / 1000),
            unit_duration_cost=round(vehicle.tariff.per_hour * COST_UNIT / 3600),
            tw_early=max(hours.begin_s, vehicle.shift.begin_s), tw_late=min(hours.end_s, vehicle.shift.end_s),
            **longest))
    places = [peer.Location(0, 0) for _ in range(len(clients) + 1)]
    distances, durations = zip(*profiles, strict=True)
    data = peer.ProblemData(places, clients, [peer.Depot(0)], kinds, list(distances), list(durations))
    stop = peer.stop.MaxRuntime(asked.seconds)
    found = peer.solve(data, stop, seed=asked.seed, collect_stats=False, display=False).best
    routes = found.routes() if found.is_feasible() else []
    sequences = [(problem.fleet[route.vehicle_type()].id,
                  [problem.orders[stop.idx].id for stop in route if stop.is_client()]) for route in routes]
    plan = assemble_plan(problem, sequences, engine="pyvrp", limit=Limit(seconds=asked.seconds), seed=asked.seed)
    assert [v for v in routing.check(plan) if v.rule != "reasons"] == []
    return plan


def loads_of(problem, amounts, missing=0.0):
    """Return amounts in each dimension of the problem as whole numbers."""
    return [round(min(amounts.get(name, missing), 1e9) * LOAD_UNIT) for name in problem.dimensions]


ENGINES = {"ortools": ours, "pyvrp": pyvrp}

if __name__ == "__main__":
    main()
