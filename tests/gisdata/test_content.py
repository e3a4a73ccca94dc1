"""What a file is, is judged by its content; sizes and encodings are held to their limits."""

import os
import sqlite3
import struct
import zipfile

import pytest

from gisdata.content import Kind, kind_of, open_zip, read_text, wrong_kind
from gisdata.errors import InputFileError


def _zip(path, **parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return path


OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504

CONTENTS = [
    (b"", Kind.EMPTY),
    (b"id,lon,lat\n1,7.4,43.7\n", Kind.CSV),
    ("订单号,经度\n".encode("gb18030"), Kind.CSV),
    ("\ufeffid,lon\n".encode("utf-16"), Kind.CSV),
    (b' \n{"type": "FeatureCollection"}', Kind.JSON),
    (b"\xef\xbb\xbf[1]", Kind.JSON),
    (b'<OGRVRTDataSource><OGRVRTLayer name="a"/></OGRVRTDataSource>', Kind.XML),
    (b"\r\n<HTML><body><table>", Kind.WEB_PAGE),
    (OLE2, Kind.XLS),
    (OLE2 + "EncryptedPackage".encode("utf-16-le"), Kind.PROTECTED),
    (b"\x00\x00\x00\x0e\x0a\x09OSMHeader\x18\x7c", Kind.OSM_PBF),
    (b"PAR1\x15\x04", Kind.PARQUET),
    (b"%PDF-1.7", Kind.PDF),
    (b"\x1f\x8b\x08\x00", Kind.ARCHIVE),
    (b"\x00\x00\x27\x0a\x00\x00", Kind.SHAPEFILE),
    (b"id,lon\x00\x01\x02", Kind.BINARY),
]


@pytest.mark.parametrize(("content", "kind"), CONTENTS, ids=[kind.name for _, kind in CONTENTS])
def test_kind_comes_from_the_content(tmp_path, content, kind):
    """The name says .csv every time; the content decides."""
    path = tmp_path / "订单 表.csv"
    path.write_bytes(content)

    assert kind_of(path) is kind


def test_kind_of_containers_comes_from_their_parts(tmp_path):
    """A workbook, a binary workbook, a spreadsheet of LibreOffice and a bare zip all begin with the same bytes."""
    kinds = [
        kind_of(_zip(tmp_path / "a", **{"[Content_Types].xml": "x", "xl__worksheets__sheet1.xml": "x"})),
        kind_of(_zip(tmp_path / "b", **{"[Content_Types].xml": "x", "xl__workbook.bin": "x"})),
        kind_of(_zip(tmp_path / "c", mimetype="x", **{"content.xml": "x"})),
        kind_of(_zip(tmp_path / "d", **{"orders.shp": "x"})),
    ]

    assert kinds == [Kind.XLSX, Kind.XLSB, Kind.ODS, Kind.ZIP]


def test_geopackage_is_known_by_its_application_id(tmp_path):
    """Offset 68 of an SQLite file holds the application id; that of a GeoPackage begins with GP (OGC 12-128r18)."""
    for name, application in (("a.gpkg", b"GPKG"), ("b.gpkg", b"GP10"), ("c.gpkg", b"abcd")):
        database = sqlite3.connect(tmp_path / name)
        database.execute(f"PRAGMA application_id = {struct.unpack('>i', application)[0]}")
        database.execute("CREATE TABLE t (x)")
        database.close()

    kinds = [kind_of(tmp_path / name) for name in ("a.gpkg", "b.gpkg", "c.gpkg")]

    assert kinds == [Kind.GEOPACKAGE, Kind.GEOPACKAGE, Kind.SQLITE]


@pytest.mark.parametrize("name", ["absent.csv", "/vsicurl/http://127.0.0.1:9/a.csv", "/vsizip/a.zip/b.csv", "a\x00b"])
def test_names_that_are_no_file_are_refused(tmp_path, name):
    """A GDAL prefix is only a name that does not exist; no driver ever sees it."""
    with pytest.raises(InputFileError, match=r"no such file|cannot be opened"):
        kind_of(tmp_path / name if name == "absent.csv" else name)


def test_folders_and_devices_are_refused(tmp_path):
    """Reading a device such as /dev/zero would never end."""
    with pytest.raises(InputFileError, match="this is a folder"):
        kind_of(tmp_path)
    with pytest.raises(InputFileError, match=r"this is a device or a pipe|cannot be opened"):
        kind_of(os.devnull)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_reads_in_every_named_encoding(tmp_path, encoding):
    """The mark decides, else UTF-8 if it is, else GB18030."""
    (tmp_path / "a.csv").write_bytes("订单号,收货地址\r\nA-1,武汉市😀\r\n".encode(encoding))

    assert read_text(tmp_path / "a.csv") == "订单号,收货地址\r\nA-1,武汉市😀\r\n"


def test_utf8_with_a_broken_byte_is_not_read_as_gb18030(tmp_path):
    """GB18030 would turn the other characters of the file into wrong ones without a word."""
    data = ("武汉市洪山区珞喻路一号\n" * 3).encode()
    (tmp_path / "a.csv").write_bytes(data[:-2] + b"\n")

    with pytest.raises(InputFileError, match="line 3 holds bytes that are no text"):
        read_text(tmp_path / "a.csv")


def test_bytes_in_neither_encoding_name_their_line(tmp_path):
    """0xFF stands in no UTF-8 and in no GB18030 text."""
    (tmp_path / "a.csv").write_bytes(b"id\nA-1\n\xff\xff\n")

    with pytest.raises(InputFileError, match=r"line 3 .*\(ff ff 0a\)"):
        read_text(tmp_path / "a.csv")


def test_text_beyond_the_limit_is_refused_before_it_is_read(tmp_path):
    """A sparse file of 1 GiB takes no space and is refused by its size."""
    with (tmp_path / "a.csv").open("wb") as handle:
        handle.write(b"id,lon\n")
        handle.truncate(2**30)

    with pytest.raises(InputFileError, match="1,024 MiB; at most 256 MiB"):
        read_text(tmp_path / "a.csv")


def test_zip_bomb_is_refused(tmp_path):
    """60 MB of zeros pack into 60 kB, a thousandfold; no workbook shrinks like that."""
    zeros = b"0" * 60_000_000
    bomb = _zip(tmp_path / "orders.xlsx", **{"[Content_Types].xml": "x", "xl__worksheets__sheet1.xml": zeros})

    with pytest.raises(InputFileError, match="would unpack to 57 MiB in 2 parts"):
        kind_of(bomb)


def test_zip_of_too_many_parts_is_refused(tmp_path):
    """A workbook has tens of parts."""
    bomb = _zip(tmp_path / "orders.xlsx", **{f"part{number}": "" for number in range(10_001)})

    with pytest.raises(InputFileError, match="10,001 parts"):
        open_zip(bomb)


def test_size_in_the_directory_of_a_zip_cannot_lie(tmp_path):
    """A directory that claims 100 bytes for a part of 60 MB passes the check, and then gives no more than 100 bytes."""
    liar = _zip(tmp_path / "a.xlsx", **{"[Content_Types].xml": b"0" * 60_000_000})
    true, false = (60_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")
    liar.write_bytes(liar.read_bytes().replace(true, false))

    with open_zip(liar) as archive, archive.open("[Content_Types].xml") as part:
        with pytest.raises(zipfile.BadZipFile):
            part.read()
        assert part.tell() <= 100


def test_truncated_zip_is_called_damaged(tmp_path):
    """The directory of a zip stands at its end, so a download cut short has none."""
    whole = _zip(tmp_path / "a.xlsx", **{"[Content_Types].xml": "x" * 1000})
    whole.write_bytes(whole.read_bytes()[:-30])

    with pytest.raises(InputFileError, match="the file is damaged"):
        kind_of(whole)


def test_message_for_a_wrong_kind_says_what_to_do():
    """What it is, what was wanted, and the remedy."""
    assert str(wrong_kind("旧 表.xlsx", Kind.XLS, "CSV")) == (
        "旧 表.xlsx: the file is an old Excel workbook (.xls); CSV can be read. Save it as .xlsx.")
