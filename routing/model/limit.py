"""Limit: how long an engine may search."""

from __future__ import annotations

from dataclasses import dataclass

from routing.errors import ProblemError


@dataclass(frozen=True, slots=True)
class Limit:
    """How long to search: seconds of wall time, a count of iterations, or both (whichever ends first).

    Under an iteration limit alone the same problem and seed give the same plan, byte for byte.

    Parameters
    ----------
    seconds : float, optional
        Wall time.
    iterations : int, optional
        Counted work; what one iteration is depends on the engine.

    Raises
    ------
    ProblemError
        If neither or a limit that is not positive is given.
    """

    seconds: float | None = None
    iterations: int | None = None

    def __post_init__(self) -> None:
        if self.seconds is None and self.iterations is None:
            raise ProblemError("limit: give seconds, iterations or both")
        if self.seconds is not None and not 0 < self.seconds < 1e7:
            raise ProblemError(f"limit: seconds must be positive, got {self.seconds!r}")
        if self.iterations is not None and not (isinstance(self.iterations, int) and 0 < self.iterations < 2**62):
            raise ProblemError(f"limit: iterations must be a positive whole number, got {self.iterations!r}")

    @classmethod
    def default(cls, orders: int) -> Limit:
        """Return min(30 s, 2 s + 0.03 s per order).

        Parameters
        ----------
        orders : int
            How many orders the problem has.

        Returns
        -------
        Limit
            Seconds only.
        """
        return cls(seconds=min(30.0, 2.0 + 0.03 * orders))

    @property
    def reproducible(self) -> bool:
        """Whether the same seed gives the same plan: there is no wall-time limit."""
        return self.seconds is None
