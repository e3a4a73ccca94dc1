"""Fastest ways with their geometry, cut exactly at the places where they begin and end.

Uses the same numbers and the same ties as `matrix`, so a path is as long as its cell says.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import LineString

from gisdata.errors import RoadNetworkError
from gisdata.network import turn_ways
from gisdata.network.driving import Driving, driving
from gisdata.network.hierarchy import fastest_ways
from gisdata.network.matrix import Spots, direct_ways, end_legs, spots, start_legs
from gisdata.network.measure import to_degrees
from gisdata.network.shortest import Legs
from gisdata.network.snapping import flat_lines
from gisdata.network.turns import turning
from gisdata.profiles import Profile, as_profile, with_turns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from gisdata.network.hierarchy import Way
    from gisdata.network.road_network import RoadNetwork
    from gisdata.network.snapping import Snaps
    from gisdata.network.turn_ways import Ends
    from gisdata.network.turns import Turning


Stretches = list[tuple[int, float, float]]
"""Edge, fraction where it begins, fraction where it ends; one after the other."""

Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Path:
    """The fastest way between two places.

    Parameters
    ----------
    edges : ndarray of int64
        Edges driven, in order; the first and the last perhaps in part, and none between places at one junction.
    line : LineString
        The course in degrees, from place to place.
    duration_s, distance_m : float
        To the millisecond and the millimetre.
    begin, end : float
        How far along the first edge it begins, and along the last it ends.
    """

    edges: NDArray[np.int64]
    line: LineString
    duration_s: float
    distance_m: float
    begin: float = 0.0
    end: float = 1.0


@dataclass(frozen=True, slots=True)
class Drive:
    """A way as stretches of edges.

    Parameters
    ----------
    stretches : list of tuple
        Edges in the order driven.
    time_ms, length_mm : int
        Of the whole way.
    """

    stretches: Stretches
    time_ms: int
    length_mm: int


class Joiner:
    """Writes out ways between places as stretches of edges.

    Parameters
    ----------
    how : Driving
        The network as driven.
    begin, end : Spots
        Where ways begin and end.

    Attributes
    ----------
    starts, ends : Legs
        From the places to the junctions, and from the junctions to the places.
    """

    def __init__(self, how: Driving, begin: Spots, end: Spots) -> None:
        starts, ends = start_legs(how, begin), end_legs(how, end)
        self.starts, self.ends = starts.legs, ends.legs
        self._begin, self._end, self._how = begin, end, how
        self._start, self._finish = _best_rows(*starts), _best_rows(*ends)

    def stretches(self, place: int, goal: int, passed: list[int]) -> Stretches:
        """Return the stretches of a way.

        Parameters
        ----------
        place, goal : int
            Numbers of the places in `begin` and `end`.
        passed : list of int
            Junctions in the order they are passed, at least one.

        Returns
        -------
        list of tuple
            Edge, fraction where it begins, fraction where it ends.
        """
        (out, left), (back, entered) = self._start[place, passed[0]], self._finish[goal, passed[-1]]
        zones, edges = self._how.zones, self._how.edges_between(passed).tolist()
        if zones is not None and left >= 0:
            edges = zones.edges(left, passed[0], backward=False) + edges
        if zones is not None and entered >= 0:
            edges += zones.edges(entered, passed[-1], backward=True)
        stretches = [(edge, 0.0, 1.0) for edge in edges]
        if out >= 0:  # else the place stands at the junction
            stretches.insert(0, (int(self._begin.edge[out]), float(self._begin.fraction[out]), 1.0))
        if back >= 0:
            stretches.append((int(self._end.edge[back]), 0.0, float(self._end.fraction[back])))
        return stretches


class TurnJoiner:
    """Writes out ways over states of a turn graph as stretches of edges; see `Joiner`.

    Parameters
    ----------
    on : Turning
        The network as driven, with its turns.
    ends : Ends
        How places hang on the turn graph.
    """

    def __init__(self, on: Turning, ends: Ends) -> None:
        self._edge, self._begin, self._end = on.graph.edge, ends.begin, ends.end
        self._start_row, self._end_row = _best_rows(ends.starts, ends.start_row), _best_rows(ends.ends, ends.end_row)

    def stretches(self, place: int, goal: int, passed: list[int]) -> list[tuple[int, float, float]]:
        """Return the stretches of a way.

        Parameters
        ----------
        place, goal : int
            Numbers of the places in `begin` and `end`.
        passed : list of int
            States in the order they are passed, at least one.

        Returns
        -------
        list of tuple
            Edge, fraction where it begins, fraction where it ends.
        """
        (out,), (back,) = self._start_row[place, passed[0]], self._end_row[goal, passed[-1]]
        stretches = [(edge, 0.0, 1.0) for edge in self._edge[passed[:-1]].tolist()]
        if out >= 0:  # else the place stands at the junction
            stretches.insert(0, (int(self._begin.edge[out]), float(self._begin.fraction[out]), 1.0))
        return [*stretches, (int(self._end.edge[back]), 0.0, float(self._end.fraction[back]))]


def paths(
    roads: RoadNetwork, profile: str | Profile, origins: Snaps, destinations: Snaps, *, turns: bool = False
) -> list[Path | None]:
    """Return the fastest way from each origin to the destination in the same row.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.
    origins, destinations : Snaps
        From `gisdata.network.snap`, equally many.
    turns : bool
        Whether turn restrictions are obeyed and turns take time, also if the profile does not say so.

    Returns
    -------
    list of Path or None
        In order; None where there is no way.

    Raises
    ------
    RoadNetworkError
        If there are not as many origins as destinations.
    """
    if len(origins) != len(destinations):
        raise RoadNetworkError(f"{len(origins)} origins and {len(destinations)} destinations do not pair up")
    who = with_turns(profile) if turns else as_profile(profile)
    how = driving(roads, who)
    begin, end = spots(how, origins), spots(how, destinations)
    pairs, first, row = np.unique(
        np.column_stack([begin.row, end.row]), axis=0, return_index=True, return_inverse=True
    )
    if not who.turns:
        joiner: Joiner | TurnJoiner = (plain := Joiner(how, begin, end))
        ways = iter(fastest_ways(roads, who, plain.starts, plain.ends, pairs))
    else:
        on = turning(roads, who)
        ends = turn_ways.hang(how, on, begin, end)
        begin, end = ends.begin, ends.end
        joiner = TurnJoiner(on, ends)
        ways = turn_ways.fastest_ways(roads, who, ends, pairs)
    drives = list(_drives(joiner, ways, _direct_drives(begin, end), pairs))
    courses = _Courses(roads, [drive for drive in drives if drive])
    found = [_as_path(courses, drive, _corner(origins, at), _corner(destinations, at)) if drive else None
             for drive, at in zip(drives, first.tolist(), strict=True)]
    return [found[pair] for pair in row.ravel().tolist()]


def path_stretches(path: Path) -> Stretches:
    """Return the edges of a path, each with the part of it that is driven.

    Parameters
    ----------
    path : Path
        Any.

    Returns
    -------
    list of tuple
        Edge, fraction where it begins, fraction where it ends.
    """
    begin, end = np.zeros(len(path.edges)), np.ones(len(path.edges))
    begin[:1], end[-1:] = path.begin, path.end
    return list(zip(path.edges.tolist(), begin.tolist(), end.tolist(), strict=True))


def stretch_costs(how: Driving, stretches: Stretches) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return what each stretch of a way takes, rounded as in a matrix.

    Parameters
    ----------
    how : Driving
        The network as driven.
    stretches : list of tuple
        Such as those of a `Drive`.

    Returns
    -------
    tuple of ndarray of int64
        Milliseconds and millimetres.
    """
    edges = np.array([edge for edge, _, _ in stretches], dtype=np.int64)
    ends = np.array([[begin, end] for _, begin, end in stretches]).reshape(-1, 2).T
    time_ms, length_mm = (np.rint(ends * whole[edges]).astype(np.int64) for whole in (how.time_ms, how.length_mm))
    return time_ms[1] - time_ms[0], length_mm[1] - length_mm[0]


def _drives(joiner: Joiner | TurnJoiner, ways: Iterator[Way | None], direct: Mapping[tuple[int, int], Drive],
            pairs: NDArray[np.int64]) -> Iterator[Drive | None]:
    """Give the fastest way of each pair of different places."""
    for (place, goal), way in zip(pairs.tolist(), ways, strict=True):
        short = direct.get((place, goal))
        if way is None or (short is not None and (short.time_ms, short.length_mm) <= way[:2]):
            yield short
            continue
        yield Drive(joiner.stretches(place, goal, way[2].tolist()), way[0], way[1])


def _direct_drives(begin: Spots, end: Spots) -> dict[tuple[int, int], Drive]:
    """Return the ways that stay on one edge, by place and goal."""
    direct = direct_ways(begin, end)
    names = ("place", "goal", "edge", "leaves", "arrives", "time_ms", "length_mm")
    rows = zip(*(direct[name].tolist() for name in names), strict=True)
    return {
        (place, goal): Drive([(edge, leaves, arrives)], time, length)
        for place, goal, edge, leaves, arrives, time, length in rows
    }


def _best_rows(legs: Legs, *rows: NDArray[np.int64]) -> dict[tuple[int, int], tuple[int, ...]]:
    """Return, for each place and node, what is said of the leg that a kernel takes between them."""
    best = np.lexsort((legs.length_mm, legs.time_ms))[::-1]
    said = zip(legs.place[best].tolist(), legs.node[best].tolist(), *(row[best].tolist() for row in rows), strict=True)
    return {(place, node): tuple(told) for place, node, *told in said}


def as_path(roads: RoadNetwork, drive: Drive, origin: Snaps, destination: Snaps) -> Path:
    """Return a way with its line, which begins and ends at the places to the last digit.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    drive : Drive
        The way.
    origin, destination : Snaps
        One place each.

    Returns
    -------
    Path
        Stretches of no length left out.
    """
    return _as_path(_Courses(roads, [drive]), drive, _corner(origin, 0), _corner(destination, 0))


def _as_path(courses: _Courses, drive: Drive, origin: Corner, destination: Corner) -> Path:
    driven = [stretch for stretch in drive.stretches if stretch[2] > stretch[1]]
    course = np.concatenate([courses.of(*stretch) for stretch in driven]) if driven else np.array([origin, destination])
    course[0], course[-1] = origin, destination
    apart = np.ones(len(course), dtype=bool)
    apart[1:-1] = (course[1:-1] != course[:-2]).any(axis=1)
    edges = np.array([edge for edge, _, _ in driven], dtype=np.int64)
    within = (driven[0][1], driven[-1][2]) if driven else (0.0, 1.0)
    return Path(edges, LineString(course[apart]), drive.time_ms / 1000, drive.length_mm / 1000, *within)


def _corner(places: Snaps, at: int) -> Corner:
    return float(places.lon[at]), float(places.lat[at])


class _Courses:
    """The corners of the edges of some drives, taken out of the network all at once.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    drives : list of Drive
        Ways on it.
    """

    def __init__(self, roads: RoadNetwork, drives: list[Drive]) -> None:
        edges = sorted({edge for drive in drives for edge, _, _ in drive.stretches})
        self._corners = dict(zip(edges, _corners(roads.geometry[edges]), strict=True))
        cut = sorted({stretch for drive in drives for stretch in drive.stretches if stretch[1] > 0 or stretch[2] < 1})
        flat = flat_lines(roads)[[edge for edge, _, _ in cut]]
        at = shapely.line_interpolate_point(flat[:, None], [stretch[1:] for stretch in cut] or 0.0, normalized=True)
        ends = to_degrees(shapely.get_coordinates(at)).reshape(-1, 2, 2)
        self._cut = dict(zip(cut, zip(map(_along, _corners(flat)), ends, strict=True), strict=True))

    def of(self, edge: int, begin: float, end: float) -> NDArray[np.float64]:
        """Return the corners of part of an edge, in degrees; whole corners are those of the map to the last digit."""
        corners = self._corners[edge]
        if begin <= 0 and end >= 1:
            return corners
        along, ends = self._cut[edge, begin, end]
        inside = (along > begin * along[-1]) & (along < end * along[-1])
        return np.concatenate([ends[:1], corners[inside], ends[1:]])


def _along(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far along a line each of its corners is."""
    return np.concatenate([[0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])


def _corners(lines: NDArray[np.object_]) -> list[NDArray[np.float64]]:
    """Return the corners of each line."""
    ends = np.cumsum([0, *shapely.get_num_coordinates(lines)]).tolist()
    corners = shapely.get_coordinates(lines)
    return [corners[begin:end] for begin, end in itertools.pairwise(ends)]
