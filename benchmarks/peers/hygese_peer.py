"""HGS-CVRP by its Python binding: plain CVRP with symmetric distances."""

import hygese
import numpy as np

from peers.common import loads_of, not_plain, sequences_of, unknown_rules

PACKAGE = "hygese"
WITHOUT_END = 10**8


def refuses(problem):
    distances = problem.matrices[0].distance_m
    return (unknown_rules(problem, {"capacity"}) or not_plain(problem, timed=False)
            or ("needs symmetric distances" if (distances != distances.T).any() else ""))


def solve(problem, seconds, seed):
    loads, capacity = loads_of(problem)
    parameters = hygese.AlgorithmParameters(timeLimit=float(seconds), nbIter=WITHOUT_END, seed=seed)
    data = {"demands": [0, *loads], "vehicle_capacity": capacity,
            "distance_matrix": problem.matrices[0].distance_m.astype(np.float64)}
    found = hygese.Solver(parameters=parameters, verbose=False).solve_cvrp(data)
    return sequences_of(problem, found.routes)
