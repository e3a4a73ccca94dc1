"""Roads from an OpenStreetMap file on disk, without any network.

A notebook's door to `osm_reader` (what the file says) and `osm_build` (the network made of it).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gisdata.network.osmnx_graph import OSM_META
from gisdata.network.road_network import check_box
from gisdata.sources.osm_build import build_network
from gisdata.sources.osm_reader import RawRoads, read_raw

if TYPE_CHECKING:
    from gisdata.network.road_network import RoadNetwork


def read_osm(path: str | os.PathLike[str], bbox: tuple[float, float, float, float] | None = None) -> RoadNetwork:
    """Read the roads of an OpenStreetMap file.

    Every road class for motor vehicles is read, private and closed roads too: a profile decides what is open to whom.
    Every routing and truck tag is kept, and every turn restriction on these roads; one with a missing member is
    reported by `gisdata.network.restrictions_report`. Where nodes are missing, as at the rim of an extract, a road
    ends. Parts that cannot be reached and left are marked by `main`, not cut.

    Parameters
    ----------
    path : path-like
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``; the content counts, not the ending.
    bbox : tuple of float, optional
        West, south, east, north in degrees; only roads in this box, each to its first node beyond it.

    Returns
    -------
    RoadNetwork
        Simplified: an edge runs from junction to junction.

    Raises
    ------
    InputFileError
        If the file is missing, something else, damaged or cut short.
    RoadNetworkError
        If there are no roads in the file or in the box.
    TooLargeError
        If the roads would not fit in memory; nothing was built.
    """
    file = Path(path)
    if bbox is not None:
        check_box(bbox)
    raw = read_raw(file, bbox)
    meta = OSM_META | {"name": _stem(file), "date": raw.date, "notes": _notes(raw)}
    return build_network(raw, meta, str(file))


def _stem(file: Path) -> str:
    """Return the file name without its OpenStreetMap endings."""
    name = file.name
    for ending in (".gz", ".bz2", ".pbf", ".osm"):
        name = name.removesuffix(ending)
    return name or file.name


def _notes(raw: RawRoads) -> str:
    """Return what a reader should know about the reading, as one line."""
    return f"simplified from {len(raw.ways):,} ways and {len(raw.node_id):,} nodes"
