"""Find addresses and names among the points of an extract: exact street and number, a name, or only the street.

Every word of an address must be accounted for: a town or postcode that the extract does not know means another place,
and a word nobody understands means that the address is not placed here. Nothing is guessed. Degrees, metres.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gisdata.addresswords import SUFFIXES, has_chinese, name_key, numbers_of, quoted, words_of
from gisdata.network.measure import great_circle_m

if TYPE_CHECKING:
    import geopandas
    from numpy.typing import NDArray

    Words = tuple[str, ...]

SAME_PLACE_M = 150.0
LEAST_M = {"address": 20.0, "name": 30.0}
"""How far the door may be from the point of an address or a name, metres; ours, not measured."""
_SEVERAL = re.compile(r"(?<=\b\d)[;,](?=\d{1,3}\b)|(?<=\b\d\d)[;,](?=\d{1,3}\b)")
_SPLIT = re.compile(r"[,，;；、\n|()（）]+")
_FLOORS = frozenset((
    "etage", "etages", "floor", "floors", "level", "apt", "apartment", "appartement", "appt", "app", "bat", "batiment",
    "bloc", "block", "building", "bldg", "entree", "escalier", "porte", "door", "suite", "room", "unit", "lot", "rdc",
    "rez", "chaussee", "cedex", "bp", "cs", "chez", "attn", "residence", "immeuble", "imm", "villa", "local",
    "interphone", "digicode", "eme", "e", "er", "nd", "th", "rd", "楼", "层", "室", "栋", "座", "单", "元",
))
_NUMBER_MARKS = frozenset(("no", "n", "nr", "num", "numero", "number", "号"))
_LINKS = frozenset(("de", "du", "des", "d", "la", "le", "les", "l", "et", "a", "au", "aux", "of", "the"))
_SAYS_NOTHING = _LINKS | _NUMBER_MARKS | {"tel", "telephone", "phone", "mob", "mobile"}
_LEVEL = re.compile(r"[^省市区县州盟旗镇乡]{1,12}?(?:特别行政区|自治区|自治州|自治县|街道|省|市|区|县|州|盟|旗|镇|乡)")
_TOWN_LEVELS = ("市", "县", "州", "盟", "旗", "特别行政区", "自治县", "自治州")


@dataclass(frozen=True, slots=True)
class Found:
    """Where something is: point, how far off it may be, how it was found, what it is called there, what to look at."""

    lon: float
    lat: float
    grade: str
    uncertainty_m: float
    called: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class NotFound:
    """Why something was not found, whether it seems to be in another place, and which column says so."""

    reason: str
    elsewhere: bool = False
    column: str = "address"


@dataclass(frozen=True, slots=True)
class _Reading:
    """What an address says: a street of the extract, numbers, towns and postcodes."""

    street: Words
    numbers: frozenset[str]
    towns: frozenset[Words]
    postcodes: frozenset[str]


class AddressBook:
    """Addresses, names and streets of an extract, ready to be looked up.

    Parameters
    ----------
    points : GeoDataFrame
        From `gisdata.address_points`.
    towns : iterable of str
        Further names that may stand in an address without meaning another place, such as the country.
    """

    def __init__(self, points: geopandas.GeoDataFrame, towns: Iterable[str] = ()) -> None:
        self.lon: NDArray[np.float64] = np.array(points.geometry.x, dtype=np.float64)
        self.lat: NDArray[np.float64] = np.array(points.geometry.y, dtype=np.float64)
        self.radius_m = points["radius_m"].to_numpy(dtype=float)
        self.town = [words_of(text) for text in points["town"]]
        self.postcode = [text.replace(" ", "") for text in points["postcode"]]
        self.street = list(points["street"])
        self.label = [" ".join(filter(None, parts)) for parts in zip(points["number"], points["street"], strict=True)]
        self.names = list(points["name"])
        self._addresses: dict[tuple[Words, str], list[int]] = defaultdict(list)
        self._within: dict[tuple[Words, str], list[int]] = defaultdict(list)
        self._streets: dict[Words, list[int]] = defaultdict(list)
        self._called: dict[str, list[int]] = defaultdict(list)
        rows = zip(points["kind"], points["number"], points["street"], points["name"], points["other_names"],
                   strict=True)
        known = [*points["town"], *points["country"], *points.loc[points["kind"] == "town", "name"], *towns]
        for row, (kind, number, street, name, others) in enumerate(rows):
            if kind in ("address", "street"):
                self._streets[words_of(street)].append(row)
            if kind == "address":
                numbers = numbers_of(number)
                for each in numbers:
                    index = self._addresses if each in _as_written(numbers) else self._within
                    index[words_of(street), each].append(row)
            if kind in ("address", "name"):
                for each in dict.fromkeys(map(name_key, filter(None, (name, *others.split(";"))))):
                    self._called[each].append(row)
            elif kind == "town":
                known += others.split(";")
        self._streets.pop((), None)
        self._known = {words for text in known if (words := words_of(text))}
        self._postcodes = {word for text in self.postcode for word in words_of(text)}
        self._code_lengths = {len(code) for code in self._postcodes} or {5, 6}
        self._longest_street = max(map(len, self._streets), default=0)
        self._longest_known = max(map(len, self._known), default=0)

    def address(self, text: str, name: str = "") -> Found | NotFound:
        """Return the place of an address: of its number, or of its whole street with a radius.

        Parameters
        ----------
        text : str
            An address, in the order of words of any of French, English, German or Chinese.
        name : str
            Who is there; its words may stand in the address.

        Returns
        -------
        Found or NotFound
            Grade ``address`` or ``street``.
        """
        reading = self._read(text, name)
        if isinstance(reading, NotFound):
            return reading
        streets = self._of_postcode(self._streets[reading.street], reading)
        if not streets:
            return NotFound(f"the extract has that street only with another postcode than "
                            f"{', '.join(sorted(reading.postcodes))}", elsewhere=True)
        rows = self._of_postcode(self._numbered(reading), reading)
        if rows:
            hit = self._one(rows, "address", quoted(text))
            there = [row for row in rows if self.town[row] in reading.towns]
            return self._one(there, "address", quoted(text)) if isinstance(hit, NotFound) and there else hit
        stated = [row for row in streets if not self.town[row] or self.town[row] in reading.towns]
        return self._middle(stated if reading.towns and stated else streets, "street", self.street[streets[0]])

    def name(self, text: str, near: Found | None = None) -> Found | NotFound:
        """Return the place of that name.

        Parameters
        ----------
        text : str
            Name of a shop, office or building.
        near : Found, optional
            A street on which it should be, if several have that name.

        Returns
        -------
        Found or NotFound
            Grade ``name``.
        """
        rows = self._called.get(name_key(text), [])
        if not rows or not name_key(text):
            return NotFound(f"nothing is called {quoted(text)} in the extract", column="name")
        if near is not None:
            reach = near.uncertainty_m + 50.0
            rows = [row for row in rows if self._gaps_m([row], near.lon, near.lat)[0] <= reach]
            if not rows:
                return NotFound(f"what is called {quoted(text)} is not on {near.called}", column="name")
        return self._one(rows, "name", quoted(text))

    def box(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north of all points, degrees.

        Returns
        -------
        tuple of float
            Of an empty book, all are NaN.
        """
        if not len(self.lon):
            return (np.nan,) * 4
        return (float(self.lon.min()), float(self.lat.min()), float(self.lon.max()), float(self.lat.max()))

    def _numbered(self, reading: _Reading) -> list[int]:
        """Return the rows of the numbers: as written if there is one, else of a range with it or of an end of it."""
        written = _as_written(reading.numbers)
        rows = {row for number in written for row in self._addresses.get((reading.street, number), ())}
        if not rows:
            rows = {row for number in reading.numbers for index in (self._addresses, self._within)
                    for row in index.get((reading.street, number), ())}
        return sorted(rows)

    def _read(self, text: str, name: str) -> _Reading | NotFound:
        """Return what an address says, or why it cannot be understood."""
        segments = [list(words_of(segment)) for segment in _SPLIT.split(_SEVERAL.sub(" ", text))]
        segments = [segment for segment in segments if segment]
        best: tuple[tuple[bool, int, int], int, int, int] | None = None
        for at, segment in enumerate(segments):
            for begin in range(len(segment)):
                for end in range(min(len(segment), begin + self._longest_street), begin, -1):
                    if tuple(segment[begin:end]) in self._streets:
                        rank = (bool(self._beside(segment, begin, end)[0]), end - begin, -at)
                        if best is None or rank > best[0]:
                            best = (rank, at, begin, end)
                        break
        if best is None:
            return self._no_street(segments, text)
        _, at, begin, end = best
        segment = segments[at]
        street = tuple(segment[begin:end])
        numbers, left, right = self._beside(segment, begin, end)
        if not numbers:
            numbers, segments = _alone(segments, at)
        rest = [*segments[:at], segment[:left], segment[right:], *segments[at + 1:]]
        chinese = has_chinese("".join(street))
        if chinese:
            rest = [part for place, part in enumerate(rest) if place <= at]  # what follows a number is a building
        return self._account(street, frozenset(numbers), rest, name, at, chinese=chinese)

    def _account(self, street: Words, numbers: frozenset[str], rest: list[list[str]], name: str, at: int, *,
                 chinese: bool) -> _Reading | NotFound:
        """Return the reading if every word that is left means something; parts up to `at` stand before the street."""
        towns: set[Words] = set()
        postcodes: set[str] = set()
        who = name_key(name)
        parts = [self._without_known(part, towns) for part in rest]
        for place, (part, words) in enumerate(zip(rest, parts, strict=True)):
            codes = self._codes(words)
            postcodes.update(codes)
            left = [word for word in words if word not in codes]
            if tuple(part[:2]) == ("c", "o") or part[:1] == ["chez"]:
                continue
            if place <= at or towns:  # where a town would stand, only a stated town allows a name of somebody
                keys = {name_key(" ".join(part)), name_key(" ".join(left))}
                if who in keys or keys & self._called.keys():
                    continue
            if chinese and place == at:
                left = _unknown_towns("".join(part), towns)
            left = _unexplained(left, in_town=bool(towns))
            if left:
                said = "".join(left) if has_chinese("".join(left)) else " ".join(left)
                return NotFound(f"says {quoted(said)}, which is no town of the extract: another city?", elsewhere=True)
        unknown = postcodes - self._postcodes
        if unknown and self._postcodes:
            return NotFound(f"postcode {', '.join(sorted(unknown))} is not one of the extract: another city?",
                            elsewhere=True)
        return _Reading(street, numbers, frozenset(towns), frozenset(postcodes & self._postcodes))

    def _beside(self, segment: Sequence[str], begin: int, end: int) -> tuple[list[str], int, int]:
        """Return the house numbers right beside words of a segment, and where what was used begins and ends."""

        def counts(word: str) -> bool:
            is_code = word.isdigit() and len(word) > 3 and len(word) in self._code_lengths
            return word in _NUMBER_MARKS | SUFFIXES or (word[0].isdigit() and not is_code)

        left = begin
        while left and counts(segment[left - 1]):
            left -= 1
        before = numbers_of(" ".join(segment[left:begin]))
        if before:
            return sorted(before), left, end
        right = end
        while right < len(segment) and counts(segment[right]):
            right += 1
            if segment[right - 1] == "号":
                break
        after = numbers_of(" ".join(segment[end:right]))
        return (sorted(after), begin, right) if after else ([], begin, end)

    def _codes(self, words: Sequence[str]) -> set[str]:
        """Return the words that are postcodes: as long as those of the extract, and not the number of a room."""
        return {word for before, word in zip(["", *words], words, strict=False)
                if word.isdigit() and len(word) in self._code_lengths and before not in _FLOORS}

    def _without_known(self, part: Sequence[str], towns: set[Words]) -> list[str]:
        """Return the words of a part without names of towns, which are added to `towns`."""
        left: list[str] = []
        at = 0
        while at < len(part):
            for end in range(min(len(part), at + self._longest_known), at, -1):
                if tuple(part[at:end]) in self._known:
                    towns.add(tuple(part[at:end]))
                    at = end
                    break
            else:
                left.append(part[at])
                at += 1
        return left

    def _no_street(self, segments: list[list[str]], text: str) -> NotFound:
        towns: set[Words] = set()
        left = [word for segment in segments for word in self._without_known(segment, towns)]
        strange = sorted(self._codes(left) - self._postcodes)
        if strange and self._postcodes:
            return NotFound(f"postcode {', '.join(strange)} is not one of the extract: another city?", elsewhere=True)
        return NotFound(f"no street of the extract is named in {quoted(text)}", elsewhere=not towns)

    def _of_postcode(self, rows: list[int], reading: _Reading) -> list[int]:
        """Return the rows of the stated postcode, or without one."""
        if not reading.postcodes:
            return rows
        return [row for row in rows if not self.postcode[row] or self.postcode[row] in reading.postcodes]

    def _gaps_m(self, rows: list[int], lon: float, lat: float) -> NDArray[np.float64]:
        count = len(rows)
        here = np.full(count, lon, dtype=np.float64), np.full(count, lat, dtype=np.float64)
        return great_circle_m(self.lon[rows], self.lat[rows], *here)

    def _one(self, rows: list[int], grade: str, asked: str) -> Found | NotFound:
        """Return the middle of points that are one place, or say that they are several."""
        found = self._middle(rows, grade, "")
        gaps = self._gaps_m(rows, found.lon, found.lat)
        if 2 * gaps.max() > SAME_PLACE_M:
            return NotFound(f"{len(rows)} places fit {asked}, up to {2 * gaps.max():,.0f} m apart", column=grade)
        nearest = rows[int(gaps.argmin())]
        called = self.names[nearest] if grade == "name" else self.label[nearest]
        reach = max(LEAST_M[grade], float(gaps.max()), float(self.radius_m[rows].min()))
        return Found(found.lon, found.lat, grade, _rounded_up(reach), called)

    def _middle(self, rows: list[int], grade: str, called: str) -> Found:
        """Return the middle of points and how far they and their reach go from it."""
        lon, lat = float(self.lon[rows].mean()), float(self.lat[rows].mean())
        reach = float((self._gaps_m(rows, lon, lat) + self.radius_m[rows]).max())
        return Found(round(lon, 7), round(lat, 7), grade, _rounded_up(reach), called)


def _as_written(numbers: frozenset[str]) -> frozenset[str]:
    """Return the numbers without those that are only an end of a range."""
    return numbers - {end for number in numbers if "-" in number for end in number.split("-")}


def _rounded_up(metres: float) -> float:
    return math.ceil(metres * 10) / 10


def _is_number(word: str) -> bool:
    """Return whether a word can stand in a house number of its own; four digits may be a postcode."""
    return word in SUFFIXES or word in _NUMBER_MARKS or (
        word[0].isdigit() and all(len(part) < 4 for part in re.split("[-/]", word)))


def _alone(segments: list[list[str]], at: int) -> tuple[list[str], list[list[str]]]:
    """Return a number that is a segment of its own beside the street's, as in "12, Rue X", and the rest."""
    for place in (at - 1, at + 1):
        if 0 <= place < len(segments) and all(_is_number(word) for word in segments[place]):
            emptied = [[] if each == place else segment for each, segment in enumerate(segments)]
            return sorted(numbers_of(" ".join(segments[place]))), emptied
    return [], segments


def _unexplained(words: list[str], *, in_town: bool) -> list[str]:
    """Return the words that are no floor, room or link; in a known town a building may be called anything."""
    if _FLOORS & set(words):
        inside = [word for word in words if word not in _FLOORS and len(word) > 1 and not word[0].isdigit()]
        words = [] if in_town else inside
    return [word for word in words if word not in _SAYS_NOTHING and not (word.isdigit() and len(word) > 6)]


def _unknown_towns(prefix: str, towns: set[Words]) -> list[str]:
    """Return the names before a Chinese street that speak of another town; none if they lead to a known one."""
    known = {"".join(town) for town in towns}
    levels = _LEVEL.findall(prefix)
    stated = [level for level in levels if level.endswith(_TOWN_LEVELS)]
    unknown = [level for level in stated if level not in known and level.rstrip("市县") not in known]
    if unknown:
        return unknown
    if known and "".join(levels) == prefix:
        return []
    left = prefix
    for name in sorted(known, key=len, reverse=True):
        left = left.replace(name, "")
    left = re.sub(_LEVEL, "", left) if known else left
    return [left] if left else []
