"""How one class of vehicle uses roads: its size, its speeds by road class, and which tags open or close a road to it.

Reads no file. Sizes are metres, masses tonnes, speeds km/h, times seconds; a size of 0 is bound by no limit.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from gisdata.clock import parse_clock
from gisdata.profiles.trip import WEEKDAYS, Trip

if TYPE_CHECKING:
    from gisdata.hourly import HourlySpeeds
    from gisdata.profiles.cityrule import CityRule

SIZES = ("height_m", "width_m", "length_m", "mass_t", "rated_mass_t", "axle_load_t", "bogie_load_t")
TURN_TIMES = ("turn_s", "u_turn_s", "signal_s")
CHOICES = ("hazmat", "turns", "u_turns", "left_hand")
"""Figures that are true or false."""
_MOST = 1000.0


@dataclass(frozen=True, kw_only=True)
class Profile:
    """How one class of vehicle uses roads. Two profiles with the same figures are equal.

    Take a profile that ships with the package and change what differs:
    ``dataclasses.replace(gisdata.load_profile("truck"), height_m=4.2)``. A text such as ``"truck height_m=4.2"`` means
    the same wherever a profile is asked for, so that a table of vehicles or a plan file can name it.

    Parameters
    ----------
    name : str
        Such as ``truck``.
    speeds_kmh : mapping of str to float
        By value of the tag ``highway``; a class that is not listed is closed.
    cap_kmh : float
        The vehicle is never faster.
    access_tags : tuple of str
        Most specific first; the first one that a road has decides.
    closed_values, destination_values : frozenset of str
        Values of an access tag that close a road, and those that let the vehicle only begin or end there.
    meaning : str
        What vehicle is meant.
    blocking_barriers : frozenset of str
        Values of ``barrier`` that nothing on wheels passes, unless an access tag on the barrier says otherwise.
    limit_tags : tuple of str
        Tags with a speed limit; the lowest counts.
    limit_share : float
        Part of a signed limit that is driven on average.
    caps_kmh : mapping of str to float
        Most speed on a surface, by tag and value: ``surface=gravel``.
    height_m, width_m, length_m : float
        Outer size, load and mirrors included.
    mass_t, rated_mass_t : float
        As it is driven, loaded; and the most it may weigh by its papers.
    axle_load_t, bogie_load_t : float
        Of the heaviest axle, and of the heaviest group of neighbouring axles.
    axles : int
        How many, those of a trailer included.
    hazmat : bool
        Whether it carries dangerous goods under a placard.
    energy : str
        ``petrol``, ``diesel``, ``gas``, ``hybrid``, ``electric`` or ``hydrogen``; city rules may ask for it.
    turn_s, turn_bias, u_turn_s, signal_s : float
        Time of the sharpest turn at a junction, how much dearer turns across the oncoming lane are, and what a U-turn
        and a traffic signal add. Only ways with turns use them.
    turns : bool
        Whether ways obey turn restrictions, and turns take time.
    u_turns : bool
        Whether, with turns, it may turn round at every junction; else only where there is no other way on.
    left_hand : bool
        Whether traffic drives on the left.
    trip : Trip
        When it drives, and under which rules of a city; by default at no stated time.
    sources : mapping of str to str
        Where the figures come from: road classes, sizes, ``access``, ``limit``, ``cap``, ``closed``, ``barriers``, ...

    Raises
    ------
    ValueError
        If a figure is impossible; all are named.
    """

    name: str
    speeds_kmh: Mapping[str, float]
    cap_kmh: float
    access_tags: tuple[str, ...]
    closed_values: frozenset[str]
    destination_values: frozenset[str] = frozenset()
    meaning: str = ""
    blocking_barriers: frozenset[str] = frozenset()
    limit_tags: tuple[str, ...] = ("maxspeed",)
    limit_share: float = 1.0
    caps_kmh: Mapping[str, float] = field(default_factory=dict)
    height_m: float = 0.0
    width_m: float = 0.0
    length_m: float = 0.0
    mass_t: float = 0.0
    rated_mass_t: float = 0.0
    axle_load_t: float = 0.0
    bogie_load_t: float = 0.0
    axles: int = 0
    hazmat: bool = False
    energy: str = ""
    turn_s: float = 0.0
    turn_bias: float = 1.0
    u_turn_s: float = 0.0
    signal_s: float = 0.0
    turns: bool = False
    u_turns: bool = False
    left_hand: bool = False
    trip: Trip = field(default_factory=Trip)
    sources: Mapping[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        faults = [*self._speed_faults(), *self._size_faults()]
        if faults:
            raise ValueError(f"profile {self.name!r}: {'; '.join(faults)}")

    def __hash__(self) -> int:
        """Return a hash of the figures."""
        return hash((self.name, tuple(sorted(self.speeds_kmh.items())), self.cap_kmh, self.access_tags, self.trip,
                     self.axles, *(getattr(self, name) for name in (*SIZES, *CHOICES))))

    @property
    def vehicle_class(self) -> str:
        """The most specific access tag: ``motorcar``, ``goods``, ``hgv`` or ``hgv_articulated``."""
        return self.access_tags[0] if self.access_tags else ""

    @property
    def at_no_time(self) -> Profile:
        """The same vehicle without hour and city rules: where it would stop at all."""
        return self if self.trip == Trip() else replace(self, trip=Trip())

    def on_trip(
        self, *, weekday: str = "", at: str | int | None = None, rules: Iterable[CityRule] = (), plate: str = "",
        permits: Iterable[str] = (), speeds: HourlySpeeds | None = None, date: str | dt.date | None = None,
    ) -> Profile:
        """Return the same vehicle on a trip; what is not given stays as it is.

        Parameters
        ----------
        weekday : str
            ``Mo`` to ``Su``.
        at : str or int, optional
            Clock time of departure, ``08:30`` or seconds from midnight.
        rules : iterable of CityRule
            As from `gisdata.read_city_rules`.
        plate : str
            Number plate.
        permits : iterable of str
            Permits it holds, by the names in the rules.
        speeds : HourlySpeeds, optional
            As from `gisdata.read_hourly_speeds`.
        date : str or datetime.date, optional
            Of departure, ``2026-11-27``, for what holds in certain months only; with a clock time, its weekday counts.

        Returns
        -------
        Profile
            Its trip is changed, its name is not.
        """
        changes: dict[str, Any] = {"weekday": weekday, "rules": tuple(rules), "plate": plate,
                                   "permits": frozenset(permits)}
        changes = {name: value for name, value in changes.items() if value}
        if speeds is not None:
            changes["speeds"] = speeds
        if at is not None:
            changes["at_s"] = parse_clock(at)
        day = dt.date.fromisoformat(date) if isinstance(date, str) else date or self.trip.date
        if day is not None:
            timed = at is not None or self.trip.timed
            changes |= {"date": day} | ({"weekday": WEEKDAYS[day.weekday()]} if timed and not weekday else {})
        return replace(self, trip=replace(self.trip, **changes))

    def _speed_faults(self) -> list[str]:
        wrong = {what: speed for what, speed in (*self.speeds_kmh.items(), *self.caps_kmh.items())
                 if not 0 < speed < _MOST}
        if wrong or not self.cap_kmh > 0 or not 0 < self.limit_share <= 1.5:
            return [f"speeds, cap and share must be positive; got {wrong or 'good speeds'}, cap_kmh={self.cap_kmh}, "
                    f"limit_share={self.limit_share}"]
        return []

    def _size_faults(self) -> list[str]:
        wrong = [f"{name}={getattr(self, name)!r}" for name in (*SIZES, *TURN_TIMES)
                 if not _is_number(getattr(self, name)) or not 0 <= getattr(self, name) < _MOST]
        wrong += [] if isinstance(self.axles, int) and 0 <= self.axles < _MOST else [f"axles={self.axles!r}"]
        wrong += [] if _is_number(self.turn_bias) and 0.1 <= self.turn_bias <= 10 else [f"turn_bias={self.turn_bias!r}"]
        wrong += [f"{name}={getattr(self, name)!r}" for name in CHOICES if not isinstance(getattr(self, name), bool)]
        wrong += [] if isinstance(self.trip, Trip) else [f"trip={self.trip!r}"]
        return [f"sizes, masses and times must be numbers from 0 to {_MOST:.0f}, axles whole, choices true or false; "
                f"got {', '.join(wrong)}"] if wrong else []


FIELDS = frozenset(each.name for each in fields(Profile))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
