"""Ask OR-Tools for its opinion on a finished plan: whether one model of the whole problem allows it, at which cost.

Imports no OR-Tools: the model stands in the worker process. Costs are in the currency of the problem.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from routing.engines import engine_named, needed_rules, require_support
from routing.engines.encode import encode
from routing.engines.ortools_engine import MODULE
from routing.engines.worker import warm_worker
from routing.errors import EngineError, UnsupportedRuleError

if TYPE_CHECKING:
    from routing.plan import Plan

BEYOND_MODEL = frozenset({"several_windows", "breaks", "driving"})
"""Rules under which the model allows a schedule that is longer, or shorter, than the one that is due."""

_SECONDS = 600.0
_RELATIVE = 1e-9


def second_opinion(plan: Plan) -> str:
    """Return what OR-Tools says of a plan.

    Parameters
    ----------
    plan : Plan
        Of any engine.

    Returns
    -------
    str
        A note: it accepts the routes, at which cost.

    Raises
    ------
    EngineError
        If it refuses them, prices them otherwise, or does not answer.
    UnsupportedRuleError
        If the problem has a rule that its model does not have.
    """
    problem = plan.problem
    require_support(engine_named("ortools"), problem)
    beyond = sorted(needed_rules(problem) & BEYOND_MODEL)
    if beyond:
        raise UnsupportedRuleError(f"OR-Tools has no second opinion where times depend on {', '.join(beyond)}: its "
                                   "model does not look for the shortest schedule then; routing.check judges the plan")
    encoded = encode(problem)
    stated = [(route.vehicle_type, list(route.orders)) for route in plan.routes]
    routes = encoded.routes(stated)
    if encoded.sequences(routes) != stated:
        raise EngineError("OR-Tools refuses the plan: it visits an order twice, or one that no vehicle can serve, or "
                          "uses more vehicles than there are")
    if not stated:
        return "OR-Tools has nothing to say: no vehicle is used"
    with warm_worker(MODULE) as worker:
        worker.send({"task": "price"}, {**encoded.arrays, "initial": routes})
        message = worker.receive(_SECONDS)
        if message is None:
            worker.close()
            raise EngineError(f"OR-Tools did not look at the plan within {_SECONDS:g} s")
    header, _ = message
    if header["kind"] == "failed":
        raise EngineError(f"OR-Tools failed on the plan: {header['message']}")
    if header["cost"] is None:
        raise EngineError("OR-Tools refuses the plan: its model of the problem does not allow these routes")
    inside = set(encoded.order_ids)
    outside = math.fsum(order.penalty or 0.0 for order in problem.orders if order.id not in inside)
    cost = encoded.cost(header["cost"], encoded.unserved_mandatory(routes)) + outside
    due = plan.cost + plan.penalty
    rounding = (len(problem.orders) + 2 * len(stated)) / encoded.cost_scale
    if not math.isclose(cost, due, rel_tol=_RELATIVE, abs_tol=rounding):
        raise EngineError(f"OR-Tools allows the plan but prices it at {cost:,.6f}, not at {due:,.6f}")
    return f"OR-Tools accepts the plan at the same cost, {cost:,.2f} {problem.currency}".rstrip()
