"""How sharply a road bends from one edge to the next.

Angles are degrees: 0 straight on, positive to the right, negative to the left, 180 back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gisdata.network.snapping import flat_lines
from gisdata.network.topology import remembered

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork

LOOKED_AT_M = 10.0
"""The direction of a road at a junction is that of its nearest metres, this many of them."""


def turn_angles(
    roads: RoadNetwork, from_edge: NDArray[np.integer], to_edge: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Return the angle of each turn from the end of one edge to the begin of another.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    from_edge, to_edge : ndarray of int, shape (n,)
        Edges; the second begins where the first ends.

    Returns
    -------
    ndarray of float, shape (n,)
        Degrees above -180 and up to 180, positive to the right; 0 where an edge has no direction.
    """
    leaving, arriving = remembered(roads, "bearings", lambda: _bearings(roads))
    angle = leaving[to_edge] - arriving[from_edge]
    angle = 180 - (180 - angle) % 360
    return np.where(np.isnan(angle), 0.0, angle)


def _bearings(roads: RoadNetwork) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the compass bearings of every edge where it begins and where it ends; NaN where it has none."""
    lines = flat_lines(roads)
    lat = roads.nodes["lat"].to_numpy(np.float64)
    bearings = []
    for end, sign in (("u", 1), ("v", -1)):
        near = LOOKED_AT_M / np.cos(np.radians(np.clip(lat[roads.edges[end].to_numpy()], -89, 89)))
        near = np.minimum(near, shapely.length(lines))
        at = shapely.get_point(lines, 0 if sign == 1 else -1)
        beside = shapely.line_interpolate_point(lines, sign * near)
        east, north = (sign * (shapely.get_coordinates(beside) - shapely.get_coordinates(at))).T
        bearing = np.degrees(np.arctan2(east, north))
        bearings.append(np.where((east == 0) & (north == 0), np.nan, bearing))
    return bearings[0], bearings[1]
