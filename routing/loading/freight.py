"""Kinds of road freight: full truckload, less-than-truckload, container; pickup rounds; drop and hook of boxes.

Kilograms, cubic metres; clock times are seconds from midnight of the plan day.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from typing import TYPE_CHECKING

from gisdata.codes import check_container
from routing.errors import ProblemError
from routing.model import CargoSpace, Order, TimeWindow, VehicleType
from routing.model.check import require, settle_counts, settle_texts

if TYPE_CHECKING:
    import pandas as pd

FULL_TRUCKLOAD, LESS_THAN_TRUCKLOAD, CONTAINER = "full truckload", "less-than-truckload", "container"
KINDS = {FULL_TRUCKLOAD: "整车", LESS_THAN_TRUCKLOAD: "零担", CONTAINER: "集装箱"}
"""Kinds of freight, with the words of Chinese carriers."""

THRESHOLD_KG = 3000.0
"""Above it a consignment is a full truckload; one of exactly 3 t is still less-than-truckload."""

NEAR = 0.05
"""Consignments within this share of the threshold are marked, for the rule is read both ways there."""

FULL = 0.8
"""Share of a truck's volume or length from which goods fill it: nothing worth a stop fits beside them."""


@dataclass(frozen=True, slots=True)
class Freight:
    """How a consignment is carried.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    reason : str
        One sentence.
    near_threshold : bool
        Whether its weight is within 5 % of the threshold.
    """

    kind: str
    reason: str
    near_threshold: bool = False


def classify(order: Order, truck: CargoSpace, *, threshold_kg: float = THRESHOLD_KG, containers: Iterable[str] = (),
             ) -> Freight:
    """Return how a consignment is carried: by what it is in, its weight, its volume and its shape, in this order.

    Parameters
    ----------
    order : Order
        The consignment.
    truck : CargoSpace
        The usual truck of the carrier's rounds.
    threshold_kg : float
        Above it, it is a full truckload.
    containers : iterable of str
        Ids of the orders that travel in a container.

    Returns
    -------
    Freight
        Its kind and why.

    Raises
    ------
    ProblemError
        If the threshold is not positive.

    Examples
    --------
    >>> from routing.loading import cargo_space
    >>> classify(Order("A", lon=0, lat=0, weight_kg=3000), cargo_space("9.6 m")).kind
    'less-than-truckload'
    """
    if not threshold_kg > 0:
        raise ProblemError(f"threshold_kg must be positive, got {threshold_kg!r}")
    weight_kg = order.weight_kg or math.fsum(unit.weight_kg * unit.count for unit in order.units)
    volume_m3 = order.volume_m3 or math.fsum(unit.volume_m3 for unit in order.units)
    near = abs(weight_kg - threshold_kg) <= NEAR * threshold_kg
    if order.id in set(containers):
        return Freight(CONTAINER, "it travels in a container", near)
    if weight_kg > threshold_kg:
        return Freight(FULL_TRUCKLOAD, f"{weight_kg:,.6g} kg are more than {threshold_kg:,.6g} kg", near)
    if volume_m3 >= FULL * truck.volume_m3:
        return Freight(FULL_TRUCKLOAD, f"{volume_m3:,.4g} m3 fill {volume_m3 / truck.volume_m3:.0%} of a truck", near)
    longest_m = max((_least_length_m(unit.orientations_mm, truck) for unit in order.units), default=0.0)
    if longest_m >= FULL * truck.length_m:
        return Freight(FULL_TRUCKLOAD, "a piece is larger than the truck" if math.isinf(longest_m) else
                       f"a piece takes {longest_m:g} m of the {truck.length_m:g} m of a truck", near)
    return Freight(LESS_THAN_TRUCKLOAD, f"{weight_kg:,.6g} kg and {volume_m3:,.4g} m3 leave room for others", near)


def _least_length_m(ways: Sequence[tuple[int, int, int]], truck: CargoSpace) -> float:
    """Return the least length of a truck that a piece takes; infinite if it does not go in."""
    length, width, height = truck.size_mm
    return min((way[0] / 1000 for way in ways if way[0] <= length and way[1] <= width and way[2] <= height),
               default=math.inf)


def pickup_round(orders: Iterable[Order], fleet: Iterable[VehicleType],
                 cut_off_s: int) -> tuple[list[Order], list[VehicleType]]:
    """Return orders and fleet of a round that brings lots to a hub before its line-haul departs.

    Parameters
    ----------
    orders : iterable of Order
        The lots, wherever they are to go afterwards.
    fleet : iterable of VehicleType
        What collects them; all return to the hub.
    cut_off_s : int
        When the last vehicle must be back, so that goods are handled before the departure.

    Returns
    -------
    list of Order
        The same as pickups.
    list of VehicleType
        The same, back by the cut-off; for `build_problem`.

    Raises
    ------
    ProblemError
        If a vehicle type begins after the cut-off, or does not return.
    """
    listed = list(fleet)
    faults = [f"vehicle type {kind.id!r} begins after the cut-off" for kind in listed
              if kind.shift.begin_s >= cut_off_s]
    faults += [f"vehicle type {kind.id!r} does not return to the hub" for kind in listed if not kind.returns]
    if faults:
        raise ProblemError("pickup round: " + "; ".join(faults))
    back = [replace(kind, shift=TimeWindow(kind.shift.begin_s, min(kind.shift.end_s, cut_off_s))) for kind in listed]
    return [replace(order, kind="pickup") for order in orders], back


@dataclass(frozen=True, slots=True)
class ContainerMove:
    """A full box that is brought to a customer, and comes back empty.

    Parameters
    ----------
    container : str
        Its number, ISO 6346.
    place : str
        Where it is brought.
    arrives_s : int
        When it is there.
    unload_s : int
        How long until it is empty.

    Raises
    ------
    ProblemError
        If the number's check digit is wrong, or a time is no whole number.
    """

    container: str
    place: str
    _: KW_ONLY
    arrives_s: int
    unload_s: int

    def __post_init__(self) -> None:
        faults = [*settle_texts(self, "container", "place"), *settle_counts(self, "arrives_s", "unload_s")]
        checked = check_container(self.container) if not faults else None
        if checked is not None and not checked:
            faults.append(f"it is no container number: {checked.reason}")
        require("container", self.container, faults)


def drop_and_hook(moves: Iterable[ContainerMove]) -> pd.DataFrame:
    """Return the trips of tractors that drop full boxes and hook empty ones, with the fewest trips.

    A tractor that drops a full box takes the box that has been empty there longest, if there is one; it waits for
    none. Boxes still there in the end are fetched by trips of their own. Every full box has one empty return.

    Parameters
    ----------
    moves : iterable of ContainerMove
        What is to be brought.

    Returns
    -------
    DataFrame
        One row a trip in order of time: ``place``, ``at_s``, ``drops`` and ``hooks`` (container numbers; empty where
        the tractor drives without).

    Raises
    ------
    ProblemError
        If a container is brought twice before it can be back.
    """
    import pandas as pd

    waiting: dict[str, list[tuple[int, str]]] = {}
    rows: list[tuple[str, int, str, str]] = []
    out: set[str] = set()
    for move in sorted(moves, key=lambda move: (move.arrives_s, move.container)):
        if move.container in out:
            raise ProblemError(f"container {move.container!r} is brought again before it is back")
        boxes = waiting.setdefault(move.place, [])
        ready = min((box for box in boxes if box[0] <= move.arrives_s), default=None)
        if ready:
            boxes.remove(ready)
            out.remove(ready[1])
        boxes.append((move.arrives_s + move.unload_s, move.container))
        out.add(move.container)
        rows.append((move.place, move.arrives_s, move.container, ready[1] if ready else ""))
    rows += [(place, empty_s, "", container) for place, boxes in waiting.items() for empty_s, container in boxes]
    rows.sort(key=lambda row: (row[1], row[0], row[2] == "", row[3]))
    return pd.DataFrame(rows, columns=["place", "at_s", "drops", "hooks"])
