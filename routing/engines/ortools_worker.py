"""The process in which OR-Tools runs: reads encoded problems, writes every better plan, ends with its caller.

Run as `python -m routing.engines.ortools_worker`; see `routing.engines.wire` for what goes over the pipes.
"""

from __future__ import annotations

import os
import time
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from routing.engines.serving import serve
from routing.engines.wire import write_message

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routing.engines.ortools_search import Found
    from routing.engines.serving import Answer

_TICK_S = 0.1


def main() -> None:
    """Answer problems until the caller closes the pipe."""
    serve(_ready)


def _ready() -> Answer:
    """Load OR-Tools, and return what answers a problem with it."""
    from routing.engines import ortools_search

    return lambda header, arrays, output: _answer(ortools_search, header, arrays, output)


def _answer(ortools_search: Any, header: dict[str, Any], arrays: dict[str, NDArray[np.int64]],  # noqa: ANN401 (a module)
            output: IO[bytes]) -> None:
    ticked = time.monotonic()

    def tell(found: Found) -> None:
        flat = [number for tour in found.tours for number in (tour.kind, len(tour.orders), *tour.orders)]
        write_message(output, {"kind": "better", "cost": found.cost, "iteration": found.iteration},
                      {"routes": np.array(flat, dtype=np.int64)})

    def tick(iteration: int) -> None:
        nonlocal ticked
        if time.monotonic() - ticked > _TICK_S:
            ticked = time.monotonic()
            write_message(output, {"kind": "tick", "iteration": iteration})

    try:
        initial = ortools_search.as_tours(arrays.pop("initial"))
        if header["task"] == "price":
            cost = ortools_search.model_cost(arrays, initial)
            write_message(output, {"kind": "done", "iteration": 0, "cost": cost})
            return
        done = ortools_search.search(arrays, header["seed"], header["seconds"], header["iterations"], tell, tick,
                                     initial)
    except OSError:
        os._exit(0)
    except Exception as error:  # noqa: BLE001 (told to the caller, who raises it)
        write_message(output, {"kind": "failed", "message": f"{type(error).__name__}: {error}"})
    else:
        write_message(output, {"kind": "done", "iteration": done})


if __name__ == "__main__":
    main()
