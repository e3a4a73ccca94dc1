"""The parts of a plan as tables: GeoDataFrames for analysts, and a small table for notebooks.

Coordinates are WGS 84 (EPSG:4326), distances metres, durations and clock times seconds from midnight of the plan day.
A line runs along the roads where the plan knows them, else straight from place to place; its column `line` says which.
"""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from shapely import LineString, Point

from gisdata.clock import format_clock
from routing.errors import ProblemError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from routing.model import Depot, Order, Problem
    from routing.route import PlanGeometry, Route, UnservedOrder, Visit

CRS = "EPSG:4326"
ALONG_ROADS = "road"
STRAIGHT = "straight"
SHOWN_ROUTES = 20

_TEXT, _WHOLE, _NUMBER = "str", "int64", "float64"
ROUTE_COLUMNS = {
    "vehicle": _TEXT, "vehicle_type": _TEXT, "depot": _TEXT, "end_depot": _TEXT, "stops": _WHOLE, "begin_s": _WHOLE,
    "end_s": _WHOLE, "begin": _TEXT, "end": _TEXT, "duration_s": _WHOLE, "distance_m": _WHOLE, "cost": _NUMBER,
    "breaks": _TEXT, "line": _TEXT,
}
STOP_COLUMNS = {
    "vehicle": _TEXT, "stop": _WHOLE, "order": _TEXT, "kind": _TEXT, "shipment": _TEXT, "name": _TEXT, "address": _TEXT,
    "arrival_s": _WHOLE, "begin_s": _WHOLE, "end_s": _WHOLE, "arrival": _TEXT, "begin": _TEXT, "end": _TEXT,
    "wait_s": _WHOLE, "service_s": _WHOLE,
}
LEG_COLUMNS = {
    "vehicle": _TEXT, "leg": _WHOLE, "origin": _TEXT, "destination": _TEXT, "begin_s": _WHOLE, "end_s": _WHOLE,
    "duration_s": _WHOLE, "distance_m": _WHOLE, "line": _TEXT,
}
UNSERVED_COLUMNS = {
    "order": _TEXT, "reason": _TEXT, "detail": _TEXT, "penalty": _NUMBER, "name": _TEXT, "address": _TEXT,
}
_TAKEN = {*ROUTE_COLUMNS, *STOP_COLUMNS, "geometry"}


class PlanFrames(NamedTuple):
    """The parts of a plan, a GeoDataFrame each, in the order of the plan.

    Parameters
    ----------
    routes : GeoDataFrame
        One row a used vehicle: times, distance, cost, a column for each load dimension (a shipment's goods counted
        once), its line. `end_depot` is empty if it does not return.
    stops : GeoDataFrame
        One row a visit, `stop` counted from 1 on each route; `kind` says delivery or pickup, `shipment` which pickup
        and delivery belong together; loads by dimension; a point.
    legs : GeoDataFrame
        One row a drive from place to place, the depot included; `leg` counted from 1; its line.
    unserved : GeoDataFrame
        One row an order left over: reason, detail, penalty; a point.
    """

    routes: GeoDataFrame
    stops: GeoDataFrame
    legs: GeoDataFrame
    unserved: GeoDataFrame


def plan_frames(
    problem: Problem, routes: Sequence[Route], unserved: Sequence[UnservedOrder], geometry: PlanGeometry | None
) -> PlanFrames:
    """Return the parts of a plan as GeoDataFrames.

    Parameters
    ----------
    problem : Problem
        Holds orders, depots and matrices.
    routes : sequence of Route
        Routes of the plan.
    unserved : sequence of UnservedOrder
        Orders left over.
    geometry : PlanGeometry, optional
        Lines along the roads.

    Returns
    -------
    PlanFrames
        Each in EPSG:4326, with all its columns even if it has no row.

    Raises
    ------
    ProblemError
        If the plan names an order, a depot or a vehicle type that its problem does not have, or holds a time, distance
        or cost that is no number.
    """
    _require_known(problem, routes, unserved)
    orders = {order.id: order for order in problem.orders}
    dimensions = {name: name if name not in _TAKEN else f"load_{name}"
                  for name in sorted({name for order in problem.orders for name in order.load})}
    lines = geometry.legs if geometry else [straight_legs(problem, route) for route in routes]
    kind = ALONG_ROADS if geometry else STRAIGHT
    stops, legs, whole = [], [], []
    for route, route_lines in zip(routes, lines, strict=True):
        visited = [orders[visit.order] for visit in route.visits]
        goods = [order.load for order in visited if order.kind == "pickup" or order.id not in problem.shipment_of]
        total = {column: sum(load.get(name, 0.0) for load in goods) for name, column in dimensions.items()}
        whole.append(_route_row(problem, route, kind) | total | {"geometry": _joined(route_lines)})
        for number, (visit, order) in enumerate(zip(route.visits, visited, strict=True), start=1):
            stops.append(_stop_row(problem, route, number, visit)
                         | {column: order.load.get(name, 0.0) for name, column in dimensions.items()}
                         | {"geometry": Point(order.lon, order.lat)})
        legs += [row | {"line": kind, "geometry": line}
                 for row, line in zip(_leg_rows(problem, route), route_lines, strict=True)]
    left = [
        {"order": left.order, "reason": left.reason, "detail": left.detail, "penalty": orders[left.order].penalty,
         "name": orders[left.order].name, "address": orders[left.order].address,
         "geometry": Point(orders[left.order].lon, orders[left.order].lat)}
        for left in unserved
    ]
    return PlanFrames(
        _frame(whole, ROUTE_COLUMNS | dict.fromkeys(dimensions.values(), _NUMBER)),
        _frame(stops, STOP_COLUMNS | dict.fromkeys(dimensions.values(), _NUMBER)),
        _frame(legs, LEG_COLUMNS), _frame(left, UNSERVED_COLUMNS),
    )


def straight_legs(problem: Problem, route: Route) -> tuple[LineString, ...]:
    """Return straight lines from place to place of a route, for a plan that does not know its roads.

    Parameters
    ----------
    problem : Problem
        Holds the places.
    route : Route
        One route of its plan.

    Returns
    -------
    tuple of LineString
        One more than the route has visits, or as many if it does not return.
    """
    depots = [problem.depots[problem.depot_row[depot]] for depot in ends_of(problem, route)]
    orders = [problem.orders[problem.order_row[order] - len(problem.depots)] for order in route.orders]
    places: list[Depot | Order] = [depots[0], *orders, *depots[1:]]
    points = [(place.lon, place.lat) for place in places]
    return tuple(LineString(pair) for pair in itertools.pairwise(points))


def ends_of(problem: Problem, route: Route) -> tuple[str, ...]:
    """Return the depots of a route.

    Parameters
    ----------
    problem : Problem
        Says whether the vehicle returns; one of an unknown type does.
    route : Route
        One route of its plan.

    Returns
    -------
    tuple of str
        Id of the depot where it starts and, if it returns, of the one where it ends.
    """
    returns = next((kind.returns for kind in problem.fleet if kind.id == route.vehicle_type), True)
    return (route.depot, route.end_depot or route.depot) if returns else (route.depot,)


def plan_html(title: str, routes: Sequence[Route], unserved: Sequence[UnservedOrder]) -> str:
    """Return a plan as a table for notebooks, every text escaped.

    Parameters
    ----------
    title : str
        What stands above it.
    routes : sequence of Route
        Routes of the plan; the first `SHOWN_ROUTES` are shown.
    unserved : sequence of UnservedOrder
        Orders left over; the first `SHOWN_ROUTES` are shown.

    Returns
    -------
    str
        HTML without scripts or outside files.
    """
    rows = [(route.vehicle, len(route.visits), _clock(route.begin_s), _clock(route.end_s),
             f"{route.distance_m / 1000:,.1f}", f"{route.cost:,.2f}") for route in routes[:SHOWN_ROUTES]]
    table = _html_table(("vehicle", "stops", "leaves", "returns", "km", "cost"), rows) if rows else ""
    table += _more(len(routes), "routes")
    if unserved:
        left = [(order.order, order.reason, order.detail) for order in unserved[:SHOWN_ROUTES]]
        table += _html_table(("unserved", "reason", "detail"), left) + _more(len(unserved), "unserved orders")
    return f"<div><p><strong>{html.escape(title)}</strong></p>{table}</div>"


def _require_known(problem: Problem, routes: Sequence[Route], unserved: Sequence[UnservedOrder]) -> None:
    used = {
        "order": {order for route in routes for order in route.orders} | {left.order for left in unserved},
        "depot": {depot for route in routes for depot in (route.depot, route.end_depot or route.depot)},
        "vehicle type": {route.vehicle_type for route in routes},
    }
    known = {"order": problem.order_row.keys(), "depot": problem.depot_row.keys(),
             "vehicle type": {vehicle.id for vehicle in problem.fleet}}
    unknown = [f"{noun} {name!r}" for noun in used for name in sorted(used[noun] - known[noun], key=repr)]
    if unknown:
        raise ProblemError(f"the plan names what its problem does not have: {', '.join(unknown[:5])}")
    figures = [figure for route in routes for figure in (
        route.begin_s, route.end_s, route.distance_m,
        *(time for visit in route.visits for time in (visit.arrival_s, visit.begin_s, visit.end_s)))]
    if not all(isinstance(figure, int) for figure in figures) or not all(isinstance(r.cost, float) for r in routes):
        raise ProblemError("the plan holds times, distances or costs that are no numbers; routing.check names them")


def _stop_row(problem: Problem, route: Route, number: int, visit: Visit) -> dict[str, Any]:
    order = problem.orders[problem.order_row[visit.order] - len(problem.depots)]
    shipment = problem.shipment_of.get(order.id)
    return {
        "vehicle": route.vehicle, "stop": number, "order": order.id, "kind": order.kind,
        "shipment": "" if shipment is None else shipment.id, "name": order.name, "address": order.address,
        "arrival_s": visit.arrival_s, "begin_s": visit.begin_s, "end_s": visit.end_s,
        "arrival": _clock(visit.arrival_s), "begin": _clock(visit.begin_s), "end": _clock(visit.end_s),
        "wait_s": visit.begin_s - visit.arrival_s, "service_s": visit.end_s - visit.begin_s,
    }


def _route_row(problem: Problem, route: Route, kind: str) -> dict[str, Any]:
    return {
        "vehicle": route.vehicle, "vehicle_type": route.vehicle_type, "depot": route.depot,
        "end_depot": "".join(ends_of(problem, route)[1:]), "stops": len(route.visits), "begin_s": route.begin_s,
        "end_s": route.end_s, "begin": _clock(route.begin_s), "end": _clock(route.end_s),
        "duration_s": route.duration_s, "distance_m": route.distance_m, "cost": route.cost,
        "breaks": ", ".join(f"{_clock(pause.begin_s)}-{_clock(pause.end_s)}" for pause in route.pauses), "line": kind,
    }


def _leg_rows(problem: Problem, route: Route) -> Iterable[dict[str, Any]]:
    """Yield what is known of each drive; the depot is leg 1's origin and, if it returns, the last one's end."""
    vehicle = next(vehicle for vehicle in problem.fleet if vehicle.id == route.vehicle_type)
    metres = problem.matrix(vehicle.profile).distance_m
    depots = [problem.depot_row[depot] for depot in ends_of(problem, route)]
    rows = [depots[0], *(problem.order_row[order] for order in route.orders), *depots[1:]]
    leaves = [route.begin_s, *(visit.end_s for visit in route.visits)]
    arrives = [*(visit.arrival_s for visit in route.visits), route.end_s]
    for number, ((origin, destination), begin_s, end_s) in enumerate(
        zip(itertools.pairwise(rows), leaves, arrives, strict=False), start=1
    ):
        yield {
            "vehicle": route.vehicle, "leg": number, "origin": problem.place_labels[origin],
            "destination": problem.place_labels[destination], "begin_s": begin_s, "end_s": end_s,
            "duration_s": end_s - begin_s, "distance_m": int(metres[origin, destination]),
        }


def _joined(lines: Sequence[LineString]) -> LineString:
    """Return one line through all lines, without repeating the points where they meet."""
    points = [point for point, _ in itertools.groupby(point for line in lines for point in line.coords)]
    return LineString(points if len(points) > 1 else points * 2)


def _frame(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> GeoDataFrame:
    """Return rows as a GeoDataFrame whose columns are of their kind even if there is no row."""
    from geopandas import GeoDataFrame  # takes 0.3 s to import

    frame = GeoDataFrame(list(rows), columns=[*columns, "geometry"], geometry="geometry", crs=CRS)
    return GeoDataFrame(frame.astype(dict(columns)))


def _clock(seconds: int) -> str:
    """Return a clock time; one before the plan day, which only a faulty plan has, as plain seconds."""
    return format_clock(seconds) if seconds >= 0 else f"{seconds} s"


def _more(count: int, noun: str) -> str:
    return f"<p>... and {count - SHOWN_ROUTES} more {noun}</p>" if count > SHOWN_ROUTES else ""


def _html_table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    def line(tag: str, cells: Iterable[object]) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"

    return f"<table><thead>{line('th', head)}</thead><tbody>{''.join(line('td', row) for row in rows)}</tbody></table>"
