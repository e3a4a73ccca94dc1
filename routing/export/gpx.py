"""Write a GPX file for each vehicle: its stops as waypoints and as a route, and its path along the roads as a track.

Positions are WGS 84 degrees with six decimals (0.1 m).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gisdata.escape import defuse_cell, escape_xml, plain_text, restore_cell
from gisdata.files import safe_name, whole_folder
from routing.export.stops import aboard, clock_text, depot_of, depot_rows, end_of, orders_of, stop_rows
from routing.export.wording import duration_text, km_text, load_text, order_text

if TYPE_CHECKING:
    from shapely import LineString

    from routing.plan import Plan, Route

INDEX = "index.csv"

_Point = tuple[float, float]


def write_gpx(plan: Plan, folder: str | os.PathLike[str]) -> None:
    """Write a GPX 1.1 file for each vehicle into a folder, and ``index.csv``, which says which file is whose.

    A file holds the depots and each stop as a waypoint and as a point of the route, in the order of driving, named by
    number and order; and, where the plan has geometry, the path along the roads as a track of one segment a leg.

    Parameters
    ----------
    plan : Plan
        Any plan.
    folder : path-like
        Made if it does not exist. All files are written, or none. Files of an earlier plan that its ``index.csv`` names
        and that this plan does not have are removed, so that nobody drives yesterday's route; any other file stays.

    Raises
    ------
    OSError
        If it cannot be written; old files are then untouched.

    References
    ----------
    Topografix (2004), GPX 1.1 schema: metadata, waypoints, routes, tracks, in that order.
    """
    target = Path(folder)
    outdated = _indexed_files(target / INDEX)
    names = _file_names([route.vehicle for route in plan.routes])
    with whole_folder(target) as temporary:
        for i, (route, name) in enumerate(zip(plan.routes, names, strict=True)):
            legs = plan.geometry.legs[i] if plan.geometry is not None else ()
            (temporary / name).write_text("\n".join(_gpx(plan, route, legs)), encoding="utf-8", newline="\n")
        _write_index(plan, names, temporary / INDEX)
    kept = {name.casefold() for name in names}
    for name in outdated:
        if name.casefold() not in kept:
            (target / name).unlink(missing_ok=True)


def _file_names(vehicles: Sequence[str]) -> list[str]:
    """Return a file name for each vehicle; no two are the same where case does not count."""
    names: list[str] = []
    taken: set[str] = set()
    for vehicle in vehicles:
        stem = name = safe_name(vehicle)
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.casefold())
        names.append(f"{name}.gpx")
    return names


def _gpx(plan: Plan, route: Route, legs: Sequence[LineString]) -> Iterator[str]:
    """Yield the lines of the file."""
    about = (f"{plan.problem.day:%Y-%m-%d}, {clock_text(route.begin_s)} to {clock_text(route.end_s)}, "
             f"{len(route.visits)} stops, {km_text(route.distance_m)}, {duration_text(route.duration_s)}")
    places = list(_places(plan, route))
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<gpx version="1.1" creator="routebook" xmlns="http://www.topografix.com/GPX/1/1">'
    yield f"<metadata>{_names(route.vehicle, about)}</metadata>"
    round_trip = end_of(plan, route) == depot_of(plan, route)
    yield from (_place("wpt", *place) for place in (places[:-1] if round_trip else places))
    yield f"<rte>{_names(route.vehicle, about)}"
    yield from (_place("rtept", *place) for place in places)
    yield "</rte>"
    if legs:
        yield f"<trk>{_names(route.vehicle, about)}"
        for leg in legs:
            yield "<trkseg>" + "".join(f"<trkpt {_at((x, y))}/>" for x, y, *_ in leg.coords) + "</trkseg>"
        yield "</trk>"
    yield "</gpx>\n"


def _places(plan: Plan, route: Route) -> Iterator[tuple[_Point, str, str, str]]:
    """Yield position, name, description and kind of the depot, each stop, and the depot where it ends, if any."""
    depot, end, orders = depot_of(plan, route), end_of(plan, route), orders_of(plan, route)
    loads = aboard(plan, route)
    about = _lines([*depot_rows(depot), ("Leaves", clock_text(route.begin_s)),
                    ("Load", load_text(loads[0]))])
    yield (depot.lon, depot.lat), f"Depot {depot.id}", about, "depot"
    for number, order in enumerate(orders, start=1):
        rows = stop_rows(plan, route, number, loads[number])
        yield (order.lon, order.lat), f"{number} {order_text(order)}", _lines(rows), "stop"
    if end is not None:
        yield (end.lon, end.lat), f"Depot {end.id}", f"Returns: {clock_text(route.end_s)}", "depot"


def _place(tag: str, at: _Point, name: str, about: str, kind: str) -> str:
    return f"<{tag} {_at(at)}>{_names(name, about)}<type>{kind}</type></{tag}>"


def _names(name: str, about: str) -> str:
    return f"<name>{escape_xml(name)}</name><desc>{escape_xml(about)}</desc>"


def _at(point: _Point) -> str:
    return f'lat="{point[1]:.6f}" lon="{point[0]:.6f}"'


def _lines(rows: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{name}: {text}" for name, text in rows)


def _write_index(plan: Plan, names: Sequence[str], path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("vehicle", "file", "stops", "distance_km"))
        for route, name in zip(plan.routes, names, strict=True):
            rows.writerow((defuse_cell(plain_text(route.vehicle)), defuse_cell(name), len(route.visits),
                           f"{route.distance_m / 1000:.3f}"))


def _indexed_files(index: Path) -> set[str]:
    """Return the files that an earlier index names, as far as they are plain GPX names in its own folder."""
    try:
        with index.open(encoding="utf-8-sig", newline="") as file:
            listed = {restore_cell(row.get("file") or "") for row in csv.DictReader(file)}
    except (OSError, UnicodeDecodeError, csv.Error):
        return set()
    return {name for name in listed if name.endswith(".gpx") and name == f"{safe_name(name[:-4])}.gpx"}
