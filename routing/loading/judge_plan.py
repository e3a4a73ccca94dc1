"""Judge the loads of a plan: one a route, of its orders, in its vehicle, and right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from routing.loading.judge import check_load
from routing.model import LoadPlan
from routing.rules.reading import entries, orders_by_id, tours
from routing.rules.violation import Violation
from routing.rules.words import named

if TYPE_CHECKING:
    from routing.plan import Plan
    from routing.rules.reading import Tour


def load_violations(plan: Plan) -> list[Violation]:
    """Return what is wrong with the loads of a plan.

    Parameters
    ----------
    plan : Plan
        To judge.

    Returns
    -------
    list of Violation
        Empty if the plan has no loads: nobody claims then that its routes can be loaded.
    """
    loads = entries(plan.loads, LoadPlan)
    if not loads:
        return []
    by_vehicle = {load.vehicle: load for load in loads}
    orders = orders_by_id(plan.problem)
    found = []
    for tour in tours(plan):
        load = by_vehicle.pop(tour.vehicle, None)
        if load is None:
            if any(stop.order and stop.order.units for stop in tour.stops):
                found.append(_fault(tour.vehicle, f"the route of vehicle {named(tour.vehicle)} has no load"))
            continue
        found += _mismatches(load, tour)
        goods = [orders[order] for order in dict.fromkeys(load.stops) if order in orders]
        found += check_load(load, goods, shipments=plan.problem.shipments)
    found += [_fault(vehicle, f"there is a load for vehicle {named(vehicle)}, which has no route")
              for vehicle in by_vehicle]
    return found


def _mismatches(load: LoadPlan, tour: Tour) -> Iterator[Violation]:
    """Yield how a load is another than that of its route."""
    if load.stops != tuple(stop.order_id for stop in tour.stops):
        yield _fault(tour.vehicle, f"the load of vehicle {named(tour.vehicle)} is for other stops than its route has")
    kind = tour.vehicle_type
    if kind is not None and load.space != kind.space:
        yield _fault(tour.vehicle, f"the load of vehicle {named(tour.vehicle)} is for another cargo space than its "
                                   f"type {named(kind.id)} has")


def _fault(vehicle: str, message: str) -> Violation:
    return Violation("load_plan", vehicle, amount=1, unit="loads", message=message)
