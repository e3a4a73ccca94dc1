"""One rule of a city: who may not use which roads, when, unless he holds a permit. Whether it binds a vehicle's trip.

Which edges of a network it means is found in `gisdata.network.city`; tables of rules are read by `gisdata.cityrules`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gisdata.profiles.hours import read_hours

if TYPE_CHECKING:
    import shapely

    from gisdata.profiles.profile import Profile

BAN, NO_THROUGH = "ban", "no_through"
EFFECTS = ((BAN, BAN), (NO_THROUGH, NO_THROUGH), ("禁行", BAN), ("禁止过境", NO_THROUGH))
"""Words of a table, and the effect each means."""

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, kw_only=True)
class CityRule:
    """A ban, or a ban of through traffic. Empty conditions bind everybody, everywhere named, at all times.

    Parameters
    ----------
    name : str
        For people; why a place cannot be reached is said with it.
    area : shapely geometry, optional
        Polygon in degrees, WGS 84. An edge is inside if more than 10 m of it are, or half of it.
    ways : frozenset of int
        OSM ids of roads.
    roads : frozenset of str
        Names of roads. With an area, only roads named by `ways` or `roads` inside it.
    vehicles : frozenset of str
        Classes: ``motorcar``, ``goods``, ``hgv``, ``hgv_articulated``; a semitrailer is ``hgv`` too.
    min_mass_t : float
        Binds vehicles of this permitted mass or more.
    energies : frozenset of str
        Such as ``diesel``.
    times : str
        Weekdays and clock times as in OpenStreetMap's opening hours. A trip without a time is not bound by them.
    plate : str
        ``odd``, ``even`` or last digits such as ``1;6``; the last digit of the plate decides. A trip without a plate is
        bound.
    permit : str
        Who holds it is not bound.
    effect : str
        ``ban`` or ``no_through``.
    source, date : str
        Where the rule is written, and of which day that is.

    Raises
    ------
    ValueError
        If a part cannot be read.
    """

    name: str
    area: shapely.Geometry | None = None
    ways: frozenset[int] = frozenset()
    roads: frozenset[str] = frozenset()
    vehicles: frozenset[str] = frozenset()
    min_mass_t: float = 0.0
    energies: frozenset[str] = frozenset()
    times: str = ""
    plate: str = ""
    permit: str = ""
    effect: str = BAN
    source: str = ""
    date: str = ""

    def __post_init__(self) -> None:
        for name in ("ways", "roads", "vehicles", "energies"):
            object.__setattr__(self, name, frozenset(getattr(self, name)))
        if self.times and read_hours(self.times) is None:
            raise ValueError(f"city rule {self.name!r}: times must be weekdays and clock times, such as "
                             f"'Mo-Fr 07:00-09:00', got {self.times!r}")
        if self.effect not in (BAN, NO_THROUGH):
            raise ValueError(f"city rule {self.name!r}: effect must be {BAN} or {NO_THROUGH}, got {self.effect!r}")
        if self.plate and plate_digits(self.plate) is None:
            raise ValueError(f"city rule {self.name!r}: plate must be odd, even or digits such as '1;6', "
                             f"got {self.plate!r}")
        if self.area is None and not self.ways and not self.roads:
            raise ValueError(f"city rule {self.name!r}: names no area, no ways and no roads")

    def binds(self, who: Profile) -> bool:
        """Return whether a vehicle is bound on its trip.

        Parameters
        ----------
        who : Profile
            The vehicle, with its trip.

        Returns
        -------
        bool
            Whether every condition holds.
        """
        trip = who.trip
        if self.permit and self.permit in trip.permits:
            return False
        if self.vehicles and not self.vehicles & set(who.access_tags):
            return False
        if who.rated_mass_t < self.min_mass_t or (self.energies and who.energy not in self.energies):
            return False
        return self._in_time(who) and self._with_plate(trip.plate)

    def _in_time(self, who: Profile) -> bool:
        hours = read_hours(self.times) if self.times else None
        return hours is None or (who.trip.timed and hours.hold(who.trip.weekday, who.trip.at_s or 0))

    def _with_plate(self, plate: str) -> bool:
        digits = _DIGIT.findall(plate)
        bound = plate_digits(self.plate) if self.plate else None
        return bound is None or not digits or int(digits[-1]) in bound


def plate_digits(text: str) -> frozenset[int] | None:
    """Return the last digits of the plates that a rule binds.

    Parameters
    ----------
    text : str
        ``odd``, ``even``, or digits separated by ``;`` or ``,``.

    Returns
    -------
    frozenset of int or None
        None if the text is none of these.

    Examples
    --------
    >>> sorted(plate_digits("1;6")), sorted(plate_digits("odd")), plate_digits("red")
    ([1, 6], [1, 3, 5, 7, 9], None)
    """
    named = {"odd": frozenset({1, 3, 5, 7, 9}), "even": frozenset({0, 2, 4, 6, 8})}
    plain = text.strip().lower()
    parts = [part.strip() for part in plain.replace(",", ";").split(";")]
    if plain in named:
        return named[plain]
    return frozenset(map(int, parts)) if all(part.isdecimal() and len(part) == 1 for part in parts) else None
