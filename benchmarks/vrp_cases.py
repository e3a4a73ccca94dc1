"""The instances of benchmarks/vrp.py: which there are, how each is read, and the best known of each."""

import csv
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import gisdata
from routing import build_problem
from routing.interop import read_instance, read_vrplib_solution

FIRST_COST = 10_000.0
"""Fixed cost of a vehicle where vehicles come first: more than any detour that saves one."""
ROADS = {"monaco-80": ("monaco", "80"), "wuhan-200": ("wuhan", "200"), "wuhan-1000": ("wuhan", "1000")}


@dataclass(frozen=True)
class Set:
    """Instances of one kind: files of a folder.

    `rounding` is that of the best known; `column` names that of best-known.csv, where the best known is not a `.sol`.
    """

    pattern: str = "*.vrp"
    rounding: str | None = None
    column: str = ""
    fleet_first: bool = False


SETS = {
    "cvrp": Set(),
    "cvrp-xxl": Set(),
    "vrptw": Set(),
    "vrptw-solomon": Set("*.txt", "truncate_1_decimal", "best_cost_distance_objective"),
    "vrptw-homberger": Set("*.txt", "truncate_1_decimal", "best_cost_distance_objective"),
    "pcvrptw": Set(),
    "mdvrptw": Set(),
    "mdvrp-cordeau": Set("*.txt", "nearest_3_decimals", "best_cost"),
    "hfvrp": Set(),
    "hvrp": Set("*.txt", "nearest_3_decimals", "best_cost"),
    "sdvrptw": Set(),
    "vrpb": Set(),
    "pdptw-lilim": Set("*.txt", "nearest_2_decimals", "best_cost", fleet_first=True),
}


class Case(NamedTuple):
    """One problem: the best known cost is in units of its tariffs, None where nobody has published one."""

    problem: object
    best: float | None
    best_vehicles: int | None
    fleet_first: bool


def names(kind, data, most=None):
    """Return the instances of a set, small ones first; of `most`, evenly spread over the sizes."""
    if kind == "roads":
        return [name for name in ROADS if name != "monaco-80"]
    if data is None:
        raise SystemExit(f"set {kind!r} needs --data, the folder with published instances")
    files = sorted((data / kind).glob(SETS[kind].pattern), key=lambda path: (path.stat().st_size, path.name))
    if most and most < len(files):
        files = [files[(2 * i + 1) * len(files) // (2 * most)] for i in range(most)]
    return [path.name for path in files]


def load(kind, name, data):
    """Return a case."""
    if kind == "roads":
        sample = gisdata.load_sample(*ROADS[name])
        problem = build_problem(sample.orders, sample.depots, sample.vehicles, sample.roads)
        return Case(replace(problem, roads=None), None, None, fleet_first=False)
    described, path = SETS[kind], Path(data) / kind / name
    problem = read_instance(path, rounding=described.rounding)
    if not described.column:
        best = read_vrplib_solution(path.with_suffix(".sol"), problem).plan
        return Case(problem, best.cost + best.penalty, len(best.routes), described.fleet_first)
    row = published(Path(data), kind, path.stem)
    vehicles = int(row["vehicles_of_best"]) if row["vehicles_of_best"] and described.column == "best_cost" else None
    best = float(row[described.column])
    if described.fleet_first:
        fleet = tuple(replace(kind, tariff=replace(kind.tariff, fixed=FIRST_COST)) for kind in problem.fleet)
        problem, best = replace(problem, fleet=fleet), best + FIRST_COST * vehicles
    return Case(problem, best, vehicles, described.fleet_first)


def published(data, kind, instance):
    """Return the row of an instance in best-known.csv."""
    with (data / "best-known.csv").open(encoding="utf-8", newline="") as lines:
        return next(row for row in csv.DictReader(lines) if (row["set"], row["instance"]) == (kind, instance))
