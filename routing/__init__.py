"""Vehicle loading and route planning on OpenStreetMap roads: from orders to a checked plan.

Distances are metres, durations seconds, clock times seconds from midnight of the plan day. Names are loaded when first
used, so that importing is quick.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from routing.audit import audit_table, read_dispatch_sheet
    from routing.batch.large import plan_large
    from routing.batch.pareto import pareto
    from routing.batch.plans import read_plans
    from routing.batch.run import batch
    from routing.build import build_problem
    from routing.checker import check
    from routing.compare import compare
    from routing.detours import explain_path
    from routing.errors import EngineError, NoPlanError, PlanFileError, ProblemError, RoutingError, UnsupportedRuleError
    from routing.explain import explain
    from routing.export import (
        draw_plan,
        write_dispatch_sheet,
        write_driver_pages,
        write_geojson,
        write_geopackage,
        write_gpx,
        write_map,
        write_tables,
        write_travel_matrix,
    )
    from routing.loading.filling.fill import fill
    from routing.loading.packing import pack
    from routing.model import (
        Depot,
        FixedLine,
        Limit,
        LoadUnit,
        Order,
        Problem,
        Shipment,
        Tariff,
        TimeWindow,
        TravelMatrix,
        VehicleType,
    )
    from routing.plan import Plan, Route, UnservedOrder, Visit
    from routing.planfile import load_plan, save_plan
    from routing.remedies.conflict import conflict
    from routing.replan import replan
    from routing.replay import replay
    from routing.rules.violation import Violation
    from routing.solve import solve
    from routing.travel import path, trace, travel_matrix
    from routing.ways import alternatives, directions

__version__ = "0.1.0"

__all__ = [
    "Depot",
    "EngineError",
    "FixedLine",
    "Limit",
    "LoadUnit",
    "NoPlanError",
    "Order",
    "Plan",
    "PlanFileError",
    "Problem",
    "ProblemError",
    "Route",
    "RoutingError",
    "Shipment",
    "Tariff",
    "TimeWindow",
    "TravelMatrix",
    "UnservedOrder",
    "UnsupportedRuleError",
    "VehicleType",
    "Violation",
    "Visit",
    "alternatives",
    "audit_table",
    "batch",
    "build_problem",
    "check",
    "compare",
    "conflict",
    "directions",
    "draw_plan",
    "explain",
    "explain_path",
    "fill",
    "load_plan",
    "pack",
    "pareto",
    "path",
    "plan_large",
    "read_dispatch_sheet",
    "read_plans",
    "replan",
    "replay",
    "save_plan",
    "solve",
    "trace",
    "travel_matrix",
    "write_dispatch_sheet",
    "write_driver_pages",
    "write_geojson",
    "write_geopackage",
    "write_gpx",
    "write_map",
    "write_tables",
    "write_travel_matrix",
]

_HOMES = {
    "routing.audit": ("audit_table", "read_dispatch_sheet"),
    "routing.batch.large": ("plan_large",),
    "routing.batch.pareto": ("pareto",),
    "routing.batch.plans": ("read_plans",),
    "routing.batch.run": ("batch",),
    "routing.build": ("build_problem",),
    "routing.checker": ("check",),
    "routing.compare": ("compare",),
    "routing.detours": ("explain_path",),
    "routing.errors": ("EngineError", "NoPlanError", "PlanFileError", "ProblemError", "RoutingError",
                       "UnsupportedRuleError"),
    "routing.explain": ("explain",),
    "routing.export": ("draw_plan", "write_dispatch_sheet", "write_driver_pages", "write_geojson", "write_geopackage",
                       "write_gpx", "write_map", "write_tables", "write_travel_matrix"),
    "routing.loading.filling.fill": ("fill",),
    "routing.loading.packing": ("pack",),
    "routing.model": ("Depot", "FixedLine", "Limit", "LoadUnit", "Order", "Problem", "Shipment", "Tariff", "TimeWindow",
                      "TravelMatrix", "VehicleType"),
    "routing.plan": ("Plan", "Route", "UnservedOrder", "Visit"),
    "routing.planfile": ("load_plan", "save_plan"),
    "routing.remedies.conflict": ("conflict",),
    "routing.replan": ("replan",),
    "routing.replay": ("replay",),
    "routing.rules.violation": ("Violation",),
    "routing.solve": ("solve",),
    "routing.travel": ("path", "trace", "travel_matrix"),
    "routing.ways": ("alternatives", "directions"),
}

_ROOMS = ("interop", "loading", "siting", "testing")
"""Modules whose names are used with their own: `routing.interop.read_vroom`."""


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


class _Package(ModuleType):
    """A package in which `solve` stays the function, although importing `routing.solve` would put the module there."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (isinstance(value, ModuleType) and name in __all__):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
