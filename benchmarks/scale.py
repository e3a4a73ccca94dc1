"""How batches grow with processors, and plans with orders: speed-up, overhead, gap, memory, time to the first plan.

Usage: python benchmarks/scale.py [--quick] [--sizes 1000,5000,20000] [--seconds 300] [--engines native,pyvrp,ortools]
           [--depots 30] [--rounds 5] [--json FILE]

Batches: depots in the sample city, counted work, planned by one worker and by two in turns; `speedup_2_cores` is the
median over rounds of the time with one over the time with two, which the load of the machine touches alike. Kernels are
compiled before; that processes start is in it. `overhead_s` is what a problem takes beside its search. Plans: made-up
days of one depot on the sample city's roads, each engine in a process of its own; the gap is to the best of all; no
plan counts as 100 %. Times are those of the wall.
"""

import dataclasses
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from report import Figures, arguments, heading, peak_mb

import gisdata
import routing
from routing.engines.auto import compile_native

SEED = 1
SIZES, ENGINES, QUICK_ENGINES = (1_000, 5_000, 20_000), ("native", "parts", "pyvrp", "ortools"), ("native",)
NAMES = {"native": "routebook", "parts": "routebook parts"}
UNITS = {"cost": "EUR", "first_plan_s": "s", "peak_mb": "MB", "unserved": "orders", "gap": "%"}


def main():
    asked = options()
    if asked.child:
        print(json.dumps(day_figures(*json.loads(asked.child))))
        return
    heading("numba", "ortools", "pyvrp", seed=SEED)
    compile_native()
    figures = Figures()
    batches(asked, figures)
    for size in asked.sizes:
        days(asked, size, figures)
    figures.write(asked.json)


def options():
    parser = arguments(__doc__, quick="6 depots of 60 orders in one round, and 1,000 orders for 5 s")
    parser.add_argument("--sizes", help="numbers of orders")
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--engines", help="engines of the package")
    parser.add_argument("--depots", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", type=Path, help="not needed: the days are made here")
    parser.add_argument("--child", help="measure one day in this process")
    asked = parser.parse_args()
    asked.sizes = [int(size) for size in asked.sizes.split(",")] if asked.sizes else SIZES
    asked.engines = asked.engines.split(",") if asked.engines else ENGINES
    asked.orders, asked.work = 500, 60
    if asked.quick:
        asked.sizes, asked.engines, asked.seconds = SIZES[:1], QUICK_ENGINES, 5.0
        asked.depots, asked.orders, asked.work, asked.rounds = 6, 60, 60, 1
    return asked


def batches(asked, figures):
    """Plan the same depots with one worker and with two, in turns."""
    problems = {f"depot {i}": built(*made_up_day(asked.orders, i, "200")) for i in range(asked.depots)}
    problems = {name: dataclasses.replace(problem, roads=None) for name, problem in problems.items()}
    case, took = f"{asked.depots} depots x {asked.orders} orders", {1: [], 2: []}
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(asked.rounds):
            for workers in (1, 2) if turn % 2 else (2, 1):
                begin = time.perf_counter()
                ended = routing.batch(problems, Path(folder, f"{turn}-{workers}"), workers=workers, progress=False,
                                      limit=routing.Limit(iterations=asked.work), seed=SEED, engine="native")
                took[workers].append(time.perf_counter() - begin)
                searches = [record.search_s for record in ended.records if record.planned]
                overheads = [record.seconds - record.search_s for record in ended.records if record.planned]
    for workers, times in took.items():
        figures.add(case, "routebook", f"batch_s_{workers}_workers", statistics.median(times), "s")
    ratios = [one / two for one, two in zip(took[1], took[2], strict=True)]
    figures.add(case, "routebook", "speedup_2_cores", statistics.median(ratios), "times")
    figures.add(case, "routebook", "search_s", statistics.median(searches), "s")
    figures.add(case, "routebook", "overhead_s", statistics.median(overheads), "s")
    figures.add(case, "routebook", "planned", len(overheads), "problems")


def days(asked, size, figures):
    """Have each engine plan one day in a process of its own."""
    case, found = f"1 depot, {size:,} orders", {}
    for engine in asked.engines:
        words = [sys.executable, __file__, "--child", json.dumps([size, engine, asked.seconds])]
        ended = subprocess.run(words, capture_output=True, encoding="utf-8", check=False)
        lines = ended.stderr.strip().splitlines()
        found[engine] = json.loads(ended.stdout.splitlines()[-1]) if not ended.returncode else {
            "missing": lines[-1] if lines else f"code {ended.returncode}"}
    costs = [told["cost"] for told in found.values() if told.get("cost")]
    for engine, told in found.items():
        name = NAMES.get(engine, engine)
        if "missing" in told:
            print(f"{case:34}{name:16}{told['missing']}")
        told["gap"] = 100.0 if not told.get("cost") else 100 * (told["cost"] / min(costs) - 1)
        for metric, value in told.items():
            if metric in UNITS:
                figures.add(case, name, metric, value if value is not None else np.nan, UNITS[metric])


def day_figures(size, engine, seconds):
    """Return the figures of one day."""
    if engine == "native":
        compile_native()
    if engine == "parts":
        return parts_figures(size, seconds)
    problem, begin, first = built(*made_up_day(size, SEED)), time.monotonic(), []

    def seen(state):
        if not first and state.cost is not None:
            first.append(time.monotonic() - begin)

    try:
        plan = routing.solve(dataclasses.replace(problem, roads=None), routing.Limit(seconds=seconds), seed=SEED,
                             engine=engine, progress=seen, **({"threads": 2} if engine == "native" else {}))
    except routing.NoPlanError:
        return {"cost": None, "peak_mb": peak_mb()}
    return {"cost": plan.cost + plan.penalty, "unserved": len(plan.unserved),
            "first_plan_s": first[0] if first else time.monotonic() - begin, "peak_mb": peak_mb()}


def parts_figures(size, seconds):
    """Return the figures of a day planned in parts, without a matrix of all of it."""
    orders, depot, fleet, roads = made_up_day(size, SEED)
    plan = routing.plan_large(orders, [depot], [fleet], roads, limit=routing.Limit(seconds=seconds), seed=SEED,
                              threads=2, engine="native", progress=False)
    return {"cost": plan.history[-1][1], "unserved": len(plan.unserved), "peak_mb": peak_mb()}


def built(orders, depot, fleet, roads):
    """Return the problem of a day, with its whole matrix."""
    return routing.build_problem(orders, depot, fleet, roads, max_snap_m=5000)


def made_up_day(size, seed, sample="1000"):
    """Return orders, depot, vehicles and roads of a day: places where the sample city has customers, moved a little."""
    town = gisdata.load_sample("wuhan", sample)
    draw = np.random.default_rng(seed)
    base = town.orders.iloc[draw.integers(0, len(town.orders), size)]
    lon, lat = (base[axis].to_numpy() + draw.normal(0, 0.003, size) for axis in ("lon", "lat"))
    orders = [routing.Order(f"{i:05d}", lon=float(lon[i]), lat=float(lat[i]), weight_kg=float(draw.integers(5, 200)),
                            service_s=300) for i in range(size)]
    shift = routing.TimeWindow(6 * 3600, 20 * 3600)
    fleet = routing.VehicleType("van", count=size // 6 + 5, payload_kg=1500, shift=shift,
                                tariff=routing.Tariff(fixed=60, per_km=1.2, per_hour=20, currency="EUR"))
    depot = town.depots.iloc[0]
    return orders, routing.Depot("D", lon=float(depot["lon"]), lat=float(depot["lat"])), fleet, town.roads


if __name__ == "__main__":
    main()
