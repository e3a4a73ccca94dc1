"""A problem without some of its rules, for an engine that does not know them: its plan is a start for one that does."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from routing.model import ALWAYS, TravelMatrix

if TYPE_CHECKING:
    from routing.model import Problem

NEUTRAL: dict[str, dict[str, dict[str, Any]]] = {
    "capacity": {"fleet": {"payload_kg": math.inf, "volume_m3": math.inf, "pieces": math.inf, "capacity": ()}},
    "time_window": {"orders": {"window": ALWAYS, "windows": ()}},
    "several_windows": {"orders": {"windows": ()}},
    "backhauls": {"fleet": {"backhauls_last": False}},
    "apart": {"orders": {"goods": frozenset()}},
    "breaks": {"fleet": {"breaks": ()}},
    "driving": {"fleet": {"driving": None}},
    "shift": {"fleet": {"shift": ALWAYS, "max_duration_s": math.inf},
              "depots": {"open": ALWAYS.begin_s, "close": ALWAYS.end_s}},
    "skills": {"orders": {"skills": frozenset()}},
    "pickup": {"orders": {"kind": "delivery"}},
    "zones": {"fleet": {"zones": frozenset()}},
    "vehicle_type": {"orders": {"vehicle_types": frozenset()}},
    "max_distance": {"fleet": {"max_distance_m": math.inf}},
    "max_stops": {"fleet": {"max_stops": None}},
    "open_route": {"fleet": {"returns": True}},
    "end_depot": {"fleet": {"end_depot": ""}},
}
"""For each rule the values of fields of orders, depots and fleet that switch it off; shipments are dropped as such."""


def relaxed(problem: Problem, rules: Collection[str]) -> Problem:
    """Return a problem as if some rules were not.

    Parameters
    ----------
    problem : Problem
        To change.
    rules : collection of str
        Names from `routing.engines.needed_rules`; what is not known here stays as it is.

    Returns
    -------
    Problem
        With the same ids. Orders whose kind is dropped are in no shipment any more.
    """
    changes: dict[str, dict[str, Any]] = {"orders": {}, "depots": {}, "fleet": {}}
    for rule in sorted(rules):
        for nouns, values in NEUTRAL.get(rule, {}).items():
            changes[nouns] |= values
    parts: dict[str, Any] = {nouns: tuple(dataclasses.replace(noun, **values) for noun in getattr(problem, nouns))
                             for nouns, values in changes.items() if values}
    if "overtime" in rules:
        parts["fleet"] = tuple(dataclasses.replace(kind, tariff=dataclasses.replace(kind.tariff, per_overtime_hour=0.0))
                               for kind in parts.get("fleet", problem.fleet))
    if "lines" in rules:
        parts["lines"] = ()
    if "hours" in rules:
        parts["matrices"] = tuple(map(_at_worst, problem.matrices))
    if {"shipment", "pickup"} & set(rules):
        parts["shipments"] = ()
    return dataclasses.replace(problem, **parts)


def _at_worst(matrix: TravelMatrix) -> TravelMatrix:
    """Return a matrix as if it were always the hour at which each way takes longest: who keeps that is never late."""
    if matrix.hourly is None:
        return matrix
    return TravelMatrix(matrix.profile, matrix.places, matrix.hourly.duration_s.max(axis=0), matrix.distance_m)
