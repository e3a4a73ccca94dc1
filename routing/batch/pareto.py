"""What a fleet of each size costs, emits and leaves undone: plans of which none is better in everything."""

from __future__ import annotations

import dataclasses
import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gisdata.errors import GisDataError
from gisdata.profiles.emissions import co2_kg_per_km
from routing.assemble import assemble_plan
from routing.batch.result import Batch
from routing.batch.run import batch
from routing.batch.store import store_at
from routing.errors import ProblemError
from routing.model import Tariff
from routing.planfile import load_plan, save_plan

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray
    from plotly.graph_objects import Figure

    from routing.model import Limit, Problem
    from routing.plan import Plan

MEASURES = ("vehicles", "cost", "late", "co2_kg")
"""What counts, the less the better: vehicles used, cost, orders not served in their window, carbon dioxide."""

MOST_POINTS = 12
_LEAST_CO2 = "least CO2"


@dataclass(frozen=True, eq=False, repr=False)
class Pareto:
    """Plans for fleets of several sizes, each for least cost and for least carbon dioxide.

    Parameters
    ----------
    table : DataFrame
        A row a plan: `name`, `vehicles` (used), `cost`, `late` (orders that it does not serve, all others being served
        in their window), `on_time` (share of orders served), `co2_kg`, `km`, `efficient` (no other plan is as good in
        all of `MEASURES` and better in one), `plan` (its file).
    batch : Batch
        What became of the searches behind them.
    """

    table: pd.DataFrame
    batch: Batch

    def plan(self, name: str) -> Plan:
        """Return the plan of a row.

        Parameters
        ----------
        name : str
            Its `name`.

        Returns
        -------
        Plan
            With its problem, as it was saved.

        Raises
        ------
        ProblemError
            If there is no such row.
        """
        files = self.table.loc[self.table["name"] == name, "plan"].tolist()
        if not files:
            raise ProblemError(f"there is no point {name!r}; there are: {', '.join(self.table['name'])}")
        return load_plan(files[0])

    def draw(self, x: str = "vehicles", y: str = "cost") -> Figure:
        """Return a picture of all points, the efficient ones joined.

        Parameters
        ----------
        x, y : str
            Two of `MEASURES`, or other numbers of the table.

        Returns
        -------
        plotly.graph_objects.Figure
            Points with their names.
        """
        import plotly.graph_objects as go

        shown = self.table.sort_values([x, y])
        best = shown[shown["efficient"]]
        style: dict[str, Any] = {"mode": "markers", "hovertemplate": "%{text}<br>" + f"{x} %{{x}}<br>{y} %{{y}}"}
        names = [str(name).replace("<", "&lt;") for name in shown["name"]]
        return go.Figure([
            go.Scatter(x=best[x], y=best[y], mode="lines", line={"color": "#999"}, showlegend=False, hoverinfo="skip"),
            go.Scatter(x=shown[x], y=shown[y], text=names, showlegend=False,
                       marker={"size": 11, "color": np.where(shown["efficient"], "#0b6e4f", "#bbb")}, **style),
        ], go.Layout(xaxis_title=x, yaxis_title=y, template="simple_white"))


def pareto(problem: Problem, out: str | os.PathLike[str], fleets: Iterable[int] | None = None, *,
           limit: Limit | None = None, seed: int = 0, engine: str = "auto", workers: int | None = None,
           progress: bool | None = None) -> Pareto:
    """Plan a day with fleets of several sizes, and tell which plans are better in nothing than others.

    Each size is planned for least cost, and for least carbon dioxide. As in `routing.batch`, plans are kept as they
    are found, and a second call goes on where the first was left.

    Parameters
    ----------
    problem : Problem
        The day.
    out : path-like
        Folder for the plans.
    fleets : iterable of int, optional
        Numbers of vehicles, taken from each type in proportion; by default up to twelve from a quarter of the fleet to
        all of it.
    limit : Limit, optional
        Of each search.
    seed : int
        Of each search.
    engine : str
        As for `routing.solve`.
    workers : int, optional
        Searches at a time.
    progress : bool, optional
        As for `routing.batch`.

    Returns
    -------
    Pareto
        Table, plans and picture.

    Raises
    ------
    ProblemError
        If a number is not from 1 to the size of the fleet.
    """
    sizes = _sizes(problem, fleets)
    asked: dict[str, Problem] = {}
    for size in sizes:
        smaller = _of_size(problem, size)
        asked |= {f"{size} least cost": smaller, f"{size} {_LEAST_CO2}": _priced_by_co2(smaller)}
    ended = batch(asked, out, limit=limit, seed=seed, engine=engine, workers=workers, progress=progress)
    rows = []
    for size in sizes:
        smaller = _of_size(problem, size)
        for name in (f"{size} least cost", f"{size} {_LEAST_CO2}"):
            record = next(record for record in ended.records if record.name == name)
            if record.planned:
                plan = ended.plan(name)
                rows.append(_row(name, _own_prices(plan, smaller) if name.endswith(_LEAST_CO2) else plan, ended.place))
    return Pareto(_table(rows), ended)


def efficient(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points no other is as good as in all measures and better in one.

    Parameters
    ----------
    points : ndarray, shape (n, measures)
        The less the better.

    Returns
    -------
    ndarray of bool, shape (n,)
        Equal points are efficient together.
    """
    as_good = (points[:, None] <= points[None]).all(axis=2)
    better = (points[:, None] < points[None]).any(axis=2)
    beaten: NDArray[np.bool_] = np.logical_or.reduce(as_good & better, axis=0)
    return ~beaten


def _sizes(problem: Problem, fleets: Iterable[int] | None) -> list[int]:
    most = sum(vehicle.count for vehicle in problem.fleet)
    if fleets is None:
        return sorted({int(size) for size in np.linspace(max(1, math.ceil(most / 4)), most, MOST_POINTS).round()})
    sizes = sorted(set(fleets))
    if not sizes or not all(1 <= size <= most for size in sizes):
        raise ProblemError(f"fleets must be numbers of vehicles from 1 to {most}, got {sizes}")
    return sizes


def _of_size(problem: Problem, size: int) -> Problem:
    """Return the problem with so many vehicles, of each type in proportion, the largest remainders first."""
    counts = np.array([vehicle.count for vehicle in problem.fleet], dtype=float)
    exact = counts * size / counts.sum()
    whole = np.floor(exact).astype(int)
    for row in np.argsort(-(exact - whole), kind="stable")[: size - int(whole.sum())]:
        whole[row] += 1
    fleet = tuple(dataclasses.replace(vehicle, count=int(count))
                  for vehicle, count in zip(problem.fleet, whole, strict=True))
    return dataclasses.replace(problem, fleet=fleet)


def _priced_by_co2(problem: Problem) -> Problem:
    """Return the problem in which a kilogram of carbon dioxide costs one unit, and nothing else costs anything."""
    fleet = tuple(dataclasses.replace(vehicle, tariff=Tariff(per_km=max(_co2(vehicle.profile), 1e-3), fixed=0.0))
                  for vehicle in problem.fleet)
    return dataclasses.replace(problem, fleet=fleet)


def _own_prices(plan: Plan, problem: Problem) -> Plan:
    """Return the routes of a plan as an answer to the problem with its own prices."""
    routes = [(route.vehicle_type, route.orders) for route in plan.routes]
    made = assemble_plan(problem, routes, engine=plan.engine, limit=plan.limit, seed=plan.seed,
                         notes=(*plan.notes, "searched for least carbon dioxide"))
    return dataclasses.replace(made, geometry=plan.geometry) if len(made.routes) == len(plan.routes) and [
        route.orders for route in made.routes] == [route.orders for route in plan.routes] else made


def _row(name: str, plan: Plan, place: str) -> dict[str, Any]:
    profiles = {vehicle.id: vehicle.profile for vehicle in plan.problem.fleet}
    co2_kg = math.fsum(route.distance_m / 1000 * _co2(profiles[route.vehicle_type]) for route in plan.routes)
    file = store_at(place).path(f"points/{name}.plan")
    save_plan(plan, file)
    return {"name": name, "vehicles": len(plan.routes), "cost": round(plan.cost + plan.penalty, 2),
            "late": len(plan.unserved), "on_time": 1 - len(plan.unserved) / max(1, len(plan.problem.orders)),
            "co2_kg": round(co2_kg, 3), "km": plan.distance_m / 1000, "plan": str(file)}


def _table(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    columns = ["name", "vehicles", "cost", "late", "on_time", "co2_kg", "km", "efficient", "plan"]
    table = pd.DataFrame(rows, columns=columns)
    table["efficient"] = efficient(table[list(MEASURES)].to_numpy(dtype=np.float64)) if len(table) else []
    return table


def _co2(profile: str) -> float:
    """Return kilograms of carbon dioxide on a kilometre; of a profile that is not known, those of a van."""
    try:
        return co2_kg_per_km(profile)
    except GisDataError:
        return co2_kg_per_km("van")
