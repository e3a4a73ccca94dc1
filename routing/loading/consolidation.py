"""Which less-than-truckload lots ride together: each on one line-haul departure or a trip of its own, at least cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from routing.errors import ProblemError
from routing.loading.cpsat import cp_solver
from routing.model.check import require, settle_amounts, settle_counts, settle_id

CENTS, MILLI = 1000, 1000
"""Costs, and weights and volumes, count in 1 / this of the unit."""

EFFORT = 30.0
"""Work of CP-SAT, about seconds."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Goods at the hub that are less than a truckload.

    Parameters
    ----------
    id : str
        Unique among the lots.
    weight_kg, volume_m3 : float
        What it loads.
    ready_s : int
        From when it may leave the hub: when its pickup round is back and it has been handled.
    due_s : int
        When it must have arrived.
    direct_cost : float
        Of a trip of its own.

    Raises
    ------
    ProblemError
        If an amount is negative, or it is due before it is ready.
    """

    id: str
    _: KW_ONLY
    weight_kg: float
    volume_m3: float = 0.0
    ready_s: int
    due_s: int
    direct_cost: float

    def __post_init__(self) -> None:
        faults = [*settle_id(self), *settle_amounts(self, "weight_kg", "volume_m3", "direct_cost"),
                  *settle_counts(self, "ready_s", "due_s")]
        if not faults and self.due_s < self.ready_s:
            faults.append("it is due before it is ready")
        require("lot", self.id, faults)


@dataclass(frozen=True, slots=True)
class Departure:
    """One truck of the line-haul.

    Parameters
    ----------
    id : str
        Unique among the departures.
    leaves_s, arrives_s : int
        From the hub, and at the other end.
    cost : float
        If it runs.
    payload_kg, volume_m3 : float
        Most that it carries.

    Raises
    ------
    ProblemError
        If an amount is negative, or it arrives before it leaves.
    """

    id: str
    _: KW_ONLY
    leaves_s: int
    arrives_s: int
    cost: float
    payload_kg: float = math.inf
    volume_m3: float = math.inf

    def __post_init__(self) -> None:
        faults = [*settle_id(self), *settle_counts(self, "leaves_s", "arrives_s"), *settle_amounts(self, "cost"),
                  *settle_amounts(self, "payload_kg", "volume_m3", positive=True, infinite=True)]
        if not faults and self.arrives_s < self.leaves_s:
            faults.append("it arrives before it leaves")
        require("departure", self.id, faults)


@dataclass(frozen=True, slots=True)
class Consolidation:
    """Which lot rides on which departure.

    Parameters
    ----------
    rides : tuple of (str, str)
        Each lot once, with its departure; empty for a trip of its own.
    cost : float
        Of the departures that run and the trips of their own.
    direct_cost : float
        If every lot had a trip of its own.
    optimal : bool
        Whether none is cheaper, for certain.
    """

    rides: tuple[tuple[str, str], ...]
    cost: float
    direct_cost: float
    optimal: bool

    @property
    def saving(self) -> float:
        """What riding together saves."""
        return self.direct_cost - self.cost


def consolidate(lots: Sequence[Lot], departures: Sequence[Departure]) -> Consolidation:
    """Return the cheapest way to send lots: together on departures, or each on its own.

    Parameters
    ----------
    lots : sequence of Lot
        What to send.
    departures : sequence of Departure
        What may run.

    Returns
    -------
    Consolidation
        The same input gives the same answer.

    Raises
    ------
    ProblemError
        If ids are repeated.
    """
    from ortools.sat.python import cp_model

    for noun, listed in (("lot", lots), ("departure", departures)):
        if len({thing.id for thing in listed}) < len(listed):
            raise ProblemError(f"{noun} ids are repeated")
    model = cp_model.CpModel()
    runs = [model.new_bool_var("") for _ in departures]
    rides = {(i, k): model.new_bool_var("") for i, lot in enumerate(lots) for k, truck in enumerate(departures)
             if lot.ready_s <= truck.leaves_s and truck.arrives_s <= lot.due_s}
    alone = [model.new_bool_var("") for _ in lots]
    for i in range(len(lots)):
        model.add_exactly_one([alone[i], *(ride for (lot, _), ride in rides.items() if lot == i)])
    for (_, k), ride in rides.items():
        model.add_implication(ride, runs[k])
    for k, truck in enumerate(departures):
        for name, limit in (("weight_kg", truck.payload_kg), ("volume_m3", truck.volume_m3)):
            if math.isfinite(limit):
                loads = [math.ceil(getattr(lots[i], name) * MILLI - 1e-6) * ride
                         for (i, departure), ride in rides.items() if departure == k]
                model.add(sum(loads) <= math.floor(limit * MILLI + 1e-6))
    model.minimize(sum(round(truck.cost * CENTS) * run for truck, run in zip(departures, runs, strict=True))
                   + sum(round(lot.direct_cost * CENTS) * single for lot, single in zip(lots, alone, strict=True)))
    solver = cp_solver(EFFORT)
    status = solver.solve(model) if lots else cp_model.OPTIMAL
    known = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    chosen = {i: departures[k].id for (i, k), ride in rides.items() if known and solver.value(ride)}
    used = set(chosen.values())
    cost = math.fsum([*(truck.cost for truck in departures if truck.id in used),
                      *(lot.direct_cost for i, lot in enumerate(lots) if i not in chosen)])
    return Consolidation(tuple((lot.id, chosen.get(i, "")) for i, lot in enumerate(lots)), cost,
                         math.fsum(lot.direct_cost for lot in lots), status == cp_model.OPTIMAL)
