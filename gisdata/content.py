"""What a file really is, judged by its content and never by the ending of its name; and the limits a file must keep.

No table is read here. Nothing here hands a path to GDAL, so a name such as ``/vsicurl/...`` is only a file that does
not exist, and a ``.geojson`` that holds a VRT is XML.
"""

from __future__ import annotations

import codecs
import os
import stat
import zipfile
from enum import StrEnum
from pathlib import Path

from gisdata.errors import InputFileError

MOST_TEXT_BYTES = 256 * 2**20
MOST_UNZIPPED_BYTES = 2**30
MOST_ZIP_RATIO = 250
MOST_ZIP_PARTS = 10_000
_RATIO_COUNTS_FROM_BYTES = 16 * 2**20
_HEAD_BYTES = 4096
_PASSWORD_PART = "EncryptedPackage".encode("utf-16-le")

_TEXT_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Kind(StrEnum):
    """Kinds of content; each value completes the sentence "the file is ..."."""

    EMPTY = "empty"
    CSV = "text (read as CSV)"
    JSON = "JSON text"
    WEB_PAGE = "a web page"
    XML = "XML text"
    XLSX = "an Excel workbook (.xlsx)"
    XLSB = "a binary Excel workbook (.xlsb)"
    XLS = "an old Excel workbook (.xls)"
    PROTECTED = "an Office file protected by a password"
    ODS = "an OpenDocument spreadsheet (.ods)"
    GEOPACKAGE = "a GeoPackage"
    SQLITE = "an SQLite database that is no GeoPackage"
    SHAPEFILE = "a shapefile"
    OSM_PBF = "OpenStreetMap data (.osm.pbf)"
    PARQUET = "a Parquet file"
    PDF = "a PDF document"
    ZIP = "a zip archive"
    ARCHIVE = "a compressed archive"
    BINARY = "binary data of an unknown kind"


_MAGIC = (
    (b"\x1f\x8b", Kind.ARCHIVE), (b"BZh", Kind.ARCHIVE), (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE), (b"Rar!", Kind.ARCHIVE),
    (b"\xfd7zXZ\x00", Kind.ARCHIVE), (b"\x28\xb5\x2f\xfd", Kind.ARCHIVE),
    (b"PAR1", Kind.PARQUET), (b"%PDF-", Kind.PDF), (b"\x00\x00\x27\x0a", Kind.SHAPEFILE),
)
_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_COMPOUND_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SQLITE_MAGIC = b"SQLite format 3\x00"

_REMEDIES = {
    Kind.WEB_PAGE: "Open it in a spreadsheet and save it as .xlsx.",
    Kind.XLSB: "Save it as .xlsx.",
    Kind.XLS: "Save it as .xlsx.",
    Kind.PROTECTED: "Save it without a password.",
    Kind.ODS: "Save it as .xlsx.",
    Kind.SHAPEFILE: "Export it as a GeoPackage.",
    Kind.SQLITE: "Export the table as CSV or as a GeoPackage.",
    Kind.PARQUET: "Export it as CSV.",
    Kind.ZIP: "Unpack it first.",
    Kind.ARCHIVE: "Unpack it first.",
    Kind.OSM_PBF: "It holds roads, no table; read it with read_osm.",
}


def kind_of(path: str | os.PathLike[str]) -> Kind:
    """Return what a file is, from its first bytes and, where it is a container, from its parts.

    Parameters
    ----------
    path : path-like
        An ordinary file.

    Returns
    -------
    Kind
        What it is. Text that is neither XML nor JSON counts as CSV.

    Raises
    ------
    InputFileError
        If there is no such file, it cannot be opened, or it is a folder or a device.
    """
    head = _head(Path(path))
    if head.startswith(_ZIP_MAGIC):
        return _kind_of_zip(Path(path))
    if head.startswith(_COMPOUND_MAGIC):
        return _kind_of_compound(Path(path))
    return _kind_of_head(head)


def wrong_kind(path: str | os.PathLike[str], kind: Kind, wanted: str) -> InputFileError:
    """Return the error that says what a file is, what was wanted, and what to do.

    Parameters
    ----------
    path : path-like
        The file.
    kind : Kind
        What it is.
    wanted : str
        What can be read instead, such as ``"CSV or Excel (.xlsx)"``.

    Returns
    -------
    InputFileError
        To be raised.
    """
    remedy = _REMEDIES.get(kind, f"Give {wanted}.")
    return InputFileError(f"{os.fspath(path)}: the file is {kind}; {wanted} can be read. {remedy}")


def read_text(path: str | os.PathLike[str]) -> str:
    """Return the text of a file: by its byte-order mark, else as strict UTF-8, else as strict GB18030.

    The encoding is never guessed from letter statistics.

    Parameters
    ----------
    path : path-like
        A text file of at most 256 MiB.

    Returns
    -------
    str
        Text without the mark; line ends as in the file.

    Raises
    ------
    InputFileError
        If the file cannot be opened, is too large, is in neither encoding, or is UTF-8 with a few broken bytes (which
        GB18030 would turn into wrong characters without a word).
    """
    data = _bytes_of(Path(path))
    for mark, encoding in _TEXT_MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding).removeprefix("\ufeff")
            except UnicodeDecodeError as error:
                raise _undecodable(path, data, error, "It begins as Unicode") from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if _is_broken_utf8(data):
            raise _undecodable(path, data, error, "The rest of the file is UTF-8") from None
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise _undecodable(path, data, error, "The file is neither UTF-8 nor GB18030") from None


def open_zip(path: str | os.PathLike[str]) -> zipfile.ZipFile:
    """Open a zip container after refusing one that would unpack to far more than it should.

    Parameters
    ----------
    path : path-like
        A zip file, such as an Excel workbook.

    Returns
    -------
    zipfile.ZipFile
        To be closed by the caller. A part never gives more bytes than the limits below saw.

    Raises
    ------
    InputFileError
        If it is damaged, has over 10,000 parts, unpacks to over 1 GiB, or shrinks over 250-fold.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise InputFileError(f"{os.fspath(path)}: the file is damaged ({error}). Save or copy it again.") from None
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    ratio = unpacked / max(1, sum(part.compress_size for part in parts))
    bomb = unpacked > _RATIO_COUNTS_FROM_BYTES and ratio > MOST_ZIP_RATIO
    if len(parts) > MOST_ZIP_PARTS or unpacked > MOST_UNZIPPED_BYTES or bomb:
        archive.close()
        raise InputFileError(
            f"{os.fspath(path)}: it would unpack to {unpacked / 2**20:,.0f} MiB in {len(parts):,} parts, {ratio:,.0f} "
            f"times its size; at most {MOST_UNZIPPED_BYTES / 2**20:,.0f} MiB and {MOST_ZIP_RATIO} times are read. "
            "Save only the needed sheet, without empty formatted rows, or save it as CSV."
        )
    return archive


def _head(path: Path) -> bytes:
    """Return the first bytes of an ordinary file."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            with path.open("rb") as handle:
                return handle.read(_HEAD_BYTES)
    except FileNotFoundError:
        raise InputFileError(f"{path}: there is no such file") from None
    except (OSError, ValueError) as error:
        raise InputFileError(f"{path}: the file cannot be opened ({error})") from None
    raise InputFileError(f"{path}: this is a {'folder' if stat.S_ISDIR(mode) else 'device or a pipe'}, not a file")


def _bytes_of(path: Path) -> bytes:
    _head(path)
    size = path.stat().st_size
    if size > MOST_TEXT_BYTES:
        raise InputFileError(f"{path}: {size / 2**20:,.0f} MiB; at most {MOST_TEXT_BYTES / 2**20:,.0f} MiB of text are "
                             "read. Split the file.")
    return path.read_bytes()


def _kind_of_head(head: bytes) -> Kind:
    if not head:
        return Kind.EMPTY
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(_SQLITE_MAGIC):
        return Kind.GEOPACKAGE if head[68:70] == b"GP" else Kind.SQLITE
    return Kind.OSM_PBF if b"OSMHeader" in head[:32] else _kind_of_text(head)


def _kind_of_zip(path: Path) -> Kind:
    with open_zip(path) as archive:
        names = set(archive.namelist())
        if "[Content_Types].xml" in names:
            if "xl/workbook.bin" in names:
                return Kind.XLSB
            return Kind.XLSX if any(name.startswith("xl/worksheets/") for name in names) else Kind.ZIP
        if "mimetype" in names and "content.xml" in names:
            return Kind.ODS
    return Kind.ZIP


def _kind_of_compound(path: Path) -> Kind:
    """Tell an old workbook from a new one wrapped for a password, by the name of the wrapped part."""
    with path.open("rb") as handle:
        return Kind.PROTECTED if _PASSWORD_PART in handle.read(MOST_TEXT_BYTES) else Kind.XLS


def _kind_of_text(head: bytes) -> Kind:
    for mark, encoding in _TEXT_MARKS:
        if head.startswith(mark):
            text = head.decode(encoding, errors="ignore")
            break
    else:
        if b"\x00" in head:
            return Kind.BINARY
        text = head.decode("latin-1")
    start = text.lstrip("\ufeff \t\r\n")[:512].lower()
    if start.startswith(("{", "[")):
        return Kind.JSON
    if start.startswith("<"):
        return Kind.WEB_PAGE if "<html" in start or "<table" in start or "<!doctype html" in start else Kind.XML
    return Kind.CSV


def _is_broken_utf8(data: bytes) -> bool:
    """Return whether the bytes are UTF-8 but for a few: far more characters decode than fail."""
    text = data.decode("utf-8", errors="replace")
    failed = text.count("\ufffd")
    decoded = len(text) - len(text.encode("ascii", errors="ignore")) - failed
    return decoded > 10 * failed


def _undecodable(path: str | os.PathLike[str], data: bytes, error: UnicodeDecodeError, what: str) -> InputFileError:
    line = data.count(b"\n", 0, error.start) + 1
    return InputFileError(
        f"{os.fspath(path)}: line {line} holds bytes that are no text ({data[error.start:error.start + 4].hex(' ')}). "
        f"{what}. The file may be damaged; save it again as UTF-8 (in Excel: 'CSV UTF-8')."
    )
