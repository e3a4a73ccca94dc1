"""Read a profile's data file: TOML with a source beside each figure. All faults are raised as one error.

Knows the keys of such a file, not what they mean for a road.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from gisdata.errors import Fault, InputFileError, TableError
from gisdata.profiles.profile import CHOICES, SIZES, TURN_TIMES

if TYPE_CHECKING:
    from pathlib import Path

ENERGIES = ("petrol", "diesel", "gas", "hybrid", "electric", "hydrogen")
CLASSES = ("motorcar", "goods", "hgv", "hgv_articulated")
CAPPED = ("surface", "tracktype", "smoothness")
_NUMBERS = (*SIZES, *TURN_TIMES, "turn_bias")
_FIGURES = (*_NUMBERS, "axles", *CHOICES, "energy")
_KEYS = ("name", "meaning", "based_on", "access_tags", "access_source", "limit_tags", "limit_share", "limit_source",
         "cap_kmh", "cap_source", "speeds", "surfaces", "figures")
_NEEDED = ("name", "meaning", "access_tags", "limit_tags", "limit_share", "cap_kmh", "speeds")
_ROWS = {"speeds": ("highway", "kmh", "source"), "surfaces": ("tag", "value", "kmh", "source"),
         "figures": ("of", "value", "source")}


@dataclass
class ProfileData:
    """What a file says, by names of `Profile`, and the sources."""

    based_on: str
    figures: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)


def read_data(path: Path) -> Mapping[str, Any]:
    """Return the contents of a TOML file.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    mapping
        As written.

    Raises
    ------
    InputFileError
        If it cannot be read.
    """
    try:
        return toml_of(path.read_text(encoding="utf-8-sig"), str(path))
    except FileNotFoundError:
        raise InputFileError(f"{path}: there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputFileError(f"{path}: cannot be read ({error}); it should be a TOML file in UTF-8") from error


def toml_of(text: str, file: str) -> Mapping[str, Any]:
    """Return the contents of TOML text.

    Parameters
    ----------
    text : str
        TOML.
    file : str
        Name for messages.

    Returns
    -------
    mapping
        As written.

    Raises
    ------
    InputFileError
        If it is no TOML; the message says where.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputFileError(f"{file}: this is not TOML ({error}); see the profiles in gisdata/profiles") from error


def parsed(data: Mapping[str, Any], file: str, bases: Sequence[str]) -> ProfileData:
    """Return what a profile's file says, checked.

    Parameters
    ----------
    data : mapping
        Contents of the file.
    file : str
        Name for messages.
    bases : sequence of str
        What it may be based on.

    Returns
    -------
    ProfileData
        Complete, unless it is based on another.

    Raises
    ------
    TableError
        With every fault.
    """
    reader = _Reader(file)
    based_on = reader.one_of("based_on", data.get("based_on", ""), ("", *bases))
    reader.keys(data, _KEYS)
    if not based_on:
        for key in _NEEDED:
            if key not in data:
                reader.fault(key, "", "is missing", 'Add it, or say based_on = "truck" and only what differs.')
    found = ProfileData(based_on)
    reader.plain(data, found)
    reader.tables(data, found)
    if reader.faults:
        raise TableError(reader.faults)
    return found


class _Reader:
    """Checks a file's entries and gathers what is wrong with them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def fault(self, key: str, value: object, reason: str, remedy: str) -> None:
        """Note a fault; what is wrong with a key is said of it."""
        self.faults.append(Fault(self.file, reason, remedy, column=key, value=str(value)))

    def keys(self, row: Mapping[str, Any], known: Iterable[str], where: str = "") -> None:
        """Refuse keys that mean nothing."""
        for key in row:
            if key not in known:
                close = get_close_matches(key, list(known), 1)
                remedy = f"Did you mean {close[0]!r}?" if close else f"Known are: {', '.join(known)}."
                self.fault(f"{where}{key}", row[key], "there is no such key", remedy)

    def one_of(self, key: str, value: object, known: Sequence[str]) -> str:
        """Return a text that must be one of several."""
        if value in known:
            return str(value)
        self.fault(key, value, "is not one of those known", f"Write one of: {', '.join(filter(None, known))}.")
        return ""

    def number(self, key: str, value: object, lowest: float = 0.0, highest: float = 1000.0) -> float:
        """Return a number within bounds."""
        if isinstance(value, int | float) and not isinstance(value, bool) and lowest <= value < highest:
            return float(value)
        self.fault(key, value, f"must be a number from {lowest:g} to below {highest:g}", "Metres, tonnes, km/h, s.")
        return math.nan

    def texts(self, key: str, value: object) -> tuple[str, ...]:
        """Return a list of texts."""
        if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
            return tuple(value)
        self.fault(key, value, "must be a list of texts", 'Such as ["hgv", "motor_vehicle", "vehicle", "access"].')
        return ()

    def plain(self, data: Mapping[str, Any], found: ProfileData) -> None:
        """Take the entries that are not tables."""
        read: dict[str, Callable[[object], object]] = {
            "name": lambda value: self._text("name", value),
            "meaning": lambda value: self._text("meaning", value),
            "access_tags": lambda value: self._access("access_tags", value),
            "limit_tags": lambda value: self.texts("limit_tags", value),
            "limit_share": lambda value: self.number("limit_share", value, 0.01, 1.5),
            "cap_kmh": lambda value: self.number("cap_kmh", value, 1.0),
        }
        found.figures |= {key: reads(data[key]) for key, reads in read.items() if key in data}
        found.sources |= {key.removesuffix("_source"): str(data[key]) for key in data if key.endswith("_source")}

    def tables(self, data: Mapping[str, Any], found: ProfileData) -> None:
        """Take speeds, surfaces and figures, row by row."""
        rows = {key: self._rows(key, data.get(key, [])) for key in _ROWS}
        speeds = {str(row.get("highway")): self.number("speeds.kmh", row.get("kmh"), 0.1) for row in rows["speeds"]}
        caps = {f"{self.one_of('surfaces.tag', row.get('tag'), CAPPED)}={row.get('value')}":
                self.number("surfaces.kmh", row.get("kmh"), 0.1) for row in rows["surfaces"]}
        found.figures |= {"speeds_kmh": speeds} if "speeds" in data else {}
        found.figures |= {"caps_kmh": caps} if caps else {}
        for row in rows["figures"]:
            name = self.one_of("figures.of", row.get("of"), _FIGURES)
            if name:
                found.figures[name] = self._figure(name, row.get("value"))
                found.sources[name] = str(row.get("source", ""))
        found.sources |= {str(row.get("highway")): str(row.get("source", "")) for row in rows["speeds"]}

    def _figure(self, name: str, value: object) -> object:
        if name == "energy":
            return self.one_of("figures.energy", value, ENERGIES)
        if name in CHOICES:
            if not isinstance(value, bool):
                self.fault(f"figures.{name}", value, "must be true or false", "Without quotation marks.")
            return value
        if name == "axles":
            if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100:
                return value
            self.fault("figures.axles", value, "must be a whole number, below 100", "A trailer's axles count too.")
            return 0
        return self.number(f"figures.{name}", value, 0.1 if name == "turn_bias" else 0.0)

    def _rows(self, key: str, value: object) -> list[Mapping[str, Any]]:
        """Return the rows of a table, without those that are none."""
        rows = value if isinstance(value, list) else [value]
        good: list[Mapping[str, Any]] = [row for row in rows if isinstance(row, dict)]
        if len(good) < len(rows):
            self.fault(key, value, "must be a list of rows", f"Each with {', '.join(_ROWS[key])}.")
        for row in good:
            self.keys(row, _ROWS[key], f"{key}.")
        return good

    def _access(self, key: str, value: object) -> tuple[str, ...]:
        tags = self.texts(key, value)
        if tags and tags[0] not in CLASSES:
            self.fault(key, tags[0], "must begin with the class of the vehicle", f"One of: {', '.join(CLASSES)}.")
        return tags

    def _text(self, key: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            self.fault(key, value, "must be a text", "In quotation marks.")
        return str(value)
