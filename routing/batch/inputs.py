"""Problems in memory as files of a batch, and its plan files as plans."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from gisdata.network import save_roads
from routing.batch.entry import Entry
from routing.batch.store import ObjectStore, Store, write_bytes
from routing.model import Problem
from routing.plan import Plan
from routing.planfile import load_plan, save_plan

if TYPE_CHECKING:
    from gisdata.network import RoadNetwork

_KEPT = "problems"


def of_memory(problems: Mapping[str, Problem], store: Store, defaults: Entry) -> list[Entry]:
    """Return entries for problems in memory, which are written to the folder of the batch first.

    Parameters
    ----------
    problems : mapping of str to Problem
        By name.
    store : Store
        Of the batch; each problem, and each road network, is written there once, named by its content.
    defaults : Entry
        How they are solved.

    Returns
    -------
    list of Entry
        One each; what is no problem with a fault.

    Raises
    ------
    OSError
        If they cannot be written.
    """
    entries = []
    for name, problem in problems.items():
        if isinstance(problem, Problem):
            files: dict[str, Any] = {"problem": _problem_file(problem, store)}
            if problem.roads is not None:
                files["roads"] = _roads_file(problem.roads, store)
            entries.append(dataclasses.replace(defaults, name=name, **files))
        else:
            fault = f"it is no Problem but a {type(problem).__name__}"
            entries.append(dataclasses.replace(defaults, name=str(name), fault=fault))
    return entries


def plan_at(store: Store, name: str) -> Plan:
    """Return the plan in a file of a store.

    Parameters
    ----------
    store : Store
        Of a batch.
    name : str
        Below it.

    Returns
    -------
    Plan
        As it was saved.

    Raises
    ------
    PlanFileError
        If there is none, or it was changed.
    """
    if not isinstance(store, ObjectStore):
        return load_plan(store.path(name))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / PurePosixPath(name).name
        content = store.read(name)
        if content is not None:
            write_bytes(file, content)
        return load_plan(file)


def _problem_file(problem: Problem, store: Store) -> str:
    """Return the file of a problem: a plan file without routes, which any worker that sees the folder can read."""
    place = store.path(f"{_KEPT}/{problem.digest[:32]}.plan")
    if not place.is_file():
        save_plan(Plan(problem, ()), place)
    return str(place)


def _roads_file(roads: RoadNetwork, store: Store) -> str:
    place = store.path(f"{_KEPT}/{roads.digest[:32]}.roads")
    if not place.is_file():
        save_roads(roads, place)
    return str(place)
