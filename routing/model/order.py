"""Order: what must be delivered or picked up. Where its pieces stand is not known here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING

from routing.model.check import (
    LATER,
    kind_faults,
    require,
    settle_amounts,
    settle_counts,
    settle_id,
    settle_named_amounts,
    settle_named_counts,
    settle_names,
    settle_place,
    settle_texts,
)
from routing.model.load_unit import LoadUnit
from routing.model.time import ALWAYS, TimeWindow, common_windows

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = ("delivery", "pickup")


@dataclass(frozen=True, slots=True)
class Order:
    """Goods to deliver to one place, or to pick up there.

    Parameters
    ----------
    id : str
        Unique among the orders; text, so ``00123`` stays ``00123``.
    lon, lat : float
        Where, degrees, WGS 84.
    kind : {"delivery", "pickup"}
        Whether it is on board from the start of the route and unloaded here, or loaded here and on board to the end of
        the route. Of an order that a `Shipment` names, the other end is at the shipment's other order instead.
    weight_kg, volume_m3, pieces : float
        What it loads, in the three built-in dimensions.
    demand : mapping of str to float
        What it loads in any other named dimension, such as ``{"pallets": 2}``.
    window : TimeWindow
        When service may begin; where there are `windows`, from the first to the last of them.
    service_s : int
        How long service takes.
    service_by_type : mapping of str to int
        How long it takes with vehicles of some types, by their ids, where that is another time.
    skills : set of str
        What the vehicle must have.
    vehicle_types : set of str
        Ids of the only vehicle types that may serve it. Empty: any may.
    penalty : float, optional
        Cost of leaving it unserved, in the currency of the tariffs. None: it must be served if at all possible.
    units : tuple of LoadUnit
        Its pieces, where their sizes are known.
    name, address : str
        For people.
    windows : tuple of TimeWindow
        Several windows, in one of which service must begin; cut to `window`, joined where they touch, and empty where
        that leaves one. Empty: there is only `window`.
    goods : set of str
        Kinds of goods that `Problem.apart` may keep from others, such as ``{"food"}`` or ``{"hazard 6.1"}``.
    zone : str
        Zone that it lies in. Empty: every vehicle goes there.

    Raises
    ------
    ProblemError
        With all that is wrong: an amount that is negative or no number, a position that is impossible, and so on.
    """

    id: str
    _: KW_ONLY
    lon: float
    lat: float
    kind: str = "delivery"
    weight_kg: float = 0.0
    volume_m3: float = 0.0
    pieces: float = 0.0
    demand: Mapping[str, float] | tuple[tuple[str, float], ...] = ()
    window: TimeWindow = ALWAYS
    service_s: int = 0
    service_by_type: Mapping[str, int] | tuple[tuple[str, int], ...] = ()
    skills: frozenset[str] = frozenset()
    vehicle_types: frozenset[str] = frozenset()
    penalty: float | None = None
    units: tuple[LoadUnit, ...] = ()
    name: str = ""
    address: str = ""
    windows: tuple[TimeWindow, ...] = field(default=(), metadata=LATER)
    goods: frozenset[str] = field(default=frozenset(), metadata=LATER)
    zone: str = field(default="", metadata=LATER)

    def __post_init__(self) -> None:
        faults = [
            *settle_id(self),
            *settle_place(self),
            *settle_amounts(self, "weight_kg", "volume_m3", "pieces"),
            *settle_named_amounts(self, "demand"),
            *(kind_faults(self, window=TimeWindow) or self._settle_windows()),
            *settle_counts(self, "service_s"),
            *settle_named_counts(self, "service_by_type"),
            *settle_names(self, "skills", "cold"),
            *settle_names(self, "vehicle_types", "van"),
            *settle_names(self, "goods", "food"),
            *(settle_amounts(self, "penalty") if self.penalty is not None else ()),
            *self._settle_units(),
            *([f"kind must be one of {', '.join(KINDS)}, got {self.kind!r}"] if self.kind not in KINDS else []),
            *settle_texts(self, "name", "address", "zone"),
        ]
        require("order", self.id, faults)

    @property
    def load(self) -> dict[str, float]:
        """What it loads, by dimension; zeros left out."""
        load = {"weight_kg": self.weight_kg, "volume_m3": self.volume_m3, "pieces": self.pieces, **dict(self.demand)}
        return {name: amount for name, amount in load.items() if amount}

    @property
    def openings(self) -> tuple[TimeWindow, ...]:
        """When service may begin: `windows`, or the one there is."""
        return self.windows or (self.window,)

    def service_with(self, vehicle_type: str) -> int:
        """Return how long service takes with a vehicle of a type.

        Parameters
        ----------
        vehicle_type : str
            Id of the type.

        Returns
        -------
        int
            Seconds.
        """
        return dict(self.service_by_type).get(vehicle_type, self.service_s) if self.service_by_type else self.service_s

    def _settle_windows(self) -> list[str]:
        if isinstance(self.windows, TimeWindow) or not isinstance(self.windows, Iterable):
            return [f"windows must be a list of TimeWindow, got {self.windows!r}"]
        given = tuple(self.windows)
        wrong = [window for window in given if not isinstance(window, TimeWindow)]
        if wrong:
            return [f"windows must be a list of TimeWindow, got {wrong[0]!r} in it"]
        if given:
            windows = common_windows(given, (self.window,))
            if not windows:
                return [f"none of its windows {', '.join(map(str, given[:5]))} lies within its window {self.window}"]
            object.__setattr__(self, "window", TimeWindow(windows[0].begin_s, windows[-1].end_s))
            object.__setattr__(self, "windows", windows if len(windows) > 1 else ())
        return []

    def _settle_units(self) -> list[str]:
        try:
            units = tuple(self.units)
        except TypeError:
            return [f"units must be load units, got {self.units!r}"]
        wrong = [unit for unit in units if not isinstance(unit, LoadUnit)]
        if wrong:
            return [f"units must be load units, got {wrong[0]!r}"]
        repeated = sorted(i for i, times in Counter(unit.id for unit in units).items() if times > 1)
        if repeated:
            return [f"ids of units are repeated: {', '.join(map(repr, repeated[:5]))}"]
        object.__setattr__(self, "units", units)
        return []
