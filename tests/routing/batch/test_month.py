"""Reading a batch back as one table, and choosing among fleets."""

import geopandas
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from hypothesis.strategies import integers, tuples

import routing
from gisdata.errors import InputFileError
from routing.batch.pareto import _of_size, efficient


@pytest.fixture(scope="module")
def fleets(tmp_path_factory):
    """Two vans at km 0, orders at km 3 and km 5 of a road, each filling a van: one van serves one, two serve both."""
    km = np.array([0, 3, 5])
    apart = np.abs(np.subtract.outer(km, km))
    matrix = routing.TravelMatrix("van", ("depot D", "order A", "order B"), apart * 60, apart * 1000)
    orders = [routing.Order(name, lon=8.0 + i, lat=50.0, weight_kg=100) for i, name in enumerate("AB")]
    day = routing.Problem(orders, [routing.Depot("D", lon=8.0, lat=50.0)],
                          [routing.VehicleType("van", count=2, payload_kg=100, max_stops=1,
                                               tariff=routing.Tariff(fixed=10, per_km=1))], [matrix])
    out = tmp_path_factory.mktemp("fleets")
    return out, routing.pareto(day, out, limit=routing.Limit(iterations=5), engine="ortools", workers=1, progress=False)


def test_every_size_of_fleet_is_a_plan_with_its_measures(fleets):
    """By hand: both orders cost 2 x 10 and 2 x 3 + 2 x 5 km; one van serves one of them."""
    _, found = fleets
    table = found.table.set_index("name")

    assert table["vehicles"].to_dict() == {"1 least cost": 1, "1 least CO2": 1, "2 least cost": 2, "2 least CO2": 2}
    assert table.loc["2 least CO2", ["cost", "km", "late", "on_time"]].tolist() == [36.0, 16.0, 0, 1.0]
    assert table["late"].tolist() == [1, 1, 0, 0]
    assert table.loc["2 least cost", "co2_kg"] == pytest.approx(16 * 0.254, rel=0.01)
    assert table["efficient"].all()
    assert not routing.check(found.plan("2 least CO2"))
    assert found.plan("2 least CO2").cost == 36.0
    assert len(found.draw("vehicles", "cost").data[1].x) == 4


def test_a_batch_is_read_as_one_table(fleets, tmp_path):
    """Six routes in four plans, under their names; the same from the file that GeoPandas opens."""
    out, _ = fleets

    routes = routing.read_plans(out, to=tmp_path / "month.parquet")

    assert routes["problem"].value_counts().to_dict() == {"1 least cost": 1, "1 least CO2": 1, "2 least cost": 2,
                                                          "2 least CO2": 2}
    again = geopandas.read_parquet(tmp_path / "month.parquet")
    assert again.crs == "EPSG:4326"
    assert again.geometry.geom_equals(routes.geometry).all()
    assert len(routing.read_plans(out, "unserved")) == 2
    assert len(routing.read_plans(out / "points")) == 6
    with pytest.raises(InputFileError, match="no plans"):
        routing.read_plans(tmp_path / "nowhere")


@given(arrays(np.int64, tuples(integers(1, 8), integers(1, 3)), elements=integers(0, 3)))
def test_efficient_points_are_those_nothing_beats(points):
    """By definition, one pair after another."""
    expected = [not any((other <= point).all() and (other < point).any() for other in points) for point in points]

    assert efficient(points.astype(float)).tolist() == expected


@given(integers(1, 9))
def test_a_smaller_fleet_has_the_size_asked_for(size):
    """And no more of any type than there are."""
    labels = ("depot D",)
    none = np.zeros((1, 1), dtype=np.int64)
    fleet = [routing.VehicleType(name, count=count) for name, count in (("a", 4), ("b", 3), ("c", 2))]
    day = routing.Problem([], [routing.Depot("D", lon=0, lat=0)], fleet,
                          [routing.TravelMatrix("van", labels, none, none)])

    counts = [vehicle.count for vehicle in _of_size(day, size).fleet]

    assert sum(counts) == size
    assert all(count <= most for count, most in zip(counts, (4, 3, 2), strict=True))
