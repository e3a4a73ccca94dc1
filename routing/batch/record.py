"""What became of one problem of a batch: status, reason, and the figures of its plan. A small JSON file each."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gisdata.errors import GisDataError, InputFileError, PlacesOffRoadError, RoadNetworkError
from routing.batch.store import Store, write_bytes
from routing.errors import EngineError, MissingEngineError, NoPlanError, PlanFileError, RoutingError

if TYPE_CHECKING:
    from routing.batch.entry import Entry
    from routing.plan import Plan

FORMAT = "routebook batch record"
PLANNED = "planned"
NOT_WRITTEN = "not_written"

STATUSES = {
    "planned": ("planned", "已完成"),
    "bad_input": ("wrong input", "输入有误"),
    "no_roads": ("roads cannot be used", "路网不可用"),
    "no_plan": ("no plan within the limits", "限时内无方案"),
    "failed": ("an engine failed", "求解失败"),
    "crashed": ("its process crashed", "进程崩溃"),
    "timed_out": ("took too long", "超时"),
    "out_of_memory": ("took too much memory", "内存不足"),
    "not_written": ("could not be written", "无法写入"),
    "lost": ("its machine was lost", "计算节点丢失"),
    "interrupted": ("not finished", "未完成"),
}
"""Each status in English and Chinese words."""


@dataclass(frozen=True, slots=True)
class Record:
    """What became of one problem.

    Parameters
    ----------
    name : str
        Of the problem.
    status : str
        One of `STATUSES`.
    reason : str
        Why it was not planned.
    key : str
        Hash of its inputs and settings.
    plan, plan_sha256 : str
        Plan file, below the folder of the batch, and the hash of its bytes.
    cost, currency, km, hours, routes, orders, unserved : optional
        Figures of the plan; hours of all vehicles together.
    seconds, search_s : float
        From its begin until its plan is kept, and of that in `routing.solve`.
    engine : str
        Who solved it.
    seed : int
        Of its search.
    day : str
        Plan day.
    attempts : int
        How often it was begun.
    errno : int
        Of the system, where it could not be written.
    """

    name: str
    status: str
    reason: str = ""
    key: str = ""
    plan: str = ""
    plan_sha256: str = ""
    cost: float | None = None
    currency: str = ""
    km: float | None = None
    hours: float | None = None
    routes: int | None = None
    orders: int | None = None
    unserved: int | None = None
    seconds: float = 0.0
    search_s: float = 0.0
    engine: str = ""
    seed: int = 0
    day: str = ""
    attempts: int = 1
    errno: int = 0

    @property
    def planned(self) -> bool:
        """Whether there is a plan."""
        return self.status == PLANNED

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, from which ``Record(**values)`` makes it again."""
        return dataclasses.asdict(self)


def figures_of(plan: Plan) -> dict[str, Any]:
    """Return the figures of a plan as a record holds them."""
    return {"cost": round(plan.cost, 6), "currency": plan.problem.currency, "km": plan.distance_m / 1000,
            "hours": round(plan.duration_s / 3600, 4), "routes": len(plan.routes), "orders": len(plan.problem.orders),
            "unserved": len(plan.unserved), "engine": plan.engine, "day": plan.problem.day.isoformat()}


def record_name(entry: Entry) -> str:
    """Return the name of the file of a record."""
    return f"records/{entry.stem}.json"


def write_record(store: Store, entry: Entry, record: Record) -> None:
    """Write a record, durable when this returns.

    Parameters
    ----------
    store : Store
        Of the batch.
    entry : Entry
        What it is of.
    record : Record
        What became of it.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    text = json.dumps({"format": FORMAT, **record.to_dict()}, ensure_ascii=False, indent=1)
    store.write(record_name(entry), lambda path: write_bytes(path, text.encode()))


def read_record(content: bytes | None) -> Record | None:
    """Return the record in a file, or None if it is none."""
    try:
        values = json.loads(content or b"")
        if values.pop("format") != FORMAT:
            return None
        return Record(**values)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def finished(store: Store, entry: Entry, key: str) -> Record | None:
    """Return the record of an entry that was planned before from the same inputs, if its plan is there, unchanged."""
    record = read_record(store.read(record_name(entry)))
    if record is None or not record.planned or record.key != key:
        return None
    plan = store.read(record.plan)
    unchanged = plan is not None and hashlib.sha256(plan).hexdigest() == record.plan_sha256
    return record if unchanged else None


def status_of(error: BaseException) -> str:
    """Return the status that an error while planning means."""
    kinds: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
        (MemoryError, "out_of_memory"),
        ((PlacesOffRoadError, InputFileError, PlanFileError, MissingEngineError), "bad_input"),
        (RoadNetworkError, "no_roads"),
        (NoPlanError, "no_plan"),
        (EngineError, "failed"),
        ((RoutingError, GisDataError, FileNotFoundError, PermissionError), "bad_input"),
    )
    return next((status for kind, status in kinds if isinstance(error, kind)), "failed")


def reason_of(error: BaseException) -> str:
    """Return an error in words, with its kind where it is not one of ours.

    Parameters
    ----------
    error : BaseException
        Any.

    Returns
    -------
    str
        One or more lines.
    """
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    kind = type(error).__name__
    return str(error) or kind if status_of(error) != "failed" else f"{kind}: {error}"


def keep(store: Store, entry: Entry, record: Record, write: Callable[[Path], object] | None = None,
         begin: float | None = None) -> Record:
    """Keep a plan, then its record, so that there is no record of a plan that is not there.

    Parameters
    ----------
    store : Store
        Of the batch.
    entry : Entry
        What was planned.
    record : Record
        What became of it.
    write : callable, optional
        Writes the plan file to the path that it is given, whole or not at all.
    begin : float, optional
        When it was begun, of `time.perf_counter`; its seconds then count until the plan is kept.

    Returns
    -------
    Record
        The one kept; if the disk refused, that says so.
    """
    try:
        if write is not None:
            record = dataclasses.replace(record, plan=f"plans/{entry.stem}.plan")
            store.write(record.plan, write)
            digest = hashlib.sha256(store.read(record.plan) or b"").hexdigest()
            record = dataclasses.replace(record, plan_sha256=digest)
        if begin is not None:
            record = dataclasses.replace(record, seconds=round(time.perf_counter() - begin, 3))
        write_record(store, entry, record)
    except OSError as error:
        record = dataclasses.replace(record, errno=error.errno or 0)
        if write is not None:
            return Record(record.name, NOT_WRITTEN, reason_of(error), record.key, seconds=record.seconds,
                          seed=record.seed, errno=record.errno)
    return record
