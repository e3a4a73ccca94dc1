"""Demand, candidate sites and travel between them, checked: every fault of all three is told at once.

Travel is in one unit of the caller's choice; pairs without a road are NaN, infinite, or -1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gisdata.errors import Fault, TableError
from gisdata.profiles import Profile, as_profile, with_turns
from routing.placed import located
from routing.travel import MAX_SNAP_M, require_on_road, require_usable

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from gisdata.network import RoadNetwork

KINDS = ("candidate", "closable", "existing")
_MEASURES = {"duration_min": (0, 60_000.0, "min"), "duration_s": (0, 1000.0, "s"), "distance_km": (1, 1e6, "km"),
             "distance_m": (1, 1000.0, "m")}
_AMOUNTS = {"fixed_cost": 0.0, "capacity": math.inf, "opening_cost": 0.0, "closing_cost": 0.0}


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What sites are chosen for, and from: checked, in the order of the tables.

    Parameters
    ----------
    places, sites : tuple of str
        Names.
    demand : ndarray of float, shape (places,)
        Amount of each place.
    travel : ndarray of float, shape (places, sites)
        From site to place; infinite where that may not be.
    kind : ndarray of str, shape (sites,)
        ``"candidate"``, ``"closable"`` (open today, may close) or ``"existing"`` (open today, stays).
    fixed_cost, capacity, opening_cost, closing_cost : ndarray of float, shape (sites,)
        Of an open site; of opening a candidate, of closing a closable one.
    place_at, site_at : ndarray of float, shape (n, 2)
        Degrees, NaN where not given.
    unit : str
        Of travel, such as ``"min"``; may be empty.
    """

    places: tuple[str, ...]
    sites: tuple[str, ...]
    demand: NDArray[np.float64]
    travel: NDArray[np.float64]
    kind: NDArray[np.object_]
    fixed_cost: NDArray[np.float64]
    capacity: NDArray[np.float64]
    opening_cost: NDArray[np.float64]
    closing_cost: NDArray[np.float64]
    place_at: NDArray[np.float64]
    site_at: NDArray[np.float64]
    unit: str

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Sites that stay open."""
        return np.asarray(self.kind == "existing", dtype=np.bool_)


def travel_table(
    roads: RoadNetwork, candidates: pd.DataFrame, demand: pd.DataFrame, profile: str | Profile,
    measure: str = "duration_min", max_snap_m: float = MAX_SNAP_M, *, turns: bool = False,
) -> pd.DataFrame:
    """Return the travel from every candidate site (row) to every place of demand (column) along the roads.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    candidates, demand : DataFrame or GeoDataFrame
        ``id`` or else the index names them; ``lon`` and ``lat`` in degrees, or points.
    profile : str or Profile
        Who drives; `Profile.on_trip` sets weekday and hour.
    measure : {"duration_min", "duration_s", "distance_km", "distance_m"}
        What is told of the fastest ways.
    max_snap_m : float
        Most distance from a place to the nearest road that the profile may use.
    turns : bool
        Whether turn restrictions are obeyed and turns take time, also if the profile does not say so.

    Returns
    -------
    DataFrame
        Ids of candidates as index, of demand as columns; NaN where no road leads. ``attrs["unit"]`` names the unit.

    Raises
    ------
    PlacesOffRoadError
        If places are further than `max_snap_m` from any usable road; each is named with its distance.
    TableError
        If there is no such measure.
    """
    from gisdata.network.matrix import many_to_many
    from gisdata.network.snapping import snap

    if measure not in _MEASURES:
        raise TableError([Fault("travel_table", "is no measure", f"Choose one of {', '.join(_MEASURES)}.",
                                column="measure", value=str(measure))])
    require_usable(roads, max_snap_m)
    who = with_turns(profile) if turns else as_profile(profile)
    ends = []
    for table in (candidates, demand):
        labels, lon, lat = located(table)
        snaps = snap(roads, lon, lat, who, max_snap_m)
        require_on_road(snaps, labels, who, max_snap_m)
        ends.append((labels, snaps))
    number, scale, unit = _MEASURES[measure]
    whole = many_to_many(roads, who, ends[0][1], ends[1][1])[number]
    found = pd.DataFrame(np.where(whole < 0, np.nan, whole / scale), index=ends[0][0], columns=ends[1][0])
    found.attrs["unit"] = unit
    return found


def settled(
    travel: pd.DataFrame | ArrayLike, demand: pd.DataFrame, candidates: pd.DataFrame, max_travel: float | None = None,
    more: Sequence[Fault] = (),
) -> Setting:
    """Return the three tables checked against each other.

    Parameters
    ----------
    travel : DataFrame or array, shape (sites, places)
        A frame is matched by name, an array by order.
    demand, candidates : DataFrame
        See `routing.siting`.
    max_travel : float, optional
        Pairs further apart than this may not be.
    more : sequence of Fault
        Faults of other arguments, to be told with those of the tables.

    Returns
    -------
    Setting
        As arrays.

    Raises
    ------
    TableError
        With all faults.
    """
    faults = list(more)
    place_names, site_names = (_names(table, of, faults) for table, of in ((demand, "demand"), (candidates, "sites")))
    weights = _amounts(demand, "demand", "demand", 1.0, faults, infinite=False)
    amounts = {name: _amounts(candidates, "sites", name, default, faults, infinite=name == "capacity")
               for name, default in _AMOUNTS.items()}
    kind = _kinds(candidates, faults)
    if max_travel is not None and not (isinstance(max_travel, int | float) and max_travel >= 0):
        faults.append(Fault("arguments", "is no travel", "Give a number in the unit of the travel, 0 or more.",
                            column="max_travel", value=str(max_travel)))
        max_travel = None
    table = _travel(travel, site_names, place_names, faults)
    unit = str(travel.attrs.get("unit", "")) if isinstance(travel, pd.DataFrame) else ""
    if max_travel is not None:
        table = np.where(table <= max_travel, table, math.inf)
    if faults:
        raise TableError(faults)
    return Setting(tuple(place_names), tuple(site_names), weights, table, kind, place_at=_positions(demand),
                   site_at=_positions(candidates), unit=unit, **amounts)


def _names(table: pd.DataFrame, of: str, faults: list[Fault]) -> list[str]:
    names = [str(name) for name in table.get("id", table.index)]
    if not names:
        faults.append(Fault(of, "the table has no rows", "Give at least one."))
    seen: dict[str, Hashable] = {}
    for name, row in zip(names, table.index, strict=True):
        if name in seen:
            faults.append(Fault(of, f"repeats row {seen[name]!r}", "Give each row an id of its own.", row=str(row),
                                column="id", value=name))
        seen.setdefault(name, row)
    return names


def _amounts(table: pd.DataFrame, of: str, column: str, default: float, faults: list[Fault], *, infinite: bool
             ) -> NDArray[np.float64]:
    """Return a column of amounts, blank cells by default; note what is no amount."""
    if column not in table:
        return np.full(len(table), default)
    numbers = pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    blank = table[column].isna().to_numpy()
    if infinite or default == 0.0:
        numbers = np.where(blank, default, numbers)
    bad = ~(numbers >= 0) | (np.isinf(numbers) & (not infinite))
    for at in np.flatnonzero(bad).tolist():
        reason = "is blank" if blank[at] else "is negative" if numbers[at] < 0 else "is no amount"
        faults.append(Fault(of, reason, "Give a number, 0 or more.", row=str(table.index[at]), column=column,
                            value="" if blank[at] else str(table[column].iloc[at])))
    return np.where(bad, 0.0, numbers)


def _kinds(table: pd.DataFrame, faults: list[Fault]) -> NDArray[np.object_]:
    kinds = np.array([str(kind) for kind in table["kind"]] if "kind" in table else ["candidate"] * len(table),
                     dtype=object)
    faults.extend(Fault("sites", "is no kind of site", f"Write one of {', '.join(KINDS)}.", column="kind",
                        row=str(table.index[at]), value=str(kinds[at]))
                  for at in np.flatnonzero(~np.isin(kinds, KINDS)).tolist())
    return kinds


def _travel(travel: pd.DataFrame | ArrayLike, sites: list[str], places: list[str], faults: list[Fault]
            ) -> NDArray[np.float64]:
    """Return travel by place and site, infinite where no road leads."""
    nothing = np.zeros((len(places), len(sites)))
    if isinstance(travel, pd.DataFrame):
        rows, columns = ([str(name) for name in names] for names in (travel.index, travel.columns))
        for named, axis, wanted in ((rows, "row", sites), (columns, "column", places)):
            missing, many = [name for name in wanted if name not in set(named)], len(set(named)) < len(named)
            faults.extend(Fault("travel", f"has no {axis} of that name", "Measure travel for the same tables.",
                                value=name) for name in missing)
            if many:
                faults.append(Fault("travel", f"has several {axis}s of one name", "Keep one of each."))
            if missing or many:
                return nothing
        travel = travel.set_axis(rows).set_axis(columns, axis=1).loc[sites, places].to_numpy(dtype=object)
    table = _numbers(travel)
    if table is None or table.shape != (len(sites), len(places)):
        shape = "is no table of numbers" if table is None else f"has shape {table.shape}"
        faults.append(Fault("travel", shape, f"It should have {len(sites)} rows (sites) and {len(places)} columns."))
        return nothing
    table = np.where(np.isnan(table) | (table == -1), math.inf, table)
    for at, to in np.argwhere(table < 0).tolist():
        faults.append(Fault("travel", "is negative", "Write -1 or nothing where no road leads.", row=sites[at],
                            column=places[to], value=f"{table[at, to]:g}"))
    return np.ascontiguousarray(table.T)


def _numbers(travel: Any) -> NDArray[np.float64] | None:  # noqa: ANN401 (whatever is given)
    try:
        return np.asarray(travel, dtype=np.float64)
    except (TypeError, ValueError):
        return None


def _positions(table: pd.DataFrame) -> NDArray[np.float64]:
    """Return degrees; NaN if the table has no positions."""
    if ("lon" in table and "lat" in table) or getattr(table, "active_geometry_name", None):
        _, lon, lat = located(table)
        return np.column_stack([lon, lat])
    return np.full((len(table), 2), np.nan)
