"""Kinds of road: edges whose tags say the same to every vehicle are one kind, so that a tag is read once, not per edge.

Knows no vehicle. A town has some hundred kinds, whatever its number of edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gisdata.network.tags import ACCESS_TAGS, CONDITIONAL_TAGS, LIMIT_TAGS, NODE_TAGS, SPEED_TAGS
from gisdata.network.topology import remembered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork

JUDGED_TAGS = ("highway", *ACCESS_TAGS, *LIMIT_TAGS, *SPEED_TAGS, *CONDITIONAL_TAGS, "width", "surface", "tracktype",
               "smoothness")
"""Tags of an edge that open, close or slow it."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of road, or of things in the road, of a network.

    Parameters
    ----------
    kind : ndarray of int64, shape (edges,) or (nodes,)
        Which kind each is.
    tags : list of dict
        What the tags of each kind say; those that say nothing are left out.
    """

    kind: NDArray[np.int64]
    tags: list[Mapping[str, str]]


def road_kinds(roads: RoadNetwork) -> Kinds:
    """Return the kinds of road of a network, worked out at the first call.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.

    Returns
    -------
    Kinds
        One entry per edge.
    """
    return remembered(roads, "road kinds", lambda: _kinds(roads.edges, JUDGED_TAGS))


def node_kinds(roads: RoadNetwork) -> Kinds:
    """Return the kinds of things in the road of a network, worked out at the first call.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.

    Returns
    -------
    Kinds
        One entry per node.
    """
    tags = [tag for tag in NODE_TAGS if tag != "highway"]
    return remembered(roads, "node kinds", lambda: _kinds(roads.nodes, tags))


def _kinds(frame: pd.DataFrame, tags: Iterable[str]) -> Kinds:
    """Give a number to the different rows of some text columns."""
    kind = np.zeros(len(frame), dtype=np.int64)
    told = [tag for tag in tags if tag in frame.columns and frame[tag].notna().any()]
    for tag in told:
        codes, texts = frame[tag].factorize()
        kind = kind * (len(texts) + 1) + codes + 1
        kind = np.unique(kind, return_inverse=True)[1].ravel()
    first = np.unique(kind, return_index=True)[1]
    rows = frame[told].iloc[first].astype(object).to_dict("records") if told else [{}] * len(first)
    return Kinds(kind, [{str(tag): str(text) for tag, text in row.items() if isinstance(text, str)} for row in rows])
