"""What a batch comes back with: a record for each problem, as a table, in words, and the plans behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from routing.batch.store import store_at
from routing.batch.summary import headline, summary_table
from routing.errors import ProblemError

if TYPE_CHECKING:
    import pandas as pd

    from routing.batch.record import Record
    from routing.plan import Plan


@dataclass(frozen=True, eq=False, repr=False)
class Batch:
    """What became of the problems of a batch.

    Parameters
    ----------
    place : str
        Folder or address with the results.
    records : tuple of Record
        One a problem, in the order of the batch.
    skipped : int
        How many of them had been planned before.
    interrupted : bool
        Whether somebody ended it before its end.
    notes : tuple of str
        What the reader must know.
    """

    place: str
    records: tuple[Record, ...]
    skipped: int = 0
    interrupted: bool = False
    notes: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """The summary: a row a problem, with its status, reason and figures."""
        return summary_table(self.records)

    @property
    def planned(self) -> int:
        """How many problems have a plan."""
        return sum(record.planned for record in self.records)

    def plan(self, name: str) -> Plan:
        """Return the plan of a problem.

        Parameters
        ----------
        name : str
            Of the problem.

        Returns
        -------
        Plan
            As it was saved.

        Raises
        ------
        ProblemError
            If there is no such problem, or it was not planned; the message says why.
        """
        record = next((record for record in self.records if record.name == name), None)
        if record is None or not record.planned:
            why = "there is no such problem" if record is None else f"{record.status}, {record.reason}"
            raise ProblemError(f"{name!r} has no plan: {why}")
        from routing.batch.inputs import plan_at

        return plan_at(store_at(self.place), record.plan)

    def summary(self) -> str:
        """Return a few lines: how many were planned, and what kept the others.

        Returns
        -------
        str
            Text.
        """
        lines = [headline(self.records)]
        lines += [f"{record.name or '(no name)'}: {record.status}: {record.reason}" for record in self.records
                  if not record.planned]
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    def __repr__(self) -> str:
        """Return one line."""
        return f"<Batch in {self.place}: {headline(self.records)}>"
