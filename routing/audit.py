"""Judge a plan that came back from a dispatcher, or was made by hand: each violation with its cell, and the cost.

The plan is timed as it would be driven (`routing.driven`) and judged by `routing.check`, as every plan is. Reading the
rows is the work of `routing.stated`. Distances are metres.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gisdata.escape import escape_html
from routing.checker import check, violations_frame
from routing.edit import cost_change, left_over, with_sequences
from routing.errors import ProblemError
from routing.model import Problem
from routing.plan import Plan, PlanText
from routing.rules import Violation
from routing.stated import StatedStop, ordered, read_dispatched, read_stops, unchanged

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 50
LOCK = "lock"
LEFT = "left out"

_FIELDS = {"coverage": "order", **dict.fromkeys(
    ("fleet", "vehicle_type", "zones", "skills", "apart", "backhauls", "capacity", "max_stops", "max_distance",
     "end_depot", "open_route", "breaks", "shift"),
    "vehicle")}
"""Which cell of a row a rule points at; the others point at its stop."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a sheet says otherwise than the plan it was written from.

    Parameters
    ----------
    cell : str
        Where, such as ``派车单!B7``. Empty: the row is gone.
    order : str
        Id as the sheet states it.
    field : str
        ``vehicle``, ``stop``, or ``row`` if the order was added or left out.
    before, after : str
        What the plan and what the sheet say; empty if it says nothing.
    """

    cell: str
    order: str
    field: str
    before: str
    after: str

    def __str__(self) -> str:
        """Return one line: where, what, from what, to what."""
        what = f"order {self.order!r}"
        if self.field == "row":
            return f"{self.cell}: {what} added to {self.after}" if self.after else f"{what} left out of {self.before}"
        return f"{self.cell}: {what}, {self.field} {self.before} -> {self.after or 'not said'}"


@dataclass(frozen=True, slots=True)
class FoundViolation:
    """A violation and where in the sheet it is.

    Parameters
    ----------
    violation : Violation
        As the judge found it.
    cell : str
        Such as ``派车单!B7``: of the visit concerned, else of what was changed on the route, else of its first stop.
        Empty: it stands nowhere in the sheet, such as an order that was left out.
    """

    violation: Violation
    cell: str

    def __str__(self) -> str:
        """Return one line: the cell, the rule, the fact."""
        return f"{self.cell or 'not in the sheet'}: {self.violation}"


@dataclass(frozen=True, repr=False)
class Audit:
    """What the judge says of a sheet.

    Parameters
    ----------
    source : str
        The file.
    plan : Plan
        The plan that the sheet states, timed and priced as it would be driven.
    violations : tuple of FoundViolation
        All of them, with their cells; empty: the plan may be driven.
    changes : tuple of Change
        What differs from the plan it was written from; empty for a plan made by hand.
    compared : Plan, optional
        The plan that it is compared with.
    """

    source: str
    plan: Plan
    violations: tuple[FoundViolation, ...] = ()
    changes: tuple[Change, ...] = ()
    compared: Plan | None = None

    @property
    def cost_before(self) -> float | None:
        """Cost of the plan that it is compared with, if there is one."""
        return None if self.compared is None else self.compared.cost

    @property
    def cost_after(self) -> float:
        """Cost of the plan that the sheet states."""
        return self.plan.cost

    @property
    def cost_change(self) -> float | None:
        """How much dearer the sheet is; of a plan made by hand, what the plan compared with would have saved."""
        return None if self.compared is None else self.plan.cost - self.compared.cost

    @property
    def distance_change_m(self) -> int | None:
        """How many metres more the sheet drives."""
        return None if self.compared is None else self.plan.distance_m - self.compared.distance_m

    def summary(self) -> PlanText:
        """Return the findings in lines: figures, then each change, then each violation with its cell.

        Returns
        -------
        PlanText
            Text; print it, or let a notebook show it.
        """
        lines = [self._headline()]
        for noun, listed in (("change", self.changes), ("violation", self.violations)):
            lines += [f"{noun}: {thing}" for thing in listed[:SHOWN]]
            lines += [f"{noun}: ... and {len(listed) - SHOWN} more"] if len(listed) > SHOWN else []
        return PlanText("\n".join(lines))

    def to_frame(self) -> pd.DataFrame:
        """Return the violations as a table.

        Returns
        -------
        pandas.DataFrame
            Column ``cell`` and those of `routing.checker.violations_frame`.
        """
        frame = violations_frame([found.violation for found in self.violations])
        frame.insert(0, "cell", [found.cell for found in self.violations])
        return frame

    def __repr__(self) -> str:
        """Return one line with the figures."""
        return f"<Audit: {self._headline()}>"

    def _repr_html_(self) -> str:
        """Return figures and findings for notebooks, escaped."""
        rows = [("change", change.cell, str(change)) for change in self.changes[:SHOWN]]
        rows += [(found.violation.rule, found.cell, found.violation.message) for found in self.violations[:SHOWN]]
        body = "".join(f"<tr>{''.join(f'<td>{escape_html(cell)}</td>' for cell in row)}</tr>" for row in rows)
        return f"<p>{escape_html(self._headline())}</p><table>{body}</table>"

    def _headline(self) -> str:
        plan, counts = self.plan, f"{len(self.violations)} violation{'' if len(self.violations) == 1 else 's'}"
        if self.changes:
            counts = f"{len(self.changes)} change{'' if len(self.changes) == 1 else 's'}, {counts}"
        figures = f"{plan.distance_m / 1000:,.1f} km, {plan.cost:,.2f} {plan.problem.currency}".rstrip()
        if self.compared is not None:
            more_km = (plan.distance_m - self.compared.distance_m) / 1000
            figures += f" ({more_km:+,.1f} km, {cost_change(self.compared, plan)} against {self.compared.cost:,.2f})"
        return f"{self.source}: {counts}; {figures}"


def read_dispatch_sheet(path: str | os.PathLike[str], plan: Plan) -> Audit:
    """Read a dispatch sheet that may have been edited, judge the plan that it states, and say what it costs.

    An order rides with the vehicle in its row, at the stop given there: what stands where it stood keeps its order, and
    what was changed takes the place that its number says, as `Plan.move` would put it. An order without a vehicle is
    left out. Rows may be sorted in any way.

    Parameters
    ----------
    path : path-like
        Workbook that `routing.write_dispatch_sheet` wrote.
    plan : Plan
        The plan it was written from.

    Returns
    -------
    Audit
        Every change and every violation with its cell, and the difference in cost.

    Raises
    ------
    ProblemError
        If the sheet was written from another plan.
    InputFileError, UnknownNameError, TableError
        If it cannot be read, is no dispatch sheet, or has a stop that is no number; all such cells are listed.
    """
    told, stops = read_dispatched(path)
    if told.get("plan_digest") != plan.digest:
        file = f"; it was written from {told['plan_file']!r}" if told.get("plan_file") else ""
        raise ProblemError(f"{os.fspath(path)}: the dispatch sheet belongs to another plan than the one given{file}")
    before = {order: (route.vehicle, stop) for route in plan.routes for stop, order in enumerate(route.orders, start=1)}
    before |= {entry.order: ("", 0) for entry in plan.unserved}
    return audit_stops(os.fspath(path), plan, stops, before, plan)


def audit_table(path: str | os.PathLike[str], problem: Problem, plan: Plan | None = None, sheet: str | None = None,
                ) -> Audit:
    """Judge a plan that somebody made by hand in a table.

    Parameters
    ----------
    path : path-like
        CSV or Excel (.xlsx) with the columns vehicle, order and, unless the rows stand in order, stop; in English or
        Chinese.
    problem : Problem
        What it must answer to.
    plan : Plan, optional
        Our plan for the same problem, to say what it would have saved.
    sheet : str, optional
        Of a workbook.

    Returns
    -------
    Audit
        An order that no row names is a violation without a cell.

    Raises
    ------
    InputFileError, UnknownNameError, TableError
        If the table cannot be read; all faults of its rows are listed.
    """
    stops = read_stops(path, sheet)
    base = Plan(problem, (), engine="by hand", notes=(f"as {os.path.basename(path)} states it",))  # noqa: PTH119
    return audit_stops(os.fspath(path), base, stops, {}, plan)


def audit_stops(source: str, base: Plan, stops: Sequence[StatedStop], before: Mapping[str, tuple[str, int]],
                compared: Plan | None) -> Audit:
    """Judge stated stops.

    Parameters
    ----------
    source : str
        Where they come from, in words.
    base : Plan
        Gives the problem, the unserved orders, and the routes that are kept where nothing changed.
    stops : sequence of StatedStop
        All rows.
    before : mapping of str to (str, int)
        Vehicle and stop of each order before the change; empty: there was no plan before.
    compared : Plan or None
        Whose cost to compare with.

    Returns
    -------
    Audit
        With changes if there is a `before`.
    """
    stated = ordered(stops, before)
    routes = with_sequences(base, {vehicle: [stop.order for stop in listed] for vehicle, listed in stated.items()
                                   if vehicle})
    named = {stop.order for stop in stops}
    left = [entry.order for entry in base.unserved if entry.order not in named]
    left += [stop.order for stop in stops if not stop.vehicle]
    plan = replace(base, routes=routes, unserved=left_over(base, routes, left), geometry=None)
    changes = _changes(stops, before) if before else ()
    finder = _Cells(stated, stops, before)
    violations = [FoundViolation(violation, finder.cell(violation)) for violation in check(plan)]
    violations += [FoundViolation(*found) for found in _broken_locks(base, changes)]
    return Audit(source, plan, tuple(violations), changes, compared)


class _Cells:
    """Finds the cell of a violation. Of an order stated twice, each violation takes a cell of its own."""

    def __init__(self, routes: Mapping[str, Sequence[StatedStop]], stops: Sequence[StatedStop],
                 before: Mapping[str, tuple[str, int]]) -> None:
        self._routes, self._before = routes, before
        self._changed = {id(stop) for stop in stops} - {id(stop) for stop in unchanged(stops, before)}
        self._told: set[tuple[str, int]] = set()

    def cell(self, violation: Violation) -> str:
        """Return where a violation is; empty if nowhere."""
        name = _FIELDS.get(violation.rule, "stop")
        order = violation.visit or ("" if violation.route else violation.order)
        rows = [stop for stop in self._routes.get(violation.route, ()) if order in ("", stop.order)]
        if violation.rule == "coverage" and rows:
            return self._untold(violation, rows).cell(name)
        changed = [stop for stop in rows if id(stop) in self._changed] if self._before else []
        for stop in changed:
            if self._moved(stop, name):
                return stop.cell(name)
        for stop in changed:
            return stop.cell("vehicle" if self._moved(stop, "vehicle") else "stop")
        return rows[0].cell(name) if rows else ""

    def _untold(self, violation: Violation, rows: Sequence[StatedStop]) -> StatedStop:
        """Return the row that is too many: a changed one before others, the last before the first."""
        ranked = sorted(rows, key=lambda stop: bool(self._before) and id(stop) in self._changed)
        fresh = [stop for stop in ranked if (violation.message, id(stop)) not in self._told] or ranked
        self._told.add((violation.message, id(fresh[-1])))
        return fresh[-1]

    def _moved(self, stop: StatedStop, name: str) -> bool:
        vehicle, number = self._before.get(stop.order, ("", 0))
        return name == "order" or (stop.vehicle != vehicle if name == "vehicle" else stop.stop != number)


def _changes(stops: Sequence[StatedStop], before: Mapping[str, tuple[str, int]]) -> tuple[Change, ...]:
    same = {id(stop) for stop in unchanged(stops, before)}
    seen = {stop.order for stop in stops if id(stop) in same}
    found = []
    for stop in stops:
        if id(stop) in same:
            continue
        if stop.order in seen or stop.order not in before:
            found.append(Change(stop.cell("order"), stop.order, "row", "", stop.vehicle))
            continue
        seen.add(stop.order)
        vehicle, number = before[stop.order]
        if stop.vehicle != vehicle:
            found.append(Change(stop.cell("vehicle"), stop.order, "vehicle", vehicle or LEFT, stop.vehicle or LEFT))
        if stop.stop != number and stop.vehicle and vehicle:
            stated = "" if stop.stop is None else f"{stop.stop:g}"
            found.append(Change(stop.cell("stop"), stop.order, "stop", str(number), stated))
    gone = (Change("", order, "row", vehicle, "") for order, (vehicle, _) in before.items()
            if order not in seen and vehicle)
    return (*found, *gone)


def _broken_locks(plan: Plan, changes: Sequence[Change]) -> list[tuple[Violation, str]]:
    found = []
    for change in changes:
        route = next((route.vehicle for route in plan.routes if change.order in route.orders), "")
        held = [name for name in dict.fromkeys((change.order, route, change.after)) if name and name in plan.locked]
        if change.field == "stop":
            held = [name for name in held if name != change.order]  # a locked order keeps its vehicle, not its stop
        found += [(Violation(LOCK, route, change.order, change.order, 1, "edits", f"{name!r} is locked, but the sheet "
                             f"changes it"), change.cell) for name in held]
    return found
