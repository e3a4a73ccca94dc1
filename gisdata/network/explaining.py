"""Why a vehicle takes the way it takes, or none: compared with one that nothing binds but what binds every car too.

Gathers facts; in which words and on which map they are shown is not known here. Seconds, metres, degrees.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from gisdata.network.matrix import spots
from gisdata.network.obstacles import (
    Obstacle,
    boundless,
    closed_road,
    fewest_obstacles,
    forbidden_turns,
    freest,
    light,
    obstacles,
    opened,
    with_opened,
    without_restrictions,
)
from gisdata.network.shortest import ways
from gisdata.network.snapping import MAX_DISTANCE_M, Snaps, snap
from gisdata.network.tracing import paths
from gisdata.network.turn_ways import hang
from gisdata.network.turns import as_turning
from gisdata.profiles import Profile, as_profile

if TYPE_CHECKING:
    from gisdata.network.road_network import RoadNetwork
    from gisdata.network.tracing import Path

MOST_OPENED = 12
"""For how many tags and values it is worked out what opening them would save."""

MOVED_M = 5.0
"""A place whose usable road is this much further away than its nearest is said to be moved."""

End = Literal["origin", "destination"]
Kind = Literal["no detour", "detour", "unreachable", "off the road", "no road"]

_ENDS: tuple[End, End] = ("origin", "destination")


@dataclass(frozen=True, slots=True)
class Moved:
    """An end of the way whose nearest road is closed to the vehicle.

    Parameters
    ----------
    end : {"origin", "destination"}
        Which end.
    nearest_m, usable_m : float
        From the place to the nearest road of the free vehicle, and to the nearest that the vehicle may use.
    reasons : tuple of Obstacle
        What closes the nearest road.
    """

    end: End
    nearest_m: float
    usable_m: float
    reasons: tuple[Obstacle, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found out about a way.

    Parameters
    ----------
    kind : str
        ``no detour``, ``detour``, ``unreachable``, ``off the road`` (an end has no usable road near) or ``no road``
        (none leads there whatever is opened).
    path : Path or None
        The vehicle's way.
    free_path : Path or None
        That of the free vehicle; of an unreachable place, the way without a city's rules, or else with the fewest
        obstacles.
    obstacles : tuple of Obstacle
        What on the free path is closed to the vehicle, in order.
    saves_s : tuple of float
        What the vehicle would save if all obstacles with the tag and value of this one were open, and no other; not
        a number where it was not worked out.
    moved : tuple of Moved
        Ends that were put on another road than the nearest.
    lost : tuple of str
        Ends that have no usable road near enough.
    """

    kind: Kind
    path: Path | None
    free_path: Path | None
    obstacles: tuple[Obstacle, ...]
    saves_s: tuple[float, ...]
    moved: tuple[Moved, ...]
    lost: tuple[End, ...] = ()


def explain(
    roads: RoadNetwork, profile: str | Profile, lon: tuple[float, float], lat: tuple[float, float],
    free: str | Profile | None = None, max_snap_m: float = MAX_DISTANCE_M,
) -> Facts:
    """Return what a vehicle's way between two places is like compared with that of a free vehicle.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        The vehicle; where turns count for it, the free vehicle obeys no turn restriction.
    lon, lat : tuple of float
        Of origin and destination, degrees.
    free : str or Profile, optional
        Whom to compare with; by default a vehicle with the same speeds, no size, the rights of a car and its own.
    max_snap_m : float
        Most distance from a place to its road.

    Returns
    -------
    Facts
        Paths, obstacles, and what each costs.

    Raises
    ------
    RoadNetworkError
        If a coordinate is impossible, or no road at all is open to one of the vehicles.
    """
    who = as_profile(profile)
    other = light(who) if free is None else as_profile(free)
    own, freely = (snap(roads, lon, lat, vehicle, max_snap_m) for vehicle in (who, other))
    everywhere = snap(roads, lon, lat, boundless(who, roads), max_snap_m)
    nearest = freely if (freely.edge >= 0).all() else everywhere
    moved = tuple(_moved(roads, who, own, nearest))
    lost = tuple(end for end, edge in zip(_ENDS, own.edge.tolist(), strict=True) if edge < 0)
    if lost:
        return Facts("off the road", None, None, (), (), moved, lost)
    path = _path(roads, who, own)
    if path is None:
        return _unreachable(roads, who, own, moved)
    if who.turns or free is not None:
        free_path = _path(without_restrictions(roads) if who.turns else roads, other, freely)
    else:
        free_path = freest(roads, who, _nearer(freely, own))
    if free_path is None or free_path.duration_s >= path.duration_s:
        return Facts("no detour", path, free_path or path, (), (), moved)
    found = tuple(obstacles(roads, who, free_path))
    if who.turns:
        found += tuple(forbidden_turns(roads, who, free_path))
    return Facts("detour", path, free_path, found, _savings(roads, who, own, path, found), moved)


def _nearer(freely: Snaps, own: Snaps) -> Snaps:
    """Return the snaps of the free vehicle where they are clearly nearer, else those of the vehicle itself."""
    free = (freely.edge >= 0) & (freely.distance_m + MOVED_M < own.distance_m)
    names = ("edge", "fraction", "distance_m", "lon", "lat")
    return Snaps(*(np.where(free, getattr(freely, name), getattr(own, name)) for name in names))


def _savings(
    roads: RoadNetwork, who: Profile, own: Snaps, path: Path, found: tuple[Obstacle, ...]
) -> tuple[float, ...]:
    """Return, for each obstacle, what opening all of its tag and value would save."""
    saves: dict[tuple[str, str], float] = {}
    kinds = dict.fromkeys((each.tag, each.value) for each in found)
    for tag, value in list(kinds)[:MOST_OPENED]:
        alike = [each for each in found if (each.tag, each.value) == (tag, value)]
        if who.turns:
            duration_s = _turning_s(roads, who, alike, own)
        else:
            shorter = opened(roads, who, alike, own)
            duration_s = shorter.duration_s if shorter else np.inf
        saves[tag, value] = max(0.0, path.duration_s - duration_s)
    return tuple(saves.get((each.tag, each.value), np.nan) for each in found)


def _turning_s(roads: RoadNetwork, who: Profile, places: list[Obstacle], own: Snaps) -> float:
    """Return how long a vehicle whose turns count would take if some roads, barriers and turns were open to it.

    A plain search, as nothing is kept of it.
    """
    forbids = ("relation " + roads.restrictions["relation_id"].astype(str)).isin([place.osm for place in places])
    freed = replace(roads, restrictions=roads.restrictions[~forbids].reset_index(drop=True))
    how, through = with_opened(freed, who, [place for place in places if not place.osm.startswith("relation")])
    on = as_turning(freed, who, how, through)
    ends = hang(how, on, spots(how, own[[0]]), spots(how, own[[1]]))
    (way,) = ways(on.arcs, ends.starts, ends.ends, np.zeros((1, 2), dtype=np.int64))
    return np.inf if way is None else (way[0] - ends.late_ms) / 1000


def _unreachable(roads: RoadNetwork, who: Profile, own: Snaps, moved: tuple[Moved, ...]) -> Facts:
    """Return which obstacles keep a vehicle from a place that it has no way to: the rules of a city, or the fewest."""
    unruled = replace(who, trip=replace(who.trip, rules=()))
    path = (_path(roads, unruled, own) if who.trip.rules else None) or fewest_obstacles(roads, who, own)
    if path is None:
        return Facts("no road", None, None, (), (), moved)
    found = tuple(obstacles(roads, who, path))
    return Facts("unreachable", None, path, found, (np.nan,) * len(found), moved)


def _path(roads: RoadNetwork, who: Profile, at: Snaps) -> Path | None:
    return paths(roads, who, at[[0]], at[[1]])[0] if (at.edge >= 0).all() else None


def _moved(roads: RoadNetwork, who: Profile, own: Snaps, nearest: Snaps) -> list[Moved]:
    """Return the ends whose nearest road the vehicle may not use."""
    moved = []
    for row, end in enumerate(_ENDS):
        near_m, own_m = float(nearest.distance_m[row]), float(own.distance_m[row])
        if nearest.edge[row] < 0 or (own.edge[row] >= 0 and own_m <= near_m + MOVED_M):
            continue
        reasons = tuple(closed_road(roads, who, int(nearest.edge[row])))
        moved.append(Moved(end, near_m, own_m, reasons))
    return moved
