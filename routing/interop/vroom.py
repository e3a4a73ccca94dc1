"""Read a VROOM problem (JSON). What our model cannot say is refused, or left out with a notice: nothing in silence.

Vehicles are types of which there is one. Seconds and metres, as in VROOM; matrices are used as they stand.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gisdata.clock import DAY_S, END_OF_TIME_S
from routing.errors import ProblemError, UnsupportedRuleError
from routing.interop.vroom_json import UNREACHABLE_S, midnight_s, read_json
from routing.model import (
    ALWAYS,
    UNREACHABLE,
    Break,
    Depot,
    Order,
    Problem,
    Shipment,
    Tariff,
    TimeWindow,
    TravelMatrix,
    VehicleType,
)

if TYPE_CHECKING:
    from gisdata.network import RoadNetwork

DEFAULT_PROFILE = "car"
DEFAULT_PER_HOUR = 3600
MOST_LISTED = 10

Record = Mapping[str, Any]


class VroomProblem(NamedTuple):
    """A problem read from VROOM's JSON.

    Parameters
    ----------
    problem : Problem
        To solve and to judge by.
    notices : tuple of str
        What it says otherwise than the file, one sentence each.
    """

    problem: Problem
    notices: tuple[str, ...]


class _Place(NamedTuple):
    row: int | None
    lon: float
    lat: float

    @property
    def key(self) -> object:
        """What makes two places the same: the row of the matrix, else the coordinates."""
        return (self.lon, self.lat) if self.row is None else self.row


@dataclass
class _Reading:
    """What is found on the way."""

    origin_s: int = 0
    notices: dict[str, list[str]] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=dict)

    def note(self, words: str, who: str = "") -> None:
        self.notices.setdefault(words, []).append(who)

    def refuse(self, words: str, who: str) -> None:
        self.refused.setdefault(words, []).append(who)


def read_vroom(source: str | os.PathLike[str] | Record, *, strict: bool = True, roads: RoadNetwork | None = None,
               ) -> VroomProblem:
    """Read a problem from VROOM's JSON.

    Jobs become orders with the job's number as id, shipments two orders called ``pickup <id>`` and ``delivery <id>``,
    vehicles types of which there is one. Skills become texts, amounts the dimensions ``amount 1``, ``amount 2`` and so
    on, priorities penalties. Times that are timestamps are counted from their midnight, UTC.

    Parameters
    ----------
    source : path-like or mapping
        A file, or what one holds.
    strict : bool
        Whether to refuse what the model cannot say: breaks with several windows or a largest load, routes that begin
        anywhere, limits on time of travel, speed factors, matrices of costs. Otherwise it is left out, and a notice
        says so.
    roads : RoadNetwork, optional
        To measure travel on where the file has no matrices.

    Returns
    -------
    VroomProblem
        The problem, and notices of all that it says otherwise.

    Raises
    ------
    UnsupportedRuleError
        If `strict`, with everything that the model cannot say.
    ProblemError
        If the file contradicts itself, or has no matrices and no roads are given.
    InputFileError
        If it is no JSON, or no problem of VROOM.
    """
    data = read_json(source, "vehicles")
    reading = _Reading()
    try:
        reading.origin_s = midnight_s(_earliest(data))
        problem = _problem(data, reading, roads)
    except (KeyError, TypeError, IndexError, ValueError, AttributeError) as error:
        if isinstance(error, ProblemError):
            raise
        raise ProblemError(f"the VROOM problem cannot be read: {error!r}") from None
    if strict and reading.refused:
        raise UnsupportedRuleError("the VROOM problem asks for what cannot be planned yet: "
                                   + "; ".join(_sentences(reading.refused)) + ". Pass strict=False to leave it out.")
    return VroomProblem(problem, (*_sentences(reading.refused), *_sentences(reading.notices)))


def _problem(data: Record, reading: _Reading, roads: RoadNetwork | None) -> Problem:
    vehicles = [dict(vehicle) for vehicle in data["vehicles"]]
    starts, lasts = zip(*(_ends(vehicle, reading) for vehicle in vehicles), strict=True)
    stands = {place.key: place for place in sorted((place for place in (*starts, *lasts) if place),
                                                   key=lambda place: not place.lon == 0 == place.lat)}
    stands = {place.key: stands[place.key] for place in (*starts, *lasts) if place}
    depots = {key: Depot(_place_id(place), lon=place.lon, lat=place.lat) for key, place in stands.items()}
    tasks = [(str(job["id"]), job) for job in data.get("jobs", ())]
    shipped = [_steps(shipment) for shipment in data.get("shipments", ())]
    tasks += [step for steps in shipped for step in steps]
    shipments = tuple(Shipment(str(first["id"]), pickup=pickup, delivery=delivery)
                      for (pickup, first), (delivery, _) in shipped)
    places = [_place(task, "location") for _, task in tasks]
    penalty = _penalties([task.get("priority", 0) for _, task in tasks], reading)
    types = {str(vehicle["id"]): vehicle.get("type", "") for vehicle in vehicles}
    orders = [_order(name, task, place, penalty[task.get("priority", 0)], types, reading)
              for (name, task), place in zip(tasks, places, strict=True)]
    fleet = [_vehicle(vehicle, depots[start.key].id, "" if last is None else depots[last.key].id, reading)
             for vehicle, start, last in zip(vehicles, starts, lasts, strict=True)]
    if any(kind.tariff.per_hour for kind in fleet):
        reading.note("VROOM prices hours of driving only, here hours count from departure to return; "
                     "routing.interop.vroom_cost gives VROOM's figure of a plan")
    rows = [*stands.values(), *places]
    labels = (*(f"depot {depot.id}" for depot in depots.values()), *(f"order {order.id}" for order in orders))
    matrices = [_matrix(data, profile, rows, labels, roads, reading)
                for profile in dict.fromkeys(kind.profile for kind in fleet)]
    if any(place.lon == 0 == place.lat for place in rows):
        reading.note("places without coordinates stand at longitude 0, latitude 0")
    problem = Problem(tuple(orders), tuple(depots.values()), tuple(fleet), tuple(matrices), shipments=shipments)
    if not reading.origin_s:
        return problem
    return dataclasses.replace(problem, day=dt.date(1970, 1, 1) + dt.timedelta(days=reading.origin_s // DAY_S))


def _order(name: str, task: Record, place: _Place, penalty: float | None, types: Mapping[str, str],
           reading: _Reading) -> Order:
    if task.get("setup") or task.get("setup_per_type"):
        reading.note("setup time is added to the service of every visit; VROOM leaves it out between visits to one "
                     "place", name)
    brought, taken = task.get("delivery", task.get("amount", ())), task.get("pickup", ())
    both = any(brought) and any(taken)
    if both:
        reading.note("goods that a job picks up are counted as if they were on board all the way, like those it "
                     "delivers: what this allows is right, but it may refuse more than VROOM does", name)
    load: dict[str, float] = {}
    for amounts in (brought, taken):
        for i, amount in enumerate(amounts, start=1):
            load[f"amount {i}"] = load.get(f"amount {i}", 0) + amount
    service_s = task.get("setup", 0) + task.get("service", 0)
    by_type = {vehicle: _service_s(task, kind) for vehicle, kind in types.items()}
    kind = task.get("kind", "pickup" if any(taken) and not both else "delivery")
    return Order(name, lon=place.lon, lat=place.lat, kind=kind, demand=load,
                 windows=tuple(_window(window, reading) for window in task.get("time_windows") or ()),
                 service_s=service_s, service_by_type={v: s for v, s in by_type.items() if s != service_s},
                 skills=_skills(task), penalty=penalty if task.get("penalised", True) or penalty is None else 0.0,
                 name=task.get("description", ""))


def _service_s(task: Record, kind: str) -> int:
    """Return how long a task takes with a vehicle of VROOM's type."""
    by_type: list[Record] = [task.get(f"{name}_per_type") or {} for name in ("setup", "service")]
    setup_s, service_s = (int(times.get(kind, task.get(name, 0)))
                          for times, name in zip(by_type, ("setup", "service"), strict=True))
    return setup_s + service_s


def _vehicle(vehicle: Record, depot: str, end: str, reading: _Reading) -> VehicleType:
    name, costs = str(vehicle["id"]), vehicle.get("costs", {})
    if vehicle.get("steps"):
        reading.note("steps given to start from are left out", f"vehicle {name}")
    if vehicle.get("max_travel_time") is not None:
        reading.refuse("max_travel_time (left out)", f"vehicle {name}")
    if vehicle.get("speed_factor", 1) != 1:
        reading.refuse("speed_factor (left out)", f"vehicle {name}")
    if costs.get("per_task_hour", 0) not in (0, costs.get("per_hour", DEFAULT_PER_HOUR)):
        reading.refuse("costs per_task_hour (hours of service cost what other hours cost)", f"vehicle {name}")
    capacity = {f"amount {i}": amount for i, amount in enumerate(vehicle.get("capacity", ()), start=1)}
    farthest_m = vehicle.get("max_distance")
    tariff = Tariff(fixed=costs.get("fixed", 0), per_hour=costs.get("per_hour", DEFAULT_PER_HOUR),
                    per_km=costs.get("per_km", 0))
    return VehicleType(name, capacity=capacity, profile=vehicle.get("profile", DEFAULT_PROFILE), depot=depot,
                       end_depot=end if end != depot else "", returns=bool(end), max_stops=vehicle.get("max_tasks"),
                       max_distance_m=math.inf if farthest_m is None else farthest_m,
                       shift=_window(vehicle.get("time_window"), reading), skills=_skills(vehicle), tariff=tariff,
                       breaks=_breaks(vehicle, reading))


def _breaks(vehicle: Record, reading: _Reading) -> tuple[Break, ...]:
    """Return the breaks of a vehicle, but for those that our model cannot say."""
    breaks = []
    for pause in vehicle.get("breaks", ()):
        windows = pause.get("time_windows") or [None]
        if len(windows) > 1 or pause.get("max_load") or not pause.get("service"):
            reading.refuse("breaks with several windows, a largest load or no length (left out)",
                           f"vehicle {vehicle['id']}")
            continue
        breaks.append(Break(_window(windows[0], reading), int(pause["service"]), name=pause.get("description", "")))
    return tuple(breaks)


def _ends(vehicle: Record, reading: _Reading) -> tuple[_Place, _Place | None]:
    """Return where a vehicle starts and ends; None if it does not return."""
    start, end = (_place(vehicle, name) if f"{name}_index" in vehicle or name in vehicle else None
                  for name in ("start", "end"))
    if start is None and end is None:
        raise ProblemError(f"VROOM vehicle {vehicle['id']} has neither start nor end")
    if start is None:
        reading.refuse("a route that begins anywhere (it is made to start where it ends)", f"vehicle {vehicle['id']}")
    return start or end, end  # type: ignore[return-value]  # one of them is there


def _steps(shipment: Record) -> tuple[tuple[str, Record], tuple[str, Record]]:
    """Return the two orders of a shipment as if they were jobs; what leaving it out costs stands at the pickup."""
    shared = {key: shipment[key] for key in ("skills", "priority") if key in shipment}
    kept = ({key: value for key, value in shipment[kind].items() if key not in ("delivery", "pickup")}
            for kind in ("pickup", "delivery"))
    pickup, delivery = ({**step, **shared, "amount": shipment.get("amount", ()), "kind": kind}
                        for step, kind in zip(kept, ("pickup", "delivery"), strict=True))
    return ((f"pickup {pickup['id']}", pickup), (f"delivery {delivery['id']}", {**delivery, "penalised": False}))


def _penalties(priorities: Sequence[int], reading: _Reading) -> dict[int, float | None]:
    """Return the penalty for each priority; none where all are alike: then all must be served."""
    levels = sorted(set(priorities))
    if len(levels) <= 1:
        return dict.fromkeys(levels)
    reading.note("priorities are kept as penalties of 1,000,000,000 for the lowest, and as much again for each step "
                 "above it, so that orders come before cost")
    return {level: 1e9 * (1 + level - levels[0]) for level in levels}


def _matrix(data: Record, profile: str, rows: Sequence[_Place], labels: tuple[str, ...], roads: RoadNetwork | None,
            reading: _Reading) -> TravelMatrix:
    given = dict(data.get("matrices", {})).get(profile)
    if given is None and "matrix" in data and profile == DEFAULT_PROFILE:
        given = {"durations": data["matrix"]}
    if given is None:
        return _measured(profile, rows, labels, roads)
    if "costs" in given:
        reading.refuse("a matrix of costs (left out: the tariff alone counts)", f"profile {profile}")
    if any(place.row is None for place in rows):
        raise ProblemError("the VROOM problem has matrices, but not every place has its location_index")
    index = np.array([place.row for place in rows])
    durations = np.asarray(given["durations"], dtype=np.int64)[np.ix_(index, index)]
    if "distances" in given:
        distances = np.asarray(given["distances"], dtype=np.int64)[np.ix_(index, index)]
    else:
        distances = np.zeros_like(durations)
        reading.note("there are no distances: every route is said to be 0 km", f"profile {profile}")
    closed = durations >= UNREACHABLE_S
    return TravelMatrix(profile, labels, np.where(closed, UNREACHABLE, durations),
                        np.where(closed, UNREACHABLE, distances))


def _measured(profile: str, rows: Sequence[_Place], labels: tuple[str, ...], roads: RoadNetwork | None) -> TravelMatrix:
    if roads is None:
        raise ProblemError(f"the VROOM problem has no matrix for profile {profile!r}; pass roads= to measure travel")
    import pandas as pd

    from routing.travel import travel_matrix

    places = pd.DataFrame({"id": labels, "lon": [p.lon for p in rows], "lat": [p.lat for p in rows]})
    found = travel_matrix(roads, places, profile)
    return TravelMatrix(profile, labels, found.duration_s, found.distance_m)


def _place(record: Record, name: str) -> _Place:
    lon, lat = record.get(name) or (0.0, 0.0)
    return _Place(record.get(f"{name}_index"), float(lon), float(lat))


def _place_id(place: _Place) -> str:
    return f"{place.lon:g},{place.lat:g}" if place.row is None else str(place.row)


def _window(given: Sequence[int] | None, reading: _Reading) -> TimeWindow:
    if given is None:
        return ALWAYS
    begin_s, end_s = (int(moment) - reading.origin_s for moment in given)
    return TimeWindow(begin_s, min(end_s, END_OF_TIME_S))


def _skills(record: Record) -> frozenset[str]:
    return frozenset(str(skill) for skill in record.get("skills", ()))


def _earliest(data: Record) -> int:
    """Return the earliest time that is named; 0 if none is."""
    windows = [vehicle["time_window"] for vehicle in data["vehicles"] if vehicle.get("time_window")]
    shipped = (shipment[step] for shipment in data.get("shipments", ()) for step in ("pickup", "delivery"))
    for task in (*data.get("jobs", ()), *shipped):
        windows += task.get("time_windows", ())
    for vehicle in data["vehicles"]:
        windows += [window for pause in vehicle.get("breaks", ()) for window in pause.get("time_windows", ())]
    return int(min((window[0] for window in windows), default=0))


def _sentences(told: Mapping[str, Sequence[str]]) -> list[str]:
    lines = []
    for words, names in told.items():
        listed = [name for name in names if name]
        more = f" and {len(listed) - MOST_LISTED} more" if len(listed) > MOST_LISTED else ""
        lines.append(f"{words}: {', '.join(listed[:MOST_LISTED])}{more}" if listed else words)
    return lines
