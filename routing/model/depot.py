"""Depot: where vehicles start, are loaded, and return to."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from gisdata.clock import END_OF_TIME_S
from routing.model.check import id_faults, place_faults, require
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
        require("depot", self.id, [*id_faults(self.id), *place_faults(self.lon, self.lat)])
        hours = TimeWindow.between(self.open, self.close)
        object.__setattr__(self, "open", hours.begin_s)
        object.__setattr__(self, "close", hours.end_s)

    @property
    def hours(self) -> TimeWindow:
        """When routes may start and end."""
        return TimeWindow.between(self.open, self.close)
