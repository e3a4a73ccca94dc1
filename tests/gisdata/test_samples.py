"""The samples that ship: what they claim holds, and the scripts still make them."""

import dataclasses
import sys
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import pandas as pd
import pytest
import shapely

import gisdata

TOP = Path(__file__).parents[2]
SCRIPTS = TOP / "scripts"
DAYS = [("monaco", "80"), ("wuhan", "200"), ("wuhan", "1000")]
TABLES = ("orders", "pieces", "vehicles")
EARTH_M_PER_DEGREE = 111_195


def texts(name, file):
    """A table of a sample, every cell as its text."""
    return pd.read_csv(gisdata.sample_path(name) / file, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def roads():
    """The roads of each sample."""
    return {name: gisdata.load_roads(gisdata.sample_path(name) / f"{name}.roads") for name in ("monaco", "wuhan")}


@pytest.fixture(scope="module")
def scripts():
    """The modules that make the samples."""
    sys.path.insert(0, str(SCRIPTS))
    try:
        import make_samples
        import make_samples_roads

        yield make_samples, make_samples_roads
    finally:
        sys.path.remove(str(SCRIPTS))


def metres_from(lines, lon, lat):
    """Distance from a point to lines, on a plane that is true at the point."""
    scale = np.array([EARTH_M_PER_DEGREE * np.cos(np.radians(lat)), EARTH_M_PER_DEGREE])
    flat = shapely.transform(lines, lambda degrees: (degrees - (lon, lat)) * scale)
    return shapely.distance(flat, shapely.Point(0, 0))


def test_samples_together_stay_under_ten_megabytes():
    """The wheel stays small."""
    size = sum(path.stat().st_size for name in gisdata.sample_names() for path in gisdata.sample_path(name).iterdir())

    assert size < 10_000_000


@pytest.mark.wheel
@pytest.mark.parametrize("name", ["monaco", "wuhan"])
def test_sample_says_its_origin_and_licence(name):
    """The whole licence stands beside the data, and the text of the sample says what is generated."""
    licence = (gisdata.sample_path(name) / "LICENSE-ODbL.txt").read_text(encoding="utf-8")
    about = (gisdata.sample_path(name) / "README.md").read_text(encoding="utf-8")

    assert "© OpenStreetMap contributors" in licence
    assert "opendatacommons.org/licenses/odbl/1-0" in licence
    assert "10.4 Choice of law." in licence
    assert all(word in about for word in ("origin", "date", "Generated", "© OpenStreetMap contributors"))


@pytest.mark.wheel
@pytest.mark.parametrize("name", ["monaco", "wuhan"])
def test_roads_carry_attribution(name, roads):
    """A map made of the roads can name whom it owes."""
    assert "OpenStreetMap contributors" in roads[name].meta["attribution"]
    assert "ODbL" in roads[name].meta["licence"]


def test_wuhan_says_that_its_one_ways_are_inferred(roads):
    """Nobody should take them for surveyed."""
    assert "inferred" in roads["wuhan"].meta["notes"]
    assert set(";".join(roads["wuhan"].edges["oneway_basis"].unique()).split(";")) <= {
        "order", "class", "partner", "bridge", "assumed",
    }  # fmt: skip


@pytest.mark.wheel
@pytest.mark.parametrize(("name", "day"), DAYS)
def test_sample_loads_by_name_and_day(name, day):
    """Each day comes with as many orders as its name says, their pieces, a depot and a fleet."""
    sample = gisdata.load_sample(name, day)

    assert (sample.name, sample.day, len(sample.orders)) == (name, day, int(day))
    assert set(sample.pieces["order"]) == set(sample.orders["id"])
    assert set(sample.vehicles["depot"]) == set(sample.depots["id"])
    assert "Generated" in sample.about


def test_default_day_is_the_smallest():
    """Without a day, Wuhan is the 200-order day."""
    sample = gisdata.load_sample("wuhan")

    assert (sample.day, sample.days) == ("200", ("200", "1000"))


def test_unknown_sample_names_those_there_are():
    """A misspelt name is answered with the right ones."""
    with pytest.raises(gisdata.UnknownNameError, match=r"'atlantis'.*monaco, wuhan"):
        gisdata.load_sample("atlantis")


def test_unknown_day_names_those_there_are():
    """A day that does not exist is answered with those that do."""
    with pytest.raises(gisdata.UnknownNameError, match="no day '7'; it has: 200, 1000"):
        gisdata.load_sample("wuhan", "7")


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_pieces_add_up_to_their_orders_exactly(name, day):
    """Weight, volume and count of an order are the sums over its pieces, to the last decimal of the text."""
    orders = texts(name, f"orders-{day}.csv").set_index("id")
    sums = {order: [Decimal(0)] * 3 for order in orders.index}
    for row in texts(name, f"pieces-{day}.csv").rename(columns={"count": "many"}).itertuples():
        count = Decimal(row.many)
        volume = Decimal(row.length_m) * Decimal(row.width_m) * Decimal(row.height_m)
        added = (count * Decimal(row.weight_kg), count * volume, count)
        sums[row.order] = [total + part for total, part in zip(sums[row.order], added, strict=True)]

    stated = {row.Index: [Decimal(row.weight_kg), Decimal(row.volume_m3), Decimal(row.pieces)]
              for row in orders.itertuples()}
    assert sums == stated


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_every_piece_fits_into_every_vehicle(name, day):
    """No order is bound to one type of vehicle by the size of its pieces."""
    pieces, vehicles = (texts(name, f"{table}-{day}.csv") for table in ("pieces", "vehicles"))
    box = vehicles[["cargo_length_m", "cargo_width_m", "cargo_height_m"]].astype(float).min()
    sizes = pieces[["length_m", "width_m", "height_m"]].astype(float)

    assert (sizes["height_m"] <= box["cargo_height_m"]).all()
    assert (sizes[["length_m", "width_m"]].max(axis=1) <= box["cargo_length_m"]).all()
    assert (sizes[["length_m", "width_m"]].min(axis=1) <= box["cargo_width_m"]).all()


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_fleet_suffices_and_is_not_idle(name, day):
    """Demand is 70 % to 90 % of what the fleet carries in one tour each, by weight and by volume."""
    orders, vehicles = texts(name, f"orders-{day}.csv"), texts(name, f"vehicles-{day}.csv")
    counts = vehicles["count"].map(int)
    shares = [orders[demand].map(Fraction).sum() / (vehicles[limit].map(Fraction) * counts).sum()
              for demand, limit in (("weight_kg", "payload_kg"), ("volume_m3", "volume_m3"))]

    assert all(0.70 <= share <= 0.90 for share in shares)


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_usable_volume_is_less_than_the_cargo_box(name, day):
    """What a vehicle may load by volume never exceeds its box."""
    vehicles = texts(name, f"vehicles-{day}.csv").set_index("id")
    box = vehicles[["cargo_length_m", "cargo_width_m", "cargo_height_m"]].astype(float).prod(axis=1)

    assert (vehicles["volume_m3"].astype(float) < box).all()


def test_quickstart_fleet_could_carry_the_small_day_of_wuhan():
    """Twelve trucks of 1,800 kg and 14 m³ have a fifth to spare (the quickstart of the README uses them)."""
    orders = texts("wuhan", "orders-200.csv")

    assert orders["weight_kg"].astype(float).sum() <= 0.8 * 12 * 1800
    assert orders["volume_m3"].astype(float).sum() <= 0.8 * 12 * 14
    assert "skills" not in orders.columns


@pytest.mark.parametrize(("name", "day", "limit_m"), [("wuhan", "200", 1), ("wuhan", "1000", 1), ("monaco", "80", 40)])
def test_every_order_lies_at_a_road_of_the_connected_part(name, day, limit_m, roads):
    """No order of a sample is unreachable: the nearest road leads there and back."""
    orders = texts(name, f"orders-{day}.csv")
    lines = roads[name].geometry[roads[name].edges["main"].to_numpy()]
    tree = shapely.STRtree(lines)
    places = orders[["lon", "lat"]].astype(float).to_numpy()
    near = tree.query_nearest(shapely.points(places), all_matches=False)[1]

    distances = [metres_from(lines[[line]], *place)[0] for line, place in zip(near, places, strict=True)]
    assert len(distances) == int(day)
    assert max(distances) < limit_m


@pytest.mark.parametrize("name", ["monaco", "wuhan"])
def test_depot_lies_at_a_road_of_the_connected_part(name, roads):
    """Every depot of a sample is within 40 m of a road that leads there and back."""
    lines = roads[name].geometry[roads[name].edges["main"].to_numpy()]

    for depot in texts(name, "depots.csv").itertuples():
        assert metres_from(lines, float(depot.lon), float(depot.lat)).min() < 40


def test_wuhan_is_a_connected_city(roads):
    """About 20,000 junctions, of which at least 95 % reach one another."""
    nodes = roads["wuhan"].nodes

    assert 18_000 < len(nodes) < 22_000
    assert nodes["main"].mean() > 0.95


def test_opposite_carriageway_is_on_the_left(roads):
    """Traffic keeps right in China: seen along a one-way road, the nearest one against it lies on the left."""
    edges = roads["wuhan"].edges
    big = edges["oneway"].eq("yes") & edges["highway"].isin(["trunk", "primary", "secondary"]) & edges["main"]
    lines = roads["wuhan"].geometry[big.to_numpy(dtype=bool)]
    scale = EARTH_M_PER_DEGREE * np.array([np.cos(np.radians(30.6)), 1])
    lines = shapely.transform(lines, lambda degrees: degrees * scale)
    tree = shapely.STRtree(lines)
    sides = [side for line in np.random.default_rng(1).permutation(len(lines))[:1500]
             if (side := _side_of_opposite(lines, tree, line)) != 0]

    assert len(sides) > 500
    assert np.mean(np.array(sides) > 0) > 0.99


def _side_of_opposite(lines, tree, row, reach_m=30):
    """Positive if the nearest line against this one, level with its middle, is on its left; 0 if there is none."""
    middle = shapely.line_interpolate_point(lines[row], 0.5, normalized=True)
    ahead = _direction(lines[row], middle)
    near = tree.query(middle, "dwithin", reach_m)
    for other in near[np.argsort(shapely.distance(lines[near], middle))]:
        facing = _direction(lines[other], middle)
        across = shapely.get_coordinates(shapely.shortest_line(middle, lines[other]))
        offset = across[1] - across[0]
        if other != row and ahead @ facing < -0.95 and np.hypot(*offset) > 3 and abs(ahead @ offset) < 3:
            return ahead[0] * offset[1] - ahead[1] * offset[0]
    return 0


def _direction(line, point):
    """Unit vector of a line where it is nearest to a point."""
    along = shapely.line_locate_point(line, point)
    ends = shapely.get_coordinates(shapely.line_interpolate_point(line, [max(along - 2, 0), along + 2]))
    return (ends[1] - ends[0]) / max(np.hypot(*(ends[1] - ends[0])), 1e-9)


def test_places_of_monaco_are_in_the_extract():
    """Position, name and address of every order, and of the depot, are those of a node of the extract."""
    known = {
        (f"{node.location.lon:.7f}", f"{node.location.lat:.7f}", node.tags.get("name", ""))
        for node in osmium.FileProcessor(str(gisdata.sample_path("monaco") / "monaco.osm.pbf"), osmium.osm.NODE)
        if len(node.tags)
    }
    shops = texts("monaco", "orders-80.csv")
    shops = shops[shops["name"] != ""]
    depots = texts("monaco", "depots.csv")

    assert len(shops) == 60
    assert {(row.lon, row.lat, row.name) for row in pd.concat([shops, depots]).itertuples()} <= known


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_tables_hold_no_contacts(name, day):
    """Nothing that looks like a telephone number, an e-mail or a web address."""
    text = "".join((gisdata.sample_path(name) / f"{table}-{day}.csv").read_text(encoding="utf-8") for table in TABLES)

    assert not any(mark in text for mark in ("@", "+377", "+33", "+86", "http", "www."))


@pytest.mark.parametrize("name", ["monaco", "wuhan"])
def test_scripts_make_the_same_tables_again(name, roads, scripts, tmp_path):
    """From the roads that ship, the script writes byte for byte the tables that ship."""
    make_samples, _ = scripts
    folder = gisdata.sample_path(name)
    if name == "wuhan":
        make_samples.write_wuhan_days(roads[name], tmp_path)
    else:
        make_samples.write_monaco_day(roads[name], folder / "monaco.osm.pbf", tmp_path)

    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in folder.glob("*.csv")}


def test_monaco_roads_are_those_of_its_extract(roads):
    """Read again, the extract gives the network that ships (names of the origin aside)."""
    again = gisdata.read_osm(gisdata.sample_path("monaco") / "monaco.osm.pbf")

    assert dataclasses.replace(again, meta=roads["monaco"].meta).digest == roads["monaco"].digest


def test_hidden_one_ways_of_monaco_are_found(scripts, tmp_path):
    """Where the one-way tag is known, at least 99 % of the road length is inferred as the tag says."""
    _, make_samples_roads = scripts
    truth = _undirected_monaco(tmp_path / "segments.parquet")

    segments = make_samples_roads.read_segments(tmp_path / "segments.parquet")
    one_way, basis = make_samples_roads.infer_one_ways(segments)

    ends = zip(segments.osm_id[segments.start].tolist(), segments.osm_id[segments.end].tolist(), strict=True)
    right = one_way == np.array([truth[pair] for pair in ends])
    assert len(right) > 3000
    assert segments.length_m[right].sum() > 0.99 * segments.length_m.sum()
    assert right[(basis == "order") & ~one_way].all()


def _undirected_monaco(path):
    """Write the streets of Monaco as the Wuhan table has them; return whether each directed segment is one-way."""
    import geopandas
    import networkx as nx
    import osmnx

    graph, truth = nx.MultiDiGraph(crs="epsg:4326"), {}
    streets = {"trunk", "primary", "secondary", "tertiary", "residential", "unclassified", "living_street"}
    source = osmium.FileProcessor(str(gisdata.sample_path("monaco") / "monaco.osm.pbf")).with_locations()
    for way in source:
        if not isinstance(way, osmium.osm.Way) or way.tags.get("highway", "").removesuffix("_link") not in streets:
            continue
        one_way = way.tags.get("oneway") == "yes" or way.tags.get("junction") == "roundabout"
        nodes = [(node.ref, {"x": node.lon, "y": node.lat}) for node in way.nodes]
        graph.add_nodes_from(nodes)
        for (u, _), (v, _) in pairwise(nodes):
            for pair in ((u, v),) if one_way else ((u, v), (v, u)):
                graph.add_edge(*pair, highway=way.tags["highway"], osmid=way.id, length=1.0)
                truth[pair] = one_way
    _, edges = osmnx.convert.graph_to_gdfs(osmnx.convert.to_undirected(graph))
    edges = edges.reset_index()[["u", "v", "highway", "geometry"]]
    geopandas.GeoDataFrame(edges, crs="epsg:4326").to_crs("epsg:32632").to_parquet(path)
    return truth
