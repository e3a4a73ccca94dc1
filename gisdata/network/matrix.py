"""Times and distances between places on roads.

Hangs places in the middle of edges onto the graph and hands arrays to `shortest`. Times are whole milliseconds, lengths
whole millimetres, so that sums along a way are exact; who shows them rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gisdata.errors import TooLargeError
from gisdata.network import turn_ways
from gisdata.network.driving import Driving, driving
from gisdata.network.hierarchy import fastest_tables
from gisdata.network.shortest import UNREACHABLE, Legs
from gisdata.network.turns import turning
from gisdata.network.zones import Hung, through_zones
from gisdata.profiles import Profile, as_profile, with_turns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork
    from gisdata.network.snapping import Snaps

MOST_CELLS = 400_000_000
WORTH_SHARING = 0.9
"""Places that coincide share a row of the search if at most this share of them differs."""


@dataclass(frozen=True, slots=True)
class Spots:
    """Where places lie on the directed edges that may be driven: one row per place and direction.

    Parameters
    ----------
    count : int
        Number of different places.
    row : ndarray of int64, shape (snaps,)
        The place of each snap.
    place, edge : ndarray of int64, shape (n,)
        A place and an edge it lies on; a place on no usable road has no row.
    fraction : ndarray of float, shape (n,)
        How far along that edge.
    time_ms, length_mm : ndarray of int64, shape (n,)
        From the begin of that edge to the place.
    """

    count: int
    row: NDArray[np.int64]
    place: NDArray[np.int64]
    edge: NDArray[np.int64]
    fraction: NDArray[np.float64]
    time_ms: NDArray[np.int64]
    length_mm: NDArray[np.int64]


def many_to_many(
    roads: RoadNetwork, profile: str | Profile, sources: Snaps, targets: Snaps, threads: int | None = None,
    *, turns: bool = False,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how long and how far it is from every source to every target along the fastest way.

    Ways begin and end in the middle of an edge, exactly where the places are, and may set off in both directions where
    the road is two-way. Of equally fast ways the shortest counts. Roads for destinations only are used to begin and to
    end, never to pass through.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.
    sources, targets : Snaps
        From `gisdata.network.snap`.
    threads : int, optional
        How many to use; by default one for each processor.
    turns : bool
        Whether turn restrictions are obeyed and turns take time, also if the profile does not say so.

    Returns
    -------
    tuple of ndarray of int64, shape (sources, targets)
        Milliseconds and millimetres; -1 where there is no way.

    Raises
    ------
    TooLargeError
        If the answer has more than 400 million cells; nothing was allocated.
    """
    if len(sources) * len(targets) > MOST_CELLS:
        raise TooLargeError(
            f"{len(sources):,} x {len(targets):,} pairs do not fit in memory (at most {MOST_CELLS:,}); "
            "split the places into parts"
        )
    who = with_turns(profile) if turns else as_profile(profile)
    how = driving(roads, who)
    begin, end = spots(how, sources), spots(how, targets)
    if not who.turns:
        time, length = fastest_tables(roads, who, start_legs(how, begin).legs, end_legs(how, end).legs, threads)
    else:
        ends = turn_ways.hang(how, turning(roads, who), begin, end)
        begin, end = ends.begin, ends.end
        time, length = turn_ways.fastest_tables(roads, who, ends, threads)
    direct = direct_ways(begin, end)
    s, t = direct["place"].to_numpy(), direct["goal"].to_numpy()
    direct_time, direct_length = direct["time_ms"].to_numpy(), direct["length_mm"].to_numpy()
    better = (time[s, t] == UNREACHABLE) | (direct_time < time[s, t])
    better |= (direct_time == time[s, t]) & (direct_length < length[s, t])
    time[s[better], t[better]], length[s[better], t[better]] = direct_time[better], direct_length[better]
    return _by_row(time, begin, end), _by_row(length, begin, end)


def spots(how: Driving, snaps: Snaps) -> Spots:
    """Return where the different places of snaps lie, on both edges of a two-way road.

    Parameters
    ----------
    how : Driving
        The network as driven.
    snaps : Snaps
        Places.

    Returns
    -------
    Spots
        Each place once.
    """
    on_road = snaps.edge >= 0
    keys = np.column_stack([np.where(on_road, snaps.edge, -1), np.where(on_road, snaps.fraction, 0.0)])
    different, row = _different(keys)
    edge, fraction = different[:, 0].astype(np.int64), different[:, 1]
    twin = np.where(edge >= 0, how.twin[edge], -1)
    number = np.arange(len(edge))
    place, edges = np.tile(number, 2), np.concatenate([edge, twin])
    fractions = np.concatenate([fraction, 1 - fraction])
    driven = (edges >= 0) & how.usable[edges]
    place, edges, fractions = place[driven], edges[driven], fractions[driven]
    time = np.rint(fractions * how.time_ms[edges]).astype(np.int64)
    length = np.rint(fractions * how.length_mm[edges]).astype(np.int64)
    return Spots(len(edge), row, place, edges, fractions, time, length)


def _different(keys: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the rows that differ, and which of them each row is; all rows, where nearly all differ."""
    rows, row = np.unique(keys, axis=0, return_inverse=True)
    if len(rows) > WORTH_SHARING * len(keys):
        return keys, np.arange(len(keys))
    return rows, row.ravel()


def _by_row(table: NDArray[np.int64], begin: Spots, end: Spots) -> NDArray[np.int64]:
    """Return a table of spots as one of all places, without a copy where each place has its own spot."""
    if len(begin.row) == begin.count and len(end.row) == end.count:
        return table
    return table[np.ix_(begin.row, end.row)]


def start_legs(how: Driving, at: Spots) -> Hung:
    """Return how ways begin: on to the end of the edge, and out of a zone.

    Parameters
    ----------
    how : Driving
        The network as driven.
    at : Spots
        Where ways begin.

    Returns
    -------
    Hung
        Legs, and for each the row of `at` that it drives along, or -1: a place at the begin of an edge stands at the
        junction, and can take every road there.
    """
    here = at.length_mm == 0
    rest_time, rest = how.time_ms[at.edge] - at.time_ms, how.length_mm[at.edge] - at.length_mm
    legs = _legs(how, at, here, how.v[at.edge], how.u[at.edge], rest_time, rest)
    return through_zones(how.zones, *legs, backward=False)


def end_legs(how: Driving, at: Spots) -> Hung:
    """Return how ways end: into a zone, and from the begin of the edge.

    Parameters
    ----------
    how : Driving
        The network as driven.
    at : Spots
        Where ways end.

    Returns
    -------
    Hung
        Legs, and for each the row of `at` that it drives along, or -1: a place at the end of an edge stands at the
        junction, and is reached by every road there.
    """
    here = at.length_mm == how.length_mm[at.edge]
    legs = _legs(how, at, here, how.u[at.edge], how.v[at.edge], at.time_ms, at.length_mm)
    return through_zones(how.zones, *legs, backward=True)


def direct_ways(begin: Spots, end: Spots) -> pd.DataFrame:
    """Return the ways that stay on one edge, which no junction sees; the best of each pair of places.

    Parameters
    ----------
    begin, end : Spots
        Where ways begin and end.

    Returns
    -------
    DataFrame
        `place` and `goal` (numbers in `begin` and `end`), `edge`, `leaves` and `arrives` (fractions along it),
        `time_ms`, `length_mm`.
    """
    ours = pd.DataFrame({"edge": begin.edge, "place": begin.place, "leaves": begin.fraction})
    theirs = pd.DataFrame({"edge": end.edge, "goal": end.place, "arrives": end.fraction})
    ours["t"], ours["l"] = begin.time_ms, begin.length_mm
    theirs["time_ms"], theirs["length_mm"] = end.time_ms, end.length_mm
    both = ours.merge(theirs, on="edge")
    both["time_ms"] -= both.pop("t")
    both["length_mm"] -= both.pop("l")
    both = both[(both["time_ms"] >= 0) & (both["length_mm"] >= 0)]
    return both.sort_values(["time_ms", "length_mm", "edge"]).drop_duplicates(["place", "goal"])


def _legs(
    how: Driving,
    at: Spots,
    here: NDArray[np.bool_],
    node: NDArray[np.int64],
    junction: NDArray[np.int64],
    time_ms: NDArray[np.int64],
    length_mm: NDArray[np.int64],
) -> tuple[Legs, NDArray[np.int64]]:
    """Return a leg for each row, and a free one to the junction for those that stand there; none to a barrier."""
    none = np.zeros(int(here.sum()), dtype=np.int64)
    place, node = np.concatenate([at.place, at.place[here]]), np.concatenate([node, junction[here]])
    time, length = np.concatenate([time_ms, none]), np.concatenate([length_mm, none])
    row = np.concatenate([np.arange(len(at.edge)), none - 1])
    kept = how.passable[node]
    return Legs(at.count, place[kept], node[kept], time[kept], length[kept]), row[kept]
