"""One module per origin of roads; each returns a `gisdata.network.RoadNetwork`. Only `overpass` uses the network."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gisdata.sources.osm import read_osm
    from gisdata.sources.overpass import download_roads

__all__ = ["download_roads", "read_osm"]

_HOMES = {"download_roads": "overpass", "read_osm": "osm"}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that importing the package stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
