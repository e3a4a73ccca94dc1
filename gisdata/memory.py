"""How much memory is free, and how much processes hold, where the system says so in files or psutil is there."""

from __future__ import annotations

import contextlib
import mmap
from pathlib import Path


def free_bytes() -> int | None:
    """Return the memory that is free, where the system says so in a file.

    Returns
    -------
    int or None
        Bytes.
    """
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, StopIteration):
        return None


def held_bytes(pid: int) -> int:
    """Return the memory that a process and those it started hold alone, files mapped into it left out.

    Parameters
    ----------
    pid : int
        Its id.

    Returns
    -------
    int
        Zero where the system does not tell and psutil is not installed, or if there is no such process.
    """
    place = Path("/proc") / str(pid)
    if not place.exists():
        return _held_by_psutil(pid)
    held = 0
    with contextlib.suppress(OSError, ValueError):
        resident, shared = (int(number) for number in (place / "statm").read_text(encoding="ascii").split()[1:3])
        held = (resident - shared) * mmap.PAGESIZE
        for task in (place / "task").iterdir():
            held += sum(held_bytes(int(child)) for child in (task / "children").read_text(encoding="ascii").split())
    return held


def _held_by_psutil(pid: int) -> int:
    try:
        import psutil
    except ImportError:
        return 0
    try:
        process = psutil.Process(pid)
        return sum(one.memory_info().rss for one in (process, *process.children(recursive=True)))
    except psutil.Error:
        return 0
