"""Speeds of edges at a stated hour: factors by road class, and measured speeds of stretches matched by OSM ids.

Simplified edges run over several stretches; the time of each counts, in proportion to its length. Speeds km/h.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gisdata.hourly import EVERY, HOURS_A_WEEK
from gisdata.network.kinds import road_kinds
from gisdata.network.measure import great_circle_m
from gisdata.network.topology import remembered
from gisdata.profiles.trip import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gisdata.hourly import HourlySpeeds
    from gisdata.network.road_network import RoadNetwork
    from gisdata.profiles import Profile


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """The stretches between neighbouring nodes that edges consist of.

    Parameters
    ----------
    edge : ndarray of int64
        The edge of each, in rising order.
    u, v : ndarray of int64
        OSM ids of its ends.
    share : ndarray of float
        Its part of the edge's length.
    """

    edge: NDArray[np.int64]
    u: NDArray[np.int64]
    v: NDArray[np.int64]
    share: NDArray[np.float64]


def timed_speeds(roads: RoadNetwork, who: Profile, speed_kmh: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the speeds of edges on a trip.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    who : Profile
        The vehicle, with its trip.
    speed_kmh : ndarray of float, shape (edges,)
        At no stated time; 0 stays 0.

    Returns
    -------
    ndarray of float, shape (edges,)
        With the factor of the hour, then measured speeds, never above the vehicle's own most.
    """
    speeds, trip = who.trip.speeds, who.trip
    if speeds is None:
        return speed_kmh
    hour = WEEKDAYS.index(trip.weekday) * 24 + (trip.at_s or 0) // 3600 if trip.timed else EVERY
    found = speed_kmh * _factor(roads, speeds, hour) if hour != EVERY else speed_kmh
    if len(speeds.stretches):
        found = _measured(roads, speeds, hour, found)
    return np.where(speed_kmh > 0, np.minimum(found, who.cap_kmh), 0.0)


def unmatched_speeds(roads: RoadNetwork, speeds: HourlySpeeds) -> pd.DataFrame:
    """Return the measured speeds that belong to no edge of these roads.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    speeds : HourlySpeeds
        As from `gisdata.read_hourly_speeds`.

    Returns
    -------
    DataFrame
        Rows of `HourlySpeeds.stretches`.
    """
    matched = {int(row) for row, _ in _matches(roads, speeds)}
    return speeds.stretches.drop(index=list(matched))


def stretches(roads: RoadNetwork) -> Stretches:
    """Return the stretches of a network, worked out at the first call.

    Parameters
    ----------
    roads : RoadNetwork
        Any network. An edge whose nodes are not known, or are not those of its line, is one stretch.

    Returns
    -------
    Stretches
        In order of the edges, in driving order.
    """
    return remembered(roads, "stretches", lambda: _make_stretches(roads))


def _factor(roads: RoadNetwork, speeds: HourlySpeeds, hour: int) -> NDArray[np.float64]:
    """Return the factor of each edge; of several classes, the lowest."""
    other = speeds.factors.get("*", (1.0,) * HOURS_A_WEEK)
    kinds = road_kinds(roads)
    by_kind = [min(speeds.factors.get(part, other)[hour] for part in tags.get("highway", "").split(";"))
               for tags in kinds.tags]
    return np.array(by_kind)[kinds.kind]


def _measured(
    roads: RoadNetwork, speeds: HourlySpeeds, hour: int, speed_kmh: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return speeds with those of stretches put in; the most specific, then last row of a stretch counts."""
    known, table = stretches(roads), speeds.stretches
    day, clock = (hour // 24, hour % 24) if hour != EVERY else (-2, -2)
    weekday, of_day = table["weekday"].to_numpy(), table["hour"].to_numpy()
    holds = np.isin(weekday, (EVERY, day)) & np.isin(of_day, (EVERY, clock))
    pairs = _matches(roads, speeds)
    pairs = pairs[holds[pairs[:, 0]]]
    specific = (weekday != EVERY).astype(np.int64) + 2 * (of_day != EVERY)
    pairs = pairs[np.lexsort((pairs[:, 0], specific[pairs[:, 0]]))]
    by_stretch = speed_kmh[known.edge].copy()
    by_stretch[pairs[:, 1]] = table["speed_kmh"].to_numpy()[pairs[:, 0]]
    slowness = np.divide(known.share, by_stretch, out=np.full(len(by_stretch), np.inf), where=by_stretch > 0)
    total = np.bincount(known.edge, slowness, minlength=len(speed_kmh))
    touched = np.zeros(len(speed_kmh), dtype=bool)
    touched[known.edge[pairs[:, 1]]] = True
    measured = np.divide(1.0, total, out=np.zeros(len(total)), where=total > 0)
    return np.where(touched, measured, speed_kmh)


def _matches(roads: RoadNetwork, speeds: HourlySpeeds) -> NDArray[np.int64]:
    """Return pairs of a row of the table and a stretch, found at the first call."""
    kept: dict[HourlySpeeds, NDArray[np.int64]] = remembered(roads, "speeds of stretches", dict)
    if speeds not in kept:
        kept[speeds] = _match(roads, speeds)
    return kept[speeds]


def _match(roads: RoadNetwork, speeds: HourlySpeeds) -> NDArray[np.int64]:
    """Match rows to stretches by their ends; rows that fit none, to all stretches of edges with these ends."""
    known, table = stretches(roads), speeds.stretches
    rows = pd.DataFrame({"u": table["u"], "v": table["v"], "key": table["key"], "row": np.arange(len(table))})
    ours = pd.DataFrame({"u": known.u, "v": known.v, "stretch": np.arange(len(known.u))})
    fine = rows[rows["key"] == EVERY].merge(ours, on=["u", "v"])
    rest = rows[~rows["row"].isin(fine["row"])]
    osm = roads.nodes["osm_id"].to_numpy()
    edges = pd.DataFrame({"u": osm[roads.edges["u"]], "v": osm[roads.edges["v"]], "edge": np.arange(len(roads.edges))})
    edges["parallel"] = edges.groupby(["u", "v"]).cumcount()
    whole = rest.merge(edges, on=["u", "v"])
    whole = whole[(whole["key"] == EVERY) | (whole["key"] == whole["parallel"])]
    parts = whole.merge(pd.DataFrame({"edge": known.edge, "stretch": np.arange(len(known.edge))}), on="edge")
    pairs: NDArray[np.int64] = np.concatenate([each[["row", "stretch"]].to_numpy(np.int64) for each in (fine, parts)])
    return pairs


def _make_stretches(roads: RoadNetwork) -> Stretches:
    osm = roads.nodes["osm_id"].to_numpy()
    ends = zip(osm[roads.edges["u"]].tolist(), osm[roads.edges["v"]].tolist(), strict=True)
    corners = shapely.get_num_coordinates(roads.geometry).tolist()
    place = shapely.get_coordinates(roads.geometry)
    length = great_circle_m(*place[:-1].T, *place[1:].T)
    edge: list[int] = []
    nodes: list[Sequence[int]] = []
    share: list[NDArray[np.float64]] = []
    begin = 0
    texts = roads.edges["node_ids"].fillna("").tolist()
    for row, (text, count, both) in enumerate(zip(texts, corners, ends, strict=True)):
        named = [int(node) for node in text.split(";") if node]
        parts = length[begin : begin + count - 1]
        begin += count
        if len(named) != count or (named[0], named[-1]) != both:
            named, parts = list(both), np.ones(1)
        total = float(parts.sum())
        nodes.append(named)
        edge += [row] * len(parts)
        share.append(parts / total if total > 0 else np.full(len(parts), 1 / len(parts)))
    u = np.array([node for named in nodes for node in named[:-1]], dtype=np.int64)
    v = np.array([node for named in nodes for node in named[1:]], dtype=np.int64)
    return Stretches(np.array(edge, dtype=np.int64), u, v, np.concatenate(share) if share else np.zeros(0))
