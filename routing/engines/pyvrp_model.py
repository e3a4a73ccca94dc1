"""A problem as PyVRP's data, in whole numbers. How the search goes is not known here.

PyVRP's penalties are held within bounds: costs are multiplied by no more than they need, and loads so that the penalty
of a unit too much lies well within them. Times are seconds, distances metres.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyvrp

from routing.backhauls import barred_legs, sorts
from routing.engines.encode import MOST, able_orders, largest_cost
from routing.errors import ProblemError
from routing.timing import DISTANCE_TOLERANCE_M, DURATION_TOLERANCE_S, working_hours

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routing.engines import Initial
    from routing.model import Order, Problem, Shipment, VehicleType

NO_ROAD = 1 << 30
"""Metres and seconds where there is no road, or none for the order."""

LOAD_SCALES = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]
COST_SCALES = [*LOAD_SCALES, 10_000_000]
TOLERANCE, USUAL_PENALTY = 1e-3, 100
"""By so much of itself a rate may differ from a whole number; what a plan costs is not taken from here."""

_ALMOST = 1e-6
_MOST_LOAD = 1e9


class Scales(NamedTuple):
    """By what costs, and loads in each dimension, are multiplied, and the largest load that matters."""

    cost: int
    loads: dict[str, int]
    largest: dict[str, float]

    @classmethod
    def of(cls, problem: Problem) -> Scales:
        """Return those of a problem."""
        tariffs, travel = [kind.tariff for kind in problem.fleet], problem.matrices[0]
        rates = [rate for tariff in tariffs for rate in (tariff.fixed, tariff.per_km / 1000, tariff.per_hour / 3600)]
        rates += [order.penalty for order in problem.orders if order.penalty is not None]
        cost, most = _least_scale(rates, COST_SCALES), _most_cost(problem)
        while cost > 1 and most * cost > MOST:
            cost //= 10
        if most * cost > MOST:
            raise ProblemError(largest_cost(problem, problem.fleet))
        metres, seconds = (numbers[travel.reachable].mean() for numbers in (travel.distance_m, travel.duration_s))
        arc = cost * (tariffs[0].cost(metres, seconds) - tariffs[0].fixed)
        loads = {name: _load_scale(problem, name, arc) for name in problem.dimensions}
        limits = {name: [kind.capacities[name] for kind in problem.fleet if name in kind.capacities] for name in loads}
        return cls(cost, loads, {name: min(2 * max(limits[name]) + 1, _MOST_LOAD) for name in loads})

    def of_loads(self, amounts: dict[str, float]) -> list[int]:
        """Return what an order loads, rounded up."""
        return [math.ceil(min(amounts.get(name, 0), self.largest[name]) * scale - _ALMOST)
                for name, scale in self.loads.items()]

    def of_room(self, amounts: dict[str, float]) -> list[int]:
        """Return what a vehicle carries, rounded down."""
        return [math.floor(min(amounts.get(name, math.inf), _MOST_LOAD) * scale + _ALMOST)
                for name, scale in self.loads.items()]


def _most_cost(problem: Problem) -> float:
    """Return more than all routes and penalties together can cost."""
    metres, seconds = (max(int(numbers.max(initial=0)) for numbers in of_all) for of_all in (
        [travel.distance_m for travel in problem.matrices], [travel.duration_s for travel in problem.matrices]))
    stay_s = max(order.service_with(kind.id) for order in problem.orders for kind in problem.fleet)
    last_s = max(working_hours(problem, kind)[1] for kind in problem.fleet)
    dearest = max(kind.tariff.cost(metres, min(seconds + stay_s + last_s, NO_ROAD)) for kind in problem.fleet)
    return (len(problem.orders) + 2) * 2 * dearest + math.fsum(order.penalty or 0.0 for order in problem.orders)


def _least_scale(amounts: Sequence[float], scales: Sequence[int]) -> int:
    """Return the least scale that makes all amounts whole numbers within the tolerance; the last if none does."""
    exact = (scale for scale in scales if all(
        abs(amount * scale - round(amount * scale)) <= TOLERANCE * amount * scale for amount in amounts))
    return next(exact, scales[-1])


def _load_scale(problem: Problem, name: str, arc_cost: float) -> int:
    amounts = [order.load[name] for order in problem.orders if name in order.load]
    needed = _least_scale(amounts, LOAD_SCALES[:4])
    mean = sum(amounts) / len(amounts)
    enough = (scale for scale in LOAD_SCALES if scale >= needed and arc_cost / (mean * scale) <= USUAL_PENALTY)
    return next(enough, LOAD_SCALES[-1])


class Model:
    """A problem as PyVRP sees it, without the orders that no vehicle could serve, which is proven.

    Parameters
    ----------
    problem : Problem
        Anything that could be built, of rules that `PyVrpEngine` supports.

    Raises
    ------
    ProblemError
        If costs are too large for whole numbers; the message names the field.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.kinds = [kind for kind in problem.fleet if kind.count]
        able = able_orders(problem, self.kinds, np.arange(len(problem.orders), dtype=np.int64))
        orders = {problem.orders[i].id: problem.orders[i] for i in np.flatnonzero(able.any(axis=0)).tolist()}
        self.clients = [order for name, order in orders.items() if name not in problem.shipment_of]
        self.shipments = [both for both in problem.shipments if both.pickup in orders
                          and orders[both.pickup].window.begin_s <= orders[both.delivery].window.end_s]
        self.orders = {order.id: order for order in self.clients}
        self.orders |= {name: orders[name] for both in self.shipments for name in both.orders}
        if self.orders:
            self.scales = Scales.of(problem)

    def data(self, *, all_optional: bool) -> pyvrp.ProblemData:
        """Return the problem for PyVRP.

        Parameters
        ----------
        all_optional : bool
            Whether mandatory orders may be left out too, at more than all routes and penalties cost together.

        Returns
        -------
        pyvrp.ProblemData
            With one profile for all types of the same roads, service times, and orders that they may serve.
        """
        problem, kinds = self.problem, []
        matrices: dict[Any, tuple[Any, Any]] = {}
        base_s = {order.id: min(order.service_with(kind.id) for kind in self.kinds) for order in problem.orders}
        for kind in self.kinds:
            barred = [not _may_serve(kind, order) for order in problem.orders]
            more_s = [order.service_with(kind.id) - base_s[order.id] for order in problem.orders]
            key = kind.profile, tuple(barred), tuple(more_s), sorts(problem, kind)
            if key not in matrices:
                matrices[key] = self._travel(kind, barred, more_s)
            kinds.append(self._vehicle(kind, list(matrices).index(key)))
        must = math.ceil(_most_cost(problem) * self.scales.cost) if all_optional else None
        places = [pyvrp.Location(0, 0) for _ in range(len(problem.depots) + len(problem.orders))]
        return pyvrp.ProblemData(
            places, [self._client(order, base_s, must) for order in self.clients],
            [pyvrp.Depot(i) for i in range(len(problem.depots))], kinds, [metres for metres, _ in matrices.values()],
            [seconds for _, seconds in matrices.values()], [],
            [self._shipment(shipment, base_s, must) for shipment in self.shipments])

    def sequences(self, solution: pyvrp.Solution) -> list[tuple[str, list[str]]]:
        """Return the feasible routes of a solution as ids: vehicle type and orders of each."""
        return [(self.kinds[route.vehicle_type()].id, list(self._visits(route)))
                for route in solution.routes() if route.is_feasible()]

    def solution(self, data: pyvrp.ProblemData, routes: Initial) -> pyvrp.Solution:
        """Return given routes as a solution, feasible or not.

        Parameters
        ----------
        data : pyvrp.ProblemData
            Of this model.
        routes : sequence of (str, sequence of str)
            Vehicle types and orders; those that are unknown here, or served before, are left out, and so is a shipment
            that is not whole, in one route, and picked up first.

        Returns
        -------
        pyvrp.Solution
            Of that data.
        """
        number = {kind.id: i for i, kind in enumerate(self.kinds)}
        spare, made = [kind.num_available for kind in data.vehicle_types()], []
        seen: set[str] = set()
        for type_id, order_ids in routes:
            kind = number.get(type_id)
            known = dict.fromkeys(order for order in order_ids if order in self.orders and order not in seen)
            activities = self._activities(list(known))
            if kind is not None and activities and spare[kind]:
                spare[kind] -= 1
                seen.update(known)
                made.append(pyvrp.Route(data, activities, kind))
        return pyvrp.Solution(data, made)

    def value(self, solution: pyvrp.Solution) -> tuple[float, int]:
        """Return cost and number of unserved mandatory orders of a solution, besides orders that nobody could serve.

        Parameters
        ----------
        solution : pyvrp.Solution
            Of this model.

        Returns
        -------
        tuple of (float, int)
            The cost in the currency, to a thousandth of itself, penalties included.
        """
        left: list[Order] = []
        for activity in solution.unplanned():
            if activity.is_client():
                left.append(self.clients[activity.idx])
            elif activity.is_pickup():
                left += [self.orders[order] for order in self.shipments[activity.idx].orders]
        routes = solution.fixed_vehicle_cost() + solution.distance_cost() + solution.duration_cost()
        outside = [order for order in self.problem.orders if order.id not in self.orders]
        penalties = [order.penalty for order in (*left, *outside) if order.penalty is not None]
        return routes / self.scales.cost + math.fsum(penalties), sum(order.penalty is None for order in left)

    def _activities(self, order_ids: list[str]) -> list[pyvrp.Activity]:
        """Return the visits of a route, without shipments that are not whole or not picked up first."""
        kinds, place = pyvrp.ActivityType, {order: i for i, order in enumerate(order_ids)}
        found = {order.id: (kinds.CLIENT, i) for i, order in enumerate(self.clients)}
        for i, shipment in enumerate(self.shipments):
            if place.get(shipment.pickup, math.inf) < place.get(shipment.delivery, -1):
                found |= {shipment.pickup: (kinds.PICKUP, i), shipment.delivery: (kinds.DELIVERY, i)}
        return [pyvrp.Activity(*found[order]) for order in order_ids if order in found]

    def _visits(self, route: pyvrp.Route) -> Iterator[str]:
        """Yield the ids of the orders that a route visits."""
        for visit in route:
            if visit.is_client():
                yield self.clients[visit.idx].id
            elif visit.is_pickup() or visit.is_delivery():
                shipment = self.shipments[visit.idx]
                yield shipment.pickup if visit.is_pickup() else shipment.delivery

    def _client(self, order: Order, base_s: dict[str, int], must: int | None) -> pyvrp.Client:
        load: dict[str, Any] = {"pickup" if order.kind == "pickup" else "delivery": self.scales.of_loads(order.load)}
        return pyvrp.Client(
            self.problem.order_row[order.id], **load, service_duration=base_s[order.id],
            tw_early=order.window.begin_s, tw_late=order.window.end_s, **self._choice([order], must))

    def _shipment(self, shipment: Shipment, base_s: dict[str, int], must: int | None) -> pyvrp.Shipment:
        ends = {"pickup": self.orders[shipment.pickup], "delivery": self.orders[shipment.delivery]}
        sides: dict[str, Any] = {f"{end}_{name}": value for end, order in ends.items() for name, value in (
            ("location", self.problem.order_row[order.id]), ("tw_early", order.window.begin_s),
            ("tw_late", order.window.end_s), ("service_duration", base_s[order.id]))}
        return pyvrp.Shipment(**sides, amount=self.scales.of_loads(ends["pickup"].load),
                              **self._choice(list(ends.values()), must))

    def _choice(self, orders: Sequence[Order], must: int | None) -> dict[str, Any]:
        """Return whether orders that are served together must be, and what leaving them out costs."""
        penalties = [order.penalty for order in orders if order.penalty is not None]
        mandatory = len(orders) - len(penalties)
        if mandatory and must is None:
            return {}
        return {"prize": round(math.fsum(penalties) * self.scales.cost) + mandatory * (must or 0), "required": False}

    def _vehicle(self, kind: VehicleType, profile: int) -> pyvrp.VehicleType:
        problem, tariff, scale = self.problem, kind.tariff, self.scales.cost
        home, last = problem.depot_of(kind), problem.end_of(kind)
        opens_s, closes_s = working_hours(problem, kind)
        limits: dict[str, Any] = {name: int(limit + slack) for name, limit, slack in (
            ("shift_duration", kind.max_duration_s, DURATION_TOLERANCE_S),
            ("max_distance", kind.max_distance_m, DISTANCE_TOLERANCE_M)) if math.isfinite(limit)}
        return pyvrp.VehicleType(
            min(kind.count, len(problem.orders)), capacity=self.scales.of_room(kind.capacities),
            start_depot=problem.depot_row[home.id], end_depot=problem.depot_row[(last or home).id], profile=profile,
            fixed_cost=round(tariff.fixed * scale), unit_distance_cost=round(tariff.per_km * scale / 1000),
            unit_duration_cost=round(tariff.per_hour * scale / 3600), tw_early=opens_s, tw_late=max(opens_s, closes_s),
            **limits)

    def _travel(self, kind: VehicleType, barred: list[bool], more_s: list[int],
                ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return metres and seconds, closed where there is no road or the vehicle may not serve the order."""
        travel, depots = self.problem.matrix(kind.profile), len(self.problem.depots)
        shut = np.array([False] * depots + barred)
        out_of_turn = barred_legs(self.problem) & sorts(self.problem, kind)
        closed = (~travel.reachable | shut | shut[:, None] | out_of_turn) & ~np.eye(len(shut), dtype=bool)
        longer_s = np.array([0] * depots + more_s, dtype=np.int64)[:, None] * ~np.eye(len(shut), dtype=bool)
        metres, seconds = np.minimum(travel.distance_m, NO_ROAD), np.minimum(travel.duration_s, NO_ROAD) + longer_s
        return np.where(closed, NO_ROAD, metres), np.where(closed, NO_ROAD, seconds)


def _may_serve(kind: VehicleType, order: Order) -> bool:
    return order.skills <= kind.skills and kind.may_serve(order)
