"""Look for faults of an installation: versions, clashing names, the worker, temporary files. Repairs nothing."""

from __future__ import annotations

import importlib.util
import platform
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import Literal

import numpy as np
from packaging.requirements import Requirement

from gisdata.errors import GisDataError
from routing.errors import RoutingError
from routing.model import Depot, Limit, Order, Problem, TravelMatrix, VehicleType
from routing.solve import solve

DISTRIBUTION = "routebook"
PACKAGES = ("routing", "gisdata")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Parameters
    ----------
    state : str
        ``ok``, ``note`` (worth knowing) or ``fault`` (must be mended).
    text : str
        What was found and, for a fault, what to do.
    """

    state: Literal["ok", "note", "fault"]
    text: str

    def __str__(self) -> str:
        """Return one line, the state first."""
        return f"{self.state:5s}  {self.text}"


def diagnose() -> list[Finding]:
    """Return what was found in this installation.

    Returns
    -------
    list of Finding
        In the order looked at; a healthy installation has no ``fault``.
    """
    looks = (_python, _dependencies, _clashing_names, _highspy, _worker, _temporary_folder)
    return [finding for look in looks for finding in look()]


def _python() -> Iterator[Finding]:
    yield Finding("ok", f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")


def _dependencies() -> Iterator[Finding]:
    try:
        declared = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        yield Finding("fault", f"{DISTRIBUTION} is not installed here, only its files are found; run pip install -e .")
        return
    yield Finding("ok", f"{DISTRIBUTION} {metadata.version(DISTRIBUTION)}")
    for requirement in (Requirement(line) for line in declared):
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            yield Finding("fault", f"{requirement.name} is missing; run pip install '{requirement}'")
            continue
        if requirement.specifier.contains(version, prereleases=True):
            yield Finding("ok", f"{requirement.name} {version}")
        else:
            yield Finding("fault", f"{requirement.name} {version}, but {requirement.specifier} is needed; "
                                   f"run pip install '{requirement}'")


def _clashing_names() -> Iterator[Finding]:
    providers = metadata.packages_distributions()
    for package in PACKAGES:
        others = sorted({name for name in providers.get(package, ()) if name.lower() != DISTRIBUTION})
        if others:
            yield Finding("fault", f"the distribution {', '.join(others)} also provides {package!r}; "
                                   f"run pip uninstall {' '.join(others)}, then install {DISTRIBUTION} anew")
    homes = {str(Path(import_module(package).__file__ or "").parents[1]) for package in PACKAGES}
    if len(homes) == 1:
        yield Finding("ok", f"{' and '.join(PACKAGES)} come from {homes.pop()}")
    else:
        yield Finding("fault", f"{' and '.join(PACKAGES)} come from different places: {', '.join(sorted(homes))}")


def _highspy() -> Iterator[Finding]:
    if importlib.util.find_spec("highspy"):
        yield Finding("note", "highspy is installed; it and ortools cannot be imported into one process. Plans are not "
                              "affected, since ortools runs in a process of its own")


def _worker() -> Iterator[Finding]:
    hour = np.array([[0, 600], [600, 0]])
    matrix = TravelMatrix("van", ("depot D", "order A"), hour, 10 * hour)
    order, depot = Order("A", lon=0.01, lat=0.0), Depot("D", lon=0.0, lat=0.0)
    problem = Problem((order,), (depot,), (VehicleType("van"),), (matrix,))
    try:
        plan = solve(problem, Limit(iterations=1))
    except (RoutingError, GisDataError, OSError) as error:
        yield Finding("fault", f"the worker process does not plan: {error}")
    else:
        served = len(plan.routes) == 1 and not plan.unserved
        yield Finding("ok" if served else "fault", f"the worker process plans ({plan.engine})")


def _temporary_folder() -> Iterator[Finding]:
    try:
        with tempfile.TemporaryFile() as handle:
            handle.write(b"1")
    except OSError as error:
        yield Finding("fault", f"no temporary file can be written: {error}; free the disk, or set TMPDIR")
    else:
        yield Finding("ok", f"temporary files go to {tempfile.gettempdir()}")
