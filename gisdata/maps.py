"""Interactive maps in one file that needs no network: roads below, lines and marks above, a panel beside.

The only module that imports folium. What a plan is, is not known here. Positions are degrees, WGS 84.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, asdict, dataclass
from functools import cache
from html.parser import HTMLParser
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, cast

import folium
import numpy as np
import shapely
from branca.element import Element, Figure

from gisdata.basemap import SCALE, Bounds, pack_lines, road_groups
from gisdata.errors import MapError
from gisdata.escape import escape_html, plain_text, script_json
from gisdata.files import whole_file
from gisdata.palette import NEUTRAL, LineStyle, ink_on

if TYPE_CHECKING:
    from gisdata.network import RoadNetwork

Rows = tuple[tuple[str, str], ...]

OSM_CREDIT = "© OpenStreetMap contributors (ODbL)"
LINE_TOLERANCE_M = 1.0
AREA_TOLERANCE_M = 5.0

_ASSET_TAGS = {"script", "link", "img", "iframe", "object", "embed", "source", "video", "audio", "base"}
_STYLE_ASSET = re.compile(r"""url\(\s*["']?(?!data:)[^)]+\)|@import[^;]+""", re.IGNORECASE)
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_NEUTRAL_STYLE = LineStyle(NEUTRAL, ink_on(NEUTRAL))


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the map, with what its popup says. All text is shown as it stands, never as HTML.

    Parameters
    ----------
    lon, lat : float
        Degrees, WGS 84.
    name : str
        Head of the popup; also shown when the mouse rests on the mark.
    label : str
        A few characters written on the mark.
    shape : {"stop", "depot", "unserved"}
        Round, square and large, or square.
    rows : tuple of (str, str)
        Lines of the popup.
    shift : int
        Of several marks in one place: how many stand left of this one.
    """

    lon: float
    lat: float
    _: KW_ONLY
    name: str
    label: str = ""
    shape: Literal["stop", "depot", "unserved"] = "stop"
    rows: Rows = ()
    shift: int = 0


@dataclass(frozen=True, slots=True)
class MapLayer:
    """What one row of the panel switches on and off.

    Parameters
    ----------
    name, note : str
        The row: what it is, and its figures in short.
    style : LineStyle
        Colour and dash of its lines, and colour of its marks.
    lines : tuple of LineString
        Drawn with arrows in their direction; one that begins where the one before ends continues it.
    areas : tuple of Polygon
        Drawn in the colour, half transparent, below its lines.
    lanes : tuple of int
        For each line, beside how many others it runs; it is drawn that much further to the right. Empty: none.
    ties : tuple of LineString
        Thin dotted lines, such as from a road to the door.
    marks : tuple of Mark
        Drawn above all lines.
    rows : tuple of (str, str)
        Popup of the lines.
    steady : bool
        Whether it stays visible while the reader looks at one other layer.
    """

    name: str
    _: KW_ONLY
    note: str = ""
    style: LineStyle = _NEUTRAL_STYLE
    lines: tuple[shapely.LineString, ...] = ()
    areas: tuple[shapely.Polygon, ...] = ()
    lanes: tuple[int, ...] = ()
    ties: tuple[shapely.LineString, ...] = ()
    marks: tuple[Mark, ...] = ()
    rows: Rows = ()
    steady: bool = False


class _Raw(Element):
    """Text that goes into the page as it is; branca would take any other for a Jinja template, and run it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **_: object) -> str:
        return self.text


class _Call(Element):
    """A statement that runs after the script that makes the map."""

    def __init__(self, statement: str) -> None:
        super().__init__()
        self.statement = statement

    def render(self, **_: object) -> str:
        _figure(self).script.add_child(_Raw(self.statement), name="call")
        return ""


class _OfflineMap(folium.Map):
    """A folium map whose scripts and styles are inlined and whose ids do not change from run to run."""

    def __init__(self, view: dict[str, Any]) -> None:
        super().__init__(tiles=None, zoom_snap=0.25, max_zoom=19, font_size="13px")
        self.default_js = []
        self.default_css = []
        data = script_json(view)
        self._id = hashlib.sha256(data.encode()).hexdigest()[:16]
        page = _figure(self)
        page.title = escape_html(view["title"])
        page.height = "620px"
        for name, text in _inlined_assets():
            page.header.add_child(_Raw(text), name=name)
        page.html.add_child(_Raw(f'<script type="application/json" id="view_{self._id}">{data}</script>'), name="view")
        self.add_child(_Call(f'drawView({self.get_name()}, '
                             f'JSON.parse(document.getElementById("view_{self._id}").textContent));'), name="view")


def _figure(element: Element) -> Figure:
    return cast("Figure", element.get_root())


def draw_map(layers: Sequence[MapLayer], *, title: str, facts: Rows = (), notes: Sequence[str] = (),
             roads: RoadNetwork | None = None) -> folium.Map:
    """Return an interactive map that works with no network, in a notebook and (by `save_map`) as one file.

    Parameters
    ----------
    layers : sequence of MapLayer
        In the order of the panel; at least one line or mark among them.
    title : str
        Of the page and the panel.
    facts : tuple of (str, str)
        Figures at the head of the panel: name and value.
    notes : sequence of str
        Sentences at its foot.
    roads : RoadNetwork, optional
        The ground; its ``meta["attribution"]`` is shown.

    Returns
    -------
    folium.Map
        With its own scripts; layers of folium that need no outside file can be added.

    Raises
    ------
    MapError
        If there is nothing to draw.
    """
    bounds = _bounds(layers)
    groups, left_out = road_groups(roads, _wider(bounds)) if roads is not None else ([], "")
    view = {
        "title": plain_text(title),
        "facts": _plain_rows(facts),
        "notes": [plain_text(note) for note in (*notes, left_out) if note],
        "attribution": plain_text(_credit(roads)),
        "bounds": [[bounds[1], bounds[0]], [bounds[3], bounds[2]]],
        "spacing_m": _spacing_m(layers),
        "roads": groups,
        "groups": [_packed(layer) for layer in layers if layer.lines or layer.areas or layer.marks],
    }
    return _OfflineMap(view)


def save_map(drawing: folium.Map, path: str | os.PathLike[str]) -> None:
    """Write a map as one HTML file that needs no network; the same map gives the same bytes.

    The page forbids itself every connection and every script but its own (Content-Security-Policy).

    Parameters
    ----------
    drawing : folium.Map
        From `draw_map`.
    path : path-like
        Where to.

    Raises
    ------
    MapError
        If something was added to the map that must come from outside the file.
    OSError
        If it cannot be written; an old file is then untouched.
    """
    page = drawing.get_root().render().replace("\r\n", "\n")
    finder = _OutsideFinder()
    finder.feed(page)
    if outside := sorted(finder.found):
        raise MapError(f"the map would need files from outside itself: {'; '.join(outside[:5])}. "
                       "Remove the folium plugin or tiles that ask for them.")
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in dict.fromkeys(_SCRIPT.findall(page)))
    policy = f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src {hashes}"
    head = f'<head>\n<meta http-equiv="Content-Security-Policy" content="{policy}">'
    with whole_file(path) as temporary:
        temporary.write_text(page.replace("<head>", head, 1), encoding="utf-8", newline="\n")


class _OutsideFinder(HTMLParser):
    """Collects what a page would fetch: addresses in its tags and its styles."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ASSET_TAGS:
            self.found |= {f"<{tag}> {value[:100]}" for name, value in attrs
                           if name in {"src", "href", "data"} and value and not value.startswith(("data:", "#"))}

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style":
            self.found |= {match[0][:100] for match in _STYLE_ASSET.finditer(data)}


def _credit(roads: RoadNetwork | None) -> str:
    """Return whom the roads are from and under which licence, as the Open Database Licence asks."""
    if roads is None:
        return "Routebook"
    credit, licence = roads.meta.get("attribution") or OSM_CREDIT, roads.meta.get("licence", "")
    short = "ODbL" if "ODbL" in licence else licence
    return credit if not short or short in credit else f"{credit} ({short})"


def _packed(layer: MapLayer) -> dict[str, Any]:
    return {
        "name": plain_text(layer.name), "note": plain_text(layer.note), "rows": _plain_rows(layer.rows),
        "colour": layer.style.colour, "ink": layer.style.ink, "dash": layer.style.dash or None,
        "steady": layer.steady, "lines": _packed_lines(layer), "areas": [_packed_area(area) for area in layer.areas],
        "ties": pack_lines(layer.ties, 0.0), "points": [_packed_mark(mark) for mark in layer.marks],
    }


def _packed_lines(layer: MapLayer) -> list[dict[str, Any]]:
    lanes = layer.lanes or (0,) * len(layer.lines)
    return [{"lane": lane, "steps": steps} for line, lane in zip(layer.lines, lanes, strict=True)
            for steps in pack_lines([line], LINE_TOLERANCE_M)]


def _packed_area(area: shapely.Polygon) -> list[list[int]]:
    """Return the rings of an area, the outer first; those too small to be seen are left out."""
    return pack_lines([shapely.LineString(ring.coords) for ring in (area.exterior, *area.interiors)], AREA_TOLERANCE_M)


def _packed_mark(mark: Mark) -> dict[str, Any]:
    fields = asdict(mark)
    at = [round(fields.pop("lon") * SCALE, 1), round(fields.pop("lat") * SCALE, 1)]
    return {**fields, "at": at, "name": plain_text(mark.name), "label": plain_text(mark.label),
            "rows": _plain_rows(mark.rows)}


def _plain_rows(rows: Rows) -> list[list[str]]:
    return [[plain_text(name), plain_text(value)] for name, value in rows]


def _bounds(layers: Sequence[MapLayer]) -> Bounds:
    lines = [shape for layer in layers for shape in (*layer.lines, *layer.areas)]
    points = [(mark.lon, mark.lat) for layer in layers for mark in layer.marks]
    if not lines and not points:
        raise MapError("there is nothing to draw: no line, no area and no mark in any layer")
    corners = shapely.bounds(np.array([*lines, *map(shapely.Point, points)], dtype=object))
    west, south = corners[:, :2].min(axis=0)
    east, north = corners[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def _wider(bounds: Bounds) -> Bounds:
    """Return bounds with a quarter more on each side, and at least a kilometre."""
    west, south, east, north = bounds
    across, up = max((east - west) / 4, 0.01), max((north - south) / 4, 0.01)
    return west - across, south - up, east + across, north + up


def _spacing_m(layers: Sequence[MapLayer]) -> float:
    """Return the distance to the nearest other stop that half of the stops keep; large when there are few."""
    points = np.array([(mark.lon, mark.lat) for layer in layers for mark in layer.marks if mark.shape == "stop"])
    if len(points) < 2:
        return 1e6
    flat = np.unique(points, axis=0) * [np.cos(np.radians(points[:, 1].mean())), 1.0] * 111_195.0
    tree = shapely.STRtree(shapely.points(flat))
    _, apart = tree.query_nearest(shapely.points(flat), exclusive=True, return_distance=True, all_matches=False)
    return float(np.median(apart)) if len(apart) else 1e6


@cache
def _inlined_assets() -> tuple[tuple[str, str], ...]:
    """Return the styles and scripts of the page, each as the element that holds it."""
    return tuple(_asset_elements())


def _asset_elements() -> Iterator[tuple[str, str]]:
    leaflet_css = _asset("leaflet/leaflet.css")
    for name in ("layers.png", "layers-2x.png"):
        data = base64.b64encode(resources.files("gisdata").joinpath("assets/leaflet", name).read_bytes()).decode()
        leaflet_css = leaflet_css.replace(f"url(images/{name})", f"url(data:image/png;base64,{data})")
    leaflet_css = leaflet_css.replace("url(images/marker-icon.png)", "none").replace("behavior: url(#default#VML);", "")
    leaflet_js = re.sub(r"\n//# sourceMappingURL=.*", "", _asset("leaflet/leaflet.js"))
    yield "leaflet_licence", f"<!--\nLeaflet 1.9.4 is in this page.\n{_asset('leaflet/LICENSE')}-->"
    yield "leaflet_css", f"<style>{leaflet_css}</style>"
    yield "view_css", f"<style>{_asset('view/view.css')}</style>"
    yield "leaflet", f"<script>{leaflet_js}</script>"
    yield "view_js", f"<script>{_asset('view/view.js')}</script>"


def _asset(name: str) -> str:
    text = resources.files("gisdata").joinpath("assets", *name.split("/")).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
