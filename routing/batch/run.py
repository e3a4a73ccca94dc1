"""Plan many problems, each in a watched process, so that none can cost the others: this is the algorithm."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gisdata.memory import free_bytes
from routing.batch.entry import Entry, key_of, settled
from routing.batch.record import NOT_WRITTEN, PLANNED, Record, finished, reason_of, write_record
from routing.batch.result import Batch
from routing.batch.station import Station, side_by_side
from routing.batch.store import Store, store_at
from routing.batch.summary import write_summary

if TYPE_CHECKING:
    from routing.engines import Objective
    from routing.model import Limit, Problem

    Told = Callable[[Record, int, int], object]

PATIENCE_S, PATIENCE_FACTOR, PATIENCE_COUNTED_S = 300.0, 2.0, 3600.0
"""How long a problem may take by default: so many seconds and so many times its limit, or an hour of counted work."""

MEMORY_SHARE = 0.9
"""Share of the free memory that all workers together may hold by default."""

_DISK_GONE = {errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EPERM, errno.EDQUOT}


def batch(problems: str | os.PathLike[str] | Mapping[str, Problem], out: str | os.PathLike[str], *,
          limit: Limit | None = None, seed: int = 0, engine: str = "auto", objective: Objective = "cost",
          threads: int = 1, workers: int | None = None, timeout_s: float | None = None, memory_gb: float | None = None,
          scheduler: str = "", progress: Told | bool | None = None, language: str = "en") -> Batch:
    """Plan many problems; each result is durable the moment it is ready, and no problem can cost the others.

    A problem that crashes, hangs, takes too much memory or cannot be read comes back with a status and a reason. To
    call it again is to go on where it was left: problems whose inputs and settings have not changed are not planned
    again, those that failed are. After Ctrl-C, what was finished is kept.

    Parameters
    ----------
    problems : path-like or mapping of str to Problem
        A manifest (CSV, Excel, TOML), a folder of folders, or problems by name.
    out : path-like
        Folder for plans, records and summary, or an address such as ``s3://bucket/night`` (with fsspec).
    limit : Limit, optional
        Of each problem, as the next four, where a manifest does not say otherwise; see `routing.solve`.
    seed : int
        Of each search.
    engine : str
        Which engine searches.
    objective : str
        ``"cost"``, or ``"fleet"``: the fewest vehicles, then least cost.
    threads : int
        Searches side by side on one problem.
    workers : int, optional
        Problems at a time; by default one for each processor.
    timeout_s : float, optional
        Most seconds for one problem, two minutes more for the first of a process, which may have to be compiled. By
        default 300 and twice the limit, or an hour if work is counted.
    memory_gb : float, optional
        Most memory of one worker; by default its share of nine tenths of what is free at the begin. Not watched where
        the system does not tell it and psutil is not installed.
    scheduler : str
        Address of a Dask scheduler, such as ``tcp://10.0.0.1:8786``, whose workers then plan.
    progress : callable or bool, optional
        Called with each record, how many are done, and how many there are; True: a bar; False: silence. By default a
        bar if a person watches.
    language : {"en", "zh"}
        Of the page ``summary.html``.

    Returns
    -------
    Batch
        What became of each problem.

    Raises
    ------
    InputFileError, TableError
        If there is no such manifest, or it lists nothing.
    OSError
        If `out` cannot be written to, or another batch is writing there.
    MissingEngineError
        If a scheduler or an address is given, and the extra ``scale`` is not installed.
    """
    store = store_at(out)
    defaults = Entry("", seconds=limit.seconds if limit else None, iterations=limit.iterations if limit else None,
                     seed=seed, engine=engine, objective=objective, threads=threads)
    with store.opened():
        run = _Run(store, settled(_listed(problems, store, defaults)), timeout_s)
        with run.shown(progress):
            run.look()
            if scheduler:
                from routing.batch.cluster import plan_on_cluster

                run.guarded(lambda: plan_on_cluster(scheduler, run.messages(), run.done, memory_gb))
            else:
                run.guarded(lambda: run.plan_here(workers or os.cpu_count() or 1, memory_gb))
        return run.result(language)


class _Run:
    """One batch from its list to its summary."""

    def __init__(self, store: Store, entries: Sequence[Entry], timeout_s: float | None) -> None:
        self.store, self.entries, self.timeout_s = store, entries, timeout_s
        self.records: dict[int, Record] = {}
        self.keys: dict[int, str] = {}
        self.hashes: dict[str, str] = {}
        self.stop = threading.Event()
        self.notes: list[str] = []
        self.skipped, self.interrupted = 0, False
        self.told: Told | None = None
        self.why = "the batch was interrupted before it was planned"

    @contextlib.contextmanager
    def shown(self, progress: Told | bool | None) -> Iterator[None]:
        """Have progress shown, or told, while a block runs."""
        if callable(progress):
            self.told = progress
            yield
            return
        from tqdm.auto import tqdm

        disable = None if progress is None else not progress
        with tqdm(total=len(self.entries), desc="planning", unit="problem", disable=disable) as bar:

            def told(record: Record, _done: int, _total: int) -> None:
                bar.set_postfix_str(f"{record.name}: {record.status}", refresh=False)
                bar.update()

            self.told = told
            yield

    def look(self) -> None:
        """Settle what needs no planning: faults that are known, and problems that were planned before."""
        for number, entry in enumerate(self.entries):
            fault = entry.fault
            try:
                self.keys[number] = "" if fault else key_of(entry, self.hashes)
            except OSError as error:
                fault = reason_of(error)
            if fault:
                self.done(number, Record(entry.name, "bad_input", fault, seed=entry.seed))
                continue
            record = finished(self.store, entry, self.keys[number])
            if record is not None:
                self.skipped += 1
                self.done(number, dataclasses.replace(record, name=entry.name), write=False)

    def messages(self) -> list[tuple[int, dict[str, Any], float]]:
        """Return what is left to plan: number, message, patience in seconds."""
        return [(number, {"kind": "plan", "entry": entry.to_dict(), "key": self.keys[number], "store": self.store.place,
                          "roads_key": self.hashes.get(entry.roads, "")}, self._patience_s(entry))
                for number, entry in enumerate(self.entries) if number not in self.records]

    def done(self, number: int, record: Record, *, write: bool = True) -> None:
        """Take note of what became of a problem, and keep it unless its worker did."""
        if write and not record.planned and not self.entries[number].fault and record.status != NOT_WRITTEN:
            with contextlib.suppress(OSError):
                write_record(self.store, self.entries[number], record)
        self.records[number] = record
        if record.errno in _DISK_GONE:
            self.why = f"not planned, because results cannot be kept: {record.reason}"
            self.stop.set()
        if self.told is not None:
            self.told(record, len(self.records), len(self.entries))

    def guarded(self, work: Callable[[], None]) -> None:
        """Do work until it ends or somebody presses Ctrl-C."""
        try:
            work()
        except KeyboardInterrupt:
            self.interrupted = True
        finally:
            self.stop.set()

    def plan_here(self, workers: int, memory_gb: float | None) -> None:
        """Plan what is left in processes of this machine."""
        left = self.messages()
        stations = [Station(self.stop, self._memory_bytes(memory_gb, workers)) for _ in range(min(workers, len(left)))]
        try:
            left = self._with_roads(left, stations)
            for number, record in side_by_side(stations, left, self.stop):
                self.done(number, record)
        finally:
            self.stop.set()
            for station in stations:
                station.close()
            self.store.clean()

    def result(self, language: str) -> Batch:
        """Return what became of all, and write the summary."""
        status = "interrupted" if self.interrupted else NOT_WRITTEN
        records = tuple(self.records.get(number) or Record(entry.name, status, self.why, seed=entry.seed)
                        for number, entry in enumerate(self.entries))
        try:
            write_summary(self.store, records, language)
        except OSError as error:
            self.notes.append(f"the summary could not be written: {reason_of(error)}")
        return Batch(self.store.place, records, self.skipped, self.interrupted, tuple(self.notes))

    def _with_roads(self, left: list[tuple[int, dict[str, Any], float]], stations: list[Station],
                    ) -> list[tuple[int, dict[str, Any], float]]:
        """Have the roads of all problems read, each once; return the problems whose roads can be used."""
        sources = list(dict.fromkeys(message["entry"]["roads"] for _, message, _ in left if message["entry"]["roads"]))
        asked = [(number, {"kind": "prepare", "source": source, "roads_key": self.hashes[source]},
                  self.timeout_s or PATIENCE_COUNTED_S) for number, source in enumerate(sources)]
        bad = {sources[number]: record for number, record in side_by_side(stations, asked, self.stop)
               if record.status != PLANNED}
        for number, message, _ in left:
            entry = self.entries[number]
            if (record := bad.get(message["entry"]["roads"])) is not None:
                self.done(number, dataclasses.replace(record, name=entry.name, seed=entry.seed,
                                                      key=self.keys[number]))
        return [one for one in left if one[0] not in self.records]

    def _patience_s(self, entry: Entry) -> float:
        if self.timeout_s is not None:
            return self.timeout_s
        if entry.limit is not None and entry.seconds is None:
            return PATIENCE_COUNTED_S
        return PATIENCE_S + PATIENCE_FACTOR * (entry.seconds or 30.0)

    def _memory_bytes(self, memory_gb: float | None, workers: int) -> int | None:
        if memory_gb is not None:
            return int(memory_gb * 1e9)
        free = free_bytes()
        return int(MEMORY_SHARE * free / workers) if free else None


def _listed(problems: str | os.PathLike[str] | Mapping[str, Problem], store: Store, defaults: Entry) -> list[Entry]:
    """Return the entries of a manifest, a folder, or problems in memory."""
    if isinstance(problems, Mapping):
        from routing.batch.inputs import of_memory

        return of_memory(problems, store, defaults)
    from routing.batch.manifest import read_manifest

    return read_manifest(problems, defaults)
