"""commiv: plain CVRP, VRPTW and shipments.

CVRP and VRPTW cool by counted iterations, so a probe finds how many fit into the time. Shipments go by the
clock of the wall, which commiv asks the system itself, so a probe finds how much of it the time is worth.
"""

import time

import commiv
import numpy as np

from peers.common import loads_of, not_plain, sequences_of, unknown_rules
from routing.model import ALWAYS

PACKAGE = "commiv"
PROBE, WARM, PROBE_S = 20_000, 1_000, 1.0


def refuses(problem):
    timed = any(order.window != ALWAYS for order in problem.orders)
    paired = bool(problem.shipments)
    known = {"capacity", "time_window", "shift", *(("shipment", "pickup") if paired else ())}
    if paired and 2 * len(problem.shipments) < len(problem.orders):
        return "shipments only, or none"
    return unknown_rules(problem, known) or not_plain(problem, timed=timed, fleet_first=paired)


def solve(problem, seconds, seed):
    begun = time.perf_counter()
    loads, capacity = loads_of(problem)
    loads, distances = [0, *loads], np.ascontiguousarray(problem.matrices[0].distance_m)
    if problem.shipments:
        return shipped(problem, distances, loads, capacity, seconds, seed)
    if problem.matrices[0].duration_s.any():
        windows, service = times_of(problem)

        def search(iterations):
            return commiv.solve_vrptw(distances, loads, capacity, *windows, service, seed=seed, iters=iterations)
    else:
        def search(iterations):
            return commiv.solve_cvrp(distances, loads, capacity, seed=seed, iters=iterations)

    search(WARM)
    probed = time.perf_counter()
    search(PROBE)
    now = time.perf_counter()
    iterations = int(0.97 * (seconds - (now - begun)) / (now - probed) * PROBE)
    return sequences_of(problem, search(max(WARM, iterations)).routes)


def shipped(problem, distances, loads, capacity, seconds, seed):
    """Return sequences with the fewest vehicles, then the least distance; vehicles come first in such problems."""
    rows = problem.order_row
    pickups, deliveries = ([rows[order] for order in ends] for ends in
                           zip(*(shipment.orders for shipment in problem.shipments), strict=True))
    windows, service = times_of(problem)

    def search(wall_s):
        return commiv.solve_pdptw(distances, pickups, deliveries, [loads[row] for row in pickups], capacity, *windows,
                                  service, seed=seed, fleet_min=True, wall_ms=int(1000 * wall_s))

    begun = time.perf_counter()
    search(PROBE_S)
    worth = max(0.01, time.perf_counter() - begun) / PROBE_S
    return sequences_of(problem, search((seconds - worth * PROBE_S) / worth).routes)


def times_of(problem):
    """Return begin and end of all windows, and service times, the depot first."""
    stops = (problem.depots[0].hours, *(order.window for order in problem.orders))
    windows = [stop.begin_s for stop in stops], [stop.end_s for stop in stops]
    return windows, [0, *(order.service_s for order in problem.orders)]
