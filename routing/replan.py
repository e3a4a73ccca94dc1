"""Plan the rest of a day that has begun: what is done or loaded stays, and as few stops change vehicle as is asked.

Distances are metres, durations and clock times seconds from midnight of the plan day.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gisdata.clock import format_clock, parse_clock
from routing.checker import check, describe_violations
from routing.engines import engine_named
from routing.errors import EngineError, ProblemError, UnsupportedRuleError
from routing.model import Limit, Problem
from routing.plan import Plan, Route
from routing.remedies.change import Change, applied
from routing.replanning.begun import Begun, begun_routes, retimed
from routing.replanning.events import Event, read_events
from routing.replanning.rest import Rest
from routing.replanning.revised import revised
from routing.replanning.whole import changed, left, whole_routes
from routing.timing import working_hours
from routing.words import listed

if TYPE_CHECKING:
    from gisdata.network import RoadNetwork

__all__ = ["Event", "read_events", "replan"]


def replan(plan: Plan, now: int | str, events: Iterable[Event] = (), *, freeze: int = 0,
           changes_at_most: int | None = None, stability: float = 0.0, roads: RoadNetwork | None = None,
           limit: Limit | None = None, seed: int = 0, engine: str = "auto") -> Plan:
    """Return the plan of the whole day after events, of which only the rest is planned anew.

    The plan is taken to have been driven as it says until now. A visit to which its vehicle has set out stays as it is;
    goods that were loaded stay in their vehicle; a new delivery goes only to a vehicle that has not left its depot.
    What `Plan.locked` names stays too: a vehicle's route, or the vehicle of an order.

    Parameters
    ----------
    plan : Plan
        Free of violations.
    now : int or str
        Seconds from midnight of the plan day, or a clock time such as ``"10:30"``.
    events : iterable of Event
        What happened: orders new, cancelled or changed, vehicles broken or late, roads blocked.
    freeze : int
        Seconds from now in which nothing changes: what begins by then counts as under way, and vehicles that leave by
        then as loaded.
    changes_at_most : int, optional
        How many stops may change vehicle. Orders that are new, or were to be served by a vehicle that broke down, do
        not count. None: any number.
    stability : float
        What a stop that changes vehicle costs, in the currency of the tariffs, when plans are weighed.
    roads : RoadNetwork, optional
        On which the plan was measured, needed for new places and blocked roads; by default those its problem holds.
    limit : Limit, optional
        Of all searches together; by default 2.5 seconds. With iterations alone the answer is repeatable.
    seed : int
        Of everything that is drawn.
    engine : str
        Which engine searches.

    Returns
    -------
    Plan
        Of the problem as it is now, with what is over still in it, free of violations; vehicles keep their names. A
        broken vehicle is locked, and goods in it are to be fetched where it stands. An order that can no longer be
        served is unserved, with a reason.

    Raises
    ------
    ProblemError
        If events contradict the plan or each other: all of them at once. If a place or a blocked road needs roads.
    EngineError
        If the judge finds violations in the outcome.
    UnsupportedRuleError
        If drivers must take breaks, or there are fixed lines: these are not planned anew yet.
    """
    now_s, happened = _clock(now), tuple(events)
    _require(plan, happened, freeze, changes_at_most, stability)
    delays = {event.id: event.delay_s for event in happened if event.kind == "late"}
    broken = {event.id for event in happened if event.kind == "broken"}
    known = {kind.id for kind in plan.problem.fleet}
    vehicles = {name for name in plan.locked - plan.problem.order_row.keys() if name.rpartition("#")[0] in known}
    begun = [_without(plan.problem, b, happened)
             for b in begun_routes(plan, now_s, freeze, delays, broken, vehicles)]
    faults = [*_event_faults(plan.problem, happened, begun)]
    if faults:
        raise ProblemError("the day cannot be planned anew:\n  " + "\n  ".join(faults))
    day = revised(plan.problem, happened, begun, now_s, roads or plan.problem.roads)
    begun = [retimed(b, day.problem) for b in begun]
    out = vehicles | broken
    rest = Rest(day.problem, tuple(begun), _idle(plan, out), now_s + freeze)
    search = _Search(rest, _may_move(plan, begun, rest), frozenset(out), engine, seed)
    part, routes = search.best(limit or Limit(seconds=2.5), changes_at_most, stability)
    problem, stuck = _borne(day.problem, routes)
    made = Plan(problem, routes, left(problem, routes, part), part.engine, limit, seed,
                (*plan.notes, *day.notes, *stuck, _note(now_s, happened, changed(search.before, routes))),
                locked=frozenset(plan.locked | broken) - _gone(happened))
    violations = check(made)
    if violations:
        raise EngineError(f"the new plan is wrong and was thrown away; please report this with plan and events. "
                          f"{describe_violations(violations)}")
    return made


@dataclass(frozen=True, eq=False)
class _Search:
    """Searches for the rest of the day, with some orders bound to their vehicles."""

    rest: Rest
    before: dict[str, str]
    out: frozenset[str]
    engine: str
    seed: int

    def best(self, limit: Limit, most: int | None, weight: float) -> tuple[Plan, tuple[Route, ...]]:
        """Return the plan of the rest that costs least with the changes that it makes, and the routes of the day."""
        pinned = {order: vehicle for b in self.rest.begun for order, vehicle in self._locked(b)}
        free_to = {order: vehicle for order, vehicle in self.before.items() if order not in pinned}
        whole = most is None and not weight
        tried = [self._solved(pinned, limit if whole else _share(limit, 0.4))]
        moved = changed(self.before, tried[0][1])
        if whole or (not weight and most is not None and len(moved) <= most):
            return tried[0]
        dear = self._by_gain(moved)
        budget = len(moved) if most is None else most
        counts = {0, len(moved) // 4, len(moved) // 2} if weight else {budget}
        for count in sorted({min(count, budget) for count in counts}):
            bound = pinned | {order: vehicle for order, vehicle in free_to.items() if order not in dear[:count]}
            tried.append(self._solved(bound, _share(limit, 0.6 / len(counts))))
        return min((pair for pair in tried if most is None or len(changed(self.before, pair[1])) <= most),
                   key=lambda pair: self._value(pair, weight))

    def _locked(self, b: Begun) -> Iterator[tuple[str, str]]:
        yield from ((order, b.vehicle) for order in b.open if order not in self.before and order not in b.aboard
                    and not b.broken)

    def _solved(self, bound: dict[str, str], limit: Limit) -> tuple[Plan, tuple[Route, ...]]:
        part = self.rest.part(bound) if self.rest.fleet else self.rest.problem
        if not part.orders or not self.rest.fleet:
            found = Plan(part, ())
        else:
            ids, types = set(part.order_row), {kind.id for kind in part.fleet}
            planned = self.rest.sequences()
            initial = [(kind, [order for order in orders if order in ids]) for kind, orders in planned if kind in types]
            found = engine_named(self.engine).solve(part, limit, self.seed, None, initial)
        return found, whole_routes(self.rest, found, self.out)

    def _by_gain(self, moved: set[str]) -> list[str]:
        """Return moved orders, those first whose old vehicles drive furthest for them."""
        problem, gains = self.rest.problem, {}
        for b in self.rest.begun:
            metres = problem.matrix(b.kind.profile).distance_m
            stops = [problem.depot_row[problem.depot_of(b.kind).id] if not b.place else problem.order_row[b.place],
                     *(problem.order_row[order] for order in b.open if order in problem.order_row)]
            for before, at, after in zip(stops, stops[1:], [*stops[2:], stops[0]], strict=False):
                order = problem.orders[at - len(problem.depots)].id
                gains[order] = int(metres[before, at] + metres[at, after] - metres[before, after])
        return sorted(moved, key=lambda order: (-gains.get(order, 0), order))

    def _value(self, pair: tuple[Plan, tuple[Route, ...]], weight: float) -> tuple[int, float]:
        served = {order for route in pair[1] for order in route.orders}
        out = [order.penalty for order in self.rest.problem.orders if order.id not in served]
        return out.count(None), (sum(route.cost for route in pair[1]) + sum(penalty or 0.0 for penalty in out)
                                 + weight * len(changed(self.before, pair[1])))


def _borne(problem: Problem, routes: Sequence[Route]) -> tuple[Problem, list[str]]:
    """Return a problem that allows what cannot be helped any more, and notes that say what it is.

    Shipments whose goods were picked up and cannot be delivered now, and returns that delays have made too late.
    """
    served = {order for route in routes for order in route.orders}
    kept = tuple(s for s in problem.shipments if (s.pickup in served) == (s.delivery in served))
    notes = [f"the goods of order {s.delivery!r} were picked up and stay aboard: they cannot be delivered any more"
             for s in problem.shipments if s not in kept]
    problem = replace(problem, shipments=kept)
    for route in routes:
        kind = next(kind for kind in problem.fleet if kind.id == route.vehicle_type)
        over_s = max(route.end_s - working_hours(problem, kind)[1], route.duration_s - kind.max_duration_s)
        if over_s > 0:
            problem = applied(problem, Change("overtime", math.ceil(over_s), vehicle_type=kind.id), ())
            notes.append(f"{route.vehicle} is back {-(-int(over_s) // 60)} min too late, whatever is done")
    return problem, notes


def _clock(now: int | str) -> int:
    try:
        return parse_clock(now) if isinstance(now, str) else int(now)
    except (TypeError, ValueError) as error:
        raise ProblemError(f"now must be seconds or a clock time such as '10:30', got {now!r}: {error}") from None


def _share(limit: Limit, share: float) -> Limit:
    return Limit(seconds=None if limit.seconds is None else limit.seconds * share,
                 iterations=None if limit.iterations is None else max(1, int(limit.iterations * share)))


def _require(plan: Plan, events: Sequence[Event], freeze: int, most: int | None, weight: float) -> None:
    faults = [f"freeze must be zero or more seconds, got {freeze!r}"] * (freeze < 0)
    faults += [f"changes_at_most must be zero or more, got {most!r}"] * (most is not None and most < 0)
    faults += [f"stability must be zero or more, got {weight!r}"] * (not weight >= 0)
    faults += [f"events must be Event, got {event!r}" for event in events if not isinstance(event, Event)]
    resting = [kind.id for kind in plan.problem.fleet if kind.breaks or kind.driving]
    if resting:
        raise UnsupportedRuleError(f"replan does not know breaks of drivers yet, which {listed(resting)} must take; "
                                   "plan the rest of the day without them, or the day anew")
    if plan.problem.lines:
        raise UnsupportedRuleError("replan does not know fixed lines yet; plan the rest of the day without them "
                                   "(dataclasses.replace(problem, lines=())), or the day anew")
    violations = check(plan)
    if violations:
        faults.append(f"the plan breaks rules already. {describe_violations(violations)}")
    if faults:
        raise ProblemError("; ".join(faults))


def _event_faults(problem: Problem, events: Sequence[Event], begun: Sequence[Begun]) -> Iterator[str]:
    """Yield what is wrong with events: what does not exist, is over, or is told twice."""
    over = {visit.order: b for b in begun for visit in b.fixed}
    names = {kind.id for kind in problem.fleet}
    times = Counter(event.id for event in events if event.id)
    yield from (f"{name!r} is named by {count} events" for name, count in times.items() if count > 1)
    for event in events:
        if event.kind in ("broken", "late"):
            if event.id.rpartition("#")[0] not in names:
                yield f"{event.kind}: there is no vehicle {event.id!r}"
        elif event.kind == "new" and event.id in problem.order_row:
            yield f"new: there is an order {event.id!r} already; an order that is otherwise now is 'changed'"
        elif event.kind in ("cancelled", "changed"):
            shipment = problem.shipment_of.get(event.id)
            together = (event.id,) if shipment is None or event.kind == "changed" else shipment.orders
            if event.id not in problem.order_row:
                yield f"{event.kind}: there is no order {event.id!r}"
            for order in (order for order in together if order in over):
                yield f"{event.kind}: order {order!r} is over or under way with {over[order].vehicle}"


def _gone(events: Sequence[Event]) -> set[str]:
    return {event.id for event in events if event.kind == "cancelled"}


def _without(problem: Problem, b: Begun, events: Sequence[Event]) -> Begun:
    """Return a route without open orders that are cancelled."""
    gone = {order for event in events if event.kind == "cancelled" and event.id in problem.order_row
            for order in ((event.id,) if event.id not in problem.shipment_of else problem.shipment_of[event.id].orders)}
    return replace(b, open=tuple(order for order in b.open if order not in gone), aboard=b.aboard - gone)


def _idle(plan: Plan, out: set[str]) -> dict[str, int]:
    """Return how many vehicles of each type have no route and may get one."""
    used = {route.vehicle for route in plan.routes} | out
    names = Counter(name.rpartition("#")[0] for name in used)
    return {kind.id: max(0, kind.count - names[kind.id]) for kind in plan.problem.fleet}


def _may_move(plan: Plan, begun: Sequence[Begun], rest: Rest) -> dict[str, str]:
    """Return the vehicle of each order that could change it."""
    known = rest.problem.order_row
    return {order: b.vehicle for b in begun if not (b.broken or b.kept) for order in b.open
            if order in known and order not in b.aboard and order not in plan.locked}


def _note(now_s: int, events: Sequence[Event], moved: set[str]) -> str:
    counts = ", ".join(f"{count} {kind}" for kind, count in Counter(event.kind for event in events).items())
    some = f" ({listed(sorted(moved))})" if moved else ""
    return (f"planned anew at {format_clock(now_s)} after {counts or 'no event'}; "
            f"{len(moved)} stops change vehicle{some}")
