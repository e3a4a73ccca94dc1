"""Make the outlines of the areas in which Chinese web maps shift coordinates, from Natural Earth 1:10m.

Usage: python scripts/make_datum_areas.py countries-10m.json
(the file is part of the npm package world-atlas 2.0.2: Natural Earth 4.1.0 as TopoJSON)

Land borders are kept to about 300 m; towards the sea an area reaches 35 km beyond its coast, halfway to a neighbour.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import shapely

TARGET = Path(__file__).parents[1] / "gisdata" / "datum-areas.json"
AREAS = {"mainland": "China", "hong_kong": "Hong Kong", "macau": "Macao", "taiwan": "Taiwan"}
BOX = shapely.box(60, 0, 150, 65)
SEA_DEGREES = {"mainland": 0.35, "hong_kong": 0.05, "macau": 0.02, "taiwan": 0.2}
TOLERANCE_DEGREES = {"mainland": 0.003, "hong_kong": 0.001, "macau": 0.0005, "taiwan": 0.01}
ADDED = {
    "mainland": [(82.57, 45.17, 0.02)],  # Alashankou, which the lines of 1:10m leave outside
    "taiwan": [(119.95, 26.16, 0.1), (119.99, 26.22, 0.06)],  # the Matsu islands, which 1:10m omits
}
"""Discs to add: longitude, latitude, radius in degrees."""
REMOVED = {"mainland": [(107.966, 21.518, 0.018)]}  # Móng Cái, which the lines of 1:10m put inside
ABOUT = {
    "source": "derived from Natural Earth 4.1.0, 1:10m admin 0 countries (public domain), by "
              "scripts/make_datum_areas.py",
    "accuracy": "land borders within about 1 km of Natural Earth's de facto lines, which are themselves within about "
                "1 km; sea limits are drawn, not surveyed. Says nothing about whose territory anything is",
}


def countries(path: Path) -> dict[str, Any]:
    """Return the shape of every country of a TopoJSON file near China."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    scale, origin = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.cumsum(arc, axis=0) * scale + origin for arc in topology["arcs"]]

    def ring(numbers: list[int]) -> np.ndarray:
        parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    shapes = {}
    for country in topology["objects"]["countries"]["geometries"]:
        several = country["arcs"] if country["type"] == "MultiPolygon" else [country.get("arcs") or []]
        rings = [[ring(numbers) for numbers in polygon] for polygon in several if polygon]
        polygons = [shapely.Polygon(outer, holes) for outer, *holes in rings if len(outer) > 3]
        shape = shapely.unary_union([shapely.make_valid(polygon) for polygon in polygons])
        if shape.intersects(BOX):
            shapes[country["properties"]["name"]] = shape.intersection(BOX)
    return shapes


def outlines(shapes: dict[str, Any]) -> dict[str, Any]:
    """Return the areas: land, and the sea nearer to it than to another country, without gaps at the borders."""
    made: dict[str, Any] = {}
    for area, name in AREAS.items():
        land = shapes[name]
        others = [shape for other, shape in shapes.items() if other != name]
        sea = land.buffer(SEA_DEGREES[area])
        near = shapely.unary_union([other.intersection(sea.buffer(0.3)) for other in others])
        grown = sea.difference(near).difference(_nearer_to(near, land, sea)).union(land)
        whole = shapely.simplify(grown, TOLERANCE_DEGREES[area])
        made[area] = shapely.MultiPolygon([shapely.Polygon(part.exterior) for part in shapely.get_parts(whole)
                                           if part.area > 1e-5])
        for lon, lat, radius in ADDED.get(area, ()):
            made[area] = made[area].union(shapely.Point(lon, lat).buffer(radius, quad_segs=4))
        for lon, lat, radius in REMOVED.get(area, ()):
            made[area] = made[area].difference(shapely.Point(lon, lat).buffer(radius, quad_segs=4))
    for area in ("hong_kong", "macau", "taiwan"):
        made["mainland"] = made["mainland"].difference(made[area])
    for one, other in pairwise(("macau", "hong_kong")):
        made[one] = made[one].difference(made[other])
    return {area: shapely.set_precision(shape, 1e-4) for area, shape in made.items()}


def _nearer_to(others: Any, land: Any, sea: Any) -> Any:  # noqa: ANN401  (shapes)
    """Return the cells of sea, 1 km wide, that lie nearer to other countries than to the land."""
    if others.is_empty:
        return others
    contested = sea.difference(land).intersection(others.buffer(0.2))
    west, south, east, north = contested.bounds
    step = 0.01
    lon, lat = np.meshgrid(np.arange(west, east, step), np.arange(south, north, step))
    shapely.prepare(contested)
    inside = shapely.contains_xy(contested, lon, lat)
    points = shapely.points(lon[inside], lat[inside])
    mine, theirs = (shapely.STRtree(shapely.points(shapely.get_coordinates(shapely.segmentize(shape, 0.01))))
                    for shape in (land, others))
    gaps = [tree.query_nearest(points, all_matches=False, return_distance=True)[1] for tree in (mine, theirs)]
    cells = points[gaps[1] < gaps[0]]
    half = step / 2 + 1e-9
    x, y = shapely.get_coordinates(cells).T
    return shapely.unary_union(shapely.box(x - half, y - half, x + half, y + half))


def main() -> None:
    """Write the file."""
    areas = outlines(countries(Path(sys.argv[1])))
    features = [{"type": "Feature", "properties": {"area": area, **ABOUT}, "geometry": shapely.geometry.mapping(shape)}
                for area, shape in areas.items()]
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    TARGET.write_text(text.replace('{"type":"Feature"', '\n{"type":"Feature"') + "\n", encoding="utf-8")
    for area, shape in areas.items():
        print(area, shapely.get_num_coordinates(shape), "points,", round(shape.area, 3), "square degrees")


if __name__ == "__main__":
    main()
