"""Service areas against a plain Dijkstra, their laws, and what is refused."""

import importlib.util
import sys
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely

import gisdata
from gisdata.areas import service_areas
from gisdata.areas.fitting import gaps, parts_of
from gisdata.areas.reach import Pieces
from gisdata.network import many_to_many, snap

HERE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def judge():
    spec = importlib.util.spec_from_file_location("areas_judge", HERE.parent / "benchmarks" / "areas_judge.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["areas_judge"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def monaco():
    return gisdata.load_sample("monaco")


@pytest.fixture(scope="module")
def helsinki():
    return gisdata.read_osm(HERE / "data" / "helsinki-centre-2019.osm.pbf")


def require_good(judge, roads, sites, profile, minutes):
    """Each area keeps to what the issue asks for, measured by a search of its own."""
    areas = service_areas(roads, sites, profile, minutes)
    for site, time, area in zip(areas["site"], areas["minutes"], areas.geometry, strict=True):
        place = sites[sites["id"] == site].iloc[0]
        found = judge.shares(roads, profile, place["lon"], place["lat"], time, area)
        assert area.is_valid
        assert found["nodes_right_percent"] >= 99.5, (site, time, found)
        assert found["reached_inside_percent"] >= 98, (site, time, found)
        assert found["unreached_inside_percent"] <= 2, (site, time, found)
        assert found["parts"] == 1, (site, time, found)  # what one site reaches hangs together


@pytest.mark.parametrize("profile", ["van", "truck"])
def test_areas_of_monaco_keep_to_a_plain_search(judge, monaco, profile):
    """Tunnels under streets, one-way hairpins, streets closed to trucks."""
    require_good(judge, monaco.roads, monaco.orders.iloc[[3, 20, 60]], profile, (1, 2.5))


def test_areas_of_helsinki_keep_to_a_plain_search(judge, helsinki):
    """A clipped extract with one-way streets and zones for destinations only."""
    rows = np.flatnonzero(helsinki.nodes["main"])[[10, 60]]
    sites = helsinki.nodes.iloc[rows][["lon", "lat"]].assign(id=["a", "b"]) + {"lon": 2e-5, "lat": 1e-5, "id": ""}
    require_good(judge, helsinki, sites, "van", (1, 2))


@pytest.mark.long
def test_areas_of_wuhan_keep_to_a_plain_search(judge):
    """A city of 44,000 edges."""
    town = gisdata.load_sample("wuhan")
    require_good(judge, town.roads, town.orders.iloc[[0, 50, 100, 150]], "truck", (5, 10, 15))


def test_a_site_is_inside_and_more_time_means_more_land(monaco):
    """Areas of one site lie within each other; the site lies in the smallest, its road also after a second."""
    sites = monaco.orders.iloc[[5]]
    areas = service_areas(monaco.roads, sites, "van", (3, 1, 1 / 60))
    smallest, middle, largest = areas.geometry
    on_road = snap(monaco.roads, sites["lon"], sites["lat"], "van")

    assert areas["minutes"].tolist() == [1 / 60, 1, 3]
    assert smallest.intersects(shapely.Point(on_road.lon[0], on_road.lat[0]))
    assert smallest.difference(middle).area < 0.05 * smallest.area
    assert middle.difference(largest).area < 1e-3 * middle.area
    assert areas["road_m"].is_monotonic_increasing
    assert areas["road_m"].iloc[0] == pytest.approx(2 * 1000 / 3600 * 25, rel=0.6)  # a second at some 25 km/h, two ways


def test_reached_road_of_a_known_grid(street_grid):
    """From a junction, 500 m of street each way at the residential speed; all four arms alike, none too far."""
    site = pd.DataFrame({"id": ["a"], "lon": [114.30 + 2 * 0.005], "lat": [30.60 + 2 * 0.005]})
    metres_a_minute = 500 / (gisdata.network.edge_time_s(street_grid, "van")[street_grid.edges["highway"].eq(
        "residential").to_numpy(dtype=bool)][0] / 60)

    (road_m,) = service_areas(street_grid, site, "van", 200 / metres_a_minute)["road_m"]

    assert road_m == pytest.approx(4 * 200, abs=0.5)


def test_areas_in_metres_are_those_of_the_ellipsoid(monaco):
    """Within 0.1 % of pyproj's geodesic area, here and far north."""
    from pyproj import Geod

    areas = service_areas(monaco.roads, monaco.orders.iloc[:2], "van", 3)
    exact = [abs(Geod(ellps="WGS84").geometry_area_perimeter(shapely.orient_polygons(area))[0])
             for area in areas.geometry]

    assert areas["area_m2"].tolist() == pytest.approx(exact, rel=1e-3)


def test_split_areas_hold_what_their_site_reaches_first(monaco):
    """Of 200 places on roads, each lies in the area of the site that the matrix calls nearest; areas hardly overlap."""
    sites = monaco.orders.iloc[[3, 30, 60]]
    split = service_areas(monaco.roads, sites, "van", 10, overlap="split")
    nodes = monaco.roads.nodes.sample(200, random_state=1)
    at, to = (snap(monaco.roads, table["lon"], table["lat"], "van") for table in (sites, nodes))
    time_ms, _ = many_to_many(monaco.roads, "van", at, to)
    time_ms = np.where(time_ms < 0, 10**9, time_ms)
    ranked = np.sort(time_ms, axis=0)
    clear = (ranked[0] < 600_000) & (ranked[1] - ranked[0] > 1000)
    points = shapely.points(to.lon, to.lat)[clear]
    inside = np.array([shapely.intersects(area, points) for area in split.geometry])

    assert clear.sum() > 100
    assert inside[time_ms.argmin(axis=0)[clear], np.arange(clear.sum())].mean() > 0.97
    flat = split.to_crs(split.estimate_utm_crs())
    assert flat.area.sum() == pytest.approx(flat.union_all().area, rel=2e-3)


def test_merged_bands_are_the_whole_without_its_inside(monaco):
    """Bands of all sites add up to the land and the road of the longest time."""
    sites = monaco.orders.iloc[[3, 30]]
    bands = service_areas(monaco.roads, sites, "van", (1, 2, 3), overlap="merged", bands=True)
    whole = service_areas(monaco.roads, sites, "van", 3, overlap="merged")

    assert bands["site"].tolist() == ["all"] * 3
    assert bands["from_minutes"].tolist() == [0, 1, 2]
    assert bands["area_m2"].sum() == pytest.approx(whole["area_m2"].iloc[0], rel=2e-3)
    assert bands["road_m"].sum() == pytest.approx(whole["road_m"].iloc[0], rel=1e-9)


def test_turns_and_the_hour_make_areas_smaller(monaco, tmp_path):
    """A van that obeys and times turns, and one in slow traffic, reach less road."""
    site, slow = monaco.orders.iloc[[10]], gisdata.load_profile("van")
    free = service_areas(monaco.roads, site, "van", 2)["road_m"].iloc[0]
    turning = service_areas(monaco.roads, site, "van turns=true", 2)["road_m"].iloc[0]
    file = tmp_path / "rush.toml"
    file.write_text(f'source = "made up"\n[[factors]]\nclasses = ["*"]\nvalues = {[0.5] * 24}\n', encoding="utf-8")
    rush = slow.on_trip(weekday="Mo", at="08:00", speeds=gisdata.read_hourly_speeds(file))
    late = service_areas(monaco.roads, site, rush, 2)["road_m"].iloc[0]

    assert turning < 0.97 * free
    assert late < 0.75 * free


def test_every_fault_of_the_sites_is_named(monaco):
    """All rows at once, with the place and the remedy."""
    sites = pd.DataFrame({"id": ["a", "b", "b", "c", "d"], "lon": [7.42, 7.421, 7.422, 512_000.0, 7.42],
                          "lat": [43.73, 43.731, 43.732, 4_843_000.0, 43.73]})

    with pytest.raises(gisdata.TableError) as refused:
        service_areas(monaco.roads, sites, "van")

    assert {(fault.row, fault.column) for fault in refused.value.faults} == {
        ("c", "lon, lat"), ("b", "id"), ("d", "lon, lat")}
    assert "stands where a stands" in str(refused.value)


def test_what_cannot_be_asked_is_refused(monaco):
    """No site, a site at sea, no time, no width, a word that is none, and positions without a system."""
    site = monaco.orders.iloc[[0]]
    at_sea = pd.DataFrame({"id": ["boat"], "lon": [7.45], "lat": [43.70]})
    bare = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy([7.42], [43.73]))

    with pytest.raises(gisdata.RoadNetworkError, match="empty"):
        service_areas(monaco.roads, site.iloc[:0], "van")
    with pytest.raises(gisdata.PlacesOffRoadError, match="boat"):
        service_areas(monaco.roads, at_sea, "van")
    with pytest.raises(gisdata.RoadNetworkError, match="got -1"):
        service_areas(monaco.roads, site, "van", (5, -1))
    with pytest.raises(gisdata.RoadNetworkError, match="beside_m"):
        service_areas(monaco.roads, site, "van", beside_m=0)
    with pytest.raises(gisdata.RoadNetworkError, match="overlap"):
        service_areas(monaco.roads, site, "van", overlap="both")
    with pytest.raises(gisdata.CrsError, match="set_crs"):
        service_areas(monaco.roads, bare, "van")


def test_gaps_are_what_parts_leave():
    """Overlapping parts in any order; an edge without parts is a gap, one that is covered has none."""
    covered = Pieces(np.array([7, 3, 3, 9]), np.array([0.0, 0.5, 0.2, 0.4]), np.array([1.0, 0.7, 0.6, 1.0]))

    rest = gaps(covered, np.array([3, 5, 7, 9]))

    assert rest.edge.tolist() == [3, 3, 5, 9]
    assert rest.begin.tolist() == [0.0, 0.7, 0.0, 0.0]
    assert rest.end.tolist() == [0.2, 1.0, 1.0, 0.4]


def test_parts_of_lines_are_those_of_shapely():
    """Cut like `shapely.ops.substring`, corners kept, whole ones untouched."""
    from shapely.ops import substring

    lines = np.array([shapely.LineString(at) for at in ([(0, 0), (3, 0), (3, 4)], [(0, 0), (0, 10)])], dtype=object)
    begin, end = np.array([0.2, 0.0, 0.0]), np.array([0.9, 1.0, 0.25])

    parts = parts_of(lines, np.array([0, 0, 1]), begin, end)

    wanted = [substring(lines[0], 1.4, 6.3), lines[0], substring(lines[1], 0, 2.5)]
    assert [shapely.equals_exact(part, want, 1e-9) for part, want in zip(parts, wanted, strict=True)] == [True] * 3
