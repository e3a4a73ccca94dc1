"""Where the results of a batch are kept: a folder, or an object store behind fsspec. Files come whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

from gisdata.files import held_alone, whole_file
from routing.errors import MissingEngineError, RoutingError

_LOCK, LOCK_WAIT_S = ".lock", 0.2
_HALF = ".writing-*"


class BatchInUseError(RoutingError, OSError):
    """Another batch writes to the same folder at this moment."""


def store_at(place: str | os.PathLike[str]) -> Store:
    """Return the store at a place.

    Parameters
    ----------
    place : path-like
        A folder, or an address such as ``s3://bucket/night`` of which fsspec knows the kind.

    Returns
    -------
    Store
        Nothing is made yet.

    Raises
    ------
    MissingEngineError
        If it is an address, and fsspec is not installed.
    """
    text = os.fspath(place)
    return ObjectStore(text) if "://" in text else Store(text)


class Store:
    """A folder.

    Parameters
    ----------
    place : str
        Its path.
    """

    def __init__(self, place: str) -> None:
        self.place = str(Path(place).resolve())

    def write(self, name: str, write: Callable[[Path], object]) -> None:
        """Have a file written, durable when this returns.

        Parameters
        ----------
        name : str
            Below the folder, with ``/``.
        write : callable
            Writes to the path that it is given, whole or not at all.

        Raises
        ------
        OSError
            If it cannot be written; an older file is then untouched.
        """
        write(self.path(name))

    def read(self, name: str) -> bytes | None:
        """Return the content of a file, or None if there is none that can be read."""
        try:
            return self.path(name).read_bytes()
        except OSError:
            return None

    def names(self, folder: str) -> list[str]:
        """Return the files right in a folder, sorted, by their names below this one."""
        place = self.path(folder)
        found = place.iterdir() if place.is_dir() else ()
        return sorted(f"{folder}/{path.name}" for path in found if path.is_file())

    def path(self, name: str) -> Path:
        """Return where a file is."""
        return Path(self.place, *PurePosixPath(name).parts)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Make sure that it can be written to, that nobody else does, and that nothing half-written is left in it.

        Raises
        ------
        BatchInUseError
            If another batch has it open.
        OSError
            If it cannot be made or written to.
        """
        folder = Path(self.place)
        folder.mkdir(parents=True, exist_ok=True)
        self.write(".probe", lambda path: write_bytes(path, b"."))
        try:
            with ExitStack() as stack:
                try:
                    stack.enter_context(held_alone(folder / _LOCK, LOCK_WAIT_S))
                except TimeoutError as error:
                    raise BatchInUseError(f"{folder}: another batch is writing to this folder; wait for it, or give "
                                          f"another folder ({error})") from error
                self.clean()
                yield
        finally:
            with suppress(OSError):
                self.path(".probe").unlink()
                (folder / _LOCK).unlink()

    def clean(self) -> None:
        """Remove what processes that were killed left half-written."""
        for left in Path(self.place).rglob(_HALF):
            shutil.rmtree(left, ignore_errors=True)


class ObjectStore(Store):
    """Objects behind an address that fsspec knows; each is put there in one piece.

    Parameters
    ----------
    place : str
        Such as ``s3://bucket/night``.
    """

    def __init__(self, place: str) -> None:
        try:
            from fsspec.core import url_to_fs
        except ImportError:
            raise MissingEngineError(f"{place} needs fsspec; install it with: pip install 'routebook[scale]', and what "
                                     "fsspec needs for that kind of address, such as s3fs") from None
        self.place = place.rstrip("/")
        self._files: Any
        self._files, self._root = url_to_fs(self.place)

    def write(self, name: str, write: Callable[[Path], object]) -> None:
        """Have a file written to a temporary folder, and put it there in one piece."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / PurePosixPath(name).name
            write(path)
            target = f"{self._root}/{name}"
            self._files.makedirs(target.rpartition("/")[0], exist_ok=True)
            self._files.pipe_file(target, path.read_bytes())

    def read(self, name: str) -> bytes | None:
        """Return an object, or None if there is none."""
        try:
            content: bytes = self._files.cat_file(f"{self._root}/{name}")
        except OSError:
            return None
        return content

    def names(self, folder: str) -> list[str]:
        """Return the objects right in a folder, sorted."""
        place = f"{self._root}/{folder}"
        listed = self._files.ls(place, detail=False) if self._files.exists(place) else []
        return sorted(f"{folder}/{PurePosixPath(str(found)).name}" for found in listed)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Make sure that it can be written to; who else writes there is not known."""
        self.write(".probe", lambda path: write_bytes(path, b"."))
        yield
        with suppress(OSError):
            self._files.rm_file(f"{self._root}/.probe")

    def clean(self) -> None:
        """Do nothing: no object is ever half-written."""


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all.

    Parameters
    ----------
    path : pathlib.Path
        Where to.
    content : bytes
        All of it.
    """
    with whole_file(path) as temporary:
        temporary.write_bytes(content)
