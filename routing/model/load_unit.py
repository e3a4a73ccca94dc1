"""LoadUnit: a pallet or box, and how it may stand. Where it stands is not known here."""

from __future__ import annotations

import math
from dataclasses import KW_ONLY, dataclass

from gisdata.goods import GOODS, HAZARDS, TEMPERATURES, VERTICAL
from routing.model.cargo import up_mm
from routing.model.check import require, settle_amounts, settle_counts, settle_flags, settle_id, settle_names


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
        Whether anything may stand on it.
    upright : bool
        Whether `height_m` must stay vertical (this side up).
    never_vertical : set of str
        Which of ``"length"``, ``"width"`` and ``"height"`` must not be vertical, of a piece that need not stay upright.
    turnable : bool
        Whether it may stand across the vehicle; else its length lies along the vehicle.
    floor_only : bool
        Whether it must stand on the floor.
    fragile : bool
        Whether only fragile goods may stand on it.
    max_top_load_kg : float
        Most mass that may rest on it, that of pieces further up included.
    goods : str
        Kind of goods, one of `routing.loading.GOODS`.
    hazard : str
        Class of dangerous goods, one of `routing.loading.HAZARDS`.
    temperature : str
        Class that it must be carried at, one of `routing.loading.TEMPERATURES`.

    Raises
    ------
    ProblemError
        If a size or count is not positive, a class is unknown, or flags contradict each other.
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
    never_vertical: frozenset[str] = frozenset()
    turnable: bool = True
    floor_only: bool = False
    fragile: bool = False
    max_top_load_kg: float = math.inf
    goods: str = ""
    hazard: str = ""
    temperature: str = ""

    def __post_init__(self) -> None:
        faults = [
            *settle_id(self),
            *settle_amounts(self, "length_m", "width_m", "height_m", positive=True),
            *settle_amounts(self, "weight_kg"),
            *settle_amounts(self, "max_top_load_kg", infinite=True),
            *settle_counts(self, "count", positive=True),
            *settle_flags(self, "stackable", "upright", "turnable", "floor_only", "fragile"),
            *settle_names(self, "never_vertical", "length"),
        ]
        for name, known in (("goods", GOODS), ("hazard", HAZARDS), ("temperature", TEMPERATURES)):
            if getattr(self, name) not in known:
                words = ", ".join(repr(word) for word in known if word)
                faults.append(f"{name} {getattr(self, name)!r} is unknown; there are: {words}")
        require("load unit", self.id, faults or self._contradictions())

    @property
    def volume_m3(self) -> float:
        """Volume of all `count` of them."""
        return self.length_m * self.width_m * self.height_m * self.count

    @property
    def size_mm(self) -> tuple[int, int, int]:
        """Length, width and height in whole millimetres, rounded up."""
        return up_mm(self.length_m), up_mm(self.width_m), up_mm(self.height_m)

    @property
    def orientations_mm(self) -> tuple[tuple[int, int, int], ...]:
        """Sizes along, across and up the vehicle that it may take, each once; first as it is given."""
        length, width, height = self.size_mm
        ways = [(length, width, height)]
        if self.turnable:
            ways.append((width, length, height))
        if not self.upright:
            ways = [] if "height" in self.never_vertical else ways
            ways += [(length, height, width), (height, length, width)] * ("width" not in self.never_vertical)
            ways += [(width, height, length), (height, width, length)] * ("length" not in self.never_vertical)
        return tuple(dict.fromkeys(ways))

    def _contradictions(self) -> list[str]:
        faults = []
        unknown = sorted(self.never_vertical - set(VERTICAL))
        if unknown:
            faults.append(f"never_vertical knows length, width and height, got {', '.join(map(repr, unknown))}")
        if self.upright and "height" in self.never_vertical:
            faults.append("upright says that the height stays vertical, never_vertical that it never is")
        if self.never_vertical >= set(VERTICAL):
            faults.append("never_vertical leaves no side that may be vertical")
        if not self.turnable and not self.upright:
            faults.append("a piece that must lie lengthwise (turnable no) must stay upright too")
        if not self.stackable and 0 < self.max_top_load_kg < math.inf:
            faults.append(f"nothing may stand on it, yet max_top_load_kg is {self.max_top_load_kg:g}")
        return faults
