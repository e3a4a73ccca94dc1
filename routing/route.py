"""Visit, Route, UnservedOrder, PlanGeometry: the parts of a plan. How they were found or checked is not known here.

Distances are metres, durations and clock times are seconds from midnight of the plan day; times above 86,400 lie on
the days after. A plan is a claim: values that are not what they should be are kept, and `routing.check` reports them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from routing.model.check import LATER, settle_amounts, settle_texts, settle_times

if TYPE_CHECKING:
    from shapely import LineString

    from gisdata.network import RoadNetwork

Reason = Literal[
    "no_road", "too_big", "skill", "closed_window", "shift_too_short", "too_far", "no_vehicle", "not_worth_it",
    "not_found",
]


@dataclass(frozen=True, slots=True)
class Visit:
    """One stop: a vehicle serves one order.

    Parameters
    ----------
    order : str
        Id of the order.
    arrival_s : int
        When the vehicle arrives; seconds from midnight of the plan day, as are the others.
    begin_s : int
        When service begins; the vehicle waits from `arrival_s` to then.
    end_s : int
        When service ends and the vehicle leaves.
    """

    order: str
    arrival_s: int
    begin_s: int
    end_s: int

    def __post_init__(self) -> None:
        settle_texts(self, "order")
        settle_times(self, "arrival_s", "begin_s", "end_s")


@dataclass(frozen=True, slots=True)
class Pause:
    """A break that the driver of a route takes.

    Parameters
    ----------
    begin_s, end_s : int
        Seconds from midnight of the plan day. It may interrupt a drive or fill a wait, not a service.
    """

    begin_s: int
    end_s: int

    def __post_init__(self) -> None:
        settle_times(self, "begin_s", "end_s")


@dataclass(frozen=True, slots=True)
class Route:
    """What one vehicle does in a day.

    Parameters
    ----------
    vehicle : str
        Such as ``van#2``: the second vehicle of type ``van``.
    vehicle_type : str
        Id of its type.
    depot : str
        Id of the depot where it starts.
    visits : tuple of Visit
        In order; never empty.
    begin_s, end_s : int
        Departure from the depot and return to one; the end of the last service if the type does not return.
    distance_m : int
        Driven in all.
    cost : float
        By the tariff of the type.
    end_depot : str
        Id of the depot where it ends. Empty: where it starts, or nowhere if the type does not return.
    pauses : tuple of Pause
        Breaks taken between departure and return, in order.
    """

    vehicle: str
    vehicle_type: str
    depot: str
    visits: tuple[Visit, ...]
    begin_s: int
    end_s: int
    distance_m: int
    cost: float
    end_depot: str = ""
    pauses: tuple[Pause, ...] = field(default=(), metadata=LATER)

    def __post_init__(self) -> None:
        settle_texts(self, "vehicle", "vehicle_type", "depot", "end_depot")
        settle_times(self, "begin_s", "end_s", "distance_m")
        settle_amounts(self, "cost", negative=True)
        for name in ("visits", "pauses"):
            if isinstance(getattr(self, name), list):
                object.__setattr__(self, name, tuple(getattr(self, name)))

    @property
    def orders(self) -> tuple[str, ...]:
        """Ids of the orders in the order they are visited."""
        return tuple(visit.order for visit in self.visits)

    @property
    def duration_s(self) -> int:
        """Seconds from departure to return, or to the end of the last service."""
        return self.end_s - self.begin_s


@dataclass(frozen=True, slots=True)
class UnservedOrder:
    """An order that no route serves, and why.

    Parameters
    ----------
    order : str
        Id of the order.
    reason : str
        Code: ``no_road``, ``too_big``, ``skill``, ``closed_window``, ``shift_too_short``, ``too_far``, ``no_vehicle``
        (each a proof: no vehicle could serve it even alone), ``not_worth_it`` (its penalty costs less), ``not_found``.
    detail : str
        One sentence with the figures.
    """

    order: str
    reason: Reason
    detail: str = ""

    def __post_init__(self) -> None:
        settle_texts(self, "order", "reason", "detail")


@dataclass(frozen=True, eq=False)
class PlanGeometry:
    """Where the routes of a plan run.

    Parameters
    ----------
    legs : tuple of tuple of LineString
        For each route, in order, one line a leg: depot to first visit, visit to visit, last visit to depot if it
        returns. WGS 84.
    roads : RoadNetwork
        The roads around, clipped to the plan.
    """

    legs: tuple[tuple[LineString, ...], ...]
    roads: RoadNetwork

    def __post_init__(self) -> None:
        object.__setattr__(self, "legs", tuple(tuple(lines) for lines in self.legs))
