"""What of OpenStreetMap's tags was doubtful to a vehicle, with OSM ids: nothing is guessed away without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from gisdata.network.access import HAZMAT_TAGS, limit_told
from gisdata.network.kinds import Kinds, node_kinds, road_kinds
from gisdata.profiles import Profile, as_profile, rules
from gisdata.profiles.conditions import effective, read_conditional
from gisdata.profiles.hours import Hours, read_hours
from gisdata.profiles.limits import bounds, read_limit
from gisdata.profiles.maxspeed import limit_kmh
from gisdata.profiles.seasons import read_season

if TYPE_CHECKING:
    from gisdata.network.road_network import RoadNetwork

COLUMNS = ("element", "osm_id", "tag", "value", "treated_as")
Doubt = tuple[str, str, str]
_NEEDS_TIME = "not evaluated: the trip states no weekday and clock time"
_NEEDS_DATE = "not evaluated: the trip states no date"


def roads_report(roads: RoadNetwork, profile: str | Profile = "truck") -> pd.DataFrame:
    """Return every tag that could not be read plainly, and how it was treated.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    profile : str or Profile
        Who drives; tags that do not bind this vehicle are left out.

    Returns
    -------
    DataFrame
        ``element`` (``way`` or ``node``), ``osm_id``, ``tag``, ``value``, ``treated_as``; sorted by these, each once.
    """
    who = as_profile(profile)
    ways = roads.edges["way_ids"].fillna("").tolist()
    nodes = roads.nodes["osm_id"].tolist()
    rows = [("way", int(way), *doubt) for edge, doubt in _doubtful(road_kinds(roads), who)
            for way in ways[edge].split(";") if way]
    rows += [("node", int(nodes[node]), *doubt) for node, doubt in _doubtful(node_kinds(roads), who)]
    frame = pd.DataFrame(sorted(set(rows)), columns=list(COLUMNS))
    return frame.astype({name: "int64" if name == "osm_id" else "str" for name in COLUMNS})


def doubts(tags: Mapping[str, str], who: Profile) -> Iterator[Doubt]:
    """Give what is doubtful about the tags of a road or a node.

    Parameters
    ----------
    tags : mapping of str to str
        What OpenStreetMap says.
    who : Profile
        The vehicle and its trip.

    Yields
    ------
    tuple of str
        Tag, value, how it was treated.
    """
    yield from _access_doubts(tags, who)
    yield from _limit_doubts(tags, who)
    for tag in who.limit_tags:
        if tag in tags and limit_kmh(tags[tag]) is None:
            yield tag, tags[tag], "cannot be read: the speed of the road class is driven"
    for tag, value in tags.items():
        if tag.endswith(":conditional") and _binds(tag.removesuffix(":conditional"), who):
            yield from ((tag, value, treated) for treated in _undecided(tags, tag, who))


def _doubtful(kinds: Kinds, who: Profile) -> Iterator[tuple[int, Doubt]]:
    """Give the row and the doubt of each edge or node of a kind that has any."""
    by_kind = [list(doubts(tags, who)) for tags in kinds.tags]
    for row, kind in enumerate(kinds.kind.tolist()):
        yield from ((row, doubt) for doubt in by_kind[kind])


def _access_doubts(tags: Mapping[str, str], who: Profile) -> Iterator[Doubt]:
    known = who.closed_values | who.destination_values | frozenset(rules()["open_values"]["values"])
    for tag in (*who.access_tags, *(HAZMAT_TAGS if who.hazmat else ())):
        unknown = [part for part in tags.get(tag, "").split(";") if part and part.strip() not in known]
        if unknown:
            yield tag, tags[tag], "the value is not known: treated as open"


def _limit_doubts(tags: Mapping[str, str], who: Profile) -> Iterator[Doubt]:
    read: dict[str, set[float]] = {}
    for tag, (figure, _, _) in bounds().items():
        if tag not in tags or not _binds(tag, who):
            continue
        limit = read_limit(tag, tags[tag])
        if limit.note:
            yield tag, tags[tag], limit.note
        read.setdefault(figure, set()).add(limit.most)
        if len(read[figure]) > 1 and tag != "width":
            yield tag, tags[tag], f"another tag says otherwise: the strictest counts ({min(read[figure]):.4g})"


def _binds(tag: str, who: Profile) -> bool:
    """Return whether a tag speaks to a vehicle at all."""
    if tag in bounds():
        return limit_told({tag: "x"}, who, tag, ends_there=False).value is not None
    return tag in who.access_tags or tag in who.limit_tags or (tag in HAZMAT_TAGS and who.hazmat)


def _undecided(tags: Mapping[str, str], tag: str, who: Profile) -> Iterator[str]:
    """Give what of a conditional tag was not decided, or decided as if there were no holidays."""
    if not read_conditional(tags[tag]):
        yield "cannot be read: ignored"
        return
    for condition in effective(None, tags[tag], who, ends_there=False).undecided:
        if read_season(condition) and who.trip.date is None:
            yield _NEEDS_DATE
        elif _hours(condition):
            yield _NEEDS_TIME
        else:
            yield f"{condition!r} cannot be evaluated: taken not to hold"
    hours = [_hours(condition) for clause in read_conditional(tags[tag]) for condition in clause.conditions]
    if any(found is not None and found.holidays for found in hours):
        yield "holidays are taken as ordinary days"


def _hours(condition: str) -> Hours | None:
    """Return the hours of a condition, of one that begins with months too."""
    season = read_season(condition)
    return read_hours(season.rest if season else condition)
