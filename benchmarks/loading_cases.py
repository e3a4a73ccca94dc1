"""Published filling problems in OR-Library form, as cargo spaces and load units.

Sizes in the files are centimetres, or units of their own; both are read as centimetres.
"""

import csv
from typing import NamedTuple

from routing.loading import CargoSpace, LoadUnit

SETS = tuple(f"BR{number}" for number in range(1, 16))
SIDES = ("length", "width", "height")


class Case(NamedTuple):
    """A space and what shall go into it; `names` are those of the file."""

    name: str
    space: CargoSpace
    units: list


def fillings(folder, kind, most=None):
    """Return the problems of one Bischoff-Ratcliff or Davies-Bischoff set."""
    return _cases((folder / "br" / f"{kind}.txt").read_text(encoding="utf-8"), kind)[:most]


def several(folder, most=None):
    """Return the multi-container problems of Ivancic, Mathur and Mohanty."""
    return _cases((folder / "thpack9.txt").read_text(encoding="utf-8"), "THPACK9")[:most]


def best_known(folder):
    """Return the best known volume of each problem, cubic centimetres, without a rule of support."""
    with (folder / "br" / "best-known.csv").open(encoding="utf-8", newline="") as file:
        return {f"{row['set']}-{row['problem']}": int(row["best_known_volume"]) for row in csv.DictReader(file)}


def _cases(text, kind):
    """Read problems: a line with a number, the space, how many kinds, and a line for each kind.

    Three lines of THPACK9 lack the mark that the second side may stand up; all sides of that set may.
    """
    lines = iter([[int(word) for word in line.split()] for line in text.splitlines() if line.split()])
    cases = []
    for problem in range(1, next(lines)[0] + 1):
        next(lines)
        length, width, height = (number / 100 for number in next(lines))
        space = CargoSpace(kind, length_m=length, width_m=width, height_m=height)
        rows = [next(lines) for _ in range(next(lines)[0])]
        units = [_unit(*(row if len(row) == 8 else [*row[:4], 1, *row[4:]])) for row in rows]
        cases.append(Case(f"{kind}-{problem}", space, units))
    return cases


def _unit(kind, length, length_up, width, width_up, height, height_up, count):
    allowed = dict(zip(SIDES, (length_up, width_up, height_up), strict=True))
    never = frozenset(side for side in SIDES if not allowed[side])
    upright = never == {"length", "width"}
    return LoadUnit(str(kind), length_m=length / 100, width_m=width / 100, height_m=height / 100, count=count,
                    upright=upright, never_vertical=frozenset() if upright else never)
