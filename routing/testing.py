"""Small problems with mixed rules for tests, and an exhaustive search for their best plan.

Shares no code with engines, timing or rules: `brute_force` works out times, loads and costs by itself. Hypothesis is
loaded only when `problems` is called. Distances are metres, durations and clock times seconds.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routing.model import ALWAYS, Depot, Order, Problem, Tariff, TimeWindow, TravelMatrix, VehicleType

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy
    from numpy.typing import NDArray

    from routing.model import Limit

MOST_ORDERS = 9
"""More orders than this would keep `brute_force` busy for minutes."""

_LOAD_TOLERANCE = 1e-9
_DAY_S = 86_400
_HOURS = {"day": (6, 20), "night": (22, 30), "tour": (0, 72)}
_SKILLS = ("cold", "crane")


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


def random_problem(seed: int, orders: int = 6) -> Problem:
    """Return a problem with mixed rules.

    Several load dimensions, time windows, service times, skills, optional orders, one or two depots, a mixed fleet with
    fixed, kilometre and hour costs, one-way differences, missing roads, violated triangle inequalities, and a day
    shift, a shift over midnight or a tour of three days. Some orders may be impossible to serve.

    Parameters
    ----------
    seed : int
        The same seed gives the same problem.
    orders : int
        How many orders.

    Returns
    -------
    Problem
        Without roads.
    """
    return _mixed_problem(random.Random(seed), orders)  # noqa: S311 (no secret)


def problems(max_orders: int = 8) -> SearchStrategy[Problem]:
    """Return a hypothesis strategy for problems like those of `random_problem`.

    Parameters
    ----------
    max_orders : int
        Most orders of a problem; there may be none.

    Returns
    -------
    hypothesis.strategies.SearchStrategy
        Draws problems.
    """
    from hypothesis import strategies

    orders = strategies.integers(0, max_orders)
    return strategies.builds(_mixed_problem, strategies.randoms(use_true_random=False), orders)


def limits(max_iterations: int = 20) -> SearchStrategy[Limit]:
    """Return a hypothesis strategy for limits that make a search repeatable.

    Parameters
    ----------
    max_iterations : int
        Most iterations.

    Returns
    -------
    hypothesis.strategies.SearchStrategy
        Draws limits without seconds.
    """
    from hypothesis import strategies

    from routing.model import Limit

    return strategies.builds(Limit, iterations=strategies.integers(1, max_iterations))


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
        If there are more orders.

    Notes
    -----
    A sequence is extended order by order with three numbers: the earliest end F when leaving at the earliest, the time
    T without waiting, and the latest departure L that keeps every window. Leaving at t <= L ends at max(F, t + T), so
    the shortest duration is max(T, F - L). The cheapest routes of all sets are then combined vehicle by vehicle.
    """
    n = len(problem.orders)
    if n > MOST_ORDERS:
        raise ValueError(f"brute_force takes at most {MOST_ORDERS} orders, got {n}")
    full = 1 << n
    best = [math.inf] * full
    best[0] = 0.0
    for vehicle in problem.fleet:
        cheapest = _cheapest_routes(problem, vehicle)
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


def _cheapest_routes(problem: Problem, vehicle: VehicleType) -> list[float]:
    """Return the least cost of one vehicle that serves exactly each set of orders; infinite where it cannot."""
    depots, orders = len(problem.depots), problem.orders
    home = next(i for i, depot in enumerate(problem.depots) if vehicle.depot in ("", depot.id))
    opens = max(vehicle.shift.begin_s, problem.depots[home].hours.begin_s)
    closes = min(vehicle.shift.end_s, problem.depots[home].hours.end_s)
    travel = problem.matrix(vehicle.profile)
    seconds, metres = travel.duration_s.tolist(), travel.distance_m.tolist()
    fits = [vehicle.skills >= order.skills for order in orders]
    room = {name: limit * (1 + _LOAD_TOLERANCE) for name, limit in vehicle.capacities.items()}
    cheapest = [math.inf] * (1 << len(orders))

    def extend(served: int, place: int, end: int, moving: int, latest: int, driven: int) -> None:
        back = seconds[place][home]
        if served and back >= 0:
            departs = min(latest, closes - moving - back)
            duration = max(moving + back, end + back - departs)
            if end + back <= closes and departs >= opens and duration <= vehicle.max_duration_s + 1e-6:
                cheapest[served] = min(cheapest[served], vehicle.tariff.cost(driven + metres[place][home], duration))
        for i, order in enumerate(orders):
            leg = seconds[place][depots + i]
            if served >> i & 1 or leg < 0 or not fits[i]:
                continue
            begin, window = max(end + leg, order.window.begin_s), order.window.end_s
            departs = min(latest, window - moving - leg)
            if begin <= window and departs >= opens and _loadable(orders, served | 1 << i, room):
                extend(served | 1 << i, depots + i, begin + order.service_s, moving + leg + order.service_s, departs,
                       driven + metres[place][depots + i])

    extend(0, home, opens, 0, closes, 0)
    return cheapest


def _loadable(orders: tuple[Order, ...], served: int, room: dict[str, float]) -> bool:
    loads = [order.load for i, order in enumerate(orders) if served >> i & 1]
    return all(math.fsum(load.get(name, 0.0) for load in loads) <= limit for name, limit in room.items())


def _mixed_problem(rng: random.Random, orders: int) -> Problem:
    hours = rng.choice(["day", "day", "night", "tour"])
    begin_s, end_s = (hour * 3600 for hour in _HOURS[hours])
    depots = tuple(_random_depot(rng, name, begin_s, end_s) for name in ("North", "South")[: rng.choice([1, 1, 2])])
    listed = tuple(_random_order(rng, f"{i:03d}", begin_s, end_s) for i in range(orders))
    scale = max(1, orders // 8)
    fleet = tuple(_random_vehicle(rng, f"type {i}", depots, begin_s, end_s, scale) for i in range(rng.randint(1, 3)))
    labels = (*(f"depot {depot.id}" for depot in depots), *(f"order {order.id}" for order in listed))
    places = [(depot.lon, depot.lat) for depot in depots] + [(order.lon, order.lat) for order in listed]
    missing = rng.choice([0.0, 0.0, 0.1])
    matrices = tuple(_random_travel(rng, profile, labels, places, missing)
                     for profile in sorted({vehicle.profile for vehicle in fleet}))
    return Problem(listed, depots, fleet, matrices, day=dt.date(2026, 3, 2), time_zone="Asia/Shanghai")


def _random_depot(rng: random.Random, name: str, begin_s: int, end_s: int) -> Depot:
    late_s = rng.choice([0, 0, 1800])
    return Depot(name, lon=114.3 + rng.randint(-50, 50) / 1000, lat=30.6 + rng.randint(-50, 50) / 1000,
                 open=begin_s + late_s, close=end_s - rng.choice([0, 0, 3600]))


def _random_order(rng: random.Random, name: str, begin_s: int, end_s: int) -> Order:
    window = ALWAYS
    if rng.random() < 0.5:
        opens = rng.randint(begin_s // 900, (end_s - 3600) // 900) * 900
        window = TimeWindow(opens, opens + rng.choice([0, 1800, 7200, 14_400]))
    return Order(
        name, lon=114.3 + rng.randint(-100, 100) / 1000, lat=30.6 + rng.randint(-100, 100) / 1000,
        weight_kg=rng.randint(0, 400) / 2, volume_m3=rng.randint(0, 30) / 10, pieces=rng.randint(0, 5),
        demand={"pallets": rng.randint(1, 3)} if rng.random() < 0.3 else {},
        window=window, service_s=rng.choice([0, 60, 600, 1800]),
        skills=frozenset({rng.choice(_SKILLS)}) if rng.random() < 0.2 else frozenset(),
        penalty=rng.choice([0.0, 5.0, 40.0, 300.0]) if rng.random() < 0.3 else None,
    )


def _random_vehicle(rng: random.Random, name: str, depots: tuple[Depot, ...], begin_s: int, end_s: int,
                    scale: int) -> VehicleType:
    shift = rng.choice([ALWAYS, TimeWindow(begin_s, end_s), TimeWindow(begin_s + 3600, end_s - 1800)])
    tariff = Tariff(fixed=rng.choice([0, 25, 180.5]), per_km=rng.choice([0, 0.8, 1.655]),
                    per_hour=rng.choice([0, 18, 35.25]), currency="CNY")
    return VehicleType(
        name, count=rng.randint(1, 2) * scale, payload_kg=rng.choice([math.inf, 800.0, 400.0]),
        volume_m3=rng.choice([math.inf, 4.5]), pieces=rng.choice([math.inf, 8]),
        capacity={"pallets": 4} if rng.random() < 0.4 else {}, profile=rng.choice(["truck", "van"]),
        depot=rng.choice(depots).id, shift=shift, max_duration_s=rng.choice([math.inf, 6 * 3600, 2.5 * 3600]),
        skills=frozenset(skill for skill in _SKILLS if rng.random() < 0.6), tariff=tariff,
    )


def _random_travel(rng: random.Random, profile: str, labels: tuple[str, ...], places: list[tuple[float, float]],
                   missing: float) -> TravelMatrix:
    """Return travel with detours that differ by direction, and a share of pairs without a road."""
    n, km_per_hour = len(places), {"truck": 25, "van": 32}[profile]
    metres: NDArray[np.int64] = np.zeros((n, n), dtype=np.int64)
    seconds = metres.copy()
    for i, j in ((i, j) for i in range(n) for j in range(n) if i != j):
        (lon, lat), (to_lon, to_lat) = places[i], places[j]
        straight_m = 1000 * math.hypot((to_lon - lon) * 96, (to_lat - lat) * 111)
        metres[i, j] = round(straight_m * rng.choice([1.1, 1.3, 1.6]))
        seconds[i, j] = round(metres[i, j] / km_per_hour * 3.6)
        if rng.random() < missing:
            metres[i, j] = seconds[i, j] = -1
    return TravelMatrix(profile, labels, seconds, metres)
