"""Write a plan as one GeoJSON file (RFC 7946): routes, stops, unserved orders and depots, told apart by `layer`.

Positions are WGS 84 degrees with six decimals (0.1 m); distances metres, times seconds from midnight of the plan day.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gisdata.escape import plain_text
from gisdata.files import whole_file
from routing.export.origin import origin_rows

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from routing.plan import Plan

DECIMALS = 6

Feature = dict[str, Any]


def write_geojson(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Write a plan as one GeoJSON FeatureCollection.

    Every feature has a property ``layer``: ``routes`` (lines), ``stops``, ``unserved`` or ``depots`` (points), and the
    columns of that frame of `Plan.to_frames`. The member ``origin`` says where the plan and its roads come from.

    Parameters
    ----------
    plan : Plan
        Any plan.
    path : path-like
        Where to, such as ``out/plan.geojson``. Written whole or not at all; the same plan gives the same bytes.

    Raises
    ------
    OSError
        If it cannot be written; an old file is then untouched.

    References
    ----------
    RFC 7946, "The GeoJSON Format": longitude first, WGS 84, no member ``crs``.
    """
    frames = plan.to_frames()
    features = [feature for layer, frame in (("routes", frames.routes), ("stops", frames.stops),
                                             ("unserved", frames.unserved)) for feature in _features(layer, frame)]
    features += _depots(plan)
    collection = {
        "type": "FeatureCollection",
        "bbox": _box(features),
        "origin": [{"name": name, "text": plain_text(text)} for name, text in origin_rows(plan)],
        "features": features,
    }
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        json.dump(collection, file, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        file.write("\n")


def _features(layer: str, frame: GeoDataFrame) -> Iterator[Feature]:
    columns = [column for column in frame.columns if column != "geometry"]
    for values, shape in zip(frame[columns].to_dict("records"), frame.geometry, strict=True):
        points = [[round(x, DECIMALS), round(y, DECIMALS)] for x, y, *_ in shape.coords]
        properties = {plain_text(name): _plain(value) for name, value in values.items()}
        coordinates = points if shape.geom_type == "LineString" else points[0]
        yield _feature(layer, properties, {"type": shape.geom_type, "coordinates": coordinates})


def _depots(plan: Plan) -> Iterator[Feature]:
    for depot in plan.problem.depots:
        properties = {"depot": plain_text(depot.id), "name": plain_text(depot.name),
                      "open_s": depot.hours.begin_s, "close_s": depot.hours.end_s}
        at = [round(depot.lon, DECIMALS), round(depot.lat, DECIMALS)]
        yield _feature("depots", properties, {"type": "Point", "coordinates": at})


def _feature(layer: str, properties: Feature, geometry: Feature) -> Feature:
    return {"type": "Feature", "geometry": geometry, "properties": {**properties, "layer": layer}}


def _plain(value: Any) -> Any:  # noqa: ANN401 (any cell)
    """Return a cell as JSON can say it: no NaN, no numpy scalar."""
    if isinstance(value, str):
        return plain_text(value)
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _box(features: list[Feature]) -> list[float]:
    """Return west, south, east, north of all positions."""
    shapes = [feature["geometry"] for feature in features]
    points = [point for shape in shapes
              for point in (shape["coordinates"] if shape["type"] == "LineString" else [shape["coordinates"]])]
    lon, lat = zip(*points, strict=True)
    return [min(lon), min(lat), max(lon), max(lat)]
