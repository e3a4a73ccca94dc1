"""Roads as directed graphs: the network itself, its file, speeds, snapping and shortest ways."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gisdata.network.angles import turn_angles
    from gisdata.network.matrix import many_to_many
    from gisdata.network.restrictions import restrictions_report
    from gisdata.network.road_network import RoadNetwork
    from gisdata.network.snapping import Snaps, snap
    from gisdata.network.speeds import edge_speed_kmh, edge_time_s
    from gisdata.network.storage import load_roads, save_roads
    from gisdata.network.tracing import Path, paths

__all__ = [
    "Path",
    "RoadNetwork",
    "Snaps",
    "edge_speed_kmh",
    "edge_time_s",
    "load_roads",
    "many_to_many",
    "paths",
    "restrictions_report",
    "save_roads",
    "snap",
    "turn_angles",
]

_HOMES = {
    "Path": "tracing",
    "RoadNetwork": "road_network",
    "Snaps": "snapping",
    "edge_speed_kmh": "speeds",
    "edge_time_s": "speeds",
    "load_roads": "storage",
    "many_to_many": "matrix",
    "paths": "tracing",
    "restrictions_report": "restrictions",
    "save_roads": "storage",
    "snap": "snapping",
    "turn_angles": "angles",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that importing the package stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
