"""The textbook models without capacities: p-median, p-centre, set covering, maximal covering.

Each takes the same tables: `demand` with `id` and `demand` (1 by default), `candidates` with `id` and `kind`
(``"candidate"`` by default; ``"existing"`` sites stay open), `travel` from every site to every place. A table may have
positions (``lon`` and ``lat``, or points), which the models do not use but maps do.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from gisdata.errors import Fault
from routing.errors import InfeasibleSitingError
from routing.siting.branching import Located, Uncapacitated, forbidding, locate
from routing.siting.clock import running
from routing.siting.covering import centred, covered_by_fewest, most_covered
from routing.siting.result import Siting, bounded, named, nearest_share
from routing.siting.tables import Setting, settled
from routing.words import listed

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from routing.model import Limit


def p_median(
    travel: pd.DataFrame | ArrayLike, demand: pd.DataFrame, candidates: pd.DataFrame, p: int, *,
    max_travel: float | None = None, limit: Limit | None = None,
) -> Siting:
    """Choose p sites at which demand times travel to the nearest site is least in all.

    Parameters
    ----------
    travel : DataFrame or array, shape (sites, places)
        From `travel_table`, or any other: a frame is matched by name, an array by order. NaN, infinite or -1: no road.
    demand : DataFrame
        Places: `id`, and `demand` (1 by default).
    candidates : DataFrame
        Sites: `id`, and `kind`.
    p : int
        How many sites are open, existing ones among them.
    max_travel : float, optional
        No place may be served from further away.
    limit : Limit, optional
        When to stop; by default when the optimum is proven.

    Returns
    -------
    Siting
        With bound and gap.

    Raises
    ------
    TableError
        With every fault of the arguments.
    InfeasibleSitingError
        If p sites cannot serve all; it names the places.

    References
    ----------
    Hakimi (1964), "Optimum locations of switching centers and the absolute centers and medians of a graph", Operations
    Research 12(3), 450-459.
    """
    setting = settled(travel, demand, candidates, max_travel, _faults_of_p(p, candidates))
    require_reached(setting)
    cost = weighted(setting)
    none = np.zeros(len(setting.sites))
    left = forbidding(cost, none)
    task = Uncapacitated(cost, np.full(len(cost), left), none, p, p, setting.kept)
    with running(limit) as clock:
        found = locate(task, clock)
    if found.cost >= left:
        raise not_enough(setting, found.opened, p)
    return siting("p_median", setting, found, "demand x travel")


def p_centre(
    travel: pd.DataFrame | ArrayLike, demand: pd.DataFrame, candidates: pd.DataFrame, p: int, *,
    max_travel: float | None = None, limit: Limit | None = None,
) -> Siting:
    """Choose at most p sites at which the greatest travel from a place's nearest site is least.

    Parameters
    ----------
    travel : DataFrame or array, shape (sites, places)
        As for `p_median`.
    demand : DataFrame
        Places: `id`. How much they need does not matter here.
    candidates : DataFrame
        Sites: `id`, and `kind`.
    p : int
        Most open sites, existing ones among them.
    max_travel : float, optional
        No place may be served from further away.
    limit : Limit, optional
        When to stop; by default when the optimum is proven.

    Returns
    -------
    Siting
        Its objective is the greatest travel.

    Raises
    ------
    TableError
        With every fault of the arguments.
    InfeasibleSitingError
        If p sites cannot serve all; it names the places.

    References
    ----------
    Minieka (1970), "The m-center problem", SIAM Review 12(1), 138-139.
    """
    setting = settled(travel, demand, candidates, max_travel, _faults_of_p(p, candidates))
    require_reached(setting)
    with running(limit) as clock:
        found = centred(setting.travel, p, setting.kept, clock)
        if math.isinf(found.cost):
            best = most_covered(np.isfinite(setting.travel), np.ones(len(setting.places)), p, setting.kept, clock)
            raise not_enough(setting, best.opened, p)
    return siting("p_centre", setting, found, "greatest travel")


def set_cover(
    travel: pd.DataFrame | ArrayLike, demand: pd.DataFrame, candidates: pd.DataFrame, max_travel: float, *,
    limit: Limit | None = None,
) -> Siting:
    """Choose the fewest sites of which one reaches every place.

    Parameters
    ----------
    travel : DataFrame or array, shape (sites, places)
        As for `p_median`.
    demand : DataFrame
        Places: `id`.
    candidates : DataFrame
        Sites: `id`, and `kind`.
    max_travel : float
        How far a site reaches.
    limit : Limit, optional
        When to stop; by default when the optimum is proven.

    Returns
    -------
    Siting
        Its objective is the number of sites.

    Raises
    ------
    TableError
        With every fault of the arguments.
    InfeasibleSitingError
        If no candidate reaches some places; it names them.

    References
    ----------
    Toregas, Swain, ReVelle, Bergman (1971), "The location of emergency service facilities", Operations Research 19(6),
    1363-1373.
    """
    setting = settled(travel, demand, candidates, max_travel)
    require_reached(setting)
    with running(limit) as clock:
        found = covered_by_fewest(np.isfinite(setting.travel), setting.kept, clock)
    return siting("set_cover", setting, found, "open sites")


def max_cover(
    travel: pd.DataFrame | ArrayLike, demand: pd.DataFrame, candidates: pd.DataFrame, p: int, max_travel: float, *,
    limit: Limit | None = None,
) -> Siting:
    """Choose at most p sites that reach the most demand.

    Parameters
    ----------
    travel : DataFrame or array, shape (sites, places)
        As for `p_median`.
    demand : DataFrame
        Places: `id`, and `demand` (1 by default).
    candidates : DataFrame
        Sites: `id`, and `kind`.
    p : int
        Most open sites, existing ones among them.
    max_travel : float
        How far a site reaches.
    limit : Limit, optional
        When to stop; by default when the optimum is proven.

    Returns
    -------
    Siting
        Its objective is the demand reached; `left` names the other places.

    Raises
    ------
    TableError
        With every fault of the arguments.

    References
    ----------
    Church and ReVelle (1974), "The maximal covering location problem", Papers of the Regional Science Association
    32(1), 101-118.
    """
    setting = settled(travel, demand, candidates, max_travel, _faults_of_p(p, candidates))
    with running(limit) as clock:
        found = most_covered(np.isfinite(setting.travel), setting.demand, p, setting.kept, clock)
    total = math.fsum(setting.demand)
    reached = Located(found.opened, total - found.cost, total - found.bound, found.nodes)
    return siting("max_cover", setting, reached, "demand reached")


def weighted(setting: Setting) -> NDArray[np.float64]:
    """Return demand times travel of every pair, infinite where it may not be.

    Parameters
    ----------
    setting : Setting
        Checked.

    Returns
    -------
    ndarray of float, shape (places, sites)
        Zero for a place without demand that a site may serve.
    """
    finite = np.isfinite(setting.travel)
    product = np.where(finite, setting.travel, 0.0) * setting.demand[:, None]
    return np.where(finite, product, math.inf)


def siting(model: str, setting: Setting, found: Located, measure: str) -> Siting:
    """Return the result of a model in which the nearest open site serves.

    Parameters
    ----------
    model : str
        Its name.
    setting : Setting
        What was asked.
    found : Located
        What was found.
    measure : str
        What the objective counts.

    Returns
    -------
    Siting
        With names.
    """
    return Siting(model, setting, named(setting, found.opened), nearest_share(setting, found.opened), found.cost,
                  bounded(found.bound, found.cost), measure)


def require_reached(setting: Setting) -> None:
    """Refuse demand that no site can serve.

    Parameters
    ----------
    setting : Setting
        Checked tables.

    Raises
    ------
    InfeasibleSitingError
        It names the places.
    """
    out = np.flatnonzero(np.isinf(setting.travel).all(axis=1))
    if len(out):
        names = tuple(setting.places[place] for place in out.tolist())
        amount = float(setting.demand[out].sum())
        raise InfeasibleSitingError(
            f"no site may serve {len(names)} of {len(setting.places)} places (demand {amount:,.6g}): {listed(names)}. "
            "Add a candidate near them, allow more travel, or use max_cover, which may leave some", names, amount)


def not_enough(setting: Setting, opened: NDArray[np.int64], p: int) -> InfeasibleSitingError:
    """Return the error that says what p sites leave at least.

    Parameters
    ----------
    setting : Setting
        Checked tables.
    opened : ndarray of int64
        Sites that leave the fewest places.
    p : int
        How many were asked for.

    Returns
    -------
    InfeasibleSitingError
        To be raised.
    """
    out = np.flatnonzero(np.isinf(setting.travel[:, opened]).all(axis=1))
    names = tuple(setting.places[place] for place in out.tolist())
    amount = float(setting.demand[out].sum())
    return InfeasibleSitingError(
        f"{p} sites cannot serve every place: the best leave {len(names)} (demand {amount:,.6g}): {listed(names)}. "
        "Ask for more sites (set_cover tells how many it takes), or allow more travel", names, amount)


def _faults_of_p(p: int, candidates: pd.DataFrame) -> list[Fault]:
    """Return what is wrong with a number of sites."""
    kept = int((candidates["kind"] == "existing").sum()) if "kind" in candidates else 0
    if isinstance(p, bool) or not isinstance(p, int | np.integer) or p < 1:
        return [Fault("arguments", "is no number of sites", "Give a whole number, 1 or more.", column="p",
                      value=str(p))]
    if p > len(candidates):
        return [Fault("arguments", f"is more than the {len(candidates)} candidates", "Ask for fewer sites, or add "
                      "candidates.", column="p", value=str(p))]
    if p < kept:
        return [Fault("arguments", f"is less than the {kept} existing sites, which stay open", "Ask for more, or call "
                      "some closable.", column="p", value=str(p))]
    return []
