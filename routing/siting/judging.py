"""Judge sets of sites by the routes they cause: sampled days are planned from each set, and days compared in pairs.

A textbook model adds up ways out and back; a vehicle serves many places on one round, so the set that a model likes
best need not be the cheapest to run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from gisdata.errors import Fault, TableError
from routing.build import build_problem
from routing.model import Limit, VehicleType
from routing.siting.result import Siting
from routing.solve import solve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gisdata.network import RoadNetwork
    from routing.model import Problem
    from routing.plan import Plan

_DEFAULT_LIMIT = Limit(iterations=300)
_SITE_COLUMNS = ("id", "lon", "lat", "open", "close", "name", "geometry")


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What routes say of sets of sites.

    Parameters
    ----------
    ranking : DataFrame
        One row a set, the cheapest first, those that leave orders unserved last: `set`, `sites`, `unserved` (orders of
        all days), `cost_per_day` with `low` and `high` (confidence interval of the mean), `dearer_by` with `dearer_low`
        and `dearer_high` (a day, than the first set, from the days in pairs; nothing for the first), `days_won`,
        `textbook_rank`.
    days : DataFrame
        One row a day and a set: `day`, `set`, `cost` (routes and sites), `distance_m`, `routes`, `unserved`, `textbook`
        (demand times seconds from the nearest site).
    confidence : float
        Of the intervals.
    plans : dict of (str, str) to Plan
        By day and set: the routes behind each row of `days`, to be checked, drawn or exported.
    """

    ranking: pd.DataFrame
    days: pd.DataFrame
    confidence: float
    plans: dict[tuple[str, str], Plan]

    @property
    def best(self) -> str:
        """Name of the first set."""
        return str(self.ranking["set"].iloc[0])

    @property
    def textbook_differs_percent(self) -> float:
        """On how many of the days the textbook measure prefers another set than the routes, percent."""
        routed, textbook = (_winners(self.days, by) for by in (["unserved", "cost"], ["textbook"]))
        return float(100 * (routed != textbook).mean())

    def summary(self, language: Literal["en", "zh"] = "en") -> str:
        """Return a paragraph: which set is cheapest, how sure that is, what a textbook model would have said.

        Parameters
        ----------
        language : {"en", "zh"}
            Of the text.

        Returns
        -------
        str
            One paragraph.
        """
        first, rest = self.ranking.iloc[0], self.ranking.iloc[1:]
        count = self.days["day"].nunique()
        unclear = rest.loc[~(rest["dearer_low"] > 0) & (rest["unserved"] <= first["unserved"]), "set"].tolist()
        if language == "zh":
            sure = (f"与{'、'.join(unclear)}的差别尚不显著" if unclear else "且显著优于其他方案") if len(rest) else ""
            return (f"按 {count} 个抽样日的实际线路计算，方案“{first['set']}”（{first['sites']}）最省：每日 "
                    f"{first['cost_per_day']:,.2f}（{100 * self.confidence:g} % 置信区间 {first['low']:,.2f} 至 "
                    f"{first['high']:,.2f}）{'，' if sure else ''}{sure}。教科书模型在 "
                    f"{self.textbook_differs_percent:.0f} % 的日子里会选另一方案。")
        sure = (f", not clearly cheaper than {', '.join(unclear)}" if unclear else ", clearly cheaper than the others"
                ) if len(rest) else ""
        return (f"By the routes of {count} sampled days, {first['set']} ({first['sites']}) is cheapest: "
                f"{first['cost_per_day']:,.2f} a day ({100 * self.confidence:g} % confidence interval "
                f"{first['low']:,.2f} to {first['high']:,.2f}){sure}. A textbook model would choose another set on "
                f"{self.textbook_differs_percent:.0f} % of the days.")


def sampled_days(orders: pd.DataFrame, days: int, per_day: int, seed: int = 0) -> dict[str, pd.DataFrame]:
    """Return days drawn from a table of orders: each day so many of them, without repeats within a day.

    Parameters
    ----------
    orders : DataFrame
        Orders, or places that order.
    days : int
        How many days.
    per_day : int
        Orders of each day.
    seed : int
        Another one draws other days.

    Returns
    -------
    dict of str to DataFrame
        ``"day 1"`` and so on; orders in the order of the table.

    Raises
    ------
    TableError
        If there are not so many orders.
    """
    if not (days >= 1 and 1 <= per_day <= len(orders)):
        raise TableError([Fault("arguments", f"the table has {len(orders)} orders",
                                "Ask for at least one day, and for no more orders a day than there are.",
                                column="days, per_day", value=f"{days}, {per_day}")])
    rng = np.random.default_rng(seed)
    return {f"day {number + 1}": orders.iloc[np.sort(rng.choice(len(orders), per_day, replace=False))]
            for number in range(days)}


def judge(
    shortlist: Mapping[str, Siting | Sequence[str]], days: Mapping[str, pd.DataFrame], candidates: pd.DataFrame,
    fleet: pd.DataFrame | Sequence[VehicleType], roads: RoadNetwork, *, limit: Limit | None = None, seed: int = 0,
    confidence: float = 0.95,
) -> Verdict:
    """Plan every day from every set of sites, and say which set costs least to run.

    Parameters
    ----------
    shortlist : mapping of str to Siting or list of str
        Sets of sites by name, as models give them or as ids of candidates.
    days : mapping of str to DataFrame
        Orders of each day, as `routing.build_problem` takes them; see `sampled_days`.
    candidates : DataFrame
        `id`, `lon`, `lat`; `open` and `close` if they have hours; `cost_per_day` of an open site (0 by default).
    fleet : DataFrame or list of VehicleType
        Vehicles that may stand at any site; each open site has all of them.
    roads : RoadNetwork
        What is driven on.
    limit : Limit, optional
        For each plan; by default 300 iterations, which repeat to the byte.
    seed : int
        Of the searches.
    confidence : float
        Of the intervals.

    Returns
    -------
    Verdict
        Ranked sets, and every day.

    Raises
    ------
    TableError
        With every fault of the shortlist and the candidates; of a day's tables as `build_problem` raises it.

    Notes
    -----
    Intervals are Student's, over days; the difference to the best set is that of the same days, which is far less
    scattered than the days are.
    """
    from tqdm.auto import tqdm

    sets = {name: tuple(sites.opened if isinstance(sites, Siting) else map(str, sites))
            for name, sites in shortlist.items()}
    names = [str(name) for name in candidates.get("id", candidates.index)]
    table = candidates.assign(id=names).set_index("id", drop=False)
    _require(sets, days, table, confidence)
    work = [(day, name) for day in days for name in sets]
    rows, plans = [], {}
    for day, name in tqdm(work, desc="days planned", unit="plan", disable=None, leave=False):
        sites = table.loc[list(sets[name])]
        problem = build_problem(days[day], sites[[c for c in _SITE_COLUMNS if c in sites]].reset_index(drop=True),
                                _stationed(fleet, sets[name]), roads)
        plan = solve(replace(problem, roads=None), limit or _DEFAULT_LIMIT, seed)
        plans[day, name] = plan
        cost = plan.cost + (float(sites["cost_per_day"].sum()) if "cost_per_day" in sites else 0.0)
        rows.append({"day": day, "set": name, "cost": cost, "distance_m": plan.distance_m, "routes": len(plan.routes),
                     "unserved": len(plan.unserved), "textbook": _textbook(problem)})
    judged = pd.DataFrame(rows)
    return Verdict(_ranked(judged, sets, confidence), judged, confidence, plans)


def _require(sets: Mapping[str, tuple[str, ...]], days: Mapping[str, pd.DataFrame], table: pd.DataFrame,
             confidence: float) -> None:
    """Raise with all faults of the shortlist."""
    faults = [Fault("sites", "repeats an id", "Give each site an id of its own.", column="id", value=name)
              for name in table.index[table.index.duplicated()]]
    for name, sites in sets.items():
        if not sites:
            faults.append(Fault("shortlist", "has no site", "Name at least one.", row=name))
        faults += [Fault("shortlist", "is no candidate", "Name sites of the table of candidates.", row=name, value=site)
                   for site in sites if site not in table.index]
    for what, given in (("shortlist", sets), ("days", days)):
        if not given:
            faults.append(Fault(what, "is empty", "Give at least one."))
    if not 0 < confidence < 1:
        faults.append(Fault("arguments", "is no confidence", "Give a number between 0 and 1, such as 0.95.",
                            column="confidence", value=str(confidence)))
    if faults:
        raise TableError(faults)


def _stationed(fleet: pd.DataFrame | Sequence[VehicleType], sites: Sequence[str]
               ) -> pd.DataFrame | list[VehicleType]:
    """Return the fleet once for each site, standing there."""
    if isinstance(fleet, pd.DataFrame):
        parts = [fleet.assign(id=[f"{name} @ {site}" for name in fleet["id"]], depot=site, end_depot="")
                 for site in sites]
        return pd.concat(parts, ignore_index=True)
    return [replace(vehicle, id=f"{vehicle.id} @ {site}", depot=site, end_depot="")
            for site in sites for vehicle in fleet]


def _textbook(problem: Problem) -> float:
    """Return demand times seconds from the nearest depot, by the first road profile; unreachable orders left out."""
    first = len(problem.depots)
    seconds = problem.matrices[0].duration_s[:first, first:]
    nearest = np.where(seconds < 0, np.iinfo(np.int64).max, seconds).min(axis=0)
    weight = np.array([order.load.get("weight_kg", 0.0) or 1.0 for order in problem.orders])
    known = nearest < np.iinfo(np.int64).max
    return float((weight[known] * nearest[known]).sum())


def _ranked(days: pd.DataFrame, sets: Mapping[str, tuple[str, ...]], confidence: float) -> pd.DataFrame:
    """Return the sets, cheapest first, with intervals of cost and of the difference to the first."""
    costs = days.pivot_table(index="day", columns="set", values="cost", sort=False)
    unserved = days.groupby("set")["unserved"].sum()
    textbook = days.groupby("set")["textbook"].sum().rank(method="min").astype(int)
    order = sorted(sets, key=lambda name: (unserved[name], costs[name].mean()))
    winner = _winners(days, ["unserved", "cost"])
    rows = []
    for name in order:
        low, high = _interval(costs[name].to_numpy(), confidence)
        more = (costs[name] - costs[order[0]]).to_numpy()
        dearer_low, dearer_high = _interval(more, confidence) if name != order[0] else (math.nan, math.nan)
        rows.append({"set": name, "sites": ", ".join(sets[name]), "unserved": int(unserved[name]),
                     "cost_per_day": float(costs[name].mean()), "low": low, "high": high,
                     "dearer_by": float(more.mean()) if name != order[0] else math.nan, "dearer_low": dearer_low,
                     "dearer_high": dearer_high, "days_won": int((winner == name).sum()),
                     "textbook_rank": int(textbook[name])})
    return pd.DataFrame(rows)


def _winners(days: pd.DataFrame, by: list[str]) -> pd.Series[str]:
    """Return the set that comes first on each day."""
    return days.sort_values(["day", *by], kind="stable").groupby("day")["set"].first()


def _interval(values: NDArray[np.float64], confidence: float) -> tuple[float, float]:
    """Return Student's interval of a mean; nothing is known from one value."""
    from scipy.special import stdtrit

    count = len(values)
    if count < 2:
        return math.nan, math.nan
    half = float(stdtrit(count - 1, (1 + confidence) / 2) * np.std(values, ddof=1) / math.sqrt(count))
    mean = float(np.mean(values))
    return mean - half, mean + half
