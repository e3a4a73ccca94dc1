"""Put places on roads: the nearest point of the nearest usable road, not the nearest junction.

Degrees in and out, distances metres. The trees are kept per network and profile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gisdata.errors import RoadNetworkError
from gisdata.network.driving import driving
from gisdata.network.measure import great_circle_m, to_degrees, to_flat
from gisdata.network.topology import remembered
from gisdata.profiles import Profile, as_profile

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from gisdata.network.road_network import RoadNetwork

MAX_DISTANCE_M = 500.0
DETOUR_TO_CONNECTED_M = 50.0


@dataclass(frozen=True, slots=True)
class Snaps:
    """Places on roads; row order is that of the places given.

    Parameters
    ----------
    edge : ndarray of int64
        The edge the place is on, -1 where no usable road is near enough. Where the road can be driven both ways, so can
        the place be reached and left, whichever of the two edges is named.
    fraction : ndarray of float
        How far along the edge, 0 at `u`, 1 at `v`.
    distance_m : ndarray of float
        From the place to the road; also where it is too far.
    lon, lat : ndarray of float
        The point on the road, degrees.
    """

    edge: NDArray[np.int64]
    fraction: NDArray[np.float64]
    distance_m: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    def __len__(self) -> int:
        """Return how many places there are."""
        return len(self.edge)

    def __getitem__(self, rows: slice | NDArray[np.int64] | list[int]) -> Snaps:
        """Return some of the places."""
        return Snaps(self.edge[rows], self.fraction[rows], self.distance_m[rows], self.lon[rows], self.lat[rows])

    def report(self) -> pd.Series[float]:
        """Return how far places are from the road they were put on.

        Returns
        -------
        Series
            ``places``, ``off the road`` (numbers), and in metres, of all places, ``median``, ``90 %``, ``99 %`` and
            ``most``; not a number where there are no places.
        """
        import pandas as pd

        quantiles = {"median": 0.5, "90 %": 0.9, "99 %": 0.99, "most": 1.0}
        metres = {name: float(np.quantile(self.distance_m, share)) if len(self) else np.nan
                  for name, share in quantiles.items()}
        return pd.Series({"places": float(len(self)), "off the road": float((self.edge < 0).sum())} | metres)

    def far(self, beyond_m: float, labels: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the places further than that from the road, the furthest first.

        Parameters
        ----------
        beyond_m : float
            Metres.
        labels : sequence of str, optional
            Names of the places; by default their position.

        Returns
        -------
        DataFrame
            `place`, `distance_m`, and `on_road`: whether it was put on a road all the same.

        Raises
        ------
        RoadNetworkError
            If there are not as many names as places.
        """
        import pandas as pd

        if labels is not None and len(labels) != len(self):
            raise RoadNetworkError(f"{len(labels)} names do not name {len(self)} places")
        table = pd.DataFrame({"place": range(len(self)) if labels is None else list(labels),
                              "distance_m": self.distance_m, "on_road": self.edge >= 0})
        beyond = table[table["distance_m"] > beyond_m]
        return beyond.sort_values("distance_m", ascending=False, kind="stable", ignore_index=True)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Search trees over usable roads, one line for both directions: the connected part, and the islands."""

    connected: shapely.STRtree
    connected_edge: NDArray[np.int64]
    island: shapely.STRtree
    island_edge: NDArray[np.int64]


def snap(
    roads: RoadNetwork,
    lon: ArrayLike,
    lat: ArrayLike,
    profile: str | Profile,
    max_distance_m: float = MAX_DISTANCE_M,
) -> Snaps:
    """Put places on the nearest road that the profile may use.

    A road that cannot be reached from the main part of the network, or not left for it, is taken only if the main part
    is at least 50 m further away: such stubs at the rim of an extract are seldom meant, islands are. Hours and rules of
    a city move no place to another road: what they close cannot be reached.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    lon, lat : array-like of float, shape (n,)
        Degrees.
    profile : str or Profile
        Who drives.
    max_distance_m : float
        Places further than this from any usable road get edge -1.

    Returns
    -------
    Snaps
        One row per place.

    Raises
    ------
    RoadNetworkError
        If a coordinate is no number or off the globe, or no road is open to the profile.
    """
    places = np.column_stack([np.asarray(lon, dtype=np.float64).ravel(), np.asarray(lat, dtype=np.float64).ravel()])
    bad = np.flatnonzero(~((np.abs(places[:, 0]) <= 180) & (np.abs(places[:, 1]) <= 90)))
    if len(bad):
        first = ", ".join(map(str, bad[:5].tolist()))
        raise RoadNetworkError(f"{len(bad)} places have no usable longitude and latitude (positions {first})")
    who = as_profile(profile).at_no_time
    lines = remembered(roads, ("lines", who), lambda: _make_lines(roads, who))
    flat = to_flat(places)
    edge, gap = _nearest(lines.connected, lines.connected_edge, flat)
    island_edge, island_gap = _nearest(lines.island, lines.island_edge, flat)
    detour = DETOUR_TO_CONNECTED_M / np.cos(np.radians(places[:, 1]))
    edge = np.where(island_gap + detour < gap, island_edge, edge)
    return _as_snaps(roads, places, edge, max_distance_m)


def flat_lines(roads: RoadNetwork) -> NDArray[np.object_]:
    """Return the edges' courses on the flat picture of `gisdata.network.measure`.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.

    Returns
    -------
    ndarray of LineString
        In order of the edges.
    """
    return remembered(roads, "flat lines", lambda: np.asarray(shapely.transform(roads.geometry, to_flat), dtype=object))


def _make_lines(roads: RoadNetwork, who: Profile) -> _Lines:
    """Build the trees over one edge of each usable road."""
    how = driving(roads, who)
    if not how.usable.any():
        raise RoadNetworkError(f"no road of {roads.name!r} is open to the profile {who.name!r}")
    number = np.arange(len(how.u))
    lower_twin = (how.twin >= 0) & (how.twin < number) & how.other_way(how.usable)
    chosen = how.usable & ~lower_twin
    main, rest = np.flatnonzero(chosen & how.connected), np.flatnonzero(chosen & ~how.connected)
    flat = flat_lines(roads)
    return _Lines(shapely.STRtree(flat[main]), main, shapely.STRtree(flat[rest]), rest)


def _nearest(
    tree: shapely.STRtree, edges: NDArray[np.int64], flat: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the nearest edge (the first of equally near ones) and the flat distance to it."""
    edge, gap = np.full(len(flat), -1, dtype=np.int64), np.full(len(flat), np.inf)
    if len(edges) and len(flat):
        (place, line), distance = tree.query_nearest(shapely.points(flat), all_matches=True, return_distance=True)
        order = np.lexsort((edges[line], place))
        row, first = np.unique(place[order], return_index=True)
        edge[row], gap[row] = edges[line[order[first]]], distance[order[first]]
    return edge, gap


def _as_snaps(
    roads: RoadNetwork, places: NDArray[np.float64], edge: NDArray[np.int64], max_distance_m: float
) -> Snaps:
    """Return the snaps of places on given edges, those too far without an edge."""
    lines = flat_lines(roads)[edge]
    fraction = shapely.line_locate_point(lines, shapely.points(to_flat(places)), normalized=True)
    fraction = np.where(np.isnan(fraction), 0.0, fraction)  # an edge without length
    at = to_degrees(shapely.get_coordinates(shapely.line_interpolate_point(lines, fraction, normalized=True)))
    distance = great_circle_m(places[:, 0], places[:, 1], at[:, 0], at[:, 1])
    near = distance <= max_distance_m
    lon, lat = np.where(near[:, None], at, np.nan).T
    return Snaps(np.where(near, edge, -1), np.where(near, fraction, np.nan), distance, lon, lat)
