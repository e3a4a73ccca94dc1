"""Coverage, catchments, density, overlay, land beside roads, and what is said and drawn of them."""

import math

import geopandas
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

import gisdata
from gisdata.areas import (
    beside_roads,
    catchments,
    coverage,
    coverage_gaps,
    demand_density,
    draw,
    kernel_density,
    nearest,
    od_table,
    overlay,
    road_density,
    service_areas,
)
from gisdata.areas.measures import areas_m2, lengths_m
from gisdata.maps import save_map

GEOD = Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def monaco():
    return gisdata.load_sample("monaco")


@pytest.fixture(scope="module")
def sites(monaco):
    return monaco.orders.iloc[[3, 30, 60]]


@pytest.fixture(scope="module")
def plain_graph(street_grid):
    """The street grid as a networkx graph, seconds of the van."""
    graph = nx.DiGraph()
    times = gisdata.network.edge_time_s(street_grid, "van")
    graph.add_weighted_edges_from(zip(street_grid.edges["u"], street_grid.edges["v"], times, strict=True))
    return graph


def junctions(street_grid, rows):
    """Return some junctions as a table of places."""
    return street_grid.nodes.iloc[rows][["lon", "lat"]].assign(id=[f"J{row}" for row in rows])


def test_pairs_and_nearest_are_those_of_networkx(street_grid, plain_graph):
    """Every pair of eight junctions: seconds to the millisecond, and for each the two nearest in order."""
    here, there = [0, 9, 21, 35], [2, 14, 24, 33]
    wanted = {(f"J{a}", f"J{b}"): nx.shortest_path_length(plain_graph, a, b, "weight") for a in here for b in there}
    places, facilities = junctions(street_grid, here), junctions(street_grid, there)

    table = od_table(street_grid, places, facilities, "van")
    two = nearest(street_grid, places, facilities, "van", count=2)

    found = dict(zip(zip(table["origin"], table["destination"], strict=True), table["duration_s"], strict=True))
    assert found == pytest.approx(wanted, abs=0.02)  # each edge is rounded to a millisecond
    for name, rows in two.groupby("id"):
        times = sorted(time for (origin, _), time in wanted.items() if origin == name)
        assert rows["duration_s"].tolist() == pytest.approx(times[:2], abs=0.02)
        assert rows["rank"].tolist() == [1, 2]
    assert len(od_table(street_grid, places, facilities, "van", 2.0)) == sum(time <= 120 for time in wanted.values())


def test_coverage_gaps_and_catchments_tell_the_same(monaco, sites):
    """Shares follow from the table of pairs; what is not covered is a gap; catchments share out all demand."""
    pairs = od_table(monaco.roads, sites, monaco.orders, "van")
    soonest = pairs.groupby("destination", sort=False)["duration_s"].min().to_numpy() / 60
    weight = monaco.orders["weight_kg"].to_numpy()

    covered = coverage(monaco.roads, sites, monaco.orders, "van", (1, 2), column="weight_kg")
    gaps = coverage_gaps(monaco.roads, sites, monaco.orders, "van", 2, column="weight_kg")
    caught = catchments(monaco.roads, sites, monaco.orders, "van", column="weight_kg")

    assert covered["demand"].tolist() == pytest.approx([weight[soonest <= limit].sum() for limit in (1, 2)])
    assert covered["share"].iloc[1] == pytest.approx(1 - gaps["demand"].sum() / weight.sum())
    assert gaps["demand"].is_monotonic_decreasing
    assert set(gaps["id"]) == set(monaco.orders["id"][soonest > 2])
    assert caught["demand"].sum() == pytest.approx(weight.sum())
    assert caught["places"].sum() == len(weight)
    assert (caught["mean_minutes"] * caught["demand"]).sum() == pytest.approx((soonest * weight).sum())
    assert caught["most_minutes"].max() == pytest.approx(soonest.max())


def test_bad_demand_is_refused_with_its_places(monaco, sites):
    """Negative, missing, none at all, and a column that is not there."""
    demand = monaco.orders.iloc[:4][["id", "lon", "lat"]].assign(tonnes=[1.0, -2.0, math.nan, 3.0])

    with pytest.raises(gisdata.TableError) as refused:
        coverage(monaco.roads, sites, demand, "van", column="tonnes")
    assert [fault.row for fault in refused.value.faults] == ["M02", "M03"]
    with pytest.raises(gisdata.RoadNetworkError, match="no column 'tons'"):
        demand_density(demand, column="tons")
    with pytest.raises(gisdata.RoadNetworkError, match="all of it is 0"):
        catchments(monaco.roads, sites, demand.assign(tonnes=0.0), "van", column="tonnes")


@settings(max_examples=8)
@given(st.lists(st.tuples(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2), st.floats(0, 1e4)), min_size=1, max_size=8),
       st.sampled_from([150.0, 700.0]), st.sampled_from([-60.0, 0.1, 30.6]))
def test_density_sums_to_its_demand(rows, cell, south):
    """Squares, hexagons and kernels, anywhere, also where a radius is smaller than a cell."""
    demand = pd.DataFrame(rows, columns=["lon", "lat", "tonnes"]).add([114.0, south, 0.0])
    total = demand["tonnes"].sum()

    assert demand_density(demand, cell, column="tonnes")["demand"].sum() == pytest.approx(total)
    assert demand_density(demand, 7, column="tonnes", grid="h3")["demand"].sum() == pytest.approx(total)
    assert kernel_density(demand, 400.0, cell, column="tonnes")["demand"].sum() == pytest.approx(total)


def test_a_kernel_is_highest_at_its_place_and_ends_at_its_radius():
    """One place in the middle of a cell: the weights are (1 - r^2)^2, scaled; no cell beyond the radius."""
    one = geopandas.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(500_050, 3_400_050)], crs="EPSG:32650")

    cells = kernel_density(one, 290.0, 100.0)

    at = cells.to_crs("EPSG:32650").centroid
    away = np.hypot(at.x - 500_050, at.y - 3_400_050) / 290
    weight = np.where(away < 1, (1 - away**2) ** 2, 0)
    assert cells["demand"].to_numpy() == pytest.approx(weight / weight.sum(), abs=1e-6)
    assert len(cells) == 25  # whole steps (dx, dy) with dx^2 + dy^2 < 2.9^2


@pytest.mark.parametrize("lat", [0.0, 43.7, 69.6])
def test_lengths_and_areas_are_those_of_the_ellipsoid(lat):
    """Within 0.1 % of pyproj's geodesic ones: small, 100 km long, and far larger than a flat picture carries."""
    shapes = [shapely.box(10, lat, 10 + wide, lat + wide / 2) for wide in (0.01, 1.0, 12.0)]
    for shape in shapes:
        one = np.array([shape], dtype=object)
        area, around = GEOD.geometry_area_perimeter(shape)
        assert areas_m2(one)[0] == pytest.approx(abs(area), rel=1e-3)
        assert lengths_m(one)[0] == pytest.approx(around, rel=1e-3)


def test_overlay_of_two_systems_keeps_the_land():
    """Two squares that share a quarter, one in degrees and one in metres; the parts add up to the whole."""
    one = geopandas.GeoDataFrame({"a": [1]}, geometry=[shapely.box(7.40, 43.70, 7.42, 43.72)], crs="EPSG:4326")
    other = geopandas.GeoDataFrame({"b": [2]}, geometry=[shapely.box(7.41, 43.71, 7.43, 43.73)], crs="EPSG:4326")

    both = overlay(one, other.to_crs("EPSG:32632"))
    rest = overlay(one, other.to_crs("EPSG:32632"), "difference")

    assert both[["a", "b"]].to_numpy().tolist() == [[1, 2]]
    assert both["area_m2"][0] == pytest.approx(areas_m2(np.array([shapely.box(7.41, 43.71, 7.42, 43.72)]))[0], rel=1e-3)
    assert both["area_m2"][0] + rest["area_m2"][0] == pytest.approx(areas_m2(np.asarray(one.geometry))[0], rel=1e-6)
    with pytest.raises(gisdata.CrsError, match="set_crs"):
        overlay(one, geopandas.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)]))
    with pytest.raises(gisdata.RoadNetworkError, match="empty"):
        overlay(one, other.iloc[:0])


def test_land_beside_a_straight_road(street_grid):
    """The primary street, 5 x 500 m by its tag: some 2,396 m on the map; 20 m on both sides and round ends."""
    (row,) = beside_roads(street_grid, 20.0, ["primary"]).itertuples()
    metres = GEOD.line_length([114.30, 114.325], [30.60, 30.60])

    assert row.road_m == 2500
    assert row.area_m2 == pytest.approx(2 * 20 * metres + math.pi * 20**2, rel=1e-3)
    with pytest.raises(gisdata.RoadNetworkError, match="there are primary, residential, service"):
        beside_roads(street_grid, 20.0, ["motorway"])


def test_every_answer_is_told_in_both_languages_and_drawn(monaco, sites, tmp_path):
    """The figures of the table stand in the words; no brace is left; the page shows the words and asks for nothing."""
    answers = [service_areas(monaco.roads, sites, "van", (1, 2)), nearest(monaco.roads, monaco.orders, sites, "van"),
               coverage(monaco.roads, sites, monaco.orders, "van", 2), road_density(monaco.roads, 250.0),
               coverage_gaps(monaco.roads, sites, monaco.orders, "van", 1), kernel_density(monaco.orders, 500, 100),
               catchments(monaco.roads, sites, monaco.orders, "van"), demand_density(monaco.orders),
               od_table(monaco.roads, sites, monaco.orders, "van"), beside_roads(monaco.roads, 20, ["primary"])]
    for number, answer in enumerate(answers):
        english, chinese = gisdata.describe(answer), gisdata.describe(answer, "zh")
        save_map(draw(answer, monaco.roads), tmp_path / f"{number}.html")
        assert not set("{}\n") & set(english + chinese)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
        assert english.split(".")[0][:40] in (tmp_path / f"{number}.html").read_text(encoding="utf-8")
    share = f"{answers[2]['share'].iloc[0]:.1%}"
    assert share in gisdata.describe(answers[2])
    assert share in gisdata.describe(answers[2], "zh")
    with pytest.raises(gisdata.UnknownNameError, match="language"):
        gisdata.describe(answers[0], "fr")


def test_names_in_words_are_plain(monaco):
    """A site whose name is a script or a format is told as it stands, in one line without control characters."""
    site = pd.DataFrame({"id": ["<b>{x}\a\n</b>"], "lon": [7.42], "lat": [43.735]})

    told = gisdata.describe(service_areas(monaco.roads, site, "van", 1))

    assert "<b>{x}\ufffd </b>" in told
