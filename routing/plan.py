"""Plan: the answer to a Problem. How it was found, checked or drawn is not known here.

Distances are metres, durations and clock times are seconds from midnight of the plan day.
"""

from __future__ import annotations

import hashlib
import html
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from routing.errors import ProblemError
from routing.frames import PlanFrames, ends_of, plan_frames, plan_html
from routing.model import Limit, LoadPlan, Problem
from routing.model.check import kind_faults, require, settle_counts, settle_texts
from routing.model.plain import from_plain, to_plain
from routing.route import Pause, PlanGeometry, Reason, Route, UnservedOrder, Visit

if TYPE_CHECKING:
    from routing.compare import PlanDiff
    from routing.recipe import Recipe

__all__ = ["Pause", "Plan", "PlanFrames", "PlanGeometry", "PlanText", "Reason", "Route", "UnservedOrder", "Visit"]

SHOWN_UNSERVED = 20


class PlanText(str):
    """Text of several lines that a notebook or prompt shows as it is, without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the text itself."""
        return str(self)

    def _repr_html_(self) -> str:
        """Return the text for notebooks, escaped."""
        return f"<pre>{html.escape(self)}</pre>"


@dataclass(frozen=True, eq=False, repr=False)
class Plan:
    """Routes for a problem, and the orders left over. Equal and hashable by content; the geometry does not count.

    Parameters
    ----------
    problem : Problem
        What it answers.
    routes : tuple of Route
        One a used vehicle, in the order of the fleet.
    unserved : tuple of UnservedOrder
        In the order of the problem.
    engine : str
        Who did what.
    limit : Limit
        How long the search was allowed to take.
    seed : int
        Seed of the search.
    notes : tuple of str
        What the reader must know, such as that a time limit makes it unrepeatable.
    geometry : PlanGeometry, optional
        Paths along the roads; no part of what makes two plans equal.
    locked : frozenset of str
        Ids of orders and names of vehicles that edits by hand must leave as they are; see `lock`.
    loads : tuple of LoadPlan
        Where every piece stands, one a route in their order; empty if nobody looked.
    recipe : Recipe, optional
        How it was made, for `routing.replay`; no part of what makes two plans equal.

    Raises
    ------
    ProblemError
        If problem, limit, seed or notes are not of their kind, or the geometry is that of other routes. What routes and
        unserved orders claim is for `routing.check` to judge.
    """

    problem: Problem
    routes: tuple[Route, ...]
    unserved: tuple[UnservedOrder, ...] = ()
    engine: str = ""
    limit: Limit | None = None
    seed: int = 0
    notes: tuple[str, ...] = ()
    geometry: PlanGeometry | None = None
    locked: frozenset[str] = frozenset()
    loads: tuple[LoadPlan, ...] = ()
    recipe: Recipe | None = None

    def __post_init__(self) -> None:
        for name in ("routes", "unserved", "notes", "loads"):
            if isinstance(getattr(self, name), list):
                object.__setattr__(self, name, tuple(getattr(self, name)))
        faults = [*settle_texts(self, "engine"), *settle_counts(self, "seed"), *kind_faults(self, problem=Problem)]
        faults += [f"limit must be a Limit, got {self.limit!r}"] * (not isinstance(self.limit, Limit | None))
        if isinstance(self.locked, str) or not all(isinstance(name, str) for name in self.locked):
            faults.append(f"locked must be a set of texts, got {self.locked!r}")
        else:
            object.__setattr__(self, "locked", frozenset(self.locked))
        faults += [f"notes must be texts, got {note!r}" for note in self.notes if not isinstance(note, str)]
        faults += [f"loads must be load plans, got {load!r}" for load in self.loads if not isinstance(load, LoadPlan)]
        if self.geometry and [len(lines) for lines in self.geometry.legs] != self.leg_counts:
            faults.append("the geometry has not one line for each leg; leave it out and trace the plan anew")
        require("plan of", self.engine, faults)

    @property
    def leg_counts(self) -> list[int]:
        """How many legs each route has: one more than visits, or as many if its vehicle does not return."""
        return [len(route.visits) + len(ends_of(self.problem, route)) - 1 for route in self.routes]

    @property
    def cost(self) -> float:
        """What all routes cost, in `problem.currency`; penalties are not in it."""
        return math.fsum(route.cost for route in self.routes)

    @property
    def penalty(self) -> float:
        """Penalties of the optional orders left unserved; an engine minimises `cost` + `penalty`."""
        left = {order.order for order in self.unserved}
        return math.fsum(order.penalty or 0.0 for order in self.problem.orders if order.id in left)

    @cached_property
    def bound(self) -> float:
        """What every plan costs at least that serves the mandatory orders of this one; see `routing.bound`."""
        from routing.bound import lower_bound

        served = set(self.served)
        return lower_bound(self.problem, [order.id for order in self.problem.orders
                                          if order.penalty is None and order.id not in served])

    @property
    def gap(self) -> float:
        """By which share of `bound` `cost` + `penalty` may be too high, at most; infinite if the bound is 0."""
        whole = self.cost + self.penalty
        return whole / self.bound - 1 if self.bound else math.inf if whole else 0.0

    @property
    def distance_m(self) -> int:
        """Metres driven by all vehicles."""
        return sum(route.distance_m for route in self.routes)

    @property
    def duration_s(self) -> int:
        """Seconds from departure to return, all vehicles together."""
        return sum(route.duration_s for route in self.routes)

    @property
    def visits(self) -> tuple[Visit, ...]:
        """All visits, route by route."""
        return tuple(visit for route in self.routes for visit in route.visits)

    @property
    def served(self) -> tuple[str, ...]:
        """Ids of the orders that some route visits, in the order of the problem."""
        visited = {visit.order for visit in self.visits}
        return tuple(order.id for order in self.problem.orders if order.id in visited)

    def route(self, vehicle: str) -> Route:
        """Return the route of a vehicle.

        Parameters
        ----------
        vehicle : str
            Such as ``van#2``.

        Returns
        -------
        Route
            What it does.

        Raises
        ------
        ProblemError
            If no vehicle of that name is used.
        """
        for route in self.routes:
            if route.vehicle == vehicle:
                return route
        used = ", ".join(route.vehicle for route in self.routes[:SHOWN_UNSERVED]) or "none"
        raise ProblemError(f"no vehicle {vehicle!r} is used in this plan; used are: {used}")

    def move(self, order: str, to_vehicle: str, position: int | None = None) -> Plan:
        """Return the plan with one order moved to a place on a route, the other order of its shipment along with it.

        Parameters
        ----------
        order : str
            Id of the order; one that was unserved is served from now on.
        to_vehicle : str
            Such as ``van#2``; it may have stayed at home before.
        position : int, optional
            Which stop it becomes, counted from 1. By default the place that costs least of those that keep all times,
            or the last if none does.

        Returns
        -------
        Plan
            Timed and priced anew; a rule that the edit breaks is for `routing.check` to name.

        Raises
        ------
        ProblemError
            If there is no such order, vehicle type or position, or if something concerned is locked.
        """
        from routing.edit import move

        return move(self, order, to_vehicle, position)

    def swap(self, one: str, other: str) -> Plan:
        """Return the plan with two orders in each other's place, or two vehicles on each other's route.

        Parameters
        ----------
        one, other : str
            Ids of two orders that are visited, or names of two vehicles such as ``van#1``.

        Returns
        -------
        Plan
            Timed and priced anew; a rule that the edit breaks is for `routing.check` to name.

        Raises
        ------
        ProblemError
            If they are not two visited orders or two vehicles, or if something concerned is locked.
        """
        from routing.edit import swap

        return swap(self, one, other)

    def lock(self, *names: str) -> Plan:
        """Return the plan with orders or vehicles locked: `move` and `swap` refuse what would change them.

        Parameters
        ----------
        *names : str
            Ids of orders, which then keep their vehicle, or names of vehicles, whose routes then stay as they are.

        Returns
        -------
        Plan
            With them in `locked`. Neither engines nor the judge look at it.

        Raises
        ------
        ProblemError
            If no order and no used vehicle has such a name.
        """
        from routing.edit import lock

        return lock(self, *names)

    def diff(self, other: Plan, *, by_name: bool = False) -> PlanDiff:
        """Return what another plan does otherwise than this one.

        Parameters
        ----------
        other : Plan
            The later or other plan; its problem may differ.
        by_name : bool
            Whether a vehicle is the one of the same name, as on a day that has begun. By default vehicles of a type are
            alike, and routes that share most orders pair.

        Returns
        -------
        PlanDiff
            Orders moved, resequenced, retimed, added and dropped, with cost per cause, as text, table and map.

        Raises
        ------
        ProblemError
            If the other is no plan, or costs another currency.
        """
        from routing.compare import diff

        return diff(self, other, by_name=by_name)

    def summary(self) -> PlanText:
        """Return the plan in a few lines: figures, orders left over and why, notes.

        Returns
        -------
        PlanText
            Text; print it, or let a notebook show it.
        """
        lines = [self._headline()]
        lines += [f"unserved: {left.order} ({left.detail or left.reason})" for left in self.unserved[:SHOWN_UNSERVED]]
        if len(self.unserved) > SHOWN_UNSERVED:
            lines.append(f"unserved: ... and {len(self.unserved) - SHOWN_UNSERVED} more")
        lines += [f"note: {note}" for note in self.notes]
        return PlanText("\n".join(lines))

    def to_frames(self) -> PlanFrames:
        """Return routes, stops, legs and unserved orders as GeoDataFrames.

        Returns
        -------
        PlanFrames
            With lines along the roads if the plan was traced, else straight lines; column `line` says which.
        """
        return plan_frames(self.problem, self.routes, self.unserved, self.geometry)

    def to_dict(self) -> dict[str, Any]:
        """Return all but the problem and the geometry as plain JSON values; `digest` is computed from it.

        Returns
        -------
        dict
            Keys ``problem`` (its digest), ``routes``, ``unserved``, ``engine``, ``limit``, ``seed``, ``notes``, and
            ``locked`` and ``loads`` if there are any.
        """
        record: dict[str, Any] = {
            "problem": self.problem.digest,
            "routes": [to_plain(route) for route in self.routes],
            "unserved": [to_plain(left) for left in self.unserved],
            "engine": self.engine,
            "limit": to_plain(self.limit),
            "seed": self.seed,
            "notes": list(self.notes),
        }
        if self.loads:
            record["loads"] = [to_plain(load) for load in self.loads]
        return {**record, "locked": sorted(self.locked)} if self.locked else record

    @classmethod
    def from_dict(cls, record: Mapping[str, Any], problem: Problem, geometry: PlanGeometry | None = None) -> Plan:
        """Return the plan that `to_dict` wrote.

        Parameters
        ----------
        record : mapping
            As from `to_dict`.
        problem : Problem
            The problem it answers.
        geometry : PlanGeometry, optional
            Paths along the roads.

        Returns
        -------
        Plan
            Equal to the one written.

        Raises
        ------
        ProblemError
            If the record is not that of a plan, or answers another problem.
        """
        try:
            routes = tuple(
                from_plain(Route, {**route, "visits": tuple(from_plain(Visit, visit) for visit in route["visits"]),
                                   "pauses": tuple(from_plain(Pause, pause) for pause in route.get("pauses", ()))})
                for route in record["routes"]
            )
            unserved = tuple(from_plain(UnservedOrder, left) for left in record["unserved"])
            limit = None if record["limit"] is None else from_plain(Limit, record["limit"])
            rest = {name: record[name] for name in ("engine", "seed", "notes")}
            rest["locked"] = frozenset(record.get("locked", ()))
            rest["loads"] = tuple(from_plain(LoadPlan, load) for load in record.get("loads", ()))
            if record["problem"] != problem.digest:
                raise ProblemError("the plan answers another problem")
        except (KeyError, TypeError) as error:
            raise ProblemError(f"this is not the record of a plan: {error!r}") from None
        return cls(problem, routes, unserved, limit=limit, geometry=geometry, **rest)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, hexadecimal; the geometry is not in it."""
        text = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=repr)
        return hashlib.sha256(text.encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        """Return whether both hold the same content; the geometry does not count."""
        return isinstance(other, Plan) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        """Return one line with the figures."""
        return f"<Plan: {self._headline()}>"

    def _repr_html_(self) -> str:
        """Return headline and routes for notebooks, escaped."""
        return plan_html(self._headline(), self.routes, self.unserved)

    def _headline(self) -> str:
        routes = "1 route" if len(self.routes) == 1 else f"{len(self.routes)} routes"
        cost = f"{self.cost:,.2f} {self.problem.currency}".rstrip()
        return (f"{routes}, {self.distance_m / 1000:,.1f} km, {self.duration_s / 3600:,.1f} h, {cost}; "
                f"{len(self.served)} of {len(self.problem.orders)} orders served")
