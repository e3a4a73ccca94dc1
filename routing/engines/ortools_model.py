"""An OR-Tools model of some orders and some vehicles of an encoded problem. Runs in the worker process only.

Whole numbers all the way: matrices and vectors are registered as such, no Python function prices an arc. Costs of time
are costs of arcs, so that insertion and local search see them; only waiting is left to the time dimension.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from ortools.util import optional_boolean_pb2

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIRST = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
_DESCENT = routing_enums_pb2.LocalSearchMetaheuristic.GREEDY_DESCENT

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
        depots = sorted({int(arrays["depot"][kind]) for kind in vehicles})
        all_depots = arrays["time"].shape[1] - arrays["window"].shape[0]
        nodes = np.array([*depots, *(all_depots + order for order in orders)], dtype=np.int64)
        ends = [depots.index(int(arrays["depot"][kind])) for kind in vehicles]
        manager = pywrapcp.RoutingIndexManager(len(nodes), len(vehicles), ends, ends)
        self._routing = pywrapcp.RoutingModel(manager)
        self._index = [manager.NodeToIndex(len(depots) + i) for i in range(len(self.orders))]
        self._order_at = dict(zip(self._index, self.orders, strict=True))
        self._add_costs(arrays, nodes)
        self._add_times(arrays, nodes)
        self._add_loads(arrays, len(depots))
        self._add_choices(arrays)

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
        index = dict(zip(self.orders, self._index, strict=True))
        start = self._routing.ReadAssignmentFromRoutes([[index[order] for order in route] for route in routes], True)
        if start is None:
            return None
        return self._read(self._routing.SolveFromAssignmentWithParameters(start, parameters))

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
            time.SetSlackCostCoefficientForVehicle(int(arrays["wait"][kind]), vehicle)
        for index, order in zip(self._index, self.orders, strict=True):
            time.CumulVar(index).SetRange(*arrays["window"][order].tolist())

    def _add_loads(self, arrays: dict[str, NDArray[np.int64]], depots: int) -> None:
        for r, (load, capacity) in enumerate(zip(arrays["load"], arrays["capacity"], strict=True)):
            at_node = self._routing.RegisterUnaryTransitVector([0] * depots + load[self.orders].tolist())
            self._routing.AddDimensionWithVehicleCapacity(
                at_node, 0, [int(capacity[kind]) for kind in self.vehicles], True, f"load {r}")

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
