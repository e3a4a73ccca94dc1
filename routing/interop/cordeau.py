"""Read instances in the text form of Cordeau: one or several depots, with or without time windows.

One unit of the file is `Rounding.scale` metres and seconds; costs of plans are in units of the file.

References
----------
Cordeau, Gendreau and Laporte (1997), "A tabu search heuristic for periodic and multi-depot vehicle routing problems",
Networks 30(2), 105-119. Cordeau, Laporte and Mercier (2001), "A unified tabu search heuristic for vehicle routing
problems with time windows", Journal of the Operational Research Society 52(8), 928-936.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence

import numpy as np

from routing.errors import UnsupportedRuleError
from routing.interop.instance_text import InstanceText, Line
from routing.interop.planar import (
    AMOUNT,
    PROFILE,
    Place,
    Rounding,
    nouns_of,
    planar_lengths,
    rounding_named,
    travel_of,
)
from routing.model import Depot, Problem, Tariff, VehicleType

KINDS = {0: "VRP", 1: "PVRP", 2: "MDVRP", 3: "SDVRP", 4: "VRPTW", 5: "PVRPTW", 6: "MDVRPTW", 7: "SDVRPTW"}
REFUSED = {1: "periodic", 3: "site-dependent", 5: "periodic", 7: "site-dependent"}
HEAD = ("type", "vehicles", "customers", "depots")
COLUMNS = ("number", "x", "y", "service time", "demand")


def read_cordeau(path: str | os.PathLike[str], *, rounding: str = "nearest_3_decimals") -> Problem:
    """Read an instance of Cordeau: MDVRP, MDVRPTW, or one depot.

    Parameters
    ----------
    path : path-like
        The file: type, vehicles a depot, customers and depots; longest duration and capacity for each depot (0: no
        limit); a line for each customer; a line for each depot.
    rounding : str
        How distances and times become whole numbers, see `read_vrplib`. Best known costs are of real distances.

    Returns
    -------
    Problem
        Orders and depots are called by their number in the file. Vehicles of a depot are one type. Places lie around
        longitude 0, latitude 0 in the shape that the coordinates have; they are no real places.

    Raises
    ------
    InputFileError
        With every fault of the file: line, section, value, reason and remedy.
    UnsupportedRuleError
        If the instance is periodic or site-dependent.
    UnknownNameError
        If there is no such rounding.
    """
    text, how = InstanceText.opened(path), rounding_named(rounding)
    return text.made(lambda: _problem(text, how))


def _problem(text: InstanceText, how: Rounding) -> Problem:
    lines = list(text.lines())
    kind, vehicles, customers, homes = _head(text, lines)
    limits = [text.numbers(line, ("longest duration", "capacity"), section="depots", least=0) or [0.0, 0.0]
              for line in lines[1:1 + homes]]
    rows = lines[1 + homes:]
    if len(rows) != customers + homes:
        text.fault(f"has {len(rows)} lines of customers and depots; the first line says {customers} and {homes}",
                   "Correct the first line, or add what is missing.", line=lines[0].number, section="head")
    text.fail()
    places, spots = _places(text, rows, customers, has_windows=kind >= 4)
    text.fail()
    places, spots = [*places[customers:], *places[:customers]], np.roll(spots, homes, axis=0)
    depots, orders = nouns_of(places, homes, spots, how, text)
    fleet = tuple(_vehicle(depot, vehicles, longest, capacity, how)
                  for depot, (longest, capacity) in zip(depots, limits, strict=True))
    timed = kind >= 4 or any(longest for longest, _ in limits)
    travel = travel_of(depots, orders, planar_lengths(spots, "EUC_2D", how), timed=timed)
    return Problem(orders, depots, fleet, (travel,))


def _head(text: InstanceText, lines: Sequence[Line]) -> tuple[int, int, int, int]:
    """Return type, vehicles a depot, customers and depots."""
    if not lines:
        text.fault("is empty", "Take another file.")
    numbers = text.numbers(lines[0], HEAD, section="head", least=0, whole=HEAD) if lines else None
    kind, vehicles, customers, homes = (int(number) for number in numbers or (0, 0, 0, 0))
    if kind not in KINDS:
        text.fault("is no type of problem", f"Write one of {', '.join(f'{i} ({name})' for i, name in KINDS.items())}.",
                   line=lines[0].number, section="head", column="type", value=str(kind))
    text.fail()
    if kind in REFUSED:
        raise UnsupportedRuleError(f"{text.path}: {KINDS[kind]} ({REFUSED[kind]}) cannot be planned from this format")
    if not vehicles or not homes:
        text.fault("there must be a vehicle and a depot", "Correct the first line.", line=lines[0].number,
                   section="head")
    text.fail()
    return kind, vehicles, customers, homes


def _places(text: InstanceText, rows: Sequence[Line], customers: int, *, has_windows: bool,
            ) -> tuple[list[Place], np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    """Return customers, then depots, and their coordinates. Windows come last, after what does not count."""
    places, spots, seen = [], [], set()
    for i, line in enumerate(rows):
        section = "customers" if i < customers else "depots"
        if len(line.words) < len(COLUMNS) + 2 * has_windows:
            text.fault(f"has {len(line.words)} values, too few for {', '.join(COLUMNS)}"
                       f"{' and a window at its end' if has_windows else ''}", "Add what is missing.",
                       line=line.number, section=section, value=" ".join(line.words))
            continue
        found = text.numbers(Line(line.number, line.words[:5]), COLUMNS, section=section, whole=("number",))
        number, x, y, service, load = found or (0.0,) * 5
        for name, amount in (("service time", service), ("demand", load)):
            if amount < 0:
                text.fault("is below 0", "Write 0 or more.", line=line.number, section=section, column=name,
                           value=f"{amount:g}")
        if number in seen:
            text.fault("stands twice in the file", "Keep one.", line=line.number, section=section, column="number",
                       value=line.words[0])
        seen.add(number)
        ready, due = 0.0, math.inf
        if has_windows:
            ready, due = (text.number(word, name, line=line.number, section=section, least=0)
                          for word, name in zip(line.words[-2:], ("begin", "end"), strict=True))
        places.append(Place(str(int(number)), line.number, ready, due, service, load))
        spots.append((x, y))
    return places, np.array(spots)


def _vehicle(depot: Depot, count: int, longest: float, capacity: float, rounding: Rounding) -> VehicleType:
    return VehicleType(f"vehicle {depot.id}", count=count, capacity={AMOUNT: capacity} if capacity else {},
                       depot=depot.id, profile=PROFILE, max_duration_s=rounding.one(longest) if longest else math.inf,
                       tariff=Tariff(per_km=1000 / rounding.scale))
