"""The loop of a worker process: answer messages one after another, and end the moment the caller is gone.

What is answered is not known here; see `wire` for what goes over the pipes, and `worker` for the other side.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any, NoReturn

from routing.engines.wire import read_message, write_message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Message = tuple[dict[str, Any], dict[str, NDArray[np.int64]]]
    Answer = Callable[[dict[str, Any], dict[str, NDArray[np.int64]], IO[bytes]], None]


def serve(ready: Callable[[], Answer]) -> NoReturn:
    """Answer messages until the caller closes the pipe; Ctrl-C is for the caller alone.

    Parameters
    ----------
    ready : callable
        Loads what is needed, and returns what takes header and arrays of a message and the pipe to answer on.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever a library prints must not get between the messages.
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, messages), daemon=True).start()
    answer = ready()
    write_message(output, {"kind": "ready"})
    while True:
        header, arrays = messages.get()
        answer(header, arrays, output)


def _listen(pipe: IO[bytes], messages: queue.SimpleQueue[Message]) -> None:
    """Pass on messages; when the caller is gone, end at once, whatever the work is doing."""
    while (message := read_message(pipe)) is not None:
        messages.put(message)
    os._exit(0)
