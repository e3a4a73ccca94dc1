"""The contracted graph against SciPy's Dijkstra on the same arrays, and its file in the cache."""

import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisdata.errors import TooLargeError
from gisdata.network import hierarchy as swift
from gisdata.network import shortest as plain
from gisdata.network.contraction import contract
from gisdata.network.ordering import contraction_order
from gisdata.network.turn_order import edge_places


def grid(side, seed):
    """Return a street grid with one-ways, ways without length and random times: arcs, and where its nodes lie."""
    rng = np.random.default_rng(seed)
    node = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    both = rng.random(len(tail)) < 0.7
    tail, head = np.concatenate([tail, head[both]]), np.concatenate([head, tail[both]])
    kept = rng.random(len(tail)) < 0.8
    tail, head = tail[kept], head[kept]
    length = rng.integers(0, 200_000, len(tail))
    time = np.where(length > 0, rng.integers(1, 20_000, len(tail)), 0)
    lon, lat = (node % side).ravel() / 1000, (node // side).ravel() / 1000
    return plain.Arcs(side * side, tail, head, time, length), lon, lat


def legs(rng, nodes, places):
    """Return one to three legs for each place but the last, which has none."""
    place = np.repeat(np.arange(places - 1), rng.integers(1, 4, places - 1))
    return plain.Legs(places, place, rng.integers(0, nodes, len(place)), rng.integers(0, 9_000, len(place)),
                      rng.integers(0, 50_000, len(place)))


def weighed(arcs, lon, lat):
    return swift.weigh(swift.order(arcs.count, arcs.tail, arcs.head, lon, lat), arcs)


@settings(max_examples=40, deadline=None)
@given(side=st.integers(1, 9), seed=st.integers(0, 10**6))
def test_tables_are_those_of_scipy(side, seed):
    """Times and lengths agree to the last digit, whichever side has fewer places and however many threads work."""
    arcs, lon, lat = grid(side, seed)
    rng = np.random.default_rng(seed)
    starts, ends = legs(rng, arcs.count, 1 + seed % 40), legs(rng, arcs.count, 5)

    ours = swift.tables(weighed(arcs, lon, lat), starts, ends, threads=1 + seed % 2)

    for found, expected in zip(ours, plain.tables(arcs, starts, ends), strict=True):
        np.testing.assert_array_equal(found, expected)


@settings(max_examples=25, deadline=None)
@given(side=st.integers(1, 7), seed=st.integers(0, 10**6))
def test_a_way_passes_arcs_that_add_up_to_its_cell(side, seed):
    """The nodes passed are joined by arcs; with a leg at either end they take as long as the table says."""
    arcs, lon, lat = grid(side, seed)
    rng = np.random.default_rng(seed)
    starts, ends = legs(rng, arcs.count, 4), legs(rng, arcs.count, 4)
    pairs = np.array([(s, t) for s in range(4) for t in range(4)])
    cost = {(a, b): (t, m) for a, b, t, m in zip(arcs.tail.tolist(), arcs.head.tolist(), arcs.time_ms.tolist(),
                                                   arcs.length_mm.tolist(), strict=True)}
    time, length = plain.tables(arcs, starts, ends)

    for (start, end), way in zip(pairs.tolist(), swift.ways(weighed(arcs, lon, lat), starts, ends, pairs), strict=True):
        assert (way is None) == (time[start, end] < 0)
        if way is not None:
            passed = way[2].tolist()
            inner = np.array([cost[hop] for hop in pairwise(passed)]).reshape(-1, 2).sum(axis=0)
            first = [(t, m) for p, n, t, m in zip(*columns(starts), strict=True) if (p, n) == (start, passed[0])]
            last = [(t, m) for p, n, t, m in zip(*columns(ends), strict=True) if (p, n) == (end, passed[-1])]
            assert way[:2] == (time[start, end], length[start, end])
            assert way[:2] == tuple((inner + min(first) + min(last)).tolist())


def columns(some):
    return some.place.tolist(), some.node.tolist(), some.time_ms.tolist(), some.length_mm.tolist()


def test_cuts_keep_the_contracted_graph_small():
    """Every node once, and not a fifth of the arcs that an order by chance gives."""
    arcs, lon, lat = grid(30, 3)

    order = contraction_order(arcs.count, arcs.tail.astype(np.int32), arcs.head.astype(np.int32), lon, lat)

    assert sorted(order.tolist()) == list(range(900))
    chance = np.random.default_rng(0).permutation(900).astype(np.int32)
    ends = chance[arcs.tail], chance[arcs.head]
    by_chance = contract(900, np.minimum(*ends), np.maximum(*ends))
    assert 5 * len(swift.order(arcs.count, arcs.tail, arcs.head, lon, lat).upper) < len(by_chance[1])


@settings(max_examples=25, deadline=None)
@given(side=st.integers(1, 9), seed=st.integers(0, 10**6))
def test_every_road_has_a_place_of_its_own_when_its_turns_are_ordered(side, seed):
    """Both directions of a road share it, no two roads do, and loops come before all."""
    arcs, lon, lat = grid(side, seed)
    tail, head = (np.append(ends, 0).astype(np.int32) for ends in (arcs.tail, arcs.head))  # a loop at the end

    places = edge_places(arcs.count, tail, head, lon, lat).tolist()

    road = list(zip(np.minimum(tail, head).tolist(), np.maximum(tail, head).tolist(), strict=True))
    assert len(set(zip(road, places, strict=True))) == len(set(road)) == len(set(places))
    assert places[-1] == min(places)


def test_an_endless_way_is_an_error_and_no_missing_way():
    """Two nodes 2**58 ms apart: the number for time and length runs over."""
    far = np.array([2**58, 2**58])
    arcs = plain.Arcs(2, np.array([0, 1]), np.array([1, 0]), far, np.array([5, 5]))
    one = plain.Legs(1, np.array([0]), np.array([0]), np.array([0]), np.array([0]))
    other = plain.Legs(1, np.array([0]), np.array([1]), np.array([0]), np.array([0]))

    with pytest.raises(TooLargeError, match="too long"):
        swift.tables(weighed(arcs, np.zeros(2), np.zeros(2)), one, other)


@pytest.mark.parametrize("damage", [lambda path: None, lambda path: path.write_bytes(b""),
                                    lambda path: path.write_bytes(path.read_bytes()[:-8])])
def test_a_kept_hierarchy_is_read_back_or_made_anew(network_of, monkeypatch, tmp_path, damage):
    """A damaged file in the cache is no fault; the hierarchy is the same in each case."""
    monkeypatch.setenv("ROUTEBOOK_CACHE", str(tmp_path))
    monkeypatch.setattr(swift, "KEPT_FROM_NODES", 0)
    spots = {name: (name / 1000, 0.0) for name in range(1, 5)}
    roads = [{"ends": (a, a + 1), "two_way": True, "length_m": 100.0, "highway": "residential"} for a in range(1, 4)]
    first = swift.hierarchy(network_of(spots, roads))
    (file,) = tmp_path.iterdir()
    damage(file)

    again = swift.hierarchy(network_of(spots, roads))

    for name in ("rank", "start", "upper", "parent"):
        np.testing.assert_array_equal(getattr(again, name), getattr(first, name))


def test_what_is_compiled_is_said_once_and_only_when_it_is(monkeypatch, tmp_path):
    """Two fresh processes with one empty cache: the first says that it compiles, in one line, the second nothing."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    script = ("import numpy as np; from gisdata.network import contraction, ordering\n"
              "tail, head = np.array([0], np.int32), np.array([1], np.int32)\n"
              "contraction.contract(2, tail, head); ordering.Graph.of(2, tail, head).peeled()")

    runs = [subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
            for _ in range(2)]

    said = "compiling kernels for this machine: once, up to a minute"
    assert [run.stderr.splitlines() for run in runs] == [[said], []]
