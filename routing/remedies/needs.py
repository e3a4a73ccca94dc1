"""What one route would need, and nothing else, to serve its orders in sequence: single changes, each the smallest.

Distances are metres, durations and clock times seconds from midnight of the plan day.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from routing.backhauls import in_turn
from routing.drives import Steady, drives_of
from routing.model import UNREACHABLE, Order, Problem, VehicleType
from routing.remedies.change import Change
from routing.request import LOAD_TOLERANCE, carried
from routing.timetable import NO_BREAKS, Stop, timetable
from routing.timing import DISTANCE_TOLERANCE_M, DURATION_TOLERANCE_S, breaks_of, route_rows, working_hours

Windows = list[tuple[tuple[float, float], ...]]
"""For each visit when its service may begin: one window, or several in order."""


@dataclass(frozen=True, eq=False)
class Tour:
    """A sequence of orders for a vehicle type, some of which are asked for, the others known to be feasible.

    Parameters
    ----------
    problem : Problem
        Holds everything.
    vehicle : VehicleType
        One of its fleet.
    orders : tuple of str
        Ids in the order they would be visited.
    asked : tuple of str
        Ids of those that shall be added.
    """

    problem: Problem
    vehicle: VehicleType
    orders: tuple[str, ...]
    asked: tuple[str, ...]

    @cached_property
    def nouns(self) -> list[Order]:
        """The orders."""
        first = len(self.problem.depots)
        return [self.problem.orders[self.problem.order_row[order] - first] for order in self.orders]

    @cached_property
    def legs(self) -> list[tuple[int, int]]:
        """Matrix cells driven."""
        return list(itertools.pairwise(route_rows(self.problem, self.vehicle, self.orders)))

    @cached_property
    def legs_s(self) -> list[int]:
        """Seconds of each leg, the way back included; zero if there is none."""
        durations = self.problem.matrix(self.vehicle.profile).duration_s
        return [int(durations[leg]) for leg in self.legs] + [0] * (not self.vehicle.returns)

    @cached_property
    def distance_m(self) -> int:
        """Metres driven."""
        metres = self.problem.matrix(self.vehicle.profile).distance_m
        return sum(int(metres[leg]) for leg in self.legs)

    def needs(self) -> list[Change]:
        """Return the single changes any one of which lets the vehicle drive it; ``search`` if it already may.

        Returns
        -------
        list of Change
            Empty if no single change does, such as without a road, with goods that must part or backhauls not last, or
            if two limits are in the way.
        """
        if UNREACHABLE in self.legs_s or self._parted() or not in_turn(self.problem, self.vehicle, self.orders):
            return []
        still = [change for part in (self._permit(), self._skills(), self._loads(), self._stops(), self._way())
                 for change in part]
        in_time = self._feasible(self._windows(), *self._hours())
        if in_time and not still:
            return [Change("search", 0.0)]
        if not in_time:
            return [] if still else self._times()
        return still if len({change.about for change in still}) == 1 else []

    def _parted(self) -> bool:
        there = {order.id: order.goods for order in self.nouns if order.goods}
        return any(self.problem.parted(there[order], goods) for order in self.asked if order in there
                   for other, goods in there.items() if other != order)

    def _permit(self) -> list[Change]:
        barred = [order.id for order in self.nouns if order.id in self.asked and not self.vehicle.may_serve(order)]
        return [Change("permit", 1.0, order=barred[0], vehicle_type=self.vehicle.id)] if barred else []

    def _skills(self) -> list[Change]:
        needed = frozenset().union(*(order.skills for order in self.nouns if order.id in self.asked))
        lacking = needed - self.vehicle.skills
        return [Change("skill", float(len(lacking)), vehicle_type=self.vehicle.id)] if lacking else []

    def _loads(self) -> list[Change]:
        most = carried(self.problem, self.nouns).max(axis=0)
        changes = []
        for name, aboard in zip(self.problem.dimensions, most.tolist(), strict=True):
            limit = self.vehicle.capacities.get(name, np.inf)
            if aboard > limit * (1 + LOAD_TOLERANCE):
                over = round(aboard - limit, 9)
                changes.append(Change("capacity", over, vehicle_type=self.vehicle.id, dimension=name))
        return changes

    def _stops(self) -> list[Change]:
        most = self.vehicle.max_stops
        over = 0 if most is None else len(self.orders) - most
        return [Change("stops", float(over), vehicle_type=self.vehicle.id)] if over > 0 else []

    def _way(self) -> list[Change]:
        over = self.distance_m - self.vehicle.max_distance_m
        return [Change("distance", over, vehicle_type=self.vehicle.id)] if over > DISTANCE_TOLERANCE_M else []

    def _hours(self) -> tuple[float, float, float]:
        first_s, last_s = working_hours(self.problem, self.vehicle)
        return first_s, last_s, self.vehicle.max_duration_s

    def _windows(self) -> Windows:
        return [tuple((window.begin_s, window.end_s) for window in order.openings) for order in self.nouns]

    def _services_s(self) -> list[int]:
        return [order.service_with(self.vehicle.id) for order in self.nouns]

    def _times(self) -> list[Change]:
        """Return the single changes of a time, each the smallest that does."""
        first_s, last_s, most_s = self._hours()
        windows, name = self._windows(), self.vehicle.id
        overtime = _least(lambda x: self._feasible(windows, first_s, last_s + x, most_s + x))
        early = _least(lambda x: self._feasible(windows, first_s - x, last_s, most_s), first_s)
        found = [Change("overtime", overtime, vehicle_type=name), Change("early_start", early, vehicle_type=name)]
        for i, order in enumerate(self.nouns):
            if order.id not in self.asked:
                continue
            found += [Change("window_later", self._wider(i, later=True), order=order.id),
                      Change("window_earlier", self._wider(i), order=order.id)]
        return [change for change in found if change.amount < math.inf]

    def _wider(self, i: int, *, later: bool = False) -> float:
        """Return by how much the window of one visit must open earlier, or close later."""
        windows = self._windows()
        (first_s, ends_s), (begins_s, last_s) = windows[i][0], windows[i][-1]

        def enough(more: float) -> bool:
            wide = ((*windows[i][:-1], (begins_s, last_s + more)) if later else
                    ((first_s - more, ends_s), *windows[i][1:]))
            return self._feasible([*windows[:i], wide, *windows[i + 1:]], *self._hours())

        return _least(enough, FAR_S if later else first_s)

    def _feasible(self, windows: Windows, first_s: float, last_s: float, most_s: float) -> bool:
        """Return whether some departure keeps all windows and hours, as `routing.timing` would find it."""
        breaks = breaks_of(self.vehicle)
        travel = self.problem.matrix(self.vehicle.profile)
        if breaks != NO_BREAKS or travel.hourly or any(len(openings) > 1 for openings in windows):
            stops = [Stop([(int(begin_s), int(end_s)) for begin_s, end_s in openings], service_s)
                     for openings, service_s in zip(windows, self._services_s(), strict=True)]
            longest_s = most_s + DURATION_TOLERANCE_S
            drives = [*drives_of(travel, route_rows(self.problem, self.vehicle, self.orders)),
                      *[Steady(0)] * (not self.vehicle.returns)]
            moments = travel.hourly.moments(int(first_s), int(last_s)).tolist() if travel.hourly else ()
            return timetable(drives, stops, int(first_s), int(last_s), longest_s, breaks, moments) is not None
        now_s, latest_s, moved_s = first_s, math.inf, 0.0
        for service_s, leg_s, ((begin_s, end_s),) in zip(self._services_s(), self.legs_s, windows, strict=False):
            now_s, moved_s = max(now_s + leg_s, begin_s), moved_s + leg_s
            if now_s > end_s:
                return False
            latest_s = min(latest_s, end_s - moved_s)
            now_s, moved_s = now_s + service_s, moved_s + service_s
        end_s, moved_s = now_s + self.legs_s[-1], moved_s + self.legs_s[-1]
        away_s = max(moved_s, end_s - latest_s)
        return end_s <= last_s and away_s <= most_s + DURATION_TOLERANCE_S


FAR_S = 2 ** 22
"""About 48 days: no change of time is larger."""


def _least(enough: Callable[[float], bool], most: float = FAR_S) -> float:
    """Return the least whole number of seconds, up to `most`, from which on a change is enough; infinite if none is."""
    if not enough(most):
        return math.inf
    low, high = -1, math.floor(most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return float(high)
