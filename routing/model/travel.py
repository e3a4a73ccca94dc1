"""TravelMatrix: times and distances between places for one road profile. How they are found is not known here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.errors import ProblemError

UNREACHABLE = -1


@dataclass(frozen=True, slots=True, eq=False)
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

    Raises
    ------
    ProblemError
        If the shapes differ, a number is not whole or negative, or the two disagree on what is reachable.
    """

    profile: str
    places: tuple[str, ...]
    duration_s: NDArray[np.int64]
    distance_m: NDArray[np.int64]

    def __post_init__(self) -> None:
        n = len(self.places)
        for name in ("duration_s", "distance_m"):
            array = np.asarray(getattr(self, name))
            if array.shape != (n, n):
                raise ProblemError(f"travel matrix {self.profile!r}: {name} has shape {array.shape}, expected {(n, n)}")
            if not np.issubdtype(array.dtype, np.integer):
                raise ProblemError(f"travel matrix {self.profile!r}: {name} must be whole numbers, got {array.dtype}")
            if n and not (array.min() >= UNREACHABLE and array.max() < 2**40):
                raise ProblemError(f"travel matrix {self.profile!r}: {name} must lie in 0 to 2**40, or be -1 (no road)")
            frozen = np.array(array, dtype=np.int64)
            frozen.setflags(write=False)
            object.__setattr__(self, name, frozen)
        if not np.array_equal(self.duration_s == UNREACHABLE, self.distance_m == UNREACHABLE):
            raise ProblemError(f"travel matrix {self.profile!r}: duration_s and distance_m disagree on what is reachable")

    @property
    def reachable(self) -> NDArray[np.bool_]:
        """Whether a road leads from row to column, shape (n, n)."""
        return self.duration_s != UNREACHABLE

    @property
    def digest(self) -> str:
        """SHA-256 of the content, hexadecimal."""
        parts = hashlib.sha256("\x1f".join((self.profile, *self.places)).encode())
        for array in (self.duration_s, self.distance_m):
            parts.update(np.ascontiguousarray(array, dtype="<i8").tobytes())
        return parts.hexdigest()

    def __eq__(self, other: object) -> bool:
        """Return whether profile, places and all numbers are the same."""
        return isinstance(other, TravelMatrix) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)
