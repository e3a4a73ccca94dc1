"""Roads as directed graphs: the network itself, its file, speeds, snapping and shortest ways."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gisdata.network.road_network import RoadNetwork
    from gisdata.network.storage import load_roads, save_roads

__all__ = ["RoadNetwork", "load_roads", "save_roads"]

_HOMES = {
    "RoadNetwork": "road_network",
    "load_roads": "storage",
    "save_roads": "storage",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that importing the package stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
