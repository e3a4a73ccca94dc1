"""Draw a plan as an interactive map: roads below, coloured routes with arrows, numbered stops, and a panel.

Folium itself is known to `gisdata.maps` only.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import shapely

from gisdata.clock import format_clock
from gisdata.lanes import side_by_side
from gisdata.maps import MapLayer, Mark, Rows, draw_map, save_map
from gisdata.palette import PLACE, WARNING, LineStyle, ink_on, line_style
from routing.export.wording import (
    duration_text,
    km_text,
    load_text,
    money_text,
    order_text,
    reason_text,
    window_text,
)
from routing.model import Depot, Order

if TYPE_CHECKING:
    import folium

    from routing.plan import Plan, Route, Visit

FIRST_LANE_PX = 2.0
LANE_PX = 4.0
TIE_DEGREES = 5e-5  # about 5 m: a stop further from the end of its leg gets a dotted line to it


def write_map(plan: Plan, path: str | os.PathLike[str], title: str = "") -> None:
    """Write a plan as one HTML file that any browser opens, with no network.

    Parameters
    ----------
    plan : Plan
        With geometry, its routes follow the roads; without, they are straight lines and said to be.
    path : path-like
        Where to, such as ``out/map.html``. Written whole or not at all; the same plan gives the same bytes.
    title : str
        Head of the map; by default it names the plan day.

    Raises
    ------
    OSError
        If it cannot be written; an old file is then untouched.

    See Also
    --------
    draw_plan : The same map, to show in a notebook.
    """
    save_map(draw_plan(plan, title), path)


def draw_plan(plan: Plan, title: str = "") -> folium.Map:
    """Return the map of a plan, to show in a notebook; it too needs no network.

    Parameters
    ----------
    plan : Plan
        With or without geometry.
    title : str
        Head of the map; by default it names the plan day.

    Returns
    -------
    folium.Map
        Ready to show.
    """
    roads = plan.geometry.roads if plan.geometry is not None else plan.problem.roads
    layers = [_depots(plan), *_routes(plan), *_unserved(plan)]
    return draw_map(_apart(layers), title=title or f"Delivery plan {plan.problem.day:%Y-%m-%d}", facts=_facts(plan),
                    notes=tuple(_notes(plan)), roads=roads)


def _facts(plan: Plan) -> Rows:
    routes = plan.routes
    served = sum(len(route.visits) for route in routes)
    return (
        ("Orders served", f"{served:,} of {served + len(plan.unserved):,}"),
        ("Vehicles", f"{len(routes):,} of {sum(vehicle.count for vehicle in plan.problem.fleet):,}"),
        ("Distance", km_text(sum(route.distance_m for route in routes))),
        ("Working time", duration_text(sum(route.duration_s for route in routes))),
        ("Cost", money_text(sum(route.cost for route in routes), plan.problem.currency)),
        ("Time zone", plan.problem.time_zone),
    )


def _notes(plan: Plan) -> Iterator[str]:
    if plan.geometry is None and plan.routes:
        yield "Routes are drawn as straight lines: this plan holds no paths along the roads."
    yield from plan.notes
    roads = plan.geometry.roads if plan.geometry is not None else plan.problem.roads
    if roads is not None:
        origin = ", ".join(text for text in (roads.name, roads.meta.get("date", "")) if text)
        yield f"Roads: {origin}. {roads.meta.get('notes', '')}".rstrip()


def _depots(plan: Plan) -> MapLayer:
    used = [route.depot for route in plan.routes]
    marks = tuple(
        Mark(depot.lon, depot.lat, name=f"{depot.id} · {depot.name}" if depot.name else depot.id, label="D",
             shape="depot", rows=_depot_rows(depot, used.count(depot.id)))
        for depot in plan.problem.depots
    )
    count = f"{len(marks)} places" if len(marks) > 1 else ""
    return MapLayer("Depots" if count else "Depot", note=count, style=LineStyle(PLACE, ink_on(PLACE)), marks=marks,
                    steady=True)


def _depot_rows(depot: Depot, routes: int) -> Rows:
    hours = window_text(depot.hours)
    return tuple(row for row in (("Open", hours), ("Routes", str(routes))) if row[1])


def _routes(plan: Plan) -> list[MapLayer]:
    geometry = plan.geometry
    looks = _looks(plan)
    if geometry is None:
        return [_route(plan, route, [(leg, 0.0) for leg in _straight_legs(plan, route)], looks[i], ())
                for i, route in enumerate(plan.routes)]
    return [_route(plan, route, [(line, FIRST_LANE_PX + LANE_PX * lane) for line, lane in stretches], looks[i],
                   tuple(_ties(plan, route, geometry.legs[i])))
            for i, (route, stretches) in enumerate(zip(plan.routes, side_by_side(geometry.legs), strict=True))]


def _route(plan: Plan, route: Route, stretches: Sequence[tuple[shapely.LineString, float]], look: LineStyle,
           ties: tuple[shapely.LineString, ...]) -> MapLayer:
    stops = len(route.visits)
    return MapLayer(
        route.vehicle, note=f"{stops} {'stop' if stops == 1 else 'stops'}, {km_text(route.distance_m)}", style=look,
        lines=tuple(line for line, _ in stretches), lanes=tuple(lane for _, lane in stretches), ties=ties,
        marks=tuple(_stops(plan, route)), rows=_route_rows(plan, route),
    )


def _straight_legs(plan: Plan, route: Route) -> list[shapely.LineString]:
    depot = plan.problem.depots[plan.problem.depot_row[route.depot]]
    stops = ((order.lon, order.lat) for order in _orders(plan, route))
    return [shapely.LineString(ends) for ends in pairwise([(depot.lon, depot.lat), *stops, (depot.lon, depot.lat)])]


def _orders(plan: Plan, route: Route) -> list[Order]:
    problem = plan.problem
    return [problem.orders[problem.order_row[order] - len(problem.depots)] for order in route.orders]


def _looks(plan: Plan) -> list[LineStyle]:
    """Return a look for each route; those that leave in neighbouring directions differ in colour."""
    def bearing(i: int) -> float:
        route, orders = plan.routes[i], _orders(plan, plan.routes[i])
        depot = plan.problem.depots[plan.problem.depot_row[route.depot]]
        east = sum(order.lon - depot.lon for order in orders) * math.cos(math.radians(depot.lat))
        return math.atan2(east, sum(order.lat - depot.lat for order in orders))

    around = sorted(range(len(plan.routes)), key=lambda i: (bearing(i), i))
    number = {i: n for n, i in enumerate(around)}
    return [line_style(number[i]) for i in range(len(plan.routes))]


def _ties(plan: Plan, route: Route, legs: Sequence[shapely.LineString]) -> Iterator[shapely.LineString]:
    for order, leg in zip(_orders(plan, route), legs, strict=False):
        end = leg.coords[-1][:2]
        if math.dist(end, (order.lon, order.lat)) > TIE_DEGREES:
            yield shapely.LineString([end, (order.lon, order.lat)])


def _stops(plan: Plan, route: Route) -> Iterator[Mark]:
    """Yield a mark for each stop; visits one after the other in the same place share one."""
    on_board = _loads_after(plan, route)
    visits = list(zip(range(1, len(route.visits) + 1), route.visits, _orders(plan, route), strict=True))
    for (lon, lat), group in groupby(visits, key=lambda visit: (visit[2].lon, visit[2].lat)):
        here = list(group)
        first, last = here[0][0], here[-1][0]
        rows = [row for number, visit, order in here
                for row in _stop_rows(route, number, visit, order, on_board[number - 1], alone=len(here) == 1)]
        name = order_text(here[0][2]) if len(here) == 1 else f"{len(here)} orders in one place"
        yield Mark(lon, lat, name=name, label=str(first) if first == last else f"{first}-{last}", rows=tuple(rows))


def _stop_rows(route: Route, number: int, visit: Visit, order: Order, on_board: str, *, alone: bool) -> Rows:
    rows = (
        ("Order", "" if alone else order_text(order)),
        ("Vehicle", f"{route.vehicle}, stop {number} of {len(route.visits)}"),
        ("Address", order.address),
        ("Arrives", format_clock(visit.arrival_s)),
        ("Waits", duration_text(visit.begin_s - visit.arrival_s) if visit.begin_s > visit.arrival_s else ""),
        ("Service", f"{format_clock(visit.begin_s)} to {format_clock(visit.end_s)}"
                    f" ({duration_text(visit.end_s - visit.begin_s)})"),
        ("Window", window_text(order.window)),
        ("Delivers", load_text(order.load)),
        ("Then aboard", on_board),
    )
    return tuple(row for row in rows if row[1])


def _loads_after(plan: Plan, route: Route) -> list[str]:
    """Return what is still on board after each stop."""
    loads = [order.load for order in _orders(plan, route)]
    names = list(dict.fromkeys(name for load in loads for name in load))
    return [load_text({name: math.fsum(load.get(name, 0.0) for load in loads[i:]) for name in names})
            for i in range(1, len(loads) + 1)]


def _route_rows(plan: Plan, route: Route) -> Rows:
    vehicle = next((v for v in plan.problem.fleet if v.id == route.vehicle_type), None)
    limits = vehicle.capacities if vehicle is not None else {}
    loads = [order.load for order in _orders(plan, route)]
    total = {name: math.fsum(load.get(name, 0.0) for load in loads) for name in {n: 0 for load in loads for n in load}}
    shares = [f"{amount / limits[name]:.0%}" for name, amount in total.items() if limits.get(name)]
    fill = f" ({', '.join(shares)} full)" if shares else ""
    return (
        ("Leaves", f"{format_clock(route.begin_s)} from {route.depot}"),
        ("Returns", format_clock(route.end_s)),
        ("Working time", duration_text(route.duration_s)),
        ("Distance", km_text(route.distance_m)),
        ("Stops", str(len(route.visits))),
        ("Load", load_text(total) + fill),
        ("Cost", money_text(route.cost, plan.problem.currency)),
    )


def _unserved(plan: Plan) -> list[MapLayer]:
    if not plan.unserved:
        return []
    orders = {order.id: order for order in plan.problem.orders}
    marks = []
    for left in plan.unserved:
        order = orders[left.order]
        rows = (("Not served", reason_text(left.reason, left.detail)), ("Address", order.address),
                ("Window", window_text(order.window)), ("Needs", load_text(order.load)))
        marks.append(Mark(order.lon, order.lat, name=order_text(order), label="!", shape="unserved",
                          rows=tuple(row for row in rows if row[1])))
    return [MapLayer("Not served", note=f"{len(marks)} {'order' if len(marks) == 1 else 'orders'}",
                     style=LineStyle(WARNING, ink_on(WARNING)), marks=tuple(marks))]


def _apart(layers: Sequence[MapLayer]) -> list[MapLayer]:
    """Return the layers with marks in one place shifted, so that each can be seen and pressed."""
    seen: dict[tuple[float, float], int] = {}
    shifted = []
    for layer in layers:
        marks = []
        for mark in layer.marks:
            place = (round(mark.lon, 5), round(mark.lat, 5))
            marks.append(replace(mark, shift=seen.get(place, 0)))
            seen[place] = (seen.get(place, 0) + 1) % 8
        shifted.append(replace(layer, marks=tuple(marks)))
    return shifted
