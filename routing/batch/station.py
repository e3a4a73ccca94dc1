"""One place at which problems are planned: a warm worker process, watched by clock and memory, replaced when it dies.

What is planned is not known here.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from gisdata.memory import held_bytes
from routing.batch.record import Record
from routing.engines.worker import Worker, WorkerDiedError

MODULE = "routing.batch.batch_worker"
TICK_S = 0.2
WARM_UP_S = 120.0
"""How much more patience the first message of a kind gets in a process: what it needs may have to be compiled."""

CRASHES, KILLS = 2, 6
"""How often a message is tried at most if its process crashes, and if others kill it."""

_KILLS = (-9, -15, -1)
"""Codes of a process that was ended from outside: SIGKILL, SIGTERM, SIGHUP."""


class StoppedError(Exception):
    """The batch was stopped while a problem was being planned."""


class Station:
    """Plans one problem at a time in a process of its own.

    Parameters
    ----------
    stop : threading.Event
        Set when the whole batch shall end.
    memory_bytes : int, optional
        Most that its process, and those that it started, may hold; None: not watched.
    module : str
        What its process runs; by default `MODULE`.
    """

    def __init__(self, stop: threading.Event, memory_bytes: int | None = None, module: str = "") -> None:
        self.stop, self.memory_bytes, self.module = stop, memory_bytes, module or MODULE
        self._worker: Worker | None = None
        self._known: set[str] = set()  # kinds of messages that its process has answered
        self.attempts = 0

    def run(self, message: dict[str, Any], patience_s: float) -> dict[str, Any]:
        """Have a message answered.

        Parameters
        ----------
        message : dict
            JSON values; ``kind`` says what is asked for.
        patience_s : float
            How long each try may take.

        Returns
        -------
        dict
            The record that came back, or ``status`` and ``reason`` if the process crashed, or took too long or too
            much memory.

        Raises
        ------
        StoppedError
            If the batch was stopped meanwhile.
        """
        crashes = kills = 0
        while True:
            self.attempts = crashes + kills + 1
            try:
                return self._once(message, patience_s)
            except WorkerDiedError as error:
                self.close()
                if self.stop.is_set():
                    raise StoppedError from None
                kills, crashes = (kills + 1, crashes) if error.code in _KILLS else (kills, crashes + 1)
                if crashes >= CRASHES or kills >= KILLS:
                    return {"status": "crashed", "reason": f"tried {crashes + kills} times; {_words(error)}"}

    def close(self) -> None:
        """End its process."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    @property
    def pid(self) -> int | None:
        """Id of its process, if there is one."""
        return self._worker.pid if self._worker else None

    def _once(self, message: dict[str, Any], patience_s: float) -> dict[str, Any]:
        if self._worker is None or not self._worker.alive:
            self._worker = Worker(self.module)
            self._worker.greet()
            self._known.clear()
        worker = self._worker
        patience_s += 0.0 if message["kind"] in self._known else WARM_UP_S
        worker.send({**message, "patience_s": patience_s})
        end = time.monotonic() + patience_s
        while (answer := worker.receive(TICK_S)) is None:
            if self.stop.is_set():
                self.close()
                raise StoppedError
            if time.monotonic() > end:
                self.close()
                return {"status": "timed_out", "reason": f"it was ended after {patience_s:,.0f} s"}
            held = held_bytes(worker.pid) if self.memory_bytes else 0
            if self.memory_bytes and held > self.memory_bytes:
                self.close()
                return {"status": "out_of_memory", "reason": f"it was ended at {held / 1e9:.2f} GB; it may take "
                                                             f"{self.memory_bytes / 1e9:.2f} GB"}
        self._known.add(message["kind"])
        record: dict[str, Any] = answer[0]["record"]
        return record


def side_by_side(stations: Sequence[Station], asked: Sequence[tuple[int, dict[str, Any], float]],
                  stop: threading.Event) -> Iterator[tuple[int, Record]]:
    """Give records as they come, while every station takes one message after another.

    Parameters
    ----------
    stations : sequence of Station
        Where messages are answered.
    asked : sequence of (int, dict, float)
        Number of a message, the message, and its patience in seconds.
    stop : threading.Event
        When it is set, no more messages are taken.

    Yields
    ------
    tuple of int and Record
        Number of the message, and what became of it.
    """
    waiting: queue.SimpleQueue[tuple[int, dict[str, Any], float]] = queue.SimpleQueue()
    heard: queue.SimpleQueue[tuple[int, Record] | BaseException | None] = queue.SimpleQueue()
    for one in asked:
        waiting.put(one)
    for station in stations:
        threading.Thread(target=_tend, args=(station, waiting, heard, stop), daemon=True).start()
    working = len(stations)
    while working:
        answer = heard.get()
        if answer is None:
            working -= 1
        elif isinstance(answer, BaseException):
            raise answer
        else:
            yield answer


def _tend(station: Station, waiting: queue.SimpleQueue[tuple[int, dict[str, Any], float]],
          heard: queue.SimpleQueue[tuple[int, Record] | BaseException | None], stop: threading.Event) -> None:
    """Have a station answer messages until there are none, or the batch is stopped."""
    try:
        while not stop.is_set():
            try:
                number, message, patience_s = waiting.get_nowait()
            except queue.Empty:
                break
            heard.put((number, answered(station, message, patience_s)))
    except StoppedError:
        pass
    except BaseException as error:  # noqa: BLE001 (raised in the thread that listens)
        heard.put(error)
    finally:
        heard.put(None)


def answered(station: Station, message: dict[str, Any], patience_s: float) -> Record:
    """Return what became of a message at a station.

    Parameters
    ----------
    station : Station
        Where it is planned.
    message : dict
        As `routing.batch.planning.plan_entry` or `prepare` takes it.
    patience_s : float
        Most seconds.

    Returns
    -------
    Record
        Of its worker, or of how that ended.

    Raises
    ------
    StoppedError
        If the batch was stopped meanwhile.
    """
    entry = message.get("entry", {"name": message.get("source", ""), "seed": 0})
    told = {"name": entry["name"], "key": message.get("key", ""), "seed": entry["seed"]}
    return Record(**{**told, **station.run(message, patience_s), "attempts": station.attempts})


def _words(error: WorkerDiedError) -> str:
    """Return how a process died, and the line of its last words that says most."""
    lines = [line.strip() for line in str(error).splitlines()]
    fatal = next((line for line in lines if line.startswith(("Fatal Python error", "Timeout"))), lines[-1])
    head = lines[0].removesuffix("; its last words:").replace("the solver process", "its process")
    return head if fatal == lines[0] else f"{head}: {fatal}"
