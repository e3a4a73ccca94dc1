"""Read instances in the text form of Solomon, used also by Gehring and Homberger: time windows and one kind of vehicle.

One unit of the file is `Rounding.scale` metres and seconds; costs of plans are in units of the file.

References
----------
Solomon (1987), "Algorithms for the vehicle routing and scheduling problems with time window constraints", Operations
Research 35(2), 254-265. Gehring and Homberger (1999), "A parallel hybrid evolutionary metaheuristic for the vehicle
routing problem with time windows", EUROGEN99, 57-64.
"""

from __future__ import annotations

import os

import numpy as np

from routing.interop.instance_text import InstanceText, Line
from routing.interop.planar import AMOUNT, PROFILE, Place, Rounding, nouns_of, planar_lengths, rounding_named, travel_of
from routing.model import Problem, Tariff, VehicleType

COLUMNS = ("customer", "x", "y", "demand", "ready time", "due date", "service time")


def read_solomon(path: str | os.PathLike[str], *, rounding: str = "truncate_1_decimal") -> Problem:
    """Read an instance of Solomon, or of Gehring and Homberger.

    Parameters
    ----------
    path : path-like
        The file: a name, ``VEHICLE`` with number and capacity, ``CUSTOMER`` with a line for each, the depot first.
    rounding : str
        How distances and times become whole numbers, see `read_vrplib`. Cut to one decimal is what counts where only
        distance is minimised (DIMACS, CVRPLIB); where vehicles come first, distances are real:
        ``"nearest_2_decimals"``.

    Returns
    -------
    Problem
        Orders are called by their customer number. Places lie around longitude 0, latitude 0 in the shape that the
        coordinates have; they are no real places.

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
    lines = list(text.lines())
    count, capacity = _vehicles(text, lines)
    rows = _customers(text, lines)
    text.fail()
    spots = np.array([row[1:3] for _, row in rows])
    places = [Place(str(int(row[0])), line, row[4], row[5], row[6], row[3]) for line, row in rows]
    (depot,), orders = nouns_of(places, 1, spots, how, text)
    fleet = VehicleType("vehicle", count=count, capacity={AMOUNT: capacity}, profile=PROFILE,
                        tariff=Tariff(per_km=1000 / how.scale))
    travel = travel_of((depot,), orders, planar_lengths(spots, "EUC_2D", how), timed=True)
    return Problem(orders, (depot,), (fleet,), (travel,))


def _vehicles(text: InstanceText, lines: list[Line]) -> tuple[int, float]:
    """Return number and capacity of the vehicles."""
    for line in _below(lines, "VEHICLE"):
        if line.words[0].upper() != "NUMBER":
            numbers = text.numbers(line, ("number", "capacity"), section="VEHICLE", least=0, whole=("number",))
            return (int(numbers[0]), numbers[1]) if numbers else (0, 0.0)
    text.fault("is missing", "Write a line VEHICLE, one with headers, and one with number and capacity.",
               section="VEHICLE")
    return 0, 0.0


def _customers(text: InstanceText, lines: list[Line]) -> list[tuple[int, list[float]]]:
    """Return the numbers of depot and customers, each with its line."""
    rows: list[tuple[int, list[float]]] = []
    seen: dict[float, int] = {}
    for line in _below(lines, "CUSTOMER"):
        if line.words[0].upper() == "CUST":
            continue
        numbers = text.numbers(line, COLUMNS, section="CUSTOMER", whole=("customer",))
        if numbers is None:
            continue
        for name, number in zip(COLUMNS[3:], numbers[3:], strict=True):
            if number < 0:
                text.fault("is below 0", "Write 0 or more.", line=line.number, section="CUSTOMER", column=name,
                           value=f"{number:g}")
        if numbers[0] in seen:
            text.fault(f"stands already in line {seen[numbers[0]]}", "Keep one.", line=line.number,
                       section="CUSTOMER", column="customer", value=line.words[0])
        seen[numbers[0]] = line.number
        rows.append((line.number, numbers))
    if not rows:
        text.fault("is missing or empty", "Write a line CUSTOMER, one with headers, and one for each, the depot first.",
                   section="CUSTOMER")
    return rows


def _below(lines: list[Line], name: str) -> list[Line]:
    """Return the lines from a name to the next one."""
    start = next((i for i, line in enumerate(lines) if line.words[0].upper() == name), len(lines))
    found = lines[start + 1:]
    stop = next((i for i, line in enumerate(found) if len(line.words) == 1 and line.words[0].isalpha()), len(found))
    return found[:stop]
