"""Roads by cell, and the nearest facility by road: sums, hand-made towns, and a plain search as judge."""

import geopandas
import numpy as np
import pandas as pd
import pytest

import gisdata
from gisdata.areas import nearest, road_density
from gisdata.network import many_to_many, snap
from gisdata.network.topology import topology


@pytest.fixture(scope="module")
def monaco():
    return gisdata.load_sample("monaco")


def undirected_km(roads):
    """Return the kilometres of a network, both directions of a road counted once."""
    twin = topology(roads).twin
    return roads.edges["length_m"].to_numpy()[(twin < 0) | (np.arange(len(twin)) < twin)].sum() / 1000


@pytest.mark.parametrize("cell_m", [200.0, 500.0, 20_000.0])
def test_kilometres_of_all_cells_are_those_of_the_network(monaco, cell_m):
    """Whatever the size of the cells, one larger than the town among them."""
    cells = road_density(monaco.roads, cell_m)

    assert cells.crs == "EPSG:4326"
    assert cells["road_km"].sum() == pytest.approx(undirected_km(monaco.roads), rel=1e-9)
    assert (cells["km_per_km2"] * (cell_m / 1000) ** 2).tolist() == pytest.approx(cells["road_km"].tolist())


def test_cells_are_squares_of_the_size_asked_for(monaco):
    """Measured in the UTM zone of the place, 32 north."""
    area = road_density(monaco.roads, 250.0).to_crs("EPSG:32632").area

    assert area.tolist() == pytest.approx([62_500.0] * len(area), rel=1e-6)


def test_density_of_a_known_grid(street_grid):
    """Two-way streets every 0.005 degree, 500 m by their tag: 60 of them, 30 km."""
    assert road_density(street_grid, 1000.0)["road_km"].sum() == pytest.approx(30.0)


def test_impossible_cells_are_refused(street_grid):
    """No size, and far too many."""
    with pytest.raises(gisdata.RoadNetworkError, match="more than 0"):
        road_density(street_grid, 0.0)
    with pytest.raises(gisdata.RoadNetworkError, match="larger"):
        road_density(street_grid, 1.0)


def test_the_nearest_by_road_is_that_of_the_whole_table(monaco):
    """Every order of Monaco against four of its places: as the smallest cell of each row of the matrix says."""
    places, facilities = monaco.orders, monaco.orders.iloc[[3, 20, 40, 60]]
    found = nearest(monaco.roads, places, facilities, "van")
    at, there = (snap(monaco.roads, table["lon"], table["lat"], "van") for table in (places, facilities))
    time_ms, length_mm = many_to_many(monaco.roads, "van", at, there)

    best = time_ms.argmin(axis=1)
    assert found.crs == "EPSG:4326"
    assert found["facility"].tolist() == facilities["id"].astype(str).to_numpy()[best].tolist()
    assert (found["duration_s"] * 1000).round().tolist() == time_ms.min(axis=1).tolist()
    assert (found["distance_m"] * 1000).round().tolist() == length_mm[np.arange(len(best)), best].tolist()
    assert not found.geometry.isna().any()


def test_places_that_reach_none_say_so(street_grid):
    """A place far off the road has no facility, no time and no line; points in another reference system are fine."""
    places = pd.DataFrame({"id": ["near", "far"], "lon": [114.301, 114.5], "lat": [30.6, 30.9]})
    facility = geopandas.GeoDataFrame(index=["shop"], geometry=geopandas.points_from_xy([114.31], [30.6]),
                                      crs="EPSG:4326").to_crs("EPSG:3857")

    found = nearest(street_grid, places, facility, "van")

    assert found["facility"].isna().tolist() == [False, True]
    assert found["facility"].iloc[0] == "shop"
    assert np.isnan(found["duration_s"].iloc[1])
    assert found.geometry.is_empty.tolist() == [False, True]


def test_tables_without_positions_and_no_facility_are_refused(street_grid):
    """Each with what to do."""
    place = pd.DataFrame({"id": ["a"], "lon": [114.301], "lat": [30.6]})

    with pytest.raises(gisdata.RoadNetworkError, match="'lon' and 'lat'"):
        nearest(street_grid, place[["id"]], place, "van")
    with pytest.raises(gisdata.RoadNetworkError, match="no facility"):
        nearest(street_grid, place, place.iloc[:0], "van")
    with pytest.raises(gisdata.CrsError, match="set_crs"):
        nearest(street_grid, geopandas.GeoDataFrame(geometry=geopandas.points_from_xy([114.31], [30.6])), place, "van")
