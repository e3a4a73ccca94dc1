"""One module per origin of roads and places. Only `overpass` and `geocoders` use the network."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gisdata.sources.addresses import address_points
    from gisdata.sources.geocoders import AMap, Baidu, Geocoder, GeocoderHit, Nominatim
    from gisdata.sources.osm import read_osm
    from gisdata.sources.overpass import download_roads

__all__ = ["AMap", "Baidu", "Geocoder", "GeocoderHit", "Nominatim", "address_points", "download_roads", "read_osm"]

_HOMES = {"AMap": "geocoders", "Baidu": "geocoders", "Geocoder": "geocoders", "GeocoderHit": "geocoders",
          "Nominatim": "geocoders", "address_points": "addresses", "download_roads": "overpass", "read_osm": "osm"}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that importing the package stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
