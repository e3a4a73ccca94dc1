"""Whether a vehicle may use a road, by the tags of OpenStreetMap: access hierarchy, limits, barriers, hours.

A road may be passed, or only be used to begin or end there, or not at all. Every closing is a `Closing` that names the
tag; speeds are not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gisdata.network.city import closed_by_rules, edges_meant
from gisdata.network.kinds import Kinds, node_kinds, road_kinds
from gisdata.network.topology import remembered
from gisdata.profiles import Profile, Trip, as_profile
from gisdata.profiles.cityrule import BAN
from gisdata.profiles.conditions import Effective, effective
from gisdata.profiles.limits import bounds, read_limit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork
    from gisdata.profiles.cityrule import CityRule

HAZMAT_TAGS = ("hazmat", "hazmat:water")
ROUNDING = 1e-9
_UNITS = {"m": "m", "t": "t"}


class Closing(NamedTuple):
    """Why a road is closed to a vehicle.

    Parameters
    ----------
    tag, value : str
        What OpenStreetMap says, with ``:conditional`` where that decided; or ``city rule`` and its name.
    rule : str
        What it means for the vehicle, in words.
    """

    tag: str
    value: str
    rule: str


class ClosedEdge(NamedTuple):
    """A closing and the edge it closes.

    Parameters
    ----------
    edge : int
        Row of the network's edges.
    tag, value, rule : str
        As in `Closing`.
    """

    edge: int
    tag: str
    value: str
    rule: str


@dataclass(frozen=True, slots=True)
class Access:
    """Where a vehicle may drive.

    Parameters
    ----------
    through : ndarray of bool, shape (edges,)
        May be passed.
    ends : ndarray of bool, shape (edges,)
        May be used at the begin and the end of a way at least; wherever `through` is.
    passable : ndarray of bool, shape (nodes,)
        False where a barrier ends every way; a road can still be used up to it.
    """

    through: NDArray[np.bool_]
    ends: NDArray[np.bool_]
    passable: NDArray[np.bool_]


def access(roads: RoadNetwork, profile: str | Profile) -> Access:
    """Return where a vehicle may drive, worked out at the first call.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives, and when.

    Returns
    -------
    Access
        Arrays over edges and nodes.
    """
    who = as_profile(profile)
    return remembered(roads, ("access", who), lambda: _access(roads, who))


def why_closed(
    roads: RoadNetwork, profile: str | Profile, edges: Iterable[int], when: Trip | None = None, *,
    ends_there: bool = False,
) -> list[ClosedEdge]:
    """Return every reason why edges are closed to a vehicle.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.
    edges : iterable of int
        Rows of the network's edges.
    when : Trip, optional
        When; by default that of the profile.
    ends_there : bool
        Whether the way begins or ends there; else what bars through traffic counts too.

    Returns
    -------
    list of ClosedEdge
        In order of the edges; an open edge has none.
    """
    who = _during(profile, when)
    kinds = road_kinds(roads)
    found: dict[int, list[Closing]] = {}
    bans = [rule for rule in who.trip.rules if rule.binds(who) and (rule.effect == BAN or not ends_there)]
    reasons = []
    for edge in edges:
        kind = int(kinds.kind[edge])
        if kind not in found:
            found[kind] = list(closings(kinds.tags[kind], who, ends_there=ends_there))
        reasons += [ClosedEdge(int(edge), *closing) for closing in found[kind]]
        reasons += [ClosedEdge(int(edge), "city rule", rule.name, _rule_words(rule, who)) for rule in bans
                    if edges_meant(roads, rule)[edge]]
    return reasons


def why_blocked(
    roads: RoadNetwork, profile: str | Profile, nodes: Iterable[int], when: Trip | None = None
) -> list[tuple[int, Closing]]:
    """Return every reason why nodes cannot be passed by a vehicle.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives.
    nodes : iterable of int
        Rows of the network's nodes.
    when : Trip, optional
        When; by default that of the profile.

    Returns
    -------
    list of (int, Closing)
        In order of the nodes.
    """
    who, kinds = _during(profile, when), node_kinds(roads)
    return [(int(node), closing) for node in nodes for closing in blocks(kinds.tags[kinds.kind[node]], who)]


def closings(tags: Mapping[str, str], who: Profile, *, ends_there: bool) -> Iterator[Closing]:
    """Give every reason why a road with these tags is closed to a vehicle.

    Parameters
    ----------
    tags : mapping of str to str
        Of a road.
    who : Profile
        The vehicle and its trip.
    ends_there : bool
        Whether the way begins or ends there, or passes through.

    Yields
    ------
    Closing
        None for an open road.
    """
    highway = tags.get("highway", "")
    if any(part not in who.speeds_kmh for part in highway.split(";")):
        yield Closing("highway", highway, f"roads of this class are not for {who.name}")
    if tags.get("smoothness") == "impassable":
        yield Closing("smoothness", "impassable", "nothing on wheels can use it")
    yield from barred(tags, who, ends_there=ends_there)
    yield from exceeded(tags, who, ends_there=ends_there)


def blocks(tags: Mapping[str, str], who: Profile) -> Iterator[Closing]:
    """Give every reason why a vehicle cannot pass what stands in the road.

    A barrier that only those may pass who begin or end behind it is open; the road behind it is seldom a way through.

    Parameters
    ----------
    tags : mapping of str to str
        Of a node.
    who : Profile
        The vehicle and its trip.

    Yields
    ------
    Closing
        None where it can pass.
    """
    told = next((value for _, value in _told(tags, who, who.access_tags, ends_there=True)), None)
    barrier = tags.get("barrier", "")
    if told is None and any(part.strip() in who.blocking_barriers for part in barrier.split(";")):
        yield Closing("barrier", barrier, "nothing on wheels passes it")
    yield from barred(tags, who, ends_there=True)
    yield from exceeded(tags, who, ends_there=True)


def barred(tags: Mapping[str, str], who: Profile, *, ends_there: bool) -> Iterator[Closing]:
    """Give the access tags that close a road: the most specific that says anything, and those of dangerous goods.

    Parameters
    ----------
    tags : mapping of str to str
        Of a road or a node.
    who : Profile
        The vehicle and its trip.
    ends_there : bool
        Whether the way begins or ends there.

    Yields
    ------
    Closing
        At most one of the hierarchy.
    """
    hierarchies = [who.access_tags, *((tag,) for tag in HAZMAT_TAGS if who.hazmat)]
    for hierarchy in hierarchies:
        for tag, told in _told(tags, who, hierarchy, ends_there=ends_there):
            parts = {part.strip() for part in (told.value or "").split(";")}
            name = f"{tag}:conditional" if told.conditional else tag
            goods = " with dangerous goods" if hierarchy is not who.access_tags else ""
            if parts & who.closed_values:
                yield Closing(name, tags[name], f"closed to {who.name}{goods}{_time(who, told)}")
            elif parts & who.destination_values and not ends_there:
                yield Closing(name, tags[name], f"{who.name}{goods} may only begin or end there{_time(who, told)}")
            break


def exceeded(tags: Mapping[str, str], who: Profile, *, ends_there: bool) -> Iterator[Closing]:
    """Give the limits of size, mass and axles that a vehicle exceeds.

    Parameters
    ----------
    tags : mapping of str to str
        Of a road or a node.
    who : Profile
        The vehicle and its trip.
    ends_there : bool
        Whether the way begins or ends there: some limits do not bind those who do.

    Yields
    ------
    Closing
        One for each limit.
    """
    for tag, (figure, _, _) in bounds().items():
        told = limit_told(tags, who, tag, ends_there=ends_there)
        if told.value is None:
            continue
        most, own = read_limit(tag, told.value).most, float(getattr(who, figure))
        if own > most + ROUNDING:
            unit = _UNITS.get(figure.rpartition("_")[2], "axles")
            name = f"{tag}:conditional" if told.conditional else tag
            yield Closing(name, tags[name], f"{who.name} has {figure} {own:g} {unit}, the limit is {most:.4g} {unit}"
                                            f"{_time(who, told)}")


def limit_told(tags: Mapping[str, str], who: Profile, tag: str, *, ends_there: bool) -> Effective:
    """Return what a limit tag says to a vehicle; nothing if the tag is for another class of vehicles.

    Parameters
    ----------
    tags : mapping of str to str
        Of a road or a node.
    who : Profile
        The vehicle and its trip.
    tag : str
        Such as ``maxweight:hgv``.
    ends_there : bool
        Whether the way begins or ends there.

    Returns
    -------
    Effective
        Its value may be None.
    """
    vehicle = tag.partition(":")[2]
    if vehicle and vehicle != "physical" and vehicle not in who.access_tags:
        return Effective(None)
    return effective(tags.get(tag), tags.get(f"{tag}:conditional"), who, ends_there=ends_there)


def _told(
    tags: Mapping[str, str], who: Profile, hierarchy: Iterable[str], *, ends_there: bool
) -> Iterator[tuple[str, Effective]]:
    """Give what the tags of a hierarchy say, from the most specific on, leaving out those that say nothing."""
    for tag in hierarchy:
        told = effective(tags.get(tag), tags.get(f"{tag}:conditional"), who, ends_there=ends_there)
        if told.value is not None:
            yield tag, told


def _rule_words(rule: CityRule, who: Profile) -> str:
    """Return what a rule of a city means for a vehicle."""
    means = f"closed to {who.name}" if rule.effect == BAN else f"{who.name} may only begin or end there"
    conditions = [rule.times, f"plates {rule.plate}" if rule.plate else "", f"without permit {rule.permit}"
                  if rule.permit else ""]
    when = ", ".join(filter(None, conditions))
    return f"{means}{f' ({when})' if when else ''}; {rule.source or 'no source'}, {rule.date or 'no date'}"


def _time(who: Profile, told: Effective) -> str:
    """Return when a conditional value was found to hold."""
    if not told.conditional or not who.trip.timed:
        return ""
    minutes = (who.trip.at_s or 0) // 60
    return f" on {who.trip.weekday} at {minutes // 60:02d}:{minutes % 60:02d}"


def _during(profile: str | Profile, when: Trip | None) -> Profile:
    who = as_profile(profile)
    return who if when is None else replace(who, trip=when)


def _access(roads: RoadNetwork, who: Profile) -> Access:
    """Judge each kind once."""
    ways, things = road_kinds(roads), node_kinds(roads)
    through = _mask(ways, [not any(closings(tags, who, ends_there=False)) for tags in ways.tags])
    ends = _mask(ways, [not any(closings(tags, who, ends_there=True)) for tags in ways.tags])
    if who.trip.rules:
        banned, kept_out = closed_by_rules(roads, who)
        through, ends = through & ~banned, ends & ~kept_out
    return Access(through, through | ends, _mask(things, [not any(blocks(tags, who)) for tags in things.tags]))


def _mask(kinds: Kinds, by_kind: list[bool]) -> NDArray[np.bool_]:
    return np.array(by_kind, dtype=bool)[kinds.kind]
