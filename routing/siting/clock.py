"""When a search for sites stops, and what it shows meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tqdm import tqdm

    from routing.model import Limit


class Clock:
    """Counts the work of a search, and says when its limit is reached.

    Parameters
    ----------
    limit : Limit or None
        None: search until the optimum is proven.
    bar : tqdm, optional
        Shows cost, bound and gap.
    """

    def __init__(self, limit: Limit | None, bar: tqdm[Any] | None = None) -> None:
        self.begin = time.monotonic()
        self.seconds = limit.seconds if limit is not None else None
        self.iterations = limit.iterations if limit is not None else None
        self.count = 0
        self._bar = bar

    def left_s(self) -> float | None:
        """Return how many seconds are left; None: any number."""
        return None if self.seconds is None else max(0.0, self.seconds - (time.monotonic() - self.begin))

    def limited(self, iterations: int) -> Limit:
        """Return a limit of so many steps within the time that is left."""
        from routing.model import Limit

        left = self.left_s()
        return Limit(seconds=None if left is None else max(left, 1e-3), iterations=iterations)

    def out(self, cost: float, bound: float) -> bool:
        """Count one step of the search.

        Parameters
        ----------
        cost, bound : float
            Best known so far, to be shown.

        Returns
        -------
        bool
            Whether the limit is reached.
        """
        self.count += 1
        if self._bar is not None:
            self._bar.set_postfix_str(f"cost {cost:,.2f}, bound {bound:,.2f}", refresh=False)
            self._bar.update()
        return self.stopped()

    def stopped(self) -> bool:
        """Return whether the limit is reached."""
        return (self.iterations is not None and self.count >= self.iterations) or self.left_s() == 0


@contextmanager
def running(limit: Limit | None) -> Iterator[Clock]:
    """Give a clock that begins now; its bar shows on a terminal, after a second.

    Parameters
    ----------
    limit : Limit or None
        When to stop.

    Yields
    ------
    Clock
        For one search.
    """
    from tqdm.auto import tqdm

    with tqdm(desc="siting", unit=" step", delay=1.0, leave=False, disable=None) as bar:
        yield Clock(limit, bar)
