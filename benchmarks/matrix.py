"""Square travel matrices: our engine and others on the same graphs, places and single thread.

Usage: python benchmarks/matrix.py [--quick] [--peer-python PATH] [--engines A,B] [--graphs wuhan,large]
           [--json FILE] [--markdown FILE]

Every engine runs in a process of its own, for its memory; seconds are processor time of it and of the programs that it
starts, so that the load of the machine counts less, and include the conversion of the answer to a NumPy array. Times
are compared with ours, to the millisecond. osrm-bindings needs Python 3.12; PATH names an interpreter that has it,
NumPy and pyosmium. A missing engine is a row.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import matrix_graphs
import matrix_page
import numpy as np
from matrix_engines import ENGINES
from report import Figures, arguments, heading

SIZES = (100, 1000, 5000)
QUICK = {"wuhan": (100, 1000), "large": (1000,)}
QUICK_ENGINES = {"wuhan": ("routebook", "osrm", "pyroutingkit", "scipy"),
                 "large": ("routebook", "pyroutingkit", "scipy")}
PROGRAM = Path(__file__).with_name("matrix_engines.py")
UNITS = {"query_s": "s", "prepare_s": "s", "reweigh_s": "s", "peak_mb": "MB"}


def main():
    asked = options()
    heading("numba", "pyroutingkit", "igraph", "networkx", "scipy", seed=matrix_graphs.SEED)
    figures, runs = Figures(), []
    with tempfile.TemporaryDirectory() as folder:
        for graph in asked.graphs:
            file = Path(folder) / f"{graph}.npz"
            nodes, arcs = matrix_graphs.write(matrix_graphs.GRAPHS[graph](), file)
            print(f"{graph}: {nodes:,} nodes, {arcs:,} directed arcs")
            sizes = QUICK[graph] if asked.quick else SIZES
            for engine in asked.engines or (QUICK_ENGINES[graph] if asked.quick else ENGINES):
                run = {"graph": graph, "engine": engine} | run_of(engine, file, sizes, asked, Path(folder))
                runs.append(run)
                note(figures, run)
    figures.write(asked.json)
    if asked.markdown:
        asked.markdown.write_text(matrix_page.page(runs), encoding="utf-8")


def options():
    parser = arguments(__doc__, quick="fewer sizes, four engines; OSRM on the smaller graph only")
    parser.add_argument("--peer-python", default=sys.executable, help="an interpreter that has osrm-bindings")
    parser.add_argument("--engines", default="", help=f"of {', '.join(ENGINES)}")
    parser.add_argument("--graphs", default=",".join(matrix_graphs.GRAPHS))
    parser.add_argument("--data", type=Path, help="not needed: the graphs are made here")
    parser.add_argument("--markdown", type=Path, help="write the page of docs")
    asked = parser.parse_args()
    asked.graphs = asked.graphs.split(",")
    chosen = [name for name in asked.engines.split(",") if name]
    asked.engines = list(dict.fromkeys(["routebook", *chosen])) if chosen else []
    return asked


def run_of(engine, file, sizes, asked, folder):
    """Return the figures of one engine on one graph, or why there are none."""
    python = asked.peer_python if engine == "osrm" else sys.executable
    tables = folder / f"{file.stem}-{engine}-tables.npz"
    words = [python, str(PROGRAM), engine, str(file), str(tables), *map(str, sizes)]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word"])[-1]
        return {"missing": last.removeprefix("ModuleNotFoundError: ")}
    run = json.loads(done.stdout.strip().splitlines()[-1])
    run["equal_percent"] = equal_percent(tables, folder / f"{file.stem}-routebook-tables.npz")
    return run


def equal_percent(theirs, ours):
    """Return the share of travel times that are ours to the millisecond, over all sizes."""
    with np.load(theirs) as their, np.load(ours) as our:
        equal = [np.rint(their[size]).astype(np.int64) == our[size][: len(their[size])] for size in their]
    return 100 * sum(int(part.sum()) for part in equal) / sum(part.size for part in equal)


def note(figures, run):
    """Print and keep the figures of a run."""
    case, engine = run["graph"], run["engine"]
    if "missing" in run:
        print(f"{case:34}{engine:16}not run: {run['missing']}")
        return
    for metric, unit in UNITS.items():
        if metric == "query_s":
            for size, seconds in run[metric].items():
                scaled = "s, scaled from fewer rows" if int(size) in run["scaled"] else unit
                figures.add(f"{case} n={size}", engine, metric, seconds, scaled)
        else:
            figures.add(case, engine, metric, run[metric], unit)
    figures.add(case, engine, "equal_percent", run["equal_percent"], "%")
    for metric, value in run.get("more", {}).items():
        figures.add(case, engine, metric, value, "s" if metric.endswith("_s") else "x")


if __name__ == "__main__":
    main()
