"""Geocoders against a server on this machine that answers what the providers document; never the network.

The answers were written by hand after the providers' documented formats; no server of theirs was asked.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from gisdata.datum import from_wgs84
from gisdata.errors import GeocoderError, InputFileError
from gisdata.sources.geocoders import AMap, Baidu, Nominatim

KEY = "0123456789-secret"
PLACE = (114.2650, 30.5830)
GCJ, BD = (tuple(map(float, from_wgs84(*PLACE, datum))) for datum in ("gcj02", "bd09"))
ADDRESS = "武汉市解放大道688号"


def amap(location=GCJ, level="门牌号", **other):
    found = {"formatted_address": "湖北省武汉市江汉区解放大道688号", "country": "中国", "province": "湖北省",
             "citycode": "027", "city": "武汉市", "district": "江汉区", "township": [], "street": "解放大道",
             "number": "688号", "adcode": "420103", "location": f"{location[0]:.6f},{location[1]:.6f}", "level": level}
    return {"status": "1", "info": "OK", "infocode": "10000", "count": "1", "geocodes": [found], **other}


def baidu(location=BD, confidence=80, level="门址"):
    return {"status": 0, "result": {"location": {"lng": location[0], "lat": location[1]}, "precise": 1,
                                    "confidence": confidence, "comprehension": 100, "level": level}}


def nominatim(lon="7.4279184", lat="43.7409352", rank=30, kind="building"):
    return [{"place_id": 1, "licence": "Data © OpenStreetMap contributors, ODbL 1.0", "osm_type": "node", "lat": lat,
             "lon": lon, "category": "place", "type": "house", "place_rank": rank, "importance": 0.1,
             "addresstype": kind, "display_name": "4, Avenue de la Madone, Monaco",
             "boundingbox": ["43.74", "43.75", "7.42", "7.43"]}]


@pytest.fixture
def server():
    """A server on this machine: what it answers next, and every question it was asked."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.server.asked.append(parse_qs(urlsplit(self.path).query))
            status, body = self.server.answer
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Transfer-Encoding", "chunked")  # as the providers' servers do
            self.send_header("Connection", "close")
            self.end_headers()
            for part in filter(None, (body[:20], body[20:])):
                self.wfile.write(b"%X\r\n%s\r\n" % (len(part), part))
            self.wfile.write(b"0\r\n\r\n")

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.answer, server.url = [], (200, {}), f"http://127.0.0.1:{server.server_port}/geo"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("service", "answer", "datum"), [(AMap, amap(), "gcj02"), (Baidu, baidu(), "bd09")])
def test_shifted_answers_come_out_as_wgs84(server, service, answer, datum):
    """Both providers' own coordinates of one place give that place, to their six decimals."""
    server.answer = (200, answer)

    (hit,) = service(url=server.url, key=KEY, city="武汉市").geocode(ADDRESS)

    assert (hit.lon, hit.lat) == pytest.approx(PLACE, abs=2e-6)
    assert (hit.grade, hit.datum, hit.provider) == ("rooftop", datum, service.provider)
    assert (server.asked[0]["address"], server.asked[0]["city"]) == ([ADDRESS], ["武汉市"])
    assert KEY in server.asked[0].get("key", server.asked[0].get("ak"))


def test_nominatim_needs_no_key(server):
    """Its coordinates are WGS 84 already; a house is a rooftop."""
    server.answer = (200, nominatim())

    (hit,) = Nominatim(url=server.url, country="mc", city="Monaco").geocode("4 Avenue de la Madone")

    assert (hit.lon, hit.lat, hit.grade) == (7.4279184, 43.7409352, "rooftop")
    assert server.asked[0]["q"] == ["4 Avenue de la Madone, Monaco"]
    assert server.asked[0]["countrycodes"] == ["mc"]


@pytest.mark.parametrize(("service", "answer", "grade", "uncertainty_m"), [
    (AMap, amap(level="道路"), "street", 1_000), (AMap, amap(level="区县"), "city", 15_000),
    (AMap, amap(level="没见过"), "region", 50_000), (Baidu, baidu(confidence=80), "rooftop", 100),
    (Baidu, baidu(confidence=20, level="城市"), "city", 10_000), (Baidu, baidu(confidence=0), "rooftop", 50_000),
    (Nominatim, nominatim(rank=26, kind="road"), "street", 500),
    (Nominatim, nominatim(rank=16, kind="city"), "city", 15_000),
    (Nominatim, nominatim(rank=30, kind="shop"), "place", 100),
])  # fmt: skip
def test_each_hit_has_a_grade_and_a_reach(service, answer, grade, uncertainty_m):
    """Baidu's reach is the largest error that its documentation states for the confidence."""
    key = {} if service is Nominatim else {"key": KEY}

    (hit,) = service(transport=lambda *_: answer, **key).geocode("X")

    assert (hit.grade, hit.uncertainty_m) == (grade, uncertainty_m)


@pytest.mark.parametrize(("service", "answer"), [
    (AMap, {"status": "0", "info": "ENGINE_RESPONSE_DATA_ERROR", "infocode": "30001"}),
    (AMap, {"status": "1", "info": "OK", "infocode": "10000", "count": "0", "geocodes": []}),
    (Baidu, {"status": 1, "msg": "Internal Service Error:无相关结果", "results": []}), (Nominatim, []),
])  # fmt: skip
def test_an_unknown_address_has_no_hits(service, answer):
    """Not an error: the next address may be known."""
    key = {} if service is Nominatim else {"key": KEY}

    assert service(transport=lambda *_: answer, **key).geocode("X") == []


@pytest.mark.parametrize(("service", "answer", "reason"), [
    (AMap, {"status": "0", "info": "INVALID_USER_KEY", "infocode": "10001"}, "INVALID_USER_KEY.*Check the key"),
    (AMap, {"status": "0", "info": "DAILY_QUERY_OVER_LIMIT", "infocode": "10003"}, "quota"),
    (AMap, {"status": "1", "geocodes": [{"location": "no"}]}, "something else than places"),
    (AMap, [], "something else"),
    (Baidu, {"status": 302, "message": "天配额超限，限制访问"}, "quota"), (Baidu, {"status": 0}, "something else"),
    (Baidu, "hello", "something else"), (Nominatim, {"error": "Unable to geocode"}, "Unable to geocode"),
    (Nominatim, [{"lat": "1"}], "something else"),
])  # fmt: skip
def test_a_refusal_is_one_clear_error(service, answer, reason, tmp_path):
    """It says why and what to do, and is not kept: a later key is asked anew."""
    key = {} if service is Nominatim else {"key": KEY}
    cache = tmp_path / "answers.sqlite"

    with pytest.raises(GeocoderError, match=reason):
        service(transport=lambda *_: answer, cache=cache, **key).geocode("X")

    good = {AMap: amap(), Baidu: baidu(), Nominatim: nominatim()}[service]
    assert service(transport=lambda *_: good, cache=cache, **key).geocode("X")


@pytest.mark.parametrize(("answer", "reason"), [
    ((429, b""), "busy"), ((403, b""), "HTTP 403"), ((200, b"<html>log in</html>"), "something else than JSON"),
    ((200, b'{"status": "1"'), "something else than JSON"),
])  # fmt: skip
def test_what_is_no_answer_is_one_clear_error_without_the_key(server, answer, reason):
    """Log-in pages, broken JSON, refusals; the key stands in no message."""
    server.answer = answer

    with pytest.raises(GeocoderError, match=reason) as caught:
        AMap(url=server.url, key=KEY).geocode(ADDRESS)

    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None


def test_no_connection_is_one_clear_error_without_the_key(server):
    """The address of requests' own message holds the key; ours does not."""
    server.shutdown()
    server.server_close()

    with pytest.raises(GeocoderError, match="cannot be reached") as caught:
        Baidu(url=server.url, key=KEY).geocode(ADDRESS)

    assert KEY not in str(caught.value)


def test_an_answer_is_kept_with_provider_datum_and_day(server, tmp_path):
    """The second question reaches no server; another provider's answer is another; the key is not in the file."""
    cache = tmp_path / "缓存 answers.sqlite"
    server.answer = (200, amap())
    first = AMap(url=server.url, key=KEY, cache=cache).geocode(ADDRESS)
    server.answer = (500, b"")

    again = AMap(url=server.url, key=KEY, cache=cache).geocode(f"  {ADDRESS} ")
    other = Baidu(transport=lambda *_: baidu(confidence=100), key=KEY, cache=cache).geocode(ADDRESS)

    assert again == first
    assert len(server.asked) == 1
    assert other[0].uncertainty_m == 20
    assert first[0].date.startswith("20")
    assert KEY.encode() not in cache.read_bytes()
    assert b"gcj02" in cache.read_bytes()


def test_a_file_that_is_no_cache_is_refused(tmp_path):
    """It is not overwritten."""
    cache = tmp_path / "orders.csv"
    cache.write_text("id,lon,lat\n" * 50, encoding="utf-8")

    with pytest.raises(InputFileError, match=r"orders\.csv.*cannot be used as a cache"):
        AMap(transport=lambda *_: amap(), key=KEY, cache=cache).geocode(ADDRESS)

    assert cache.read_text(encoding="utf-8").startswith("id,lon")


@pytest.mark.parametrize(("service", "variable"), [(AMap, "ROUTEBOOK_AMAP_KEY"), (Baidu, "ROUTEBOOK_BAIDU_KEY")])
def test_a_key_may_come_from_the_environment(service, variable, monkeypatch):
    """Without one, the error names the variable; the key is in no picture of the geocoder."""
    monkeypatch.delenv(variable, raising=False)
    with pytest.raises(GeocoderError, match=variable):
        service(transport=lambda *_: {}).geocode("X")
    monkeypatch.setenv(variable, KEY)
    asked = []

    service(transport=lambda _, parameters: asked.append(parameters) or {AMap: amap(), Baidu: baidu()}[service]
            ).geocode("X")

    assert KEY in asked[0].values()
    assert KEY not in repr(service(key=KEY))


def test_questions_keep_their_distance(monkeypatch):
    """Two questions in a row: the second waits out the pause; one from the cache would not."""
    waited = []
    monkeypatch.setattr("gisdata.sources.geocoders.time.sleep", waited.append)
    service = Nominatim(transport=lambda *_: [], pause_s=1.0)

    service.geocode("A")
    service.geocode("B")

    assert len(waited) == 1
    assert 0.9 < waited[0] <= 1.0
