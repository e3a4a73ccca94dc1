"""LoadPlan: where every piece stands in one cargo space. How that was found or checked is not known here.

Whole millimetres; x from the front wall towards the rear, y from the left wall, z from the floor, as in `cargo`.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any

from routing.model.cargo import CargoSpace
from routing.model.check import kind_faults, require, settle_amounts, settle_flags, settle_texts, settle_times

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class LoadingRules:
    """What a load must obey besides what its goods and its space say.

    Parameters
    ----------
    support : float
        Least share of a piece's base that lies on the floor or on other pieces, 0 to 1.
    removal : bool
        Whether every piece must come off at its stop in a straight line, and go in so, with nothing of another stop in
        its way or on top of it.
    apart : tuple of (str, str)
        Kinds or classes of goods that must not be in one compartment, besides those that the regulations name; see
        `routing.loading.must_part`.

    Raises
    ------
    ProblemError
        If support is no share, or apart no pairs of texts.
    """

    _: KW_ONLY
    support: float = 0.75
    removal: bool = True
    apart: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        faults = [*settle_amounts(self, "support"), *settle_flags(self, "removal")]
        if not faults and self.support > 1:
            faults.append(f"support must be a share from 0 to 1, got {self.support:g}")
        try:
            pairs = sorted({tuple(sorted((str(one), str(other)))) for one, other in self.apart})
        except (TypeError, ValueError):
            faults.append(f"apart must be pairs of kinds of goods, got {self.apart!r}")
        else:
            object.__setattr__(self, "apart", tuple(pairs))
        require("loading rules", "", faults)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one piece stands.

    Parameters
    ----------
    order : str
        Id of its order; empty where goods belong to none.
    unit : str
        Id of its load unit.
    number : int
        Which of the alike ones, counted from 1.
    x_mm, y_mm, z_mm : int
        Its corner at the front, left and below.
    length_mm, width_mm, height_mm : int
        Its size as it stands: along the vehicle, across it, and up.
    compartment : str
        Id of the compartment; empty in a space that is not divided.
    """

    order: str
    unit: str
    number: int
    _: KW_ONLY
    x_mm: int
    y_mm: int
    z_mm: int
    length_mm: int
    width_mm: int
    height_mm: int
    compartment: str = ""

    def __post_init__(self) -> None:
        settle_texts(self, "order", "unit", "compartment")
        settle_times(self, "number", "x_mm", "y_mm", "z_mm", "length_mm", "width_mm", "height_mm")

    @property
    def piece(self) -> tuple[str, str, int]:
        """Its order, load unit and number, which name the piece."""
        return self.order, self.unit, self.number

    @property
    def corner_mm(self) -> tuple[int, int, int]:
        """Its corner at the front, left and below."""
        return self.x_mm, self.y_mm, self.z_mm

    @property
    def size_mm(self) -> tuple[int, int, int]:
        """Its size along, across and up."""
        return self.length_mm, self.width_mm, self.height_mm


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """A loaded cargo space. A claim: `routing.loading.check_load` judges it.

    Parameters
    ----------
    space : CargoSpace
        What is loaded.
    placements : tuple of Placement
        In the order in which the pieces go in.
    stops : tuple of str
        Ids of the orders in the order they are visited; empty where goods belong to no order.
    rules : LoadingRules
        What it says it obeys.
    vehicle : str
        Such as ``van#2``; empty if it is none.

    Raises
    ------
    ProblemError
        If something is not of its kind.
    """

    space: CargoSpace
    placements: tuple[Placement, ...]
    _: KW_ONLY
    stops: tuple[str, ...] = ()
    rules: LoadingRules = LoadingRules()
    vehicle: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "placements", tuple(self.placements))
        object.__setattr__(self, "stops", tuple(self.stops))
        faults = [*kind_faults(self, space=CargoSpace, rules=LoadingRules), *settle_texts(self, "vehicle")]
        faults += [f"placements must hold Placement only, got {item!r}" for item in self.placements
                   if not isinstance(item, Placement)]
        faults += [f"stops must be ids of orders, got {item!r}" for item in self.stops if not isinstance(item, str)]
        require("load plan", self.vehicle, faults)

    @property
    def fill(self) -> float:
        """Share of the space's volume that the pieces take, 0 to 1."""
        taken_mm3 = sum(p.length_mm * p.width_mm * p.height_mm for p in self.placements)
        return taken_mm3 / (self.space.volume_m3 * 1e9)

    @property
    def used_length_m(self) -> float:
        """Loading metres: from the front wall to the rearmost piece."""
        return max((p.x_mm + p.length_mm for p in self.placements), default=0) / 1000

    def to_frame(self) -> pd.DataFrame:
        """Return the placements as a table, in loading order.

        Returns
        -------
        DataFrame
            One row a piece: ``step``, ``stop`` (from 1; 0 for goods of no order), then the fields of `Placement`.
        """
        import pandas as pd

        at = {order: number for number, order in enumerate(self.stops, start=1)}
        names = ["order", "unit", "number", "x_mm", "y_mm", "z_mm", "length_mm", "width_mm", "height_mm", "compartment"]
        rows: list[list[Any]] = [[step, at.get(p.order, 0), *(getattr(p, name) for name in names)]
                                 for step, p in enumerate(self.placements, start=1)]
        return pd.DataFrame(rows, columns=["step", "stop", *names])
