"""Engines that solve: what one is, which there are, and which rules of a problem they must know.

An engine is believed by nobody: `routing.solve` hands every plan to the judge. A new engine is a module with a class
that has `name`, `supports` and `solve`, added to `ENGINES`.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from gisdata.errors import UnknownNameError
from routing.backhauls import sorts
from routing.errors import UnsupportedRuleError
from routing.model import ALWAYS

if TYPE_CHECKING:
    from routing.model import Limit, Problem
    from routing.plan import Plan

__all__ = ["ENGINES", "Engine", "Initial", "Objective", "Progress", "SearchState", "engine_named", "needed_rules",
           "require_support"]

ENGINES = {"auto": ("routing.engines.auto", "AutoEngine"),
           "native": ("routing.engines.native.engine", "NativeEngine"),
           "ortools": ("routing.engines.ortools_engine", "OrToolsEngine"),
           "pyvrp": ("routing.engines.pyvrp_engine", "PyVrpEngine")}
"""Module and class of each engine, imported when it is asked for."""

WITH_OPTIONS = frozenset({"auto", "native"})
"""Engines that take `threads` and `objective`."""


Objective = Literal["cost", "fleet"]
"""What counts first after mandatory orders: cost, or the number of vehicles used."""

Initial = Sequence[tuple[str, Sequence[str]]]
"""Routes to begin a search from: for each vehicle the id of its type and the ids of the orders it visits, in order."""


class SearchState(NamedTuple):
    """How a search goes.

    Parameters
    ----------
    seconds : float
        Since it began.
    iteration : int
        Counted work done; what one iteration is depends on the engine.
    cost : float or None
        Of the best plan so far, without unserved mandatory orders; None while there is none.
    unserved : int
        Mandatory orders that the best plan so far leaves unserved, besides those that no vehicle could serve.
    """

    seconds: float
    iteration: int
    cost: float | None
    unserved: int


class Progress(Protocol):
    """What is called several times a second while an engine searches."""

    def __call__(self, state: SearchState, /) -> object:
        """Take note of how the search goes."""


class Engine(Protocol):
    """What solves problems.

    Attributes
    ----------
    name : str
        By which `routing.solve` finds it.
    supports : frozenset of str
        Rules it knows, by the names of `routing.rules`.
    """

    @property
    def name(self) -> str:
        """By which `routing.solve` finds it."""

    @property
    def supports(self) -> frozenset[str]:
        """Rules it knows, by the names of `routing.rules`."""

    def solve(self, problem: Problem, limit: Limit, seed: int = 0, progress: Progress | None = None,
              initial: Initial | None = None) -> Plan:
        """Return the best plan found within the limit.

        Parameters
        ----------
        problem : Problem
            To solve.
        limit : Limit
            When to stop.
        seed : int
            Of everything that is drawn.
        progress : callable, optional
            Told how the search goes.
        initial : sequence of (str, sequence of str), optional
            Routes to begin from, feasible or not, complete or not; of what cannot be kept, as much as can be is.

        Returns
        -------
        Plan
            Unchecked.
        """


def engine_named(name: str, threads: int = 1, objective: Objective = "cost") -> Engine:
    """Return an engine.

    Parameters
    ----------
    name : str
        One of `ENGINES`.
    threads : int
        Searches side by side.
    objective : str
        What counts first after mandatory orders: ``"cost"``, or ``"fleet"``, the number of vehicles used.

    Returns
    -------
    Engine
        Ready to solve.

    Raises
    ------
    UnknownNameError
        If there is none of that name, or no such objective.
    UnsupportedRuleError
        If it only searches for least cost, on one thread, and is asked for more.
    """
    if name not in ENGINES:
        raise UnknownNameError(f"there is no engine {name!r}; there are: {', '.join(sorted(ENGINES))}")
    if objective not in ("cost", "fleet"):
        raise UnknownNameError(f"there is no objective {objective!r}; there are: cost, fleet")
    module, kind = ENGINES[name]
    options = {"threads": threads, "objective": objective}
    if name not in WITH_OPTIONS:
        if options != {"threads": 1, "objective": "cost"}:
            raise UnsupportedRuleError(f"engine {name!r} searches for least cost on one thread; "
                                       f"use {' or '.join(map(repr, sorted(WITH_OPTIONS)))}")
        options = {}
    made = getattr(import_module(module), kind)
    engine: Engine = made(**options)
    if objective == "fleet":
        from routing.engines.fleet_first import FleetFirst

        return FleetFirst(made(**options | {"objective": "cost"}), engine)
    return engine


def needed_rules(problem: Problem) -> frozenset[str]:
    """Return the rules that a problem makes use of.

    Parameters
    ----------
    problem : Problem
        To look at.

    Returns
    -------
    frozenset of str
        Names from `routing.rules`, and ``pickup``, which the rule ``capacity`` judges, ``several_windows``
        (``time_window``), ``driving`` (``breaks``), ``hours`` (``travel_time``) and ``overtime`` (``cost``).
    """
    limited = any(vehicle.shift != ALWAYS or vehicle.max_duration_s < float("inf") for vehicle in problem.fleet)
    used = {
        "coverage": True,
        "fleet": True,
        "travel_time": True,
        "cost": True,
        "capacity": bool(problem.dimensions),
        "time_window": any(order.window != ALWAYS for order in problem.orders),
        "several_windows": any(order.windows for order in problem.orders),
        "breaks": any(vehicle.breaks for vehicle in problem.fleet),
        "driving": any(vehicle.driving for vehicle in problem.fleet),
        "apart": any(all(any(kind in order.goods for order in problem.orders) for kind in pair)
                     for pair in problem.apart),
        "lines": bool(problem.lines),
        "hours": any(problem.matrix(vehicle.profile).hourly for vehicle in problem.fleet),
        "backhauls": any(sorts(problem, vehicle) for vehicle in problem.fleet),
        "overtime": any(vehicle.tariff.per_overtime_hour for vehicle in problem.fleet),
        "shift": limited or any(depot.hours != ALWAYS for depot in problem.depots),
        "skills": any(order.skills for order in problem.orders),
        "shipment": bool(problem.shipments),
        "pickup": any(order.kind == "pickup" for order in problem.orders),
        "vehicle_type": any(order.vehicle_types for order in problem.orders),
        "zones": any(vehicle.zones for vehicle in problem.fleet) and any(order.zone for order in problem.orders),
        "max_distance": any(vehicle.max_distance_m < float("inf") for vehicle in problem.fleet),
        "max_stops": any(vehicle.max_stops is not None for vehicle in problem.fleet),
        "open_route": any(not vehicle.returns for vehicle in problem.fleet),
        "end_depot": any(vehicle.end_depot not in ("", problem.depot_of(vehicle).id) for vehicle in problem.fleet),
    }
    return frozenset(rule for rule, is_used in used.items() if is_used)


def require_support(engine: Engine, problem: Problem) -> None:
    """Refuse a problem with rules that an engine does not know.

    Parameters
    ----------
    engine : Engine
        Asked to solve it.
    problem : Problem
        To solve.

    Raises
    ------
    UnsupportedRuleError
        Naming the rules, and the engines that know them all.
    """
    missing = needed_rules(problem) - engine.supports
    if missing:
        able = [name for name in sorted(ENGINES) if needed_rules(problem) <= engine_named(name).supports]
        remedy = f"use engine {' or '.join(map(repr, able))}" if able else "no engine knows them all"
        raise UnsupportedRuleError(
            f"engine {engine.name!r} does not know the rules {', '.join(sorted(missing))} of this problem; {remedy}")
