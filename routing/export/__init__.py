"""Writers of plans and matrices, one file a format. Each writes its file whole or not at all."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from routing.export.dispatch_sheet import write_dispatch_sheet
    from routing.export.driver_page import write_driver_pages
    from routing.export.geojson import write_geojson
    from routing.export.geopackage import write_geopackage
    from routing.export.gpx import write_gpx
    from routing.export.load_sheet import draw_load, write_load
    from routing.export.map import draw_plan, write_map
    from routing.export.matrix_files import write_travel_matrix
    from routing.export.tables import write_tables

__all__ = ["draw_load", "draw_plan", "write_dispatch_sheet", "write_driver_pages", "write_geojson", "write_geopackage",
           "write_gpx", "write_load", "write_map", "write_tables", "write_travel_matrix"]

_HOMES = {"draw_load": "load_sheet", "draw_plan": "map", "write_dispatch_sheet": "dispatch_sheet",
          "write_driver_pages": "driver_page", "write_geojson": "geojson", "write_geopackage": "geopackage",
          "write_gpx": "gpx", "write_load": "load_sheet", "write_map": "map", "write_tables": "tables",
          "write_travel_matrix": "matrix_files"}


def __getattr__(name: str) -> object:
    """Load a writer, and the libraries it needs, when it is first used."""
    if name in _HOMES:
        return getattr(import_module(f"routing.export.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
