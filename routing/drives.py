"""One drive, as long as it takes whenever it departs: the same at all hours, or by the hour. Numbers only.

All times are whole seconds. What a duration by the hour means is told in `routing.model.hourly`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from gisdata.clock import END_OF_TIME_S

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from routing.model import Hourly, TravelMatrix

FOREVER_S = 2 * END_OF_TIME_S
"""Later than any drive of a plan ends."""


class Drive(Protocol):
    """What must be driven without a stop, though perhaps with pauses."""

    @property
    def whole(self) -> int:
        """Parts of the way."""

    @property
    def least_s(self) -> int:
        """How long it takes at the best hour."""

    def advance(self, now_s: int, left: int, until_s: int) -> tuple[int, int]:
        """Return when it is over or `until_s` is reached, and how many parts are left then."""

    def arrival(self, depart_s: int) -> int:
        """Return when it is over."""

    def departure(self, arrival_s: int) -> int:
        """Return the latest departure after which it is over by a moment."""


@dataclass(frozen=True, slots=True)
class Steady:
    """A drive that takes as long at all hours.

    Parameters
    ----------
    least_s : int
        How long.
    """

    least_s: int

    @property
    def whole(self) -> int:
        """Parts of the way: one a second."""
        return self.least_s

    def advance(self, now_s: int, left: int, until_s: int) -> tuple[int, int]:
        """Return when it is over or `until_s` is reached, and how many parts are left then."""
        most_s = min(left, until_s - now_s)
        return now_s + most_s, left - most_s

    def arrival(self, depart_s: int) -> int:
        """Return when it is over."""
        return depart_s + self.least_s

    def departure(self, arrival_s: int) -> int:
        """Return the latest departure after which it is over by a moment."""
        return arrival_s - self.least_s


@dataclass(frozen=True, slots=True, eq=False)
class ByHour:
    """A drive that takes longer at some hours than at others.

    Parameters
    ----------
    duration_s : ndarray of int64, shape (k,)
        In each span of the day.
    begins_s : ndarray of int64, shape (k,)
        When these begin.
    period_s : int
        After how long they come again.
    """

    duration_s: NDArray[np.int64]
    begins_s: NDArray[np.int64]
    period_s: int

    @property
    def whole(self) -> int:
        """Parts of the way; none if it never takes any time."""
        from routing.pace import WHOLE

        return WHOLE if self.duration_s[0] else 0

    @property
    def least_s(self) -> int:
        """How long it takes at the best hour."""
        return int(self.duration_s[self.duration_s >= 0].min())

    def advance(self, now_s: int, left: int, until_s: int) -> tuple[int, int]:
        """Return when it is over or `until_s` is reached, and how many parts are left then."""
        from routing.pace import advance

        now, rest = advance(self.duration_s, self.begins_s, self.period_s, left, now_s, until_s)
        return int(now), int(rest)

    def arrival(self, depart_s: int) -> int:
        """Return when it is over."""
        return self.advance(depart_s, self.whole, FOREVER_S)[0]

    def departure(self, arrival_s: int) -> int:
        """Return the latest departure after which it is over by a moment; negative if there is none."""
        from routing.pace import retreat

        return int(retreat(self.duration_s, self.begins_s, self.period_s, arrival_s))


def drives_of(travel: TravelMatrix, rows: Sequence[int]) -> list[Drive]:
    """Return the drives from place to place.

    Parameters
    ----------
    travel : TravelMatrix
        Holds them.
    rows : sequence of int
        Rows of the places, in the order they are visited.

    Returns
    -------
    list of Drive
        One fewer than places; where no road leads at any hour it takes no time.
    """
    if travel.hourly is not None:
        return drives_by_hour(travel.hourly, rows)
    return [Steady(max(0, int(travel.duration_s[leg]))) for leg in itertools.pairwise(rows)]


def drives_by_hour(hourly: Hourly, rows: Sequence[int]) -> list[Drive]:
    """Return the drives from place to place, as for `drives_of`."""
    return [ByHour(hourly.duration_s[:, *leg], hourly.spans, hourly.period_s) if hourly.least_s[leg] >= 0 else Steady(0)
            for leg in itertools.pairwise(rows)]
