"""Analyse an area by its roads: how far one comes in time, what is nearest, where roads and demand are dense.

Every answer is a GeoDataFrame in degrees (EPSG:4326) with lengths in metres, areas in square metres, times in seconds
or, where asked for so, in minutes. `gisdata.describe` tells it in words.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gisdata.areas.density import road_density
    from gisdata.areas.nearby import nearest, od_table
    from gisdata.areas.service import service_areas

__all__ = [
    "nearest",
    "od_table",
    "road_density",
    "service_areas",
]

_HOMES = {
    "nearest": "nearby",
    "od_table": "nearby",
    "road_density": "density",
    "service_areas": "service",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that importing the package stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
