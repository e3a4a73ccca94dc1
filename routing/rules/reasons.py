"""Reasons: what a plan says about an unserved order is true.

Meaning: a code that claims a proof holds for every vehicle type of which there is one, even for an empty vehicle that
does nothing else.

- ``no_road``: no type has a road from its depot to the order and back;
- ``too_big``: each type lacks room in some dimension;
- ``skill``: each type lacks a skill;
- ``closed_window``: each type that has a road comes after the window has closed, or is home too late only because the
  window opens so late;
- ``shift_too_short``: no type that has a road can go, serve and return within depot hours, shift and longest duration,
  and not all of them are merely too late for the window;
- ``no_vehicle``: each type is hindered by one of these, or by several.

``not_worth_it`` is said only of orders that have a penalty. ``not_found`` claims nothing. Reads `UnservedOrder.order`
and `reason`. Tolerances: those of `capacity` and `shift`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from routing.rules.loads import excess, limits, loaded
from routing.rules.reading import orders_by_id, unserved
from routing.rules.shift import DURATION_TOLERANCE_S
from routing.rules.violation import Violation
from routing.rules.words import count_of, named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routing.model import Order, Problem, VehicleType
    from routing.plan import Plan

NAME = "reasons"

CLAIMS = {
    "no_road": "that no vehicle has a road there and back",
    "too_big": "that no vehicle can carry it",
    "skill": "that no vehicle has the skills",
    "closed_window": "that no vehicle can be there while its window is open",
    "shift_too_short": "that no vehicle can serve it within its shift",
    "no_vehicle": "that no vehicle could serve it even alone",
    "not_worth_it": "that its penalty costs less, but it has none: it must be served",
    "not_found": "nothing",
}


@dataclass(frozen=True, slots=True)
class Chances:
    """What hinders one empty vehicle from serving one order and nothing else."""

    vehicle_type: str
    no_road: bool
    too_big: bool
    skill: bool
    late: bool
    waits_too_long: bool
    too_long: bool

    @property
    def hindered(self) -> bool:
        """Whether it cannot serve the order."""
        return self.no_road or self.too_big or self.skill or self.late or self.too_long


def violations(plan: Plan) -> Iterator[Violation]:
    """Yield a violation for every reason that is unknown, or claims what is not so.

    Parameters
    ----------
    plan : Plan
        To judge.

    Yields
    ------
    Violation
        For a claim that fails, the amount is how many vehicle types it fails for and the unit ``vehicle types``;
        otherwise 1 and ``orders``.
    """
    orders = orders_by_id(plan.problem)
    rows = {order.id: row for row, order in enumerate(plan.problem.orders, start=len(plan.problem.depots))}
    for entry in unserved(plan):
        order, reason = orders.get(entry.order), entry.reason
        if order is None or not isinstance(reason, str) or reason == "not_found":
            continue
        said = f"order {named(entry.order)} is left with the reason {named(reason)}"
        if reason not in CLAIMS:
            yield Violation(NAME, order=order.id, amount=1, unit="orders", message=f"{said}, which is no known reason")
        elif reason == "not_worth_it":
            if order.penalty is None:
                yield Violation(NAME, order=order.id, amount=1, unit="orders", message=f"{said}: {CLAIMS[reason]}")
        else:
            able = _refuting(reason, [_chances(plan.problem, kind, order, rows[order.id])
                                      for kind in plan.problem.fleet if kind.count])
            if able:
                yield Violation(NAME, order=order.id, amount=len(able), unit="vehicle types", message=(
                    f"{said}, {CLAIMS[reason]}; that is not so for {count_of(len(able), 'vehicle type')}: "
                    f"{', '.join(named(chances.vehicle_type) for chances in able[:5])}"))


def _refuting(reason: str, fleet: Sequence[Chances]) -> list[Chances]:
    """Return the vehicle types for which a claimed proof does not hold."""
    if reason == "no_vehicle":
        return [chances for chances in fleet if not chances.hindered]
    if reason in ("no_road", "too_big", "skill"):
        return [chances for chances in fleet if not getattr(chances, reason)]
    with_road = [chances for chances in fleet if not chances.no_road]
    if not with_road:
        return list(fleet)
    if reason == "closed_window":
        return [chances for chances in with_road if not (chances.late or chances.waits_too_long)]
    if all(chances.late for chances in with_road):
        return with_road
    return [chances for chances in with_road if not (chances.late or chances.too_long)]


def _chances(problem: Problem, kind: VehicleType, order: Order, row: int) -> Chances:
    depot_row = next((i for i, depot in enumerate(problem.depots) if depot.id == kind.depot), 0)
    depot, matrix = problem.depots[depot_row], problem.matrix(kind.profile)
    out_s, back_s = int(matrix.duration_s[depot_row, row]), int(matrix.duration_s[row, depot_row])
    no_road = out_s < 0 or back_s < 0
    opens_s, closes_s = max(depot.hours.begin_s, kind.shift.begin_s), min(depot.hours.end_s, kind.shift.end_s)
    there_s = opens_s + out_s
    away_s = out_s + order.service_s + back_s
    within_hours = opens_s + away_s <= closes_s
    home_s = max(there_s, order.window.begin_s) + order.service_s + back_s
    return Chances(
        vehicle_type=kind.id,
        no_road=no_road,
        too_big=any(excess(loaded([order], name), limit) for name, limit in limits(kind).items()),
        skill=not order.skills <= kind.skills,
        late=not no_road and there_s > order.window.end_s,
        waits_too_long=not no_road and within_hours and home_s > closes_s,
        too_long=not no_road and (home_s > closes_s or away_s > kind.max_duration_s + DURATION_TOLERANCE_S),
    )
