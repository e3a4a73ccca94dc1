"""Explained ways in words, tables and maps; what is found is tested beside `gisdata.network.explaining`."""

import pytest

import gisdata
import routing
from gisdata.maps import save_map

DETOUR = (7.41765, 43.73731), (7.43421, 43.7472)
BEHIND = (7.42845, 43.74209), (7.43229, 43.74796)


@pytest.fixture(scope="module")
def roads():
    return gisdata.load_sample("monaco").roads


@pytest.fixture(scope="module")
def detour(roads):
    return routing.explain_path(roads, *DETOUR, "truck")


def test_a_detour_in_words(detour):
    """Both ways with time and distance, the street, the tag, the limit beside the truck's mass, what opening saves."""
    text = detour.summary()

    assert detour.kind == "detour"
    assert detour.extra_s > 0
    assert "Pont Sainte-Dévote (way 4229329, 106705725, 943191877): maxweight=7.5: truck has mass_t 18 t" in text
    assert "the detour costs" in text
    assert str(detour) == text


def test_the_same_in_chinese(detour):
    """The limit and the truck's own mass in the field's words."""
    text = detour.summary("zh")

    assert "绕行多花" in text
    assert "限重（maxweight=7.5），车货总重 18 吨" in text
    with pytest.raises(gisdata.UnknownNameError, match="'fr'"):
        detour.summary("fr")


def test_the_table_has_a_place_for_each_reason(detour):
    """Lines in EPSG:4326, in the order they are met."""
    frame = detour.to_frame()

    assert frame.crs == "EPSG:4326"
    assert frame["street"].tolist()[0] == "Pont Sainte-Dévote"
    assert len(frame) == len(detour.obstacles)
    assert not frame.geometry.is_empty.any()


def test_the_map_shows_both_ways_and_what_is_closed(detour, tmp_path):
    """One file without a network, with the tag in a popup."""
    save_map(detour.draw(), tmp_path / "detour.html")

    page = (tmp_path / "detour.html").read_text(encoding="utf-8")
    assert all(text in page for text in ("truck without limits", "Closed", "maxweight"))


def test_a_place_that_cannot_be_reached_is_a_result(roads, tmp_path):
    """In words of both languages, and a map of the way that would have to open."""
    told = routing.explain_path(roads, *BEHIND, "truck")

    assert told.kind == "unreachable"
    assert told.path is None
    assert "Avenue de Grande-Bretagne (way 157719645): maxweight=3.5" in told.summary()
    assert "只要开放" in told.summary("zh")
    save_map(told.draw(), tmp_path / "told.html")


def test_a_place_off_the_road_is_a_result_and_off_the_globe_an_error(roads):
    """The sea, and swapped coordinates."""
    assert "(7.500000, 43.700000)" in routing.explain_path(roads, BEHIND[0], (7.5, 43.7), "truck").summary()
    with pytest.raises(gisdata.RoadNetworkError, match="globe"):
        routing.explain_path(roads, BEHIND[0], (43.7, 107.5), "truck")


def test_another_free_vehicle(roads):
    """Beside a van, which keeps its own limits."""
    told = routing.explain_path(roads, *DETOUR, "truck", free="van")

    assert told.free.name == "van"
    assert told.free_path.duration_s == routing.path(roads, *DETOUR, "van").duration_s
