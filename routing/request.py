"""Requests: what a vehicle takes on as a whole, an order or the two of a shipment, many of them in arrays.

Places visited in a row count as one segment. Distances are metres, durations and clock times seconds.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from routing.model import UNREACHABLE, Order, Problem, VehicleType
from routing.timing import route_rows, working_hours

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOAD_TOLERANCE = 1e-9
"""A load may exceed a limit by one part in 10^9: sums of decimal fractions are not exact."""

NOWHERE = -1
"""Stands for a place that a route which does not return ends at: no time and no way from anywhere."""


class Segment(NamedTuple):
    """Places visited in a row, as one: shortest duration, the starts that reach it, and the lateness that is left.

    Vidal, Crainic, Gendreau and Prins (2013), "A hybrid genetic algorithm with adaptive diversity management for a
    large class of vehicle routing problems with time-windows", Computers & Operations Research 40(1), 475-489.
    """

    duration_s: Any
    earliest_s: Any
    latest_s: Any
    late_s: Any


def join(one: Segment, leg_s: Any, two: Segment) -> Segment:  # noqa: ANN401 (numbers or arrays)
    """Return two segments with a drive between them as one."""
    gap_s = one.duration_s - one.late_s + leg_s
    wait_s = np.maximum(two.earliest_s - gap_s - one.latest_s, 0)
    late_s = np.maximum(one.earliest_s + gap_s - two.latest_s, 0)
    return Segment(
        one.duration_s + two.duration_s + leg_s + wait_s,
        np.maximum(two.earliest_s - gap_s, one.earliest_s) - wait_s,
        np.minimum(two.latest_s - gap_s, one.latest_s) + late_s,
        one.late_s + two.late_s + late_s,
    )


def column(segments: Sequence[Segment]) -> Segment:
    """Return several segments as one of arrays, shape (segments,)."""
    return Segment(*np.array(segments, dtype=np.int64).reshape(len(segments), 4).T)


def visit(order: Order, vehicle: VehicleType) -> Segment:
    """Return the visit of one order."""
    return Segment(order.service_with(vehicle.id), order.window.begin_s, order.window.end_s, 0)


def ends(problem: Problem, vehicle: VehicleType) -> tuple[int, int, Segment]:
    """Return the rows where a vehicle type starts and ends (`NOWHERE` if it does not return), and when it works."""
    end = problem.end_of(vehicle)
    start_row = problem.depot_row[problem.depot_of(vehicle).id]
    return (start_row, NOWHERE if end is None else problem.depot_row[end.id],
            Segment(0, *working_hours(problem, vehicle), 0))


def stops_of(problem: Problem, vehicle: VehicleType, orders: Sequence[str]) -> list[int]:
    """Return the rows of a route from depot to end; the last is `NOWHERE` if the type does not return."""
    return route_rows(problem, vehicle, orders) + [NOWHERE] * (not vehicle.returns)


def way(cells: NDArray[np.int64], origin: Any, destination: Any) -> Any:  # noqa: ANN401 (numbers or arrays)
    """Return cells of a matrix, zero on the way to `NOWHERE`."""
    return np.where(np.asarray(destination) == NOWHERE, 0, cells[origin, destination])


@dataclass(frozen=True, eq=False)
class Requests:
    """Orders and shipments that a vehicle serves as a whole or not at all.

    Parameters
    ----------
    problem : Problem
        Holds them.
    orders : tuple of tuple of str
        Ids of the one order, or of pickup and delivery, of each of the n requests.
    """

    problem: Problem
    orders: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, problem: Problem, orders: Iterable[str]) -> Requests:
        """Return the requests that orders belong to, in the order of the problem."""
        asked = set(orders)
        found: dict[tuple[str, ...], None] = {}
        for order in problem.orders:
            if order.id in asked:
                shipment = problem.shipment_of.get(order.id)
                found[(order.id,) if shipment is None else shipment.orders] = None
        return cls(problem, tuple(found))

    def __len__(self) -> int:
        return len(self.orders)

    def part(self, columns: Sequence[int]) -> Requests:
        """Return some of the requests."""
        return Requests(self.problem, tuple(self.orders[i] for i in columns))

    def nouns(self, i: int) -> tuple[Order, ...]:
        """Return the orders of one request, in the order they are visited."""
        problem = self.problem
        return tuple(problem.orders[problem.order_row[order] - len(problem.depots)] for order in self.orders[i])

    def penalty(self, i: int) -> float | None:
        """Return what leaving out one request costs; None if it must be served."""
        penalties = [order.penalty for order in self.nouns(i)]
        return None if None in penalties else math.fsum(penalty for penalty in penalties if penalty is not None)

    @property
    def first(self) -> NDArray[np.int64]:
        """Matrix rows where each begins, shape (n,)."""
        return np.array([self.problem.order_row[orders[0]] for orders in self.orders], dtype=np.int64)

    @property
    def last(self) -> NDArray[np.int64]:
        """Matrix rows where each ends, shape (n,)."""
        return np.array([self.problem.order_row[orders[-1]] for orders in self.orders], dtype=np.int64)

    @property
    def stops(self) -> NDArray[np.int64]:
        """How many visits each takes, shape (n,)."""
        return np.array([len(orders) for orders in self.orders], dtype=np.int64)

    @property
    def loads(self) -> NDArray[np.float64]:
        """What each loads in each of `problem.dimensions`, shape (n, dimensions)."""
        return load_table(self.problem, [self.nouns(i)[0] for i in range(len(self))])

    @property
    def aboard(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether its goods are aboard from the start, and whether to the end, shape (n,) each."""
        single = self.stops == 1
        kinds = np.array([self.nouns(i)[0].kind == "delivery" for i in range(len(self))], dtype=bool)
        return single & kinds, single & ~kinds

    def segments(self, vehicle: VehicleType) -> tuple[Segment, NDArray[np.int64], NDArray[np.bool_]]:
        """Return each as a segment, the metres driven within it, and whether a road leads through it.

        Parameters
        ----------
        vehicle : VehicleType
            Serves it.

        Returns
        -------
        tuple of Segment, ndarray of int and ndarray of bool
            Arrays of shape (n,).
        """
        travel, first, last = self.problem.matrix(vehicle.profile), self.first, self.last
        one, two = (column([visit(self.nouns(i)[end], vehicle) for i in range(len(self))]) for end in (0, -1))
        leg_s, pair = travel.duration_s[first, last], self.stops == 2
        both = join(one, np.maximum(leg_s, 0), two)
        return (Segment(*(np.where(pair, whole, part) for whole, part in zip(both, one, strict=True))),
                travel.distance_m[first, last] * pair, ~pair | (leg_s != UNREACHABLE))


def load_table(problem: Problem, orders: Sequence[Order]) -> NDArray[np.float64]:
    """Return what orders load in each of `problem.dimensions`.

    Parameters
    ----------
    problem : Problem
        Names the dimensions.
    orders : sequence of Order
        Any, n of them.

    Returns
    -------
    ndarray of float, shape (n, dimensions)
        Zero where an order does not use a dimension.
    """
    loads = (order.load for order in orders)
    table = [[load.get(dimension, 0.0) for dimension in problem.dimensions] for load in loads]
    return np.array(table, dtype=np.float64).reshape(len(orders), len(problem.dimensions))


def carried(problem: Problem, orders: Sequence[Order]) -> NDArray[np.float64]:
    """Return what a vehicle carries on each leg of a route.

    Parameters
    ----------
    problem : Problem
        Names the dimensions and says which orders are shipments.
    orders : sequence of Order
        Visited in this order.

    Returns
    -------
    ndarray of float, shape (orders + 1, dimensions)
        From the first leg on; a delivery whose pickup is not visited before it carries nothing.
    """
    loads, seen = load_table(problem, orders), set()
    carried_at = np.zeros((len(orders) + 1, len(problem.dimensions)))
    for i, order in enumerate(orders):
        seen.add(order.id)
        shipment = problem.shipment_of.get(order.id)
        if order.kind == "pickup":
            carried_at[i + 1] += loads[i]
        elif shipment is None:
            carried_at[0] += loads[i]
            carried_at[i + 1] -= loads[i]
        elif shipment.pickup in seen:
            carried_at[i + 1] -= loads[i]
    return carried_at.cumsum(axis=0)


def legs_of(cells: NDArray[np.int64], stops: Sequence[int]) -> list[int]:
    """Return the cells of a matrix from stop to stop."""
    return [int(way(cells, i, j)) for i, j in itertools.pairwise(stops)]
