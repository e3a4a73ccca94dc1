"""Gather faults of one table and raise once.

Memory stays bounded: of each kind of fault in a column the first hundred are kept; all are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from gisdata.errors import Fault, MissingColumnError, TableError

KEPT_OF_A_KIND = 100
_SHOWN_LETTERS = 200
WHOLE_TABLE = -1


class FaultLog:
    """Faults of one table, in the order found; `fail` puts them into file order and raises."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._kept: list[tuple[int, str, str, str, str]] = []
        self._kinds: Counter[tuple[str, str]] = Counter()
        self._lacks_column = False

    def has_room(self, kind: str, column: str) -> bool:
        """Return whether another fault of this kind would be kept, so that its words are worth finding."""
        return self._kinds[column, kind] < KEPT_OF_A_KIND

    def add(self, kind: str, reason: str, remedy: str = "", *, at: int = WHOLE_TABLE, column: str = "",
            value: object = "") -> None:
        """Count a fault, and keep it unless enough of its kind are kept.

        Parameters
        ----------
        kind : str
            Faults of one kind in one column are kept up to a hundred.
        reason, remedy : str
            What is wrong, and what to do.
        at : int
            Position of the record, from 0; `WHOLE_TABLE` for a fault of the header.
        column : str
            Header of the column.
        value : object
            Content of the cell.
        """
        self.counts[column] += 1
        self._kinds[column, kind] += 1
        if self._kinds[column, kind] <= KEPT_OF_A_KIND:
            self._kept.append((at, column, reason, remedy, str(value)[:_SHOWN_LETTERS]))

    def add_missing(self, column: str, reason: str, remedy: str) -> None:
        """Add that a required column is missing; the error raised will be a `MissingColumnError`."""
        self._lacks_column = True
        self.add("missing", reason, remedy, column=column)

    def fail(self, file: str, sheet: str, rows: Sequence[int | str], header_row: int | None,
             column_order: Sequence[str], names: Mapping[str, str] | None = None) -> None:
        """Raise all faults as one error, in file order; do nothing if there is none.

        Parameters
        ----------
        file, sheet : str
            Where the table comes from.
        rows : sequence of int or str
            What the reader of the file calls each record.
        header_row : int, optional
            What the reader of the file calls the header.
        column_order : sequence of str
            Order of the columns, for faults of one record.
        names : mapping of str to str, optional
            What the file calls a column that has another header here.

        Raises
        ------
        TableError
            If there is any fault; `MissingColumnError` if a required column is missing.
        """
        if not self._kept:
            return
        called = names or {}
        counts: Counter[str] = Counter()
        for column, count in self.counts.items():
            counts[called.get(column, column)] += count
        rank = {name: place for place, name in enumerate(column_order)}
        ordered = sorted(self._kept, key=lambda kept: (kept[0], rank.get(kept[1], len(rank))))
        faults = [
            Fault(file, reason, remedy, sheet, header_row if at == WHOLE_TABLE else rows[at],
                  called.get(column, column), value)
            for at, column, reason, remedy, value in ordered
        ]
        error = MissingColumnError if self._lacks_column else TableError
        raise error(faults, counts=counts)
