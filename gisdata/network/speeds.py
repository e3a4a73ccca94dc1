"""Speed and time of every edge for one profile: class, signed limit, surface, cap and access.

Pure table look-ups, no way is sought. Speeds km/h, times seconds; a closed road has speed 0 and takes for ever.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from gisdata.network.access import access
from gisdata.network.kinds import road_kinds
from gisdata.network.timed import timed_speeds
from gisdata.network.topology import remembered
from gisdata.profiles import Profile, as_profile
from gisdata.profiles.conditions import effective
from gisdata.profiles.maxspeed import limit_kmh
from gisdata.profiles.reading import CAPPED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork


def edge_speed_kmh(roads: RoadNetwork, profile: str | Profile) -> NDArray[np.float64]:
    """Return the speed driven on each edge.

    A signed limit that can be read, times the profile's share of limits; else the speed of the road class (of several
    classes, the lowest); never above the profile's cap, nor what the surface allows.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.

    Returns
    -------
    ndarray of float, shape (edges,)
        km/h; 0 where the profile may not drive, not even to begin or end there.
    """
    who = as_profile(profile)
    return remembered(roads, ("speed", who), lambda: _speeds(roads, who)).copy()


def edge_time_s(roads: RoadNetwork, profile: str | Profile) -> NDArray[np.float64]:
    """Return the time each edge takes from end to end.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.

    Returns
    -------
    ndarray of float, shape (edges,)
        Seconds; infinite where the profile may not drive.
    """
    speed = edge_speed_kmh(roads, profile)
    time = np.full(len(speed), math.inf)
    np.divide(roads.edges["length_m"].to_numpy() * 3.6, speed, out=time, where=speed > 0)
    return time


def open_nodes(roads: RoadNetwork, profile: str | Profile) -> NDArray[np.bool_]:
    """Return which nodes can be driven through: no bollard, no gate closed to the profile, no limit that it exceeds.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.

    Returns
    -------
    ndarray of bool, shape (nodes,)
        False where a barrier ends every way; a road can still be used up to it.
    """
    return access(roads, profile).passable.copy()


def road_speed_kmh(tags: Mapping[str, str], who: Profile) -> float:
    """Return the speed on a road with these tags, if it is open.

    Parameters
    ----------
    tags : mapping of str to str
        Of a road.
    who : Profile
        The vehicle and its trip.

    Returns
    -------
    float
        km/h; 0 for a class that the profile does not drive on.
    """
    by_class = min(who.speeds_kmh.get(part, 0.0) for part in tags.get("highway", "").split(";"))
    signed = min((limit for tag in who.limit_tags if (limit := signed_kmh(tags, tag, who)) is not None), default=None)
    speed = by_class if signed is None else signed * who.limit_share
    caps = (who.caps_kmh.get(f"{tag}={part.strip()}", math.inf)
            for tag in CAPPED for part in tags.get(tag, "").split(";"))
    return min(speed, who.cap_kmh, *caps) if by_class > 0 else 0.0


def signed_kmh(tags: Mapping[str, str], tag: str, who: Profile) -> float | None:
    """Return the limit that a tag signs to a vehicle; a conditional one where its condition holds.

    Parameters
    ----------
    tags : mapping of str to str
        Of a road.
    tag : str
        Such as ``maxspeed``.
    who : Profile
        The vehicle and its trip.

    Returns
    -------
    float or None
        km/h; None if nothing that can be read is signed.
    """
    told = effective(tags.get(tag), tags.get(f"{tag}:conditional"), who, ends_there=False)
    if told.conditional and told.value is not None and limit_kmh(told.value) is None:
        told = effective(tags.get(tag), None, who, ends_there=False)
    return None if told.value is None else limit_kmh(told.value)


def _speeds(roads: RoadNetwork, who: Profile) -> NDArray[np.float64]:
    """Work out the speeds of all edges."""
    kinds = road_kinds(roads)
    by_kind = np.array([road_speed_kmh(tags, who) for tags in kinds.tags], dtype=np.float64)
    driven: NDArray[np.float64] = np.where(access(roads, who).ends, by_kind[kinds.kind], 0.0)
    return timed_speeds(roads, who, driven)
