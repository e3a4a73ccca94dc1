"""Read instances in the text form of Li and Lim: goods picked up at one place and delivered to another, with windows.

One unit of the file is `Rounding.scale` metres and seconds; costs of plans are in units of the file.

References
----------
Li and Lim (2001), "A metaheuristic for the pickup and delivery problem with time windows", Proceedings of the 13th IEEE
International Conference on Tools with Artificial Intelligence, 160-167.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import numpy as np

from routing.interop.instance_text import InstanceText, Line
from routing.interop.planar import AMOUNT, PROFILE, Place, Rounding, nouns_of, planar_lengths, rounding_named, travel_of
from routing.model import Problem, Shipment, Tariff, VehicleType

HEAD = ("vehicles", "capacity", "speed")
COLUMNS = ("number", "x", "y", "demand", "ready time", "due date", "service time", "pickup", "delivery")


def read_li_lim(path: str | os.PathLike[str], *, rounding: str = "nearest_2_decimals") -> Problem:
    """Read an instance of Li and Lim.

    Parameters
    ----------
    path : path-like
        The file: vehicles, capacity and speed (which is not used); a line for the depot, then one for each place with
        its number, coordinates, demand (negative where goods are delivered), window, service time, and the number of
        the place where they are picked up, or of that where they are delivered.
    rounding : str
        How distances and times become whole numbers, see `read_vrplib`. Best known plans have the fewest vehicles, then
        the least real distance.

    Returns
    -------
    Problem
        Orders are called by their number, shipments ``pickup-delivery``. Places lie around longitude 0, latitude 0 in
        the shape that the coordinates have; they are no real places.

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
    head = text.numbers(lines[0], HEAD, section="head", least=0, whole=HEAD[:1]) if lines else None
    rows = {int(numbers[0]): (line, numbers) for line, numbers in _rows(text, lines[1:])}
    if len(rows) < 1:
        text.fault("has no line for a depot", "Write it below the head.", section="places")
    text.fail()
    pairs = _pairs(text, rows, depot=next(iter(rows)))
    picked = {pickup for pickup, _ in pairs}
    places = [Place(str(number), line.number, ready=numbers[4], due=numbers[5], service=numbers[6],
                    load=abs(numbers[3]), picked_up=str(number) in picked) for number, (line, numbers) in rows.items()]
    spots = np.array([numbers[1:3] for _, numbers in rows.values()])
    (home,), orders = nouns_of(places, 1, spots, how, text)
    count, capacity, _ = head or (0, 0, 0)
    fleet = VehicleType("vehicle", count=int(count), capacity={AMOUNT: capacity}, profile=PROFILE,
                        tariff=Tariff(per_km=1000 / how.scale))
    shipments = tuple(Shipment(f"{pickup}-{delivery}", pickup=pickup, delivery=delivery) for pickup, delivery in pairs)
    travel = travel_of((home,), orders, planar_lengths(spots, "EUC_2D", how), timed=True)
    return Problem(orders, (home,), (fleet,), (travel,), shipments=shipments)


def _rows(text: InstanceText, lines: Sequence[Line]) -> list[tuple[Line, list[float]]]:
    """Return the lines of all places with their numbers."""
    rows: list[tuple[Line, list[float]]] = []
    seen: dict[float, int] = {}
    for line in lines:
        numbers = text.numbers(line, COLUMNS, section="places", whole=("number", "pickup", "delivery"))
        if numbers is None:
            continue
        if numbers[6] < 0:
            text.fault("is below 0", "Write 0 or more.", line=line.number, section="places", column="service time",
                       value=line.words[6])
        if numbers[0] in seen:
            text.fault(f"stands already in line {seen[numbers[0]]}", "Keep one.", line=line.number, section="places",
                       column="number", value=line.words[0])
        seen.setdefault(numbers[0], line.number)
        rows.append((line, numbers))
    return rows


def _pairs(text: InstanceText, rows: Mapping[int, tuple[Line, list[float]]], depot: int) -> list[tuple[str, str]]:
    """Return numbers of pickup and delivery of every pair; each must name the other and carry what the other does."""
    pairs = []
    for number, (line, numbers) in rows.items():
        if number == depot:
            continue
        load, pickup, delivery = numbers[3], int(numbers[7]), int(numbers[8])
        other, back = (delivery, 7) if delivery else (pickup, 8)
        if bool(pickup) == bool(delivery) or other not in rows or int(rows[other][1][back]) != number:
            text.fault("names no place that names it as the other end", "Write the number of its pickup or of its "
                       "delivery, and 0 for the other.", line=line.number, section="places", column="pickup, delivery",
                       value=f"{pickup} {delivery}")
        elif load + rows[other][1][3] or load * (1 if delivery else -1) < 0:
            text.fault(f"is not the opposite of the {rows[other][1][3]:g} at {other}", "Write what is picked up with a "
                       "plus, what is delivered with a minus.", line=line.number, section="places", column="demand",
                       value=line.words[3])
        elif delivery:
            pairs.append((str(number), str(delivery)))
    return pairs
