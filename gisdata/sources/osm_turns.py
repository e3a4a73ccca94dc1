"""Turn-restriction relations of OpenStreetMap as table rows. What a turn costs or forbids is decided elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import product
from typing import TYPE_CHECKING

import pandas as pd

from gisdata.network.frames import TEXT
from gisdata.network.tags import RESTRICTION_COLUMNS

if TYPE_CHECKING:
    from gisdata.sources.osm_reader import Relation

_NUMBERS = ("relation_id", "from_way", "to_way")


def restriction_rows(
    relations: Iterable[Relation], ways: Collection[int], nodes: Collection[int]
) -> list[dict[str, int | str | None]]:
    """Return one row per restriction, vehicle, from way and to way whose members are all at hand.

    Parameters
    ----------
    relations : iterable of Relation
        As read.
    ways, nodes : collection of int
        OSM ids of the roads' ways and nodes; a restriction with a member beyond them binds nobody here.

    Returns
    -------
    list of dict
        Keys as in `gisdata.network.tags.RESTRICTION_COLUMNS`.
    """
    return [row for relation in relations for row in _rows(relation, ways, nodes)]


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


def _rows(
    relation: Relation, ways: Collection[int], nodes: Collection[int]
) -> Iterator[dict[str, int | str | None]]:
    """Give the rows of one relation; none if a member is missing or the relation is not a turn restriction."""
    roles: dict[tuple[str, str], list[int]] = {}
    for kind, ref, role in relation.members:
        roles.setdefault((role, kind), []).append(ref)
    origins, targets = roles.get(("from", "w"), []), roles.get(("to", "w"), [])
    via_nodes, via_ways = roles.get(("via", "n"), []), roles.get(("via", "w"), [])
    by_node = len(via_nodes) == 1 and not via_ways and via_nodes[0] in nodes
    by_way = bool(via_ways) and not via_nodes and all(way in ways for way in via_ways)
    if not (by_node or by_way) or not all(way in ways for way in (*origins, *targets)):
        return
    for (kind, vehicle, condition), origin, target in product(_meanings(relation.tags), origins, targets):
        yield {
            "relation_id": relation.id,
            "kind": kind,
            "vehicle": vehicle,
            "from_way": origin,
            "via_kind": "node" if by_node else "way",
            "via_id": ";".join(map(str, via_nodes if by_node else via_ways)),
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
        kind, _, condition = value.partition("@")
        vehicles = [suffix for suffix in (*suffixes, general) if suffix and suffix != "conditional"]
        if kind.strip().startswith(("no_", "only_")):
            yield kind.strip(), next(iter(vehicles), None), condition.strip().strip("()") or None
