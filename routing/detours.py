"""Explain a way to people: which closed road and which rule cost a vehicle a detour, or keep it from a place.

What is closed and why is found in `gisdata.network.explaining`; here it is put in words, in a table and on a map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from gisdata.errors import RoadNetworkError
from gisdata.network.explaining import Facts, explain
from gisdata.network.obstacles import Obstacle, light
from gisdata.palette import WARNING, LineStyle, ink_on, line_style
from gisdata.profiles import Profile, as_profile, with_turns
from routing.explained import told
from routing.placed import Place, position
from routing.travel import MAX_SNAP_M, require_usable
from routing.words import span

if TYPE_CHECKING:
    import folium
    import geopandas

    from gisdata.network.road_network import RoadNetwork
    from gisdata.network.tracing import Path


@dataclass(frozen=True, slots=True)
class PathExplanation:
    """Why a vehicle takes the way it takes between two places, or none.

    Parameters
    ----------
    facts : Facts
        What was found: `kind`, `path`, `free_path`, `obstacles`, `saves_s`, `moved`.
    labels : tuple of str
        What origin and destination are called.
    ends : tuple
        Longitude and latitude of both, degrees.
    profile, free : Profile
        The vehicle, and whom it is compared with.
    roads : RoadNetwork
        What they drive on.
    """

    facts: Facts
    labels: tuple[str, str]
    ends: tuple[tuple[float, float], tuple[float, float]]
    profile: Profile
    free: Profile
    roads: RoadNetwork

    def __repr__(self) -> str:
        """Return the summary."""
        return self.summary()

    @property
    def kind(self) -> str:
        """One of ``no detour``, ``detour``, ``unreachable``, ``off the road``, ``no road``."""
        return self.facts.kind

    @property
    def path(self) -> Path | None:
        """The vehicle's way."""
        return self.facts.path

    @property
    def free_path(self) -> Path | None:
        """The free vehicle's way; to a place that cannot be reached, the one with the fewest obstacles."""
        return self.facts.free_path

    @property
    def obstacles(self) -> tuple[Obstacle, ...]:
        """What on the free way is closed to the vehicle."""
        return self.facts.obstacles

    @property
    def extra_s(self) -> float:
        """Seconds that the detour costs; not a number without a way."""
        return self.path.duration_s - self.free_path.duration_s if self.path and self.free_path else float("nan")

    @property
    def extra_m(self) -> float:
        """Metres that the detour costs; not a number without a way."""
        return self.path.distance_m - self.free_path.distance_m if self.path and self.free_path else float("nan")

    def summary(self, language: str = "en") -> str:
        """Return the explanation as a few lines.

        Parameters
        ----------
        language : {"en", "zh"}
            Of the text.

        Returns
        -------
        str
            First what the way costs, then one line for each closed road and for each end that was moved.

        Raises
        ------
        UnknownNameError
            If there are no words in the language.
        """
        return told(self.facts, self.labels, self.profile, self.free, language)

    def to_frame(self) -> geopandas.GeoDataFrame:
        """Return the closed roads as a table with geometry.

        Returns
        -------
        GeoDataFrame
            `osm`, `street`, `tag`, `value`, `rule`, `saves_s`, `geometry`; EPSG:4326, in the order they are met.
        """
        import geopandas

        names = ("osm", "street", "tag", "value", "rule")
        table: dict[str, list[object]] = {name: [getattr(each, name) for each in self.obstacles] for name in names}
        table["saves_s"] = list(self.facts.saves_s)
        return geopandas.GeoDataFrame(table, geometry=[each.geometry for each in self.obstacles], crs="EPSG:4326")

    def draw(self) -> folium.Map:
        """Return a map of both ways and of the closed roads; it needs no network.

        Returns
        -------
        folium.Map
            To show, or to save by `gisdata.maps.save_map`.
        """
        from gisdata.maps import MapLayer, Mark, draw_map

        layers = []
        for number, (name, path) in enumerate(((self.profile.name, self.path), (self.free.name, self.free_path))):
            if path is not None:
                layers.append(MapLayer(name, note=f"{span(path.duration_s)}, {path.distance_m / 1000:,.1f} km",
                                       style=line_style(number), lines=(path.line,), lanes=(number,)))
        shut = LineStyle(WARNING, ink_on(WARNING))
        lines = tuple(line for each in self.obstacles for line in _lines(each))
        marks = tuple(Mark(*_middle(each), name=each.street or each.osm, label="!", shape="unserved",
                           rows=(("OpenStreetMap", each.osm), (each.tag, each.value), ("Reason", each.rule)))
                      for each in self.obstacles)
        ends = tuple(Mark(*at, name=label, label=letter, shape="depot")
                     for at, label, letter in zip(self.ends, self.labels, "AB", strict=True))
        closed = [MapLayer("Closed", style=shut, lines=lines, marks=marks, steady=True)] if marks else []
        return draw_map([*layers, *closed, MapLayer("Ends", marks=ends, steady=True)],
                        title=f"Way for {self.profile.name}", notes=self.summary().splitlines(), roads=self.roads)


def explain_path(
    roads: RoadNetwork, origin: Place, destination: Place, profile: str | Profile, free: str | Profile | None = None,
    max_snap_m: float = MAX_SNAP_M, *, turns: bool = False,
) -> PathExplanation:
    """Return which closed roads and which rules cost a vehicle a detour, or keep it from a place.

    The vehicle is compared with a free one: the same speeds and hour, no size, no city's rules, the rights of a car and
    its own. What is closed to the vehicle on the free way is listed with the tag that closes it. Of a place that cannot
    be reached, the fewest closed edges and blocked nodes are found that would have to open.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    origin, destination : Depot, Order or (lon, lat)
        Degrees, WGS 84.
    profile : str or Profile
        The vehicle.
    free : str or Profile, optional
        Whom to compare it with instead, such as ``van``.
    max_snap_m : float
        Most distance from a place to the nearest road that a vehicle may use.
    turns : bool
        Whether turns count for both, also if the profile does not say so; the free vehicle obeys no turn restriction.

    Returns
    -------
    PathExplanation
        `summary`, `to_frame` and `draw` show it. A place off the road, or out of reach, is a result, not an error.

    Raises
    ------
    RoadNetworkError
        If a position is impossible.

    See Also
    --------
    gisdata.roads_report : All tags of the network that were doubtful.
    """
    require_usable(roads, max_snap_m)
    (label, lon, lat), (goal, goal_lon, goal_lat) = position(origin), position(destination)
    who = with_turns(profile) if turns else as_profile(profile)
    other = light(who) if free is None else with_turns(free) if who.turns else as_profile(free)
    if not all(abs(x) <= 180 and abs(y) <= 90 for x, y in ((lon, lat), (goal_lon, goal_lat))):
        raise RoadNetworkError(f"{label} or {goal} lies off the globe; are lon and lat swapped?")
    facts = explain(roads, who, (lon, goal_lon), (lat, goal_lat), None if free is None else other, max_snap_m)
    return PathExplanation(facts, (label, goal), ((lon, lat), (goal_lon, goal_lat)), who, other, roads)


def _lines(each: Obstacle) -> list[shapely.LineString]:
    parts = shapely.get_parts(each.geometry).tolist()
    return [part for part in parts if isinstance(part, shapely.LineString)]


def _middle(each: Obstacle) -> tuple[float, float]:
    lines = _lines(each)
    point = lines[0].interpolate(0.5, normalized=True) if lines else shapely.centroid(each.geometry)
    return float(point.x), float(point.y)
