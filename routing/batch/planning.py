"""Plan one problem of a batch, and keep its plan: what a worker process does. Other problems are not known here."""

from __future__ import annotations

import dataclasses
import time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from routing.batch.entry import Entry
from routing.batch.record import PLANNED, Record, figures_of, keep, reason_of, status_of
from routing.batch.shared import COMPILED, ready_to_search, shared_roads
from routing.batch.store import store_at
from routing.planfile import load_plan, save_plan
from routing.reading import read_problem
from routing.solve import solve

if TYPE_CHECKING:
    from routing.model import Problem


def plan_entry(message: dict[str, Any]) -> Record:
    """Plan one problem; its plan and its record are durable when this returns.

    Parameters
    ----------
    message : dict
        ``entry`` (of `Entry.to_dict`), ``key``, ``roads_key`` (hash of the roads' file) and ``store`` (its place).

    Returns
    -------
    Record
        What became of it; errors are told, not raised.
    """
    begin = time.perf_counter()
    entry, store = Entry(**message["entry"]), store_at(message["store"])
    told = {"name": entry.name, "key": message["key"], "seed": entry.seed}
    try:
        problem = problem_of(entry, message["roads_key"])
        if entry.engine in COMPILED:
            ready_to_search()
        searched = time.perf_counter()
        plan = solve(problem, entry.limit, entry.seed, entry.engine, progress=False, threads=entry.threads,
                     objective=entry.objective)  # type: ignore[arg-type]
        searched = time.perf_counter() - searched
    except Exception as error:  # noqa: BLE001 (told to the caller; the others go on)
        return keep(store, entry, Record(status=status_of(error), reason=reason_of(error), **told), begin=begin)
    record = Record(status=PLANNED, search_s=round(searched, 3), **figures_of(plan), **told)
    return keep(store, entry, record, lambda path: save_plan(plan, path), begin)


def problem_of(entry: Entry, roads_key: str) -> Problem:
    """Return the problem that an entry names.

    Parameters
    ----------
    entry : Entry
        Names its files.
    roads_key : str
        Hash of the file of its roads; empty if it names none.

    Returns
    -------
    Problem
        Holding the roads.

    Raises
    ------
    GisDataError, RoutingError, OSError
        As the readers do.
    """
    if entry.problem:
        problem = load_plan(entry.problem).problem
        return dataclasses.replace(problem, roads=_roads(entry.roads, roads_key)) if entry.roads else problem
    orders, vehicles, depots = (Path(getattr(entry, field)) for field in ("orders", "vehicles", "depots"))
    return read_problem(orders, vehicles, depots, lambda: _roads(entry.roads, roads_key),
                        Path(entry.pieces) if entry.pieces else None, turns=entry.turns, day=entry.day or None,
                        time_zone=entry.time_zone)


_roads = lru_cache(maxsize=2)(shared_roads)


def prepare(message: dict[str, Any]) -> Record:
    """Get roads ready for every process of this machine.

    Parameters
    ----------
    message : dict
        ``source`` and ``roads_key``.

    Returns
    -------
    Record
        Named by the source; planned, or why they cannot be used.
    """
    source = message["source"]
    try:
        _roads(source, message["roads_key"])
    except Exception as error:  # noqa: BLE001 (told to the caller)
        return Record(source, status_of(error), reason_of(error))
    return Record(source, PLANNED)
