"""Parts that maps are made of: packed roads, lanes, colours."""

import dataclasses
import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gisdata.basemap import CLASSES, SCALE, pack_lines, road_groups
from gisdata.lanes import side_by_side
from gisdata.palette import COLOURS, contrast, ink_on, line_style

EVERYWHERE = (-180.0, -90.0, 180.0, 90.0)
DEGREES = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def unpacked(steps):
    """Return the positions that a packed line stands for."""
    return np.array(steps).reshape(-1, 2).cumsum(axis=0) / SCALE


@given(st.lists(DEGREES, min_size=2, max_size=12, unique=True))
def test_packed_line_keeps_its_ends_and_its_course(points):
    """Ends move by at most half a step of 1e-5 degree; the course by the tolerance besides (1 m = 9e-6 degree)."""
    line = shapely.LineString(points)

    packed = [unpacked(steps) for steps in pack_lines([line], 1.0)]

    for drawn in packed:
        assert np.abs(drawn[[0, -1]] - np.array(points)[[0, -1]]).max() <= 0.5 / SCALE + 1e-9
        assert shapely.hausdorff_distance(shapely.LineString(drawn), line) <= 9e-6 + 1 / SCALE
    assert packed or line.length < 20 / SCALE or shapely.simplify(line, 9e-6, preserve_topology=False).length < 1e-5


def test_both_directions_of_a_street_are_drawn_once(street_grid):
    """60 streets of 0.005 degree, each two edges: 0.3 degree of line in all."""
    groups, _ = road_groups(street_grid, EVERYWHERE)

    drawn = sum(shapely.LineString(unpacked(steps)).length for group in groups for steps in group["lines"])
    assert drawn == pytest.approx(0.3, abs=1e-9)


def test_roads_come_in_classes_the_smallest_first(street_grid):
    """Primary roads are drawn last, so over all others; service roads only from zoom 14."""
    groups, _ = road_groups(street_grid, EVERYWHERE)

    assert [group["zoom"] for group in groups] == [14, 12, 0]
    assert groups[-1]["colour"] == next(c.colour for c in CLASSES if c.name == "primary roads")


def test_roads_outside_the_bounds_are_left_out(street_grid):
    """The bounds hold nothing but the south-west junction, where a primary and a residential street meet."""
    groups, _ = road_groups(street_grid, (114.299, 30.599, 114.301, 30.601))

    assert [len(group["lines"]) for group in groups] == [1, 1]


def test_roads_that_do_not_fit_the_budget_are_named(street_grid):
    """Straight streets cannot be thinned; so the smallest classes go first, and the reader is told."""
    groups, note = road_groups(street_grid, EVERYWHERE, budget_bytes=100)

    assert len(groups) == 1
    assert "minor roads" in note
    assert "service roads" in note


def test_winding_roads_are_thinned_to_the_budget(street_grid):
    """A road of 20,000 points that wiggle by a metre is drawn with less than a tenth of them."""
    along = np.linspace(0, 0.1, 20_000)
    wiggle = shapely.LineString(np.c_[114.30 + along, 30.60 + 1e-5 * np.sin(along * 60_000)])
    roads = dataclasses.replace(street_grid, geometry=np.array([wiggle] * len(street_grid.edges)))

    groups, note = road_groups(roads, EVERYWHERE, budget_bytes=20_000)

    assert note == ""
    assert sum(len(steps) for group in groups for steps in group["lines"]) < 2_000 * 2 * len(groups)


def test_routes_on_the_same_street_get_lanes_of_their_own():
    """Three routes share the middle of a street; each is in lane 0 where it is alone."""
    street = [(x / 1000, 0.0) for x in range(31)]
    paths = [[shapely.LineString([(0.0, side), *street[5:25], (0.03, side)])] for side in (0.02, -0.02, 0.04)]

    lanes = [[lane for _, lane in stretches] for stretches in side_by_side(paths)]

    assert [max(lane) for lane in lanes] == [0, 1, 2]
    assert all(lane[0] == lane[-1] == 0 for lane in lanes)


def test_stretches_make_up_the_whole_route():
    """Nothing is lost where the lane changes: each stretch begins where the one before ends."""
    shared = shapely.LineString([(0, 0), (0.02, 0)])
    longer = shapely.LineString([(0, 0), (0.02, 0), (0.02, 0.03)])

    _, stretches = side_by_side([[shared], [longer]])

    assert len(stretches) > 1
    assert all(one.coords[-1] == other.coords[0] for (one, _), (other, _) in itertools.pairwise(stretches))
    assert sum(line.length for line, _ in stretches) == pytest.approx(longer.length)


def test_legs_that_go_nowhere_take_no_lane():
    """Two orders at one door have a leg of two equal points; a route of nothing else has no stretch."""
    still = shapely.LineString([(0, 0), (0, 0)])
    street = shapely.LineString([(0, 0), (0.01, 0)])

    moving, standing = side_by_side([[still, street, street.reverse(), still], [still]])

    assert sum(line.length for line, _ in moving) == pytest.approx(0.02)
    assert standing == []


def test_the_ways_out_and_back_do_not_share_a_lane_count():
    """Opposite directions lie on opposite sides already, so both stay in lane 0."""
    street = shapely.LineString([(0, 0), (0.02, 0.01)])

    assert [[lane for _, lane in stretches] for stretches in side_by_side([[street], [street.reverse()]])] == [[0], [0]]


def test_thirty_two_routes_look_different():
    """Eight colours times four kinds of line."""
    styles = {line_style(number) for number in range(32)}

    assert len(styles) == 32


def test_neighbours_in_number_differ_in_colour():
    """Also where the kind of line changes."""
    colours = [line_style(number).colour for number in range(33)]

    assert all(one != other for one, other in itertools.pairwise(colours))


@pytest.mark.parametrize("colour", COLOURS)
def test_stop_numbers_read_well_on_every_colour(colour):
    """WCAG 2.2, success criterion 1.4.3: 4.5 to 1."""
    assert contrast(colour, ink_on(colour)) >= 4.5


def test_contrast_of_black_and_white():
    """21 to 1, by the definition of WCAG 2.2."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
