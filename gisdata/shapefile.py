"""Read a shapefile of points as text cells: positions from .shp, cells from .dbf, reference system from .prj.

Own reader, because Chinese shapefiles often lack the .cpg that names their encoding: field names and cells are strict
UTF-8, else strict GB18030, and no driver opens another file. Lines and areas are refused as faults.
"""

from __future__ import annotations

import codecs
import os
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gisdata.content import MOST_TEXT_BYTES, read_text
from gisdata.errors import CrsError, InputFileError
from gisdata.geotables import Positions, with_positions
from gisdata.texttable import TextTable
from gisdata.workbook import MOST_COLUMNS, MOST_ROWS

if TYPE_CHECKING:
    from numpy.typing import NDArray

_POINTS = (1, 11, 21)
_KINDS = {3: "line", 5: "polygon", 8: "multipoint", 13: "line", 15: "polygon", 18: "multipoint", 23: "line",
          25: "polygon", 28: "multipoint", 31: "multipatch"}
_DELETED = 0x2A
_YES_NO = {"t": "yes", "y": "yes", "f": "no", "n": "no", "?": ""}


def read_shapefile(path: str | os.PathLike[str]) -> TextTable:
    """Read a shapefile of points.

    Parameters
    ----------
    path : path-like
        The .shp; .dbf and .prj stand beside it, .cpg may.

    Returns
    -------
    TextTable
        Rows are called by their number in the file, from 1; columns ``lon`` and ``lat`` are added.

    Raises
    ------
    InputFileError
        If a part is missing, damaged, too large, or in neither encoding.
    CrsError
        If it states no reference system, or one that is not known.

    References
    ----------
    ESRI (1998), "ESRI Shapefile Technical Description"; dBASE III table file format.
    """
    file = os.fspath(path)
    try:
        names, cells, kept = _cells(_beside(path, ".dbf"), _encodings(path))
        x, y, wrong = _points(Path(path))
    except (struct.error, IndexError, ValueError) as error:
        raise InputFileError(f"{file}: the shapefile is damaged ({error}). Copy all its parts again.") from None
    if len(x) < len(kept):
        raise InputFileError(f"{file}: {len(kept):,} records but {len(x):,} points. Copy all its parts again.")
    table = TextTable(file, dict(zip(names, cells, strict=True)), [at + 1 for at in kept])
    rank = {at: place for place, at in enumerate(kept)}
    here = {rank[at]: reason for at, reason in wrong.items() if at in rank}
    try:
        system = read_text(_beside(path, ".prj")).strip()
    except InputFileError:
        raise CrsError(f"{file}: there is no .prj beside it that states the reference system. Copy it too, or export "
                       "the layer as a GeoPackage.") from None
    return with_positions(table, Positions(x[kept], y[kept], here, system))


def _beside(path: str | os.PathLike[str], ending: str) -> Path:
    """Return another part of the shapefile, whatever the case of its ending."""
    for part in (Path(path).with_suffix(ending), Path(path).with_suffix(ending.upper())):
        if part.is_file():
            return part
    raise InputFileError(f"{os.fspath(path)}: the {ending} beside it is missing. Copy all parts of the shapefile.")


def _encodings(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """Return the encodings to try: the one that the .cpg names; without it UTF-8, then GB18030."""
    try:
        named = _beside(path, ".cpg").read_text(encoding="ascii", errors="replace").strip().lower()
        named = "gb18030" if named in ("936", "cp936", "gbk", "gb2312", "oem 936", "ansi 936") else named
        return (codecs.lookup(named).name,)
    except (InputFileError, LookupError):
        return "utf-8", "gb18030"


def _cells(path: Path, encodings: tuple[str, ...]) -> tuple[list[str], list[list[str]], list[int]]:
    """Return field names, cells by field, and the positions of records that are not deleted."""
    data = _bytes(path)
    count, header, width = struct.unpack_from("<IHH", data, 4)
    fields, at, offset = [], 32, 1
    while data[at] != 0x0D:
        fields.append((data[at:at + 11].split(b"\0")[0], chr(data[at + 11]), offset, data[at + 16]))
        offset += data[at + 16]
        at += 32
    if count > MOST_ROWS or len(fields) > MOST_COLUMNS or header + count * width > len(data) + 1 or offset > width:
        raise ValueError(f"{count:,} records of {len(fields)} fields do not fit the .dbf")
    records = [data[header + n * width:header + (n + 1) * width] for n in range(count)]
    kept = [n for n, record in enumerate(records) if record[:1] and record[0] != _DELETED]
    for encoding in encodings:
        try:
            names = [_cut_name(name, encoding) for name, *_ in fields]
            cells = [[_cell(records[n][begin:begin + size].decode(encoding), kind) for n in kept]
                     for _, kind, begin, size in fields]
        except UnicodeDecodeError:
            continue
        if len(set(names)) < len(names):
            raise ValueError("two fields have one name")
        return names, cells, kept
    raise ValueError(f"its text is not in {' or '.join(encodings)}")


def _cut_name(name: bytes, encoding: str) -> str:
    """Return a field name; ten bytes may end within a letter, which is left out."""
    full = len(name) >= 10
    return codecs.getincrementaldecoder(encoding)().decode(name, final=not full).strip()


def _cell(text: str, kind: str) -> str:
    plain = text.strip(" \0\t\r\n")
    if kind == "L":
        return _YES_NO.get(plain.lower(), plain)
    if kind in ("N", "F") and set(plain) == {"*"}:
        return ""
    return f"{plain[:4]}-{plain[4:6]}-{plain[6:]}" if kind == "D" and len(plain) == 8 else plain


def _points(path: Path) -> tuple[NDArray[np.float64], NDArray[np.float64], dict[int, str]]:
    """Return the position of every record, NaN where there is none, and what is wrong instead of a point."""
    data = _bytes(path)
    x: list[float] = []
    y: list[float] = []
    wrong: dict[int, str] = {}
    at = 100
    while at + 12 <= len(data):
        _, words = struct.unpack_from(">ii", data, at)
        (kind,) = struct.unpack_from("<i", data, at + 8)
        if words < 2:
            raise ValueError("a record has no length")
        position = struct.unpack_from("<dd", data, at + 12) if kind in _POINTS else (np.nan, np.nan)
        if kind not in (*_POINTS, 0):
            wrong[len(x)] = f"is a {_KINDS.get(kind, 'shape')}, not a point"
        x.append(position[0])
        y.append(position[1])
        at += 8 + 2 * words
    return np.array(x, dtype=np.float64), np.array(y, dtype=np.float64), wrong


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > MOST_TEXT_BYTES:
        raise InputFileError(f"{path}: at most {MOST_TEXT_BYTES / 2**20:,.0f} MiB are read. Export a part of it.")
    return path.read_bytes()
