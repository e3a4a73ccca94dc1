"""Roads as the quiet ground of a map: grouped by class, thinned and packed to a size budget. Nothing is drawn here.

Positions are degrees, WGS 84; packed lines count in steps of 1e-5 degree (at most 1.1 m).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gisdata.network import RoadNetwork

Bounds = tuple[float, float, float, float]

SCALE = 100_000
METRES_PER_DEGREE = 111_195.0
BUDGET_BYTES = 3_000_000
TOLERANCES_M = (1.0, 2.0, 4.0, 8.0, 16.0)


@dataclass(frozen=True, slots=True)
class RoadClass:
    """How the roads of some OpenStreetMap classes look.

    Parameters
    ----------
    name : str
        For messages.
    highway : frozenset of str
        Values of the tag ``highway``; a ``_link`` goes with its road. Empty: all that no other class has.
    colour : str
        ``#rrggbb``.
    weight : float
        Pixels at zoom 14.
    zoom : int
        First zoom at which they show.
    """

    name: str
    highway: frozenset[str]
    colour: str
    weight: float
    zoom: int


CLASSES = (
    RoadClass("motorways and trunk roads", frozenset({"motorway", "trunk"}), "#aab0b6", 4.2, 0),
    RoadClass("primary roads", frozenset({"primary"}), "#b9bec3", 3.4, 0),
    RoadClass("secondary roads", frozenset({"secondary"}), "#c6cacd", 2.8, 0),
    RoadClass("tertiary roads", frozenset({"tertiary"}), "#d0d3d5", 2.2, 10),
    RoadClass("minor roads", frozenset({"residential", "unclassified", "living_street", "road"}), "#d9dbdc", 1.6, 12),
    RoadClass("service roads and paths", frozenset(), "#e3e4e4", 1.1, 14),
)


def pack_lines(lines: Sequence[shapely.LineString] | NDArray[Any], tolerance_m: float) -> list[list[int]]:
    """Return lines as whole numbers, thinned.

    Parameters
    ----------
    lines : sequence of LineString
        Degrees, WGS 84.
    tolerance_m : float
        How far a thinned line may leave the true one (Douglas-Peucker, measured in degrees of latitude).

    Returns
    -------
    list of list of int
        A line as lon, lat of its first point, then the steps to each next, all in 1e-5 degree. Lines shorter than a
        step are left out.

    Examples
    --------
    >>> pack_lines([shapely.LineString([(7.4, 43.7), (7.40002, 43.70001)])], 1.0)
    [[740000, 4370000, 2, 1]]
    """
    if len(lines) == 0:
        return []
    tolerance = tolerance_m / METRES_PER_DEGREE
    thinned = shapely.simplify(np.asarray(lines, dtype=object), tolerance, preserve_topology=False)
    points, owner = shapely.get_coordinates(thinned, return_index=True)
    steps = np.rint(points * SCALE).astype(np.int64)
    moved = np.ones(len(steps), dtype=bool)
    moved[1:] = (steps[1:] != steps[:-1]).any(axis=1) | (owner[1:] != owner[:-1])
    steps, owner = steps[moved], owner[moved]
    first = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]]) if len(owner) else np.empty(0, dtype=np.int64)
    delta = np.diff(steps, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    delta[first] = steps[first]
    return [part.ravel().tolist() for part in np.split(delta, first[1:]) if len(part) > 1]


def road_groups(roads: RoadNetwork, bounds: Bounds,
                budget_bytes: int = BUDGET_BYTES) -> tuple[list[dict[str, Any]], str]:
    """Return the roads within bounds for the page to draw, smallest roads first.

    Parameters
    ----------
    roads : RoadNetwork
        Its ``edges`` and ``geometry`` are used.
    bounds : tuple of float
        West, south, east, north; roads that touch it are kept whole.
    budget_bytes : int
        How much room they may take in the page. Lines are thinned harder until they fit; after that the smallest
        classes are left out.

    Returns
    -------
    groups : list of dict
        ``colour``, ``weight``, ``zoom``, ``lines`` (packed).
    note : str
        What was left out; empty when nothing was.
    """
    by_class = _lines_by_class(roads, bounds)
    for tolerance_m in TOLERANCES_M:
        packed = [pack_lines(lines, tolerance_m) for lines in by_class]
        sizes = [len(json.dumps(lines, separators=(",", ":"))) for lines in packed]
        if sum(sizes) <= budget_bytes:
            break
    kept = len(CLASSES)
    while sum(sizes[:kept]) > budget_bytes and kept > 1:
        kept -= 1
    missing = [CLASSES[i].name for i in range(kept, len(CLASSES)) if packed[i]]
    note = f"Not drawn, to keep this file small: {', '.join(missing)}." if missing else ""
    groups = [{"colour": c.colour, "weight": c.weight, "zoom": c.zoom, "lines": lines}
              for c, lines in zip(CLASSES[:kept], packed, strict=False) if lines]
    return groups[::-1], note


def _lines_by_class(roads: RoadNetwork, bounds: Bounds) -> list[NDArray[Any]]:
    """Return the lines of each of `CLASSES`, those of both directions once, and joined where they meet."""
    west, south, east, north = bounds
    box = shapely.bounds(roads.geometry)
    inside = (box[:, 0] <= east) & (box[:, 2] >= west) & (box[:, 1] <= north) & (box[:, 3] >= south)
    of_highway = {value: i for i, c in enumerate(CLASSES) for value in (*c.highway, *(f"{h}_link" for h in c.highway))}
    codes, values = pd.factorize(roads.edges["highway"].fillna(""))
    of_value = [of_highway.get(str(value).split(";")[0], len(CLASSES) - 1) for value in values]
    group = np.array(of_value, dtype=np.int64)[codes]
    return [_joined(roads.geometry[inside & (group == i)]) for i in range(len(CLASSES))]


def _joined(lines: NDArray[Any]) -> NDArray[Any]:
    if len(lines) == 0:
        return lines
    _, once = np.unique(shapely.to_wkb(shapely.normalize(lines)), return_index=True)
    return np.atleast_1d(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines[np.sort(once)]))))
