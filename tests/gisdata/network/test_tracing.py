"""Ways with geometry: cut exactly where they begin and end, and never longer than driven."""

import numpy as np
import pytest
import shapely

from gisdata import RoadNetworkError
from gisdata.network import many_to_many, paths, snap
from gisdata.network.measure import great_circle_m

STEP = 0.001
BENT = {1: (0.0, 0.0), 2: (STEP, 0.0), 3: (2 * STEP, 0.0)}


def drawn_m(path):
    """Return the length of a path's line."""
    corners = shapely.get_coordinates(path.line)
    return great_circle_m(*corners[:-1].T, *corners[1:].T).sum()


def test_a_path_begins_and_ends_at_its_places_to_the_last_digit(street_grid):
    """Random places on the grid."""
    chance = np.random.default_rng(5)
    lon, lat = 114.30 + 0.025 * chance.random(40), 30.60 + 0.025 * chance.random(40)
    at = snap(street_grid, lon, lat, "car")
    begin, end = at[:20], at[20:]

    for row, path in enumerate(paths(street_grid, "car", begin, end)):
        corners = path.line.coords
        assert corners[0] == (begin.lon[row], begin.lat[row])
        assert corners[-1] == (end.lon[row], end.lat[row])


def test_one_edge_is_cut_at_both_ends_and_driven_backwards(network_of):
    """A bent road of two stretches, from the middle of the second to the middle of the first: the bend is between."""
    town = network_of({1: (0.0, 0.0), 2: (STEP, STEP)}, [{"ends": (1, 2), "via": [(STEP, 0.0)], "length_m": 200.0}])
    at = snap(town, [STEP / 2, STEP], [0.0, STEP / 2], "car")

    (path,) = paths(town, "car", at[1:], at[:1])

    assert list(path.line.coords)[1:2] == [(STEP, 0.0)]
    assert np.ravel(path.line.coords).tolist() == pytest.approx([STEP, STEP / 2, STEP, 0, STEP / 2, 0], abs=1e-9)
    assert path.distance_m == pytest.approx(100, abs=0.001)


def test_corners_of_whole_edges_are_those_of_the_map(network_of):
    """No corner is moved by the projection used to cut."""
    town = network_of(BENT, [{"ends": (1, 2), "via": [(STEP / 2, STEP / 3)]}, {"ends": (2, 3)}])
    at = snap(town, [0.0, 2 * STEP], [0.0, 0.0], "car")

    (path,) = paths(town, "car", at[:1], at[1:])

    assert list(path.line.coords) == [(0.0, 0.0), (STEP / 2, STEP / 3), (STEP, 0.0), (2 * STEP, 0.0)]


def test_edges_are_listed_in_the_order_driven(street_grid):
    """Each edge ends where the next begins."""
    at = snap(street_grid, [114.301, 114.3222], [30.6, 30.625], "car")

    (path,) = paths(street_grid, "car", at[:1], at[1:])

    u, v = (street_grid.edges[end].to_numpy()[path.edges] for end in ("u", "v"))
    assert (v[:-1] == u[1:]).all()
    assert len(path.edges) >= 9


def test_the_same_place_twice_is_a_path_of_no_length(street_grid):
    """A line of two equal points, so that every map can draw it."""
    at = snap(street_grid, [114.302], [30.6], "car")

    (path,) = paths(street_grid, "car", at, at)

    assert (path.distance_m, path.duration_s, len(path.line.coords), len(path.edges)) == (0.0, 0.0, 2, 0)


def test_no_way_is_none_and_others_still_come(network_of, snaps_at):
    """An island and a place on no road."""
    places = BENT | {8: (0.5, 0.5), 9: (0.501, 0.5)}
    town = network_of(places, [{"ends": (1, 2)}, {"ends": (8, 9)}])
    far = np.flatnonzero(town.edges["way_ids"] == "2")[0]

    found = paths(town, "car", snaps_at((0, 0.1), (0, 0.1), (0, 0.1)), snaps_at((far, 0.5), (-1, 0.0), (0, 0.9)))

    assert [path is None for path in found] == [True, True, False]


def test_origins_and_destinations_pair_up(street_grid):
    """Three against one."""
    at = snap(street_grid, [114.302] * 3, [30.6] * 3, "car")

    with pytest.raises(RoadNetworkError, match="3 origins and 1 destinations"):
        paths(street_grid, "car", at, at[:1])


def test_paths_through_monaco_are_as_long_as_they_look(monaco_roads):
    """A real town: lines, cells and lengths agree within the rounding to a millimetre an edge."""
    chance = np.random.default_rng(7)
    row = chance.choice(np.flatnonzero(monaco_roads.nodes["main"]), 30)
    lon, lat = (monaco_roads.nodes[axis].to_numpy()[row] + chance.normal(0, 2e-4, 30) for axis in ("lon", "lat"))
    at = snap(monaco_roads, lon, lat, "truck")
    time, length = many_to_many(monaco_roads, "truck", at[:15], at[15:])

    for number, path in enumerate(paths(monaco_roads, "truck", at[:15], at[15:])):
        if path is None:
            assert time[number, number] == -1
            continue
        assert round(path.duration_s * 1000) == time[number, number]
        assert round(path.distance_m * 1000) == length[number, number]
        assert drawn_m(path) == pytest.approx(path.distance_m, abs=0.05)
