"""Decide whether published routes can be loaded: fits, proven not, or not decided; every load goes to the judge.

Run as ``python benchmarks/route_loading.py --data DIR``, with the folder that holds `3l-cvrp-solutions`. Seconds are
CPU seconds of one thread, with kernels compiled before.
"""

import time
from collections import Counter
from pathlib import Path

import numpy as np
from report import Figures, arguments, heading
from route3l_cases import ALL_RULES, LOADING_ONLY, published_routes

from routing.loading import check_load, pack

SEED = 1


def main():
    """Measure both sets and write the figures."""
    parser = arguments(__doc__, quick="every fifth route only")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds 3l-cvrp-solutions")
    options = parser.parse_args()
    heading("ortools", "numba", seed=SEED)
    figures = Figures()
    for variant in (ALL_RULES, LOADING_ONLY):
        measure(variant, published_routes(options.data, variant)[::5 if options.quick else 1], figures)
    figures.write(options.json)


def measure(variant, routes, figures):
    """Add the figures of one set, all rules on."""
    pack(routes[0].orders, routes[0].load.space, seed=SEED)  # compiles
    answers, seconds, faults = Counter(), [], 0
    for route in routes:
        began = time.process_time()
        packing = pack(route.orders, route.load.space, seed=SEED, explain=False)
        seconds.append(time.process_time() - began)
        answers[packing.answer] += 1
        faults += bool(packing.load and check_load(packing.load, route.orders))
    counts = {"routes": len(routes), "fits": answers["fits"], "proven not to fit": answers["proven not to fit"],
              "not decided": answers["not decided"], "loads with faults": faults}
    for metric, value in counts.items():
        figures.add(variant, "routebook", metric, value, "routes")
    for metric, share in (("median", 0.5), ("p95", 0.95), ("longest", 1)):
        figures.add(variant, "routebook", metric, np.quantile(seconds, share), "s")


if __name__ == "__main__":
    main()
