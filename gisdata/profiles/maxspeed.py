"""Read the speed limits that mappers write.

Only plain tags; limits that hold at certain hours are not applied. What cannot be read is no limit, never a guess.
"""

from __future__ import annotations

import re
from functools import cache

from gisdata.profiles import rules

_UNITS_KMH = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": 1.609344, "knots": 1.852}
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z/]*)")
_ZONE = re.compile(r"(?:[a-z]{2}:)?zone:?(\d+)")
_COUNTRY = re.compile(r"[a-z]{2}:")


@cache
def limit_kmh(text: str) -> float | None:
    """Return the speed limit that a ``maxspeed`` text means.

    Numbers are km/h unless ``mph`` or ``knots`` follows. Of several, joined with ``;``, the lowest counts. ``none``,
    ``walk``, and country defaults such as ``DE:urban`` have their figures in ``rules.toml``; ``DE:zone30`` is 30.

    Parameters
    ----------
    text : str
        Value of the tag.

    Returns
    -------
    float or None
        km/h, or None if any part of the text cannot be read or no vehicle could mean it (0, -20, 999); the class speed
        is used then.

    Examples
    --------
    >>> limit_kmh("50"), limit_kmh("30 mph"), limit_kmh("70;50"), limit_kmh("DE:zone:30"), limit_kmh("fixme")
    (50.0, 48.28032, 50.0, 30.0, None)
    """
    limits = [_one_limit(part.strip().lower()) for part in text.split(";") if part.strip()]
    known = [limit for limit in limits if limit is not None]
    return min(known) if known and len(known) == len(limits) else None


def _one_limit(text: str) -> float | None:
    """Return the limit of a text without a list in it."""
    named, allowed = rules()["limits_kmh"], rules()["limit_range_kmh"]
    number, zone = _NUMBER.fullmatch(text), _ZONE.fullmatch(text)
    plain = _COUNTRY.sub("", text, count=1)
    if plain in named and plain != "source":
        return float(named[plain])
    if zone:
        limit = float(zone.group(1))
    elif number and number.group(2) in _UNITS_KMH:
        limit = float(number.group(1)) * _UNITS_KMH[number.group(2)]
    else:
        return None
    return limit if allowed["lowest"] <= limit <= allowed["highest"] else None
