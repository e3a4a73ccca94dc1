"""An OR-Tools model of some orders and some vehicles of an encoded problem. Runs in the worker process only.

Whole numbers all the way: matrices and vectors are registered as such, no Python function prices an arc. Costs of time
are costs of arcs, so that insertion and local search see them; only waiting is left to the time dimension. Breaks and
driving rules are not in the model, with which a descent would take a hundred times as long: who asks it must look at
what it finds with `routing.engines.pricing`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from ortools.util import optional_boolean_pb2

from routing.engines.encoded import DELIVERY, PICKED, PICKUP
from routing.engines.pricing import Pricing

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIRST = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
_DESCENT = routing_enums_pb2.LocalSearchMetaheuristic.GREEDY_DESCENT

_LONGEST_CHECK_S = 100_000
"""OR-Tools gives up a neighbour whose times it could not fix within 0.1 s of wall time, which a busy machine makes
happen now and then; then the same search would end elsewhere."""

Routes = list[list[int]]


class Model:
    """A model, good for one search.

    Parameters
    ----------
    arrays : dict of str to ndarray of int64
        As `routing.engines.encode.encode` makes them.
    orders : sequence of int
        Which of its orders, in the order in which they enter the model.
    vehicles : sequence of int
        The type of each vehicle.
    """

    def __init__(self, arrays: dict[str, NDArray[np.int64]], orders: Sequence[int], vehicles: Sequence[int]) -> None:
        self.orders, self.vehicles = list(orders), list(vehicles)
        depots = sorted({int(arrays[end][kind]) for kind in vehicles for end in ("depot", "end")})
        all_depots = arrays["time"].shape[1] - arrays["window"].shape[0]
        nodes = np.array([*depots, *(all_depots + order for order in orders)], dtype=np.int64)
        starts, ends = ([depots.index(int(arrays[end][kind])) for kind in vehicles] for end in ("depot", "end"))
        manager = pywrapcp.RoutingIndexManager(len(nodes), len(vehicles), starts, ends)
        self._routing = pywrapcp.RoutingModel(manager)
        self._index = [manager.NodeToIndex(len(depots) + i) for i in range(len(self.orders))]
        self._order_at = dict(zip(self._index, self.orders, strict=True))
        self._add_costs(arrays, nodes)
        self._add_times(arrays, nodes)
        self._add_distances(arrays, nodes)
        self._add_loads(arrays, len(depots))
        self._add_stops(arrays, len(depots))
        self._add_choices(arrays)
        self._add_pairs(arrays)
        self._add_goods(arrays)
        self._add_lines(arrays)

    def first(self, milliseconds: int | None) -> Routes | None:
        """Return routes built from nothing.

        Parameters
        ----------
        milliseconds : int, optional
            How long it may take.

        Returns
        -------
        list of list of int, or None
            For each vehicle the orders it visits; None if there was no time.
        """
        parameters = self._closed(milliseconds)
        parameters.solution_limit = 1
        return self._read(self._routing.SolveWithParameters(parameters))

    def improved(self, routes: Routes, milliseconds: int | None) -> Routes | None:
        """Return the local optimum that a greedy descent reaches.

        Parameters
        ----------
        routes : list of list of int
            For each vehicle the orders it visits at the start; those on no route are unserved.
        milliseconds : int, optional
            How long it may take.

        Returns
        -------
        list of list of int, or None
            Like `routes`; None if there was no time, or if `routes` cannot be.
        """
        parameters = self._closed(milliseconds)
        start = self._assigned(routes)
        if start is None:
            return None
        return self._read(self._routing.SolveFromAssignmentWithParameters(start, parameters))

    def objective(self, routes: Routes) -> int | None:
        """Return what the model says routes cost.

        Parameters
        ----------
        routes : list of list of int
            For each vehicle the orders it visits; those on no route are unserved.

        Returns
        -------
        int or None
            Costs and penalties; None if the model does not allow the routes.
        """
        time = self._routing.GetDimensionOrDie("time")
        for vehicle in range(len(self.vehicles)):
            self._routing.AddVariableMinimizedByFinalizer(time.CumulVar(self._routing.End(vehicle)))
        for vehicle in range(len(self.vehicles)):
            self._routing.AddVariableMaximizedByFinalizer(time.CumulVar(self._routing.Start(vehicle)))
        self._closed(None)
        solution = self._assigned(routes)
        return None if solution is None else int(solution.ObjectiveValue())

    def _assigned(self, routes: Routes) -> Any:  # noqa: ANN401 (from a library without types)
        index = dict(zip(self.orders, self._index, strict=True))
        return self._routing.ReadAssignmentFromRoutes([[index[order] for order in route] for route in routes], True)

    def _add_costs(self, arrays: dict[str, NDArray[np.int64]], nodes: NDArray[np.int64]) -> None:
        cells = np.ix_(nodes, nodes)
        matrices = {c: self._routing.RegisterTransitMatrix(arrays["cost"][c][cells].tolist())
                    for c in sorted({int(arrays["cost_of"][kind]) for kind in self.vehicles})}
        for vehicle, kind in enumerate(self.vehicles):
            self._routing.SetArcCostEvaluatorOfVehicle(matrices[int(arrays["cost_of"][kind])], vehicle)
            self._routing.SetFixedCostOfVehicle(int(arrays["fixed"][kind]), vehicle)

    def _add_times(self, arrays: dict[str, NDArray[np.int64]], nodes: NDArray[np.int64]) -> None:
        """Add service times, travel times and windows; where there is no road, the time is beyond the horizon."""
        cells, horizon = np.ix_(nodes, nodes), int(arrays["horizon"][0])
        matrices = {p: self._routing.RegisterTransitMatrix(arrays["time"][p][cells].tolist())
                    for p in sorted({int(arrays["time_of"][kind]) for kind in self.vehicles})}
        self._routing.AddDimensionWithVehicleTransits(
            [matrices[int(arrays["time_of"][kind])] for kind in self.vehicles], horizon, horizon, False, "time")
        time = self._routing.GetDimensionOrDie("time")
        for vehicle, kind in enumerate(self.vehicles):
            first_s, last_s = arrays["hours"][kind].tolist()
            time.CumulVar(self._routing.Start(vehicle)).SetRange(first_s, last_s)
            time.CumulVar(self._routing.End(vehicle)).SetRange(first_s, last_s)
            time.SetSpanUpperBoundForVehicle(int(arrays["longest"][kind]), vehicle)
            after_s, rate = arrays["overtime"][kind].tolist()
            if rate:
                time.SetSoftSpanUpperBoundForVehicle(pywrapcp.BoundCost(after_s, rate), vehicle)
            time.SetSlackCostCoefficientForVehicle(int(arrays["wait"][kind]), vehicle)
        for index, order in zip(self._index, self.orders, strict=True):
            time.CumulVar(index).SetRange(*arrays["window"][order].tolist())
            for (_, closes_s), (opens_s, _) in itertools.pairwise(arrays["openings"][order].tolist()):
                time.CumulVar(index).RemoveInterval(closes_s + 1, opens_s - 1)

    def _add_distances(self, arrays: dict[str, NDArray[np.int64]], nodes: NDArray[np.int64]) -> None:
        """Add the longest distances, where there are any; where there is no road, it is farther than any."""
        if not any(arrays["metres_of"][kind] >= 0 for kind in self.vehicles):
            return
        cells = np.ix_(nodes, nodes)
        free = self._routing.RegisterUnaryTransitVector([0] * len(nodes))
        matrices = {q: free if q < 0 else self._routing.RegisterTransitMatrix(arrays["metres"][q][cells].tolist())
                    for q in sorted({int(arrays["metres_of"][kind]) for kind in self.vehicles})}
        self._routing.AddDimensionWithVehicleTransitAndCapacity(
            [matrices[int(arrays["metres_of"][kind])] for kind in self.vehicles], 0,
            [int(arrays["farthest"][kind]) for kind in self.vehicles], True, "distance")

    def _add_loads(self, arrays: dict[str, NDArray[np.int64]], depots: int) -> None:
        """Add what is aboard in each dimension: before each visit, and at the end, it is no more than the capacity.

        Where goods come aboard on the way, plain deliveries are summed up in a dimension of their own, and that sum is
        what the vehicle starts with.
        """
        role = arrays["role"][self.orders]
        comes = np.isin(role, (PICKUP, PICKED))
        for r, (amounts, limits) in enumerate(zip(arrays["load"], arrays["capacity"], strict=True)):
            load, capacity = amounts[self.orders], [int(limits[kind]) for kind in self.vehicles]
            delivered = np.where(role == DELIVERY, load, 0)
            if not comes.any():
                self._add_sum(f"load {r}", delivered, depots, capacity, from_zero=True)
                continue
            starts_empty = not delivered.any()
            self._add_sum(f"load {r}", np.where(comes, load, -load), depots, capacity, from_zero=starts_empty)
            if not starts_empty:
                self._add_sum(f"delivered {r}", delivered, depots, capacity, from_zero=True)
                aboard, brought = (self._routing.GetDimensionOrDie(f"{name} {r}") for name in ("load", "delivered"))
                for vehicle in range(len(self.vehicles)):
                    self._routing.solver().Add(aboard.CumulVar(self._routing.Start(vehicle))
                                               == brought.CumulVar(self._routing.End(vehicle)))

    def _add_sum(self, name: str, at_orders: NDArray[np.int64], depots: int, most: list[int], *,
                 from_zero: bool) -> None:
        at_node = self._routing.RegisterUnaryTransitVector([0] * depots + at_orders.tolist())
        self._routing.AddDimensionWithVehicleCapacity(at_node, 0, most, from_zero, name)

    def _add_stops(self, arrays: dict[str, NDArray[np.int64]], depots: int) -> None:
        """Add the number of visits so far, where it matters."""
        most = [int(arrays["stops"][kind]) for kind in self.vehicles]
        tied = (arrays["partner"][self.orders] >= 0) | (arrays["line"][self.orders] >= 0)
        if min(most, default=0) < len(self.orders) or tied.any():
            self._add_sum("stops", np.ones(len(self.orders), dtype=np.int64), depots, most, from_zero=True)

    def _add_pairs(self, arrays: dict[str, NDArray[np.int64]]) -> None:
        """Tie the two orders of each shipment: both or neither, on one vehicle, the pickup first."""
        routing, solver = self._routing, self._routing.solver()
        index = dict(zip(self.orders, self._index, strict=True))
        for order in self.orders:
            if arrays["role"][order] != PICKED:
                continue
            pickup, delivery = index[order], index[int(arrays["partner"][order])]
            routing.AddPickupAndDelivery(pickup, delivery)
            solver.Add(routing.VehicleVar(pickup) == routing.VehicleVar(delivery))
            solver.Add(routing.ActiveVar(pickup) == routing.ActiveVar(delivery))
            stops = routing.GetDimensionOrDie("stops")
            solver.Add(stops.CumulVar(pickup) <= stops.CumulVar(delivery))

    def _add_goods(self, arrays: dict[str, NDArray[np.int64]]) -> None:
        """Keep goods apart that must not share a vehicle."""
        parted = arrays["apart"]
        if not parted.any():
            return
        for index, order in zip(self._index, self.orders, strict=True):
            self._routing.SetVisitType(index, int(arrays["goods"][order]),
                                       pywrapcp.RoutingModel.TYPE_ADDED_TO_VEHICLE)
        for one, other in np.argwhere(parted).tolist():
            if one <= other:
                self._routing.AddHardTypeIncompatibility(one, other)

    def _add_lines(self, arrays: dict[str, NDArray[np.int64]]) -> None:
        """Keep what is served of a fixed line on one vehicle, in its sequence, and near the way of the whole line.

        Where not all of it is served, the way may be shorter still: that is for pricing to see.
        """
        routing, solver, pricing = self._routing, self._routing.solver(), Pricing(arrays)
        index = dict(zip(self.orders, self._index, strict=True))
        of_line: dict[int, list[int]] = {}
        for order in sorted(self.orders, key=pricing.step.__getitem__):
            of_line.setdefault(pricing.line[order], []).append(order)
        for number in sorted(of_line.keys() - {-1}):
            nodes = [index[order] for order in of_line[number]]
            stops = routing.GetDimensionOrDie("stops")
            home = solver.IntVar(-1, len(self.vehicles) - 1, f"line {number}")
            for node in nodes:
                solver.Add((routing.VehicleVar(node) - home) * routing.ActiveVar(node) == 0)
            for before, after in itertools.pairwise(nodes):
                solver.Add(stops.CumulVar(before) <= stops.CumulVar(after))
            for vehicle, kind in enumerate(self.vehicles if pricing.bend[number] >= 0 else ()):
                most = pricing.bent_m(kind, number, of_line[number])
                beyond = int(arrays["farthest"][kind]) - most
                if beyond > 0:
                    driven = routing.GetDimensionOrDie("distance").CumulVar(routing.End(vehicle))
                    solver.Add(driven + beyond * solver.IsEqualCstVar(home, vehicle) <= most + beyond)

    def _add_choices(self, arrays: dict[str, NDArray[np.int64]]) -> None:
        """Add which vehicles may serve an order (-1: none), and what it costs to leave it out."""
        for index, order in zip(self._index, self.orders, strict=True):
            able = [vehicle for vehicle, kind in enumerate(self.vehicles) if arrays["able"][kind, order]]
            if len(able) < len(self.vehicles):
                self._routing.VehicleVar(index).SetValues([-1, *able])
            self._routing.AddDisjunction([index], int(arrays["penalty"][order]))

    def _closed(self, milliseconds: int | None) -> Any:  # noqa: ANN401 (a protocol buffer)
        parameters = pywrapcp.DefaultRoutingSearchParameters()
        parameters.first_solution_strategy = _FIRST
        parameters.local_search_metaheuristic = _DESCENT
        parameters.local_search_operators.use_relocate_and_make_active = optional_boolean_pb2.BOOL_TRUE
        parameters.lns_time_limit.seconds = _LONGEST_CHECK_S
        if milliseconds is not None:
            parameters.time_limit.FromMilliseconds(milliseconds)
        self._routing.CloseModelWithParameters(parameters)
        return parameters

    def _read(self, solution: Any) -> Routes | None:  # noqa: ANN401 (from a library without types)
        if solution is None:
            return None
        routes: Routes = []
        for vehicle in range(len(self.vehicles)):
            index, route = solution.Value(self._routing.NextVar(self._routing.Start(vehicle))), []
            while not self._routing.IsEnd(index):
                route.append(self._order_at[index])
                index = solution.Value(self._routing.NextVar(index))
            routes.append(route)
        return routes
