"""Tables of benchmarks/vrp.py: a line a run, a table by set and engine, the page of docs, and the file of figures."""

import math
import statistics
from collections import defaultdict

HEAD = (f"{'set':16}{'instance':20}{'seed':>5} {'engine':10}{'cost':>16}{'gap %':>8}{'vehicles':>9}{'unserved':>9}"
        f"{'CPU s':>8}")
COLUMNS = ("set", "engine", "instances", "mean gap %", "spread", "vehicles", "unserved", "CPU s a run")


def line_of(run):
    """Return one line for a run."""
    begin = f"{run['set']:16}{run['instance'][:19]:20}{run['seed']:5} {run['engine']:10}"
    if run["status"] != "ok":
        return f"{begin}{run['status']}: {run['message'][:90]}"
    gap = gap_of(run, run["best"])
    return (f"{begin}{run['cost']:16,.3f}{'' if gap is None else f'{gap:.3f}':>8}{run['vehicles']:9}{run['unserved']:9}"
            f"{run['cpu_s']:8.1f}")


def gap_of(run, best):
    """Return how much a run costs more than the best known, percent; None if it leaves orders or nothing is known."""
    return 100 * (run["cost"] / best - 1) if best and not run["unserved"] else None


def bests(runs):
    """Return the best known of each instance, or the best of the runs where nobody has published one."""
    found = {}
    for run in runs:
        if run["status"] == "ok" and not run["unserved"]:
            key = run["set"], run["instance"]
            own = run["best"] or run["cost"]
            found[key] = min(found.get(key, math.inf), own)
    return found


def summary(runs):
    """Return a row a set and engine, in the order of the runs; one for each time and number of processors."""
    best, groups, instances = bests(runs), defaultdict(list), defaultdict(set)
    several = len({(run["cpus"], run["seconds"]) for run in runs}) > 1
    for run in runs:
        label = f"{run['engine']}, {run['cpus']} x {run['seconds']:g} s" if several else run["engine"]
        groups[run["set"], label].append(run)
        instances[run["set"]].add(run["instance"])
    rows = []
    for (kind, engine), group in groups.items():
        done = [run for run in group if run["status"] == "ok"]
        if not done:
            rows.append((kind, engine, "0", group[0]["message"], "", "", "", ""))
            continue
        gaps = defaultdict(list)
        for run in done:
            gap = gap_of(run, best.get((kind, run["instance"])))
            if gap is not None:
                gaps[run["instance"]].append(gap)
        seeds = max(len({run["seed"] for run in done}), 1)
        mean = f"{round(statistics.mean(map(statistics.mean, gaps.values())), 2) + 0.0:.2f}" if gaps else ""
        spread = statistics.mean(max(values) - min(values) for values in gaps.values()) if gaps and seeds > 1 else None
        rows.append((
            kind, engine, f"{len(gaps)}/{len(instances[kind])}", mean, "" if spread is None else f"{spread:.2f}",
            *(f"{sum(run[name] for run in done) / seeds:.1f}" for name in ("vehicles", "unserved")),
            f"{statistics.mean(run['cpu_s'] for run in done):.1f}"))
    return rows


def duels(runs, first="native"):
    """Return, where vehicles come first, how our engine does against each other one, run by run of the same instance.

    Rows of engine, instances, how often ours has fewer vehicles, as many, more, and the mean difference of distance
    where both have as many, percent.
    """
    found = defaultdict(lambda: ([], [0, 0, 0], []))
    ours = {(run["set"], run["instance"], run["seed"]): run for run in runs
            if run["status"] == "ok" and run["fleet_first"] and run["engine"] == first}
    for run in runs:
        own = ours.get((run["set"], run["instance"], run["seed"]))
        if own and run is not own and run["status"] == "ok" and not run["unserved"] and not own["unserved"]:
            instances, counts, differences = found[run["engine"]]
            instances.append(run["instance"])
            counts[(own["vehicles"] > run["vehicles"]) - (own["vehicles"] < run["vehicles"]) + 1] += 1
            if own["vehicles"] == run["vehicles"]:
                differences.append(100 * (own["distance"] / run["distance"] - 1))
    return [(engine, str(len(set(instances))), *map(str, counts),
             f"{statistics.mean(differences):+.2f}" if differences else "")
            for engine, (instances, counts, differences) in found.items()]


def text_table(rows):
    """Return the summary as lines of text."""
    widths = (16, max([10, *(len(row[1]) for row in rows)]), 11, 12, 8, 10, 10, 13)
    lines = []
    for row in (COLUMNS, *rows):
        cells = row[:3] if row[2] == "0" else row
        line = "".join(f"{cell:>{width}}" if i > 1 else f"{cell:{width}}"
                       for i, (cell, width) in enumerate(zip(cells, widths, strict=False)))
        lines.append(f"{line}  {row[3]}" if row[2] == "0" else line)
    return "\n".join(lines)


def solved_all(row):
    """Return whether a row of the summary is of an engine that solved every instance of its set."""
    solved, _, of = row[2].partition("/")
    return solved == of


def markdown_table(rows):
    """Return the summary as a table of Markdown; the best gap of each set in bold, of engines that solved all of it."""
    least = {}
    for row in rows:
        if solved_all(row):
            least[row[0]] = min(least.get(row[0], math.inf), float(row[3]))
    lines = [f"| {' | '.join(COLUMNS)} |", f"| {' | '.join(['---', '---', *['---:'] * 6])} |"]
    for row in rows:
        cells = list(row)
        if solved_all(row) and float(row[3]) == least[row[0]]:
            cells[3] = f"**{row[3]}**"
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def figures(runs):
    """Return every figure as benchmarks write them: case, engine, metric, value, unit."""
    best = bests(runs)
    return [{"case": f"{run['set']}/{run['instance']}, seed {run['seed']}, {run['seconds']:g} s",
             "engine": run["engine"], "metric": metric, "value": value, "unit": unit}
            for run in runs if run["status"] == "ok"
            for metric, value, unit in (
                ("gap_percent", gap_of(run, best.get((run["set"], run["instance"]))), "%"), ("cost", run["cost"], "1"),
                ("vehicles", run["vehicles"], "vehicles"), ("unserved", run["unserved"], "orders"),
                ("cpu_s", run["cpu_s"], "s"))]
