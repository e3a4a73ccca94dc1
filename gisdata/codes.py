"""Check the numbers that goods, books, parcels, containers and people carry. No picture is drawn here (see barcodes).

Every check takes text as people type it (full-width digits, spaces, hyphens) and answers whether it can be right, and
if not, why. A number that passes is well formed; whether anybody ever gave it out, no check digit can say.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_ID_WEIGHTS = tuple(2**power % 11 for power in range(17, 0, -1))  # ISO 7064 MOD 11-2
_LETTER_VALUES = {letter: 10 + number + (number + 9) // 10  # ISO 6346: 11, 22 and 33 are left out
                  for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_FULL_WIDTH = {ordinal + 0xFEE0: ordinal for ordinal in range(0x21, 0x7F)}
_CONTAINER = re.compile(r"[A-Z]{3}[A-Z]\d{6,7}")
_EARLIEST_BIRTH = dt.date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """What a number turned out to be; true in an ``if`` when it is valid.

    Parameters
    ----------
    kind : str
        Such as ``GTIN-13`` or ``ISO 6346``.
    text : str
        The number as the standard writes it. Of a resident id only the first six digits; the rest is starred out.
    valid : bool
        Whether form and check digit are right.
    reason : str
        Why not; empty if it is valid.
    issuer : str
        Who gives such numbers out, where the prefix tells.
    use : str
        What it is for, where the prefix tells: ``goods``, ``book``, ``serial``, ...
    note : str
        What else to know.
    """

    kind: str
    text: str
    valid: bool
    reason: str = ""
    issuer: str = ""
    use: str = ""
    note: str = ""

    def __bool__(self) -> bool:
        """Return whether it is valid."""
        return self.valid


def gs1_check_digit(digits: str) -> int:
    """Return the check digit of a GTIN, ISBN-13 or SSCC.

    Parameters
    ----------
    digits : str
        All digits but the check digit.

    Returns
    -------
    int
        0 to 9.

    References
    ----------
    GS1 General Specifications, section 7.9: weights 3, 1, 3, ... from the right.

    Examples
    --------
    >>> gs1_check_digit("690123456789")
    2
    """
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -total % 10


def check_gtin(text: str) -> CodeCheck:
    """Check a GTIN-8, GTIN-12 (UPC-A), GTIN-13 (EAN-13) or GTIN-14.

    Parameters
    ----------
    text : str
        The number; its length says which it is.

    Returns
    -------
    CodeCheck
        With issuer and use where the table of GS1 prefixes knows them.

    Examples
    --------
    >>> check_gtin("6901234567892").issuer, check_gtin("6901234567893").reason
    ('GS1 China', 'the check digit is 3, it must be 2')
    """
    number = _compact(text)
    if len(number) not in {8, 12, 13, 14}:
        return CodeCheck("GTIN", number, valid=False,
                         reason=_not_digits(number) or f"{len(number)} digits, a GTIN has 8, 12, 13 or 14")
    kind = f"GTIN-{len(number)}"
    prefix = {} if len(number) == 8 else gs1_prefix(number.zfill(14)[1:])
    return _gs1_checked(kind, number, prefix)


def check_ean13(text: str) -> CodeCheck:
    """Check an EAN-13, which is a GTIN of 13 digits.

    Parameters
    ----------
    text : str
        The number.

    Returns
    -------
    CodeCheck
        As `check_gtin`; a GTIN of another length is not valid.
    """
    fault = _of_length("EAN-13", text, 13)
    return check_gtin(text) if fault is None else fault


def check_isbn13(text: str) -> CodeCheck:
    """Check an ISBN of 13 digits, and split it where its registration group is known.

    Parameters
    ----------
    text : str
        With or without hyphens.

    Returns
    -------
    CodeCheck
        `text` is hyphenated if the group is known, and `issuer` is then its agency.

    References
    ----------
    ISO 2108:2017; International ISBN Agency, range message.

    Examples
    --------
    >>> check_isbn13("9787302511625").text
    '978-7-302-51162-5'
    """
    fault = _of_length("ISBN-13", text, 13)
    if fault is not None:
        return fault
    number = _compact(text)
    if not number.startswith(("978", "979")):
        return CodeCheck("ISBN-13", number, valid=False, reason=f"begins with {number[:3]}, an ISBN with 978 or 979")
    if number.startswith("9790"):
        return CodeCheck("ISBN-13", number, valid=False, reason="9790 is sheet music (ISMN), not a book")
    checked = _gs1_checked("ISBN-13", number, {"use": "book"})
    for group in _table("isbn-groups.json")["groups"]:
        whole = group["prefix"].replace("-", "")
        registrant = _registrant(number[len(whole):-1], group["registrants"])
        if checked and number.startswith(whole) and registrant:
            title = number[len(whole) + len(registrant):-1]
            return CodeCheck("ISBN-13", f"{group['prefix']}-{registrant}-{title}-{number[-1]}", valid=True,
                             issuer=group["agency"], use="book")
    return checked


def check_sscc(text: str) -> CodeCheck:
    """Check a serial shipping container code of 18 digits, as on pallet labels.

    Parameters
    ----------
    text : str
        With or without the application identifier ``(00)`` before it.

    Returns
    -------
    CodeCheck
        With issuer where the table of GS1 prefixes knows it.

    References
    ----------
    GS1 General Specifications, section 3.2 (AI 00).
    """
    number = _compact(text).removeprefix("(00)")
    number = number[2:] if len(number) == 20 and number.startswith("00") else number
    fault = _of_length("SSCC", number, 18)
    return _gs1_checked("SSCC", number, gs1_prefix(number[1:])) if fault is None else fault


def check_container(text: str) -> CodeCheck:
    """Check the number of a freight container: owner, category, serial, check digit.

    Parameters
    ----------
    text : str
        Such as ``CSQU 305438 3``.

    Returns
    -------
    CodeCheck
        `note` warns of the few numbers whose check digit catches fewer faults.

    References
    ----------
    ISO 6346:2022; letters count 10 to 38 without multiples of 11, place n weighs 2**n, modulo 11; a remainder of 10 is
    written 0, which is why the standard advises against such serials.

    Examples
    --------
    >>> bool(check_container("CSQU3054383"))
    True
    """
    number = _compact(text).upper()
    if not _CONTAINER.fullmatch(number):
        return CodeCheck("ISO 6346", number, valid=False,
                         reason="a container number is four letters, six digits and a check digit")
    if number[3] not in "UJZR":
        return CodeCheck("ISO 6346", number, valid=False, reason=f"the fourth letter is {number[3]}, it must be U "
                         "(container), J (equipment), Z (chassis) or R (refrigeration)")
    if len(number) == 10:
        return CodeCheck("ISO 6346", number, valid=False, reason="the check digit, the seventh, is missing")
    remainder = sum((_LETTER_VALUES.get(sign) or int(sign)) * 2**place for place, sign in enumerate(number[:10])) % 11
    note = "its remainder is 10, written 0: some typing faults go unnoticed" if remainder == 10 else ""
    return CodeCheck("ISO 6346", number, *_verdict(number[-1], str(remainder % 10)), note=note)


def check_resident_id(text: str, today: dt.date | None = None) -> CodeCheck:
    """Check the number of a Chinese resident identity card, without keeping it.

    Parameters
    ----------
    text : str
        Eighteen signs; the last may be ``X``.
    today : datetime.date, optional
        Nobody is born later; by default the day of the call.

    Returns
    -------
    CodeCheck
        `text` holds the six digits of the region and stars, and no message repeats more: neither birthday nor number.

    References
    ----------
    GB 11643-1999; ISO 7064:2003, MOD 11-2.

    Examples
    --------
    >>> check_resident_id("11010519491231002X")
    CodeCheck(kind='resident id', text='110105************', valid=True, reason='', issuer='', use='person', note='')
    """
    number = _compact(text).upper()
    shown = f"{number[:6]}{'*' * 12}" if len(number) == 18 and number[:6].isdecimal() else ""

    def checked(reason: str) -> CodeCheck:
        return CodeCheck("resident id", shown, valid=not reason, reason=reason, use="person")

    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return checked("a resident id has 17 digits and then a digit or X")
    try:
        birth = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return checked("its date of birth does not exist")
    if not _EARLIEST_BIRTH <= birth <= (today or dt.datetime.now(dt.UTC).date()):
        return checked("its date of birth lies in the future or before 1900")
    remainder = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True)) % 11
    right = "10X98765432"[remainder]
    return checked("" if number[-1] == right else "its check digit is wrong")


def gs1_prefix(digits: str) -> dict[str, str]:
    """Return what the table of GS1 prefixes says of the first three digits of a GTIN-13.

    Parameters
    ----------
    digits : str
        Begins with the prefix.

    Returns
    -------
    dict of str to str
        ``first``, ``last``, ``issuer``, ``use`` and perhaps ``note``; empty if the table does not have the prefix.

    Examples
    --------
    >>> gs1_prefix("978")["use"]
    'book'
    """
    for entry in _table("gs1-prefixes.json")["ranges"]:
        if entry["first"] <= digits[:3] <= entry["last"]:
            return dict(entry)
    return {}


def _gs1_checked(kind: str, number: str, prefix: dict[str, str]) -> CodeCheck:
    reason = _not_digits(number)
    valid, reason = (False, reason) if reason else _verdict(number[-1], str(gs1_check_digit(number[:-1])))
    return CodeCheck(kind, number, valid, reason, *(prefix.get(name, "") for name in ("issuer", "use", "note")))


def _verdict(got: str, right: str) -> tuple[bool, str]:
    return got == right, "" if got == right else f"the check digit is {got}, it must be {right}"


def _of_length(kind: str, text: str, length: int) -> CodeCheck | None:
    number = _compact(text)
    reason = _not_digits(number) or ("" if len(number) == length else f"{len(number)} digits, it must have {length}")
    return CodeCheck(kind, number, valid=False, reason=reason) if reason else None


def _not_digits(number: str) -> str:
    return "" if number.isascii() and number.isdecimal() else "it must consist of digits"


def _compact(text: str) -> str:
    """Return text with full-width signs made plain, without spaces and hyphens."""
    if not isinstance(text, str):
        raise TypeError(f"a code is text, since a number has lost its leading zeros; got {type(text).__name__}")
    return re.sub(r"[\s‐-―−-]", "", text.translate(_FULL_WIDTH))


def _registrant(digits: str, ranges: list[str]) -> str:
    for first, last in (bounds.split("-") for bounds in ranges):
        if first <= digits[:len(first)] <= last:
            return digits[:len(first)]
    return ""


@cache
def _table(name: str) -> dict[str, Any]:
    table: dict[str, Any] = json.loads((files("gisdata") / name).read_text(encoding="utf-8"))
    return table
