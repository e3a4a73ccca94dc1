"""Clock times as seconds from midnight of the plan day; they may exceed 86,400 when a shift runs into the next day."""

from __future__ import annotations

import re

DAY_S = 86_400
END_OF_TIME_S = 31 * DAY_S

_CLOCK = re.compile(r"^(\d{1,3}):([0-5]\d)(?::([0-5]\d))?(?:\s*\+(\d{1,2}))?$")


def parse_clock(clock: int | str) -> int:
    """Return seconds from midnight of the plan day.

    Parameters
    ----------
    clock : int or str
        Seconds, or text ``HH:MM``, ``HH:MM:SS``. Hours above 23 and a suffix ``+1`` both mean a later day:
        ``30:00`` and ``06:00+1`` are six o'clock the next morning.

    Returns
    -------
    int
        Seconds, from 0 to 31 days.

    Raises
    ------
    ValueError
        If the text is not a clock time, or lies outside that range.

    Examples
    --------
    >>> parse_clock("06:30"), parse_clock("30:00") == parse_clock("06:00+1")
    (23400, True)
    """
    if isinstance(clock, str):
        match = _CLOCK.match(clock.strip())
        if match is None:
            raise ValueError(f"{clock!r} is not a clock time; write HH:MM, such as 06:30, or 06:30+1 for the next day")
        hours, minutes, seconds, days = (int(part or 0) for part in match.groups())
        clock = hours * 3600 + minutes * 60 + seconds + days * DAY_S
    if not 0 <= clock <= END_OF_TIME_S:
        raise ValueError(f"clock time {clock} s lies outside 0 to {END_OF_TIME_S} s (31 days)")
    return int(clock)


def format_clock(seconds: int) -> str:
    """Return ``HH:MM`` of a clock time, with seconds where there are any and ``+1`` on the next day.

    Parameters
    ----------
    seconds : int
        Seconds from midnight of the plan day.

    Returns
    -------
    str
        Text that `parse_clock` reads back to the same second.

    Examples
    --------
    >>> format_clock(23400), format_clock(23405), format_clock(108000)
    ('06:30', '06:30:05', '06:00+1')
    """
    days, rest = divmod(int(seconds), DAY_S)
    text = f"{rest // 3600:02d}:{rest // 60 % 60:02d}" + (f":{rest % 60:02d}" if rest % 60 else "")
    return f"{text}+{days}" if days else text
