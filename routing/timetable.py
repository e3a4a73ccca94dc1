"""When a sequence of stops is driven, where stops have several windows or drivers take breaks. Numbers only.

Knows neither problem nor engine: drives, openings and breaks in, times out. All times are whole seconds.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from routing.drives import FOREVER_S, Drive

Pause = tuple[int, int]
"""Begin and end of a break that is taken."""


class Stop(NamedTuple):
    """Where service happens.

    Parameters
    ----------
    openings : sequence of (int, int)
        First and last moment at which service may begin, for each window; in order, none touching another.
    service_s : int
        How long it takes.
    """

    openings: Sequence[tuple[int, int]]
    service_s: int


class Breaks(NamedTuple):
    """What a driver must take.

    Parameters
    ----------
    due : tuple of (int, int, int)
        Of each break the earliest and latest begin and the length; each can follow the one before.
    driving_s : int
        Longest driving between two breaks of at least `rest_s`; 0 if there is no such rule.
    rest_s : int
        How long a break must be for driving to count anew.
    """

    due: tuple[tuple[int, int, int], ...] = ()
    driving_s: int = 0
    rest_s: int = 0


NO_BREAKS = Breaks()


class Timetable(NamedTuple):
    """When a route runs.

    Parameters
    ----------
    begin_s, end_s : int
        Departure and return.
    arrivals_s, begins_s : tuple of int
        Of each stop arrival and begin of service.
    pauses : tuple of (int, int)
        Breaks taken on the way, begin and end.
    """

    begin_s: int
    end_s: int
    arrivals_s: tuple[int, ...]
    begins_s: tuple[int, ...]
    pauses: tuple[Pause, ...]


class _Label(NamedTuple):
    """A way to have left a stop: when, with how many due breaks taken, and driven how long since the last rest."""

    left_s: int
    taken: int
    driven_s: int
    arrival_s: int
    begin_s: int
    pauses: tuple[Pause, ...]
    before: _Label | None


def timetable(drives: Sequence[Drive], stops: Sequence[Stop], opens_s: int, closes_s: int, longest_s: float,
              breaks: Breaks = NO_BREAKS, moments: Sequence[int] = ()) -> Timetable | None:
    """Return the shortest timetable of a sequence; of several the one that ends first and then starts last.

    A break may interrupt a drive or fill a wait, not a service. One that can be taken before departure or after return
    is not taken on the way if that takes longer.

    Parameters
    ----------
    drives : sequence of Drive
        From the depot to the first stop, from stop to stop, and from the last one home.
    stops : sequence of Stop
        One fewer than drives.
    opens_s, closes_s : int
        Earliest departure and latest return.
    longest_s : float
        Longest time from departure to return.
    breaks : Breaks
        What the driver must take.
    moments : sequence of int
        When the speed of drives changes.

    Returns
    -------
    Timetable or None
        None if there is none, or, where breaks and windows meet in odd ways, none among the departures looked at: those
        after which something first has to wait, or a stop is first left, or the depot reached, at one of the moments.

    Notes
    -----
    For one departure the earliest way to leave each stop is kept for every number of breaks taken and every time driven
    since the last rest that no other way beats. The return is a growing function of the departure that is flat where
    something waits, and falls only where one more break is over at the depot: the shortest timetable departs at the end
    of a flat piece, and these are found by bisection.
    """
    run = _Run(drives, stops, breaks, moments)
    starts = (opens_s, *(end_s for first_s, _, length_s in breaks.due if (end_s := first_s + length_s) > opens_s))
    starts = tuple(start_s for start_s in starts if run.ends(start_s) <= closes_s)
    if not starts:
        return None
    moving_s = sum(drive.least_s for drive in drives) + sum(stop.service_s for stop in stops)
    latest_s = closes_s - moving_s
    departs = {_last(start_s, latest_s, partial(run.ends_by, run.ends(start_s))) for start_s in starts}
    if min(run.ends(t) - t for t in departs) > moving_s:
        departs |= {t for t in run.flat_ends(min(starts), latest_s) if run.ends(t) <= closes_s}
    begin_s = min(departs, key=lambda t: (run.ends(t) - t, run.ends(t), -t))
    home = run.home(begin_s)
    return None if home is None or home.left_s - begin_s > longest_s else _told(begin_s, home)


class _Run:
    """One sequence, to be driven from any departure."""

    def __init__(self, drives: Sequence[Drive], stops: Sequence[Stop], breaks: Breaks, moments: Sequence[int]) -> None:
        self.drives, self.stops, self.breaks, self.moments = drives, stops, breaks, moments
        self._known: dict[int, list[list[_Label]]] = {}

    def home(self, depart_s: int) -> _Label | None:
        """Return the earliest way to be home."""
        due = self.breaks.due
        ways = [label for label in self._layers(depart_s)[-1]
                if all(label.left_s <= last_s for _, last_s, _ in due[label.taken:])]
        return min(ways, key=lambda label: (label.left_s, len(label.pauses)), default=None)

    def ends(self, depart_s: int) -> float:
        """Return when it is home at the earliest; infinite if it cannot be."""
        home = self.home(depart_s)
        return float("inf") if home is None else home.left_s

    def ends_by(self, by_s: float, depart_s: int) -> bool:
        """Return whether it can be home by a moment."""
        return self.ends(depart_s) <= by_s

    def flat_ends(self, opens_s: int, latest_s: int) -> Iterator[int]:
        """Yield the last departures after which some stop begins as its window opens, or some break as it may."""
        begins = [(first_s, first_s + length_s) for first_s, _, length_s in self.breaks.due]
        starts = [*self.moments, *itertools.chain.from_iterable(begins)]
        yield from (t for t in starts if opens_s <= t <= latest_s)
        yield from (_last(opens_s, latest_s, partial(self.ends_by, by_s)) for by_s in self.moments)
        free = not (self.breaks.due or self.breaks.driving_s or self.moments)
        for at, stop in enumerate(self.stops):
            if free and len(stop.openings) == 1:
                continue
            for taken in range(len(self.breaks.due) + 1):
                rested = [first_s + length_s for first_s, _, length_s in self.breaks.due[:taken][-1:]]
                for begin_s in (*rested, *(opens_s for opens_s, _ in stop.openings)):
                    yield _last(opens_s, latest_s, partial(self._begins, at, taken, begin_s))
                for by_s in (*self.moments, *(due_s for due_s, _, _ in self.breaks.due[taken : taken + 1])):
                    yield _last(opens_s, latest_s, partial(self._leaves, at, taken, by_s))

    def _begins(self, at: int, taken: int, by_s: int, depart_s: int) -> bool:
        """Return whether service at a stop can begin by a moment, with so many breaks taken."""
        return any(label.begin_s <= by_s for label in self._layers(depart_s)[at + 1] if label.taken == taken)

    def _leaves(self, at: int, taken: int, by_s: int, depart_s: int) -> bool:
        """Return whether a stop can be left by a moment, with so many breaks taken."""
        return any(label.left_s <= by_s for label in self._layers(depart_s)[at + 1] if label.taken == taken)

    def _layers(self, depart_s: int) -> list[list[_Label]]:
        """Return the ways to have departed, to have left each stop, and to be home."""
        if depart_s not in self._known:
            rested = [k for k in range(len(self.breaks.due) + 1)
                      if all(first_s + length_s <= depart_s for first_s, _, length_s in self.breaks.due[:k])]
            layers = [[_Label(depart_s, k, 0, depart_s, depart_s, (), None) for k in rested]]
            for drive, stop in zip(self.drives, [*self.stops, None], strict=True):
                layers.append(_undominated([on for label in layers[-1] for on in self._onward(label, drive, stop)]))
            self._known[depart_s] = layers
        return self._known[depart_s]

    def _onward(self, label: _Label, leg: Drive, stop: Stop | None) -> Iterator[_Label]:
        """Yield the ways to the next stop and through its service, or home."""
        for more in range(len(self.breaks.due) - label.taken + 1):
            way = self._driven(label, leg, self.breaks.due[label.taken : label.taken + more])
            if way is None:
                return
            arrival_s, ready_s, driven_s, pauses = way
            ways = [(ready_s, driven_s, pauses)]
            if self.breaks.driving_s and driven_s and stop is not None:
                ways.append((ready_s + self.breaks.rest_s, 0, (*pauses, (ready_s, ready_s + self.breaks.rest_s))))
            for ready, driven, taken in ways:
                begin_s = ready if stop is None else next(
                    (max(ready, opens_s) for opens_s, closes_s in stop.openings if ready <= closes_s), None)
                if begin_s is not None:
                    service_s = 0 if stop is None else stop.service_s
                    yield _Label(begin_s + service_s, label.taken + more, driven, arrival_s, begin_s, taken, label)

    def _driven(self, label: _Label, leg: Drive, due: Sequence[tuple[int, int, int]],
                ) -> tuple[int, int, int, tuple[Pause, ...]] | None:
        """Return arrival, when service could begin, time driven and pauses of a leg with some breaks on it."""
        drive = _Interrupted(leg, label.left_s, label.driven_s, self.breaks)
        for first_s, last_s, length_s in due:
            drive.on(until_s=first_s)
            begin_s = max(drive.now_s, first_s)
            if begin_s > last_s:
                return None
            drive.pause(begin_s, length_s)
        drive.on(until_s=FOREVER_S)
        return drive.arrival_s, drive.now_s, drive.driven_s, tuple(drive.pauses)


class _Interrupted:
    """A drive that is interrupted by breaks."""

    def __init__(self, leg: Drive, now_s: int, driven_s: int, breaks: Breaks) -> None:
        self.leg, self.now_s, self.left, self.driven_s, self.breaks = leg, now_s, leg.whole, driven_s, breaks
        self.arrival_s, self.pauses = now_s, [(0, 0)][:0]

    def on(self, until_s: int) -> None:
        """Drive on until a moment, or to the end, resting where that is due."""
        while self.left and self.now_s < until_s:
            stop_s = until_s
            if self.breaks.driving_s:
                if self.driven_s >= self.breaks.driving_s:
                    self.pause(self.now_s, self.breaks.rest_s)
                    continue
                stop_s = min(until_s, self.now_s + self.breaks.driving_s - self.driven_s)
            self.arrival_s, self.left = self.leg.advance(self.now_s, self.left, stop_s)
            self.driven_s, self.now_s = self.driven_s + self.arrival_s - self.now_s, self.arrival_s

    def pause(self, begin_s: int, length_s: int) -> None:
        """Take a break."""
        self.pauses.append((begin_s, begin_s + length_s))
        self.now_s = begin_s + length_s
        if self.breaks.driving_s and length_s >= self.breaks.rest_s:
            self.driven_s = 0


def _undominated(labels: list[_Label]) -> list[_Label]:
    """Return the labels that no other beats in time with as many breaks and no more driven."""
    kept: list[_Label] = []
    for label in sorted(labels, key=lambda label: (label.taken, label.left_s, label.driven_s, len(label.pauses))):
        if not kept or kept[-1].taken != label.taken or label.driven_s < kept[-1].driven_s:
            kept.append(label)
    return kept


def _last(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """Return the last moment at which something holds that does not hold again once it does not; `low` if none."""
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def _told(begin_s: int, home: _Label) -> Timetable:
    """Return the way home as a timetable."""
    labels = [home]
    while labels[-1].before is not None:
        labels.append(labels[-1].before)
    stops = labels[1:-1][::-1]
    pauses = tuple(pause for label in reversed(labels) for pause in label.pauses)
    return Timetable(begin_s, home.left_s, tuple(label.arrival_s for label in stops),
                     tuple(label.begin_s for label in stops), pauses)
