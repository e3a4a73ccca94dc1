"""Figures in words, for messages and details: amounts, money, spans of time, lists, distances from the road."""

from __future__ import annotations

from collections.abc import Iterable

SHOWN = 3
UNITS = {"weight_kg": "kg", "volume_m3": "m3"}
_FAR_M = 50_000.0


def listed(words: Iterable[str]) -> str:
    """Return the first few words, and a count of the rest.

    Examples
    --------
    >>> listed(["cold", "crane"]), listed("abcde")
    ('cold and crane', 'a, b, c and 2 more')
    """
    every = list(words)
    shown = every[:SHOWN] + [f"{len(every) - SHOWN} more"] * (len(every) > SHOWN)
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part)


def amount(value: float, dimension: str) -> str:
    """Return an amount of a load dimension with its unit.

    Examples
    --------
    >>> amount(1800.5, "weight_kg"), amount(2, "pallets")
    ('1,800.5 kg', '2 pallets')
    """
    text = f"{value:,.3f}" if value < 1e15 else f"{value:.6g}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {UNITS.get(dimension, dimension)}"


def money(value: float, currency: str) -> str:
    """Return a sum of money.

    Examples
    --------
    >>> money(1214.3, "EUR"), money(2, "")
    ('1,214.30 EUR', '2.00')
    """
    return f"{value:,.2f} {currency}".rstrip()


def span(seconds: float) -> str:
    """Return a span of time.

    Examples
    --------
    >>> span(18720), span(40), span(0)
    ('5 h 12 min', '40 s', '0 s')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (rest, "s"))
    return " ".join(f"{count:,} {unit}" for count, unit in parts if count) or "0 s"


def off_road(gap_m: float, profile: str) -> str:
    """Return how far a place is from the road, and what is probably wrong with it.

    Examples
    --------
    >>> off_road(1240, "van")
    '1,240 m from the nearest road for van'
    >>> off_road(5_549_100, "van")
    '5,549 km from the nearest road for van; are lon and lat swapped, or the roads those of another place?'
    """
    gap = f"{gap_m:,.0f} m" if gap_m < 10_000 else f"{gap_m / 1000:,.0f} km"
    hint = "; are lon and lat swapped, or the roads those of another place?" if gap_m > _FAR_M else ""
    return f"{gap} from the nearest road for {profile}{hint}"
