"""The same stations on the workers of a Dask cluster: a problem that crashes takes its process down, never a worker.

Dask plans anew elsewhere what a lost worker had; results are in the store as they finish, not in the cluster.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from routing.batch import station
from routing.batch.record import Record
from routing.batch.station import Station, answered
from routing.errors import EngineError, MissingEngineError

CONNECT_S = 20.0
"""How long a scheduler may take to answer."""

_here = threading.local()


def plan_on_cluster(scheduler: str, left: Sequence[tuple[int, dict[str, Any], float]],
                    done: Callable[[int, Record], None], memory_gb: float | None) -> None:
    """Have messages answered by the workers of a cluster.

    Parameters
    ----------
    scheduler : str
        Address, such as ``tcp://10.0.0.1:8786``.
    left : sequence of (int, dict, float)
        Number of a problem, its message, and its patience in seconds.
    done : callable
        Called with a number and a record as they come.
    memory_gb : float, optional
        Most memory of one problem; by default what Dask allows its workers is all that limits it.

    Raises
    ------
    MissingEngineError
        If Dask's distributed is not installed.
    EngineError
        If no scheduler answers there.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise MissingEngineError("--scheduler needs Dask distributed; install it with: pip install 'routebook[scale]'"
                                 ) from None
    try:
        client: Any = Client(scheduler, timeout=CONNECT_S)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise EngineError(f"no Dask scheduler answers at {scheduler}: {error}") from error
    most = None if memory_gb is None else int(memory_gb * 1e9)
    with client:
        asked = {client.submit(_planned, message, patience_s, most, station.MODULE, pure=False): (number, message)
                 for number, message, patience_s in left}
        try:
            for future in as_completed(list(asked)):  # type: ignore[no-untyped-call]
                number, message = asked[future]
                fault = future.exception()
                done(number, _lost(message, fault) if fault is not None else Record(**future.result()))
        except BaseException:
            client.cancel(list(asked), force=True)
            raise


def _planned(message: dict[str, Any], patience_s: float, memory_bytes: int | None, module: str) -> dict[str, Any]:
    """Answer a message in the process that belongs to this thread of a worker; it ends with the worker."""
    here = getattr(_here, "station", None)
    if here is None:
        here = _here.station = Station(threading.Event(), module=module)
    here.memory_bytes = memory_bytes
    return answered(here, message, patience_s).to_dict()


def _lost(message: dict[str, Any], error: BaseException) -> Record:
    """Return the record of a problem whose workers were lost again and again, or could not plan at all."""
    entry, kind = message["entry"], type(error).__name__
    status = "lost" if kind in {"KilledWorker", "CancelledError", "FutureCancelledError"} else "failed"
    return Record(entry["name"], status, f"{kind}: {error}", message["key"], seed=entry["seed"])
