"""Analyse an area by its roads: how far one comes in time, what is nearest, where roads and demand are dense.

Every answer is a GeoDataFrame in degrees (EPSG:4326) with lengths in metres, areas in square metres, times in seconds
or, where asked for so, in minutes. `gisdata.describe` tells it in words.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gisdata.areas.covering import catchments, coverage, coverage_gaps
    from gisdata.areas.density import demand_density, kernel_density, road_density
    from gisdata.areas.drawing import draw
    from gisdata.areas.lands import beside_roads, overlay
    from gisdata.areas.nearby import nearest, od_table
    from gisdata.areas.service import service_areas

__all__ = [
    "beside_roads",
    "catchments",
    "coverage",
    "coverage_gaps",
    "demand_density",
    "draw",
    "kernel_density",
    "nearest",
    "od_table",
    "overlay",
    "road_density",
    "service_areas",
]

_HOMES = {
    "beside_roads": "lands",
    "catchments": "covering",
    "coverage": "covering",
    "coverage_gaps": "covering",
    "demand_density": "density",
    "draw": "drawing",
    "kernel_density": "density",
    "nearest": "nearby",
    "od_table": "nearby",
    "overlay": "lands",
    "road_density": "density",
    "service_areas": "service",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that importing the package stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
