"""Drivers' sheets: every glyph is there, barcodes read back, nothing personal unless asked for."""

import dataclasses
import io
import warnings

import numpy as np
import pandas as pd
import pytest

from gisdata.escape import plain_text
from gisdata.fonts import FontError, covering_fonts
from routing.errors import ProblemError
from routing.export import write_driver_pages
from routing.export.driver_page import driver_sheets
from routing.model import Order
from routing.plan import Plan, Visit

pytest.importorskip("matplotlib", reason="pages are drawn with matplotlib; it is in the notebooks extra")


@pytest.fixture(scope="module", autouse=True)
def chinese_font():
    """Skip where no Chinese font is installed."""
    try:
        return covering_fonts("武汉派车单")
    except FontError as error:
        pytest.skip(f"no Chinese font is installed: {error}")


@pytest.fixture(scope="module")
def chinese_plan(traced_plan):
    """`mixed_plan` with Chinese names and addresses, and one Chinese order id; with roads."""
    problem = traced_plan.problem
    renamed = {"P": "订单17"}
    orders = tuple(dataclasses.replace(order, id=renamed.get(order.id, order.id), name=f"便利店 {order.id}",
                                       address=f"武汉市江岸区中山大道 {number} 号 $x$")
                   for number, order in enumerate(problem.orders))
    matrices = tuple(dataclasses.replace(m, places=tuple("order 订单17" if p == "order P" else p for p in m.places))
                     for m in problem.matrices)
    routes = tuple(dataclasses.replace(r, visits=tuple(dataclasses.replace(v, order=renamed.get(v.order, v.order))
                                                       for v in r.visits)) for r in traced_plan.routes)
    return dataclasses.replace(traced_plan, problem=dataclasses.replace(problem, orders=orders, matrices=matrices),
                               routes=routes)


def texts(sheet):
    """Return all that is written on a page, the map included."""
    return [text.get_text() for axes in sheet.figure.axes for text in axes.texts]


def scanned(sheet):
    """Return what a scanner reads from a page printed at 250 dots an inch."""
    zxingcpp = pytest.importorskip("zxingcpp", reason="zxing-cpp reads barcodes back; it is in the test extra")
    from PIL import Image

    with io.BytesIO() as file:
        sheet.figure.savefig(file, format="png", dpi=250)
        picture = np.asarray(Image.open(file).convert("L"))
    return {read.text for read in zxingcpp.read_barcodes(picture)}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_glyph_is_missing(chinese_plan, tmp_path, language):
    """Matplotlib warns of each character that its font lacks; here every warning is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_driver_pages(chinese_plan, tmp_path / "司 机.pdf", language)

    data = (tmp_path / "司 机.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.count(b"/Type /Page\n") + data.count(b"/Type /Page ") == 2


def test_barcodes_of_plan_and_orders_are_read_back(chinese_plan):
    """Vehicle sheet 1: plan and vehicle, the Chinese id as QR code, Q as bars."""
    sheet = next(driver_sheets(chinese_plan, "zh"))

    assert scanned(sheet) == {f"{chinese_plan.digest[:12]}/van#1", "订单17", "Q"}


def test_page_says_what_the_driver_must_know(chinese_plan):
    """By the fixture: van from N 07:06, back 07:41, 20 km, 500 kg; P 07:10 to 07:15 within 07:10 to 08:00, 200 kg."""
    said = texts(next(driver_sheets(chinese_plan, "zh")))

    for text in ("van#1", "N", "07:06", "07:41", "20.0 公里", "500 千克", "07:10–07:15", "时间窗 07:10–08:00",
                 "订单17 · 便利店 P", "武汉市江岸区中山大道 0 号 $x$", "200 千克", "第 1 页，共 1 页", "仓", "1", "2"):
        assert text in said


def test_waiting_is_said(chinese_plan):
    """The reefer is at R at 06:29 and waits for 07:00."""
    said = texts(list(driver_sheets(chinese_plan, "en"))[1])

    assert "arrives 06:29" in said
    assert "07:00–07:30" in said


def test_map_shows_roads_and_route(chinese_plan):
    """Road collections below, the legs of the route above; the licence's credit stands on it."""
    sheet = next(driver_sheets(chinese_plan, "zh"))
    _, picture = sheet.figure.axes

    assert picture.collections
    assert len(picture.lines) == 2 * 3 + 2  # casing and colour of three legs, and the scale bar
    assert "直线示意，非实际道路" not in texts(sheet)


def test_plan_without_roads_says_that_lines_are_straight(mixed_plan):
    """So nobody follows them."""
    assert "straight lines, not roads" in texts(next(driver_sheets(mixed_plan, "en")))


def test_map_has_the_same_scale_in_both_directions(mixed_plan):
    """At 30.6 degrees north a degree of longitude is cos(30.6) as wide as one of latitude."""
    picture = next(driver_sheets(mixed_plan, "en")).figure.axes[1]
    (west, east), (south, north) = picture.get_xlim(), picture.get_ylim()
    box = picture.get_position()
    wide, tall = box.width * 210, box.height * 297

    assert (wide / (east - west)) / (tall / (north - south)) == pytest.approx(np.cos(np.radians(30.6)), rel=1e-6)


def many_stops(plan, count):
    """Return a plan whose only van visits `count` orders, in no time."""
    problem = plan.problem
    orders = tuple(Order(f"O-{i}", lon=114.3, lat=30.6) for i in range(count))
    labels = ("depot N", *(f"order {order.id}" for order in orders))
    zeros = np.zeros((len(labels), len(labels)), int)
    matrix = dataclasses.replace(problem.matrix("van"), places=labels, duration_s=zeros, distance_m=zeros)
    problem = dataclasses.replace(problem, orders=orders, depots=problem.depots[:1], fleet=problem.fleet[:1],
                                  matrices=(matrix,))
    visits = tuple(Visit(order.id, 36_000, 36_000, 36_000) for order in orders)
    return Plan(problem, (dataclasses.replace(plan.routes[0], visits=visits),))


@pytest.mark.parametrize(("stops", "pages"), [(1, 1), (8, 1), (9, 2), (40, 3)])
def test_long_lists_run_over_more_pages(mixed_plan, stops, pages):
    """Every order stands on exactly one page; the pages count."""
    sheets = list(driver_sheets(many_stops(mixed_plan, stops), "en"))
    said = [text for sheet in sheets for text in texts(sheet)]

    assert len(sheets) == pages
    assert sorted(text for text in said if text.startswith("O-")) == sorted([f"O-{i}" for i in range(stops)] * 2)
    assert f"page {pages} of {pages}" in said


def test_stops_at_one_place_share_a_mark(mixed_plan):
    """Ten orders at the depot's own place: one mark says 1-10."""
    sheet = next(driver_sheets(many_stops(mixed_plan, 10), "en"))

    assert [text.get_text() for text in sheet.figure.axes[1].texts][:1] == ["1-10"]


def test_personal_columns_come_only_when_named(mixed_plan):
    """Asked for by name, the phone stands below the address."""
    from routing.export.dispatch_sheet import extra_texts

    orders = pd.DataFrame({"id": ["P", "Q"], "phone": ["13812345678", None]})

    assert "13812345678" in texts(next(driver_sheets(mixed_plan, "en", extra_texts(orders, ["phone"]))))
    assert "13812345678" not in texts(next(driver_sheets(mixed_plan, "en", extra_texts(orders, []))))


def test_texts_that_attack_are_only_texts(nasty_plan, tmp_path):
    """Formulas, tags, control characters, 300 letters: written as they are, cut where there is no room."""
    kept = [route for route in nasty_plan.routes if route.vehicle in {"=1+1", "<b>&\"'</b>", "武汉 号", "x" * 300}]
    plan = dataclasses.replace(nasty_plan, routes=tuple(kept))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        write_driver_pages(plan, tmp_path / "a.pdf")
    said = [text for sheet in driver_sheets(plan, "zh") for text in texts(sheet)]

    assert "=1+1" in said
    assert not [text for text in said if plain_text(text) != text or "\n" in text or len(text) > 200]


def test_same_plan_gives_the_same_bytes(traced_plan, tmp_path, monkeypatch):
    """No time of writing gets into the file."""
    write_driver_pages(traced_plan, tmp_path / "a.pdf")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    write_driver_pages(traced_plan, tmp_path / "b.pdf")

    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "b.pdf"]


def test_plan_without_routes_is_one_page(mixed_plan):
    """It says that nobody drives."""
    (sheet,) = driver_sheets(dataclasses.replace(mixed_plan, routes=()), "zh")

    assert "本计划没有派出车辆。" in texts(sheet)


def test_missing_font_writes_nothing_and_names_the_characters(chinese_plan, tmp_path, monkeypatch):
    """On a machine with Latin fonts only, the message says what to install."""
    monkeypatch.setattr("routing.export.driver_page.covering_fonts",
                        lambda text: covering_fonts(text, families=["DejaVu Sans"]))

    with pytest.raises(FontError, match="fonts-noto-cjk"):
        write_driver_pages(chinese_plan, tmp_path / "a.pdf")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("name", "language", "said"), [("a.png", "zh", r"write a\.pdf"), ("a.pdf", "de", "zh")])
def test_other_formats_and_languages_are_refused(mixed_plan, tmp_path, name, language, said):
    """The message says what there is."""
    with pytest.raises(ValueError, match=said):
        write_driver_pages(mixed_plan, tmp_path / name, language)
    assert not list(tmp_path.iterdir())


def test_plan_that_names_unknown_orders_is_refused(mixed_plan, tmp_path):
    """The error names the order; nothing is written."""
    route = dataclasses.replace(mixed_plan.routes[0], visits=(Visit("ghost", 0, 0, 0),))

    with pytest.raises(ProblemError, match="ghost"):
        write_driver_pages(Plan(mixed_plan.problem, (route,)), tmp_path / "a.pdf")
    assert not list(tmp_path.iterdir())
