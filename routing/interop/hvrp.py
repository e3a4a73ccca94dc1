"""Read instances with several kinds of vehicles: the text form of Taillard's and of Duhamel, Lacomme and Prodhon's.

One unit of the file is `Rounding.scale` metres where it has coordinates, and one metre where it has a matrix; costs of
plans are in units of the file.

References
----------
Taillard (1999), "A heuristic column generation method for the heterogeneous fleet VRP", RAIRO 33(1), 1-14. Duhamel,
Lacomme and Prodhon (2011), "Efficient frameworks for greedy split and new depth first search split procedures for
routing problems", Computers & Operations Research 38(4), 723-739.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from routing.interop.instance_text import InstanceText, Line
from routing.interop.planar import (
    AMOUNT,
    MOST_PLACES,
    PROFILE,
    Place,
    Rounding,
    nouns_of,
    planar_lengths,
    rounding_named,
    travel_of,
)
from routing.model import Problem, Tariff, VehicleType

if TYPE_CHECKING:
    from numpy.typing import NDArray

COMMENT = "//"
UNLIMITED = 999_999
HEAD = ("customers", "vehicle types", "range", "service time", "lower bound", "best known")
TYPE = ("number", "capacity", "fixed cost", "cost per unit of distance")


def read_hvrp(path: str | os.PathLike[str], *, rounding: str = "nearest_3_decimals") -> Problem:
    """Read an instance with several kinds of vehicles, each with its capacity, fixed cost and cost of distance.

    Parameters
    ----------
    path : path-like
        The file, lines that begin with ``//`` left out: numbers of customers and types (then range, service time and
        bounds); a line for each type; then either coordinates of the depot and a line ``x y demand`` for each
        customer, or ``0``, a distance matrix in metres, depot first, and a line with number and demand for each.
    rounding : str
        How distances between coordinates become whole numbers, see `read_vrplib`. Best known costs are of real
        distances. A matrix is taken as it stands, and cost of distance is then per kilometre.

    Returns
    -------
    Problem
        Orders are called 1, 2 and so on, the depot 0. Places of coordinates lie around longitude 0, latitude 0 in the
        shape that those have; they are no real places. Without coordinates all are at 0, 0.

    Raises
    ------
    InputFileError
        With every fault of the file: line, section, value, reason and remedy.
    UnknownNameError
        If there is no such rounding.
    """
    text, how = InstanceText.opened(path), rounding_named(rounding)
    return text.made(lambda: _problem(text, how))


def _problem(text: InstanceText, how: Rounding) -> Problem:
    lines = [_without_comment(line) for line in text.lines() if not line.words[0].startswith(COMMENT)]
    customers, types, longest, service = _head(text, lines)
    kinds = [text.numbers(line, TYPE, section="vehicles", least=0, whole=("number",)) for line in lines[1:1 + types]]
    rows = lines[1 + types:]
    if rows and len(rows[0].words) == 1:
        spots, scale = np.zeros((customers + 1, 2)), Rounding(1, truncates=False)
        lengths = _matrix(text, rows[1:customers + 2], customers)
        loads, per_km = _demands(text, rows[customers + 2:], customers), 1.0
    else:
        spots, loads = _coordinates(text, rows, customers)
        lengths, scale, per_km = planar_lengths(spots, "EUC_2D", how), how, 1000 / how.scale
    text.fail()
    places = [Place(str(i), lines[0].number, service=service if i else 0, load=load)
              for i, load in enumerate((0.0, *loads))]
    (depot,), orders = nouns_of(places, 1, spots, scale, text)
    fleet = tuple(VehicleType(
        f"type {number}", count=int(kind[0]), capacity={AMOUNT: kind[1]}, profile=PROFILE,
        max_duration_s=math.inf if longest >= UNLIMITED else scale.one(longest),
        tariff=Tariff(fixed=kind[2], per_km=kind[3] * per_km)) for number, kind in enumerate(kinds, start=1) if kind)
    return Problem(orders, (depot,), fleet, (travel_of((depot,), orders, lengths, timed=longest < UNLIMITED),))


def _without_comment(line: Line) -> Line:
    end = next((i for i, word in enumerate(line.words) if word.startswith(COMMENT)), len(line.words))
    return Line(line.number, line.words[:end])


def _head(text: InstanceText, lines: Sequence[Line]) -> tuple[int, int, float, float]:
    """Return numbers of customers and types, range and service time."""
    if not lines:
        text.fault("has nothing but comments", "Take another file.")
    numbers = text.numbers(lines[0], HEAD, section="head", least=0, whole=HEAD[:2]) if lines else None
    customers, types, longest, service, _, _ = numbers or (0.0,) * 6
    if customers >= MOST_PLACES:
        text.fault(f"is more than the {MOST_PLACES:,} places whose distances can be kept", "Take a part of it.",
                   line=lines[0].number, section="head", column="customers", value=f"{customers:g}")
    if not text.faults and (types < 1 or len(lines) < 1 + types):
        text.fault(f"has no lines for its {types:g} vehicle types", "Add them.", line=lines[0].number, section="head")
    text.fail()
    return int(customers), int(types), longest, service


def _coordinates(text: InstanceText, rows: Sequence[Line], customers: int,
                 ) -> tuple[NDArray[np.float64], list[float]]:
    """Return the coordinates, depot first, and the demands."""
    _require_rows(text, rows, customers + 1, "coordinates", "a depot and a line for each customer")
    spots, loads = np.zeros((len(rows), 2)), []
    for i, line in enumerate(rows):
        columns = ("x", "y", "demand") if i else ("x", "y")
        numbers = text.numbers(line, columns, section="coordinates") or [0.0] * 3
        spots[i] = numbers[:2]
        if i:
            loads.append(_at_least_zero(text, numbers[2], line))
    return spots, loads


def _matrix(text: InstanceText, rows: Sequence[Line], customers: int) -> NDArray[np.int64]:
    _require_rows(text, rows, customers + 1, "matrix", "a row for the depot and for each customer")
    lengths = np.zeros((customers + 1, customers + 1), dtype=np.int64)
    columns = tuple(f"to {i}" for i in range(customers + 1))
    for i, line in enumerate(rows[:customers + 1]):
        numbers = text.numbers(line, columns, section="matrix", least=0, whole=columns)
        if numbers:
            lengths[i] = numbers
    lengths.setflags(write=False)
    return lengths


def _demands(text: InstanceText, rows: Sequence[Line], customers: int) -> list[float]:
    _require_rows(text, rows, customers, "demands", "a line for each customer")
    loads = [0.0] * customers
    for i, line in enumerate(rows[:customers], start=1):
        number, load = text.numbers(line, ("number", "demand"), section="demands", whole=("number",)) or (i, 0.0)
        if number != i:
            text.fault(f"stands where customer {i} is expected", "Write customers in their order.", line=line.number,
                       section="demands", column="number", value=line.words[0])
        loads[i - 1] = _at_least_zero(text, load, line)
    return loads


def _require_rows(text: InstanceText, rows: Sequence[Line], count: int, section: str, meaning: str) -> None:
    if len(rows) != count:
        text.fault(f"has {len(rows)} lines, expected {count}: {meaning}", "Add what is missing, or correct the head.",
                   line=rows[0].number if rows else None, section=section)


def _at_least_zero(text: InstanceText, load: float, line: Line) -> float:
    if load < 0:
        text.fault("is below 0", "Write 0 or more.", line=line.number, column="demand", value=line.words[-1])
    return max(0.0, load)
