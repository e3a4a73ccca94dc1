"""Metres on the ground: a flat picture of a place that keeps areas, and the lengths and areas of a frame.

Degrees of WGS 84 outside, metres inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS, Geod, Transformer

from gisdata.errors import CrsError

if TYPE_CHECKING:
    import geopandas
    from numpy.typing import NDArray

DEGREES = "EPSG:4326"
MOST_SPAN_M = 400_000.0
"""Up to this far from end to end a flat picture is true to less than 0.1 %."""


class Flat:
    """A flat picture around a point: Lambert's azimuthal equal-area projection.

    Areas are exact; lengths are within 0.02 % up to 200 km from the point.

    Parameters
    ----------
    lon, lat : float
        The point, degrees.

    References
    ----------
    Snyder (1987), "Map Projections: A Working Manual", USGS Professional Paper 1395, 182-190.
    """

    def __init__(self, lon: float, lat: float) -> None:
        self.crs = CRS.from_dict({"proj": "laea", "lat_0": round(lat, 4), "lon_0": round(lon, 4), "datum": "WGS84"})
        self._to = Transformer.from_crs(DEGREES, self.crs, always_xy=True)

    @classmethod
    def around(cls, geometry: NDArray[np.object_]) -> Flat:
        """Return the picture around the middle of geometries in degrees.

        Parameters
        ----------
        geometry : ndarray of Geometry
            At least one that is not empty, else the middle is 0, 0.

        Returns
        -------
        Flat
            Its point is rounded to 0.0001 degree.
        """
        west, south, east, north = shapely.total_bounds(geometry)
        middle = np.array([west + east, south + north]) / 2
        return cls(*np.nan_to_num(middle).tolist())

    def points(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return metres of points in degrees.

        Parameters
        ----------
        lon, lat : ndarray, shape (n,)
            Degrees.

        Returns
        -------
        ndarray, shape (n, 2)
            East and north of the point.
        """
        return np.column_stack(self._to.transform(lon, lat))

    def metres(self, geometry: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return geometries in metres.

        Parameters
        ----------
        geometry : ndarray of Geometry
            In degrees.

        Returns
        -------
        ndarray of Geometry
            In order.
        """
        return np.asarray(shapely.transform(geometry, lambda at: self.points(*at.T)), dtype=object)

    def degrees(self, geometry: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return geometries in degrees.

        Parameters
        ----------
        geometry : ndarray of Geometry
            In metres.

        Returns
        -------
        ndarray of Geometry
            In order.
        """
        def back(at: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.column_stack(self._to.transform(at[:, 0], at[:, 1], direction="INVERSE"))

        return np.asarray(shapely.transform(geometry, back), dtype=object)


def only_land(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries as valid polygons, whatever lines and points are left over dropped.

    Parameters
    ----------
    geometry : ndarray of Geometry
        Polygons, perhaps with corners so near to each other that rounding made them touch, or collections.

    Returns
    -------
    ndarray of Polygon or MultiPolygon
        An empty polygon where there is no land.
    """
    land = np.asarray(geometry, dtype=object).copy()
    bad = np.flatnonzero(~shapely.is_valid(land) | (shapely.get_type_id(land) == 7))
    for row in bad.tolist():
        mended = shapely.get_parts(shapely.make_valid(land[row], method="structure", keep_collapsed=False))
        parts = [part for part in mended if part.geom_type == "Polygon"]
        land[row] = shapely.MultiPolygon(parts) if len(parts) > 1 else parts[0] if parts else shapely.Polygon()
    return land


def in_degrees(frame: geopandas.GeoDataFrame | geopandas.GeoSeries, what: str) -> NDArray[np.object_]:
    """Return the geometries of a frame in degrees.

    Parameters
    ----------
    frame : GeoDataFrame or GeoSeries
        In any stated reference system.
    what : str
        What it is, for the message.

    Returns
    -------
    ndarray of Geometry
        Missing ones are empty.

    Raises
    ------
    CrsError
        If it states no reference system.
    """
    if frame.crs is None:
        raise CrsError(f"the {what} state no reference system; use {what}.set_crs('EPSG:4326') for degrees")
    shapes = np.asarray(frame.geometry.to_crs(DEGREES), dtype=object)
    missing = np.flatnonzero(shapely.is_missing(shapes))
    if len(missing):
        shapes = shapes.copy()
        shapes[missing] = shapely.GeometryCollection()
    return shapes


def areas_m2(geometry: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the areas of geometries in degrees, in square metres on the ellipsoid.

    Parameters
    ----------
    geometry : ndarray of Geometry
        In degrees.

    Returns
    -------
    ndarray of float, shape (n,)
        0 for lines and points.
    """
    if not _is_small(geometry):
        return np.array([abs(_geod().geometry_area_perimeter(shapely.orient_polygons(shape))[0]) for shape in geometry])
    sizes: NDArray[np.float64] = shapely.area(Flat.around(geometry).metres(geometry))
    return sizes


def lengths_m(geometry: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return the lengths of geometries in degrees, in metres on the ellipsoid; of areas, the length around.

    Parameters
    ----------
    geometry : ndarray of Geometry
        In degrees.

    Returns
    -------
    ndarray of float, shape (n,)
        0 for points.
    """
    if not _is_small(geometry):
        return np.array([_geod().geometry_length(shape) if shape.geom_type != "Point" else 0.0 for shape in geometry])
    sizes: NDArray[np.float64] = shapely.length(Flat.around(geometry).metres(geometry))
    return sizes


def _geod() -> Geod:
    return Geod(ellps="WGS84")


def _is_small(geometry: NDArray[np.object_]) -> bool:
    """Return whether a flat picture of all is true enough."""
    west, south, east, north = np.nan_to_num(shapely.total_bounds(geometry))
    across = abs(east - west) * np.cos(np.radians(min(abs(south), abs(north)) if south * north > 0 else 0.0))
    return bool(np.hypot(across, north - south) * 111_195 <= MOST_SPAN_M and max(abs(south), abs(north)) < 89)
