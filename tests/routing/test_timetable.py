"""Timetables with several windows and breaks, against a search that walks second by second."""

import heapq
import random

import pytest

from routing.drives import Steady
from routing.timetable import Breaks, Stop, timetable


def by_hand(legs_s, stops, opens_s, closes_s, breaks):
    """Return (duration, end) of the shortest timetable, by Dijkstra over (second, place, drive left, driven, taken).

    Each second is driven, waited, paused or served away; nothing is shared with `routing.timetable`.
    """
    best = None
    for departure in range(opens_s, closes_s + 1):
        latest = closes_s if best is None else min(closes_s, departure + best[0] - 1)  # only what is shorter counts
        end = earliest_end(legs_s, stops, departure, latest, breaks)
        if end is not None:
            best = end - departure, end
    return best


def earliest_end(legs_s, stops, departure, closes_s, breaks):
    due = breaks.due
    queue = [(departure, 0, legs_s[0], 0, before) for before in range(1 << len(due))
             if all(due[j][0] + due[j][2] <= departure for j in range(len(due)) if before >> j & 1)]
    seen = set()
    while queue:
        state = heapq.heappop(queue)
        now, at, left, driven, taken = state
        if state in seen or now > closes_s:
            continue
        seen.add(state)
        if at == len(stops) and not left and all(taken >> j & 1 or now <= due[j][1] for j in range(len(due))):
            return now
        after = [(now + 1, at, left, driven, taken)]
        if left and not (breaks.driving_s and driven >= breaks.driving_s):
            after.append((now + 1, at, left - 1, driven + 1, taken))
        for j, (first, last, length) in enumerate(due):
            if not taken >> j & 1 and first <= now <= last:
                rested = breaks.driving_s and length >= breaks.rest_s
                after.append((now + length, at, left, 0 if rested else driven, taken | 1 << j))
        if breaks.driving_s:
            after.append((now + breaks.rest_s, at, left, 0, taken))
        if at < len(stops) and not left and any(first <= now <= last for first, last in stops[at].openings):
            after.append((now + stops[at].service_s, at + 1, legs_s[at + 1], driven, taken))
        for state in after:
            heapq.heappush(queue, state)
    return None


def drawn(seed, *, due, driving):
    """Return a random sequence of 1 to 3 stops within half a minute, and what its driver must take."""
    rng = random.Random(seed)
    legs_s = [rng.randint(0, 4) for _ in range(rng.randint(2, 4))]
    stops = []
    for _ in legs_s[1:]:
        ends = sorted(rng.sample(range(26), 2 * rng.randint(1, 3)))
        stops.append(Stop([(first, last - 1) for first, last in zip(ends[::2], ends[1::2], strict=True)],
                          rng.randint(0, 3)))
    first = rng.randint(0, 14)
    breaks = Breaks(((first, first + rng.randint(0, 5), rng.randint(1, 3)),) if due else (),
                    *((rng.randint(2, 5), rng.randint(1, 3)) if driving else (0, 0)))
    return legs_s, stops, rng.randint(0, 5), rng.randint(15, 32), breaks


@pytest.mark.parametrize("seed", range(80))
def test_no_timetable_with_several_windows_and_a_break_is_shorter(seed):
    """Nor does one of that length end sooner; and where none is found, there is none."""
    legs_s, stops, opens_s, closes_s, breaks = drawn(seed, due=seed % 2, driving=False)

    times = timetable([*map(Steady, legs_s)], stops, opens_s, closes_s, 99, breaks)

    assert (times and (times.end_s - times.begin_s, times.end_s)) == by_hand(legs_s, stops, opens_s, closes_s, breaks)


@pytest.mark.parametrize(("legs_s", "stop", "closes_s", "due"), [
    ([4, 0], Stop([(0, 60)], 3), 21, ((2, 4, 3), (5, 9, 3))),  # after two breaks at home it ends sooner than on the way
    ([1, 4], Stop([(10, 13), (18, 20)], 2), 18, ((6, 6, 2), (11, 11, 1))),  # service begins as the second break ends
])
def test_no_timetable_with_two_breaks_is_shorter(legs_s, stop, closes_s, due):
    """Two breaks, of which those before departure need not be taken on the way."""
    times = timetable([*map(Steady, legs_s)], [stop], 3, closes_s, 99, Breaks(due))

    assert (times.end_s - times.begin_s, times.end_s) == by_hand(legs_s, [stop], 3, closes_s, Breaks(due))


def test_timetables_under_a_driving_rule_are_hardly_ever_longer_than_need_be():
    """Never shorter than possible, found whenever there is one, and the shortest in 19 of 20 cases."""
    shortest = 0
    for seed in range(60):
        legs_s, stops, opens_s, closes_s, breaks = drawn(seed, due=False, driving=True)
        drives = [*map(Steady, legs_s)]
        times, best = timetable(drives, stops, opens_s, closes_s, 99, breaks), by_hand(legs_s, stops, opens_s, closes_s,
                                                                                       breaks)
        assert (times is None) == (best is None), seed
        if times is not None:
            assert times.end_s - times.begin_s >= best[0], seed
            shortest += times.end_s - times.begin_s == best[0]
        else:
            shortest += 1

    assert shortest >= 57


def test_a_break_interrupts_a_drive_and_one_that_can_wait_is_taken_at_home():
    """By hand: 4 h out from 08:00 with lunch from 11:00 to 11:30 arrives at 12:30.

    Of a drive home that ends at 12:00, lunch that may begin between 11:30 and 12:30 is taken after it.
    """
    hour = 3600
    fixed = timetable([Steady(4 * hour), Steady(0)], [Stop([(12 * hour, 13 * hour)], 0)], 8 * hour, 24 * hour, 1e9,
                      Breaks(((11 * hour, 11 * hour, 1800),)))
    home = timetable([Steady(hour), Steady(hour)], [Stop([(11 * hour, 11 * hour)], 0)], 8 * hour, 24 * hour, 1e9,
                     Breaks(((11 * hour + 1800, 12 * hour + 1800, 1800),)))

    assert fixed is not None
    assert home is not None
    assert (fixed.begin_s, fixed.arrivals_s, fixed.pauses) == (
        8 * hour, (25 * hour // 2,), ((11 * hour, 11 * hour + 1800),))
    assert (home.end_s, home.pauses) == (12 * hour, ())
