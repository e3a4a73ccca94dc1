"""TravelMatrix: times and distances between places for one road profile. How they are found is not known here."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from mmap import mmap
from typing import TYPE_CHECKING, Any

import numpy as np

from routing.errors import ProblemError
from routing.model.hourly import MOST, UNREACHABLE, Hourly, slowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

@dataclass(frozen=True, eq=False, repr=False)
class TravelMatrix:
    """Travel from every place (row) to every place (column).

    Parameters
    ----------
    profile : str
        Road profile it holds for.
    places : tuple of str
        A label for each row, in order: those of a `Problem` are ``depot <id>`` first, then ``order <id>``.
    duration_s : ndarray of int64, shape (n, n)
        Whole seconds; `UNREACHABLE` where no road leads.
    distance_m : ndarray of int64, shape (n, n)
        Whole metres along the fastest path; `UNREACHABLE` in the same cells.
    hourly : Hourly, optional
        Travel time by the hour. `duration_s` is then the least of all hours: none drives faster, whenever it departs.
        Made by `by_hour`.

    Raises
    ------
    ProblemError
        If the shapes differ, a number is not whole or negative, the two disagree on what is reachable, or `duration_s`
        is not the least by the hour.
    """

    profile: str
    places: tuple[str, ...]
    duration_s: NDArray[np.int64]
    distance_m: NDArray[np.int64]
    hourly: Hourly | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.profile, str) or isinstance(self.places, str):
            raise ProblemError(f"travel matrix {self.profile!r}: profile must be text, places a list of texts")
        object.__setattr__(self, "places", tuple(str(place) for place in self.places))
        for name in ("duration_s", "distance_m"):
            object.__setattr__(self, name, self._settled(name, getattr(self, name)))
        if not np.array_equal(self.duration_s == UNREACHABLE, self.distance_m == UNREACHABLE):
            raise ProblemError(f"travel matrix {self.profile!r}: duration_s and distance_m differ in what is reachable")
        if self.hourly is not None and not (isinstance(self.hourly, Hourly)
                                            and np.array_equal(self.duration_s, self.hourly.least_s)):
            raise ProblemError(f"travel matrix {self.profile!r}: duration_s is not the least of all hours; use "
                               "TravelMatrix.by_hour")

    @classmethod
    def by_hour(cls, profile: str, places: Sequence[str], hourly: Hourly, distance_m: NDArray[np.int64],
                ) -> TravelMatrix:
        """Return a matrix whose travel times depend on when one departs.

        Parameters
        ----------
        profile : str
            Road profile it holds for.
        places : sequence of str
            A label for each row.
        hourly : Hourly
            Travel times.
        distance_m : ndarray of int64, shape (n, n)
            Whole metres, one number for all hours.

        Returns
        -------
        TravelMatrix
            Joined by a road are the pairs that one joins at some hour.

        Raises
        ------
        ProblemError
            If the two disagree on what is reachable.
        """
        return cls(profile, tuple(places), hourly.least_s, distance_m, hourly)

    def slowed(self, factors: Mapping[str, float]) -> TravelMatrix:
        """Return the matrix with travel that takes longer, or less long, at some hours of every day.

        Parameters
        ----------
        factors : mapping of str to float
            By hours such as ``"07:00-09:00"``: how many times as long as `duration_s` a way takes. At other hours it
            takes that long.

        Returns
        -------
        TravelMatrix
            By the hour.

        Raises
        ------
        ProblemError
            With every factor that is no positive number, and hours that cannot be read or overlap.
        """
        return TravelMatrix.by_hour(self.profile, self.places, slowed(self.duration_s, factors), self.distance_m)

    def part(self, rows: NDArray[np.int64], places: Sequence[str]) -> TravelMatrix:
        """Return the matrix between some of the places.

        Parameters
        ----------
        rows : ndarray of int
            Their rows; one may come twice.
        places : sequence of str
            What they are called.

        Returns
        -------
        TravelMatrix
            By the hour if this one is.
        """
        cells = np.ix_(rows, rows)
        hourly = self.hourly and Hourly(self.hourly.begins_s, self.hourly.duration_s[:, rows[:, None], rows])
        return TravelMatrix(self.profile, tuple(places), self.duration_s[cells], self.distance_m[cells], hourly)

    @property
    def reachable(self) -> NDArray[np.bool_]:
        """Whether a road leads from row to column, shape (n, n)."""
        return np.not_equal(self.duration_s, UNREACHABLE)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, hexadecimal."""
        parts = hashlib.sha256(json.dumps([self.profile, *self.places]).encode())
        for array in (self.duration_s, self.distance_m):
            parts.update(np.ascontiguousarray(array, dtype="<i8").data)
        if self.hourly is not None:
            parts.update(self.hourly.digest.encode())
        return parts.hexdigest()

    def __repr__(self) -> str:
        """Return one line with the size."""
        n = len(self.places)
        timed = "" if self.hourly is None else f", {len(self.hourly.begins_s)} spans of the day"
        lost = int((~self.reachable).sum())
        return f"<TravelMatrix {self.profile!r}: {n} x {n} places, {lost} pairs without a road{timed}>"

    def __eq__(self, other: object) -> bool:
        """Return whether profile, places and all numbers are the same."""
        return isinstance(other, TravelMatrix) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def _settled(self, name: str, given: ArrayLike) -> NDArray[np.int64]:
        """Return the array checked, as int64 that cannot be written to; a copy unless it is that already."""
        n = len(self.places)
        try:
            array = np.asarray(given)
        except ValueError:
            raise ProblemError(f"travel matrix {self.profile!r}: the rows of {name} differ in length") from None
        if not array.size and not n:
            array = np.zeros((0, 0), dtype=np.int64)
        if array.shape != (n, n):
            raise ProblemError(f"travel matrix {self.profile!r}: {name} has shape {array.shape}, expected {(n, n)}")
        if not np.issubdtype(array.dtype, np.integer):
            raise ProblemError(f"travel matrix {self.profile!r}: {name} must be whole numbers, got {array.dtype}")
        if n and not (array.min() >= UNREACHABLE and array.max() < MOST):
            raise ProblemError(f"travel matrix {self.profile!r}: {name} must lie in 0 to 2**40, or be -1 (no road)")
        if array.dtype == np.int64 and array.flags.c_contiguous and _is_frozen(array):
            return array
        frozen = np.array(array, dtype=np.int64, order="C")
        frozen.setflags(write=False)
        return frozen


def _is_frozen(array: NDArray[Any]) -> bool:
    """Return whether nobody can write to an array, nor to what it is a part of, be that a file mapped into memory."""
    while isinstance(array.base, np.ndarray):
        if array.flags.writeable:
            return False
        array = array.base
    return not array.flags.writeable and (array.flags.owndata or isinstance(array.base, mmap))
