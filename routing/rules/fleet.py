"""Fleet: every route is driven by a vehicle that exists, and by no more of them than there are.

Meaning: vehicle k of type t is called ``t#k``, with k from 1 to the type's count; each drives one route at most, from
the depot of its type, and visits somebody. Reads `Route.vehicle`, `vehicle_type`, `depot` and whether there are visits.
No tolerance.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from routing.rules.reading import Tour, tours
from routing.rules.violation import Violation
from routing.rules.words import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.model import Problem, VehicleType
    from routing.plan import Plan

NAME = "fleet"

_NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every vehicle that is unknown, badly named, used twice, idle, or at the wrong depot.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        With unit ``vehicles``; the amount is how many are missing where the fleet is too small, otherwise 1.
    """
    used: set[str] = set()
    for tour in tours(plan):
        for fault, amount in _faults(plan.problem, tour):
            yield Violation(NAME, tour.vehicle, amount=amount, unit="vehicles",
                            message=f"vehicle {named(tour.route.vehicle)} {fault}")
        if tour.vehicle in used:
            yield Violation(NAME, tour.vehicle, amount=1, unit="vehicles",
                            message=f"vehicle {named(tour.route.vehicle)} drives more than one route")
        used.add(tour.vehicle)


def _faults(problem: Problem, tour: Tour) -> Iterator[tuple[str, int]]:
    route, kind = tour.route, tour.vehicle_type
    if isinstance(route.vehicle_type, str) and kind is None:
        yield f"is of type {named(route.vehicle_type)}, which the fleet does not have", 1
    if kind is not None and isinstance(route.vehicle, str):
        yield from _number_faults(route.vehicle, kind)
    if isinstance(route.depot, str) and tour.depot is None:
        yield f"starts at depot {named(route.depot)}, which the problem does not have", 1
    elif kind is not None and tour.depot is not None and tour.depot.id != _home(problem, kind):
        yield f"starts at depot {named(route.depot)}, but its type stands at depot {named(_home(problem, kind))}", 1
    if isinstance(route.visits, tuple | list) and not route.visits:
        yield "visits nobody; a vehicle that stays at home has no route", 1


def _number_faults(vehicle: str, kind: VehicleType) -> Iterator[tuple[str, int]]:
    stem, mark, number = vehicle.rpartition("#")
    if not mark or stem != kind.id or not _NUMBER.fullmatch(number):
        yield f"is badly named: a vehicle of its type is called {named(kind.id + '#')} and a number from 1", 1
    elif int(number) > kind.count:
        yield f"does not exist: there are {kind.count} of type {named(kind.id)}", int(number) - kind.count


def _home(problem: Problem, kind: VehicleType) -> str:
    return kind.depot or problem.depots[0].id
