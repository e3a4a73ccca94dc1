"""Shifted coordinates: against two other packages, back again, where the shift ends, and which datum a table has."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as search
from hypothesis import strategies as st

import gisdata
from gisdata.datum import DATUMS, datum_name, from_wgs84, guess_datum, is_shifted, to_wgs84
from gisdata.errors import UnknownNameError
from gisdata.network import RoadNetwork
from gisdata.network.measure import great_circle_m

GOLDEN = pd.read_csv(Path(__file__).parents[1] / "data" / "datum" / "golden.csv")
ABROAD = {
    "Hanoi": (105.85, 21.03), "Kathmandu": (85.32, 27.72), "Ulaanbaatar": (106.9, 47.92),
    "Vladivostok": (131.89, 43.12),
    "Seoul": (126.98, 37.57), "Pyongyang": (125.75, 39.03), "Lao Cai": (103.975, 22.485), "Mong Cai": (107.966, 21.524),
    "Sinuiju": (124.40, 40.095), "Blagoveshchensk": (127.54, 50.28), "Muse": (97.90, 23.985), "Delhi": (77.2, 28.6),
    "Almaty": (76.9, 43.25), "Thimphu": (89.64, 27.47), "Zamyn-Uud": (111.9, 43.72), "Fukuoka": (130.4, 33.59),
    "Khabarovsk": (135.07, 48.48), "Leh": (77.58, 34.16), "Osh": (72.8, 40.53), "Monaco": (7.42, 43.73),
}  # fmt: skip
INSIDE = {
    "Dandong": (124.383, 40.124), "Heihe": (127.50, 50.245), "Manzhouli": (117.43, 49.58), "Erenhot": (111.98, 43.65),
    "Alashankou": (82.57, 45.17), "Khorgos": (80.42, 44.20), "Ruili": (97.85, 24.01), "Hekou": (103.96, 22.53),
    "Dongxing": (107.97, 21.55), "Zhuhai": (113.55, 22.27), "Luohu": (114.115, 22.535), "Tumen": (129.84, 42.96),
    "Kashgar": (75.99, 39.47), "Sanya": (109.5, 18.25), "Xiamen": (118.09, 24.48), "Zhoushan": (122.2, 30.0),
    "Yangshan port": (122.07, 30.63), "Mohe": (122.53, 52.97), "Hengqin": (113.53, 22.13), "Lhasa": (91.1, 29.65),
}  # fmt: skip
OPTIONAL = {
    "hong_kong": [(114.17, 22.30), (114.13, 22.50), (113.93, 22.31)], "macau": [(113.545, 22.195), (113.56, 22.14)],
    "taiwan": [(121.56, 25.03), (118.32, 24.43), (119.95, 26.16), (119.57, 23.57)],
}  # fmt: skip


@pytest.fixture(scope="module")
def wuhan():
    return gisdata.load_sample("wuhan").roads


def beside_roads(roads: RoadNetwork, seed: int):
    """20 to 40 places beside roads, up to about 30 m away, as (lon, lat) of WGS 84, and the random numbers."""
    random = np.random.default_rng(seed)
    count = random.integers(20, 41)
    streets = np.flatnonzero(~roads.edges["highway"].isin(["motorway", "motorway_link"]))
    lines = roads.geometry[random.choice(streets, count)]
    at = np.array([line.interpolate(random.random(), normalized=True).coords[0] for line in lines])
    off = random.normal(0, 12, (count, 2)) / (111_195 * np.cos(np.radians(at[0, 1])), 111_195)
    return (at + off).T, random


def guessed_right(roads, seed):
    (lon, lat), random = beside_roads(roads, seed)
    datum = random.choice(["wgs84", "gcj02", "bd09"])
    return guess_datum(*from_wgs84(lon, lat, datum), roads).datum == datum


@pytest.mark.parametrize("package", ["prcoords 1.0.2", "coordTransform 0.2.1"])
@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_a_grid_over_china_agrees_with_another_package(package, datum):
    """Both ways under 1 mm; the golden values were computed by the packages (see tests/data/README.md)."""
    rows = GOLDEN[(GOLDEN["package"] == package) & (GOLDEN["datum"] == datum)]
    rows = rows[is_shifted(rows["lon"], rows["lat"])]

    there = from_wgs84(rows["lon"], rows["lat"], datum)
    back = to_wgs84(rows["shifted_lon"], rows["shifted_lat"], datum)

    assert len(rows) > 150
    assert great_circle_m(*there, rows["shifted_lon"].to_numpy(), rows["shifted_lat"].to_numpy()).max() < 0.001
    assert great_circle_m(*back, rows["lon"].to_numpy(), rows["lat"].to_numpy()).max() < 0.001
    assert great_circle_m(*there, rows["lon"].to_numpy(), rows["lat"].to_numpy()).min() > 30


@search(max_examples=40)
@given(st.floats(74, 134), st.floats(18, 53), st.sampled_from(DATUMS))
def test_there_and_back_is_where_it_was(lon, lat, datum):
    """Every place comes back to under 1 mm, wherever the shift applies; the last step is the outline's."""
    shifted = from_wgs84(lon, lat, datum)
    back = to_wgs84(*shifted, datum)

    if is_shifted(lon, lat):
        assert great_circle_m(*map(np.atleast_1d, (*back, lon, lat)))[0] < 0.001
    else:
        assert (float(shifted[0]), float(shifted[1])) == (lon, lat)


@pytest.mark.parametrize("place", ABROAD)
@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_places_abroad_are_untouched(place, datum):
    """Hanoi and Kathmandu lie in the rectangle that other packages take for China; twin towns lie across a river."""
    lon, lat = ABROAD[place]

    assert from_wgs84(lon, lat, datum) == (lon, lat)
    assert to_wgs84(lon, lat, datum, also=["hong_kong", "macau", "taiwan"]) == (lon, lat)


def test_border_towns_and_islands_are_inside():
    """Each lies in mainland China, many within two kilometres of the border."""
    lon, lat = np.array(list(INSIDE.values())).T

    assert [town for town, inside in zip(INSIDE, is_shifted(lon, lat), strict=True) if not inside] == []


@pytest.mark.parametrize("area", OPTIONAL)
def test_hong_kong_macau_and_taiwan_are_settings(area):
    """Shifted when asked for, by name, and otherwise not."""
    lon, lat = np.array(OPTIONAL[area]).T
    others = [other for other in OPTIONAL if other != area]

    assert is_shifted(lon, lat, also=[area]).all()
    assert not is_shifted(lon, lat, also=others).any()
    assert (from_wgs84(lon, lat, "gcj02", also=[area])[0] != lon).all()


def test_blank_coordinates_stay_blank():
    """NaN in, NaN out; the neighbours are converted."""
    lon, _ = to_wgs84([np.nan, 114.3], [30.6, 30.6], "gcj02")

    assert np.isnan(lon[0])
    assert 114.29 < lon[1] < 114.3


def test_any_shape_is_converted_at_once():
    """Shape and order are kept; along a line eastwards nearly every step stays one eastwards."""
    lon, lat = np.linspace(100, 115, 100_000).reshape(2, -1), np.linspace(25, 40, 100_000).reshape(2, -1)

    there = from_wgs84(lon, lat, "bd09")

    assert there[0].shape == lon.shape
    assert (np.diff(there[0].ravel()) > 0).mean() > 0.99


@pytest.mark.parametrize(("text", "name"), [("GCJ-02", "gcj02"), ("wgs 84", "wgs84"), ("BD09LL", "bd09"),
                                            ("CGCS2000", "cgcs2000"), ("EPSG:4490", "cgcs2000"), ("高德", "gcj02")])
def test_a_datum_has_one_name(text, name):
    """However it is written."""
    assert datum_name(text) == name


@pytest.mark.parametrize("call", [lambda: to_wgs84(1, 2, "mars"), lambda: from_wgs84(1, 2, "gcj02", also=["atlantis"]),
                                  lambda: is_shifted(1, 2, also="taiwan")])
def test_unknown_names_are_refused(call):
    """With the names that exist; one text for a list is a slip, not a list of letters."""
    with pytest.raises(UnknownNameError, match=r"wgs84|hong_kong"):
        call()


@pytest.mark.parametrize(("lon", "lat"), [([1.0, 2.0], [1.0]), ([30.0], [114.0])])
def test_wrong_shapes_and_swapped_coordinates_are_refused(lon, lat):
    """Before anything is converted."""
    with pytest.raises(ValueError, match=r"shape|swapped"):
        to_wgs84(lon, lat, "gcj02")


@pytest.mark.parametrize("first", range(0, 30, 10))
def test_the_datum_of_places_near_roads_is_guessed(wuhan, first):
    """30 samples of 20 to 40 places, each of a datum drawn at random; 300 in test-long."""
    assert [seed for seed in range(first, first + 10) if not guessed_right(wuhan, seed)] == []


@pytest.mark.long
def test_the_datum_is_guessed_right_on_all_of_300_samples(wuhan):
    """Show 2."""
    assert [seed for seed in range(300) if not guessed_right(wuhan, seed)] == []


def test_a_guess_states_its_medians_and_margin(wuhan):
    """Places of GCJ-02: its median is that of the scatter planted, about 10 m; the others are further."""
    (lon, lat), _ = beside_roads(wuhan, 1)

    guess = guess_datum(*from_wgs84(lon, lat, "gcj02"), wuhan)

    assert guess.sure
    assert guess.median_m["gcj02"] < 15 < guess.median_m["wgs84"]
    assert guess.margin_m == min(guess.median_m["wgs84"], guess.median_m["bd09"]) - guess.median_m["gcj02"]
    assert "gcj02" in str(guess)
    assert f"{len(lon)} points" in str(guess)


def test_half_a_table_in_another_datum_is_not_guessed(wuhan):
    """Neither datum fits: unsure, and it says that it may be a mix."""
    unsure = []
    for seed in range(10):
        (lon, lat), _ = beside_roads(wuhan, seed)
        other = from_wgs84(lon, lat, "gcj02")
        half = np.arange(len(lon)) % 2 == 0
        unsure.append(guess_datum(np.where(half, lon, other[0]), np.where(half, lat, other[1]), wuhan))

    assert [guess for guess in unsure if guess.sure] == []
    assert any("mix" in guess.reason for guess in unsure)


def test_nineteen_places_are_too_few(wuhan):
    """The best is still named, but not relied on."""
    (lon, lat), _ = beside_roads(wuhan, 2)

    guess = guess_datum(lon[:19], lat[:19], wuhan)

    assert (guess.datum, guess.best, guess.points) == ("unsure", "wgs84", 19)
    assert "fewer than 20" in guess.reason


def test_places_of_another_town_are_unsure(wuhan):
    """Changsha is 300 km from every road of the sample, under any datum."""
    guess = guess_datum(np.linspace(112.9, 113.0, 30), np.linspace(28.1, 28.2, 30), wuhan)

    assert guess.datum == "unsure"
    assert "other places" in guess.reason


def test_where_no_shift_applies_it_is_wgs84():
    """In Monaco all three are one."""
    town = gisdata.load_sample("monaco")

    guess = guess_datum(town.orders["lon"], town.orders["lat"], town.roads)

    assert (guess.datum, guess.margin_m) == ("wgs84", 0.0)


def test_no_coordinates_give_no_guess(wuhan):
    """Blank and impossible ones are left out."""
    guess = guess_datum([np.nan, 400.0], [1.0, 2.0], wuhan)

    assert (guess.datum, guess.points) == ("unsure", 0)
