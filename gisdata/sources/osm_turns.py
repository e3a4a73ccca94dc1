"""Turn-restriction relations of OpenStreetMap as table rows. What a turn costs or forbids is decided elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING

import pandas as pd

from gisdata.network.frames import TEXT
from gisdata.network.tags import RESTRICTION_COLUMNS
from gisdata.profiles.conditions import read_conditional

if TYPE_CHECKING:
    from gisdata.sources.osm_reader import Relation

_NUMBERS = ("relation_id", "from_way", "to_way")


ABSENT = 0
"""Stands for a from or to member that a relation lacks."""


def restriction_rows(relations: Iterable[Relation], ways: Collection[int]) -> list[dict[str, int | str | None]]:
    """Return one row per restriction, vehicle, from way and to way; those that name none of the ways are left out.

    Parameters
    ----------
    relations : iterable of Relation
        As read.
    ways : collection of int
        OSM ids of the roads' ways.

    Returns
    -------
    list of dict
        Keys as in `gisdata.network.tags.RESTRICTION_COLUMNS`. One with a missing member stays, to be reported.
    """
    return [row for relation in relations for row in _rows(relation, ways)]


def via_nodes(rows: Iterable[Mapping[str, int | str | None]], ways: Collection[int]) -> list[int]:
    """Return the via nodes of restrictions whose ways are all at hand: there a road must not run through.

    Parameters
    ----------
    rows : iterable of dict
        From `restriction_rows`.
    ways : collection of int
        OSM ids of the roads' ways.

    Returns
    -------
    list of int
        OSM ids.
    """
    return [int(node) for row in rows if row["via_kind"] == "node" and {row["from_way"], row["to_way"]} <= set(ways)
            for node in str(row["via_id"]).split(";") if node]


def restriction_frame(rows: list[dict[str, int | str | None]]) -> pd.DataFrame:
    """Return rows as the table a network wants, sorted by relation.

    Parameters
    ----------
    rows : list of dict
        From `restriction_rows`.

    Returns
    -------
    DataFrame
        Columns of `gisdata.network.tags.RESTRICTION_COLUMNS`.
    """
    frame = pd.DataFrame(rows, columns=list(RESTRICTION_COLUMNS))
    kinds = {column: "int64" if column in _NUMBERS else TEXT for column in RESTRICTION_COLUMNS}
    order = ["relation_id", "from_way", "to_way", "kind"]
    return frame.astype(kinds).sort_values(order, kind="stable").reset_index(drop=True)


def _rows(relation: Relation, ways: Collection[int]) -> Iterator[dict[str, int | str | None]]:
    """Give the rows of one relation; none if it is on none of the ways or not a turn restriction."""
    roles: dict[tuple[str, str], list[int]] = {}
    for kind, ref, role in relation.members:
        roles.setdefault((role, kind), []).append(ref)
    origins, targets = roles.get(("from", "w"), []), roles.get(("to", "w"), [])
    over = roles.get(("via", "w"), [])
    if not any(way in ways for way in (*origins, *over, *targets)):
        return
    via = over or roles.get(("via", "n"), [])
    pairs = list(product(origins or [ABSENT], targets or [ABSENT]))
    for (kind, vehicle, condition), (origin, target) in product(_meanings(relation.tags), pairs):
        yield {
            "relation_id": relation.id,
            "kind": kind,
            "vehicle": vehicle,
            "from_way": origin,
            "via_kind": "way" if over else "node",
            "via_id": ";".join(map(str, via)),
            "to_way": target,
            "except_": relation.tags.get("except"),
            "condition": condition,
        }


def _meanings(tags: dict[str, str]) -> Iterator[tuple[str, str | None, str | None]]:
    """Give (kind, vehicle, condition) of the tags ``restriction``, ``restriction:hgv``, ``restriction:conditional``."""
    general = tags.get("type", "").partition(":")[2]
    for key, value in tags.items():
        name, *suffixes = key.split(":")
        if name != "restriction":
            continue
        vehicles = [suffix for suffix in (*suffixes, general) if suffix and suffix != "conditional"]
        meant: list[tuple[str, str | None]] = [(clause.value, " AND ".join(clause.conditions))
                                               for clause in read_conditional(value)]
        for kind, condition in meant or [(value.strip(), None)]:
            if kind.startswith(("no_", "only_")):
                yield kind, next(iter(vehicles), None), condition
