"""One run of benchmarks/loading.py in a process of its own: fill, judge, tell the figures.

Usage: python benchmarks/loading_run.py '{"set": ..., "problem": ..., "engine": ..., "seconds": ..., "support": ...,
"data": ...}'; the last line printed is the answer as JSON.
"""

import json
import os
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import loading_cases
from loading_peers import PEERS, unit_of

from routing.loading import LoadingRules, LoadPlan, Placement, check_load, fill
from routing.model import Limit

TOUCHES = 1e-6
"""Share of support below which a piece floats."""


def main():
    asked = json.loads(sys.argv[1])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-1:])
    folder = Path(asked["data"])
    several = asked["set"] == "THPACK9"
    cases = loading_cases.several(folder) if several else loading_cases.fillings(folder, asked["set"])
    print(json.dumps(answer(asked, cases[asked["problem"]], several=several)))


def answer(asked, case, *, several):
    """Return the figures of one run, or why there are none."""
    rules = LoadingRules(support=asked["support"], removal=False)
    try:
        loads = loads_of(asked, case, rules, several=several)
    except ImportError as error:
        return {"status": "missing", "message": str(error)}
    faults = Counter(violation.rule for load in loads for violation in check_load(load, case.units, complete=False))
    return {"status": "ok", "case": case.name, "fill": sum(load.fill for load in loads) / max(1, len(loads)),
            "spaces": len(loads), "left": sum(unit.count for unit in case.units)
            - sum(len(load.placements) for load in loads),
            "floating": unsupported(loads, case, TOUCHES), "not_full": unsupported(loads, case, 1.0),
            "orientation": faults.pop("load_orientation", 0), "faults": dict(faults)}


def loads_of(asked, case, rules, *, several):
    """Return the loads of an engine, after it was made ready with a small problem."""
    seconds = asked["seconds"]
    if asked["engine"] == "routebook":
        space = [case.space] if several else case.space
        return fill(space, case.units, rules=rules, limit=Limit(seconds=seconds)).loads
    found = PEERS[asked["engine"]](case.space, case.units, seconds, several)
    scale = unit_of(case.space, case.units)
    used = Counter()
    loads = []
    for load in found:
        placements = []
        for row, (x, y, z), (length, width, height) in load:
            used[row] += 1
            placements.append(Placement("", case.units[row].id, used[row], x_mm=x * scale, y_mm=y * scale,
                                        z_mm=z * scale, length_mm=length * scale, width_mm=width * scale,
                                        height_mm=height * scale))
        loads.append(LoadPlan(case.space, tuple(placements), rules=rules))
    return loads


def unsupported(loads, case, share):
    """Return how many pieces are supported by less than a share of their base."""
    rules = LoadingRules(support=share, removal=False)
    return sum(violation.rule == "load_support" for load in loads
               for violation in check_load(replace(load, rules=rules), case.units, complete=False))


if __name__ == "__main__":
    main()
