"""List the problems of a batch: from a manifest (CSV, Excel, TOML), a folder of folders, or problems in memory.

A row that is wrong is a fault of that row alone. Paths are relative to the folder of the manifest.
"""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gisdata.checks import check
from gisdata.errors import Fault, InputFileError, TableError
from gisdata.faultlog import FaultLog
from gisdata.mapping import map_headers, mapped
from gisdata.opened import text_table
from gisdata.repairs import repaired
from gisdata.schema import Column, Schema
from gisdata.texttable import TextTable, texts
from routing.batch.entry import FILES, SAMPLE, Entry

_BLANK = ""
_OBJECTIVES = (("cost", "cost"), ("fleet", "fleet"), ("成本", "cost"), ("车辆数", "fleet"))

PROBLEMS = Schema("problems", "批次", (
    Column("name", "text", "", "Names its results; no path", "名称", required=True),
    Column("orders", "text", "", "File of its orders", "订单文件", default=_BLANK),
    Column("vehicles", "text", "", "File of its vehicles", "车辆文件", default=_BLANK),
    Column("depots", "text", "", "File of its depots", "仓库文件", default=_BLANK),
    Column("roads", "text", "", "Map, saved roads, or sample:NAME", "路网", default=_BLANK),
    Column("pieces", "text", "", "File of the pieces of its orders", "货物明细", default=_BLANK),
    Column("problem", "text", "", "Plan file whose problem is solved anew", "方案文件", default=_BLANK),
    Column("day", "text", "", "Plan day", "日期", default=_BLANK),
    Column("time_zone", "text", "", "IANA zone", "时区", default=_BLANK),
    Column("turns", "yes_no", "", "Whether turn restrictions are obeyed and turns take time", "转弯", default=False),
    Column("seconds", "number", "s", "Limit of the search", "求解秒数", above=0, most=1e7),
    Column("iterations", "whole", "", "Limit of the search", "迭代次数", least=1, most=1e12),
    Column("seed", "whole", "", "Of what is drawn in the search", "随机种子", least=0, most=2**53),
    Column("engine", "text", "", "Which engine searches", "引擎", default=_BLANK),
    Column("objective", "choice", "", "cost, or fleet: the fewest vehicles first", "目标", default=_BLANK,
           choices=_OBJECTIVES),
    Column("threads", "whole", "", "Searches side by side", "线程数", least=1, most=1_024),
), key=())
"""The table of a manifest; blank cells mean what the batch says for all."""

_COLUMNS = tuple(column.name for column in PROBLEMS.columns)
_PARTS = ("orders", "vehicles", "depots", "roads", "pieces")
_ENDINGS = (".csv", ".xlsx", ".xls", ".geojson", ".gpkg", ".roads", ".osm.pbf", ".osm", ".osm.gz", ".osm.bz2")


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
    InputFileError, TableError
        If there is no such file or folder, it is no manifest, or lists nothing.
    """
    file = Path(path)
    if not file.is_dir():
        table = _of_toml(file) if file.suffix.lower() == ".toml" else _of_sheet(file)
        return _entries(table, file.resolve().parent, defaults)
    entries = _of_folder(file, defaults)
    if not entries:
        raise InputFileError(f"{file}: no folder in it has an orders file (orders.csv, orders.xlsx, ...)")
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


def _of_toml(file: Path) -> TextTable:
    """Return the tables of a TOML file as rows, what they share filled in."""
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
    rows: list[dict[str, Any]] = [shared | row for row in listed]
    columns = {name: texts([row.get(name) for row in rows], PROBLEMS.column(name))
               for name in dict.fromkeys(("name", *(name for row in rows for name in row)))}
    return TextTable(str(file), columns, [f"problem {number}" for number in range(1, len(rows) + 1)])


def _of_sheet(file: Path) -> TextTable:
    """Return the rows of a CSV file or a sheet under the names of columns, cells in plain form."""
    table = text_table(file, None, PROBLEMS, ())
    mapping = map_headers(table, PROBLEMS, {})
    return repaired(mapped(table, mapping), PROBLEMS, mapping)[0]


def _entries(table: TextTable, folder: Path, defaults: Entry) -> list[Entry]:
    """Return the entries of a table; rows with faults get them as their own, those of the header are raised."""
    for header in table.columns:
        if header not in _COLUMNS:
            table.faults.add("unknown", "is no setting of a problem", f"There are: {', '.join(_COLUMNS)}.",
                             column=header)
    faults: dict[int | str, list[str]] = {}
    left = table
    while True:
        try:
            checked = check(left, PROBLEMS, may_be_empty=bool(faults))
            break
        except TableError as error:
            found = {row: _words([fault for fault in error.faults if fault.row == row]) for row in left.rows}
            new = {row: words for row, words in found.items() if words}
            if not new or any(fault.row not in new for fault in error.faults):
                raise
            faults |= new
            left = _without(left, faults)
    good = iter(checked.to_dict("records"))
    return [_faulty(table, at, faults[row], defaults) if row in faults else _entry(next(good), folder, defaults)
            for at, row in enumerate(table.rows)]


def _words(faults: list[Fault]) -> list[str]:
    """Return faults of one row in words; which file it is everybody knows."""
    return [str(fault).removeprefix(f"{fault.file}, ") for fault in faults]


def _without(table: TextTable, faults: Mapping[int | str, object]) -> TextTable:
    kept = [at for at, row in enumerate(table.rows) if row not in faults]
    columns = {name: [cells[at] for at in kept] for name, cells in table.columns.items()}
    return dataclasses.replace(table, columns=columns, rows=[table.rows[at] for at in kept], faults=FaultLog(),
                               unread=frozenset())


def _faulty(table: TextTable, at: int, faults: list[str], defaults: Entry) -> Entry:
    return dataclasses.replace(defaults, name=table.columns["name"][at], fault="; ".join(faults))


def _entry(row: Mapping[Any, Any], folder: Path, defaults: Entry) -> Entry:
    """Return the entry of a checked row."""
    values = {name: value for name, value in row.items() if value not in (_BLANK, False) and value == value}  # noqa: PLR0124 (not a number)
    for column in FILES:
        if column in values and not values[column].startswith(SAMPLE):
            values[column] = str(folder / values[column])
    whole = {column.name: int(values[column.name]) for column in PROBLEMS.columns
             if column.kind == "whole" and column.name in values}
    return dataclasses.replace(defaults, **{**values, **whole})
