"""Which orders cannot all be served, and which rules forbid it: a set from which nothing can be left out."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from gisdata.errors import UnknownNameError
from routing.engines import engine_named, needed_rules
from routing.engines.relaxed import NEUTRAL, relaxed
from routing.errors import RoutingError
from routing.model import Limit, Problem
from routing.part import part_of
from routing.plan import PlanText
from routing.request import Requests
from routing.words import listed

Item = TypeVar("Item")

FLEET = "fleet"
"""The rule that there are only so many vehicles."""

RULES_ZH = {"capacity": "载重/容积", "time_window": "时间窗", "shift": "班次与工作时间", "skills": "车辆条件",
            "fleet": "车辆数", "vehicle_type": "指定车型", "max_distance": "最大里程", "max_stops": "最多站数",
            "end_depot": "收车仓库", "breaks": "休息", "driving": "连续驾驶", "several_windows": "多个时间窗",
            "zones": "配送区域", "apart": "货物隔离", "open_route": "不返回", "pickup": "提货", "shipment": "提送配对",
            "lines": "固定线路", "backhauls": "先送后取"}


@dataclass(frozen=True, eq=False, repr=False)
class Conflict:
    """Mandatory orders that cannot all be served while some rules hold; without any one of them, or rule, they can.

    Parameters
    ----------
    orders : tuple of str
        Ids, in the order of the problem.
    rules : tuple of str
        Names of rules, as in `routing.rules`; ``fleet`` is the number of vehicles. Empty: no road leads there.
    searched : str
        The engine and the limit by which sets were found not to be servable: what they did not find may still be.
    """

    orders: tuple[str, ...]
    rules: tuple[str, ...]
    searched: str

    def summary(self, language: str = "en") -> PlanText:
        """Return the conflict in words.

        Parameters
        ----------
        language : {"en", "zh"}
            Of the text.

        Returns
        -------
        PlanText
            Two lines.

        Raises
        ------
        UnknownNameError
            If there are no words in the language.
        """
        orders = listed(self.orders)
        if language == "en":
            rules = " and ".join(self.rules) or "roads"
            if len(self.orders) == 1:
                return PlanText(f"order {orders} cannot be served under {rules}\n({self.searched})")
            return PlanText(f"orders {orders} cannot all be served under {rules}; without any one of these orders, or "
                            f"of these rules, they can\n({self.searched})")
        if language != "zh":
            raise UnknownNameError(f"there are no conflicts in {language!r}; write en or zh")
        rules = "、".join(RULES_ZH.get(rule, rule) for rule in self.rules) or "道路"
        return PlanText(f"订单 {orders.replace(' and ', ' 和 ')} 在以下规则下无法全部配送：{rules}；"
                        f"去掉其中任何一个订单或一条规则即可\n（{self.searched}）")

    def __repr__(self) -> str:
        """Return the conflict in English."""
        return str(self.summary())

    def _repr_html_(self) -> str:
        """Return the conflict for notebooks, escaped."""
        return f"<pre>{html.escape(self.summary())}</pre>"


def conflict(problem: Problem, *, limit: Limit | None = None, seed: int = 0, engine: str = "auto") -> Conflict | None:
    """Return a smallest set of mandatory orders and rules that contradict each other, by leaving out one after another.

    Parameters
    ----------
    problem : Problem
        In which mandatory orders stay unserved; optional ones are not looked at.
    limit : Limit, optional
        Of each search; there are some for each order in the set. By default counted work, so that the answer is
        repeatable.
    seed : int
        Of everything that is drawn.
    engine : str
        Which engine searches.

    Returns
    -------
    Conflict or None
        None if a plan that serves all mandatory orders was found. The set cannot be cut; another may be smaller.

    References
    ----------
    Chinneck and Dravnieks (1991), "Locating minimal infeasible constraint sets in linear programs", ORSA Journal on
    Computing 3(2), 157-168: the deletion filter.
    """
    limit = limit or Limit(iterations=1)
    requests = Requests.of(problem, [order.id for order in problem.orders if order.penalty is None]).orders
    counts = {vehicle.id: vehicle.count for vehicle in problem.fleet}

    def served(some: Sequence[tuple[str, ...]], off: frozenset[str] = frozenset()) -> bool:
        part = part_of(problem, {order for request in some for order in request}, counts)
        if FLEET in off:
            many = max(1, len(part.orders))
            part = replace(part, fleet=tuple(replace(kind, count=many if kind.count else 0) for kind in part.fleet))
        part = relaxed(part, off)
        try:
            return not engine_named(engine).solve(part, limit, seed).unserved
        except RoutingError:
            return False

    if served(requests):
        return None
    kept = _filtered(list(requests), lambda some: not served(some))
    rules = [*sorted(needed_rules(problem) & NEUTRAL.keys()), FLEET]
    binding = _filtered(rules, lambda on: not served(kept, frozenset(rules) - frozenset(on)))
    orders = {order for request in kept for order in request}
    return Conflict(tuple(order.id for order in problem.orders if order.id in orders), tuple(binding),
                    f"engine {engine}, {limit.iterations} iterations" if limit.iterations else
                    f"engine {engine}, {limit.seconds:g} s")


def _filtered(items: list[Item], infeasible: Callable[[list[Item]], bool]) -> list[Item]:
    """Return a part of items that is still infeasible, and no longer so without any one of them."""
    kept, size = items, max(1, len(items) // 2)
    while True:
        at = 0
        while at < len(kept):
            without = [*kept[:at], *kept[at + size:]]
            if infeasible(without):
                kept = without
            else:
                at += size
        if size == 1:
            return kept
        size = max(1, size // 2)
