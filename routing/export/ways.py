"""Write ways between two places: lines as GeoJSON, tracks with a turn list as GPX, and a map.

Positions are WGS 84 degrees with six decimals (0.1 m).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gisdata.escape import escape_xml, plain_text
from gisdata.files import whole_folder
from gisdata.maps import save_map
from routing.ways import directions

if TYPE_CHECKING:
    from gisdata.network.road_network import RoadNetwork
    from gisdata.profiles import Profile
    from routing.ways import Alternative, Alternatives

DECIMALS = 6


def write_ways(ways: Alternatives, folder: str | os.PathLike[str], language: str = "en") -> list[Path]:
    """Write ways into a folder: ``ways.geojson``, ``ways.gpx`` and ``ways.html``.

    Parameters
    ----------
    ways : Alternatives
        From `routing.alternatives`.
    folder : path-like
        Made if it does not exist. All files are written, or none.
    language : {"en", "zh"}
        Of the turn list in the GPX file.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    OSError
        If it cannot be written; old files are then untouched.

    References
    ----------
    RFC 7946, "The GeoJSON Format". Topografix (2004), GPX 1.1 schema.
    """
    target = Path(folder)
    collection = {"type": "FeatureCollection", "features": list(_features(ways))}
    lines = list(_gpx(ways, language))
    with whole_folder(target) as temporary:
        (temporary / "ways.geojson").write_text(json.dumps(collection, ensure_ascii=False, allow_nan=False) + "\n",
                                                encoding="utf-8", newline="\n")
        (temporary / "ways.gpx").write_text("\n".join(lines), encoding="utf-8", newline="\n")
        save_map(ways.draw(), temporary / "ways.html")
    return [target / name for name in ("ways.geojson", "ways.gpx", "ways.html")]


def _features(ways: Alternatives) -> Iterator[dict[str, object]]:
    for number, way in enumerate(ways, start=1):
        points = [[round(x, DECIMALS), round(y, DECIMALS)] for x, y, *_ in way.path.line.coords]
        properties = {"way": number, "via": plain_text(way.via), "profile": plain_text(ways.profile.name),
                      "duration_s": way.duration_s, "distance_m": way.distance_m, "toll_m": way.toll_m,
                      "co2_kg": round(way.co2_kg, 3), "shared": round(way.shared, 3)}
        yield {"type": "Feature", "geometry": {"type": "LineString", "coordinates": points}, "properties": properties}


def _gpx(ways: Alternatives, language: str) -> Iterator[str]:
    """Yield the lines of the file: for each way a route of its manoeuvres, and a track of its course."""
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<gpx version="1.1" creator="routebook" xmlns="http://www.topografix.com/GPX/1/1">'
    names = [f"<name>{escape_xml(line)}</name>" for line in ways.summary().splitlines()]
    for name, way in zip(names, ways, strict=True):
        yield f"<rte>{name}"
        yield from _manoeuvres(way, ways.roads, ways.profile, language)
        yield "</rte>"
    for name, way in zip(names, ways, strict=True):
        points = "".join(f"<trkpt {_at(x, y)}/>" for x, y, *_ in way.path.line.coords)
        yield f"<trk>{name}<trkseg>{points}</trkseg></trk>"
    yield "</gpx>\n"


def _manoeuvres(way: Alternative, roads: RoadNetwork, profile: Profile, language: str) -> Iterator[str]:
    table = directions(way.path, roads, profile, language)
    for lon, lat, text in zip(table["lon"], table["lat"], table["text"], strict=True):
        yield f"<rtept {_at(lon, lat)}><name>{escape_xml(text)}</name></rtept>"


def _at(lon: float, lat: float) -> str:
    return f'lat="{lat:.6f}" lon="{lon:.6f}"'
