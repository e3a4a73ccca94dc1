"""What turning costs, and the network as one profile drives and turns on it.

Times are whole milliseconds. Which turns there are stands in `turn_graph`, which are forbidden in `restrictions`.

References
----------
OSRM, profiles/car.lua, process_turn: the curve over the angle, its bias against turns across oncoming traffic, the
times for a U-turn and a traffic signal, and that a turn takes time where more than two roads meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gisdata.network.access import access
from gisdata.network.angles import turn_angles
from gisdata.network.driving import driving
from gisdata.network.restrictions import binding
from gisdata.network.shortest import Arcs
from gisdata.network.topology import remembered
from gisdata.network.turn_graph import turn_graph, with_zones
from gisdata.profiles import Profile, as_profile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gisdata.network.driving import Driving
    from gisdata.network.road_network import RoadNetwork
    from gisdata.network.turn_graph import TurnGraph

_SIGNALS = r"(?:^|;)\s*traffic_signals\s*(?:;|$)"
_STEEPNESS, _MIDDLE = 13.0, 6.5  # of the curve over the angle, car.lua


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


def turning(roads: RoadNetwork, profile: str | Profile) -> Turning:
    """Return a network as a profile drives and turns on it, worked out at the first call.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.

    Returns
    -------
    Turning
        Its arcs are open to the profile.
    """
    who = as_profile(profile)
    through = access(roads, who).through
    return remembered(roads, ("turning", who), lambda: as_turning(roads, who, driving(roads, who), through))


def as_turning(roads: RoadNetwork, who: Profile, how: Driving, through: NDArray[np.bool_]) -> Turning:
    """Return a network as somebody drives and turns on it.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    who : Profile
        Whose turns are costed, and whom turn restrictions bind.
    how : Driving
        The network as driven.
    through : ndarray of bool, shape (edges,)
        Where one may do more than begin or end.

    Returns
    -------
    Turning
        Its arcs are open.
    """
    graph = _graph(roads, how, through)
    open_turns = _open(roads, who, graph, how)
    tail, head = graph.tail[open_turns], graph.head[open_turns]
    onto = graph.edge[head]
    time = how.time_ms[onto] + turn_ms(roads, who, how, graph.edge[tail], onto)
    return Turning(graph, Arcs(len(graph.edge), tail, head, time, how.length_mm[onto]))


def _graph(roads: RoadNetwork, how: Driving, through: NDArray[np.bool_]) -> TurnGraph:
    """Return the turn graph of a network, with the zones that may not be passed through."""
    graph = turn_graph(roads)
    if how.zones is None:
        return graph
    inside = how.zones.inside
    zone = how.usable & (inside[how.u] | inside[how.v])
    return with_zones(graph, how.v, zone, how.usable & ~zone & ~through, inside)


def _open(roads: RoadNetwork, who: Profile, graph: TurnGraph, how: Driving) -> NDArray[np.int64]:
    """Return the turns that may be made: U-turns only where nothing else is left, unless the profile makes them."""
    a, b = graph.edge[graph.tail], graph.edge[graph.head]
    usable = how.usable[a] & how.usable[b]
    usable[graph.ban_turn[binding(roads, who)[graph.ban_row]]] = False
    back = how.twin[a] == b
    on = usable & ~back & how.passable[how.v[a]]
    stuck = np.bincount(graph.tail[on], minlength=len(graph.edge)) == 0
    return np.flatnonzero(on | (usable & back & (who.u_turns | stuck[graph.tail])))


def turn_ms(roads: RoadNetwork, who: Profile, how: Driving, a: NDArray[np.int64],
            b: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what turns from edges onto edges take.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    who : Profile
        Who drives.
    how : Driving
        The network as driven.
    a, b : ndarray of int64, shape (n,)
        Edges; each of `b` begins where that of `a` ends.

    Returns
    -------
    ndarray of int64, shape (n,)
        Milliseconds.
    """
    node, back = how.v[a], how.twin[a] == b
    signals = roads.nodes["highway"].str.contains(_SIGNALS).fillna(value=False)
    seconds = np.where(signals.to_numpy(dtype=bool)[node], who.signal_s, 0.0)
    one_way = how.usable & ~how.other_way(how.usable)
    meeting = np.bincount(how.u[how.usable], minlength=len(roads.nodes))
    meeting += np.bincount(how.v[one_way], minlength=len(roads.nodes))
    across = -turn_angles(roads, a, b) * (-1 if who.left_hand else 1)  # positive across oncoming traffic
    bias = np.where(across > 0, who.turn_bias, 1 / who.turn_bias)
    bend = who.turn_s / (1 + np.exp(_MIDDLE / bias - _STEEPNESS * bias * np.abs(across) / 180))
    seconds += np.where((meeting[node] > 2) | back, bend, 0.0) + np.where(back, who.u_turn_s, 0.0)
    milliseconds: NDArray[np.int64] = np.rint(seconds * 1000).astype(np.int64)
    return milliseconds
