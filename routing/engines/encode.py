"""Problem to int64 arrays: the one place where floats become solver integers.

Knows no solver. In the arrays, nodes are the depots in use, then the orders that some vehicle might serve; where a
route ends that does not return is a depot too, to which there is no way and no time from anywhere. Times are seconds,
distances metres; costs are units of 1 / `cost_scale` of the currency; loads are in units of their own in each
dimension.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from routing.backhauls import barred_legs, sorts
from routing.engines.encoded import BROUGHT, DELIVERY, MILLION, PICKED, PICKUP, EncodedProblem
from routing.errors import ProblemError
from routing.model import UNREACHABLE, Depot, Problem, VehicleType
from routing.request import NOWHERE
from routing.timing import DISTANCE_TOLERANCE_M, DURATION_TOLERANCE_S, breaks_of, working_hours

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routing.model import Order

FINEST_COST_SCALE = 18_000_000
"""Units of cost in one unit of currency: rates with three decimals per km and hour are whole per metre and second."""

COARSEST_COST_SCALE = 1_000
"""Costs that need coarser units than this to fit in an integer are refused."""

MOST = 1 << 60
"""Every sum that a solver may form stays below this."""

MOST_METRES = 1 << 40
"""Farther than any vehicle drives."""

MOST_CELLS = 60_000_000
"""Most cells of all matrices together: beyond, a solver would need several gigabytes."""

_LOAD_TOLERANCE = 0.9e-9


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
        With these arrays, for d depots, m orders, n = d + m nodes, k vehicle types, r dimensions:

        ``time`` (p, n, n)
            Service at the row's node plus travel to the column's, once for each road profile, set of service times, and
            whether backhauls come last; beyond ``horizon`` where there is no road, or the leg is barred.
        ``cost`` (c, n, n)
            Of travel and of that time, once for each of these and pair of rates; without a road, dearer than any.
        ``metres`` (q, n, n)
            Once for each profile of a type that has a longest distance, or of all if there are fixed lines; without a
            road, more than any.
        ``time_of``, ``cost_of``, ``metres_of``, ``depot``, ``end``, ``count``, ``fixed``, ``wait``, ``longest``,
        ``farthest``, ``stops`` (k,)
            For each type: its matrices (``metres_of`` is -1 without ``metres``), the nodes where it starts and
            ends, how many are worth having, its fixed cost, the cost of a second's waiting, its longest duration,
            its longest distance, its most visits.
        ``hours`` (k, 2)
            Earliest departure and latest return.
        ``window`` (m, 2)
            First and last second at which service may begin.
        ``openings`` (m, w, 2)
            First and last second of each of its windows; the last one is repeated.
        ``service`` (p, n)
            Seconds at each node, for each of ``time``.
        ``spans`` (s, p), ``hourly`` (s, p, n, n), ``timed`` (p,)
            When each of most s spans of the day begins, how long travel takes in it (-1: no road), without service, and
            how many spans there are: 0 where travel takes as long at all hours. ``time`` is by the least of all then.
        ``breaks`` (k, b, 3), ``driving`` (k, 2)
            Earliest and latest begin and length of each break, one without length being none; longest driving and the
            rest after it, 0 without a rule.
        ``overtime`` (k, 2)
            After how long overtime begins, and what a second of it costs.
        ``line``, ``step`` (m,), ``bend`` (l,)
            Fixed line of each order (-1: none) and its place on it; how much longer than a line alone the route may be,
            in millionths of it, -1 without a limit.
        ``goods`` (m,), ``apart`` (g, g)
            Which of g sets of goods each order has, and which two must not share a vehicle.
        ``penalty``, ``mandatory`` (m,)
            Of leaving the order out, and whether it has none of its own.
        ``mandatory_penalty``, ``horizon`` (1,)
            More than all costs together; the last second of any shift.
        ``load`` (r, m), ``capacity`` (r, k)
            Sums of loads that keep the capacity in these units keep it in kilograms.
        ``role``, ``partner`` (m,)
            `DELIVERY`, `PICKUP`, `PICKED` or `BROUGHT`; the other order of its shipment, -1 without one.
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
    able = able_orders(problem, fleet, rows)
    kept = able.any(axis=0)
    rows, able = rows[kept], able[:, kept]
    arrays = {"able": able.astype(np.int64), **_times(problem, fleet, rows), **_metres(problem, fleet, rows),
              **encoded_pairs(problem, rows), **_goods(problem, rows), **_lines(problem, rows)}
    arrays["load"], arrays["capacity"] = encoded_loads(problem, fleet, rows)
    most = [len(rows) if vehicle.max_stops is None else min(vehicle.max_stops, len(rows)) for vehicle in fleet]
    arrays["stops"] = np.array(most, dtype=np.int64)
    arrays["count"] = np.minimum([vehicle.count for vehicle in fleet], able.sum(axis=1)).astype(np.int64)
    scale, costs = _costs(problem, fleet, rows, arrays)
    order_ids = tuple(problem.orders[row].id for row in rows)
    return EncodedProblem(order_ids, tuple(vehicle.id for vehicle in fleet), scale, {**arrays, **costs})


def _require_small(problem: Problem, fleet: Sequence[VehicleType]) -> None:
    services = {_time_key(problem, v) for v in fleet}
    tariffs = {(*_time_key(problem, v), v.tariff.per_km, v.tariff.per_hour) for v in fleet}
    limited = {v.profile for v in fleet if math.isfinite(v.max_distance_m) or problem.lines}
    timed = [hourly for profile, *_ in services if (hourly := problem.matrix(profile).hourly)]
    spans = len(services) * max((len(hourly.begins_s) for hourly in timed), default=0)
    cells = (len(tariffs) + len(services) + len(limited) + spans) * len(problem.place_labels) ** 2
    if cells > MOST_CELLS:
        raise ProblemError(
            f"{len(problem.orders):,} orders with {len(tariffs)} different pairs of profile and tariff make {cells:,} "
            f"matrix cells; the solver takes {MOST_CELLS:,}. Split the day, or give vehicles equal profiles and rates")


def _time_key(problem: Problem, vehicle: VehicleType) -> tuple[str, str, bool]:
    """Return its profile, its id if it has service times of its own, and whether some legs are barred to it."""
    own = any(vehicle.id in dict(order.service_by_type) for order in problem.orders)
    return vehicle.profile, vehicle.id if own else "", sorts(problem, vehicle)


class _Nodes:
    """Which matrix rows stand behind the nodes: depots where types start or end, nowhere if one needs it, orders."""

    def __init__(self, problem: Problem, fleet: Sequence[VehicleType], rows: NDArray[np.int64]) -> None:
        self.ends = [problem.end_of(vehicle) for vehicle in fleet]
        starts = [problem.depot_row[problem.depot_of(vehicle).id] for vehicle in fleet]
        last = [NOWHERE if end is None else problem.depot_row[end.id] for end in self.ends]
        self.depots = sorted({*starts, *last})
        self.rows = np.concatenate([np.array(self.depots, dtype=np.int64), rows + len(problem.depots)])
        self.start = np.array([self.depots.index(row) for row in starts], dtype=np.int64)
        self.end = np.array([self.depots.index(row) for row in last], dtype=np.int64)

    def cells(self, matrix: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the part of a matrix between the nodes; nothing to nowhere, and no road from it."""
        part: NDArray[np.int64] = matrix[np.ix_(self.rows, self.rows)]
        if self.depots[0] == NOWHERE:
            part[0, :] = UNREACHABLE
            part[:, 0] = 0
        return part


def _longest(vehicle: VehicleType, horizon: int) -> int:
    return math.floor(min(vehicle.max_duration_s + DURATION_TOLERANCE_S, horizon))


def able_orders(problem: Problem, fleet: Sequence[VehicleType], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether a vehicle of each type might serve each order, shape (types, orders).

    False is a proof, also where the way by another place is shorter than the direct one or the only one. Of a shipment
    both orders can be served, or neither.
    """
    orders = [problem.orders[row] for row in rows]
    opens_s, closes_s = (np.array(column, dtype=np.int64) for column in (
        [order.window.begin_s for order in orders], [order.window.end_s for order in orders]))
    able = np.zeros((len(fleet), len(orders)), dtype=bool)
    for kind, vehicle in enumerate(fleet):
        travel, start = problem.matrix(vehicle.profile), problem.depot_row[problem.depot_of(vehicle).id]
        end = problem.end_of(vehicle)
        service_s = np.array([order.service_with(vehicle.id) for order in orders], dtype=np.int64)

        def ways(cells: NDArray[np.int64], start: int = start, end: Depot | None = end) -> list[NDArray[np.int64]]:
            out = _shortest(cells, start)[rows + len(problem.depots)]
            if end is None:
                return [out, np.zeros_like(out)]
            return [out, _shortest(cells.T, problem.depot_row[end.id])[rows + len(problem.depots)]]

        out_s, back_s = ways(travel.duration_s)
        first_s, last_s = working_hours(problem, vehicle)
        begins_s = np.maximum(first_s + out_s, opens_s)
        able[kind] = ((begins_s <= closes_s) & (begins_s + service_s + back_s <= last_s)
                      & (out_s + service_s + back_s <= _longest(vehicle, last_s)))
        if math.isfinite(vehicle.max_distance_m):
            able[kind] &= sum(ways(travel.distance_m)) <= vehicle.max_distance_m + DISTANCE_TOLERANCE_M
        able[kind] &= np.array([order.skills <= vehicle.skills for order in orders], dtype=bool)
        able[kind] &= np.array([vehicle.may_serve(order) and _may_drive(problem, vehicle, order) for order in orders],
                               dtype=bool)
        for name, limit in vehicle.capacities.items():
            most = limit * (1 + _LOAD_TOLERANCE)
            able[kind] &= np.array([order.load.get(name, 0.0) <= most for order in orders], dtype=bool)
    partner = encoded_pairs(problem, rows)["partner"]
    paired = np.flatnonzero(partner >= 0)
    able[:, paired] &= able[:, partner[paired]]
    one_stop = np.array([vehicle.max_stops == 1 for vehicle in fleet], dtype=bool)
    able[np.ix_(one_stop, partner >= 0)] = False
    return able


def _may_drive(problem: Problem, vehicle: VehicleType, order: Order) -> bool:
    """Return whether a vehicle drives the fixed line of an order, if it is on one."""
    line = problem.line_of.get(order.id)
    return line is None or line.is_for(vehicle, problem.depot_of(vehicle).id)


def encoded_pairs(problem: Problem, rows: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    """Return role and partner of each order; both orders of a shipment are among the rows, or neither."""
    orders = [problem.orders[row] for row in rows]
    number = {order.id: i for i, order in enumerate(orders)}
    role, partner = [], []
    for order in orders:
        shipment = problem.shipment_of.get(order.id)
        picks = order.kind == "pickup"
        if shipment is None:
            role.append(PICKUP if picks else DELIVERY)
            partner.append(-1)
        else:
            role.append(PICKED if picks else BROUGHT)
            partner.append(number[shipment.delivery if picks else shipment.pickup])
    return {"role": np.array(role, dtype=np.int64), "partner": np.array(partner, dtype=np.int64)}


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
    nodes = _Nodes(problem, fleet, rows)
    orders = [problem.orders[row] for row in rows]
    hours = np.array([working_hours(problem, vehicle) for vehicle in fleet], dtype=np.int64).reshape(len(fleet), 2)
    horizon = int(hours.max(initial=0))
    keys = [_time_key(problem, vehicle) for vehicle in fleet]
    distinct = sorted(set(keys))
    time = np.empty((len(distinct), len(nodes.rows), len(nodes.rows)), dtype=np.int64)
    service = np.empty((len(distinct), len(nodes.rows)), dtype=np.int64)
    barred = barred_legs(problem)[np.ix_(nodes.rows, nodes.rows)]
    for p, (profile, kind, sorted_) in enumerate(distinct):
        served_s = [order.service_with(kind) for order in orders]
        service_s = np.array([0] * len(nodes.depots) + served_s, dtype=np.int64)
        service[p] = service_s
        seconds = nodes.cells(problem.matrix(profile).duration_s)
        closed = (seconds == UNREACHABLE) | (barred & sorted_)
        time[p] = np.where(closed, horizon + 1, np.minimum(seconds + service_s[:, None], horizon + 1))
    windows = [(order.window.begin_s, min(order.window.end_s, horizon)) for order in orders]
    return {
        "time": time,
        "service": service,
        **_hourly(problem, distinct, nodes),
        "openings": _padded([[(window.begin_s, window.end_s) for window in order.openings] for order in orders], 2),
        **_breaks(fleet),
        "time_of": np.array([distinct.index(key) for key in keys], dtype=np.int64),
        "depot": nodes.start,
        "end": nodes.end,
        "hours": hours,
        "longest": np.array([_longest(vehicle, horizon) for vehicle in fleet], dtype=np.int64),
        "window": np.array(windows, dtype=np.int64).reshape(len(orders), 2),
        "horizon": np.array([horizon], dtype=np.int64),
    }


def _hourly(problem: Problem, keys: Sequence[tuple[str, str, bool]], nodes: _Nodes) -> dict[str, NDArray[np.int64]]:
    """Return travel by the hour."""
    known = [problem.matrix(profile).hourly for profile, *_ in keys]
    most, n = max((len(hourly.begins_s) for hourly in known if hourly), default=0), len(nodes.rows)
    spans = np.zeros((most, len(keys)), dtype=np.int64)
    hourly_s = np.zeros((most, len(keys), n if most else 0, n if most else 0), dtype=np.int64)
    for p, hourly in enumerate(known):
        for s, begin_s in enumerate(hourly.begins_s if hourly else ()):
            spans[s, p], hourly_s[s, p] = begin_s, nodes.cells(hourly.duration_s[s]) if hourly else 0
    timed = np.array([len(hourly.begins_s) if hourly else 0 for hourly in known], dtype=np.int64)
    return {"spans": spans, "hourly": hourly_s, "timed": timed}


def _goods(problem: Problem, rows: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    """Return the set of goods of each order, as far as they must be kept from any, and which sets must part."""
    told = {kind for pair in problem.apart for kind in pair}
    sets = [problem.orders[row].goods & told for row in rows]
    distinct = sorted(set(sets), key=sorted)
    parted = [[any((a in one and b in other) or (b in one and a in other) for a, b in problem.apart)
               for other in distinct] for one in distinct]
    return {"goods": np.array([distinct.index(goods) for goods in sets], dtype=np.int64),
            "apart": np.array(parted, dtype=np.int64).reshape(len(distinct), len(distinct))}


def _lines(problem: Problem, rows: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    """Return the fixed line of each order, its place on it, and how far lines may bend."""
    at = {order: (number, step) for number, line in enumerate(problem.lines) for step, order in enumerate(line.orders)}
    line, step = np.array([at.get(problem.orders[row].id, (-1, 0)) for row in rows], dtype=np.int64).reshape(-1, 2).T
    bend = [round(line.bend * MILLION) if line.bend < MILLION else -1 for line in problem.lines]
    return {"line": line, "step": step, "bend": np.array(bend, dtype=np.int64)}


def _breaks(fleet: Sequence[VehicleType]) -> dict[str, NDArray[np.int64]]:
    """Return the breaks and driving rules of the types."""
    taken = [breaks_of(vehicle) for vehicle in fleet]
    return {"breaks": _padded([[*breaks.due, (0, 0, 0)] for breaks in taken], 3),
            "driving": np.array([(breaks.driving_s, breaks.rest_s) for breaks in taken],
                                dtype=np.int64).reshape(len(fleet), 2)}


def _padded(rows: Sequence[Sequence[tuple[int, ...]]], width: int) -> NDArray[np.int64]:
    """Return rows of tuples as one array, the last tuple of shorter rows repeated."""
    most = max(map(len, rows), default=1)
    full = [[*row, *[row[-1]] * (most - len(row))] for row in rows]
    return np.array(full, dtype=np.int64).reshape(len(rows), most, width)


def _metres(problem: Problem, fleet: Sequence[VehicleType], rows: NDArray[np.int64]) -> dict[str, NDArray[np.int64]]:
    """Return the distances of types that have a longest one, or of all if there are fixed lines."""
    nodes = _Nodes(problem, fleet, rows)
    limited = sorted({vehicle.profile for vehicle in fleet if math.isfinite(vehicle.max_distance_m) or problem.lines})
    farthest = [math.floor(min(vehicle.max_distance_m + DISTANCE_TOLERANCE_M, MOST_METRES)) for vehicle in fleet]
    metres = np.empty((len(limited), len(nodes.rows), len(nodes.rows)), dtype=np.int64)
    for q, profile in enumerate(limited):
        cells = nodes.cells(problem.matrix(profile).distance_m)
        metres[q] = np.where(cells == UNREACHABLE, MOST_METRES, np.minimum(cells, MOST_METRES))
    of = [limited.index(vehicle.profile) if math.isfinite(vehicle.max_distance_m) or problem.lines else -1
          for vehicle in fleet]
    return {"metres": metres, "metres_of": np.array(of, dtype=np.int64), "farthest": np.array(farthest, dtype=np.int64)}


def encoded_loads(problem: Problem, fleet: Sequence[VehicleType],
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
    nodes = _Nodes(problem, fleet, rows)
    depots = len(nodes.depots)
    rated = [(int(t), v.tariff.per_km, v.tariff.per_hour) for t, v in zip(arrays["time_of"], fleet, strict=True)]
    rates = sorted(set(rated))
    rate_of = [rates.index(rate) for rate in rated]
    roads = arrays["time"] <= arrays["horizon"][0]
    profile_of = {int(t): vehicle.profile for t, vehicle in zip(arrays["time_of"], fleet, strict=True)}
    cost = np.zeros((len(rates), len(nodes.rows), len(nodes.rows)))
    for c, (t, per_km, per_hour) in enumerate(rates):
        metres = nodes.cells(problem.matrix(profile_of[t]).distance_m)
        cost[c] = np.where(roads[t], per_km * metres / 1000 + per_hour * arrays["time"][t] / 3600, 0.0)
    penalties = [problem.orders[row].penalty for row in rows]
    away_s = np.maximum(arrays["hours"][:, 1] - arrays["hours"][:, 0], 0)
    most = float(cost[:, :, depots:].max(axis=(0, 1), initial=0.0).sum()) + sum(p for p in penalties if p is not None)
    for vehicle, count, c, away in zip(fleet, arrays["count"], rate_of, away_s, strict=True):
        home = cost[c, :, :depots].max(initial=0.0)
        hourly = vehicle.tariff.per_hour + vehicle.tariff.per_overtime_hour
        most += float(count) * (vehicle.tariff.fixed + float(home) + hourly * float(away) / 3600)
    scale = _cost_scale(most, len(rows))
    if scale < COARSEST_COST_SCALE:
        raise ProblemError(largest_cost(problem, fleet))

    whole = np.rint(cost * scale).astype(np.int64)
    dearest = whole.max(axis=(1, 2), initial=0) + 1
    for c, (t, _, _) in enumerate(rates):
        whole[c][~roads[t]] = dearest[c]
    mandatory = math.ceil(most * scale) + 2 * len(nodes.rows) + 1

    def units(values: Sequence[float]) -> NDArray[np.int64]:
        return np.rint(np.array(values, dtype=np.float64) * scale).astype(np.int64)

    return scale, {
        "cost": whole,
        "cost_of": np.array(rate_of, dtype=np.int64),
        "fixed": units([vehicle.tariff.fixed for vehicle in fleet]),
        "wait": units([vehicle.tariff.per_hour / 3600 for vehicle in fleet]),
        "overtime": np.array([(math.floor(min(vehicle.tariff.overtime_after_s, arrays["horizon"][0])),
                               round(vehicle.tariff.per_overtime_hour / 3600 * scale)) for vehicle in fleet],
                             dtype=np.int64).reshape(len(fleet), 2),
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


def largest_cost(problem: Problem, fleet: Sequence[VehicleType]) -> str:
    """Return which field makes the costs too large."""
    remedy = "leave it empty if the order must be served"
    sizes = [(order.penalty, f"order {order.id!r}: penalty {order.penalty!r}; {remedy}")
             for order in problem.orders if order.penalty is not None]
    for vehicle in fleet:
        farthest_km = float(problem.matrix(vehicle.profile).distance_m.max(initial=0)) / 1000
        for name, times in (("fixed", 1.0), ("per_km", farthest_km), ("per_hour", vehicle.shift.end_s / 3600),
                            ("per_overtime_hour", vehicle.shift.end_s / 3600)):
            rate = getattr(vehicle.tariff, name)
            sizes.append((rate * times, f"vehicle type {vehicle.id!r}: tariff.{name} {rate!r}"))
    return f"costs are too large for whole-number arithmetic: {max(sizes)[1]}"
