"""Every real network that ships: tables against networkx, and paths against their tables.

Places stand at junctions that can all reach each other over roads open to through traffic; roads for destinations
only have tests of their own. Where turns count, `test_turns` has the search to compare with.
"""

import networkx as nx
import numpy as np
import pytest

from gisdata.network import many_to_many, paths

TOWNS = ("monaco_roads", "helsinki_roads", "wuhan_roads")


@pytest.mark.parametrize("profile", ["car", "truck"])
@pytest.mark.parametrize("town", TOWNS)
def test_times_are_those_of_networkx(request, through_traffic, at_junctions, town, profile):
    """From five junctions to all others of the town, to the millisecond."""
    roads = request.getfixturevalue(town)
    graph = through_traffic(roads, profile)
    nodes = sorted(graph)
    some = np.random.default_rng(4).choice(nodes, 5, replace=False).tolist()

    time, _ = many_to_many(roads, profile, at_junctions(graph, some), at_junctions(graph, nodes))

    for row, source in enumerate(some):
        reached = nx.single_source_dijkstra_path_length(graph, source, weight="time")
        assert time[row].tolist() == [reached[node] for node in nodes]


@pytest.mark.parametrize("turns", [False, True])
@pytest.mark.parametrize("town", TOWNS)
def test_distances_are_the_sum_along_the_path(request, through_traffic, at_junctions, town, turns):
    """Of a hundred pairs: the path's roads join, and their lengths add up to the cell of the table."""
    roads = request.getfixturevalue(town)
    graph = through_traffic(roads, "truck")
    ends = np.random.default_rng(5).choice(sorted(graph), (2, 100))
    starts, goals = (at_junctions(graph, some) for some in ends.tolist())
    time, length = many_to_many(roads, "truck", starts, goals, turns=turns)
    u, v, metres = (roads.edges[name].to_numpy() for name in ("u", "v", "length_m"))

    found = paths(roads, "truck", starts, goals, turns=turns)

    for pair, path in enumerate(found):
        assert path is not None
        assert (v[path.edges[:-1]] == u[path.edges[1:]]).all()
        at_goal = path.edges[-1:] == goals.edge[pair]  # the place at the begin of it is all that is driven of this road
        driven = path.edges[:-1] if at_goal else path.edges
        assert round(path.duration_s * 1000) == time[pair, pair]
        assert round(path.distance_m * 1000) == length[pair, pair] == np.rint(metres[driven] * 1000).sum()
