"""Every limit that OpenStreetMap signs in two real towns is obeyed, by OSM id: the way before and after.

The limits are read from the files by osmium alone, so that a tag lost between file and network would show.
"""

import dataclasses
from pathlib import Path

import numpy as np
import osmium
import pytest

from gisdata import load_profile, read_osm, sample_path
from gisdata.network import paths
from gisdata.network.access import access, why_blocked, why_closed
from gisdata.network.snapping import Snaps
from gisdata.profiles.limits import bounds, read_limit
from gisdata.sources.osm_reader import ROAD_CLASSES

SIZES = ("height_m", "width_m", "length_m", "mass_t", "rated_mass_t", "axle_load_t", "bogie_load_t", "axles")
FREE = dataclasses.replace(load_profile("truck"), access_tags=("hgv",), closed_values=frozenset(),
                           destination_values=frozenset(), blocking_barriers=frozenset(), **dict.fromkeys(SIZES, 0))
TOWNS = {"helsinki": 31 + 17 + 16 + 2, "monaco": 60 + 17 + 1 + 1}
"""How many limits of length or width, height, weight and axle load the roads have: the tags counted with a text search
over the files as OSM XML, less three ``maxheight=default`` in Monaco and four ways cut off at the rim of Helsinki."""


@pytest.fixture(scope="module", params=sorted(TOWNS))
def town(request):
    """Return path of the file, roads, and how many pairs of road way and limit tag an independent count found."""
    here = Path(__file__).parents[2] / "data" / "helsinki-centre-2019.osm.pbf"
    path = sample_path("monaco") / "monaco.osm.pbf" if request.param == "monaco" else here
    return path, read_osm(path), TOWNS[request.param]


def signed(path):
    """Return {way id: [(tag, value), ...]} and the same for nodes, as osmium reads them."""
    ways, nodes = {}, {}
    for thing in osmium.FileProcessor(str(path)):
        tags = [(tag.k, tag.v) for tag in thing.tags if tag.k in bounds() and tag.k != "width"]
        if tags and thing.is_way() and thing.tags.get("highway") in ROAD_CLASSES and thing.tags.get("area") != "yes":
            ways[thing.id] = tags
        elif tags and thing.is_node():
            nodes[thing.id] = tags
    return ways, nodes


def over(tag, value):
    """Return a vehicle that exceeds this limit alone, by a tenth of a unit."""
    figure = bounds()[tag][0]
    return dataclasses.replace(FREE, name=f"{figure} over {value}", **{figure: read_limit(tag, value).most + 0.1})


def across(roads, edge):
    """Return snaps on an edge that leads to this one and on one that leads away from it, or None at the rim."""
    u, v = (roads.edges[end].to_numpy() for end in ("u", "v"))
    before, after = np.flatnonzero((v == u[edge]) & (u != v[edge])), np.flatnonzero((u == v[edge]) & (v != u[edge]))
    if not len(before) or not len(after):
        return None
    zero = np.zeros(1)
    return (Snaps(before[:1], zero + 0.5, zero, zero, zero), Snaps(after[:1], zero + 0.5, zero, zero, zero))


def test_every_limit_of_a_real_town_is_obeyed(town):
    """Ways with their OSM id: the free vehicle's way goes through, that of the larger one never does."""
    path, roads, count = town
    ids = [set(map(int, text.split(";"))) for text in roads.edges["way_ids"].tolist()]
    ways, _ = signed(path)
    wrong, before_used, listed = [], 0, 0
    for way, tags in ways.items():
        edges = [edge for edge, named in enumerate(ids) if way in named]
        for tag, value in tags:
            if not np.isfinite(read_limit(tag, value).most) or not edges:
                continue
            listed += 1
            who = over(tag, value)
            barred = np.flatnonzero(~access(roads, who).through)
            wrong += [(way, tag, value, "open") for edge in edges if edge not in barred]
            wrong += [(way, tag, value, "no reason") for edge in edges if tag not in
                      {reason.tag for reason in why_closed(roads, who, [edge])}]
            ends = across(roads, edges[0])
            if ends is None:
                continue
            (free,), (bound,) = paths(roads, FREE, *ends), paths(roads, who, *ends)
            before_used += free is not None and edges[0] in free.edges
            if bound is not None and np.isin(bound.edges, barred).any():
                wrong.append((way, tag, value, "driven", free.edges.tolist(), bound.edges.tolist()))

    assert wrong == []
    assert listed == count
    assert before_used > 0.5 * listed  # the limits are in the way


def test_every_limit_on_a_node_of_a_real_town_is_obeyed(town):
    """Height bars at the mouths of garages: no way passes them."""
    path, roads, _ = town
    row = {osm: number for number, osm in enumerate(roads.nodes["osm_id"].tolist())}
    _, nodes = signed(path)
    here = {node: tags for node, tags in nodes.items() if node in row}
    for node, tags in here.items():
        for tag, value in tags:
            who = over(tag, value)
            assert not access(roads, who).passable[row[node]], (node, tag, value)
            assert [closing[:2] for _, closing in why_blocked(roads, who, [row[node]])] == [(tag, value)]

    assert len(here) >= 2
