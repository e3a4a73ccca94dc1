"""Errors of gisdata: one root, and every leaf is also a builtin error. Faults are gathered first and raised once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHOWN_FAULTS = 5


class GisDataError(Exception):
    """Root of every error that gisdata raises on purpose."""


class InputFileError(GisDataError, OSError):
    """A file cannot be opened, is damaged, or is not what its name says."""


class TableError(GisDataError, ValueError):
    """A table has faults; `faults` lists every one of them.

    Parameters
    ----------
    faults : sequence of Fault
        All faults found, in file order.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(describe_faults(self.faults))


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


class DownloadError(GisDataError, ConnectionError):
    """Roads could not be downloaded; what was cached before is untouched."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one place of an input, with the remedy.

    `row` counts as the file does for its reader: the header of a sheet is row 1, so its first record is row 2.
    """

    file: str
    reason: str
    remedy: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        """Return one line: where, what, why, and what to do."""
        place = [self.file]
        if self.sheet:
            place.append(f"sheet {self.sheet!r}")
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column:
            place.append(f"column {self.column!r}")
        value = f" (value {_shortened(self.value)})" if self.value else ""
        remedy = f". {self.remedy}" if self.remedy else ""
        return f"{', '.join(place)}: {self.reason}{value}{remedy}"


def describe_faults(faults: Iterable[Fault], shown: int = SHOWN_FAULTS) -> str:
    """Return a message with the first faults, one a line, and a count of the rest.

    Parameters
    ----------
    faults : iterable of Fault
        All faults.
    shown : int
        How many to spell out.

    Returns
    -------
    str
        Several lines; the first says how many faults there are.
    """
    listed = list(faults)
    count = "1 fault" if len(listed) == 1 else f"{len(listed)} faults"
    lines = [f"{count} in the input:", *(f"  {fault}" for fault in listed[:shown])]
    if len(listed) > shown:
        lines.append(f"  ... and {len(listed) - shown} more")
    return "\n".join(lines)


def _shortened(value: str, limit: int = 60) -> str:
    """Return the value quoted, control characters made visible, cut to `limit` characters."""
    return repr(value if len(value) <= limit else value[: limit - 1] + "…")
