"""Lay one map over another, and take the land beside roads. Degrees in and out (EPSG:4326), areas square metres."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np
import shapely

from gisdata.areas.measures import DEGREES, Flat, areas_m2, in_degrees, lengths_m
from gisdata.errors import RoadNetworkError
from gisdata.network.topology import topology

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas

    from gisdata.network.road_network import RoadNetwork

How = Literal["intersection", "union", "difference", "identity", "symmetric_difference"]


def overlay(one: geopandas.GeoDataFrame, other: geopandas.GeoDataFrame, how: How = "intersection",
            ) -> geopandas.GeoDataFrame:
    """Lay one table of areas or lines over another.

    Parameters
    ----------
    one : GeoDataFrame
        Areas, lines or points, in any stated reference system.
    other : GeoDataFrame
        Areas, in any stated reference system, perhaps another.
    how : {"intersection", "union", "difference", "identity", "symmetric_difference"}
        What is kept, as in `geopandas.overlay`.

    Returns
    -------
    GeoDataFrame
        Columns of both, and anew `area_m2` (of areas) or `length_m` (of lines), with what is kept (EPSG:4326).

    Raises
    ------
    RoadNetworkError
        If a table is empty.
    CrsError
        If one states no reference system.
    """
    import geopandas

    if not len(one) or not len(other):
        raise RoadNetworkError("there is nothing to lay over each other: a table is empty")
    shapes = [in_degrees(table, what) for table, what in ((one, "areas"), (other, "other areas"))]
    flat = Flat.around(np.concatenate(shapes))
    sized = ["area_m2", "length_m"]
    tables = [geopandas.GeoDataFrame(table.drop(columns=[table.active_geometry_name, *sized], errors="ignore"),
                                     geometry=flat.metres(shape), crs=flat.crs)
              for table, shape in zip((one, other), shapes, strict=True)]
    laid = tables[0].overlay(tables[1], how=how)
    answer = laid.set_geometry(geopandas.GeoSeries(flat.degrees(np.asarray(laid.geometry, dtype=object)),
                                                   index=laid.index, crs=DEGREES))
    return _sized(answer, {"kind": "overlay", "how": how})


def beside_roads(roads: RoadNetwork, metres: float, highway: Iterable[str] | None = None) -> geopandas.GeoDataFrame:
    """Return the land within some metres of roads, as one area per class of road.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    metres : float
        How far from the middle of the road.
    highway : iterable of str, optional
        Values of ``highway``; by default all that there are.

    Returns
    -------
    GeoDataFrame
        `highway`, `road_m` (both directions counted once), `area_m2` and the land (EPSG:4326).

    Raises
    ------
    RoadNetworkError
        If the metres are not more than 0, or no road is of these classes.
    """
    import geopandas

    if not 0 < metres < math.inf:
        raise RoadNetworkError(f"metres must be more than 0, got {metres!r}")
    twin = topology(roads).twin
    once = (twin < 0) | (np.arange(len(twin)) < twin)
    of_edge = roads.edges["highway"].fillna("").to_numpy(dtype=object)
    there = sorted(set(of_edge.tolist()))
    asked = there if highway is None else sorted(set(highway))
    if not set(asked) & set(there):
        raise RoadNetworkError(f"no road is of the classes {', '.join(asked)}; there are {', '.join(there)}")
    flat = Flat.around(roads.geometry)
    rows = {name: np.flatnonzero(once & (of_edge == name)) for name in asked if name in there}
    land = [shapely.union_all(shapely.buffer(flat.metres(roads.geometry[row]), metres)) for row in rows.values()]
    length = [float(roads.edges["length_m"].to_numpy()[row].sum()) for row in rows.values()]
    answer = geopandas.GeoDataFrame({"highway": list(rows), "road_m": length},
                                    geometry=flat.degrees(np.array(land, dtype=object)), crs=DEGREES)
    return _sized(answer, {"kind": "beside_roads", "place": roads.name, "metres": metres})


def _sized(frame: geopandas.GeoDataFrame, about: dict[str, object]) -> geopandas.GeoDataFrame:
    """Return a frame with the size of its areas or lines before the geometry."""
    shapes = np.asarray(frame.geometry, dtype=object)
    dimension = int(shapely.get_dimensions(shapes).max(initial=0))
    if dimension:
        name, size = ("area_m2", areas_m2(shapes)) if dimension == 2 else ("length_m", lengths_m(shapes))
        frame.insert(len(frame.columns) - 1, name, size)
    frame.attrs.update(about)
    return frame
