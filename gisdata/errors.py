"""Errors of gisdata: one root, and every leaf is also a builtin error. Faults are gathered first and raised once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

SHOWN_FAULTS = 5


class GisDataError(Exception):
    """Root of every error that gisdata raises on purpose."""


class InputFileError(GisDataError, OSError):
    """A file cannot be opened, is damaged, or is not what its name says."""


class TableError(GisDataError, ValueError):
    """A table has faults; `faults` lists them, and `count` says how many there are in all.

    Parameters
    ----------
    faults : sequence of Fault
        Faults found, in file order. Of one kind in one column, a reader may list only the first hundred or so.
    counts : mapping of str to int, optional
        Number of faults by column, those not listed included. By default every fault is listed.

    Attributes
    ----------
    count : int
        Number of faults, those not listed included.
    """

    def __init__(self, faults: Sequence[Fault], counts: Mapping[str, int] | None = None) -> None:
        self.faults = tuple(faults)
        self.count = max(len(self.faults), sum((counts or {}).values()))
        super().__init__(describe_faults(self.faults, counts=counts))


class MissingColumnError(TableError):
    """A table lacks a column that its schema requires."""


class CrsError(GisDataError, ValueError):
    """Coordinates lack a reference system, or mix two of them."""


class RoadNetworkError(GisDataError, ValueError):
    """A road network cannot be built, or cannot answer the question."""


class PlacesOffRoadError(RoadNetworkError):
    """Places lie further from any usable road than the limit allows."""


class TooLargeError(GisDataError, MemoryError):
    """A result would not fit in memory; nothing was allocated."""


class UnknownNameError(GisDataError, LookupError):
    """A sample, profile or column of that name does not exist."""


class MapError(GisDataError, ValueError):
    """There is nothing to draw, or a map would need something from outside its own file."""


class DownloadError(GisDataError, ConnectionError):
    """Roads could not be downloaded; what was cached before is untouched."""


class GeocoderError(GisDataError, ConnectionError):
    """A geocoder cannot be asked: no key, no connection, refused, or the quota is spent. It says nothing of places."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one place of an input, with the remedy.

    Parameters
    ----------
    file : str
        Which input.
    reason : str
        What is wrong.
    remedy : str
        What to do.
    sheet : str
        Sheet or layer of the file.
    row : int or str, optional
        As the file counts for its reader: the header of a sheet is row 1, so its first record is row 2. In a frame it
        is the label of the index.
    column : str
        Header of the column.
    value : str
        What stands in the cell.
    """

    file: str
    reason: str
    remedy: str = ""
    sheet: str = ""
    row: int | str | None = None
    column: str = ""
    value: str = ""

    SHEET_WORD: ClassVar[str] = "sheet"
    ROW_WORD: ClassVar[str] = "row"

    def __str__(self) -> str:
        """Return one line: where, what, why, and what to do."""
        place = [self.file]
        if self.sheet:
            place.append(f"{self.SHEET_WORD} {self.sheet!r}")
        if self.row is not None:
            place.append(f"{self.ROW_WORD} {self.row!r}")
        if self.column:
            place.append(f"column {self.column!r}")
        value = f" (value {_shortened(self.value)})" if self.value else ""
        remedy = f". {self.remedy}" if self.remedy else ""
        return f"{', '.join(place)}: {self.reason}{value}{remedy}"


def describe_faults(
    faults: Iterable[Fault],
    shown: int = SHOWN_FAULTS,
    counts: Mapping[str, int] | None = None,
) -> str:
    """Return a message with the first faults, one a line, and a count of the rest.

    Parameters
    ----------
    faults : iterable of Fault
        Faults to describe.
    shown : int
        How many to spell out.
    counts : mapping of str to int, optional
        Number of faults by column, where there are more than are listed.

    Returns
    -------
    str
        Several lines; the first says how many faults there are.
    """
    listed = list(faults)
    by_column = dict(counts or {})
    total = max(len(listed), sum(by_column.values()))
    lines = ["1 fault in the input:" if total == 1 else f"{total:,} faults in the input:"]
    lines += [f"  {fault}" for fault in listed[:shown]]
    unshown = total - min(shown, len(listed))
    if unshown:
        columns = "; ".join(f"{column} {count:,}" for column, count in by_column.items() if column)
        lines.append(f"  ... and {unshown:,} more" + (f" (by column: {columns})" if columns else ""))
    return "\n".join(lines)


def _shortened(value: str, limit: int = 60) -> str:
    """Return the value quoted, control characters made visible, cut to `limit` characters."""
    return repr(value if len(value) <= limit else value[: limit - 1] + "…")
