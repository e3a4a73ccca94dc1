"""What of a plan cannot be changed any more: visits made or under way, goods aboard, vehicles that broke down.

Clock times are seconds from midnight of the plan day.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from routing.drives import drives_of
from routing.model import Problem, VehicleType
from routing.plan import Plan, Route, Visit
from routing.timing import route_rows


@dataclass(frozen=True, eq=False)
class Begun:
    """One route of a day that has begun.

    Parameters
    ----------
    route : Route
        As planned.
    kind : VehicleType
        Of its vehicle.
    fixed : tuple of Visit
        Made or under way, at the times that hold now; the first of the route.
    open : tuple of str
        Ids of the other orders, in the sequence planned.
    aboard : frozenset of str
        Ids of open orders whose goods are in the vehicle.
    departed, broken, kept : bool
        Whether it has left, has broken down, must stay as it is.
    free_s : int
        When it can do something else: after its last fixed visit, or when it may leave its depot.
    leg_s, service_s : dict of str to int
        By how much the way to a fixed visit, or its service, takes longer than planned.
    """

    route: Route
    kind: VehicleType
    fixed: tuple[Visit, ...]
    open: tuple[str, ...]
    aboard: frozenset[str]
    departed: bool
    broken: bool
    kept: bool
    free_s: int
    leg_s: Mapping[str, int] = field(default_factory=dict)
    service_s: Mapping[str, int] = field(default_factory=dict)

    @property
    def vehicle(self) -> str:
        """Name of its vehicle."""
        return self.route.vehicle

    @property
    def stranded(self) -> bool:
        """Whether it drives nowhere but home, by a road or without one."""
        return self.broken or not self.open

    @property
    def place(self) -> str:
        """Id of the order where it is free, empty at its depot."""
        return self.fixed[-1].order if self.fixed else ""


def begun_routes(plan: Plan, now_s: int, freeze_s: int, delays_s: Mapping[str, int], broken: Collection[str],
                 kept: Collection[str]) -> list[Begun]:
    """Return every route as it stands.

    Parameters
    ----------
    plan : Plan
        As planned; it is taken to have been driven so until now.
    now_s, freeze_s : int
        What begins until `now_s` + `freeze_s` is under way.
    delays_s : mapping of str to int
        By how much vehicles are late.
    broken, kept : collection of str
        Vehicles that broke down now, and that must stay as they are.

    Returns
    -------
    list of Begun
        In the order of the routes.
    """
    kinds = {kind.id: kind for kind in plan.problem.fleet}
    found = []
    for route in plan.routes:
        delay_s, down, stays = delays_s.get(route.vehicle, 0), route.vehicle in broken, route.vehicle in kept
        leaves = [route.begin_s, *(visit.end_s for visit in route.visits)]
        under_way = sum(leave_s <= now_s + freeze_s for leave_s in leaves[:-1])
        if down:
            under_way = sum(visit.end_s <= now_s for visit in route.visits)
        elif stays:
            under_way = len(route.visits)
        departed = route.begin_s <= now_s + freeze_s or (stays and not down)
        fixed, rest = route.visits[:under_way] if departed else (), route.orders[under_way if departed else 0:]
        begun = Begun(route, kinds[route.vehicle_type], fixed, rest, _aboard(plan.problem, fixed, rest, departed),
                      departed, down, stays, max(now_s + freeze_s, route.begin_s + delay_s if delay_s else 0))
        found.append(_late(begun, now_s, delay_s) if departed else begun)
    return found


def _aboard(problem: Problem, fixed: tuple[Visit, ...], rest: tuple[str, ...], departed: bool) -> frozenset[str]:
    done = {visit.order for visit in fixed}
    aboard = set()
    for order in rest:
        shipment = problem.shipment_of.get(order)
        kind = problem.orders[problem.order_row[order] - len(problem.depots)].kind
        if kind == "delivery" and (departed if shipment is None else shipment.pickup in done):
            aboard.add(order)
    return frozenset(aboard)


def _late(begun: Begun, now_s: int, delay_s: int) -> Begun:
    """Return a route that has left with its fixed visits later, from the one under way on."""
    if not begun.fixed:
        return begun
    at = next((i for i, visit in enumerate(begun.fixed) if visit.end_s > now_s), None)
    if at is None or not delay_s:
        return replace(begun, free_s=begun.fixed[-1].end_s)
    current = begun.fixed[at]
    longer = {current.order: delay_s}
    return (replace(begun, leg_s=longer) if current.arrival_s > now_s else replace(begun, service_s=longer))


def retimed(begun: Begun, problem: Problem) -> Begun:
    """Return a route with its fixed visits at the times that the revised problem gives, which delays have changed.

    Parameters
    ----------
    begun : Begun
        As planned.
    problem : Problem
        As it is now; travel and service are as long as they turned out.

    Returns
    -------
    Begun
        With `free_s` after its last fixed visit.
    """
    if not begun.fixed:
        return begun
    visits, _, _ = driven(problem, begun.kind, begun.route.begin_s, [visit.order for visit in begun.fixed])
    return replace(begun, fixed=visits, free_s=visits[-1].end_s)


def driven(problem: Problem, kind: VehicleType, begin_s: int, orders: Collection[str],
           ) -> tuple[tuple[Visit, ...], int, int]:
    """Return the visits of a vehicle that leaves its depot at a stated time, its return, and the metres driven.

    Parameters
    ----------
    problem : Problem
        Holds orders and matrices.
    kind : VehicleType
        Of the vehicle.
    begin_s : int
        When it leaves.
    orders : collection of str
        Ids in sequence.

    Returns
    -------
    tuple
        Visits, each as early as can be but not before its window; return in seconds; distance in metres.
    """
    travel, rows = problem.matrix(kind.profile), route_rows(problem, kind, [*orders])
    drives, now_s, visits = drives_of(travel, rows), begin_s, []
    metres = sum(int(travel.distance_m[leg]) for leg in itertools.pairwise(rows))
    for name, drive in zip(orders, drives, strict=False):
        order = problem.orders[problem.order_row[name] - len(problem.depots)]
        arrival_s = drive.arrival(now_s)
        opening = next((window for window in order.openings if arrival_s <= window.end_s), None)
        start_s = max(arrival_s, opening.begin_s) if opening else arrival_s
        now_s = start_s + order.service_with(kind.id)
        visits.append(Visit(name, arrival_s, start_s, now_s))
    return tuple(visits), drives[-1].arrival(now_s) if kind.returns else now_s, metres
