"""What is done with every piece of a load, in words: loading steps, picking list, unloading list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routing.export.labels import Language, label
from routing.model import LoadUnit, Order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routing.model import LoadPlan, Placement

MOST_BELOW = 2


class Step(NamedTuple):
    """One piece and what is done with it.

    Parameters
    ----------
    number : int
        Counted from 1, in loading order.
    stop : int
        Which stop its order is, from 1; 0 if it belongs to none.
    placement : Placement
        Where it stands.
    unit : LoadUnit
        What it is.
    words : str
        Where it goes, for whoever loads it.
    """

    number: int
    stop: int
    placement: Placement
    unit: LoadUnit
    words: str

    @property
    def piece(self) -> str:
        """Its name on paper."""
        return f"{self.placement.unit}-{self.placement.number}"


def load_steps(load: LoadPlan, goods: Sequence[Order] | Sequence[LoadUnit], language: Language) -> list[Step]:
    """Return the steps of loading.

    Parameters
    ----------
    load : LoadPlan
        Where everything stands.
    goods : sequence of Order or of LoadUnit
        Its orders, or load units without orders.
    language : {"zh", "en"}
        Of the words.

    Returns
    -------
    list of Step
        In the order of the load.
    """
    units = {(thing.id, unit.id): unit for thing in goods if isinstance(thing, Order) for unit in thing.units}
    units |= {("", thing.id): thing for thing in goods if isinstance(thing, LoadUnit)}
    at = {order: number for number, order in enumerate(load.stops, start=1)}
    low = np.array([p.corner_mm for p in load.placements]).reshape(-1, 3)
    high = low + np.array([p.size_mm for p in load.placements]).reshape(-1, 3)
    steps: list[Step] = []
    for number, placement in enumerate(load.placements, start=1):
        unit = units[placement.order, placement.unit]
        below = [steps[row].piece if steps[row].placement.order == placement.order
                 else f"{steps[row].placement.order}/{steps[row].piece}" for row in _below(low, high, number - 1)]
        words = _words(load, placement, unit, below, language)
        steps.append(Step(number, at.get(placement.order, 0), placement, unit, words))
    return steps


def picking_list(steps: Sequence[Step]) -> list[Step]:
    """Return steps in the order in which goods are picked: last stop first, within a stop as they are loaded."""
    return sorted(steps, key=lambda step: (-step.stop, step.number))


def unloading_list(steps: Sequence[Step]) -> list[Step]:
    """Return steps in the order in which goods come off: stop by stop, within a stop last in, first out."""
    return sorted(steps, key=lambda step: (step.stop, -step.number))


def _below(low: NDArray[np.int64], high: NDArray[np.int64], k: int) -> list[int]:
    """Return the rows before row k that piece k stands on."""
    shared = np.minimum(high[:k, :2], high[k, :2]) - np.maximum(low[:k, :2], low[k, :2])
    found: list[int] = np.flatnonzero((shared > 0).all(axis=1) & (high[:k, 2] == low[k, 2])).tolist()
    return found


def _words(load: LoadPlan, placement: Placement, unit: LoadUnit, below: Sequence[str], language: Language) -> str:
    """Return where a piece goes: compartment, distance from the front, side, on what, and how it lies."""
    room = next((room for room in load.space.rooms if room.id == placement.compartment), load.space.rooms[0])
    middle = (placement.y_mm + placement.width_mm / 2) / 1000 - room.y_m
    side = ("left side", "middle", "right side")[min(2, int(3 * middle / room.width_m))]
    parts = [placement.compartment] if placement.compartment else []
    parts.append(label("from the front", language, f"{placement.x_mm / 1000:.2f}"))
    parts.append(label(side, language))
    if below:
        named = "、".join(below[:MOST_BELOW]) if language == "zh" else ", ".join(below[:MOST_BELOW])
        parts.append(label("on piece", language, named))
    else:
        parts.append(label("on the floor", language))
    length, width, height = unit.size_mm
    if placement.height_mm != height:
        parts.append(label("tipped", language))
    elif (placement.length_mm, placement.width_mm) != (length, width):
        parts.append(label("turned", language))
    return ("，" if language == "zh" else ", ").join(parts)
