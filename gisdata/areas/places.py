"""Tables of places: sites, customers, demand. Checked once, all faults at once, and put on roads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gisdata.areas.measures import in_degrees
from gisdata.errors import Fault, PlacesOffRoadError, RoadNetworkError, TableError
from gisdata.network.snapping import Snaps, snap

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork
    from gisdata.profiles import Profile

_SHOWN = 5


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Named points with a demand.

    Parameters
    ----------
    names : list of str
        In the order of the table.
    lon, lat : ndarray of float
        Degrees, WGS 84.
    demand : ndarray of float
        Not negative; 1 each where the table was not asked for any.
    """

    names: list[str]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    demand: NDArray[np.float64]

    @property
    def points(self) -> NDArray[np.object_]:
        """The points, degrees."""
        return np.asarray(shapely.points(self.lon, self.lat), dtype=object)


def read_places(table: pd.DataFrame, what: str, *, demand: str | None = None, apart: bool = False) -> Places:
    """Return the places of a table.

    Parameters
    ----------
    table : DataFrame or GeoDataFrame
        ``lon`` and ``lat`` in degrees, or points or areas in any reference system; ``id`` or else the index names them.
    what : str
        What it holds, for messages, such as ``sites``.
    demand : str, optional
        The column with the demand.
    apart : bool
        Whether two rows of one name or in one place are faults.

    Returns
    -------
    Places
        In order.

    Raises
    ------
    TableError
        With every position that is none, every demand that is negative or no number, and all doubles.
    RoadNetworkError
        If there is no row, no position or no column of demand.
    CrsError
        If its geometry states no reference system.
    """
    if not len(table):
        raise RoadNetworkError(f"there is no place among the {what}: the table is empty")
    names = [str(name) for name in table.get("id", table.index)]
    lon, lat = _positions(table, what)
    if demand is not None and demand not in table:
        raise RoadNetworkError(f"the {what} have no column {demand!r}; they have {', '.join(map(str, table.columns))}")
    if demand is None:
        amount = np.ones(len(table))
    else:
        import pandas as pd

        amount = pd.to_numeric(table[demand], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    places = Places(names, lon, lat, amount)
    faults = [*_position_faults(places, what), *(_demand_faults(places, what, demand, table) if demand else []),
              *(_double_faults(places, what) if apart else [])]
    if faults:
        raise TableError(faults)
    return places


def put_on_roads(roads: RoadNetwork, places: Places, who: Profile, max_snap_m: float, what: str) -> Snaps:
    """Return the places on roads; all of them must be near one.

    Parameters
    ----------
    roads : RoadNetwork
        What is driven on.
    places : Places
        From `read_places`.
    who : Profile
        Who drives.
    max_snap_m : float
        Most distance to the nearest road that the profile may use.
    what : str
        What they are, for the message.

    Returns
    -------
    Snaps
        In order.

    Raises
    ------
    PlacesOffRoadError
        If one is too far from a road; all are counted, the furthest named.
    """
    snaps = snap(roads, places.lon, places.lat, who, max_snap_m)
    off = np.flatnonzero(snaps.edge < 0)
    if len(off):
        furthest = off[np.argsort(-snaps.distance_m[off], kind="stable")][:_SHOWN]
        listed = ", ".join(f"{places.names[row]} ({snaps.distance_m[row]:,.0f} m)" for row in furthest.tolist())
        raise PlacesOffRoadError(f"{len(off)} of {len(snaps)} {what} are more than {max_snap_m:g} m from a road open "
                                 f"to {who.name}: {listed}. Move or leave out these, or raise max_snap_m.")
    return snaps


def _positions(table: pd.DataFrame, what: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitudes and latitudes; not a number where there is none."""
    if "lon" in table and "lat" in table:
        import pandas as pd

        lon, lat = (pd.to_numeric(table[axis], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
                    for axis in ("lon", "lat"))
        return lon, lat
    if not getattr(table, "active_geometry_name", None):
        raise RoadNetworkError(f"the {what} have neither the columns 'lon' and 'lat' nor geometry")
    points: Any = shapely.point_on_surface(in_degrees(table, what))  # type: ignore[arg-type]
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    return lon, lat


def _position_faults(places: Places, what: str) -> list[Fault]:
    bad = np.flatnonzero(~((np.abs(places.lon) <= 180) & (np.abs(places.lat) <= 90)))
    remedy = "Give degrees of WGS 84, longitude and latitude; metres belong into a GeoDataFrame that states its system."
    return [Fault(what, "has no position on the globe", remedy, row=places.names[row], column="lon, lat",
                  value=f"{places.lon[row]:g}, {places.lat[row]:g}") for row in bad.tolist()]


def _demand_faults(places: Places, what: str, column: str, table: pd.DataFrame) -> list[Fault]:
    bad = np.flatnonzero(~((places.demand >= 0) & np.isfinite(places.demand)))
    return [Fault(what, "is no demand, which is 0 or more", "Correct it, or leave the place out.",
                  row=places.names[row], column=column, value=str(table[column].iloc[row])) for row in bad.tolist()]


def _double_faults(places: Places, what: str) -> list[Fault]:
    """Return a fault for each row with the name or the position of one before it."""
    names: dict[str, int] = {}
    spots: dict[tuple[float, float], int] = {}
    faults = []
    for row, (name, lon, lat) in enumerate(zip(places.names, places.lon.tolist(), places.lat.tolist(), strict=True)):
        if names.setdefault(name, row) != row:
            faults.append(Fault(what, "is there twice", "Keep one.", row=name, column="id", value=name))
        first = spots.setdefault((lon, lat), row)  # NaN is like no other
        if first != row:
            faults.append(Fault(what, f"stands where {places.names[first]} stands", "Keep one of the two.", row=name,
                                column="lon, lat", value=f"{lon:g}, {lat:g}"))
    return faults
