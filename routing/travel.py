"""Travel along roads: matrices between places, single paths, and the lines of a plan's routes.

How ways are found is not known here, only how they are put in whole seconds and metres. Coordinates are WGS 84 degrees.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
import numbers
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, overload

import numpy as np
import pandas as pd
import shapely

from gisdata.errors import PlacesOffRoadError, RoadNetworkError, TooLargeError
from gisdata.memory import free_bytes
from gisdata.network.access import why_closed
from gisdata.network.driving import driving
from gisdata.network.kept import kept_table
from gisdata.network.matrix import many_to_many
from gisdata.network.road_network import RoadNetwork
from gisdata.network.snapping import Snaps, snap
from gisdata.network.topology import remembered
from gisdata.network.tracing import Path, paths
from gisdata.profiles import Profile, as_profile, with_turns
from routing.errors import ProblemError
from routing.frames import ends_of
from routing.model import Depot, Order, TravelMatrix
from routing.placed import Place, located, position
from routing.plan import Plan, PlanGeometry, Route
from routing.words import off_road

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_SNAP_M = 500.0
MOST_PLACES = 20_000
"""Most places of one matrix: 6.4 GB."""

KEPT_FROM = 2_000
"""From how many places on a matrix is kept in the cache folder: smaller ones are made sooner than they are read."""

VERSION = 1
"""Of how ways are found; another number makes kept matrices anew."""

SHOWN = 5
MARGIN = 0.1
LEAST_MARGIN_DEGREES = 0.02
_CELLS_AT_ONCE = 4_000_000
_BYTES_A_CELL, _BYTES_A_CELL_AT_ONCE = 16, 64


@overload
def travel_matrix(
    roads: RoadNetwork, places: pd.DataFrame | Iterable[Depot | Order], profile: str | Profile,
    max_snap_m: float = ..., *, turns: bool = ..., weekday: str = ..., hours: None = ...,
) -> TravelMatrix: ...


@overload
def travel_matrix(
    roads: RoadNetwork, places: pd.DataFrame | Iterable[Depot | Order], profile: str | Profile,
    max_snap_m: float = ..., *, turns: bool = ..., weekday: str, hours: Iterable[int],
) -> dict[int, TravelMatrix]: ...


def travel_matrix(
    roads: RoadNetwork, places: pd.DataFrame | Iterable[Depot | Order], profile: str | Profile,
    max_snap_m: float = MAX_SNAP_M, *, turns: bool = False, weekday: str = "", hours: Iterable[int] | None = None,
) -> TravelMatrix | dict[int, TravelMatrix]:
    """Return times and distances between all places along the fastest ways, at no stated time or for each hour.

    Ways begin and end on the road nearest to a place; what lies between the two is not counted. Times are summed in
    milliseconds and rounded to whole seconds at the end, distances to whole metres. A matrix of an hour holds for who
    departs at its begin: roads closed then, limits and speeds of then, for the whole way. A place on a road that is
    closed then is unreachable; it is not moved to another road.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    places : DataFrame, GeoDataFrame or list of Depot and Order
        A table has ``lon`` and ``lat`` in degrees, or points; ``id`` or else the index names its places.
    profile : str or Profile
        Who drives; `Profile.on_trip` puts it under the rules of a city.
    max_snap_m : float
        Most distance from a place to the nearest road that the profile may use.
    turns : bool
        Whether turn restrictions are obeyed and turns take time, also if the profile does not say so.
    weekday : str
        ``Mo`` to ``Su``, for the hours.
    hours : iterable of int, optional
        Hours of the day, 0 to 23.

    Returns
    -------
    TravelMatrix or dict of int to TravelMatrix
        One, or with `hours` one for each. `unreachable_pairs` names the pairs that no road joins.

    Raises
    ------
    PlacesOffRoadError
        If places are further than `max_snap_m` from any usable road; each is named with its distance.
    TooLargeError
        If a matrix would not fit in memory; nothing was allocated.
    CrsError, RoadNetworkError
        If the places have no usable position.
    ProblemError
        If `roads`, `max_snap_m`, `weekday` or `hours` is not what it should be.
    """
    labels, lon, lat = located(places)
    who = with_turns(profile) if turns else as_profile(profile)
    if hours is None:
        return measured(roads, labels, lon, lat, who, max_snap_m, whole=True)[0]
    found = {}
    from tqdm.auto import tqdm

    for hour in tqdm(list(hours), desc="hours", unit="matrix", disable=None, leave=False):
        try:
            then = who.on_trip(weekday=weekday, at=int(hour) * 3600)
        except ValueError as error:
            raise ProblemError(f"hours are 0 to 23 on a weekday such as 'Mo', got {hour!r} on {weekday!r}: "
                               f"{error}") from None
        found[int(hour)] = measured(roads, labels, lon, lat, then, max_snap_m, whole=True)[0]
    return found


def measured(
    roads: RoadNetwork, labels: Sequence[str], lon: NDArray[np.float64], lat: NDArray[np.float64],
    profile: str | Profile, max_snap_m: float, *, whole: bool = False,
) -> tuple[TravelMatrix, NDArray[np.float64]]:
    """Return a matrix in which places off the road are unreachable, and how far each place is from the road.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    labels : sequence of str
        Names of the places.
    lon, lat : ndarray of float, shape (n,)
        Degrees.
    profile : str or Profile
        Who drives.
    max_snap_m : float
        Places further from any usable road are off the road.
    whole : bool
        Whether a place off the road is an error.

    Returns
    -------
    tuple of TravelMatrix and ndarray of float, shape (n,)
        The matrix, and metres from each place to the nearest usable road.

    Raises
    ------
    PlacesOffRoadError
        If `whole`, and a place is off the road.
    TooLargeError
        If the matrix would not fit in memory; nothing was allocated.
    """
    n = len(labels)
    require_usable(roads, max_snap_m)
    _require_room(n)
    who = as_profile(profile)
    snaps = snap(roads, lon, lat, who, max_snap_m)
    if whole:
        require_on_road(snaps, labels, who, max_snap_m)

    def made() -> NDArray[np.int64]:
        both = np.empty((2, n, n), dtype=np.int64)
        for rows, *found in by_rows(roads, who, snaps):
            both[:, rows] = found
        both.setflags(write=False)
        return both

    keep = n >= KEPT_FROM and who == who.at_no_time  # of each hour of a day they would be too many
    duration_s, distance_m = kept_table(_described(roads, who, snaps), (2, n, n), made) if keep else made()
    return TravelMatrix(who.name, tuple(labels), duration_s, distance_m), snaps.distance_m


def _described(roads: RoadNetwork, who: Profile, snaps: Snaps) -> Iterator[bytes]:
    """Give all that a matrix depends on; what the roads' speeds come to is in it, whatever rules say so."""
    how = driving(roads, who)
    figures = {field.name: getattr(who, field.name) for field in dataclasses.fields(who)
               if field.name not in ("trip", "meaning", "sources")}
    plain = {name: sorted(value.items()) if isinstance(value, Mapping) else sorted(value)
             if isinstance(value, frozenset) else value for name, value in figures.items()}
    yield json.dumps([VERSION, roads.digest, plain]).encode()
    for array in (how.time_ms, how.length_mm, how.usable, snaps.edge, snaps.fraction):
        yield np.ascontiguousarray(array).tobytes()


def require_on_road(snaps: Snaps, labels: Sequence[str], who: Profile, max_snap_m: float) -> None:
    """Refuse places that lie too far from any road.

    Parameters
    ----------
    snaps : Snaps
        Places as put on roads.
    labels : sequence of str
        Their names.
    who : Profile
        Who drives.
    max_snap_m : float
        What was too far.

    Raises
    ------
    PlacesOffRoadError
        If there are some; the first are named with their distance.
    """
    off = [f"{labels[i]!r} is {off_road(snaps.distance_m[i], who.name)}"
           for i in np.flatnonzero(snaps.edge < 0).tolist()]
    if off:
        more = f" ... and {len(off) - SHOWN} more" if len(off) > SHOWN else ""
        raise PlacesOffRoadError(f"{len(off)} of {len(labels)} places lie more than {max_snap_m:,.0f} m from any road: "
                                 f"{'; '.join(off[:SHOWN])}{more}")


def by_rows(
    roads: RoadNetwork, who: Profile, snaps: Snaps
) -> Iterator[tuple[slice, NDArray[np.int64], NDArray[np.int64]]]:
    """Give a square matrix some rows at a time, so that no more of it need be held.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    who : Profile
        Who drives.
    snaps : Snaps
        The places; those without an edge are unreachable.

    Yields
    ------
    tuple of slice, ndarray, ndarray
        Which rows, their whole seconds and metres; `UNREACHABLE` where no road leads, 0 from a place to itself.
    """
    n = len(snaps)
    count = max(1, _CELLS_AT_ONCE // max(1, n))
    for first in range(0, n, count):
        rows = slice(first, min(first + count, n))
        found = many_to_many(roads, who, snaps[rows], snaps)
        seconds, metres = (_rounded(table) for table in found)
        for table in (seconds, metres):
            table[np.arange(rows.stop - first), np.arange(first, rows.stop)] = 0
        yield rows, seconds, metres


def unreachable_pairs(matrix: TravelMatrix) -> pd.DataFrame:
    """Return the pairs of places that no road joins.

    Parameters
    ----------
    matrix : TravelMatrix
        Any.

    Returns
    -------
    DataFrame
        Columns ``origin`` and ``destination``, labels of the matrix; in the order of its rows.
    """
    origin, destination = np.nonzero(~matrix.reachable)
    names = np.array(matrix.places, dtype=object)
    return pd.DataFrame({"origin": names[origin], "destination": names[destination]}, dtype="str")


def path(
    roads: RoadNetwork, origin: Place, destination: Place, profile: str | Profile, max_snap_m: float = MAX_SNAP_M,
    *, turns: bool = False,
) -> Path:
    """Return the fastest way between two places.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    origin, destination : Depot, Order or (lon, lat)
        Degrees, WGS 84.
    profile : str or Profile
        Who drives.
    max_snap_m : float
        Most distance from a place to the nearest road that the profile may use.
    turns : bool
        Whether turn restrictions are obeyed and turns take time, also if the profile does not say so.

    Returns
    -------
    Path
        `line` along the roads, `edges`, `duration_s`, `distance_m`.

    Raises
    ------
    PlacesOffRoadError
        If a place is further than `max_snap_m` from any usable road.
    RoadNetworkError
        If no road leads from the one to the other.
    """
    who = with_turns(profile) if turns else as_profile(profile)
    labels, snaps = ends_on_road(roads, origin, destination, who, max_snap_m)
    (found,) = paths(roads, who, snaps[[0]], snaps[[1]])
    if found is None:
        reasons = dict.fromkeys(f"{reason.tag} {reason.value!r}: {reason.rule}" for reason
                                in why_closed(roads, who, snaps.edge.tolist(), ends_there=True))
        raise RoadNetworkError(f"no road for {who.name} leads from {labels[0]} to {labels[1]}"
                               + "".join(f"; {reason}" for reason in reasons))
    return found


def ends_on_road(
    roads: RoadNetwork, origin: Place, destination: Place, who: Profile, max_snap_m: float
) -> tuple[list[str], Snaps]:
    """Return what the two ends of a way are called, and where on the road they are.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    origin, destination : Depot, Order or (lon, lat)
        Degrees, WGS 84.
    who : Profile
        Who drives.
    max_snap_m : float
        Most distance from a place to the nearest road that the profile may use.

    Returns
    -------
    tuple of list and Snaps
        Two of each.

    Raises
    ------
    PlacesOffRoadError
        If a place is further than `max_snap_m` from any usable road.
    """
    require_usable(roads, max_snap_m)
    ends = [position(place) for place in (origin, destination)]
    snaps = snap(roads, [lon for _, lon, _ in ends], [lat for _, _, lat in ends], who, max_snap_m)
    off = [f"{label} is {off_road(gap_m, who.name)}"
           for (label, _, _), gap_m, edge in zip(ends, snaps.distance_m, snaps.edge, strict=True) if edge < 0]
    if off:
        raise PlacesOffRoadError(f"a path begins and ends within {max_snap_m:,.0f} m of a road: {'; '.join(off)}")
    return [label for label, _, _ in ends], snaps


def trace(plan: Plan, roads: RoadNetwork | None = None) -> Plan:
    """Return the plan with the lines of its routes along the roads, and the roads around them.

    Parameters
    ----------
    plan : Plan
        With any routes.
    roads : RoadNetwork, optional
        What its matrices were measured on; by default those that its problem holds.

    Returns
    -------
    Plan
        Equal to the one given; its geometry is no part of what makes plans equal.

    Raises
    ------
    ProblemError
        If there are no roads, or the plan names what its problem does not have.
    RoadNetworkError
        If the roads do not lead where a route goes: they are not those of its matrices.
    """
    roads = roads if roads is not None else plan.problem.roads
    if roads is None:
        raise ProblemError("a plan is traced along roads: give the roads that its matrices were measured on")
    require_usable(roads, np.inf)
    profiles = {vehicle.id: vehicle.profile for vehicle in plan.problem.fleet}
    rows = [_rows(plan, route) for route in plan.routes]
    drives = [(profiles.get(route.vehicle_type, ""), leg) for route, places in zip(plan.routes, rows, strict=True)
              for leg in itertools.pairwise(places)]
    lines: dict[tuple[str, tuple[int, int]], shapely.LineString] = {}
    for profile in sorted({profile for profile, _ in drives}):
        legs = sorted({leg for used, leg in drives if used == profile})
        lines |= zip([(profile, leg) for leg in legs], _lines(plan, roads, profile, legs), strict=True)
    every = iter(lines[drive] for drive in drives)
    legs_by_route = tuple(tuple(itertools.islice(every, len(places) - 1)) for places in rows)
    return dataclasses.replace(plan, geometry=PlanGeometry(legs_by_route, _around(plan, roads, legs_by_route)))


def _rounded(thousandths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return whole units of thousandths, half up; -1 stays -1."""
    return (thousandths + 500) // 1000 - (thousandths < 0)


def require_usable(roads: object, max_snap_m: object) -> None:
    """Refuse roads that are none, and a distance that is none.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    max_snap_m : float
        Most distance to a road.

    Raises
    ------
    ProblemError
        If one of them is something else.
    """
    if not isinstance(roads, RoadNetwork):
        raise ProblemError(f"roads must be a RoadNetwork, got {type(roads).__name__}; they come from gisdata.read_osm, "
                           "gisdata.load_roads or gisdata.load_sample(...).roads")
    if isinstance(max_snap_m, bool) or not isinstance(max_snap_m, numbers.Real) or not float(max_snap_m) >= 0:
        raise ProblemError(f"max_snap_m must be metres, zero or more, got {max_snap_m!r}")


def _require_room(places: int) -> None:
    """Refuse a matrix that is larger than the limit, or than the memory that is free where that can be known."""
    cells = places * places
    needed = cells * _BYTES_A_CELL + min(cells, _CELLS_AT_ONCE) * _BYTES_A_CELL_AT_ONCE
    free = free_bytes()
    if places > MOST_PLACES or (free is not None and needed > free):
        room = f"; {free / 1e9:,.1f} GB are free" if free is not None else ""
        raise TooLargeError(f"a matrix of {places:,} places takes {needed / 1e9:,.1f} GB (limit: {MOST_PLACES:,} places"
                            f"{room}); split the day by district or by depot, or have it written to disk by "
                            "routing.write_travel_matrix")


def _rows(plan: Plan, route: Route) -> list[int]:
    problem = plan.problem
    try:
        ends = [problem.depot_row[depot] for depot in ends_of(problem, route)]
        return [ends[0], *(problem.order_row[order] for order in route.orders), *ends[1:]]
    except KeyError as error:
        raise ProblemError(f"the plan names {error.args[0]!r}, which its problem does not have") from None


def _lines(plan: Plan, roads: RoadNetwork, profile: str, legs: Sequence[tuple[int, int]]) -> list[shapely.LineString]:
    """Return the line of each leg between rows of the problem's matrices."""
    problem = plan.problem
    places: list[Depot | Order] = [*problem.depots, *problem.orders]
    used = sorted({row for leg in legs for row in leg})
    number = {row: i for i, row in enumerate(used)}
    snaps: Snaps = snap(roads, [places[row].lon for row in used], [places[row].lat for row in used], profile, np.inf)
    origins, destinations = ([number[leg[end]] for leg in legs] for end in (0, 1))
    found = paths(roads, profile, snaps[origins], snaps[destinations])
    missing = [f"{problem.place_labels[a]} to {problem.place_labels[b]}"
               for (a, b), way in zip(legs, found, strict=True) if way is None]
    if missing:
        raise RoadNetworkError(f"no road for {profile} leads from {'; '.join(missing[:SHOWN])}: these roads are not "
                               "those that the plan was made on")
    return [way.line for way in found if way is not None]


def _around(plan: Plan, roads: RoadNetwork, legs: Iterable[Iterable[shapely.LineString]]) -> RoadNetwork:
    """Return the roads around the lines and the depots, with a margin.

    The box is widened to lines as far apart as the margin is wide at most, and ends where the roads do, so that plans
    of one area, such as those of a batch, have the same roads around them; these are made, and written to files, once.
    """
    ends = remembered(roads, "bounds", lambda: shapely.total_bounds(roads.geometry))
    depots = [shapely.Point(depot.lon, depot.lat) for depot in plan.problem.depots]
    box = shapely.total_bounds([*depots, *(line for lines in legs for line in lines)])
    margin = max(LEAST_MARGIN_DEGREES, MARGIN * float(max(box[2] - box[0], box[3] - box[1])))
    step = 2.0 ** math.floor(math.log2(margin))
    low = np.maximum(np.floor((box[:2] - margin) / step) * step, ends[:2] - LEAST_MARGIN_DEGREES)
    high = np.minimum(np.ceil((box[2:] + margin) / step) * step, ends[2:] + LEAST_MARGIN_DEGREES)
    west, south, east, north = (float(edge) for edge in (*np.maximum(low, (-180, -90)), *np.minimum(high, (180, 90))))
    return remembered(roads, ("around", west, south, east, north), lambda: roads.clip(west, south, east, north))
