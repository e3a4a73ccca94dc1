"""Shifted coordinates of Chinese web maps: WGS 84 to GCJ-02 and BD-09 and back, and which of them a table holds.

Degrees in and out. A shift applies only inside an outline of mainland China (``datum-areas.json``: derived from Natural
Earth, to about a kilometre; no statement about borders), and where asked for in Hong Kong, Macau and Taiwan. CGCS2000
agrees with WGS 84 to well under a metre and passes unchanged. No reference system of EPSG stands for a shifted datum.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from gisdata.errors import UnknownNameError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from gisdata.network import RoadNetwork
    from gisdata.profiles import Profile

    Pair = tuple[NDArray[np.float64], NDArray[np.float64]]

DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
OPTIONAL_AREAS = ("hong_kong", "macau", "taiwan")
FEWEST_POINTS = 20
CLEAR_RATIO = 1.8
CLEAR_SHARE = 0.65
NEAR_ROAD_M = 150.0

_SPELLINGS = {"wgs": "wgs84", "gps": "wgs84", "epsg4326": "wgs84", "epsg4490": "cgcs2000", "gcj": "gcj02",
              "amap": "gcj02", "gaode": "gcj02", "高德": "gcj02", "火星坐标": "gcj02", "bd": "bd09", "bd09ll": "bd09",
              "baidu": "bd09", "百度": "bd09", "国家2000": "cgcs2000"}
_KRASOVSKY_A = 6_378_245.0
_KRASOVSKY_EE = 0.00669342162296594323
_BAIDU_TURN = np.pi * 3000.0 / 180.0
_STEPS = 12
_CLOSE_ENOUGH_DEGREES = 1e-12


@dataclass(frozen=True, slots=True)
class DatumGuess:
    """Which datum the coordinates of a table seem to have, and how clear that is.

    Parameters
    ----------
    datum : str
        ``wgs84``, ``gcj02``, ``bd09``, or ``unsure``.
    best : str
        The datum with the smallest median, whether or not that is clear.
    median_m : mapping of str to float
        Median distance to the nearest road, metres, if the coordinates had that datum.
    margin_m : float
        Runner-up's median less the best one's.
    share : float
        Part of the points that lie nearer to a road under the best datum than under the runner-up.
    points : int
        How many points were used.
    reason : str
        Why it is sure or not.
    """

    datum: str
    best: str
    median_m: Mapping[str, float] = field(hash=False)
    margin_m: float
    share: float
    points: int
    reason: str

    @property
    def sure(self) -> bool:
        """Whether the guess may be relied on."""
        return self.datum != "unsure"

    def __str__(self) -> str:
        """Return one line: the guess, the medians, why."""
        medians = ", ".join(f"{name} {metres:,.0f} m" for name, metres in self.median_m.items())
        return (f"datum {self.datum} ({self.points:,} points; median distance to a road: {medians or 'none'}; "
                f"{self.reason})")


def from_wgs84(lon: ArrayLike, lat: ArrayLike, datum: str, *, also: Collection[str] = ()) -> Pair:
    """Convert WGS 84 coordinates to another datum.

    Parameters
    ----------
    lon, lat : array-like of float
        Degrees; any shapes that go together. NaN stays NaN.
    datum : str
        ``"gcj02"``, ``"bd09"``, ``"cgcs2000"`` or ``"wgs84"``; case, hyphens and spaces do not matter.
    also : collection of str
        Where the shift applies besides mainland China: of ``"hong_kong"``, ``"macau"``, ``"taiwan"``.

    Returns
    -------
    tuple of ndarray
        Longitudes and latitudes, degrees. Outside the area they are what they were.

    Raises
    ------
    UnknownNameError
        If there is no such datum or area.
    ValueError
        If the shapes differ or a latitude lies outside [-90, 90].

    References
    ----------
    GCJ-02 has no published text. The formula is that of PRCoords (M. Wang, CC0) and eviltransform (googollee, MIT) with
    the Krasovsky 1940 ellipsoid; BD-09 adds the turn of Baidu's public converters (coordTransform, MIT).

    Examples
    --------
    >>> lon, lat = from_wgs84([116.391349], [39.907375], "GCJ-02")
    >>> print(lon.round(6), lat.round(6))
    [116.39759] [39.908776]
    >>> from_wgs84(105.85, 21.03, "gcj02")[0]  # Hanoi
    array(105.85)
    """
    name = datum_name(datum)
    x, y = _checked(lon, lat)
    if name in ("wgs84", "cgcs2000"):
        return x, y
    return _where(is_shifted(x, y, also=also), _forward(x, y, name), (x, y))


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: str, *, also: Collection[str] = ()) -> Pair:
    """Convert coordinates of another datum to WGS 84, the inverse of `from_wgs84` to the rounding of numbers.

    Within some hundred metres of the outline a coordinate may be that of two places, one on each side: the one inside
    is meant, as the coordinate is said to be shifted.

    Parameters
    ----------
    lon, lat : array-like of float
        Degrees; any shapes that go together. NaN stays NaN.
    datum : str
        Datum of the coordinates, as for `from_wgs84`.
    also : collection of str
        As for `from_wgs84`.

    Returns
    -------
    tuple of ndarray
        Longitudes and latitudes, degrees.

    Raises
    ------
    UnknownNameError, ValueError
        As `from_wgs84` does.

    Examples
    --------
    >>> lon, lat = to_wgs84(116.39759, 39.908776, "gcj02")
    >>> print(lon.round(6), lat.round(6))
    116.391349 39.907375
    """
    name = datum_name(datum)
    x, y = _checked(lon, lat)
    if name in ("wgs84", "cgcs2000"):
        return x, y
    there_x, there_y = x, y
    with np.errstate(invalid="ignore"):
        for _ in range(_STEPS):
            got_x, got_y = _forward(there_x, there_y, name)
            step_x, step_y = x - got_x, y - got_y
            there_x, there_y = there_x + step_x, there_y + step_y
            if not (np.maximum(np.abs(step_x), np.abs(step_y)) > _CLOSE_ENOUGH_DEGREES).any():
                break
    return _where(is_shifted(there_x, there_y, also=also), (there_x, there_y), (x, y))


def is_shifted(lon: ArrayLike, lat: ArrayLike, *, also: Collection[str] = ()) -> NDArray[np.bool_]:
    """Say which places lie where Chinese web maps shift coordinates.

    Parameters
    ----------
    lon, lat : array-like of float
        Degrees of WGS 84.
    also : collection of str
        As for `from_wgs84`.

    Returns
    -------
    ndarray of bool
        False where a coordinate is NaN.

    Raises
    ------
    UnknownNameError
        If there is no such area.
    """
    import shapely

    unknown = sorted(set(also) - set(OPTIONAL_AREAS))
    if isinstance(also, str) or unknown:
        raise UnknownNameError(f"also= knows {', '.join(OPTIONAL_AREAS)}, given as a list; it got {also!r}")
    outlines = _outlines()
    x, y = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    inside = np.zeros(x.shape, dtype=bool)
    for area in ("mainland", *also):
        inside |= shapely.contains_xy(outlines[area], x, y)
    return inside


def datum_name(text: str) -> str:
    """Return the name of a datum as the functions here spell it.

    Parameters
    ----------
    text : str
        Such as ``"GCJ-02"``, ``"BD09"``, ``"WGS 84"``, ``"CGCS2000"``, ``"EPSG:4490"``, ``"高德"``.

    Returns
    -------
    str
        One of `DATUMS`.

    Raises
    ------
    UnknownNameError
        If it is none of them.

    Examples
    --------
    >>> datum_name("BD-09")
    'bd09'
    """
    plain = "".join(character for character in text.casefold() if character.isalnum())
    name = _SPELLINGS.get(plain, plain)
    if name not in DATUMS:
        raise UnknownNameError(f"there is no datum {text!r}; there are {', '.join(DATUMS)}")
    return name


def guess_datum(lon: ArrayLike, lat: ArrayLike, roads: RoadNetwork, *, profile: str | Profile = "car",
                also: Collection[str] = ()) -> DatumGuess:
    """Guess the datum of places from how near to roads they come to lie under each.

    Places to deliver to stand beside roads; a wrong datum moves them 0.3 to 1.4 km, to anywhere. Blank and impossible
    coordinates are left out. Half a table in one datum and half in another comes back unsure.

    Parameters
    ----------
    lon, lat : array-like of float, shape (n,)
        Degrees, datum not known.
    roads : RoadNetwork
        Roads of the place, WGS 84.
    profile : str or Profile
        Whose roads count.
    also : collection of str
        As for `from_wgs84`.

    Returns
    -------
    DatumGuess
        With the medians and the margin. It is unsure with fewer than 20 points; if the next median is not 1.8 times the
        best, or fewer than 65 % of the points prefer the best (in 150 tables of Wuhan, half in another datum, no rule
        less strict was right about all); or if under no datum most points are near a road.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    from gisdata.network import snap

    x, y = (np.atleast_1d(np.asarray(values, dtype=np.float64)) for values in (lon, lat))
    if x.shape != y.shape:
        raise ValueError(f"lon and lat must match in shape, got {x.shape} and {y.shape}")
    usable = (np.abs(x) <= 180) & (np.abs(y) <= 85)
    x, y = x[usable], y[usable]
    if not len(x):
        return DatumGuess("unsure", "wgs84", MappingProxyType({}), 0.0, 0.0, 0, "there is no usable coordinate")
    distance_m = {name: snap(roads, *to_wgs84(x, y, name, also=also), profile, np.inf).distance_m
                  for name in ("wgs84", "gcj02", "bd09")}
    medians = {name: float(np.median(metres)) for name, metres in distance_m.items()}
    best, second = sorted(medians, key=lambda name: medians[name])[:2]
    margin = medians[second] - medians[best]
    if not is_shifted(x, y, also=also).any():
        return DatumGuess("wgs84", "wgs84", MappingProxyType(medians), 0.0, 0.0, len(x),
                          "no shift applies at these places")
    share = float((distance_m[best] < distance_m[second]).mean())
    reason = _doubt(medians[best], medians[second], share, len(x))
    return DatumGuess("unsure" if reason else best, best, MappingProxyType(medians), margin, share, len(x),
                      reason or f"{second} lies {margin:,.0f} m further")


def _doubt(best_m: float, second_m: float, share: float, points: int) -> str:
    """Return why the guess is not clear; empty if it is."""
    if points < FEWEST_POINTS:
        return f"fewer than {FEWEST_POINTS} points"
    if best_m > NEAR_ROAD_M:
        return f"under no datum are most places within {NEAR_ROAD_M:.0f} m of a road: other roads, or other places?"
    if second_m < best_m * CLEAR_RATIO or share < CLEAR_SHARE:
        return "two datums fit about as well: is the table a mix, or are its places rough?"
    return ""


def _checked(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Return both as arrays of one shape."""
    x, y = np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)
    if x.shape != y.shape:
        raise ValueError(f"lon and lat must match in shape, got {x.shape} and {y.shape}")
    if (np.abs(y) > 90).any():
        raise ValueError("lat must lie in [-90, 90]; are lon and lat swapped?")
    return x, y


def _where(condition: NDArray[np.bool_], chosen: Pair, other: Pair) -> Pair:
    return np.where(condition, chosen[0], other[0]), np.where(condition, chosen[1], other[1])


def _forward(lon: NDArray[np.float64], lat: NDArray[np.float64], datum: str) -> Pair:
    """Return shifted coordinates, wherever the places are."""
    shifted = _to_gcj02(lon, lat)
    return shifted if datum == "gcj02" else _gcj02_to_bd09(*shifted)


def _to_gcj02(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    both = (20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)) * 2.0 / 3.0
    north_m = (-100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both
               + _waves(y, (20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0)))
    east_m = (300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both
              + _waves(x, (20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0)))
    phi = np.radians(lat)
    bend = 1.0 - _KRASOVSKY_EE * np.sin(phi) ** 2
    meridian_m = _KRASOVSKY_A * (1.0 - _KRASOVSKY_EE) / (bend * np.sqrt(bend))
    parallel_m = _KRASOVSKY_A / np.sqrt(bend) * np.cos(phi)
    return lon + np.degrees(east_m / parallel_m), lat + np.degrees(north_m / meridian_m)


def _waves(degrees: NDArray[np.float64], *terms: tuple[float, float]) -> NDArray[np.float64]:
    """Return the sum of sine waves, each of a height and a length."""
    total: Any = sum(height * np.sin(degrees * np.pi / length) for height, length in terms)
    return np.asarray(total * 2.0 / 3.0, dtype=np.float64)


def _gcj02_to_bd09(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


@cache
def _outlines() -> Mapping[str, Any]:
    """Return the shapes of the areas, ready for many points."""
    import shapely

    content = json.loads(files("gisdata").joinpath("datum-areas.json").read_text(encoding="utf-8"))
    shapes = {feature["properties"]["area"]: shapely.from_geojson(json.dumps(feature["geometry"]))
              for feature in content["features"]}
    for shape in shapes.values():
        shapely.prepare(shape)
    return shapes
