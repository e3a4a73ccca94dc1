"""Check a plan against its problem, without trusting the engine that made it.

Imports no engine. Distances are metres, durations and clock times are seconds from midnight of the plan day.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from routing.loading.judge_plan import load_violations
from routing.model import Problem
from routing.plan import Plan
from routing.rules import RULES, Violation
from routing.rules.reading import read_once
from routing.rules.words import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence

SHOWN_VIOLATIONS = 20


def check(plan: Plan) -> list[Violation]:
    """Return everything in a plan that its problem does not allow; an empty list means that the plan is correct.

    Every time, load, distance, cost and reason is computed anew from the problem; nothing the plan states is believed.
    However broken a plan is, it is judged: what cannot be read is a violation of the rule ``form``.

    Parameters
    ----------
    plan : Plan
        To judge; who made it does not matter.

    Returns
    -------
    list of Violation
        Rule by rule in the order of `routing.rules.RULES`, and in the order of the plan within a rule; then what is
        wrong with the loads, if the plan has any.

    Raises
    ------
    TypeError
        If it is no plan at all, such as the path of a plan file.
    """
    if not isinstance(plan, Plan) or not isinstance(plan.problem, Problem):
        raise TypeError(f"check takes a Plan that holds its Problem, got {type(plan).__name__}; "
                        "read a plan file with routing.load_plan first")
    with read_once(plan):
        return [violation for rule in RULES for violation in rule.violations(plan)] + load_violations(plan)


def describe_violations(violations: Sequence[Violation], shown: int = SHOWN_VIOLATIONS) -> str:
    """Return the violations in words: how many of each rule, then the first ones, one a line.

    Parameters
    ----------
    violations : sequence of Violation
        As from `check`.
    shown : int
        How many to spell out.

    Returns
    -------
    str
        One line if there is none.

    Examples
    --------
    >>> describe_violations([])
    'no violations'
    """
    if not violations:
        return "no violations"
    rules = Counter(violation.rule for violation in violations)
    lines = [f"{count_of(len(violations), 'violation')}: " + ", ".join(f"{n} {rule}" for rule, n in rules.items())]
    lines += [f"  {violation}" for violation in violations[:shown]]
    if len(violations) > shown:
        lines.append(f"  ... and {len(violations) - shown} more")
    return "\n".join(lines)


def violations_frame(violations: Sequence[Violation]) -> pd.DataFrame:
    """Return the violations as a table, for notebooks and exports.

    Parameters
    ----------
    violations : sequence of Violation
        As from `check`.

    Returns
    -------
    pandas.DataFrame
        One row a violation; columns ``rule``, ``route``, ``visit``, ``order``, ``amount``, ``unit``, ``message``, also
        when there is none.
    """
    columns = [field.name for field in dataclasses.fields(Violation)]
    frame = pd.DataFrame([dataclasses.astuple(violation) for violation in violations], columns=columns)
    return frame.astype({"amount": "float64"})
