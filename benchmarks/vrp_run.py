"""One run of benchmarks/vrp.py in a process of its own: read the instance, solve it, judge the plan, tell the figures.

Usage: python benchmarks/vrp_run.py '{"set": ..., "instance": ..., "data": ..., "engine": ..., "seconds": ...,
"seed": ..., "cpus": ...}'; the last line printed is the answer as JSON.
"""

import json
import os
import sys
from importlib import import_module
from inspect import signature
from pathlib import Path

import vrp_cases
from peers import MODULES, peer_named
from peers.common import unknown_rules

from routing.assemble import assemble_plan
from routing.checker import check
from routing.engines import ENGINES
from routing.engines.auto import compile_native
from routing.errors import NoPlanError
from routing.model import Limit
from routing.testing import random_problem

WARM_SECONDS = 0.2


def main():
    asked = json.loads(sys.argv[1])
    pin(asked["cpus"])
    print(json.dumps(answer(asked)))


def answer(asked):
    """Return the figures of one run, or why there are none."""
    try:
        case = vrp_cases.load(asked["set"], asked["instance"], asked["data"])
    except NotImplementedError as error:
        return {"status": "refused", "message": str(error)}
    try:
        refusal, solve = solver_of(asked, case)
        if refusal:
            return {"status": "refused", "message": refusal}
        warm(asked, case)
    except ImportError as error:
        return {"status": "missing", "message": str(error)}
    before = cpu_seconds()
    plan = solve(case.problem, asked["seconds"], asked["seed"])
    used = cpu_seconds() - before
    violations = [violation for violation in check(plan) if violation.rule != "reasons"]
    if violations:
        return {"status": "wrong", "message": str(violations[0])}
    unserved = [left for left in plan.unserved if order_of(case.problem, left.order).penalty is None]
    return {"status": "ok", "cost": plan.cost + plan.penalty, "vehicles": len(plan.routes),
            "distance": plan.distance_m, "unserved": len(unserved),
            "best": case.best, "best_vehicles": case.best_vehicles, "fleet_first": case.fleet_first,
            "orders": len(case.problem.orders), "cpu_s": used}


def solver_of(asked, case):
    """Return why the engine cannot, and a function that gives its plan."""
    name = asked["engine"]
    if name in MODULES:
        peer = peer_named(name)

        def by_peer(problem, seconds, seed):
            sequences = peer.solve(problem, seconds, seed)
            return assemble_plan(problem, sequences, engine=name, limit=Limit(seconds=seconds), seed=seed)

        return peer.refuses(case.problem), by_peer
    if name not in ENGINES:
        raise ImportError(f"there is no engine {name!r}")
    module, kind = ENGINES[name]
    given = {"threads": asked["cpus"], "objective": "fleet" if case.fleet_first else "cost"}
    made = getattr(import_module(module), kind)
    engine = made(**{key: value for key, value in given.items() if key in signature(made).parameters})

    def by_engine(problem, seconds, seed):
        limit = Limit(seconds=seconds)
        try:
            return engine.solve(problem, limit, seed)
        except NoPlanError:
            return assemble_plan(problem, [], engine=name, limit=limit, seed=seed)

    return unknown_rules(case.problem, engine.supports), by_engine


def warm(asked, case):
    """Load and compile what the engine needs, with a small problem, before its time is taken."""
    if asked["engine"] in ("native", "auto"):
        compile_native()
    small = random_problem(1, orders=5)
    refusal, solve = solver_of(asked, case._replace(problem=small))
    if not refusal:
        solve(small, WARM_SECONDS, 0)


def order_of(problem, name):
    return problem.orders[problem.order_row[name] - len(problem.depots)]


def pin(cpus):
    """Keep this process and its children to some processors, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-cpus:])


def cpu_seconds():
    """Return the processor seconds of this process and, where the system tells, of its children so far."""
    times = os.times()
    used = times.user + times.system + times.children_user + times.children_system
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(fields[1]) == os.getpid():
            used += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return used


if __name__ == "__main__":
    main()
