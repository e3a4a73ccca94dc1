"""The process in which the problems of a batch are planned, one after another; it ends with its caller.

Run as `python -m routing.batch.batch_worker`; see `routing.engines.wire` for what goes over the pipes.
"""

from __future__ import annotations

import faulthandler
from typing import IO, TYPE_CHECKING, Any

from routing.engines.serving import serve
from routing.engines.wire import write_message

if TYPE_CHECKING:
    from routing.engines.serving import Answer

GRACE_S = 5.0
"""How much later than the caller this process ends itself, if the caller could not."""


def main() -> None:
    """Plan problems until the caller closes the pipe."""
    faulthandler.enable()
    serve(_ready)


def _ready() -> Answer:
    """Load the planner, and return what plans a problem with it, or gets roads ready."""
    from routing.batch.planning import plan_entry, prepare

    def answer(header: dict[str, Any], _: object, output: IO[bytes]) -> None:
        # A thread of its own that needs no lock of the interpreter: it ends even code that never lets go.
        faulthandler.dump_traceback_later(header["patience_s"] + GRACE_S, exit=True)
        record = prepare(header) if header["kind"] == "prepare" else plan_entry(header)
        faulthandler.cancel_dump_traceback_later()
        write_message(output, {"kind": "done", "record": record.to_dict()})

    return answer


if __name__ == "__main__":
    main()
