"""What the turn restrictions of a road network forbid, as sequences of edges, and which cannot be used, and why.

Knows no speed and finds no way. ``no_`` forbids to drive the edges of a sequence one after the other; ``only_`` forbids
every other way on, at each step from the road it starts on to the road it leads to.

References
----------
OpenStreetMap wiki, Relation:restriction: "If the first word is 'no', then no routing is possible from the from to the
to member. If it is 'only_', then you know that the only routing originating from the from member leads to the to
member."
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gisdata.network.angles import turn_angles
from gisdata.network.topology import remembered, topology
from gisdata.profiles import Profile, as_profile
from gisdata.profiles.conditions import holds, read_conditional

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork

    Sequences = list[tuple[int, ...]]

USUAL_ANGLE = {"left_turn": -90.0, "right_turn": 90.0, "straight_on": 0.0, "u_turn": 180.0}
CLEARLY_DEGREES = 30.0
"""Where a way passes through the via node, the turn that fits the kind must fit better than any other by this much."""


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Edges that may not be driven one after the other.

    Parameters
    ----------
    edges : tuple of int
        Two or more, each beginning where the one before ends.
    row : int
        Row in the network's restrictions.
    """

    edges: tuple[int, ...]
    row: int


@dataclass(frozen=True, slots=True)
class Resolved:
    """The restrictions of a network, found on its edges.

    Parameters
    ----------
    forbidden : tuple of Forbidden
        In order of the rows.
    reasons : tuple of str
        For each row, why it forbids nothing; empty where it does.
    """

    forbidden: tuple[Forbidden, ...]
    reasons: tuple[str, ...]


def resolved(roads: RoadNetwork) -> Resolved:
    """Return what the restrictions of a network forbid, whomever they bind; worked out at the first call.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.

    Returns
    -------
    Resolved
        Sequences of edges, and why a restriction has none.
    """
    return remembered(roads, "restrictions", lambda: _resolve(roads))


def binding(roads: RoadNetwork, profile: str | Profile) -> NDArray[np.bool_]:
    """Return which restrictions bind a profile.

    One that names a vehicle binds only those that obey an access tag of that name; ``except`` frees likewise. A
    condition must not hold at the profile's trip for the restriction to be left out: where the trip states no time, and
    where a condition is not understood, it is in force.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.

    Returns
    -------
    ndarray of bool, shape (restrictions,)
        True where it must be obeyed.
    """
    who = as_profile(profile)
    named = set(who.access_tags) - {"access"}
    rows = zip(*(roads.restrictions[name].tolist() for name in ("vehicle", "except_", "condition")), strict=True)
    return np.array([_text(vehicle) in named | {""} and not named & set(_list(freed)) and _in_force(condition, who)
                     for vehicle, freed, condition in rows], dtype=bool)


def restrictions_report(roads: RoadNetwork, profile: str | Profile | None = None) -> pd.DataFrame:
    """Return the turn restrictions of a network, whether each is obeyed, and if not, why.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile, optional
        Who drives; by default nobody in particular.

    Returns
    -------
    DataFrame
        The columns of `roads.restrictions`, `used`, and `reason`, which is empty where the restriction is used.
    """
    reasons = list(resolved(roads).reasons)
    if profile is not None:
        who = as_profile(profile)
        reasons = [reason or ("" if bound else f"does not bind the profile {who.name}")
                   for reason, bound in zip(reasons, binding(roads, who).tolist(), strict=True)]
    return roads.restrictions.assign(used=[not reason for reason in reasons], reason=pd.array(reasons, dtype="str"))


@dataclass(frozen=True, slots=True)
class _Streets:
    """Edges by way and by node, as plain lists.

    `ways` gives the ways of an edge in driving order, `on_way` the edges of a way, `out` the edges that leave a node.
    """

    u: list[int]
    v: list[int]
    twin: list[int]
    ways: Mapping[int, list[int]]
    on_way: Mapping[int, list[int]]
    node_of: Mapping[int, int]
    roads: RoadNetwork

    def out(self, node: int) -> list[int]:
        known = topology(self.roads)
        first, last = known.first[node : node + 2].tolist()
        edges: list[int] = known.edge[first:last].tolist()
        return edges


class _UnusableError(Exception):
    """A restriction that forbids nothing; the text says why."""


def _resolve(roads: RoadNetwork) -> Resolved:
    """Find every restriction on the edges."""
    streets = _streets(roads)
    reasons = [""] * len(roads.restrictions)
    forbidden: list[Forbidden] = []
    allowed: dict[tuple[object, ...], tuple[int, Sequences]] = {}
    for row, turn in enumerate(roads.restrictions.itertuples(index=False)):
        try:
            found = _sequences(streets, turn)
        except _UnusableError as why:
            reasons[row] = str(why)
            continue
        if str(turn.kind).startswith("only_"):  # several roads to go to stand in several rows
            key = (turn.relation_id, turn.kind, turn.from_way, _text(turn.vehicle), _text(turn.condition))
            allowed.setdefault(key, (row, []))[1].extend(found)
        else:
            forbidden += [Forbidden(edges, row) for edges in found]
    for row, found in allowed.values():
        others = [Forbidden(edges, row) for edges in _deviations(streets, found)]
        forbidden += others
        if not others:
            reasons[row] = "there is no other way on that it could forbid"
    return Resolved(tuple(sorted(forbidden, key=lambda one: (one.row, one.edges))), tuple(reasons))


def _streets(roads: RoadNetwork) -> _Streets:
    """Return the edges of the ways that restrictions name."""
    table = roads.restrictions
    wanted = set(table["from_way"].tolist()) | set(table["to_way"].tolist())
    wanted |= {int(way) for via in table.loc[table["via_kind"] == "way", "via_id"].tolist() for way in _list(via)}
    ways: dict[int, list[int]] = {}
    on_way: dict[int, list[int]] = {}
    for edge, text in enumerate(roads.edges["way_ids"].fillna("").tolist() if wanted else []):
        here = [int(way) for way in text.split(";") if way]
        ways[edge] = here
        for way in wanted.intersection(here):
            on_way.setdefault(way, []).append(edge)
    node_of = {osm_id: node for node, osm_id in enumerate(roads.nodes["osm_id"].tolist())}
    u, v = (roads.edges[end].tolist() for end in ("u", "v"))
    return _Streets(u, v, topology(roads).twin.tolist(), ways, on_way, node_of, roads)


def _sequences(streets: _Streets, turn: tuple[object, ...]) -> Sequences:
    """Return the sequences of edges that lead from the one road to the other as the restriction says."""
    origin, target = int(turn.from_way), int(turn.to_way)  # type: ignore[attr-defined]
    via = [int(member) for member in _list(turn.via_id)]  # type: ignore[attr-defined]
    by_way = turn.via_kind == "way"  # type: ignore[attr-defined]
    missing = [way for way in dict.fromkeys((origin, *(via if by_way else ()), target)) if way not in streets.on_way]
    for fault, what in ((not origin, "from"), (not via, "via"), (not target, "to")):
        if fault:
            raise _UnusableError(f"it has no {what} member")
    if missing or (len(via) > 1 and not by_way):
        raise _UnusableError(f"way {missing[0]} is not among these roads" if missing else "it has several via nodes")
    kind = str(turn.kind).partition("_")[2]  # type: ignore[attr-defined]
    if not by_way:
        return _pairs(streets, origin, via[0], target, kind)
    found = [*_drives(streets, [origin, *via, target])] or [*_drives(streets, [origin, *via[::-1], target])]
    if not found:
        raise _UnusableError(f"no drive leads from way {origin} over the via ways to way {target}")
    return found


def _pairs(streets: _Streets, origin: int, via: int, target: int, kind: str) -> Sequences:
    """Return the turn, or turns, at a via node."""
    node = streets.node_of.get(via)
    if node is None:
        raise _UnusableError(f"node {via} is no junction of these roads")
    into = _touching(streets, origin, node, streets.v, -1)
    out = _touching(streets, target, node, streets.u, 0)
    for way, edges, what in ((origin, into, "to"), (target, out, "from")):
        if not edges:
            raise _UnusableError(f"way {way} cannot be driven {what} node {via}")
    if kind == "u_turn" and origin == target:
        back: Sequences = [(edge, streets.twin[edge]) for edge in into if streets.twin[edge] in out]
        if not back:
            raise _UnusableError(f"way {origin} cannot be driven back from node {via}")
        return back
    pairs: Sequences = [(a, b) for a in into for b in out]
    return pairs if len(pairs) == 1 else [_fitting(streets, pairs, kind, via)]


def _touching(streets: _Streets, way: int, node: int, end: Sequence[int], place: int) -> list[int]:
    """Return the edges of a way that end (or begin) at a node; those that lie on the way there, if it is known."""
    edges = [edge for edge in streets.on_way[way] if end[edge] == node]
    return [edge for edge in edges if streets.ways[edge][place] == way] or edges


def _fitting(streets: _Streets, pairs: Sequences, kind: str, via: int) -> tuple[int, ...]:
    """Return the one turn that fits the kind, where a way passes through the via node instead of ending there."""
    apart = _UnusableError(f"a way does not end at node {via}, and which turn is meant is not clear")
    if kind not in USUAL_ANGLE:
        raise apart
    ends = np.array(pairs)
    off = turn_angles(streets.roads, ends[:, 0], ends[:, 1]) - USUAL_ANGLE[kind]
    off = np.abs((off + 180) % 360 - 180)
    best, second = (int(pair) for pair in np.argsort(off, kind="stable")[:2])
    if off[second] - off[best] < CLEARLY_DEGREES:
        raise apart
    return pairs[best]


def _drives(streets: _Streets, members: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Give every shortest sequence of edges that lies on the members in their order; none turns round on a road."""
    last = len(members) - 1

    def passed(at: int, ways: Sequence[int]) -> int:
        """Return the member reached after more ways, -1 if one is none of the members."""
        for way in ways:
            if at < last and way == members[at + 1]:
                at += 1
                if at == last:
                    return at
            elif way != members[at]:
                return -1
        return at

    for begin in streets.on_way[members[0]]:
        ways = streets.ways[begin]
        after = ways[len(ways) - ways[::-1].index(members[0]) :]
        stack: list[tuple[tuple[int, ...], int]] = [((begin,), passed(0, after))]
        while stack:
            path, at = stack.pop()
            if at == last and len(path) > 1:
                yield path
            if at in (-1, last):
                continue
            for edge in streets.out(streets.v[path[-1]]):
                onto = streets.ways[edge]
                if edge in path or edge == streets.twin[path[-1]] or not onto or (at == 0 and onto[0] != members[1]):
                    continue
                stack.append(((*path, edge), passed(at, onto)))


def _deviations(streets: _Streets, allowed: Sequences) -> Iterator[tuple[int, ...]]:
    """Give the sequences that leave every one of the allowed ones, each up to the edge that leaves."""
    inside = {path[:size] for path in allowed for size in range(1, len(path) + 1)}
    for begun in sorted(inside - set(allowed)):
        for edge in streets.out(streets.v[begun[-1]]):
            if (*begun, edge) not in inside:
                yield (*begun, edge)


def _in_force(condition: object, who: Profile) -> bool:
    """Return whether no part of a condition is known not to hold."""
    clauses = read_conditional(f"no @ ({_text(condition)})")
    return not any(holds(part, who, ends_there=False) is False for clause in clauses for part in clause.conditions)


def _list(text: object) -> list[str]:
    return [part.strip() for part in _text(text).split(";") if part.strip()]


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]
