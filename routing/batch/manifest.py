"""List the problems of a batch: from a manifest (CSV, Excel, TOML), a folder of folders, or problems in memory.

A row that is wrong is a fault of that row alone. Paths are relative to the folder of the manifest.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from gisdata.content import Kind, kind_of, wrong_kind
from gisdata.errors import InputFileError
from gisdata.texttable import TextTable, read_csv, table_of_sheet
from gisdata.workbook import read_sheet
from routing.batch.entry import FILES, SAMPLE, Entry

CHINESE = {
    "名称": "name", "问题": "name", "订单": "orders", "订单文件": "orders", "车辆": "vehicles", "车辆文件": "vehicles",
    "仓库": "depots", "配送中心": "depots", "道路": "roads", "路网": "roads", "货物明细": "pieces", "箱件": "pieces",
    "方案文件": "problem", "日期": "day", "时区": "time_zone", "转弯": "turns", "求解秒数": "seconds",
    "秒数": "seconds", "迭代次数": "iterations", "随机种子": "seed", "引擎": "engine", "目标": "objective",
    "线程数": "threads",
}
"""Headers of Chinese manifests, and the columns they mean."""

_COLUMNS = tuple(field.name for field in dataclasses.fields(Entry) if field.name != "fault")
_YES, _NO = {"yes", "true", "1", "是"}, {"no", "false", "0", "否"}
_WANTED = "CSV, Excel (.xlsx) or TOML"
_PARTS = ("orders", "vehicles", "depots", "roads", "pieces")
_ENDINGS = (".csv", ".xlsx", ".xls", ".geojson", ".gpkg", ".roads", ".osm.pbf", ".osm", ".osm.gz", ".osm.bz2")
_LIKELY = ("batch", "manifest", "problems", "批次", "清单")


def read_manifest(path: str | os.PathLike[str], defaults: Entry) -> list[Entry]:
    """Return the problems that a manifest or a folder lists.

    Parameters
    ----------
    path : path-like
        A manifest: a row a problem with the fields of `Entry` as columns, in English or Chinese; in TOML a table
        ``[[problem]]`` each, and ``[defaults]``. Or a folder: each folder in it that has an ``orders`` file is a
        problem of that name; what it lacks (``vehicles``, ``depots``, ``roads``, ``pieces``) is taken from above.
    defaults : Entry
        What blank cells mean.

    Returns
    -------
    list of Entry
        In file order, those that cannot be read with their fault.

    Raises
    ------
    InputFileError
        If there is no such file or folder, it is no manifest, or lists nothing.
    """
    file = Path(path)
    if file.is_dir():
        entries = _of_folder(file, defaults)
    elif file.suffix.lower() == ".toml":
        entries = _of_toml(file, defaults)
    else:
        entries = _of_table(_text_table(file), file.resolve().parent, defaults)
    if not entries:
        what = "no folder in it has an orders file (orders.csv, orders.xlsx, ...)" if file.is_dir() else \
            "it lists no problem"
        raise InputFileError(f"{file}: {what}")
    return entries


def _of_folder(folder: Path, defaults: Entry) -> list[Entry]:
    shared = _parts(folder)
    entries = []
    for place in sorted(path for path in folder.resolve().iterdir() if path.is_dir() and path.name[:1] not in "._"):
        own = _parts(place)
        if "orders" in own:
            found: dict[str, Any] = shared | own
            entries.append(dataclasses.replace(defaults, name=place.name, **found))
    return entries


def _parts(folder: Path) -> dict[str, str]:
    """Return the inputs in a folder by what they are; the first of several endings counts."""
    files = {path.name.lower(): path for path in folder.resolve().iterdir() if path.is_file()}
    found = {}
    for part in _PARTS:
        named = next((files[part + ending] for ending in _ENDINGS if part + ending in files), None)
        if named is not None:
            found[part] = str(named)
    if "roads" not in found:
        roads = sorted(path for name, path in files.items() if name.endswith((".roads", ".osm.pbf", ".osm")))
        found |= {"roads": str(roads[0])} if len(roads) == 1 else {}
    return found


def _of_toml(file: Path, defaults: Entry) -> list[Entry]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputFileError(f"{file}: there is no such file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputFileError(f"{file}: not TOML ({error})") from error
    listed, shared = content.get("problem", []), content.get("defaults", {})
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in [*listed, shared]):
        raise InputFileError(f"{file}: problems are tables [[problem]], what they share is a table [defaults]")
    unknown = sorted({*content} - {"problem", "defaults"})
    if unknown:
        raise InputFileError(f"{file}: there is no table {unknown[0]!r}; there are [[problem]] and [defaults]")
    folder = file.resolve().parent
    return [_entry(shared | row, folder, defaults, f"problem {number}") for number, row in enumerate(listed, start=1)]


def _text_table(file: Path) -> TextTable:
    kind = kind_of(file)
    if kind is Kind.XLSX:
        return table_of_sheet(file, read_sheet(file, None, _LIKELY))
    if kind is not Kind.CSV:
        raise wrong_kind(file, kind, _WANTED)
    return read_csv(file)


def _of_table(table: TextTable, folder: Path, defaults: Entry) -> list[Entry]:
    meant = {header: CHINESE.get(header.strip(), header.strip().lower()) for header in table.columns}
    unknown = sorted({*meant.values()} - {*_COLUMNS} - {""})
    if "name" not in meant.values() or unknown:
        missing = "" if "name" in meant.values() else "it lacks the column name; "
        extra = f"there is no column {unknown[0]!r}; " if unknown else ""
        raise InputFileError(f"{table.file}: {missing}{extra}a manifest has: {', '.join(_COLUMNS)}")
    return [_entry({column: table.columns[header][at] for header, column in meant.items() if column}, folder, defaults,
                   f"row {row}") for at, row in enumerate(table.rows)]


def _entry(row: Mapping[str, Any], folder: Path, defaults: Entry, place: str) -> Entry:
    """Return the entry of a row; what is wrong with it stands in its fault."""
    values: dict[str, Any] = {}
    faults = [f"there is no setting {name!r}; there are: {', '.join(_COLUMNS)}" for name in row if name not in _COLUMNS]
    for column in _COLUMNS:
        given = row.get(column, "")
        if given is None or str(given).strip() == "":
            continue
        try:
            values[column] = _READERS.get(column, _text)(given)
        except ValueError as error:
            faults.append(f"{column} {str(given)[:40]!r}: {error}")
    for column in FILES:
        if column in values and not values[column].startswith(SAMPLE):
            values[column] = str(folder / values[column])
    name = values.pop("name", "")
    fault = f"{place}: {'; '.join(faults)}" if faults else ""
    return dataclasses.replace(defaults, name=name, fault=fault, **values)


def _text(given: object) -> str:
    if isinstance(given, dt.date):
        return given.isoformat()
    if not isinstance(given, str | int | float):
        raise ValueError("a text is wanted")  # noqa: TRY004 (gathered as a fault)
    return str(given).strip()


def _yes_no(given: object) -> bool:
    word = str(given).strip().lower()
    if word not in _YES | _NO:
        raise ValueError("yes or no is wanted")
    return word in _YES


def _whole(given: object) -> int:
    number = _number(given)
    if number != int(number):
        raise ValueError("a whole number is wanted")
    return int(number)


def _number(given: object) -> float:
    try:
        number = float(str(given))
    except ValueError:
        raise ValueError("a number is wanted") from None
    if number != number or number in (float("inf"), float("-inf")):  # noqa: PLR0124 (not a number)
        raise ValueError("a number is wanted")
    return number


_READERS: dict[str, Callable[[object], Any]] = {
    "seconds": _number, "iterations": _whole, "seed": _whole, "threads": _whole, "turns": _yes_no,
}
