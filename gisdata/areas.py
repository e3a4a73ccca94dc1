"""Describe an area by its roads: how dense they are, and what is nearest along them.

Draws nothing. Degrees in and out (EPSG:4326), lengths metres, times seconds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gisdata.errors import CrsError, RoadNetworkError
from gisdata.network.matrix import many_to_many
from gisdata.network.snapping import MAX_DISTANCE_M, Snaps, snap
from gisdata.network.topology import topology
from gisdata.network.tracing import paths
from gisdata.profiles import as_profile

if TYPE_CHECKING:
    import geopandas
    import pandas as pd
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork
    from gisdata.profiles import Profile

CRS = "EPSG:4326"
MOST_CELLS = 4_000_000


def road_density(roads: RoadNetwork, cell_m: float = 500.0) -> geopandas.GeoDataFrame:
    """Return the kilometres of road in each cell of a square grid; a two-way road counts once.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    cell_m : float
        Side of a cell, metres on the ground of the network's UTM zone; the grid begins at whole multiples of it.

    Returns
    -------
    GeoDataFrame
        One row for each cell with a road: `road_km`, `km_per_km2` and the cell (EPSG:4326), from south-west to
        north-east. The kilometres sum to those of the network.

    Raises
    ------
    RoadNetworkError
        If the cell has no size, or the grid would have more than four million cells.
    """
    import geopandas

    if not 0 < cell_m < math.inf:
        raise RoadNetworkError(f"cell_m must be metres, more than 0, got {cell_m!r}")
    twin = topology(roads).twin
    once = np.flatnonzero((twin < 0) | (np.arange(len(twin)) < twin))
    lines = geopandas.GeoSeries(roads.geometry[once], crs=CRS)
    flat = lines.to_crs(lines.estimate_utm_crs())
    west, south, east, north = (int(bound // cell_m) for bound in flat.total_bounds)
    if (east - west + 1) * (north - south + 1) > MOST_CELLS:
        raise RoadNetworkError(f"a grid of {cell_m:g} m has more than {MOST_CELLS:,} cells here; take larger ones")
    column, row = (axis.ravel() for axis in np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1)))
    cells = shapely.box(column * cell_m, row * cell_m, (column + 1) * cell_m, (row + 1) * cell_m)
    km = _km_by_cell(np.asarray(flat), cells, roads.edges["length_m"].to_numpy()[once] / 1000)
    kept = km > 0
    square_km = (cell_m / 1000) ** 2
    table = {"road_km": km[kept], "km_per_km2": km[kept] / square_km}
    return geopandas.GeoDataFrame(table, geometry=cells[kept], crs=flat.crs).to_crs(CRS)


def nearest(
    roads: RoadNetwork, places: pd.DataFrame, facilities: pd.DataFrame, profile: str | Profile,
    max_snap_m: float = MAX_DISTANCE_M,
) -> geopandas.GeoDataFrame:
    """Return the facility that is reached first from each place, along the roads.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    places, facilities : DataFrame or GeoDataFrame
        ``lon`` and ``lat`` in degrees, or points; ``id`` or else the index names them.
    profile : str or Profile
        Who drives.
    max_snap_m : float
        Most distance from a place to the nearest road that the profile may use.

    Returns
    -------
    GeoDataFrame
        One row for each place, in order: `id`, `facility` (missing where none can be reached), `duration_s`,
        `distance_m` and the way there (EPSG:4326). Of facilities equally near, the first counts.

    Raises
    ------
    RoadNetworkError
        If there is no facility, or a table has no positions.
    """
    import geopandas
    import pandas as pd

    if not len(facilities):
        raise RoadNetworkError("there is no facility to be near to")
    who = as_profile(profile)
    names, at = _snapped(roads, places, who, max_snap_m)
    facility_names, there = _snapped(roads, facilities, who, max_snap_m)
    time_ms, length_mm = many_to_many(roads, who, at, there)
    first = np.argmin(np.where(time_ms < 0, np.iinfo(np.int64).max, time_ms), axis=1)
    number = np.arange(len(names))
    known = time_ms[number, first] >= 0
    lines: NDArray[np.object_] = np.full(len(names), shapely.LineString(), dtype=object)
    found = paths(roads, who, at[number[known]], there[first[known]])
    lines[known] = [path.line for path in found if path is not None]
    facility = [facility_names[at] if on else None for at, on in zip(first, known, strict=True)]
    table = pd.DataFrame({
        "id": names,
        "facility": pd.Series(facility, dtype="str"),
        "duration_s": np.where(known, time_ms[number, first] / 1000, np.nan),
        "distance_m": np.where(known, length_mm[number, first] / 1000, np.nan),
    })
    return geopandas.GeoDataFrame(table, geometry=lines, crs=CRS)


def _km_by_cell(lines: NDArray[np.object_], cells: NDArray[np.object_], km: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share out the length of each line over the cells it crosses, by the part of it in each."""
    line, cell = shapely.STRtree(cells).query(lines, predicate="intersects")
    part = shapely.length(shapely.intersection(lines[line], cells[cell]))
    whole = np.bincount(line, part, minlength=len(lines))  # along an edge of two cells it would count twice
    share = np.divide(part, whole[line], out=np.zeros_like(part), where=whole[line] > 0)
    sums: NDArray[np.float64] = np.bincount(cell, share * km[line], minlength=len(cells)).astype(np.float64)
    return sums


def _snapped(
    roads: RoadNetwork, places: pd.DataFrame, who: Profile, max_snap_m: float
) -> tuple[list[str], Snaps]:
    """Return names and snaps of the places of a table."""
    names = [str(name) for name in places.get("id", places.index)]
    if "lon" in places and "lat" in places:
        lon, lat = (places[axis].to_numpy(dtype=np.float64, na_value=np.nan) for axis in ("lon", "lat"))
    elif getattr(places, "active_geometry_name", None):
        if places.crs is None:
            raise CrsError("the places state no reference system; use places.set_crs('EPSG:4326') for degrees")
        points = np.asarray(places.geometry.to_crs(CRS).representative_point(), dtype=object)
        lon, lat = shapely.get_x(points), shapely.get_y(points)
    else:
        raise RoadNetworkError("the places have neither the columns 'lon' and 'lat' nor geometry")
    return names, snap(roads, lon, lat, who, max_snap_m)
