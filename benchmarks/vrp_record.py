"""The file in which benchmarks/vrp.py keeps its runs, so that a campaign may span many days: what each row carries.

A row says when it was made, under which load, with which versions, and on which state of our engine's code. Of a run
that stands there several times the last counts; a run of our engine's earlier code does not count, and is made again.
"""

import datetime as dt
import json
import os
import subprocess
from pathlib import Path

from report import processor, version_of

KEY = ("set", "instance", "engine", "seconds", "seed", "cpus")
OURS = "native"
"""The engine whose rows hold for the present state of its code only."""
ON_ONE = 1.6
"""How many times as long one processor has as each of several that it is compared with."""
PACKAGES = {"native": ("numba",), "ortools": ("ortools",), "pyvrp": ("pyvrp",), "hygese": ("hygese",),
            "commiv": ("commiv",), "vroom": ("pyvroom",)}
CODE = "routing/engines/native"


def kept(path):
    """Return the runs of a file that still count."""
    if not path or not path.exists():
        return []
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    code = state()["code"]
    latest = {tuple(row[name] for name in KEY): row for row in rows}
    return [row for row in latest.values() if row["engine"] != OURS or row.get("code") == code]


def keep(path, run):
    """Add a run to a file, if there is one; an engine that is missing now may be there the next time."""
    if path and run["status"] != "missing":
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(run) + "\n")


def stamp(engine):
    """Return what a row says of how it was made."""
    load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    return {"date": dt.datetime.now(dt.UTC).isoformat(timespec="minutes"), "load": load,
            "processor": processor(), "versions": {name: version_of(name) for name in PACKAGES.get(engine, ())},
            **state()}


def state():
    """Return the state of this repository, and of the code of our engine; a change not committed yet is in both."""
    dirty = "-dirty" if _git("status", "--porcelain", "--", CODE) else ""
    return {"routebook": f"{version_of('routebook')} {_git('describe', '--always')}{dirty}".strip(),
            "code": f"{_git('rev-parse', '--short', f'HEAD:{CODE}')}{dirty}"}


def _git(*words):
    """Return what git says of this repository; nothing where there is no git, or no repository."""
    try:
        done = subprocess.run(["git", *words], capture_output=True, encoding="utf-8", check=False,
                              cwd=Path(__file__).parents[1])
    except OSError:
        return ""
    return done.stdout.strip() if not done.returncode else ""
