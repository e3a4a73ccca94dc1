"""Plan published routing problems with three-dimensional loads (3L-CVRP) within their fleet, beside the best published.

Run as ``python benchmarks/route3l.py --data DIR``, with the folder that holds `3l-cvrp`. All rules are on: 75 %
support, fragile goods, last in first out. Every plan goes to the judge. Seconds are by the wall, two searches side by
side.
"""

import json
import math
from pathlib import Path

from report import Figures, arguments, heading
from route3l_cases import ALL_RULES, instance

from routing import Limit, check, solve

SEED, THREADS = 1, 2


def main():
    """Measure all instances and write the figures."""
    parser = arguments(__doc__, quick="two instances, 8 s each")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds 3l-cvrp")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--instances", help="names like E016-03m, by commas; all without")
    options = parser.parse_args()
    heading("ortools", "numba", seed=SEED)
    folder = options.data / "3l-cvrp"
    published = json.loads((folder / "solutions_summary.json").read_text(encoding="utf-8"))
    names = options.instances.split(",") if options.instances else sorted(path.stem for path in folder.glob("E*.json"))
    names, seconds = (names[:2], 8.0) if options.quick else (names, options.seconds)
    figures = Figures()
    gaps = [measure(name, instance(folder / f"{name}.json"), best_of(published[name]), seconds, figures)
            for name in names]
    figures.add(f"{len(gaps)} instances", "routebook", "mean gap", math.fsum(gaps) / len(gaps), "%")
    figures.write(options.json)


def best_of(record):
    """Return the lowest cost published with all rules, of several runs of its authors."""
    return min(run[0] for variant, run in record.items() if variant.startswith(ALL_RULES) and run[0] != "ERR")


def measure(name, problem, best, seconds, figures):
    """Add the figures of one instance and return the gap; infinite if an order is not served."""
    plan = solve(problem, Limit(seconds=seconds), seed=SEED, loading="pack", threads=THREADS)
    gap = math.inf if plan.unserved else 100 * (plan.cost / best - 1)
    for metric, value, unit in (("cost", plan.cost, "units"), ("published", best, "units"), ("gap", gap, "%"),
                                ("vehicles", len(plan.routes), "vehicles"), ("unserved", len(plan.unserved), "orders"),
                                ("faults", len(check(plan)), "faults")):
        figures.add(name, "routebook", metric, value, unit)
    return gap


if __name__ == "__main__":
    main()
