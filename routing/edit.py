"""Change a plan by hand: move an order, swap two, lock what must stay. Each edit is a new plan.

What a dispatcher asks for is done, timed anew and priced, even where it breaks a rule: `routing.check` names what it
breaks. The paths along the roads are left out; `routing.trace` finds them anew. Stops are counted from 1.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence

from routing.assemble import schedule
from routing.backhauls import in_turn
from routing.driven import driven_route, type_of
from routing.errors import ProblemError
from routing.model import Problem, Shipment
from routing.plan import Plan, Route, UnservedOrder
from routing.reasons import unserved_orders

SHOWN_NAMES = 10

LONGEST = 60
"""On routes with more stops than this, the two orders of a shipment are put one right after the other."""


def move(plan: Plan, order: str, to_vehicle: str, position: int | None = None) -> Plan:
    """Return the plan with one order moved to a place on a route; the other order of its shipment goes along.

    Parameters
    ----------
    plan : Plan
        To change.
    order : str
        Id of an order of the problem; one that was unserved is served from now on.
    to_vehicle : str
        Such as ``van#2``: one that has a route, the same as before, or one that stayed at home.
    position : int, optional
        Which stop it becomes, counted from 1. By default the place that costs least of those that keep all times, and
        backhauls last where they must be, or the last if none does. The other order of a shipment, unless it is on that
        vehicle already, comes where it costs least, the pickup before the delivery.

    Returns
    -------
    Plan
        Its last note says what was done and how the cost changed. A vehicle left without orders stays at home.

    Raises
    ------
    ProblemError
        If there is no such order, vehicle type or position, or if the order or a vehicle concerned is locked.
    """
    _require_orders(plan, order)
    _require_vehicles(plan, to_vehicle)
    source, shipment = _vehicle_of(plan, order), plan.problem.shipment_of.get(order)
    moved = [order] if shipment is None else [end for end in shipment.orders
                                              if end == order or _vehicle_of(plan, end) != to_vehicle]
    _refuse_locked(plan, *moved, to_vehicle, *(_vehicle_of(plan, end) for end in moved))
    sequences = {route.vehicle: [o for o in route.orders if o not in moved] for route in plan.routes}
    target = sequences.setdefault(to_vehicle, [])
    if position is not None and (isinstance(position, bool) or not 1 <= position <= len(target) + len(moved)):
        raise ProblemError(f"order {order!r} cannot become stop {position!r} of {to_vehicle!r}: stops are counted from "
                           f"1, and it has {len(target)} others")
    sequences[to_vehicle] = _cheapest(plan.problem, to_vehicle, target, moved, order, position)
    along = f", with order {moved[moved[0] == order]!r}" if len(moved) > 1 else ""
    return _edited(plan, sequences, f"order {order!r} moved from {source or 'the unserved'} to {to_vehicle}, "
                                    f"stop {sequences[to_vehicle].index(order) + 1}{along}")


def swap(plan: Plan, one: str, other: str) -> Plan:
    """Return the plan with two orders in each other's place, or two vehicles on each other's route.

    Parameters
    ----------
    plan : Plan
        To change.
    one, other : str
        Ids of two orders that are visited, or names of two vehicles such as ``van#1``; one of them may have no route.
        A name that is both is taken for an order.

    Returns
    -------
    Plan
        Its last note says what was done and how the cost changed.

    Raises
    ------
    ProblemError
        If they are not two visited orders or two vehicles, or if one of them, or a vehicle concerned, is locked.
    """
    if {one, other} <= plan.problem.order_row.keys():
        vehicles = {order: _vehicle_of(plan, order) for order in (one, other)}
        left = [order for order, vehicle in vehicles.items() if not vehicle]
        if left:
            raise ProblemError(f"order {left[0]!r} is not visited, so it has no place to give; use move")
        _refuse_locked(plan, one, other, *vehicles.values())
        place = {one: other, other: one}
        sequences = {route.vehicle: [place.get(order, order) for order in route.orders] for route in plan.routes}
        return _edited(plan, sequences, f"orders {one!r} and {other!r} swapped")
    known = plan.problem.order_row.keys() & {one, other}
    if known:
        _require_orders(plan, one, other)
    _require_vehicles(plan, one, other)
    sequences = {route.vehicle: list(route.orders) for route in plan.routes}
    _refuse_locked(plan, one, other, *sequences.get(one, ()), *sequences.get(other, ()))
    sequences[one], sequences[other] = sequences.get(other, []), sequences.get(one, [])
    return _edited(plan, sequences, f"vehicles {one} and {other} swapped")


def lock(plan: Plan, *names: str) -> Plan:
    """Return the plan with orders or vehicles locked: `move` and `swap` refuse what would change them.

    Parameters
    ----------
    plan : Plan
        To change; what it has locked stays so.
    *names : str
        Ids of orders, which then keep their vehicle, though other stops may come before them; or names of vehicles,
        whose routes then stay as they are.

    Returns
    -------
    Plan
        With them in `Plan.locked`. Neither engines nor the judge look at it.

    Raises
    ------
    ProblemError
        If no order and no used vehicle has such a name.
    """
    known = {*plan.problem.order_row, *(route.vehicle for route in plan.routes)}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ProblemError(f"neither an order nor a used vehicle is called {_listed(unknown)}")
    return dataclasses.replace(plan, locked=plan.locked | set(names))


def with_sequences(plan: Plan, sequences: Mapping[str, Sequence[str]]) -> tuple[Route, ...]:
    """Return the routes that stated sequences make; a route that is as the plan has it is kept, not timed anew.

    Parameters
    ----------
    plan : Plan
        Where they come from.
    sequences : mapping of str to sequence of str
        For each vehicle the ids of the orders it visits; one without orders is left out. Nothing need be known.

    Returns
    -------
    tuple of Route
        In the order of the fleet and of the vehicles' numbers; unknown vehicles last.
    """
    rows = {kind.id: i for i, kind in enumerate(plan.problem.fleet)}

    def place(vehicle: str) -> tuple[int, int, str]:
        kind, number = type_of(plan.problem, vehicle), vehicle.rpartition("#")[2]
        return rows[kind.id] if kind else len(rows), int(number) if number.isdecimal() else 0, vehicle

    kept = {(route.vehicle, route.orders): route for route in plan.routes}
    used = [(vehicle, tuple(sequences[vehicle])) for vehicle in sorted(sequences, key=place) if sequences[vehicle]]
    return tuple(kept.get(pair) or driven_route(plan.problem, *pair) for pair in used)


def left_over(plan: Plan, routes: Sequence[Route], left: Sequence[str]) -> tuple[UnservedOrder, ...]:
    """Return the orders that changed routes leave over, each with the reason that holds now.

    Parameters
    ----------
    plan : Plan
        As it was; where routes and orders are the same, so are the reasons.
    routes : sequence of Route
        As they are now.
    left : sequence of str
        Ids of the orders left over, known or not.

    Returns
    -------
    tuple of UnservedOrder
        One for each id, in the order of the problem.
    """
    if tuple(routes) == plan.routes and {order.order for order in plan.unserved} == set(left):
        return plan.unserved
    known = [route for route in routes
             if type_of(plan.problem, route.vehicle) and plan.problem.order_row.keys() >= set(route.orders)]
    reasons = {entry.order: entry for entry in unserved_orders(plan.problem, left, known)}
    rows = plan.problem.order_row
    return tuple(reasons.get(order) or UnservedOrder(order, "not_found")
                 for order in sorted(left, key=lambda order: rows.get(order, math.inf)))


def cost_change(before: Plan, after: Plan) -> str:
    """Return how the cost of the routes changes, for people.

    Parameters
    ----------
    before, after : Plan
        Two plans of one problem.

    Returns
    -------
    str
        Such as ``+12.50 EUR``.
    """
    return f"{after.cost - before.cost:+,.2f} {before.problem.currency}".rstrip()


def _edited(plan: Plan, sequences: Mapping[str, Sequence[str]], words: str) -> Plan:
    routes = with_sequences(plan, sequences)
    served = {order for route in routes for order in route.orders}
    left = [order.id for order in plan.problem.orders if order.id not in served]
    edited = dataclasses.replace(plan, routes=routes, unserved=left_over(plan, routes, left), geometry=None,
                                 loads=())
    note = f"edited by hand: {words}; cost {cost_change(plan, edited)}"
    return dataclasses.replace(edited, notes=(*plan.notes, note))


def _cheapest(problem: Problem, vehicle: str, orders: Sequence[str], moved: Sequence[str], order: str,
              position: int | None) -> list[str]:
    """Return a sequence with moved orders where they cost least, `order` at its position if that is given."""
    kind, shipment = type_of(problem, vehicle), problem.shipment_of.get(order)
    grown = [list(orders)]
    for end in moved:
        grown = [[*sequence[:i], end, *sequence[i:]] for sequence in grown for i in range(len(sequence) + 1)
                 if len(orders) <= LONGEST or end == moved[0] or moved[0] in sequence[max(0, i - 1) : i + 1]]
    grown = [sequence for sequence in grown if position is None or sequence.index(order) == position - 1]
    if shipment is not None and (position is None or len(moved) > 1):
        grown = [sequence for sequence in grown if _keeps(sequence, shipment)] or grown
    offers = [(route.cost, i) for i, sequence in enumerate(grown)
              if kind and in_turn(problem, kind, sequence) and (route := schedule(problem, kind.id, sequence))]
    return grown[min(offers)[1]] if offers else grown[-1]


def _keeps(sequence: Sequence[str], shipment: Shipment) -> bool:
    """Return whether a pickup comes before its delivery, as far as both are there."""
    places = [sequence.index(end) for end in shipment.orders if end in sequence]
    return places == sorted(places)


def _vehicle_of(plan: Plan, order: str) -> str:
    return next((route.vehicle for route in plan.routes if order in route.orders), "")


def _require_orders(plan: Plan, *orders: str) -> None:
    unknown = [order for order in orders if order not in plan.problem.order_row]
    if unknown:
        raise ProblemError(f"the problem has no order {_listed(unknown)}")


def _require_vehicles(plan: Plan, *vehicles: str) -> None:
    used = {route.vehicle for route in plan.routes}
    for vehicle in vehicles:
        if vehicle not in used and not (type_of(plan.problem, vehicle) and vehicle.rpartition("#")[2].isdecimal()):
            names = [f"{kind.id}#1" for kind in plan.problem.fleet]
            raise ProblemError(f"there is no vehicle {vehicle!r}; vehicles are called by type and number, such as "
                               f"{_listed(names)}")


def _refuse_locked(plan: Plan, *names: str) -> None:
    held = [name for name in dict.fromkeys(names) if name in plan.locked]
    if held:
        raise ProblemError(f"locked: {_listed(held)}; an edit may not change what is locked")


def _listed(names: Iterable[str]) -> str:
    listed = [repr(name) for name in names]
    more = f" and {len(listed) - SHOWN_NAMES} more" if len(listed) > SHOWN_NAMES else ""
    return ", ".join(listed[:SHOWN_NAMES]) + more
