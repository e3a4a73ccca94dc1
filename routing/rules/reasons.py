"""Reasons: what a plan says about an unserved order is true.

Meaning: a code that claims a proof holds for every vehicle type that may serve the order and of which there is one,
even for an empty vehicle that does nothing else. An order of a shipment is served with its other order, so the claim is
about both.

- ``no_road``: no type has a road from its depot to the order and on to where it ends;
- ``too_big``: each type lacks room in some dimension;
- ``skill``: each type lacks a skill;
- ``closed_window``: each type that has a road comes after the window has closed, or is home too late only because the
  window opens so late;
- ``shift_too_short``: no type that has a road can go, serve and return within depot hours, shift and longest duration,
  and not all of them are merely too late for the window;
- ``too_far``: each type that has a road would drive further than it may;
- ``no_vehicle``: each type is hindered by one of these, by several, or makes too few stops for a shipment; or there is
  none that may serve the order.

``not_worth_it`` is said only of orders that have a penalty, and not of one that a vehicle still at home could serve
alone for less; of a shipment both penalties count. ``not_found`` claims nothing. Reads `UnservedOrder.order` and
`reason`, and which vehicles are used. Tolerances: those of `capacity`, `shift`, `max_distance` and `cost`.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from routing.rules.alone import starts, trip
from routing.rules.money import currency_of, same_cost
from routing.rules.reading import orders_by_id, tours, unserved
from routing.rules.violation import Violation
from routing.rules.words import count_of, figure, named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

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
    "too_far": "that no vehicle may drive so far",
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
    pair_of = {order: shipment.orders for shipment in problem.shipments for order in shipment.orders}
    idle = [start for start in everywhere if used[start.vehicle_type.id] < start.vehicle_type.count]
    for entry in unserved(plan):
        order = orders.get(entry.order)
        if order is None or not isinstance(entry.reason, str) or entry.reason == "not_found":
            continue
        together = [orders[name] for name in pair_of.get(order.id, (order.id,))]
        places = [rows[one.id] for one in together]
        if entry.reason in PROOFS:
            fault = _proof_fault(entry.reason, [trip(start, together, places) for start in everywhere])
        elif entry.reason == "not_worth_it":
            fault = _penalty_fault(together, [trip(start, together, places) for start in idle], currency_of(problem))
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
    trips = [way for way in trips if way.allowed] or list(trips)
    if reason in ("no_road", "too_big", "skill"):
        return [way for way in trips if not getattr(way, reason)]
    on_roads = [way for way in trips if not way.no_road] or list(trips)
    if reason == "shift_too_short" and all(way.late for way in on_roads):
        return on_roads
    return [way for way in on_roads if not _HINDERED[reason](way)]


_HINDERED: dict[str, Callable[[Trip], bool]] = {
    "closed_window": lambda way: way.late or way.waits_too_long,
    "shift_too_short": lambda way: way.late or way.too_long,
    "too_far": lambda way: way.too_far,
}


def _penalty_fault(together: Sequence[Order], free: Sequence[Trip], currency: str) -> tuple[float, str, str] | None:
    penalties = [order.penalty for order in together if order.penalty is not None]
    if len(penalties) < len(together):
        return 1, "orders", "but it has no penalty: it must be served"
    penalty = math.fsum(penalties)
    best = min((way for way in free if way.possible), key=lambda way: way.cost, default=None)
    if best is None or best.cost >= penalty or same_cost(best.cost, penalty):
        return None
    whose = "its penalty is" if len(together) == 1 else "the penalties of its shipment are"
    return penalty - best.cost, currency, (
        f"but {whose} {figure(penalty)} {currency}, and an unused vehicle of type "
        f"{named(best.vehicle_type)} could serve it alone for {figure(best.cost)} {currency}")
