"""How much of a path costs toll. What the toll is, OpenStreetMap does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gisdata.network.driving import driving
from gisdata.network.tracing import path_stretches, stretch_costs
from gisdata.profiles import as_profile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gisdata.network.road_network import RoadNetwork
    from gisdata.network.tracing import Path
    from gisdata.profiles import Profile


def toll_m(path: Path, roads: RoadNetwork, profile: str | Profile) -> float:
    """Return how far a path runs on toll roads.

    Parameters
    ----------
    path : Path
        From `gisdata.network.paths`.
    roads : RoadNetwork
        What it was found on.
    profile : str or Profile
        Who drives; for trucks ``toll:hgv`` goes before ``toll``.

    Returns
    -------
    float
        Metres on edges tagged ``yes`` (of several values, one is enough).
    """
    _, length_mm = stretch_costs(driving(roads, profile), path_stretches(path))
    charged = _charged(roads, path.edges, "toll")
    if "hgv" in as_profile(profile).access_tags:
        told = roads.edges["toll:hgv"].iloc[path.edges].notna().to_numpy()
        charged = np.where(told, _charged(roads, path.edges, "toll:hgv"), charged)
    return float(length_mm[charged].sum()) / 1000


def _charged(roads: RoadNetwork, edges: NDArray[np.int64], tag: str) -> NDArray[np.bool_]:
    texts = roads.edges[tag].iloc[edges].fillna("").tolist()
    return np.array(["yes" in text.split(";") for text in texts], dtype=bool)
