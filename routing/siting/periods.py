"""Several periods: when sites open and close as demand changes from period to period."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gisdata.errors import Fault
from routing.errors import InfeasibleSitingError, NoPlanError
from routing.siting.charge import DEFAULT_LIMIT, amount_faults
from routing.siting.clock import running
from routing.siting.flows import stacked
from routing.siting.mip import Program, solve_program
from routing.siting.models import require_reached, weighted
from routing.siting.result import Siting, bounded, named
from routing.siting.tables import Setting, settled

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from routing.model import Limit
    from routing.siting.flows import Block

_LEAST_SHARE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class PeriodSiting:
    """Sites chosen for several periods together.

    Parameters
    ----------
    periods : dict of str to Siting
        Who serves whom in each; objective and bound of each are its own cost.
    schedule : DataFrame
        Sites as index, periods as columns: ``open``, ``opens``, ``closes`` or empty.
    objective, bound : float
        Cost of all periods, and what no other schedule costs less than.
    """

    periods: dict[str, Siting]
    schedule: pd.DataFrame
    objective: float
    bound: float

    @property
    def gap_percent(self) -> float:
        """How much cheaper another schedule could be, percent."""
        return 0.0 if self.objective == self.bound else 100 * (self.objective - self.bound) / max(self.objective, 1e-12)


def multi_period(
    travel: pd.DataFrame | ArrayLike, demand: pd.DataFrame, candidates: pd.DataFrame, periods: Sequence[str], *,
    cost_per_travel: float = 1.0, max_travel: float | None = None, budget: float | Sequence[float] | None = None,
    limit: Limit | None = None,
) -> PeriodSiting:
    """Choose which sites are open in each period so that all periods together cost least.

    Parameters
    ----------
    travel : DataFrame or array, shape (sites, places)
        As for `routing.siting.p_median`.
    demand : DataFrame
        Places: `id`, and a column of amounts for each period.
    candidates : DataFrame
        As for `routing.siting.fixed_charge`. `fixed_cost` and `capacity` are of one period, `opening_cost` is paid when
        a site opens that was not open before, `closing_cost` when it closes; closable and existing sites are open
        before.
    periods : sequence of str
        Names of the columns, in order of time.
    cost_per_travel : float
        Cost of one unit of demand over one unit of travel.
    max_travel : float, optional
        No place may be served from further away.
    budget : float or sequence of float, optional
        Most that opening and closing may cost in each period.
    limit : Limit, optional
        When to stop, in seconds; by default after 60 s.

    Returns
    -------
    PeriodSiting
        With a schedule, bound and gap.

    Raises
    ------
    TableError
        With every fault of the arguments.
    InfeasibleSitingError
        If some period's demand cannot be served; it names the period where capacity is short, and by how much.
    NoPlanError
        If the limit ran out before any schedule was found.

    References
    ----------
    Van Roy and Erlenkotter (1982), "A dual-based procedure for dynamic facility location", Management Science 28(10),
    1091-1105; here with capacities.
    """
    faults = amount_faults(cost_per_travel=cost_per_travel)
    missing = [name for name in periods if name not in demand]
    faults += [Fault("demand", "has no such column", "Give a column for each period.", column=name) for name in missing]
    if not len(periods):
        faults.append(Fault("arguments", "names no period", "Name at least one column of demand.", column="periods"))
    spending = _spending(budget, len(periods), faults)
    base = demand.drop(columns="demand", errors="ignore")
    if faults:
        settled(travel, base, candidates, max_travel, faults)
    settings = [settled(travel, base.assign(demand=demand[name]), candidates, max_travel) for name in periods]
    for name, setting in zip(periods, settings, strict=True):
        _require_room(name, setting)
    require_reached(settings[0])
    program = _program(settings, cost_per_travel, spending)
    with running(limit or DEFAULT_LIMIT) as clock:
        answer = solve_program(program, clock.left_s())
    if answer.status == "infeasible":
        raise InfeasibleSitingError("no schedule serves all demand within capacities, budget and the travel allowed")
    if not len(answer.values):
        raise NoPlanError("the limit ran out before any schedule was found; give more seconds")
    return _told(list(periods), settings, answer.values, program, answer.bound)


def _spending(budget: float | Sequence[float] | None, count: int, faults: list[Fault]) -> NDArray[np.float64]:
    """Return the budget of each period."""
    given = np.full(count, math.inf) if budget is None else np.asarray(budget, dtype=np.float64)
    if given.ndim == 0:
        given = np.full(count, float(given))
    if given.shape != (count,) or not (given >= 0).all():
        faults.append(Fault("arguments", "is no budget", f"Give one amount, 0 or more, or {count} of them.",
                            column="budget", value=str(budget)))
    return given


def _require_room(period: str, setting: Setting) -> None:
    short = float(setting.demand.sum() - setting.capacity.sum())
    if short > 1e-9 * max(1.0, float(setting.demand.sum())):
        raise InfeasibleSitingError(f"in period {period} the capacity of all sites is {short:,.6g} short of demand",
                                    missing=short)


def _program(settings: list[Setting], cost_per_travel: float, spending: NDArray[np.float64]) -> Program:
    """Return the program; for each period: open sites, those that open, those that close, shares of places."""
    first = settings[0]
    pairs = np.isfinite(first.travel)
    place, site = np.nonzero(pairs)
    (places, sites), count = first.travel.shape, len(place)
    width = 3 * sites + count
    before = (first.kind != "candidate").astype(np.float64)
    every, pair = np.arange(sites), np.arange(count)
    blocks: list[Block] = []
    cost, low, high = [], [], []
    for at, setting in enumerate(settings):
        y, o, c, x = (at * width + begin + columns for begin, columns in (
            (0, every), (sites, every), (2 * sites, every), (3 * sites, pair)))
        room = np.minimum(setting.capacity, setting.demand.sum())
        change: NDArray[np.float64] = before if at == 0 else np.zeros(sites)
        blocks += [
            (place, x, np.ones(count), places, (setting.demand > 0).astype(np.float64), 1.0),  # if it needs any
            (pair, x, np.ones(count), count, -math.inf, 0.0),
            (pair, y[site], -np.ones(count), 0, 0.0, 0.0),
            (site, x, setting.demand[place], sites, -math.inf, 0.0),
            (every, y, -room, 0, 0.0, 0.0),
            (every, y, np.ones(sites), sites, change, change),  # open now = open before + opens - closes
            (every, o, -np.ones(sites), 0, 0.0, 0.0),
            (every, c, np.ones(sites), 0, 0.0, 0.0),
        ]
        if at:
            blocks.append((every, y - width, -np.ones(sites), 0, 0.0, 0.0))
        blocks += [(0 * every, o, setting.opening_cost, 1, -math.inf, float(spending[at])),
                   (0 * every, c, setting.closing_cost, 0, 0.0, 0.0)]
        cost += [setting.fixed_cost, setting.opening_cost, setting.closing_cost,
                 weighted(setting)[place, site] * cost_per_travel]
        low += [setting.kept.astype(np.float64), np.zeros(width - sites)]
        high.append(np.ones(width))
    rows, least, most = stacked(blocks, width * len(settings))
    whole = np.tile(np.arange(width) < 3 * sites, len(settings))
    return Program(np.concatenate(cost), np.concatenate(low), np.concatenate(high), whole, rows, least, most)


def _told(names: list[str], settings: list[Setting], values: NDArray[np.float64], program: Program, bound: float
          ) -> PeriodSiting:
    """Return the values of the program with names."""
    sites, pairs = len(settings[0].sites), np.isfinite(settings[0].travel)
    blocks = values.reshape(len(names), -1)
    costs = (program.cost * values).reshape(len(names), -1).sum(axis=1)
    schedule = pd.DataFrame("", index=pd.Index(settings[0].sites, name="site"), columns=names)
    periods = {}
    for at, (name, setting) in enumerate(zip(names, settings, strict=True)):
        opened, opens, closes = (blocks[at, begin * sites:(begin + 1) * sites] > 0.5 for begin in range(3))
        schedule.loc[opened, name] = "open"
        schedule.loc[opens & opened, name] = "opens"
        schedule.loc[closes & ~opened, name] = "closes"
        share = np.zeros(pairs.shape)
        share[pairs] = np.where(blocks[at, 3 * sites:] < _LEAST_SHARE, 0.0, blocks[at, 3 * sites:])
        share /= np.maximum(share.sum(axis=1, keepdims=True), _LEAST_SHARE)
        periods[name] = Siting("multi_period", setting, named(setting, np.flatnonzero(opened)), share,
                               float(costs[at]), float(costs[at]), "cost of the period")
    total = float(costs.sum())
    return PeriodSiting(periods, schedule, total, bounded(bound, total))
