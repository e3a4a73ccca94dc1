"""Read VRPLIB files: CVRP, VRPTW, and the sections that PyVRP's instances add. What cannot be planned is refused.

One unit of the file is `Rounding.scale` metres and seconds; costs of plans are in units of the file.

References
----------
CVRPLIB, "TSPLIB-like format"; PyVRP, "The VRPLIB format" (supported fields).
"""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from routing.errors import UnsupportedRuleError
from routing.interop.instance_text import InstanceText
from routing.interop.planar import (
    AMOUNT,
    METRICS,
    PROFILE,
    Place,
    Rounding,
    nouns_of,
    planar_lengths,
    rounding_named,
    travel_of,
)
from routing.interop.vrplib_text import VrplibText, dimension_of
from routing.model import Order, Problem, Tariff, VehicleType

if TYPE_CHECKING:
    from numpy.typing import NDArray

USUAL_ROUNDING = {
    "CVRP": "nearest", "VRPB": "nearest", "VRPTW": "truncate_1_decimal", "PCVRPTW": "truncate_1_decimal",
    "MDVRPTW": "nearest_3_decimals", "SDVRPTW": "nearest_3_decimals", "HFVRP": "nearest_3_decimals",
}
"""By which the best known solutions of a TYPE are published; any other TYPE: to the nearest whole number."""

MOST_VEHICLES = 1_000_000
REFUSED = {
    "RELEASE_TIME": "release times", "VEHICLES_RELOAD_DEPOT": "several trips of a vehicle",
    "VEHICLES_MAX_RELOADS": "several trips of a vehicle",
    "MUTUALLY_EXCLUSIVE_GROUP": "groups of which one order is served",
}
_READ = {"NODE_COORD", "EDGE_WEIGHT", "DEMAND", "BACKHAUL", "DEPOT", "TIME_WINDOW", "SERVICE_TIME", "PRIZE", "CAPACITY",
         "VEHICLES_DEPOT", "VEHICLES_MAX_DISTANCE", "VEHICLES_MAX_DURATION", "VEHICLES_FIXED_COST",
         "VEHICLES_UNIT_DISTANCE_COST", "VEHICLES_ALLOWED_CLIENTS"}
_NO_MATTER = {"DISPLAY_DATA"}


class _Vehicle(NamedTuple):
    """What the file says of one vehicle; vehicles that say the same are of one type."""

    capacity: float
    depot: int
    max_duration: float
    max_distance: float
    fixed_cost: float
    unit_cost: float
    allowed: frozenset[int] | None


def read_vrplib(path: str | os.PathLike[str], *, rounding: str | None = None) -> Problem:
    """Read a VRPLIB file, as CVRPLIB and PyVRP/Instances publish them.

    Depots and orders are called by their node number less one, as solutions do. Vehicles that follow each other in the
    file and are alike are one type. Orders with a prize may be left out: the prize is their penalty. What a BACKHAUL
    section lists is picked up; in a VRPB no road leads from there to a delivery, nor from a depot there, so that
    deliveries come first and every route has one.

    Parameters
    ----------
    path : path-like
        The file.
    rounding : str, optional
        How distances, times, costs and prizes become whole numbers: ``"nearest"`` (X and other CVRP sets),
        ``"truncate"``, ``"nearest_1_decimal"``, ``"truncate_1_decimal"`` (DIMACS: VRPTW, prize collecting),
        ``"nearest_2_decimals"`` or ``"nearest_3_decimals"`` (PyVRP's "exact": several depots, mixed fleets,
        site-dependent). By default that of the TYPE of the file.

    Returns
    -------
    Problem
        With costs in units of the file. Travel takes time only if the file speaks of time. Places lie around longitude
        0, latitude 0 in the shape that the coordinates have; they are no real places.

    Raises
    ------
    InputFileError
        With every fault of the file: line, section, value, reason and remedy.
    UnsupportedRuleError
        If the file asks for what cannot be planned: several trips, release times, groups.
    UnknownNameError
        If there is no such rounding.
    """
    text = InstanceText.opened(path)
    return text.made(lambda: _problem(text, rounding))


def _problem(text: InstanceText, rounding: str | None) -> Problem:
    vrplib = VrplibText.cut(text)
    _refuse(vrplib)
    how = rounding_named(rounding or USUAL_ROUNDING.get(vrplib.header("TYPE"), "nearest"))
    count = dimension_of(vrplib)
    _require_sections(vrplib)
    text.fail()
    homes = _depots(vrplib, count)
    runs = _vehicle_runs(_vehicles(vrplib, homes, count))
    places = _places(vrplib, count, homes, _servers(vrplib, runs, homes, count))
    spots = _spots(vrplib, count)
    lengths = _lengths(vrplib, spots, how, count)
    text.fail()
    order = [*homes, *(node for node in range(count) if node not in set(homes))]
    depots, orders = nouns_of([places[node] for node in order], len(homes), spots[order], how, text)
    if order != list(range(count)):
        lengths = lengths[np.ix_(order, order)]
    closed = _deliveries_first(orders, len(depots)) if vrplib.header("TYPE") == "VRPB" else None
    travel = travel_of(depots, orders, lengths, timed=_is_timed(vrplib), closed=closed)
    fleet = tuple(_vehicle_type(name, vehicle, times, depots[vehicle.depot].id, how)
                  for name, (vehicle, times) in runs.items())
    return Problem(orders, depots, fleet, (travel,))


def _vehicle_runs(vehicles: Sequence[_Vehicle]) -> dict[str, tuple[_Vehicle, int]]:
    """Return each run of vehicles that are alike by the id of its type: one of them, and how many there are."""
    runs = [(vehicle, sum(1 for _ in run)) for vehicle, run in itertools.groupby(vehicles)]
    return {"vehicle" if len(runs) == 1 else f"type {number}": run for number, run in enumerate(runs, start=1)}


def _vehicle_type(name: str, vehicle: _Vehicle, count: int, depot: str, rounding: Rounding) -> VehicleType:
    tariff = Tariff(fixed=rounding.one(vehicle.fixed_cost) / rounding.scale,
                    per_km=vehicle.unit_cost * 1000 / rounding.scale)
    longest, farthest = (limit if math.isinf(limit) else rounding.one(limit)
                         for limit in (vehicle.max_duration, vehicle.max_distance))
    return VehicleType(name, count=count, profile=PROFILE, tariff=tariff, depot=depot, max_duration_s=longest,
                       max_distance_m=farthest, capacity={} if math.isinf(vehicle.capacity) else {
                           AMOUNT: vehicle.capacity})


def _servers(vrplib: VrplibText, runs: Mapping[str, tuple[_Vehicle, int]], homes: Sequence[int], count: int,
             ) -> list[frozenset[str]]:
    """Return the types that may serve each node; an empty set where all may, or, with a fault, none."""
    allowed = {kind: vehicle.allowed for kind, (vehicle, _) in runs.items()}
    servers = [frozenset(kind for kind, nodes in allowed.items() if nodes is None or node in nodes)
               for node in range(1, count + 1)]
    for node, types in enumerate(servers):
        if not types and node not in homes:
            vrplib.text.fault(f"no vehicle may serve node {node + 1}", "List it for a vehicle.",
                              section="VEHICLES_ALLOWED_CLIENTS")
    return [types if len(types) < len(runs) else frozenset() for types in servers]


def _deliveries_first(orders: Sequence[Order], depots: int) -> NDArray[np.bool_]:
    """Return the pairs of places that a route with all deliveries first, and at least one, never drives."""
    picked = np.array([False] * depots + [order.kind == "pickup" for order in orders])
    starts = np.arange(len(picked)) < depots
    closed: NDArray[np.bool_] = np.outer(starts, picked) | np.outer(picked, ~picked & ~starts)
    return closed


def _refuse(vrplib: VrplibText) -> None:
    unknown = [name for name in vrplib.sections if name not in _READ | _NO_MATTER and name not in REFUSED]
    unknown += [name for name in vrplib.headers if name.startswith("VEHICLES_") and name not in _READ | {*REFUSED}]
    asked = [f"{name} ({REFUSED[name]})" for name in (*vrplib.sections, *vrplib.headers) if name in REFUSED]
    if asked or unknown:
        told = [f"{', '.join(asked)} cannot be planned yet"] if asked else []
        told += [f"{', '.join(unknown)} is not known, and may change what the instance means"] if unknown else []
        raise UnsupportedRuleError(f"{vrplib.text.path}: {'; '.join(told)}")


def _require_sections(vrplib: VrplibText) -> None:
    kind = vrplib.header("EDGE_WEIGHT_TYPE", "missing")
    needed = ["EDGE_WEIGHT"] if kind == "EXPLICIT" else ["NODE_COORD"]
    if kind not in (*METRICS, "EXPLICIT"):
        header = vrplib.headers.get("EDGE_WEIGHT_TYPE")
        vrplib.text.fault("is missing" if header is None else "is no known type of distances",
                          f"Write one of {', '.join(METRICS)}, EXPLICIT.", line=header.line if header else None,
                          column="EDGE_WEIGHT_TYPE", value=header.value if header else "")
    for name in (*needed, "DEMAND"):
        if name not in vrplib.sections:
            vrplib.text.fault("is missing", "Add it.", section=f"{name}_SECTION")
    if "CAPACITY" not in vrplib.headers and "CAPACITY" not in vrplib.sections:
        vrplib.text.fault("is missing", "Add a line CAPACITY : number.", column="CAPACITY")


def _depots(vrplib: VrplibText, count: int) -> list[int]:
    """Return the nodes that are depots, counted from 0; the first node if the file names none."""
    if "DEPOT" not in vrplib.sections:
        return [0]
    listed = vrplib.listed("DEPOT")
    homes = [node - 1 for _, node in listed]
    for line, node in listed:
        if not 1 <= node <= count or homes.count(node - 1) > 1:
            vrplib.text.fault("is no node, or is listed twice", f"Nodes run from 1 to {count}; end the list with -1.",
                              line=line, section="DEPOT", value=str(node))
    if not homes:
        vrplib.text.fault("lists no depot", "Write its node number.", line=vrplib.sections["DEPOT"].line,
                          section="DEPOT")
    return [home for home in dict.fromkeys(homes) if 0 <= home < count] or [0]


def _places(vrplib: VrplibText, count: int, homes: Sequence[int], servers: Sequence[frozenset[str]]) -> list[Place]:
    picked = _node_table(vrplib, "BACKHAUL", count, ("backhaul",), np.array([[0.0]]))[:, 0]
    loads = vrplib.table("DEMAND", count, ("demand",), least=0)[:, 0]
    both = np.flatnonzero((loads > 0) & (picked > 0))
    if both.size:
        vrplib.text.fault(f"{both.size} nodes, {both[0] + 1} among them, have both demand and backhaul",
                          "Make two nodes of each.", section="BACKHAUL")
    loads = loads + picked
    windows = _node_table(vrplib, "TIME_WINDOW", count, ("begin", "end"), np.array([[0.0, math.inf]]))
    same = vrplib.number("SERVICE_TIME", 0.0)
    service = _node_table(vrplib, "SERVICE_TIME", count, ("service time",), np.array([[same]]))[:, 0]
    if "SERVICE_TIME" not in vrplib.sections:
        service[list(homes)] = 0
    prizes = _node_table(vrplib, "PRIZE", count, ("prize",), np.array([[0.0]]))[:, 0]
    lines = {int(row.words[0]): row.number for row in vrplib.sections["DEMAND"].rows if row.words[0].isdecimal()}
    if "TIME_WINDOW" in vrplib.sections:
        lines = {int(row.words[0]): row.number for row in vrplib.sections["TIME_WINDOW"].rows
                 if row.words[0].isdecimal()}
    return [Place(str(node), lines.get(node + 1, 0), ready=float(windows[node, 0]), due=float(windows[node, 1]),
                  service=float(service[node]), load=float(loads[node]),
                  prize=float(prizes[node]) if prizes[node] else None, picked_up=bool(picked[node]),
                  vehicle_types=servers[node]) for node in range(count)]


def _node_table(vrplib: VrplibText, name: str, count: int, columns: Sequence[str], default: NDArray[np.float64],
                ) -> NDArray[np.float64]:
    if name in vrplib.sections:
        return vrplib.table(name, count, columns, least=0)
    return np.repeat(default, count, axis=0)


def _vehicles(vrplib: VrplibText, homes: Sequence[int], count: int) -> list[_Vehicle]:
    """Return every vehicle, in the order of the file; as many as orders if it does not say how many."""
    vehicles = int(vrplib.number("VEHICLES", max(1, count - len(homes)), least=1, whole=True))
    if vehicles > MOST_VEHICLES:
        vrplib.text.fault(f"is more than {MOST_VEHICLES:,}", "Write as many as there are orders.", value=str(vehicles),
                          line=vrplib.headers["VEHICLES"].line, column="VEHICLES")
        vehicles = 1
    named = {name: _per_vehicle(vrplib, name, vehicles, default) for name, default in (
        ("CAPACITY", math.inf), ("VEHICLES_MAX_DURATION", vrplib.number("DISTANCE", math.inf)),
        ("VEHICLES_MAX_DISTANCE", math.inf), ("VEHICLES_FIXED_COST", 0.0), ("VEHICLES_UNIT_DISTANCE_COST", 1.0),
        ("VEHICLES_DEPOT", homes[0] + 1.0))}
    for name in ("VEHICLES_MAX_DURATION", "VEHICLES_MAX_DISTANCE"):
        if 0 in named[name]:
            vrplib.text.fault("must be more than zero", "Leave it out where there is no limit.", column=name, value="0")
    row_of = {home + 1: row for row, home in enumerate(homes)}
    depots = [row_of.get(int(node)) for node in named["VEHICLES_DEPOT"]]
    for number, depot in enumerate(depots, start=1):
        if depot is None:
            vrplib.text.fault(f"vehicle {number} starts at a node that is no depot", "Write one of DEPOT_SECTION.",
                              section="VEHICLES_DEPOT")
    allowed: list[frozenset[int] | None] = [None] * vehicles
    if "VEHICLES_ALLOWED_CLIENTS" in vrplib.sections:
        allowed = [frozenset(nodes) for nodes in vrplib.lists("VEHICLES_ALLOWED_CLIENTS", vehicles)]
    return [_Vehicle(named["CAPACITY"][i], depots[i] or 0, named["VEHICLES_MAX_DURATION"][i],
                     named["VEHICLES_MAX_DISTANCE"][i], named["VEHICLES_FIXED_COST"][i],
                     named["VEHICLES_UNIT_DISTANCE_COST"][i], allowed[i]) for i in range(vehicles)]


def _per_vehicle(vrplib: VrplibText, name: str, vehicles: int, default: float) -> list[float]:
    if name in vrplib.sections:
        return [float(value) for value in vrplib.table(name, vehicles, (name.lower(),), least=0)[:, 0]]
    return [vrplib.number(name, default)] * vehicles


def _spots(vrplib: VrplibText, count: int) -> NDArray[np.float64]:
    if "NODE_COORD" not in vrplib.sections:
        return np.zeros((count, 2))
    return vrplib.table("NODE_COORD", count, ("x", "y"))


def _lengths(vrplib: VrplibText, spots: NDArray[np.float64], rounding: Rounding, count: int) -> NDArray[np.int64]:
    kind = vrplib.header("EDGE_WEIGHT_TYPE")
    if kind == "EXPLICIT":
        return rounding.whole(vrplib.explicit(count))
    return planar_lengths(spots, kind, rounding)


def _is_timed(vrplib: VrplibText) -> bool:
    named: Mapping[str, object] = {**vrplib.headers, **vrplib.sections}
    return any(name in named for name in ("TIME_WINDOW", "VEHICLES_MAX_DURATION", "DISTANCE"))
