"""Divide places into delivery territories: equal load, compact, and each in one piece on the road network.

Each territory has a centre; a place belongs to the centre that is nearest when each centre has a head start. Head
starts are raised where there is too little load and lowered where there is too much, and centres move to the middle of
what they have. With head starts alone, all roads on the way from a place to its centre belong to that centre, so no
territory falls apart. Times are undirected: the faster direction of each road. Loads are whatever the table counts.
Places on a fixed line stay together: all of them go to the territory that has most of the line's load by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gisdata.areas.mesh import mesh
from gisdata.areas.places import Places, put_on_roads, read_places
from gisdata.areas.service import BESIDE_M
from gisdata.network.driving import driving
from gisdata.network.snapping import MAX_DISTANCE_M
from gisdata.profiles import as_profile
from routing.errors import ProblemError

if TYPE_CHECKING:
    import geopandas
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from gisdata.network import RoadNetwork
    from gisdata.profiles import Profile

TOLERANCE = 0.1
_ROUNDS, _STEPS, _TRIES = 6, 150, 12


@dataclass(frozen=True, eq=False)
class Territories:
    """Places divided into territories.

    Parameters
    ----------
    places : DataFrame
        In the order given: `id`, `territory`, `load`, `minutes` from the centre, `line` (empty: on none), `outside`:
        whether it is in the territory for its line's sake only, and lies on the roads of another.
    territories : GeoDataFrame
        By territory: `territory` (named by the place at its centre), `places`, `load`, `deviation` (of the load from
        the mean, as a share of it), `mean_minutes` from the centre (by load), `area_m2` and the land whose roads belong
        to it (EPSG:4326).
    balanced : bool
        Whether every load is as near to the mean as asked for.
    """

    places: pd.DataFrame
    territories: geopandas.GeoDataFrame
    balanced: bool

    @property
    def lines(self) -> pd.DataFrame:
        """By fixed line: `line`, `territory` that drives it, `places`, `load`, `outside` (places on others' roads)."""
        on = self.places[self.places["line"] != ""]
        return on.groupby("line", as_index=False).agg(territory=("territory", "first"), places=("id", "size"),
                                                      load=("load", "sum"), outside=("outside", "sum"))

    def summary(self) -> str:
        """Return a few words: how many, how equal, how near.

        Returns
        -------
        str
            One line.
        """
        table = self.territories
        worst = table.iloc[int(table["deviation"].abs().to_numpy().argmax())]
        minutes = float((self.places["minutes"] * self.places["load"]).sum() / self.places["load"].sum())
        unequal = "" if self.balanced else "; not as equal as asked for"
        return (f"{len(table)} territories, loads {table['load'].min():,.6g} to {table['load'].max():,.6g}; "
                f"furthest from the mean: {worst['territory']} ({worst['deviation']:+.1%}); "
                f"{minutes:.1f} minutes from the centre on average{unequal}")

    def compare(self, today: pd.Series[str]) -> pd.DataFrame:
        """Return these territories beside those of today.

        Parameters
        ----------
        today : Series of str
            Today's territory of each place, in the order given.

        Returns
        -------
        DataFrame
            Rows ``today`` and ``new``: `territories`, `least`, `most` (loads), `largest_deviation`; and `moved`: the
            share of the load that changes hands when each new territory is matched with one of today.

        Raises
        ------
        ProblemError
            If there are not as many as places.
        """
        import pandas as pd

        if len(today) != len(self.places):
            raise ProblemError(f"{len(today)} territories of today do not fit {len(self.places)} places")
        load = self.places["load"].to_numpy()
        shared = pd.crosstab(self.places["territory"].to_numpy(), np.asarray(today, dtype=object), load, aggfunc="sum")
        kept = _most_kept(shared.fillna(0.0).to_numpy())
        rows = {}
        for name, of in (("today", np.asarray(today, dtype=object)), ("new", self.places["territory"].to_numpy())):
            sums = pd.Series(load).groupby(of).sum()
            rows[name] = {"territories": len(sums), "least": sums.min(), "most": sums.max(),
                          "largest_deviation": float((sums / sums.mean() - 1).abs().max()),
                          "moved": 0.0 if name == "today" else float(1 - kept / load.sum())}
        return pd.DataFrame.from_dict(rows, orient="index")


def territories(
    roads: RoadNetwork, places: pd.DataFrame, count: int, profile: str | Profile, *, load: str | None = None,
    line: str | None = None, tolerance: float = TOLERANCE, seed: int = 0, max_snap_m: float = MAX_DISTANCE_M,
) -> Territories:
    """Divide places into territories of about equal load, each in one piece on the road network.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    places : DataFrame or GeoDataFrame
        ``lon`` and ``lat`` in degrees, or points; ``id`` or else the index names them.
    count : int
        How many territories.
    profile : str or Profile
        Who drives.
    load : str, optional
        Column with the load of each place; by default each counts 1.
    line : str, optional
        Column with the fixed line that a place is on, blank for none. Places on one line share a territory, also where
        that reaches over the roads of another.
    tolerance : float
        How far a load may be from the mean, as a share of it. The search ends when all are as near.
    seed : int
        Of the first centres; equal seeds give equal territories.
    max_snap_m : float
        Most distance from a place to the nearest road that the profile may use.

    Returns
    -------
    Territories
        The most equal division found; `balanced` tells whether it is as equal as asked for, which a place with more
        load than a territory makes impossible.

    Raises
    ------
    ProblemError
        If there are fewer places with a load than territories, no such column of lines, or no road joins places to the
        others; these are named.
    TableError
        With every position that is none, and every load that is negative or no number.
    PlacesOffRoadError
        If places are too far from a usable road.

    References
    ----------
    Aurenhammer, Hoffmann and Aronov (1998), "Minkowski-type theorems and least-squares clustering", Algorithmica 20(1),
    61-76: head starts exist that give each centre its share.
    """
    who, table = as_profile(profile), read_places(places, "places", demand=load)
    if not 1 <= count <= int((table.demand > 0).sum()):
        raise ProblemError(f"{int((table.demand > 0).sum())} places with a load cannot make {count} territories")
    graph, node = _on_graph(roads, table, who, max_snap_m)
    on = _Lines(_line_names(places, line), table.demand)
    chance = np.random.default_rng(seed)
    tried = (_search(graph, node, table.demand, on, count, tolerance, chance) for _ in range(_TRIES))
    best = next(tried)
    while best[0] > tolerance and (again := next(tried, None)) is not None:
        best = min(best, again, key=lambda found: found[0])
    return _answer(roads, table, node, on, *best[1:], tolerance)


def _line_names(places: pd.DataFrame, line: str | None) -> NDArray[np.object_]:
    """Return the fixed line of each place, empty for none."""
    if line is None:
        return np.full(len(places), "", dtype=object)
    if line not in places:
        there = ", ".join(map(str, places))
        raise ProblemError(f"places have no column {line!r} of fixed lines; they have: {there}")
    cells = places[line]
    return np.array(["" if blank else str(cell).strip() for cell, blank in zip(cells, cells.isna(), strict=True)],
                    dtype=object)


class _Lines:
    """Which places must stay together.

    Parameters
    ----------
    names : ndarray of str, shape (places,)
        Fixed line of each, empty for none.
    load : ndarray of float, shape (places,)
        Of each.
    """

    def __init__(self, names: NDArray[np.object_], load: NDArray[np.float64]) -> None:
        self.names, self.load = names, load
        self.groups = [np.flatnonzero(names == name) for name in sorted(set(names.tolist()) - {""})]

    def joined(self, of_place: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the territories of places with each line given to the one that has most of its load."""
        if not self.groups:
            return of_place
        of_place = of_place.copy()
        for rows in self.groups:
            own = of_place[rows]
            of_place[rows] = np.lexsort((-np.bincount(own), -np.bincount(own, self.load[rows])))[0]
        return of_place


def _on_graph(
    roads: RoadNetwork, table: Places, who: Profile, max_snap_m: float
) -> tuple[csr_array, NDArray[np.int64]]:
    """Return the roads as an undirected graph of seconds, and the nearer end of the road of each place."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    how = driving(roads, who)
    snaps = put_on_roads(roads, table, who, max_snap_m, "places")
    node = np.where(snaps.fraction < 0.5, how.u[snaps.edge], how.v[snaps.edge])
    edge = np.flatnonzero(how.usable & (how.u != how.v))
    low, high = np.minimum(how.u[edge], how.v[edge]), np.maximum(how.u[edge], how.v[edge])
    seconds = np.maximum(how.time_ms[edge], 1) / 1000
    order = np.lexsort((seconds, high, low))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
    kept = order[first]
    size = len(roads.nodes)
    graph = coo_array((seconds[kept], (low[kept], high[kept])), shape=(size, size)).tocsr()
    _, part = connected_components(graph, directed=False)
    apart = np.flatnonzero(part[node] != np.bincount(part[node]).argmax())
    if len(apart):
        named = ", ".join(table.names[row] for row in apart[:5].tolist())
        raise ProblemError(f"no road joins {len(apart)} places to the others: {named}. Divide them on their own.")
    return graph, node


def _search(graph: csr_array, node: NDArray[np.int64], load: NDArray[np.float64], on: _Lines, count: int,
            tolerance: float, chance: np.random.Generator,
            ) -> tuple[float, NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the largest deviation, the centres (rows of places), their seconds to each node, and the head starts."""
    centre = _first_centres(graph, node, load, count, chance)
    best: tuple[float, NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]] | None = None
    for _ in range(_ROUNDS):
        away = _seconds(graph, node[centre])
        start, worst = _head_starts(away[:, node], load, on)
        if best is None or worst < max(best[0], tolerance):
            best = worst, centre, away, start
        of_place = on.joined((away[:, node] - start[:, None]).argmin(axis=0))
        moved = np.array([_middle(graph, node, load, np.flatnonzero(of_place == number), row)
                          for number, row in enumerate(centre.tolist())])
        if (moved == centre).all():
            break
        centre = moved
    assert best is not None  # noqa: S101
    return best


def _seconds(graph: csr_array, nodes: NDArray[np.int64]) -> NDArray[np.float64]:
    from scipy.sparse.csgraph import dijkstra

    seconds: NDArray[np.float64] = dijkstra(graph, directed=False, indices=nodes)
    return seconds


def _first_centres(graph: csr_array, node: NDArray[np.int64], load: NDArray[np.float64], count: int,
                   chance: np.random.Generator) -> NDArray[np.int64]:
    """Return places far from each other: each is drawn by load times the squared time to those drawn before."""
    centre = [int(chance.choice(len(node), p=load / load.sum()))]
    away = _seconds(graph, node[centre])[0][node]
    while len(centre) < count:
        weight = load * (away + 1e-9) ** 2
        weight[centre] = 0
        centre.append(int(chance.choice(len(node), p=weight / weight.sum())))
        away = np.minimum(away, _seconds(graph, node[centre[-1:]])[0][node])
    return np.array(centre)


def _head_starts(away: NDArray[np.float64], load: NDArray[np.float64], on: _Lines) -> tuple[NDArray[np.float64], float]:
    """Return the head starts (seconds) that make loads most equal, and the largest deviation that is left."""
    count, mean = len(away), load.sum() / len(away)
    start, best, least = np.zeros(count), np.zeros(count), np.inf
    step = float(np.median(away)) / 4
    for number in range(_STEPS):
        gap = np.bincount(on.joined((away - start[:, None]).argmin(axis=0)), load, count) / mean - 1
        worst = float(np.abs(gap).max())
        if worst < least:
            best, least = start.copy(), worst
        start = start - step / (1 + number / 15) * np.clip(gap, -1, 1)
    return best, least


def _middle(graph: csr_array, node: NDArray[np.int64], load: NDArray[np.float64], rows: NDArray[np.int64],
            now: int) -> int:
    """Return the place of a territory that is nearest to all others by load, among those with most and the one now."""
    if not len(rows):
        return now
    tried = np.unique(np.append(rows[np.argsort(-load[rows], kind="stable")[:30]], now))
    cost = _seconds(graph, node[tried])[:, node[rows]] @ load[rows]
    return int(tried[cost.argmin()])


def _answer(roads: RoadNetwork, table: Places, node: NDArray[np.int64], on: _Lines, centre: NDArray[np.int64],
            away: NDArray[np.float64], start: NDArray[np.float64], tolerance: float) -> Territories:
    """Return the division as tables, with the land whose nearest road belongs to each territory."""
    import geopandas
    import pandas as pd
    import shapely

    lead = away - start[:, None]
    of_node = np.where(np.isfinite(lead.min(axis=0)), lead.argmin(axis=0), -1)
    of_place, count = on.joined(of_node[node]), len(centre)
    load = np.bincount(of_place, table.demand, count)
    minutes = away[of_place, node] / 60
    names = np.array([table.names[row] for row in centre.tolist()], dtype=object)
    net = mesh(roads, BESIDE_M)
    ends = net.ends[net.roadside.edge]
    kind = np.concatenate([of_node[np.where(net.roadside.fraction < 0.5, *ends.T)], of_node])
    land = np.array([net.outline(kind, number, BESIDE_M) for number in range(count)], dtype=object)
    weighed = np.bincount(of_place, table.demand * minutes, count)
    areas = geopandas.GeoDataFrame({
        "territory": names, "places": np.bincount(of_place, minlength=count), "load": load,
        "deviation": load / load.mean() - 1,
        "mean_minutes": np.divide(weighed, load, out=np.zeros(count), where=load > 0), "area_m2": shapely.area(land),
    }, geometry=net.flat.degrees(land), crs="EPSG:4326")
    rows = pd.DataFrame({"id": table.names, "territory": names[of_place], "load": table.demand, "minutes": minutes,
                         "line": on.names, "outside": of_place != of_node[node]})
    return Territories(rows, areas, bool((areas["deviation"].abs() <= tolerance).all()))


def _most_kept(shared: NDArray[np.float64]) -> float:
    """Return the most load that keeps its territory when each new one is matched with one of today."""
    from scipy.optimize import linear_sum_assignment

    return float(shared[linear_sum_assignment(shared, maximize=True)].sum())
