"""How the functions of the native search are compiled: outer ones are called from Python, inner ones only by them.

Compiling costs seconds once, so inner functions get no entry from Python, and those with one caller are built into it.
Counting references to arrays would take most of a search's time, so it is off; only `allocating` may make arrays.
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call, call-overload"
# ruff: noqa: ANN001, ANN201
# ruff: noqa: FURB136 (compiled, the builtins cost seconds)

from __future__ import annotations

from typing import TYPE_CHECKING

import numba

import gisdata.compiled  # tells who waits
from routing.engines.native.layout import PLACES, STAYS, WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_WITHIN = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def _kept(**options: Any) -> Callable[[Callable[..., Any]], Any]:  # noqa: ANN401 (of Numba)
    """Return a decorator that compiles, and keeps what is compiled if there is a folder to keep it in."""

    def decorate(function: Callable[..., Any]) -> Any:  # noqa: ANN401 (of Numba)
        try:
            return numba.njit(cache=True, nogil=True, **options)(function)
        except RuntimeError:
            return numba.njit(nogil=True, **options)(function)

    return decorate


allocating = gisdata.compiled.kernel
outer = _kept(_nrt=False)
inner = _kept(_nrt=False, **_WITHIN)
merged = _kept(_nrt=False, forceinline=True, **_WITHIN)
once = _kept(_nrt=False, inline="always")


@merged
def larger(one, other):
    """Return the larger of two numbers."""
    return one if one > other else other


@merged
def smaller(one, other):
    """Return the smaller of two numbers."""
    return one if one < other else other


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
