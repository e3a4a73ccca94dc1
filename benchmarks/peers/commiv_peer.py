"""commiv: plain CVRP and VRPTW. It cools by counted iterations, so a probe finds how many fit into the time."""

import time

import commiv
import numpy as np

from peers.common import loads_of, not_plain, sequences_of, unknown_rules
from routing.model import ALWAYS

PACKAGE = "commiv"
PROBE, WARM = 20_000, 1_000


def refuses(problem):
    timed = any(order.window != ALWAYS for order in problem.orders)
    return unknown_rules(problem, {"capacity", "time_window", "shift"}) or not_plain(problem, timed=timed)


def solve(problem, seconds, seed):
    begun = time.perf_counter()
    loads, capacity = loads_of(problem)
    loads, distances = [0, *loads], np.ascontiguousarray(problem.matrices[0].distance_m)
    if problem.matrices[0].duration_s.any():
        stops = (problem.depots[0].hours, *(order.window for order in problem.orders))
        windows = [stop.begin_s for stop in stops], [stop.end_s for stop in stops]
        service = [0, *(order.service_s for order in problem.orders)]

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
