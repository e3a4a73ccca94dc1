"""PyVRP at its defaults, one profile for each set of orders that a vehicle type may serve."""

import math
import time

import numpy as np
import pyvrp

from peers.common import unknown_rules

PACKAGE = "pyvrp"
COST_UNIT = 360_000  # per unit of currency, so that costs by km and by hour are whole numbers a metre and a second
LOAD_UNIT = 1_000
NO_ROAD = 1 << 30


def refuses(problem):
    return unknown_rules(problem, {"capacity", "time_window", "shift", "skills", "vehicle_type", "pickup", "shipment",
                                   "max_distance", "end_depot"})


def solve(problem, seconds, seed):
    begun = time.perf_counter()
    distances, durations, kinds = [], [], []
    for kind in problem.fleet:
        travel = travel_of(problem, kind)
        distances.append(travel[0])
        durations.append(travel[1])
        kinds.append(vehicle_of(problem, kind, len(kinds)))
    orders = {order.id: order for order in problem.orders}
    tied = {order for shipment in problem.shipments for order in shipment.orders}
    clients = [order for order in problem.orders if order.id not in tied]
    places = [pyvrp.Location(0, 0) for _ in range(len(problem.depots) + len(problem.orders))]
    depots = [pyvrp.Depot(i) for i in range(len(problem.depots))]
    data = pyvrp.ProblemData(places, [client_of(problem, order) for order in clients], depots, kinds, distances,
                             durations, [], [shipment_of(problem, orders, both) for both in problem.shipments])
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


def client_of(problem, order):
    load = {"pickup" if order.kind == "pickup" else "delivery": loads_of(problem, order.load)}
    return pyvrp.Client(problem.order_row[order.id], **load, service_duration=order.service_s,
                        tw_early=order.window.begin_s, tw_late=order.window.end_s, **optional(order.penalty))


def shipment_of(problem, orders, shipment):
    ends = {"pickup": orders[shipment.pickup], "delivery": orders[shipment.delivery]}
    sides = {f"{end}_{name}": value for end, order in ends.items() for name, value in (
        ("location", problem.order_row[order.id]), ("tw_early", order.window.begin_s),
        ("tw_late", order.window.end_s), ("service_duration", order.service_s))}
    penalties = [order.penalty for order in ends.values() if order.penalty is not None]
    return pyvrp.Shipment(**sides, amount=loads_of(problem, ends["pickup"].load),
                          **optional(sum(penalties) if penalties else None))


def optional(penalty):
    return {} if penalty is None else {"prize": round(penalty * COST_UNIT), "required": False}


def vehicle_of(problem, kind, profile):
    hours, home = problem.depot_of(kind).hours, problem.depot_row[problem.depot_of(kind).id]
    room, away = loads_of(problem, kind.capacities, math.inf), problem.depot_row.get(kind.end_depot, home)
    limits = {name: int(limit) for name, limit in (("shift_duration", kind.max_duration_s),
                                                   ("max_distance", kind.max_distance_m)) if math.isfinite(limit)}
    return pyvrp.VehicleType(
        min(kind.count, len(problem.orders)), capacity=room, start_depot=home, end_depot=away,
        fixed_cost=round(kind.tariff.fixed * COST_UNIT), profile=profile,
        unit_distance_cost=round(kind.tariff.per_km * COST_UNIT / 1000),
        unit_duration_cost=round(kind.tariff.per_hour * COST_UNIT / 3600),
        tw_early=max(hours.begin_s, kind.shift.begin_s), tw_late=min(hours.end_s, kind.shift.end_s), **limits)


def travel_of(problem, kind):
    """Return distances and durations, closed where there is no road or the order asks for what the vehicle cannot."""
    travel = problem.matrix(kind.profile)
    barred = np.array([False] * len(problem.depots) + [not may_serve(kind, order) for order in problem.orders])
    closed = (~travel.reachable | barred | barred[:, None]) & ~np.eye(len(barred), dtype=bool)
    return [np.where(closed, NO_ROAD, numbers) for numbers in (travel.distance_m, travel.duration_s)]


def may_serve(kind, order):
    return order.skills <= kind.skills and (not order.vehicle_types or kind.id in order.vehicle_types)


def loads_of(problem, amounts, missing=0.0):
    """Return amounts in each dimension of the problem as whole numbers."""
    return [round(min(amounts.get(name, missing), 1e9) * LOAD_UNIT) for name in problem.dimensions]
