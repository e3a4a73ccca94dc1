"""Words of addresses and of company names in one spelling, so that what means the same is equal.

Knows spelling only: width, case, accents, punctuation, abbreviations, legal forms. Places nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

_WORD = re.compile(r"\d+(?:[-/]\d+)*|[㐀-鿿豈-﫿]|[^\W\d_㐀-鿿豈-﫿]+")
_CJK = re.compile(r"[㐀-鿿豈-﫿]")
_APOSTROPHES = re.compile(r"['’`´‘ʼ]")
_LEGAL_FORMS = (
    "有限责任公司", "股份有限公司", "集团有限公司", "有限公司", "分公司", "公司", "集团", "个体工商户", "有限責任公司",
    "co ltd", "company limited", "limited", "ltd", "inc", "incorporated", "llc", "plc", "corp", "corporation",
    "company", "gmbh", "ag", "kg", "ug", "ohg", "sarl", "sas", "sasu", "sa", "sam", "snc", "eurl", "scs", "spa", "srl",
    "bv", "nv", "oy", "oyj", "ab", "co",
)  # fmt: skip
_SHORT = {
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard", "boul": "boulevard",
    "pl": "place", "ch": "chemin", "imp": "impasse", "sq": "square", "rd": "road", "str": "strasse", "r": "rue",
    "saint": "st", "sainte": "ste", "street": "st", "all": "allee", "prom": "promenade", "psge": "passage",
    "ln": "lane", "dr": "drive", "fbg": "faubourg", "rte": "route", "crt": "court", "qu": "quai", "esc": "escalier",
    "號": "号", "premier": "1er", "ier": "1er", "第": "",
}  # fmt: skip
SUFFIXES = frozenset(("bis", "ter", "quater", *"abcdefgh"))


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text in one spelling; every Chinese character is a word of its own.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    tuple of str
        Lower case, half width, without accents and punctuation; ``1-3`` stays one word; abbreviations of street types
        are spelt out.

    Examples
    --------
    >>> words_of("30, Bd. Princesse-Charlotte")
    ('30', 'boulevard', 'princesse', 'charlotte')
    >>> words_of("解放大道６８８号")
    ('解', '放', '大', '道', '688', '号')
    """
    return _words(text)


@lru_cache(maxsize=200_000)
def _words(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    plain = unicodedata.normalize("NFC", _APOSTROPHES.sub(" ", plain)).replace("ß", "ss").replace("œ", "oe")
    plain = re.sub(r"(?<=\d)\s*[-–/~]\s*(?=\d)", "-", plain)
    plain = re.sub(r"\b1\s*er\b", "premier", plain)
    return tuple(word for found in _WORD.findall(plain) if (word := _SHORT.get(found, found)))


@lru_cache(maxsize=400_000)
def name_key(text: str) -> str:
    """Return a key under which spellings of one name meet: case, width, blanks, punctuation and legal forms dropped.

    Parameters
    ----------
    text : str
        A name of a company, shop or building.

    Returns
    -------
    str
        Empty if nothing but punctuation is there.

    Examples
    --------
    >>> name_key("Café  du Port, S.A.R.L.") == name_key("cafe du port")
    True
    >>> name_key("武汉（光谷）贸易有限公司") == name_key("武汉光谷贸易")
    True
    """
    joined = re.sub(r"\b(?:\w\.){2,}\w?", lambda found: found.group().replace(".", ""),
                    unicodedata.normalize("NFKC", text))
    words = words_of(joined)
    whole = "".join(words)
    while words:
        form = next((form for form in _endings().get(words[-1], ()) if words[-len(form):] == form), ())
        if not form or len(form) == len(words):
            break
        words = words[:-len(form)]
    return "".join(words) or whole


@cache
def _endings() -> Mapping[str, list[tuple[str, ...]]]:
    """Return the words of the legal forms by their last word, long ones first."""
    forms = sorted(map(words_of, _LEGAL_FORMS), key=len, reverse=True)
    return {form[-1]: [other for other in forms if other[-1] == form[-1]] for form in forms}


def numbers_of(text: str) -> frozenset[str]:
    """Return the house numbers that a text states, each alone, and ranges as they stand too.

    Parameters
    ----------
    text : str
        Such as ``"12 bis"``, ``"7-9"``, ``"10;12"``, ``"688号"``.

    Returns
    -------
    frozenset of str
        Numbers with their suffix in lower case, such as ``12bis``.

    Examples
    --------
    >>> sorted(numbers_of("1;3;5"))
    ['1', '3', '5']
    >>> sorted(numbers_of("7-9")), sorted(numbers_of("34 B"))
    (['7', '7-9', '9'], ['34b'])
    """
    words = words_of(text)
    numbers = []
    for at, word in enumerate(words):
        if word[0].isdigit():
            suffix = words[at + 1] if at + 1 < len(words) and words[at + 1] in SUFFIXES else ""
            numbers.append(word + suffix)
            if "-" in word and not suffix and "号" not in words:
                numbers += word.split("-")
    return frozenset(numbers)


def quoted(text: str, limit: int = 60) -> str:
    """Return a text in quotation marks for a message: on one line, control characters visible, cut if it is long.

    Parameters
    ----------
    text : str
        Any text.
    limit : int
        Most characters of it.

    Returns
    -------
    str
        Ends in an ellipsis where it was cut.

    Examples
    --------
    >>> quoted(" 4 Quai A ")
    "'4 Quai A'"
    """
    plain = text.strip()
    return repr(plain if len(plain) <= limit else f"{plain[: limit - 1]}…")


def has_chinese(text: str) -> bool:
    """Say whether a text has Chinese characters.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    bool
        Whether there is one.
    """
    return _CJK.search(text) is not None
