"""Speeds by the hour: factors by road class, measured speeds by stretch of road, and OSRM's segment speeds.

Three kinds of files, told apart by what stands in them. All faults of a file are raised as one error. How they change
the speed of an edge is decided in `gisdata.network.timed`.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gisdata.content import read_text
from gisdata.errors import Fault, InputFileError, TableError
from gisdata.profiles.hours import read_hours
from gisdata.profiles.reading import read_data
from gisdata.profiles.trip import WEEKDAYS

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOURS_A_WEEK = 168
EVERY = -1
COLUMNS = ("u", "v", "key", "weekday", "hour", "speed_kmh")
_NEEDED = ("u", "v", "speed_kmh")
_MOST_FACTOR, _MOST_KMH = 3.0, 250.0
_SHOWN_A_KIND = 100


@dataclass(frozen=True, eq=False, repr=False)
class HourlySpeeds:
    """How fast roads are at each hour of a week. Equal by content.

    Parameters
    ----------
    factors : mapping of str to tuple of float
        By value of ``highway``, or ``*`` for every other class: 168 factors, the first for Monday 0 to 1 h. They are
        multiplied with the speed of no stated time.
    stretches : DataFrame
        ``u``, ``v`` (OSM ids of neighbouring nodes, or of the ends of an edge), ``key`` (which of parallel edges),
        ``weekday`` (0 is Monday), ``hour``, ``speed_kmh``; -1 stands for every one. A speed of 0 closes. More is driven
        than a vehicle's own most nowhere.
    source : str
        Where they come from.
    """

    factors: Mapping[str, tuple[float, ...]]
    stretches: pd.DataFrame
    source: str = ""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content."""
        total = hashlib.sha256(repr((sorted(self.factors.items()), self.source)).encode())
        for name in COLUMNS:
            total.update(np.ascontiguousarray(self.stretches[name].to_numpy(dtype="<f8")).tobytes())
        return total.hexdigest()

    def __repr__(self) -> str:
        """Return one line with the size."""
        return f"<HourlySpeeds: {len(self.factors)} road classes, {len(self.stretches):,} speeds of stretches>"

    def __eq__(self, other: object) -> bool:
        """Return whether the content is the same."""
        return isinstance(other, HourlySpeeds) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)


def read_hourly_speeds(path: str | os.PathLike[str]) -> HourlySpeeds:
    """Read speeds by the hour.

    Parameters
    ----------
    path : path-like
        ``.toml`` with ``source`` and ``[[factors]]`` (``classes``, ``weekdays``, ``values``: 24, or 168 from Monday
        on); or CSV with the columns ``u``, ``v``, ``speed_kmh`` and perhaps ``key``, ``weekday``, ``hour`` (blank:
        every one); or OSRM's segment speeds, without a header: from node, to node, km/h, perhaps a rate, which is left
        out.

    Returns
    -------
    HourlySpeeds
        For `Profile.on_trip`.

    Raises
    ------
    TableError
        With every fault; of one kind at most a hundred.
    InputFileError
        If the file cannot be read.
    """
    file = Path(path)
    if file.suffix.lower() == ".toml":
        return _of_toml(read_data(file), str(file))
    lines = read_text(path)
    first = next((line for line in lines.splitlines() if line.strip()), "")
    if not first:
        raise InputFileError(f"{file}: the file is empty")
    headed = any(sign.isalpha() for sign in first.partition(",")[0])
    try:
        cells = pd.read_csv(io.StringIO(lines), header=0 if headed else None, dtype=str, keep_default_na=False,
                            skipinitialspace=True)
    except (pd.errors.ParserError, ValueError) as error:
        raise InputFileError(f"{file}: this is no table with commas ({error})") from None
    cells.columns = [str(name).strip().lower() for name in cells.columns] if headed else _osrm_names(cells, str(file))
    return HourlySpeeds({}, _stretches(cells, str(file), 2 if headed else 1), str(file.name))


def _osrm_names(cells: pd.DataFrame, file: str) -> list[str]:
    if len(cells.columns) not in {3, 4}:
        raise TableError([Fault(file, f"a table without a header has 3 or 4 columns, not {len(cells.columns)}",
                                "from node, to node, km/h, perhaps a rate; or write a header.")])
    return ["u", "v", "speed_kmh", "rate"][: len(cells.columns)]


def _stretches(cells: pd.DataFrame, file: str, first_row: int) -> pd.DataFrame:
    """Return the columns as numbers, or raise what is wrong with them."""
    faults = [Fault(file, "the column is missing", f"Known are: {', '.join(COLUMNS)}.", column=name)
              for name in _NEEDED if name not in cells]
    faults += [Fault(file, "there is no such column", f"Known are: {', '.join(COLUMNS)}.", column=str(name))
               for name in cells if name not in {*COLUMNS, "rate"}]
    if faults:
        raise TableError(faults)
    numbers = {}
    for name, lowest, highest in (("u", -(2.0**63), 2.0**63), ("v", -(2.0**63), 2.0**63), ("key", 0, 1000),
                                  ("weekday", 0, 6), ("hour", 0, 23), ("speed_kmh", 0, _MOST_KMH)):
        texts = cells[name].str.strip() if name in cells else pd.Series("", index=cells.index)
        numbers[name] = _numbers(texts, name, (lowest, highest), faults, file, first_row)
    if faults:
        raise TableError(faults)
    kinds = {name: "float64" if name == "speed_kmh" else "int64" for name in COLUMNS}
    return pd.DataFrame({name: numbers[name].astype(kinds[name]) for name in COLUMNS})


def _numbers(texts: pd.Series[str], name: str, bounds: tuple[float, float], faults: list[Fault], file: str,
             first_row: int) -> NDArray[Any]:
    """Return a column as numbers; ids keep every digit. Its faults are noted."""
    if name == "weekday":
        texts = texts.str.capitalize().replace({day: str(at) for at, day in enumerate(WEEKDAYS)})
    blank = texts.eq("").to_numpy(dtype=bool)
    whole = texts.str.fullmatch(r"-?\d{1,18}").to_numpy(dtype=bool)
    good = whole if name != "speed_kmh" else pd.to_numeric(texts, errors="coerce").notna().to_numpy(dtype=bool)
    read = np.full(len(texts), EVERY, dtype=np.float64 if name == "speed_kmh" else np.int64)
    read[good] = texts[good].astype(read.dtype).to_numpy()
    wrong = np.where(blank, name in _NEEDED, ~good | (read < bounds[0]) | (read > bounds[1]))
    faults += [Fault(file, "is blank" if blank[at] else "is no number that can be meant", _REMEDY[name],
                     row=at + first_row, column=name, value=texts.iloc[at])
               for at in np.flatnonzero(wrong)[:_SHOWN_A_KIND].tolist()]
    return read


_REMEDY = {"u": "Write the OSM id of a node.", "v": "Write the OSM id of a node.",
           "key": "Write 0, 1, ... or leave it blank for all parallel edges.",
           "weekday": "Write Mo to Su, or 0 to 6 from Monday on, or leave it blank for every day.",
           "hour": "Write 0 to 23, or leave it blank for every hour.",
           "speed_kmh": f"Write km/h, 0 (closed) to {_MOST_KMH:g}."}


def _of_toml(data: Mapping[str, Any], file: str) -> HourlySpeeds:
    """Return factors by road class."""
    faults = [Fault(file, "there is no such key", "Known are: name, source, factors.", column=key)
              for key in data if key not in {"name", "source", "factors"}]
    if not isinstance(data.get("source"), str) or not data.get("source"):
        faults.append(Fault(file, "is missing", 'Say where the figures come from: source = "...".', column="source"))
    rows = data.get("factors", [])
    factors: dict[str, list[float]] = {}
    for number, row in enumerate(rows if isinstance(rows, list) else [], start=1):
        found = _factor_faults(row, file, f"factors {number}")
        faults += found
        for name in () if found else row["classes"]:
            _fill(factors.setdefault(name, [1.0] * HOURS_A_WEEK), row)
    if not rows:
        faults.append(Fault(file, "there are none", "Write [[factors]] with classes and 24 values.", column="factors"))
    if faults:
        raise TableError(faults)
    none = pd.DataFrame({name: pd.Series([], dtype="float64" if name == "speed_kmh" else "int64") for name in COLUMNS})
    return HourlySpeeds({name: tuple(values) for name, values in factors.items()}, none, str(data["source"]))


def _factor_faults(row: object, file: str, where: str) -> list[Fault]:
    """Return what is wrong with one table of factors."""
    if not isinstance(row, dict):
        return [Fault(file, "is no table", "Write [[factors]].", row=where)]
    faults = [Fault(file, "there is no such key", "Known are: classes, weekdays, values, source.", row=where,
                    column=key) for key in row if key not in {"classes", "weekdays", "values", "source"}]
    classes, values, days = row.get("classes"), row.get("values"), row.get("weekdays", "")
    if not isinstance(classes, list) or not classes or not all(isinstance(name, str) for name in classes):
        faults.append(Fault(file, "must be a list of road classes", 'Such as ["primary", "secondary"], or ["*"].',
                            row=where, column="classes"))
    if not isinstance(values, list) or len(values) not in {24, HOURS_A_WEEK} or not all(
            isinstance(value, int | float) and 0 < value <= _MOST_FACTOR for value in values):
        faults.append(Fault(file, f"must be 24 or 168 numbers above 0, at most {_MOST_FACTOR:g}",
                            "1 is the speed of no stated time.", row=where, column="values"))
    if not isinstance(days, str) or (days and (read_hours(days) is None or ":" in days)):
        faults.append(Fault(file, "are no weekdays", "Write Mo-Fr, or leave it out for every day.", row=where,
                            column="weekdays", value=str(days)))
    return faults


def _fill(week: list[float], row: Mapping[str, Any]) -> None:
    """Write a table of factors into the hours of a week."""
    values = row["values"]
    hours = read_hours(row["weekdays"]) if row.get("weekdays") else None
    for day, name in enumerate(WEEKDAYS):
        if hours is None or hours.hold(name, 0):
            for hour in range(24):
                week[24 * day + hour] = float(values[24 * day + hour] if len(values) == HOURS_A_WEEK else values[hour])
