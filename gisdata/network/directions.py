"""Turn lists for drivers: street by street, with distance and time, in Chinese or English.

Distances are metres, times seconds, positions degrees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gisdata.errors import UnknownNameError
from gisdata.network.driving import driving
from gisdata.network.manoeuvres import Junctions
from gisdata.network.tracing import path_stretches, stretch_costs
from gisdata.network.turns import turn_ms
from gisdata.profiles import Profile, as_profile

if TYPE_CHECKING:
    from gisdata.network.road_network import RoadNetwork
    from gisdata.network.tracing import Path

LANGUAGES = ("en", "zh")

# Each text with a street, and without: a street without a name is not made up.
_WORDS = {
    "en": {
        "depart": ("Head {heading} on {street}", "Head {heading}"),
        "continue": ("Continue onto {street}", "Continue straight on"),
        "slight_left": ("Bear left onto {street}", "Bear left"),
        "slight_right": ("Bear right onto {street}", "Bear right"),
        "left": ("Turn left onto {street}", "Turn left"),
        "right": ("Turn right onto {street}", "Turn right"),
        "sharp_left": ("Turn sharp left onto {street}", "Turn sharp left"),
        "sharp_right": ("Turn sharp right onto {street}", "Turn sharp right"),
        "keep_left": ("Keep left onto {street}", "Keep left"),
        "keep_right": ("Keep right onto {street}", "Keep right"),
        "ramp_left": ("Take the ramp on the left onto {street}", "Take the ramp on the left"),
        "ramp_right": ("Take the ramp on the right onto {street}", "Take the ramp on the right"),
        "merge": ("Merge onto {street}", "Merge"),
        "u_turn": ("Make a U-turn on {street}", "Make a U-turn"),
        "roundabout": ("At the roundabout take exit {exit} onto {street}", "At the roundabout take exit {exit}"),
        "enter_roundabout": ("Enter the roundabout {street}", "Enter the roundabout"),
        "leave_roundabout": ("Leave the roundabout onto {street}", "Leave the roundabout"),
        "arrive": ("Arrive on {street}", "Arrive"),
    },
    "zh": {
        "depart": ("向{heading}出发，沿{street}行驶", "向{heading}出发"),
        "continue": ("直行进入{street}", "直行"),
        "slight_left": ("向左前方行驶，进入{street}", "向左前方行驶"),
        "slight_right": ("向右前方行驶，进入{street}", "向右前方行驶"),
        "left": ("左转进入{street}", "左转"),
        "right": ("右转进入{street}", "右转"),
        "sharp_left": ("向左后方转弯，进入{street}", "向左后方转弯"),
        "sharp_right": ("向右后方转弯，进入{street}", "向右后方转弯"),
        "keep_left": ("靠左行驶，进入{street}", "靠左行驶"),
        "keep_right": ("靠右行驶，进入{street}", "靠右行驶"),
        "ramp_left": ("从左侧驶入匝道，进入{street}", "从左侧驶入匝道"),
        "ramp_right": ("从右侧驶入匝道，进入{street}", "从右侧驶入匝道"),
        "merge": ("汇入{street}", "汇入主路"),
        "u_turn": ("掉头，沿{street}行驶", "掉头"),
        "roundabout": ("进入环岛，从第{exit}个出口驶出，进入{street}", "进入环岛，从第{exit}个出口驶出"),
        "enter_roundabout": ("进入环岛{street}", "进入环岛"),
        "leave_roundabout": ("驶出环岛，进入{street}", "驶出环岛"),
        "arrive": ("到达{street}上的目的地", "到达目的地"),
    },
}  # fmt: skip
_HEADINGS = {
    "en": ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"),
    "zh": ("北", "东北", "东", "东南", "南", "西南", "西", "西北"),
}


@dataclass(frozen=True, slots=True)
class _Step:
    """One line of the list: `at` is the first of the path's edges after the manoeuvre, `exit` a number or 0."""

    turn: str
    at: int
    street: str
    exit: int = 0


def directions(path: Path, roads: RoadNetwork, profile: str | Profile, language: str = "en") -> pd.DataFrame:
    """Return what a driver does along a path, one manoeuvre a row.

    A bend without a choice and a street that goes straight on need no word. Where turns count for the profile, the time
    of a turn is part of what follows it; the sums are those of the path.

    Parameters
    ----------
    path : Path
        From `gisdata.network.paths`.
    roads : RoadNetwork
        What it was found on.
    profile : str or Profile
        Who drives.
    language : {"en", "zh"}
        Of the texts.

    Returns
    -------
    DataFrame
        `turn` (such as ``left``, ``keep_right``, ``roundabout``), `street`, `exit` (of a roundabout, else 0), `text`,
        `distance_m` and `duration_s` to the next row, `lon`, `lat`; the first row departs, the last arrives.

    Raises
    ------
    UnknownNameError
        If there are no words in the language.
    """
    if language not in LANGUAGES:
        raise UnknownNameError(f"there are no directions in {language!r}; write one of {', '.join(LANGUAGES)}")
    junctions = Junctions(roads)
    edges = path.edges.tolist()
    steps = list(_steps(junctions, edges))
    heading = _heading(junctions, path, language)
    who = as_profile(profile)
    time_ms, length_mm = stretch_costs(driving(roads, who), path_stretches(path))
    if who.turns:
        time_ms[1:] += turn_ms(roads, who, driving(roads, who), path.edges[:-1], path.edges[1:])
    bounds = [step.at for step in steps]
    along = [np.concatenate([[0], np.cumsum(part)])[bounds] for part in (time_ms, length_mm)]
    duration_s, distance_m = (np.append(np.diff(part), 0) / 1000 for part in along)
    corners = [_corner(path, roads, step.at) for step in steps]
    return pd.DataFrame({
        "turn": [step.turn for step in steps],
        "street": [step.street for step in steps],
        "exit": [step.exit for step in steps],
        "text": [_text(step, heading, language) for step in steps],
        "distance_m": distance_m,
        "duration_s": duration_s,
        "lon": [lon for lon, _ in corners],
        "lat": [lat for _, lat in corners],
    })


def directions_text(table: pd.DataFrame) -> str:
    """Return a turn list as plain text, one numbered line a row.

    Parameters
    ----------
    table : DataFrame
        From `directions`.

    Returns
    -------
    str
        Such as ``1. Turn left onto Rue Grimaldi (250 m)``.
    """
    rows = zip(table["text"], table["distance_m"], strict=True)
    said = [text + (f" ({distance_text(metres)})" if metres >= 1 else "") for text, metres in rows]
    return "\n".join(f"{number}. {text}" for number, text in enumerate(said, start=1))


def distance_text(metres: float) -> str:
    """Return a distance as a driver reads it, such as ``250 m`` or ``1.4 km``; nothing below a metre.

    Parameters
    ----------
    metres : float
        Not negative.

    Returns
    -------
    str
        From 100 m on in tens of metres, from 1 km on in tenths of a kilometre.
    """
    if metres < 1:
        return ""
    rounded = round(metres, -1 if metres >= 100 else 0)
    return f"{rounded:.0f} m" if rounded < 1000 else f"{metres / 1000:.1f} km"


def _steps(junctions: Junctions, edges: list[int]) -> Iterator[_Step]:
    """Yield the manoeuvres of a path; on a roundabout, one for coming and leaving together."""
    if not edges:
        yield _Step("depart", 0, "")
        yield _Step("arrive", 0, "")
        return
    yield _Step("depart", 0, _street(junctions, edges[0]))
    entered, exits = -1, 0  # where the roundabout was entered, and its exits passed
    for at in range(1, len(edges)):
        edge, onto = edges[at - 1], edges[at]
        here, there = junctions.is_round(edge), junctions.is_round(onto)
        if there and not here:
            entered, exits = at, 0
        elif here:
            exits += junctions.exits(edge)
            if not there:
                turn = "roundabout" if entered >= 0 else "leave_roundabout"
                number = max(exits, 1) if entered >= 0 else 0
                yield _Step(turn, entered if entered >= 0 else at, _street(junctions, onto), number)
                entered = -1
        elif turn := junctions.manoeuvre(edge, onto):
            yield _Step(turn, at, _street(junctions, onto))
    if entered >= 0:
        yield _Step("enter_roundabout", entered, _street(junctions, edges[-1]))
    yield _Step("arrive", len(edges), _street(junctions, edges[-1]))


def _street(junctions: Junctions, edge: int) -> str:
    return next(iter(junctions.streets(edge)), "")


def _heading(junctions: Junctions, path: Path, language: str) -> str:
    """Return the direction in which a path sets off."""
    if not len(path.edges):
        return ""
    turn = junctions.heading(int(path.edges[0]), at_end=path.begin > 0.5)
    return _HEADINGS[language][round(turn / 45) % 8]


def _corner(path: Path, roads: RoadNetwork, at: int) -> tuple[float, float]:
    """Return where the edge of that number in the path begins; for the first and the last, where the path does."""
    if at in {0, len(path.edges)}:
        lon, lat = path.line.coords[0 if at == 0 else -1][:2]
        return float(lon), float(lat)
    node = roads.edges["u"].to_numpy()[path.edges[at]]
    return float(roads.nodes["lon"].to_numpy()[node]), float(roads.nodes["lat"].to_numpy()[node])


def _text(step: _Step, heading: str, language: str) -> str:
    named, nameless = _WORDS[language][step.turn]
    if step.turn == "depart" and not heading:
        return {"en": "You are there", "zh": "已在目的地"}[language]
    return (named if step.street else nameless).format(street=step.street, heading=heading, exit=step.exit)
