"""Service areas: the land to which vehicles come in time from sites, as isochrones that follow the roads."""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import shapely

from gisdata.areas.fitting import fitted, gaps, on_roads
from gisdata.areas.measures import DEGREES, only_land
from gisdata.areas.mesh import Mesh, mesh
from gisdata.areas.places import put_on_roads, read_places
from gisdata.areas.reach import Pieces, Reach, reach
from gisdata.errors import RoadNetworkError, TooLargeError
from gisdata.network.snapping import MAX_DISTANCE_M
from gisdata.profiles import Profile, as_profile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas
    import pandas as pd
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork

Overlap = Literal["each", "merged", "split"]

BESIDE_M = 100.0
ALL = "all"
MOST_CELLS = 100_000_000
_SHOW_FROM = 24
_MINUTE_MS = 60_000


class _Area(NamedTuple):
    """One row of the answer, before it is fitted."""

    name: str
    minutes: float
    outline: shapely.Geometry
    reached: Pieces


def service_areas(
    roads: RoadNetwork, sites: pd.DataFrame, profile: str | Profile, minutes: float | Sequence[float] = (5, 10, 15), *,
    overlap: Overlap = "each", bands: bool = False, beside_m: float = BESIDE_M, max_snap_m: float = MAX_DISTANCE_M,
) -> geopandas.GeoDataFrame:
    """Return the land that can be served from sites in time, as polygons that follow the roads.

    Land belongs to the nearest road, up to a limit. A road reached in part is inside as far as it is reached; a bridge
    over reached roads is outside if it is not reached itself.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    sites : DataFrame or GeoDataFrame
        ``lon`` and ``lat`` in degrees, or points; ``id`` or else the index names them.
    profile : str or Profile
        Who drives, and when: ``"truck at=Mo-08:30"``, or a profile on a trip. If it counts turns, so do the areas.
    minutes : float or sequence of float
        How long vehicles drive.
    overlap : {"each", "merged", "split"}
        One area per site; one of all sites together; or one per site with the land that it reaches first.
    bands : bool
        Whether an area is only what the shorter time before it does not reach.
    beside_m : float
        How far from a road land still belongs to it, metres.
    max_snap_m : float
        Most distance from a site to the nearest road that the profile may use.

    Returns
    -------
    GeoDataFrame
        By site, then by time: `site` (``all`` if merged), `from_minutes`, `minutes`, `area_m2`, `road_m` (of road
        reached, both directions counted once) and the area (EPSG:4326).

    Raises
    ------
    RoadNetworkError
        If a time or width is not more than 0, there is no site, or the table has no positions.
    TableError
        With every double site and every position that is none.
    PlacesOffRoadError
        If sites are too far from a usable road.
    TooLargeError
        If sites times roads are too many to be held.

    References
    ----------
    Bauer, Baum, Buchhold and Wagner (2016), "Efficient computation of isochrones for road networks", SEA 2016, LNCS
    9685, 17-32: reached parts of edges and the outline that separates them from the rest.
    """
    who, limits = as_profile(profile), _limits(minutes)
    if not 0 < beside_m < math.inf:
        raise RoadNetworkError(f"beside_m must be metres, more than 0, got {beside_m!r}")
    places = read_places(sites, "sites", apart=True)
    if len(places.names) * len(roads.edges) > MOST_CELLS:
        raise TooLargeError(f"{len(places.names):,} sites x {len(roads.edges):,} edges do not fit in memory "
                            f"(at most {MOST_CELLS:,}); take the sites in parts")
    found = reach(roads, who, put_on_roads(roads, places, who, max_snap_m, "sites"))
    net = mesh(roads, beside_m)
    if overlap == "split":
        areas = _split(net, found, places.names, limits, beside_m)
    elif overlap in {"each", "merged"}:
        named = zip(places.names, map(found.of, range(len(places.names))), strict=True)
        areas = _one_by_one(net, named if overlap == "each" else [(ALL, found.of_any())], limits, beside_m)
    else:
        raise RoadNetworkError(f"overlap must be 'each', 'merged' or 'split', got {overlap!r}")
    about = {"kind": "service_areas", "profile": who.name, "overlap": overlap, "place": roads.name}
    return _frame(net, roads, found, list(areas), about, bands=bands)


def _limits(minutes: float | Sequence[float]) -> list[float]:
    """Return the times in rising order, each once."""
    given = [float(each) for each in np.atleast_1d(np.asarray(minutes, dtype=np.float64))]
    bad = [each for each in given if not 0 < each < math.inf]
    if bad or not given:
        raise RoadNetworkError(f"minutes must be more than 0, got {', '.join(f'{each:g}' for each in bad) or 'none'}")
    return sorted(set(given))


def _one_by_one(net: Mesh, sites: Sequence[tuple[str, Reach]] | Iterator[tuple[str, Reach]], limits: list[float],
                beside_m: float) -> Iterator[_Area]:
    """Give the area of each site and time."""
    pace = None
    for name, found in sites:
        pace = _metres_per_ms(net, found) if pace is None else pace
        time = np.concatenate([found.at(*net.roadside), found.at_nodes()], axis=1)[0]
        for limit in limits:
            left = limit * _MINUTE_MS - time
            inside = left >= 0
            spare = np.where(inside, left, 0.0), pace
            outline = net.outline(inside.astype(np.int64), 1, beside_m, spare)
            yield _Area(name, limit, outline, found.pieces(limit * _MINUTE_MS))


def _split(net: Mesh, found: Reach, names: list[str], limits: list[float], beside_m: float) -> Iterator[_Area]:
    """Give the land that each site reaches before all others."""
    time = np.concatenate([found.at(*net.roadside), found.at_nodes()], axis=1)
    first, soonest = time.argmin(axis=0), time.min(axis=0)
    for number, name in enumerate(names):
        for limit in limits:
            kind = np.where(soonest <= limit * _MINUTE_MS, first, -1)
            outline = net.outline(kind, number, beside_m)
            yield _Area(name, limit, outline, found.won(number, limit * _MINUTE_MS))


def _metres_per_ms(net: Mesh, found: Reach) -> NDArray[np.float64]:
    """Return how fast each road is driven, in its faster direction."""
    pace = shapely.length(net.lines) / np.maximum(found.how.time_ms, 1)
    pace = np.where(found.how.usable, pace, 0.0)
    return np.maximum(pace, np.where(found.how.twin >= 0, pace[found.how.twin], 0.0))


def _frame(net: Mesh, roads: RoadNetwork, found: Reach, areas: list[_Area], about: dict[str, str], *,
           bands: bool) -> geopandas.GeoDataFrame:
    """Return the answer: areas fitted to roads, in bands if asked for, and measured."""
    import geopandas
    from tqdm.auto import tqdm

    def fit(area: _Area) -> tuple[shapely.Geometry, float]:
        within = on_roads(net.once, found.how.twin, area.reached)
        rest = gaps(within, net.once)
        missed = np.bincount(rest.edge, rest.end - rest.begin, minlength=len(net.lines))[net.once]
        road_m = float(((1 - missed) * roads.edges["length_m"].to_numpy()[net.once]).sum())
        return fitted(net, found.how.twin, area.outline, area.reached), road_m

    with ThreadPoolExecutor(min(os.cpu_count() or 1, max(1, len(areas)))) as pool:
        made = list(tqdm(pool.map(fit, areas), total=len(areas), desc="service areas", unit="area",
                         disable=len(areas) < _SHOW_FROM))
    shapes, road_m = [shape for shape, _ in made], np.array([metres for _, metres in made])
    begins = [before.minutes if before is not None and before.name == area.name else 0.0
              for before, area in zip([None, *areas[:-1]], areas, strict=True)] if bands else [0.0] * len(areas)
    inner = np.flatnonzero(np.array(begins) > 0)
    land = np.array(shapes, dtype=object)
    land[inner] = only_land(shapely.difference(land[inner], land[inner - 1]))
    road_m[inner] = np.diff(road_m, prepend=0.0)[inner]
    answer = geopandas.GeoDataFrame({
        "site": [area.name for area in areas], "from_minutes": begins, "minutes": [area.minutes for area in areas],
        "area_m2": shapely.area(land), "road_m": road_m,
    }, geometry=only_land(net.flat.degrees(land)), crs=DEGREES)
    answer.attrs.update(about)
    return answer
