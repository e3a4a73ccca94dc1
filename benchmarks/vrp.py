"""Cost of plans: our engines and other solvers on the same problems in the same time, on one processor.

Usage: python benchmarks/vrp.py [--data DIR] [--set cvrp,vrptw] [--engines native,pyvrp] [--seconds 10] [--seeds 3]
           [--most N | --third] [--cpus 1] [--wall] [--resume FILE] [--json FILE] [--markdown FILE] [--note TEXT]
           [--verify] [--quick]

DIR holds a folder for each set, as `vrp_cases.SETS` names them, and best-known.csv; the set `roads` (sample days) needs
none. Every run is a process of its own whose clocks run by its own processor time, so that the load of the machine does
not matter (with --wall, or where that cannot be had: by the wall). Every plan is timed, priced and judged by the
package, whoever made it. The gap is to the best known cost; on `roads`, to the best of all runs. Where vehicles come
first, each costs 10,000. Peers come with the extra `bench`; one that is missing is a row. With --cpus 2 our engine runs
on two processors, and on one for 1.6 times as long. With --resume a campaign goes on where it was left, see vrp_record.
"""

import itertools
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import cpu_clock
import vrp_cases
import vrp_page
import vrp_record
import vrp_table
from report import arguments, heading

from routing.checker import check
from routing.errors import UnsupportedRuleError
from routing.interop import read_instance, read_vrplib_solution

ENGINES = ("native", "pyvrp", "hygese", "commiv", "vroom", "ortools")
QUICK_ENGINES, QUICK_SECONDS = ("native", "pyvrp"), 2.0
UNSEEDED = {"ortools", "vroom"}
"""Engines whose solver draws nothing: they run once, whatever the number of seeds."""
THREADED = ("native",)
PATIENCE = 40
"""A run is ended after so many times its seconds on the wall, and a minute."""


def main():
    asked = options()
    if asked.verify:
        verify(asked)
        return
    heading("ortools", "pyvrp", "hygese", "commiv", "pyvroom", "numba", seed=f"1 to {asked.seeds}")
    with ExitStack() as stack:
        clock = None if asked.wall else cpu_clock.environment(stack.enter_context(cpu_clock.folder()))
        print(f"{asked.seconds:g} s of {'processor' if clock else 'wall'} time, {asked.cpus} processor(s); "
              f"{', '.join(sorted(UNSEEDED))} draw nothing and run once")
        print(vrp_table.HEAD)
        runs = all_runs(asked, clock or dict(os.environ))
    print()
    print(vrp_table.text_table(vrp_table.summary(runs)))
    if asked.json:
        asked.json.write_text(json.dumps(vrp_table.figures(runs), indent=1), encoding="utf-8")
    if asked.markdown:
        asked.markdown.write_text(vrp_page.page(vrp_record.kept(asked.resume) or runs, asked.note), encoding="utf-8")


def options():
    parser = arguments(__doc__, quick="wuhan-200, and with --data one cvrp and one vrptw; two engines, 2 s each")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--set", default="", help=f"of roads, {', '.join(vrp_cases.SETS)}")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--most", type=int, help="so many instances a set, evenly spread over the sizes")
    parser.add_argument("--third", action="store_true", help="the named third of each set")
    parser.add_argument("--cpus", type=int, default=1, help="more than one: our engine only, and beside it on one")
    parser.add_argument("--wall", action="store_true", help="take the time by the wall")
    parser.add_argument("--resume", type=Path, help="runs are added here, and those that stand here are not run again")
    parser.add_argument("--markdown", type=Path, help="write the page of docs, of all runs in --resume")
    parser.add_argument("--note", default="", help="a sentence for the page, such as what else the machine did")
    parser.add_argument("--verify", action="store_true", help="judge the published solutions instead of solving")
    asked = parser.parse_args()
    if asked.quick:
        asked.seconds, asked.seeds, asked.engines = QUICK_SECONDS, 1, ",".join(QUICK_ENGINES)
    if asked.cpus > 1:
        asked.engines = ",".join(name for name in asked.engines.split(",") if name in THREADED)
    asked.set = [name for name in asked.set.split(",") if name] or [
        "roads", *(("cvrp", "vrptw-solomon") if asked.data else ())]
    return asked


def all_runs(asked, environment):
    """Run what is asked for and not yet in the file; print each as it comes; return all that was asked for."""
    done = {tuple(run[key] for key in vrp_record.KEY): run for run in vrp_record.kept(asked.resume)}
    runs = []
    for request in requests(asked):
        key = tuple(request[name] for name in vrp_record.KEY)
        if key not in done:
            given = request | {"data": str(asked.data) if asked.data else None}
            clock = environment | {cpu_clock.PROCESSORS: str(request["cpus"])}
            done[key] = request | vrp_record.stamp(request["engine"]) | one_run(given, clock)
            vrp_record.keep(asked.resume, done[key])
        runs.append(done[key])
        print(vrp_table.line_of(done[key]), flush=True)
    return runs


def requests(asked):
    """Yield every run that is asked for."""
    times = [(asked.cpus, asked.seconds)] + [(1, vrp_record.ON_ONE * asked.seconds)] * (asked.cpus > 1)
    for kind in asked.set:
        listed = vrp_cases.names(kind, asked.data, asked.most, third=asked.third)
        for name, seed, engine, (cpus, seconds) in itertools.product(
                listed[:1] if asked.quick else listed, range(1, asked.seeds + 1), asked.engines.split(","), times):
            if seed == 1 or engine not in UNSEEDED:
                yield {"set": kind, "instance": name, "engine": engine, "seconds": seconds, "seed": seed, "cpus": cpus}


def one_run(request, environment):
    """Return the answer of a process of its own."""
    script = Path(__file__).with_name("vrp_run.py")
    try:
        ended = subprocess.run([sys.executable, script, json.dumps(request)], capture_output=True, encoding="utf-8",
                               env=environment, timeout=60 + PATIENCE * request["seconds"], check=False)
    except subprocess.TimeoutExpired:
        return {"status": "failed", "message": "did not end"}
    if ended.returncode:
        lines = ended.stderr.strip().splitlines()
        return {"status": "failed", "message": lines[-1] if lines else f"exit code {ended.returncode}"}
    return json.loads(ended.stdout.splitlines()[-1])


def verify(asked):
    """Print what the judge says to every published solution, and its cost beside the one stated."""
    print(f"{'set':12}{'instance':22}{'violations':>11}{'cost':>18}{'stated':>20}{'stated / cost':>15}")
    for kind in vrp_cases.SETS:
        for path in sorted((asked.data / kind).glob("*.sol")):
            try:
                problem = read_instance(path.with_suffix(".vrp"))
            except UnsupportedRuleError as error:
                print(f"{kind:12}{path.stem:22}{error}")
                continue
            plan, stated = read_vrplib_solution(path, problem)
            cost = plan.cost + plan.penalty
            print(f"{kind:12}{path.stem:22}{len(check(plan)):11}{cost:18,.3f}{stated:20,.3f}{stated / cost:15.9g}",
                  flush=True)


if __name__ == "__main__":
    main()
