"""The worker of a batch with a planner that only looks like one: names of problems say what shall go wrong.

`FAULTS` names a folder of marks: what goes wrong once does so where there is no mark yet. A plan is its key many times
over. No package that takes long to load is needed.
"""

import ctypes
import errno
import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

from gisdata.files import whole_file
from routing.batch import batch_worker, record
from routing.batch.entry import Entry
from routing.batch.store import store_at, write_bytes


def once(what):
    """Return whether this happens for the first time."""
    try:
        Path(os.environ["FAULTS"], what).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def kill(pid=None):
    os.kill(pid or os.getpid(), signal.SIGKILL)


def plan_entry(message):
    """Keep a plan as the real planner does, if nothing goes wrong before, meanwhile or after."""
    entry, store = Entry(**message["entry"]), store_at(message["store"])
    name = entry.name
    if name == "abort":
        os.abort()
    if name == "hang":
        ctypes.PyDLL(None).pause()  # never lets go of the interpreter
    if name == "greedy":
        hoard = [bytearray(2**20) for _ in range(2_000)]
        ctypes.CDLL(None).pause(hoard)
    if name.startswith("parent") and once(name):
        kill(os.getppid())
    if name == "cursed":
        kill(os.getppid())
    if name == "early" and once(name):
        kill()

    def write(path):
        if Path(os.environ["FAULTS"], "full").exists():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if name == "half" and once(name):
            with whole_file(path) as temporary:
                temporary.write_bytes(b"half a plan")
                kill()
        write_bytes(path, message["key"].encode() * 500)
        if name == "late" and once(name):
            kill()

    return record.keep(store, entry, record.Record(name, record.PLANNED, key=message["key"], cost=1.0), write)


if __name__ == "__main__":
    sys.modules["routing.batch.planning"] = SimpleNamespace(plan_entry=plan_entry, prepare=None)
    batch_worker.main()
