"""Limit: how long an engine may search."""

from __future__ import annotations

from dataclasses import dataclass

from routing.model.check import require, settle_amounts, settle_counts

MOST_SECONDS = 10_000_000.0
MOST_ITERATIONS = 2**62


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
        faults = []
        if self.seconds is None and self.iterations is None:
            faults.append("give seconds, iterations or both")
        if self.seconds is not None:
            faults += settle_amounts(self, "seconds", positive=True)
        if self.iterations is not None:
            faults += settle_counts(self, "iterations", positive=True)
        if not faults and ((self.seconds or 0) > MOST_SECONDS or (self.iterations or 0) > MOST_ITERATIONS):
            faults.append(f"at most {MOST_SECONDS:.0f} seconds and {MOST_ITERATIONS} iterations can be given")
        require("limit", (self.seconds, self.iterations), faults)

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
