"""From files to a problem, as the commands take them: all tables are read before the first fault is raised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import gisdata
from gisdata.errors import TableError
from routing.build import build_problem

if TYPE_CHECKING:
    from gisdata.network import RoadNetwork
    from routing.model import Problem

    Table = TypeVar("Table")


def read_problem(orders: Path, vehicles: Path, depots: Path, roads: Callable[[], RoadNetwork],
                 pieces: Path | None = None, lines: Path | None = None, *, turns: bool = False,
                 by_hour: str | None = None, day: str | None = None, time_zone: str = "UTC") -> Problem:
    """Return the problem of a day whose tables are files.

    Parameters
    ----------
    orders, vehicles, depots : pathlib.Path
        As `gisdata.read_orders`, `read_vehicles` and `read_depots` take them.
    roads : callable
        Called for the roads once the tables are in order.
    pieces : pathlib.Path, optional
        As `gisdata.read_pieces` takes it.
    lines : pathlib.Path, optional
        As `gisdata.read_lines` takes it.
    turns : bool
        Whether turn restrictions are obeyed and turns take time.
    by_hour : str, optional
        File of speeds by the hour, as `gisdata.read_hourly_speeds` takes it; empty: as the roads alone say.
    day, time_zone : str
        Plan day and zone, as for `routing.build_problem`.

    Returns
    -------
    Problem
        Holding the roads.

    Raises
    ------
    TableError
        With every fault of every table.
    InputFileError, RoadNetworkError, ProblemError
        As the readers and `routing.build_problem` do.
    """
    refused: list[TableError] = []

    def read(reader: Callable[[Path], Table], path: Path) -> Table | None:
        try:
            return reader(path)
        except TableError as error:
            refused.append(error)
            return None

    tables = (read(gisdata.read_orders, orders), read(gisdata.read_depots, depots),
              read(gisdata.read_vehicles, vehicles))
    listed = read(gisdata.read_pieces, pieces) if pieces else None
    templates = read(gisdata.read_lines, lines) if lines else None
    speeds = read(gisdata.read_hourly_speeds, Path(by_hour)) if by_hour else by_hour is not None
    if refused:
        raise _joined(refused)
    return build_problem(*tables, roads(), pieces=listed, lines=() if templates is None else templates,  # type: ignore[arg-type]
                         turns=turns, by_hour=speeds, day=day, time_zone=time_zone)  # type: ignore[arg-type]


def read_roads(source: str) -> RoadNetwork:
    """Return the roads of a sample, of a saved network, or of an OpenStreetMap file.

    Parameters
    ----------
    source : str
        ``sample:NAME``, a ``.roads`` file, or a file that `gisdata.read_osm` reads.

    Returns
    -------
    RoadNetwork
        What is driven on.

    Raises
    ------
    InputFileError, RoadNetworkError, UnknownNameError
        As the readers do.
    """
    if source.startswith("sample:"):
        name = source.removeprefix("sample:")
        return gisdata.load_roads(gisdata.sample_path(name) / f"{name}.roads")
    if source.endswith(".roads"):
        return gisdata.load_roads(source)
    return gisdata.read_osm(source)


def _joined(refused: Sequence[TableError]) -> TableError:
    """Return one error for several files; the faults that are spelt out come from each in turn."""
    if len(refused) == 1:
        return refused[0]
    in_turn = zip_longest(*(error.faults for error in refused))
    faults = [fault for some in in_turn for fault in some if fault is not None]
    return TableError(faults, {"": sum(error.count for error in refused)})
