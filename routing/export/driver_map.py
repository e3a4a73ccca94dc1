"""Draw the map picture of one route for paper: roads below, the route, numbered stops, the depot, a scale bar.

Positions are WGS 84 degrees, drawn with the same scale in both directions at the middle of the picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from gisdata.basemap import METRES_PER_DEGREE, SCALE, Bounds, road_groups
from gisdata.palette import PLACE, LineStyle, ink_on
from routing.export.labels import Language, label
from routing.export.origin import roads_of
from routing.export.paper import one_line
from routing.export.stops import depot_of, end_of, orders_of
from routing.frames import straight_legs

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from routing.plan import Plan

GROUND = "#f4f5f3"
SMALLEST_M = 600.0  # a route around the corner still shows some streets
MARK_MM = 4.6  # marks nearer than this on paper become one
PIXEL_M = 156_543.0  # of a web map at zoom 0 on the equator
ROAD_BYTES = 6_000_000


class _View(NamedTuple):
    """What the picture shows."""

    bounds: Bounds
    mm_per_degree: float  # of latitude
    width_m: float


class RoadLines(NamedTuple):
    """Roads of one class, ready to print."""

    colour: str
    weight: float
    zoom: int
    lines: NDArray[np.object_]
    boxes: NDArray[np.float64]


def printed_roads(plan: Plan) -> list[RoadLines]:
    """Return the roads around all routes, so that the pages of a plan need not look for them one by one.

    Parameters
    ----------
    plan : Plan
        With or without roads.

    Returns
    -------
    list of RoadLines
        Smallest roads first; empty if the plan has no roads.
    """
    roads = roads_of(plan)
    if roads is None or not plan.routes:
        return []
    points = np.vstack([_points(plan, number) for number in range(len(plan.routes))])
    low, high = points.min(axis=0), points.max(axis=0)
    around = 3 * max(*(high - low), 2 * SMALLEST_M / METRES_PER_DEGREE)
    groups, _ = road_groups(roads, (*(low - around), *(high + around)), ROAD_BYTES)
    return [_road_lines(group) for group in groups]


def draw_route_map(axes: Axes, plan: Plan, number: int, roads: Sequence[RoadLines], style: LineStyle,
                   size_mm: tuple[float, float], language: Language, fonts: Sequence[str]) -> None:
    """Draw a route into axes of a known size on paper.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Empty, without frame.
    plan : Plan
        With geometry, the route follows the roads; without, it is straight lines and said to be.
    number : int
        Which of its routes.
    roads : sequence of RoadLines
        As from `printed_roads`.
    style : LineStyle
        Colour of the route.
    size_mm : tuple of float
        Width and height of the axes on paper.
    language : {"zh", "en"}
        Of the few words on it.
    fonts : sequence of str
        Families for text.
    """
    route = plan.routes[number]
    legs = _legs(plan, number)
    depot, end, orders = depot_of(plan, route), end_of(plan, route), orders_of(plan, route)
    places = np.array([(depot.lon, depot.lat), *((order.lon, order.lat) for order in orders)])
    view = _view(np.vstack([places, _points(plan, number)]), size_mm)
    west, south, east, north = view.bounds
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect("auto")  # the bounds are already in the ratio of the axes
    axes.add_patch(_frame(axes, GROUND))
    _draw_roads(axes, roads, view)
    _draw_legs(axes, legs, style)
    for text, lon, lat in _marks(places, view):
        _draw_mark(axes, text, lon, lat, style, fonts)
    for place in [depot] if end is None or end == depot else [depot, end]:
        _draw_depot(axes, np.array([place.lon, place.lat]), language, fonts)
    _draw_scale(axes, view, fonts)
    _draw_words(axes, plan, language, fonts)


def _view(points: NDArray[np.float64], size_mm: tuple[float, float]) -> _View:
    """Return bounds around points with a margin, in the ratio of the paper."""
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2
    narrow = max(math.cos(math.radians(middle[1])), 0.01)
    width, height = size_mm
    needed = (max((high[0] - low[0]) * narrow, SMALLEST_M / METRES_PER_DEGREE) / (width - 16),
              max(high[1] - low[1], SMALLEST_M / METRES_PER_DEGREE) / (height - 16))
    per_mm = max(needed)
    half_lon, half_lat = per_mm * width / narrow / 2, per_mm * height / 2
    return _View((middle[0] - half_lon, middle[1] - half_lat, middle[0] + half_lon, middle[1] + half_lat), 1 / per_mm,
                 per_mm * width * METRES_PER_DEGREE)


def _draw_roads(axes: Axes, roads: Sequence[RoadLines], view: _View) -> None:
    from matplotlib.collections import LineCollection

    west, south, east, north = view.bounds
    zoom = math.log2(PIXEL_M * math.cos(math.radians(south)) / (view.width_m / 720)) + 1
    for group in roads:
        if group.zoom <= zoom:
            box = group.boxes
            inside = (box[:, 0] <= east) & (box[:, 2] >= west) & (box[:, 1] <= north) & (box[:, 3] >= south)
            axes.add_collection(LineCollection(list(group.lines[inside]), colors=group.colour, rasterized=True,
                                               linewidths=group.weight * 0.55, capstyle="round"), autolim=False)


def _road_lines(group: dict[str, Any]) -> RoadLines:
    lines = np.empty(len(group["lines"]), dtype=object)
    for number, steps in enumerate(group["lines"]):
        lines[number] = np.cumsum(np.reshape(steps, (-1, 2)), axis=0) / SCALE
    boxes = np.array([(*line.min(axis=0), *line.max(axis=0)) for line in lines]).reshape(-1, 4)
    return RoadLines(group["colour"], group["weight"], group["zoom"], lines, boxes)


def _legs(plan: Plan, number: int) -> Sequence[shapely.LineString]:
    return plan.geometry.legs[number] if plan.geometry else straight_legs(plan.problem, plan.routes[number])


def _points(plan: Plan, number: int) -> NDArray[np.float64]:
    """Return every point of the legs of a route."""
    return np.vstack([shapely.get_coordinates(line) for line in _legs(plan, number)])


def _draw_legs(axes: Axes, legs: Sequence[shapely.LineString], style: LineStyle) -> None:
    for colour, width in (("white", 4.2), (style.colour, 2.4)):
        for leg in legs:
            lon, lat = shapely.get_coordinates(leg).T
            axes.plot(lon, lat, color=colour, linewidth=width, solid_capstyle="round", solid_joinstyle="round",
                      scalex=False, scaley=False)
    for leg in legs:
        _draw_arrow(axes, leg, style)


def _draw_arrow(axes: Axes, leg: shapely.LineString, style: LineStyle) -> None:
    """Draw an arrow half-way along a leg, unless it is too short to need one."""
    west, east = axes.get_xlim()
    if leg.length < (east - west) / 12:
        return
    middle = leg.interpolate(0.5, normalized=True)
    ahead = leg.interpolate(0.5 + 0.01, normalized=True)
    axes.annotate("", (ahead.x, ahead.y), (middle.x, middle.y), zorder=3,
                  arrowprops={"arrowstyle": "-|>,head_width=0.35,head_length=0.6", "facecolor": style.colour,
                              "edgecolor": "white", "linewidth": 0.7, "mutation_scale": 11, "shrinkA": 0,
                              "shrinkB": 0})


def _marks(places: NDArray[np.float64], view: _View) -> list[tuple[str, float, float]]:
    """Return text and position of each mark; stops that would cover each other share one."""
    groups: list[list[int]] = []
    narrow = math.cos(math.radians(places[0, 1]))
    paper = places * np.array([narrow, 1.0]) * view.mm_per_degree
    for stop in range(1, len(places)):
        near = next((group for group in groups if np.hypot(*(paper[stop] - paper[group[0]])) < MARK_MM), None)
        if near is None:
            groups.append([stop])
        else:
            near.append(stop)
    return [(_runs(group), *places[group[0]]) for group in groups]


def _runs(numbers: Sequence[int]) -> str:
    """Return numbers with runs drawn together, such as ``2-4, 7``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}" if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


def _draw_mark(axes: Axes, text: str, lon: float, lat: float, style: LineStyle, fonts: Sequence[str]) -> None:
    shape = "circle,pad=0.25" if len(text) < 3 else "round,pad=0.25,rounding_size=0.6"
    axes.text(lon, lat, text, fontsize=7.5, weight="bold", color=style.ink, ha="center", va="center", zorder=5,
              family=list(fonts), clip_on=True, bbox={"boxstyle": shape, "facecolor": style.colour,
                                                      "edgecolor": "white", "linewidth": 1.0})


def _draw_depot(axes: Axes, at: NDArray[np.float64], language: Language, fonts: Sequence[str]) -> None:
    axes.text(at[0], at[1], label("depot mark", language), fontsize=8.5, weight="bold", color=ink_on(PLACE),
              ha="center", va="center", zorder=6, family=list(fonts), clip_on=True,
              bbox={"boxstyle": "square,pad=0.3", "facecolor": PLACE, "edgecolor": "white", "linewidth": 1.2})


def _draw_scale(axes: Axes, view: _View, fonts: Sequence[str]) -> None:
    west, south, east, north = view.bounds
    metres = _round_length(view.width_m / 4)
    share = metres / view.width_m
    text = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    x, y = west + (east - west) * 0.02, south + (north - south) * 0.03
    bar = [x, x + share * (east - west)]
    for colour, width in (("white", 4.0), ("#1f2933", 1.6)):
        axes.plot(bar, [y, y], color=colour, linewidth=width, solid_capstyle="butt", scalex=False, scaley=False,
                  zorder=7)
    _draw_text(axes, sum(bar) / 2, y + (north - south) * 0.012, text, fonts, "center", "bottom")


def _round_length(metres: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is not longer.

    Examples
    --------
    >>> _round_length(1900.0), _round_length(5100.0)
    (1000.0, 5000.0)
    """
    power = 10.0 ** math.floor(math.log10(metres))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= metres)


def _draw_words(axes: Axes, plan: Plan, language: Language, fonts: Sequence[str]) -> None:
    """Say whose roads these are, as their licence asks, and that straight lines are not roads."""
    roads = roads_of(plan)
    credit = "" if roads is None else roads.meta.get("attribution", "")
    words = [one_line(credit)] * bool(credit) + [label("straight", language)] * (plan.geometry is None)
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    if words:
        _draw_text(axes, east - (east - west) * 0.008, south + (north - south) * 0.012, " · ".join(words), fonts,
                   "right", "bottom")


def _draw_text(axes: Axes, x: float, y: float, text: str, fonts: Sequence[str], across: Any,  # noqa: ANN401
               along: Any) -> None:  # noqa: ANN401 (words of matplotlib)
    axes.text(x, y, text, fontsize=6.5, color="#1f2933", ha=across, va=along, zorder=8, family=list(fonts),
              parse_math=False, bbox={"boxstyle": "square,pad=0.15", "facecolor": "white", "alpha": 0.8,
                                      "edgecolor": "none"})


def _frame(axes: Axes, colour: str) -> Any:  # noqa: ANN401 (a patch)
    from matplotlib.patches import Rectangle

    return Rectangle((0, 0), 1, 1, transform=axes.transAxes, facecolor=colour, edgecolor="#bfc8d1", linewidth=0.8)

