"""The page docs/benchmarks-matrix.md: what was run, on what, and a table for each graph."""

from report import processor

TITLES = {"wuhan": "Wuhan, roads of the sample", "large": "A made-up city of 202,791 junctions"}
PAGE = """# Travel matrices

Seconds that engines take for square matrices of travel times on the same graph, made by

    python benchmarks/matrix.py --peer-python PATH --markdown docs/benchmarks-matrix.md

on one thread of an {processor}. Seconds are processor time of the process and of programs that it starts, with the
conversion of the answer to a NumPy array; other programs kept the machine busy and shared its caches, so take ratios
and not seconds from it. `routebook` gives the length of the fastest way beside its time, the others its time alone.
Prepared is what is done once for a graph, new weights what is done for another hour or vehicle. Equal is the share of
travel times that are ours to the millisecond. An asterisk marks what was scaled from fewer rows (10, SciPy 50): these
engines take as long for each row.

{versions}.

OSRM counts turns and starts on edges, not on nodes: next to a one-way street it cannot set off against it, so some of
its pairs differ. Regular grids are hard for its contraction; real networks are kinder. The large graph is the one that
`benchmarks/synthetic.py` makes.
"""


def page(runs):
    """Return the whole page."""
    versions = ", ".join(dict.fromkeys(run["versions"] for run in runs if "versions" in run))
    parts = [PAGE.format(processor=processor(), versions=versions)]
    for graph in dict.fromkeys(run["graph"] for run in runs):
        parts += [f"## {TITLES[graph]}\n", table([run for run in runs if run["graph"] == graph]), ""]
    return "\n".join(parts)


def table(runs):
    """Return the table of one graph, and a sentence with what was measured of ours alone."""
    sizes = list(next(run["query_s"] for run in runs if "query_s" in run))
    squares = [f"{int(size):,} x {int(size):,}" for size in sizes]
    head = ["engine", *squares, "prepared", "new weights", "MB", "equal, %"]
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    for run in runs:
        if "missing" in run:
            lines.append(f"| {run['engine']} | not run: {run['missing']} |" + " |" * (len(head) - 2))
            continue
        seconds = [figure(run["query_s"][size]) + "*" * (int(size) in run["scaled"]) for size in sizes]
        rest = [figure(run["prepare_s"]), figure(run["reweigh_s"]), f"{run['peak_mb']:,.0f}"]
        lines.append(f"| {' | '.join([run['engine'], *seconds, *rest])} | {run['equal_percent']:.4g} |")
    more = next((run["more"] for run in runs if "more" in run), {})
    if not more:
        return "\n".join(lines)
    words = [f"{figure(value)} s for 24 hours of new weights and a table of {name.split('_')[2][1:]} places each"
             for name, value in more.items() if name.startswith("hours")]
    words.append(f"two threads {more['speedup_2_threads']:.2f} times as fast as one by the wall of a busy machine")
    return "\n".join([*lines, "", "routebook: " + "; ".join(words) + "."])


def figure(seconds):
    """Return seconds with three digits, no longer than they are exact."""
    return f"{seconds:,.0f}" if seconds >= 100 else f"{seconds:.3g}"
