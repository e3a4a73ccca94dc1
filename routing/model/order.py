"""Order and LoadUnit: what must be delivered, and the pieces it consists of. Where a piece stands is not known here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass

from routing.model.check import amount_faults, frozen_amounts, id_faults, place_faults, require
from routing.model.time import ALWAYS, TimeWindow


@dataclass(frozen=True, slots=True)
class LoadUnit:
    """Pallets or boxes that are alike: `count` of them.

    Parameters
    ----------
    id : str
        Unique within its order.
    length_m, width_m, height_m : float
        Outer size.
    weight_kg : float
        Mass of one.
    count : int
        How many.
    stackable : bool
        Whether something may stand on it.
    upright : bool
        Whether `height_m` must stay vertical.

    Raises
    ------
    ProblemError
        If a size or count is not positive.
    """

    id: str
    _: KW_ONLY
    length_m: float
    width_m: float
    height_m: float
    weight_kg: float = 0.0
    count: int = 1
    stackable: bool = True
    upright: bool = True

    def __post_init__(self) -> None:
        faults = [*id_faults(self.id), *amount_faults(self, "length_m", "width_m", "height_m", "weight_kg", "count")]
        if not faults:
            faults = [f"{name} must be more than zero" for name in ("length_m", "width_m", "height_m", "count")
                      if getattr(self, name) == 0]
        require("load unit", self.id, faults)

    @property
    def volume_m3(self) -> float:
        """Volume of all `count` of them."""
        return self.length_m * self.width_m * self.height_m * self.count


@dataclass(frozen=True, slots=True)
class Order:
    """Goods to deliver to one place.

    Parameters
    ----------
    id : str
        Unique among the orders; text, so ``00123`` stays ``00123``.
    lon, lat : float
        Where to, degrees, WGS 84.
    weight_kg, volume_m3, pieces : float
        What it loads, in the three built-in dimensions.
    demand : mapping of str to float
        What it loads in any other named dimension, such as ``{"pallets": 2}``.
    window : TimeWindow
        When service may begin.
    service_s : int
        How long service takes.
    skills : set of str
        What the vehicle must have.
    penalty : float, optional
        Cost of leaving it unserved, in the currency of the tariffs. None: it must be served if at all possible.
    units : tuple of LoadUnit
        Its pieces, where their sizes are known.
    name, address : str
        For people.

    Raises
    ------
    ProblemError
        If an amount is negative or not a number, or the position is impossible.
    """

    id: str
    _: KW_ONLY
    lon: float
    lat: float
    weight_kg: float = 0.0
    volume_m3: float = 0.0
    pieces: float = 0
    demand: Mapping[str, float] | tuple[tuple[str, float], ...] = ()
    window: TimeWindow = ALWAYS
    service_s: int = 0
    skills: frozenset[str] = frozenset()
    penalty: float | None = None
    units: tuple[LoadUnit, ...] = ()
    name: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        faults = [*id_faults(self.id), *place_faults(self.lon, self.lat),
                  *amount_faults(self, "weight_kg", "volume_m3", "pieces", "service_s")]
        if self.penalty is not None:
            faults += amount_faults(self, "penalty")
        if not isinstance(self.service_s, int):
            faults.append(f"service_s must be whole seconds, got {self.service_s!r}")
        require("order", self.id, faults)
        object.__setattr__(self, "demand", frozen_amounts("order", self.id, self.demand))
        object.__setattr__(self, "skills", frozenset(self.skills))
        object.__setattr__(self, "units", tuple(self.units))

    @property
    def load(self) -> dict[str, float]:
        """What it loads, by dimension; zeros left out."""
        load = {"weight_kg": self.weight_kg, "volume_m3": self.volume_m3, "pieces": self.pieces, **dict(self.demand)}
        return {name: float(amount) for name, amount in load.items() if amount}
