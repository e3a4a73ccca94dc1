"""Describe the quality of a table: what is missing, doubled, coarse, implausible or old, and what nobody needs.

Counts and says; it changes nothing, and shows no cell, only headers and labels of the index. Positions are degrees,
precision is metres, density kg/m³, speed km/h, age days.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gisdata.escape import escape_html, plain_text
from gisdata.files import whole_file
from gisdata.network.measure import EARTH_RADIUS_M, great_circle_m
from gisdata.schema import SCHEMAS

LEAST_DENSITY_KG_M3 = 10.0  # the lightest packing foams; whole parcels are heavier
MOST_DENSITY_KG_M3 = 8000.0  # solid steel: 7,850 kg/m³ (EN 1991-1-1, table A.4)
MOST_SPEED_KMH = 150.0
METRES_A_DEGREE = math.radians(1) * EARTH_RADIUS_M
COARSE_DECIMALS = 3
SHOWN_LABELS = 5
TRACK_COLUMNS = ("vehicle", "time", "lon", "lat")

_FRAME_COLUMNS = ("check", "field", "rows", "value", "note")
_NOT_STATED = "not stated"
_ALSO_MEANT = frozenset(("geometry", "customer", "placed_by", "placed_as", "uncertainty_m", "placed_note", "speed_kmh"))
_DATE = r"^\s*(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?!\d)"
_STYLE = ("body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}"
          "table{border-collapse:collapse}th,td{border:1px solid #bbb;padding:.25rem .6rem;text-align:left}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report.

    Parameters
    ----------
    check : str
        ``rows``, ``purpose``, ``precision``, ``missing``, ``duplicates``, ``outliers``, ``age``, ``source``, ``datum``
        or ``scope``.
    field : str
        The column or columns looked at; empty for the table as a whole.
    rows : int
        How many rows it concerns.
    value : str
        What was found, with its unit.
    note : str
        What it means or which rows to look at; empty if nothing needs saying.
    """

    check: str
    field: str
    rows: int
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class QualityReport:
    """The data sheet of a table.

    Parameters
    ----------
    rows : int
        Rows of the table.
    findings : tuple of Finding
        In a fixed order; the same table gives the same report on the same day.
    """

    rows: int
    findings: tuple[Finding, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return the report as a table.

        Returns
        -------
        DataFrame
            One row a finding: ``check``, ``field``, ``rows``, ``value``, ``note``.
        """
        return pd.DataFrame([[getattr(finding, name) for name in _FRAME_COLUMNS] for finding in self.findings],
                            columns=list(_FRAME_COLUMNS))

    def summary(self) -> str:
        """Return the report as text.

        Returns
        -------
        str
            One line a finding.
        """
        return "\n".join(_line(finding) for finding in self.findings)

    def write_html(self, path: str | os.PathLike[str]) -> None:
        """Write the report as one page that any browser opens, with no network.

        Parameters
        ----------
        path : path-like
            Where to, such as ``out/quality.html``. Written whole or not at all.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        page = (f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Data sheet</title>'
                f"<style>{_STYLE}</style></head><body><h1>Data sheet</h1>{self._repr_html_()}</body></html>\n")
        with whole_file(path) as temporary:
            temporary.write_text(page, encoding="utf-8", newline="\n")

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in _FRAME_COLUMNS)
        body = "".join("<tr>" + "".join(f"<td>{escape_html(getattr(finding, name))}</td>" for name in _FRAME_COLUMNS)
                       + "</tr>" for finding in self.findings)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def __str__(self) -> str:
        return self.summary()


def report(frame: pd.DataFrame, *, purpose: str = "", source: str = "", datum: str = "", scope: str = "",
           today: dt.date | None = None) -> QualityReport:
    """Describe the quality of a table before it is used.

    Blanks that a reader has filled with defaults are no longer blank: give the table as it was captured to know what
    was missing there.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        Orders, pieces, vehicles, depots, or a track (`vehicle`, `time`, `lon`, `lat`). Any columns, any index.
    purpose : str
        What the data are for. Columns that no table of `gisdata.schema` knows are listed as without purpose.
    source : str
        Where they come from.
    datum : str
        Datum of the coordinates; by default what a GeoDataFrame says.
    scope : str
        Which area, period and customers they are meant to cover.
    today : datetime.date, optional
        Day from which age is counted; by default that of the clock.

    Returns
    -------
    QualityReport
        Counts are exact.

    Raises
    ------
    TypeError
        If `frame` is no DataFrame.

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame({"id": ["A", "B", "B"], "weight_kg": [5.0, None, 7.0]})
    >>> for finding in report(orders).findings:
    ...     if finding.check in ("missing", "duplicates"):
    ...         print(finding.check, finding.field, finding.rows, finding.value)
    missing weight_kg 1 33.3 %
    duplicates id 1 repeats an earlier row
    """
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"frame must be a DataFrame, got {type(frame).__name__}")
    twice = [str(name) for name in frame.columns[frame.columns.duplicated()]]
    table = pd.DataFrame(frame.loc[:, ~frame.columns.duplicated()])
    table.columns = pd.Index([str(name) for name in table.columns])
    findings = [Finding("rows", "", len(table), f"{len(table):,} rows, {len(table.columns)} columns")]
    findings += _purpose(table, purpose)
    findings += _precision(table, frame)
    findings += _missing(table)
    findings += [Finding("duplicates", name, len(table), "column stands twice", "only the first is looked at")
                 for name in twice]
    findings += [*_doubled_keys(table), *_doubled_places(table)]
    findings += [*_densities(table), *_speeds(table), *_impossible_places(table)]
    findings += _ages(table, today or dt.datetime.now(tz=dt.UTC).date())
    findings.append(Finding("source", "", 0, source or _NOT_STATED))
    findings.append(Finding("datum", "", 0, datum or _datum_of(frame)))
    findings.append(Finding("scope", "", 0, scope or _NOT_STATED))
    return QualityReport(len(table), tuple(findings))


def _line(finding: Finding) -> str:
    field = f" {plain_text(finding.field)}" if finding.field else ""
    rows = f" {finding.rows:,} rows:" if finding.rows and finding.check != "rows" else ""
    note = f" ({plain_text(finding.note)})" if finding.note else ""
    return f"{finding.check}{field}:{rows} {plain_text(finding.value)}{note}"


def _purpose(table: pd.DataFrame, purpose: str) -> Iterator[Finding]:
    """Give the purpose, and each column that no table of the schema knows."""
    yield Finding("purpose", "", 0, purpose or _NOT_STATED)
    track = set(TRACK_COLUMNS) if set(TRACK_COLUMNS) <= set(table.columns) else set()
    twins = {column.seconds_name for schema in SCHEMAS.values() for column in schema.columns}
    for name in table.columns:
        known = any(schema.column(name) is not None for schema in SCHEMAS.values())
        if not known and name not in _ALSO_MEANT | twins | track:
            yield Finding("purpose", name, int((~_blank(table[name])).sum()), "collected without purpose",
                          "no table of the schema knows this column; leave it out if nobody needs it")


def _precision(table: pd.DataFrame, frame: pd.DataFrame) -> Iterator[Finding]:
    """Give how many rows have coordinates of each number of decimals, fewest first."""
    lon, lat = _coordinates(table, frame)
    decimals = np.array([max(_decimals(x), _decimals(y)) for x, y in zip(lon, lat, strict=True)
                         if _is_number(x) and _is_number(y)], dtype=int)
    for count in np.unique(decimals):
        step_m = METRES_A_DEGREE * 10.0 ** -int(count)
        note = "too coarse to tell one street from the next" if count <= COARSE_DECIMALS else ""
        yield Finding("precision", "lon, lat", int((decimals == count).sum()),
                      f"{count} decimals, about {_one_digit(step_m)} m", note)


def _missing(table: pd.DataFrame) -> Iterator[Finding]:
    """Give each column with blank cells."""
    for name in table.columns:
        count = int(_blank(table[name]).sum())
        if count:
            yield Finding("missing", name, count, f"{100 * count / len(table):.1f} %")


def _doubled_keys(table: pd.DataFrame) -> Iterator[Finding]:
    """Give the rows whose id, or order and id of a piece, an earlier row has."""
    key = [name for name in ("order", "id") if name in table.columns]
    if "id" not in key:
        return
    filled = table[key][~_blank(table["id"])].astype(str)
    again = filled.index[filled.duplicated()]
    if len(again):
        yield Finding("duplicates", ", ".join(key), len(again), "repeats an earlier row", _labels(again))


def _doubled_places(table: pd.DataFrame) -> Iterator[Finding]:
    """Give the rows with the place and the name of an earlier row, blank names aside."""
    place = next((columns for columns in (["lon", "lat"], ["address"]) if set(columns) <= set(table.columns)), None)
    if place is None or "name" not in table.columns:
        return
    filled = ~table[[*place, "name"]].apply(_blank).any(axis="columns")
    key = table.loc[filled, [*place, "name"]].astype(str).map(_plain_key)
    again = key.index[key.duplicated()]
    if len(again):
        yield Finding("duplicates", f"{', '.join(place)}, name", len(again), "same place and name as an earlier row",
                      f"two orders of one customer, or one entered twice: {_labels(again)}")


def _densities(table: pd.DataFrame) -> Iterator[Finding]:
    """Give the rows lighter or heavier than goods can be; rows without weight or volume say nothing."""
    if not {"weight_kg", "volume_m3"} <= set(table.columns):
        return
    weight, volume = _numbers(table["weight_kg"]), _numbers(table["volume_m3"])
    known = (weight > 0) & (volume > 0)
    density = weight[known] / volume[known]
    for rows, word in ((density < LEAST_DENSITY_KG_M3, f"under {LEAST_DENSITY_KG_M3:g} kg/m³"),
                       (density > MOST_DENSITY_KG_M3, f"over {MOST_DENSITY_KG_M3:,.0f} kg/m³")):
        labels = density.index[rows]
        if len(labels):
            yield Finding("outliers", "weight_kg, volume_m3", len(labels), word, f"a wrong unit? {_labels(labels)}")


def _speeds(table: pd.DataFrame) -> Iterator[Finding]:
    """Give the rows that are too fast, by their own speed or from the fix before of the same vehicle."""
    if "speed_kmh" in table.columns:
        yield from _too_fast("speed_kmh", _numbers(table["speed_kmh"]))
    if not set(TRACK_COLUMNS) <= set(table.columns):
        return
    track = pd.DataFrame({
        "vehicle": table["vehicle"].astype(str), "lon": _numbers(table["lon"]), "lat": _numbers(table["lat"]),
        "time": pd.to_datetime(table["time"], errors="coerce", utc=True, format="mixed"),
    }).dropna().sort_values(["vehicle", "time"], kind="stable")
    before = track.groupby("vehicle")[["lon", "lat", "time"]].shift()
    metres = great_circle_m(before["lon"].to_numpy(), before["lat"].to_numpy(), track["lon"].to_numpy(),
                            track["lat"].to_numpy())
    seconds = (track["time"] - before["time"]).dt.total_seconds().to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        yield from _too_fast(", ".join(TRACK_COLUMNS), pd.Series(3.6 * metres / seconds, index=track.index))


def _too_fast(field: str, speed_kmh: pd.Series[Any]) -> Iterator[Finding]:
    labels = speed_kmh.index[(speed_kmh > MOST_SPEED_KMH) | (speed_kmh < 0)]
    if len(labels):
        yield Finding("outliers", field, len(labels), f"over {MOST_SPEED_KMH:g} km/h or negative", _labels(labels))


def _impossible_places(table: pd.DataFrame) -> Iterator[Finding]:
    """Give the rows that lie nowhere on Earth, or at 0, 0."""
    if not {"lon", "lat"} <= set(table.columns):
        return
    lon, lat = _numbers(table["lon"]), _numbers(table["lat"])
    for rows, word in (((lon.abs() > 180) | (lat.abs() > 90), "outside the range of degrees"),
                       ((lon == 0) & (lat == 0), "at 0, 0")):
        labels = table.index[rows]
        if len(labels):
            yield Finding("outliers", "lon, lat", len(labels), word, _labels(labels))


def _ages(table: pd.DataFrame, today: dt.date) -> Iterator[Finding]:
    """Give the oldest and newest day of each column of dates, with the rows that have one."""
    for name in table.columns:
        days, wrong = _days(table[name])
        if days.empty:
            continue
        oldest, newest = days.min().date(), days.max().date()
        late = int((days > pd.Timestamp(today)).sum())
        notes = [f"{wrong:,} cells are no day that exists" if wrong else "", f"{late:,} lie ahead" if late else ""]
        yield Finding("age", name, len(days), f"{oldest} to {newest}, {(today - oldest).days:,} to "
                      f"{(today - newest).days:,} days old", "; ".join(note for note in notes if note))


def _days(cells: pd.Series[Any]) -> tuple[pd.Series[Any], int]:
    """Return the days of a column, and how many filled cells are none; no days unless at least half look like one."""
    if isinstance(cells.dtype, pd.DatetimeTZDtype) or pd.api.types.is_datetime64_dtype(cells.dtype):
        return pd.to_datetime(cells.dropna()).dt.tz_localize(None).dt.normalize(), 0
    nothing: pd.Series[Any] = pd.Series([], dtype="datetime64[ns]")
    if pd.api.types.is_numeric_dtype(cells.dtype) or cells.name == "geometry":
        return nothing, 0
    text = cells[~_blank(cells)].astype(str)
    parts = text.str.extract(_DATE).dropna()
    if parts.empty or 2 * len(parts) < len(text):
        return nothing, 0
    days = pd.to_datetime(parts.astype(int), errors="coerce").dropna()
    return days, len(text) - len(days)


def _datum_of(frame: pd.DataFrame) -> str:
    crs = getattr(frame, "crs", None) if "geometry" in frame.columns else None
    return _NOT_STATED if crs is None else f"{crs.to_string()}, as the table says"


def _coordinates(table: pd.DataFrame, frame: pd.DataFrame) -> tuple[list[object], list[object]]:
    """Return longitudes and latitudes as they stand, from the columns, else from points in degrees; else nothing."""
    if {"lon", "lat"} <= set(table.columns):
        return table["lon"].tolist(), table["lat"].tolist()
    crs = getattr(frame, "crs", None) if "geometry" in frame.columns else None
    if crs is None or not crs.is_geographic:
        return [], []
    points = frame["geometry"][frame["geometry"].geom_type == "Point"]
    return points.x.tolist(), points.y.tolist()


def _blank(cells: pd.Series[Any]) -> pd.Series[Any]:
    """Return which cells are missing, or text of nothing but spaces."""
    blank = cells.isna()
    if not pd.api.types.is_numeric_dtype(cells.dtype) and not pd.api.types.is_datetime64_any_dtype(cells.dtype):
        blank |= cells.map(lambda cell: isinstance(cell, str) and not cell.strip()).astype(bool)
    return blank


def _numbers(cells: pd.Series[Any]) -> pd.Series[Any]:
    return pd.to_numeric(cells, errors="coerce").astype(float)


def _is_number(value: object) -> bool:
    try:
        return bool(np.isfinite(float(str(value))))
    except ValueError:
        return False


def _decimals(value: object) -> int:
    """Return how many decimals a number is written with; of a float, how many it takes to say it exactly."""
    text = value.strip() if isinstance(value, str) else np.format_float_positional(float(str(value)), trim="-")
    return len(text.partition(".")[2])


def _one_digit(metres: float) -> str:
    """Return metres with one digit that counts: 111.2 gives 100."""
    return np.format_float_positional(metres, precision=1, unique=False, fractional=False, trim="-")


def _plain_key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _labels(labels: pd.Index) -> str:
    """Return the first labels of the index, and how many more there are."""
    shown = ", ".join(str(label) for label in labels[:SHOWN_LABELS])
    more = len(labels) - SHOWN_LABELS
    return f"rows {shown}{f' and {more:,} more' if more > 0 else ''}"
