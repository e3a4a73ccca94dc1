"""What one route of an encoded problem costs, and whether it can be: every rule, in whole numbers. Knows no solver.

Units are those of `routing.engines.encode`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routing.drives import Steady
from routing.engines.encoded import BROUGHT, DELIVERY, MILLION, PICKED, PICKUP
from routing.model import Hourly
from routing.timetable import NO_BREAKS, Breaks, Stop, timetable
from routing.timing import times_by_hour

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Arrays = dict[str, NDArray[np.int64]]


MOST_REMEMBERED = 20_000
"""Routes with breaks or several windows of which the cost is kept: working one out takes milliseconds."""


class Tour(NamedTuple):
    """One vehicle's route: its type and the orders it visits."""

    kind: int
    orders: tuple[int, ...]


class Pricing:
    """Prices routes.

    Parameters
    ----------
    arrays : dict of str to ndarray of int64
        As `routing.engines.encode.encode` makes them.
    """

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self.orders = arrays["window"].shape[0]
        self.depots = arrays["time"].shape[1] - self.orders
        self.partner = arrays["partner"].tolist()
        self.role = arrays["role"].tolist()
        self.parted = bool(arrays["apart"].any())
        self.line, self.step, self.bend = (arrays[name].tolist() for name in ("line", "step", "bend"))
        self.lined = bool(self.bend)
        openings = arrays["openings"].tolist()
        self._openings = [[tuple(span) for i, span in enumerate(row) if span not in row[:i]] for row in openings]
        due = [tuple((first, last, length) for first, last, length in row if length)
               for row in arrays["breaks"].tolist()]
        self._breaks = [Breaks(row, *rule) for row, rule in zip(due, arrays["driving"].tolist(), strict=True)]
        self._pausing = [breaks != NO_BREAKS for breaks in self._breaks]
        self._tabled: dict[Tour, int | None] = {}
        self.timed = bool(arrays["timed"].any())
        counts, spans = arrays["timed"].tolist(), arrays["spans"].T.tolist()
        self._hourly = [Hourly(tuple(spans[p][:count]), arrays["hourly"][:count, p]) if count else None
                        for p, count in enumerate(counts)]
        self._several = [len(row) > 1 for row in self._openings]

    def cost(self, tour: Tour, *, fits: bool = False) -> int | None:
        """Return fixed cost, cost of the arcs, and cost of the least waiting of a route.

        Parameters
        ----------
        tour : Tour
            Any.
        fits : bool
            Whether it is known that the vehicle may serve all its orders and can carry them.

        Returns
        -------
        int or None
            None if a rule is broken. A pickup whose delivery is not on the route breaks none.
        """
        near = (fits or self._fits(tour)) and self._near(tour) and (not self.lined or self._in_line(tour))
        return self._timed(tour) if near else None

    def request(self, order: int) -> tuple[int, ...]:
        """Return the orders that are served together with one, in the order they must be."""
        other = self.partner[order]
        if other < 0:
            return (order,)
        return (order, other) if self.role[order] == PICKED else (other, order)

    def may_share(self, orders: Sequence[int]) -> bool:
        """Return whether orders may share a vehicle as far as their goods go.

        Parameters
        ----------
        orders : sequence of int
            Any, each once.

        Returns
        -------
        bool
            False if the goods of two of them must be kept apart.
        """
        if not self.parted:
            return True
        counts = np.bincount(self.arrays["goods"][list(orders)], minlength=len(self.arrays["apart"]))
        there = np.flatnonzero(counts)
        met = self.arrays["apart"][np.ix_(there, there)].astype(bool)
        return not (met & ~np.eye(len(there), dtype=bool)).any() and not (met.diagonal() & (counts[there] > 1)).any()

    def paired(self, orders: Sequence[int]) -> list[int]:
        """Return orders without those of a shipment that is not whole or not picked up first."""
        place = {order: i for i, order in enumerate(orders)}
        return [order for order in orders
                if (ends := self.request(order)) and all(end in place for end in ends)
                and place[ends[0]] <= place[ends[-1]]]

    def insertion_costs(self, kind: int, route: Sequence[int], request: Sequence[int]) -> list[tuple[int, int, int]]:
        """Return what a request would cost in each place of a route, waiting left aside.

        Parameters
        ----------
        kind : int
            Type of the vehicle.
        route : sequence of int
            The orders it visits; empty if it is not used, then the fixed cost counts.
        request : sequence of int
            One order, or pickup and delivery.

        Returns
        -------
        list of (int, int, int)
            Cost, and how many orders of the route come before the first and before the last of the request.
        """
        cost = self.arrays["cost"][self.arrays["cost_of"][kind]]
        nodes = np.array([self.arrays["depot"][kind], *(self.depots + other for other in route),
                          self.arrays["end"][kind]])
        before, after = nodes[:-1], nodes[1:]
        saved = cost[before, after] if route else -self.arrays["fixed"][kind]
        first, last = (self.depots + request[end] for end in (0, -1))
        alone = [cost[before, node] + cost[node, after] - saved for node in (first, last)]
        if len(request) == 1:
            return [(price, at, at) for at, price in enumerate(alone[0].tolist())]
        adjacent = (cost[before, first] + cost[first, last] + cost[last, after] - saved).tolist()
        into, out = (prices.tolist() for prices in alone)
        apart = [(into[i] + out[j], i, j) for i in range(len(into)) for j in range(i + 1, len(out))]
        return [(price, at, at) for at, price in enumerate(adjacent)] + apart

    def _fits(self, tour: Tour) -> bool:
        """Return whether the vehicle may serve the orders, may make the stops, and can carry what it must."""
        arrays, kind, orders = self.arrays, tour.kind, list(tour.orders)
        if len(orders) > arrays["stops"][kind] or not arrays["able"][kind, orders].all():
            return False
        if not self.may_share(orders):
            return False
        load, role = arrays["load"][:, orders], arrays["role"][orders]
        most = arrays["capacity"][:, kind]
        start = load[:, role == DELIVERY].sum(axis=1)
        if (role == DELIVERY).all():
            return bool((start <= most).all())
        seen: set[int] = set()
        for order in orders:
            if self.role[order] == BROUGHT and self.partner[order] not in seen:
                return False
            seen.add(order)
        comes = (role == PICKUP) | (role == PICKED)
        aboard = start[:, None] + np.where(comes, load, -load).cumsum(axis=1)
        return bool((start <= most).all() and (aboard <= most[:, None]).all())

    def _near(self, tour: Tour) -> bool:
        """Return whether the vehicle may drive so far."""
        if self.arrays["metres_of"][tour.kind] < 0:
            return True
        return self._metres(tour.kind, tour.orders) <= int(self.arrays["farthest"][tour.kind])

    def _metres(self, kind: int, orders: Sequence[int]) -> int:
        """Return how far a vehicle drives that visits orders."""
        nodes = [self.arrays["depot"][kind], *(self.depots + order for order in orders), self.arrays["end"][kind]]
        return int(self.arrays["metres"][self.arrays["metres_of"][kind]][nodes[:-1], nodes[1:]].sum())

    def bent_m(self, kind: int, number: int, orders: Sequence[int]) -> int:
        """Return how far a vehicle may drive that serves some orders of a fixed line.

        Parameters
        ----------
        kind : int
            Type of the vehicle.
        number : int
            Which line; it may bend no more than so much.
        orders : sequence of int
            Its orders on the route, in its sequence.

        Returns
        -------
        int
            Metres.
        """
        alone = self._metres(kind, orders)
        return alone + alone * int(self.bend[number]) // MILLION

    def _in_line(self, tour: Tour) -> bool:
        """Return whether a route keeps the sequence of each fixed line on it, and makes no longer way than it may."""
        on: dict[int, list[int]] = {}
        for order in tour.orders:
            if self.line[order] >= 0:
                on.setdefault(self.line[order], []).append(order)
        return all([self.step[order] for order in orders] == sorted(self.step[order] for order in orders)
                   and (self.bend[number] < 0
                        or self._metres(tour.kind, tour.orders) <= self.bent_m(tour.kind, number, orders))
                   for number, orders in on.items())

    def _timed(self, tour: Tour) -> int | None:
        """Return the cost of a route if its times can be kept."""
        arrays, kind = self.arrays, tour.kind
        hourly = self._hourly[int(arrays["time_of"][kind])]
        if hourly or self._pausing[kind] or any(self._several[order] for order in tour.orders):
            if tour not in self._tabled:
                if len(self._tabled) > MOST_REMEMBERED:
                    self._tabled.clear()
                self._tabled[tour] = self._table(tour)
            return self._tabled[tour]
        cost, seconds = arrays["cost"][arrays["cost_of"][kind]], arrays["time"][arrays["time_of"][kind]]
        place, home = int(arrays["depot"][kind]), int(arrays["end"][kind])
        begin, latest = first_s, last_s = arrays["hours"][kind].tolist()
        moving, total = 0, int(arrays["fixed"][kind])
        for order in tour.orders:
            node, (opens, closes) = self.depots + order, arrays["window"][order].tolist()
            leg = int(seconds[place, node])
            total, moving, begin = total + int(cost[place, node]), moving + leg, max(begin + leg, opens)
            latest, place = min(latest, closes - moving), node
            if begin > closes or latest < first_s:
                return None
        leg = int(seconds[place, home])
        moving, end = moving + leg, begin + leg
        latest = min(latest, last_s - moving)
        duration = max(moving, end - latest)
        if end > last_s or latest < first_s or duration > arrays["longest"][kind]:
            return None
        total += int(cost[place, home]) + int(arrays["wait"][kind]) * int(duration - moving)
        return int(total) + self._overtime(kind, duration)

    def _overtime(self, kind: int, duration_s: int) -> int:
        after_s, rate = self.arrays["overtime"][kind].tolist()
        return int(max(0, duration_s - after_s) * rate)

    def _table(self, tour: Tour) -> int | None:
        """Return the cost of a route with breaks, by the hour, or with orders that have several windows."""
        arrays, kind = self.arrays, tour.kind
        p, (opens_s, closes_s) = int(arrays["time_of"][kind]), arrays["hours"][kind].tolist()
        nodes = [int(arrays["depot"][kind]), *(self.depots + order for order in tour.orders), int(arrays["end"][kind])]
        seconds, costs = arrays["time"][p], arrays["cost"][arrays["cost_of"][kind]]
        legs_s = seconds[nodes[:-1], nodes[1:]]
        if (legs_s > arrays["horizon"][0]).any():
            return None
        services_s = arrays["service"][p][nodes[:-1]]
        stops = [Stop(self._openings[order], service_s)
                 for order, service_s in zip(tour.orders, services_s[1:].tolist(), strict=True)]
        hours = opens_s, closes_s, int(arrays["longest"][kind]), self._breaks[kind]
        hourly = self._hourly[p]
        if hourly:
            times = times_by_hour(hourly, nodes, stops, *hours)
        else:
            times = timetable([Steady(leg_s) for leg_s in (legs_s - services_s).tolist()], stops, *hours)
        if times is None:
            return None
        waiting_s = times.end_s - times.begin_s - int(legs_s.sum())
        cost = arrays["fixed"][kind] + costs[nodes[:-1], nodes[1:]].sum() + arrays["wait"][kind] * waiting_s
        return int(cost) + self._overtime(kind, times.end_s - times.begin_s)
