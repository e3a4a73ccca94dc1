"""Fixed charges: which sites to open, keep and close so that sites and service cost least in all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix

from gisdata.errors import Fault
from routing.errors import InfeasibleSitingError, NoPlanError
from routing.model import Limit
from routing.siting.branching import Uncapacitated, forbidding, locate
from routing.siting.capacity import serve
from routing.siting.clock import Clock, running
from routing.siting.flows import Charged
from routing.siting.mip import Program, solve_program
from routing.siting.models import require_reached, siting, weighted
from routing.siting.result import Siting, bounded, named
from routing.siting.tables import Setting, settled
from routing.words import listed

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

DEFAULT_LIMIT = Limit(seconds=60.0)
_MEASURE = "cost"


def fixed_charge(
    travel: pd.DataFrame | ArrayLike, demand: pd.DataFrame, candidates: pd.DataFrame, *, cost_per_travel: float = 1.0,
    single_source: bool = False, max_travel: float | None = None, budget: float | None = None, fewest: int = 0,
    most: int | None = None, limit: Limit | None = None,
) -> Siting:
    """Choose sites at which fixed costs and the costs of serving all demand are least in all.

    A site that is open costs `fixed_cost`; to open a candidate costs `opening_cost` more, to close a closable one
    `closing_cost`. All are of one period, like the demand.

    Parameters
    ----------
    travel : DataFrame or array, shape (sites, places)
        As for `routing.siting.p_median`.
    demand : DataFrame
        Places: `id`, and `demand` (1 by default).
    candidates : DataFrame
        Sites: `id`, `kind` (``"candidate"``, ``"closable"``: open today and may close, ``"existing"``: stays open),
        `fixed_cost`, `opening_cost`, `closing_cost` (0 by default), `capacity` in units of demand (any by default).
    cost_per_travel : float
        Cost of one unit of demand over one unit of travel.
    single_source : bool
        Whether each place is served by one site; otherwise its demand may be split.
    max_travel : float, optional
        No place may be served from further away.
    budget : float, optional
        Most that opening and closing may cost together.
    fewest, most : int, optional
        How many sites may be open.
    limit : Limit, optional
        When to stop; by default after 60 s. The gap says how good the answer is proven to be.

    Returns
    -------
    Siting
        Its objective is the cost.

    Raises
    ------
    TableError
        With every fault of the arguments.
    InfeasibleSitingError
        If no choice serves all demand; it says which places or how much capacity is the matter.
    NoPlanError
        If the limit ran out before any was found.

    References
    ----------
    Sridharan (1995), "The capacitated plant location problem", European Journal of Operational Research 87(2), 203-213.
    """
    faults = _faults(len(candidates), cost_per_travel, budget, fewest, most)
    setting = settled(travel, demand, candidates, max_travel, faults)
    require_reached(setting)
    task = _task(setting, cost_per_travel, budget, fewest, most, single_source)
    constant = float(setting.closing_cost[setting.kind == "closable"].sum())
    with running(limit or DEFAULT_LIMIT) as clock:
        if np.isinf(task.capacity).all() and math.isinf(task.budget):
            fixed, left = task.fixed, forbidding(task.cost, task.fixed)
            found = locate(Uncapacitated(task.cost, np.full(len(task.cost), left), fixed, task.fewest, task.most,
                                         task.kept), clock)
            if found.cost < left:
                answer = siting("fixed_charge", setting, found, _MEASURE)
                return _with_constant(answer, constant)
        _require_capacity(setting, task, clock)
        served = serve(task, clock)
    if math.isinf(served.cost):
        raise _no_choice(task) if math.isinf(served.bound) and served.bound > 0 else NoPlanError(
            "the limit ran out before any choice of sites was found; give more seconds")
    answer = Siting("fixed_charge", setting, named(setting, served.opened), served.share, served.cost,
                    bounded(served.bound, served.cost), _MEASURE)
    return _with_constant(answer, constant)


def _task(setting: Setting, cost_per_travel: float, budget: float | None, fewest: int, most: int | None,
          single_source: bool) -> Charged:
    """Return the task: closing is not spent where a closable site stays, opening is where a candidate opens."""
    closable, candidate = setting.kind == "closable", setting.kind == "candidate"
    once = np.where(candidate, setting.opening_cost, 0.0) - np.where(closable, setting.closing_cost, 0.0)
    room = math.inf if budget is None else budget - float(setting.closing_cost[closable].sum())
    return Charged(weighted(setting) * cost_per_travel, setting.demand, setting.fixed_cost + once, setting.capacity,
                   once, setting.kept, room, fewest, len(setting.sites) if most is None else most, single_source)


def _with_constant(answer: Siting, constant: float) -> Siting:
    """Add the closing of all closable sites, which those that stay open have been given back."""
    return Siting(answer.model, answer.setting, answer.opened, answer.share, answer.objective + constant,
                  answer.bound + constant, answer.measure)


def amount_faults(**amounts: float | None) -> list[Fault]:
    """Return which amounts are none: each must be a number, 0 or more.

    Parameters
    ----------
    **amounts : float or None
        Name and value; None: not given.

    Returns
    -------
    list of Fault
        One for each that is wrong.
    """
    return [Fault("arguments", "is no amount", "Give a number, 0 or more.", column=name, value=str(value))
            for name, value in amounts.items()
            if value is not None and not (isinstance(value, int | float) and 0 <= value < math.inf)]


def _faults(sites: int, cost_per_travel: float, budget: float | None, fewest: int, most: int | None) -> list[Fault]:
    """Return what is wrong with the numbers."""
    faults = amount_faults(cost_per_travel=cost_per_travel, budget=budget)
    top = sites if most is None else most
    if not (0 <= fewest <= top <= sites):
        faults.append(Fault("arguments", f"there are {sites} candidates", "Give 0 <= fewest <= most <= candidates.",
                            column="fewest, most", value=f"{fewest}, {most}"))
    return faults


def _require_capacity(setting: Setting, task: Charged, clock: Clock) -> None:
    """Refuse demand for which all sites together, or those that may serve it, have not capacity enough."""
    largest = np.sort(task.capacity)[::-1][:task.most]
    short = float(task.demand.sum() - largest.sum())
    if short > 1e-9 * max(1.0, float(task.demand.sum())):
        of = "all" if task.most >= len(task.capacity) else f"the {task.most} largest"
        raise InfeasibleSitingError(
            f"demand is {task.demand.sum():,.6g}, the capacity of {of} sites {largest.sum():,.6g}: {short:,.6g} short. "
            "Add capacity or sites, or leave demand", missing=short)
    if np.isfinite(task.capacity).any():
        _require_capacity_within_reach(setting, task, clock)


def _require_capacity_within_reach(setting: Setting, task: Charged, clock: Clock) -> None:
    """Refuse places that together need more than the sites that may serve them hold, as a flow of most demand shows."""
    allowed = np.isfinite(task.cost)
    if allowed.all():
        return
    place, site = np.nonzero(allowed)
    count, (places, sites) = len(place), allowed.shape
    rows = np.concatenate([place, places + site])
    matrix = csr_matrix((np.ones(2 * count), (rows, np.tile(np.arange(count), 2))), shape=(places + sites, count))
    most = np.concatenate([task.demand, np.where(np.isfinite(task.capacity), task.capacity, task.demand.sum())])
    program = Program(-np.ones(count), np.zeros(count), task.demand[place], np.zeros(count, dtype=bool), matrix,
                      np.full(places + sites, -math.inf), most)
    flow = solve_program(program, clock.left_s()).values
    if not len(flow):
        return
    served = np.bincount(place, flow, minlength=places)
    tolerance = 1e-6 * max(1.0, float(task.demand.max()))
    short = served < task.demand - tolerance
    if not short.any():
        return
    used = np.zeros(allowed.shape, dtype=bool)
    used[place, site] = flow > tolerance
    while True:  # places in want, the sites that could serve them, the places these serve instead
        could = allowed[short].any(axis=0)
        more = short | used[:, could].any(axis=1)
        if (more == short).all():
            break
        short = more
    names = tuple(setting.places[at] for at in np.flatnonzero(short).tolist())
    sites_named = [setting.sites[at] for at in np.flatnonzero(could).tolist()]
    need, room = float(task.demand[short].sum()), float(task.capacity[could].sum())
    raise InfeasibleSitingError(
        f"{len(names)} places ({listed(names)}) need {need:,.6g}, and only {listed(sites_named)} may serve them, with "
        f"a capacity of {room:,.6g}: {need - room:,.6g} short. Allow more travel, or add capacity there", names,
        need - room)


def _no_choice(task: Charged) -> InfeasibleSitingError:
    """Return the error for demand that could be served, but not within number, budget and whole service together."""
    limits = [f"at most {task.most} sites" if task.most < len(task.fixed) else "",
              "the budget" if math.isfinite(task.budget) else "",
              "capacities" if np.isfinite(task.capacity).any() else "", "single sourcing" if task.whole else "",
              "the travel allowed" if np.isinf(task.cost).any() else ""]
    return InfeasibleSitingError(
        f"no choice of sites serves all demand under {listed(limit for limit in limits if limit)} together; "
        "relax one of them")
