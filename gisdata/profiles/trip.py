"""When a vehicle drives. What that means for a road is decided where its tags are read."""

from __future__ import annotations

from dataclasses import dataclass

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY_S = 86_400


@dataclass(frozen=True, kw_only=True)
class Trip:
    """When a vehicle drives. Without a time, what holds at certain hours only is left out of account, and reported.

    Parameters
    ----------
    weekday : str
        ``Mo`` to ``Su``, as OpenStreetMap writes them; empty: not stated.
    at_s : int, optional
        Clock time of departure in seconds from midnight; None: not stated.

    Raises
    ------
    ValueError
        If only one of the two is stated, or one is impossible.
    """

    weekday: str = ""
    at_s: int | None = None

    def __post_init__(self) -> None:
        if bool(self.weekday) != (self.at_s is not None):
            raise ValueError("a trip states both weekday and at_s, or neither")
        if self.weekday and self.weekday not in WEEKDAYS:
            raise ValueError(f"weekday must be one of {', '.join(WEEKDAYS)}, got {self.weekday!r}")
        if self.at_s is not None and (isinstance(self.at_s, bool) or not 0 <= self.at_s < _DAY_S):
            raise ValueError(f"at_s must be seconds from midnight, 0 to {_DAY_S - 1}, got {self.at_s!r}")

    @property
    def timed(self) -> bool:
        """Whether weekday and clock time are stated."""
        return self.at_s is not None
