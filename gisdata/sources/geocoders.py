"""Ask Nominatim, AMap or Baidu where an address is, with the user's own key; answers are kept in a file.

Beside `overpass` the only module that uses the network, and only when asked to. Keys come from an argument or the
environment and are never stored, shown or logged. Answers of AMap (GCJ-02) and Baidu (BD-09) come out as WGS 84.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from gisdata.datum import to_wgs84
from gisdata.errors import GeocoderError, InputFileError

if TYPE_CHECKING:
    import requests

CONNECT_S = 5.0
ANSWER_S = 20.0
_MOST_BYTES = 2_000_000

Answer = tuple[float, float, str, float, str]
"""Longitude, latitude, grade, uncertainty in metres and name, in the provider's datum."""

T = TypeVar("T")
Transport = Callable[[str, Mapping[str, str]], Any]
"""Gives the parsed JSON that a server answers to a URL and parameters."""


@dataclass(frozen=True, slots=True)
class GeocoderHit:
    """One answer of a geocoder.

    Parameters
    ----------
    lon, lat : float
        Degrees of WGS 84.
    grade : str
        ``rooftop``, ``place`` (a named one), ``crossing``, ``street``, ``district``, ``city`` or ``region``.
    uncertainty_m : float
        How far off it may be: stated by the provider, or the usual reach of the grade.
    called : str
        What the provider calls it.
    provider, datum : str
        Who said so, and in which datum.
    date : str
        Day on which it was said, ISO, UTC.
    """

    lon: float
    lat: float
    grade: str
    uncertainty_m: float
    called: str
    provider: str
    datum: str
    date: str


class Geocoder(Protocol):
    """Whoever can say where an address is."""

    def geocode(self, text: str) -> list[GeocoderHit]:
        """Return what it knows, best first; empty if nothing; `GeocoderError` if it cannot be asked."""
        ...


@dataclass(frozen=True, slots=True)
class _Service:
    """What the three providers have in common: asking, keeping the answer, converting it.

    Parameters
    ----------
    cache : path-like, optional
        File to keep answers in, made if it does not exist; without one nothing is kept. Addresses stand in it.
    city : str
        Where to look, as the provider calls it.
    pause_s : float
        Least time between two questions; providers block those who ask faster.
    also : collection of str
        Where the provider shifts coordinates besides mainland China, as for `gisdata.to_wgs84`.
    url : str
        Where to ask, if not at the provider's public address.
    transport : callable, optional
        Asks in place of the network, for tests.
    """

    cache: str | os.PathLike[str] | None = None
    city: str = ""
    pause_s: float = 1.0
    also: Collection[str] = ()
    url: str = ""
    transport: Transport | None = field(default=None, repr=False)
    _asked: list[float] = field(default_factory=list, init=False, repr=False, compare=False)

    provider: ClassVar[str] = ""
    datum: ClassVar[str] = "wgs84"

    def geocode(self, text: str) -> list[GeocoderHit]:
        """Return where an address is, from the cache if it was asked before.

        Parameters
        ----------
        text : str
            An address or a name.

        Returns
        -------
        list of GeocoderHit
            Best first; empty if the provider does not know it.

        Raises
        ------
        GeocoderError
            If there is no key, no connection, a refusal, or something else than an answer.
        InputFileError
            If the cache is no cache.
        """
        query = " ".join(text.split())
        kept = _Cache(self.cache) if self.cache is not None else None
        known = kept.get(self.provider, self.datum, query, self.city) if kept is not None else None
        if known is not None:
            content, date = known
            return self._hits(self._read(content), date)
        content = self._ask(query)
        answers = self._read(content)  # a refusal raises here and is not kept
        date = f"{datetime.now(UTC):%Y-%m-%d}"
        if kept is not None:
            kept.put(self.provider, self.datum, query, self.city, content, date)
        return self._hits(answers, date)

    def _question(self, query: str) -> tuple[str, dict[str, str]]:
        raise NotImplementedError

    def _read(self, content: Any) -> list[Answer]:  # noqa: ANN401  (parsed JSON)
        """Return what an answer holds."""
        raise NotImplementedError

    def _hits(self, answers: list[Answer], date: str) -> list[GeocoderHit]:
        hits = []
        for lon, lat, grade, uncertainty_m, called in answers:
            x, y = to_wgs84(lon, lat, self.datum, also=self.also)
            hits.append(GeocoderHit(round(float(x), 7), round(float(y), 7), grade, uncertainty_m, called, self.provider,
                                    self.datum, date))
        return sorted(hits, key=lambda hit: hit.uncertainty_m)

    def _ask(self, query: str) -> Any:  # noqa: ANN401  (parsed JSON)
        url, parameters = self._question(query)
        if self._asked:
            time.sleep(max(0.0, self._asked[-1] + self.pause_s - time.monotonic()))
        self._asked[:] = [time.monotonic()]
        if self.transport is not None:
            return self.transport(url, parameters)
        return _fetched(self.provider, url, parameters)


@dataclass(frozen=True, slots=True)
class Nominatim(_Service):
    """Nominatim of OpenStreetMap: WGS 84, no key. The public server wants at most one question a second.

    Parameters
    ----------
    cache, city, pause_s, also, url, transport
        As for every geocoder here; `url` may be that of an own server.
    country : str
        Two-letter codes to look in, such as ``"mc,fr"``.
    """

    country: str = ""
    provider: ClassVar[str] = "Nominatim"

    def _question(self, query: str) -> tuple[str, dict[str, str]]:
        asked = f"{query}, {self.city}" if self.city and self.city.casefold() not in query.casefold() else query
        narrowed = {"countrycodes": self.country} if self.country else {}
        url = self.url or "https://nominatim.openstreetmap.org/search"
        return url, {"q": asked, "format": "jsonv2", "limit": "5", **narrowed}

    def _read(self, content: Any) -> list[Answer]:  # noqa: ANN401
        if isinstance(content, dict) and "error" in content:
            raise GeocoderError(f"Nominatim refused: {str(content['error'])[:200]}")
        return _checked(self.provider, lambda: [
            (float(found["lon"]), float(found["lat"]), *_rank(int(found["place_rank"]), found),
             str(found.get("display_name", ""))) for found in content])


@dataclass(frozen=True, slots=True)
class AMap(_Service):
    """AMap (高德), web service ``v3/geocode/geo``: GCJ-02 in mainland China, Hong Kong and Macau.

    Parameters
    ----------
    cache, city, pause_s, also, url, transport
        As for every geocoder here.
    key : str, optional
        Key of the web service; the environment's ``ROUTEBOOK_AMAP_KEY`` if left out.
    """

    pause_s: float = 0.34
    also: Collection[str] = ("hong_kong", "macau")
    key: str | None = field(default=None, repr=False)
    provider: ClassVar[str] = "AMap"
    datum: ClassVar[str] = "gcj02"

    def _question(self, query: str) -> tuple[str, dict[str, str]]:
        key = _key(self.key, "ROUTEBOOK_AMAP_KEY", self.provider)
        url = self.url or "https://restapi.amap.com/v3/geocode/geo"
        return url, {"address": query, "city": self.city, "output": "JSON", "key": key}

    def _read(self, content: Any) -> list[Answer]:  # noqa: ANN401
        status = _checked(self.provider, lambda: (str(content["status"]), str(content.get("infocode", ""))))
        if status[1] == "30001":  # ENGINE_RESPONSE_DATA_ERROR: nothing like that address
            return []
        if status[0] != "1":
            raise GeocoderError(f"AMap refused: {str(content.get('info', ''))[:100]} (infocode {status[1]})"
                                f"{_AMAP_REMEDIES.get(status[1], '')}")
        return _checked(self.provider, lambda: [
            _amap_answer(found) for found in content["geocodes"]])


@dataclass(frozen=True, slots=True)
class Baidu(_Service):
    """Baidu (百度), web service ``geocoding/v3``: BD-09 in China.

    Parameters
    ----------
    cache, city, pause_s, also, url, transport
        As for every geocoder here.
    key : str, optional
        The ``ak``; the environment's ``ROUTEBOOK_BAIDU_KEY`` if left out.
    """

    pause_s: float = 0.34
    also: Collection[str] = ("hong_kong", "macau", "taiwan")
    key: str | None = field(default=None, repr=False)
    provider: ClassVar[str] = "Baidu"
    datum: ClassVar[str] = "bd09"

    def _question(self, query: str) -> tuple[str, dict[str, str]]:
        key = _key(self.key, "ROUTEBOOK_BAIDU_KEY", self.provider)
        url = self.url or "https://api.map.baidu.com/geocoding/v3/"
        return url, {"address": query, "city": self.city, "output": "json", "ret_coordtype": "bd09ll", "ak": key}

    def _read(self, content: Any) -> list[Answer]:  # noqa: ANN401
        status = _checked(self.provider, lambda: int(content["status"]))
        message = str(content.get("message", content.get("msg", "")))[:100]
        if status == 1 and "无相关结果" in message:
            return []
        if status:
            raise GeocoderError(f"Baidu refused: {message} (status {status}){_BAIDU_REMEDIES.get(status, '')}")
        return _checked(self.provider, lambda: [_baidu_answer(content["result"])])


_VAGUE = ("region", 50_000.0)
_AMAP_LEVELS = {
    "门牌号": ("rooftop", 30.0), "门址": ("rooftop", 30.0), "单元号": ("rooftop", 30.0), "兴趣点": ("place", 100.0),
    "热点商圈": ("place", 500.0), "公交站台、地铁站": ("place", 200.0), "公交地铁站点": ("place", 200.0),
    "道路交叉路口": ("crossing", 100.0), "道路": ("street", 1_000.0), "村庄": ("district", 1_500.0),
    "住宅区": ("place", 300.0), "开发区": ("district", 5_000.0), "乡镇": ("district", 5_000.0),
    "区县": ("city", 15_000.0), "市": ("city", 30_000.0), "省": _VAGUE, "国家": _VAGUE,
}  # fmt: skip
"""Grade and usual reach, metres, by AMap's match level; the reaches are ours."""
_BAIDU_STREETS = {"道路": "street", "交叉路口": "crossing", "门址": "rooftop", "区县": "city", "城市": "city",
                  "省": "region", "乡镇": "district", "村庄": "district"}
_BAIDU_REACH_M = ((100, 20.0), (90, 50.0), (80, 100.0), (75, 200.0), (70, 300.0), (60, 500.0), (50, 1_000.0),
                  (40, 2_000.0), (30, 5_000.0), (25, 8_000.0), (20, 10_000.0))
"""Largest error, metres, by Baidu's confidence, as its documentation states."""
_AMAP_REMEDIES = {"10001": ". Check the key", "10003": ". The day's quota is spent", "10009": ". The key is of another "
                  "platform; a key for web services is needed", "10044": ". The quota is spent"}
_BAIDU_REMEDIES = {200: ". Check the key", 240: ". The key is not for this service", 302: ". The day's quota is spent",
                   4: ". The quota is spent", 5: ". Check the key", 401: ". Asked too fast; raise pause_s"}
_RANKS = ((30, "rooftop", 30.0), (26, "street", 500.0), (17, "district", 3_000.0), (13, "city", 15_000.0))


def _rank(rank: int, found: Mapping[str, Any]) -> tuple[str, float]:
    """Return grade and usual reach by Nominatim's rank: 30 a house or named place, 26 a street."""
    kind = str(found.get("addresstype", found.get("type", "")))
    if rank >= 30 and kind not in ("house", "building", "place", "apartments"):
        return "place", 100.0
    return next(((grade, reach) for least, grade, reach in _RANKS if rank >= least), _VAGUE)


def _amap_answer(found: Mapping[str, Any]) -> Answer:
    lon, lat = map(float, found["location"].split(","))
    grade, reach = _AMAP_LEVELS.get(str(found.get("level", "")), _VAGUE)
    return lon, lat, grade, reach, str(found.get("formatted_address", ""))


def _baidu_answer(result: Mapping[str, Any]) -> Answer:
    confidence = float(result.get("confidence", 0))
    reach = next((metres for least, metres in _BAIDU_REACH_M if confidence >= least), 50_000.0)
    level = str(result.get("level", ""))
    location = result["location"]
    return float(location["lng"]), float(location["lat"]), _BAIDU_STREETS.get(level, "place"), reach, level


def _checked(provider: str, read: Callable[[], T]) -> T:
    """Return what is read from an answer, or say that it is no answer."""
    try:
        return read()
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise GeocoderError(f"{provider} sent something else than places; try again later") from None


def _key(given: str | None, variable: str, provider: str) -> str:
    key = given or os.environ.get(variable, "")
    if not key.strip():
        raise GeocoderError(f"{provider} needs a key: pass key=, or set the environment variable {variable}")
    return key.strip()


def _fetched(provider: str, url: str, parameters: Mapping[str, str]) -> Any:  # noqa: ANN401  (parsed JSON)
    """Return the parsed answer of a server; no message has the question's parameters, as the key is among them."""
    import requests

    agent = {"User-Agent": "routebook (https://pypi.org/project/routebook)"}
    place = url.partition("?")[0]
    try:
        answer = requests.get(url, params=dict(parameters), timeout=(CONNECT_S, ANSWER_S), headers=agent, stream=True)
        with closing(answer):
            body = _body(answer) if answer.status_code == 200 else b""
    except requests.Timeout:
        raise GeocoderError(f"{provider} did not answer in time ({place})") from None
    except requests.RequestException:
        raise GeocoderError(f"{provider} cannot be reached ({place}). Check the connection") from None
    if answer.status_code != 200:
        busy = "is busy; try again later" if answer.status_code in {429, 502, 503, 504} else "refused"
        raise GeocoderError(f"{provider} {busy} (HTTP {answer.status_code})")
    try:
        return json.loads(body)
    except ValueError:
        raise GeocoderError(f"{provider} sent something else than JSON ({place}); is there a log-in page between?"
                            ) from None


def _body(answer: requests.Response) -> bytes:
    """Return the body, cut off where no answer is that long."""
    body = bytearray()
    for part in answer.iter_content(65_536):
        body += part
        if len(body) > _MOST_BYTES:
            break
    return bytes(body)


class _Cache:
    """Answers as they came, in an SQLite file: provider, datum, question, day. A key is never among them."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def get(self, provider: str, datum: str, query: str, city: str) -> tuple[Any, str] | None:
        """Return an earlier answer and its day."""
        rows = self._do("SELECT answer, date FROM answers WHERE provider = ? AND datum = ? AND query = ? AND city = ?",
                        (provider, datum, query, city))
        return (json.loads(rows[0][0]), str(rows[0][1])) if rows else None

    def put(self, provider: str, datum: str, query: str, city: str, answer: object, date: str) -> None:
        """Keep an answer, whole or not at all."""
        text = json.dumps(answer, ensure_ascii=False)
        self._do("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)", (provider, datum, query, city, text, date))

    def _do(self, statement: str, values: tuple[str, ...]) -> list[Any]:
        try:
            with closing(sqlite3.connect(self.path, timeout=10.0)) as file, file:
                file.execute("CREATE TABLE IF NOT EXISTS answers (provider TEXT, datum TEXT, query TEXT, city TEXT, "
                             "answer TEXT, date TEXT, PRIMARY KEY (provider, datum, query, city))")
                return file.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise InputFileError(f"{self.path}: cannot be used as a cache of answers ({error}); delete it or name "
                                 "another file") from None
