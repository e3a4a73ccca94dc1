"""How limits of size and mass are read: units, lists, words, slips."""

import math

import pytest

from gisdata.profiles.limits import bounds, read_limit


@pytest.mark.parametrize(("tag", "text", "most"), [
    ("maxheight", "4.2", 4.2), ("maxheight", "4.2 m", 4.2), ("maxheight", "4.2m", 4.2), ("maxheight", "420 cm", 4.2),
    ("maxheight", "13'6\"", 4.1148), ("maxheight", "13 ft 6 in", 4.1148), ("maxheight", "13′6″", 4.1148),
    ("maxheight", "13'6''", 4.1148), ("maxheight", "12'", 3.6576), ("maxheight", "12 ft", 3.6576),
    ("maxwidth", "2.2", 2.2), ("maxlength", "39'", 11.8872), ("maxlength:hgv", "12", 12),
    ("maxweight", "7.5", 7.5), ("maxweight", "7.5 t", 7.5), ("maxweight", "7.5t", 7.5), ("maxweight", "7500 kg", 7.5),
    ("maxweight", "10 st", 9.0718474), ("maxweight", "16535 lbs", 7.50014983795), ("maxweight", "10 lt", 10.160469088),
    ("maxaxleload", "8", 8), ("maxbogieweight", "16 t", 16), ("maxaxles", "3", 3),
    ("maxheight", "none", math.inf), ("maxweight", "unlimited", math.inf),
])
def test_what_mappers_write(tag, text, most):
    """Units of the wiki page Map features/Units; 1 ft = 0.3048 m, 1 st = 0.90718474 t, 1 lb = 0.45359237 kg."""
    limit = read_limit(tag, text)

    assert limit.most == pytest.approx(most, abs=1e-9)
    assert not limit.note


@pytest.mark.parametrize(("tag", "text", "most", "note"), [
    ("maxheight", "3,5", 3.5, "comma"),
    ("maxheight", "4;3.5", 3.5, "strictest"),
    ("maxheight", "4;high", 4, "cannot be read"),
    ("maxheight", "below_default", 3.0, "no figure"),
    ("maxheight", "default", math.inf, "no figure"), ("maxheight", "unsigned", math.inf, "no figure"),
    ("maxheight", "fixme", math.inf, "cannot be read"), ("maxheight", "", math.inf, "cannot be read"),
    ("maxheight", "4.2 t", math.inf, "cannot be read"), ("maxheight", "-2", math.inf, "cannot be read"),
    ("maxheight", "42", math.inf, "no sign says so"), ("maxweight", "3500", math.inf, "no sign says so"),
    ("maxweight", "below_default", math.inf, "cannot be read"), ("maxweight", "7.5|3.5", math.inf, "cannot be read"),
])
def test_what_is_doubtful_is_said(tag, text, most, note):
    """Never a guess without a word; what cannot be read is no limit."""
    limit = read_limit(tag, text)

    assert limit.most == most
    assert note in limit.note


def test_every_limit_tag_is_compared_with_a_figure():
    """The table of rules names tags that a network keeps, and fields of a profile."""
    from gisdata.network.tags import EDGE_TAGS
    from gisdata.profiles.profile import FIELDS

    assert set(bounds()) <= set(EDGE_TAGS)
    assert {figure for figure, _, _ in bounds().values()} <= FIELDS
