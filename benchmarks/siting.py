"""Siting: our models and spopt with its default solver (CBC) on the same random towns; time, and gap to the optimum.

Usage: python benchmarks/siting.py [--quick] [--models p_median,max_cover] [--cap 120] [--seed 1] [--json FILE]
       [--markdown docs/benchmarks-siting.md]

Places and sites lie at random in a square 100 by 100, demands are 1 to 99; a site reaches 20 far, for set covering as
far as it must. Every run is a process of its own; seconds are processor time of it and of the programs that it starts,
from the matrix in memory to the answer. A run of spopt that is not proven optimal within the cap (by the same clock)
counts as the cap, and its unit says so. spopt has no model of fixed charges with capacities: there the gap is to our
own bound. Figures are written after each run, so that a campaign cut short keeps what it has. spopt comes with the
extra `test`; where it is missing a row says so.
"""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import siting_page
from report import Figures, arguments, heading

SIZES = ((50, 500), (50, 2000), (100, 1000), (100, 2000))
MODELS = {"p_median": 10, "p_centre": 10, "set_cover": None, "max_cover": 10}
REACH = 20.0
CHARGED = ("fixed_charge", "single_source")
CAP, QUICK_CAP = 120.0, 15.0


def main():
    asked = options()
    if asked.run:
        print(json.dumps(run(*json.loads(asked.run))))
        return
    heading("spopt", "PuLP", "ortools", "numba", seed=asked.seed)
    figures = Figures()
    for sites, places in SIZES[:1] if asked.quick else SIZES:
        for model in asked.models:
            case = f"{model} {sites}x{places}"
            engines = ("routebook",) if model in CHARGED else ("routebook", "spopt")
            ours = None
            for engine in engines:
                answer = one_run(engine, model, sites, places, asked)
                ours = ours or answer
                note(figures, case, engine, answer, ours, asked.cap)
                figures.write(asked.json)
    if asked.markdown:
        asked.markdown.write_text(siting_page.page(figures, asked.cap, asked.seed), encoding="utf-8")


def options():
    parser = arguments(__doc__, quick="50 sites and 500 places only, cap 15 s, without the p-centre")
    parser.add_argument("--data", type=Path, help="not needed: the towns are made here")
    parser.add_argument("--markdown", type=Path, help="write the page of docs")
    parser.add_argument("--models", default="", help=f"of {', '.join([*MODELS, *CHARGED])}")
    parser.add_argument("--cap", type=float, help="most seconds of a solver")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--run", default="", help="one run, as JSON: engine, model, sites, places, seed, cap")
    asked = parser.parse_args()
    every = [name for name in (*MODELS, *CHARGED) if not (asked.quick and name == "p_centre")]
    asked.models = [name for name in asked.models.split(",") if name] or every
    asked.cap = asked.cap or (QUICK_CAP if asked.quick else CAP)
    return asked


def one_run(engine, model, sites, places, asked):
    """Return the answer of a process of its own."""
    words = [sys.executable, __file__, "--run", json.dumps([engine, model, sites, places, asked.seed, asked.cap])]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    if done.returncode:
        return {"missing": (done.stderr.strip().splitlines() or ["no word"])[-1]}
    return json.loads(done.stdout.strip().splitlines()[-1])


def run(engine, model, sites, places, seed, cap):
    """Return seconds, objective, bound and whether it is proven."""
    travel, demand, table = town(sites, places, seed)
    solve = {"routebook": by_routebook, "spopt": by_spopt}[engine]
    if engine == "routebook":
        solve(model, *town(5, 20, seed), 5.0)  # loads kernels
    before = cpu_seconds()
    objective, bound, proven = solve(model, travel, demand, table, cap)
    return {"seconds": cpu_seconds() - before, "objective": objective, "bound": bound, "proven": proven}


def town(sites, places, seed):
    """Return distances from site to place, demands, and sites with capacities for four times the demand, and costs."""
    rng = np.random.default_rng(seed)
    ours, theirs = rng.random((sites, 1, 2)) * 100, rng.random((1, places, 2)) * 100
    travel = np.round(np.hypot(*(ours - theirs).transpose(2, 0, 1)), 3)
    demand = rng.integers(1, 100, places)
    share = rng.integers(10, 160, sites)
    capacity = np.ceil(4 * demand.sum() * share / share.sum())
    fixed = np.round(5 * rng.uniform(90, 110, sites) * np.sqrt(capacity))
    return travel, demand, pd.DataFrame({"capacity": capacity, "fixed_cost": fixed})


def reach_of_all(travel):
    """Return how far a site must reach so that every place is within reach of one."""
    return max(REACH, float(travel.min(axis=0).max()))


def by_routebook(model, travel, demand, table, cap):
    from routing import Limit, siting

    places = pd.DataFrame({"demand": demand})
    limit = Limit(seconds=cap)
    if model in CHARGED:
        found = siting.fixed_charge(travel, places, table, single_source=model == "single_source",
                                    limit=Limit(seconds=min(cap, 60.0)))
    elif model == "set_cover":
        found = siting.set_cover(travel, places, table[[]], reach_of_all(travel), limit=limit)
    elif model == "max_cover":
        found = siting.max_cover(travel, places, table[[]], min(len(table), MODELS[model]), REACH, limit=limit)
    else:
        found = getattr(siting, model)(travel, places, table[[]], min(len(table), MODELS[model]), limit=limit)
    return found.objective, found.bound, found.status == "optimal"


def by_spopt(model, travel, demand, _, cap):
    import pulp
    from spopt import locate

    make = {"p_median": lambda: locate.PMedian.from_cost_matrix(travel.T, demand, MODELS[model]),
            "p_centre": lambda: locate.PCenter.from_cost_matrix(travel.T, MODELS[model]),
            "set_cover": lambda: locate.LSCP.from_cost_matrix(travel.T, reach_of_all(travel)),
            "max_cover": lambda: locate.MCLP.from_cost_matrix(travel.T, demand, REACH, MODELS[model])}[model]
    begin = cpu_seconds()
    task = make()
    left = max(1.0, cap - (cpu_seconds() - begin))
    solver = pulp.PULP_CBC_CMD(msg=False, timeLimit=left, timeMode="cpu")
    try:
        task.solve(solver, results=False)
        status, objective = task.problem.sol_status, pulp.value(task.problem.objective)
    except RuntimeError:  # spopt's word for a status that is not optimal
        status, objective = 0, None
    within = cpu_seconds() - begin < cap
    return objective, None, status == pulp.LpSolutionOptimal and within


def cpu_seconds():
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def note(figures, case, engine, answer, ours, cap):
    """Print and keep seconds, and the gap to the proven bound."""
    if "missing" in answer:
        figures.add(case, engine, "solve_s", math.nan, f"not run: {answer['missing']}")
        return
    capped = engine == "spopt" and not answer["proven"]
    seconds, unit = (cap, "s, not proven by then") if capped else (answer["seconds"], "s")
    figures.add(case, engine, "solve_s", seconds, unit)
    bound = ours.get("bound")
    gap = math.nan
    if answer["objective"] is not None and bound is not None:
        gap = 100 * abs(answer["objective"] - bound) / abs(answer["objective"])
    figures.add(case, engine, "gap_percent", gap, "%")


if __name__ == "__main__":
    main()
