"""Draw an answer of `gisdata.areas`, or any table of places, lines or areas, on a map that needs no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gisdata.areas.describing import describe
from gisdata.areas.measures import in_degrees
from gisdata.palette import LineStyle, ink_on, line_style

if TYPE_CHECKING:
    from collections.abc import Iterator

    import folium
    import geopandas
    from numpy.typing import NDArray

    from gisdata.maps import MapLayer
    from gisdata.network.road_network import RoadNetwork

MOST_LAYERS = 30
RAMP = ("#fde0c5", "#facba6", "#f8a07e", "#eb4a40", "#a3123b")
"""Five steps from light to dark, for classes of a figure."""
_FIGURES = ("km_per_km2", "per_km2", "demand", "area_m2", "duration_s", "minutes")
_NAMES = ("site", "id", "cell", "highway", "origin", "minutes")


def draw(table: geopandas.GeoDataFrame, roads: RoadNetwork | None = None, *, title: str = "",
         language: str = "en") -> folium.Map:
    """Return a map of an answer, with its description beside.

    Parameters
    ----------
    table : GeoDataFrame
        An answer of `gisdata.areas`, or any other that states its reference system.
    roads : RoadNetwork, optional
        The ground.
    title : str
        Of the page; by default what kind of answer it is.
    language : {"en", "zh"}
        Of the description.

    Returns
    -------
    folium.Map
        Up to 30 rows are a layer each; more are five layers by their main figure, each with a fifth of the rows.
        `gisdata.maps.save_map` writes it.

    Raises
    ------
    MapError
        If there is nothing to draw.
    CrsError
        If the table states no reference system.
    """
    from gisdata.maps import draw_map

    shapes = in_degrees(table, "places")
    layers = _one_each(table, shapes) if len(table) <= MOST_LAYERS else _in_classes(table, shapes)
    name = title or str(table.attrs.get("kind", "map")).replace("_", " ")
    return draw_map(list(layers), title=name, notes=[describe(table, language)], roads=roads)


def _one_each(table: geopandas.GeoDataFrame, shapes: NDArray[np.object_]) -> Iterator[MapLayer]:
    """Give a layer for each row; larger areas first, so that smaller ones lie above."""
    order = np.argsort(-np.asarray(shapely.area(shapes)), kind="stable")
    for number, row in enumerate(order.tolist()):
        words = [(str(name), _told(table[name].iloc[row])) for name in table.columns
                 if name != table.active_geometry_name]
        label = " ".join(_told(table[name].iloc[row]) + (" min" if name == "minutes" else "")
                         for name in _NAMES if name in table) or f"{row + 1}"
        yield _layer(label, shapes[[row]], line_style(number), [label], tuple(words))


def _in_classes(table: geopandas.GeoDataFrame, shapes: NDArray[np.object_]) -> Iterator[MapLayer]:
    """Give five layers by the main figure of the table, or one if it has none."""
    figure = next((name for name in _FIGURES if name in table), None)
    names = [_told(name) for name in table[next((name for name in _NAMES if name in table), table.columns[0])]]
    if figure is None:
        yield _layer(f"{len(table):,}", shapes, line_style(0), names, ())
        return
    value = table[figure].to_numpy(dtype=np.float64, na_value=np.nan)
    bounds = np.unique(np.nanquantile(value, np.linspace(0, 1, len(RAMP) + 1)))
    step = np.clip(np.searchsorted(bounds, value, side="right") - 1, 0, max(len(bounds) - 2, 0))
    for number in np.unique(step).tolist():
        rows = np.flatnonzero(step == number)
        label = f"{figure} {np.nanmin(value[rows]):,.4g} - {np.nanmax(value[rows]):,.4g}"
        style = LineStyle(RAMP[number], ink_on(RAMP[number]))
        yield _layer(label, shapes[rows], style, [names[row] for row in rows], ())


def _layer(name: str, shapes: NDArray[np.object_], style: LineStyle, names: list[str],
           rows: tuple[tuple[str, str], ...]) -> MapLayer:
    """Return a layer with the areas, lines and points among shapes."""
    from gisdata.maps import MapLayer, Mark

    parts, owner = shapely.get_parts(shapes, return_index=True)
    dimension = shapely.get_dimensions(parts)
    points = [Mark(float(shapely.get_x(parts[at])), float(shapely.get_y(parts[at])), name=names[owner[at]], rows=rows)
              for at in np.flatnonzero((dimension == 0) & ~shapely.is_empty(parts)).tolist()]
    return MapLayer(name, style=style, rows=rows, marks=tuple(points),
                    lines=tuple(parts[(dimension == 1) & ~shapely.is_empty(parts)]),
                    areas=tuple(parts[(dimension == 2) & ~shapely.is_empty(parts)]))


def _told(value: object) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
