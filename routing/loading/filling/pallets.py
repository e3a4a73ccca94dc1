"""Cartons on pallets: each loaded pallet is a load unit itself, to be filled into vehicles and containers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from routing.errors import ProblemError
from routing.loading.filling.fill import USUAL_OF_MANY, Filling, LeftOver, fill
from routing.model import CargoSpace, Door, Limit, LoadingRules, LoadPlan, LoadUnit


@dataclass(frozen=True, slots=True)
class Palletized:
    """Loaded pallets.

    Parameters
    ----------
    units : tuple of LoadUnit
        Each pallet with what is on it, as one piece: as high and heavy as it is, with an id such as ``"EUR#3"``.
    loads : tuple of LoadPlan
        What is on each, in the order of `units`; heights count from the deck.
    left : tuple of LeftOver
        What is on none, with the reason.
    """

    units: tuple[LoadUnit, ...]
    loads: tuple[LoadPlan, ...]
    left: tuple[LeftOver, ...] = ()


def fill_pallets(units: Sequence[LoadUnit], pallet: LoadUnit, height_m: float, *, payload_kg: float = 1000.0,
                 rules: LoadingRules | None = None, limit: Limit | None = None) -> Palletized:
    """Return goods on as few pallets as are found. Goods of different class or temperature are on pallets of their own.

    Parameters
    ----------
    units : sequence of LoadUnit
        The goods.
    pallet : LoadUnit
        An empty one: size and mass, and whether a loaded one may be stacked on, turned, and carries what.
    height_m : float
        Of a loaded one at most, deck included.
    payload_kg : float
        Most that one carries.
    rules : LoadingRules, optional
        As for `fill`.
    limit : Limit, optional
        As for `fill`, for each class of goods.

    Returns
    -------
    Palletized
        To hand on: ``fill(space, palletized.units)``.

    Raises
    ------
    ProblemError
        If no room is left above the deck, or something is wrong with the goods.

    Examples
    --------
    >>> euro = LoadUnit("EUR", length_m=1.2, width_m=0.8, height_m=0.144, weight_kg=25)
    >>> cartons = LoadUnit("A", length_m=0.4, width_m=0.4, height_m=0.3, weight_kg=9, count=30)
    >>> [unit.height_m for unit in fill_pallets([cartons], euro, 1.7, limit=Limit(iterations=20)).units]
    [1.644]
    """
    if not height_m > pallet.height_m:
        raise ProblemError(f"fill_pallets: height_m must be more than the {pallet.height_m:g} m of pallet "
                           f"{pallet.id!r}, got {height_m:g}")
    groups: dict[tuple[str, str, str], list[LoadUnit]] = {}
    for unit in units:
        groups.setdefault((unit.goods, unit.hazard, unit.temperature), []).append(unit)
    found: list[LoadUnit] = []
    loads: list[LoadPlan] = []
    left: list[LeftOver] = []
    for group in groups.values():
        deck = CargoSpace(pallet.id, length_m=pallet.length_m, width_m=pallet.width_m,
                          height_m=height_m - pallet.height_m, payload_kg=payload_kg, doors=(Door("top"),),
                          temperature=group[0].temperature)
        filling: Filling = fill([deck], group, rules=rules, limit=limit or USUAL_OF_MANY)
        left += filling.left
        for load in filling.loads:
            name = f"{pallet.id}#{len(found) + 1}"
            found.append(_as_unit(name, pallet, load, group))
            loads.append(replace(load, vehicle=name))
    return Palletized(tuple(found), tuple(loads), tuple(left))


def _as_unit(name: str, pallet: LoadUnit, load: LoadPlan, goods: Sequence[LoadUnit]) -> LoadUnit:
    """Return a loaded pallet as one piece."""
    known = {unit.id: unit for unit in goods}
    aboard = [known[p.unit] for p in load.placements]
    high_mm = max(p.z_mm + p.height_mm for p in load.placements)
    return replace(pallet, id=name, height_m=pallet.height_m + high_mm / 1000, count=1,
                   weight_kg=pallet.weight_kg + sum(unit.weight_kg for unit in aboard),
                   fragile=any(unit.fragile for unit in aboard), goods=aboard[0].goods, hazard=aboard[0].hazard,
                   temperature=aboard[0].temperature)
