"""How soon every edge can be entered from some sites, and which part of it is then reached in time.

The contracted graph gives all edges in one sweep. Times are milliseconds, infinite where there is no way; parts of an
edge are fractions of it from its begin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gisdata.network import turn_ways
from gisdata.network.driving import Driving, driving
from gisdata.network.hierarchy import fastest_tables
from gisdata.network.matrix import Spots, end_legs, spots, start_legs
from gisdata.network.turns import turning

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork
    from gisdata.network.snapping import Snaps
    from gisdata.profiles import Profile


class Pieces(NamedTuple):
    """Parts of edges.

    Parameters
    ----------
    edge : ndarray of int64
        One edge can have several parts, and they can overlap.
    begin, end : ndarray of float
        Fractions along it.
    """

    edge: NDArray[np.int64]
    begin: NDArray[np.float64]
    end: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """When edges are entered from sites.

    Parameters
    ----------
    how : Driving
        The network as driven.
    enter_ms : ndarray of float64, shape (sites, edges)
        When the begin of each edge is left along it; infinite where it never is.
    site, edge : ndarray of int64
        The edges that sites themselves lie on: from there on, these are reached at once.
    fraction : ndarray of float
        Where the sites lie on them.
    """

    how: Driving
    enter_ms: NDArray[np.float64]
    site: NDArray[np.int64]
    edge: NDArray[np.int64]
    fraction: NDArray[np.float64]

    def of(self, site: int) -> Reach:
        """Return what one site reaches.

        Parameters
        ----------
        site : int
            Its row.

        Returns
        -------
        Reach
            Of one site.
        """
        mine = self.site == site
        return Reach(self.how, self.enter_ms[site : site + 1], self.site[mine] * 0, self.edge[mine],
                     self.fraction[mine])

    def of_any(self) -> Reach:
        """Return what the sites reach together.

        Returns
        -------
        Reach
            As of one site.
        """
        return Reach(self.how, self.enter_ms.min(axis=0, keepdims=True), self.site * 0, self.edge, self.fraction)

    def at(self, edge: NDArray[np.int64], fraction: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return when points on roads are reached, from either direction of their road.

        Parameters
        ----------
        edge : ndarray of int64, shape (n,)
            Edges, sorted.
        fraction : ndarray of float, shape (n,)
            Where along them.

        Returns
        -------
        ndarray of float, shape (sites, n)
            Milliseconds.
        """
        time, twin = self.how.time_ms, self.how.twin[edge]
        both = twin >= 0
        there = self.enter_ms[:, edge] + fraction * time[edge]
        back = self.enter_ms[:, twin[both]] + (1 - fraction[both]) * time[twin[both]]
        there[:, both] = np.minimum(there[:, both], back)
        for site, on, begin in zip(self.site.tolist(), self.edge.tolist(), self.fraction.tolist(), strict=True):
            for name, share, start in ((on, fraction, begin), (int(self.how.twin[on]), 1 - fraction, begin)):
                rows = slice(*np.searchsorted(edge, [name, name + 1])) if name >= 0 else slice(0)
                ahead = share[rows] - start
                direct = np.where(ahead >= 0, ahead * time[on], np.inf)
                there[site, rows] = np.minimum(there[site, rows], direct)
        return there

    def at_nodes(self) -> NDArray[np.float64]:
        """Return when nodes are reached, by any of their edges.

        Returns
        -------
        ndarray of float, shape (sites, nodes)
            Milliseconds.
        """
        how = self.how
        node = np.concatenate([how.u, how.v, how.v[self.edge], how.u[self.edge]])
        direct = np.full((2, len(self.enter_ms), len(self.edge)), np.inf)
        own = np.arange(len(self.edge))
        direct[0, self.site, own] = (1 - self.fraction) * how.time_ms[self.edge]
        direct[1, self.site, own] = np.where(self.fraction == 0, 0.0, np.inf)
        time = np.concatenate([self.enter_ms, self.enter_ms + how.time_ms, *direct], axis=1)
        order = np.argsort(node, kind="stable")
        named, first = np.unique(node[order], return_index=True)
        reached = np.full((len(self.enter_ms), len(how.passable)), np.inf)
        reached[:, named] = np.minimum.reduceat(time[:, order], first, axis=1)
        return reached

    def pieces(self, limit_ms: float) -> Pieces:
        """Return the parts of edges that the first site reaches in time.

        Parameters
        ----------
        limit_ms : float
            The end of each is reached at this time, or it is the end of the edge.

        Returns
        -------
        Pieces
            None is empty.
        """
        left = limit_ms - self.enter_ms[0]
        edge = np.flatnonzero((left > 0) & np.isfinite(left))
        mine = self.site == 0
        edges = np.concatenate([edge, self.edge[mine]])
        begin = np.concatenate([np.zeros(len(edge)), self.fraction[mine]])
        left = np.concatenate([left[edge], np.full(int(mine.sum()), limit_ms)])
        end = np.minimum(begin + left / np.maximum(self.how.time_ms[edges], 1), 1.0)
        real = end > begin
        return Pieces(edges[real], begin[real], end[real])

    def won(self, site: int, limit_ms: float) -> Pieces:
        """Return the parts of edges that a site reaches in time and before all others.

        Where two sites come from both ends of a road, each has it up to where they meet.

        Parameters
        ----------
        site : int
            Its row; of sites equally fast, the first counts.
        limit_ms : float
            As in `pieces`.

        Returns
        -------
        Pieces
            Those of all sites together are those of `of_any`.
        """
        soonest, first = self.enter_ms.min(axis=0), self.enter_ms.argmin(axis=0)
        mine = Reach(self.how, np.where(first == site, soonest, np.inf)[None, :], self.site - site, self.edge,
                     self.fraction).pieces(limit_ms)
        edge, begin, end = mine
        time, twin = self.how.time_ms, self.how.twin[edge]
        begins_ms = np.where(begin > 0, -begin * time[edge], soonest[edge])  # when the begin of the edge would be left
        other_ms = np.where((twin >= 0) & (first[twin] != site), soonest[twin] + time[twin], np.inf)
        meeting = (other_ms - begins_ms) / np.maximum(time[edge] + time[twin], 1)
        end = np.minimum(end, np.where(np.isfinite(meeting), meeting, 1.0))
        for rival, on, at in zip(self.site.tolist(), self.edge.tolist(), self.fraction.tolist(), strict=True):
            if rival != site:
                end = np.where(edge == on, np.minimum(end, np.maximum(at, begin)), end)
        real = end > begin
        return Pieces(edge[real], begin[real], end[real])


def reach(roads: RoadNetwork, who: Profile, sites: Snaps) -> Reach:
    """Return when every edge is entered from each of some sites.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    who : Profile
        Who drives, and when; if it counts turns, the turn into an edge counts.
    sites : Snaps
        From `gisdata.network.snap`.

    Returns
    -------
    Reach
        One row per site.
    """
    how = driving(roads, who)
    begin = spots(how, sites)
    edge = np.flatnonzero(how.usable)
    number, zero = np.arange(len(edge)), np.zeros(len(edge), dtype=np.int64)
    end = Spots(len(edge), number, number, edge, np.zeros(len(edge)), zero, zero)
    if who.turns:
        time, _ = turn_ways.fastest_tables(roads, who, turn_ways.hang(how, turning(roads, who), begin, end))
    else:
        time, _ = fastest_tables(roads, who, start_legs(how, begin).legs, end_legs(how, end).legs)
    enter = np.full((len(sites), len(how.u)), np.inf)
    enter[:, edge] = np.where(time < 0, np.inf, time)[begin.row]
    site, row = _rows_of(begin)
    return Reach(how, enter, site, begin.edge[row], begin.fraction[row])


def _rows_of(begin: Spots) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each site with each row of its spot."""
    by_place = np.argsort(begin.place, kind="stable")
    first, last = (np.searchsorted(begin.place[by_place], begin.row, side) for side in ("left", "right"))
    site = np.repeat(np.arange(len(begin.row)), last - first)
    row = np.concatenate([by_place[a:b] for a, b in zip(first.tolist(), last.tolist(), strict=True)])
    return site, row
