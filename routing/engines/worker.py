"""Worker processes: solvers that may crash run in one, kept warm between problems, so that the caller never goes down.

Knows no solver. A worker is `python -m MODULE`; it reads messages from standard input, writes messages to standard
output (see `wire`), and ends when its standard input closes, so that none outlives the caller.
"""

from __future__ import annotations

import atexit
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from routing.engines.wire import read_message, write_message
from routing.errors import EngineError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PACKAGES = Path(__file__).resolve().parents[2]
_LAST_WORDS = 20
_START_S = 60.0
_GOODBYE_S = 2.0
_WINDOWS_FLAGS = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)


class WorkerDiedError(EngineError):
    """A worker process ended without being asked to.

    Parameters
    ----------
    message : str
        How, and its last words.
    code : int
        Exit code; below zero the signal that ended it.
    """

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


class Worker:
    """One worker process, and the threads that listen to it.

    Parameters
    ----------
    module : str
        What it runs.

    Raises
    ------
    EngineError
        If no process can be started.
    """

    def __init__(self, module: str) -> None:
        if not sys.executable:
            raise EngineError("cannot start a solver process: sys.executable does not name this Python")
        self.module = module
        self.owner = os.getpid()
        self._heard: queue.SimpleQueue[tuple[dict[str, Any], dict[str, NDArray[np.int64]]] | None] = queue.SimpleQueue()
        self._last_words: deque[str] = deque(maxlen=_LAST_WORDS)
        try:
            # A session or process group of its own: Ctrl-C in a terminal reaches the caller alone, which then decides.
            self._process = subprocess.Popen(
                [sys.executable, "-m", module], cwd=_PACKAGES, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, start_new_session=os.name != "nt", creationflags=_WINDOWS_FLAGS)
        except OSError as error:
            raise EngineError(f"cannot start a solver process with {sys.executable}: {error}") from error
        ears = (self._listen, self._listen_to_complaints)
        self._ears = [threading.Thread(target=listen, daemon=True) for listen in ears]
        for ear in self._ears:
            ear.start()

    @property
    def pid(self) -> int:
        """Id of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs and belongs to this one, not to one that this was forked from."""
        return self.owner == os.getpid() and self._process.poll() is None

    def greet(self) -> None:
        """Wait until it is ready, which it says with its first message.

        Raises
        ------
        EngineError
            If it takes more than a minute.
        WorkerDiedError
            If it has ended.
        """
        if self.receive(_START_S) is None:
            raise EngineError(f"the solver process was not ready within {_START_S:g} s")

    def send(self, header: Mapping[str, Any], arrays: Mapping[str, NDArray[np.int64]] | None = None) -> None:
        """Send one message.

        Parameters
        ----------
        header : mapping
            JSON values.
        arrays : mapping of str to ndarray of int64, optional
            Sent as they are.

        Raises
        ------
        WorkerDiedError
            If it has ended.
        """
        assert self._process.stdin is not None  # noqa: S101 (for the type checker)
        try:
            write_message(self._process.stdin, header, arrays)
        except OSError:
            raise self._obituary() from None

    def receive(self, seconds: float) -> tuple[dict[str, Any], dict[str, NDArray[np.int64]]] | None:
        """Return the next message.

        Parameters
        ----------
        seconds : float
            How long to wait for it.

        Returns
        -------
        tuple of (dict, dict of str to ndarray) or None
            Header and arrays; None if nothing came in that time.

        Raises
        ------
        WorkerDiedError
            If it has ended, and everything it said before has been received.
        """
        try:
            message = self._heard.get(timeout=seconds)
        except queue.Empty:
            return None
        if message is None:
            raise self._obituary()
        return message

    def close(self, patience_s: float = 0.0) -> None:
        """End the process.

        Parameters
        ----------
        patience_s : float
            How long it may take to end by itself before it is killed.
        """
        if self.owner != os.getpid():
            return
        with suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        if patience_s:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(patience_s)
        self._process.kill()
        self._process.wait()
        for ear in self._ears:
            ear.join(_GOODBYE_S)

    def _listen(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 (for the type checker)
        with self._process.stdout as pipe, suppress(OSError, ValueError):
            while (message := read_message(pipe)) is not None:
                self._heard.put(message)
        self._heard.put(None)

    def _listen_to_complaints(self) -> None:
        assert self._process.stderr is not None  # noqa: S101 (for the type checker)
        with self._process.stderr as pipe, suppress(OSError, ValueError):
            for line in pipe:
                self._last_words.append(line.decode(errors="replace").rstrip())

    def _obituary(self) -> WorkerDiedError:
        """Return an error that says how the process ended, and what it said last."""
        self.close(_GOODBYE_S)
        code = self._process.returncode
        how = f"code {code}"
        if code < 0:
            with suppress(ValueError):
                how = f"signal {signal.Signals(-code).name}"
        words = "\n".join(self._last_words)
        told = f"; its last words:\n{words}" if words else ""
        return WorkerDiedError(f"the solver process ended with {how}{told}", code)


_idle: dict[str, Worker] = {}
_lock = threading.Lock()


@contextmanager
def warm_worker(module: str) -> Iterator[Worker]:
    """Lend a worker: the one left from the last problem if it still runs, else a new one.

    Parameters
    ----------
    module : str
        What it runs.

    Yields
    ------
    Worker
        Nobody else uses it. It is kept for the next problem if the block ends well, else ended.

    Raises
    ------
    EngineError
        If no process can be started.
    """
    with _lock:
        worker = _idle.pop(module, None)
    fresh = worker is None or not worker.alive
    if worker is None or fresh:
        worker = Worker(module)
    try:
        if fresh:
            worker.greet()
        yield worker
    except BaseException:
        worker.close()
        raise
    with _lock:
        spare = _idle.get(module) if worker.alive else worker
        if spare is None or not spare.alive:
            _idle[module], spare = worker, None
    if spare is not None:
        spare.close()


@atexit.register
def close_workers() -> None:
    """End all workers that wait for a problem."""
    with _lock:
        workers = list(_idle.values())
        _idle.clear()
    for worker in workers:
        worker.close(_GOODBYE_S)
