"""Places as they are given, tables or nouns of a problem, as names and degrees (WGS 84)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gisdata.errors import CrsError, RoadNetworkError
from routing.errors import ProblemError
from routing.model import Depot, Order

Place = Depot | Order | tuple[float, float]

SHOWN = 5


def located(places: pd.DataFrame | Iterable[Depot | Order]) -> tuple[list[str], Any, Any]:
    """Return labels, longitudes and latitudes of places.

    Parameters
    ----------
    places : DataFrame, GeoDataFrame or list of Depot and Order
        As for `travel_matrix`.

    Returns
    -------
    tuple of list of str, ndarray of float, ndarray of float
        Names, degrees, degrees.

    Raises
    ------
    CrsError, RoadNetworkError
        If the places have no usable position.
    """
    if not isinstance(places, pd.DataFrame):
        found = [position(place) for place in places]
        return ([label for label, _, _ in found], np.array([lon for _, lon, _ in found], dtype=np.float64),
                np.array([lat for _, _, lat in found], dtype=np.float64))
    labels = [str(name) for name in places.get("id", places.index)]
    if "lon" in places and "lat" in places:
        lon, lat = (places[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("lon", "lat"))
    elif hasattr(places, "to_crs") and getattr(places, "active_geometry_name", None):
        if places.crs is None:
            raise CrsError("the places state no reference system; use places.set_crs('EPSG:4326') for degrees")
        points = np.asarray(places.geometry.to_crs("EPSG:4326"), dtype=object)
        if not (shapely.get_type_id(points) == shapely.GeometryType.POINT).all():
            raise RoadNetworkError("the places must be points; take, for example, places.representative_point()")
        lon, lat = shapely.get_x(points), shapely.get_y(points)
    else:
        raise RoadNetworkError("the places have neither the columns 'lon' and 'lat' nor points")
    bad = [label for label, x, y in zip(labels, lon, lat, strict=True) if not (abs(x) <= 180 and abs(y) <= 90)]
    if bad:
        raise RoadNetworkError(f"{len(bad)} places have no usable longitude and latitude: {', '.join(bad[:SHOWN])}")
    return labels, lon, lat


def position(place: Place) -> tuple[str, float, float]:
    """Return label, longitude and latitude of a place.

    Parameters
    ----------
    place : Depot, Order or (lon, lat)
        Degrees, WGS 84.

    Returns
    -------
    tuple of (str, float, float)
        Not checked.

    Raises
    ------
    ProblemError
        If it is none of these.
    """
    if isinstance(place, Depot | Order):
        return f"{type(place).__name__.lower()} {place.id}", place.lon, place.lat
    try:
        lon, lat = (float(part) for part in place)
    except (TypeError, ValueError):
        raise ProblemError(f"a place is a Depot, an Order or (lon, lat) in degrees, got {place!r}") from None
    return f"({lon:.6f}, {lat:.6f})", lon, lat
