"""The data files of the profiles: complete, sourced, and in a sensible order; and how limits are read."""

import dataclasses

import pytest

from gisdata import UnknownNameError, load_profile, profile_names
from gisdata.profiles.maxspeed import limit_kmh
from gisdata.sources.osm_reader import ROAD_CLASSES


@pytest.mark.parametrize("name", ["car", "van", "truck"])
def test_every_figure_has_a_source(name):
    """Every class that is read has a speed, and every speed and rule says where it comes from."""
    profile = load_profile(name)

    assert set(profile.speeds_kmh) == set(ROAD_CLASSES)
    rows = (*ROAD_CLASSES, "access", "limit", "cap", "closed", "barriers")
    assert all(len(profile.sources[row]) > 10 for row in rows)
    assert (profile.name, name in profile_names()) == (name, True)


def test_heavier_vehicles_are_not_faster():
    """Class by class, car >= van >= truck."""
    car, van, truck = map(load_profile, ("car", "van", "truck"))

    assert all(car.speeds_kmh[c] >= van.speeds_kmh[c] >= truck.speeds_kmh[c] for c in ROAD_CLASSES)
    assert car.cap_kmh >= van.cap_kmh >= truck.cap_kmh


def test_an_unknown_profile_names_the_known():
    """A slip of the pen."""
    with pytest.raises(UnknownNameError, match="car, van, truck"):
        load_profile("lorry")


def test_profiles_are_equal_by_content_and_can_be_keys():
    """Answers are remembered per profile."""
    car = load_profile("car")

    assert dataclasses.replace(car) == car
    assert hash(dataclasses.replace(car)) == hash(car)
    assert dataclasses.replace(car, cap_kmh=30.0) != car


@pytest.mark.parametrize("change", [{"cap_kmh": 0.0}, {"limit_share": -1.0}, {"speeds_kmh": {"primary": 0.0}},
                                    {"speeds_kmh": {"primary": float("nan")}}])
def test_impossible_figures_are_refused(change):
    """Zero, negative, not a number: a time would be infinite or nothing."""
    with pytest.raises(ValueError, match="must be positive"):
        dataclasses.replace(load_profile("car"), **change)


@pytest.mark.parametrize(("text", "limit"), [
    ("50", 50), (" 50 ", 50), ("50 km/h", 50), ("50km/h", 50), ("30 mph", 48.28032), ("20mph", 32.18688),
    ("10 knots", 18.52), ("5.5", 5.5), ("70;50", 50), ("50; 30 mph", 48.28032), ("none", 130), ("walk", 7),
    ("DE:urban", 50), ("fr:rural", 90), ("CN:motorway", 130), ("DE:zone30", 30), ("DE:zone:20", 20), ("zone:30", 30),
])
def test_limits_that_mappers_write(text, limit):
    """Units, lists and country defaults of the wiki page Key:maxspeed."""
    assert limit_kmh(text) == pytest.approx(limit)


@pytest.mark.parametrize("text", ["", ";", "fixme", "signals", "0", "-20", "999", "50;fixme", "50 parsec", "1e3",
                                  "５０ km", "50|30", "NaN", "inf", "source", "50,5", "variable"])
def test_what_cannot_be_read_is_no_limit(text):
    """Never a guess: the class speed is used."""
    assert limit_kmh(text) is None
