"""Barcodes, read back by an independent program (zxing-cpp)."""

import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gisdata.barcodes import SMALLEST_BAR_MM, Barcode, barcode_that_fits, code128, ean13, qr_code

zxingcpp = pytest.importorskip("zxingcpp", reason="zxing-cpp reads barcodes back; it is in the test extra")
FORMATS = {"code128": "Code128", "ean13": "EAN13", "qr": "QRCode"}


def scanned(barcode, module_px=3):
    """Return what a scanner reads from the PNG."""
    from PIL import Image

    picture = np.asarray(Image.open(io.BytesIO(barcode.png(module_px=module_px))).convert("L"))
    (read,) = zxingcpp.read_barcodes(picture)
    assert read.format == getattr(zxingcpp.BarcodeFormat, FORMATS[barcode.symbology])
    return read.text


@pytest.mark.parametrize("text", ["O-17", "WH-00012345", "12345678", "a", "=1+1 <b>&\"'</b>", "3fa9c2d1e0b4/van#2"])
def test_code_128_is_read_back(text):
    """Letters, digits, signs."""
    assert scanned(code128(text)) == text


@pytest.mark.parametrize("text", ["订单17", "武汉市洪山区珞喻路1037号", "x", "0123456789", "Ä/ß", "😀", "漢" * 300])
def test_qr_code_is_read_back(text):
    """Any characters, so also a Chinese order id."""
    assert scanned(qr_code(text)) == text


def test_ean_13_is_read_back():
    """The example of GB 12904."""
    assert scanned(ean13("6901234567892")) == "6901234567892"


@settings(max_examples=25, deadline=None)
@given(text=st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=24),
       width=st.floats(20, 80))
def test_whatever_fits_reads_the_same(text, width):
    """Bars or QR: the scanner gives the id, and bars are never finer than scanners can see."""
    barcode = barcode_that_fits(text, width)

    assert scanned(barcode) == text
    assert barcode.symbology == "qr" or width / barcode.columns >= SMALLEST_BAR_MM


def test_long_and_chinese_texts_become_qr():
    """What bars cannot say, or only too finely."""
    assert barcode_that_fits("订单17", 40).symbology == "qr"
    assert barcode_that_fits("A" * 60, 40).symbology == "qr"
    assert barcode_that_fits("O-17", 40).symbology == "code128"


@pytest.mark.parametrize(("draw", "text"), [
    (code128, "订单"), (code128, ""), (code128, "a\nb"), (qr_code, ""), (qr_code, "x" * 5000),
    (ean13, "6901234567893"), (ean13, "690"),
])
def test_what_cannot_be_drawn_is_a_value_error(draw, text):
    """Nothing is cut short in silence."""
    with pytest.raises(ValueError, match=r"."):
        draw(text)


@pytest.mark.parametrize("barcode", [code128("O-17"), qr_code("<订单 & 17>")], ids=["bars", "qr"])
def test_svg_has_the_same_modules_and_escapes_its_title(barcode):
    """Filled row by row from the path, it is the barcode again."""
    root = ET.fromstring(barcode.svg(module_mm=0.5, height_mm=10))  # noqa: S314 (our own text)
    name, _, path = root
    drawn = np.zeros((len(barcode.rows), barcode.columns), bool)
    tall = 1 if barcode.symbology == "qr" else 20
    for part in path.get("d").split("z")[:-1]:
        at, length = part.removeprefix("M").split("v")[0].split("h")
        x, y = map(float, at.split())
        drawn[round(y / tall), int(x):int(x) + int(length)] = True

    assert name.text == barcode.text
    assert (drawn == np.array(barcode.rows)).all()


def test_png_bytes_depend_on_the_barcode_alone():
    """So files that hold one can be compared."""
    assert code128("O-17").png() == code128("O-17").png() != code128("O-18").png()


def test_margin_is_white_as_the_standards_ask():
    """Ten modules beside bars, four around a QR code."""
    assert not any(code128("A").rows[0][:10] + code128("A").rows[0][-10:])
    rows = np.array(qr_code("A").rows)
    assert not rows[:4].any()
    assert not rows[:, -4:].any()
    assert isinstance(qr_code("A"), Barcode)
