"""What every benchmark shares: its arguments, its heading, its table of figures, and the file of figures."""

import argparse
import json
import math
import platform
import re
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def arguments(doc, quick):
    """Return a parser with ``--quick`` (what it leaves out is said in `quick`) and ``--json``."""
    parser = argparse.ArgumentParser(description=doc.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help=quick)
    parser.add_argument("--json", type=Path, help="write the figures here")
    return parser


def heading(*packages, seed):
    """Print what the figures depend on: processor, Python, versions of packages, seed."""
    print(f"{platform.machine()}, {processor()}; Python {platform.python_version()}, {platform.system()}; seed {seed}")
    print(", ".join(f"{name} {version_of(name)}" for name in ("routebook", *packages)), flush=True)


def processor():
    """Return the name of the processor as the system tells it."""
    info = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", info.read_text(encoding="utf-8")) if info.exists() else []
    return names[0] if names else platform.processor()


def version_of(package):
    """Return the version of an installed package, or that it is missing."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def peak_mb():
    """Return the most memory that this process has held, MB; not a number where the system does not tell."""
    try:
        import resource
    except ImportError:
        return math.nan
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


class Figures(list):
    """Figures as they are measured: each is printed at once, and all are written at the end."""

    def add(self, case, engine, metric, value, unit):
        """Print one figure and keep it; one that is no number is kept as null."""
        value = float(value)
        self.append({"case": case, "engine": engine, "metric": metric,
                     "value": round(value, 6) if math.isfinite(value) else None, "unit": unit})
        print(f"{case:34}{engine:16}{metric:28}{value:14,.4g} {unit}", flush=True)

    def write(self, path):
        """Write all figures as JSON, if a path is given."""
        if path:
            path.write_text(json.dumps(self, indent=1), encoding="utf-8")
