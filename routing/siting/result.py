"""Siting: the sites chosen by a model, who serves whom, and how near to the best that is proven to be."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import pandas as pd
import shapely

from gisdata.palette import line_style
from routing.siting.tables import Setting

if TYPE_CHECKING:
    import folium
    import geopandas
    from numpy.typing import NDArray

    from gisdata.maps import MapLayer, Mark
    from gisdata.network import RoadNetwork

CRS = "EPSG:4326"
_PROVEN = 1e-6
_MODELS = {
    "p_median": ("p-median", "p-中位"), "p_centre": ("p-centre", "p-中心"), "set_cover": ("set covering", "集合覆盖"),
    "max_cover": ("maximal covering", "最大覆盖"), "fixed_charge": ("fixed charge", "固定费用选址"),
    "two_echelon": ("two-echelon", "两级配送选址"), "multi_period": ("multi-period", "多期选址"),
}


class SitingFrames(NamedTuple):
    """The parts of a siting as GeoDataFrames (EPSG:4326), in the order of the tables.

    Attributes
    ----------
    sites : GeoDataFrame
        One row a site: `site`, `kind`, `open`, `places` and `demand` served, `capacity`, `fixed_cost`; a point.
    places : GeoDataFrame
        One row a place: `place`, `demand`, `site` (that serves most of it; missing if left), `travel`; a point.
    flows : GeoDataFrame
        One row a site and a place it serves: `site`, `place`, `amount`, `travel`; a straight line.
    """

    sites: geopandas.GeoDataFrame
    places: geopandas.GeoDataFrame
    flows: geopandas.GeoDataFrame


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Siting:
    """Sites chosen, and who serves whom.

    Parameters
    ----------
    model : str
        Name of the function that chose.
    setting : Setting
        What was asked, checked.
    opened : tuple of str
        Open sites, in the order of the table.
    share : ndarray of float, shape (places, sites)
        Part of the demand of each place that each site serves; rows sum to 1, or to 0 for places that are left.
    objective : float
        What the model makes small (or, for maximal covering, large).
    bound : float
        No choice is better than this.
    measure : str
        What the objective counts.
    """

    model: str
    setting: Setting
    opened: tuple[str, ...]
    share: NDArray[np.float64]
    objective: float
    bound: float
    measure: str

    @property
    def gap_percent(self) -> float:
        """How much better than this siting another could be, percent of the objective."""
        if self.objective == self.bound:
            return 0.0
        return 100 * abs(self.objective - self.bound) / max(abs(self.objective), 1e-12)

    @property
    def status(self) -> Literal["optimal", "feasible"]:
        """Whether nothing better exists, to within a millionth of a percent, or only this is known."""
        return "optimal" if self.gap_percent <= _PROVEN else "feasible"

    @property
    def closed(self) -> tuple[str, ...]:
        """Sites that are open today and close."""
        return tuple(site for site, kind in zip(self.setting.sites, self.setting.kind, strict=True)
                     if kind == "closable" and site not in self.opened)

    @property
    def left(self) -> tuple[str, ...]:
        """Places that no open site serves."""
        return tuple(np.array(self.setting.places, dtype=object)[self.share.sum(axis=1) < 0.5].tolist())

    @property
    def assignment(self) -> pd.Series[str]:
        """The site that serves most of each place, by name of the place; missing where it is left."""
        names = np.array(self.setting.sites, dtype=object)
        best = np.where(self.share.sum(axis=1) > 0, names[self.share.argmax(axis=1)], None)
        return pd.Series(best, index=pd.Index(self.setting.places, name="place"), name="site", dtype="str")

    def __repr__(self) -> str:
        """Return one line: model, sites, objective, gap."""
        return (f"<Siting {self.model}: {len(self.opened)} of {len(self.setting.sites)} sites, "
                f"{self.measure} {self.objective:,.6g}, gap {self.gap_percent:.2g} %>")

    def to_frames(self) -> SitingFrames:
        """Return sites, places and flows as GeoDataFrames.

        Returns
        -------
        SitingFrames
            Geometry is empty where a table has no positions.
        """
        import geopandas

        setting = self.setting
        site_points, place_points = (_points(at) for at in (setting.site_at, setting.place_at))
        served = self.share * setting.demand[:, None]
        sites = pd.DataFrame({
            "site": list(setting.sites), "kind": setting.kind.astype(str), "open": np.isin(setting.sites, self.opened),
            "places": (self.share > 0).sum(axis=0), "demand": served.sum(axis=0), "capacity": setting.capacity,
            "fixed_cost": setting.fixed_cost})
        assignment = self.assignment
        own = setting.travel[np.arange(len(assignment)), self.share.argmax(axis=1)]
        places = pd.DataFrame({"place": list(setting.places), "demand": setting.demand, "site": assignment.to_numpy(),
                               "travel": np.where(assignment.isna(), np.nan, own)})
        place, site = np.nonzero(self.share > 0)
        flows = pd.DataFrame({"site": np.array(setting.sites, dtype=object)[site].astype(str),
                              "place": np.array(setting.places, dtype=object)[place].astype(str),
                              "amount": served[place, site], "travel": setting.travel[place, site]})
        ends = np.stack([setting.site_at[site], setting.place_at[place]], axis=1)
        known = np.isfinite(ends).all(axis=(1, 2))
        lines: NDArray[np.object_] = np.full(len(flows), shapely.LineString(), dtype=object)
        lines[known] = shapely.linestrings(ends[known])
        return SitingFrames(geopandas.GeoDataFrame(sites, geometry=site_points, crs=CRS),
                            geopandas.GeoDataFrame(places, geometry=place_points, crs=CRS),
                            geopandas.GeoDataFrame(flows, geometry=lines, crs=CRS))

    def summary(self, language: Literal["en", "zh"] = "en") -> str:
        """Return a paragraph: what was chosen, what it brings, how good it is proven to be.

        Parameters
        ----------
        language : {"en", "zh"}
            Of the text.

        Returns
        -------
        str
            One paragraph.
        """
        setting, unit = self.setting, f" {self.setting.unit}".rstrip()
        served = self.share.sum(axis=1) > 0
        amounts = (self.share * setting.demand[:, None])[served]
        travel = np.where(np.isfinite(setting.travel[served]), setting.travel[served], 0.0)
        total = amounts.sum()
        mean = float((amounts * travel).sum() / total) if total else 0.0
        worst = float((travel * (self.share[served] > 0)).max(initial=0.0))
        share = 100 * total / setting.demand.sum() if setting.demand.sum() else 100.0
        english, chinese = _MODELS.get(self.model, (self.model, self.model))
        if language == "zh":
            proof = "已证明最优" if self.status == "optimal" else f"与最优解的差距不超过 {self.gap_percent:.2f} %"
            closed = f"关闭 {'、'.join(self.closed)}。" if self.closed else ""
            return (f"{chinese}模型在 {len(setting.sites)} 个备选点中启用 {len(self.opened)} 个："
                    f"{'、'.join(self.opened)}。{closed}服务需求 {share:.1f} %，平均行程 {mean:,.1f}{unit}，"
                    f"最远 {worst:,.1f}{unit}；目标值 {self.objective:,.2f}，{proof}。")
        proof = "proven optimal" if self.status == "optimal" else f"at most {self.gap_percent:.2f} % from the optimum"
        closed = f" Closed: {', '.join(self.closed)}." if self.closed else ""
        return (f"The {english} model opens {len(self.opened)} of {len(setting.sites)} sites: "
                f"{', '.join(self.opened)}.{closed} {share:.1f} % of demand is served, {mean:,.1f}{unit} away on "
                f"average and {worst:,.1f}{unit} at most; {self.measure} {self.objective:,.2f}, {proof}.")

    def draw(self, roads: RoadNetwork | None = None) -> folium.Map:
        """Return a map: a layer for each open site with the places it serves, and those left or closed.

        Parameters
        ----------
        roads : RoadNetwork, optional
            The ground.

        Returns
        -------
        folium.Map
            Save it with `gisdata.maps.save_map`.

        Raises
        ------
        MapError
            If the tables have no positions.
        """
        from gisdata.maps import MapLayer, draw_map

        layers = [self._layer(number, site) for number, site in enumerate(self.opened)]
        if self.left:
            layers.append(MapLayer("Not served", note=f"{len(self.left)} places", marks=self._marks(
                [self.setting.places.index(place) for place in self.left], None)))
        facts = ((self.measure, f"{self.objective:,.2f}"), ("Gap", f"{self.gap_percent:.2f} %"))
        return draw_map(layers, title=f"Sites: {_MODELS.get(self.model, (self.model,))[0]}", facts=facts, roads=roads)

    def _layer(self, number: int, site: str) -> MapLayer:
        """Return an open site, the places it serves, and a line to each."""
        from gisdata.maps import MapLayer, Mark

        setting, at = self.setting, self.setting.sites.index(site)
        served = np.flatnonzero(self.share[:, at] > 0)
        amount = float((self.share[:, at] * setting.demand).sum())
        marks, (lon, lat) = self._marks(served.tolist(), at), setting.site_at[at].tolist()
        ties: tuple[shapely.LineString, ...] = ()
        if math.isfinite(lon):
            marks += (Mark(lon, lat, name=site, label=str(number + 1), shape="depot",
                           rows=(("Kind", str(setting.kind[at])), ("Demand", f"{amount:,.6g}"))),)
            ties = tuple(shapely.LineString([(lon, lat), setting.place_at[place]]) for place in served.tolist()
                         if np.isfinite(setting.place_at[place]).all())
        return MapLayer(site, note=f"{len(served)} places, {amount:,.6g}", marks=marks, style=line_style(number),
                        ties=ties)

    def _marks(self, places: list[int], site: int | None) -> tuple[Mark, ...]:
        """Return marks of places that have a position, with the travel from their site."""
        from gisdata.maps import Mark

        setting, marks = self.setting, []
        for place in places:
            (lon, lat), rows = setting.place_at[place].tolist(), [("Demand", f"{setting.demand[place]:,.6g}")]
            if site is not None:
                rows.append(("Travel", f"{setting.travel[place, site]:,.1f} {setting.unit}".rstrip()))
            if math.isfinite(lon):
                marks.append(Mark(lon, lat, name=setting.places[place], rows=tuple(rows),
                                  shape="unserved" if site is None else "stop"))
        return tuple(marks)


def _points(at: NDArray[np.float64]) -> NDArray[np.object_]:
    known = np.isfinite(at).all(axis=1)
    points: NDArray[np.object_] = np.full(len(at), shapely.Point(), dtype=object)
    points[known] = shapely.points(at[known])
    return points


def nearest_share(setting: Setting, opened: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each place served whole by the nearest of the open sites, of equally near ones by the first.

    Parameters
    ----------
    setting : Setting
        Holds the travel.
    opened : ndarray of int64
        Open sites.

    Returns
    -------
    ndarray of float, shape (places, sites)
        A row of zeros where no open site may serve.
    """
    share = np.zeros(setting.travel.shape)
    if len(opened):
        near = opened[setting.travel[:, opened].argmin(axis=1)]
        row = np.arange(len(near))
        share[row, near] = np.isfinite(setting.travel[row, near])
    return share


def named(setting: Setting, opened: NDArray[np.int64]) -> tuple[str, ...]:
    """Return the names of sites.

    Parameters
    ----------
    setting : Setting
        Holds them.
    opened : ndarray of int64
        Their numbers.

    Returns
    -------
    tuple of str
        In that order.
    """
    return tuple(setting.sites[site] for site in opened.tolist())


def bounded(bound: float, objective: float) -> float:
    """Return a bound that is the objective itself where the two differ by rounding only.

    Parameters
    ----------
    bound, objective : float
        As found.

    Returns
    -------
    float
        To be told.
    """
    return objective if math.isclose(bound, objective, rel_tol=1e-9, abs_tol=1e-9) else bound
