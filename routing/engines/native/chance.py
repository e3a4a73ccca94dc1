"""Random numbers of the native search: xorshift64*, the same on every machine. Not for secrets.

References
----------
Vigna (2016), "An experimental exploration of Marsaglia's xorshift generators, scrambled", ACM Transactions on
Mathematical Software 42(4), 30.
"""

# mypy: disable-error-code="misc, no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201

from __future__ import annotations

import numpy as np

from routing.engines.native.compiled import inner
from routing.engines.native.layout import CHANCE

_TWELVE, _TWENTY_FIVE, _TWENTY_SEVEN, _ELEVEN = (np.uint64(bits) for bits in (12, 25, 27, 11))
_FACTOR = np.uint64(2685821657736338717)
_UNIT = 2.0**-53


@inner
def unit(tally):
    """Return a number in [0, 1)."""
    state = np.uint64(tally[CHANCE])
    state ^= state >> _TWELVE
    state ^= state << _TWENTY_FIVE
    state ^= state >> _TWENTY_SEVEN
    tally[CHANCE] = np.int64(state)
    return np.int64((state * _FACTOR) >> _ELEVEN) * _UNIT


@inner
def below(tally, end):
    """Return a whole number in [0, end)."""
    return np.int64(unit(tally) * end)


def seeded(seed: int) -> int:
    """Return a state that differs for every seed.

    Parameters
    ----------
    seed : int
        Any.

    Returns
    -------
    int
        64 bits, never zero.
    """
    mixed = (seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) % 2**64
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) % 2**64
    mixed = (mixed ^ (mixed >> 31)) or 1
    return mixed - 2**64 if mixed >= 2**63 else mixed
