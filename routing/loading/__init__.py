"""Loading: where every piece stands in a vehicle or container, in the order in which it comes off, and whether it may.

Packers find loads; the judge (`check_load`) trusts none of them.
"""

from __future__ import annotations

from gisdata.goods import GOODS, HAZARDS, TEMPERATURES
from routing.loading.classes import must_part, segregation
from routing.loading.filling import Filling, LeftOver, fill
from routing.loading.judge import check_load
from routing.loading.packing import Packing, pack
from routing.loading.spaces import cargo_space, cargo_spaces
from routing.model import Axle, CargoSpace, Compartment, Door, LoadingRules, LoadPlan, LoadUnit, Placement

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
    "Placement",
    "cargo_space",
    "cargo_spaces",
    "check_load",
    "fill",
    "must_part",
    "pack",
    "segregation",
]
