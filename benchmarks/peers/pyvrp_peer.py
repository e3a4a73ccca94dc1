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
    return unknown_rules(problem, {"capacity", "time_window", "shift", "skills"})


def solve(problem, seconds, seed):
    begun = time.perf_counter()
    distances, durations, kinds = [], [], []
    for kind in problem.fleet:
        travel = travel_of(problem, kind)
        distances.append(travel[0])
        durations.append(travel[1])
        kinds.append(vehicle_of(problem, kind, len(kinds)))
    clients = [client_of(problem, order) for order in problem.orders]
    places = [pyvrp.Location(0, 0) for _ in range(len(problem.depots) + len(clients))]
    depots = [pyvrp.Depot(i) for i in range(len(problem.depots))]
    data = pyvrp.ProblemData(places, clients, depots, kinds, distances, durations)
    stop = pyvrp.stop.MaxRuntime(max(0.1, seconds - (time.perf_counter() - begun)))
    found = pyvrp.solve(data, stop, seed=seed, collect_stats=False, display=False).best
    routes = found.routes() if found.is_feasible() else []
    return [(problem.fleet[route.vehicle_type()].id,
             [problem.orders[visit.idx].id for visit in route if visit.is_client()]) for route in routes]


def client_of(problem, order):
    optional = {} if order.penalty is None else {"prize": round(order.penalty * COST_UNIT), "required": False}
    return pyvrp.Client(problem.order_row[order.id], delivery=loads_of(problem, order.load),
                        service_duration=order.service_s, tw_early=order.window.begin_s,
                        tw_late=order.window.end_s, **optional)


def vehicle_of(problem, kind, profile):
    hours, home = problem.depot_of(kind).hours, problem.depot_row[problem.depot_of(kind).id]
    longest = {} if math.isinf(kind.max_duration_s) else {"shift_duration": int(kind.max_duration_s)}
    return pyvrp.VehicleType(
        min(kind.count, len(problem.orders)), capacity=loads_of(problem, kind.capacities, math.inf), start_depot=home,
        end_depot=home, fixed_cost=round(kind.tariff.fixed * COST_UNIT), profile=profile,
        unit_distance_cost=round(kind.tariff.per_km * COST_UNIT / 1000),
        unit_duration_cost=round(kind.tariff.per_hour * COST_UNIT / 3600),
        tw_early=max(hours.begin_s, kind.shift.begin_s), tw_late=min(hours.end_s, kind.shift.end_s), **longest)


def travel_of(problem, kind):
    """Return distances and durations, closed where there is no road or the order asks for what the vehicle cannot."""
    travel = problem.matrix(kind.profile)
    barred = np.array([False] * len(problem.depots) + [not order.skills <= kind.skills for order in problem.orders])
    closed = (~travel.reachable | barred | barred[:, None]) & ~np.eye(len(barred), dtype=bool)
    return [np.where(closed, NO_ROAD, numbers) for numbers in (travel.distance_m, travel.duration_s)]


def loads_of(problem, amounts, missing=0.0):
    """Return amounts in each dimension of the problem as whole numbers."""
    return [round(min(amounts.get(name, missing), 1e9) * LOAD_UNIT) for name in problem.dimensions]
