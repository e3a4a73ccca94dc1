"""The map of a plan in a real browser without a network: roads, routes, numbered stops, popups, toggles."""

import json

import pytest

from gisdata.palette import line_style
from routing.export import draw_plan, write_map

pytestmark = pytest.mark.browser

By = pytest.importorskip("selenium.webdriver.common.by").By
Keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
WebDriverWait = pytest.importorskip("selenium.webdriver.support.wait").WebDriverWait

COUNT_PIXELS = """
const canvas = document.querySelector('.leaflet-rb-' + arguments[0] + '-pane canvas');
const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
let drawn = 0, wanted = 0;
for (let i = 0; i < data.length; i += 4) {
  if (data[i + 3] > 128) {
    drawn++;
    if (arguments[1] && arguments[1].every((value, j) => Math.abs(value - data[i + j]) < 3)) wanted++;
  }
}
return arguments[1] ? wanted : drawn;
"""


def rgb(colour):
    return [int(colour[i:i + 2], 16) for i in (1, 3, 5)]


def pixels(browser, pane, colour=None):
    """Return how many pixels of a pane are drawn, in any colour or in one."""
    return browser.execute_script(COUNT_PIXELS, pane, rgb(colour) if colour else None)


def wait(browser, condition):
    """Wait until the page has done what was asked of it."""
    return WebDriverWait(browser, 10, poll_frequency=0.05).until(lambda _: condition())


def stops(browser):
    return [mark.text for mark in browser.find_elements(By.CSS_SELECTOR, ".rb-stop .rb-face")]


def popup_lines(browser):
    """Return the lines of the popup, once it has faded in."""
    return wait(browser, lambda: browser.find_element(By.CSS_SELECTOR, ".rb-popup").text).splitlines()


def row(browser, name):
    """Return the row of the panel of that name."""
    return next(row for row in browser.find_elements(By.CSS_SELECTOR, ".rb-row")
                if row.find_element(By.CSS_SELECTOR, ".rb-what").get_attribute("textContent") == name)


@pytest.fixture(scope="module")
def plan(make_plan, street_grid):
    return make_plan(street_grid)


@pytest.fixture(scope="module")
def page(plan, tmp_path_factory):
    path = tmp_path_factory.mktemp("地图 out") / "map.html"
    write_map(plan, path)
    return path.as_uri()


@pytest.fixture
def opened(browser, page):
    """The page, freshly opened."""
    browser.get_log("performance")
    browser.get_log("browser")
    browser.get(page)
    wait(browser, lambda: browser.find_elements(By.CSS_SELECTOR, ".rb-panel"))
    wait(browser, lambda: pixels(browser, "routes") > 0)
    return browser


def test_roads_and_routes_are_drawn(opened):
    """Roads fill a good part of their canvas; each route has pixels of its own colour."""
    assert pixels(opened, "roads") > 5_000
    assert pixels(opened, "routes", line_style(0).colour) > 500
    assert pixels(opened, "routes", line_style(1).colour) > 500


def test_stops_are_numbered_per_route(opened):
    """Two vehicles with two stops each, a depot, and an order left over."""
    assert stops(opened) == ["1", "2", "1", "2"]
    assert [mark.text for mark in opened.find_elements(By.CSS_SELECTOR, ".rb-depot, .rb-unserved")] == ["D", "!"]


def test_page_asks_for_nothing(opened, page):
    """The only request is for the file itself, and the page has no complaint."""
    events = [json.loads(entry["message"])["message"] for entry in opened.get_log("performance")]
    requests = {event["params"]["request"]["url"].split(",")[0] for event in events
                if event["method"] == "Network.requestWillBeSent"}

    assert requests == {page}
    assert opened.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)") == []
    assert opened.get_log("browser") == []


def test_pressing_a_stop_shows_its_popup(opened):
    """Stop 2 of the first van is order B at 08:15."""
    opened.find_elements(By.CSS_SELECTOR, ".rb-stop")[1].click()

    lines = popup_lines(opened)
    assert lines[:2] == ["2", "B"]
    assert "Vehicle van#1, stop 2 of 2" in lines
    assert "Service 08:15 to 08:20 (5 min)" in lines
    assert "Delivers 10 kg" in lines


def test_pressing_a_route_shows_its_figures(opened):
    """The middle of the longest straight piece of the first route."""
    x, y = opened.execute_script("""
      const canvas = document.querySelector('.leaflet-rb-routes-pane canvas'), box = canvas.getBoundingClientRect();
      const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data, hits = [];
      for (let i = 0; i < data.length; i += 4)
        if (arguments[0].every((value, j) => Math.abs(value - data[i + j]) < 3) && data[i + 3] === 255) {
          const x = (i / 4) % canvas.width + box.left, y = Math.floor(i / 4 / canvas.width) + box.top;
          if (document.elementFromPoint(x, y) === canvas) hits.push([x, y]);
        }
      return hits[Math.floor(hits.length / 2)];""", rgb(line_style(0).colour))

    opened.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": "mousePressed", "x": x, "y": y, "button": "left",
                                                        "clickCount": 1})
    opened.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": "mouseReleased", "x": x, "y": y, "button": "left",
                                                        "clickCount": 1})

    assert "Distance 12.3 km" in popup_lines(opened)


def test_unticking_a_route_takes_it_off_the_map(opened):
    """Its line and stops go, the other's stay; ticking it again brings them back."""
    colour = line_style(0).colour
    box = row(opened, "van#1").find_element(By.TAG_NAME, "input")

    box.click()
    wait(opened, lambda: pixels(opened, "routes", colour) == 0)
    assert stops(opened) == ["1", "2"]
    assert pixels(opened, "routes", line_style(1).colour) > 500

    box.click()
    wait(opened, lambda: pixels(opened, "routes", colour) > 500)
    assert stops(opened).count("1") == 2


def test_looking_at_one_route_dims_the_others(opened):
    """Pressing its name fades the other; pressing it again brings that back."""
    name = row(opened, "van#1").find_element(By.CSS_SELECTOR, ".rb-name")

    name.click()
    assert len(opened.find_elements(By.CSS_SELECTOR, ".rb-stop.rb-dim")) == 2
    wait(opened, lambda: pixels(opened, "routes", line_style(1).colour) == 0)

    name.click()
    assert opened.find_elements(By.CSS_SELECTOR, ".rb-dim") == []


def test_finding_an_order_opens_its_popup(opened):
    """Typed as text, found by part of its figures too."""
    opened.find_element(By.CSS_SELECTOR, ".rb-find input").send_keys("van#2, stop 2", Keys.ENTER)

    assert popup_lines(opened)[:2] == ["2", "E"]


def test_hiding_all_leaves_the_roads(opened):
    """And showing all brings everything back."""
    hide, show = (opened.find_element(By.XPATH, f"//button[text()='{text}']") for text in ("Hide all", "Show all"))

    hide.click()
    wait(opened, lambda: pixels(opened, "routes") == 0)
    assert opened.find_elements(By.CSS_SELECTOR, ".rb-mark") == []
    assert pixels(opened, "roads") > 5_000

    show.click()
    wait(opened, lambda: stops(opened) == ["1", "2", "1", "2"])


def test_credit_and_scale_are_shown(opened):
    """The licence of the data asks for the first; the second has kilometres or metres and no miles."""
    assert opened.find_element(By.CSS_SELECTOR, ".leaflet-control-attribution").text == (
        "© OpenStreetMap contributors (ODbL)")
    (scale,) = opened.find_elements(By.CSS_SELECTOR, ".leaflet-control-scale-line")
    assert scale.text.endswith(" m") or scale.text.endswith(" km")


def test_map_works_inside_a_notebook(browser, plan, tmp_path):
    """Folium puts the page into a frame; the same things are drawn in it."""
    frame = tmp_path / "notebook.html"
    frame.write_text(f"<meta charset='utf-8'>{draw_plan(plan)._repr_html_()}", encoding="utf-8")

    browser.get(frame.as_uri())
    browser.switch_to.frame(browser.find_element(By.TAG_NAME, "iframe"))
    try:
        wait(browser, lambda: browser.find_elements(By.CSS_SELECTOR, ".rb-stop"))
        assert stops(browser) == ["1", "2", "1", "2"]
        wait(browser, lambda: pixels(browser, "routes") > 500)
    finally:
        browser.switch_to.default_content()
