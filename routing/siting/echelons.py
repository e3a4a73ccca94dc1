"""Two echelons: from plants to distribution centres to places of demand, both levels of sites chosen together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

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

_LEAST_AMOUNT = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class TwoEchelonSiting:
    """Plants and distribution centres chosen together.

    Parameters
    ----------
    outbound : Siting
        The open centres and the places they serve; objective, bound and gap are those of both echelons.
    plants : tuple of str
        Plants that are used or stay.
    inbound : DataFrame
        `plant`, `site`, `amount`, `travel`: what comes to each centre from where.
    """

    outbound: Siting
    plants: tuple[str, ...]
    inbound: pd.DataFrame


def two_echelon(
    inbound_travel: pd.DataFrame | ArrayLike, plants: pd.DataFrame, travel: pd.DataFrame | ArrayLike,
    demand: pd.DataFrame, candidates: pd.DataFrame, *, inbound_cost_per_travel: float = 1.0,
    cost_per_travel: float = 1.0, single_source: bool = False, max_travel: float | None = None,
    limit: Limit | None = None,
) -> TwoEchelonSiting:
    """Choose plants and distribution centres at which fixed costs, trunk haulage and delivery cost least in all.

    Parameters
    ----------
    inbound_travel : DataFrame or array, shape (plants, sites)
        From plants to centres; as `travel`.
    plants : DataFrame
        `id`, `kind`, `fixed_cost` and `capacity`, as candidates have them.
    travel : DataFrame or array, shape (sites, places)
        As for `routing.siting.p_median`.
    demand, candidates : DataFrame
        As for `routing.siting.fixed_charge`; opening and closing costs are not counted here.
    inbound_cost_per_travel, cost_per_travel : float
        Cost of one unit of demand over one unit of travel, into and out of centres.
    single_source : bool
        Whether each place is served by one centre.
    max_travel : float, optional
        No place may be served from further away.
    limit : Limit, optional
        When to stop, in seconds; by default after 60 s.

    Returns
    -------
    TwoEchelonSiting
        With bound and gap.

    Raises
    ------
    TableError
        With every fault of the arguments.
    InfeasibleSitingError
        If capacities, roads and the travel allowed do not let all demand be served.
    NoPlanError
        If the limit ran out before any choice was found.

    References
    ----------
    Geoffrion and Graves (1974), "Multicommodity distribution system design by Benders decomposition", Management
    Science 20(5), 822-844; here with one commodity.
    """
    faults = amount_faults(inbound_cost_per_travel=inbound_cost_per_travel, cost_per_travel=cost_per_travel)
    setting = settled(travel, demand, candidates, max_travel, faults)
    trunk = settled(inbound_travel, pd.DataFrame({"id": list(setting.sites)}), plants)
    require_reached(setting)
    total = float(setting.demand.sum())
    for level, of in ((trunk, "plants"), (setting, "sites")):
        room = float(level.capacity.sum())
        if room < total * (1 - 1e-9):
            raise InfeasibleSitingError(f"demand is {total:,.6g}, the capacity of all {of} {room:,.6g}: "
                                        f"{total - room:,.6g} short", missing=total - room)
    pairs, links = np.isfinite(setting.travel), np.isfinite(trunk.travel)
    costs = weighted(setting) * cost_per_travel, trunk.travel * inbound_cost_per_travel
    program = _program(setting, trunk, pairs, links, costs, whole=single_source)
    with running(limit or DEFAULT_LIMIT) as clock:
        answer = solve_program(program, clock.left_s())
    if answer.status == "infeasible":
        raise InfeasibleSitingError("no choice of plants and sites serves all demand: capacities within reach are "
                                    "short. Add capacity, or allow more travel")
    if not len(answer.values):
        raise NoPlanError("the limit ran out before any choice of sites was found; give more seconds")
    return _told(setting, trunk, pairs, links, answer.values, float(program.cost @ answer.values), answer.bound,
                 single_source)


def _program(setting: Setting, trunk: Setting, pairs: NDArray[np.bool_], links: NDArray[np.bool_],
             costs: tuple[NDArray[np.float64], NDArray[np.float64]], *, whole: bool) -> Program:
    """Return the program: plants, sites, shares of places, amounts from plants."""
    (places, sites), count = setting.travel.shape, len(trunk.sites)
    place, site = np.nonzero(pairs)
    at, plant = np.nonzero(links)
    x, z = count + sites + np.arange(len(place)), count + sites + len(place) + np.arange(len(at))
    total = float(setting.demand.sum())
    room, plant_room = (np.minimum(level.capacity, total) for level in (setting, trunk))
    every, each = np.arange(sites), np.arange(count)
    most = np.minimum(room[at], plant_room[plant])
    blocks: list[Block] = [
        (place, x, np.ones(len(place)), places, 1.0, 1.0),
        (np.arange(len(place)), x, np.ones(len(place)), len(place), -math.inf, 0.0),
        (np.arange(len(place)), count + site, -np.ones(len(place)), 0, 0.0, 0.0),
        (site, x, setting.demand[place], sites, -math.inf, 0.0),
        (every, count + every, -room, 0, 0.0, 0.0),
        (site, x, setting.demand[place], sites, 0.0, 0.0),  # what leaves a site has come to it
        (at, z, -np.ones(len(at)), 0, 0.0, 0.0),
        (plant, z, np.ones(len(at)), count, -math.inf, 0.0),
        (each, each, -plant_room, 0, 0.0, 0.0),
        (np.arange(len(at)), z, np.ones(len(at)), len(at), -math.inf, 0.0),
        (np.arange(len(at)), count + at, -most, 0, 0.0, 0.0),
    ]
    rows, least, sides = stacked(blocks, count + sites + len(place) + len(at))
    binary = count + sites
    return Program(
        np.concatenate([trunk.fixed_cost, setting.fixed_cost, costs[0][place, site], costs[1][at, plant]]),
        np.concatenate([trunk.kept, setting.kept, np.zeros(len(place) + len(at))]).astype(np.float64),
        np.concatenate([np.ones(binary + len(place)), most]),
        np.concatenate([np.ones(binary, dtype=bool), np.full(len(place), whole), np.zeros(len(at), dtype=bool)]),
        rows, least, sides)


def _told(setting: Setting, trunk: Setting, pairs: NDArray[np.bool_], links: NDArray[np.bool_],
          values: NDArray[np.float64], cost: float, bound: float, single_source: bool) -> TwoEchelonSiting:
    """Return the values of the program with names."""
    count, sites = len(trunk.sites), len(setting.sites)
    share = np.zeros(pairs.shape)
    pieces = values[count + sites:count + sites + int(pairs.sum())]
    share[pairs] = np.rint(pieces) if single_source else np.where(pieces < _LEAST_AMOUNT, 0.0, pieces)
    share /= share.sum(axis=1, keepdims=True)
    at, plant = np.nonzero(links)
    amounts = values[count + sites + int(pairs.sum()):]
    sent = amounts > _LEAST_AMOUNT
    inbound = pd.DataFrame({
        "plant": np.array(trunk.sites, dtype=object)[plant[sent]].astype(str),
        "site": np.array(setting.sites, dtype=object)[at[sent]].astype(str),
        "amount": amounts[sent], "travel": trunk.travel[at[sent], plant[sent]]})
    opened = np.flatnonzero(values[count:count + sites] > 0.5)
    outbound = Siting("two_echelon", setting, named(setting, opened), share, cost, bounded(bound, cost), "cost")
    return TwoEchelonSiting(outbound, named(trunk, np.flatnonzero(values[:count] > 0.5)), inbound)
