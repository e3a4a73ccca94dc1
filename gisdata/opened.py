"""Open a table as people have it: find sheet and header, map headers, repair cells, check; and say what was done.

What each step does stands in `gisdata.shape`, `gisdata.mapping`, `gisdata.repairs` and `gisdata.checks`. Positions are
degrees of WGS 84; times come out as seconds from midnight.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from gisdata.checks import check
from gisdata.content import Kind, kind_of, wrong_kind
from gisdata.errors import UnknownNameError
from gisdata.escape import escape_html
from gisdata.mapping import HeaderMapping, given_only, map_headers, mapped
from gisdata.repairs import RepairReport, cell_address, no_repairs, repaired
from gisdata.schema import SCHEMAS, Schema
from gisdata.shape import find_header, fits
from gisdata.texttable import TextTable, read_csv, table_of_sheet
from gisdata.workbook import read_sheet

if TYPE_CHECKING:
    import geopandas

    from gisdata.texttable import FindHeader

WANTED = "CSV, Excel (.xlsx, .xls), a shapefile, GeoJSON or GeoPackage"
_SHOWN_ROWS = 5


@dataclass(frozen=True, slots=True, eq=False)
class OpenedTable:
    """A checked table, and what was done to get it.

    Parameters
    ----------
    noun : str
        ``"orders"``, ``"pieces"``, ``"vehicles"``, ``"depots"`` or ``"lines"``.
    frame : DataFrame or GeoDataFrame
        The checked table; a GeoDataFrame in EPSG:4326 where rows have positions.
    mapping : HeaderMapping
        What each header was taken for; pass it as ``columns=`` for the next file.
    repairs : RepairReport
        Every change to a cell.
    source : TextTable
        Where each row and column stands in the file; its cells are left out.
    """

    noun: str
    frame: pd.DataFrame
    mapping: HeaderMapping
    repairs: RepairReport
    source: TextTable

    @property
    def file(self) -> str:
        """The file that was opened."""
        return self.source.file

    @property
    def sheet(self) -> str:
        """The sheet or layer that was read; empty if the file has none."""
        return self.source.sheet

    def cell_of(self, label: object, column: str) -> str:
        """Return the address of a cell in the file.

        Parameters
        ----------
        label : int
            Label in the index of `frame`.
        column : str
            Column of `frame`.

        Returns
        -------
        str
            Such as ``"C12"``; empty where the file has no such address or row.
        """
        rows = range(len(self.source.rows))
        return cell_address(self.source, int(label), column) if isinstance(label, int) and label in rows else ""

    def report(self) -> str:
        """Return what was read, how headers were taken, and every rule of repair used, as text.

        Returns
        -------
        str
            Several lines.
        """
        sheet = f", sheet {self.sheet!r}" if self.sheet else ""
        lines = [f"{self.file}{sheet}: {len(self.frame):,} {self.noun}"]
        lines += [f"  {use.header!r} is {use.field}{f' in {use.unit}' if use.unit else ''}" if use.field
                  else f"  {use.header!r} is kept as it is" for use in self.mapping.uses if use.how != "same name"]
        return "\n".join([*lines, str(self.repairs)])

    def _repr_html_(self) -> str:
        sheet = f", sheet {self.sheet}" if self.sheet else ""
        rows = pd.DataFrame(self.frame.drop(columns="geometry", errors="ignore")).head(_SHOWN_ROWS)
        head = "".join(f"<th>{escape_html(name)}</th>" for name in rows.columns)
        body = "".join("<tr>" + "".join(f"<td>{escape_html(cell)}</td>" for cell in row) + "</tr>"
                       for row in rows.itertuples(index=False))
        return (f"<p>{escape_html(self.file + sheet)}: {len(self.frame):,} {self.noun}</p>"
                f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
                f"{self.mapping._repr_html_()}{self.repairs._repr_html_()}")


def open_table(path: str | os.PathLike[str], noun: str, sheet: str | None = None,
               columns: Mapping[str, str] | HeaderMapping | None = None, *, repair: bool = True,
               placed: bool = True) -> OpenedTable:
    """Open a file of orders, pieces, vehicles, depots or fixed lines as people write it.

    Parameters
    ----------
    path : path-like
        CSV, Excel, shapefile, GeoJSON or GeoPackage, told apart by content.
    noun : str
        ``"orders"``, ``"pieces"``, ``"vehicles"``, ``"depots"`` or ``"lines"``.
    sheet : str, optional
        Sheet or layer, where the file has several that fit.
    columns : mapping of str to str, or HeaderMapping, optional
        Answers to what cannot be known: column by header, with a unit where it is not stated, such as
        ``{"重量": "weight_kg [t]"}``; ``""`` keeps a header as it is.
    repair : bool
        False takes headers and cells as they are: only exact ones pass.
    placed : bool
        False lets rows without coordinates pass (NaN), for `gisdata.place_orders` to put on the map.

    Returns
    -------
    OpenedTable
        Checked table, mapping of headers, and every repair.

    Raises
    ------
    TableError
        With everything that must be asked or corrected: file, sheet, row, column, value, reason and remedy.
    InputFileError
        If the file cannot be opened, is damaged, or is something else than it seems.
    CrsError
        If points state no reference system, or mix two.
    UnknownNameError
        If there is no such table, sheet or header.
    """
    schema = SCHEMAS.get(noun)
    if schema is None:
        raise UnknownNameError(f"there is no table {noun!r}; there are: {', '.join(SCHEMAS)}")
    schema = schema if placed else _unplaced(schema)
    given = columns.columns if isinstance(columns, HeaderMapping) else dict(columns or {})
    table = text_table(path, sheet, schema, tuple(given) if repair else None)
    if repair:
        mapping = map_headers(table, schema, given)
        table, repairs = repaired(mapped(table, mapping), schema, mapping)
    else:
        mapping, repairs = given_only(table, schema, given), no_repairs()
        table = mapped(table, mapping)
    checked = check(table, schema)
    others = {name: cells for name, cells in table.columns.items() if name not in checked.columns}
    frame = pd.concat([checked, pd.DataFrame(others, index=checked.index, dtype="str")], axis="columns")
    if schema.has_place and placed:
        frame = with_points(frame)
    return OpenedTable(noun, frame, mapping, repairs, replace(table, columns={}))


def with_points(frame: pd.DataFrame) -> geopandas.GeoDataFrame:
    """Return a frame with points made from its longitudes and latitudes.

    Parameters
    ----------
    frame : DataFrame
        With columns ``lon`` and ``lat``, degrees of WGS 84.

    Returns
    -------
    GeoDataFrame
        In EPSG:4326.
    """
    import geopandas

    points = geopandas.points_from_xy(frame["lon"], frame["lat"])
    return geopandas.GeoDataFrame(frame.drop(columns="geometry", errors="ignore"), geometry=points, crs="EPSG:4326")


@cache
def _unplaced(schema: Schema) -> Schema:
    """Return a schema that requires no position."""
    return replace(schema, columns=tuple(
        replace(column, required=False) if column.name in ("lon", "lat") else column for column in schema.columns))


def text_table(path: str | os.PathLike[str], sheet: str | None, schema: Schema,
                given: tuple[str, ...] | None) -> TextTable:
    """Return the cells of a file as text, by the reader for what the file really is.

    Parameters
    ----------
    path : path-like
        The file.
    sheet : str, optional
        Sheet or layer.
    schema : Schema
        What the table should be.
    given : tuple of str, optional
        Headers of the file that are known to be meant; None: the first row is the header.

    Returns
    -------
    TextTable
        Not yet checked.

    Raises
    ------
    InputFileError
        If it is no table.
    UnknownNameError
        If there is no such sheet.
    """
    kind = kind_of(path)
    likely = (schema.name, schema.chinese)
    find = None if given is None else _finder(schema, given)
    fitting = None if given is None else lambda records: fits(records, schema, given)
    if kind is Kind.XLSX:
        return table_of_sheet(path, read_sheet(path, sheet, likely, fitting), find)
    if kind is Kind.GEOPACKAGE:
        from gisdata.geotables import read_geopackage

        return read_geopackage(path, sheet, likely)
    if kind is Kind.XLS:
        from gisdata.oldworkbook import read_old_sheet

        return table_of_sheet(path, read_old_sheet(path, sheet, likely, fitting), find)
    if sheet is not None:
        raise UnknownNameError(f"{os.fspath(path)}: the file is {kind}, which has no sheets; leave sheet= out")
    return _only_table(path, kind, find)


def _only_table(path: str | os.PathLike[str], kind: Kind, find: FindHeader | None) -> TextTable:
    """Return the cells of a file that holds one table."""
    if kind is Kind.JSON:
        from gisdata.geotables import read_geojson

        return read_geojson(path)
    if kind is Kind.SHAPEFILE:
        from gisdata.shapefile import read_shapefile

        return read_shapefile(path)
    if kind is Kind.EMPTY:
        return TextTable(os.fspath(path), {}, ())
    if kind is not Kind.CSV:
        raise wrong_kind(path, kind, WANTED)
    return read_csv(path, find)


def _finder(schema: Schema, given: tuple[str, ...]) -> FindHeader:
    def find(records: Sequence[Sequence[str]]) -> tuple[int, int, Sequence[str]]:
        header = find_header(records, schema, given)
        return header.first, header.depth, header.names

    return find
