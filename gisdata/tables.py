"""Read and check the tables people fill in: orders, pieces, vehicles, depots.

Files may be CSV, Excel, shapefile, GeoJSON or GeoPackage, told apart by content. Which columns a table has stands in
`gisdata.schema`, or in ``schema_table("orders")``. Positions are degrees of WGS 84; times of day come out as seconds
from midnight. All faults of a table are raised as one error.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import pandas as pd

from gisdata.checks import check
from gisdata.mapping import HeaderMapping
from gisdata.opened import open_table, with_points
from gisdata.repairs import RepairWarning
from gisdata.schema import DEPOTS, LINES, ORDERS, PIECES, VEHICLES, Schema
from gisdata.texttable import table_of_frame

if TYPE_CHECKING:
    import geopandas


def read_orders(path: str | os.PathLike[str], sheet: str | None = None,
                columns: Mapping[str, str] | HeaderMapping | None = None, *,
                repair: bool = True) -> geopandas.GeoDataFrame:
    """Read an orders file.

    Parameters
    ----------
    path : path-like
        CSV, Excel, shapefile, GeoJSON or GeoPackage.
    sheet : str, optional
        Sheet or layer, where the file has several.
    columns : mapping of str to str, or HeaderMapping, optional
        Column of the schema by header of the file, such as ``{"weight": "weight_kg [t]"}``.
    repair : bool
        Whether headers are looked up among aliases and cells repaired; `gisdata.open_table` lists what was done.

    Returns
    -------
    GeoDataFrame
        Every column of ``schema_table("orders")``, ``service_s``, named demands, the file's other columns as text, and
        points in EPSG:4326.

    Raises
    ------
    TableError
        With every fault: file, sheet, row, column, value, reason and remedy.
    InputFileError
        If the file cannot be opened, is damaged, or is something else than it seems.
    CrsError
        If points state no reference system, or mix two.
    UnknownNameError
        If there is no such sheet or header.
    """
    return cast("geopandas.GeoDataFrame", _read(path, "orders", sheet, columns, repair=repair))


def read_pieces(path: str | os.PathLike[str], sheet: str | None = None,
                columns: Mapping[str, str] | HeaderMapping | None = None, *,
                repair: bool = True) -> pd.DataFrame:
    """Read a file with the pieces of orders and their sizes.

    Parameters
    ----------
    path : path-like
        CSV, Excel, shapefile, GeoJSON or GeoPackage.
    sheet : str, optional
        Sheet or layer, where the file has several.
    columns : mapping of str to str, or HeaderMapping, optional
        Column of the schema by header of the file.
    repair : bool
        As for `read_orders`.

    Returns
    -------
    DataFrame
        Every column of ``schema_table("pieces")``, and the file's other columns as text.

    Raises
    ------
    TableError, InputFileError, UnknownNameError
        As `read_orders` does.
    """
    return _read(path, "pieces", sheet, columns, repair=repair)


def read_vehicles(path: str | os.PathLike[str], sheet: str | None = None,
                  columns: Mapping[str, str] | HeaderMapping | None = None, *,
                  repair: bool = True) -> pd.DataFrame:
    """Read a file with the vehicle types of a fleet.

    Parameters
    ----------
    path : path-like
        CSV, Excel, shapefile, GeoJSON or GeoPackage.
    sheet : str, optional
        Sheet or layer, where the file has several.
    columns : mapping of str to str, or HeaderMapping, optional
        Column of the schema by header of the file.
    repair : bool
        As for `read_orders`.

    Returns
    -------
    DataFrame
        Every column of ``schema_table("vehicles")``, named capacities, and the file's other columns as text. A capacity
        that is blank is infinite: no limit.

    Raises
    ------
    TableError, InputFileError, UnknownNameError
        As `read_orders` does.
    """
    return _read(path, "vehicles", sheet, columns, repair=repair)


def read_depots(path: str | os.PathLike[str], sheet: str | None = None,
                columns: Mapping[str, str] | HeaderMapping | None = None, *,
                repair: bool = True) -> geopandas.GeoDataFrame:
    """Read a depots file.

    Parameters
    ----------
    path : path-like
        CSV, Excel, shapefile, GeoJSON or GeoPackage.
    sheet : str, optional
        Sheet or layer, where the file has several.
    columns : mapping of str to str, or HeaderMapping, optional
        Column of the schema by header of the file.
    repair : bool
        As for `read_orders`.

    Returns
    -------
    GeoDataFrame
        Every column of ``schema_table("depots")``, the file's other columns as text, and points in EPSG:4326.

    Raises
    ------
    TableError, InputFileError, CrsError, UnknownNameError
        As `read_orders` does.
    """
    return cast("geopandas.GeoDataFrame", _read(path, "depots", sheet, columns, repair=repair))


def read_lines(path: str | os.PathLike[str], sheet: str | None = None,
               columns: Mapping[str, str] | HeaderMapping | None = None, *,
               repair: bool = True) -> pd.DataFrame:
    """Read a file with templates of fixed lines, a row for each stop.

    Parameters
    ----------
    path : path-like
        CSV, Excel, shapefile, GeoJSON or GeoPackage.
    sheet : str, optional
        Sheet or layer, where the file has several.
    columns : mapping of str to str, or HeaderMapping, optional
        Column of the schema by header of the file.
    repair : bool
        As for `read_orders`.

    Returns
    -------
    DataFrame
        Every column of ``schema_table("lines")``, and the file's other columns as text.

    Raises
    ------
    TableError, InputFileError, UnknownNameError
        As `read_orders` does.
    """
    return _read(path, "lines", sheet, columns, repair=repair)


def check_orders(frame: pd.DataFrame) -> geopandas.GeoDataFrame:
    """Check orders made in a notebook, as `read_orders` checks a file; what is checked already comes back the same.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        Text or typed columns. Whole numbers in a clock column are seconds from midnight. Points take the place of
        ``lon`` and ``lat`` where those are absent or blank.

    Returns
    -------
    GeoDataFrame
        As from `read_orders`, with the index of the frame; columns that are not in the schema stay as they are.

    Raises
    ------
    TableError
        With every fault; the row of a fault is the label in the index.
    CrsError
        If the frame has points but neither a reference system nor ``lon`` and ``lat``.
    """
    return with_points(_check(frame, ORDERS))


def check_pieces(frame: pd.DataFrame) -> pd.DataFrame:
    """Check pieces made in a notebook, as `read_pieces` checks a file.

    Parameters
    ----------
    frame : DataFrame
        As for `check_orders`.

    Returns
    -------
    DataFrame
        As from `read_pieces`, with the index of the frame.

    Raises
    ------
    TableError
        With every fault.
    """
    return _check(frame, PIECES)


def check_vehicles(frame: pd.DataFrame) -> pd.DataFrame:
    """Check vehicle types made in a notebook, as `read_vehicles` checks a file.

    Parameters
    ----------
    frame : DataFrame
        As for `check_orders`.

    Returns
    -------
    DataFrame
        As from `read_vehicles`, with the index of the frame.

    Raises
    ------
    TableError
        With every fault.
    """
    return _check(frame, VEHICLES)


def check_depots(frame: pd.DataFrame) -> geopandas.GeoDataFrame:
    """Check depots made in a notebook, as `read_depots` checks a file.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        As for `check_orders`.

    Returns
    -------
    GeoDataFrame
        As from `read_depots`, with the index of the frame.

    Raises
    ------
    TableError, CrsError
        As `check_orders` does.
    """
    return with_points(_check(frame, DEPOTS))


def check_lines(frame: pd.DataFrame) -> pd.DataFrame:
    """Check templates of fixed lines made in a notebook, as `read_lines` checks a file.

    Parameters
    ----------
    frame : DataFrame
        As for `check_orders`.

    Returns
    -------
    DataFrame
        As from `read_lines`, with the index of the frame.

    Raises
    ------
    TableError
        With every fault.
    """
    return _check(frame, LINES)


def _read(path: str | os.PathLike[str], noun: str, sheet: str | None, columns: Mapping[str, str] | HeaderMapping | None,
          *, repair: bool) -> pd.DataFrame:
    """Return the checked table of a file, with a warning if cells were repaired."""
    opened = open_table(path, noun, sheet, columns, repair=repair)
    if len(opened.repairs):
        warnings.warn(f"{opened.file}: {opened.repairs}\nEach is listed by open_table(path, {noun!r}).repairs",
                      RepairWarning, stacklevel=3)
    return opened.frame


def _check(frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
    """Return the checked table of a frame, other columns untouched."""
    import geopandas

    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"check_{schema.name} needs a DataFrame, got a {type(frame).__name__}; "
                        f"read a file with read_{schema.name}")
    name = f"{schema.name} table"
    table = table_of_frame(frame, name, schema.column)
    points = None
    if schema.has_place and isinstance(frame, geopandas.GeoDataFrame) and frame.active_geometry_name is not None:
        from gisdata.geotables import positions_of_frame, with_positions

        points = frame.active_geometry_name
        table = with_positions(table, positions_of_frame(frame, name))
    checked = check(table, schema, may_be_empty=True).set_axis(frame.index)
    others = pd.DataFrame(frame[[header for header in frame.columns if header not in {*checked.columns, points}]])
    return pd.concat([checked, others], axis="columns")
