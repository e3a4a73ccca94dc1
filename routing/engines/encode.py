"""Problem to int64 arrays and back: the one place where floats become solver integers, and routes become order ids.

Knows no solver. In the arrays, nodes are the depots in use, then the orders that some vehicle might serve. Times are
seconds; costs are units of 1 / `cost_scale` of the currency; loads are in units of their own in each dimension.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routing.errors import ProblemError
from routing.model import UNREACHABLE, Problem, VehicleType

if TYPE_CHECKING:
    from numpy.typing import NDArray

FINEST_COST_SCALE = 18_000_000
"""Units of cost in one unit of currency: rates with three decimals per km and hour are whole per metre and second."""

COARSEST_COST_SCALE = 1_000
"""Costs that need coarser units than this to fit in an integer are refused."""

MOST = 1 << 60
"""Every sum that a solver may form stays below this."""

MOST_CELLS = 60_000_000
"""Most cells of all matrices together: beyond, a solver would need several gigabytes."""

_LOAD_TOLERANCE = 0.9e-9
_DURATION_TOLERANCE_S = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class EncodedProblem:
    """A problem in whole numbers.

    Parameters
    ----------
    order_ids : tuple of str
        The m orders that some vehicle type might serve, in the order in which they enter the model.
    type_ids : tuple of str
        The vehicle types of which there is one.
    cost_scale : float
        Units of cost in one unit of currency.
    arrays : dict of str to ndarray of int64
        See `encode`.
    """

    order_ids: tuple[str, ...]
    type_ids: tuple[str, ...]
    cost_scale: float
    arrays: dict[str, NDArray[np.int64]]

    def cost(self, objective: int, unserved_mandatory: int = 0) -> float:
        """Return a solver's objective in the currency, without what it pays for unserved mandatory orders.

        Parameters
        ----------
        objective : int
            In units of cost.
        unserved_mandatory : int
            How many orders without a penalty of their own are unserved.

        Returns
        -------
        float
            Costs of routes and penalties of unserved optional orders.
        """
        return (objective - unserved_mandatory * int(self.arrays["mandatory_penalty"][0])) / self.cost_scale

    def unserved_mandatory(self, routes: NDArray[np.int64]) -> int:
        """Return how many orders without a penalty of their own no route visits.

        Parameters
        ----------
        routes : ndarray of int
            As for `sequences`.

        Returns
        -------
        int
            A count.
        """
        served = {order for _, orders in self.sequences(routes) for order in orders}
        mandatory = zip(self.order_ids, self.arrays["mandatory"].tolist(), strict=True)
        return sum(must and order not in served for order, must in mandatory)

    def sequences(self, routes: NDArray[np.int64]) -> list[tuple[str, list[str]]]:
        """Return routes as ids.

        Parameters
        ----------
        routes : ndarray of int
            For each route: vehicle type, number of visits, then the orders visited (0 to m - 1); all in one row.

        Returns
        -------
        list of (str, list of str)
            Vehicle type and orders of each route.
        """
        decoded, rest = [], routes.tolist()
        while rest:
            kind, visits = rest[0], rest[1]
            decoded.append((self.type_ids[kind], [self.order_ids[i] for i in rest[2 : 2 + visits]]))
            rest = rest[2 + visits :]
        return decoded


def encode(problem: Problem, seed: int = 0) -> EncodedProblem:
    """Return a problem as whole numbers that no solver can overflow.

    Parameters
    ----------
    problem : Problem
        Anything that could be built.
    seed : int
        Orders enter the model in an order drawn with it; 0 leaves them as they are.

    Returns
    -------
    EncodedProblem
        With these arrays, for d depots, m orders, n = d + m nodes, k vehicle types, p road profiles, r dimensions:

        ``time`` (p, n, n)
            Service at the row's node plus travel to the column's; beyond ``horizon`` where there is no road.
        ``cost`` (c, n, n)
            Of travel and of that time, once for each profile and pair of rates; without a road, dearer than any.
        ``time_of``, ``cost_of``, ``depot``, ``count``, ``fixed``, ``wait``, ``longest`` (k,)
            For each type: its matrices, its node, how many are worth having, its fixed cost, the cost of a second's
            waiting, its longest duration.
        ``hours`` (k, 2)
            Earliest departure and latest return.
        ``window`` (m, 2)
            First and last second at which service may begin.
        ``penalty``, ``mandatory`` (m,)
            Of leaving the order out, and whether it has none of its own.
        ``mandatory_penalty``, ``horizon`` (1,)
            More than all costs together; the last second of any shift.
        ``load`` (r, m), ``capacity`` (r, k)
            Sums of loads that keep the capacity in these units keep it in kilograms.
        ``able`` (k, m)
            0 where no vehicle of the type can serve the order: a proof.

    Raises
    ------
    ProblemError
        If costs are too large to be told apart in whole numbers, or the matrices too large for a solver; the message
        names the field.
    """
    fleet = tuple(vehicle for vehicle in problem.fleet if vehicle.count)
    _require_small(problem, fleet)
    rows = np.arange(len(problem.orders), dtype=np.int64)
    if seed:
        random.Random(seed).shuffle(shuffled := rows.tolist())  # noqa: S311 (no secret)
        rows = np.array(shuffled, dtype=np.int64)
    able = _able(problem, fleet, rows)
    kept = able.any(axis=0)
    rows, able = rows[kept], able[:, kept]
    arrays = {"able": able.astype(np.int64), **_times(problem, fleet, rows)}
    arrays["load"], arrays["capacity"] = _loads(problem, fleet, rows)
    arrays["count"] = np.minimum([vehicle.count for vehicle in fleet], able.sum(axis=1)).astype(np.int64)
    scale, costs = _costs(problem, fleet, rows, arrays)
    order_ids = tuple(problem.orders[row].id for row in rows)
    return EncodedProblem(order_ids, tuple(vehicle.id for vehicle in fleet), scale, {**arrays, **costs})


def _require_small(problem: Problem, fleet: Sequence[VehicleType]) -> None:
    tariffs = {(v.profile, v.tariff.per_km, v.tariff.per_hour) for v in fleet}
    cells = (len(tariffs) + len({v.profile for v in fleet})) * len(problem.place_labels) ** 2
    if cells > MOST_CELLS:
        raise ProblemError(
            f"{len(problem.orders):,} orders with {len(tariffs)} different pairs of profile and tariff make {cells:,} "
            f"matrix cells; the solver takes {MOST_CELLS:,}. Split the day, or give vehicles equal profiles and rates")


def _nodes(problem: Problem, fleet: Sequence[VehicleType],
           rows: NDArray[np.int64]) -> tuple[list[int], NDArray[np.int64]]:
    """Return the depots in use and the matrix row of every node: those depots, then the orders."""
    depots = sorted({problem.depot_row[problem.depot_of(vehicle).id] for vehicle in fleet})
    return depots, np.concatenate([np.array(depots, dtype=np.int64), rows + len(problem.depots)])


def _hours(problem: Problem, vehicle: VehicleType) -> tuple[int, int]:
    depot = problem.depot_of(vehicle).hours
    return max(depot.begin_s, vehicle.shift.begin_s), min(depot.end_s, vehicle.shift.end_s)


def _longest(vehicle: VehicleType, horizon: int) -> int:
    return math.floor(min(vehicle.max_duration_s + _DURATION_TOLERANCE_S, horizon))


def _able(problem: Problem, fleet: Sequence[VehicleType], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether a vehicle of each type might serve each order, shape (types, orders).

    False is a proof, also where the way by another place is shorter than the direct one or the only one.
    """
    orders = [problem.orders[row] for row in rows]
    opens_s, closes_s, service_s = (np.array(column, dtype=np.int64) for column in (
        [order.window.begin_s for order in orders], [order.window.end_s for order in orders],
        [order.service_s for order in orders]))
    able = np.zeros((len(fleet), len(orders)), dtype=bool)
    for kind, vehicle in enumerate(fleet):
        seconds, depot = problem.matrix(vehicle.profile).duration_s, problem.depot_row[problem.depot_of(vehicle).id]
        out_s, back_s = (_shortest(way, depot)[rows + len(problem.depots)] for way in (seconds, seconds.T))
        first_s, last_s = _hours(problem, vehicle)
        begins_s = np.maximum(first_s + out_s, opens_s)
        able[kind] = ((begins_s <= closes_s) & (begins_s + service_s + back_s <= last_s)
                      & (out_s + service_s + back_s <= _longest(vehicle, last_s)))
        able[kind] &= np.array([order.skills <= vehicle.skills for order in orders], dtype=bool)
        for name, limit in vehicle.capacities.items():
            most = limit * (1 + _LOAD_TOLERANCE)
            able[kind] &= np.array([order.load.get(name, 0.0) <= most for order in orders], dtype=bool)
    return able


def _shortest(seconds: NDArray[np.int64], source: int) -> NDArray[np.int64]:
    """Return the least travel time from one place to every place, by any others; `MOST` where no road leads."""
    roads: NDArray[np.int64] = np.where(seconds == UNREACHABLE, MOST, seconds)
    np.fill_diagonal(roads, 0)
    least: NDArray[np.int64] = roads[source]
    while True:
        shorter: NDArray[np.int64] = np.minimum(least[:, None] + roads, MOST).min(axis=0)
        if np.array_equal(shorter, least):
            return least
        least = shorter


def _times(problem: Problem, fleet: Sequence[VehicleType], rows: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    depots, nodes = _nodes(problem, fleet, rows)
    homes = [depots.index(problem.depot_row[problem.depot_of(vehicle).id]) for vehicle in fleet]
    orders = [problem.orders[row] for row in rows]
    hours = np.array([_hours(problem, vehicle) for vehicle in fleet], dtype=np.int64).reshape(len(fleet), 2)
    horizon = int(hours.max(initial=0))
    service_s = np.array([0] * len(depots) + [order.service_s for order in orders], dtype=np.int64)
    profiles = sorted({vehicle.profile for vehicle in fleet})
    time = np.empty((len(profiles), len(nodes), len(nodes)), dtype=np.int64)
    for p, profile in enumerate(profiles):
        seconds = problem.matrix(profile).duration_s[np.ix_(nodes, nodes)]
        time[p] = np.where(seconds == UNREACHABLE, horizon + 1, np.minimum(seconds + service_s[:, None], horizon + 1))
    windows = [(order.window.begin_s, min(order.window.end_s, horizon)) for order in orders]
    return {
        "time": time,
        "time_of": np.array([profiles.index(vehicle.profile) for vehicle in fleet], dtype=np.int64),
        "depot": np.array(homes, dtype=np.int64),
        "hours": hours,
        "longest": np.array([_longest(vehicle, horizon) for vehicle in fleet], dtype=np.int64),
        "window": np.array(windows, dtype=np.int64).reshape(len(orders), 2),
        "horizon": np.array([horizon], dtype=np.int64),
    }


def _loads(problem: Problem, fleet: Sequence[VehicleType],
           rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return loads rounded up and capacities rounded down, in units of a power of two so fine that sums just fit.

    A load above every limit only rides where there is no limit, so it may be cut to a little more than the largest
    limit; then no load, however large, makes the units too coarse for the others.
    """
    dimensions, m = problem.dimensions, len(rows)
    load = np.zeros((len(dimensions), m), dtype=np.int64)
    capacity = np.zeros((len(dimensions), len(fleet)), dtype=np.int64)
    for r, name in enumerate(dimensions):
        limits = np.array([vehicle.capacities.get(name, np.inf) for vehicle in fleet])
        largest = max(limits[np.isfinite(limits)], default=0.0)
        amounts = np.array([problem.orders[row].load.get(name, 0.0) for row in rows], dtype=np.float64)
        amounts = np.minimum(amounts, 2 * largest + 1)
        exponent = 59 - m.bit_length() - math.frexp(amounts.max(initial=0.0))[1]
        load[r] = np.ceil(np.ldexp(amounts, exponent)).astype(np.int64)
        with np.errstate(over="ignore"):
            units = np.floor(np.ldexp(limits * (1 + _LOAD_TOLERANCE), exponent))
        capacity[r] = np.minimum(np.minimum(units, float(MOST)).astype(np.int64), load[r].sum())
    return load, capacity


def _costs(problem: Problem, fleet: Sequence[VehicleType], rows: NDArray[np.int64],
           arrays: dict[str, NDArray[np.int64]]) -> tuple[float, dict[str, NDArray[np.int64]]]:
    """Return the units of cost in one unit of currency, and all costs in these units."""
    _, nodes = _nodes(problem, fleet, rows)
    depots = len(nodes) - len(rows)
    rated = [(int(p), v.tariff.per_km, v.tariff.per_hour) for p, v in zip(arrays["time_of"], fleet, strict=True)]
    rates = sorted(set(rated))
    rate_of = [rates.index(rate) for rate in rated]
    roads = arrays["time"] <= arrays["horizon"][0]
    profiles = sorted({vehicle.profile for vehicle in fleet})
    cost = np.zeros((len(rates), len(nodes), len(nodes)))
    for c, (p, per_km, per_hour) in enumerate(rates):
        metres = problem.matrix(profiles[p]).distance_m[np.ix_(nodes, nodes)]
        cost[c] = np.where(roads[p], per_km * metres / 1000 + per_hour * arrays["time"][p] / 3600, 0.0)
    penalties = [problem.orders[row].penalty for row in rows]
    away_s = np.maximum(arrays["hours"][:, 1] - arrays["hours"][:, 0], 0)
    most = float(cost[:, :, depots:].max(axis=(0, 1), initial=0.0).sum()) + sum(p for p in penalties if p is not None)
    for vehicle, count, c, away in zip(fleet, arrays["count"], rate_of, away_s, strict=True):
        home = cost[c, :, :depots].max(initial=0.0)
        most += float(count) * (vehicle.tariff.fixed + float(home) + vehicle.tariff.per_hour * float(away) / 3600)
    scale = _cost_scale(most, len(rows))
    if scale < COARSEST_COST_SCALE:
        raise ProblemError(_largest_cost(problem, fleet))

    whole = np.rint(cost * scale).astype(np.int64)
    dearest = whole.max(axis=(1, 2), initial=0) + 1
    for c, (p, _, _) in enumerate(rates):
        whole[c][~roads[p]] = dearest[c]
    mandatory = math.ceil(most * scale) + 2 * len(nodes) + 1

    def units(values: Sequence[float]) -> NDArray[np.int64]:
        return np.rint(np.array(values, dtype=np.float64) * scale).astype(np.int64)

    return scale, {
        "cost": whole,
        "cost_of": np.array(rate_of, dtype=np.int64),
        "fixed": units([vehicle.tariff.fixed for vehicle in fleet]),
        "wait": units([vehicle.tariff.per_hour / 3600 for vehicle in fleet]),
        "penalty": np.where([p is None for p in penalties], mandatory, units([p or 0.0 for p in penalties])),
        "mandatory": np.array([p is None for p in penalties], dtype=np.int64),
        "mandatory_penalty": np.array([mandatory], dtype=np.int64),
    }


def _cost_scale(most: float, orders: int) -> float:
    """Return the finest scale in which a penalty for each order, each above all other costs, sums below `MOST`."""
    scale = float(FINEST_COST_SCALE)
    while scale >= COARSEST_COST_SCALE and most * scale * (orders + 2) > MOST:
        scale /= 2
    return scale


def _largest_cost(problem: Problem, fleet: Sequence[VehicleType]) -> str:
    """Return which field makes the costs too large."""
    remedy = "leave it empty if the order must be served"
    sizes = [(order.penalty, f"order {order.id!r}: penalty {order.penalty!r}; {remedy}")
             for order in problem.orders if order.penalty is not None]
    for vehicle in fleet:
        farthest_km = float(problem.matrix(vehicle.profile).distance_m.max(initial=0)) / 1000
        for name, times in (("fixed", 1.0), ("per_km", farthest_km), ("per_hour", vehicle.shift.end_s / 3600)):
            rate = getattr(vehicle.tariff, name)
            sizes.append((rate * times, f"vehicle type {vehicle.id!r}: tariff.{name} {rate!r}"))
    return f"costs are too large for whole-number arithmetic: {max(sizes)[1]}"
