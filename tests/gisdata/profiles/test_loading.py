"""Profiles from names, texts and files of one's own; all faults of a file at once."""

import dataclasses

import pytest

from gisdata import InputFileError, TableError, UnknownNameError, load_profile, profile_names
from gisdata.profiles import Trip, profile_text


@pytest.mark.parametrize("name", profile_names())
def test_every_shipped_figure_has_a_source_and_is_plausible(name):
    """Sizes of each class lie within those of the law it names: 4 m high, 2.55 m wide."""
    who = load_profile(name)

    figures = ("height_m", "width_m", "length_m", "mass_t", "rated_mass_t", "axle_load_t", "turn_s", "u_turn_s",
               "energy")
    assert all(len(who.sources[figure]) > 5 for figure in figures)
    assert 1.5 <= who.height_m <= 4
    assert 1.8 <= who.width_m <= 2.55
    assert who.axle_load_t <= who.mass_t <= who.rated_mass_t
    assert who.axle_load_t * who.axles >= who.mass_t * 0.99


def test_a_text_names_a_profile_with_other_figures():
    """As in a table of vehicles; the name is the text itself, blanks made one."""
    who = load_profile("truck  height_m=4.2 axles=3 hazmat=true energy=electric")

    assert (who.height_m, who.axles, who.hazmat, who.energy) == (4.2, 3, True, "electric")
    assert who.name == "truck height_m=4.2 axles=3 hazmat=true energy=electric"
    assert who == dataclasses.replace(load_profile("truck"), name=who.name, height_m=4.2, axles=3, hazmat=True,
                                      energy="electric")
    assert load_profile(profile_text("van", {"mass_t": 2.8, "height_m": 2.1})).mass_t == 2.8


@pytest.mark.parametrize(("text", "message"), [
    ("truck hight_m=4", "did you mean height_m"), ("truck height_m=tall", "cannot be"),
    ("truck axles=2.5", "cannot be"), ("truck height_m=nan", "cannot be"), ("truck mass_t=-3", "cannot be"),
    ("truck hazmat=maybe", "cannot be"), ("lorry height_m=4", "there is no profile 'lorry'"),
    ("", "there is no profile"), ("truck at=08:30", "cannot be"), ("truck at=Mo-25:00", "cannot be"),
    ("truck at=Monday-08:00", "cannot be"),
])
def test_a_text_that_names_none_says_why(text, message):
    """The remedy stands in the message."""
    with pytest.raises(UnknownNameError, match=message):
        load_profile(text)


def test_a_text_may_say_when_it_departs():
    """As a table of vehicles would: a weekday and a clock time."""
    who = load_profile("truck at=Sa-22:30 height_m=3.5")

    assert (who.trip, who.height_m) == (Trip(weekday="Sa", at_s=22 * 3600 + 1800), 3.5)


def test_a_file_of_ones_own_says_only_what_differs(tmp_path):
    """Based on a shipped profile; speeds and surfaces that it does not name stay."""
    file = tmp_path / "our tanker 油罐车.toml"
    file.write_text("""
name = "tanker"
meaning = "Our fuel tanker"
based_on = "truck_26t"
cap_kmh = 80
speeds = [{ highway = "residential", kmh = 18, source = "own GPS tracks" }]
surfaces = [{ tag = "surface", value = "sett", kmh = 25, source = "own GPS tracks" }]
figures = [
  { of = "height_m", value = 3.4, source = "registration" },
  { of = "hazmat", value = true, source = "UN 1202" },
]
""", encoding="utf-8")

    who, base = load_profile(file), load_profile("truck_26t")

    assert (who.name, who.height_m, who.hazmat, who.mass_t, who.cap_kmh) == ("tanker", 3.4, True, 26.0, 80.0)
    assert who.speeds_kmh == {**base.speeds_kmh, "residential": 18.0}
    assert who.caps_kmh == {**base.caps_kmh, "surface=sett": 25.0}
    assert who.sources["hazmat"] == "UN 1202"
    assert load_profile(f"{file} mass_t=20").mass_t == 20


def test_all_faults_of_a_file_are_told_at_once(tmp_path):
    """An unknown key, a misspelt figure, a text for a number, half an axle, a class that is none."""
    file = tmp_path / "bad.toml"
    file.write_text("""
based_on = "truck"
colour = "red"
cap_kmh = "fast"
access_tags = ["lorry"]
figures = [{ of = "hight_m", value = 3 }, { of = "axles", value = 2.5 }, { of = "mass_t", value = 9e9, sauce = "x" }]
surfaces = [{ tag = "weather", value = "rain", kmh = 40 }]
""", encoding="utf-8")

    with pytest.raises(TableError) as caught:
        load_profile(file)

    assert {fault.column for fault in caught.value.faults} == {
        "colour", "cap_kmh", "access_tags", "figures.of", "figures.axles", "figures.mass_t", "figures.sauce",
        "surfaces.tag"}
    assert all(fault.file == str(file) and fault.remedy for fault in caught.value.faults)


def test_a_file_that_is_complete_needs_no_base_and_one_that_is_not_says_so(tmp_path):
    """Without a base, every part must be there."""
    file = tmp_path / "mine.toml"
    file.write_text('name = "mine"', encoding="utf-8")
    with pytest.raises(TableError) as caught:
        load_profile(file)

    assert {fault.column for fault in caught.value.faults} == {
        "meaning", "access_tags", "limit_tags", "limit_share", "cap_kmh", "speeds"}


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe\x00"])
def test_what_is_no_profile_file_is_refused(tmp_path, content):
    """Cut short; not text. And a file that is not there."""
    file = tmp_path / "bad.toml"
    file.write_bytes(content)
    with pytest.raises(InputFileError, match=r"bad\.toml"):
        load_profile(file)
    with pytest.raises(InputFileError, match="there is no such file"):
        load_profile(tmp_path / "none.toml")


@pytest.mark.parametrize("change", [{"height_m": -1.0}, {"mass_t": float("nan")}, {"axles": 2.5}, {"hazmat": "yes"},
                                    {"turn_bias": 0.0}, {"length_m": "12"}, {"trip": None}])
def test_impossible_sizes_are_refused(change):
    """Negative, not a number, not whole, not a flag."""
    with pytest.raises(ValueError, match="must be numbers"):
        dataclasses.replace(load_profile("truck"), **change)
