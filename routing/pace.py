"""Compiled: how far a drive gets while speeds change with the hour, and when a route is shortest then. Numbers only.

What a duration by the hour means is told in `routing.model.hourly`. All times are whole seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gisdata.compiled import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

WHOLE = 1 << 40
"""Parts of a way."""

NEVER = -1


@kernel
def advance(duration_s: Numbers, begins_s: Numbers, period_s: int, left: int, now_s: int,
            until_s: int) -> tuple[int, int]:
    """Return when a drive is over or `until_s` is reached, and how many parts of the way are left then.

    `duration_s` has shape (k,): of the way in each span.
    """
    base_s = now_s // period_s * period_s
    span = len(begins_s) - 1
    while base_s + begins_s[span] > now_s:
        span -= 1
    while left > 0 and now_s < until_s:
        ends_s = base_s + (begins_s[span + 1] if span + 1 < len(begins_s) else period_s)
        stop_s = min(ends_s, until_s)
        if duration_s[span] > 0:
            parts = (WHOLE + duration_s[span] - 1) // duration_s[span]
            needed_s = (left + parts - 1) // parts
            if needed_s <= stop_s - now_s:
                return now_s + needed_s, 0
            left -= parts * (stop_s - now_s)
        now_s = stop_s
        if now_s == ends_s:
            span += 1
            if span == len(begins_s):
                span, base_s = 0, base_s + period_s
    return now_s, left


@kernel
def retreat(duration_s: Numbers, begins_s: Numbers, period_s: int, arrival_s: int) -> int:
    """Return the latest departure that arrives by `arrival_s`; negative if none from midnight of the plan day on."""
    left = WHOLE if duration_s[0] != 0 else 0
    now_s = arrival_s
    while left > 0:
        if now_s <= 0:
            return NEVER
        base_s = (now_s - 1) // period_s * period_s
        span = len(begins_s) - 1
        while base_s + begins_s[span] > now_s - 1:
            span -= 1
        if duration_s[span] > 0:
            parts = (WHOLE + duration_s[span] - 1) // duration_s[span]
            needed_s = (left + parts - 1) // parts
            if needed_s <= now_s - base_s - begins_s[span]:
                return int(now_s - needed_s)
            left -= parts * (now_s - base_s - begins_s[span])
        now_s = base_s + int(begins_s[span])
    return now_s


@kernel
def driven(legs_s: Numbers, begins_s: Numbers, period_s: int, stops: Numbers, depart_s: int, latest_s: int,
           times: Numbers) -> int:
    """Write arrivals and begins of service for a departure, each as early as can be, and return the end.

    `legs_s` has shape (n + 1, k), `stops` (n, 3): first and last begin of service, and how long it takes; `times` has
    shape (2, n). `NEVER` if a stop is reached too late, or a leg is not over by `latest_s`.
    """
    now_s = depart_s
    for i in range(len(legs_s)):
        whole = WHOLE if legs_s[i, 0] != 0 else 0
        now_s, left = advance(legs_s[i], begins_s, period_s, whole, now_s, latest_s)
        if left > 0:
            return NEVER
        if i < len(stops):
            times[0, i] = now_s
            if now_s > stops[i, 1]:
                return NEVER
            now_s = max(now_s, stops[i, 0])
            times[1, i] = now_s
            now_s += stops[i, 2]
    return now_s if now_s <= latest_s else NEVER


@kernel
def starts(legs_s: Numbers, begins_s: Numbers, period_s: int, stops: Numbers, leg: int, leave_s: int) -> int:
    """Return the latest departure of a route that begins one of its legs by `leave_s`.

    `NEVER` if there is none: a stop before is not open so soon.
    """
    while leg > 0:
        leg -= 1
        begin_s = leave_s - stops[leg, 2]
        begin_s = min(begin_s, stops[leg, 1])
        if begin_s < stops[leg, 0]:
            return NEVER
        leave_s = retreat(legs_s[leg], begins_s, period_s, begin_s)
    return leave_s


@kernel
def shortest(legs_s: Numbers, begins_s: Numbers, period_s: int, stops: Numbers, first_s: int, last_s: int,
             moments: Numbers, times: Numbers) -> int:
    """Return the departure after which a route is over soonest; `NEVER` if it cannot be driven.

    Of several the one that ends first and then departs last. As a function of the departure, how long a route lasts is
    made of straight pieces, but for the rounding to whole seconds, a second a leg. So it is least where one ends: where
    a stop is reached as it opens, or a leg begins or ends at one of the `moments`, shape (m,), where a span begins or
    the vehicle must be home; or at the first departure, or the last one for the earliest return.
    """
    soonest_s = driven(legs_s, begins_s, period_s, stops, first_s, last_s, times)
    if soonest_s == NEVER:
        return NEVER
    tried = np.empty(len(legs_s) * (2 * len(moments) + 1), dtype=np.int64)
    count = 0
    for leg in range(len(legs_s)):
        opens_s = stops[leg, 0] if leg < len(stops) else soonest_s
        tried[count] = starts(legs_s, begins_s, period_s, stops, leg,
                              retreat(legs_s[leg], begins_s, period_s, opens_s))
        count += 1
        for moment_s in moments:
            tried[count] = starts(legs_s, begins_s, period_s, stops, leg, moment_s)
            tried[count + 1] = starts(legs_s, begins_s, period_s, stops, leg,
                                      retreat(legs_s[leg], begins_s, period_s, moment_s))
            count += 2
    best_s, ends_s = first_s, soonest_s
    for at in range(count):
        depart_s = int(tried[at])
        if depart_s < first_s:
            continue
        end_s = driven(legs_s, begins_s, period_s, stops, depart_s, last_s, times)
        if end_s == NEVER:
            continue
        saved_s = ends_s - best_s - (end_s - depart_s)
        if saved_s > 0 or (saved_s == 0 and (end_s < ends_s or (end_s == ends_s and depart_s > best_s))):
            best_s, ends_s = depart_s, end_s
    driven(legs_s, begins_s, period_s, stops, best_s, last_s, times)
    return best_s
