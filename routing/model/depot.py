"""Depot: where vehicles start, are loaded, and return to."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from gisdata.clock import END_OF_TIME_S
from routing.errors import ProblemError
from routing.model.check import require, settle_id, settle_place, settle_texts
from routing.model.time import TimeWindow


@dataclass(frozen=True, slots=True)
class Depot:
    """A place where routes start and end.

    Parameters
    ----------
    id : str
        Unique among the depots.
    lon, lat : float
        Degrees, WGS 84.
    open, close : int or str
        First departure and last return: seconds from midnight, or text such as ``"06:00"``. Kept as seconds.
    name : str
        For people.

    Raises
    ------
    ProblemError
        If the id is blank, the position impossible, or it closes before it opens.
    """

    id: str
    _: KW_ONLY
    lon: float
    lat: float
    open: int | str = 0
    close: int | str = END_OF_TIME_S
    name: str = ""

    def __post_init__(self) -> None:
        faults = [*settle_id(self), *settle_place(self), *settle_texts(self, "name")]
        try:
            hours = TimeWindow.between(self.open, self.close)
        except ProblemError as error:
            faults.append(f"opening hours: {error}")
        else:
            object.__setattr__(self, "open", hours.begin_s)
            object.__setattr__(self, "close", hours.end_s)
        require("depot", self.id, faults)

    @property
    def hours(self) -> TimeWindow:
        """When routes may start and end."""
        return TimeWindow.between(self.open, self.close)
