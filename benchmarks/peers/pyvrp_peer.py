"""PyVRP at its defaults, one profile for each set of orders that a vehicle type may serve.

Its numbers are whole, and its penalties are held within bounds: costs are multiplied by no more than they need, and
loads so that the penalty of a unit too much lies well within them.
"""

import math
import time
from typing import NamedTuple

import numpy as np
import pyvrp

from peers.common import unknown_rules

PACKAGE = "pyvrp"
NO_ROAD = 1 << 30
COST_SCALES, LOAD_SCALES = [10**i for i in range(8)], [10**i for i in range(7)]
TOLERANCE, USUAL_PENALTY = 1e-3, 100
"""By so much of itself a rate may differ from a whole number; what a plan costs is not taken from here."""


class Scales(NamedTuple):
    """By what costs, and loads in each dimension, are multiplied."""

    cost: int
    loads: dict

    @classmethod
    def of(cls, problem):
        tariffs = [kind.tariff for kind in problem.fleet]
        rates = [rate for tariff in tariffs for rate in (tariff.fixed, tariff.per_km / 1000, tariff.per_hour / 3600)]
        rates += [order.penalty for order in problem.orders if order.penalty is not None]
        cost, travel = least_scale(rates, COST_SCALES), problem.matrices[0]
        metres, seconds = (numbers[travel.reachable].mean() for numbers in (travel.distance_m, travel.duration_s))
        arc = cost * (tariffs[0].cost(metres, seconds) - tariffs[0].fixed)
        return cls(cost, {name: load_scale(problem, name, arc) for name in problem.dimensions})

    def of_loads(self, amounts):
        """Return what an order loads as whole numbers, rounded up."""
        return [math.ceil(amounts.get(name, 0) * scale - 1e-6) for name, scale in self.loads.items()]

    def of_room(self, amounts):
        """Return what a vehicle carries as whole numbers, rounded down."""
        return [math.floor(min(amounts.get(name, math.inf), 1e9) * scale + 1e-6) for name, scale in self.loads.items()]


def least_scale(amounts, scales):
    """Return the least scale that makes all amounts whole numbers within the tolerance; the last if none does."""
    return next((scale for scale in scales
                 if all(abs(amount * scale - round(amount * scale)) <= TOLERANCE * amount * scale
                        for amount in amounts)), scales[-1])


def load_scale(problem, name, arc_cost):
    amounts = [order.load[name] for order in problem.orders if name in order.load]
    needed = least_scale(amounts, LOAD_SCALES[:4])
    mean = sum(amounts) / len(amounts)
    return next((scale for scale in LOAD_SCALES if scale >= needed and arc_cost / (mean * scale) <= USUAL_PENALTY),
                LOAD_SCALES[-1])


def refuses(problem):
    return unknown_rules(problem, {"capacity", "time_window", "shift", "skills", "vehicle_type", "pickup", "shipment",
                                   "max_distance", "end_depot"})


def solve(problem, seconds, seed):
    begun, scales = time.perf_counter(), Scales.of(problem)
    distances, durations, kinds = [], [], []
    for kind in problem.fleet:
        travel = travel_of(problem, kind)
        distances.append(travel[0])
        durations.append(travel[1])
        kinds.append(vehicle_of(problem, kind, len(kinds), scales))
    orders = {order.id: order for order in problem.orders}
    tied = {order for shipment in problem.shipments for order in shipment.orders}
    clients = [order for order in problem.orders if order.id not in tied]
    places = [pyvrp.Location(0, 0) for _ in range(len(problem.depots) + len(problem.orders))]
    depots = [pyvrp.Depot(i) for i in range(len(problem.depots))]
    data = pyvrp.ProblemData(places, [client_of(problem, order, scales) for order in clients], depots, kinds, distances,
                             durations, [], [shipment_of(problem, orders, both, scales) for both in problem.shipments])
    stop = pyvrp.stop.MaxRuntime(max(0.1, seconds - (time.perf_counter() - begun)))
    found = pyvrp.solve(data, stop, seed=seed, collect_stats=False, display=False).best
    routes = found.routes() if found.is_feasible() else []
    return [(problem.fleet[route.vehicle_type()].id, list(visits_of(problem, clients, route))) for route in routes]


def visits_of(problem, clients, route):
    """Yield the ids of the orders that a route visits."""
    for visit in route:
        if visit.is_client():
            yield clients[visit.idx].id
        elif visit.is_pickup() or visit.is_delivery():
            shipment = problem.shipments[visit.idx]
            yield shipment.pickup if visit.is_pickup() else shipment.delivery


def client_of(problem, order, scales):
    load = {"pickup" if order.kind == "pickup" else "delivery": scales.of_loads(order.load)}
    return pyvrp.Client(problem.order_row[order.id], **load, service_duration=order.service_s,
                        tw_early=order.window.begin_s, tw_late=order.window.end_s, **optional(order.penalty, scales))


def shipment_of(problem, orders, shipment, scales):
    ends = {"pickup": orders[shipment.pickup], "delivery": orders[shipment.delivery]}
    sides = {f"{end}_{name}": value for end, order in ends.items() for name, value in (
        ("location", problem.order_row[order.id]), ("tw_early", order.window.begin_s),
        ("tw_late", order.window.end_s), ("service_duration", order.service_s))}
    penalties = [order.penalty for order in ends.values() if order.penalty is not None]
    return pyvrp.Shipment(**sides, amount=scales.of_loads(ends["pickup"].load),
                          **optional(sum(penalties) if penalties else None, scales))


def optional(penalty, scales):
    return {} if penalty is None else {"prize": round(penalty * scales.cost), "required": False}


def vehicle_of(problem, kind, profile, scales):
    hours, home = problem.depot_of(kind).hours, problem.depot_row[problem.depot_of(kind).id]
    room, away = scales.of_room(kind.capacities), problem.depot_row.get(kind.end_depot, home)
    limits = {name: int(limit) for name, limit in (("shift_duration", kind.max_duration_s),
                                                   ("max_distance", kind.max_distance_m)) if math.isfinite(limit)}
    return pyvrp.VehicleType(
        min(kind.count, len(problem.orders)), capacity=room, start_depot=home, end_depot=away,
        fixed_cost=round(kind.tariff.fixed * scales.cost), profile=profile,
        unit_distance_cost=round(kind.tariff.per_km * scales.cost / 1000),
        unit_duration_cost=round(kind.tariff.per_hour * scales.cost / 3600),
        tw_early=max(hours.begin_s, kind.shift.begin_s), tw_late=min(hours.end_s, kind.shift.end_s), **limits)


def travel_of(problem, kind):
    """Return distances and durations, closed where there is no road or the order asks for what the vehicle cannot."""
    travel = problem.matrix(kind.profile)
    barred = np.array([False] * len(problem.depots) + [not may_serve(kind, order) for order in problem.orders])
    closed = (~travel.reachable | barred | barred[:, None]) & ~np.eye(len(barred), dtype=bool)
    return [np.where(closed, NO_ROAD, numbers) for numbers in (travel.distance_m, travel.duration_s)]


def may_serve(kind, order):
    return order.skills <= kind.skills and (not order.vehicle_types or kind.id in order.vehicle_types)
