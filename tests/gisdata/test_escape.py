"""Text that leaves the package harms nobody: laws over any text, and the known ways out of each format."""

import json
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gisdata.escape import defuse_cell, escape_html, escape_xml, plain_text, restore_cell, script_json

ANY_TEXT = st.text(st.characters(codec=None), max_size=40)
DANGEROUS = st.text(st.sampled_from("=+-@'\t\r\n `${}%#<>&\"/\\ab＝\u2028"), max_size=12)


class _Text(HTMLParser):
    """Collects the text of a page and counts its elements."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text, self.tags = "", 0

    def handle_data(self, data):
        self.text += data

    def handle_starttag(self, tag, attrs):
        self.tags += 1


@given(ANY_TEXT | DANGEROUS)
def test_escaped_html_is_read_back_as_text_and_opens_no_element(text):
    """A browser sees exactly the text, as far as a page can hold it."""
    page = _Text()
    page.feed(escape_html(text))
    page.close()

    assert (page.text, page.tags) == (plain_text(text), 0)


@given(DANGEROUS)
def test_escaped_html_holds_nothing_that_ends_a_script_string_or_starts_a_template(text):
    """Quotes, backticks, ``${`` and Jinja's braces are all gone."""
    assert not set(escape_html(text)) & set("'\"`${}<>")


@given(ANY_TEXT | DANGEROUS)
def test_escaped_xml_is_read_back_as_text(text):
    """An XML parser accepts every text; line ends are its own affair."""
    read = ET.fromstring(f"<a>{escape_xml(text)}</a>").text or ""  # noqa: S314 (our own text)

    assert read == plain_text(text).replace("\r\n", "\n").replace("\r", "\n")


@given(st.recursive(ANY_TEXT | DANGEROUS | st.integers(-2**53, 2**53) | st.booleans() | st.none(),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(DANGEROUS, inner, max_size=3)))
def test_script_json_is_json_with_no_way_out(value):
    """It reads back to the same value, and neither HTML, a template string nor Jinja finds an opening in it."""
    text = script_json(value)

    assert json.loads(text) == value
    assert not set(text) & set("<>&'`$\u2028\u2029")
    assert jinja2.Template(text).render() == text.removesuffix("\n")


def test_script_json_refuses_what_json_cannot_say():
    """NaN would make the whole page unreadable."""
    with pytest.raises(ValueError, match="JSON"):
        script_json({"cost": float("nan")})


@given(ANY_TEXT | DANGEROUS)
def test_a_defused_cell_can_be_restored(text):
    """So telephone numbers, and ids that begin with a sign or an apostrophe, survive a round trip."""
    assert restore_cell(defuse_cell(text)) == text


@given(DANGEROUS)
def test_a_defused_cell_starts_no_formula(text):
    """The first character that a spreadsheet looks at is none of those that begin a formula."""
    assert defuse_cell(text)[:1] not in set("=+-@\t\r\n＝")
    assert not defuse_cell(text).lstrip()[:1] or defuse_cell(text).lstrip()[0] not in set("=+-@＝")


@pytest.mark.parametrize(
    "text", ["=1+1", "+86 27 8888 8888", "-5 °C", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1"])
def test_known_openings_of_formulas_get_an_apostrophe(text):
    """The list of the OWASP page on CSV injection, and the full-width sign that Chinese Excel takes too."""
    assert defuse_cell(text) == f"'{text}"
