"""Ways for people: sensible other ways between two places, and turn lists of ways and routes.

How ways are found is not known here. Distances are metres, durations seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, overload

from gisdata.errors import RoadNetworkError
from gisdata.network.alternatives import Sense
from gisdata.network.alternatives import alternatives as find_alternatives
from gisdata.network.directions import directions, directions_text
from gisdata.network.manoeuvres import Junctions
from gisdata.network.tolls import toll_m
from gisdata.network.tracing import path_stretches, paths
from gisdata.palette import line_style
from gisdata.profiles import as_profile, with_turns
from gisdata.profiles.emissions import co2_kg_per_km
from routing.errors import ProblemError
from routing.frames import ends_of
from routing.placed import Place
from routing.travel import MAX_SNAP_M, ends_on_road
from routing.words import span

if TYPE_CHECKING:
    import folium
    import geopandas
    import pandas as pd

    from gisdata.network.road_network import RoadNetwork
    from gisdata.network.tracing import Path
    from gisdata.profiles import Profile
    from routing.plan import Plan, Route

__all__ = ["Alternative", "Alternatives", "Sense", "alternatives", "directions", "directions_text", "route_directions"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of several ways between two places.

    Parameters
    ----------
    path : Path
        The way itself.
    via : str
        The street that tells it from the others; empty where streets have no names.
    toll_m : float
        How far it runs on toll roads.
    co2_kg : float
        What an average vehicle of the class emits on it (`gisdata.profiles.emissions`).
    shared : float
        Part of its distance that it drives along with the fastest way.
    """

    path: Path
    via: str
    toll_m: float
    co2_kg: float
    shared: float

    @property
    def toll(self) -> bool:
        """Whether any of it costs toll."""
        return self.toll_m > 0

    @property
    def duration_s(self) -> float:
        """Seconds."""
        return self.path.duration_s

    @property
    def distance_m(self) -> float:
        """Metres."""
        return self.path.distance_m


class Alternatives(Sequence[Alternative]):
    """Ways between two places, the fastest first.

    Parameters
    ----------
    choices : sequence of Alternative
        At least one.
    roads : RoadNetwork
        What they run on.
    profile : Profile
        Who drives.
    """

    def __init__(self, choices: Sequence[Alternative], roads: RoadNetwork, profile: Profile) -> None:
        self._choices, self.roads, self.profile = tuple(choices), roads, profile

    def __len__(self) -> int:
        """Return how many ways there are."""
        return len(self._choices)

    @overload
    def __getitem__(self, at: int) -> Alternative: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Alternative, ...]: ...
    def __getitem__(self, at: int | slice) -> Alternative | tuple[Alternative, ...]:
        """Return one way, or some."""
        return self._choices[at]

    def __repr__(self) -> str:
        """Return the summary."""
        return self.summary()

    def summary(self) -> str:
        """Return one line a way.

        Returns
        -------
        str
            Such as ``2. via Rue Grimaldi: 5 min 12 s (+40 s), 2.1 km, no toll, 0.5 kg CO2``.
        """
        return "\n".join(f"{number}. {line}" for number, line in enumerate(self._lines(), start=1))

    def to_frame(self) -> geopandas.GeoDataFrame:
        """Return the ways as a table with lines.

        Returns
        -------
        GeoDataFrame
            `via`, `duration_s`, `distance_m`, `toll`, `toll_m`, `co2_kg`, `shared`, `geometry`; EPSG:4326.
        """
        import geopandas

        columns = ("via", "duration_s", "distance_m", "toll", "toll_m", "co2_kg", "shared")
        table = {name: [getattr(choice, name) for choice in self] for name in columns}
        return geopandas.GeoDataFrame(table, geometry=[choice.path.line for choice in self], crs="EPSG:4326")

    def draw(self) -> folium.Map:
        """Return a map with one layer a way; it needs no network.

        Returns
        -------
        folium.Map
            To show, or to save by `gisdata.maps.save_map`.
        """
        from gisdata.maps import MapLayer, Mark, draw_map

        layers = [MapLayer(f"{number + 1}. {choice.via or 'way'}", note=span(choice.duration_s),
                           style=line_style(number), lines=(choice.path.line,), lanes=(number,),
                           rows=(("Way", line),))
                  for number, (choice, line) in enumerate(zip(self, self._lines(), strict=True))]
        (west, south), (east, north) = (self[0].path.line.coords[end][:2] for end in (0, -1))
        ends = (Mark(west, south, name="From", label="A", shape="depot"),
                Mark(east, north, name="To", label="B", shape="depot"))
        return draw_map([*layers, MapLayer("Ends", marks=ends, steady=True)],
                        title=f"Ways for {self.profile.name}", roads=self.roads)

    def _lines(self) -> Iterator[str]:
        for choice in self:
            later = choice.duration_s - self[0].duration_s
            toll = f"{choice.toll_m / 1000:,.1f} km toll" if choice.toll else "no toll"
            yield (f"{f'via {choice.via}: ' if choice.via else ''}{span(choice.duration_s)}"
                   f"{f' (+{span(later)})' if round(later) else ''}, {choice.distance_m / 1000:,.1f} km, {toll}, "
                   f"{choice.co2_kg:,.1f} kg CO2")


def alternatives(
    roads: RoadNetwork, origin: Place, destination: Place, profile: str | Profile, k: int = 3,
    sense: Sense | None = None, max_snap_m: float = MAX_SNAP_M, *, turns: bool = False,
) -> Alternatives:
    """Return the fastest way between two places and up to k - 1 sensible others.

    Another way is sensible if it takes at most 1.25 times as long, drives at most 0.8 of the fastest way's time on
    roads of the ways before it, and has no needless detour: every part up to a quarter of the fastest way's time is
    itself a fastest way.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    origin, destination : Depot, Order or (lon, lat)
        Degrees, WGS 84.
    profile : str or Profile
        Who drives.
    k : int
        Most ways.
    sense : routing.ways.Sense, optional
        Other bounds than those above.
    max_snap_m : float
        Most distance from a place to the nearest road that the profile may use.
    turns : bool
        Whether turn restrictions are obeyed and turns take time, also if the profile does not say so.

    Returns
    -------
    Alternatives
        A sequence of ways with their time, distance, toll and carbon dioxide; fewer than `k` where the roads have no
        more. `to_frame`, `summary` and `draw` show them.

    Raises
    ------
    PlacesOffRoadError
        If a place is further than `max_snap_m` from any usable road.
    RoadNetworkError
        If no road leads from the one to the other, or `k` is less than 1.

    References
    ----------
    Abraham, Delling, Goldberg, Werneck (2013), "Alternative routes in road networks", ACM Journal of Experimental
    Algorithmics 18, 1.3.
    """
    who = with_turns(profile) if turns else as_profile(profile)
    labels, snaps = ends_on_road(roads, origin, destination, who, max_snap_m)
    found = find_alternatives(roads, who, snaps[[0]], snaps[[1]], k, sense)
    if not found:
        raise RoadNetworkError(f"no road for {who.name} leads from {labels[0]} to {labels[1]}")
    driven = [_metres(path, roads) for path in found]
    vias = _vias(roads, driven)
    choices = [
        Alternative(path, via, toll_m(path, roads, who), path.distance_m / 1000 * co2_kg_per_km(who),
                    sum(m for edge, m in metres.items() if edge in driven[0]) / max(path.distance_m, 1e-9))
        for path, via, metres in zip(found, vias, driven, strict=True)
    ]
    return Alternatives(choices, roads, who)


def route_directions(
    plan: Plan, route: Route, roads: RoadNetwork | None = None, language: str = "en"
) -> list[pd.DataFrame]:
    """Return the turn list of each leg of a route.

    Parameters
    ----------
    plan : Plan
        Whose problem holds the places.
    route : Route
        One of its routes.
    roads : RoadNetwork, optional
        What its matrices were measured on; by default those that its problem holds.
    language : {"en", "zh"}
        Of the texts.

    Returns
    -------
    list of DataFrame
        One a leg, from the depot on; see `directions`.

    Raises
    ------
    ProblemError
        If there are no roads.
    RoadNetworkError
        If the roads do not lead where the route goes.
    """
    problem = plan.problem
    roads = roads if roads is not None else problem.roads
    if roads is None:
        raise ProblemError("a turn list follows roads: give the roads that the plan's matrices were measured on")
    by_id: dict[str, Place] = {order.id: order for order in problem.orders}
    depots = {depot.id: depot for depot in problem.depots}
    start, *end = (depots[depot] for depot in ends_of(problem, route))
    stops: list[Place] = [start, *(by_id[order] for order in route.orders), *end]
    profile = next(vehicle.profile for vehicle in problem.fleet if vehicle.id == route.vehicle_type)
    who = as_profile(profile)
    tables = []
    for place, goal in pairwise(stops):
        labels, snaps = ends_on_road(roads, place, goal, who, float("inf"))
        (path,) = paths(roads, who, snaps[[0]], snaps[[1]])
        if path is None:
            raise RoadNetworkError(f"no road for {who.name} leads from {labels[0]} to {labels[1]}: these roads are not "
                                   "those that the plan was made on")
        tables.append(directions(path, roads, who, language))
    return tables


def _metres(path: Path, roads: RoadNetwork) -> dict[int, float]:
    """Return the metres driven on each edge."""
    length_m = roads.edges["length_m"].to_numpy()
    return {edge: float(length_m[edge]) * (end - begin) for edge, begin, end in path_stretches(path)}


def _vias(roads: RoadNetwork, driven: Sequence[dict[int, float]]) -> Iterator[str]:
    """Yield, for each way, the street driven furthest where no other way runs, or else driven furthest."""
    junctions = Junctions(roads)
    uses = Counter(edge for metres in driven for edge in metres)
    for metres in driven:
        alone, all_of_it = Counter[str](), Counter[str]()
        for edge, length_m in metres.items():
            for street in junctions.streets(edge)[:1]:
                all_of_it[street] += length_m  # type: ignore[assignment]
                alone[street] += length_m if uses[edge] == 1 else 0  # type: ignore[assignment]
        best = alone if alone and max(alone.values()) > 0 else all_of_it
        yield max(best, key=lambda street: (best[street], street), default="")
