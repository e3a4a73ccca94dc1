"""Sensible other ways between two places: not much longer, really different, and without needless detours.

Candidates go over one point each, along the trees of fastest ways from the origin and to the destination. What a way
costs is not known here. Times are whole milliseconds.

References
----------
Abraham, Delling, Goldberg, Werneck (2013), "Alternative routes in road networks", ACM Journal of Experimental
Algorithmics 18, 1.3: limited sharing, local optimality by the T-test, bounded stretch, and the order of candidates.
Camvit (2005), "Choice routing": plateaus, which bring the many junctions of one way down to one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from gisdata.errors import RoadNetworkError
from gisdata.network import turn_ways
from gisdata.network.driving import driving
from gisdata.network.hierarchy import fastest_ways
from gisdata.network.matrix import spots
from gisdata.network.shortest import Arcs, Legs, tree
from gisdata.network.tracing import Drive, Joiner, Stretches, TurnJoiner, as_path, paths, stretch_costs
from gisdata.network.turns import turning
from gisdata.profiles import Profile, as_profile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from gisdata.network.hierarchy import Way
    from gisdata.network.road_network import RoadNetwork
    from gisdata.network.snapping import Snaps
    from gisdata.network.tracing import Path

_AT_ONCE = 16
_MOST_TRIED = 480


@dataclass(frozen=True, slots=True, kw_only=True)
class Sense:
    """What makes another way sensible; the defaults are those of Abraham et al. (2013).

    Parameters
    ----------
    most_shared : float
        Of the fastest way's time, the part that another way may drive on edges of the ways chosen before it.
    most_stretch : float
        How many times as long as the fastest way a way may take, as a whole and where it leaves the fastest.
    locally_fastest : float
        Every part of a way that takes at most this share of the fastest way's time is itself a fastest way.
    """

    most_shared: float = 0.8
    most_stretch: float = 1.25
    locally_fastest: float = 0.25

    def __post_init__(self) -> None:
        if not (0 <= self.most_shared <= 1 <= self.most_stretch and 0 <= self.locally_fastest <= 1):
            raise RoadNetworkError(
                "most_shared and locally_fastest lie from 0 to 1, most_stretch is 1 or more; got "
                f"{self.most_shared}, {self.locally_fastest}, {self.most_stretch}"
            )


@dataclass(frozen=True, slots=True)
class _Ground:
    """What is searched: junctions and roads, or, where turns count, edges and turns. Either are called points here.

    What hangs on `ends` is counted `late_ms` too long, as `ways` knows.
    """

    arcs: Arcs
    starts: Legs
    ends: Legs
    late_ms: int
    joiner: Joiner | TurnJoiner
    ways: Callable[[Legs, Legs, NDArray[np.int64]], Iterable[Way | None]]


@dataclass(frozen=True, slots=True)
class _Trees:
    """The fastest way, and every point's fastest way from the origin and to the destination.

    `out_ms`, `before` and `back_ms`, `after` are by point, where it is `reached`; `best` are the points of the fastest
    way, in order.
    """

    best: NDArray[np.int64]
    best_ms: int
    reached: NDArray[np.bool_]
    out_ms: NDArray[np.int64]
    before: NDArray[np.int64]
    back_ms: NDArray[np.int64]
    after: NDArray[np.int64]


def alternatives(
    roads: RoadNetwork, profile: str | Profile, origin: Snaps, destination: Snaps, k: int = 3,
    sense: Sense | None = None,
) -> list[Path]:
    """Return the fastest way between two places and up to k - 1 sensible others.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.
    origin, destination : Snaps
        One place each.
    k : int
        Most ways.
    sense : Sense, optional
        What is sensible.

    Returns
    -------
    list of Path
        By duration, the fastest first; fewer than `k` where the roads have no more, none where there is no way. Two
        places on one stretch of road have one.

    Raises
    ------
    RoadNetworkError
        If `k` is less than 1, or there is not one origin and one destination.
    """
    if k < 1 or len(origin) != 1 or len(destination) != 1:
        raise RoadNetworkError(f"alternatives join one place with one other, k of them, 1 or more; got {len(origin)}, "
                               f"{len(destination)} and {k}")
    (fastest,) = paths(roads, profile, origin, destination)
    if fastest is None or k == 1:
        return [] if fastest is None else [fastest]
    sense = sense or Sense()
    how, ground = driving(roads, profile), _ground(roads, as_profile(profile), origin, destination)
    trees = _trees(ground)
    if trees is None or trees.best_ms > round(fastest.duration_s * 1000):  # it stays on one edge
        return [fastest]
    found, driven = [fastest], set(fastest.edges.tolist())
    for stretches, whole_ms in _locally_fastest(ground, trees, sense):
        time_ms, length_mm = stretch_costs(how, stretches)
        edges = np.array([edge for edge, _, _ in stretches])
        if len(np.unique(how.v[edges[:-1]])) < len(edges) - 1:  # it passes a junction twice
            continue
        shared = np.isin(edges, list(driven))
        if time_ms[shared].sum() <= sense.most_shared * trees.best_ms and not shared.all():
            drive = Drive(stretches, whole_ms, int(length_mm.sum()))
            found.append(as_path(roads, drive, origin, destination))
            driven.update(edges.tolist())
        if len(found) == k:
            break
    return sorted(found, key=lambda path: path.duration_s)


def _ground(roads: RoadNetwork, who: Profile, origin: Snaps, destination: Snaps) -> _Ground:
    how = driving(roads, who)
    begin, end = spots(how, origin), spots(how, destination)
    if not who.turns:
        joiner = Joiner(how, begin, end)
        return _Ground(how.arcs, joiner.starts, joiner.ends, 0, joiner, partial(fastest_ways, roads, who))
    on = turning(roads, who)
    hung = turn_ways.hang(how, on, begin, end)

    def ways(starts: Legs, ends: Legs, pairs: NDArray[np.int64]) -> Iterator[Way | None]:
        return turn_ways.fastest_ways(roads, who, replace(hung, starts=starts, ends=ends), pairs)

    return _Ground(on.arcs, hung.starts, hung.ends, hung.late_ms, TurnJoiner(on, hung), ways)


def _trees(ground: _Ground) -> _Trees | None:
    """Return the fastest way over points and the trees of both its ends, or None if there is no such way."""
    (way,) = ground.ways(ground.starts, ground.ends, np.zeros((1, 2), dtype=np.int64))
    if way is None:
        return None
    arcs = ground.arcs
    out_ms, before = tree(arcs, ground.starts)
    back_ms, after = tree(Arcs(arcs.count, arcs.head, arcs.tail, arcs.time_ms, arcs.length_mm), ground.ends)
    reached = (out_ms >= 0) & (back_ms >= 0)
    return _Trees(way[2], way[0], reached, out_ms, before, back_ms - ground.late_ms, after)


def _locally_fastest(ground: _Ground, trees: _Trees, sense: Sense) -> Iterator[tuple[Stretches, int]]:
    """Yield the candidates that pass the T-test and what they take, the most promising first."""
    reach = sense.locally_fastest * trees.best_ms
    tried = _candidates(trees, sense)[:_MOST_TRIED].tolist()
    for first in range(0, len(tried), _AT_ONCE):
        over = [(via, _passed(trees, via)) for via in tried[first : first + _AT_ONCE]]
        around = [_around(ground, trees, via, passed, reach) for via, passed in over]
        starts, ends = _joined([start for start, _, _ in around]), _joined([end for _, end, _ in around])
        pairs = np.repeat(np.arange(len(over))[:, None], 2, axis=1)
        fastest = ground.ways(starts, ends, pairs)
        for (via, passed), (_, _, part_ms), way in zip(over, around, fastest, strict=True):
            if way is not None and way[0] >= part_ms:
                stretches = ground.joiner.stretches(0, 0, passed)
                yield ([stretch for stretch in stretches if stretch[2] > stretch[1]],
                       int(trees.out_ms[via] + trees.back_ms[via]))


def _candidates(trees: _Trees, sense: Sense) -> NDArray[np.int64]:
    """Return points to go over, the middle of each plateau, whose way is short enough and different enough."""
    on_best = np.zeros(len(trees.before), dtype=bool)
    on_best[trees.best] = True
    leaves = _followed(np.where(on_best, -1, trees.before))
    joins = _followed(np.where(on_best, -1, trees.after))
    begin_ms = np.where(on_best[leaves], trees.out_ms[leaves], 0)
    end_ms = np.where(on_best[joins], trees.back_ms[joins], 0)
    whole_ms = trees.out_ms + trees.back_ms
    spared_ms = trees.best_ms - begin_ms - end_ms  # what the fastest way takes where this one is elsewhere
    kept = trees.reached & ~on_best & (spared_ms >= (1 - sense.most_shared) * trees.best_ms)
    kept &= whole_ms <= sense.most_stretch * trees.best_ms
    kept &= whole_ms - begin_ms - end_ms <= sense.most_stretch * spared_ms
    number = np.arange(len(trees.before))
    from_before = (trees.before >= 0) & (trees.after[trees.before] == number)
    to_after = (trees.after >= 0) & (trees.before[trees.after] == number)
    plateau_begin = _followed(np.where(from_before, trees.before, -1))
    plateau_end = _followed(np.where(to_after, trees.after, -1))
    middle_ms = (trees.out_ms[plateau_begin] + trees.out_ms[plateau_end]) / 2
    via = np.flatnonzero(kept)
    via = via[np.lexsort((via, np.abs(trees.out_ms - middle_ms)[via]))]
    via = via[np.unique(plateau_begin[via], return_index=True)[1]]
    plateau_ms = trees.out_ms[plateau_end[via]] - trees.out_ms[plateau_begin[via]]
    rank = 2 * whole_ms[via] - spared_ms[via] - plateau_ms
    return via[np.lexsort((via, rank))]


def _followed(step: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each node comes to when every step is followed to its end (-1: a node stays)."""
    at = np.where(step >= 0, step, np.arange(len(step)))
    while True:
        further = at[at]
        if (further == at).all():
            return at
        at = further


def _passed(trees: _Trees, via: int) -> list[int]:
    """Return the points of the way over one."""
    best = trees.best.tolist()
    place = {node: number for number, node in enumerate(best)}
    out, back = [via], [via]
    for chain, step in ((out, trees.before), (back, trees.after)):
        while chain[-1] not in place and (node := int(step[chain[-1]])) >= 0:
            chain.append(node)
    head = best[: place[out[-1]]] if out[-1] in place else []
    rest = best[place[back[-1]] + 1 :] if back[-1] in place else []
    return [*head, *out[::-1], *back[1:], *rest]


def _around(ground: _Ground, trees: _Trees, via: int, passed: list[int], reach_ms: float) -> tuple[Legs, Legs, int]:
    """Return where the part of a way around a junction begins and ends, and what it takes.

    It reaches at least `reach_ms` to either side, or to the end of the way.
    """
    middle = passed.index(via)
    before_ms = trees.out_ms[via] - trees.out_ms[passed[: middle + 1]]
    after_ms = trees.back_ms[via] - trees.back_ms[passed[middle:]]
    far_before, far_after = np.flatnonzero(before_ms >= reach_ms), np.flatnonzero(after_ms >= reach_ms)
    start, start_ms = ground.starts, int(trees.out_ms[via])
    end, end_ms = ground.ends, int(trees.back_ms[via])
    if len(far_before):
        start, start_ms = _at(passed[far_before[-1]], 0), int(before_ms[far_before[-1]])
    if len(far_after):
        end, end_ms = _at(passed[middle + far_after[0]], ground.late_ms), int(after_ms[far_after[0]])
    return start, end, start_ms + end_ms


def _at(point: int, time_ms: int) -> Legs:
    none = np.zeros(1, dtype=np.int64)
    return Legs(1, none, np.array([point], dtype=np.int64), none + time_ms, none)


def _joined(single: list[Legs]) -> Legs:
    """Return the legs of several places, one each, as those of one place after the other."""
    place = np.repeat(np.arange(len(single)), [len(legs.node) for legs in single])
    return Legs(len(single), place, np.concatenate([legs.node for legs in single]),
                np.concatenate([legs.time_ms for legs in single]), np.concatenate([legs.length_mm for legs in single]))
