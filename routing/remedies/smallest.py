"""The smallest change of each kind that lets a plan serve an order besides all that it serves; each plan is judged."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from routing.model import Problem
from routing.plan import Plan, Route
from routing.remedies.change import BY_AMOUNT, Change, applied
from routing.remedies.places import Place, alone, places
from routing.remedies.resolve import Asked
from routing.request import carried
from routing.timing import working_hours

TRIES = 5
"""How many places are tried with the judge before a search is asked."""

SUBJECTS = 3
"""How many vehicle types, or orders of a shipment, are tried for each kind."""

PROBES = 14
"""How many searches narrow one amount down."""

DAY_S = 86_400


@dataclass(frozen=True, eq=False)
class Remedy:
    """A change, and the plan that it makes possible.

    Parameters
    ----------
    change : Change
        What is loosened.
    cost : float
        By how much dearer the routes are than before, in the currency of the tariffs; below zero if the search that
        found it found something better besides.
    plan : Plan
        Serves the order and all that was served before; free of violations of the changed problem.
    smallest : bool
        Whether it is proven that no smaller amount does, because even an empty vehicle needs as much.
    """

    change: Change
    cost: float
    plan: Plan
    smallest: bool


class Remedies:
    """Looks for changes that let a plan serve an order or shipment.

    Parameters
    ----------
    asked : Asked
        The plan, and what it shall serve.
    at : dict
        As from `places`.
    """

    def __init__(self, asked: Asked, at: dict[tuple[str, str], list[Place]]) -> None:
        self.asked, self.at = asked, at
        self.own = alone(asked.plan.problem, asked.orders)
        self.possible = ("search", "") in self.own

    def without_change(self) -> Remedy | None:
        """Return the cheapest plan found that needs no change."""
        found = self._inserted(("search", ""))
        change = Change("search", 0.0)
        return self._cheaper(change, found, self.asked.searched(change)) if self.possible else None

    def kinds(self) -> list[tuple[str, str]]:
        """Return what could be loosened, with a hope that it helps: an empty vehicle could then serve the order."""
        known = {**self.at, **self.own} if self.possible else self.own
        keys = {*known, ("vehicle", "")} if self.possible else set(known)
        return sorted(keys - {("search", "")})

    def smallest(self, about: tuple[str, str]) -> Remedy | None:
        """Return the smallest change of one kind, None if none was found."""
        inserted = self._inserted(about)
        best = inserted
        for change in self._subjects(about):
            if change.kind not in BY_AMOUNT:
                found = self.asked.searched(change)
                if found and (best is None or found.cost < best[1].cost):
                    best = change, found
            elif best is None or change.amount < best[0].amount:
                best = self._narrowed(change, best) or best
        if best is None:
            return None
        if best is inserted and best[0].kind in BY_AMOUNT:
            return self._cheaper(best[0], best, self.asked.searched(best[0]))
        return self._cheaper(best[0], best, None)

    def _inserted(self, about: tuple[str, str]) -> tuple[Change, Plan] | None:
        """Return the first place that the judge accepts; of those with the same amount the cheapest of a few."""
        best: tuple[Change, Plan] | None = None
        for place in self.at.get(about, [])[:TRIES]:
            if best and place.change.amount > best[0].amount:
                break
            plan = self.asked.inserted(place)
            if plan and (best is None or plan.cost < best[1].cost):
                best = place.change, plan
        return best

    def _subjects(self, about: tuple[str, str]) -> list[Change]:
        """Return the least that each vehicle type, or order, could do with; zero if empty vehicles need nothing."""
        if about in self.own and not self.possible:
            return self.own[about][:SUBJECTS]
        if about[0] == "vehicle":
            able = {change.vehicle_type for change in self._able()}
            return [Change("vehicle", 1.0, vehicle_type=name) for name in sorted(able)][:SUBJECTS]
        known = [place.change for place in reversed(self.at.get(about, []))]
        seen = {(change.order, change.vehicle_type): change for change in known}
        changes = sorted(seen.values(), key=lambda change: change.amount)[:SUBJECTS]
        return [replace(change, amount=0.0) if change.kind in BY_AMOUNT else change for change in changes]

    def _able(self) -> Iterator[Change]:
        """Yield a change for each type of which one more would do."""
        from routing.remedies.needs import Tour

        problem, orders = self.asked.plan.problem, self.asked.orders
        for vehicle in problem.fleet:
            if Tour(problem, vehicle, orders, orders).needs() == [Change("search", 0.0)]:
                yield Change("vehicle", 1.0, vehicle_type=vehicle.id)

    def _narrowed(self, least: Change, best: tuple[Change, Plan] | None) -> tuple[Change, Plan] | None:
        """Return a smaller amount of one subject than the best so far, by bisection with a search for each amount."""
        low, high = least.amount, best[0].amount if best else _most(self.asked, least)
        found: tuple[Change, Plan] | None = None
        trial = low if low > 0 else (low + high) / 2 if best else high
        for _ in range(PROBES):
            change = replace(least, amount=_rounded(least, trial))
            if not low <= change.amount < (high if best or found else math.inf):
                break
            plan = self.asked.searched(change)
            if plan:
                found = self._tightened(change, plan)
                high = found[0].amount
                if high <= least.amount:
                    break
            else:
                low = change.amount
            if high - low <= max(_step(least), high / 1000 if least.kind == "capacity" else 0):
                break
            trial = (low + high) / 2
        return found

    def _tightened(self, change: Change, plan: Plan) -> tuple[Change, Plan]:
        """Return a change as large as the routes of a plan make use of it, with the plan of the problem so changed."""
        problem = self.asked.plan.problem
        needed = replace(change, amount=min(change.amount, _needed(problem, change, plan)))
        tight = self.asked.judged(applied(problem, needed, self.asked.orders), plan.routes)
        return (needed, tight) if tight else (change, plan)

    def _cheaper(self, change: Change, one: tuple[Change, Plan] | None, other: Plan | None) -> Remedy | None:
        plans = [plan for plan in (one[1] if one else None, other) if plan is not None]
        if not plans:
            return None
        best = min(plans, key=lambda plan: plan.cost)
        least = self.own.get(change.about, [])
        proven = change.kind not in BY_AMOUNT or (
            not self.possible and bool(least) and change.amount <= least[0].amount and not self._may_be_less(change))
        return Remedy(change, best.cost - self.asked.plan.cost, best, proven)


    def _may_be_less(self, change: Change) -> bool:
        """Return whether an empty vehicle may need less than was measured: under driving rules it hardly ever does."""
        return change.unit == "s" and any(vehicle.driving for vehicle in self.asked.plan.problem.fleet)


def _step(change: Change) -> float:
    return 1e-6 if change.kind == "capacity" else 1.0


def _rounded(change: Change, amount: float) -> float:
    return amount if change.kind == "capacity" else float(math.floor(amount))


def _most(asked: Asked, change: Change) -> float:
    """Return an amount that is as good as no limit."""
    problem = asked.plan.problem
    if change.kind == "capacity":
        return math.fsum(order.load.get(change.dimension, 0.0) for order in problem.orders)
    most = {"distance": float(asked.plan.distance_m) + 1_000_000, "stops": float(len(problem.orders))}
    return most.get(change.kind, float(DAY_S))


def _needed(problem: Problem, change: Change, plan: Plan) -> float:
    """Return how much of a change the routes of a plan make use of."""
    if change.order:
        visit = next(visit for visit in plan.visits if visit.order == change.order)
        window = problem.orders[problem.order_row[change.order] - len(problem.depots)].window
        off_s = visit.begin_s - window.end_s if change.kind == "window_later" else window.begin_s - visit.begin_s
        return max(0.0, float(off_s))
    routes = [route for route in plan.routes if route.vehicle_type == change.vehicle_type]
    return max([0.0, *(_needed_by(problem, change, route) for route in routes)])


def _needed_by(problem: Problem, change: Change, route: Route) -> float:
    vehicle = next(kind for kind in problem.fleet if kind.id == route.vehicle_type)
    first_s, last_s = working_hours(problem, vehicle)
    if change.kind == "overtime":
        return float(max(route.end_s - last_s, math.ceil(route.duration_s - vehicle.max_duration_s)
                         if vehicle.max_duration_s < math.inf else 0))
    if change.kind == "early_start":
        return float(first_s - route.begin_s)
    if change.kind == "distance":
        return route.distance_m - vehicle.max_distance_m
    if change.kind == "stops":
        return float(len(route.visits) - (vehicle.max_stops or 0))
    return _load(problem, route.orders, change.dimension) - vehicle.capacities[change.dimension]


def _load(problem: Problem, orders: Sequence[str], dimension: str) -> float:
    nouns = [problem.orders[problem.order_row[order] - len(problem.depots)] for order in orders]
    return float(carried(problem, nouns)[:, problem.dimensions.index(dimension)].max())


def looked_at(asked: Asked) -> Remedies:
    """Return the search for remedies of a plan, its places looked at."""
    return Remedies(asked, places(asked.plan, asked.orders))
