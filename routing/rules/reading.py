"""Read a plan that nobody vouches for: each route beside what the problem says of its vehicle, depot and orders.

What cannot be read (an unknown id, a time that is no whole number) is None here and judged by the rule that owns it, so
that one fault is reported once and no rule fails on it. Rows of a matrix are the depots, then the orders; times are
seconds, distances metres.
"""

from __future__ import annotations

import math
import numbers
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from routing.plan import Pause, Plan, Route, UnservedOrder, Visit
from routing.rules.words import named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from routing.model import Depot, Hourly, Order, Problem, VehicleType

Kind = TypeVar("Kind")

LARGEST = 2**53
"""Times and distances beyond it are no numbers of this world, and would lose digits as floats."""


class Stop(NamedTuple):
    """One visit, as far as it can be read.

    Parameters
    ----------
    order_id : str
        What the visit states, as text.
    order : Order or None
        The order of that id.
    row : int or None
        Its matrix row.
    arrival_s, begin_s, end_s : int or None
        As stated; seconds from midnight of the plan day.
    """

    order_id: str
    order: Order | None
    row: int | None
    arrival_s: int | None
    begin_s: int | None
    end_s: int | None


@dataclass(frozen=True, slots=True)
class Tour:
    """One route, as far as it can be read.

    Parameters
    ----------
    route : Route
        As stated.
    vehicle : str
        What it states as its vehicle, as text.
    vehicle_type : VehicleType or None
        The type of the stated id.
    depot : Depot or None
        The depot of the stated id.
    depot_row : int or None
        Matrix row of that depot.
    returns : bool
        Whether the type drives to a depot in the end; so does an unknown one.
    end : Depot or None
        The depot of the stated end, or of the start if none is stated; None also if the type does not return.
    end_row : int or None
        Matrix row of that depot.
    stops : tuple of Stop
        One a visit.
    begin_s, end_s : int or None
        Stated departure and return.
    pauses : tuple of (int, int)
        Begin and end of the stated breaks that can be read.
    """

    route: Route
    vehicle: str
    vehicle_type: VehicleType | None
    depot: Depot | None
    depot_row: int | None
    returns: bool
    end: Depot | None
    end_row: int | None
    stops: tuple[Stop, ...]
    begin_s: int | None
    end_s: int | None
    pauses: tuple[tuple[int, int], ...]


class Leg(NamedTuple):
    """One drive of a tour.

    Parameters
    ----------
    origin, target : str
        The places, in words.
    duration_s, distance_m : int or None
        By the matrix; negative where no road leads, None where a place or the vehicle type is unknown.
    rows : (int, int)
        Rows of the matrix, where it is known.
    hourly : Hourly or None
        Travel by the hour, where it depends on that.
    """

    origin: str
    target: str
    duration_s: int | None
    distance_m: int | None
    rows: tuple[int, int] = (0, 0)
    hourly: Hourly | None = None


_read: ContextVar[tuple[Plan, list[Tour]] | None] = ContextVar("_read", default=None)


@contextmanager
def read_once(plan: Plan) -> Iterator[None]:
    """Let `tours` read a plan no more than once within the block: every rule needs them, and a plan may be large.

    Parameters
    ----------
    plan : Plan
        To judge; nobody may change it meanwhile.

    Yields
    ------
    None
        Nothing.
    """
    token = _read.set((plan, tours(plan)))
    try:
        yield
    finally:
        _read.reset(token)


def tours(plan: Plan) -> list[Tour]:
    """Return every route of the plan beside the nouns it names.

    Parameters
    ----------
    plan : Plan
        To judge.

    Returns
    -------
    list of Tour
        In the order of the plan; entries that are no Route are left out.
    """
    read = _read.get()
    if read is not None and read[0] is plan:
        return read[1]
    problem = plan.problem
    orders = orders_by_id(problem)
    types = {vehicle.id: vehicle for vehicle in problem.fleet}
    depot_rows = {depot.id: row for row, depot in enumerate(problem.depots)}
    order_rows = {order.id: row for row, order in enumerate(problem.orders, start=len(problem.depots))}
    found = []
    for route in entries(plan.routes, Route):
        depot_row = depot_rows.get(route.depot) if isinstance(route.depot, str) else None
        kind = types.get(route.vehicle_type) if isinstance(route.vehicle_type, str) else None
        returns = kind is None or kind.returns
        end_row = depot_rows.get(end_id(route)) if returns else None
        found.append(Tour(
            route=route, vehicle=text(route.vehicle), vehicle_type=kind,
            depot=None if depot_row is None else problem.depots[depot_row], depot_row=depot_row, returns=returns,
            end=None if end_row is None else problem.depots[end_row], end_row=end_row,
            stops=tuple(_stop(visit, orders, order_rows) for visit in listed(route.visits)),
            begin_s=whole(route.begin_s), end_s=whole(route.end_s),
            pauses=tuple((begin_s, end_s) for pause in entries(route.pauses, Pause)
                         if (begin_s := whole(pause.begin_s)) is not None
                         and (end_s := whole(pause.end_s)) is not None),
        ))
    return found


def end_id(route: Route) -> str:
    """Return the id of the depot where a route says it ends, as text."""
    return text(route.depot if isinstance(route.end_depot, str) and not route.end_depot else route.end_depot)


def legs(problem: Problem, tour: Tour) -> list[Leg]:
    """Return the drives of a tour in order: depot to first stop, stop to stop, last stop to depot if it returns.

    Parameters
    ----------
    problem : Problem
        Holds the matrix of the vehicle's road profile.
    tour : Tour
        With at least one stop.

    Returns
    -------
    list of Leg
        One more than there are stops, or as many if it does not return.
    """
    labels = [f"depot {named(tour.route.depot)}", *(f"order {named(stop.order_id)}" for stop in tour.stops)]
    rows = [tour.depot_row, *(stop.row for stop in tour.stops)]
    if tour.returns:
        labels.append(f"depot {named(end_id(tour.route))}")
        rows.append(tour.end_row)
    matrix = problem.matrix(tour.vehicle_type.profile) if tour.vehicle_type else None
    drives = []
    for label, target, a, b in zip(labels, labels[1:], rows, rows[1:], strict=False):
        if matrix is None or a is None or b is None:
            drives.append(Leg(label, target, None, None))
        else:
            drives.append(Leg(label, target, int(matrix.duration_s[a, b]), int(matrix.distance_m[a, b]), (a, b),
                              matrix.hourly))
    return drives


def driven_m(drives: Iterable[Leg]) -> int | None:
    """Return the metres driven in all.

    Parameters
    ----------
    drives : iterable of Leg
        Of one tour.

    Returns
    -------
    int or None
        None if a place is unknown, or no road leads along one of them.
    """
    total = 0
    for drive in drives:
        if drive.distance_m is None or drive.distance_m < 0:
            return None
        total += drive.distance_m
    return total


def unserved(plan: Plan) -> list[UnservedOrder]:
    """Return the unserved orders of the plan that can be read.

    Parameters
    ----------
    plan : Plan
        To judge.

    Returns
    -------
    list of UnservedOrder
        In the order of the plan; entries that are no UnservedOrder, or whose id is no text, are left out.
    """
    return [entry for entry in entries(plan.unserved, UnservedOrder) if isinstance(entry.order, str)]


def orders_by_id(problem: Problem) -> dict[str, Order]:
    """Return the orders of a problem by id.

    Parameters
    ----------
    problem : Problem
        Holds them.

    Returns
    -------
    dict of str to Order
        In the order of the problem.
    """
    return {order.id: order for order in problem.orders}


def service_of(order: Order, kind: VehicleType | None) -> int | None:
    """Return how long an order is served.

    Parameters
    ----------
    order : Order
        Served.
    kind : VehicleType or None
        By what; None if unknown.

    Returns
    -------
    int or None
        Seconds; None if that depends on an unknown type.
    """
    by_type = dict(order.service_by_type)
    if kind is None:
        return None if by_type else order.service_s
    return by_type.get(kind.id, order.service_s)


def listed(value: object) -> tuple[object, ...]:
    """Return the items of a tuple or list, and nothing of anything else."""
    return tuple(value) if isinstance(value, tuple | list) else ()


def entries(value: object, kind: type[Kind]) -> list[Kind]:
    """Return the items of a tuple or list that are of a kind."""
    return [item for item in listed(value) if isinstance(item, kind)]


def text(value: object) -> str:
    """Return text as it is, and anything else as its quoted words."""
    return value if isinstance(value, str) else named(value)


def whole(value: object) -> int | None:
    """Return a whole number that is not absurdly large, or None for anything else."""
    if type(value) is not int:
        if isinstance(value, bool) or not isinstance(value, numbers.Integral):
            return None
        value = int(value)
    return value if -LARGEST <= value <= LARGEST else None


def finite(value: object) -> float | None:
    """Return a finite number, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _stop(visit: object, orders: dict[str, Order], rows: dict[str, int]) -> Stop:
    if not isinstance(visit, Visit):
        return Stop(named(visit), None, None, None, None, None)
    known = isinstance(visit.order, str)
    return Stop(
        order_id=text(visit.order), order=orders.get(visit.order) if known else None,
        row=rows.get(visit.order) if known else None,
        arrival_s=whole(visit.arrival_s), begin_s=whole(visit.begin_s), end_s=whole(visit.end_s),
    )
