"""Plain words for messages: clock times, spans, figures and untrusted ids. Nothing here raises on what a plan holds."""

from __future__ import annotations

from gisdata.clock import format_clock

LONGEST_ID = 60


def named(value: object) -> str:
    r"""Return an id in quotes, control characters made visible, cut if it is very long.

    Parameters
    ----------
    value : object
        An id as a plan states it, of any kind.

    Returns
    -------
    str
        One line of at most about 60 characters.

    Examples
    --------
    >>> named("van#1"), named("a\nb"), named(7)
    ("'van#1'", "'a\\nb'", '7')
    """
    words = repr(value[:LONGEST_ID]) if isinstance(value, str) else repr(_repr(value))[1:-1]
    cut = len(words) > LONGEST_ID + 2 or (isinstance(value, str) and len(value) > LONGEST_ID)
    return f"{words[:LONGEST_ID]}…" if cut else words


def clock(seconds: int) -> str:
    """Return a clock time such as ``06:30`` or ``06:30+1``; before midnight of the plan day, ``-00:10``.

    Parameters
    ----------
    seconds : int
        Seconds from midnight of the plan day, of either sign.

    Returns
    -------
    str
        Text for people.

    Examples
    --------
    >>> clock(23400), clock(108000), clock(-600)
    ('06:30', '06:00+1', '-00:10')
    """
    return format_clock(seconds) if seconds >= 0 else f"-{format_clock(-seconds)}"


def span(seconds: float) -> str:
    """Return a length of time in hours, minutes and seconds; parts that are zero are left out.

    Parameters
    ----------
    seconds : float
        Zero or more.

    Returns
    -------
    str
        Such as ``1 h 5 min`` or ``0 s``.

    Examples
    --------
    >>> span(3900), span(59), span(0), span(0.25)
    ('1 h 5 min', '59 s', '0 s', '0.25 s')
    """
    if seconds != seconds // 1 or seconds >= 2**53:
        return f"{figure(seconds)} s"
    minutes, rest = divmod(int(seconds), 60)
    parts = [(minutes // 60, "h"), (minutes % 60, "min"), (rest, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def figure(amount: float) -> str:
    """Return a number with thousands set apart, and at most twelve digits.

    Parameters
    ----------
    amount : float
        Any number.

    Returns
    -------
    str
        Text for people.

    Examples
    --------
    >>> figure(9000), figure(0.1 + 0.2), figure(float("inf"))
    ('9,000', '0.3', 'inf')
    """
    return f"{amount:,.12g}"


def count_of(number: int, noun: str, plural: str = "") -> str:
    """Return a count with its noun.

    Parameters
    ----------
    number : int
        How many.
    noun, plural : str
        Singular and plural; the plural is made with an s if it is not given.

    Returns
    -------
    str
        Such as ``1 order`` or ``2 orders``.

    Examples
    --------
    >>> count_of(1, "order"), count_of(0, "order"), count_of(2, "is", "are")
    ('1 order', '0 orders', '2 are')
    """
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def _repr(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # noqa: BLE001 - a stranger's object may fail in any way, and the judge must still speak
        return f"<{type(value).__name__}>"
