"""VehicleType and Tariff: what a vehicle carries, when it works, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import TYPE_CHECKING

from routing.model.breaks import Break, DrivingRule, break_faults
from routing.model.cargo import CargoSpace
from routing.model.check import (
    LATER,
    kind_faults,
    require,
    settle_amounts,
    settle_counts,
    settle_flags,
    settle_id,
    settle_named_amounts,
    settle_names,
    settle_texts,
)
from routing.model.time import ALWAYS, TimeWindow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from routing.model.order import Order

CARGO = ("cargo_length_m", "cargo_width_m", "cargo_height_m")
SIZES = (*CARGO, "length_m", "width_m", "height_m", "gross_mass_kg")


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a used vehicle costs.

    Parameters
    ----------
    fixed : float
        For each vehicle that leaves the depot.
    per_km : float
        For each kilometre driven.
    per_hour : float
        For each hour from departure to return, driving, waiting and service alike.
    currency : str
        ISO 4217 code, for people.
    per_overtime_hour : float
        For each hour from departure to return beyond `overtime_after_s`, on top of `per_hour`.
    overtime_after_s : float
        After how long overtime begins. Infinite: never.

    Raises
    ------
    ProblemError
        If a rate is negative or not a number.
    """

    fixed: float = 0.0
    per_km: float = 0.0
    per_hour: float = 0.0
    currency: str = ""
    per_overtime_hour: float = field(default=0.0, metadata=LATER)
    overtime_after_s: float = field(default=math.inf, metadata=LATER)

    def __post_init__(self) -> None:
        faults = [*settle_amounts(self, "fixed", "per_km", "per_hour", "per_overtime_hour"),
                  *settle_amounts(self, "overtime_after_s", infinite=True), *settle_texts(self, "currency")]
        if not faults and self.per_overtime_hour and self.overtime_after_s == math.inf:
            faults.append("overtime has a price but never begins; give overtime_after_s")
        require("tariff", self.currency, faults)

    def cost(self, distance_m: int, duration_s: int) -> float:
        """Return the cost of one route.

        Parameters
        ----------
        distance_m, duration_s : int
            Driven, and from departure to return.

        Returns
        -------
        float
            In `currency`.
        """
        regular = self.fixed + self.per_km * distance_m / 1000 + self.per_hour * duration_s / 3600
        return regular + self.per_overtime_hour * self.overtime_s(duration_s) / 3600

    def overtime_s(self, duration_s: float) -> float:
        """Return how long a route is under way beyond the time after which overtime begins.

        Parameters
        ----------
        duration_s : float
            From departure to return.

        Returns
        -------
        float
            Seconds, zero or more.
        """
        return max(0.0, duration_s - self.overtime_after_s)


@dataclass(frozen=True, slots=True)
class VehicleType:
    """Vehicles that are alike: `count` of them, with the same cargo space, shift, tariff and depot.

    Parameters
    ----------
    id : str
        Unique among the types; vehicle 2 of type ``van`` is called ``van#2``.
    count : int
        How many there are.
    payload_kg, volume_m3, pieces : float
        What one carries at most. Infinite: no limit.
    capacity : mapping of str to float
        What one carries in any other named dimension; a dimension not named here has no limit.
    cargo_length_m, cargo_width_m, cargo_height_m : float, optional
        Inside of the cargo space.
    cargo_space : CargoSpace, optional
        The cargo space with doors, axles and compartments, where more is known of it than its inside.
    length_m, width_m, height_m : float, optional
        Outer size, for the roads it may use.
    gross_mass_kg : float, optional
        Mass when fully loaded.
    axles : int, optional
        How many axles.
    years_in_service : float, optional
        Age.
    crew : int
        How many people must ride along, the driver included.
    customs_supervised : bool
        Whether it may carry goods under customs supervision.
    profile : str
        Road profile, such as ``"van"``: which roads, how fast.
    depot : str
        Where it starts, and ends unless told otherwise. Empty: the only depot.
    end_depot : str
        Where it ends. Empty: where it starts.
    returns : bool
        Whether it drives to a depot in the end. If not, its route ends with the last service.
    shift : TimeWindow
        Earliest departure and latest return.
    max_duration_s : float
        Longest time from departure to return.
    max_distance_m : float
        Most that one drives on a route.
    max_stops : int, optional
        Most visits of a route. None: no limit.
    skills : set of str
        What it can do.
    tariff : Tariff
        What it costs; by default one unit of cost per km.
    breaks : tuple of Break
        Breaks that its driver takes, one after the other. One may be taken before departure or after return.
    driving : DrivingRule, optional
        How long its driver may drive without a break. None: as long as there is to drive.
    zones : set of str
        The only zones whose orders it serves. Empty: all.
    backhauls_last : bool
        Whether on a route all deliveries from the depot come before all else: pickups, and orders of shipments.

    Raises
    ------
    ProblemError
        If a number that must be positive is not, the cargo space is of another size than `cargo_length_m` and so on, or
        the breaks contradict the shift or each other.
    """

    id: str
    _: KW_ONLY
    count: int = 1
    payload_kg: float = math.inf
    volume_m3: float = math.inf
    pieces: float = math.inf
    capacity: Mapping[str, float] | tuple[tuple[str, float], ...] = ()
    cargo_length_m: float | None = None
    cargo_width_m: float | None = None
    cargo_height_m: float | None = None
    cargo_space: CargoSpace | None = None
    length_m: float | None = None
    width_m: float | None = None
    height_m: float | None = None
    gross_mass_kg: float | None = None
    axles: int | None = None
    years_in_service: float | None = None
    crew: int = 1
    customs_supervised: bool = False
    profile: str = "van"
    depot: str = ""
    end_depot: str = ""
    returns: bool = True
    shift: TimeWindow = ALWAYS
    max_duration_s: float = math.inf
    max_distance_m: float = math.inf
    max_stops: int | None = None
    skills: frozenset[str] = frozenset()
    tariff: Tariff = Tariff(per_km=1.0)
    breaks: tuple[Break, ...] = field(default=(), metadata=LATER)
    driving: DrivingRule | None = field(default=None, metadata=LATER)
    zones: frozenset[str] = field(default=frozenset(), metadata=LATER)
    backhauls_last: bool = field(default=False, metadata=LATER)

    def __post_init__(self) -> None:
        known = [name for name in SIZES if getattr(self, name) is not None]
        faults = [
            *settle_id(self),
            *settle_counts(self, "count"),
            *settle_amounts(self, "payload_kg", "volume_m3", "pieces", "max_duration_s", "max_distance_m",
                            infinite=True, positive=True),
            *settle_named_amounts(self, "capacity", infinite=True),
            *settle_amounts(self, *known, positive=True),
            *(settle_counts(self, "axles", positive=True) if self.axles is not None else ()),
            *(settle_amounts(self, "years_in_service") if self.years_in_service is not None else ()),
            *settle_counts(self, "crew", positive=True),
            *(settle_counts(self, "max_stops", positive=True) if self.max_stops is not None else ()),
            *settle_flags(self, "customs_supervised", "returns", "backhauls_last"),
            *settle_texts(self, "profile", "depot", "end_depot"),
            *(kind_faults(self, shift=TimeWindow, tariff=Tariff) or self._settle_breaks()),
            *settle_names(self, "skills", "cold"),
            *settle_names(self, "zones", "east"),
        ]
        if self.end_depot and not self.returns:
            faults.append(f"it returns nowhere, so it cannot end at depot {self.end_depot!r}; leave out one of the two")
        if self.cargo_space is not None:
            faults += kind_faults(self, cargo_space=CargoSpace) or self._size_faults(self.cargo_space)
        require("vehicle type", self.id, faults)

    def _settle_breaks(self) -> list[str]:
        """Put the breaks in order of their windows and return what is wrong with them."""
        given = tuple(self.breaks) if isinstance(self.breaks, Iterable) else (self.breaks,)
        wrong = [pause for pause in given if not isinstance(pause, Break)]
        if wrong:
            return [f"breaks must be a list of Break, got {wrong[0]!r}"]
        if not isinstance(self.driving, DrivingRule | None):
            return [f"driving must be a DrivingRule, got {self.driving!r}"]
        object.__setattr__(self, "breaks", tuple(sorted(given, key=lambda pause: (pause.window, pause.duration_s))))
        return break_faults(self.breaks, self.shift)

    def may_serve(self, order: Order) -> bool:
        """Return whether an order is one for vehicles of this type, its load, skills and window left aside.

        Parameters
        ----------
        order : Order
            Any.

        Returns
        -------
        bool
            False if the order names other types only, or lies in a zone that is none of theirs.
        """
        named = not order.vehicle_types or self.id in order.vehicle_types
        return named and (not order.zone or not self.zones or order.zone in self.zones)

    @property
    def space(self) -> CargoSpace | None:
        """What it is loaded into, with no more payload than it has; None if its inside is not known."""
        space = self.cargo_space
        if space is None:
            length_m, width_m, height_m = self.cargo_length_m, self.cargo_width_m, self.cargo_height_m
            if length_m is None or width_m is None or height_m is None:
                return None
            space = CargoSpace(self.id, length_m=length_m, width_m=width_m, height_m=height_m)
        return replace(space, payload_kg=min(space.payload_kg, self.payload_kg))

    def _size_faults(self, space: CargoSpace) -> list[str]:
        inside = {name: getattr(space, name.removeprefix("cargo_")) for name in CARGO}
        return [f"{name} is {getattr(self, name):g}, that of its cargo space is {inside[name]:g}" for name in CARGO
                if getattr(self, name) not in (None, inside[name])]

    @property
    def capacities(self) -> dict[str, float]:
        """What one carries at most, by dimension; dimensions without a limit left out."""
        built_in = {"weight_kg": self.payload_kg, "volume_m3": self.volume_m3, "pieces": self.pieces}
        return {name: limit for name, limit in {**built_in, **dict(self.capacity)}.items() if math.isfinite(limit)}
