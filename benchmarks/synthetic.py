"""A made-up city for benchmarks: a street grid bent at random, with four levels of road, one-ways and gaps.

Plain arrays, the same on every machine: 470 x 470 junctions about 110 m apart, of which the largest strongly connected
part is kept (202,791 junctions and 512,376 directed edges). Every 8th line of the grid is a street at 50 km/h, every
32nd a road at 70, every 96th a motorway at 110 that local streets do not meet, all others local at 30. Of local edges
40 % are left out and 12 % are one-way. Times are whole tenths of a second, so that engines of any resolution can be
exact.
"""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

SIDE, SEED = 470, 7
STEP_M, SCATTER_M, BEND = 110.0, 18.0, 1.05
LOCAL, MOTORWAY = 0, 3
SPEED_KMH = np.array([30, 50, 70, 110])
KEPT = np.array([0.60, 0.97, 1.0, 1.0])
ONE_WAY = np.array([0.12, 0.05, 0.0, 0.0])
WEST, SOUTH = 24.0, 60.0


class City(NamedTuple):
    """A directed graph: ends of edges, whole milliseconds and millimetres, level of road; degrees of junctions."""

    tail: np.ndarray
    head: np.ndarray
    time_ms: np.ndarray
    length_mm: np.ndarray
    level: np.ndarray
    lon: np.ndarray
    lat: np.ndarray


def city(side=SIDE, seed=SEED):
    """Return the city, or a smaller one."""
    rng = np.random.default_rng(seed)
    line = np.arange(side)
    node = line[:, None] * side + line
    x = (line * STEP_M + rng.normal(0, SCATTER_M, (side, side))).ravel()
    y = (line[:, None] * STEP_M + rng.normal(0, SCATTER_M, (side, side))).ravel()
    level = np.select([line % 96 == 48, line % 32 == 0, line % 8 == 0], [3, 2, 1], LOCAL)
    east = _edges(rng, node[:, :-1].ravel(), node[:, 1:].ravel(), np.repeat(level, side - 1))
    north = _edges(rng, node[:-1].ravel(), node[1:].ravel(), np.tile(level, side - 1))
    tail, head, of = (np.concatenate(parts) for parts in zip(east, north, strict=True))
    meets_motorway = np.maximum.outer(level, level).ravel() == MOTORWAY
    open_ = (of != LOCAL) | ~(meets_motorway[tail] | meets_motorway[head])
    tail, head, of, x, y = _largest_part(tail[open_], head[open_], of[open_], x, y)
    length_m = np.hypot(x[tail] - x[head], y[tail] - y[head]) * BEND
    tenths = np.maximum(1, np.rint(length_m / (SPEED_KMH[of] / 3.6) * 10).astype(np.int64))
    order = np.lexsort((head, tail))
    lon = WEST + x / (111_320 * np.cos(np.radians(SOUTH)))
    whole = City(tail, head, tenths * 100, np.rint(length_m * 1000).astype(np.int64), of, lon, SOUTH + y / 110_540)
    return whole._replace(**{name: getattr(whole, name)[order] for name in City._fields[:5]})


def _edges(rng, a, b, level):
    """Return directed edges between neighbours: some left out, some one-way, in either direction."""
    kept = rng.random(len(a)) < KEPT[level]
    a, b, level = a[kept], b[kept], level[kept]
    single = rng.random(len(a)) < ONE_WAY[level]
    turned = single & (rng.random(len(a)) < 0.5)
    a, b = np.where(turned, b, a), np.where(turned, a, b)
    return np.concatenate([a, b[~single]]), np.concatenate([b, a[~single]]), np.concatenate([level, level[~single]])


def _largest_part(tail, head, level, x, y):
    """Return the largest strongly connected part, its junctions numbered anew."""
    graph = csr_array((np.ones(len(tail), np.int8), (tail, head)), shape=(len(x), len(x)))
    part = connected_components(graph, connection="strong")[1]
    main = part == np.bincount(part).argmax()
    number = np.cumsum(main) - 1
    inside = main[tail] & main[head]
    return number[tail[inside]], number[head[inside]], level[inside], x[main], y[main]
