"""Small functions that parts of the native search share. How they are compiled is told in `gisdata.compiled`."""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201

from __future__ import annotations

import numpy as np

from gisdata.compiled import inner, larger, merged, once, outer, smaller
from routing.engines.native.layout import PLACES, STAYS, WIDTH

__all__ = ["CHANGED_ONLY", "WHOLE", "inner", "larger", "leg", "may_serve", "merged", "once", "outer", "smaller", "stay"]

WHOLE, CHANGED_ONLY = np.int64(1), np.int64(0)
"""How far to renew a route; typed, so that each kernel is compiled once."""


@merged
def leg(day, profile, x, y):
    """Return where the numbers of a leg between two places stand in the travel table."""
    places = day.rule[PLACES]
    return ((profile * places + x) * places + y) * day.rule[WIDTH]


@merged
def stay(day, k, c):
    """Return the seconds that a vehicle of type k stays at order c."""
    return day.order[c, day.rule[STAYS] + 2 * k]


@merged
def may_serve(day, k, c):
    """Return whether a vehicle of type k may serve order c."""
    return day.order[c, day.rule[STAYS] + 2 * k + 1] != 0
