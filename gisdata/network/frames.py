"""The columns of a road network's frames, and what can be wrong with them.

Reads nothing and repairs nothing: a frame is as it should be, or its faults are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gisdata.network.tags import EDGE_TAGS, NODE_TAGS, RESTRICTION_COLUMNS

if TYPE_CHECKING:
    from gisdata.network.road_network import RoadNetwork

TEXT = pd.StringDtype("pyarrow")
NODE_KINDS = {"osm_id": "int64", "lon": "float64", "lat": "float64", "main": "bool"}
EDGE_KINDS = {"u": "int32", "v": "int32", "length_m": "float64", "main": "bool"}
EDGE_TEXTS = ("highway", "oneway", *EDGE_TAGS, "way_ids", "node_ids")
RESTRICTION_KINDS = {"relation_id": "int64", "from_way": "int64", "to_way": "int64"}


def frame_faults(roads: RoadNetwork) -> list[str]:
    """Return what is wrong with the frames of a network.

    Parameters
    ----------
    roads : RoadNetwork
        A network being made.

    Returns
    -------
    list of str
        One text per fault; empty if there is none.
    """
    wanted = (
        ("nodes", roads.nodes, NODE_KINDS, NODE_TAGS),
        ("edges", roads.edges, EDGE_KINDS, EDGE_TEXTS),
        ("restrictions", roads.restrictions, RESTRICTION_KINDS, RESTRICTION_COLUMNS),
    )
    faults = []
    for table, frame, kinds, tags in wanted:
        lacking = [column for column in (*kinds, *tags) if column not in frame.columns]
        other = [column for column, kind in kinds.items() if column not in lacking and frame[column].dtype != kind]
        other += [tag for tag in tags if tag not in lacking and tag not in kinds and frame[tag].dtype != TEXT]
        faults += [f"{table} lack {', '.join(lacking)}"] if lacking else []
        faults += [f"{table} have columns of another kind: {', '.join(other)}"] if other else []
    return faults or _value_faults(roads)


def _value_faults(roads: RoadNetwork) -> list[str]:
    """Return impossible numbers in frames whose columns are as they should be."""
    nodes, edges = roads.nodes, roads.edges
    ends = edges[["u", "v"]].to_numpy()
    lon, lat = nodes["lon"].to_numpy(), nodes["lat"].to_numpy()
    length = edges["length_m"].to_numpy()
    checks = {
        "there are no edges": len(edges) == 0,
        "an edge names a node that is not there": bool(((ends < 0) | (ends >= len(nodes))).any()),
        "two nodes have the same osm_id": bool(nodes["osm_id"].duplicated().any()),
        "a longitude or latitude lies off the globe": not bool(((np.abs(lon) <= 180) & (np.abs(lat) <= 90)).all()),
        "a length is negative or not a number": not bool(((length >= 0) & np.isfinite(length)).all()),
        "there is not one line per edge": roads.geometry.shape != (len(edges),)
        or not bool((shapely.get_type_id(roads.geometry) == shapely.GeometryType.LINESTRING).all()),
    }
    return [fault for fault, found in checks.items() if found]
