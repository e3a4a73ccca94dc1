"""Capture, check, store, compute, analyse, show and describe geographic data.

Coordinates are WGS 84 longitude and latitude in degrees. Names are loaded when first used, so that importing is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gisdata.areas.describing import describe
    from gisdata.cityrules import read_city_rules
    from gisdata.clock import format_clock, parse_clock
    from gisdata.datum import from_wgs84, guess_datum, to_wgs84
    from gisdata.errors import (
        CrsError,
        DownloadError,
        Fault,
        GisDataError,
        InputFileError,
        MissingColumnError,
        PlacesOffRoadError,
        RoadNetworkError,
        TableError,
        TooLargeError,
        UnknownNameError,
    )
    from gisdata.files import safe_name
    from gisdata.hourly import HourlySpeeds, read_hourly_speeds
    from gisdata.network import RoadNetwork, load_roads, save_roads
    from gisdata.network.city import city_rules_report
    from gisdata.network.report import roads_report
    from gisdata.opened import open_table
    from gisdata.places import place_orders
    from gisdata.profiles import Profile, load_profile, profile_names
    from gisdata.sample import Sample, load_sample, sample_names, sample_path
    from gisdata.schema import schema_table
    from gisdata.sources import address_points, download_roads, read_osm
    from gisdata.tables import (
        check_depots,
        check_lines,
        check_orders,
        check_pieces,
        check_vehicles,
        read_depots,
        read_lines,
        read_orders,
        read_pieces,
        read_vehicles,
    )

__all__ = [
    "CrsError",
    "DownloadError",
    "Fault",
    "GisDataError",
    "HourlySpeeds",
    "InputFileError",
    "MissingColumnError",
    "PlacesOffRoadError",
    "Profile",
    "RoadNetwork",
    "RoadNetworkError",
    "Sample",
    "TableError",
    "TooLargeError",
    "UnknownNameError",
    "address_points",
    "check_depots",
    "check_lines",
    "check_orders",
    "check_pieces",
    "check_vehicles",
    "city_rules_report",
    "describe",
    "download_roads",
    "format_clock",
    "from_wgs84",
    "guess_datum",
    "load_profile",
    "load_roads",
    "load_sample",
    "open_table",
    "parse_clock",
    "place_orders",
    "profile_names",
    "read_city_rules",
    "read_depots",
    "read_hourly_speeds",
    "read_lines",
    "read_orders",
    "read_osm",
    "read_pieces",
    "read_vehicles",
    "roads_report",
    "safe_name",
    "sample_names",
    "sample_path",
    "save_roads",
    "schema_table",
    "to_wgs84",
]

_HOMES = {
    "gisdata.areas.describing": ("describe",),
    "gisdata.cityrules": ("read_city_rules",),
    "gisdata.clock": ("format_clock", "parse_clock"),
    "gisdata.datum": ("from_wgs84", "guess_datum", "to_wgs84"),
    "gisdata.errors": ("CrsError", "DownloadError", "Fault", "GisDataError", "InputFileError", "MissingColumnError",
                       "PlacesOffRoadError", "RoadNetworkError", "TableError", "TooLargeError", "UnknownNameError"),
    "gisdata.files": ("safe_name",),
    "gisdata.hourly": ("HourlySpeeds", "read_hourly_speeds"),
    "gisdata.network": ("RoadNetwork", "load_roads", "save_roads"),
    "gisdata.opened": ("open_table",),
    "gisdata.network.city": ("city_rules_report",),
    "gisdata.network.report": ("roads_report",),
    "gisdata.places": ("place_orders",),
    "gisdata.profiles": ("Profile", "load_profile", "profile_names"),
    "gisdata.sample": ("Sample", "load_sample", "sample_names", "sample_path"),
    "gisdata.schema": ("schema_table",),
    "gisdata.sources": ("address_points", "download_roads", "read_osm"),
    "gisdata.tables": ("check_depots", "check_lines", "check_orders", "check_pieces", "check_vehicles", "read_depots",
                       "read_lines", "read_orders", "read_pieces", "read_vehicles"),
}

_ROOMS = ("areas", "codes", "datum", "demand", "quality")
"""Modules whose names are used with their own: `gisdata.quality.report`."""


def __getattr__(name: str) -> object:
    """Load a public name from its module, or a public module, when it is first used."""
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    for module, names in _HOMES.items():
        if name in names:
            value = getattr(import_module(module), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
