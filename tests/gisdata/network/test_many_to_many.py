"""Times and distances against networkx on random networks, and small cases worked out by hand.

The judge cuts every edge at every place and lets networkx search with exact whole numbers; it shares no code with the
package beyond the speed of an edge.
"""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisdata.errors import TooLargeError
from gisdata.network import edge_time_s, many_to_many, paths, snap
from gisdata.network.snapping import Snaps

BIG = 10**15


@st.composite
def cases(draw):
    """Draw a small network and places on it: parallel roads, self-loops, one-ways, roads without length, bollards."""
    count = draw(st.integers(2, 6))
    spot = st.tuples(st.integers(0, 2), st.integers(0, 2))
    spots = draw(st.lists(spot, min_size=count, max_size=count))
    road = st.fixed_dictionaries({
        "ends": st.tuples(st.integers(1, count), st.integers(1, count)),
        "two_way": st.booleans(),
        "length_m": st.sampled_from([0.0, 0.0004, 12.3456, 100.0, 250.5]) | st.floats(0, 3000),
        "highway": st.sampled_from(["residential", "service", "primary", "no such class"]),
    })
    roads = draw(st.lists(road, min_size=1, max_size=10))
    for row, each in enumerate(roads):
        each["via"] = [(0.01 + row / 100, 0.01), (0.01 + row / 100, 0.02)]
    barriers = {name: {"barrier": "bollard"} for name in draw(st.sets(st.integers(1, count), max_size=1))}
    edges = sum(2 if each["two_way"] else 1 for each in roads)
    fraction = st.sampled_from([0.0, 0.25, 0.5, 1.0]) | st.floats(0, 1)
    places = st.lists(st.tuples(st.integers(-1, edges - 1), fraction), min_size=1, max_size=5)
    named = {name: (x / 1000, y / 1000) for name, (x, y) in enumerate(spots, start=1)}
    return named, roads, barriers, draw(places), draw(places)


def judged(roads, sources, targets):
    """Return exact (milliseconds, millimetres) of each pair by networkx, None where there is no way."""
    u, v, way = (roads.edges[name].tolist() for name in ("u", "v", "way_ids"))
    barrier = set(np.flatnonzero(roads.nodes["barrier"].notna()).tolist())
    seconds = edge_time_s(roads, "car")
    graph = nx.MultiDiGraph()

    def link(a, b, time=0, length=0):
        if a not in barrier and b not in barrier:
            graph.add_edge(a, b, weight=time * BIG + length)

    for row in np.flatnonzero(np.isfinite(seconds)).tolist():
        length = round(roads.edges["length_m"].iloc[row] * 1000)
        time = max(round(seconds[row] * 1000), 1 if length else 0)
        twin = next((b for b in range(len(u)) if b != row and way[b] == way[row]), None)
        stops = {(0, 0), (time, length)}
        for kind, places in (("from", sources), ("to", targets)):
            for edge, fraction in places:
                if edge in {row, twin} and edge >= 0:
                    along = fraction if edge == row else 1 - fraction
                    at = (round(along * time), round(along * length))
                    stops.add(at)
                    here, junction = (kind, edge, fraction), u[row] if kind == "from" else v[row]
                    ends = [(row, at)] + [junction] * (at[1] == (0 if kind == "from" else length))
                    for end in ends:
                        link(*((here, end) if kind == "from" else (end, here)))
        chain = sorted(stops)
        for (t0, l0), (t1, l1) in pairwise(chain):
            link((row, (t0, l0)), (row, (t1, l1)), t1 - t0, l1 - l0)
        link(u[row], (row, chain[0]))
        link((row, chain[-1]), v[row])
    answer = []
    for source in sources:
        known = ("from", *source) in graph
        reached = nx.single_source_dijkstra_path_length(graph, ("from", *source)) if known else {}
        answer.append([divmod(reached[t], BIG) if (t := ("to", *place)) in reached else None for place in targets])
    return answer


@pytest.mark.parametrize("examples", [60, pytest.param(3000, marks=pytest.mark.long)])
def test_agrees_with_networkx_to_the_millisecond_and_millimetre(network_of, snaps_at, examples):
    """Any network, any places: the time of the fastest way, and the length of the shortest among those."""
    settings(max_examples=examples)(given(case=cases())(agrees_with_networkx))(network_of, snaps_at)


def agrees_with_networkx(network_of, snaps_at, case):
    places, roads, barriers, sources, targets = case
    town = network_of(places, roads, barriers)

    time, length = many_to_many(town, "car", snaps_at(*sources), snaps_at(*targets))

    cells = [zip(*rows, strict=True) for rows in zip(time.tolist(), length.tolist(), strict=True)]
    ours = [[None if t < 0 else (t, m) for t, m in row] for row in cells]
    assert ours == judged(town, sources, targets)


@settings(max_examples=25)
@given(case=cases())
def test_a_path_takes_as_long_as_its_cell_says(network_of, snaps_at, case):
    """Paths and tables come from one rule, so they agree to the last digit."""
    places, roads, barriers, sources, targets = case
    town = network_of(places, roads, barriers)
    pairs = [(s, t) for s in sources for t in targets]
    time, length = many_to_many(town, "car", snaps_at(*sources), snaps_at(*targets))

    found = paths(town, "car", snaps_at(*(s for s, _ in pairs)), snaps_at(*(t for _, t in pairs)))

    ours = [(-1, -1) if p is None else (round(p.duration_s * 1000), round(p.distance_m * 1000)) for p in found]
    assert ours == list(zip(time.ravel().tolist(), length.ravel().tolist(), strict=True))


SQUARE = {1: (0.0, 0.0), 2: (0.001, 0.0), 3: (0.001, 0.001), 4: (0.0, 0.001)}


def test_both_directions_of_a_two_way_road(network_of, snaps_at):
    """Residential 25 km/h: 100 m take 14.4 s, so from 20 m to 70 m it is 50 m and 7.2 s, either way."""
    town = network_of(SQUARE, [{"ends": (1, 2), "length_m": 100.0}])
    ends = snaps_at((0, 0.2), (0, 0.7))

    time, length = many_to_many(town, "car", ends, ends)

    assert time.tolist() == [[0, 7200], [7200, 0]]
    assert length.tolist() == [[0, 50_000], [50_000, 0]]


def test_one_way_road_is_driven_round_the_block(network_of, snaps_at):
    """On a one-way ring of four times 100 m, 50 m back is 350 m on."""
    ring = [{"ends": ends, "two_way": False, "length_m": 100.0} for ends in ((1, 2), (2, 3), (3, 4), (4, 1))]
    town = network_of(SQUARE, ring)

    _, length = many_to_many(town, "car", snaps_at((0, 0.7)), snaps_at((0, 0.2), (0, 0.9)))

    assert length.tolist() == [[350_000, 20_000]]


def test_of_parallel_roads_the_faster_counts_once(network_of, snaps_at):
    """A 300 m primary road at 65 km/h (16.615 s) beats a 200 m residential at 25 km/h (28.8 s); nothing is summed."""
    roads = [{"ends": (1, 2), "length_m": 200.0, "via": [(0.0005, 0.0005)]},
             {"ends": (1, 2), "length_m": 300.0, "highway": "primary"}, {"ends": (3, 1)}, {"ends": (2, 4)}]
    town = network_of(SQUARE, roads)
    u, v = town.edges["u"].to_numpy(), town.edges["v"].to_numpy()
    begin, end = np.flatnonzero((u == 2) & (v == 0))[0], np.flatnonzero((u == 1) & (v == 3))[0]

    time, length = many_to_many(town, "car", snaps_at((begin, 1.0)), snaps_at((end, 0.0)))

    assert (time.item(), length.item()) == (round(0.3 / 65 * 3_600_000), 300_000)


def test_a_road_without_length_is_a_road(network_of, snaps_at):
    """Two junctions in one spot, joined by a road of 0 m: SciPy's sparse zero must not mean that there is no road."""
    town = network_of(SQUARE, [{"ends": (1, 2)}, {"ends": (2, 3), "length_m": 0.0}, {"ends": (3, 4)}])
    u, v = town.edges["u"].to_numpy(), town.edges["v"].to_numpy()
    begin, end = np.flatnonzero((u == 0) & (v == 1))[0], np.flatnonzero((u == 2) & (v == 3))[0]

    _, length = many_to_many(town, "car", snaps_at((begin, 0.5)), snaps_at((end, 0.5)))

    assert length.item() == 100_000


def test_a_place_at_a_junction_uses_every_road_there(network_of, snaps_at):
    """A place snapped to the begin of a one-way road need not drive it: the other road of the junction is there too."""
    town = network_of(SQUARE, [{"ends": (1, 2), "two_way": False, "length_m": 900.0}, {"ends": (1, 4)}])
    out, other = np.flatnonzero(town.edges["way_ids"] == "1")[0], np.flatnonzero(town.edges["u"] == 0)[-1]

    _, length = many_to_many(town, "car", snaps_at((out, 0.0)), snaps_at((other, 0.5)))

    assert length.item() == 50_000


def test_islands_and_places_off_the_road_are_minus_one(network_of, snaps_at):
    """Two roads that do not meet, and a place without an edge."""
    town = network_of(SQUARE, [{"ends": (1, 2)}, {"ends": (3, 4)}])
    far = np.flatnonzero(town.edges["way_ids"] == "2")[0]

    time, length = many_to_many(town, "car", snaps_at((0, 0.5)), snaps_at((far, 0.5), (-1, 0.0)))

    assert time.tolist() == length.tolist() == [[-1, -1]]


def test_a_bollard_lets_nobody_through_but_both_sides_are_served(network_of, snaps_at):
    """Bollard at junction 2 between two roads: each side reaches its own, not the other."""
    town = network_of(SQUARE, [{"ends": (1, 2)}, {"ends": (2, 3)}], {2: {"barrier": "bollard"}})
    here, there = (np.flatnonzero(town.edges["way_ids"] == way)[0] for way in ("1", "2"))

    _, length = many_to_many(town, "car", snaps_at((here, 0.25)), snaps_at((here, 0.75), (there, 0.5)))

    assert length.tolist() == [[50_000, -1]]


def test_tables_turned_round_are_the_same(network_of, snaps_at):
    """With more sources than targets the search runs from the targets; the answer must not show it."""
    roads = [{"ends": (1, 2)}, {"ends": (2, 3), "two_way": False}, {"ends": (3, 4)}, {"ends": (4, 1)}]
    town = network_of(SQUARE, roads)
    places = [(edge, fraction) for edge in range(len(town.edges)) for fraction in (0.0, 0.3, 1.0)]

    whole = many_to_many(town, "car", snaps_at(*places), snaps_at(*places))
    columns = [many_to_many(town, "car", snaps_at(*places), snaps_at(place)) for place in places]

    for kind in (0, 1):
        assert (whole[kind] == np.concatenate([column[kind] for column in columns], axis=1)).all()


def test_a_journey_of_days_is_still_exact(network_of, snaps_at):
    """Roads of 100,000 km take longer than time and millimetres fit into one number; metres are kept then."""
    long = 1e8
    town = network_of(SQUARE, [{"ends": (1, 2), "length_m": long}, {"ends": (2, 3), "length_m": long}])
    u, v = town.edges["u"].to_numpy(), town.edges["v"].to_numpy()
    begin, end = np.flatnonzero((u == 0) & (v == 1))[0], np.flatnonzero((u == 1) & (v == 2))[0]

    time, length = many_to_many(town, "car", snaps_at((begin, 0.0)), snaps_at((end, 1.0)))

    assert time.item() == 2 * round(long / 25 * 3600)
    assert length.item() == pytest.approx(2 * long * 1000, abs=1000)


def test_too_many_pairs_are_refused_before_anything_is_allocated(street_grid):
    """100,000 by 100,000 cells are 160 GB."""
    many = np.zeros(100_000)
    places = Snaps(many.astype(np.int64), many, many, many, many)

    with pytest.raises(TooLargeError, match="100,000 x 100,000"):
        many_to_many(street_grid, "car", places, places)


def test_no_places_give_an_empty_table(street_grid):
    """An empty list of orders is no error here."""
    some, none = snap(street_grid, [114.301], [30.601], "car"), snap(street_grid, [], [], "car")

    time, length = many_to_many(street_grid, "car", some, none)

    assert time.shape == length.shape == (1, 0)
