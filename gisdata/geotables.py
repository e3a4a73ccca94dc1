"""Tables with positions as text cells: read from GeoJSON or GeoPackage, or taken from a GeoDataFrame.

GeoJSON is parsed as JSON and GeoPackage as SQLite, so no driver can open another file or the network, and every number
keeps its digits. Positions become the columns ``lon`` and ``lat``, degrees of WGS 84 (EPSG:4326).
"""

from __future__ import annotations

import json
import os
import sqlite3
import struct
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gisdata.content import Kind, read_text, wrong_kind
from gisdata.errors import CrsError, GisDataError, InputFileError, UnknownNameError
from gisdata.kinds import number_or_nan
from gisdata.texttable import TextTable, texts
from gisdata.workbook import MOST_COLUMNS, MOST_ROWS

if TYPE_CHECKING:
    import geopandas
    from numpy.typing import NDArray

WGS_84 = "EPSG:4326"
SAME_PLACE_DEGREES = 1e-6
_POINT, _MULTIPOINT = 0, 4
_GEOMETRIES = ("LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")


@dataclass(frozen=True, slots=True)
class Positions:
    """A position for each record, as its file states it.

    Parameters
    ----------
    x, y : ndarray of float64, shape (n,)
        Coordinates; NaN where there is none.
    wrong : dict of int to str
        What is wrong instead of a point, such as ``"is a Polygon"``, by position of the record.
    crs : object, optional
        Anything pyproj knows a reference system by; None: not stated.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    wrong: dict[int, str]
    crs: object


def read_geojson(path: str | os.PathLike[str]) -> TextTable:
    """Read a GeoJSON FeatureCollection of points as text.

    Parameters
    ----------
    path : path-like
        JSON text. Positions are WGS 84 unless the (older) ``crs`` member names another system.

    Returns
    -------
    TextTable
        Rows are called by their number in the file, from 1. Without a property ``id``, the id of the feature is used.

    Raises
    ------
    InputFileError
        If it is damaged or no FeatureCollection.
    CrsError
        If it names a reference system that is not known.
    """
    content = _json(path)
    if not _is_feature_collection(content):
        raise wrong_kind(path, Kind.JSON, "a GeoJSON FeatureCollection")
    features = content["features"]
    records = [feature.get("properties") or {} for feature in features]
    if any("id" in feature for feature in features) and not any("id" in record for record in records):
        records = [{"id": feature.get("id"), **record} for feature, record in zip(features, records, strict=True)]
    headers = dict.fromkeys(header for record in records for header in record)
    _refuse_too_large(path, len(records), len(headers))
    columns = {header: texts([_plain(record.get(header)) for record in records], None) for header in headers}
    table = TextTable(os.fspath(path), columns, range(1, len(records) + 1))
    if not any(feature.get("geometry") for feature in features):
        return table
    return with_positions(table, _geojson_positions(content, features))


def read_geopackage(path: str | os.PathLike[str], layer: str | None, likely: Sequence[str]) -> TextTable:
    """Read a layer of a GeoPackage, with or without points, as text.

    Parameters
    ----------
    path : path-like
        A GeoPackage.
    layer : str, optional
        Its name. Without it: the only layer, or the one with a likely name.
    likely : sequence of str
        Names to look for where there are several layers.

    Returns
    -------
    TextTable
        Rows are called by their ``fid``.

    Raises
    ------
    InputFileError
        If it is damaged or too large.
    UnknownNameError
        If there is no such layer, or no telling which one is meant.
    CrsError
        If the layer states no reference system, one that is not known, or mixes two.
    """
    try:
        with closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            return _Package(os.fspath(path), database).read(layer, likely)
    except GisDataError:
        raise
    except (sqlite3.Error, struct.error, LookupError, TypeError, ValueError) as error:
        raise InputFileError(f"{os.fspath(path)}: the GeoPackage is damaged ({error}). Copy it again.") from None


def positions_of_frame(frame: geopandas.GeoDataFrame, name: str) -> Positions:
    """Return the positions of a GeoDataFrame.

    Parameters
    ----------
    frame : GeoDataFrame
        With points. Without a reference system its columns ``lon`` and ``lat`` must say where the points are.
    name : str
        What to call the table in messages.

    Returns
    -------
    Positions
        In the reference system of the frame.

    Raises
    ------
    CrsError
        If the frame has neither a reference system nor columns ``lon`` and ``lat``.
    """
    if frame.crs is None and not {"lon", "lat"} <= set(frame.columns):
        raise CrsError(f"{name}: the geometry has no reference system. Call set_crs('EPSG:4326') if it is degrees of "
                       "WGS 84, or name the system it is in.")
    return _positions(np.asarray(frame.geometry.array), WGS_84 if frame.crs is None else frame.crs)


def with_positions(table: TextTable, positions: Positions) -> TextTable:
    """Return the table with columns ``lon`` and ``lat`` filled from positions where they are absent or blank.

    Parameters
    ----------
    table : TextTable
        Any table. Where its own ``lon`` and ``lat`` disagree with the position, that is noted as a fault.
    positions : Positions
        One for each record.

    Returns
    -------
    TextTable
        With ``lon`` and ``lat``.

    Raises
    ------
    CrsError
        If the reference system is not stated or not known.
    """
    lon, lat = _to_wgs84(positions, table)
    blank = [""] * len(table.rows)
    columns = {"lon": blank, "lat": blank, **table.columns}
    unread = set(table.unread)
    lost = ~(np.isfinite(lon) & np.isfinite(lat)) & ~(np.isnan(positions.x) | np.isnan(positions.y))
    lon, lat = np.where(lost, np.nan, lon), np.where(lost, np.nan, lat)
    outside = {int(at): "lies outside its reference system" for at in np.flatnonzero(lost)}
    for at, reason in {**positions.wrong, **outside}.items():
        if not (columns["lon"][at] and columns["lat"][at]):
            table.faults.add("geometry", reason, "Give each row one point.", at=at, column="geometry")
            unread |= {(at, "lon"), (at, "lat")}
    for name, values in (("lon", lon), ("lat", lat)):
        stated = np.array([number_or_nan(cell) for cell in columns[name]])
        for at in map(int, np.flatnonzero(np.abs(stated - values) > SAME_PLACE_DEGREES)):
            table.faults.add("disagrees", f"disagrees with the geometry, which lies at {values[at]:.6f}",
                             "Remove the column, or correct the geometry.", at=at, column=name, value=columns[name][at])
        found = texts(values.tolist(), None)
        columns[name] = [cell or other for cell, other in zip(columns[name], found, strict=True)]
    return replace(table, columns=columns, unread=frozenset(unread))


class _Package:
    """An open GeoPackage. Only real tables are read: no view, no virtual table."""

    def __init__(self, file: str, database: sqlite3.Connection) -> None:
        self.file = file
        self.database = database
        self.tables = {name for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0")}

    def read(self, layer: str | None, likely: Sequence[str]) -> TextTable:
        """Return the layer as a table."""
        name = self._chosen(layer, likely)
        quoted = '"' + name.replace('"', '""') + '"'
        (rows,) = self.database.execute(f"SELECT count(*) FROM {quoted}").fetchone()  # noqa: S608  (a name of the file)
        _refuse_too_large(self.file, rows, 0)
        cursor = self.database.execute(f"SELECT rowid, * FROM {quoted} ORDER BY rowid")  # noqa: S608
        headers = [str(item[0]) for item in cursor.description]
        cells = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(headers)
        geometry = self._geometry_column(name)
        kept = [place for place in range(1, len(headers)) if headers[place] not in ("fid", geometry)]
        columns = {headers[place].strip(): texts([_plain(cell) for cell in cells[place]], None) for place in kept}
        table = TextTable(self.file, columns, cells[0], name)
        if geometry is None:
            return table
        blobs = cells[headers.index(geometry, 1)]
        return with_positions(table, _positions(*self._decoded(name, blobs)))

    def _chosen(self, layer: str | None, likely: Sequence[str]) -> str:
        if "gpkg_contents" not in self.tables:
            raise InputFileError(f"{self.file}: the GeoPackage lists no layers")
        listed = self.database.execute(
            "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes', 'aspatial')")
        layers = [str(name) for (name,) in listed if name in self.tables]
        wanted = {name.casefold() for name in likely}
        fitting = [name for name in layers if name == layer] if layer is not None else (
            [name for name in layers if len(layers) == 1 or name.casefold() in wanted])
        if len(fitting) != 1:
            what = "pass sheet= with the layer meant" if layer is None else f"there is no layer {layer!r}"
            raise UnknownNameError(f"{self.file}: {what}; there are: {', '.join(map(repr, layers)) or 'none'}")
        return fitting[0]

    def _geometry_column(self, layer: str) -> str | None:
        if "gpkg_geometry_columns" not in self.tables:
            return None
        found = self.database.execute("SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer,))
        return next((str(name) for (name,) in found), None)

    def _decoded(self, layer: str, blobs: Sequence[Any]) -> tuple[NDArray[np.object_], object]:
        """Return geometries and their reference system, which must be the same for all."""
        headers = [_blob_header(blob) if blob else None for blob in blobs]
        stated = {header[0] for header in headers if header is not None}
        of_layer = self.database.execute("SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?", (layer,))
        systems = stated | {int(of_layer.fetchone()[0])}
        if len(systems) > 1:
            named = ", ".join(map(str, sorted(systems)))
            raise CrsError(f"{self.file}, layer {layer!r}: mixes the reference systems {named}. "
                           "Reproject all points to one system, such as EPSG:4326.")
        wkb = [None if header is None else blob[header[1]:] for header, blob in zip(headers, blobs, strict=True)]
        geometries = shapely.from_wkb(np.array([*wkb, None], dtype=object)[:-1], on_invalid="ignore")
        return geometries, self._crs(systems.pop())

    def _crs(self, identifier: int) -> object:
        if identifier <= 0:
            return None
        found = self.database.execute(
            "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
            (identifier,)).fetchone()
        if found is None:
            return None
        organization, code, definition = found
        return f"EPSG:{code}" if str(organization).upper() == "EPSG" else definition


def _blob_header(blob: bytes) -> tuple[int, int]:
    """Return reference system and length of the header of a GeoPackage geometry (OGC 12-128r18, clause 2.1.3)."""
    if blob[:2] != b"GP":
        raise ValueError("a geometry does not begin with GP")
    flags = blob[3]
    (system,) = struct.unpack_from("<i" if flags & 1 else ">i", blob, 4)
    envelope = (flags >> 1) & 7
    return system, 8 + (0, 32, 48, 48, 64)[min(envelope, 4)]


def _positions(geometries: NDArray[np.object_], crs: object) -> Positions:
    """Return the points of geometries; a multipoint of one point counts as a point."""
    kinds = shapely.get_type_id(geometries)
    single = (kinds == _MULTIPOINT) & (shapely.get_num_geometries(geometries) == 1)
    points = np.where(single, shapely.get_geometry(geometries, 0), geometries)
    usable = ((kinds == _POINT) | single) & ~shapely.is_empty(points)
    points[~usable] = None
    wrong = {int(at): f"is a {geometries[at].geom_type}, not a point" for at in np.flatnonzero(~usable)
             if geometries[at] is not None and not shapely.is_empty(geometries[at])}
    return Positions(shapely.get_x(points), shapely.get_y(points), wrong, crs)


def _geojson_positions(content: dict[str, Any], features: list[dict[str, Any]]) -> Positions:
    pairs, wrong = [], {}
    for at, feature in enumerate(features):
        geometry = feature.get("geometry")
        pair = (np.nan, np.nan)
        if isinstance(geometry, dict) and geometry.get("type") == "Point":
            coordinates = geometry.get("coordinates")
            if isinstance(coordinates, list) and 2 <= len(coordinates) <= 4:
                pair = (number_or_nan(str(coordinates[0])), number_or_nan(str(coordinates[1])))
            if np.isnan(pair).any() and coordinates:
                wrong[at] = "has coordinates that are no numbers"
        elif geometry is not None:
            kind = geometry.get("type") if isinstance(geometry, dict) else None
            wrong[at] = f"is a {kind}, not a point" if kind in _GEOMETRIES else "is no point"
        pairs.append(pair)
    x, y = np.array(pairs, dtype=float).reshape(-1, 2).T
    return Positions(x, y, wrong, _geojson_crs(content.get("crs")))


def _geojson_crs(member: object) -> object:
    """Return the system that the older ``crs`` member names; without one it is WGS 84 (RFC 7946)."""
    if member is None:
        return WGS_84
    properties = member.get("properties") if isinstance(member, dict) else None
    return properties.get("name") if isinstance(properties, dict) else None


def _to_wgs84(positions: Positions, table: TextTable) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    import pyproj

    place = f"{table.file}, layer {table.sheet!r}" if table.sheet else table.file
    remedy = "Save the layer in EPSG:4326 (WGS 84)."
    try:
        crs = None if positions.crs is None else pyproj.CRS.from_user_input(positions.crs)
        if crs is None or crs.is_engineering:  # GDAL writes "undefined" as an engineering system
            raise CrsError(f"{place}: the points state no reference system. {remedy}")
        if crs.equals(pyproj.CRS(WGS_84), ignore_axis_order=True):
            return positions.x, positions.y
        to_degrees = pyproj.Transformer.from_crs(crs, WGS_84, always_xy=True)
        lon, lat = to_degrees.transform(positions.x, positions.y)
    except pyproj.exceptions.ProjError:
        raise CrsError(f"{place}: the reference system {str(positions.crs)[:60]!r} is not known. {remedy}") from None
    return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)


def _is_feature_collection(content: Any) -> bool:  # noqa: ANN401  (parsed JSON)
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        return False
    features = content.get("features")
    return isinstance(features, list) and all(
        isinstance(feature, dict) and isinstance(feature.get("properties") or {}, dict) for feature in features)


def _json(path: str | os.PathLike[str]) -> Any:  # noqa: ANN401
    """Return parsed JSON; every number stays the text it is."""
    try:
        return json.loads(read_text(path), parse_float=str, parse_int=str, parse_constant=str)
    except (json.JSONDecodeError, RecursionError) as error:
        what = "too deeply nested" if isinstance(error, RecursionError) else str(error)
        raise InputFileError(f"{os.fspath(path)}: the JSON is damaged ({what}). Save or copy it again.") from None


def _plain(value: object) -> object:
    """Return a value that a table can show: nested JSON and bytes become text."""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value.hex() if isinstance(value, bytes) else value


def _refuse_too_large(path: str | os.PathLike[str], rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise InputFileError(f"{os.fspath(path)}: {rows:,} rows of {columns:,} columns; at most {MOST_ROWS:,} rows of "
                             f"{MOST_COLUMNS:,} columns are read. Split the file.")
