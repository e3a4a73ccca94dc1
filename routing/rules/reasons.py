"""Reasons: what a plan says about an unserved order is true.

Meaning: a code that claims a proof holds for every vehicle type of which there is one, even for an empty vehicle that
does nothing else.

- ``no_road``: no type has a road from its depot to the order and back;
- ``too_big``: each type lacks room in some dimension;
- ``skill``: each type lacks a skill;
- ``closed_window``: each type that has a road comes after the window has closed, or is home too late only because the
  window opens so late;
- ``shift_too_short``: no type that has a road can go, serve and return within depot hours, shift and longest duration,
  and not all of them are merely too late for the window;
- ``no_vehicle``: each type is hindered by one of these, or by several.

``not_worth_it`` is said only of orders that have a penalty, and not of one that a vehicle still at home could serve
alone for less. ``not_found`` claims nothing. Reads `UnservedOrder.order` and `reason`, and which vehicles are used.
Tolerances: those of `capacity`, `shift` and `cost`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from routing.rules.alone import starts, trip
from routing.rules.money import currency_of, same_cost
from routing.rules.reading import orders_by_id, tours, unserved
from routing.rules.violation import Violation
from routing.rules.words import count_of, figure, named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routing.model import Order
    from routing.plan import Plan
    from routing.rules.alone import Trip

NAME = "reasons"

PROOFS = {
    "no_road": "that no vehicle has a road there and back",
    "too_big": "that no vehicle can carry it",
    "skill": "that no vehicle has the skills",
    "closed_window": "that no vehicle can be there while its window is open",
    "shift_too_short": "that no vehicle can serve it within its shift",
    "no_vehicle": "that no vehicle could serve it even alone",
}

SHOWN_TYPES = 5


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every reason that is unknown, or claims what is not so.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        For a proof that fails, the amount is how many vehicle types it fails for and the unit ``vehicle types``; for a
        penalty that is more than an unused vehicle costs, the difference in the currency; otherwise 1 and ``orders``.
    """
    problem, orders = plan.problem, orders_by_id(plan.problem)
    rows = {order.id: row for row, order in enumerate(problem.orders, start=len(problem.depots))}
    used = Counter(tour.vehicle_type.id for tour in tours(plan) if tour.vehicle_type)
    everywhere = starts(problem)
    idle = [start for start in everywhere if used[start.vehicle_type.id] < start.vehicle_type.count]
    for entry in unserved(plan):
        order = orders.get(entry.order)
        if order is None or not isinstance(entry.reason, str) or entry.reason == "not_found":
            continue
        if entry.reason in PROOFS:
            fault = _proof_fault(entry.reason, [trip(start, order, rows[order.id]) for start in everywhere])
        elif entry.reason == "not_worth_it":
            fault = _penalty_fault(order, [trip(start, order, rows[order.id]) for start in idle], currency_of(problem))
        else:
            fault = 1, "orders", "which is no known reason"
        if fault:
            amount, unit, words = fault
            yield Violation(NAME, order=order.id, amount=amount, unit=unit, message=(
                f"order {named(entry.order)} is left with the reason {named(entry.reason)}, {words}"))


def _proof_fault(reason: str, trips: Sequence[Trip]) -> tuple[float, str, str] | None:
    able = _refuting(reason, trips)
    if not able:
        return None
    types = ", ".join(named(way.vehicle_type) for way in able[:SHOWN_TYPES])
    more = f" and {len(able) - SHOWN_TYPES} more" if len(able) > SHOWN_TYPES else ""
    return len(able), "vehicle types", (
        f"{PROOFS[reason]}; that is not so for {count_of(len(able), 'vehicle type')}: {types}{more}")


def _refuting(reason: str, trips: Sequence[Trip]) -> list[Trip]:
    """Return the trips for which a claimed proof does not hold."""
    if reason == "no_vehicle":
        return [way for way in trips if way.possible]
    if reason in ("no_road", "too_big", "skill"):
        return [way for way in trips if not getattr(way, reason)]
    on_roads = [way for way in trips if not way.no_road]
    if not on_roads:
        return list(trips)
    if reason == "closed_window":
        return [way for way in on_roads if not (way.late or way.waits_too_long)]
    if all(way.late for way in on_roads):
        return on_roads
    return [way for way in on_roads if not (way.late or way.too_long)]


def _penalty_fault(order: Order, free: Sequence[Trip], currency: str) -> tuple[float, str, str] | None:
    if order.penalty is None:
        return 1, "orders", "but it has no penalty: it must be served"
    best = min((way for way in free if way.possible), key=lambda way: way.cost, default=None)
    if best is None or best.cost >= order.penalty or same_cost(best.cost, order.penalty):
        return None
    return order.penalty - best.cost, currency, (
        f"but its penalty is {figure(order.penalty)} {currency}, and an unused vehicle of type "
        f"{named(best.vehicle_type)} could serve it alone for {figure(best.cost)} {currency}")
