"""How soon the first plan is there, how well a time limit is kept, and how much memory it takes, by number of orders.

Usage: python benchmarks/anytime.py [--quick] [--sizes 1000,10000,20000] [--wall] [--json FILE]

A made-up day on a plane: windows, three load dimensions, two vehicle types with costs by km and hour, one matrix that
differs by direction. Each size runs in a process of its own, on a clock of its own processor time (with --wall, or
where that cannot be had: by the wall), kernels compiled before. `first_plan_s` is from the call of `routing.solve` with
the least limit to the judged plan; `over_limit_s` is how much longer than its limit a search with one takes; `peak_mb`
is the most memory of the process, matrix included.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import cpu_clock
import numpy as np
from report import Figures, arguments, heading, peak_mb

import routing
from routing.testing import random_problem

SEED = 1
SIZES, QUICK_SIZES = (200, 1_000, 10_000, 20_000), (200, 1_000)
SPREAD_M, STAY_S, SPEED = 40_000, 300, 10.0
LEAST = routing.Limit(seconds=0.001)
UNITS = {"first_plan_s": "s", "limit_s": "s", "over_limit_s": "s", "unserved": "orders", "peak_mb": "MB"}


def main():
    asked = options()
    if asked.child:
        print(json.dumps(measured(asked.child)))
        return
    heading("numba", "numpy", seed=SEED)
    figures = Figures()
    with ExitStack() as stack:
        clock = None if asked.wall else cpu_clock.environment(stack.enter_context(cpu_clock.folder()))
        print(f"seconds of {'processor' if clock else 'wall'} time")
        for size in asked.sizes:
            words = [sys.executable, __file__, "--child", str(size)]
            told = subprocess.run(words, check=True, stdout=subprocess.PIPE, encoding="utf-8",
                                  env=clock or dict(os.environ)).stdout
            for metric, value in json.loads(told.splitlines()[-1]).items():
                figures.add(f"n={size:,}", "routebook", metric, value, UNITS[metric])
    figures.write(asked.json)


def options():
    parser = arguments(__doc__, quick="200 and 1,000 orders only")
    parser.add_argument("--sizes", help="numbers of orders")
    parser.add_argument("--wall", action="store_true", help="take the time by the wall")
    parser.add_argument("--data", type=Path, help="not needed: the day is made here")
    parser.add_argument("--child", type=int, help="measure one size in this process")
    asked = parser.parse_args()
    sizes = QUICK_SIZES if asked.quick else SIZES
    asked.sizes = [int(size) for size in asked.sizes.split(",")] if asked.sizes else sizes
    return asked


def measured(size):
    """Return the figures of one size."""
    routing.solve(random_problem(1, orders=5), routing.Limit(iterations=1), engine="native")
    problem = day(size)
    first_s, plan = timed(problem, LEAST)
    limit_s = round(2 * first_s + 2)
    took_s, _ = timed(problem, routing.Limit(seconds=limit_s))
    return {"first_plan_s": first_s, "unserved": len(plan.unserved), "limit_s": limit_s,
            "over_limit_s": took_s - limit_s, "peak_mb": peak_mb()}


def timed(problem, limit):
    """Return how long a search took, and its plan."""
    begin = time.monotonic()
    plan = routing.solve(problem, limit, seed=SEED, engine="native", progress=False)
    return time.monotonic() - begin, plan


def day(size):
    """Return a day of so many orders."""
    draw = np.random.default_rng(SEED)
    at = draw.integers(0, SPREAD_M, (size + 1, 2))
    at[0] = SPREAD_M // 2
    opens = draw.integers(8, 15, size) * 3600
    weight, volume, pieces = draw.integers(5, 200, size), draw.integers(1, 20, size) / 10, draw.integers(1, 6, size)
    orders = [routing.Order(f"{i:05d}", lon=0, lat=0, weight_kg=float(weight[i]), volume_m3=float(volume[i]),
                            pieces=float(pieces[i]), service_s=STAY_S,
                            window=routing.TimeWindow(int(opens[i]), int(opens[i]) + 3 * 3600)) for i in range(size)]
    shift = routing.TimeWindow(7 * 3600, 20 * 3600)
    fleet = [routing.VehicleType(name, count=size // 8 + 2, payload_kg=load, volume_m3=load / 100, pieces=load / 10,
                                 shift=shift, tariff=routing.Tariff(fixed=fixed, per_km=per_km, per_hour=30.0))
             for name, load, fixed, per_km in (("van", 1200.0, 120.0, 1.1), ("truck", 3000.0, 220.0, 1.9))]
    labels = ("depot D", *(f"order {order.id}" for order in orders))
    return routing.Problem(orders, [routing.Depot("D", lon=0, lat=0)], fleet,
                           [routing.TravelMatrix("van", labels, *travel(at, draw))])


def travel(at, draw):
    """Return seconds and metres between places, row by row, so that no copy of all is needed."""
    seconds, metres = (np.empty((len(at), len(at)), dtype=np.int64) for _ in range(2))
    for i, place in enumerate(at):
        detour = draw.uniform(1.1, 1.5, len(at))
        metres[i] = np.hypot(*(at - place).T) * detour
        seconds[i] = metres[i] / SPEED
    for numbers in (seconds, metres):
        numbers.setflags(write=False)
    return seconds, metres


if __name__ == "__main__":
    main()
