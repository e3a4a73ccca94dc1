"""Side by side: which stretches of many lines run along the same road, so that a map can draw each beside the others.

Nothing is drawn here. Positions are degrees, WGS 84.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP_DEGREES = 3e-4  # about 30 m
SMOOTHED_STEPS = 9
MOST_LANES = 5


def side_by_side(paths: Sequence[Sequence[shapely.LineString]]) -> list[list[tuple[shapely.LineString, int]]]:
    """Split lines into stretches, each with a lane that no earlier line uses in the same direction on that road.

    Parameters
    ----------
    paths : sequence of sequence of LineString
        Each line as its legs, one beginning where the other ends.

    Returns
    -------
    list of list of (LineString, int)
        For each line its stretches in order, with their lanes. Lane 0 where no earlier line runs, 1 where one does, and
        so on up to 4; the earlier keep their lanes. Changes of less than about 150 m are smoothed away.

    Examples
    --------
    >>> street = shapely.LineString([(0, 0), (0, 0.01)])
    >>> [[lane for _, lane in stretches] for stretches in side_by_side([[street], [street], [street.reverse()]])]
    [[0], [1], [0]]
    """
    users: dict[int, int] = {}
    placed = []
    for legs in paths:
        points = _points(legs)
        keys = _keys(points)
        lanes = _smoothed(np.array([min(users.get(key, 0), MOST_LANES - 1) for key in keys], dtype=np.int64))
        for key in set(keys):
            users[key] = users.get(key, 0) + 1
        placed.append(list(_stretches(points, lanes)))
    return placed


def _points(legs: Sequence[shapely.LineString]) -> NDArray[np.float64]:
    """Return the points of all legs, no two in a row alike, none further apart than a step."""
    driven = [leg for leg in legs if leg.length > 0]  # GEOS cannot split a line that stays in one point
    if not driven:
        return np.empty((0, 2))
    points = shapely.get_coordinates(shapely.segmentize(np.array(driven, dtype=object), STEP_DEGREES))
    moved = np.ones(len(points), dtype=bool)
    moved[1:] = (points[1:] != points[:-1]).any(axis=1)
    return points[moved]


def _keys(points: NDArray[np.float64]) -> list[int]:
    """Return one number for each piece between two points: the cell of its middle and its compass quarter."""
    if len(points) < 2:
        return []
    column, row = np.floor((points[1:] + points[:-1]) / 2 / STEP_DEGREES).astype(np.int64).T
    east, north = (points[1:] - points[:-1]).T
    quarter = np.where(np.abs(east) > np.abs(north), 0, 2) + np.where(np.abs(east) > np.abs(north), east > 0, north > 0)
    return [int(key) for key in (column * 10_000_000 + row) * 4 + quarter]


def _smoothed(lanes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the running median, so that crossing another line moves nothing."""
    if not len(lanes):
        return lanes
    padded = np.pad(lanes, SMOOTHED_STEPS // 2, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, SMOOTHED_STEPS)
    smoothed: NDArray[np.int64] = np.median(windows, axis=1).astype(np.int64)
    return smoothed


def _stretches(points: NDArray[np.float64], lanes: NDArray[np.int64]) -> list[tuple[shapely.LineString, int]]:
    stretches = []
    begin = 0
    for lane, pieces in groupby(lanes.tolist()):
        end = begin + sum(1 for _ in pieces)
        stretches.append((shapely.LineString(points[begin:end + 1]), lane))
        begin = end
    return stretches
