"""Coverage: each order of the problem is either visited once or left unserved once.

Meaning: nobody's goods are forgotten, delivered twice, or both delivered and given up; nothing is visited that nobody
ordered. Reads `Visit.order` and `UnservedOrder.order`. No tolerance.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from routing.plan import Route, Visit
from routing.rules.reading import entries, orders_by_id, text, unserved
from routing.rules.violation import Violation
from routing.rules.words import count_of, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.plan import Plan

NAME = "coverage"


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every order that is unknown, forgotten, or accounted for more than once.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        With amount 1 and unit ``orders``: for each visit too many, each entry too many, each order missing.
    """
    known = orders_by_id(plan.problem)
    visited: Counter[str] = Counter()
    for route in entries(plan.routes, Route):
        for visit in entries(route.visits, Visit):
            if not isinstance(visit.order, str):
                continue
            visited[visit.order] += 1
            fault = _visit_fault(known=visit.order in known, times=visited[visit.order])
            if fault:
                yield Violation(NAME, text(route.vehicle), visit.order, visit.order, 1, "orders",
                                f"vehicle {named(route.vehicle)} visits order {named(visit.order)}, {fault}")
    left: Counter[str] = Counter()
    for entry in unserved(plan):
        left[entry.order] += 1
        fault = _entry_fault(known=entry.order in known, visits=visited[entry.order], times=left[entry.order])
        if fault:
            yield _about(entry.order, f"order {named(entry.order)} is listed as unserved, {fault}")
    for order in known:
        if not visited[order] and not left[order]:
            yield _about(order, f"order {named(order)} is neither visited by a route nor listed as unserved")


def _visit_fault(*, known: bool, times: int) -> str:
    if not known:
        return "which the problem does not have"
    return f"which is visited {count_of(times - 1, 'time')} before" if times > 1 else ""


def _entry_fault(*, known: bool, visits: int, times: int) -> str:
    if not known:
        return "but the problem does not have it"
    if times > 1:
        return f"and {count_of(times - 1, 'time')} before"
    return f"but it is visited {count_of(visits, 'time')}" if visits else ""


def _about(order: str, message: str) -> Violation:
    return Violation(NAME, order=order, amount=1, unit="orders", message=message)
