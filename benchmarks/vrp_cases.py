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


THIRD = {
    "cvrp": ("X-n143-k7.vrp", "X-n214-k11.vrp", "X-n284-k15.vrp", "X-n367-k17.vrp", "X-n513-k21.vrp", "X-n716-k35.vrp",
             "X-n1001-k43.vrp"),
    "vrptw": ("C1_10_1.vrp", "C2_10_1.vrp"),
    "vrptw-solomon": ("C107.txt", "R108.txt", "R208.txt"),
    "vrptw-homberger": ("c2_2_4.txt", "rc2_2_1.txt", "r1_4_6.txt", "c1_6_2.txt", "r2_6_8.txt", "c2_8_4.txt",
                        "rc2_8_1.txt"),
    "mdvrptw": ("PR21A.vrp", "PR23B.vrp"),
    "mdvrp-cordeau": ("p12.txt", "pr04.txt"),
    "hfvrp": ("X322-HD.vrp", "X209-FSMFD.vrp", "X916-FSMFD.vrp"),
    "hvrp": ("HVRP16.txt", "HVRP_DLP_87.txt", "HVRP_DLP_29.txt"),
    "sdvrptw": ("PR01.vrp", "PR24A.vrp"),
    "pcvrptw": ("RC1_10_8.vrp", "C2_10_2.vrp"),
    "vrpb": ("X-n641-50-k18.vrp", "X-n895-50-k19.vrp"),
    "pdptw-lilim": ("lr112.txt", "lc208.txt", "LC1_2_4.txt", "LR1_4_8.txt", "LRC1_4_1.txt", "LRC2_6_2.txt",
                    "LC2_6_6.txt", "LRC2_8_2.txt", "LC1_10_4.txt", "LRC1_10_1.txt"),
}
"""The named third of each set, for long runs: every third instance by size, from the second on."""


class Case(NamedTuple):
    """One problem: the best known cost is in units of its tariffs, None where nobody has published one."""

    problem: object
    best: float | None
    best_vehicles: int | None
    fleet_first: bool


def names(kind, data, most=None, *, third=False):
    """Return the instances of a set, small ones first; of `most`, evenly spread over the sizes; or the named third."""
    if kind == "roads":
        return [name for name in ROADS if name != "monaco-80"]
    if data is None:
        raise SystemExit(f"set {kind!r} needs --data, the folder with published instances")
    if third and kind in THIRD:
        return list(THIRD[kind])
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
