"""The best plan of a tiny problem, by trying everything. Works out times, loads and costs by itself.

Distances are metres, durations and clock times seconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from routing.model import Order, Problem, VehicleType

MOST_ORDERS = 9
"""More orders than this would keep `brute_force` busy for minutes."""

_LOAD_TOLERANCE = 1e-9


class Best(NamedTuple):
    """The best that any plan can reach: mandatory orders first, then cost.

    Parameters
    ----------
    unserved : int
        Fewest mandatory orders that stay unserved.
    cost : float
        Least cost with that many: routes, and penalties of unserved optional orders.
    """

    unserved: int
    cost: float


def brute_force(problem: Problem) -> Best:
    """Return the best that any plan can reach, by trying all sequences of all sets of orders.

    Parameters
    ----------
    problem : Problem
        With at most `MOST_ORDERS` orders.

    Returns
    -------
    Best
        Exact up to float rounding.

    Raises
    ------
    ValueError
        If there are more orders, or travel is by the hour.

    Notes
    -----
    A sequence is extended order by order with three numbers: the earliest end F when leaving at the earliest, the time
    T without waiting, and the latest departure L that keeps every window. Leaving at t <= L ends at max(F, t + T), so
    the shortest duration is max(T, F - L). Of loads it keeps what is aboard now and the most that was aboard on any
    leg; a plain delivery raises that of all legs before it. The cheapest routes of all
    sets are then combined vehicle by vehicle.
    """
    n = len(problem.orders)
    if n > MOST_ORDERS:
        raise ValueError(f"brute_force takes at most {MOST_ORDERS} orders, got {n}")
    if any(matrix.hourly for matrix in problem.matrices):
        raise ValueError("brute_force takes travel that is the same at all hours")
    full = 1 << n
    best = [math.inf] * full
    best[0] = 0.0
    for vehicle in problem.fleet:
        cheapest = _Extender(problem, vehicle).run()
        for _ in range(min(vehicle.count, n)):
            best = [min([best[served], *(cheapest[route] + best[served ^ route] for route in _subsets(served))])
                    for served in range(full)]
    outcomes = []
    for served, cost in enumerate(best):
        left = [order.penalty for i, order in enumerate(problem.orders) if not served >> i & 1]
        if cost < math.inf:
            outcomes.append(Best(left.count(None), cost + sum(penalty for penalty in left if penalty is not None)))
    return min(outcomes)


def _subsets(whole: int) -> Iterator[int]:
    """Yield the sets within a set, but for the empty one."""
    part = whole
    while part:
        yield part
        part = (part - 1) & whole


class _Partial(NamedTuple):
    """A sequence of orders as far as it goes: the set served, the last place, what Notes of `brute_force` names."""

    served: int
    place: int
    end: int
    moving: int
    latest: int
    driven: int
    aboard: tuple[float, ...]
    most: tuple[float, ...]


class _Extender:
    """Tries all sequences of one vehicle."""

    def __init__(self, problem: Problem, vehicle: VehicleType) -> None:
        self.problem, self.vehicle, self.orders = problem, vehicle, problem.orders
        ids = [depot.id for depot in problem.depots]
        self.home = ids.index(vehicle.depot) if vehicle.depot else 0
        self.last = ids.index(vehicle.end_depot) if vehicle.end_depot else self.home
        self.opens = max(vehicle.shift.begin_s, problem.depots[self.home].hours.begin_s)
        self.closes = vehicle.shift.end_s
        if vehicle.returns:
            self.closes = min(self.closes, problem.depots[self.last].hours.end_s)
        travel = problem.matrix(vehicle.profile)
        self.seconds, self.metres = travel.duration_s.tolist(), travel.distance_m.tolist()
        self.service = [dict(order.service_by_type).get(vehicle.id, order.service_s) for order in self.orders]
        self.fits = [vehicle.skills >= order.skills and (not order.vehicle_types or vehicle.id in order.vehicle_types)
                     for order in self.orders]
        self.room = [(name, limit * (1 + _LOAD_TOLERANCE)) for name, limit in vehicle.capacities.items()]
        numbers = {order.id: i for i, order in enumerate(self.orders)}
        pairs = [(numbers[shipment.pickup], numbers[shipment.delivery]) for shipment in problem.shipments]
        self.pickup_of = {delivery: pickup for pickup, delivery in pairs}
        self.pairs = [1 << pickup | 1 << delivery for pickup, delivery in pairs]
        shipped = {order for shipment in problem.shipments for order in shipment.orders}
        first = {i for i, order in enumerate(self.orders) if order.kind == "delivery" and order.id not in shipped}
        self.linehauls = first if vehicle.backhauls_last else set()
        self.backhauls = sum(1 << i for i in range(len(self.orders)) if i not in first)
        self.cheapest = [math.inf] * (1 << len(self.orders))

    def run(self) -> list[float]:
        """Return the least cost of serving exactly each set of orders; infinite where the vehicle cannot."""
        nothing = (0.0,) * len(self.room)
        self._extend(_Partial(0, self.home, self.opens, 0, self.closes, 0, nothing, nothing))
        return self.cheapest

    def _extend(self, so_far: _Partial) -> None:
        if so_far.served and all(so_far.served & pair in (0, pair) for pair in self.pairs):
            self._close(so_far)
        stops = so_far.served.bit_count()
        if self.vehicle.max_stops is not None and stops >= self.vehicle.max_stops:
            return
        for i, order in enumerate(self.orders):
            before = self.pickup_of.get(i)
            if (not self.fits[i] or so_far.served >> i & 1 or (before is not None and not so_far.served >> before & 1)):
                continue
            if i in self.linehauls and so_far.served & self.backhauls:
                continue
            longer = self._visit(so_far, i, order)
            if longer is not None:
                self._extend(longer)

    def _visit(self, so_far: _Partial, i: int, order: Order) -> _Partial | None:
        place = len(self.problem.depots) + i
        leg = self.seconds[so_far.place][place]
        begin = max(so_far.end + leg, order.window.begin_s)
        latest = min(so_far.latest, order.window.end_s - so_far.moving - leg)
        if leg < 0 or begin > order.window.end_s or latest < self.opens:
            return None
        load = [order.load.get(name, 0.0) for name, _ in self.room]
        aboard, most = so_far.aboard, so_far.most
        if order.kind == "pickup":
            aboard = tuple(now + more for now, more in zip(aboard, load, strict=True))
            most = tuple(map(max, most, aboard))
        elif i in self.pickup_of:
            aboard = tuple(now - less for now, less in zip(aboard, load, strict=True))
        else:
            most = tuple(before + more for before, more in zip(most, load, strict=True))
        if any(carried > limit for carried, (_, limit) in zip(most, self.room, strict=True)):
            return None
        return _Partial(so_far.served | 1 << i, place, begin + self.service[i], so_far.moving + leg + self.service[i],
                        latest, so_far.driven + self.metres[so_far.place][place], aboard, most)

    def _close(self, route: _Partial) -> None:
        back, way = 0, 0
        if self.vehicle.returns:
            back, way = self.seconds[route.place][self.last], self.metres[route.place][self.last]
        end, moving, driven = route.end + back, route.moving + back, route.driven + way
        departs = min(route.latest, self.closes - moving)
        duration = max(moving, end - departs)
        short = duration <= self.vehicle.max_duration_s + 1e-6 and driven <= self.vehicle.max_distance_m + 1e-6
        if back >= 0 and end <= self.closes and departs >= self.opens and short:
            cost = self.vehicle.tariff.cost(driven, duration)
            self.cheapest[route.served] = min(self.cheapest[route.served], cost)
