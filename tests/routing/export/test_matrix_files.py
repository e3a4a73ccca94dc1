"""A matrix on disk is the one in memory, and is there whole or not at all."""

import json

import numpy as np
import pandas as pd
import pytest

import routing
from gisdata.errors import PlacesOffRoadError, TooLargeError
from routing import travel
from routing.export import matrix_files


@pytest.fixture
def places():
    chance = np.random.default_rng(2)
    return pd.DataFrame({"id": [f"客户 {i}" for i in range(23)], "lon": 114.30 + 0.025 * chance.random(23),
                         "lat": 30.60 + 0.025 * chance.random(23)})


@pytest.mark.parametrize("cells", [1, 100, 4_000_000])
def test_what_is_written_is_what_travel_matrix_gives(street_grid, places, tmp_path, monkeypatch, cells):
    """In one part, in parts of some rows, in parts of one row."""
    whole = routing.travel_matrix(street_grid, places, "van")
    monkeypatch.setattr(travel, "_CELLS_AT_ONCE", cells)

    routing.write_travel_matrix(street_grid, places, "van", tmp_path / "矩阵")

    for name in ("duration_s", "distance_m"):
        np.testing.assert_array_equal(np.load(tmp_path / "矩阵" / f"{name}.npy", mmap_mode="r"), getattr(whole, name))
    assert json.loads((tmp_path / "矩阵" / "places.json").read_text(encoding="utf-8")) == list(whole.places)


def test_nothing_is_left_of_what_failed(street_grid, places, tmp_path, monkeypatch):
    """A way that is too long for 32 bits: the error says so, and the folder is not made."""
    monkeypatch.setattr(matrix_files, "_LARGEST", 1000)

    with pytest.raises(TooLargeError, match="does not fit into 32 bits"):
        routing.write_travel_matrix(street_grid, places, "van", tmp_path / "out")

    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_before(street_grid, places, tmp_path, monkeypatch):
    """23 places take 23 x 23 x 2 x 4 = 4,232 bytes, one more than are free."""
    monkeypatch.setattr(matrix_files.shutil, "disk_usage", lambda _: type("", (), {"free": 4231}))

    with pytest.raises(TooLargeError, match="on disk"):
        routing.write_travel_matrix(street_grid, places, "van", tmp_path / "out")


def test_places_off_the_road_are_named(street_grid, places, tmp_path):
    """One place is a degree away."""
    places.loc[4, "lat"] = 31.6

    with pytest.raises(PlacesOffRoadError, match=r"1 of 23 places .*'客户 4'"):
        routing.write_travel_matrix(street_grid, places, "van", tmp_path / "out")
