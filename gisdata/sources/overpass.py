"""Download roads through Overpass, with a cache; beside `geocoders` the only module that uses the network.

Servers, user agent and cache folder are OSMnx's settings. What comes back is read as a file is, so a download and an
extract of the same place give the same network, turn restrictions included.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gisdata.errors import DownloadError, InputFileError, RoadNetworkError
from gisdata.files import whole_file
from gisdata.network.road_network import check_box
from gisdata.sources.osm import read_osm
from gisdata.sources.osm_reader import ROAD_CLASSES, Box

if TYPE_CHECKING:
    from collections.abc import Mapping

    import requests

    from gisdata.network.road_network import RoadNetwork

MOST_KM2 = 2_500.0
CONNECT_S = 5.0
_MOST_BYTES = 1_000_000_000
_REMARK = re.compile(r"<remark>\s*(.*?)\s*</remark>", re.DOTALL)
_OFFLINE = "Check the connection, or read an extract from disk with gisdata.read_osm."


def download_roads(
    place: str | None = None,
    *,
    bbox: Box | None = None,
    cache: str | os.PathLike[str] | None = None,
    refresh: bool = False,
    timeout_s: float = 180.0,
) -> RoadNetwork:
    """Download the roads of a place or a box from OpenStreetMap, or take them from the cache.

    Parameters
    ----------
    place : str, optional
        A place that Nominatim finds, such as ``"Monaco"``; its bounding box is downloaded.
    bbox : tuple of float, optional
        West, south, east, north in degrees. Give either this or `place`.
    cache : path-like, optional
        Folder of earlier downloads; ``osmnx.settings.cache_folder`` if left out.
    refresh : bool
        Download anew even if the cache has the box.
    timeout_s : float
        How long the server may take to answer. Whether it can be reached shows within seconds.

    Returns
    -------
    RoadNetwork
        As from `gisdata.read_osm`.

    Raises
    ------
    DownloadError
        If the server cannot be reached, refuses, or sends something else than roads; the cache is as it was.
    RoadNetworkError
        If the box is wrong, larger than 2,500 km², or has no roads.
    """
    import osmnx

    if (place is None) == (bbox is None):
        raise RoadNetworkError("give either a place or bbox=(west, south, east, north)")
    box = bbox if bbox is not None else _box_of(str(place), timeout_s)
    check_box(box)
    if _km2(box) > MOST_KM2:
        raise RoadNetworkError(
            f"the box covers {_km2(box):,.0f} km², more than the {MOST_KM2:,.0f} km² that a public server should be "
            "asked for; download an extract (for example from Geofabrik) and read it with gisdata.read_osm(path, bbox)"
        )
    query = _query(box, timeout_s)
    key = hashlib.sha256(f"{osmnx.settings.overpass_url}\n{query}".encode()).hexdigest()[:20]
    file = Path(cache if cache is not None else osmnx.settings.cache_folder) / f"roads-{key}.osm"
    if not refresh and file.exists():
        try:
            return _renamed(read_osm(file, box), place)
        except InputFileError:
            pass  # a damaged file in the cache is fetched again
    with whole_file(file) as temporary:
        _fetch(f"{osmnx.settings.overpass_url.rstrip('/')}/interpreter", query, temporary, timeout_s)
        try:
            roads = read_osm(temporary, box)
        except InputFileError as error:
            reason = str(error).partition(": ")[2]
            raise DownloadError(f"the answer of {osmnx.settings.overpass_url} cannot be used: {reason}") from error
    return _renamed(roads, place)


def _renamed(roads: RoadNetwork, place: str | None) -> RoadNetwork:
    """Return the network under the name of the place instead of the cache file."""
    import dataclasses

    meta = {**roads.meta, "name": place or "downloaded roads", "source": "OpenStreetMap by Overpass"}
    return dataclasses.replace(roads, meta=meta)


def _query(box: Box, timeout_s: float) -> str:
    """Return the Overpass query for the roads in a box, their nodes, and the turn restrictions on them."""
    west, south, east, north = box
    return (
        f"[out:xml][timeout:{math.ceil(timeout_s)}];"
        f'way["highway"~"^({"|".join(ROAD_CLASSES)})$"]({south},{west},{north},{east})->.roads;'
        '(.roads; node(w.roads); rel(bw.roads)["type"~"^restriction"];); out meta;'
    )


def _box_of(place: str, timeout_s: float) -> Box:
    """Return the bounding box of a place by name."""
    import osmnx

    url = f"{osmnx.settings.nominatim_url.rstrip('/')}/search"
    answer = _request("GET", url, timeout_s, params={"q": place, "format": "json", "limit": 1})
    try:
        found: Any = answer.json()
        south, north, west, east = (float(x) for x in found[0]["boundingbox"])
    except IndexError as error:
        raise RoadNetworkError(f"no place is called {place!r}; try a longer name, or give bbox") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DownloadError(f"{url} sent something else than places; try again later, or give bbox") from error
    return west, south, east, north


def _fetch(url: str, query: str, file: Path, timeout_s: float) -> None:
    """Write the answer to a query into a file."""
    import requests

    answer = _request("POST", url, timeout_s, data={"data": query})
    size = 0
    try:
        with file.open("wb") as handle:
            for part in answer.iter_content(1 << 20):
                size += len(part)
                if size > _MOST_BYTES:
                    raise DownloadError(f"{url} sends more than {_MOST_BYTES / 1e9:.0f} GB; ask for a smaller box")
                handle.write(part)
    except requests.RequestException as error:
        raise DownloadError(f"the connection to {url} broke off. Try again later") from error
    with file.open("rb") as handle:
        handle.seek(max(0, size - 4096))
        remark = _REMARK.search(handle.read().decode("utf-8", errors="replace"))
    if remark:
        raise DownloadError(f"{url} could not answer: {remark.group(1)[:300]}. Ask for a smaller box, or later")


def _request(
    method: str,
    url: str,
    timeout_s: float,
    *,
    params: Mapping[str, str | int] | None = None,
    data: Mapping[str, str] | None = None,
) -> requests.Response:
    """Return the answer of a server, its body not yet read, or say in one sentence why there is none."""
    import osmnx
    import requests

    headers = {"User-Agent": osmnx.settings.http_user_agent, "Referer": osmnx.settings.http_referer}
    try:
        answer = requests.request(
            method, url, timeout=(CONNECT_S, timeout_s), headers=headers, params=params, data=data, stream=True
        )
    except requests.Timeout as error:
        raise DownloadError(f"{url} did not answer in time. {_OFFLINE}") from error
    except requests.RequestException as error:
        raise DownloadError(f"{url} cannot be reached. {_OFFLINE}") from error
    if answer.status_code in {429, 503, 504}:
        raise DownloadError(f"{url} is busy (HTTP {answer.status_code}); try again in some minutes")
    if answer.status_code != 200:
        raise DownloadError(f"{url} refused (HTTP {answer.status_code}). {_OFFLINE}")
    return answer


def _km2(box: Box) -> float:
    """Return the area of a box."""
    west, south, east, north = box
    return (east - west) * 111.32 * math.cos(math.radians((south + north) / 2)) * (north - south) * 111.32
