"""From checked or raw tables, or nouns, to a Problem: the friendly door. Faults of all tables are raised together.

Coordinates are WGS 84 degrees. How travel is measured is not known here.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from gisdata.errors import Fault, GisDataError, PlacesOffRoadError, TableError, UnknownNameError
from gisdata.kinds import spans
from gisdata.profiles import load_profile, profile_names, with_turns
from routing.by_hour import measured_by_hour, speeds_of
from routing.errors import ProblemError
from routing.loading.classes import kinds_of, segregation
from routing.loading.spaces import cargo_space
from routing.model import (
    Break,
    CargoSpace,
    Depot,
    Door,
    FixedLine,
    LoadUnit,
    Order,
    Problem,
    Shipment,
    Tariff,
    TimeWindow,
    VehicleType,
    driving_rule,
)
from routing.model.contradictions import contradictions, require_none
from routing.model.line import line_faults
from routing.sized import with_sized_profiles
from routing.templates import lines_of_day, require_lines
from routing.travel import MAX_SNAP_M, measured, require_usable
from routing.words import off_road

if TYPE_CHECKING:
    from gisdata.hourly import HourlySpeeds
    from gisdata.network import RoadNetwork

Noun = TypeVar("Noun", Order, Depot, VehicleType)
Row = Mapping[str, Any]
Units = Mapping[str, tuple[LoadUnit, ...]]

SAME_WEIGHT = 0.01
"""Weights of an order and of its pieces may differ by one part in a hundred: both are often rounded."""

_PIECE_FIELDS = ("length_m", "width_m", "height_m", "weight_kg", "count", "stackable", "upright", "turnable",
                 "floor_only", "fragile", "max_top_load_kg", "goods", "hazard", "temperature")
_SIZES = ("cargo_length_m", "cargo_width_m", "cargo_height_m", "length_m", "width_m", "height_m", "gross_mass_kg",
          "years_in_service")


def build_problem(
    orders: pd.DataFrame | Iterable[Order],
    depots: pd.DataFrame | Depot | Iterable[Depot],
    fleet: pd.DataFrame | VehicleType | Iterable[VehicleType],
    roads: RoadNetwork,
    *,
    pieces: pd.DataFrame | None = None,
    shipments: Iterable[Shipment] = (),
    apart: Iterable[tuple[str, str]] = (),
    lines: pd.DataFrame | Iterable[FixedLine] = (),
    day: dt.date | str | None = None,
    time_zone: str = "UTC",
    max_snap_m: float = MAX_SNAP_M,
    turns: bool = False,
    by_hour: HourlySpeeds | bool = False,
) -> Problem:
    """Return the problem of one plan day, with travel along the roads between all its places.

    An order that no road reaches is no fault: it comes back unserved, with the reason ``no_road``. A vehicle type whose
    size or mass opens or closes a road that its profile does not gets a profile of its own, named by its figures, such
    as ``truck height_m=3.1``: the fleet of the problem says which.

    Parameters
    ----------
    orders, depots, fleet : DataFrame or list of nouns
        As from `gisdata.read_orders`, `read_depots` and `read_vehicles`, or made in a notebook: tables are checked
        again. Or lists of Order, Depot and VehicleType.
    roads : RoadNetwork
        What is driven on.
    pieces : DataFrame, optional
        As from `gisdata.read_pieces`. They become the `units` of their orders; a weight, volume or number of pieces
        that is blank or zero in the orders table is the sum over its pieces.
    shipments : iterable of Shipment
        Which orders are tied as pickup and delivery of the same goods; those that the orders table names come on top.
    apart : iterable of (str, str)
        Kinds of goods that must not share a vehicle; those of `routing.loading.segregation` for whole vehicles come on
        top where the orders have such goods.
    lines : DataFrame or iterable of FixedLine
        Fixed lines: as from `gisdata.read_lines`, templates of which those of the plan day's weekday are driven, their
        stops matched with orders by id or name of the customer; or the lines of this very day.
    day : datetime.date or str, optional
        Plan day, such as ``"2026-01-05"``; its midnight is second 0.
    time_zone : str
        IANA name of the zone that clock times are in.
    max_snap_m : float
        Places further than this from any usable road count as off the road.
    turns : bool
        Whether all vehicles obey turn restrictions and take time for turns; else those whose profile says so, such as
        ``truck turns=true``.
    by_hour : HourlySpeeds or bool
        Whether travel depends on the hour of departure: True, as what is closed or limited at some hours of the plan
        day says; or also by speeds as from `gisdata.read_hourly_speeds`.

    Returns
    -------
    Problem
        Frozen; one matrix for each road profile of the fleet.

    Raises
    ------
    TableError
        With every fault of every table, those between tables included.
    ProblemError
        If nouns contradict each other.
    PlacesOffRoadError
        If a depot is off the road for a profile that starts there; each is named with its distance.
    TooLargeError
        If the matrices would not fit in memory.
    """
    dated = Problem.day if day is None else _date(day)
    listed_orders, listed_depots, listed_fleet, tied, driven = _nouns(orders, depots, fleet, pieces, lines, dated)
    tied = [*tied, *shipments]
    require_none([*contradictions(listed_orders, listed_depots, listed_fleet, dated, time_zone, tied),
                  *line_faults(driven, listed_orders, listed_depots, listed_fleet)])
    require_usable(roads, max_snap_m)
    listed_fleet = with_sized_profiles(listed_fleet, roads)
    if turns:
        listed_fleet = [replace(vehicle, profile=with_turns(vehicle.profile).name) for vehicle in listed_fleet]
    places: list[Depot | Order] = [*listed_depots, *listed_orders]
    labels = [*(f"depot {depot.id}" for depot in listed_depots), *(f"order {order.id}" for order in listed_orders)]
    lon, lat = np.array([(place.lon, place.lat) for place in places], dtype=np.float64).reshape(-1, 2).T
    matrices, faults = [], []
    for profile in sorted({vehicle.profile for vehicle in listed_fleet}):
        if by_hour is False:
            matrix, gaps_m = measured(roads, labels, lon, lat, profile, max_snap_m)
        else:
            matrix, gaps_m = measured_by_hour(roads, labels, lon, lat, profile, max_snap_m, dated, speeds_of(by_hour))
        matrices.append(replace(matrix, profile=profile))
        used = {vehicle.depot for vehicle in listed_fleet if vehicle.profile == profile}
        faults += [f"depot {depot.id!r} is {off_road(gap_m, profile)}" for depot, gap_m
                     in zip(listed_depots, gaps_m, strict=False) if gap_m > max_snap_m and used & {depot.id, ""}]
    if faults:
        raise PlacesOffRoadError(f"a depot must lie within {max_snap_m:,.0f} m of a road: {'; '.join(faults[:5])}")
    return Problem(tuple(listed_orders), tuple(listed_depots), tuple(listed_fleet), tuple(matrices), day=dated,
                   time_zone=time_zone, roads=roads, shipments=tuple(tied), apart=(*apart, *_by_law(listed_orders)),
                   lines=tuple(driven))


def _nouns(orders: object, depots: object, fleet: object, pieces: object, lines: object, day: dt.date,
           ) -> tuple[list[Order], list[Depot], list[VehicleType], list[Shipment], list[FixedLine]]:
    """Return the nouns of all tables, or raise the faults of all."""
    from gisdata.tables import check_depots, check_orders, check_pieces, check_vehicles

    errors: list[TableError | ProblemError] = []
    tied: dict[str, list[str]] = {}
    units = _attempt(errors, lambda: _units(_rows(pieces, check_pieces))) if pieces is not None else {}

    def made_order(row: Row) -> Order:
        if row["shipment"]:
            tied.setdefault(row["shipment"], []).append(row["id"])
        return _order(row, units or {})

    listed_orders = _attempt(errors, lambda: _listed("orders", orders, Order, check_orders, made_order))
    listed_depots = _attempt(errors, lambda: _listed("depots", depots, Depot, check_depots, _depot))
    listed_fleet = _attempt(errors, lambda: _listed("fleet", fleet, VehicleType, check_vehicles, _vehicle))
    full_orders, shipments, shipment_faults = _shipped(listed_orders or [], tied)
    driven, stop_faults = _driven(errors, lines, None if listed_orders is None else full_orders, day)
    faults = [*_piece_faults(listed_orders, units), *shipment_faults, *_fleet_faults(listed_fleet, listed_depots),
              *_type_faults(listed_orders, listed_fleet), *stop_faults]
    _raise([*errors, *([TableError(faults)] if faults else [])])
    return full_orders, listed_depots or [], listed_fleet or [], shipments, driven


def _driven(errors: list[TableError | ProblemError], lines: object, orders: list[Order] | None, day: dt.date,
            ) -> tuple[list[FixedLine], list[Fault]]:
    """Return the fixed lines of the day, as far as there are orders to match stops with, and faults of their rows."""
    from gisdata.tables import check_lines

    if not isinstance(lines, pd.DataFrame):
        return require_lines(lines), []
    templates = _attempt(errors, lambda: _rows(lines, check_lines))
    return ([], []) if templates is None or orders is None else lines_of_day(templates, orders, day)


def _shipped(orders: list[Order], tied: Mapping[str, Sequence[str]],
             ) -> tuple[list[Order], list[Shipment], list[Fault]]:
    """Return the orders, each with the load of its shipment, the shipments, and what is wrong with their rows."""
    by_id = {order.id: order for order in orders}
    shipments, faults = [], []
    for name, ids in tied.items():
        ends = {by_id[order].kind: order for order in ids if order in by_id}
        if len(ids) != 2 or len(ends) != 2:
            kinds = ", ".join(f"{order} ({by_id[order].kind})" for order in ids[:5] if order in by_id)
            reason = f"shipment {name!r} needs two rows, a pickup and a delivery; it has {kinds}"
            faults.append(Fault("orders table", reason, "Set the column kind of both, or leave shipment blank.",
                                column="shipment", value=name))
            continue
        shipments.append(Shipment(name, pickup=ends["pickup"], delivery=ends["delivery"]))
        for end, other in (ids, ids[::-1]):
            if not by_id[end].load:
                whole = by_id[other]
                by_id[end] = replace(by_id[end], weight_kg=whole.weight_kg, volume_m3=whole.volume_m3,
                                     pieces=whole.pieces, demand=dict(whole.demand))
    return list(by_id.values()) if len(by_id) == len(orders) else orders, shipments, faults


Result = TypeVar("Result")


def _attempt(errors: list[TableError | ProblemError], make: Callable[[], Result]) -> Result | None:
    """Return what is made, or None and keep its error for later."""
    try:
        return make()
    except (TableError, ProblemError) as error:
        errors.append(error)
        return None


def _raise(errors: Sequence[TableError | ProblemError]) -> None:
    """Raise one error for all: the only one as it is, faults of several tables as one."""
    tables = [error for error in errors if isinstance(error, TableError)]
    if len(errors) == 1:
        raise errors[0]
    if len(tables) < len(errors):
        raise ProblemError("\n".join(str(error) for error in errors))
    if tables:
        raise TableError([fault for error in tables for fault in error.faults])


def _listed(name: str, given: Any, kind: type[Noun], check: Callable[[Any], pd.DataFrame],  # noqa: ANN401
            make: Callable[[Row], Noun]) -> list[Noun]:
    """Return nouns as they are given, or made of the rows of a table."""
    if isinstance(given, pd.DataFrame):
        return _made(_rows(given, check), make)
    many = isinstance(given, Iterable) and not isinstance(given, str)
    listed = list(given) if many else [given]
    wrong = [thing for thing in listed if not isinstance(thing, kind)]
    if wrong:
        what = repr(wrong[0]) if isinstance(wrong[0], str) else type(wrong[0]).__name__
        raise ProblemError(f"{name} must be a table or a list of {kind.__name__}, got {what}; a file is read with "
                           f"gisdata.read_{name.replace('fleet', 'vehicles')}")
    return listed


def _rows(table: object, check: Callable[[Any], pd.DataFrame]) -> list[Row]:
    if not isinstance(table, pd.DataFrame):
        raise ProblemError(f"pieces must be a table, got {table!r}; a file is read with gisdata.read_pieces")
    rows: list[Row] = pd.DataFrame(check(table)).to_dict("records")  # type: ignore[assignment]
    return rows


def _made(rows: Iterable[Row], make: Callable[[Row], Noun]) -> list[Noun]:
    """Return a noun a row; what is wrong with all of them is raised as one error."""
    nouns, faults = [], []
    for row in rows:
        try:
            nouns.append(make(row))
        except ProblemError as error:
            faults.append(str(error))
    if faults:
        raise ProblemError("\n".join(faults))
    return nouns


def _order(row: Row, units: Units) -> Order:
    pieces = units.get(row["id"], ())
    sums: dict[str, Any] = {"weight_kg": math.fsum(unit.weight_kg * unit.count for unit in pieces),
                            "volume_m3": math.fsum(unit.volume_m3 for unit in pieces),
                            "pieces": float(sum(unit.count for unit in pieces))}
    return Order(
        row["id"], lon=row["lon"], lat=row["lat"], kind=row["kind"],
        **{name: row[name] or total for name, total in sums.items()},
        demand={name: amount for name, amount in _named(row, "demand_").items() if amount},
        window=TimeWindow(row["window_begin"], row["window_end"]), windows=_windows(row["time_windows"]),
        service_s=row["service_s"],
        skills=_skills(row["skills"]), vehicle_types=_skills(row["vehicle_types"]), penalty=_known(row["penalty"]),
        units=pieces, name=row["name"], address=row["address"],
        zone=row["zone"], goods=_skills(row["goods"]).union(*(kinds_of(unit) for unit in pieces)),
    )


def _by_law(orders: Sequence[Order]) -> list[tuple[str, str]]:
    """Return the pairs of goods that orders have and that no vehicle may carry together."""
    there = frozenset().union(*(order.goods for order in orders))
    return [(row["one"], row["other"]) for row in segregation()
            if row["within"] == "vehicle" and {row["one"], row["other"]} <= there]


def _windows(cell: str) -> tuple[TimeWindow, ...]:
    return tuple(TimeWindow(*span) for span in spans(cell))


def _units(rows: Iterable[Row]) -> dict[str, tuple[LoadUnit, ...]]:
    """Return the load units of each order."""
    units: dict[str, list[LoadUnit]] = {}
    faults = []
    for row in rows:
        fields = {name: row[name] for name in _PIECE_FIELDS}
        try:
            unit = LoadUnit(row["id"], **fields, never_vertical=_skills(row["never_vertical"]))
        except ProblemError as error:
            faults.append(f"order {row['order']!r}: {error}")
        else:
            units.setdefault(row["order"], []).append(unit)
    if faults:
        raise ProblemError("\n".join(faults))
    return {order: tuple(listed) for order, listed in units.items()}


def _depot(row: Row) -> Depot:
    return Depot(row["id"], lon=row["lon"], lat=row["lat"], open=row["open"], close=row["close"], name=row["name"])


def _vehicle(row: Row) -> VehicleType:
    sizes: dict[str, Any] = {name: _known(row[name]) for name in _SIZES}
    space = _space(row["cargo_space"], sizes)
    sizes |= {name: int(row[name]) if math.isfinite(row[name]) else None for name in ("axles", "max_stops")}
    return VehicleType(
        row["id"], count=row["count"], pieces=row["pieces"], cargo_space=space,
        payload_kg=min(row["payload_kg"], space.payload_kg if space else math.inf),
        volume_m3=min(row["volume_m3"], space.volume_m3 if space else math.inf),
        capacity={name: limit for name, limit in _named(row, "capacity_").items() if math.isfinite(limit)},
        **sizes, crew=row["crew"], customs_supervised=row["customs_supervised"],
        profile=row["profile"], depot=row["depot"], end_depot=row["end_depot"], returns=row["returns"],
        max_distance_m=row["max_distance_km"] * 1000, shift=TimeWindow(row["shift_begin"], row["shift_end"]),
        max_duration_s=row["max_hours"] * 3600, skills=_skills(row["skills"]),
        zones=_skills(row["zones"]), backhauls_last=row["backhauls_last"], breaks=_breaks(row),
        driving=driving_rule(row["driving_rule"]) if row["driving_rule"] else None,
        tariff=Tariff(row["fixed_cost"], row["cost_per_km"], row["cost_per_hour"], row["currency"],
                      row["cost_per_overtime_hour"], row["overtime_after_hours"] * 3600),
    )


def _breaks(row: Row) -> tuple[Break, ...]:
    return tuple(Break(window, row["break_s"]) for window in _windows(row["breaks"]))


def _space(name: str, sizes: Mapping[str, float | None]) -> CargoSpace | None:
    """Return the cargo space that a vehicle names, in the sizes that its row gives."""
    if not name:
        return None
    try:
        space = cargo_space(name)
    except UnknownNameError as error:
        raise ProblemError(str(error)) from None
    own = [sizes[name] for name in ("cargo_length_m", "cargo_width_m", "cargo_height_m")]
    if own == [None] * 3:
        return space
    length_m, width_m, height_m = (mine or its for mine, its in
                                   zip(own, (space.length_m, space.width_m, space.height_m), strict=True))
    return replace(space, length_m=length_m, width_m=width_m, height_m=height_m, doors=(Door(space.doors[0].side),))


def _piece_faults(orders: Sequence[Order] | None, units: Units | None) -> list[Fault]:
    """Return pieces of unknown orders, and orders whose weight is not that of their pieces."""
    if orders is None or not units:
        return []
    known = {order.id: order for order in orders}
    faults = [Fault("pieces table", "there is no such order", "Add the order, or remove its pieces.", column="order",
                    value=order) for order in units if order not in known]
    for name, pieces in units.items():
        weight_kg = math.fsum(unit.weight_kg * unit.count for unit in pieces)
        stated_kg = known[name].weight_kg if name in known else 0.0
        if weight_kg and stated_kg and abs(weight_kg - stated_kg) > SAME_WEIGHT * max(weight_kg, stated_kg):
            reason = f"order {name!r} weighs {stated_kg:,.6g} kg, its pieces {weight_kg:,.6g} kg"
            faults.append(Fault("orders table", reason, "Correct one of them, or leave the order's weight blank.",
                                column="weight_kg", value=f"{stated_kg:.12g}"))
    return faults


def _fleet_faults(fleet: Sequence[VehicleType] | None, depots: Sequence[Depot] | None) -> list[Fault]:
    """Return vehicle types that name a depot or a road profile that does not exist."""
    there = {depot.id for depot in depots or ()}
    faults = [Fault("vehicles table", f"vehicle type {vehicle.id!r}: there is no such depot",
                    f"There are: {', '.join(sorted(there)[:5])}.", column=column, value=getattr(vehicle, column))
              for vehicle in fleet or () for column in ("depot", "end_depot")
              if depots is not None and getattr(vehicle, column) and getattr(vehicle, column) not in there]
    return faults + [Fault("vehicles table", f"vehicle type {vehicle.id!r}: {reason}",
                           f"There are: {', '.join(profile_names())}.", column="profile", value=vehicle.profile)
                     for vehicle in fleet or () if (reason := _profile_fault(vehicle.profile))]


def _profile_fault(name: str) -> str:
    """Return what is wrong with the name of a road profile."""
    try:
        load_profile(name)
    except UnknownNameError:
        return "there is no such road profile"
    except GisDataError as error:
        return f"the road profile cannot be used: {error}"
    return ""


def _type_faults(orders: Sequence[Order] | None, fleet: Sequence[VehicleType] | None) -> list[Fault]:
    """Return vehicle types that orders name and the fleet does not have."""
    if orders is None or fleet is None:
        return []
    there = {vehicle.id for vehicle in fleet}
    return [Fault("orders table", f"order {order.id!r}: there is no such vehicle type",
                  f"There are: {', '.join(sorted(there)[:5])}.", column="vehicle_types", value=name)
            for order in orders for name in sorted(order.vehicle_types - there)]


def _named(row: Row, prefix: str) -> dict[str, float]:
    """Return amounts of the dimensions that a table names itself, such as ``pallets`` of ``demand_pallets``."""
    return {str(name).removeprefix(prefix): amount for name, amount in row.items()
            if str(name).startswith(prefix) and name != prefix}


def _skills(text: str) -> frozenset[str]:
    return frozenset(skill for skill in text.split(";") if skill)


def _known(number: float) -> float | None:
    return None if math.isnan(number) else number


def _date(day: dt.date | str) -> dt.date:
    if isinstance(day, dt.date):
        return day
    try:
        return dt.date.fromisoformat(day)
    except (TypeError, ValueError):
        raise ProblemError(f"day must be a date such as '2026-01-05', got {day!r}") from None
