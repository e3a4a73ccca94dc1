"""Read and check the tables people fill in: orders, pieces, vehicles, depots.

Files may be CSV, Excel (.xlsx), GeoJSON or GeoPackage, told apart by content. Which columns a table has stands in
`gisdata.schema`, or in ``schema_table("orders")``. Positions are degrees of WGS 84; times of day come out as seconds
from midnight. All faults of a table are raised as one error.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from gisdata.checks import check
from gisdata.content import Kind, kind_of, wrong_kind
from gisdata.errors import UnknownNameError
from gisdata.schema import DEPOTS, ORDERS, PIECES, VEHICLES, Schema
from gisdata.texttable import TextTable, read_csv, read_excel, renamed, table_of_frame

if TYPE_CHECKING:
    import geopandas

WANTED = "CSV, Excel (.xlsx), GeoJSON or GeoPackage"


def read_orders(path: str | os.PathLike[str], sheet: str | None = None,
                columns: Mapping[str, str] | None = None) -> geopandas.GeoDataFrame:
    """Read an orders file.

    Parameters
    ----------
    path : path-like
        CSV, Excel, GeoJSON or GeoPackage.
    sheet : str, optional
        Sheet or layer, where the file has several.
    columns : mapping of str to str, optional
        Column of the schema by header of the file, such as ``{"weight": "weight_kg"}``.

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
    return _placed(_read(path, sheet, columns, ORDERS))


def read_pieces(path: str | os.PathLike[str], sheet: str | None = None,
                columns: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Read a file with the pieces of orders and their sizes.

    Parameters
    ----------
    path : path-like
        CSV, Excel, GeoJSON or GeoPackage.
    sheet : str, optional
        Sheet or layer, where the file has several.
    columns : mapping of str to str, optional
        Column of the schema by header of the file.

    Returns
    -------
    DataFrame
        Every column of ``schema_table("pieces")``, and the file's other columns as text.

    Raises
    ------
    TableError, InputFileError, UnknownNameError
        As `read_orders` does.
    """
    return _read(path, sheet, columns, PIECES)


def read_vehicles(path: str | os.PathLike[str], sheet: str | None = None,
                  columns: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Read a file with the vehicle types of a fleet.

    Parameters
    ----------
    path : path-like
        CSV, Excel, GeoJSON or GeoPackage.
    sheet : str, optional
        Sheet or layer, where the file has several.
    columns : mapping of str to str, optional
        Column of the schema by header of the file.

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
    return _read(path, sheet, columns, VEHICLES)


def read_depots(path: str | os.PathLike[str], sheet: str | None = None,
                columns: Mapping[str, str] | None = None) -> geopandas.GeoDataFrame:
    """Read a depots file.

    Parameters
    ----------
    path : path-like
        CSV, Excel, GeoJSON or GeoPackage.
    sheet : str, optional
        Sheet or layer, where the file has several.
    columns : mapping of str to str, optional
        Column of the schema by header of the file.

    Returns
    -------
    GeoDataFrame
        Every column of ``schema_table("depots")``, the file's other columns as text, and points in EPSG:4326.

    Raises
    ------
    TableError, InputFileError, CrsError, UnknownNameError
        As `read_orders` does.
    """
    return _placed(_read(path, sheet, columns, DEPOTS))


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
    return _placed(_check(frame, ORDERS))


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
    return _placed(_check(frame, DEPOTS))


def _read(path: str | os.PathLike[str], sheet: str | None, columns: Mapping[str, str] | None,
          schema: Schema) -> pd.DataFrame:
    """Return the checked table of a file: text cells, headers renamed, then the check."""
    table = renamed(_text_table(path, sheet, schema), columns or {})
    checked = check(table, schema)
    others = {name: cells for name, cells in table.columns.items() if name not in checked.columns}
    return pd.concat([checked, pd.DataFrame(others, index=checked.index, dtype="str")], axis="columns")


def _text_table(path: str | os.PathLike[str], sheet: str | None, schema: Schema) -> TextTable:
    """Return the cells of a file as text, by the reader for what the file really is."""
    kind = kind_of(path)
    likely = (schema.name, schema.chinese)
    if kind is Kind.XLSX:
        return read_excel(path, sheet, likely)
    if kind is Kind.GEOPACKAGE:
        from gisdata.geotables import read_geopackage

        return read_geopackage(path, sheet, likely)
    if sheet is not None:
        raise UnknownNameError(f"{os.fspath(path)}: the file is {kind}, which has no sheets; leave sheet= out")
    if kind is Kind.JSON:
        from gisdata.geotables import read_geojson

        return read_geojson(path)
    if kind is Kind.EMPTY:
        return TextTable(os.fspath(path), {}, ())
    if kind is not Kind.CSV:
        raise wrong_kind(path, kind, WANTED)
    return read_csv(path)


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


def _placed(frame: pd.DataFrame) -> geopandas.GeoDataFrame:
    """Return the frame with points made from its longitudes and latitudes."""
    import geopandas

    points = geopandas.points_from_xy(frame["lon"], frame["lat"])
    return geopandas.GeoDataFrame(frame.drop(columns="geometry", errors="ignore"), geometry=points, crs="EPSG:4326")
