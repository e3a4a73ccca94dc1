"""Loads on paper, in Excel and as a page: what stands there is read back, barcodes included."""

import dataclasses
import io

import matplotlib as mpl
import pytest
from openpyxl import load_workbook
from PIL import Image

from gisdata.barcodes import sscc_128
from gisdata.codes import check_sscc
from gisdata.fonts import covering_fonts
from routing.errors import ProblemError
from routing.export import draw_load, write_load
from routing.export.load_picture import draw_still
from routing.export.load_sheet import _codes, _ranges
from routing.export.load_steps import load_steps, picking_list, unloading_list
from routing.export.load_walls import draw_wall, walls
from routing.export.paper import blank_sheet
from routing.loading import Axle, CargoSpace, Compartment, LoadPlan, LoadUnit, Placement, leg_loads
from routing.model import Order

AXLES = (Axle("front", position_m=0, tare_kg=1000), Axle("rear", position_m=4, tare_kg=500))
SPACE = CargoSpace("box", length_m=4, width_m=2, height_m=2, axles=AXLES)
CRATE = LoadUnit("crate", length_m=1, width_m=0.8, height_m=1, weight_kg=100, count=2)
ORDERS = tuple(Order(name, lon=0, lat=0, units=(CRATE,)) for name in ("A<1>", "B"))


def _at(order, number, x, y, z, length=1000, width=800):
    return Placement(order, "crate", number, x_mm=x, y_mm=y, z_mm=z, length_mm=length, width_mm=width, height_mm=1000)


LOAD = LoadPlan(SPACE, (_at("B", 1, 0, 0, 0), _at("B", 2, 0, 0, 1000), _at("A<1>", 1, 1000, 0, 0, 800, 1000),
                        _at("A<1>", 2, 1800, 1200, 0)), stops=("A<1>", "B"), vehicle="truck#1")
"""B is the second stop: its crates stand on each other in front. A's first crate is turned, its second at the right."""


def test_steps_say_where_every_piece_goes():
    """On the floor or on which piece, which side, how far from the front, turned or not."""
    steps = load_steps(LOAD, ORDERS, "en")

    assert [(step.number, step.stop, step.words) for step in steps] == [
        (1, 2, "0.00 m from the front, left, on the floor"), (2, 2, "0.00 m from the front, left, on crate-1"),
        (3, 1, "1.00 m from the front, left, on the floor, turned"),
        (4, 1, "1.80 m from the front, right, on the floor")]
    assert load_steps(LOAD, ORDERS, "zh")[1].words == "距前壁 0.00 米，左侧，放在 crate-1 上"
    assert [step.number for step in picking_list(steps)] == [1, 2, 3, 4]
    assert [step.number for step in unloading_list(steps)] == [4, 3, 2, 1]


def test_axle_loads_of_every_leg():
    """At the start 400 kg, centre (0.5 + 0.5 + 1.4 + 2.3) / 4 = 1.175 m: 117.5 kg behind. Then 200 kg at 0.5 m: 25."""
    legs = leg_loads(LOAD, ORDERS)

    assert legs["mass_kg"].tolist() == [400, 200, 0]
    assert legs["rear_kg"].tolist() == pytest.approx([617.5, 525, 500])
    assert legs["front_kg"].tolist() == pytest.approx([1282.5, 1175, 1000])
    assert legs["centre_x_m"].tolist()[:2] == pytest.approx([1.175, 0.5])


def test_the_workbook_has_all_lists(tmp_path):
    """Four sheets in Chinese; pieces with their codes, and the axle loads."""
    write_load(LOAD, ORDERS, tmp_path / "装车.xlsx", sscc_prefix="06901234")

    book = load_workbook(tmp_path / "装车.xlsx")
    rows = list(book["装车步骤"].iter_rows(values_only=True))
    assert book.sheetnames == ["装车步骤", "拣货单", "卸货单", "轴荷"]
    assert [row[:4] for row in rows[1:]] == [(1, 2, "B", "crate-1"), (2, 2, "B", "crate-2"), (3, 1, "A<1>", "crate-1"),
                                             (4, 1, "A<1>", "crate-2")]
    assert all(check_sscc(row[7]) for row in rows[1:])
    assert [row[0] for row in book["卸货单"].iter_rows(min_row=2, values_only=True)] == [4, 3, 2, 1]
    assert [row[-1] for row in book["轴荷"].iter_rows(min_row=2, values_only=True)] == [617.5, 525, 500]


def test_the_page_is_whole_and_escaped(tmp_path):
    """A mesh a stop, a slider position a step, the library inside, and names as text."""
    write_load(LOAD, ORDERS, tmp_path / "load.html", "en")
    page, figure = (tmp_path / "load.html").read_text(encoding="utf-8"), draw_load(LOAD, ORDERS, "en")

    assert [trace.type for trace in figure.data] == ["mesh3d", "mesh3d", "scatter3d"]
    assert [len(trace.i) for trace in figure.data[:2]] == [24, 24]
    assert [[len(trace.i) for trace in frame.data] for frame in figure.frames] == [[0, 12], [0, 24], [12, 24], [24, 24]]
    assert 'src="http' not in page
    assert "Plotly.animate" not in page.split("Plotly.newPlot")[-1]  # it opens with everything loaded
    assert "A<1>" not in page.replace("\\u003c", "<").split("Plotly.newPlot")[-1].replace("A&lt;1&gt;", "")


def test_paper_is_the_same_bytes_for_the_same_load(tmp_path):
    """And a PDF."""
    for name in ("a.pdf", "b.pdf"):
        write_load(LOAD, ORDERS, tmp_path / name, "en")

    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_the_sscc_barcode_is_read_back():
    """By zxing: application identifier 00 and the number, as GS1-128."""
    zxingcpp = pytest.importorskip("zxingcpp")
    (code, *_) = _codes(load_steps(LOAD, ORDERS, "en"), "06901234", 1)
    picture = Image.open(io.BytesIO(sscc_128(code).png())).convert("L")

    (found,) = zxingcpp.read_barcodes(picture)

    assert found.text.replace("(", "").replace(")", "") == f"00{code}"
    assert code[:8] == "06901234"


def test_pieces_hide_what_is_behind_them():
    """In the still picture the piece nearest to the viewer is drawn last: the one at the rear."""
    with mpl.rc_context():
        axes = blank_sheet(covering_fonts("0")).window(10, 10, 100, 100)
        draw_still(LOAD, load_steps(LOAD, ORDERS, "en"), axes)

    assert [text.get_text() for text in sorted(axes.texts, key=lambda text: text.get_zorder())] == ["1", "2", "3", "4"]


def test_a_wall_is_what_begins_before_its_first_pieces_end():
    """Both crates of B fill the first metre; A's turned one begins there, is 0.8 m long, and the last one behind it."""
    found = walls(LOAD, load_steps(LOAD, ORDERS, "en"))

    assert [([step.number for step in wall.steps], wall.begin_mm, wall.end_mm) for wall in found] == [
        ([1, 2], 0, 1000), ([3], 1000, 1800), ([4], 1800, 2800)]


def test_every_piece_is_in_one_wall_of_its_compartment():
    """Two decks: the wall above does not take in what begins there below."""
    lower, upper = (Compartment(name, length_m=4, width_m=2, height_m=1, z_m=z) for name, z in (("low", 0), ("up", 1)))
    load = LoadPlan(CargoSpace("decks", length_m=4, width_m=2, height_m=2, compartments=(lower, upper)), (
        dataclasses.replace(_at("B", 1, 0, 0, 0), compartment="low"),
        dataclasses.replace(_at("B", 2, 500, 0, 1000), compartment="up"),
        dataclasses.replace(_at("A<1>", 1, 900, 1000, 0), compartment="low")), stops=("A<1>", "B"))

    found = walls(load, load_steps(load, ORDERS, "en"))

    assert [(wall.room.id, [step.number for step in wall.steps], wall.end_mm) for wall in found] == [
        ("low", [1, 3], 1900), ("up", [2], 1500)]


def test_a_wall_is_seen_from_the_rear():
    """Crate 2 stands on crate 1 at the left: the middles of their fronts are 0.4 m from the left, 0.5 and 1.5 m up."""
    first, *_ = walls(LOAD, load_steps(LOAD, ORDERS, "en"))
    axes = blank_sheet(covering_fonts("0")).window(10, 10, 100, 100)

    draw_wall(first, axes)

    assert {text.get_text(): text.get_position() for text in axes.texts} == {
        "1": pytest.approx((0.4, 0.5)), "2": pytest.approx((0.4, 1.5))}
    assert _ranges([3, 4, 5, 8]) == "3-5, 8"


@pytest.mark.parametrize(("options", "error", "words"), [
    ({"path": "load.txt"}, ValueError, ".html, .xlsx or .pdf"),
    ({"sscc_prefix": "123"}, ProblemError, "8 to 11 digits"),
    ({"sscc_prefix": "01234567890", "first_serial": 999_998}, ProblemError, "do not fit into the 6 digits"),
])
def test_bad_input(tmp_path, options, error, words):
    """Nothing is written."""
    path = tmp_path / options.pop("path", "load.xlsx")

    with pytest.raises(error, match=words):
        write_load(LOAD, ORDERS, path, "en", **options)
    assert not path.exists()


def test_goods_without_orders_are_shown_too(tmp_path):
    """A filled container: no stops."""
    load = LoadPlan(SPACE, (dataclasses.replace(LOAD.placements[0], order=""),))

    write_load(load, [CRATE], tmp_path / "container.xlsx", "en")

    rows = list(load_workbook(tmp_path / "container.xlsx")["loading steps"].iter_rows(min_row=2, values_only=True))
    assert rows[0][:4] == (1, 0, None, "crate-1")
