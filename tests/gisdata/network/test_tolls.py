"""How much of a path is a toll road, by hand."""

import pytest

from gisdata.network import paths
from gisdata.network.tolls import toll_m

STEP = 0.001


def test_only_the_driven_part_of_toll_edges_counts(network_of, snaps_at):
    """From the middle of the first toll road to the middle of the second; the one between is free."""
    at = {1: (0.0, 0.0), 2: (STEP, 0.0), 3: (2 * STEP, 0.0), 4: (3 * STEP, 0.0)}
    town = network_of(at, [{"ends": (1, 2), "two_way": False, "toll": "yes", "length_m": 300.0},
                           {"ends": (2, 3), "two_way": False, "toll": "no"},
                           {"ends": (3, 4), "two_way": False, "toll": "no;yes", "length_m": 80.0}])

    (path,) = paths(town, "car", snaps_at((0, 0.5)), snaps_at((2, 0.25)))

    assert toll_m(path, town, "car") == 150 + 20


@pytest.mark.parametrize(("profile", "metres"), [("car", 100.0), ("truck", 200.0)])
def test_trucks_have_tolls_of_their_own(network_of, snaps_at, profile, metres):
    """The first road charges cars only, the second and third trucks only."""
    at = {node: (node * STEP, 0.0) for node in range(1, 5)}
    town = network_of(at, [{"ends": (1, 2), "two_way": False, "toll": "yes", "toll:hgv": "no"},
                           {"ends": (2, 3), "two_way": False, "toll": "no", "toll:hgv": "yes"},
                           {"ends": (3, 4), "two_way": False, "toll:hgv": "yes"}])

    (path,) = paths(town, profile, snaps_at((0, 0.0)), snaps_at((2, 1.0)))

    assert toll_m(path, town, profile) == metres
