"""Rules of a plan: one file each, with its meaning and `violations(plan)`. None of them knows how plans are made.

A new rule is a module with `NAME` and `violations`, added to `RULES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from routing.rules import (
    apart,
    backhauls,
    breaks,
    capacity,
    cost,
    coverage,
    end_depot,
    fleet,
    form,
    lines,
    max_distance,
    max_stops,
    open_route,
    reasons,
    shift,
    shipment,
    skills,
    time_window,
    travel_time,
    vehicle_type,
    zones,
)
from routing.rules.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routing.plan import Plan

__all__ = ["RULES", "Rule", "Violation"]


class Rule(Protocol):
    """A module that judges one rule."""

    NAME: str

    def violations(self, plan: Plan) -> Iterator[Violation]:
        """Yield what in the plan breaks the rule."""


RULES: tuple[Rule, ...] = (
    form, coverage, shipment, fleet, vehicle_type, zones, skills, apart, backhauls, capacity, max_stops, max_distance,
    end_depot, lines, open_route, travel_time, time_window, breaks, shift, cost, reasons,
)
