"""What turning costs, and the network as one profile drives and turns on it.

Times are whole milliseconds. Which turns there are stands in `turn_graph`, which are forbidden in `restrictions`.

References
----------
OSRM, profiles/car.lua, process_turn: the curve over the angle, its bias against turns across oncoming traffic, the
times for a U-turn and a traffic signal, and that a turn takes time where more than two roads meet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from gisdata.network.angles import turn_angles
from gisdata.network.driving import driving
from gisdata.network.restrictions import binding
from gisdata.network.shortest import Arcs
from gisdata.network.topology import remembered
from gisdata.network.turn_graph import turn_graph
from gisdata.profiles import Profile, as_profile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gisdata.network.driving import Driving
    from gisdata.network.road_network import RoadNetwork
    from gisdata.network.turn_graph import TurnGraph

_STEEPNESS, _MIDDLE = 13.0, 6.5  # of the curve over the angle, car.lua


@dataclass(frozen=True, kw_only=True)
class TurnRules:
    """What a turn takes, and which are allowed.

    Parameters
    ----------
    turn_s : float
        Most that the angle of a turn costs; half of it is reached at a right angle, nearly.
    bias : float
        How much sharper than it is a turn across oncoming traffic counts; the turn to the other side as much less.
    u_turn_s : float
        What turning round on the road costs more.
    signal_s : float
        Mean wait at a junction with traffic signals.
    left_hand : bool
        Whether traffic drives on the left.
    u_turns : bool
        Whether one may turn round at every junction; otherwise only where there is no other way on.
    restrictions : bool
        Whether turn restrictions are obeyed.

    Raises
    ------
    ValueError
        If a time is negative or no number, or the bias is not positive.
    """

    turn_s: float = 7.5
    bias: float = 1.075
    u_turn_s: float = 20.0
    signal_s: float = 2.0
    left_hand: bool = False
    u_turns: bool = False
    restrictions: bool = True

    def __post_init__(self) -> None:
        times = [self.turn_s, self.u_turn_s, self.signal_s]
        if not all(0 <= time < 3600 for time in times) or not 0 < self.bias < math.inf:
            given = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in fields(self)[:4])
            raise ValueError(f"turn times must be seconds from 0 to 3600 and the bias positive, got {given}")


@dataclass(frozen=True, slots=True, eq=False)
class Turning:
    """A network as one profile drives and turns on it.

    Parameters
    ----------
    graph : TurnGraph
        States of being at the end of an edge, and the turns between them.
    arcs : Arcs
        From state to state: the turns that are open, each with the edge it leads onto.
    """

    graph: TurnGraph
    arcs: Arcs


def as_turn_rules(turns: bool | TurnRules) -> TurnRules | None:
    """Return the rules meant by an argument `turns`.

    Parameters
    ----------
    turns : bool or TurnRules
        True for the usual rules, False for none.

    Returns
    -------
    TurnRules or None
        None where turns do not count.
    """
    if isinstance(turns, TurnRules):
        return turns
    return TurnRules() if turns else None


def turning(roads: RoadNetwork, profile: str | Profile, rules: TurnRules) -> Turning:
    """Return a network as a profile drives and turns on it, worked out at the first call.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.
    rules : TurnRules
        What turns cost.

    Returns
    -------
    Turning
        Its arcs are open to the profile.
    """
    who = as_profile(profile)
    return remembered(roads, ("turning", who, rules), lambda: _make_turning(roads, who, rules))


def _make_turning(roads: RoadNetwork, who: Profile, rules: TurnRules) -> Turning:
    graph, how = turn_graph(roads), driving(roads, who)
    open_turns = _open(roads, who, rules, graph, how)
    tail, head = graph.tail[open_turns], graph.head[open_turns]
    onto = graph.edge[head]
    time = how.time_ms[onto] + _turn_ms(roads, rules, how, graph.edge[tail], onto)
    return Turning(graph, Arcs(len(graph.edge), tail, head, time, how.length_mm[onto]))


def _open(
    roads: RoadNetwork, who: Profile, rules: TurnRules, graph: TurnGraph, how: Driving
) -> NDArray[np.int64]:
    """Return the turns that may be made: U-turns only where nothing else is left, unless the rules allow them."""
    a, b = graph.edge[graph.tail], graph.edge[graph.head]
    usable = how.usable[a] & how.usable[b]
    if rules.restrictions:
        usable[graph.ban_turn[binding(roads, who)[graph.ban_row]]] = False
    back = how.twin[a] == b
    on = usable & ~back & how.passable[how.v[a]]
    stuck = np.bincount(graph.tail[on], minlength=len(graph.edge)) == 0
    return np.flatnonzero(on | (usable & back & (rules.u_turns | stuck[graph.tail])))


def _turn_ms(roads: RoadNetwork, rules: TurnRules, how: Driving, a: NDArray[np.int64],
             b: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what turns from edges `a` onto edges `b` take."""
    node, back = how.v[a], how.twin[a] == b
    signals = roads.nodes["highway"].fillna("").str.split(";").map(lambda kinds: "traffic_signals" in kinds)
    seconds = np.where(signals.to_numpy(dtype=bool)[node], rules.signal_s, 0.0)
    one_way = how.usable & ~how.other_way(how.usable)
    meeting = np.bincount(how.u[how.usable], minlength=len(roads.nodes))
    meeting += np.bincount(how.v[one_way], minlength=len(roads.nodes))
    across = -turn_angles(roads, a, b) * (-1 if rules.left_hand else 1)  # positive across oncoming traffic
    bias = np.where(across > 0, rules.bias, 1 / rules.bias)
    bend = rules.turn_s / (1 + np.exp(_MIDDLE / bias - _STEEPNESS * bias * np.abs(across) / 180))
    seconds += np.where((meeting[node] > 2) | back, bend, 0.0) + np.where(back, rules.u_turn_s, 0.0)
    milliseconds: NDArray[np.int64] = np.rint(seconds * 1000).astype(np.int64)
    return milliseconds
