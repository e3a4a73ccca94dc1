"""What reading and writing VROOM's JSON share: files, numbers and names. Units are VROOM's: seconds, metres.

References
----------
VROOM-Project, ``docs/API.md`` of version 1.14.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gisdata.clock import DAY_S, END_OF_TIME_S
from gisdata.content import read_text
from gisdata.errors import InputFileError
from gisdata.files import whole_file
from routing.model import Order, Problem

UNREACHABLE_S = 10_000_000
"""Written where no road leads: longer than any vehicle may be away. As much or more is read as no road."""

SCALES = (1, 10, 100, 1000)


def read_json(source: str | os.PathLike[str] | Mapping[str, Any], holds: str) -> dict[str, Any]:
    """Return a JSON object.

    Parameters
    ----------
    source : path-like or mapping
        A file, or what one holds.
    holds : str
        A key that must be there.

    Returns
    -------
    dict
        The object.

    Raises
    ------
    InputFileError
        If it is no JSON object with that key.
    """
    if isinstance(source, Mapping):
        name, record = "the record", dict(source)
    else:
        name = os.fspath(source)
        try:
            record = json.loads(read_text(source))
        except (ValueError, RecursionError) as error:
            raise InputFileError(f"{name}: this is not JSON: {error}") from None
    if not isinstance(record, dict) or not isinstance(record.get(holds), list):
        raise InputFileError(f"{name}: this is not what VROOM reads or writes: it has no list {holds!r}")
    return record


def write_json(record: Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """Write a JSON object whole or not at all.

    Parameters
    ----------
    record : mapping
        Plain values.
    path : path-like
        Where to.
    """
    with whole_file(Path(path)) as temporary:
        temporary.write_text(json.dumps(record, ensure_ascii=False, allow_nan=False, indent=1), encoding="utf-8")


def midnight_s(earliest_s: int) -> int:
    """Return the second that is our zero: the midnight (UTC) before, if times are timestamps, else zero.

    Parameters
    ----------
    earliest_s : int
        The earliest time that is named; beyond 31 days it must be a timestamp.

    Returns
    -------
    int
        Seconds since 1970, or 0.
    """
    return earliest_s // DAY_S * DAY_S if earliest_s > END_OF_TIME_S else 0


def midnight_of(day: dt.date) -> int:
    """Return the second since 1970 at which a day begins, UTC."""
    return (day - dt.date(1970, 1, 1)).days * DAY_S


def scale_of(amounts: Iterable[float]) -> int:
    """Return by how much amounts must be multiplied to be whole: the least of 1, 10, 100 and 1000 that does, or 1000.

    Parameters
    ----------
    amounts : iterable of float
        Finite amounts.

    Returns
    -------
    int
        The factor.
    """
    listed = list(amounts)
    whole = (scale for scale in SCALES if all(abs(a * scale - round(a * scale)) < 1e-6 for a in listed))
    return next(whole, SCALES[-1])


def numbers_of(names: Sequence[str]) -> dict[str, int]:
    """Return a whole number for each name: the name itself where all are whole numbers, else its place from 1.

    Parameters
    ----------
    names : sequence of str
        All different.

    Returns
    -------
    dict of str to int
        By name.
    """
    if all(name.isascii() and name.isdecimal() and name == str(int(name)) and int(name) < 2**63 for name in names):
        return {name: int(name) for name in names}
    return {name: number for number, name in enumerate(names, start=1)}


def order_named(problem: Problem, number: object, description: object, kind: str) -> str:
    """Return the id of the order that a step of a solution means.

    Parameters
    ----------
    problem : Problem
        As read from VROOM or written to it.
    number : object
        Id of the task.
    description : object
        Its description, if there is one.
    kind : str
        ``job``, ``pickup`` or ``delivery``.

    Returns
    -------
    str
        Which the problem may not have; then the judge says so.
    """
    stated = str(number) if kind == "job" else f"{kind} {number}"
    row = problem.order_row.get(stated)
    found: Order | None = None if row is None else problem.orders[row - len(problem.depots)]
    if found is not None and description in (None, found.name):
        return stated
    return description if isinstance(description, str) and description in problem.order_row else stated
