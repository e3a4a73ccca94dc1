"""Tell from its first bytes what an OpenStreetMap file really is; endings are not believed."""

from __future__ import annotations

import bz2
import gzip
import re
import zlib
from pathlib import Path

from gisdata.errors import InputFileError

_KNOWN_OTHERS = (
    (b"PK\x03\x04", "a zip archive; unpack it and read the .osm.pbf or .osm inside"),
    (b"SQLite format 3", "an SQLite database (a GeoPackage?), not an OpenStreetMap file"),
    (b"PAR1", "a Parquet table, not an OpenStreetMap file"),
    (b"\xff\xe0", "an .o5m file; convert it to .osm.pbf first (osmium cat file.o5m -o file.osm.pbf)"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it and read the .osm.pbf or .osm inside"),
    (b"\xfd7zXZ", "an xz archive; unpack it and read the .osm.pbf or .osm inside"),
    (b"{", "JSON text, not an OpenStreetMap file"),
    (b"[", "JSON text, not an OpenStreetMap file"),
)
_WANTED = "OpenStreetMap files are .osm.pbf, .osm, .osm.gz or .osm.bz2; fetch the extract again if this should be one"
_ROOT = re.compile(r"<(?![?!])([A-Za-z_][\w:.-]*)")


def osm_format(path: Path) -> str:
    """Return the format of an OpenStreetMap file as libosmium names it.

    Parameters
    ----------
    path : pathlib.Path
        The file, under whatever name.

    Returns
    -------
    str
        ``pbf``, ``osm``, ``osm.gz`` or ``osm.bz2``.

    Raises
    ------
    InputFileError
        If there is no such file, or it is something else; the message says what it looks like.
    """
    try:
        with path.open("rb") as handle:
            head = handle.read(65_536)
    except FileNotFoundError as error:
        raise InputFileError(f"{path}: there is no such file") from error
    except OSError as error:
        raise InputFileError(f"{path}: cannot be read ({error.strerror}); is it a folder, or locked?") from error
    if not head:
        raise InputFileError(f"{path}: the file is empty; fetch it again")
    if head[4:15] == b"\x0a\x09OSMHeader":
        return "pbf"
    if head[:2] == b"\x1f\x8b":
        return _checked_xml(path, _first_text(path, gzip.GzipFile), "osm.gz")
    if head[:3] == b"BZh":
        return _checked_xml(path, _first_text(path, bz2.BZ2File), "osm.bz2")
    for start, meaning in _KNOWN_OTHERS:
        if head.startswith(start):
            raise InputFileError(f"{path}: this is {meaning}")
    return _checked_xml(path, head, "osm")


def _first_text(path: Path, packing: type[gzip.GzipFile | bz2.BZ2File]) -> bytes:
    """Return the first unpacked bytes of a packed file."""
    try:
        with packing(path) as handle:
            return handle.read(65_536)
    except (OSError, EOFError, zlib.error) as error:
        raise InputFileError(f"{path}: the packed file is damaged or cut short ({error}); fetch it again") from error


def _checked_xml(path: Path, head: bytes, name: str) -> str:
    """Return the format name if the bytes begin an OSM XML document."""
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = head.decode("utf-16" if wide else "utf-8-sig", errors="ignore").lstrip()
    root = _ROOT.search(re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL))
    tag = root.group(1) if text.startswith("<") and root else ""
    if tag == "osm":
        return name
    if tag == "osmChange":
        raise InputFileError(f"{path}: this is an OpenStreetMap change file; apply it to an extract and read that")
    if tag.lower() == "html" or "<!doctype html" in text[:200].lower():
        raise InputFileError(f"{path}: this is a web page, perhaps a failed download; fetch the extract again")
    if tag:
        raise InputFileError(f"{path}: this is XML with the root <{tag[:40]}>, not an OpenStreetMap file. {_WANTED}")
    raise InputFileError(f"{path}: this is not an OpenStreetMap file. {_WANTED}")
