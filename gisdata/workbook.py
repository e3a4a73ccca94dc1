"""Read the cells of an Excel workbook (.xlsx) as text, streaming, with the row numbers its reader sees.

Own reader, because a table must lose nothing on the way: it sees formulas that were never computed, keeps errors such
as ``#N/A`` and the digits as stored, refuses a document type (XML bombs), and takes no memory for far-off empty cells.
What the columns mean is not known here. Times come out as clock text, dates as ISO 8601.
"""

from __future__ import annotations

import os
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NoReturn
from xml.parsers import expat

from gisdata.clock import DAY_S, format_clock
from gisdata.content import open_zip
from gisdata.errors import InputFileError, UnknownNameError

MOST_COLUMNS = 1_000
MOST_ROWS = 1_048_576
_KEPT_UNCOMPUTED = 1_000
_DAYS_READ_AS_CLOCK = 32
_EXACT_LETTERS = 16
_BUILT_IN_TIME_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NOT_A_FIELD = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DAMAGE = (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, LookupError, NotImplementedError, OSError,
           OverflowError, RuntimeError, ValueError)


@dataclass(slots=True)
class SheetCells:
    """The cells of one sheet that hold something, as text.

    Parameters
    ----------
    name : str
        Name of the sheet.
    numbers : list of int
        Row numbers, from 1; rows without any content are left out.
    records : list of list of str
        Cells of each of those rows from column A on, up to the last that is filled.
    uncomputed : list of tuple of int
        Row number and column (from 0) of formulas that have no value; the first 1,000.
    """

    name: str
    numbers: list[int] = field(default_factory=list)
    records: list[list[str]] = field(default_factory=list)
    uncomputed: list[tuple[int, int]] = field(default_factory=list)


def read_sheet(path: str | os.PathLike[str], sheet: str | None, likely: Sequence[str] = (),
               fits: Callable[[Sequence[Sequence[str]]], bool] | None = None) -> SheetCells:
    """Return the cells of one sheet.

    Parameters
    ----------
    path : path-like
        A workbook, judged to be one by `gisdata.content.kind_of`.
    sheet : str, optional
        Its name. Without it: the only sheet, or the one with a likely name, or the only one that is not empty.
    likely : sequence of str
        Names to look for where there are several sheets; upper and lower case are the same.
    fits : callable, optional
        Says from the rows of a sheet whether it may be meant, where names do not tell.

    Returns
    -------
    SheetCells
        Text of every filled cell.

    Raises
    ------
    InputFileError
        If the workbook is damaged or too large.
    UnknownNameError
        If there is no such sheet, or no telling which one is meant.
    """
    file = os.fspath(path)
    with open_zip(path) as archive:
        try:
            book = _Book(archive)
            read = [book.read(name) for name in candidates(file, tuple(book.parts), book.hidden, sheet, likely)]
        except (InputFileError, UnknownNameError):
            raise
        except _DAMAGE as error:
            raise InputFileError(f"{file}: the workbook is damaged ({error}). Save it again from Excel.") from None
    return the_sheet(file, read, fits)


def the_sheet(file: str, read: Sequence[SheetCells],
              fits: Callable[[Sequence[Sequence[str]]], bool] | None = None) -> SheetCells:
    """Return the only sheet that holds something, or the only one of those that fits.

    Parameters
    ----------
    file : str
        The workbook.
    read : sequence of SheetCells
        Its sheets, at least one.
    fits : callable, optional
        As for `read_sheet`.

    Returns
    -------
    SheetCells
        An empty one if none holds anything.

    Raises
    ------
    UnknownNameError
        If there is no telling which one is meant.
    """
    filled = [cells for cells in read if cells.records]
    if len(filled) > 1 and fits is not None:
        fitting = [cells for cells in filled if fits(cells.records)]
        filled = fitting or filled
    if len(filled) > 1:
        names = _listed(cells.name for cells in filled)
        raise UnknownNameError(f"{file}: several sheets hold something; pass sheet= with one of: {names}")
    return (filled or list(read))[0]


class _Book:
    """An open workbook: its sheets by name, its shared texts, and which styles show a number as a time."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        root = _targets(archive, "_rels/.rels", "")
        main = next((path for kind, path in root.values() if kind == "officeDocument"), "xl/workbook.xml")
        folder, name = posixpath.split(main)
        targets = _targets(archive, f"{folder}/_rels/{name}.rels", folder)
        self.parts: dict[str, str] = {}
        self.hidden: set[str] = set()
        self.epoch = datetime(1899, 12, 30)  # noqa: DTZ001  (a spreadsheet's dates have no zone)
        _parse(archive, main, lambda tag, attributes: self._note(tag, attributes, targets))
        self.texts = _shared_texts(archive, _part(targets, "sharedStrings"))
        self.times = _time_styles(archive, _part(targets, "styles"))

    def read(self, name: str) -> SheetCells:
        """Return the cells of a sheet."""
        reader = _SheetReader(f"{self.archive.filename}, sheet {name!r}", name, self)
        _parse(self.archive, self.parts[name], reader.start, reader.end, reader.text)
        return reader.cells

    def _note(self, tag: str, attributes: dict[str, str], targets: dict[str, tuple[str, str]]) -> None:
        if tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = datetime(1904, 1, 1)  # noqa: DTZ001
        if tag == "sheet":
            key = next((value for name, value in attributes.items() if name.rpartition(":")[2] == "id"), "")
            kind, path = targets.get(key, ("", ""))
            if kind == "worksheet":
                self.parts[attributes["name"]] = path
                if attributes.get("state", "visible") != "visible":
                    self.hidden.add(attributes["name"])


class _SheetReader:
    """Handlers of the parser: they fill `cells`."""

    def __init__(self, place: str, name: str, book: _Book) -> None:
        self.cells = SheetCells(name)
        self._place = place
        self._texts, self._times, self._epoch = book.texts, book.times, book.epoch
        self._row: list[str] = []
        self._number = 0
        self._column = -1
        self._type = self._style = ""
        self._parts: list[str] = []
        self._collecting = self._formula = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            reference = attributes.get("r")
            self._column = _column_index(reference.rstrip("0123456789")) if reference else self._column + 1
            self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._parts, self._formula = [], False
        elif tag in {"v", "t"}:
            self._collecting = True
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            self._number = int(attributes.get("r", self._number + 1))
            self._row, self._column = [], -1
        elif tag == "rPh":
            self._type = "phonetic"

    def end(self, tag: str) -> None:
        if tag == "c":
            self._end_cell()
        elif tag in {"v", "t"}:
            self._collecting = False
        elif tag == "row" and any(self._row):
            if len(self.cells.records) >= MOST_ROWS:
                raise InputFileError(f"{self._place}: at most {MOST_ROWS:,} rows are read")
            self.cells.numbers.append(self._number)
            self.cells.records.append(self._row)

    def text(self, data: str) -> None:
        if self._collecting and self._type != "phonetic":
            self._parts.append(data)

    def _end_cell(self) -> None:
        raw = "".join(self._parts)
        if not raw:
            if self._formula and self._type != "str" and len(self.cells.uncomputed) < _KEPT_UNCOMPUTED:
                self.cells.uncomputed.append((self._number, self._column))
            return
        value = self._value(raw)
        missing = self._column - len(self._row)
        if missing >= 0:
            if self._column >= MOST_COLUMNS:
                raise InputFileError(f"{self._place}: row {self._number} has a value in column {self._column + 1:,}; "
                                     f"at most {MOST_COLUMNS:,} columns are read")
            self._row += [""] * (missing + 1)
        self._row[self._column] = value

    def _value(self, raw: str) -> str:
        kind = self._type
        if kind == "s":
            return self._texts[int(raw)]
        if kind in {"inlineStr", "str", "phonetic"}:
            return _unescaped(raw)
        if kind == "b":
            return "true" if raw == "1" else "false"
        if kind != "n":
            return raw
        if self._style in self._times:
            return time_text(float(raw), self._epoch)
        # Excel stores 0.1 as 0.10000000000000001; whole numbers keep every digit
        return raw if len(raw) < _EXACT_LETTERS or raw.isdigit() else repr(float(raw)).removesuffix(".0")


def candidates(file: str, names: Sequence[str], hidden: Collection[str], sheet: str | None,
               likely: Sequence[str]) -> list[str]:
    """Return the sheet that is surely meant, or all that may be.

    Parameters
    ----------
    file : str
        The workbook.
    names : sequence of str
        Its sheets.
    hidden : collection of str
        Those of them that are not shown.
    sheet : str, optional
        The sheet asked for.
    likely : sequence of str
        Names to look for.

    Returns
    -------
    list of str
        At least one.

    Raises
    ------
    UnknownNameError
        If there is no such sheet.
    InputFileError
        If there is no sheet at all.
    """
    if sheet is not None and sheet in names:
        return [sheet]
    if sheet is not None:
        raise UnknownNameError(f"{file}: there is no sheet {sheet!r}; there are: {_listed(names)}")
    visible = [name for name in names if name not in hidden] or list(names)
    if not visible:
        raise InputFileError(f"{file}: the workbook has no sheet with cells")
    wanted = {name.casefold() for name in likely}
    named = [name for name in visible if name.strip().casefold() in wanted]
    return named[:1] if len(visible) > 1 and named else visible


def time_text(serial: float, epoch: datetime) -> str:
    """Return clock text of a time, ISO text of a date.

    Parameters
    ----------
    serial : float
        Days from the epoch.
    epoch : datetime
        Day 0 of the workbook.

    Returns
    -------
    str
        Such as ``"06:30"`` or ``"2026-03-04"``.
    """
    seconds = round(serial * DAY_S)
    if 0 <= seconds < _DAYS_READ_AS_CLOCK * DAY_S:
        return format_clock(seconds)
    moment = epoch + timedelta(seconds=seconds)
    return moment.isoformat(sep=" ") if seconds % DAY_S else moment.date().isoformat()


def _time_styles(archive: zipfile.ZipFile, part: str | None) -> frozenset[str]:
    """Return the numbers, as text, of cell styles that show a number as a date or a time."""
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt":
            formats[attributes["numFmtId"]] = attributes.get("formatCode", "")
        elif tag in {"cellXfs", "cellStyleXfs"}:
            inside = tag == "cellXfs"
        elif tag == "xf" and inside:
            styles.append(attributes.get("numFmtId", "0"))

    def shows_time(number: str) -> bool:
        if number not in formats:
            return int(number) in _BUILT_IN_TIME_FORMATS
        return re.search("[ymdhs]", _NOT_A_FIELD.sub("", formats[number]).split(";")[0], re.IGNORECASE) is not None

    if part is not None:
        _parse(archive, part, start)
    return frozenset(str(place) for place, number in enumerate(styles) if shows_time(number))


def _shared_texts(archive: zipfile.ZipFile, part: str | None) -> list[str]:
    """Return the texts that cells share, without the phonetic guides beside them."""
    texts: list[str] = []
    parts: list[str] = []
    collecting = phonetic = False

    def start(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal collecting, phonetic
        if tag == "si":
            parts.clear()
        elif tag == "t":
            collecting = not phonetic
        elif tag == "rPh":
            phonetic = True

    def end(tag: str) -> None:
        nonlocal collecting, phonetic
        if tag == "si":
            texts.append(_unescaped("".join(parts)))
        elif tag == "t":
            collecting = False
        elif tag == "rPh":
            phonetic = False

    if part is not None:
        _parse(archive, part, start, end, lambda data: parts.append(data) if collecting else None)
    return texts


def _targets(archive: zipfile.ZipFile, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """Return kind and path of every part that a part refers to, by its reference id."""
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            path = posixpath.normpath(posixpath.join("/", folder, attributes["Target"]))
            found[attributes["Id"]] = (attributes["Type"].rpartition("/")[2], path.lstrip("/"))

    _parse(archive, part, start)
    return found


def _part(targets: dict[str, tuple[str, str]], wanted: str) -> str | None:
    return next((path for kind, path in targets.values() if kind == wanted), None)


def _parse(archive: zipfile.ZipFile, part: str, start: Callable[[str, dict[str, str]], None],
           end: Callable[[str], None] | None = None, text: Callable[[str], Any] | None = None) -> None:
    """Stream one XML part through handlers; tags lose their namespace prefix, a document type is refused."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.CharacterDataHandler = text

    def first(tag: str, attributes: dict[str, str]) -> None:
        if ":" in tag:  # rare: the writer gave every tag a prefix
            parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(":")[2], attributes)
            parser.EndElementHandler = None if end is None else lambda tag: end(tag.rpartition(":")[2])
        else:
            parser.StartElementHandler, parser.EndElementHandler = start, end
        start(tag.rpartition(":")[2], attributes)

    parser.StartElementHandler = first
    with archive.open(part) as stream:
        parser.ParseFile(stream)


def _refuse_doctype(*_: object) -> NoReturn:
    raise ValueError("it declares a document type, which no workbook does")


@lru_cache(maxsize=4096)
def _column_index(letters: str) -> int:
    """Return 0 for A, 26 for AA."""
    if not re.fullmatch("[A-Z]{1,3}", letters):
        raise ValueError(f"a cell is called {letters!r}")
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _unescaped(text: str) -> str:
    """Return the text with ``_x000D_`` and its like turned back into characters."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
