"""What is nearest along the roads: the closest facilities with the way there, and tables of times between places.

Degrees in and out (EPSG:4326), lengths metres, times seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gisdata.areas.measures import DEGREES
from gisdata.areas.places import read_places
from gisdata.errors import RoadNetworkError
from gisdata.network.matrix import many_to_many
from gisdata.network.snapping import MAX_DISTANCE_M, snap
from gisdata.network.tracing import paths
from gisdata.profiles import as_profile

if TYPE_CHECKING:
    import geopandas
    import pandas as pd
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork
    from gisdata.profiles import Profile


def nearest(
    roads: RoadNetwork, places: pd.DataFrame, facilities: pd.DataFrame, profile: str | Profile,
    max_snap_m: float = MAX_DISTANCE_M, *, count: int = 1,
) -> geopandas.GeoDataFrame:
    """Return the facilities that are reached first from each place, along the roads.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    places, facilities : DataFrame or GeoDataFrame
        ``lon`` and ``lat`` in degrees, or points; ``id`` or else the index names them.
    profile : str or Profile
        Who drives, and when.
    max_snap_m : float
        Most distance from a place to the nearest road that the profile may use.
    count : int
        How many facilities for each place.

    Returns
    -------
    GeoDataFrame
        For each place, in order, a row for each facility, the nearest first: `id`, `rank` (from 1), `facility` (missing
        where none can be reached, then the only row), `duration_s`, `distance_m` and the way there (EPSG:4326). Of
        facilities equally near, the first counts.

    Raises
    ------
    RoadNetworkError
        If there is no facility, or a table has no positions, or the count is not positive.
    TableError
        With every position that is none.
    """
    import geopandas
    import pandas as pd

    if not len(facilities):
        raise RoadNetworkError("there is no facility to be near to")
    if count < 1:
        raise RoadNetworkError(f"count must be at least 1, got {count!r}")
    who = as_profile(profile)
    here, there = read_places(places, "places"), read_places(facilities, "facilities")
    at, to = (snap(roads, table.lon, table.lat, who, max_snap_m) for table in (here, there))
    time_ms, length_mm = many_to_many(roads, who, at, to)
    order = np.argsort(np.where(time_ms < 0, np.iinfo(np.int64).max, time_ms), axis=1, kind="stable")[:, :count]
    known = np.take_along_axis(time_ms, order, axis=1) >= 0
    kept = known | (np.arange(order.shape[1]) == 0)
    row, rank = np.nonzero(kept)
    facility, known = order[kept], known[kept]
    lines: NDArray[np.object_] = np.full(len(row), shapely.LineString(), dtype=object)
    lines[known] = [path.line for path in paths(roads, who, at[row[known]], to[facility[known]]) if path is not None]
    table = pd.DataFrame({
        "id": np.array(here.names, dtype=object)[row],
        "rank": rank + 1,
        "facility": pd.Series(np.where(known, np.array(there.names, dtype=object)[facility], None), dtype="str"),
        "duration_s": np.where(known, time_ms[row, facility] / 1000, np.nan),
        "distance_m": np.where(known, length_mm[row, facility] / 1000, np.nan),
    })
    answer = geopandas.GeoDataFrame(table, geometry=lines, crs=DEGREES)
    answer.attrs.update(kind="nearest", profile=who.name, place=roads.name)
    return answer


def od_table(
    roads: RoadNetwork, origins: pd.DataFrame, destinations: pd.DataFrame, profile: str | Profile,
    max_minutes: float | None = None, *, max_snap_m: float = MAX_DISTANCE_M,
) -> geopandas.GeoDataFrame:
    """Return how long and how far it is from each origin to each destination, one pair a row.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    origins, destinations : DataFrame or GeoDataFrame
        As for `nearest`.
    profile : str or Profile
        Who drives, and when.
    max_minutes : float, optional
        Pairs further apart are left out, and those without a way.
    max_snap_m : float
        Most distance from a place to the nearest road that the profile may use.

    Returns
    -------
    GeoDataFrame
        By origin, then by destination, as they stand in their tables: `origin`, `destination`, `duration_s`,
        `distance_m` (not numbers where there is no way) and a straight line from place to place (EPSG:4326).

    Raises
    ------
    RoadNetworkError
        If a table is empty or has no positions.
    TableError
        With every position that is none.
    TooLargeError
        If there are more than 400 million pairs.
    """
    import geopandas
    import pandas as pd

    who = as_profile(profile)
    here, there = read_places(origins, "origins"), read_places(destinations, "destinations")
    at, to = (snap(roads, table.lon, table.lat, who, max_snap_m) for table in (here, there))
    time_ms, length_mm = many_to_many(roads, who, at, to)
    wanted = time_ms >= 0 if max_minutes is not None else np.ones(time_ms.shape, dtype=bool)
    if max_minutes is not None:
        wanted &= time_ms <= max_minutes * 60_000
    origin, destination = np.nonzero(wanted)
    known = time_ms[wanted] >= 0
    ends = [np.column_stack([table.lon, table.lat])[row] for table, row in ((here, origin), (there, destination))]
    table = pd.DataFrame({
        "origin": np.array(here.names, dtype=object)[origin],
        "destination": np.array(there.names, dtype=object)[destination],
        "duration_s": np.where(known, time_ms[wanted] / 1000, np.nan),
        "distance_m": np.where(known, length_mm[wanted] / 1000, np.nan),
    })
    answer = geopandas.GeoDataFrame(table, geometry=shapely.linestrings(np.stack(ends, axis=1)), crs=DEGREES)
    answer.attrs.update(kind="od_table", profile=who.name, place=roads.name)
    return answer
