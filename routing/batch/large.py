"""Plan a day that is too large for one matrix: in parts on the roads, cut anew each round so that borders move.

Only the matrices of parts that are being searched exist. A part is, at first, orders that lie together, and later
routes that do; each round cuts otherwise, so that what was a border lies inside a part of the next.

References
----------
Taillard and Helsgaun (2019), "POPMUSIC for the travelling salesman problem", European Journal of Operational Research
272(2), 420-429: parts of a solution are optimised again and again.
"""

from __future__ import annotations

import dataclasses
import os
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gisdata.network.matrix import many_to_many
from gisdata.network.snapping import snap
from routing.assemble import assemble_plan
from routing.build import build_problem
from routing.errors import NoPlanError, ProblemError
from routing.model import Depot, Limit, Order, Problem, VehicleType
from routing.model.contradictions import contradictions, require_none
from routing.planfile import save_plan
from routing.solve import solve
from routing.travel import MAX_SNAP_M, require_usable, trace

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from gisdata.network import RoadNetwork
    from routing.plan import Plan

PART = 1_000
"""Orders of a part, about: its matrix takes 16 MB."""

SHARES = (0.4, 0.2, 0.2, 0.2)
"""Shares of the limit by round; in the first, parts are planned from nothing."""

ROOM = 1.2
"""By which factor a part may have more orders than the mean."""


class _Item(NamedTuple):
    """Orders that stay in one part: a route, or an order without one."""

    vehicle: str
    orders: tuple[str, ...]


@dataclass(frozen=True, eq=False, repr=False)
class LargePlan:
    """The plan of a large day, in parts: each a plan of its own, with its orders and its vehicles.

    Parameters
    ----------
    parts : tuple of Plan
        Every order is in one of them, and all together use no more vehicles of a type than there are.
    roads : RoadNetwork
        What is driven on.
    history : tuple of (int, float)
        Orders left over, and cost and penalty of all parts, after each round.
    """

    parts: tuple[Plan, ...]
    roads: RoadNetwork
    history: tuple[tuple[int, float], ...]

    @property
    def cost(self) -> float:
        """What all routes cost; penalties are not in it."""
        return sum(part.cost for part in self.parts)

    @property
    def unserved(self) -> tuple[str, ...]:
        """Ids of the orders left over."""
        return tuple(left.order for part in self.parts for left in part.unserved)

    @property
    def routes(self) -> int:
        """How many vehicles are used."""
        return sum(len(part.routes) for part in self.parts)

    def save(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write each part as a plan file, with its lines along the roads; `routing.read_plans` gives them as one table.

        Parameters
        ----------
        folder : path-like
            Where to.

        Returns
        -------
        list of pathlib.Path
            ``part-001.plan`` and so on.
        """
        return [save_plan(trace(part, self.roads), os.path.join(folder, f"part-{number:03d}.plan"))  # noqa: PTH118
                for number, part in enumerate(self.parts, start=1)]

    def __repr__(self) -> str:
        """Return one line."""
        return (f"<LargePlan: {len(self.parts)} parts, {self.routes} routes, {self.cost:,.2f}; "
                f"{len(self.unserved)} orders unserved>")


def plan_large(orders: Sequence[Order], depots: Sequence[Depot], fleet: Sequence[VehicleType], roads: RoadNetwork, *,
               limit: Limit | None = None, seed: int = 0, part: int = PART, threads: int | None = None,
               engine: str = "auto", progress: Callable[[int, float], object] | bool | None = None) -> LargePlan:
    """Plan thousands of orders without a matrix between all of them.

    Orders are cut into parts on the road network, each is planned, and then routes that lie together are planned anew,
    cut otherwise in each round. Memory grows with the size of a part, not with the square of the day.

    Parameters
    ----------
    orders, depots, fleet : sequence of Order, Depot and VehicleType
        The day; every order stands alone (no shipments).
    roads : RoadNetwork
        What is driven on.
    limit : Limit, optional
        Seconds for all rounds together (by default 300), or iterations of each search.
    seed : int
        Of the cuts and of each search.
    part : int
        Orders of a part, about.
    threads : int, optional
        Parts at a time; by default one for each processor.
    engine : str
        As for `routing.solve`.
    progress : callable or bool, optional
        Called after each round with the number of orders left over, and with cost and penalty; True: a bar; False:
        silence. By default a bar if a person watches.

    Returns
    -------
    LargePlan
        After Ctrl-C that of the last round that was finished.

    Raises
    ------
    ProblemError
        If there is no order, `part` is less than 2, there are no roads, or the day contradicts itself.
    """
    from tqdm.auto import tqdm

    if not orders or part < 2:
        raise ProblemError(f"there must be orders, and at least 2 in a part; got {len(orders)} orders, part={part}")
    require_none(contradictions(orders, depots, fleet, Problem.day, Problem.time_zone))
    require_usable(roads, MAX_SNAP_M)
    day = _Day(list(orders), list(depots), list(fleet), roads, engine)
    stated, count = limit or Limit(seconds=300.0), -(-len(orders) // part)
    workers = min(threads or os.cpu_count() or 1, count)
    items = [_Item("", (order.id,)) for order in orders]
    plans: list[Plan] = []
    history: list[tuple[int, float]] = []
    disable = None if progress is None else progress is not True
    with ThreadPoolExecutor(workers) as pool, tqdm(total=len(SHARES) * count, desc="parts", disable=disable) as bar:
        try:
            for number, share in enumerate(SHARES[: 1 if count == 1 else None]):
                groups = day.driven(day.cut(items, count, np.random.default_rng([seed, number])))
                plans = list(pool.map(day.searcher(_part_limit(stated, share, workers / count), seed, bar.update),
                                      groups, day.shared(groups)))
                items = [item for plan in plans for item in _items_of(plan)]
                history.append((sum(len(plan.unserved) for plan in plans),
                                sum(plan.cost + plan.penalty for plan in plans)))
                if callable(progress):
                    progress(*history[-1])
        except KeyboardInterrupt:
            if not plans:
                raise
    return LargePlan(tuple(plans), roads, tuple(history))


class _Day:
    """The whole day, of which only parts become problems."""

    def __init__(self, orders: list[Order], depots: list[Depot], fleet: list[VehicleType], roads: RoadNetwork,
                 engine: str) -> None:
        self.orders = {order.id: order for order in orders}
        self.depots, self.fleet, self.roads, self.engine = depots, fleet, roads, engine

    def cut(self, items: list[_Item], count: int, chance: np.random.Generator) -> list[list[_Item]]:
        """Return items in groups of about as many orders: each goes to the centre that is nearest by road and has room.

        Items that lose most by going to their second nearest centre choose first.
        """
        if count == 1:
            return [items]
        middle = [self.orders[item.orders[len(item.orders) // 2]] for item in items]
        at = snap(self.roads, [order.lon for order in middle], [order.lat for order in middle], self.fleet[0].profile)
        weight = np.array([len(item.orders) for item in items])
        centre = _spread(np.array([(order.lon, order.lat) for order in middle]), weight, count, chance)
        away, _ = many_to_many(self.roads, self.fleet[0].profile, at[centre], at)
        away = np.where(away < 0, np.iinfo(np.int64).max // 4, away).T
        nearest = np.argsort(away, axis=1, kind="stable")
        ordered = np.take_along_axis(away, nearest, axis=1)
        room = np.full(count, ROOM * weight.sum() / count)
        groups: list[list[_Item]] = [[] for _ in range(count)]
        for row in np.argsort(ordered[:, 0] - ordered[:, 1], kind="stable").tolist():
            group = next((one for one in nearest[row].tolist() if room[one] >= weight[row]), int(room.argmax()))
            room[group] -= weight[row]
            groups[group].append(items[row])
        return [group for group in groups if group]

    def driven(self, groups: list[list[_Item]]) -> list[list[_Item]]:
        """Return groups of which each has a vehicle: those that would have none are joined to that with most."""
        while True:
            vehicles = [sum(vehicle.count for vehicle in fleet) for fleet in self.shared(groups)]
            if min(vehicles) > 0:
                return groups
            alone, most = vehicles.index(0), vehicles.index(max(vehicles))
            groups[most] = [*groups[most], *groups[alone]]
            groups = groups[:alone] + groups[alone + 1:]

    def shared(self, groups: list[list[_Item]]) -> list[list[VehicleType]]:
        """Return the vehicles of each group: those its routes use, and of the others a share by orders."""
        used = [Counter(item.vehicle for item in group if item.vehicle) for group in groups]
        sizes = np.cumsum([0, *(sum(len(item.orders) for item in group) for group in groups)], dtype=np.float64)
        counts: list[dict[str, int]] = [{} for _ in groups]
        for vehicle in self.fleet:
            spare = vehicle.count - sum(counter[vehicle.id] for counter in used)
            ends = np.floor(spare * sizes / sizes[-1] + 1e-9).astype(int)
            for number, counter in enumerate(used):
                counts[number][vehicle.id] = counter[vehicle.id] + int(ends[number + 1] - ends[number])
        return [[dataclasses.replace(vehicle, count=named[vehicle.id]) for vehicle in self.fleet] for named in counts]

    def searcher(self, limit: Limit, seed: int, told: Callable[[], object]) -> Callable[
            [list[_Item], list[VehicleType]], Plan]:
        """Return what plans a group with its vehicles, from the routes that it has."""

        def search(group: list[_Item], fleet: list[VehicleType]) -> Plan:
            orders = [self.orders[order] for item in group for order in item.orders]
            problem = dataclasses.replace(build_problem(orders, self.depots, fleet, self.roads), roads=None)
            routes = [(item.vehicle, item.orders) for item in group if item.vehicle]
            before = assemble_plan(problem, routes, engine="parts", limit=limit, seed=seed)
            try:
                plan = solve(problem, limit, seed, self.engine, progress=False, initial=before if routes else None)
            except NoPlanError:  # too little time for this part: it keeps what it had
                plan = before
            told()
            return min(plan, before, key=_value)

        return search


def _value(plan: Plan) -> tuple[int, float]:
    """Return how good a plan is, the less the better: mandatory orders left over, then cost."""
    penalty = {order.id: order.penalty for order in plan.problem.orders}
    return sum(penalty[left.order] is None for left in plan.unserved), plan.cost + plan.penalty


def _items_of(plan: Plan) -> list[_Item]:
    return [*(_Item(route.vehicle_type, tuple(route.orders)) for route in plan.routes),
            *(_Item("", (left.order,)) for left in plan.unserved)]


def _spread(at: NDArray[np.float64], weight: NDArray[np.int64], count: int,
            chance: np.random.Generator) -> NDArray[np.int64]:
    """Return items that lie far apart: each is drawn by weight times the squared distance to those drawn before."""
    flat = at * np.array([np.cos(np.radians(at[:, 1].mean())), 1.0])
    centre = [int(chance.choice(len(at), p=weight / weight.sum()))]
    away = ((flat - flat[centre[0]]) ** 2).sum(axis=1)
    while len(centre) < count:
        share = weight * (away + 1e-12)
        share[centre] = 0
        centre.append(int(chance.choice(len(at), p=share / share.sum())))
        away = np.minimum(away, ((flat - flat[centre[-1]]) ** 2).sum(axis=1))
    return np.array(centre)


def _part_limit(limit: Limit, share: float, at_once: float) -> Limit:
    """Return the limit of one search: of the seconds its share, of the iterations all."""
    if limit.seconds is None:
        return limit
    return dataclasses.replace(limit, seconds=max(0.5, limit.seconds * share * at_once))
