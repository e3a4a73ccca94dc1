"""Load the small real towns that ship with the package: roads, and days of orders with a fleet and depots.

Which part of a sample is real, inferred or generated stands in its `about` text; nothing is computed here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from gisdata.errors import UnknownNameError

if TYPE_CHECKING:
    import geopandas
    import pandas as pd

    from gisdata.network import RoadNetwork


@dataclass(frozen=True, eq=False)
class Sample:
    """A town and one day of its orders. Treat the tables as read-only.

    Parameters
    ----------
    name : str
        Such as ``"wuhan"``.
    day : str
        Which of its days this is.
    days : tuple of str
        All its days; each is named by its number of orders.
    roads : RoadNetwork
        The roads of the town.
    orders : GeoDataFrame
        What to deliver, checked, as `gisdata.read_orders` returns it.
    pieces : DataFrame
        Sizes of the pieces of every order.
    depots : GeoDataFrame
        Where vehicles start.
    vehicles : DataFrame
        A mixed fleet that suffices for the day.
    about : str
        Origin, date, licence, and what is real, inferred or generated.
    """

    name: str
    day: str
    days: tuple[str, ...]
    roads: RoadNetwork = field(repr=False)
    orders: geopandas.GeoDataFrame = field(repr=False)
    pieces: pd.DataFrame = field(repr=False)
    depots: geopandas.GeoDataFrame = field(repr=False)
    vehicles: pd.DataFrame = field(repr=False)
    about: str = field(repr=False)


def load_sample(name: str, day: str | None = None) -> Sample:
    """Return a sample that ships with the package.

    Parameters
    ----------
    name : str
        One of `sample_names()`.
    day : str, optional
        One of its days, such as ``"1000"``; by default the smallest.

    Returns
    -------
    Sample
        Roads ready to route on and checked tables.

    Raises
    ------
    UnknownNameError
        If there is no such sample or day; the message lists those there are.

    Examples
    --------
    >>> load_sample("monaco")
    Sample(name='monaco', day='80', days=('80',))
    """
    from gisdata.network import load_roads
    from gisdata.tables import read_depots, read_orders, read_pieces, read_vehicles

    folder = sample_path(name)
    days = _days(folder)
    chosen = days[0] if day is None else str(day)
    if chosen not in days:
        raise UnknownNameError(f"sample {name!r} has no day {chosen!r}; it has: {', '.join(days)}")
    return Sample(
        name=name,
        day=chosen,
        days=days,
        roads=load_roads(folder / f"{name}.roads"),
        orders=read_orders(folder / f"orders-{chosen}.csv"),
        pieces=read_pieces(folder / f"pieces-{chosen}.csv"),
        depots=read_depots(folder / "depots.csv"),
        vehicles=read_vehicles(folder / f"vehicles-{chosen}.csv"),
        about=(folder / "README.md").read_text(encoding="utf-8"),
    )


def sample_names() -> tuple[str, ...]:
    """Return the names of the samples.

    Returns
    -------
    tuple of str
        In alphabetical order.

    Examples
    --------
    >>> sample_names()
    ('monaco', 'wuhan')
    """
    return tuple(sorted(path.name for path in _samples().iterdir() if (path / f"{path.name}.roads").is_file()))


def sample_path(name: str) -> Path:
    """Return the folder of a sample, with its files as they ship.

    Parameters
    ----------
    name : str
        One of `sample_names()`.

    Returns
    -------
    pathlib.Path
        Holds ``<name>.roads``, ``depots.csv``, ``orders-<day>.csv``, ``pieces-<day>.csv``, ``vehicles-<day>.csv``,
        ``README.md`` and ``LICENSE-ODbL.txt``.

    Raises
    ------
    UnknownNameError
        If there is no such sample.

    Examples
    --------
    >>> sample_path("wuhan").name
    'wuhan'
    """
    if name not in sample_names():
        raise UnknownNameError(f"there is no sample {name!r}; there are: {', '.join(sample_names())}")
    return _samples() / name


def _samples() -> Path:
    return Path(str(files("gisdata"))) / "samples"


def _days(folder: Path) -> tuple[str, ...]:
    """Return the days of a sample, the smallest first."""
    return tuple(sorted((path.stem.removeprefix("orders-") for path in folder.glob("orders-*.csv")), key=int))
