"""Draw texts as barcodes: Code 128, EAN-13 or QR, as modules, SVG or PNG. Where a barcode stands is not known here.

Sizes are millimetres. A module is the narrowest bar or the smallest square.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from typing import Literal

Symbology = Literal["code128", "ean13", "qr"]

SMALLEST_BAR_MM = 0.19  # GS1 General Specifications: X-dimension below 0.19 mm needs special scanners
_QUIET = {"code128": 10, "ean13": 11, "qr": 4}  # modules of white that the standards ask for
_CODE_128_TEXT = re.compile(r"[ -~]+")


@dataclass(frozen=True, slots=True)
class Barcode:
    """The modules of a barcode, its white margin included.

    Parameters
    ----------
    text : str
        What a scanner reads.
    symbology : {"code128", "ean13", "qr"}
        Which kind it is.
    rows : tuple of tuple of bool
        True is black. A code of bars has one row.

    References
    ----------
    ISO/IEC 15417 (Code 128), ISO/IEC 15420 (EAN), ISO/IEC 18004 (QR).
    """

    text: str
    symbology: Symbology
    rows: tuple[tuple[bool, ...], ...]

    @property
    def columns(self) -> int:
        """Modules from edge to edge."""
        return len(self.rows[0])

    def svg(self, module_mm: float = 0.33, height_mm: float = 12.0) -> str:
        """Return the barcode as an SVG picture.

        Parameters
        ----------
        module_mm : float
            Width of a module.
        height_mm : float
            Height of the bars; a QR code is square whatever this says.

        Returns
        -------
        str
            One path of black bars on white, scalable, with the text as its title.
        """
        from gisdata.escape import escape_xml

        tall = module_mm * self.columns if self.symbology == "qr" else height_mm
        step = 1 if self.symbology == "qr" else height_mm / module_mm
        bars = "".join(f"M{start} {row * step:g}h{length}v{step:g}h-{length}z"
                       for row, start, length in self.bars())
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{module_mm * self.columns:.3f}mm" '
                f'height="{tall:.3f}mm" viewBox="0 0 {self.columns} {tall / module_mm:g}" role="img" '
                f'shape-rendering="crispEdges"><title>{escape_xml(self.text)}</title>'
                f'<path d="M0 0h{self.columns}v{tall / module_mm:g}H0z" fill="#fff"/><path d="{bars}"/></svg>')

    def png(self, module_px: int = 3, height_px: int = 100) -> bytes:
        """Return the barcode as a PNG picture, black and white.

        Parameters
        ----------
        module_px : int
            Width of a module.
        height_px : int
            Height of the bars; a QR code is square whatever this says.

        Returns
        -------
        bytes
            The same barcode gives the same bytes.
        """
        times = module_px if self.symbology == "qr" else height_px
        lines = b"".join(line * times for line in (b"\0" + _packed(row, module_px) for row in self.rows))
        head = struct.pack(">IIBBBBB", self.columns * module_px, len(self.rows) * times, 1, 0, 0, 0, 0)
        parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
            for name, data in parts)

    def _repr_svg_(self) -> str:
        """Return the picture for notebooks."""
        return self.svg()

    def bars(self) -> list[tuple[int, int, int]]:
        """Return row, first column and length of each run of black."""
        return [(number, match.start(), len(match[0])) for number, row in enumerate(self.rows)
                for match in re.finditer("1+", "".join("01"[black] for black in row))]


def code128(text: str) -> Barcode:
    """Return a text as Code 128, for order and plan ids.

    Parameters
    ----------
    text : str
        Printable ASCII, at least one sign.

    Returns
    -------
    Barcode
        In the shortest mix of its code sets.

    Raises
    ------
    ValueError
        If the text holds a sign that Code 128 cannot; `qr_code` can.
    """
    from barcode.codex import Code128

    if not _CODE_128_TEXT.fullmatch(text):
        raise ValueError(f"Code 128 holds printable ASCII only, not {text!r}; use qr_code")
    return _of_bars(text, "code128", Code128(text).build()[0])


def sscc_128(text: str) -> Barcode:
    """Return an SSCC-18 as GS1-128, with the application identifier (00) before it.

    Parameters
    ----------
    text : str
        Eighteen digits, the check digit last.

    Returns
    -------
    Barcode
        A scanner reads ``00`` and the eighteen digits.

    Raises
    ------
    ValueError
        If it is no valid number; the message says why.
    """
    from barcode.codex import Gs1_128

    from gisdata.codes import check_sscc

    checked = check_sscc(text)
    if not checked:
        raise ValueError(f"{text!r} is no SSCC: {checked.reason}")
    return _of_bars(f"00{checked.text}", "code128", Gs1_128(f"00{checked.text}").build()[0])


def ean13(text: str) -> Barcode:
    """Return a GTIN-13 or ISBN-13 as EAN-13.

    Parameters
    ----------
    text : str
        Thirteen digits.

    Returns
    -------
    Barcode
        Its bars.

    Raises
    ------
    ValueError
        If it is no valid number; the message says why.
    """
    from barcode.ean import EuropeanArticleNumber13

    from gisdata.codes import check_ean13

    checked = check_ean13(text)
    if not checked:
        raise ValueError(f"{text!r} is no EAN-13: {checked.reason}")
    return _of_bars(checked.text, "ean13", EuropeanArticleNumber13(checked.text).build()[0])


def qr_code(text: str) -> Barcode:
    """Return a text as QR code: any characters, UTF-8.

    Parameters
    ----------
    text : str
        At least one sign, up to about 2,000 bytes.

    Returns
    -------
    Barcode
        The smallest that repairs a damage of 15 % (level M).

    Raises
    ------
    ValueError
        If the text is empty or too long.
    """
    import segno

    if not text:
        raise ValueError("an empty text has no QR code")
    plain = text.isascii()
    symbol = segno.make_qr(text, error="m", boost_error=False, mode=None if plain else "byte",
                           encoding="ascii" if plain else "utf-8")
    quiet = _QUIET["qr"]
    rows = [tuple(bool(module) for module in row) for row in symbol.matrix_iter(border=quiet)]
    return Barcode(text, "qr", tuple(rows))


def barcode_that_fits(text: str, width_mm: float) -> Barcode:
    """Return a text as bars where that can be printed legibly in the room there is, else as QR code.

    Parameters
    ----------
    text : str
        At least one sign.
    width_mm : float
        Room from edge to edge.

    Returns
    -------
    Barcode
        Code 128 if the text is ASCII and each module at least 0.19 mm wide; the QR code holds the same text, so a
        scanner gives the same answer.

    Examples
    --------
    >>> barcode_that_fits("O-17", 40).symbology, barcode_that_fits("订单17", 40).symbology
    ('code128', 'qr')
    """
    if _CODE_128_TEXT.fullmatch(text):
        bars = code128(text)
        if width_mm / bars.columns >= SMALLEST_BAR_MM:
            return bars
    return qr_code(text)


def _of_bars(text: str, symbology: Symbology, bars: str) -> Barcode:
    quiet = (False,) * _QUIET[symbology]
    return Barcode(text, symbology, ((*quiet, *(bar == "1" for bar in bars), *quiet),))


def _packed(row: tuple[bool, ...], times: int) -> bytes:
    """Return a line of pixels, one bit each, white 1."""
    bits = "".join("01"[not black] * times for black in row)
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")
