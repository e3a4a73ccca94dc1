"""Read the rules of a city: bans and permits by area or road, vehicle, mass, energy, hours and plate, as a table.

CSV, Excel or TOML (one ``[[rule]]`` after another with the same names). All faults of a file are raised as one error.
What a rule closes on given roads is found in `gisdata.network.city`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gisdata.checks import check
from gisdata.errors import Fault, InputFileError, TableError
from gisdata.opened import text_table
from gisdata.profiles.cityrule import EFFECTS, CityRule, plate_digits
from gisdata.profiles.hours import read_hours
from gisdata.profiles.reading import CLASSES, ENERGIES, read_data
from gisdata.schema import Column, Schema
from gisdata.texttable import TextTable

if TYPE_CHECKING:
    import shapely

_WORDS = "; ".join

CITY_RULES = Schema(
    "city rules", "限行规定",
    (
        Column("name", "id", "", "Name of the rule", "规定名称", required=True),
        Column("area", "text", "", "Polygon as WKT in degrees, or a name in the file of areas", "区域",
               default=""),
        Column("ways", "text", "", "OSM ids of roads, separated by ;", "道路编号", default=""),
        Column("roads", "text", "", "Names of roads, separated by ;", "道路名称", default=""),
        Column("vehicles", "text", "", f"Classes that it binds, of {_WORDS(CLASSES)}; blank: all", "车型", default=""),
        Column("min_mass_t", "number", "t", "It binds vehicles of this permitted mass or more", "最小总质量(吨)",
               default=0.0, least=0, most=200),
        Column("energies", "text", "", f"Energies that it binds, of {_WORDS(ENERGIES)}; blank: all", "能源",
               default=""),
        Column("weekdays", "text", "", "Such as Mo-Fr or Sa;Su; blank: every day", "星期", default=""),
        Column("hours", "text", "", "Such as 07:00-09:00;16:00-19:00; blank: all day", "时段",
               default=""),
        Column("plate", "text", "", "odd, even, or last digits such as 1;6; blank: every plate", "车牌尾号",
               default=""),
        Column("permit", "text", "", "Permit whose holders are exempt", "通行证", default=""),
        Column("effect", "choice", "", "Whether it closes the roads, or only to who passes through", "效力",
               default="ban", choices=EFFECTS),
        Column("source", "text", "", "Where the rule is written", "来源", required=True),
        Column("date", "text", "", "Day of that text, as 2026-01-05", "日期", required=True),
    ),
    key=("name",),
)
_NAMES = tuple(column.name for column in CITY_RULES.columns)


def read_city_rules(
    path: str | os.PathLike[str], areas: str | os.PathLike[str] | None = None, sheet: str | None = None
) -> tuple[CityRule, ...]:
    """Read the rules of a city from a table or a TOML file.

    Parameters
    ----------
    path : path-like
        CSV or Excel with one rule a row, or ``.toml`` with one ``[[rule]]`` each. Columns: ``name``, ``area``,
        ``ways``, ``roads``, ``vehicles``, ``min_mass_t``, ``energies``, ``weekdays``, ``hours``, ``plate``, ``permit``,
        ``effect``, ``source``, ``date``; only name, source, date and one of the first three places are needed.
    areas : path-like, optional
        GeoJSON with polygons, each with a property ``name``, in degrees of WGS 84.
    sheet : str, optional
        Sheet of a workbook with several.

    Returns
    -------
    tuple of CityRule
        In order of the file; `routing.travel_matrix` and `routing.path` take it as ``rules=``.

    Raises
    ------
    TableError
        With every fault: row, column, value, reason and remedy.
    InputFileError
        If a file cannot be opened, or is something else than it seems.
    """
    polygons = _read_areas(Path(areas)) if areas is not None else {}
    if os.fspath(path).lower().endswith(".toml"):
        table, others = _table_of_toml(Path(path))
    else:
        table, others = text_table(path, sheet, CITY_RULES, None), []
    others += [_unknown(table, name) for name in table.columns if name not in _NAMES]
    errors: list[Fault] = [fault for fault in others if fault is not None]
    try:
        rows = check(table, CITY_RULES).to_dict("records")
    except TableError as error:
        raise TableError([*errors, *error.faults]) from None
    reader = _Reader(table, polygons, errors)
    rules = [reader.rule(at, row) for at, row in enumerate(rows)]
    if reader.faults:
        raise TableError(reader.faults)
    return tuple(rule for rule in rules if rule is not None)


@dataclass
class _Reader:
    """Makes rules of checked rows, and gathers what is wrong with them."""

    table: TextTable
    polygons: Mapping[str, shapely.Geometry]
    faults: list[Fault] = field(default_factory=list)

    def rule(self, at: int, row: Mapping[Any, Any]) -> CityRule | None:
        """Return the rule of a row, or None if it has a fault."""
        before = len(self.faults)
        days, hours = (row[name].replace(";", ",").replace("，", ",") for name in ("weekdays", "hours"))
        times = f"{days} {hours}".strip()
        if times and read_hours(times) is None:
            column = "hours" if hours and read_hours(hours) is None else "weekdays"
            self.fault(at, row, column, "cannot be read", "Write Mo-Fr, and 07:00-09:00;16:00-19:00.")
        if row["plate"] and plate_digits(row["plate"]) is None:
            self.fault(at, row, "plate", "is no rule for plates", "Write odd, even, or last digits such as 1;6.")
        try:
            date.fromisoformat(row["date"])
        except ValueError:
            self.fault(at, row, "date", "is no date", "Write it as 2026-01-05.")
        ways = self.words(at, row, "ways", str.isdecimal, "OSM ids are whole numbers")
        places: dict[str, Any] = {"area": self.area(at, row), "roads": self.words(at, row, "roads", bool, ""),
                                  "ways": frozenset(int(way) for way in ways if way.isdecimal())}
        if not any((row["area"], row["ways"], row["roads"])):
            self.fault(at, row, "area", "the rule names no place", "Fill in area, ways or roads.")
        classes = self.words(at, row, "vehicles", CLASSES.__contains__, f"One of: {', '.join(CLASSES)}")
        energies = self.words(at, row, "energies", ENERGIES.__contains__, f"One of: {', '.join(ENERGIES)}")
        if len(self.faults) > before:
            return None
        said = {name: row[name] for name in ("name", "min_mass_t", "plate", "permit", "effect", "source", "date")}
        return CityRule(vehicles=classes, energies=energies, times=times, **places, **said)

    def area(self, at: int, row: Mapping[Any, Any]) -> shapely.Geometry | None:
        """Return the polygon of a cell: well-known text, or a name."""
        import shapely

        text = row["area"]
        if not text or text in self.polygons:
            return self.polygons.get(text)
        polygon = shapely.from_wkt(text, on_invalid="ignore") if "(" in text else None
        if polygon is None:
            known = ", ".join(list(self.polygons)[:5])
            self.fault(at, row, "area", "is neither a polygon nor a known name",
                       f"The areas are: {known}." if known else "Write WKT, or give a GeoJSON file as areas=.")
        elif _wrong_polygon(polygon):
            self.fault(at, row, "area", _wrong_polygon(polygon), "Write POLYGON((lon lat, ...)) in degrees.")
        return polygon

    def words(self, at: int, row: Mapping[Any, Any], column: str, good: Callable[[str], bool],
              remedy: str) -> frozenset[str]:
        """Return the words of a cell."""
        parts = [part.strip() for part in re.split("[;；]", row[column]) if part.strip()]
        for part in parts:
            if not good(part):
                self.fault(at, row, column, f"{part!r} is not known", f"{remedy}.")
        return frozenset(parts)

    def fault(self, at: int, row: Mapping[Any, Any], column: str, reason: str, remedy: str) -> None:
        """Note what is wrong with a cell."""
        self.faults.append(Fault(self.table.file, reason, remedy, self.table.sheet, self.table.rows[at], column,
                                 str(row[column])))


def _unknown(table: TextTable, name: str) -> Fault | None:
    """Return the fault of a column that means nothing; a misspelt one would silently bind nobody."""
    if not name.strip() or not any(table.columns[name]):
        return None
    return Fault(table.file, "there is no such column", f"Known are: {', '.join(_NAMES)}.", table.sheet,
                 table.header_row, name)


def _table_of_toml(path: Path) -> tuple[TextTable, list[Fault | None]]:
    """Return the rules of a TOML file as a table of texts."""
    data = read_data(path)
    file = str(path)
    rows = data.get("rule", [])
    faults: list[Fault | None] = [Fault(file, "there is no such key", "Rules are written as [[rule]].", column=key)
                                  for key in data if key != "rule"]
    good: Sequence[Mapping[str, Any]] = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    names = dict.fromkeys((*_NAMES, *(name for row in good for name in row)))
    columns = {name: [_as_cell(row.get(name, "")) for row in good] for name in names}
    return TextTable(file, columns, [f"rule {number}" for number in range(1, len(good) + 1)]), faults


def _as_cell(value: object) -> str:
    return ";".join(map(str, value)) if isinstance(value, list) else str(value)


def _read_areas(path: Path) -> dict[str, shapely.Geometry]:
    """Return the named polygons of a GeoJSON file."""
    import shapely

    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        features = [(str(each["properties"]["name"]), shapely.from_geojson(json.dumps(each["geometry"])))
                    for each in content["features"]]
    except FileNotFoundError:
        raise InputFileError(f"{path}: there is no such file") from None
    except (OSError, ValueError, KeyError, TypeError, shapely.GEOSException) as error:
        raise InputFileError(f"{path}: this is not GeoJSON with polygons that have a property 'name' "
                             f"({type(error).__name__}: {error})") from None
    faults = [Fault(str(path), fault, "Draw it anew, in degrees of WGS 84.", column="name", value=name)
              for name, polygon in features if (fault := _wrong_polygon(polygon))]
    if faults:
        raise TableError(faults)
    return dict(features)


def _wrong_polygon(polygon: shapely.Geometry) -> str:
    """Return what is wrong with an area, or nothing."""
    import shapely

    if not isinstance(polygon, shapely.Polygon | shapely.MultiPolygon) or polygon.is_empty:
        return "is no polygon"
    if not polygon.is_valid:
        return f"is no valid polygon ({shapely.is_valid_reason(polygon)})"
    lon, lat = shapely.get_coordinates(polygon).T
    outside = not ((np.abs(lon) <= 180).all() and (np.abs(lat) <= 90).all())
    return "lies off the globe; are the numbers degrees, longitude first?" if outside else ""
