"""How much of a limit is left when several searches share it."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from routing.engines import Progress
    from routing.model import Limit

LEAST_S = 0.05


class Clock:
    """How much of a limit is left, and has passed.

    Parameters
    ----------
    limit : Limit
        Begins now. Counted work is not shared: each search may do a part of it that the caller decides.
    """

    def __init__(self, limit: Limit) -> None:
        self.begin, self.limit = time.monotonic(), limit

    @property
    def left(self) -> float:
        """Seconds, a few hundredths at least; none have passed for a limit without them."""
        return max(self.begin + (self.limit.seconds or 0.0) - time.monotonic(), LEAST_S)

    def part(self, share: float = 1.0) -> Limit:
        """Return a share of the seconds that are left, and of all iterations.

        Parameters
        ----------
        share : float
            Above 0, at most 1.

        Returns
        -------
        Limit
            Of the same kinds as the whole.
        """
        seconds, iterations = self.limit.seconds, self.limit.iterations
        return dataclasses.replace(
            self.limit, seconds=None if seconds is None else max(share * self.left, LEAST_S),
            iterations=None if iterations is None else max(1, round(share * iterations)))

    def later(self, progress: Progress | None) -> Progress | None:
        """Return what tells progress of a search that begins now, as a part of the whole."""
        passed = time.monotonic() - self.begin
        return None if progress is None else lambda state: progress(state._replace(seconds=state.seconds + passed))
