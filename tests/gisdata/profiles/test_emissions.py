"""Emissions by class: figures of the guidebook times its carbon content, and their order."""

from dataclasses import replace

import pytest

from gisdata import load_profile
from gisdata.profiles.emissions import co2_kg_per_km


@pytest.mark.parametrize(("profile", "kg"), [("car", 0.190), ("van", 0.254)])
def test_light_vehicles_follow_the_guidebook(profile, kg):
    """EMEP/EEA 2019, Tier 1: 60 and 80 g of diesel a kilometre, 3.169 kg of CO2 from each kilogram."""
    assert co2_kg_per_km(profile) == pytest.approx(kg, abs=0.0006)


def test_a_truck_emits_more_than_a_van():
    """Whatever its mass."""
    assert co2_kg_per_km("truck") > co2_kg_per_km("van") > co2_kg_per_km("car")


def test_a_profile_of_ones_own_counts_by_what_it_is():
    """A renamed van stays a van."""
    assert co2_kg_per_km(replace(load_profile("van"), name="milk float")) == co2_kg_per_km("van")
