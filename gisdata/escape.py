"""Make untrusted text harmless where it leaves: HTML, scripts, XML and table cells. No file is read or written here."""

from __future__ import annotations

import html
import json
import re

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FORMULA = re.compile(r"^[\s']*[=+\-@\t\r\n＝＋－＠]")
_DEFUSED = re.compile(r"^'(?=[\s']*[=+\-@\t\r\n＝＋－＠])")

_HTML_EXTRA = {"`": "&#96;", "$": "&#36;", "{": "&#123;", "}": "&#125;"}
_SCRIPT_EXTRA = {
    "<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027", "`": "\\u0060", "$": "\\u0024",
    "\u2028": "\\u2028", "\u2029": "\\u2029",
}


def plain_text(text: object) -> str:
    """Return text without control characters and halves of surrogate pairs, which no file format here can hold.

    Parameters
    ----------
    text : object
        Anything; taken as `str`. Tab and line breaks are kept.

    Returns
    -------
    str
        Each such character replaced by U+FFFD.

    Examples
    --------
    >>> plain_text("bell" + chr(7))
    'bell\ufffd'
    """
    return _UNPRINTABLE.sub("\ufffd", str(text))


def escape_html(text: object) -> str:
    """Return text that shows literally inside HTML, in an attribute, a JavaScript template string or a Jinja template.

    Parameters
    ----------
    text : object
        Anything; taken as `str`.

    Returns
    -------
    str
        ``& < > " '`` and also the backtick, ``$``, ``{`` and ``}`` as character references.

    Examples
    --------
    >>> escape_html('<b title="x">`${1}`</b>')
    '&lt;b title=&quot;x&quot;&gt;&#96;&#36;&#123;1&#125;&#96;&lt;/b&gt;'
    """
    escaped = html.escape(plain_text(text), quote=True)
    return "".join(_HTML_EXTRA.get(character, character) for character in escaped)


def escape_xml(text: object) -> str:
    """Return text that shows literally inside XML 1.0, in an element or an attribute.

    Parameters
    ----------
    text : object
        Anything; taken as `str`.

    Returns
    -------
    str
        ``& < > " '`` as references; characters that XML forbids replaced by U+FFFD.

    Examples
    --------
    >>> escape_xml("A & B")
    'A &amp; B'
    """
    return html.escape(plain_text(text), quote=True)


def script_json(value: object) -> str:
    r"""Return JSON that can stand in a ``<script>`` element, in JavaScript, and in a Jinja template.

    Parameters
    ----------
    value : object
        Dicts, lists, text, finite numbers, booleans, None.

    Returns
    -------
    str
        Compact JSON in which no string can end the script, open a comment or a template expression.

    Raises
    ------
    ValueError
        If a number is NaN or infinite, which JSON cannot say.

    Examples
    --------
    >>> script_json({"name": "</script>{{1}}"})
    '{"name":"\\u003c/script\\u003e\\u007b\\u007b1}}"}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character, replacement in _SCRIPT_EXTRA.items():
        text = text.replace(character, replacement)
    for opening in ("{{", "{%", "{#"):  # outside strings a brace is followed by a quote or a brace that closes
        text = text.replace(opening, "".join(f"\\u{ord(character):04x}" for character in opening))
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def defuse_cell(text: str) -> str:
    """Return the text of a table cell so that no spreadsheet takes it for a formula.

    The rule: an apostrophe goes before text whose first character, spaces and apostrophes aside, is one of
    ``= + - @``, tab, a line break, or the full-width form of a sign. `restore_cell` takes exactly that apostrophe off
    again, so a telephone number ``+86 27 ...`` survives a round trip. Numbers are cells of their own type and are not
    touched. An Excel workbook needs no apostrophe, since its cells carry their type.

    Parameters
    ----------
    text : str
        Untrusted text.

    Returns
    -------
    str
        The same text, with an apostrophe before it where one is needed.

    Examples
    --------
    >>> defuse_cell("=1+1"), defuse_cell("+86 27 8888"), defuse_cell("Zhongshan Road 5")
    ("'=1+1", "'+86 27 8888", 'Zhongshan Road 5')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def restore_cell(text: str) -> str:
    """Return the text that `defuse_cell` was given.

    Parameters
    ----------
    text : str
        A cell of a CSV file written with `defuse_cell`.

    Returns
    -------
    str
        Without the apostrophe that was put before it; any other text unchanged.

    Examples
    --------
    >>> restore_cell("'+86 27 8888"), restore_cell("'tis")
    ('+86 27 8888', "'tis")
    """
    return _DEFUSED.sub("", text)
