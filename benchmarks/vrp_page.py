"""The page docs/benchmarks.md: what was run, on what, and the tables."""

from collections import defaultdict

import vrp_table
from vrp_record import ON_ONE, OURS

PAGE = """# Benchmarks

Cost of plans by our engines and by other open solvers, on published instances and on the sample days, made by

    python benchmarks/vrp.py --data DIR --set SETS --seconds N --resume FILE --markdown docs/benchmarks.md

Every run is a process of its own on one processor (or as many as its table says) of {processors}, whose clocks run by
its own processor time: other programs on the machine take none of its seconds, but they do share its caches.
{note}

Runs were made from {first} to {last}, under a load of {loads} on the machine; the file of runs (`--resume`) has date,
load and versions of each. Runs of `native` are of its code as it stands ({ours}); those of other engines may have been
made beside earlier code of ours, which does not touch them. `ortools` and `vroom` draw nothing: one run an instance,
whatever the number of seeds.

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
    parts, groups = [PAGE.format(**provenance(runs), note=note)], defaultdict(list)
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
    beside = [run for run in runs if (run["cpus"] > 1) or (run["cpus"], run["seconds"]) in counterparts(runs)]
    if beside:
        parts += ["## Several processors beside one\n", vrp_table.markdown_table(vrp_table.summary(beside)), ""]
    return "\n".join(parts)


def counterparts(runs):
    """Return processors and seconds of the runs on one processor that are to be compared with runs on several."""
    return {(1, ON_ONE * run["seconds"]) for run in runs if run["cpus"] > 1}


def provenance(runs):
    """Return what the page says of when, where and with what the runs were made, from what each of them carries."""
    found = defaultdict(set)
    for run in runs:
        for name in ("date", "load", "processor"):
            found[name].add(run[name])
        found["versions"] |= {f"{name} {version}" for name, version in run["versions"].items()}
        if run["engine"] == OURS:
            found["ours"].add(run["routebook"])
    dates, loads = sorted(found["date"]), sorted(load for load in found["load"] if load is not None)
    return {"first": dates[0][:10], "last": dates[-1][:10],
            "loads": f"{loads[0]:g} to {loads[-1]:g}" if loads else "unknown size",
            "processors": " and ".join(sorted(found["processor"])), "versions": ", ".join(sorted(found["versions"])),
            "ours": " or ".join(sorted(found["ours"])) or "not run"}


def ordered(rows):
    """Return rows set by set in the order they first came, the least gap first."""
    sets = list(dict.fromkeys(row[0] for row in rows))
    return sorted(rows, key=lambda row: (sets.index(row[0]), not vrp_table.solved_all(row),
                                         float(row[3]) if vrp_table.solved_all(row) else 0))
