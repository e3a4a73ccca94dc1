"""Fixed lines: one route serves what is served of a line, in its sequence, with no more of a detour than it may take.

Meaning: the visited orders of a `FixedLine` are all on one route, in the sequence of the line, of a vehicle that starts
at its depot and is of its type, if it names them. That route is no longer than `bend_percent` allows: it is compared
with the way of the same vehicle from its start by those orders alone, in that sequence, to its end. Orders visited more
often than once count where they are visited first. Reads `Route.visits`, `Route.vehicle_type` and `Route.depot`.
Tolerance: 0.5 m.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import TYPE_CHECKING

from routing.rules.reading import driven_m, legs, tours
from routing.rules.violation import Violation
from routing.rules.words import figure, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.model import FixedLine, Problem
    from routing.plan import Plan
    from routing.rules.reading import Stop, Tour

NAME = "lines"
TOLERANCE_M = 0.5


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every line torn apart, out of sequence, with the wrong vehicle, or bent too far.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        The amount is how many orders are on another route than the first one, or come too early (``orders``); 1
        (``vehicles``); or how much too far it is (``m``).
    """
    if not plan.problem.lines:
        return
    read = tours(plan)
    at: dict[str, tuple[int, int]] = {}
    for route, tour in enumerate(read):
        for place, stop in enumerate(tour.stops):
            at.setdefault(stop.order_id, (route, place))
    for line in plan.problem.lines:
        visited = [order for order in line.orders if order in at]
        if visited:
            yield from _of_line(plan.problem, line, visited, at, read)


def _of_line(problem: Problem, line: FixedLine, visited: list[str], at: dict[str, tuple[int, int]],
             read: list[Tour]) -> Iterator[Violation]:
    """Yield what is wrong with one line."""
    what = f"fixed line {named(line.id)}: "
    tour = read[at[visited[0]][0]]
    torn = [order for order in visited if at[order][0] != at[visited[0]][0]]
    if torn:
        yield Violation(NAME, read[at[torn[0]][0]].vehicle, torn[0], torn[0], len(torn), "orders", (
            f"{what}order {named(torn[0])} is on vehicle {named(read[at[torn[0]][0]].vehicle)}, but order "
            f"{named(visited[0])} on vehicle {named(tour.vehicle)}"))
        return
    early = [order for before, order in itertools.pairwise(visited) if at[order][1] < at[before][1]]
    if early:
        yield Violation(NAME, tour.vehicle, early[0], early[0], len(early), "orders", (
            f"{what}vehicle {named(tour.vehicle)} serves order {named(early[0])} before one that precedes it"))
        return
    if tour.vehicle_type is not None and tour.depot is not None and not line.is_for(tour.vehicle_type, tour.depot.id):
        yield Violation(NAME, tour.vehicle, visited[0], visited[0], 1, "vehicles", (
            f"{what}vehicle {named(tour.vehicle)} starts at depot {named(tour.depot.id)} and is none of those that "
            "drive it"))
    alone, whole = (driven_m(legs(problem, some)) for some in (_only(tour, set(visited)), tour))
    if alone is None or whole is None or math.isinf(line.bend):
        return
    over = whole - alone * (1 + line.bend)
    if over > TOLERANCE_M:
        yield Violation(NAME, tour.vehicle, visited[0], visited[0], over, "m", (
            f"{what}vehicle {named(tour.vehicle)} drives {figure(whole)} m, the line alone takes {figure(alone)} m and "
            f"may grow by {figure(line.bend_percent)} %"))


def _only(tour: Tour, orders: set[str]) -> Tour:
    """Return a tour with the first visits of some orders alone."""
    kept: dict[str, Stop] = {}
    for stop in tour.stops:
        if stop.order_id in orders:
            kept.setdefault(stop.order_id, stop)
    return dataclasses.replace(tour, stops=tuple(kept.values()))
