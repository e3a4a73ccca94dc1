"""One HTML file that asks for nothing: its parts, its policy, its bytes. What a browser makes of it: tests/browser."""

import base64
import dataclasses
import hashlib
import re
from html.parser import HTMLParser
from importlib import resources

import folium
import pytest
import shapely

from gisdata.errors import MapError
from gisdata.maps import MapLayer, Mark, draw_map, save_map
from gisdata.palette import line_style

LAYERS = [MapLayer("van#1", style=line_style(0), lines=(shapely.LineString([(114.30, 30.60), (114.31, 30.60)]),),
                   marks=(Mark(114.31, 30.60, name="A", label="1"),))]


class _Addresses(HTMLParser):
    """Collects every address that a page would load from by itself."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs
                       if name in {"src", "href", "srcset", "poster", "action", "data"} and tag != "a"]


def saved(drawing, folder, name="map.html"):
    save_map(drawing, folder / name)
    return (folder / name).read_text(encoding="utf-8")


def test_page_loads_nothing(tmp_path, street_grid):
    """No tag has an address, and no style has one but for pictures inside the page."""
    page = saved(draw_map(LAYERS, title="Day", roads=street_grid), tmp_path)
    addresses = _Addresses()
    addresses.feed(page)

    assert addresses.found == []
    assert set(re.findall(r"url\((\w+:)", page)) == {"data:"}
    assert "@import" not in page
    assert "sourceMappingURL" not in page


def test_page_forbids_itself_all_but_its_own_scripts(tmp_path):
    """Every script of the page has its hash in the policy, which allows nothing else and no connection."""
    page = saved(draw_map(LAYERS, title="Day"), tmp_path)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)

    hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts}
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert set(rules.pop("script-src").split()) == hashes
    assert rules == {"default-src": "'none'", "img-src": "data:", "style-src": "'unsafe-inline'"}


def test_same_map_gives_the_same_bytes(tmp_path, street_grid):
    """Folium numbers its elements at random; here the ids come from the content. Showing it first changes nothing."""
    drawing = draw_map(LAYERS, title="Day", roads=street_grid)
    first = saved(drawing, tmp_path, "one.html")
    drawing._repr_html_()

    assert saved(drawing, tmp_path, "two.html") == first
    assert saved(draw_map(LAYERS, title="Day", roads=street_grid), tmp_path, "three.html") == first


def test_notebook_shows_the_same_page():
    """Folium puts it into a frame; it too holds all it needs."""
    shown = draw_map(LAYERS, title="Day")._repr_html_()

    assert shown.startswith("<iframe")
    assert "cdn" not in shown
    assert "drawView(" in shown


def test_plugin_that_needs_the_network_is_refused(tmp_path):
    """The error names the address, so that the reader knows which plugin it was."""
    from folium.plugins import Fullscreen

    drawing = draw_map(LAYERS, title="Day")
    Fullscreen().add_to(drawing)

    with pytest.raises(MapError, match=r"Control\.FullScreen"):
        save_map(drawing, tmp_path / "map.html")
    assert list(tmp_path.iterdir()) == []


def test_layers_of_folium_that_need_no_file_can_be_added(tmp_path):
    """A circle is drawn by Leaflet itself."""
    drawing = draw_map(LAYERS, title="Day")
    folium.Circle([30.6, 114.3], radius=100).add_to(drawing)

    assert "L.circle(" in saved(drawing, tmp_path)


def test_text_that_looks_like_an_address_is_no_reason_to_refuse(tmp_path):
    """An address in a name is text: it is written, and nothing loads it."""
    text = "url(http://example.org/x.png) <img src=http://example.org/y.png> @import 'http://example.org/z.css';"

    saved(draw_map([MapLayer(text, marks=(Mark(0, 0, name=text, rows=((text, text),)),))], title=text), tmp_path)

    assert (tmp_path / "map.html").exists()


def test_templates_in_text_are_not_run(tmp_path):
    """Branca compiles what it is given as a Jinja template; 7 * 191 must not become 1337."""
    text = "{{ 7 * 191 }}{% for x in [1] %}1337{% endfor %}{# #}"

    page = saved(draw_map([MapLayer(text, marks=(Mark(0, 0, name=text),))], title=text, notes=[text]), tmp_path)

    assert page.count("1337") == page.count("[1] %}1337") + page.count("[1] %&#125;1337")


def test_credit_of_the_roads_is_shown(tmp_path, street_grid):
    """Roads without an attribution of their own are taken for OpenStreetMap's; the licence is named once."""
    own = dataclasses.replace(street_grid, meta={"attribution": "City survey"})

    named = dataclasses.replace(street_grid, meta={"attribution": "© OpenStreetMap contributors",
                                                   "licence": "Open Database License (ODbL) 1.0"})

    for roads in (street_grid, named):
        assert '"© OpenStreetMap contributors (ODbL)"' in saved(draw_map(LAYERS, title="Day", roads=roads), tmp_path)
    assert '"attribution":"City survey"' in saved(draw_map(LAYERS, title="Day", roads=own), tmp_path)


def test_licence_of_leaflet_goes_along(tmp_path):
    """Its BSD licence asks for the notice in every copy."""
    assert "Redistribution and use in source and binary forms" in saved(draw_map(LAYERS, title="Day"), tmp_path)


def test_map_of_nothing_is_refused():
    """There would be no place to look at."""
    with pytest.raises(MapError, match="nothing to draw"):
        draw_map([MapLayer("empty")], title="Day")


@pytest.mark.wheel
def test_assets_are_those_that_their_note_names():
    """Each vendored file has the SHA-256 that ORIGINS.md says."""
    assets = resources.files("gisdata").joinpath("assets")
    note = assets.joinpath("ORIGINS.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"\| (leaflet/\S+) \|.*\| ([0-9a-f]{64}) \|", note))

    present = {f"leaflet/{file.name}": hashlib.sha256(file.read_bytes()).hexdigest()
               for file in assets.joinpath("leaflet").iterdir()}
    assert listed == present
