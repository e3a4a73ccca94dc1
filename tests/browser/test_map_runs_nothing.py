"""Fifteen attacks as every text of a plan, in a real browser: nothing runs, and each is shown as it was written.

Once with the policy by which a page forbids itself foreign scripts, and once without it, so that the escaping is seen
to hold by itself.
"""

import re

import pytest

from routing.export import write_map

pytestmark = pytest.mark.browser

By = pytest.importorskip("selenium.webdriver.common.by").By
WebDriverWait = pytest.importorskip("selenium.webdriver.support.wait").WebDriverWait

RUN = "window.pwned=1;document.title='pwned'"
PAYLOADS = (
    f"<script>{RUN}</script>",
    f'<img src=x onerror="{RUN}">',
    f"</script><script>{RUN}</script>",
    f"</title></style></textarea><script>{RUN}</script>",
    f"`+({RUN.replace(';', ',')})+`",
    "${" + RUN.replace(";", ",") + "}",
    f'" onmouseover="{RUN}" onfocus="{RUN}" autofocus x="',
    f"' onmouseover='{RUN.replace(chr(39), chr(34))}' x='",
    f'<svg onload="{RUN}"><animate onbegin="{RUN}" attributeName=x></svg>',
    f'<a href="javascript:{RUN}" autofocus onfocus="{RUN}">press</a>',
    f'<iframe srcdoc="<script>parent.pwned=1;parent.document.title=1</script>" onload="{RUN}"></iframe>',
    f"--><!--<script>{RUN}//",
    "{{ 7 * 191 }}{% print(7 * 191) %}{{ ''.__class__.__mro__[1].__subclasses__() }}",
    f'");{RUN};//\\u0022);{RUN};//\u2028{RUN}//',
    f"&lt;img src=x onerror={RUN}&gt;&#60;script&#62;{RUN}&#60;/script&#62;",
)
WITHOUT_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


@pytest.fixture(scope="module")
def page(make_plan, street_grid, tmp_path_factory):
    """A plan whose ids, names, addresses, vehicles, depot, notes, reasons, currency and title are attacks."""
    import dataclasses

    everything = "".join(PAYLOADS)
    roads = dataclasses.replace(street_grid, meta=dict.fromkeys(("name", "date", "attribution", "notes"), everything))
    plan = make_plan(roads, depot=everything, vehicles=PAYLOADS, orders=PAYLOADS,
                     left=tuple(f"left {payload}" for payload in PAYLOADS), text=everything, notes=PAYLOADS,
                     currency=everything)
    path = tmp_path_factory.mktemp("out") / "map.html"
    write_map(plan, path, title=everything)
    return path


@pytest.fixture(params=["with its policy", "without its policy"])
def opened(request, browser, page, tmp_path):
    """The page; where nothing forbids scripts, only the escaping is between them and the reader."""
    text = page.read_text(encoding="utf-8")
    assert WITHOUT_POLICY.search(text)
    shown = tmp_path / "map.html"
    shown.write_text(text if request.param == "with its policy" else WITHOUT_POLICY.sub("", text), encoding="utf-8")
    browser.get(shown.as_uri())
    WebDriverWait(browser, 10, poll_frequency=0.05).until(
        lambda _: browser.find_elements(By.CSS_SELECTOR, ".rb-panel"))
    return browser


def text_of(browser, selector):
    """Return the text of each element as it is in the page, whitespace and all."""
    return browser.execute_script(
        "return [...document.querySelectorAll(arguments[0])].map(element => element.textContent)", selector)


def test_nothing_runs_and_every_text_is_shown_as_it_is(opened):
    """Every popup is opened, every mark is hovered over, and every row is pressed; then all texts are compared."""
    everything = "".join(PAYLOADS)
    shown = opened.execute_script("""
      const texts = [];
      document.querySelectorAll('.rb-mark').forEach(mark => {
        mark.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));
        mark.focus();
        mark.click();
        texts.push([...document.querySelectorAll('.rb-popup')].pop().querySelector('strong').textContent);
      });
      document.querySelectorAll('.rb-name, .rb-panel button').forEach(button => { button.click(); button.click(); });
      return texts;""")

    assert shown == [everything, *(f"{payload} · {everything}" for payload in PAYLOADS),
                     *(f"left {payload} · {everything}" for payload in PAYLOADS)]
    assert text_of(opened, ".rb-panel h1") == [everything]
    assert text_of(opened, ".rb-what")[1:-1] == list(PAYLOADS)
    assert text_of(opened, ".rb-foot")[:15] == list(PAYLOADS)
    assert text_of(opened, ".leaflet-control-attribution")[0].startswith(everything)
    assert opened.execute_script("return document.title") == re.sub("[\t\n\f\r ]+", " ", everything).strip()
    assert opened.execute_script("return window.pwned") is None


def test_no_element_came_out_of_a_text(opened):
    """The page has the elements that it has for harmless texts, and no attribute that listens."""
    opened.execute_script("document.querySelectorAll('.rb-mark').forEach(mark => mark.click())")

    foreign = "img, iframe, object, audio, animate, [srcdoc], [onload], [onerror], [onfocus], [onmouseover]"
    found = opened.execute_script("return [...document.querySelectorAll(arguments[0])].map(e => e.outerHTML)", foreign)
    assert found == []
    assert set(opened.execute_script("return [...document.querySelectorAll('a')].map(a => a.protocol)")) == {"file:"}
