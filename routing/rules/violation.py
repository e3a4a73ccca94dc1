"""Violation: one thing in a plan that its problem does not allow. How it was found is told by the rule it names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule broken in one place.

    Parameters
    ----------
    rule : str
        Name of the rule, such as ``"time_window"``.
    route : str
        Vehicle of the route, such as ``"van#1"``. Empty: it is about the plan as a whole.
    visit : str
        Id of the order whose visit breaks the rule. Empty: it is about no single visit.
    order : str
        Id of the order concerned, visited or not. Empty: none.
    amount : float
        By how much, never negative: seconds late, kilograms too many, or a count.
    unit : str
        What `amount` counts: ``s``, ``m``, ``kg``, ``m3``, a currency, or a plural such as ``orders``.
    message : str
        The whole fact in plain words, with ids, clock times and figures.

    Examples
    --------
    >>> print(Violation("skills", "van#1", "B", "B", 1, "skills", "vehicle 'van#1' lacks 'cold' for order 'B'"))
    skills: vehicle 'van#1' lacks 'cold' for order 'B'
    """

    rule: str
    route: str = ""
    visit: str = ""
    order: str = ""
    amount: float = 0
    unit: str = ""
    message: str = ""

    def __str__(self) -> str:
        """Return one line: the rule and the fact."""
        return f"{self.rule}: {self.message}"
