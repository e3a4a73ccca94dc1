"""Form: every field of a plan holds the kind of value it promises.

Meaning: ids, codes and sentences are text; times, spans and distances are whole numbers; costs are finite numbers;
routes, visits and unserved orders are nothing else. All other rules leave out what breaks this one, so that it is
reported here only. Reads every field of Route, Visit, Pause and UnservedOrder. No tolerance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from routing.plan import Pause, Route, UnservedOrder, Visit
from routing.rules.reading import entries, finite, listed, text, whole
from routing.rules.violation import Violation
from routing.rules.words import named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.plan import Plan

NAME = "form"

_ROUTE = {"vehicle": "text", "vehicle_type": "text", "depot": "text", "begin_s": "whole", "end_s": "whole",
          "distance_m": "whole", "cost": "finite", "end_depot": "text", "visits": "list",
          "pauses": "list"}
_PAUSE = {"begin_s": "whole", "end_s": "whole"}
_VISIT = {"order": "text", "arrival_s": "whole", "begin_s": "whole", "end_s": "whole"}
_UNSERVED = {"order": "text", "reason": "text", "detail": "text"}
_PLAN = {"routes": "list", "unserved": "list"}

_WORDS = {"text": "text", "whole": "a whole number", "finite": "a finite number", "list": "a tuple"}


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield one violation for every field that holds something else than it promises.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        With amount 1 and unit ``values``.
    """
    yield from _faults(plan, _PLAN, "the plan")
    yield from _strangers(plan.routes, Route, "the routes")
    for route in entries(plan.routes, Route):
        vehicle = text(route.vehicle)
        yield from _faults(route, _ROUTE, f"vehicle {named(route.vehicle)}", route=vehicle)
        yield from _strangers(route.visits, Visit, f"the visits of vehicle {named(route.vehicle)}", vehicle)
        for visit in entries(route.visits, Visit):
            where = f"vehicle {named(route.vehicle)}, visit of order {named(visit.order)}"
            order = text(visit.order)
            yield from _faults(visit, _VISIT, where, route=vehicle, visit=order, order=order)
        yield from _strangers(route.pauses, Pause, f"the pauses of vehicle {named(route.vehicle)}", vehicle)
        for pause in entries(route.pauses, Pause):
            yield from _faults(pause, _PAUSE, f"vehicle {named(route.vehicle)}, pause", route=vehicle)
    yield from _strangers(plan.unserved, UnservedOrder, "the unserved orders")
    for entry in entries(plan.unserved, UnservedOrder):
        yield from _faults(entry, _UNSERVED, f"unserved order {named(entry.order)}", order=text(entry.order))


def _faults(noun: object, fields: dict[str, str], where: str, *, route: str = "", visit: str = "",
            order: str = "") -> Iterator[Violation]:
    for field, kind in fields.items():
        value = getattr(noun, field)
        if not _holds(value, kind):
            yield Violation(NAME, route, visit, order, 1, "values",
                            f"{where}: {field} must be {_WORDS[kind]}, got {named(value)}")


def _holds(value: object, kind: str) -> bool:
    if kind == "text":
        return isinstance(value, str)
    if kind == "list":
        return isinstance(value, tuple | list)
    return (whole(value) if kind == "whole" else finite(value)) is not None


def _strangers(value: object, kind: type, where: str, route: str = "") -> Iterator[Violation]:
    for item in listed(value):
        if not isinstance(item, kind):
            yield Violation(NAME, route, amount=1, unit="values",
                            message=f"{where} hold {named(item)}, which is no {kind.__name__}")
