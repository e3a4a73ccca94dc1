"""Sample packs: small tables for each kind of user, on the roads of a sample, that load and plan as they are.

The tables are made by ``scripts/make_packs.py`` from places of the Wuhan sample, whose licence and origin hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gisdata.errors import UnknownNameError
from routing.centres import CentreType, centre_type

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from gisdata.network import RoadNetwork
    from routing.model import Problem

__all__ = ["Pack", "load_pack", "pack_names"]

_FOLDER = Path(__file__).parent
_SAMPLE = "wuhan"
_PACKS = {
    "warehouse": ("wholesaler", "city", "storage", "仓储企业: deliveries for those who store with it, returns that "
                  "it fetches, goods that must not share a vehicle"),
    "third-party": ("wholesaler", "regional", "flow-through", "第三方物流: what is fetched from one client is brought "
                    "to another, in two zones with vehicles of their own"),
    "manufacturer": ("manufacturer", "regional", "processing", "制造企业: parts from suppliers and pallets to "
                     "warehouses on large trucks, overtime, the driving rule"),
    "distributor": ("wholesaler", "city", "flow-through", "分销商: shops on two fixed lines by weekday, others as they "
                    "order, most in the morning"),
}


@dataclass(frozen=True, slots=True)
class Pack:
    """A day of one kind of user.

    Parameters
    ----------
    name, about : str
        Which, and what is typical of it.
    centre : CentreType
        The type of its distribution centre, whose defaults are in the tables already.
    roads : RoadNetwork
        Of the sample that the places are in.
    orders, depots, vehicles : DataFrame
        Checked tables of the day.
    lines : DataFrame
        Templates of fixed lines, checked; empty if it has none.
    sites : DataFrame
        Candidate sites: `id`, `lon`, `lat`, `kind`, and `capacity` and `fixed_cost` as far as the type counts them.
    """

    name: str
    about: str
    centre: CentreType
    roads: RoadNetwork = field(repr=False)
    orders: pd.DataFrame = field(repr=False)
    depots: pd.DataFrame = field(repr=False)
    vehicles: pd.DataFrame = field(repr=False)
    lines: pd.DataFrame = field(repr=False)
    sites: pd.DataFrame = field(repr=False)

    def problem(self, day: dt.date | str = "2026-11-30") -> Problem:
        """Return the problem of a day, ready for `routing.solve`.

        Parameters
        ----------
        day : datetime.date or str
            Plan day; a Monday by default.

        Returns
        -------
        Problem
            Holding the roads.
        """
        from routing.build import build_problem

        return build_problem(self.orders, self.depots, self.vehicles, self.roads, lines=self.lines, day=day,
                             time_zone="Asia/Shanghai")


def pack_names() -> tuple[str, ...]:
    """Return the names of the packs.

    Returns
    -------
    tuple of str
        In the order of the docs.

    Examples
    --------
    >>> pack_names()
    ('warehouse', 'third-party', 'manufacturer', 'distributor')
    """
    return tuple(_PACKS)


def load_pack(name: str) -> Pack:
    """Return a pack.

    Parameters
    ----------
    name : str
        One of `pack_names()`.

    Returns
    -------
    Pack
        Its tables, checked, with the defaults of its type of centre.

    Raises
    ------
    UnknownNameError
        If there is no such pack; the message lists those there are.
    """
    import pandas as pd

    import gisdata

    if name not in _PACKS:
        raise UnknownNameError(f"there is no pack {name!r}; there are: {', '.join(_PACKS)}")
    *axes, about = _PACKS[name]
    folder, centre = _FOLDER / name, centre_type(*axes)
    orders, depots, vehicles = centre.tables(gisdata.read_orders(folder / "orders.csv"),
                                             gisdata.read_depots(folder / "depots.csv"),
                                             gisdata.read_vehicles(folder / "vehicles.csv"))
    lines = folder / "lines.csv"
    empty = pd.DataFrame(columns=["id", "stop"])
    return Pack(name, about, centre, gisdata.load_roads(gisdata.sample_path(_SAMPLE) / f"{_SAMPLE}.roads"), orders,
                depots, vehicles, gisdata.read_lines(lines) if lines.exists() else empty,
                centre.sites(pd.read_csv(folder / "sites.csv", dtype={"id": str})))
