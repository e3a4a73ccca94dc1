"""Hourly: travel times that depend on the hour. What is driven then, and how matrices are measured, is not known here.

Durations and clock times are seconds; clock times count from midnight of the plan day.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gisdata.kinds import spans
from routing.errors import ProblemError

if TYPE_CHECKING:
    from numpy.typing import NDArray

UNREACHABLE = -1
MOST = 2**40
DAY_S = 86_400
LONGEST_S = 2**20
"""Longest way by the hour, 12 days: up to there a way that stays within one span takes exactly what is stated."""


@dataclass(frozen=True, eq=False, repr=False)
class Hourly:
    """How long every way takes in each span of the day, if driven wholly at the speeds of that span.

    A drive that crosses from one span into the next goes on at the speeds of the next: it covers, in each second of a
    span in which the whole way takes T seconds, one T-th of the way. So whoever departs later arrives no earlier
    (first in, first out), whatever the numbers, and a wait is never of use. In whole numbers: of 2**40 parts of the way
    a second covers 2**40 / T, rounded up, and the vehicle arrives at the end of the second in which it has covered all.
    In a span in which no road leads there it stands still until the next.

    Parameters
    ----------
    begins_s : tuple of int
        When each of k spans begins: the first at 0, each later than the one before. Each ends where the next begins,
        the last with its day; then all come again. More than one day may be given.
    duration_s : ndarray of int64, shape (k, n, n)
        Whole seconds; `UNREACHABLE` where no road leads in that span. A way that takes no time in some spans only
        takes one second there.

    Raises
    ------
    ProblemError
        With everything that is wrong with shapes, spans and numbers.

    References
    ----------
    Ichoua, Gendreau and Potvin (2003), "Vehicle dispatching with time-dependent travel times", European Journal of
    Operational Research 144(2), 379-396.
    """

    begins_s: tuple[int, ...]
    duration_s: NDArray[np.int64]

    def __post_init__(self) -> None:
        given = self.begins_s if isinstance(self.begins_s, Sequence) and not isinstance(self.begins_s, str) else ()
        object.__setattr__(self, "begins_s", tuple(given))
        table = np.asarray(self.duration_s)
        faults = [*_span_faults(self.begins_s), *_table_faults(table, len(self.begins_s))]
        if faults:
            raise ProblemError("travel by the hour: " + "; ".join(faults))
        object.__setattr__(self, "begins_s", tuple(int(begin_s) for begin_s in self.begins_s))
        timeless = (table == 0) & (table != 0).any(axis=0)
        if table.dtype != np.int64 or not table.flags.c_contiguous or table.flags.writeable or timeless.any():
            table = np.array(np.where(timeless, 1, table), dtype=np.int64, order="C")
            table.setflags(write=False)
        object.__setattr__(self, "duration_s", table)

    @property
    def period_s(self) -> int:
        """After how long all spans come again: as many whole days as they reach."""
        return DAY_S * (self.begins_s[-1] // DAY_S + 1)

    @cached_property
    def spans(self) -> NDArray[np.int64]:
        """`begins_s` as an array, shape (k,)."""
        return np.array(self.begins_s, dtype=np.int64)

    def moments(self, first_s: int, last_s: int) -> NDArray[np.int64]:
        """Return when spans begin.

        Parameters
        ----------
        first_s, last_s : int
            Clock times, within which.

        Returns
        -------
        ndarray of int64, shape (m,)
            Clock times, in order.
        """
        periods = range(first_s // self.period_s, max(first_s, last_s) // self.period_s + 1)
        every = np.concatenate([self.spans + period * self.period_s for period in periods])
        return every[(every >= first_s) & (every <= last_s)]

    @cached_property
    def least_s(self) -> NDArray[np.int64]:
        """Least duration of all spans, shape (n, n); `UNREACHABLE` where no road leads in any."""
        most = np.iinfo(np.int64).max
        least = np.full(self.duration_s.shape[1:], most, dtype=np.int64)
        for table in self.duration_s:
            np.minimum(least, np.where(table == UNREACHABLE, most, table), out=least)
        least[least == most] = UNREACHABLE
        least.setflags(write=False)
        return least

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, hexadecimal."""
        parts = hashlib.sha256(json.dumps(self.begins_s).encode())
        parts.update(np.ascontiguousarray(self.duration_s, dtype="<i8").data)
        return parts.hexdigest()

    def __repr__(self) -> str:
        """Return one line with the size."""
        k, n, _ = self.duration_s.shape
        return f"<Hourly: {k} spans, {n} x {n} places>"

    def __eq__(self, other: object) -> bool:
        """Return whether spans and all numbers are the same."""
        return isinstance(other, Hourly) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


def slowed(duration_s: NDArray[np.int64], factors: Mapping[str, float]) -> Hourly:
    """Return travel times that are longer, or less long, at some hours of every day.

    Parameters
    ----------
    duration_s : ndarray of int64, shape (n, n)
        At all other hours.
    factors : mapping of str to float
        By hours such as ``"07:00-09:00"``: how many times as long a way takes.

    Returns
    -------
    Hourly
        Rounded to whole seconds.

    Raises
    ------
    ProblemError
        With every factor that is no positive number, and hours that cannot be read or overlap.
    """
    known: list[tuple[int, int, float]] = []
    faults = []
    for hours, factor in factors.items():
        try:
            read = spans(str(hours))
        except ValueError as error:
            faults.append(f"{hours!r} are no hours such as '07:00-09:00' ({error})")
            continue
        if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0 < factor < math.inf:
            faults.append(f"{hours!r}: the factor must be a positive number, got {factor!r}")
            continue
        known += [(begin_s, end_s, factor) for begin_s, end_s in read]
    known.sort()
    faults += [f"hours overlap at {begin_s} s" for (_, end_s, _), (begin_s, _, _) in itertools.pairwise(known)
               if begin_s < end_s]
    faults += [f"hours end within the day, got {end_s} s" for _, end_s, _ in known if end_s > DAY_S]
    if faults:
        raise ProblemError("factors by the hour: " + "; ".join(faults))
    steps, now_s = [], 0
    for begin_s, end_s, factor in known:
        steps += [(now_s, 1.0)] * (now_s < begin_s) + [(begin_s, factor)]
        now_s = end_s
    steps += [(now_s, 1.0)] * (now_s < DAY_S)
    tables = [np.where(duration_s == UNREACHABLE, UNREACHABLE, np.rint(duration_s * factor)).astype(np.int64)
              for _, factor in steps]
    return Hourly(tuple(begin_s for begin_s, _ in steps), np.stack(tables))


def _span_faults(begins_s: Sequence[object]) -> list[str]:
    """Return what is wrong with the begins of the spans."""
    if not begins_s or not all(isinstance(begin_s, int | np.integer) and not isinstance(begin_s, bool)
                               for begin_s in begins_s):
        return [f"begins_s must be whole seconds from midnight, at least one, got {begins_s!r}"]
    numbers = [int(begin_s) for begin_s in begins_s]  # type: ignore[call-overload]
    if numbers[0] != 0 or numbers != sorted(set(numbers)) or numbers[-1] >= 31 * DAY_S:
        return [f"spans begin at 0, each later than the one before, within 31 days, got {numbers}"]
    return []


def _table_faults(table: NDArray[np.int64], k: int) -> list[str]:
    """Return what is wrong with the durations."""
    if table.ndim != 3 or table.shape[0] != k or table.shape[1] != table.shape[2]:
        return [f"duration_s has shape {table.shape}, expected ({k}, n, n): a square of places for each span"]
    if not np.issubdtype(table.dtype, np.integer):
        return [f"duration_s must be whole numbers, got {table.dtype}"]
    if table.size and not (table.min() >= UNREACHABLE and table.max() < LONGEST_S):
        return [f"duration_s must lie in 0 to {LONGEST_S:,} s, or be -1 (no road)"]
    return []
