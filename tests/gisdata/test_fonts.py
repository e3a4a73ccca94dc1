"""Fonts are chosen by the characters they have."""

import pytest
from matplotlib import font_manager

from gisdata import fonts as module
from gisdata.errors import GisDataError
from gisdata.fonts import FontError, covering_fonts


def test_one_font_is_enough_where_one_has_all():
    """DejaVu Sans comes with matplotlib, so every machine has it."""
    assert covering_fonts("Keskuskatu 5, Äänekoski", families=["no such font", "DejaVu Sans"]) == ("DejaVu Sans",)


def test_missing_characters_are_named_with_the_remedy():
    """By sign and number, each once; and what to install."""
    with pytest.raises(FontError, match=r"武 \(U\+6B66\).*fonts-noto-cjk") as caught:
        covering_fonts("武武 abc", families=["DejaVu Sans"])

    assert "abc" not in str(caught.value)
    assert isinstance(caught.value, GisDataError)


def test_gaps_are_filled_by_another_font():
    """A mono face that comes with matplotlib lacks no Latin; the mathematical one has its own signs."""
    fonts = covering_fonts("Aⓐ\u2a0c", families=["STIXGeneral", "DejaVu Sans"])

    assert fonts == ("STIXGeneral", "DejaVu Sans") or fonts in {("STIXGeneral",), ("DejaVu Sans",)}


def test_signs_without_shape_need_no_font():
    """Spaces, line breaks, directions, joiners."""
    assert covering_fonts("a\u00a0\u3000\n\u200d\u202e", families=["DejaVu Sans"]) == ("DejaVu Sans",)


def test_no_font_at_all_is_an_error():
    """Rather than boxes."""
    with pytest.raises(FontError):
        covering_fonts("a", families=["no such font"])


def test_chinese_text_is_set_in_chinese_forms():
    """Noto Sans CJK SC, if it is installed, comes before its Japanese and Korean sisters."""
    try:
        fonts = covering_fonts("武汉市直门骨")
    except FontError as error:
        pytest.skip(f"no Chinese font is installed: {error}")

    assert not fonts[0].endswith(("JP", "KR")) or "SC" not in fonts[0]


@pytest.fixture
def old_list(monkeypatch):
    """Matplotlib's list of fonts as it was before any but its own were installed."""
    own = [entry for entry in font_manager.fontManager.ttflist if "mpl-data" in str(entry.fname)]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", own)
    forget()
    yield
    forget()


def forget():
    module._installed.cache_clear()
    module._characters.cache_clear()


@pytest.mark.usefixtures("old_list")
def test_a_font_of_placeholders_is_no_font(monkeypatch):
    """Matplotlib brings one that has a box for every character; better an error than a page of boxes."""
    monkeypatch.setattr(font_manager, "findSystemFonts", list)

    with pytest.raises(FontError, match="武"):
        covering_fonts("武汉")


@pytest.mark.usefixtures("old_list")
def test_fonts_installed_since_matplotlib_made_its_list_are_found():
    """The error says: install one, start Python again. Matplotlib keeps its list, so that alone does not help."""
    try:
        found = covering_fonts("武汉")
    except FontError as error:
        pytest.skip(f"no Chinese font is installed: {error}")

    assert found[0] in {entry.name for entry in font_manager.fontManager.ttflist}
    assert "mpl-data" not in str(module._installed()[found[0]].fname)
