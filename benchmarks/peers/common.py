"""What the adapters share: plain problems as arrays, and what makes a problem more than plain."""

import math

from routing.engines import needed_rules
from routing.model import ALWAYS

ALWAYS_THERE = {"coverage", "fleet", "travel_time", "cost"}


def unknown_rules(problem, known):
    """Return the rules of a problem that a peer does not know, as a sentence, empty if there are none."""
    missing = needed_rules(problem) - ALWAYS_THERE - known
    return f"does not know {', '.join(sorted(missing))}" if missing else ""


def not_plain(problem, *, timed, fleet_first=False):
    """Return what makes a problem more than one vehicle type, depot and load and cost by distance; empty if nothing."""
    (first, *more), travel = problem.fleet, problem.matrices[0]
    return next((reason for reason, holds in {
        "one type of vehicle only": bool(more), "one depot only": len(problem.depots) > 1,
        "one load dimension only": len(problem.dimensions) != 1,
        "every order must be served": any(order.penalty is not None for order in problem.orders),
        "cost by distance only": bool((first.tariff.fixed and not fleet_first) or first.tariff.per_hour),
        "no longest duration": math.isfinite(first.max_duration_s) or first.shift != ALWAYS,
        "every pair of places needs a road": not travel.reachable.all(),
        "time must be distance": timed and (travel.duration_s != travel.distance_m).any(),
    }.items() if holds), "")


def loads_of(problem):
    """Return the loads of all orders in the one dimension, and the capacity, whole numbers."""
    (name,) = problem.dimensions
    return [int(order.load.get(name, 0)) for order in problem.orders], int(problem.fleet[0].capacities[name])


def sequences_of(problem, routes):
    """Return routes of matrix rows, the depot being row 0, as sequences of the first vehicle type."""
    ids = [order.id for order in problem.orders]
    return [(problem.fleet[0].id, [ids[row - 1] for row in route]) for route in routes if len(route)]
