"""How dense roads and demand are, by cell of a grid.

Degrees in and out (EPSG:4326), lengths metres.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gisdata.errors import RoadNetworkError
from gisdata.network.topology import topology

if TYPE_CHECKING:
    import geopandas
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork

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


def _km_by_cell(lines: NDArray[np.object_], cells: NDArray[np.object_], km: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share out the length of each line over the cells it crosses, by the part of it in each."""
    line, cell = shapely.STRtree(cells).query(lines, predicate="intersects")
    part = shapely.length(shapely.intersection(lines[line], cells[cell]))
    whole = np.bincount(line, part, minlength=len(lines))  # along an edge of two cells it would count twice
    share = np.divide(part, whole[line], out=np.zeros_like(part), where=whole[line] > 0)
    sums: NDArray[np.float64] = np.bincount(cell, share * km[line], minlength=len(cells)).astype(np.float64)
    return sums
