"""Addresses, names, streets and towns of an OpenStreetMap extract, without any network.

Reads what is drawn, as points; matching text to them is `gisdata.addressbook`. Degrees of WGS 84, radii in metres.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gisdata.errors import InputFileError
from gisdata.network.measure import great_circle_m
from gisdata.sources.osm_content import osm_format

if TYPE_CHECKING:
    import geopandas

COLUMNS = ("osm_id", "kind", "number", "street", "town", "postcode", "country", "name", "other_names", "radius_m",
           "lon", "lat")
_NAMED = ("shop", "amenity", "office", "tourism", "leisure", "building", "craft", "healthcare", "club", "industrial",
          "man_made", "railway", "public_transport", "aeroway", "historic", "landuse", "addr:housenumber")
_TOWNS = frozenset(("city", "town", "village", "hamlet", "suburb", "quarter", "neighbourhood", "borough",
                    "municipality", "district", "county", "township", "country", "state", "province"))
_OTHER_NAMES = ("alt_name", "official_name", "short_name", "old_name", "loc_name", "int_name",
                "addr:housename")
_TRANSLATED = ("name:", "official_name:", "alt_name:")


def address_points(path: str | os.PathLike[str]) -> geopandas.GeoDataFrame:
    """Read the addresses, named places, streets and towns of an OpenStreetMap file.

    Parameters
    ----------
    path : path-like
        ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2``; the content counts, not the ending.

    Returns
    -------
    GeoDataFrame
        One row each, EPSG:4326. `kind` is ``address`` (has `number` and `street`, perhaps a `name`), ``name`` (a shop,
        office, building or other named place), ``street`` (one way of it) or ``town`` (also suburbs, the country).
        Further columns: `osm_id` (``n``, ``w`` or ``r`` and the number); `town`, `postcode` and `country` as the
        address states them; `other_names` (joined by ``;``); `radius_m` (how far a street's way or an area reaches from
        its point).

    Raises
    ------
    InputFileError
        If the file is missing, something else, damaged or cut short.

    Examples
    --------
    >>> import gisdata
    >>> points = address_points(gisdata.sample_path("monaco") / "monaco.osm.pbf")
    >>> print(points.loc[points["street"] == "Rue Grimaldi", "town"].iloc[0])
    Monaco
    """
    import geopandas
    import osmium
    import pandas as pd

    file = Path(path)
    kind = osm_format(file)
    try:
        rows = list(_rows(osmium, osmium.io.File(str(file), kind)))
    except (RuntimeError, ValueError, MemoryError, osmium.InvalidLocationError) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise InputFileError(f"{file}: the OpenStreetMap file is damaged or cut short ({reason}); fetch it again"
                             ) from error
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    places = geopandas.points_from_xy(frame.pop("lon"), frame.pop("lat"))
    return geopandas.GeoDataFrame(frame, geometry=places, crs="EPSG:4326")


def _rows(osmium: Any, file: Any) -> Any:  # noqa: ANN401  (untyped library)
    """Give one row for each thing of the file that helps to place an address."""
    wanted = osmium.filter.KeyFilter("addr:housenumber", "name")
    areas = osmium.FileProcessor(file).with_areas(wanted).with_filter(wanted)
    factory = osmium.geom.WKBFactory()
    for thing in areas:
        tags = {tag.k: tag.v.strip() for tag in thing.tags}
        kind = _kind(tags)
        if thing.is_node() and kind not in ("", "street") and thing.location.valid():
            yield _row(f"n{thing.id}", kind, tags, (0.0, thing.location.lon, thing.location.lat))
        elif thing.is_way() and kind == "street" and len(thing.nodes) > 1:
            line = [(node.location.lon, node.location.lat) for node in thing.nodes if node.location.valid()]
            if line:
                yield _row(f"w{thing.id}", kind, tags, _middle(np.array(line)))
        elif thing.is_area() and kind in ("address", "name"):
            place = _inside(factory, thing)
            if place is not None:
                yield _row(f"{'w' if thing.from_way() else 'r'}{thing.orig_id()}", kind, tags, place)


def _kind(tags: dict[str, str]) -> str:
    """Return what a thing is good for; empty if for nothing."""
    if "highway" in tags:
        return "street" if "name" in tags and tags["highway"] not in ("bus_stop", "traffic_signals") else ""
    if "addr:housenumber" in tags and ("addr:street" in tags or "addr:place" in tags):
        return "address"
    if "name" not in tags:
        return ""
    if "place" in tags:
        return "town" if tags["place"] in _TOWNS else "name"
    return "name" if any(key in tags for key in _NAMED) else ""


def _row(osm_id: str, kind: str, tags: dict[str, str], place: tuple[float, float, float]) -> tuple[Any, ...]:
    others = [tags[key] for key in _OTHER_NAMES if tags.get(key)]
    others += [value for key, value in tags.items() if key.startswith(_TRANSLATED) and value]
    unique = dict.fromkeys(name for text in others for name in text.split(";") if name and name != tags.get("name"))
    street = tags.get("name", "") if kind == "street" else tags.get("addr:street", tags.get("addr:place", ""))
    name = "" if kind == "street" else tags.get("name", "")
    town = tags.get("addr:city", "")
    return (osm_id, kind, tags.get("addr:housenumber", ""), street, town, tags.get("addr:postcode", ""),
            tags.get("addr:country", ""), name, ";".join(unique), *place)


def _middle(line: np.ndarray) -> tuple[float, float, float]:
    """Return the reach, longitude and latitude of the node of a way nearest to the middle of its box."""
    middle = (line.min(axis=0) + line.max(axis=0)) / 2
    lon, lat = line[np.argmin(((line - middle) ** 2).sum(axis=1))]
    reach = great_circle_m(np.full(len(line), lon), np.full(len(line), lat), line[:, 0], line[:, 1]).max()
    return round(float(reach), 1), float(lon), float(lat)


def _inside(factory: Any, area: Any) -> tuple[float, float, float] | None:  # noqa: ANN401  (untyped library)
    """Return the reach, longitude and latitude of a point inside an area; None if it cannot be built."""
    import shapely

    try:
        shape = shapely.from_wkb(bytes.fromhex(factory.create_multipolygon(area)))
    except RuntimeError:
        return None
    point = shape.representative_point()
    corners = shapely.get_coordinates(shape)
    reach = great_circle_m(np.full(len(corners), point.x), np.full(len(corners), point.y), *corners.T).max()
    return round(float(reach), 1), float(point.x), float(point.y)
