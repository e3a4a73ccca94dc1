"""Problem to the arrays of a native search, and its best plan back to ids. Knows no search.

Times are seconds, distances metres, costs units of 1 / `Encoded.scale` of the currency, loads in units of their own.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routing.backhauls import barred_legs, sorts
from routing.engines.encode import FINEST_COST_SCALE, MOST, MOST_METRES, encoded_loads, encoded_pairs, largest_cost
from routing.engines.encoded import BROUGHT, DELIVERY, PICKED, PICKUP
from routing.engines.native import layout as at
from routing.engines.native.nearness import shortest, sorted_by_nearness
from routing.errors import ProblemError
from routing.model import UNREACHABLE, Problem, VehicleType
from routing.timing import DISTANCE_TOLERANCE_M, DURATION_TOLERANCE_S, working_hours

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routing.engines import Initial
    from routing.model import Order

COARSEST_COST_SCALE = 100_000
"""Costs that need coarser units than this to fit in an integer are refused."""

NEAR = 20
"""Orders beside which an order is tried."""

AROUND = 200
"""Orders around the centre of a step, at most, among which routes to open are found."""

_BLOCK = 256
_LOAD_TOLERANCE = 0.9e-9


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """A problem as the native search sees it.

    Parameters
    ----------
    day : Day
        Its arrays.
    order_ids : tuple of str
        The m orders that some vehicle might serve.
    type_ids : tuple of str
        The vehicle types of which there is one.
    scale : float
        Units of cost in one unit of currency.
    out : float
        Penalties of the optional orders that no vehicle could serve, in the currency.
    """

    day: at.Day
    order_ids: tuple[str, ...]
    type_ids: tuple[str, ...]
    scale: float
    out: float

    def sequences(self, search: at.Search) -> list[tuple[str, list[str]]]:
        """Return the routes of the best plan of a search as ids.

        Parameters
        ----------
        search : Search
            Of this day.

        Returns
        -------
        list of (str, list of str)
            Vehicle type and orders of each route.
        """
        m, routes = len(self.order_ids), []
        best = search.lists[at.BEST]
        for slot, kind in enumerate(search.lists[at.BEST_KIND, : len(search.route)].tolist()):
            if kind >= 0:
                orders, node = [], int(best[m + slot])
                while node >= 0:
                    orders.append(self.order_ids[node])
                    node = int(best[node])
                routes.append((self.type_ids[kind], orders))
        return routes

    def chain(self, routes: Initial, slots: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return given routes as rows ``BEST`` and ``BEST_KIND`` of `layout.Search.lists` have them.

        Parameters
        ----------
        routes : sequence of (str, sequence of str)
            Vehicle types and orders; those that are unknown here, served before, or beyond the slots are left out, and
            so is a shipment that is not whole, in one route, and picked up first.
        slots : int
            How many routes there may be.

        Returns
        -------
        tuple of ndarray of int64, shapes (m + slots,), (slots,)
            Next orders, and vehicle types.
        """
        m, number = len(self.order_ids), {order: i for i, order in enumerate(self.order_ids)}
        chain, kinds = np.full(m + slots, -1, dtype=np.int64), np.full(slots, -1, dtype=np.int64)
        seen: set[int] = set()
        slot = 0
        for type_id, order_ids in routes:
            known = dict.fromkeys(number[order] for order in order_ids if order in number)
            nodes = self._paired([node for node in known if node not in seen])
            if type_id in self.type_ids and nodes and slot < slots:
                seen.update(nodes)
                kinds[slot] = self.type_ids.index(type_id)
                chain[[m + slot, *nodes[:-1]]] = nodes
                slot += 1
        return chain, kinds

    def _paired(self, nodes: list[int]) -> list[int]:
        """Return the orders without those of shipments that are not whole or not picked up first."""
        partner, role = self.day.order[:, at.PARTNER].tolist(), self.day.order[:, at.ROLE].tolist()
        place = {node: i for i, node in enumerate(nodes)}
        return [node for node in nodes if partner[node] < 0 or (
            partner[node] in place and (place[node] < place[partner[node]]) == (role[node] == at.PICKED))]


def encode(problem: Problem) -> Encoded:
    """Return a problem as arrays of whole numbers that the search cannot overflow.

    Parameters
    ----------
    problem : Problem
        Anything that could be built.

    Returns
    -------
    Encoded
        Without the orders that no vehicle could serve, which is proven.

    Raises
    ------
    ProblemError
        If costs or legs are too large for whole numbers; the message names the field.
    """
    fleet = tuple(vehicle for vehicle in problem.fleet if vehicle.count)
    everything = np.arange(len(problem.orders), dtype=np.int64)
    travel, kind = _travel(problem, fleet), _kinds(problem, fleet)
    able = _able(problem, fleet, travel, kind)
    kept: NDArray[np.bool_] = np.logical_or.reduce(able, axis=0)
    rows = everything[kept]
    if not kept.all():
        places = np.flatnonzero(np.concatenate([kept, np.ones(travel.shape[1] - len(kept), dtype=bool)]))
        travel = np.ascontiguousarray(travel[:, places][:, :, places])
        kind[:, [at.BEGIN_PLACE, at.END_PLACE]] -= len(kept) - len(rows)
        able = able[:, kept]
    orders = [problem.orders[row] for row in rows]
    kind[:, at.COUNT] = np.minimum(kind[:, at.COUNT], able.sum(axis=1))
    scale = _priced(problem, fleet, orders, travel, kind)
    pairs = encoded_pairs(problem, rows)
    order = _orders(orders, pairs, scale)
    service = _services(fleet, orders)
    load, room = encoded_loads(problem, fleet, rows)
    rule = _rules(travel, kind, order, service, pairs["role"])
    order[:, at.SIZE] = _sizes(load, room)
    depots = np.unique(kind[:, at.BEGIN_PLACE])
    order[:, at.FAR] = travel[:, depots][:, :, : len(rows), at.METRES].min(axis=(0, 1))
    if not rule[at.TIMED]:
        travel = np.ascontiguousarray(travel[..., : at.METRES + 1])
    near = sorted_by_nearness(travel, kind, able, AROUND)
    rule[at.DIMENSIONS], rule[at.NEAR], rule[at.AROUND] = len(load), min(NEAR + 1, near.shape[1]), near.shape[1]
    order = np.hstack([order[:, : at.START], _load_columns(pairs["role"], load), _stay_columns(service, able)])
    rule[at.STAYS] = at.START + 2 * len(load)
    rule[at.PLACES], rule[at.WIDTH] = travel.shape[2:]
    day = at.Day(travel.reshape(-1), order, np.hstack([kind, room.T]), near, rule)
    out = sum(problem.orders[row].penalty or 0.0 for row in everything[~kept])
    return Encoded(day, tuple(order.id for order in orders), tuple(vehicle.id for vehicle in fleet), scale, out)


def _travel(problem: Problem, fleet: Sequence[VehicleType]) -> NDArray[np.int32]:
    """Return metres and seconds of all legs by profile, between orders, depots, and nowhere."""
    depots, n = len(problem.depots), len(problem.place_labels)
    profiles = _profiles(problem, fleet)
    travel = np.zeros((len(profiles), n + 1, n + 1, 2), dtype=np.int32)
    travel[:, n] = at.NEVER
    for p, (profile, sorted_) in enumerate(profiles):
        matrix = problem.matrix(profile)
        if matrix.distance_m.max(initial=0) >= at.NEVER:
            raise ProblemError(f"travel matrix {profile!r}: a leg of {matrix.distance_m.max():,} m is too long for the "
                               f"search; it takes up to {at.NEVER:,} m")
        for column, numbers in ((at.METRES, matrix.distance_m), (at.SECONDS, matrix.duration_s)):
            for low, high, first in ((depots, n, 0), (0, depots, n - depots)):
                for row in range(low, high, _BLOCK):
                    legs = np.minimum(numbers[row : min(row + _BLOCK, high)], at.NEVER)
                    legs[legs == UNREACHABLE] = at.NEVER
                    block = travel[p, first + row - low : first + row - low + len(legs), :n, column]
                    block[:, : n - depots], block[:, n - depots :] = legs[:, depots:], legs[:, :depots]
        if sorted_:
            travel[p, :-1, :-1][np.roll(barred_legs(problem), -depots, axis=(0, 1))] = at.NEVER
    return travel


def _profiles(problem: Problem, fleet: Sequence[VehicleType]) -> list[tuple[str, bool]]:
    """Return the road profiles in use, each with whether backhauls come last on it."""
    return sorted({(vehicle.profile, sorts(problem, vehicle)) for vehicle in fleet})


def _kinds(problem: Problem, fleet: Sequence[VehicleType]) -> NDArray[np.int64]:
    """Return the columns of the vehicle types, but for costs."""
    profiles = _profiles(problem, fleet)
    orders, depots = len(problem.orders), len(problem.depots)
    kind = np.zeros((len(fleet), at.ROOM), dtype=np.int64)
    for row, vehicle in zip(kind, fleet, strict=True):
        opens_s, closes_s = working_hours(problem, vehicle)
        begin = problem.depot_row[problem.depot_of(vehicle).id]
        row[at.PROFILE] = profiles.index((vehicle.profile, sorts(problem, vehicle)))
        row[at.COUNT] = min(vehicle.count, orders)
        row[at.BEGIN_OPEN], row[at.BEGIN_CLOSE], row[at.END_CLOSE] = opens_s, closes_s, closes_s
        row[at.BEGIN_PLACE] = orders + begin
        end = problem.end_of(vehicle)
        row[at.END_PLACE] = orders + (depots if end is None else problem.depot_row[end.id])
        row[at.MOST_SECONDS] = math.floor(min(vehicle.max_duration_s + DURATION_TOLERANCE_S, at.NEVER))
        row[at.MOST_METRES] = math.floor(min(vehicle.max_distance_m + DISTANCE_TOLERANCE_M, MOST_METRES))
        row[at.MOST_STOPS] = orders if vehicle.max_stops is None else vehicle.max_stops
    return kind


def _able(problem: Problem, fleet: Sequence[VehicleType], travel: NDArray[np.int32],
          kind: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether a vehicle of each type might serve each order, shape (types, orders). False is a proof."""
    orders = problem.orders
    opens_s, closes_s = (np.array(column, dtype=np.int64) for column in (
        [order.window.begin_s for order in orders], [order.window.end_s for order in orders]))
    service = _services(fleet, orders)
    able: NDArray[np.bool_] = np.zeros((len(fleet), len(orders)), dtype=bool)
    way = functools.cache(lambda *key: shortest(travel, *key)[: len(orders)])
    for k, vehicle in enumerate(fleet):
        p, begin, end = kind[k, [at.PROFILE, at.BEGIN_PLACE, at.END_PLACE]].tolist()
        out_s, back_s = way(p, begin, False, at.SECONDS), way(p, end, True, at.SECONDS)
        begins_s = np.maximum(kind[k, at.BEGIN_OPEN] + out_s, opens_s)
        able[k] = ((begins_s <= closes_s) & (begins_s + service[k] + back_s <= kind[k, at.END_CLOSE])
                   & (out_s + service[k] + back_s <= kind[k, at.MOST_SECONDS]))
        if math.isfinite(vehicle.max_distance_m):
            able[k] &= way(p, begin, False, at.METRES) + way(p, end, True, at.METRES) <= kind[k, at.MOST_METRES]
        able[k] &= np.array([order.skills <= vehicle.skills and vehicle.may_serve(order) for order in orders],
                            dtype=bool)
        for name, limit in vehicle.capacities.items():
            most = limit * (1 + _LOAD_TOLERANCE)
            able[k] &= np.array([order.load.get(name, 0.0) <= most for order in orders], dtype=bool)
    partner = encoded_pairs(problem, np.arange(len(orders)))["partner"]
    paired = np.flatnonzero(partner >= 0)
    able[:, paired] &= able[:, partner[paired]]
    able[np.ix_(kind[:, at.MOST_STOPS] < 2, partner >= 0)] = False
    return able


def _priced(problem: Problem, fleet: Sequence[VehicleType], orders: Sequence[Order], travel: NDArray[np.int32],
            kind: NDArray[np.int64]) -> float:
    """Fill in the costs of the vehicle types; return the units of cost in one unit of currency."""
    longest_m = float(min(travel[:, :-1, :, at.METRES].max(initial=0), at.NEVER))
    penalties = math.fsum(order.penalty for order in orders if order.penalty is not None)
    dearest = max((v.tariff.per_km * longest_m / 1000
                   + v.tariff.per_hour * float(kind[:, at.END_CLOSE].max()) / 3600 for v in fleet), default=0.0)
    fixed = max((vehicle.tariff.fixed for vehicle in fleet), default=0.0)
    most = (len(orders) + 2) * (dearest + fixed) + penalties
    scale = float(FINEST_COST_SCALE)
    while most * scale > MOST:
        scale /= 2
    if scale < COARSEST_COST_SCALE:
        raise ProblemError(largest_cost(problem, fleet))
    for row, vehicle in zip(kind, fleet, strict=True):
        row[at.FIXED] = round(vehicle.tariff.fixed * scale)
        row[at.PER_METRE] = round(vehicle.tariff.per_km / 1000 * scale)
        row[at.PER_SECOND] = round(vehicle.tariff.per_hour / 3600 * scale)
    return scale


def _orders(orders: Sequence[Order], pairs: dict[str, NDArray[np.int64]], scale: float) -> NDArray[np.int64]:
    """Return windows, penalties and shipments of the orders; the pickup of a shipment stands for both of its orders."""
    order = np.zeros((len(orders), at.START), dtype=np.int64)
    order[:, at.PARTNER] = pairs["partner"]
    roles = [pairs["role"] == role for role in (PICKED, BROUGHT)]
    order[:, at.ROLE] = np.select(roles, [at.PICKED, at.BROUGHT], at.ALONE)
    for row, given in zip(order, orders, strict=True):
        row[at.OPEN], row[at.CLOSE] = given.window.begin_s, given.window.end_s
        row[at.MANDATORY] = given.penalty is None
        row[at.PENALTY] = round((given.penalty or 0.0) * scale)
    both = order[:, at.ROLE] == at.PICKED
    for column in (at.MANDATORY, at.PENALTY):
        order[both, column] += order[order[both, at.PARTNER], column]
        order[order[:, at.ROLE] == at.BROUGHT, column] = 0
    return order


def _services(fleet: Sequence[VehicleType], orders: Sequence[Order]) -> NDArray[np.int64]:
    """Return seconds of service by vehicle type and order."""
    stays = [[order.service_with(vehicle.id) for order in orders] for vehicle in fleet]
    return np.array(stays, dtype=np.int64).reshape(len(fleet), len(orders))


def _load_columns(role: NDArray[np.int64], load: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each order and dimension what is loaded at the start, and how the load changes at its visit."""
    columns: NDArray[np.int64] = np.empty((load.shape[1], 2 * len(load)), dtype=np.int64)
    columns[:, 0::2] = np.where(role == DELIVERY, load, 0).T
    columns[:, 1::2] = np.where((role == PICKUP) | (role == PICKED), load, -load).T
    return columns


def _stay_columns(service: NDArray[np.int64], able: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return for each order and vehicle type the seconds of service, and whether it may serve the order."""
    columns: NDArray[np.int64] = np.empty((service.shape[1], 2 * len(service)), dtype=np.int64)
    columns[:, 0::2], columns[:, 1::2] = service.T, able.T
    return columns


def _sizes(load: NDArray[np.int64], room: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the largest share of a vehicle's room that each order takes, in millionths."""
    most = np.maximum(room.max(axis=1, initial=0), 1).astype(float)
    shares: NDArray[np.int64] = np.rint(1e6 * (load / most[:, None]).max(axis=0, initial=0)).astype(np.int64)
    return shares


def _rules(travel: NDArray[np.int32], kind: NDArray[np.int64], order: NDArray[np.int64], service: NDArray[np.int64],
           role: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which rules decide anything. Time does not if the slowest way to every order ends before any closing."""
    rule = np.zeros(at.RULES, dtype=np.int64)
    m = len(order)
    opens_s = int(kind[:, at.BEGIN_OPEN].max(initial=0))
    slowest = travel[:, :-1, :, at.SECONDS].max(axis=(0, 1), initial=0).astype(np.int64)
    longest = int((slowest[:m] + service.max(axis=0, initial=0)).sum() + slowest[m:].max(initial=0))
    closes_s = min(int(kind[:, at.END_CLOSE].min(initial=0)), int(order[:, at.CLOSE].min(initial=at.NEVER)))
    rule[at.SPANNED] = any(kind[:, at.PER_SECOND] > 0) or any(
        kind[:, at.MOST_SECONDS] < kind[:, at.END_CLOSE] - kind[:, at.BEGIN_OPEN])
    late = int(order[:, at.OPEN].max(initial=0)) > 0 or opens_s + longest > closes_s
    rule[at.TIMED] = rule[at.SPANNED] or late
    rule[at.ROAMING] = len(kind) > 1
    rule[at.PRICED] = len(np.unique(kind[:, [at.FIXED, at.PER_METRE, at.PER_SECOND]], axis=0)) > 1
    rule[at.OPTIONAL] = (order[role != BROUGHT, at.MANDATORY] == 0).any()
    rule[at.MIXED] = (role != DELIVERY).any()
    return rule
