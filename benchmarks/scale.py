"""How batches grow with processors, and plans with orders: speed-up, overhead, gap, memory, time to the first plan.

Usage: python benchmarks/scale.py [--quick] [--parts night,speedup,days] [--sizes 1000,5000,20000] [--seconds 300]
           [--long 1800] [--engines native,parts,pyvrp,ortools] [--rounds 5] [--json FILE]

`night`: 30 depots of 500 orders in the sample city, 60 s each, by two workers; `overhead_s` is what a problem takes
beside its limit, from reading its file until its plan with all lines is on the disk. `speedup`: depots with counted
work, by one worker and by two in turns; `speedup_2_cores` is the median over rounds of the time with one over the time
with two, which the load of the machine touches alike. What a process does once (starting, loading kernels and roads) is
done before, in small problems that are not counted. `days`: made-up days of one depot on the sample city's roads, each
engine in a process of its own; the gap is to the best of all, and of our own search of 30 minutes; no plan counts as
100 %. Times are those of the wall. The whole takes about three and a half hours; parts may be run one by one.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from report import Figures, arguments, heading, peak_mb

import gisdata
import routing
from routing.engines.auto import compile_native

SEED = 1
PARTS = ("night", "speedup", "days")
SIZES, ENGINES, QUICK_ENGINES = (1_000, 5_000, 20_000), ("native", "parts", "pyvrp", "ortools"), ("native",)
NAMES = {"native": "routebook", "parts": "routebook parts", "long": "routebook long"}
UNITS = {"cost": "EUR", "first_plan_s": "s", "peak_mb": "MB", "unserved": "orders", "gap": "%"}
WARM_UP = 10
"""Orders of a problem that is there only so that a process has loaded what it needs."""

MOST_WHOLE = 10_000
"""Most orders of a day whose whole matrix is made; beyond, 16 bytes a cell and the copies of engines fill a machine."""


def main():
    asked = options()
    if asked.child:
        print(json.dumps(day_figures(*json.loads(asked.child))))
        return
    heading("numba", "ortools", "pyvrp", seed=SEED)
    compile_native()
    figures = Figures()
    if "night" in asked.parts:
        night(asked, figures)
    if "speedup" in asked.parts:
        speedup(asked, figures)
    for size in asked.sizes if "days" in asked.parts else ():
        days(asked, size, figures)
    figures.write(asked.json)


def options():
    parser = arguments(__doc__, quick="4 depots of 500 orders for 1 s, 6 depots of 200 orders in one round, and 1,000 "
                                      "orders for 4 s")
    parser.add_argument("--parts", default=",".join(PARTS), help="which of the three")
    parser.add_argument("--sizes", help="numbers of orders")
    parser.add_argument("--seconds", type=float, default=300.0, help="limit of each engine for a day")
    parser.add_argument("--long", type=float, default=1800.0, help="limit of our own long search; 0: none")
    parser.add_argument("--engines", help="engines of the package, and parts")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", type=Path, help="not needed: the days are made here")
    parser.add_argument("--child", help="measure one day in this process")
    asked = parser.parse_args()
    asked.parts = asked.parts.split(",")
    asked.sizes = [int(size) for size in asked.sizes.split(",")] if asked.sizes else SIZES
    asked.engines = asked.engines.split(",") if asked.engines else ENGINES
    asked.night, asked.night_s, asked.depots, asked.orders, asked.work = 30, 60.0, 24, 500, 150
    if asked.quick:
        asked.sizes, asked.engines, asked.seconds, asked.long = SIZES[:1], QUICK_ENGINES, 4.0, 0.0
        asked.night, asked.night_s, asked.depots, asked.orders, asked.work, asked.rounds = 4, 1.0, 6, 200, 60, 1
    return asked


def night(asked, figures):
    """Plan a night of depots, each against the clock."""
    problems = {f"depot {i}": built(*made_up_day(500, i, "200")) for i in range(asked.night)}
    case = f"{asked.night} depots x 500 orders, {asked.night_s:g} s"
    with tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        ended = routing.batch(problems, folder, workers=2, progress=False, limit=routing.Limit(seconds=asked.night_s),
                              seed=SEED, engine="native")
        figures.add(case, "routebook", "end_to_end_s", time.perf_counter() - begin, "s")
    beside = [record.seconds - asked.night_s for record in ended.records if record.planned]
    figures.add(case, "routebook", "overhead_s", statistics.median(beside) if beside else np.nan, "s")
    figures.add(case, "routebook", "planned", len(beside), "problems")


def speedup(asked, figures):
    """Plan the same depots with one worker and with two, in turns."""
    problems = {f"warm {i}": built(*made_up_day(WARM_UP, i, "200")) for i in range(2)}
    problems |= {f"depot {i}": built(*made_up_day(asked.orders, i, "200")) for i in range(asked.depots)}
    case, took = f"{asked.depots} depots x {asked.orders} orders, counted", {1: [], 2: []}
    for turn in range(asked.rounds):
        for workers in (1, 2) if turn % 2 else (2, 1):
            took[workers].append(steady_s(problems, workers, asked.work))
    for workers, times in took.items():
        figures.add(case, "routebook", f"batch_s_{workers}_workers", statistics.median(times), "s")
    ratios = [one / two for one, two in zip(took[1], took[2], strict=True)]
    figures.add(case, "routebook", "speedup_2_cores", statistics.median(ratios), "times")


def steady_s(problems, workers, work):
    """Return the seconds from when all small problems are planned until all are."""
    ends = {}
    with tempfile.TemporaryDirectory() as folder:
        ended = routing.batch(problems, folder, workers=workers, limit=routing.Limit(iterations=work), seed=SEED,
                              engine="native",
                              progress=lambda record, _done, _total: ends.setdefault(record.name, time.perf_counter()))
    if ended.planned < len(problems):
        raise SystemExit(ended.summary())
    return max(ends.values()) - max(end for name, end in ends.items() if name.startswith("warm"))


def days(asked, size, figures):
    """Have each engine plan one day in a process of its own."""
    case, found = f"1 depot, {size:,} orders", {}
    runs = [(engine, asked.seconds) for engine in asked.engines] + [("long", asked.long)] * bool(asked.long)
    for engine, seconds in runs:
        kind = engine if engine != "long" else "native" if size <= MOST_WHOLE else "parts"
        found[engine] = child_figures(size, kind, seconds)
    costs = [told["cost"] for told in found.values() if told.get("cost")]
    for engine, told in found.items():
        name = NAMES.get(engine, engine)
        if "missing" in told:
            print(f"{case:34}{name:16}{told['missing']}")
        told["gap"] = 100.0 if not told.get("cost") else 100 * (told["cost"] / min(costs) - 1)
        for metric, value in told.items():
            if metric in UNITS:
                figures.add(case, name, metric, value if value is not None else np.nan, UNITS[metric])


def child_figures(size, engine, seconds):
    """Return the figures of one day, or why there are none."""
    if engine != "parts" and size > MOST_WHOLE:
        return {"missing": f"not tried: it needs the whole matrix, {16 * size**2 / 1e9:.1f} GB and copies of it"}
    words = [sys.executable, __file__, "--child", json.dumps([size, engine, seconds])]
    ended = subprocess.run(words, capture_output=True, encoding="utf-8", check=False)
    if not ended.returncode:
        return json.loads(ended.stdout.splitlines()[-1])
    return {"missing": (ended.stderr.strip().splitlines() or [f"code {ended.returncode}"])[-1]}


def day_figures(size, engine, seconds):
    """Return the figures of one day."""
    if engine in ("native", "parts"):
        compile_native()
    if engine == "parts":
        return parts_figures(size, seconds)
    problem, begin, first = built(*made_up_day(size, SEED)), time.monotonic(), []

    def seen(state):
        if not first and state.cost is not None:
            first.append(time.monotonic() - begin)

    try:
        plan = routing.solve(replace(problem, roads=None), routing.Limit(seconds=seconds), seed=SEED, engine=engine,
                             progress=seen, **({"threads": 2} if engine == "native" else {}))
    except routing.NoPlanError:
        return {"cost": None, "peak_mb": peak_mb()}
    return {"cost": plan.cost + plan.penalty, "unserved": len(plan.unserved),
            "first_plan_s": first[0] if first else time.monotonic() - begin, "peak_mb": peak_mb()}


def parts_figures(size, seconds):
    """Return the figures of a day planned in parts, without a matrix of all of it."""
    orders, depot, fleet, roads = made_up_day(size, SEED)
    begin, rounds = time.monotonic(), []
    plan = routing.plan_large(orders, [depot], [fleet], roads, limit=routing.Limit(seconds=seconds), seed=SEED,
                              threads=2, engine="native",
                              progress=lambda _left, _cost: rounds.append(time.monotonic() - begin))
    return {"cost": plan.history[-1][1], "unserved": len(plan.unserved), "first_plan_s": rounds[0],
            "peak_mb": peak_mb()}


def built(orders, depot, fleet, roads):
    """Return the problem of a day, with its whole matrix."""
    return routing.build_problem(orders, depot, fleet, roads, max_snap_m=5000)


def made_up_day(size, seed, sample="1000"):
    """Return orders, depot, vehicles and roads of a day: places where the sample city has customers, moved a little."""
    town = town_of(sample)
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


@cache
def town_of(sample):
    """Return the sample city; its roads are one object, so that a batch writes them once."""
    return gisdata.load_sample("wuhan", sample)


if __name__ == "__main__":
    main()
