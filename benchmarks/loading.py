"""Filling of containers: our search and other programs on published problems, in the same time, one processor each.

Usage: python benchmarks/loading.py --data DIR [--sets BR1,BR8,THPACK9] [--engines routebook,packvium] [--seconds 10]
           [--most 10] [--support 1,0] [--wall] [--resume FILE] [--quick] [--json FILE]

DIR holds `br/` and `thpack9.txt`, in OR-Library form. Every run is a process of its own, with kernels warm, whose
clocks run by its own processor time where that can be had (with --wall: by the wall). Every load is judged by the
package, whoever made it: pieces that float, that are supported in part only, that are turned as they must not be, and
all other faults are counted. Peers know no rule of support and are compared with ours at support 0. A program that is
missing is a row.
"""

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import cpu_clock
import loading_cases
from loading_peers import PEERS, SEVERAL
from report import Figures, arguments, heading

QUICK = {"sets": "BR1,BR7,BR15,THPACK9", "engines": "routebook,packingsolver3d", "seconds": 1.0, "most": 1}
HEAD = f"{'problem':14}{'engine':18}{'support':>8}{'fill %':>9}{'spaces':>8}{'floating':>10}{'partly':>8}" \
       f"{'turned':>8}{'faults':>8}"
PATIENCE = 60
"""A run is ended after so many times its seconds on the wall, and ten minutes."""
KEY = ("set", "problem", "engine", "seconds", "support")


def main():
    asked = options()
    heading("numba", *PEERS, seed="none, the search draws nothing")
    figures, runs = Figures(), []
    with ExitStack() as stack:
        clock = None if asked.wall else cpu_clock.environment(stack.enter_context(cpu_clock.folder()))
        print(f"{asked.seconds:g} s of {'processor' if clock else 'wall'} time, one processor\n{HEAD}")
        for kind in asked.sets.split(","):
            for engine, support in lines_of(asked, kind):
                runs += one_set(asked, kind, engine, support, clock or dict(os.environ))
    print()
    for kind, engine, support in dict.fromkeys((run["set"], run["engine"], run["support"]) for run in runs):
        note(figures, [run for run in runs if (run["set"], run["engine"], run["support"]) == (kind, engine, support)])
    figures.write(asked.json)


def options():
    parser = arguments(__doc__, quick="one problem of four sets, two engines, 1 s each")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sets", default=",".join((*loading_cases.SETS, "THPACK9")))
    parser.add_argument("--engines", default=",".join(("routebook", *PEERS)))
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--most", type=int, help="so many problems of a set")
    parser.add_argument("--support", default="1,0", help="shares of the base that ours supports")
    parser.add_argument("--wall", action="store_true", help="take the time by the wall")
    parser.add_argument("--resume", type=Path, help="runs are added here, and those that stand here are not run again")
    asked = parser.parse_args()
    if asked.quick:
        for name, value in QUICK.items():
            setattr(asked, name, value)
    return asked


def lines_of(asked, kind):
    """Yield engine and share of support, for each line of the comparison on a set."""
    for engine in asked.engines.split(","):
        if engine == "routebook":
            yield from ((engine, float(share)) for share in asked.support.split(","))
        elif kind != "THPACK9" or engine in SEVERAL:
            yield engine, 0.0


def one_set(asked, kind, engine, support, environment):
    """Return the runs of one engine on one set."""
    cases = (loading_cases.several(asked.data, asked.most) if kind == "THPACK9"
             else loading_cases.fillings(asked.data, kind, asked.most))
    done = {tuple(run[key] for key in KEY): run for run in kept(asked.resume)}
    runs = []
    for problem in range(len(cases)):
        request = {"set": kind, "problem": problem, "engine": engine, "seconds": asked.seconds, "support": support}
        key = tuple(request[field] for field in KEY)
        if key not in done:
            done[key] = request | one_run(request | {"data": str(asked.data)}, environment)
            keep(asked.resume, done[key])
        runs.append(done[key])
        print(line_of(done[key]), flush=True)
        if done[key]["status"] == "missing":
            break
    return runs


def one_run(request, environment):
    """Return the answer of a process of its own."""
    script = Path(__file__).with_name("loading_run.py")
    try:
        ended = subprocess.run([sys.executable, script, json.dumps(request)], capture_output=True, encoding="utf-8",
                               env=environment, timeout=600 + PATIENCE * request["seconds"], check=False)
    except subprocess.TimeoutExpired:
        return {"status": "failed", "message": "did not end"}
    if ended.returncode:
        lines = ended.stderr.strip().splitlines()
        return {"status": "failed", "message": lines[-1] if lines else f"exit code {ended.returncode}"}
    return json.loads(ended.stdout.splitlines()[-1])


def line_of(run):
    if run["status"] != "ok":
        return f"{run['set']:14}{run['engine']:18}{run['support']:8g}  {run['status']}: {run['message']}"
    others = sum(run["faults"].values())
    return (f"{run['case']:14}{run['engine']:18}{run['support']:8g}{100 * run['fill']:9.2f}{run['spaces']:8}"
            f"{run['floating']:10}{run['not_full']:8}{run['orientation']:8}{others:8}")


def note(figures, runs):
    """Add the figures of one engine on one set."""
    good = [run for run in runs if run["status"] == "ok"]
    if not good:
        print(f"{runs[0]['set']:34}{runs[0]['engine']:16}not run: {runs[0]['message']}")
        return
    case = f"{runs[0]['set']} support={runs[0]['support']:g} n={len(good)}"
    figures.add(case, runs[0]["engine"], "fill_percent", 100 * sum(run["fill"] for run in good) / len(good), "%")
    for metric, value in (("spaces", sum(run["spaces"] for run in good)),
                          ("floating", sum(run["floating"] for run in good)),
                          ("turned_wrongly", sum(run["orientation"] for run in good)),
                          ("faults", sum(sum(run["faults"].values()) for run in good))):
        figures.add(case, runs[0]["engine"], metric, value, "pieces" if metric != "spaces" else "spaces")


def kept(path):
    """Return the runs of a file."""
    if not path or not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def keep(path, run):
    """Add a run to a file, if there is one; an engine that is missing now may be there the next time."""
    if path and run["status"] == "ok":
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(run) + "\n")


if __name__ == "__main__":
    main()
