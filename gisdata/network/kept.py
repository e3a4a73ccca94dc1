"""Keep large tables that can be worked out again in the cache folder: by content, mapped into memory, within bounds.

What stands in them is not known here.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gisdata.files import cache_folder, whole_file

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_BYTES = 4 * 2**30
"""Most that all tables may take; those used longest ago go first."""


def kept_table(described: Iterable[bytes], shape: tuple[int, ...],
               make: Callable[[], NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return a table from the cache folder, or make it and keep it there.

    Parameters
    ----------
    described : iterable of bytes
        All that it depends on.
    shape : tuple of int
        Its shape.
    make : callable
        Makes it.

    Returns
    -------
    ndarray of int64
        Read-only. If it was there it is mapped into memory, which all processes share. A folder that cannot be written
        to is no fault.
    """
    digest = hashlib.sha256()
    for part in described:
        digest.update(len(part).to_bytes(8, "little") + part)
    file = cache_folder() / "tables" / f"{digest.hexdigest()[:32]}.npy"
    found = _load(file, shape)
    if found is None:
        found = make()
        found.setflags(write=False)
        with suppress(OSError):
            _save(file, found)
    return found


def _load(file: Path, shape: tuple[int, ...]) -> NDArray[np.int64] | None:
    """Return a kept table, or None if there is none or it is damaged."""
    try:
        found = np.load(file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    if found.shape != shape or found.dtype != np.int64:
        return None
    with suppress(OSError):
        os.utime(file)  # used just now
    table: NDArray[np.int64] = found
    return table


def _save(file: Path, table: NDArray[np.int64]) -> None:
    """Write a table whole or not at all, once there is room for it."""
    if table.nbytes > MOST_BYTES:
        return
    there = sorted((seen.st_mtime_ns, seen.st_size, path) for path in file.parent.glob("*.npy")
                   if (seen := path.stat()))
    taken = sum(size for _, size, _ in there)
    for _, size, path in there:
        if taken + table.nbytes <= MOST_BYTES:
            break
        path.unlink(missing_ok=True)
        taken -= size
    with whole_file(file) as temporary:
        np.save(temporary, table, allow_pickle=False)
