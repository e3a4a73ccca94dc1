"""Checks that the nouns share: finite, not negative, named."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from routing.errors import ProblemError


def require(noun: str, identifier: object, faults: Iterable[str]) -> None:
    """Raise one error that lists every fault of a noun.

    Parameters
    ----------
    noun : str
        What it is, such as ``"order"``.
    identifier : object
        Its id.
    faults : iterable of str
        What is wrong; empty when all is well.

    Raises
    ------
    ProblemError
        If there is any fault.
    """
    listed = list(faults)
    if listed:
        raise ProblemError(f"{noun} {identifier!r}: " + "; ".join(listed))


def id_faults(identifier: object) -> list[str]:
    """Return what is wrong with an id: it must be text that is not blank."""
    if isinstance(identifier, str) and identifier.strip():
        return []
    return ["id must be text that is not empty (ids such as 00123 stay text)"]


def amount_faults(noun: Any, *names: str, infinite: bool = False) -> list[str]:
    """Return what is wrong with amounts: each must be a number, not NaN and not negative.

    Parameters
    ----------
    noun : object
        Holder of the attributes.
    *names : str
        Attributes to look at.
    infinite : bool
        Whether infinity (no limit) is allowed.

    Returns
    -------
    list of str
        One sentence a fault.
    """
    return [f"{name} {fault}" for name in names if (fault := _amount_fault(getattr(noun, name), infinite=infinite))]


def place_faults(lon: float, lat: float) -> list[str]:
    """Return what is wrong with a position in degrees, WGS 84."""
    if not (isinstance(lon, int | float) and isinstance(lat, int | float)):
        return [f"lon and lat must be numbers in degrees, got {lon!r}, {lat!r}"]
    faults = []
    if not -180 <= lon <= 180:
        faults.append(f"lon must lie in [-180, 180], got {lon!r}")
    if not -90 <= lat <= 90:
        faults.append(f"lat must lie in [-90, 90], got {lat!r}; are lon and lat swapped?")
    return faults


def frozen_amounts(noun: str, identifier: str, amounts: Mapping[str, float] | Iterable[tuple[str, float]],
                   *, infinite: bool = False) -> tuple[tuple[str, float], ...]:
    """Return named amounts as sorted pairs, so that the noun can be hashed.

    Parameters
    ----------
    noun, identifier : str
        For the message.
    amounts : mapping or iterable of pairs
        Amount by name.
    infinite : bool
        Whether infinity is allowed.

    Returns
    -------
    tuple of (str, float)
        Sorted by name.

    Raises
    ------
    ProblemError
        If an amount is negative or not a number, or a name is one of the built-in dimensions.
    """
    pairs = dict(amounts)
    faults = [f"{name!r} {fault}" for name, amount in pairs.items() if (fault := _amount_fault(amount, infinite=infinite))]
    faults += [f"{name!r} has a field of its own; do not repeat it here" for name in pairs if name in BUILT_IN_DIMENSIONS]
    require(noun, identifier, faults)
    return tuple(sorted((name, float(amount)) for name, amount in pairs.items()))


BUILT_IN_DIMENSIONS = ("weight_kg", "volume_m3", "pieces")


def _amount_fault(amount: object, *, infinite: bool) -> str:
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        return f"must be a number, got {amount!r}"
    if math.isnan(amount) or amount < 0 or (math.isinf(amount) and not infinite):
        return f"must be {'zero or more' if infinite else 'finite and zero or more'}, got {amount!r}"
    return ""
