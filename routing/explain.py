"""Why an order is not served, and what would serve it: the smallest single changes, each proven by a judged plan."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from routing.checker import check, describe_violations
from routing.errors import ProblemError
from routing.model import Limit
from routing.plan import Plan, PlanText, Reason
from routing.reasons import unserved_orders
from routing.remedies.change import Change, Kind, applied
from routing.remedies.places import places
from routing.remedies.resolve import Asked, near_routes
from routing.remedies.smallest import Remedies, Remedy
from routing.remedies.words import change_text, told
from routing.request import Requests
from routing.rules.reasons import PROOFS

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["impossible", "not_worth_it", "not_found"]

__all__ = ["Change", "Explanation", "Kind", "Remedy", "explain"]


@dataclass(frozen=True, eq=False, repr=False)
class Explanation:
    """Why a plan does not serve an order, and what would.

    Parameters
    ----------
    plan : Plan
        The plan asked about.
    orders : tuple of str
        Ids of the order or, of a shipment, of both its orders.
    verdict : str
        ``impossible``: proven, not even an empty vehicle could serve it, or all vehicles together carry too little;
        ``not_worth_it``: its penalty costs less than serving it; ``not_found``: neither is so, the search found none.
    reason : str
        Code as in `UnservedOrder.reason`, or ``fleet_too_small``.
    detail : str
        The figures, in English.
    remedies : tuple of Remedy
        For each kind of change that would serve it the smallest found, those that cost least first.
    """

    plan: Plan
    orders: tuple[str, ...]
    verdict: Verdict
    reason: Reason | Literal["fleet_too_small"]
    detail: str
    remedies: tuple[Remedy, ...]

    def remedy(self, kind: Kind) -> Remedy | None:
        """Return the remedy of one kind.

        Parameters
        ----------
        kind : str
            Such as ``window_later``.

        Returns
        -------
        Remedy or None
            The cheapest, None if there is none.
        """
        return next((remedy for remedy in self.remedies if remedy.change.kind == kind), None)

    def summary(self, language: str = "en") -> PlanText:
        """Return the explanation in a few lines.

        Parameters
        ----------
        language : {"en", "zh"}
            Of the text.

        Returns
        -------
        PlanText
            Why, then one line for each change, with its cost.

        Raises
        ------
        UnknownNameError
            If there are no words in the language.
        """
        changes = [(remedy.change, remedy.cost, remedy.smallest) for remedy in self.remedies]
        facts = (self.verdict, self.reason, self.detail)
        return PlanText("\n".join(told(self.plan.problem, self.orders, facts, changes, language)))

    def to_frame(self, language: str = "en") -> pd.DataFrame:
        """Return the remedies as a table.

        Parameters
        ----------
        language : {"en", "zh"}
            Of the column ``words``.

        Returns
        -------
        pandas.DataFrame
            One row a remedy; columns ``change``, ``amount``, ``unit``, ``order``, ``vehicle_type``, ``cost``,
            ``smallest``, ``words``.
        """
        import pandas as pd

        columns = ["change", "amount", "unit", "order", "vehicle_type", "cost", "smallest", "words"]
        rows = [(r.change.kind, r.change.amount, r.change.unit, r.change.order, r.change.vehicle_type, r.cost,
                 r.smallest, change_text(self.plan.problem, self.orders, r.change, language)) for r in self.remedies]
        return pd.DataFrame(rows, columns=columns)

    def __repr__(self) -> str:
        """Return the explanation in English."""
        return str(self.summary())

    def _repr_html_(self) -> str:
        """Return the explanation for notebooks, escaped."""
        return f"<pre>{html.escape(self.summary())}</pre>"


def explain(plan: Plan, order: str, *, limit: Limit | None = None, seed: int = 0, engine: str = "auto") -> Explanation:
    """Return why a plan does not serve an order, and for each kind of change the smallest that would serve it.

    First the order is put into every place of every route, and onto a vehicle of its own, to see what each place lacks;
    then the routes around are searched anew with smaller and smaller changes. A change is offered only with a plan
    that serves the order and all that was served before, and in which the judge finds no violation of the problem so
    changed. The plan itself is not altered; take `Remedy.plan` to go on with.

    Parameters
    ----------
    plan : Plan
        Free of violations.
    order : str
        Id of an order that it leaves out; of a shipment, of either order.
    limit : Limit, optional
        Of each search, of which there may be a few dozen. By default one or more iterations, so that the same plan is
        explained in the same words.
    seed : int
        Of everything that is drawn.
    engine : str
        Which engine searches.

    Returns
    -------
    Explanation
        With `summary` in English or Chinese. Where pieces were loaded (`Plan.loads`), the plans offered are by weight
        and volume only.

    Raises
    ------
    ProblemError
        If there is no such order, the plan serves it, or breaks a rule.
    """
    asked = _asked(plan, order, limit, seed, engine)
    at = places(plan, asked.orders)
    around = near_routes(plan, [place for found in at.values() for place in found])
    remedies = Remedies(Asked(plan, asked.orders, around, engine, asked.limit, seed), at)
    (entry, *_) = unserved_orders(plan.problem, asked.orders, plan.routes)
    if entry.reason not in PROOFS:
        without = remedies.without_change()
        if without is not None:
            return _weighed(asked, without)
    found = [remedy for about in remedies.kinds() if (remedy := remedies.smallest(about))]
    ordered = tuple(sorted(found, key=lambda remedy: (remedy.cost, remedy.change.about)))
    if entry.reason in PROOFS:
        return Explanation(plan, asked.orders, "impossible", entry.reason, entry.detail, ordered)
    short = too_small(plan, asked.orders)
    if short:
        return Explanation(plan, asked.orders, "impossible", "fleet_too_small", short, ordered)
    return Explanation(plan, asked.orders, "not_found", "not_found", entry.detail, ordered)


def _asked(plan: Plan, order: str, limit: Limit | None, seed: int, engine: str) -> Asked:
    problem = plan.problem
    if order not in problem.order_row:
        raise ProblemError(f"the problem has no order {order!r}")
    shipment = problem.shipment_of.get(order)
    orders = (order,) if shipment is None else shipment.orders
    for route in plan.routes:
        if order in route.orders:
            raise ProblemError(f"order {order!r} is served by {route.vehicle}; explain tells why one is not served")
    violations = check(plan)
    if violations:
        raise ProblemError(f"the plan breaks rules, so nothing can be told from it. {describe_violations(violations)}")
    return Asked(plan, orders, (), engine, limit or Limit(iterations=2 if len(problem.orders) > 20 else 1), seed)


def _weighed(asked: Asked, without: Remedy) -> Explanation:
    """Return the explanation of an order that could be served as things are, for some cost."""
    plan, orders = asked.plan, asked.orders
    penalty = Requests(plan.problem, (orders,)).penalty(0)
    whole = f"serving it makes the routes {without.cost:,.2f} {plan.problem.currency}".rstrip() + " dearer"
    if penalty is None or without.cost < penalty:
        detail = f"a longer search finds a place; {whole}"
        return Explanation(plan, orders, "not_found", "not_found", detail, (without,))
    change = Change("penalty", without.cost - penalty, order=orders[0])
    dearer = asked.judged(applied(plan.problem, change, orders), without.plan.routes)
    detail = f"{whole}, its penalty is {penalty:,.2f} {plan.problem.currency}".rstrip()
    return Explanation(plan, orders, "not_worth_it", "not_worth_it", detail,
                       (Remedy(change, without.cost, dearer or without.plan, smallest=False),))


def too_small(plan: Plan, orders: Iterable[str]) -> str:
    """Return the proof that all vehicles together carry too little for some orders besides those served; else nothing.

    Parameters
    ----------
    plan : Plan
        What it serves must still be served.
    orders : iterable of str
        Ids of those that shall be served too.

    Returns
    -------
    str
        The figures. Pickups and deliveries share room, so nothing is proven where there are both.
    """
    problem = plan.problem
    wanted = {*plan.served, *orders}
    nouns = [order for order in problem.orders if order.id in wanted]
    if len({order.kind for order in nouns}) > 1:
        return ""
    for name in problem.dimensions:
        load = sum(order.load.get(name, 0.0) for order in nouns)
        room = sum(vehicle.capacities.get(name, float("inf")) * vehicle.count for vehicle in problem.fleet
                   if vehicle.count)
        if load > room * (1 + 1e-9):
            from routing.words import amount

            return (f"with the orders that are served it makes {amount(load, name)}; all vehicles together carry "
                    f"{amount(room, name)}")
    return ""
