"""Make a recorded plan again, byte for byte, or say which input or version is another."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from routing.errors import ReplayError
from routing.model import Limit, Problem
from routing.plan import Plan, Route, Visit
from routing.recipe import Recipe, running_versions
from routing.solve import solve

SHOWN = 10


def replay(plan: Plan, problem: Problem | None = None) -> Plan:
    """Return the same plan, made again from its recorded inputs, seed and counted work.

    Parameters
    ----------
    plan : Plan
        As `routing.solve` made it, in this process or read from a plan file.
    problem : Problem, optional
        The problem as it is built today, from today's tables and roads: it must be the one that the plan answers. By
        default the one that the plan holds.

    Returns
    -------
    Plan
        Equal to the plan; saved, its file has the same bytes where both were traced along the same roads.

    Raises
    ------
    ReplayError
        If it cannot be the same: the problem given is another (each input that differs is named), a version is another,
        the search was ended by the clock or interrupted, the plan was changed after it was made or holds no recipe; or
        if it was made again and came out otherwise.
    """
    recipe, limit = plan.recipe, plan.limit
    faults = [*_plan_faults(plan)]
    if problem is not None and problem != plan.problem:
        faults += problem_differences(plan.problem, problem)
    if recipe is not None:
        faults += _version_faults(recipe)
    if faults or recipe is None or limit is None:
        more = [f"... and {len(faults) - SHOWN} more"] * (len(faults) > SHOWN)
        raise ReplayError("the plan cannot be made again:\n  " + "\n  ".join([*faults[:SHOWN], *more]))
    again = _made(problem or plan.problem, recipe, limit, plan.seed)
    if again.digest != plan.digest:
        raise ReplayError(f"the plan came out otherwise, though inputs and versions are the same: cost "
                          f"{again.cost:.2f} instead of {plan.cost:.2f}; please report this with the plan file")
    return again if again.geometry else dataclasses.replace(again, geometry=plan.geometry)


def problem_differences(recorded: Problem, given: Problem) -> list[str]:
    """Return in what a problem is another than the recorded one.

    Parameters
    ----------
    recorded, given : Problem
        As it was and as it is.

    Returns
    -------
    list of str
        One sentence for each input that differs: an order, depot, vehicle type, shipment or fixed line with its fields,
        a travel matrix with the first cell that differs, the day, the time zone, the goods kept apart.
    """
    found = []
    for name, one in (("orders", "order"), ("depots", "depot"), ("fleet", "vehicle type"), ("shipments", "shipment"),
                      ("lines", "fixed line")):
        found += _noun_differences(one, getattr(recorded, name), getattr(given, name))
    found += [f"{name} is {getattr(given, name)}, it was {getattr(recorded, name)}"
              for name in ("day", "time_zone", "apart") if getattr(given, name) != getattr(recorded, name)]
    return [*found, *_matrix_differences(recorded, given)]


def _noun_differences(one: str, recorded: tuple[Any, ...], given: tuple[Any, ...]) -> list[str]:
    was, now = ({noun.id: noun for noun in nouns} for nouns in (recorded, given))
    found = [f"{one} {name!r} is new" for name in now if name not in was]
    found += [f"{one} {name!r} is missing" for name in was if name not in now]
    for name in was:
        if name in now and was[name] != now[name]:
            fields = [field.name for field in dataclasses.fields(was[name])
                      if getattr(was[name], field.name) != getattr(now[name], field.name)]
            found += [f"{one} {name!r}: {field} is {getattr(now[name], field)!s}, it was {getattr(was[name], field)!s}"
                      for field in fields]
    if not found and list(was) != list(now):
        found.append(f"the {one}s stand in another order")
    return found


def _matrix_differences(recorded: Problem, given: Problem) -> Iterator[str]:
    was, now = ({matrix.profile: matrix for matrix in problem.matrices} for problem in (recorded, given))
    for profile in sorted(was.keys() ^ now.keys()):
        yield f"the travel matrix {profile!r} is {'new' if profile in now else 'missing'}"
    for profile in sorted(was.keys() & now.keys()):
        old, new = was[profile], now[profile]
        if old.places != new.places:
            continue  # told by the orders and depots
        for name, unit in (("duration_s", "s"), ("distance_m", "m")):
            before, after = getattr(old, name), getattr(new, name)
            cells = [tuple(map(int, cell)) for cell in zip(*(before != after).nonzero(), strict=True)]
            if cells:
                i, j = cells[0]
                yield (f"the travel matrix {profile!r} differs in {len(cells)} cells of {name}: from {old.places[i]} "
                       f"to {old.places[j]} it is {after[i, j]} {unit}, it was {before[i, j]} {unit}")
        if old.hourly != new.hourly:
            yield f"the travel matrix {profile!r} has other travel times by the hour"


def _plan_faults(plan: Plan) -> Iterator[str]:
    recipe, limit = plan.recipe, plan.limit
    if recipe is None:
        yield "it holds no recipe: it was not made by routing.solve, or by a version that did not record how"
        return
    if not recipe.engine:
        yield "it was searched by an engine that is none of those by name"
    if plan.digest != recipe.result:
        yield "it was changed after it was made, by hand or by a program"
    if limit is None or not limit.reproducible:
        seconds = "" if limit is None else f" ({limit.seconds:g} s)"
        yield f"its search was ended by the clock{seconds}; give solve a limit in iterations alone"
    yield from ("its search was interrupted" for note in plan.notes if note.startswith("the search was interrupted"))


def _version_faults(recipe: Recipe) -> Iterator[str]:
    was, now = dict(recipe.versions), dict(running_versions())
    optional = {"pyvrp"} - ({"pyvrp"} if recipe.engine == "pyvrp" else set())
    for name in sorted((was.keys() | now.keys()) - optional):
        if was.get(name) != now.get(name):
            yield f"{name} is {now.get(name, 'not installed')}, it was {was.get(name, 'not installed')}"


def _made(problem: Problem, recipe: Recipe, limit: Limit, seed: int) -> Plan:
    initial = None
    if recipe.initial is not None:
        routes = (Route(f"{kind}#{i}", kind, "", tuple(Visit(order, 0, 0, 0) for order in orders), 0, 0, 0, 0.0)
                  for i, (kind, orders) in enumerate(recipe.initial, start=1))
        initial = Plan(problem, tuple(routes))
    words: Mapping[str, Any] = {"loading": recipe.loading, "second_opinion": recipe.second_opinion,
                                "objective": recipe.objective}
    return solve(problem, limit, seed, recipe.engine, progress=False, initial=initial, threads=recipe.threads, **words)
