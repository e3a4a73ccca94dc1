"""Sequences of visits by what they cost and whether they load; each is looked at once, and those that load are kept."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routing.assemble import schedule
from routing.backhauls import in_turn
from routing.loading.exact import Answer
from routing.loading.packing import Packing, pack
from routing.request import LOAD_TOLERANCE, carried
from routing.timing import DISTANCE_TOLERANCE_M

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routing.model import LoadingRules, Order, Problem, VehicleType
    from routing.route import Route

EFFORT, EXACTLY, FULLEST = 0.3, 16, 0.85
"""Of `pack`, for each sequence: work, most pieces that are decided exactly, and the fill of several stops above
which none is tried: the fullest of the 134 published routes fills 80 %."""


UNDECIDED = Answer.UNDECIDED.value


class Tour(NamedTuple):
    """What one vehicle visits.

    Parameters
    ----------
    kind : int
        Row of its type in the fleet.
    orders : tuple of str
        Ids, in order.
    """

    kind: int
    orders: tuple[str, ...]


class Tours:
    """Costs and loads of tours, remembered; may be asked from several threads.

    Parameters
    ----------
    problem : Problem
        Whose orders and vehicles they are.
    rules : LoadingRules
        What loads obey.
    seed : int
        Of the search for loads.
    """

    def __init__(self, problem: Problem, rules: LoadingRules, seed: int) -> None:
        self.problem, self.rules, self.seed = problem, rules, seed
        self.pool: dict[tuple[int, frozenset[str]], tuple[float, Tour]] = {}
        self._nouns = {order.id: order for order in problem.orders}
        self._costs: dict[Tour, float | None] = {}
        self._roomy: dict[tuple[int, frozenset[str]], bool] = {}
        self._delivers = not problem.shipments and all(order.kind != "pickup" for order in problem.orders)
        self._packings: dict[tuple[int, tuple[str, ...]], tuple[Packing, bool]] = {}
        self._volumes_m3 = [kind.space.volume_m3 if kind.space else np.inf for kind in problem.fleet]
        self._limits = [np.array([kind.capacities.get(name, np.inf) for name in problem.dimensions])
                        * (1 + LOAD_TOLERANCE) for kind in problem.fleet]
        spaces = [(kind.space, kind.payload_kg) for kind in problem.fleet]
        self._alike = [spaces.index(space) for space in spaces]
        self._lock = threading.Lock()

    def nouns(self, tour: Tour) -> list[Order]:
        """Return the orders of a tour."""
        return [self._nouns[order] for order in tour.orders]

    def has_room(self, tour: Tour) -> bool:
        """Return whether there is capacity for the orders of a tour, and it is worth looking for their places.

        Always true where goods are picked up on the way: what is aboard then hangs on the sequence.
        """
        key = (tour.kind, frozenset(tour.orders))
        if key not in self._roomy:
            self._roomy[key] = not self._delivers or not (self._too_heavy(tour) or self._too_full(tour))
        return self._roomy[key]

    def cost(self, tour: Tour) -> float | None:
        """Return what a tour costs; None if it breaks a rule other than that it must load."""
        if tour not in self._costs:
            route = self._route(tour)
            self._costs[tour] = None if route is None else route.cost
        return self._costs[tour]

    def packing(self, tour: Tour, *, exactly: bool = True) -> Packing:
        """Return what is known of the load of a tour, by quick search or exactly; remembered for types alike."""
        key = (self._alike[tour.kind], tour.orders)
        known = self._packings.get(key)
        if known is None or (exactly and known[1] and known[0].answer == UNDECIDED):
            nouns, vehicle = self.nouns(tour), self.problem.fleet[tour.kind]
            known = pack(nouns, vehicle, rules=self.rules, shipments=self.problem.shipments, effort=EFFORT,
                         seed=self.seed, explain=False, exactly=EXACTLY if exactly else 0), not exactly
            self._packings[key] = known
        return known[0]

    def loads(self, tour: Tour, *, exactly: bool = False) -> bool:
        """Return whether a tour certainly loads; one that does is kept in the pool, the cheapest for its orders."""
        if not self.has_room(tour) or not self.packing(tour, exactly=exactly).fits:
            return False
        cost, key = self.cost(tour), (tour.kind, frozenset(tour.orders))
        if cost is not None:
            with self._lock:
                if key not in self.pool or cost < self.pool[key][0]:
                    self.pool[key] = (cost, tour)
        return True

    def _route(self, tour: Tour) -> Route | None:
        vehicle, orders = self.problem.fleet[tour.kind], self.nouns(tour)
        if not in_turn(self.problem, vehicle, tour.orders):
            return None
        if not _may_serve(vehicle, orders) or self._too_heavy(tour):
            return None
        if any(shipment.pickup not in tour.orders[:i] for i, order in enumerate(tour.orders)
               if (shipment := self.problem.shipment_of.get(order)) and order == shipment.delivery):
            return None
        route = schedule(self.problem, vehicle.id, tour.orders)
        return None if route is None or route.distance_m > vehicle.max_distance_m + DISTANCE_TOLERANCE_M else route

    def _too_heavy(self, tour: Tour) -> bool:
        """Return whether the vehicle carries more than it may of anything."""
        return bool((carried(self.problem, self.nouns(tour)) > self._limits[tour.kind]).any())

    def _too_full(self, tour: Tour) -> bool:
        """Return whether it is not worth looking: several stops' deliveries leave room."""
        volume_m3 = sum(unit.volume_m3 for order in self.nouns(tour) for unit in order.units)
        return len(tour.orders) > 1 and volume_m3 > FULLEST * self._volumes_m3[tour.kind]


def _may_serve(vehicle: VehicleType, orders: Sequence[Order]) -> bool:
    few = vehicle.max_stops is None or len(orders) <= vehicle.max_stops
    return few and all(order.skills <= vehicle.skills and vehicle.may_serve(order) for order in orders)
