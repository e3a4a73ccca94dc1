"""Read one cell as people write it: numbers with units and separators, clock times in words, windows, yes and no.

What is certain is returned in the plain form that `gisdata.kinds` accepts, with the rules used; what is not certain is
left alone (None), for the check to refuse. No table is known here. Times are seconds from midnight.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gisdata.clock import DAY_S, format_clock
from gisdata.kinds import NUMBER

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_PLAIN = re.compile(NUMBER, re.ASCII)
_AMOUNT = re.compile(r"(?P<sign>[+\-−]?)\s*(?P<digits>[0-9](?:[0-9.,'’ ]*[0-9])?|\.[0-9]+)\s*"
                     r"(?P<unit>[^\W\d_].*|[°¥€$])?")
_GROUPS = re.compile(r"\d{1,3}(?:([ '’])\d{3})(?:\1\d{3})*(?:[.,]\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+", re.ASCII)
_DOTTED = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+", re.ASCII)
_LONGEST_UNIT = 12

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*(?:日|号)?[\sT]*", re.ASCII)
_PLAIN_CLOCK = re.compile(r"\d{1,3}:[0-5]\d(?::[0-5]\d)?(?:\s*\+\d{1,2})?", re.ASCII)
_CLOCK = re.compile(
    r"(?P<day>次日|翌日|第二天|隔天|明天|当日|当天|今天)?\s*"
    r"(?P<part>上午|早上|早晨|凌晨|清晨|中午|下午|傍晚|晚上|晚)?\s*"
    r"(?P<hour>\d{1,2})\s*"
    r"(?P<mark>[:点時时])?\s*(?:(?P<minute>\d{1,2})\s*分?(?::(?P<second>\d{2}))?|(?P<half>半)|(?P<quarter>[一三])刻)?"
    r"\s*[整钟]?\s*(?P<half_day>[ap]\.?m\.?)?\s*(?:\+(?P<plus>\d{1,2}))?", re.ASCII | re.IGNORECASE)
_FOUR_DIGITS = re.compile(r"([01]\d|2[0-3])([0-5]\d)", re.ASCII)
_NEXT_DAY = frozenset(("次日", "翌日", "第二天", "隔天", "明天"))
_AFTERNOON = frozenset(("下午", "傍晚", "晚上", "晚"))
_NO_LIMIT = frozenset(("全天", "不限", "不限时", "无限制", "任意", "任意时间", "随时", "24小时",
                       "all day", "any", "anytime"))
_RANGE = re.compile(r"\s*(?:-|~|〜|–|—|−|至|到|\bto\b)+\s*")
_UNTIL = re.compile(r"(?:之前|以前|前)$")
_FROM = re.compile(r"(?:之后|以后|后|起)$")
_YES = frozenset(("√", "✓", "✔", "☑", "有", "可", "可以", "能", "t", "对"))
_NO = frozenset(("×", "✗", "✘", "无", "不可", "不可以", "不能", "否定", "f", "不"))


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as it stands in a cell.

    Parameters
    ----------
    number : str
        Plain digits, in the unit of the cell.
    unit : str
        Unit that the cell states; empty if none.
    rules : tuple of str
        What was done to read it.
    """

    number: str
    unit: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecimalMarks:
    """Which decimal marks a table uses for certain.

    Parameters
    ----------
    point, comma : bool
        Whether some cell can only be read with it.
    """

    point: bool = False
    comma: bool = False

    def __or__(self, other: DecimalMarks) -> DecimalMarks:
        return DecimalMarks(self.point or other.point, self.comma or other.comma)


def decimal_marks(cell: str) -> DecimalMarks:
    """Return which decimal mark a cell proves.

    Parameters
    ----------
    cell : str
        Any text.

    Returns
    -------
    DecimalMarks
        Neither, where ``1,234`` could be read both ways.

    Examples
    --------
    >>> decimal_marks("12.5").point, decimal_marks("5,3").comma, decimal_marks("1,234")
    (True, True, DecimalMarks(point=False, comma=False))
    """
    match = _AMOUNT.fullmatch(plain(cell))
    digits = match["digits"] if match else ""
    if digits.count(".") == 1 and ("," not in digits or digits.rfind(".") > digits.rfind(",")):
        before, _, after = digits.partition(".")
        proven = "," in before or len(after) != 3 or before == "0" or len(before) > 3
        return DecimalMarks(point=proven)
    if digits.count(",") == 1:
        before, _, after = digits.partition(",")
        return DecimalMarks(comma="." in before or len(after) != 3 or before == "0" or len(before) > 3)
    return DecimalMarks(point=bool(_THOUSANDS.fullmatch(digits)) and digits.count(",") > 1)


def amount(cell: str, marks: DecimalMarks) -> Amount | None:
    """Return the number in a cell and its unit.

    Parameters
    ----------
    cell : str
        Such as ``"１，２３４．５ 公斤"``.
    marks : DecimalMarks
        What the rest of the table proves.

    Returns
    -------
    Amount, optional
        None if the cell is no number for certain.

    Examples
    --------
    >>> amount("１，２３４．５ 公斤", DecimalMarks())
    Amount(number='1234.5', unit='公斤', rules=('full-width letters', 'thousands separator', 'unit in the cell'))
    >>> amount("1,234", DecimalMarks()) is None, amount("1,234", DecimalMarks(point=True)).number
    (True, '1234')
    """
    if _PLAIN.fullmatch(cell):
        return Amount(cell, "", ())
    text = plain(cell)
    rules = ["full-width letters"] if text != cell else []
    if _PLAIN.fullmatch(text):
        return Amount(text, "", tuple(rules))
    match = _AMOUNT.fullmatch(text)
    if match is None or len(match["unit"] or "") > _LONGEST_UNIT:
        return None
    number = _digits(match["digits"], marks, rules)
    if number is None:
        return None
    if match["unit"]:
        rules.append("unit in the cell")
    rules += ["plain sign"] if not rules else []
    return Amount(match["sign"].replace("−", "-").replace("+", "") + number, match["unit"] or "", tuple(rules))


def is_doubtful(number: str, marks: DecimalMarks) -> bool:
    """Return whether ``1.234`` may be a thousand, because the table has decimal commas.

    Parameters
    ----------
    number : str
        Plain digits.
    marks : DecimalMarks
        What the table proves.

    Returns
    -------
    bool
        False in a table without decimal commas.
    """
    return marks.comma and _DOTTED.fullmatch(number) is not None


def converted(number: str, factor: Decimal) -> str:
    """Return a number times a factor, exact, in plain digits.

    Parameters
    ----------
    number : str
        Plain digits.
    factor : Decimal
        From `gisdata.aliases.unit_factor`.

    Returns
    -------
    str
        Such as ``"1200"`` for ``"1.2"`` and 1000.
    """
    product = (Decimal(number) * factor).normalize()
    return format(product, "f") if -15 <= product.adjusted() <= 15 else str(product)


def plain(cell: str) -> str:
    """Return a cell with letters and digits in their usual width, without invisible ones.

    Parameters
    ----------
    cell : str
        Any text.

    Returns
    -------
    str
        Normal form NFKC (Unicode Standard Annex 15).
    """
    return cell if cell.isascii() else unicodedata.normalize("NFKC", cell).translate(_INVISIBLE).strip()


def dated(cell: str) -> tuple[date | None, str]:
    """Return the date that a cell begins with, and the rest.

    Parameters
    ----------
    cell : str
        Such as ``"2026年10月5日 8点"``, in plain letters.

    Returns
    -------
    tuple
        Date, None if there is none; and what follows.

    Raises
    ------
    ValueError
        If there is no such day.
    """
    match = _DATE.match(cell)
    return (None, cell) if match is None else (date(*map(int, match.groups())), cell[match.end():])


def clock(cell: str) -> str | None:
    """Return a time of day as ``HH:MM``, with ``+1`` on the next day; the empty text where there is no limit.

    Parameters
    ----------
    cell : str
        Such as ``"上午8点半"``, in plain letters.

    Returns
    -------
    str, optional
        None if it is no time for certain. A time in plain form comes back unchanged.

    Examples
    --------
    >>> [clock(cell) for cell in ("8点30", "下午3点半", "次日06:00", "3 pm", "0830", "8", "下午")]
    ['08:30', '15:30', '06:00+1', '15:00', '08:30', None, None]
    """
    if _PLAIN_CLOCK.fullmatch(cell):
        return cell
    if cell.casefold() in _NO_LIMIT:
        return ""
    four = _FOUR_DIGITS.fullmatch(cell)
    if four:
        return f"{four[1]}:{four[2]}"
    match = _CLOCK.fullmatch(cell)
    seconds = None if match is None or not _says_hour(match) else _seconds(match)
    return None if seconds is None else format_clock(seconds)


def window(cell: str) -> tuple[str, str] | None:
    """Return begin and end of a window in one cell, either empty where there is no limit.

    Parameters
    ----------
    cell : str
        Such as ``"22:00-次日06:00"``, in plain letters.

    Returns
    -------
    tuple of str, optional
        Clock text. None if it is no window for certain.

    Examples
    --------
    >>> window("8-12点"), window("下午2点~5点半"), window("12点前"), window("全天"), window("8-12")
    (('08:00', '12:00'), ('14:00', '17:30'), ('', '12:00'), ('', ''), None)
    """
    if cell.casefold() in _NO_LIMIT:
        return "", ""
    if _UNTIL.search(cell) or _FROM.search(cell):
        limit = clock(_FROM.sub("", _UNTIL.sub("", cell)).strip())
        return None if not limit else ("", limit) if _UNTIL.search(cell) else (limit, "")
    parts = _RANGE.split(cell)
    return _both(*parts) if len(parts) == 2 else None


def yes_no(cell: str) -> str | None:
    """Return ``yes`` or ``no`` for a mark or word that means it.

    Parameters
    ----------
    cell : str
        Such as ``"√"``, in plain letters.

    Returns
    -------
    str, optional
        None if it is neither.
    """
    return "yes" if cell.casefold() in _YES else "no" if cell.casefold() in _NO else None


def _digits(digits: str, marks: DecimalMarks, rules: list[str]) -> str | None:
    """Return plain digits; None where a comma could be either."""
    if any(mark in digits for mark in " '’"):
        if not _GROUPS.fullmatch(digits):
            return None
        rules.append("thousands separator")
        digits = re.sub("[ '’]", "", digits)
    if "," not in digits:
        return digits if digits.count(".") <= 1 else None
    if _THOUSANDS.fullmatch(digits.partition(".")[0]) and digits.count(".") <= 1:
        certain = "." in digits or digits.count(",") > 1 or (marks.point and not marks.comma)
        if certain and "," not in digits.partition(".")[2]:
            rules.append("thousands separator")
            return digits.replace(",", "")
    whole, _, after = digits.rpartition(",")
    grouped = re.fullmatch(r"\d+|\d{1,3}(?:\.\d{3})+", whole)
    if grouped and after.isdecimal() and marks.comma and not marks.point:
        rules.append("decimal comma")
        return f"{whole.replace('.', '')}.{after}"
    return None


def _both(begin: str, end: str) -> tuple[str, str] | None:
    """Return begin and end of a window; what only one of the two says may hold for both."""
    if _FOUR_DIGITS.fullmatch(begin) and _FOUR_DIGITS.fullmatch(end):
        return clock(begin) or "", clock(end) or ""
    first, second = _CLOCK.fullmatch(begin), _CLOCK.fullmatch(end)
    if first is None or second is None or not _says_hour(second):
        return None
    if not _says_hour(first) and (second["mark"] in (None, ":") or second["part"]):
        return None
    begin_s, end_s = _seconds(first), _seconds(second)
    if begin_s is None or end_s is None:
        return None
    said_once = first["part"] in _AFTERNOON and not second["part"] and not second["day"]
    if said_once and end_s < begin_s and end_s < DAY_S // 2:
        end_s += DAY_S // 2
    return format_clock(begin_s), format_clock(end_s)


def _says_hour(match: re.Match[str]) -> bool:
    """Return whether a number is surely an hour: something beside it says so."""
    return bool(match["mark"] or match["part"] or match["half_day"])


def _seconds(match: re.Match[str]) -> int | None:
    """Return seconds from midnight; None for a time that does not exist or could be two."""
    hour, minute, second = int(match["hour"]), int(match["minute"] or 0), int(match["second"] or 0)
    if match["minute"] and (not match["mark"] or (match["mark"] == ":" and len(match["minute"]) < 2)):
        return None
    if match["mark"] == ":" and not match["minute"]:
        return None
    minute = 30 if match["half"] else {"一": 15, "三": 45}.get(match["quarter"] or "", minute)
    turned = _on_the_dial(hour, match["part"] or "", (match["half_day"] or "").lower()[:1])
    if turned is None or minute > 59 or second > 59 or turned * 3600 + minute * 60 + second > DAY_S:
        return None
    days = int(match["plus"] or 0) + (match["day"] in _NEXT_DAY)
    return turned * 3600 + minute * 60 + second + days * DAY_S


def _on_the_dial(hour: int, part: str, half_day: str) -> int | None:
    """Return the hour of 24; None if the part of the day contradicts it, or leaves two."""
    if half_day:
        if part or not 1 <= hour <= 12:
            return None
        return hour % 12 + (12 if half_day == "p" else 0)
    if part in ("下午", "傍晚"):
        return hour + 12 if 1 <= hour < 12 else hour if 12 <= hour < 20 else None
    if part in ("晚上", "晚"):
        return hour + 12 if 5 <= hour < 12 else 24 if hour == 12 else hour if 17 <= hour <= 24 else None
    if part == "中午":
        return hour if 11 <= hour <= 14 else hour + 12 if 1 <= hour <= 2 else None
    latest = {"凌晨": 7, "清晨": 9, "": 24}.get(part, 12)
    return hour if hour <= latest else None
