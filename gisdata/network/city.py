"""Which edges of a network the rules of a city close. They close edges of what is there; no graph is built anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gisdata.network.measure import to_flat
from gisdata.network.topology import remembered
from gisdata.profiles.cityrule import BAN, CityRule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork
    from gisdata.profiles.profile import Profile

INSIDE_M = 10.0
"""An edge with more than this inside an area, or with half of itself, lies in it."""


def closed_by_rules(roads: RoadNetwork, who: Profile) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which edges the rules of a trip close to through traffic, and which altogether.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    who : Profile
        The vehicle, with its trip.

    Returns
    -------
    tuple of ndarray of bool, shape (edges,)
        To who passes, and to who begins or ends there.
    """
    through, ends = (np.zeros(len(roads.edges), dtype=bool) for _ in range(2))
    for rule in who.trip.rules:
        if rule.binds(who):
            meant = edges_meant(roads, rule)
            through |= meant
            ends |= meant & (rule.effect == BAN)
    return through, ends


def edges_meant(roads: RoadNetwork, rule: CityRule) -> NDArray[np.bool_]:
    """Return which edges a rule names, found at the first call.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    rule : CityRule
        Any rule.

    Returns
    -------
    ndarray of bool, shape (edges,)
        In its area, of its ways, or of its names.
    """
    kept: dict[object, NDArray[np.bool_]] = remembered(roads, "city rules", dict)
    place = (rule.area, rule.ways, rule.roads)
    if place not in kept:
        kept[place] = _meant(roads, rule)
    return kept[place]


def city_rules_report(roads: RoadNetwork, rules: Iterable[CityRule]) -> pd.DataFrame:
    """Return what each rule closes on these roads, so that one that means nothing here is seen.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    rules : iterable of CityRule
        As from `gisdata.read_city_rules`.

    Returns
    -------
    DataFrame
        ``name``, ``effect``, ``times``, ``permit``, ``edges``, ``km`` (directed), ``source``, ``date``.
    """
    length = roads.edges["length_m"].to_numpy()
    rows = [(rule.name, rule.effect, rule.times, rule.permit, int((meant := edges_meant(roads, rule)).sum()),
             round(float(length[meant].sum()) / 1000, 3), rule.source, rule.date) for rule in rules]
    return pd.DataFrame(rows, columns=["name", "effect", "times", "permit", "edges", "km", "source", "date"])


def _meant(roads: RoadNetwork, rule: CityRule) -> NDArray[np.bool_]:
    named = np.zeros(len(roads.edges), dtype=bool)
    if rule.ways:
        named |= _any_part(roads.edges["way_ids"], {str(way) for way in rule.ways})
    if rule.roads:
        named |= _any_part(roads.edges["name"].str.casefold(), {road.casefold() for road in rule.roads})
    if rule.area is None:
        return named
    inside = _inside(roads, rule.area)
    return inside & named if rule.ways or rule.roads else inside


def _any_part(column: pd.Series[str], wanted: set[str]) -> NDArray[np.bool_]:
    """Return which texts have one of some words among those joined with ``;``."""
    codes, texts = column.factorize()
    hit = np.array([*(any(part.strip() in wanted for part in str(text).split(";")) for text in texts), False])
    mask: NDArray[np.bool_] = hit[codes]
    return mask


def _inside(roads: RoadNetwork, area: shapely.Geometry) -> NDArray[np.bool_]:
    """Return which edges lie in an area for more than a stub."""
    flat: shapely.Geometry = shapely.transform(area, to_flat)
    lines = np.asarray(shapely.transform(roads.geometry, to_flat), dtype=object)
    shapely.prepare(flat)
    mask = np.asarray(shapely.contains(flat, lines), dtype=bool)
    touched = np.flatnonzero(shapely.intersects(flat, lines) & ~mask)
    whole = shapely.length(lines[touched])
    share = np.divide(shapely.length(shapely.intersection(lines[touched], flat)), whole, out=np.zeros(len(touched)),
                      where=whole > 0)
    metres = share * roads.edges["length_m"].to_numpy()[touched]
    mask[touched[(metres > INSIDE_M) | (share > 0.5)]] = True
    return mask
