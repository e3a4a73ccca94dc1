"""Loading: where every piece stands in a vehicle or container, in the order in which it comes off, and whether it may.

Packers find loads; the judge (`check_load`) trusts none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from gisdata.goods import GOODS, HAZARDS, TEMPERATURES
from routing.loading.axles import leg_loads
from routing.loading.classes import must_part, segregation
from routing.loading.judge import check_load
from routing.loading.spaces import cargo_space, cargo_spaces
from routing.model import Axle, CargoSpace, Compartment, Door, LoadingRules, LoadPlan, LoadUnit, Placement

if TYPE_CHECKING:
    from routing.loading.filling import Filling, LeftOver, Palletized, fill, fill_pallets
    from routing.loading.packing import Packing, pack

__all__ = [
    "GOODS",
    "HAZARDS",
    "TEMPERATURES",
    "Axle",
    "CargoSpace",
    "Compartment",
    "Door",
    "Filling",
    "LeftOver",
    "LoadPlan",
    "LoadUnit",
    "LoadingRules",
    "Packing",
    "Palletized",
    "Placement",
    "cargo_space",
    "cargo_spaces",
    "check_load",
    "fill",
    "fill_pallets",
    "leg_loads",
    "must_part",
    "pack",
    "segregation",
]

_HOMES = {"routing.loading.filling": ("Filling", "LeftOver", "Palletized", "fill", "fill_pallets"),
          "routing.loading.packing": ("Packing", "pack")}
"""Packers are imported when they are first used: they compile kernels, and judges must not hang on them."""


def __getattr__(name: str) -> object:
    """Load a name of a packer from its module."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
