"""CargoSpace: the inside of a vehicle or container, with doors, compartments and axles. How it is filled is not known.

Loading counts in whole millimetres: goods round up, spaces round down. x runs from the inside of the front wall towards
the rear door, y from the left wall to the right one (seen facing forward), z from the floor up.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import KW_ONLY, dataclass

from gisdata.goods import TEMPERATURES
from routing.model.check import require, settle_amounts, settle_id, settle_texts

SIDES = ("rear", "left", "right", "top")


def up_mm(length_m: float) -> int:
    """Return a length of goods in whole millimetres, rounded up; a thousandth of a millimetre is not counted."""
    return math.ceil(length_m * 1000 - 0.001)


def down_mm(length_m: float) -> int:
    """Return a length of a space in whole millimetres, rounded down; a thousandth of a millimetre is not counted."""
    return math.floor(length_m * 1000 + 0.001)


@dataclass(frozen=True, slots=True)
class Door:
    """An opening in a side of a compartment, through which goods go in and out in a straight line.

    Parameters
    ----------
    side : {"rear", "left", "right", "top"}
        Where it is; ``"top"`` for a space that is loaded from above.
    width_m : float, optional
        Across the floor of a rear door; along the vehicle of another. None: the whole side.
    height_m : float, optional
        Of the opening; across the vehicle of one at the top. None: the whole side.
    offset_m : float
        Where it begins: from the left wall for a rear door, from the front wall for another.

    Raises
    ------
    ProblemError
        If the side is unknown, or a size is not positive.
    """

    side: str = "rear"
    _: KW_ONLY
    width_m: float | None = None
    height_m: float | None = None
    offset_m: float = 0.0

    def __post_init__(self) -> None:
        known = [name for name in ("width_m", "height_m") if getattr(self, name) is not None]
        faults = [*settle_amounts(self, *known, positive=True), *settle_amounts(self, "offset_m")]
        faults += [f"side must be one of {', '.join(SIDES)}, got {self.side!r}"] * (self.side not in SIDES)
        require("door", self.side, faults)


REAR = Door("rear")


@dataclass(frozen=True, slots=True)
class Axle:
    """One of the two points that carry a vehicle: an axle, a group of axles, or the kingpin of a semi-trailer.

    Parameters
    ----------
    name : str
        For people, such as ``"front axle"``.
    position_m : float
        Of its middle from the inside of the front wall, towards the rear; negative ahead of that wall.
    max_kg : float
        Most that it may carry.
    tare_kg : float
        What it carries when the vehicle is empty.
    min_kg : float
        Least that it must carry, so that a steered axle steers.

    Raises
    ------
    ProblemError
        If a mass is negative, or what it must carry is more than what it may.
    """

    name: str
    _: KW_ONLY
    position_m: float
    max_kg: float = math.inf
    tare_kg: float = 0.0
    min_kg: float = 0.0

    def __post_init__(self) -> None:
        faults = [*settle_texts(self, "name"), *settle_amounts(self, "position_m", negative=True),
                  *settle_amounts(self, "max_kg", positive=True, infinite=True),
                  *settle_amounts(self, "tare_kg", "min_kg")]
        if not faults and max(self.min_kg, self.tare_kg) > self.max_kg:
            faults.append(f"max_kg {self.max_kg:g} is less than what it carries at least")
        require("axle", self.name, faults)


@dataclass(frozen=True, slots=True)
class Compartment:
    """A part of a cargo space that is closed but for its own doors: a chamber, or one of two decks.

    Parameters
    ----------
    id : str
        Unique within its cargo space.
    length_m, width_m, height_m : float
        Inside.
    x_m, y_m, z_m : float
        Where its corner at the front, left and below lies in the cargo space.
    doors : tuple of Door
        Its own.
    payload_kg : float
        Most that it carries.
    temperature : str
        Class that it is held at, one of `routing.loading.TEMPERATURES`.

    Raises
    ------
    ProblemError
        With all that is wrong: a size that is not positive, a door that does not fit its side, and so on.
    """

    id: str
    _: KW_ONLY
    length_m: float
    width_m: float
    height_m: float
    x_m: float = 0.0
    y_m: float = 0.0
    z_m: float = 0.0
    doors: tuple[Door, ...] = (REAR,)
    payload_kg: float = math.inf
    temperature: str = ""

    def __post_init__(self) -> None:
        faults = [*settle_texts(self, "id"), *_space_faults(self), *settle_amounts(self, "x_m", "y_m", "z_m")]
        require("compartment", self.id, faults)

    @property
    def corner_mm(self) -> tuple[int, int, int]:
        """Its corner at the front, left and below."""
        return up_mm(self.x_m), up_mm(self.y_m), up_mm(self.z_m)

    @property
    def size_mm(self) -> tuple[int, int, int]:
        """Inside length, width and height."""
        return down_mm(self.length_m), down_mm(self.width_m), down_mm(self.height_m)


@dataclass(frozen=True, slots=True)
class CargoSpace:
    """The inside of a vehicle or container.

    Parameters
    ----------
    id : str
        Such as ``"40HC"``.
    length_m, width_m, height_m : float
        Inside.
    payload_kg : float
        Most that it carries. Infinite: no limit.
    doors : tuple of Door
        Through which goods go in and out; those of its compartments instead if it has any.
    temperature : str
        Class that it is held at, one of `routing.loading.TEMPERATURES`.
    axles : tuple of Axle
        The two points that carry it, the front one first; or none, if they are not known.
    compartments : tuple of Compartment
        If it is divided. Goods then stand in them only.

    Raises
    ------
    ProblemError
        With all that is wrong: a size that is not positive, compartments that overlap or stick out, one axle or more
        than two, whose loads no lever rule gives.
    """

    id: str
    _: KW_ONLY
    length_m: float
    width_m: float
    height_m: float
    payload_kg: float = math.inf
    doors: tuple[Door, ...] = (REAR,)
    temperature: str = ""
    axles: tuple[Axle, ...] = ()
    compartments: tuple[Compartment, ...] = ()

    def __post_init__(self) -> None:
        faults = [*settle_id(self), *_space_faults(self), *_settle_tuple(self, "axles", Axle),
                  *_settle_tuple(self, "compartments", Compartment)]
        if not faults:
            faults = [*self._axle_faults(), *self._compartment_faults()]
        require("cargo space", self.id, faults)

    @property
    def size_mm(self) -> tuple[int, int, int]:
        """Inside length, width and height."""
        return down_mm(self.length_m), down_mm(self.width_m), down_mm(self.height_m)

    @property
    def volume_m3(self) -> float:
        """Inside volume, that of the compartments if it has any."""
        return math.fsum(room.length_m * room.width_m * room.height_m for room in self.rooms)

    @property
    def rooms(self) -> tuple[Compartment, ...]:
        """Its compartments; the whole space as one, without a name, if it is not divided."""
        whole = Compartment("", length_m=self.length_m, width_m=self.width_m, height_m=self.height_m, doors=self.doors,
                            payload_kg=self.payload_kg, temperature=self.temperature)
        return self.compartments or (whole,)

    def _axle_faults(self) -> list[str]:
        if len(self.axles) not in (0, 2):
            return [f"name two axles (or groups of axles) or none, got {len(self.axles)}; the loads of others do not "
                    "follow from where the goods stand"]
        if self.axles and self.axles[0].position_m >= self.axles[1].position_m:
            return ["the first axle must lie ahead of the second"]
        return []

    def _compartment_faults(self) -> list[str]:
        faults = []
        ids = [room.id for room in self.compartments]
        if len(set(ids)) < len(ids) or "" in ids:
            faults.append("every compartment needs an id of its own")
        faults += [f"compartment {room.id!r} sticks out of it" for room in self.compartments if any(
            at + long > whole for at, long, whole in zip(room.corner_mm, room.size_mm, self.size_mm, strict=True))]
        faults += [f"compartments {one.id!r} and {other.id!r} overlap"
                   for one, other in itertools.combinations(self.compartments, 2) if _overlap(one, other)]
        return faults


def _overlap(one: Compartment, other: Compartment) -> bool:
    return all(a < b + m and b < a + n for a, n, b, m in
               zip(one.corner_mm, one.size_mm, other.corner_mm, other.size_mm, strict=True))


def _space_faults(space: Compartment | CargoSpace) -> list[str]:
    """Settle what compartments and spaces share; return what is wrong with it."""
    faults = [*settle_amounts(space, "length_m", "width_m", "height_m", positive=True),
              *settle_amounts(space, "payload_kg", positive=True, infinite=True), *_settle_tuple(space, "doors", Door)]
    if space.temperature not in TEMPERATURES:
        faults.append(f"temperature must be one of {', '.join(map(repr, TEMPERATURES))}, got {space.temperature!r}")
    return faults or _door_faults(space)


def _door_faults(space: Compartment | CargoSpace) -> list[str]:
    """Return which doors are wider or higher than the side that they are in."""
    if not space.doors:
        return ["doors must name one at least; without a door nothing goes in"]
    faults = []
    for door in space.doors:
        along = space.width_m if door.side == "rear" else space.length_m
        upward = space.width_m if door.side == "top" else space.height_m
        if door.offset_m + (door.width_m or 0.0) > along or (door.height_m or 0.0) > upward or door.offset_m >= along:
            faults.append(f"the {door.side} door is larger than its side of {along:g} m by {upward:g} m")
    return faults


def _settle_tuple(noun: object, name: str, kind: type) -> list[str]:
    """Make a field a tuple and return what in it is not of its kind."""
    given = getattr(noun, name)
    if isinstance(given, str | kind) or not hasattr(given, "__iter__"):
        return [f"{name} must be a list of {kind.__name__}, got {given!r}"]
    object.__setattr__(noun, name, tuple(given))
    return [f"{name} must hold {kind.__name__} only, got {item!r}" for item in getattr(noun, name)
            if not isinstance(item, kind)]
