"""Files that are no OpenStreetMap files, or no longer whole ones: each is refused with what it is and what to do."""

import bz2
import gzip
import zipfile

import osmium
import pytest

from gisdata import InputFileError, RoadNetworkError, read_osm

NOT_MAPS = {
    "an empty file": (b"", "empty; fetch it again"),
    "plain text": (b"hello, this is no map\n", "not an OpenStreetMap file"),
    "a web page": (b"<!DOCTYPE html><html><body>404</body></html>", "a web page"),
    "JSON": (b'{"type": "FeatureCollection"}', "JSON text"),
    "a GPX track": (b"<?xml version='1.0'?><gpx version='1.1'></gpx>", "root <gpx>"),
    "a change file": (b"<?xml version='1.0'?><osmChange version='0.6'></osmChange>", "change file"),
    "an o5m file": (b"\xff\xe0\x04o5m2\xff", "o5m"),
    "an SQLite database": (b"SQLite format 3\x00" + bytes(100), "SQLite"),
    "packed text": (gzip.compress(b"no map"), "not an OpenStreetMap file"),
    "half a packed file": (gzip.compress(b"<osm version='0.6'>" + bytes(range(256)) * 400)[:-100], "damaged|cut short"),
    "half a bz2 file": (bz2.compress(b"<osm version='0.6'>")[:20], "damaged or cut short"),
    "XML cut short": (b"<?xml version='1.0'?><osm version='0.6'><node id='1' lon='1' lat='1'/>", "cut short"),
    "a bad coordinate": (b"<osm version='0.6'><node id='1' lon='x' lat='1'/></osm>", "damaged"),
    "random bytes after a pbf header": (b"\x00\x00\x00\x0e\x0a\x09OSMHeader\x18\x10" + bytes(range(64)), "damaged"),
}


@pytest.mark.parametrize("what", NOT_MAPS)
def test_no_map_is_refused_under_any_name(tmp_path, what):
    """Each under the name of a map."""
    content, message = NOT_MAPS[what]
    path = tmp_path / "town.osm.pbf"
    path.write_bytes(content)

    with pytest.raises(InputFileError, match=message):
        read_osm(path)


def test_a_zip_file_is_to_be_unpacked(tmp_path):
    """Extracts are often sent zipped."""
    path = tmp_path / "town.osm.pbf"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("town.osm", "<osm/>")

    with pytest.raises(InputFileError, match="zip archive; unpack"):
        read_osm(path)


def test_a_missing_file_and_a_folder(tmp_path):
    """The two slips of every command line."""
    with pytest.raises(InputFileError, match="no such file"):
        read_osm(tmp_path / "nowhere.osm.pbf")
    with pytest.raises(InputFileError, match="cannot be read"):
        read_osm(tmp_path)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.999])
def test_a_pbf_cut_short_is_refused(tmp_path, monaco_pbf, share):
    """A broken download, at any place."""
    whole = monaco_pbf.read_bytes()
    path = tmp_path / "monaco.osm.pbf"
    path.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(InputFileError, match="cut short"):
        read_osm(path)


def test_a_pbf_with_a_flipped_byte_is_refused(tmp_path, monaco_pbf):
    """Every block of a pbf is packed, so a flipped byte does not unpack."""
    whole = bytearray(monaco_pbf.read_bytes())
    whole[200_000] ^= 0xFF
    path = tmp_path / "monaco.osm.pbf"
    path.write_bytes(whole)

    with pytest.raises(InputFileError, match="damaged"):
        read_osm(path)


def test_entities_in_xml_are_not_expanded(tmp_path):
    """A billion laughs: refused at once, not after filling the memory."""
    path = tmp_path / "bomb.osm"
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    path.write_text(f'<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY l0 "ha">{laughs}]><osm version="0.6">'
                    '<node id="1" lon="1" lat="1"><tag k="name" v="&l9;"/></node></osm>')

    with pytest.raises(InputFileError, match=r"damaged|not an OpenStreetMap file"):
        read_osm(path)


@pytest.mark.parametrize("ways", [[], [(11, [1, 2], {"building": "yes"})], [(11, [8, 9], {"highway": "service"})]])
def test_a_map_without_roads_says_so(osm_file, ways):
    """No ways, no roads among them, or roads without any of their nodes."""
    with pytest.raises(RoadNetworkError, match=r"no roads|without any of their nodes"):
        read_osm(osm_file({1: (0, 0), 2: (0.001, 0)}, ways))


def test_a_history_file_is_refused(tmp_path):
    """Its header says that objects come in several versions, which would be read as parallel roads."""
    path = tmp_path / "history.osh.pbf"
    header = osmium.io.Header()
    header.has_multiple_object_versions = True
    osmium.SimpleWriter(str(path), header=header).close()

    with pytest.raises(InputFileError, match="history file"):
        read_osm(path)
