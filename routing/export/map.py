"""Draw a plan as an interactive map: roads below, coloured routes with arrows, numbered stops, and a panel.

Folium itself is known to `gisdata.maps` only.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import shapely

from gisdata.lanes import side_by_side
from gisdata.maps import MapLayer, Mark, Rows, draw_map, save_map
from gisdata.palette import PLACE, WARNING, LineStyle, ink_on, line_style
from routing.export.origin import roads_of
from routing.export.stops import (
    aboard,
    clock_text,
    depot_of,
    depot_rows,
    end_of,
    find_order,
    goods_of,
    orders_of,
    shares,
    stop_rows,
    unserved_rows,
)
from routing.export.wording import duration_text, km_text, load_text, order_text, reason_text
from routing.frames import straight_legs
from routing.words import money

if TYPE_CHECKING:
    import folium

    from routing.plan import Plan, Route

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
    layers = [_depots(plan), *_routes(plan), *_unserved(plan)]
    return draw_map(_apart(layers), title=title or f"Delivery plan {plan.problem.day:%Y-%m-%d}", facts=_facts(plan),
                    notes=tuple(_notes(plan)), roads=roads_of(plan))


def _facts(plan: Plan) -> Rows:
    routes = plan.routes
    served = len(plan.visits)
    return (
        ("Orders served", f"{served:,} of {served + len(plan.unserved):,}"),
        ("Vehicles", f"{len(routes):,} of {sum(vehicle.count for vehicle in plan.problem.fleet):,}"),
        ("Distance", km_text(plan.distance_m)),
        ("Working time", duration_text(plan.duration_s)),
        ("Cost", money(plan.cost, plan.problem.currency)),
        ("Time zone", plan.problem.time_zone),
    )


def _notes(plan: Plan) -> Iterator[str]:
    if plan.geometry is None and plan.routes:
        yield "Routes are drawn as straight lines: this plan holds no paths along the roads."
    yield from plan.notes
    roads = roads_of(plan)
    if roads is not None:
        origin = ", ".join(text for text in (roads.name, roads.meta.get("date", "")) if text)
        about = roads.meta.get("notes", "")
        yield f"Roads: {origin}. {about[:1].upper()}{about[1:]}".rstrip()


def _depots(plan: Plan) -> MapLayer:
    used = [route.depot for route in plan.routes]
    marks = tuple(
        Mark(depot.lon, depot.lat, name=depot.id, label="D",
             shape="depot", rows=(*depot_rows(depot), ("Routes", str(used.count(depot.id)))))
        for depot in plan.problem.depots
    )
    count = f"{len(marks)} places" if len(marks) > 1 else ""
    return MapLayer("Depots" if count else "Depot", note=count, style=LineStyle(PLACE, ink_on(PLACE)), marks=marks,
                    steady=True)


def _routes(plan: Plan) -> list[MapLayer]:
    geometry = plan.geometry
    looks = _looks(plan)
    if geometry is None:
        return [_route(plan, route, [(leg, 0) for leg in straight_legs(plan.problem, route)], looks[i], ())
                for i, route in enumerate(plan.routes)]
    return [_route(plan, route, stretches, looks[i], tuple(_ties(plan, route, geometry.legs[i])))
            for i, (route, stretches) in enumerate(zip(plan.routes, side_by_side(geometry.legs), strict=True))]


def _route(plan: Plan, route: Route, stretches: Sequence[tuple[shapely.LineString, int]], look: LineStyle,
           ties: tuple[shapely.LineString, ...]) -> MapLayer:
    stops = len(route.visits)
    return MapLayer(
        route.vehicle, note=f"{stops} {'stop' if stops == 1 else 'stops'}, {km_text(route.distance_m)}", style=look,
        lines=tuple(line for line, _ in stretches), lanes=tuple(lane for _, lane in stretches), ties=ties,
        marks=tuple(_stops(plan, route)), rows=_route_rows(plan, route),
    )


def _looks(plan: Plan) -> list[LineStyle]:
    """Return a look for each route; those that leave in neighbouring directions differ in colour."""
    def bearing(i: int) -> float:
        route, orders = plan.routes[i], orders_of(plan, plan.routes[i])
        depot = depot_of(plan, route)
        east = sum(order.lon - depot.lon for order in orders) * math.cos(math.radians(depot.lat))
        return math.atan2(east, sum(order.lat - depot.lat for order in orders))

    around = sorted(range(len(plan.routes)), key=lambda i: (bearing(i), i))
    number = {i: n for n, i in enumerate(around)}
    return [line_style(number[i]) for i in range(len(plan.routes))]


def _ties(plan: Plan, route: Route, legs: Sequence[shapely.LineString]) -> Iterator[shapely.LineString]:
    for order, leg in zip(orders_of(plan, route), legs, strict=False):
        end = leg.coords[-1][:2]
        if math.dist(end, (order.lon, order.lat)) > TIE_DEGREES:
            yield shapely.LineString([end, (order.lon, order.lat)])


def _stops(plan: Plan, route: Route) -> Iterator[Mark]:
    """Yield a mark for each stop; visits one after the other in the same place share one."""
    orders, loads = orders_of(plan, route), aboard(plan, route)
    for (lon, lat), group in groupby(enumerate(orders, start=1), key=lambda visit: (visit[1].lon, visit[1].lat)):
        here = list(group)
        first, last = here[0][0], here[-1][0]
        rows: list[tuple[str, str]] = []
        for number, order in here:
            rows += [("Order", order_text(order))] if len(here) > 1 else []
            rows += stop_rows(plan, route, number, loads[number])
        name = order_text(here[0][1]) if len(here) == 1 else f"{len(here)} orders in one place"
        yield Mark(lon, lat, name=name, label=str(first) if first == last else f"{first}-{last}", rows=tuple(rows))


def _route_rows(plan: Plan, route: Route) -> Rows:
    percent = [f"{share:.0%}" for share in shares(plan, route).values()]
    full = f" ({', '.join(percent)} full)" if percent else ""
    end = end_of(plan, route)
    back = f" to {end.id}" if end is not None and end != depot_of(plan, route) else ""
    return (
        ("Leaves", f"{clock_text(route.begin_s)} from {route.depot}"),
        ("Ends" if end is None else "Returns", f"{clock_text(route.end_s)}{back}"),
        ("Working time", duration_text(route.duration_s)),
        ("Distance", km_text(route.distance_m)),
        ("Stops", str(len(route.visits))),
        ("Load", load_text(goods_of(plan, route)) + full),
        ("Cost", money(route.cost, plan.problem.currency)),
    )


def _unserved(plan: Plan) -> list[MapLayer]:
    if not plan.unserved:
        return []
    marks = []
    for left in plan.unserved:
        order = find_order(plan, left.order)
        marks.append(Mark(order.lon, order.lat, name=order_text(order), label="!", shape="unserved",
                          rows=unserved_rows(order, reason_text(left.reason, left.detail))))
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
