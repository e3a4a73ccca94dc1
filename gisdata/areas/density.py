"""How dense roads and demand are, by cell of a grid.

Degrees in and out (EPSG:4326), lengths metres.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from gisdata.areas.measures import DEGREES as CRS
from gisdata.areas.measures import areas_m2
from gisdata.areas.places import Places, read_places
from gisdata.errors import RoadNetworkError
from gisdata.network.topology import topology

if TYPE_CHECKING:
    import geopandas
    import pandas as pd
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork

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
    answer = geopandas.GeoDataFrame(table, geometry=cells[kept], crs=flat.crs).to_crs(CRS)
    answer.attrs.update(kind="road_density", place=roads.name)
    return answer


def demand_density(demand: pd.DataFrame, cell: float = 500.0, *, column: str | None = None,
                   grid: Literal["square", "h3"] = "square") -> geopandas.GeoDataFrame:
    """Return how much demand lies in each cell of a grid.

    Parameters
    ----------
    demand : DataFrame or GeoDataFrame
        ``lon`` and ``lat`` in degrees, or points; ``id`` or else the index names them.
    cell : float
        Side of a square in metres, on the ground of the UTM zone; or the resolution of H3, 0 to 15.
    column : str, optional
        Column with the amount; by default each place counts 1.
    grid : {"square", "h3"}
        Squares from whole multiples of their side; or the hexagons of H3 (needs the package ``h3``).

    Returns
    -------
    GeoDataFrame
        One row for each cell with a place: `cell` (its name), `places`, `demand`, `per_km2`, `area_m2` and the cell
        (EPSG:4326). The demand sums to that of the table.

    Raises
    ------
    RoadNetworkError
        If the table is empty or has no such column, or the cell has no size, or H3 has no such resolution.
    TableError
        With every position that is none, and every demand that is negative or no number.
    """
    import geopandas

    places = read_places(demand, "demand", demand=column)
    if grid not in {"square", "h3"}:
        raise RoadNetworkError(f"grid must be 'square' or 'h3', got {grid!r}")
    name, shape = _squares(places, cell) if grid == "square" else _hexagons(places, cell)
    known, first, row = np.unique(name, return_index=True, return_inverse=True)
    amount = np.bincount(row, places.demand, len(known))
    size = areas_m2(shape[first])
    answer = geopandas.GeoDataFrame({
        "cell": known, "places": np.bincount(row, minlength=len(known)), "demand": amount,
        "per_km2": amount / (size / 1e6), "area_m2": size}, geometry=shape[first], crs=CRS)
    answer.attrs.update(kind="demand_density", column=column or "", grid=grid)
    return answer


def kernel_density(demand: pd.DataFrame, radius_m: float = 1000.0, cell_m: float = 200.0, *,
                   column: str | None = None) -> geopandas.GeoDataFrame:
    """Return demand spread smoothly over the cells around each place.

    Parameters
    ----------
    demand : DataFrame or GeoDataFrame
        As for `demand_density`.
    radius_m : float
        How far the demand of a place is spread, metres on the ground of the UTM zone.
    cell_m : float
        Side of a square cell, metres.
    column : str, optional
        As for `demand_density`.

    Returns
    -------
    GeoDataFrame
        One row for each cell that gets some: `demand`, `per_km2`, `area_m2` and the cell (EPSG:4326), from south-west
        to north-east. The demand sums to that of the table: what a kernel cut to cells would lose is shared out.

    Raises
    ------
    RoadNetworkError
        If the table is empty or has no such column, a size is not more than 0, or there would be too many cells.
    TableError
        As `demand_density`.

    References
    ----------
    Silverman (1986), "Density Estimation for Statistics and Data Analysis", Chapman and Hall, eq. 4.5: the kernel
    proportional to the square of 1 - (distance / radius)^2.
    """
    import geopandas

    places = read_places(demand, "demand", demand=column)
    for word, size in (("radius_m", radius_m), ("cell_m", cell_m)):
        if not 0 < size < math.inf:
            raise RoadNetworkError(f"{word} must be metres, more than 0, got {size!r}")
    flat = geopandas.GeoSeries(places.points, crs=CRS)
    flat = flat.to_crs(flat.estimate_utm_crs())
    at = shapely.get_coordinates(np.asarray(flat, dtype=object)) / cell_m
    reach = math.ceil(radius_m / cell_m)
    if len(at) * (2 * reach + 1) ** 2 > MOST_CELLS * 10:
        raise RoadNetworkError(f"{len(at):,} places with {(2 * reach + 1) ** 2:,} cells each are too many; "
                               "take larger cells or a smaller radius")
    step = np.stack(np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1)), axis=-1).reshape(-1, 2)
    home = np.floor(at).astype(np.int64)
    cells = home[:, None, :] + step
    away = np.hypot(*np.moveaxis(cells + 0.5 - at[:, None, :], -1, 0)) * cell_m / radius_m
    weight = np.where(away < 1, (1 - away**2) ** 2, 0.0)
    lost = weight.sum(axis=1) == 0  # a radius below half a cell
    weight[lost] = (step == 0).all(axis=1)
    share = weight / weight.sum(axis=1, keepdims=True) * places.demand[:, None]
    used = weight > 0
    known, row = np.unique(cells[used][:, ::-1], axis=0, return_inverse=True)
    amount = np.bincount(row.ravel(), share[used], len(known))
    north, east = known.T
    boxes = shapely.box(east * cell_m, north * cell_m, (east + 1) * cell_m, (north + 1) * cell_m)
    shapes = np.asarray(geopandas.GeoSeries(boxes, crs=flat.crs).to_crs(CRS), dtype=object)
    land_m2 = areas_m2(shapes)
    answer = geopandas.GeoDataFrame({"demand": amount, "per_km2": amount / (land_m2 / 1e6), "area_m2": land_m2},
                                    geometry=shapes, crs=CRS)
    answer.attrs.update(kind="kernel_density", column=column or "", radius_m=radius_m)
    return answer


def _km_by_cell(lines: NDArray[np.object_], cells: NDArray[np.object_], km: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share out the length of each line over the cells it crosses, by the part of it in each."""
    line, cell = shapely.STRtree(cells).query(lines, predicate="intersects")
    part = shapely.length(shapely.intersection(lines[line], cells[cell]))
    whole = np.bincount(line, part, minlength=len(lines))  # along an edge of two cells it would count twice
    share = np.divide(part, whole[line], out=np.zeros_like(part), where=whole[line] > 0)
    sums: NDArray[np.float64] = np.bincount(cell, share * km[line], minlength=len(cells)).astype(np.float64)
    return sums


def _squares(places: Places, cell_m: float) -> tuple[NDArray[np.str_], NDArray[np.object_]]:
    """Return the name and the square of each place."""
    import geopandas

    if not 0 < cell_m < math.inf:
        raise RoadNetworkError(f"cell must be metres, more than 0, got {cell_m!r}")
    points = geopandas.GeoSeries(places.points, crs=CRS)
    flat = points.to_crs(points.estimate_utm_crs())
    column, row = np.floor(shapely.get_coordinates(np.asarray(flat, dtype=object)) / cell_m).T
    boxes = shapely.box(column * cell_m, row * cell_m, (column + 1) * cell_m, (row + 1) * cell_m)
    named = np.array([f"{north:.0f}/{east:.0f}" for north, east in zip(row, column, strict=True)])
    return named, np.asarray(geopandas.GeoSeries(boxes, crs=flat.crs).to_crs(CRS), dtype=object)


def _hexagons(places: Places, resolution: float) -> tuple[NDArray[np.str_], NDArray[np.object_]]:
    """Return the name and the hexagon of each place."""
    try:
        import h3
    except ImportError:
        raise RoadNetworkError("the grid of H3 needs the package h3: pip install h3. Or take grid='square'.") from None
    if resolution not in range(16):
        raise RoadNetworkError(f"the resolution of H3 is a whole number from 0 to 15, got {resolution!r}")
    named = [h3.latlng_to_cell(lat, lon, int(resolution)) for lon, lat in zip(places.lon, places.lat, strict=True)]
    shapes = {name: shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(name)]) for name in set(named)}
    return np.array(named), np.array([shapes[name] for name in named], dtype=object)
