"""Compare plans: which orders changed vehicle, place or time, what each cause costs, side by side or on a map.

Distances are metres, durations and clock times seconds from midnight of the plan day.
"""

from __future__ import annotations

import bisect
import html
import math
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING

from gisdata.clock import format_clock
from gisdata.errors import UnknownNameError
from routing.driven import type_of
from routing.edit import with_sequences
from routing.errors import ProblemError
from routing.matching import matched
from routing.plan import Plan, PlanText
from routing.words import listed, money

if TYPE_CHECKING:
    import folium
    import pandas as pd

CHANGES = ("moved", "resequenced", "retimed", "added", "dropped")
CAUSES = ("dropped", "data", "moved", "resequenced", "added", "retimed")
WORDS = {"en": {"moved": "moved to another vehicle", "resequenced": "resequenced", "retimed": "retimed",
                "added": "added", "dropped": "dropped", "data": "other prices, times or travel",
                "same": "nothing changed"},
         "zh": {"moved": "换车", "resequenced": "换顺序", "retimed": "换时间", "added": "新增", "dropped": "取消",
                "data": "价格、时间或路程变化", "same": "没有变化"}}

Sequences = dict[str, list[str]]

NOBODY = 10**9
"""From this number on vehicles are called whose routes no vehicle of the new plan continues."""


@dataclass(frozen=True, slots=True)
class OrderChange:
    """What became of one order.

    Parameters
    ----------
    order : str
        Its id.
    change : str
        One of `CHANGES`: ``moved`` to another vehicle; ``resequenced``, which with the fewest others explains the new
        sequence of its vehicle; ``retimed``, served at another time; ``added``, only served now; ``dropped``, not now.
    vehicle, vehicle_after : str
        Who served it before, and serves it now; empty if nobody.
    begin_s, begin_after_s : int or None
        When service began, and begins now.
    """

    order: str
    change: str
    vehicle: str
    vehicle_after: str
    begin_s: int | None
    begin_after_s: int | None


@dataclass(frozen=True, eq=False, repr=False)
class PlanDiff:
    """What one plan does otherwise than another.

    Parameters
    ----------
    before, after : Plan
        The two plans; their problems may differ.
    vehicles : dict of str to str
        Which vehicle of `after` continues the route of which vehicle of `before`.
    """

    before: Plan
    after: Plan
    vehicles: Mapping[str, str]

    @cached_property
    def changes(self) -> tuple[OrderChange, ...]:
        """All orders that changed; those of the new plan in its order, then those dropped."""
        before = {v.order: (r.vehicle, v.begin_s) for r in self.before.routes for v in r.visits}
        found, seen = [], set()
        for route in self.after.routes:
            old = self.vehicles.get(route.vehicle, "")
            kept = _kept(self._old(old), [order for order in route.orders if before.get(order, ("", 0))[0] == old])
            for visit in route.visits:
                seen.add(visit.order)
                vehicle, begin_s = before.get(visit.order, ("", None))
                change = ("added" if not vehicle else "moved" if vehicle != old else
                          "resequenced" if visit.order not in kept else
                          "retimed" if begin_s != visit.begin_s else "")
                if change:
                    found.append(OrderChange(visit.order, change, vehicle, route.vehicle, begin_s, visit.begin_s))
        found += [OrderChange(order, "dropped", vehicle, "", begin_s, None)
                  for order, (vehicle, begin_s) in before.items() if order not in seen]
        return tuple(found)

    def orders(self, change: str) -> tuple[str, ...]:
        """Return the ids of the orders with one kind of change.

        Parameters
        ----------
        change : str
            One of `CHANGES`.

        Returns
        -------
        tuple of str
            In the order of `changes`.
        """
        return tuple(entry.order for entry in self.changes if entry.change == change)

    @cached_property
    def causes(self) -> dict[str, float]:
        """Change of cost and penalties by cause, in the currency of the tariffs; they add up to the whole difference.

        The old plan is turned into the new one step by step: dropped orders taken out; the new problem put in place of
        the old one (``data``: tariffs, windows, travel); moved orders moved; routes put into their new sequence; added
        orders put in; and what then remains (``retimed``: departures and waiting).
        """
        known, served = set(self.before.served), set(self.after.served)
        targets = {route.vehicle: list(route.orders) for route in self.after.routes}
        base = {route.vehicle: [o for o in route.orders if o in served] for route in self.before.routes}
        back = {old: new for new, old in self.vehicles.items()}
        unpaired = (f"{name.rpartition('#')[0]}#{NOBODY + i}" for i, name in enumerate(base))
        renamed = {back.get(name, spare): orders for (name, orders), spare in zip(base.items(), unpaired, strict=True)}
        moved = {name: _placed(renamed.get(name, []), target, known) for name, target in targets.items()}
        in_turn = {name: [order for order in target if order in known] for name, target in targets.items()}
        ids, new_ids = (set(plan.problem.order_row) for plan in (self.before, self.after))
        values = [_value(self.before), _worth(self.before, base, ids - new_ids),
                  *(_worth(self.after, sequences, new_ids - ids) for sequences in (renamed, moved, in_turn)),
                  _worth(self.after, targets, set()), _value(self.after)]
        return {cause: values[i + 1] - values[i] for i, cause in enumerate(CAUSES)}

    def _old(self, vehicle: str) -> Sequence[str]:
        return next((route.orders for route in self.before.routes if route.vehicle == vehicle), ())

    def summary(self, language: str = "en") -> PlanText:
        """Return the difference in a few lines.

        Parameters
        ----------
        language : {"en", "zh"}
            Of the text.

        Returns
        -------
        PlanText
            The whole difference of cost, then a line for each cause that there is.

        Raises
        ------
        UnknownNameError
            If there are no words in the language.
        """
        if language not in WORDS:
            raise UnknownNameError(f"there are no words for changes in {language!r}; write en or zh")
        words, currency = WORDS[language], self.after.problem.currency
        counts = Counter(entry.change for entry in self.changes)
        whole = _signed(_value(self.after) - _value(self.before), currency)
        lines = [f"{'cost' if language == 'en' else '成本'} {whole}"]
        for cause in CAUSES:
            if counts[cause] or abs(self.causes[cause]) >= 0.005:
                some = f" {counts[cause]} ({listed(self.orders(cause))})" if counts[cause] else ""
                lines.append(f"- {words[cause]}:{some} {_signed(self.causes[cause], currency)}")
        return PlanText("\n".join([*lines, *([words["same"]] if len(lines) == 1 else [])]))

    def to_frame(self) -> pd.DataFrame:
        """Return the changed orders as a table.

        Returns
        -------
        pandas.DataFrame
            One row an order; the columns of `OrderChange`, and the clock times ``begin`` and ``begin_after`` as text.
        """
        import pandas as pd

        rows = [(*astuple(entry), *("" if s is None else format_clock(s) for s in (entry.begin_s, entry.begin_after_s)))
                for entry in self.changes]
        frame = pd.DataFrame(rows, columns=[*(field.name for field in fields(OrderChange)), "begin", "begin_after"])
        return frame.astype({"begin_s": "Int64", "begin_after_s": "Int64"})

    def draw(self, title: str = "") -> folium.Map:
        """Return a map of the difference: changed routes before (dashed) and after, and the orders by their change.

        Parameters
        ----------
        title : str
            Head of the map.

        Returns
        -------
        folium.Map
            Ready to show; it needs no network.
        """
        from routing.export.difference_map import draw_difference

        kinds: dict[str, list[tuple[str, str]]] = {change: [] for change in CHANGES}
        for entry in self.changes:
            kinds[entry.change].append((entry.order, _told(entry)))
        changed = {entry.vehicle for entry in self.changes}, {entry.vehicle_after for entry in self.changes}
        return draw_difference(self.before, self.after, changed, kinds, title or "Changes of the plan")

    def write_map(self, path: str | os.PathLike[str], title: str = "") -> None:
        """Write the map of `draw` as one HTML file.

        Parameters
        ----------
        path : path-like
            Where to; written whole or not at all.
        title : str
            Head of the map.
        """
        from gisdata.maps import save_map

        save_map(self.draw(title), path)

    def __repr__(self) -> str:
        """Return the difference in English."""
        return str(self.summary())

    def _repr_html_(self) -> str:
        """Return the difference for notebooks, escaped."""
        return f"<pre>{html.escape(self.summary())}</pre>"


def diff(before: Plan, after: Plan, *, by_name: bool = False) -> PlanDiff:
    """Return what one plan does otherwise than another; see `Plan.diff`."""
    if not isinstance(before, Plan) or not isinstance(after, Plan):
        raise ProblemError("diff takes two plans; read plan files with routing.load_plan first")
    if before.problem.currency != after.problem.currency:
        raise ProblemError(f"the plans cost {before.problem.currency!r} and {after.problem.currency!r}; "
                           "costs in two currencies cannot be compared")
    names = ({route.vehicle: route.vehicle for route in after.routes} if by_name else
             matched(before.routes, after.routes))
    return PlanDiff(before, after, names)


def compare(plans: Mapping[str, Plan] | Iterable[Plan]) -> pd.DataFrame:
    """Return plans side by side, each with what it does otherwise than the first.

    Parameters
    ----------
    plans : mapping of str to Plan, or iterable of Plan
        At least one; without names they are called by their numbers from 1. Their problems may differ, as when one has
        a van less.

    Returns
    -------
    pandas.DataFrame
        One row a plan, by name; columns ``vehicles``, ``km``, ``hours``, ``cost``, ``penalty``, ``served``,
        ``unserved``, ``engine``, then against the first plan ``cost_change`` (penalties included), and how many orders
        are ``moved``, ``resequenced``, ``retimed``, ``added`` and ``dropped``.

    Raises
    ------
    ProblemError
        If there is no plan, one is no plan, or their currencies differ.
    """
    import pandas as pd

    named = dict(plans) if isinstance(plans, Mapping) else {str(i): plan for i, plan in enumerate(plans, start=1)}
    wrong = [name for name, plan in named.items() if not isinstance(plan, Plan)]
    if not named or wrong:
        raise ProblemError(f"compare takes plans; {', '.join(map(repr, wrong[:5])) or 'none was given'}"
                           f"{' is none' if wrong else ''}")
    first = next(iter(named.values()))
    rows = []
    for plan in named.values():
        found = diff(first, plan)
        counts = Counter(entry.change for entry in found.changes)
        rows.append({
            "vehicles": len(plan.routes), "km": plan.distance_m / 1000, "hours": plan.duration_s / 3600,
            "cost": plan.cost, "penalty": plan.penalty, "served": len(plan.served),
            "unserved": len(plan.problem.orders) - len(plan.served), "engine": plan.engine,
            "cost_change": _value(plan) - _value(first), **{change: counts[change] for change in CHANGES}})
    return pd.DataFrame(rows, index=pd.Index(list(named), name="plan"))


def _kept(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Return the largest set of common orders that stand in the same sequence in both."""
    place = {order: i for i, order in enumerate(old)}
    ends: list[int] = []
    lasts: list[str] = []
    before: dict[str, str | None] = {}
    for order in new:
        if order in place:
            at = bisect.bisect_left(ends, place[order])
            before[order] = lasts[at - 1] if at else None
            ends[at:at + 1], lasts[at:at + 1] = [place[order]], [order]
    kept, order_or_none = set(), lasts[-1] if lasts else None
    while order_or_none is not None:
        kept.add(order_or_none)
        order_or_none = before[order_or_none]
    return kept


def _placed(base: Sequence[str], target: Sequence[str], known: set[str]) -> list[str]:
    """Return a route with the orders that were moved to it after those they now follow, the others as they were."""
    placed = [order for order in base if order in target]
    previous: str | None = None
    for order in target:
        if order in known and order not in placed:
            placed.insert(placed.index(previous) + 1 if previous else 0, order)
        previous = order if order in placed else previous
    return placed


def _worth(plan: Plan, sequences: Sequences, excused: set[str]) -> float:
    """Return cost and penalties of sequences, but for excused orders; a route that the plan has is not timed anew."""
    known = plan.problem.order_row
    used = {name: [order for order in orders if order in known] for name, orders in sequences.items()
            if type_of(plan.problem, name)}
    routes = with_sequences(plan, used)
    served = {order for route in routes for order in route.orders} | excused
    return math.fsum([*(route.cost for route in routes),
                      *(order.penalty or 0.0 for order in plan.problem.orders if order.id not in served)])


def _value(plan: Plan) -> float:
    return plan.cost + plan.penalty


def _signed(value: float, currency: str) -> str:
    return f"{'-' if round(value, 2) < 0 else '+'}{money(abs(value), currency)}"


def _told(entry: OrderChange) -> str:
    times = ["" if s is None else f" {format_clock(s)}" for s in (entry.begin_s, entry.begin_after_s)]
    sides = [f"{vehicle}{time}" for vehicle, time in zip((entry.vehicle, entry.vehicle_after), times, strict=True)]
    return " → ".join(side or "-" for side in sides)
