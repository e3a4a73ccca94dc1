"""Downloads against a server on this very machine: cache, refusals, half answers, no connection."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import osmnx
import pytest

from gisdata import DownloadError, RoadNetworkError, download_roads

BOX = (24.89, 60.08, 24.93, 60.12)
ROADS = b"""<?xml version="1.0"?><osm version="0.6">
<node id="1" lon="24.90" lat="60.10"/><node id="2" lon="24.91" lat="60.10"/>
<way id="11"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>"""
PLACE = b'[{"boundingbox": ["60.08", "60.12", "24.89", "24.93"]}]'


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A server whose answers a test sets; it remembers what it was asked."""

    class Server(BaseHTTPRequestHandler):
        answers, asked = {"interpreter": (200, ROADS), "search": (200, PLACE)}, []

        def answer(self, question):
            Server.asked.append(question)
            status, body = Server.answers[self.path.partition("?")[0].rpartition("/")[2]]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            self.answer(self.path)

        def do_POST(self):
            self.answer(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["data"][0])

        def log_message(self, *args):
            pass

    http = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{http.server_port}"
    monkeypatch.setattr(osmnx.settings, "overpass_url", f"{address}/api")
    monkeypatch.setattr(osmnx.settings, "nominatim_url", f"{address}/")
    monkeypatch.setattr(osmnx.settings, "cache_folder", str(tmp_path / "cache"))
    yield Server
    http.shutdown()
    http.server_close()


def cached(tmp_path):
    """Return the files of the cache."""
    return sorted((tmp_path / "cache").glob("*"))


def test_a_box_is_downloaded_once(server, tmp_path):
    """The second call reads the cache; `refresh` asks again."""
    first, second = download_roads(bbox=BOX), download_roads(bbox=BOX)

    assert first.edges["node_ids"].tolist() == ["1;2", "2;1"]
    assert second.digest == first.digest
    assert len(server.asked) == 1
    download_roads(bbox=BOX, refresh=True)
    assert len(server.asked) == 2
    assert len(cached(tmp_path)) == 1


def test_the_question_asks_for_roads_nodes_and_restrictions(server):
    """South, west, north, east in Overpass's order."""
    download_roads(bbox=BOX)

    assert "(60.08,24.89,60.12,24.93)" in server.asked[0]
    for part in ("motorway_link", "node(w.roads)", 'rel(bw.roads)["type"~"^restriction"]'):
        assert part in server.asked[0]


def test_a_place_is_found_by_name_first(server):
    """Its bounding box is downloaded, and the network is called after it."""
    roads = download_roads("Kruununhaka, 赫尔辛基")

    assert roads.name == "Kruununhaka, 赫尔辛基"
    assert "search?q=Kruununhaka" in server.asked[0]


@pytest.mark.parametrize("content", [b"", b"[]", ROADS[:-60], b"<html>sorry</html>"])
def test_a_damaged_cache_file_is_fetched_again(server, tmp_path, content):
    """Empty, an empty list, cut short, a web page."""
    download_roads(bbox=BOX)
    (file,) = cached(tmp_path)
    file.write_bytes(content)

    assert len(download_roads(bbox=BOX).edges) == 2
    assert file.read_bytes() == ROADS


@pytest.mark.parametrize(("answer", "message"), [
    ((429, b""), "busy"),
    ((504, b""), "busy"),
    ((400, b"bad"), "refused"),
    ((200, b""), "cannot be used"),
    ((200, b"[]"), "JSON"),
    ((200, ROADS[:-40]), "cut short"),
    ((200, b"<html>maintenance</html>"), "web page"),
    ((200, ROADS.replace(b"</osm>", b"<remark> runtime error: Query timed out </remark></osm>")), "Query timed out"),
])
def test_a_bad_answer_says_why_and_spoils_no_cache(server, tmp_path, answer, message):
    """The roads downloaded before are still there, byte for byte."""
    download_roads(bbox=BOX)
    server.answers["interpreter"] = answer

    try:
        with pytest.raises(DownloadError, match=message):
            download_roads(bbox=BOX, refresh=True)
        assert [file.read_bytes() for file in cached(tmp_path)] == [ROADS]
    finally:
        server.answers["interpreter"] = (200, ROADS)


def test_no_connection_is_told_at_once(monkeypatch, tmp_path):
    """A port where nobody listens."""
    monkeypatch.setattr(osmnx.settings, "overpass_url", "http://127.0.0.1:9/api")

    with pytest.raises(DownloadError, match=r"cannot be reached.*read_osm"):
        download_roads(bbox=BOX, cache=tmp_path)


@pytest.mark.parametrize(("body", "error", "message"), [
    (b"[]", RoadNetworkError, "no place is called"),
    (b"not json", DownloadError, "something else than places"),
])
def test_a_place_that_is_not_found(server, body, error, message):
    """Nominatim knows no such place, or is out of order."""
    server.answers["search"] = (200, body)
    try:
        with pytest.raises(error, match=message):
            download_roads("Nowhere at all")
    finally:
        server.answers["search"] = (200, PLACE)


@pytest.mark.parametrize(("asked", "message"), [
    ({}, "either a place or bbox"),
    ({"place": "Monaco", "bbox": BOX}, "either a place or bbox"),
    ({"bbox": (0, 0, 10, 10)}, "km²"),
    ({"bbox": (1, 0, 0, 1)}, "west < east"),
])
def test_a_wrong_question_never_leaves_the_machine(asked, message):
    """Nothing, both, a continent, upside down."""
    with pytest.raises(RoadNetworkError, match=message):
        download_roads(asked.get("place"), bbox=asked.get("bbox"))
