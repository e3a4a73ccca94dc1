"""When a vehicle drives, and under which rules of a city. What that means for a road is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from gisdata.hourly import HourlySpeeds
    from gisdata.profiles.cityrule import CityRule

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY_S = 86_400


@dataclass(frozen=True, kw_only=True)
class Trip:
    """When a vehicle drives, and under which rules.

    Without a time or a date, what holds at certain hours or in certain months is left out of account, and reported.

    Parameters
    ----------
    weekday : str
        ``Mo`` to ``Su``, as OpenStreetMap writes them; empty: not stated.
    at_s : int, optional
        Clock time of departure in seconds from midnight; None: not stated.
    date : datetime.date, optional
        Day of departure, for what holds in certain months only; None: not stated.
    rules : tuple of CityRule
        Bans of a city, as from `gisdata.read_city_rules`.
    plate : str
        Number plate, for rules by its last digit; empty: not stated, and every such rule binds.
    permits : frozenset of str
        Permits it holds, by the names in the rules.
    speeds : HourlySpeeds, optional
        Speeds by the hour, as from `gisdata.read_hourly_speeds`.

    Raises
    ------
    ValueError
        If only one of weekday and time is stated, one is impossible, or the date is another weekday.
    """

    weekday: str = ""
    at_s: int | None = None
    date: dt.date | None = None
    rules: tuple[CityRule, ...] = ()
    plate: str = ""
    permits: frozenset[str] = frozenset()
    speeds: HourlySpeeds | None = None

    def __post_init__(self) -> None:
        if bool(self.weekday) != (self.at_s is not None):
            raise ValueError("a trip states both weekday and at_s, or neither")
        if self.weekday and self.weekday not in WEEKDAYS:
            raise ValueError(f"weekday must be one of {', '.join(WEEKDAYS)}, got {self.weekday!r}")
        if self.at_s is not None and (isinstance(self.at_s, bool) or not 0 <= self.at_s < _DAY_S):
            raise ValueError(f"at_s must be seconds from midnight, 0 to {_DAY_S - 1}, got {self.at_s!r}")
        if self.date is not None and self.weekday and self.weekday != WEEKDAYS[self.date.weekday()]:
            raise ValueError(f"{self.date} is a {WEEKDAYS[self.date.weekday()]}, not a {self.weekday}")
        object.__setattr__(self, "rules", tuple(self.rules))
        object.__setattr__(self, "permits", frozenset(self.permits))

    @property
    def timed(self) -> bool:
        """Whether weekday and clock time are stated."""
        return self.at_s is not None
