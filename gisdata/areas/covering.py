"""Who is served in time and who is not: shares of demand within some minutes, gaps, and the catchment of each site.

Each place of demand counts with the site from which it is reached first along the roads. Degrees in and out
(EPSG:4326), times seconds and minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gisdata.areas.measures import DEGREES
from gisdata.areas.places import Places, put_on_roads, read_places
from gisdata.areas.service import service_areas
from gisdata.errors import RoadNetworkError
from gisdata.network.matrix import many_to_many
from gisdata.network.snapping import MAX_DISTANCE_M, snap
from gisdata.profiles import as_profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas
    import pandas as pd
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork
    from gisdata.profiles import Profile

_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True, eq=False)
class _Served:
    """Demand with the site that serves it: `site` is -1 and `minutes` infinite where none can."""

    sites: Places
    demand: Places
    site: NDArray[np.int64]
    minutes: NDArray[np.float64]

    @property
    def total(self) -> float:
        return float(self.demand.demand.sum())


def coverage(
    roads: RoadNetwork, sites: pd.DataFrame, demand: pd.DataFrame, profile: str | Profile,
    minutes: float | Sequence[float] = (5, 10, 15), *, column: str | None = None, max_snap_m: float = MAX_DISTANCE_M,
) -> geopandas.GeoDataFrame:
    """Return how much demand, or population, some sites reach within some minutes.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    sites, demand : DataFrame or GeoDataFrame
        ``lon`` and ``lat`` in degrees, or points; ``id`` or else the index names them.
    profile : str or Profile
        Who drives, and when.
    minutes : float or sequence of float
        How long they drive.
    column : str, optional
        Column of `demand` with its amount; by default each place counts 1.
    max_snap_m : float
        Most distance to the nearest road that the profile may use; demand further away is reached by nobody.

    Returns
    -------
    GeoDataFrame
        By time: `minutes`, `places`, `demand`, `share` (of all demand, 0 to 1), `area_m2` and the land that the sites
        reach together.

    Raises
    ------
    RoadNetworkError
        If a table is empty, has no positions or no such column, or there is no demand at all.
    TableError
        With every double site, every position that is none, and every demand that is negative or no number.
    PlacesOffRoadError
        If sites are too far from a usable road.
    """
    served = _served(roads, sites, demand, as_profile(profile), column, max_snap_m)
    land = service_areas(roads, sites, profile, minutes, overlap="merged", max_snap_m=max_snap_m)
    within = served.minutes[None, :] <= land["minutes"].to_numpy()[:, None]
    reached = within @ served.demand.demand
    answer = land[["minutes", "area_m2", "geometry"]].assign(
        places=within.sum(axis=1), demand=reached, share=reached / served.total)
    answer = answer[["minutes", "places", "demand", "share", "area_m2", "geometry"]]
    answer.attrs.update(kind="coverage", profile=as_profile(profile).name, place=roads.name, column=column or "",
                        sites=len(served.sites.names))
    return answer


def coverage_gaps(
    roads: RoadNetwork, sites: pd.DataFrame, demand: pd.DataFrame, profile: str | Profile, minutes: float, *,
    column: str | None = None, max_snap_m: float = MAX_DISTANCE_M,
) -> geopandas.GeoDataFrame:
    """Return the demand that no site reaches within some minutes, the largest first.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    sites, demand : DataFrame or GeoDataFrame
        As for `coverage`.
    profile : str or Profile
        Who drives, and when.
    minutes : float
        How long they may drive.
    column : str, optional
        As for `coverage`.
    max_snap_m : float
        As for `coverage`.

    Returns
    -------
    GeoDataFrame
        `id`, `demand`, `nearest` (the site reached from first, missing where there is no way), `minutes` from it (not
        a number where there is no way) and the point.

    Raises
    ------
    RoadNetworkError
        As `coverage`.
    TableError
        As `coverage`.
    PlacesOffRoadError
        As `coverage`.
    """
    import geopandas
    import pandas as pd

    who = as_profile(profile)
    served = _served(roads, sites, demand, who, column, max_snap_m)
    late = np.flatnonzero(served.minutes > minutes)
    late = late[np.argsort(-served.demand.demand[late], kind="stable")]
    names, found = np.array([*served.sites.names, None], dtype=object), np.isfinite(served.minutes[late])
    answer = geopandas.GeoDataFrame({
        "id": np.array(served.demand.names, dtype=object)[late], "demand": served.demand.demand[late],
        "nearest": pd.Series(names[served.site[late]], dtype="str"),
        "minutes": np.where(found, served.minutes[late], np.nan),
    }, geometry=served.demand.points[late], crs=DEGREES)
    answer.attrs.update(kind="coverage_gaps", profile=who.name, place=roads.name, limit=float(minutes),
                        total=served.total, of=len(served.demand.names))
    return answer


def catchments(
    roads: RoadNetwork, sites: pd.DataFrame, demand: pd.DataFrame, profile: str | Profile,
    minutes: float | None = None, *, column: str | None = None, max_snap_m: float = MAX_DISTANCE_M,
) -> geopandas.GeoDataFrame:
    """Return for each site the demand that it reaches before all others, and its land.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    sites, demand : DataFrame or GeoDataFrame
        As for `coverage`.
    profile : str or Profile
        Who drives, and when.
    minutes : float, optional
        How long they may drive; by default as long as the furthest demand needs.
    column : str, optional
        As for `coverage`.
    max_snap_m : float
        As for `coverage`.

    Returns
    -------
    GeoDataFrame
        By site: `site`, `places`, `demand`, `share` (of all demand), `mean_minutes` (by demand) and `most_minutes` (not
        numbers where it serves none), `area_m2` and its land. Demand that nobody reaches is in none.

    Raises
    ------
    RoadNetworkError
        As `coverage`.
    TableError
        As `coverage`.
    PlacesOffRoadError
        As `coverage`.
    """
    who = as_profile(profile)
    served = _served(roads, sites, demand, who, column, max_snap_m)
    near = np.isfinite(served.minutes)
    limit = minutes if minutes is not None else max(float(served.minutes[near].max(initial=0.0)), 1 / 60)
    near &= served.minutes <= limit
    count = len(served.sites.names)
    site, amount, time = served.site[near], served.demand.demand[near], served.minutes[near]
    load, places = np.bincount(site, amount, count), np.bincount(site, minlength=count)
    weight = np.where(load[site] > 0, amount, 1.0)
    whole = np.bincount(site, weight, count)
    mean = np.divide(np.bincount(site, weight * time, count), whole, out=np.full(count, np.nan), where=whole > 0)
    most = np.full(count, -np.inf)
    np.maximum.at(most, site, time)
    land = service_areas(roads, sites, who, limit, overlap="split", max_snap_m=max_snap_m)
    answer = land[["site", "area_m2", "geometry"]].assign(
        places=places, demand=load, share=load / served.total, mean_minutes=mean,
        most_minutes=np.where(places > 0, most, np.nan))
    answer = answer[["site", "places", "demand", "share", "mean_minutes", "most_minutes", "area_m2", "geometry"]]
    answer.attrs.update(kind="catchments", profile=who.name, place=roads.name)
    return answer


def _served(roads: RoadNetwork, sites: pd.DataFrame, demand: pd.DataFrame, who: Profile, column: str | None,
            max_snap_m: float) -> _Served:
    """Return which site serves each place of demand, and how far that is."""
    ours = read_places(sites, "sites", apart=True)
    theirs = read_places(demand, "demand", demand=column)
    if not theirs.demand.sum() > 0:
        raise RoadNetworkError("there is no demand: all of it is 0")
    at = put_on_roads(roads, ours, who, max_snap_m, "sites")
    time_ms, _ = many_to_many(roads, who, at, snap(roads, theirs.lon, theirs.lat, who, max_snap_m))
    time = np.where(time_ms < 0, np.inf, time_ms / _MINUTE_MS)
    soonest = time.min(axis=0)
    return _Served(ours, theirs, np.where(np.isfinite(soonest), time.argmin(axis=0), -1), soonest)
