"""Speed and time of every edge for one profile: class, signed limit, cap and access.

Pure table look-ups, no way is sought. Speeds km/h, times seconds; a closed road has speed 0 and takes for ever.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from gisdata.network.topology import remembered
from gisdata.profiles import Profile, as_profile
from gisdata.profiles.maxspeed import limit_kmh

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork


def edge_speed_kmh(roads: RoadNetwork, profile: str | Profile) -> NDArray[np.float64]:
    """Return the speed driven on each edge.

    A signed limit that can be read, times the profile's share of limits; else the speed of the road class (of several
    classes, the lowest); never above the profile's cap.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.

    Returns
    -------
    ndarray of float, shape (edges,)
        km/h; 0 where the profile may not drive.
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
    """Return which nodes can be driven through: those without a bollard, or a gate closed to the profile.

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
    who = as_profile(profile)
    closed, told = _closed_by_access(roads.nodes, who)
    blocked = _looked_up(roads.nodes["barrier"], lambda text: float(_any_in(text, who.blocking_barriers))) > 0
    mask: NDArray[np.bool_] = ~(closed | (blocked & ~told))
    return mask


def _speeds(roads: RoadNetwork, who: Profile) -> NDArray[np.float64]:
    """Work out the speeds of all edges."""
    edges = roads.edges
    by_class = _looked_up(edges["highway"], lambda text: _class_speed(text, who), missing=0.0)
    signed = np.full(len(edges), math.inf)
    for tag in who.limit_tags:
        signed = np.fmin(signed, _looked_up(edges[tag], lambda text: limit_kmh(text) or math.inf, missing=math.inf))
    speed = np.where(np.isfinite(signed), signed * who.limit_share, by_class)
    closed, _ = _closed_by_access(edges, who)
    driven: NDArray[np.float64] = np.where((by_class > 0) & ~closed, np.minimum(speed, who.cap_kmh), 0.0)
    return driven


def _class_speed(text: str, who: Profile) -> float:
    """Return the lowest speed of the classes in a text, 0 if one of them is closed."""
    return min(who.speeds_kmh.get(part, 0.0) for part in text.split(";"))


def _closed_by_access(frame: pd.DataFrame, who: Profile) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return where the most specific access tag closes, and where there is any access tag."""
    verdict = np.full(len(frame), math.nan)
    for tag in who.access_tags:
        here = _looked_up(frame[tag], lambda text: float(_any_in(text, who.closed_values)))
        verdict = np.where(np.isnan(verdict), here, verdict)
    return verdict == 1.0, ~np.isnan(verdict)


def _any_in(text: str, values: frozenset[str]) -> bool:
    return any(part.strip() in values for part in text.split(";"))


def _looked_up(
    column: pd.Series[str], meaning: Callable[[str], float], missing: float = math.nan
) -> NDArray[np.float64]:
    """Return what each text means, asking once per different text."""
    codes, texts = column.factorize()
    figures: NDArray[np.float64] = np.array([*(meaning(str(text)) for text in texts), missing], dtype=np.float64)
    return np.take(figures, codes)
