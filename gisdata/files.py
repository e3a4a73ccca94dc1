"""Write files whole or not at all, and name them safely.

No format is known here. A writer gets a temporary path in the target's folder; only a finished, synced file takes its
name.
"""

from __future__ import annotations

import os
import re
import sqlite3
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary path to write to; on success it becomes `path`, on failure it is removed.

    Parameters
    ----------
    path : path-like
        The final name. Its folder is made if it does not exist.

    Yields
    ------
    pathlib.Path
        A path in a fresh folder beside `path`, with the same name, not yet existing.

    Raises
    ------
    OSError
        If the folder cannot be written to or the disk is full; the old file, if any, is untouched.
    """
    final = Path(path)
    final.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=final.parent) as folder:
        temporary = Path(folder) / final.name
        yield temporary
        _sync(temporary)
        _take_name(temporary, final)


@contextmanager
def whole_folder(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a temporary folder to write files to; on success they all move into `path`, on failure none does.

    Parameters
    ----------
    path : path-like
        The final folder, made if it does not exist. Files of other names that it holds already stay.

    Yields
    ------
    pathlib.Path
        A fresh, empty folder beside `path`.

    Raises
    ------
    OSError
        If it cannot be written to or the disk is full; old files are then untouched.
    """
    final = Path(path)
    final.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=final.parent) as folder:
        yield Path(folder)
        written = sorted(Path(folder).iterdir())
        for file in written:
            _sync(file)
        final.mkdir(exist_ok=True)
        for file in written:
            _take_name(file, final / file.name)


@contextmanager
def held_alone(path: str | os.PathLike[str], wait_s: float) -> Iterator[None]:
    """Hold a lock that only one process of this machine holds at a time; it is free again when the process dies.

    Parameters
    ----------
    path : path-like
        File of the lock, left there. Its folder must exist.
    wait_s : float
        How long to wait for who holds it.

    Raises
    ------
    TimeoutError
        If somebody else still holds it.
    """
    lock = sqlite3.connect(path, timeout=wait_s, isolation_level=None)  # on every system, freed at death
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise TimeoutError(f"{os.fspath(path)}: it is held by another process ({error})") from error
        yield
    finally:
        lock.close()


def cache_folder() -> Path:
    """Return the folder for what can be made again: `ROUTEBOOK_CACHE`, or the user's usual place for caches.

    Returns
    -------
    pathlib.Path
        It need not exist yet.
    """
    stated = os.environ.get("ROUTEBOOK_CACHE")
    if stated:
        return Path(stated)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "routebook" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "routebook"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "routebook"


def safe_name(text: str, limit: int = 80) -> str:
    """Return a file name made from untrusted text: one path part, no separators, never empty or reserved.

    Parameters
    ----------
    text : str
        Any text, such as a vehicle id.
    limit : int
        Most UTF-8 bytes to keep.

    Returns
    -------
    str
        Letters, digits, ``-``, ``_``, ``.`` and spaces of the text; all else becomes ``_``.

    Examples
    --------
    >>> safe_name("../etc/x")
    '_etc_x'
    >>> safe_name("鄂A·12345")
    '鄂A_12345'
    """
    kept = "".join(c if c.isalnum() or c in "-_. " else "_" for c in unicodedata.normalize("NFKC", text))
    name = kept.encode()[:limit].decode(errors="ignore").strip(". ") or "_"
    return f"_{name}" if _RESERVED.match(name) else name


def _take_name(temporary: Path, final: Path) -> None:
    try:
        temporary.replace(final)
    except PermissionError as error:  # Windows: a spreadsheet or viewer holds the old file
        raise PermissionError(error.errno, "cannot replace the file; is it open in another program?",
                              str(final)) from error


def _sync(path: Path) -> None:
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())
