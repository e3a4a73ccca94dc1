"""One problem of a batch: where its inputs are, how it is solved, and the hash that tells whether it was solved before.

Nothing is read here but bytes to hash, and nothing is solved.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gisdata
from gisdata.errors import GisDataError, InputFileError
from gisdata.files import safe_name
from routing.errors import ProblemError
from routing.model import Limit

VERSION = 1
"""Of what a key is made of; another number solves everything anew."""

FILES = ("orders", "vehicles", "depots", "roads", "pieces", "problem")
SAMPLE = "sample:"


@dataclass(frozen=True, slots=True)
class Entry:
    """One problem of a batch.

    Parameters
    ----------
    name : str
        Names its results.
    orders, vehicles, depots, roads, pieces : str
        Files to read it from; roads may be a sample, such as ``sample:wuhan``.
    problem : str
        Plan file whose problem is solved anew, instead of the others; roads come on top if they are named too.
    day, time_zone : str
        Plan day, such as ``2026-11-30``, and IANA zone.
    turns : bool
        Whether turn restrictions are obeyed and turns take time.
    seconds, iterations : float and int, optional
        Limit of the search.
    seed, threads : int
        Of the search.
    engine, objective : str
        As for `routing.solve`.
    fault : str
        Why it cannot even be tried; empty if it can.
    """

    name: str
    orders: str = ""
    vehicles: str = ""
    depots: str = ""
    roads: str = ""
    pieces: str = ""
    problem: str = ""
    day: str = ""
    time_zone: str = "UTC"
    turns: bool = False
    seconds: float | None = None
    iterations: int | None = None
    seed: int = 0
    engine: str = "auto"
    objective: str = "cost"
    threads: int = 1
    fault: str = ""

    @property
    def limit(self) -> Limit | None:
        """How long to search; None: the default of `routing.solve`."""
        if self.seconds is None and self.iterations is None:
            return None
        return Limit(seconds=self.seconds, iterations=self.iterations)

    @property
    def stem(self) -> str:
        """What its files are called."""
        return safe_name(self.name)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, from which ``Entry(**values)`` makes it again."""
        return dataclasses.asdict(self)


def settled(entries: Sequence[Entry]) -> list[Entry]:
    """Return entries with the faults that are known before anything is read: names, limits, files that are missing.

    Parameters
    ----------
    entries : sequence of Entry
        As they were listed.

    Returns
    -------
    list of Entry
        In the same order; of several with one name the first may be tried.
    """
    seen: dict[str, int] = {}
    checked = []
    for number, entry in enumerate(entries, start=1):
        faults = [entry.fault] if entry.fault else [*_name_faults(entry.name), *_setting_faults(entry),
                                                    *_file_faults(entry)]
        first = seen.setdefault(unicodedata.normalize("NFKC", entry.stem).casefold(), number)
        if first != number:
            faults.append(f"its name, or the name of its files, is that of problem {first}; give it another")
        checked.append(dataclasses.replace(entry, fault="; ".join(faults)))
    return checked


def key_of(entry: Entry, hashes: dict[str, str]) -> str:
    """Return what tells whether an entry was solved before: a hash of its settings and of the content of its files.

    Parameters
    ----------
    entry : Entry
        Without faults.
    hashes : dict of str to str
        Hashes of files by name; added to, so that shared files are read once.

    Returns
    -------
    str
        SHA-256, hexadecimal. The names of entry and files do not count.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    import routing

    values = {field: value for field, value in entry.to_dict().items() if field not in (*FILES, "name", "fault")}
    for field in FILES:
        source = getattr(entry, field)
        if source and source not in hashes:
            hashes[source] = _hash_of(source)
        values[field] = hashes[source] if source else ""
    text = json.dumps([VERSION, routing.__version__, values], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def local_file(source: str) -> Path:
    """Return the file behind a source: itself, or the roads of a sample."""
    if source.startswith(SAMPLE):
        name = source.removeprefix(SAMPLE)
        return gisdata.sample_path(name) / f"{name}.roads"
    return Path(source)


def _hash_of(source: str) -> str:
    with local_file(source).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _name_faults(name: str) -> list[str]:
    if not name.strip():
        return ["it has no name"]
    if any(mark in name for mark in "/\\:") or name.strip(". ") != name or not name.isprintable():
        return [f"the name {name!r} is a path, or no name of a file; use letters, digits, - and _"]
    return []


def _setting_faults(entry: Entry) -> list[str]:
    faults = []
    try:
        _ = entry.limit
    except ProblemError as error:
        faults.append(str(error))
    if entry.problem:
        others = [field for field in ("orders", "vehicles", "depots", "pieces") if getattr(entry, field)]
        faults += [f"a plan file holds the whole problem; leave out {', '.join(others)}"] * bool(others)
    else:
        missing = [field for field in ("orders", "vehicles", "depots", "roads") if not getattr(entry, field)]
        faults += [f"it names no {', no '.join(missing)}"] * bool(missing)
    return faults


def _file_faults(entry: Entry) -> list[str]:
    faults = []
    for field in FILES:
        source = getattr(entry, field)
        try:
            if source and not local_file(source).is_file():
                faults.append(f"{field}: there is no file {source}")
        except (GisDataError, InputFileError, ValueError, OSError) as error:
            faults.append(f"{field}: {error}")
    return faults
