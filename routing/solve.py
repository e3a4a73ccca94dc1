"""Solve a problem: choose a limit, let an engine search, trace the paths, let the judge look. This is the algorithm."""

from __future__ import annotations

import dataclasses
from typing import Literal

from routing.checker import check, describe_violations
from routing.engines import Engine, Initial, Objective, Progress, engine_named, require_support
from routing.engines.progress import shown_progress
from routing.errors import EngineError
from routing.model import Limit, LoadingRules, Problem
from routing.plan import Plan
from routing.recipe import Recipe, running_versions, sequences

__all__ = ["solve"]


def solve(problem: Problem, limit: Limit | None = None, seed: int = 0, engine: str | Engine = "auto",
          progress: Progress | bool | None = None, initial: Plan | None = None, threads: int = 1,
          second_opinion: bool = False, objective: Objective = "cost",
          loading: Literal["pack"] | LoadingRules | None = None) -> Plan:
    """Return the best plan found within a limit: mandatory orders first, then least cost.

    Cost is that of the routes (fixed, by km, by hour from departure to return) and the penalties of optional orders
    left out. An order that cannot be served is no error: it comes back in `Plan.unserved` with the reason.

    Parameters
    ----------
    problem : Problem
        To solve.
    limit : Limit, optional
        When to stop. By default after 2 s and 0.03 s an order, at most 30 s. With iterations alone, the same problem
        and seed give the same plan, byte for byte.
    seed : int
        Of everything that is drawn in the search; another seed may find another plan.
    engine : str or Engine
        Which engine searches: ``"auto"``, which picks one, ``"native"``, ``"ortools"``, or ``"pyvrp"``, an extra.
    progress : callable or bool, optional
        Called with a `routing.engines.SearchState` several times a second; True: a bar; False: silence. By default a
        bar if a person watches.
    initial : Plan, optional
        A plan to begin from, for this problem or one with the same ids; it may be incomplete or wrong.
    threads : int
        Searches side by side that exchange their best plans; each of them does the iterations of the limit.
    second_opinion : bool
        Whether OR-Tools, whose model of the whole problem is independent of the other engines, shall look at the plan
        too; a note says that it accepts it.
    objective : str
        ``"fleet"``: the fewest vehicles, then least cost.
    loading : str or LoadingRules, optional
        ``"pack"``: every route loads, by the usual rules of loading or those given here, and `Plan.loads` says where
        every piece stands. The engine then gets a part of the limit for a plan by weight and volume, which is cut and
        built again; a note says what loading costs. Orders without load units count by weight and volume only.

    Returns
    -------
    Plan
        Free of violations, with geometry if the problem has roads. `Plan.notes` say what kept the search from being
        complete or repeatable. After Ctrl-C it is the best plan until then.

    Raises
    ------
    NoPlanError
        If the limit is reached before any plan is found.
    EngineError
        If the engine fails, the judge finds violations in its plan, or OR-Tools, asked for its opinion, refuses it.
    MissingEngineError
        If the package behind the engine is not installed.
    ProblemError
        If routes shall load, and there are no load units, or the inside of a vehicle type is not known.
    UnsupportedRuleError
        If the engine, or OR-Tools asked for its opinion, does not know a rule of the problem, or the objective.
    """
    searcher = engine_named(engine, threads, objective) if isinstance(engine, str) else engine
    require_support(searcher, problem)
    stated = limit or Limit.default(len(problem.orders))
    with shown_progress(progress, stated, problem) as report:
        if loading is None:
            plan = searcher.solve(problem, stated, seed, report, _sequences(initial))
        else:
            from routing.packed.plan import packed_plan, require_spaces

            require_spaces(problem)
            plan = searcher.solve(problem, first_share(stated), seed, None, _sequences(initial))
            rules = loading if isinstance(loading, LoadingRules) else LoadingRules()
            plan = packed_plan(plan, stated, seed, report, threads, rules)
    plan = dataclasses.replace(plan, notes=(*_limit_notes(limit, stated), *plan.notes))
    if problem.roads is not None:
        from routing.travel import trace

        plan = trace(plan)
    violations = check(plan)
    if violations:
        raise EngineError(f"the plan of engine {searcher.name!r} is wrong and was thrown away; please report this with "
                          f"the problem. {describe_violations(violations)}")
    if second_opinion:
        from routing.engines.ortools_opinion import second_opinion as opinion_on

        plan = dataclasses.replace(plan, notes=(*plan.notes, opinion_on(plan)))
    started = None if initial is None else sequences(_sequences(initial) or ())
    return dataclasses.replace(plan, recipe=Recipe(
        plan.digest, engine=engine if isinstance(engine, str) else "", threads=threads, objective=objective,
        second_opinion=second_opinion, loading=LoadingRules() if loading == "pack" else loading, initial=started,
        versions=running_versions()))


def first_share(limit: Limit) -> Limit:
    """Return how long the engine searches by weight and volume before routes are loaded: a tenth of the seconds."""
    return limit if limit.seconds is None else dataclasses.replace(limit, seconds=max(0.3, limit.seconds / 10))


def _sequences(initial: Plan | None) -> Initial | None:
    """Return the routes to begin from as an engine takes them."""
    return None if initial is None else [(route.vehicle_type, route.orders) for route in initial.routes]


def _limit_notes(limit: Limit | None, stated: Limit) -> list[str]:
    """Return what the reader must know of the limit."""
    if limit is None:
        return [f"stopped by the default limit of {stated.seconds:g} s; another run may find another plan"]
    return [] if stated.reproducible else ["stopped by the clock; another run may find another plan"]
