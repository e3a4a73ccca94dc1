"""The page docs/benchmarks.md: what was run, on what, and the tables."""

from collections import defaultdict

import vrp_table
from report import processor, version_of

PACKAGES = ("routebook", "ortools", "pyvrp", "hygese", "commiv", "pyvroom", "numba")
PAGE = """# Benchmarks

Cost of plans by our engines and by other open solvers, on published instances and on the sample days, made by

    python benchmarks/vrp.py --data DIR --set SETS --seconds N --resume FILE --markdown docs/benchmarks.md

Every run is a process of its own on one processor of an {processor}, whose clocks run by its own processor time: other
programs on the machine take none of its seconds, but they do share its caches.
{note}

Versions: {versions}.

Every plan was timed, priced and judged by the package, whoever made it. Peers ran at their defaults; HGS-CVRP is
`hygese`; commiv counts iterations, and does not use all of its time. `native` is our engine, `ortools` our use of
OR-Tools. Of each set some instances were run, evenly spread over their sizes (`--most N`).

The gap is to the best known cost of an instance; on `roads`, to the best of all runs here. A mean is over the instances
that were solved with every order served (how many stands in the table), of the mean over seeds; spread is the mean
difference between the best and the worst seed. Vehicles and unserved orders are summed over the instances. Where
vehicles come first (`pdptw-lilim`), a vehicle costs 10,000 in every engine. What stands in place of a gap is why an
engine did not run. The best of a set is in bold; means over fewer instances than the others' are not comparable.
"""
DUEL = "how often it has fewer vehicles, as many, and more, and its distance where both have as many."
DUEL_COLUMNS = ("against", "instances", "fewer", "as many", "more", "mean distance %")


def page(runs, note=""):
    """Return the whole page, a table for each number of seconds and processors."""
    versions = ", ".join(f"{name} {version_of(name)}" for name in PACKAGES)
    parts, groups = [PAGE.format(processor=processor(), versions=versions, note=note)], defaultdict(list)
    for run in runs:
        groups[run["seconds"], run["cpus"]].append(run)
    for (seconds, cpus), group in sorted(groups.items()):
        seeds = sorted({run["seed"] for run in group})
        parts += [f"## {seconds:g} s on {cpus} processor{'s' if cpus > 1 else ''}\n",
                  f"Seeds {', '.join(map(str, seeds))}.\n",
                  vrp_table.markdown_table(ordered(vrp_table.summary(group))), ""]
        duels = vrp_table.duels(group)
        if duels:
            rows = (DUEL_COLUMNS, ["---", *["---:"] * 5], *duels)
            parts += [f"Vehicles first, `native` against each: {DUEL}\n",
                      "\n".join(f"| {' | '.join(row)} |" for row in rows), ""]
    return "\n".join(parts)


def ordered(rows):
    """Return rows set by set in the order they first came, the least gap first."""
    sets = list(dict.fromkeys(row[0] for row in rows))
    return sorted(rows, key=lambda row: (sets.index(row[0]), not vrp_table.solved_all(row),
                                         float(row[3]) if vrp_table.solved_all(row) else 0))
