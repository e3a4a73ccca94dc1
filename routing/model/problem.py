"""Problem: everything a plan must answer to. Frozen, equal and hashable by content."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from routing.errors import ProblemError
from routing.model.contradictions import apart_faults, contradictions, require_none
from routing.model.depot import Depot
from routing.model.line import FixedLine, line_faults
from routing.model.order import Order
from routing.model.plain import from_plain, to_plain
from routing.model.shipment import Shipment
from routing.model.travel import TravelMatrix
from routing.model.vehicle import VehicleType

if TYPE_CHECKING:
    from gisdata.network import RoadNetwork


@dataclass(frozen=True, eq=False, repr=False)
class Problem:
    """Orders, depots, fleet and travel matrices of one plan day.

    Rows of every matrix are the depots, then the orders, in the order given here.

    Parameters
    ----------
    orders : tuple of Order
        What to deliver and to pick up.
    depots : tuple of Depot
        Where vehicles start and end; at least one.
    fleet : tuple of VehicleType
        What there is to drive.
    matrices : tuple of TravelMatrix
        One for each road profile that the fleet uses; kept in the order of their profiles.
    day : datetime.date
        Plan day; its midnight is second 0.
    time_zone : str
        IANA name, for people and exports.
    roads : RoadNetwork, optional
        Where the matrices come from; needed for geometry only, and no part of what makes two problems equal.
    shipments : tuple of Shipment
        Which pickups are tied to which deliveries.
    apart : tuple of (str, str)
        Pairs of kinds of goods of which no vehicle carries both on a route; twice the same: each such order rides
        without another of its kind.
    lines : tuple of FixedLine
        Lines that are driven on this day.

    Raises
    ------
    ProblemError
        With every contradiction found: repeated ids, unknown depots, missing or misshapen matrices, mixed currencies,
        shipments whose orders do not match, fixed lines with orders that do not exist.
    """

    orders: tuple[Order, ...]
    depots: tuple[Depot, ...]
    fleet: tuple[VehicleType, ...]
    matrices: tuple[TravelMatrix, ...]
    _: KW_ONLY
    day: dt.date = dt.date(2026, 1, 5)
    time_zone: str = "UTC"
    roads: RoadNetwork | None = None
    shipments: tuple[Shipment, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    lines: tuple[FixedLine, ...] = ()

    def __post_init__(self) -> None:
        if isinstance(self.day, dt.datetime):
            object.__setattr__(self, "day", self.day.date())
        faults = [*self._settle_kinds()]
        if not faults:
            faults = contradictions(self.orders, self.depots, self.fleet, self.day, self.time_zone, self.shipments)
            faults += [*self._matrix_faults(), *self._settle_apart(),
                       *line_faults(self.lines, self.orders, self.depots, self.fleet)]
        require_none(faults)

    @cached_property
    def place_labels(self) -> tuple[str, ...]:
        """Label of every matrix row: ``depot <id>`` first, then ``order <id>``."""
        return (*(f"depot {depot.id}" for depot in self.depots), *(f"order {order.id}" for order in self.orders))

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the load dimensions that some order uses and some vehicle limits, sorted."""
        used = {name for order in self.orders for name in order.load}
        limited = {name for vehicle in self.fleet for name in vehicle.capacities}
        return tuple(sorted(used & limited))

    @cached_property
    def order_row(self) -> dict[str, int]:
        """Matrix row of each order, by id."""
        return {order.id: len(self.depots) + i for i, order in enumerate(self.orders)}

    @cached_property
    def depot_row(self) -> dict[str, int]:
        """Matrix row of each depot, by id."""
        return {depot.id: i for i, depot in enumerate(self.depots)}

    @cached_property
    def shipment_of(self) -> dict[str, Shipment]:
        """The shipment of each order that belongs to one, by the id of the order."""
        return {order: shipment for shipment in self.shipments for order in shipment.orders}

    @cached_property
    def line_of(self) -> dict[str, FixedLine]:
        """The fixed line of each order that is on one, by the id of the order."""
        return {order: line for line in self.lines for order in line.orders}

    @cached_property
    def currency(self) -> str:
        """The currency of all tariffs; empty when none is named."""
        return next((vehicle.tariff.currency for vehicle in self.fleet if vehicle.tariff.currency), "")

    def matrix(self, profile: str) -> TravelMatrix:
        """Return the matrix of a road profile.

        Parameters
        ----------
        profile : str
            Name of the profile.

        Returns
        -------
        TravelMatrix
            With rows in the order of `place_labels`.

        Raises
        ------
        ProblemError
            If the problem has none for it.
        """
        for matrix in self.matrices:
            if matrix.profile == profile:
                return matrix
        raise ProblemError(f"the problem has no travel matrix for profile {profile!r}")

    def depot_of(self, vehicle: VehicleType) -> Depot:
        """Return the depot where a vehicle type starts.

        Parameters
        ----------
        vehicle : VehicleType
            One of the fleet.

        Returns
        -------
        Depot
            The named one, or the only one.
        """
        return self.depots[self.depot_row[vehicle.depot]] if vehicle.depot else self.depots[0]

    def end_of(self, vehicle: VehicleType) -> Depot | None:
        """Return the depot where a vehicle type ends.

        Parameters
        ----------
        vehicle : VehicleType
            One of the fleet.

        Returns
        -------
        Depot or None
            The named one, or where it starts; None if it does not return.
        """
        if not vehicle.returns:
            return None
        return self.depots[self.depot_row[vehicle.end_depot]] if vehicle.end_depot else self.depot_of(vehicle)

    def with_count(self, vehicle_type: str, count: int) -> Problem:
        """Return the same problem with another number of vehicles of one type.

        Parameters
        ----------
        vehicle_type : str
            Id of the type.
        count : int
            How many there shall be.

        Returns
        -------
        Problem
            A new problem; this one is unchanged.

        Raises
        ------
        ProblemError
            If there is no such type.
        """
        if vehicle_type not in {vehicle.id for vehicle in self.fleet}:
            raise ProblemError(f"there is no vehicle type {vehicle_type!r} in the fleet")
        fleet = tuple(dataclasses.replace(v, count=count) if v.id == vehicle_type else v for v in self.fleet)
        return dataclasses.replace(self, fleet=fleet)

    def parted(self, one: Collection[str], other: Collection[str]) -> bool:
        """Return whether goods must not share a vehicle with others.

        Parameters
        ----------
        one, other : collection of str
            Kinds of goods, of two orders.

        Returns
        -------
        bool
            True if `apart` keeps a kind of the one from a kind of the other.
        """
        return any((a in one and b in other) or (b in one and a in other) for a, b in self.apart)

    def to_dict(self) -> dict[str, Any]:
        """Return all but the matrices and roads as plain JSON values; `digest` is computed from it.

        Returns
        -------
        dict
            Keys ``orders``, ``depots``, ``fleet``, ``shipments``, ``day``, ``time_zone``, ``matrices`` (profile
            and digest each, and by the hour when its spans begin), and ``apart`` and ``lines`` if there are any.
        """
        later = {name: to_plain(getattr(self, name)) for name in ("apart", "lines") if getattr(self, name)}
        return {
            **later,
            "orders": [to_plain(order) for order in self.orders],
            "depots": [to_plain(depot) for depot in self.depots],
            "fleet": [to_plain(vehicle) for vehicle in self.fleet],
            "shipments": [to_plain(shipment) for shipment in self.shipments],
            "matrices": self._named_matrices(),
            "day": self.day.isoformat(),
            "time_zone": self.time_zone,
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any], matrices: Sequence[TravelMatrix], roads: RoadNetwork | None = None,
                  ) -> Problem:
        """Return the problem that `to_dict` wrote.

        Parameters
        ----------
        record : mapping
            As from `to_dict`.
        matrices : sequence of TravelMatrix
            The matrices it names.
        roads : RoadNetwork, optional
            Roads to hold.

        Returns
        -------
        Problem
            Equal to the one written.

        Raises
        ------
        ProblemError
            If the record is not that of a problem, or a matrix is not the one named.
        """
        try:
            nouns = ([from_plain(Order, order) for order in record["orders"]],
                     [from_plain(Depot, depot) for depot in record["depots"]],
                     [from_plain(VehicleType, vehicle) for vehicle in record["fleet"]])
            shipments = tuple(from_plain(Shipment, shipment) for shipment in record["shipments"])
            lines = tuple(from_plain(FixedLine, line) for line in record.get("lines", ()))
            day, zone, named = dt.date.fromisoformat(record["day"]), record["time_zone"], record["matrices"]
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, ProblemError):
                raise
            raise ProblemError(f"this is not the record of a problem: {error!r}") from None
        problem = cls(*nouns, tuple(matrices), day=day, time_zone=zone, roads=roads,  # type: ignore[arg-type]
                      shipments=shipments, apart=tuple(map(tuple, record.get("apart", ()))), lines=lines)
        if problem._named_matrices() != named:
            raise ProblemError("the travel matrices are not those that the problem was made with")
        return problem

    def _named_matrices(self) -> list[dict[str, Any]]:
        return [{"profile": matrix.profile, "digest": matrix.digest,
                 **({"begins_s": list(matrix.hourly.begins_s)} if matrix.hourly else {})} for matrix in self.matrices]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, hexadecimal."""
        text = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def __repr__(self) -> str:
        """Return one line with the size and the day."""
        vehicles = sum(vehicle.count for vehicle in self.fleet)
        counts = f"{len(self.orders)} orders, {len(self.depots)} depots, {vehicles} vehicles of {len(self.fleet)} types"
        return f"<Problem: {counts}, {self.day} {self.time_zone}>"

    def __eq__(self, other: object) -> bool:
        """Return whether both hold the same content; the roads do not count."""
        return isinstance(other, Problem) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def _settle_kinds(self) -> Iterable[str]:
        """Turn the collections into tuples and yield what in them is not of its kind."""
        kinds: dict[str, type] = {"orders": Order, "depots": Depot, "fleet": VehicleType, "matrices": TravelMatrix,
                                  "shipments": Shipment, "lines": FixedLine}
        for name, kind in kinds.items():
            given = getattr(self, name)
            if isinstance(given, str | Mapping | kind) or not isinstance(given, Iterable):
                yield f"{name} must be a list of {kind.__name__}, got {type(given).__name__}"
                continue
            listed = tuple(given)
            yield from (f"{name}[{i}] must be a {kind.__name__}, got {type(thing).__name__}"
                        for i, thing in enumerate(listed) if not isinstance(thing, kind))
            if name == "matrices":
                listed = tuple(sorted(listed, key=lambda matrix: str(getattr(matrix, "profile", ""))))
            object.__setattr__(self, name, listed)

    def _settle_apart(self) -> Iterable[str]:
        """Sort the pairs that must be kept apart and yield what is wrong with them."""
        given = self.apart if isinstance(self.apart, Iterable) else (self.apart,)
        pairs = [pair if isinstance(pair, str) or not isinstance(pair, Iterable) else tuple(pair) for pair in given]
        wrong = [pair for pair in pairs if isinstance(pair, str) or not isinstance(pair, tuple) or len(pair) != 2
                 or not all(isinstance(kind, str) and kind.strip() for kind in pair)]
        if wrong:
            yield f"apart must be pairs of kinds of goods such as ('food', 'hazard 6.1'), got {wrong[0]!r}"
            return
        object.__setattr__(self, "apart", tuple(sorted({(min(pair), max(pair)) for pair in pairs})))
        yield from apart_faults(self.orders, self.shipments, self.apart)

    def _matrix_faults(self) -> Iterable[str]:
        profiles = [matrix.profile for matrix in self.matrices]
        if len(set(profiles)) < len(profiles):
            yield "two matrices have the same profile"
        for profile in sorted({vehicle.profile for vehicle in self.fleet} - set(profiles)):
            yield f"there is no travel matrix for profile {profile!r}"
        for matrix in self.matrices:
            if matrix.places != self.place_labels:
                yield f"travel matrix {matrix.profile!r}: its rows are not the depots, then the orders"
