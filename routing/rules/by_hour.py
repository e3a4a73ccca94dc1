"""When a drive by the hour is over, worked out by the judge alone. What the numbers mean: `routing.model.hourly`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routing.model import Hourly

PARTS = 2**40
DAY_S = 86_400


def arrival_s(hourly: Hourly, origin: int, target: int, departure_s: int, pauses: Sequence[tuple[int, int]]) -> int:
    """Return when a vehicle arrives that some road leads to its target at some hour.

    Parameters
    ----------
    hourly : Hourly
        Travel times.
    origin, target : int
        Rows of the places.
    departure_s : int
        When it leaves.
    pauses : sequence of (int, int)
        When it stands still, begin and end; those that began before do not count.

    Returns
    -------
    int
        Seconds from midnight of the plan day.
    """
    takes_s = [int(table[origin, target]) for table in hourly.duration_s]
    days = hourly.begins_s[-1] // DAY_S + 1
    edges = [begin_s + day * days * DAY_S for day in (-1, 0, 1, 2) for begin_s in hourly.begins_s]
    later = sorted(pause for pause in pauses if pause[0] >= departure_s and pause[1] > pause[0])
    now_s, missing = departure_s, PARTS if any(takes_s) else 0
    while missing > 0:
        standing = next((end_s for begin_s, end_s in later if begin_s <= now_s < end_s), None)
        if standing is not None:
            now_s = standing
            continue
        today_s = now_s // (days * DAY_S) * days * DAY_S
        span = sum(begin_s <= now_s - today_s for begin_s in hourly.begins_s) - 1
        until_s = min(today_s + edge for edge in edges if today_s + edge > now_s)
        until_s = min([until_s, *(begin_s for begin_s, _ in later if begin_s > now_s)])
        if takes_s[span] < 0:
            now_s = until_s
            continue
        a_second = -(-PARTS // takes_s[span])
        driven_s = min(until_s - now_s, -(-missing // a_second))
        now_s, missing = now_s + driven_s, missing - driven_s * a_second
    return now_s
