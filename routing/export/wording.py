"""Figures and codes of a plan in words for people, so that maps, driver files and tables say them alike.

Nothing is written here. Takes metres and seconds; says kilometres, hours and clock times.
"""

from __future__ import annotations

from collections.abc import Mapping

from gisdata.clock import END_OF_TIME_S
from routing.model import Order, TimeWindow
from routing.words import amount

REASONS = {
    "no_road": "no road leads there",
    "too_big": "too big for every vehicle",
    "skill": "no vehicle has the skill",
    "closed_window": "no vehicle can be there in its time window",
    "shift_too_short": "every shift is too short",
    "too_far": "too far for every vehicle",
    "no_vehicle": "no vehicle can serve it",
    "not_worth_it": "its penalty costs less than serving it",
    "not_found": "no room was found for it",
}
_UNITS = {"weight_kg": "kg", "volume_m3": "m³"}


def km_text(distance_m: float) -> str:
    """Return kilometres with one decimal, such as ``1,234.5 km``."""
    return f"{distance_m / 1000:,.1f} km"


def duration_text(duration_s: float) -> str:
    """Return a duration in hours and minutes, such as ``1 h 05 min``, ``25 min`` or ``40 s``."""
    seconds = round(duration_s)
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours:
        return f"{hours:,} h {minutes:02d} min"
    return f"{minutes} min" if seconds >= 60 or not seconds else f"{seconds} s"


def load_text(load: Mapping[str, float]) -> str:
    """Return a load such as ``60 kg, 1.5 m³, 2 pallets``; ``nothing`` when all is zero."""
    parts = [amount(value, _UNITS.get(name, name)).replace(" ", "\N{NO-BREAK SPACE}", 1)
             for name, value in load.items() if round(value, 3)]
    return ", ".join(parts) or "nothing"


def window_text(window: TimeWindow) -> str:
    """Return a time window such as ``08:00-09:00``, ``from 08:00`` or ``until 09:00``; empty when always open."""
    begin, end = str(window).split("-")
    if window.begin_s == 0:
        return "" if window.end_s == END_OF_TIME_S else f"until {end}"
    return f"{begin}-{end}" if end else f"from {begin}"


def windows_text(order: Order) -> str:
    """Return when service of an order may begin, its windows separated by commas; empty when always."""
    return ", ".join(filter(None, map(window_text, order.openings)))


def order_text(order: Order) -> str:
    """Return the id of an order and, where it has one, its name."""
    return f"{order.id} · {order.name}" if order.name and order.name != order.id else order.id


def reason_text(reason: str, detail: str = "") -> str:
    """Return why an order is not served: the code in words and the figures behind it."""
    words = REASONS.get(reason, reason)
    return f"{words}: {detail}" if detail else words
