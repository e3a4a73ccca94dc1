"""Travel by the hour along roads: one matrix that holds for whatever moment a vehicle departs at.

Coordinates are WGS 84 degrees, durations seconds, distances metres.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from gisdata.errors import TooLargeError
from gisdata.hourly import HourlySpeeds
from gisdata.memory import free_bytes
from gisdata.profiles import as_profile
from routing.errors import ProblemError
from routing.model import UNREACHABLE, Hourly, TravelMatrix
from routing.travel import measured

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gisdata.network import RoadNetwork

HOURS = 24
HOUR_S = 3600


def measured_by_hour(
    roads: RoadNetwork, labels: Sequence[str], lon: NDArray[np.float64], lat: NDArray[np.float64], profile: str,
    max_snap_m: float, day: dt.date, speeds: HourlySpeeds | None,
) -> tuple[TravelMatrix, NDArray[np.float64]]:
    """Return a matrix by the hour, and how far each place is from the road at the hour at which that is least.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    labels : sequence of str
        Names of the places.
    lon, lat : ndarray of float, shape (n,)
        Degrees.
    profile : str
        Who drives.
    max_snap_m : float
        Places further from any usable road are off the road.
    day : datetime.date
        Its weekday and season count, on the days after too.
    speeds : HourlySpeeds or None
        How fast roads are at each hour; without them only what is closed or limited at some hours counts.

    Returns
    -------
    tuple of TravelMatrix and ndarray of float, shape (n,)
        Hours that are alike are one span. Distances are those of the hour at which a way takes least.

    Raises
    ------
    TooLargeError
        If the matrices of all hours would not fit in memory; nothing was allocated.
    """
    from tqdm.auto import tqdm

    _require_room(len(labels))
    who = as_profile(profile)
    begins_s: list[int] = []
    tables: list[NDArray[np.int64]] = []
    least_s, distance_m, gaps_m = None, np.empty(0, dtype=np.int64), np.full(len(labels), np.inf)
    for hour in tqdm(range(HOURS), desc=f"hours of {who.name}", unit="matrix", disable=None, leave=False):
        then = who.on_trip(at=hour * HOUR_S, date=day, speeds=speeds)
        found, gap_m = measured(roads, labels, lon, lat, then, max_snap_m)
        gaps_m = np.minimum(gaps_m, gap_m)
        if least_s is None:
            least_s, distance_m = found.duration_s.copy(), found.distance_m.copy()
        sooner = found.reachable & ((least_s == UNREACHABLE) | (found.duration_s < least_s))
        least_s[sooner], distance_m[sooner] = found.duration_s[sooner], found.distance_m[sooner]
        if not tables or not np.array_equal(tables[-1], found.duration_s):
            begins_s.append(hour * HOUR_S)
            tables.append(found.duration_s)
    return TravelMatrix.by_hour(profile, labels, Hourly(tuple(begins_s), np.stack(tables)), distance_m), gaps_m


def speeds_of(by_hour: object) -> HourlySpeeds | None:
    """Return the speeds that are asked for; None where only what roads say counts.

    Parameters
    ----------
    by_hour : HourlySpeeds or True
        As for `routing.build_problem`.

    Returns
    -------
    HourlySpeeds or None
        By the hour.

    Raises
    ------
    ProblemError
        If it is something else.
    """
    if isinstance(by_hour, HourlySpeeds):
        return by_hour
    if by_hour is not True:
        raise ProblemError(f"by_hour is True, False or speeds as from gisdata.read_hourly_speeds, got {by_hour!r}")
    return None


def _require_room(places: int) -> None:
    """Refuse more than fits in memory: 24 tables, and as many again while they become one."""
    needed, free = places * places * 8 * 2 * HOURS, free_bytes()
    if free is not None and needed > free:
        raise TooLargeError(f"travel by the hour between {places:,} places takes {needed / 1e9:,.1f} GB; "
                            f"{free / 1e9:,.1f} GB are free. Split the day by district or by depot")
